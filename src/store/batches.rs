//! Batches of orders: what was brought, what is made of it, and how far that is.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError};

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// It was looked at; nobody has said to make it.
    Ready,
    /// It is made when those before it are.
    Waiting,
    /// It is being made.
    Running,
    /// Everything that can be made is.
    Done,
    /// Somebody stopped it; it goes on when it is started.
    Stopped,
    /// It cannot be made; started again, it goes on.
    Failed,
}

impl BatchState {
    const ALL: [Self; 6] = [Self::Ready, Self::Waiting, Self::Running, Self::Done, Self::Stopped, Self::Failed];

    /// Its name, in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Whether it is made now or soon.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its id.
    pub id: String,
    /// What its file was called.
    pub name: String,
    /// What is made of it, JSON.
    pub spec: String,
    /// Where it stands.
    pub state: BatchState,
    /// What is known of its rows, JSON.
    pub summary: String,
    /// Why it failed; else empty.
    pub detail: String,
    /// Files that are made of it, and those that are there.
    pub files: (i64, i64),
    /// When it was brought.
    pub created_at: i64,
    /// When its state changed last.
    pub updated_at: i64,
}

impl BatchRow {
    /// The name of its orders file in the file store.
    #[must_use]
    pub fn file(id: &str) -> String {
        format!("batches/{id}")
    }
}

/// What became of a batch that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchEnd {
    /// Where it stands now.
    pub state: BatchState,
    /// What is known of its rows now, JSON.
    pub summary: String,
    /// Why it failed; else empty.
    pub detail: String,
    /// Files that are made of it, and those that are there.
    pub files: (i64, i64),
}

const COLUMNS: &str = "id, name, spec, state, summary, detail, files, made, created_at, updated_at";

impl Store {
    /// Adds a batch whose file is in the file store; `false` if there are `most` already.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_batch(&self, row: &BatchRow, most: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM batches").fetch_one(&mut *transaction).await?;
        if count >= most {
            return Ok(false);
        }
        let sql = format!("INSERT INTO batches ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&row.id)
            .bind(&row.name)
            .bind(&row.spec)
            .bind(row.state.name())
            .bind(&row.summary)
            .bind(&row.detail)
            .bind(row.files.0)
            .bind(row.files.1)
            .bind(row.created_at)
            .bind(row.updated_at)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A batch.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn batch(&self, id: &str) -> Result<Option<BatchRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM batches WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&self.pool).await?;
        row.as_ref().map(batch_of).transpose()
    }

    /// Batches, the last brought first, behind the time and id of `after`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn batches(&self, after: Option<(i64, &str)>, limit: u32) -> Result<Vec<BatchRow>, StoreError> {
        let (time, id) = after.unwrap_or((i64::MAX, ""));
        let sql = format!(
            "SELECT {COLUMNS} FROM batches WHERE created_at < $1 OR (created_at = $1 AND id < $2) \
             ORDER BY created_at DESC, id DESC LIMIT $3"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(time).bind(id).bind(i64::from(limit));
        rows.fetch_all(&self.pool).await?.iter().map(batch_of).collect()
    }

    /// Puts a batch in another state if it is in one of `from`; `false` if it is not.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_batch_state(
        &self,
        id: &str,
        from: &[BatchState],
        to: BatchState,
        now: i64,
    ) -> Result<bool, StoreError> {
        // One statement: two who ask at once do not both find it in the state that they leave.
        let names: Vec<String> = from.iter().map(|state| format!("'{}'", state.name())).collect();
        let sql = format!(
            "UPDATE batches SET state = $2, detail = '', updated_at = $3 WHERE id = $1 AND state IN ({})",
            names.join(", ")
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(to.name()).bind(now);
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }

    /// Notes what became of a batch that ran; one that was deleted meanwhile stays so.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_batch(&self, id: &str, end: &BatchEnd, now: i64) -> Result<(), StoreError> {
        let sql = "UPDATE batches SET state = $2, detail = $3, files = $4, made = $5, updated_at = $6, \
                   summary = $7 WHERE id = $1";
        sqlx::query(sql)
            .bind(id)
            .bind(end.state.name())
            .bind(&end.detail)
            .bind(end.files.0)
            .bind(end.files.1)
            .bind(now)
            .bind(&end.summary)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The batch that has waited longest.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn next_batch(&self) -> Result<Option<BatchRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM batches WHERE state = 'waiting' ORDER BY updated_at, id LIMIT 1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_optional(&self.pool).await?;
        row.as_ref().map(batch_of).transpose()
    }

    /// Lets batches wait again that ran when the service ended.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn requeue_batches(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE batches SET state = 'waiting' WHERE state = 'running'").execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets a batch and takes its orders file away; `false` if there is none.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn remove_batch(&self, id: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM batches WHERE id = $1").bind(id).execute(&self.pool).await?;
        self.files.remove(&BatchRow::file(id)).await?;
        Ok(removed.rows_affected() > 0)
    }
}

fn batch_of(row: &AnyRow) -> Result<BatchRow, StoreError> {
    let state: String = row.try_get("state")?;
    Ok(BatchRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        spec: row.try_get("spec")?,
        // Only this file writes states.
        state: BatchState::ALL.into_iter().find(|known| known.name() == state).unwrap_or(BatchState::Failed),
        summary: row.try_get("summary")?,
        detail: row.try_get("detail")?,
        files: (row.try_get("files")?, row.try_get("made")?),
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
