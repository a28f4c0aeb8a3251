//! Whom the service tells what happens to orders, and how that went.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use crate::store::{Store, StoreError, random_id};

/// An address that is told.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its id.
    pub id: String,
    /// The address.
    pub url: String,
    /// Signs what is sent there.
    pub secret: String,
    /// When it was added.
    pub created_at: i64,
}

impl std::fmt::Debug for WebhookRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookRow").field("id", &self.id).field("url", &self.url).finish_non_exhaustive()
    }
}

/// How adding an address went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewWebhook {
    /// It is told from now on.
    Added(WebhookRow),
    /// It is told already.
    Known {
        /// The id that it has.
        id: String,
    },
    /// There are as many as can be.
    Full,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the same at every try.
    pub id: String,
    /// To whom.
    pub webhook: WebhookRow,
    /// What, JSON.
    pub body: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is due.
    pub next_at: i64,
}

/// How telling something went so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// What, JSON.
    pub body: String,
    /// `waiting`, `delivered` or `given-up`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, while it waits.
    pub next_at: i64,
    /// What came of the last try.
    pub answer: String,
    /// When it happened.
    pub created_at: i64,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Delivered,
    /// It is tried again at this time.
    Again(i64),
    /// It was tried often enough.
    GivenUp,
}

fn webhook(row: &AnyRow) -> Result<WebhookRow, sqlx::Error> {
    Ok(WebhookRow {
        id: row.try_get("webhook_id")?,
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        created_at: row.try_get("webhook_created_at")?,
    })
}

const WEBHOOK: &str = "w.id AS webhook_id, w.url AS url, w.secret AS secret, w.created_at AS webhook_created_at";

impl Store {
    /// Adds an address, unless it is one already or there are `most` of them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_webhook(&self, url: &str, secret: &str, most: i64, now: i64) -> Result<NewWebhook, StoreError> {
        let row = WebhookRow { id: random_id()?, url: url.to_owned(), secret: secret.to_owned(), created_at: now };
        let mut transaction = self.begin().await?;
        if self.is_postgres {
            // Of two that add at once, the second sees what the first added; on SQLite there is one writer.
            sqlx::query("LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE").execute(&mut *transaction).await?;
        }
        let known: Option<String> = sqlx::query_scalar("SELECT id FROM webhooks WHERE url = $1 LIMIT 1")
            .bind(url)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(id) = known {
            return Ok(NewWebhook::Known { id });
        }
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM webhooks").fetch_one(&mut *transaction).await?;
        if count >= most {
            return Ok(NewWebhook::Full);
        }
        sqlx::query("INSERT INTO webhooks (id, url, secret, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&row.id)
            .bind(url)
            .bind(secret)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(NewWebhook::Added(row))
    }

    /// All addresses, the oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn webhooks(&self) -> Result<Vec<WebhookRow>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {WEBHOOK} FROM webhooks w ORDER BY w.created_at, w.id"));
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(webhook).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Takes an address away with what it was told; false if there is none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_webhook(&self, id: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM webhooks WHERE id = $1").bind(id).execute(&self.pool).await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// What an address was told last, the latest first; `None` if there is no such address.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn deliveries(&self, webhook: &str, limit: u32) -> Result<Option<Vec<DeliveryRow>>, StoreError> {
        let known: Option<String> = sqlx::query_scalar("SELECT id FROM webhooks WHERE id = $1")
            .bind(webhook)
            .fetch_optional(&self.pool)
            .await?;
        if known.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query(
            "SELECT id, body, state, tries, next_at, answer, created_at FROM webhook_deliveries WHERE webhook_id = $1 \
             ORDER BY created_at DESC, id DESC LIMIT $2",
        )
        .bind(webhook)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| {
            Ok(DeliveryRow {
                id: row.try_get("id")?,
                body: row.try_get("body")?,
                state: row.try_get("state")?,
                tries: row.try_get("tries")?,
                next_at: row.try_get("next_at")?,
                answer: row.try_get("answer")?,
                created_at: row.try_get("created_at")?,
            })
        };
        Ok(Some(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?))
    }

    /// What is due at `now`, the longest waiting first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn due_deliveries(&self, now: i64, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT d.id AS id, d.body AS body, d.tries AS tries, d.next_at AS next_at, {WEBHOOK} \
             FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id \
             WHERE d.state = 'waiting' AND d.next_at <= $1 ORDER BY d.next_at, d.id LIMIT $2"
        ));
        let rows = sqlx::query(sql).bind(now).bind(i64::from(limit)).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| {
            Ok(Delivery {
                id: row.try_get("id")?,
                webhook: webhook(row)?,
                body: row.try_get("body")?,
                tries: row.try_get("tries")?,
                next_at: row.try_get("next_at")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Takes a delivery on until `until`: of several services that try, one may. If it dies meanwhile, another one tries
    /// after that time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn claim_delivery(&self, delivery: &Delivery, until: i64) -> Result<bool, StoreError> {
        let claimed = sqlx::query(
            "UPDATE webhook_deliveries SET tries = tries + 1, next_at = $1 \
             WHERE id = $2 AND state = 'waiting' AND tries = $3 AND next_at = $4",
        )
        .bind(until)
        .bind(&delivery.id)
        .bind(delivery.tries)
        .bind(delivery.next_at)
        .execute(&self.pool)
        .await?;
        Ok(claimed.rows_affected() > 0)
    }

    /// Notes what came of a try.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn settle_delivery(&self, id: &str, outcome: Outcome, answer: &str) -> Result<(), StoreError> {
        let (state, next_at) = match outcome {
            Outcome::Delivered => ("delivered", 0),
            Outcome::Again(time) => ("waiting", time),
            Outcome::GivenUp => ("given-up", 0),
        };
        sqlx::query("UPDATE webhook_deliveries SET state = $1, next_at = $2, answer = $3 WHERE id = $4")
            .bind(state)
            .bind(next_at)
            .bind(answer)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets what was settled before `time`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_deliveries(&self, time: i64) -> Result<u64, StoreError> {
        let forgotten = sqlx::query("DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND created_at < $1")
            .bind(time)
            .execute(&self.pool)
            .await?;
        Ok(forgotten.rows_affected())
    }
}

/// Writes down for every address that `body` is to be told.
pub(super) async fn tell_all(
    transaction: &mut Transaction<'static, Any>,
    body: &str,
    now: i64,
) -> Result<(), StoreError> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM webhooks").fetch_all(&mut **transaction).await?;
    for webhook in ids {
        sqlx::query(
            "INSERT INTO webhook_deliveries (id, webhook_id, body, state, tries, next_at, answer, created_at) \
             VALUES ($1, $2, $3, 'waiting', 0, $4, '', $4)",
        )
        .bind(random_id()?)
        .bind(webhook)
        .bind(body)
        .bind(now)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}
