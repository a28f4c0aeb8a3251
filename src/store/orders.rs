//! Orders with their history, approvals and the keys that make a repeated order the same order.

use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use crate::store::quotas::lock;
use crate::store::webhooks::tell_all;
use crate::store::{CustomerId, Store, StoreError, random_id};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Its id.
    pub id: String,
    /// Who ordered.
    pub customer: CustomerId,
    /// Where it stands.
    pub status: String,
    /// Counts the changes of what is made, from 1.
    pub revision: i64,
    /// Names what is made.
    pub hash: String,
    /// When it was placed.
    pub created_at: i64,
    /// When anything about it last changed.
    pub updated_at: i64,
    /// What a list shows of what is made, JSON; orders of before that was kept have none.
    pub summary: Option<String>,
}

/// Whose a key is that makes a repeated order the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(String);

impl Caller {
    /// A customer.
    #[must_use]
    pub fn customer(id: &CustomerId) -> Self {
        Self(id.as_str().to_owned())
    }

    /// A key of the shop, by its id.
    #[must_use]
    pub fn shop_key(id: &str) -> Self {
        // No customer's id has a colon.
        Self(format!("key:{id}"))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is made, as a new order or a change of one says.
#[derive(Debug, Clone, Copy)]
pub struct NewContent<'a> {
    /// Names what is made.
    pub hash: &'a str,
    /// All of it, JSON.
    pub content: &'a str,
    /// What a list shows of it, JSON.
    pub summary: &'a str,
    /// Ids of the uploads that it needs.
    pub pictures: &'a [String],
}

/// The customer's word that the proof is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// The revision whose proof it was.
    pub revision: i64,
    /// The hash on that proof.
    pub hash: String,
    /// Who gave it.
    pub name: String,
    /// When.
    pub created_at: i64,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// `placed`, `changed`, `approved` or `status`.
    pub kind: String,
    /// More about it, for people.
    pub detail: String,
    /// When.
    pub created_at: i64,
}

/// How placing an order went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// There is a new order.
    New(OrderRow),
    /// The key belongs to this order, which was placed with the same body.
    Again(OrderRow),
    /// The key belongs to an order with another body.
    KeyTaken,
    /// The customer has placed as many orders within a day as are taken.
    TooMany,
}

/// How a change of an order went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderUpdate {
    /// It is done.
    Done(OrderRow),
    /// Somebody else changed the order since what the caller knows.
    Stale(OrderRow),
    /// Where the order stands, this cannot be done.
    Closed(OrderRow),
    /// There is no such order.
    Missing,
}

/// What changes about an order.
#[derive(Debug, Clone, Copy)]
enum Change<'a> {
    /// What is made.
    Content(NewContent<'a>, &'a str),
    /// The customer of this name approves it.
    Approval(&'a str),
    /// It moves on, for this reason.
    Status(&'a str),
}

const DAY_MS: i64 = 24 * 3_600_000;

const COLUMNS: &str = "id, customer_id, status, revision, hash, created_at, updated_at, summary";

impl OrderRow {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            customer: CustomerId(row.try_get("customer_id")?),
            status: row.try_get("status")?,
            revision: row.try_get("revision")?,
            hash: row.try_get("hash")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            summary: row.try_get("summary")?,
        })
    }
}

impl Store {
    /// Places a customer's order, unless its sender used the key `name` before. Of many that do so at once, one is placed.
    /// With a key of their own, customers place at most `most` within 24 hours, however many at once; `None` is any number.
    ///
    /// # Errors
    /// If the database fails; then nothing is placed.
    pub async fn place_order(
        &self,
        customer: &CustomerId,
        (caller, name, body_hash): (&Caller, &str, &str),
        new: NewContent<'_>,
        most: Option<u32>,
        (status, now): (&str, i64),
    ) -> Result<Placed, StoreError> {
        let row = OrderRow {
            id: random_id()?,
            customer: customer.clone(),
            status: status.to_owned(),
            revision: 1,
            hash: new.hash.to_owned(),
            created_at: now,
            updated_at: now,
            summary: Some(new.summary.to_owned()),
        };
        let mut transaction = self.begin().await?;
        if most.is_some() {
            lock(customer, &mut transaction).await?;
        }
        sqlx::query(
            "INSERT INTO orders (id, customer_id, status, revision, hash, created_at, updated_at, summary) \
             VALUES ($1, $2, $3, 1, $4, $5, $5, $6)",
        )
        .bind(&row.id)
        .bind(customer.as_str())
        .bind(status)
        .bind(new.hash)
        .bind(now)
        .bind(new.summary)
        .execute(&mut *transaction)
        .await?;
        // The key decides the race: whoever comes second waits here for the first, and leaves no order behind.
        let is_first = sqlx::query(
            "INSERT INTO order_keys (caller, name, body_hash, order_id, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (caller, name) DO NOTHING",
        )
        .bind(caller.as_str())
        .bind(name)
        .bind(body_hash)
        .bind(&row.id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if is_first.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(self.placed_before(caller, name, body_hash).await?.unwrap_or(Placed::KeyTaken));
        }
        // With this one, whose key is noted already.
        if let Some(most) = most
            && count_since(&mut *transaction, customer, now - DAY_MS).await? > i64::from(most)
        {
            transaction.rollback().await?;
            return Ok(Placed::TooMany);
        }
        add_content(&mut transaction, &row, new, now).await?;
        add_event(&mut transaction, &row, ("placed", ""), now).await?;
        transaction.commit().await?;
        Ok(Placed::New(row))
    }

    /// How many orders the customer placed in the 24 hours before `now`, without those that the shop placed for them. Keys
    /// are kept longer than a day.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn orders_of_a_day(&self, customer: &CustomerId, now: i64) -> Result<i64, StoreError> {
        Ok(count_since(&self.pool, customer, now - DAY_MS).await?)
    }

    /// What the caller's key `name` stands for, if it was used.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn placed_before(
        &self,
        caller: &Caller,
        name: &str,
        body_hash: &str,
    ) -> Result<Option<Placed>, StoreError> {
        let row = sqlx::query("SELECT body_hash, order_id FROM order_keys WHERE caller = $1 AND name = $2")
            .bind(caller.as_str())
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (known, id): (String, String) = (row.try_get("body_hash")?, row.try_get("order_id")?);
        if known != body_hash {
            return Ok(Some(Placed::KeyTaken));
        }
        Ok(self.order(&id).await?.map(Placed::Again))
    }

    /// Forgets the keys that were used before `time`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_keys(&self, time: i64) -> Result<u64, StoreError> {
        let forgotten =
            sqlx::query("DELETE FROM order_keys WHERE created_at < $1").bind(time).execute(&self.pool).await?;
        Ok(forgotten.rows_affected())
    }

    /// An order by its id, whoever placed it: the caller decides who may see it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn order(&self, id: &str) -> Result<Option<OrderRow>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM orders WHERE id = $1"));
        let row = sqlx::query(sql).bind(id).fetch_optional(&self.pool).await?;
        Ok(row.as_ref().map(OrderRow::read).transpose()?)
    }

    /// Orders of one customer or of all, of one status or of any, with ids that begin so; the latest first, from those
    /// placed before `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn orders(
        &self,
        customer: Option<&CustomerId>,
        (status, start): (Option<&str>, &str),
        before: Option<(i64, &str)>,
        limit: u32,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let (time, id) = before.unwrap_or((i64::MAX, ""));
        // Only what is asked, so that an index serves it.
        let mut wanted = vec!["(created_at < $1 OR (created_at = $1 AND id < $2))".to_owned()];
        let mut values: Vec<String> = Vec::new();
        let start = if start.is_empty() { None } else { Some(format!("{start}%")) };
        for (condition, value) in [
            ("customer_id =", customer.map(|customer| customer.as_str().to_owned())),
            ("status =", status.map(str::to_owned)),
            // Ids are digits and small letters: nothing in a beginning of one has a meaning of its own.
            ("id LIKE", start),
        ] {
            let Some(value) = value else { continue };
            values.push(value);
            wanted.push(format!("{condition} ${}", values.len() + 3));
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM orders WHERE {} ORDER BY created_at DESC, id DESC LIMIT $3",
            wanted.join(" AND ")
        ));
        let query = sqlx::query(sql).bind(time).bind(id).bind(i64::from(limit));
        let rows = values.into_iter().fold(query, sqlx::query::Query::bind).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(OrderRow::read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// What an order made at a revision, JSON.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn order_content(&self, id: &str, revision: i64) -> Result<Option<String>, StoreError> {
        let content = sqlx::query_scalar("SELECT content FROM order_revisions WHERE order_id = $1 AND revision = $2")
            .bind(id)
            .bind(revision)
            .fetch_optional(&self.pool)
            .await?;
        Ok(content)
    }

    /// Whether an order needs a picture.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_ordered(&self, upload: &str) -> Result<bool, StoreError> {
        let found: Option<String> =
            sqlx::query_scalar("SELECT order_id FROM order_pictures WHERE upload_id = $1 LIMIT 1")
                .bind(upload)
                .fetch_optional(&self.pool)
                .await?;
        Ok(found.is_some())
    }

    /// Changes an order, while it has the status and the revision of `known`. It then waits for approval in the status
    /// `status`; `detail` says what changed.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn change_order(
        &self,
        known: &OrderRow,
        (new, detail): (NewContent<'_>, &str),
        (status, now): (&str, i64),
    ) -> Result<OrderUpdate, StoreError> {
        let row = OrderRow {
            revision: known.revision + 1,
            updated_at: now,
            summary: Some(new.summary.to_owned()),
            status: status.to_owned(),
            hash: new.hash.to_owned(),
            ..known.clone()
        };
        self.update_order(known, row, Change::Content(new, detail)).await
    }

    /// Seals what an order makes with the customer's word, while it is as `known`.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn approve_order(
        &self,
        known: &OrderRow,
        name: &str,
        (status, now): (&str, i64),
    ) -> Result<OrderUpdate, StoreError> {
        let row = OrderRow { status: status.to_owned(), updated_at: now, ..known.clone() };
        self.update_order(known, row, Change::Approval(name)).await
    }

    /// Moves an order on, while it is as `known`; `note` says why.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn move_order(
        &self,
        known: &OrderRow,
        note: &str,
        (status, now): (&str, i64),
    ) -> Result<OrderUpdate, StoreError> {
        let row = OrderRow { status: status.to_owned(), updated_at: now, ..known.clone() };
        self.update_order(known, row, Change::Status(note)).await
    }

    /// Writes an order down as `row`, with what changed and the event that tells it, unless it is not as `known` any more.
    async fn update_order(
        &self,
        known: &OrderRow,
        row: OrderRow,
        change: Change<'_>,
    ) -> Result<OrderUpdate, StoreError> {
        let now = row.updated_at;
        let mut transaction = self.begin().await?;
        if !write(&mut transaction, known, &row).await? {
            transaction.rollback().await?;
            return self.refused(known).await;
        }
        let (kind, detail) = match change {
            Change::Content(new, detail) => {
                add_content(&mut transaction, &row, new, now).await?;
                ("changed", detail.to_owned())
            }
            Change::Approval(name) => {
                add_approval(&mut transaction, &row, name, now).await?;
                ("approved", name.to_owned())
            }
            Change::Status("") => ("status", row.status.clone()),
            Change::Status(note) => ("status", format!("{}: {note}", row.status)),
        };
        add_event(&mut transaction, &row, (kind, &detail), now).await?;
        transaction.commit().await?;
        Ok(OrderUpdate::Done(row))
    }

    /// The last word of the customer on an order.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn approval(&self, id: &str) -> Result<Option<ApprovalRow>, StoreError> {
        let row = sqlx::query(
            "SELECT revision, hash, name, created_at FROM approvals WHERE order_id = $1 ORDER BY number DESC LIMIT 1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(ApprovalRow {
            revision: row.try_get("revision")?,
            hash: row.try_get("hash")?,
            name: row.try_get("name")?,
            created_at: row.try_get("created_at")?,
        }))
    }

    /// What happened to an order, the oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn order_events(&self, id: &str) -> Result<Vec<OrderEvent>, StoreError> {
        let rows = sqlx::query("SELECT kind, detail, created_at FROM order_events WHERE order_id = $1 ORDER BY number")
            .bind(id)
            .fetch_all(&self.pool)
            .await?;
        let read = |row: &AnyRow| {
            Ok(OrderEvent {
                kind: row.try_get("kind")?,
                detail: row.try_get("detail")?,
                created_at: row.try_get("created_at")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Why an order could not be changed.
    async fn refused(&self, known: &OrderRow) -> Result<OrderUpdate, StoreError> {
        Ok(match self.order(&known.id).await? {
            None => OrderUpdate::Missing,
            Some(now) if now.revision != known.revision => OrderUpdate::Stale(now),
            Some(now) => OrderUpdate::Closed(now),
        })
    }
}

/// How many orders the customer placed since `time` with keys of their own.
async fn count_since<'c>(
    executor: impl sqlx::Executor<'c, Database = Any>,
    customer: &CustomerId,
    time: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM order_keys WHERE caller = $1 AND created_at >= $2")
        .bind(Caller::customer(customer).as_str().to_owned())
        .bind(time)
        .fetch_one(executor)
        .await
}

/// Writes an order down if it still is as `known`; the condition holds where two transactions may read before either
/// writes.
async fn write(
    transaction: &mut Transaction<'static, Any>,
    known: &OrderRow,
    row: &OrderRow,
) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "UPDATE orders SET status = $1, revision = $2, hash = $3, updated_at = $4, summary = $8 \
         WHERE id = $5 AND status = $6 AND revision = $7",
    )
    .bind(&row.status)
    .bind(row.revision)
    .bind(&row.hash)
    .bind(row.updated_at)
    .bind(&row.id)
    .bind(&known.status)
    .bind(known.revision)
    .bind(&row.summary)
    .execute(&mut **transaction)
    .await?;
    Ok(written.rows_affected() > 0)
}

async fn add_content(
    transaction: &mut Transaction<'static, Any>,
    order: &OrderRow,
    new: NewContent<'_>,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO order_revisions (order_id, revision, hash, content, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&order.id)
    .bind(order.revision)
    .bind(new.hash)
    .bind(new.content)
    .bind(now)
    .execute(&mut **transaction)
    .await?;
    for picture in new.pictures {
        sqlx::query("INSERT INTO order_pictures (order_id, upload_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(&order.id)
            .bind(picture)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

async fn add_approval(
    transaction: &mut Transaction<'static, Any>,
    order: &OrderRow,
    name: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    let number = next_number(transaction, "approvals", &order.id).await?;
    sqlx::query(
        "INSERT INTO approvals (order_id, number, revision, hash, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&order.id)
    .bind(number)
    .bind(order.revision)
    .bind(&order.hash)
    .bind(name)
    .bind(now)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Notes what happened, for the order's history and for whoever wants to be told.
async fn add_event(
    transaction: &mut Transaction<'static, Any>,
    order: &OrderRow,
    (kind, detail): (&str, &str),
    now: i64,
) -> Result<(), StoreError> {
    let number = next_number(transaction, "order_events", &order.id).await?;
    sqlx::query("INSERT INTO order_events (order_id, number, kind, detail, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&order.id)
        .bind(number)
        .bind(kind)
        .bind(detail)
        .bind(now)
        .execute(&mut **transaction)
        .await?;
    let body = json!({
        "type": format!("order.{kind}"),
        "time_ms": now,
        "data": {
            "order": order.id, "sequence": number, "status": order.status, "revision": order.revision, "hash": order.hash,
            "detail": detail,
        },
    });
    tell_all(transaction, &body.to_string(), now).await
}

/// The number of the order's next entry in a table. The order's row was written before in this transaction, so nobody
/// else adds one meanwhile.
async fn next_number(
    transaction: &mut Transaction<'static, Any>,
    table: &'static str,
    order: &str,
) -> Result<i64, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT COALESCE(MAX(number), 0) + 1 FROM {table} WHERE order_id = $1"));
    sqlx::query_scalar(sql).bind(order).fetch_one(&mut **transaction).await
}
