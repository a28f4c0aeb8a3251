//! What customers did and what they prefer. The log is the truth; whatever suggestions are computed from is read from it.

use std::collections::HashSet;

use serde_json::Value;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _, Transaction};

use crate::store::erasures::note;
use crate::store::{CustomerId, Erased, Erasure, Store, StoreError, tag};

/// Rows of one statement: five thousand parameters, which both databases take.
const ROWS: usize = 1_000;
/// Parameters of a row.
const COLUMNS: usize = 5;

/// Events that are read together.
const PAGE: i64 = 5_000;
/// Events behind a place in the table, as JSON, and the place of the last one.
const SQLITE_PAGE: &str = "SELECT COALESCE(MAX(place), 0) AS last, \
     json_group_array(json_array(customer, id, at, kind, body)) AS events \
     FROM (SELECT rowid AS place, customer, id, at, kind, body FROM events WHERE rowid > $1 ORDER BY rowid LIMIT $2)";
/// The same behind a customer and an id, since tables have no places there.
const POSTGRES_PAGE: &str = "SELECT CAST(0 AS BIGINT) AS last, \
     COALESCE(CAST(json_agg(json_build_array(customer, id, at, kind, body) ORDER BY customer, id) AS TEXT), '[]') AS events \
     FROM (SELECT customer, id, at, kind, body FROM events WHERE (customer, id) > ($1, $2) \
     ORDER BY customer, id LIMIT $3) AS page";

type AnyQuery = Query<'static, Any, AnyArguments>;

/// Something that a customer did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Who: an id of ours, or a shop's name for somebody behind a `+`.
    pub customer: String,
    /// The caller's name for it, once for each customer.
    pub id: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// What kind.
    pub kind: String,
    /// The rest, JSON.
    pub body: String,
}

fn event(row: &AnyRow) -> Result<EventRow, sqlx::Error> {
    Ok(EventRow {
        customer: row.try_get("customer")?,
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        kind: row.try_get("kind")?,
        body: row.try_get("body")?,
    })
}

/// `INSERT` of so many rows; those whose id is known change nothing. SQLite looks for each numbered parameter among all,
/// which for thousands takes longer than the rows themselves; it counts them as well.
fn insertion(rows: usize, is_postgres: bool) -> String {
    let mut sql = String::from("INSERT INTO events (customer, id, at, kind, body) VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        let first = row * COLUMNS + 1;
        let place = |place: usize| if is_postgres { format!("${place}") } else { "?".to_owned() };
        sql.push_str(&(first..first + COLUMNS).map(place).collect::<Vec<_>>().join(", "));
        sql.push(')');
    }
    sql + " ON CONFLICT (customer, id) DO NOTHING"
}

fn bound(query: AnyQuery, row: EventRow) -> AnyQuery {
    query.bind(row.customer).bind(row.id).bind(row.at).bind(row.kind).bind(row.body)
}

/// Writes events down; tells how many were new.
async fn insert(
    transaction: &mut Transaction<'static, Any>,
    events: Vec<EventRow>,
    is_postgres: bool,
) -> Result<u64, sqlx::Error> {
    let whole = if events.len() < ROWS { String::new() } else { insertion(ROWS, is_postgres) };
    let mut events = events.into_iter();
    let mut next = || {
        let rows = events.len().min(ROWS);
        let sql = if rows == ROWS { whole.clone() } else { insertion(rows, is_postgres) };
        // Statements of odd lengths are not worth keeping.
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(rows == ROWS);
        let query = events.by_ref().take(rows).fold(query, bound);
        (rows > 0).then_some(query)
    };
    let (mut added, mut query) = (0, next());
    while let Some(insert) = query {
        // The next rows are put together while the database writes these.
        let (done, following) = tokio::join!(biased; insert.execute(&mut **transaction), async { next() });
        added += done?.rows_affected();
        query = following;
    }
    Ok(added)
}

impl Store {
    /// Writes events down in one transaction, the quickest in the order of customer and id: then neighbours go to the same
    /// page. Of two with one customer and id the first stays. Tells of each whether it was new.
    ///
    /// # Errors
    /// If the database fails; then none is written.
    pub async fn add_events(&self, events: Vec<EventRow>) -> Result<Vec<bool>, StoreError> {
        let told = events.len();
        let mut transaction = self.begin().await?;
        // Nearly always all are new. Only where they are not, the database is asked which were: to be told each takes as
        // long as writing it.
        if insert(&mut transaction, events.clone(), self.is_postgres).await? == told as u64 {
            transaction.commit().await?;
            return Ok(vec![true; told]);
        }
        transaction.rollback().await?;
        let mut transaction = self.begin().await?;
        let mut new = HashSet::new();
        for rows in events.chunks(ROWS) {
            let sql = insertion(rows.len(), self.is_postgres) + " RETURNING customer, id";
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(false);
            let query = rows.iter().cloned().fold(query, bound);
            for row in query.fetch_all(&mut *transaction).await? {
                new.insert((row.try_get::<String, _>("customer")?, row.try_get::<String, _>("id")?));
            }
        }
        transaction.commit().await?;
        Ok(events.into_iter().map(|row| new.remove(&(row.customer, row.id))).collect())
    }

    /// Reads the whole log, in no order. What is added meanwhile may be read or not.
    ///
    /// The database hands out thousands of events as one row with a JSON list in it: a row for each would take longer than
    /// everything else that becomes of them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn each_event(&self, mut visit: impl FnMut(EventRow)) -> Result<(), StoreError> {
        let mut after = (0_i64, String::new(), String::new());
        loop {
            let page = if self.is_postgres {
                let query = sqlx::query(POSTGRES_PAGE).bind(&after.1).bind(&after.2);
                query.bind(PAGE).fetch_one(&self.pool).await?
            } else {
                sqlx::query(SQLITE_PAGE).bind(after.0).bind(PAGE).fetch_one(&self.pool).await?
            };
            after.0 = page.try_get("last")?;
            let text: &str = page.try_get("events")?;
            let rows: Vec<(String, String, i64, String, String)> =
                serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            let Some((customer, id, ..)) = rows.last() else { return Ok(()) };
            (after.1, after.2) = (customer.clone(), id.clone());
            for (customer, id, at, kind, body) in rows {
                visit(EventRow { customer, id, at, kind, body });
            }
        }
    }

    /// What a customer of ours did, the last first: at most `limit`, those before `before`; with what they were shown, or
    /// without. The shop's own names have no such list.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn events_of(
        &self,
        customer: &str,
        before: Option<(i64, String)>,
        (limit, with_shown): (i64, bool),
    ) -> Result<Vec<EventRow>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, String::new()));
        let sql = "SELECT customer, id, at, kind, body FROM events \
                   WHERE customer = $1 AND substr(customer, 1, 1) <> '+' AND (at < $2 OR (at = $2 AND id < $3)) AND ($5 = 1 OR kind <> 'impression') \
                   ORDER BY at DESC, id DESC LIMIT $4";
        let rows = sqlx::query(sql)
            .bind(customer)
            .bind(at)
            .bind(id)
            .bind(limit)
            .bind(i64::from(with_shown))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(event).collect::<Result<_, sqlx::Error>>()?)
    }

    /// What the log has of anybody, in the order of its ids from behind `after` on, but for what they were only shown.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn deeds_of(&self, customer: &str, after: &str) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT customer, id, at, kind, body FROM events \
                   WHERE customer = $1 AND id > $2 AND kind <> 'impression' ORDER BY id LIMIT $3";
        let rows = sqlx::query(sql).bind(customer).bind(after).bind(PAGE).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(event).collect::<Result<_, sqlx::Error>>()?)
    }

    /// How much a customer of ours did since a moment, or was only shown.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_events(&self, customer: &str, since: i64, shown: bool) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM events WHERE customer = $1 AND substr(customer, 1, 1) <> '+' AND at >= $2 \
                   AND CASE WHEN kind = 'impression' THEN 1 ELSE 0 END = $3";
        let query = sqlx::query_scalar(sql).bind(customer).bind(since).bind(i64::from(shown));
        Ok(query.fetch_one(&self.pool).await?)
    }

    /// What a customer ordered, by what its events' ids begin with.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn orders_noted(&self, customer: &str, start: &str) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT customer, id, at, kind, body FROM events \
                   WHERE customer = $1 AND kind = 'order' AND id LIKE $2 ORDER BY id";
        let rows = sqlx::query(sql).bind(customer).bind(format!("{start}%")).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(event).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Forgets what was only shown before a moment: it is worth nothing then.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_impressions(&self, before: i64) -> Result<u64, StoreError> {
        let sql = "DELETE FROM events WHERE kind = 'impression' AND at < $1";
        Ok(sqlx::query(sql).bind(before).execute(&self.pool).await?.rows_affected())
    }

    /// Forgets one thing that a customer did; of a return the order that it names, too, which would count again. Tells whether
    /// it was known.
    ///
    /// # Errors
    /// If the database fails; then nothing is forgotten.
    pub async fn forget_event(&self, customer: &str, id: &str, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let sql = "DELETE FROM events WHERE customer = $1 AND id = $2 RETURNING kind, body";
        let Some(row) = sqlx::query(sql).bind(customer).bind(id).fetch_optional(&mut *transaction).await? else {
            return Ok(false);
        };
        if row.try_get::<String, _>("kind")? == "return" {
            let body: Value = serde_json::from_str(&row.try_get::<String, _>("body")?).unwrap_or_default();
            let sql = "DELETE FROM events WHERE customer = $1 AND id = $2 AND kind = 'order'";
            let order = body["of"].as_str().unwrap_or_default();
            sqlx::query(sql).bind(customer).bind(order).execute(&mut *transaction).await?;
        }
        note(&mut transaction, Erasure { what: Erased::Deeds, tag: tag(customer), at: now }).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Forgets all that a customer did until `now`. Tells how much that was.
    ///
    /// # Errors
    /// If the database fails; then nothing is forgotten.
    pub async fn forget_events(&self, customer: &str, now: i64) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        let sql = "DELETE FROM events WHERE customer = $1";
        let forgotten = sqlx::query(sql).bind(customer).execute(&mut *transaction).await?.rows_affected();
        // The shop's own names are no rows there: what it tells of them, it tells of its own will.
        let sql = "UPDATE customers SET forgotten_at = $2 WHERE id = $1 AND forgotten_at < $2";
        sqlx::query(sql).bind(customer).bind(now).execute(&mut *transaction).await?;
        if forgotten > 0 {
            note(&mut transaction, Erasure { what: Erased::Deeds, tag: tag(customer), at: now }).await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }

    /// Styles that suggestions showed last, in their order.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shown_styles(&self) -> Result<Vec<String>, StoreError> {
        let mut styles: Vec<String> =
            sqlx::query_scalar("SELECT recipe FROM shown_styles").fetch_all(&self.pool).await?;
        styles.sort_unstable();
        Ok(styles)
    }

    /// Notes which styles suggestions show.
    ///
    /// # Errors
    /// If the database fails; then those of before stay.
    pub async fn set_shown_styles(&self, styles: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM shown_styles").execute(&mut *transaction).await?;
        for style in styles {
            let sql = "INSERT INTO shown_styles (recipe) VALUES ($1) ON CONFLICT (recipe) DO NOTHING";
            sqlx::query(sql).bind(style).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What a customer prefers, JSON; `None` if they never said.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn preferences(&self, customer: &CustomerId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM preferences WHERE customer_id = $1";
        Ok(sqlx::query_scalar(sql).bind(customer.as_str()).fetch_optional(&self.pool).await?)
    }

    /// Keeps what a customer prefers.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_preferences(&self, customer: &CustomerId, body: &str, now: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO preferences (customer_id, body, updated_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (customer_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
        sqlx::query(sql).bind(customer.as_str()).bind(body).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets what a customer prefers.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_preferences(&self, customer: &CustomerId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM preferences WHERE customer_id = $1")
            .bind(customer.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
