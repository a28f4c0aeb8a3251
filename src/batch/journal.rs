//! The table of items: what a batch has made, in an SQLite file within its folder.
//!
//! A row is on the disk before its file is put in its place, so that no file is there that the table does not know, and
//! rows are only taken for true where the file has that checksum. So a cut between the two costs some work, and no row
//! can say more than is there.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::batch::listing::{self, Listed};

/// What is known of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path of a file below the folder, or what else was done.
    pub name: String,
    /// The job that made it.
    pub job: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// BLAKE3 of the file, 64 hexadecimal digits; empty if it is no file.
    pub checksum: String,
    /// What was found out.
    pub note: String,
}

/// The table, opened.
#[derive(Debug)]
pub struct Journal {
    runtime: tokio::runtime::Runtime,
    connection: Mutex<SqliteConnection>,
}

impl Journal {
    /// Opens the table, or makes it.
    ///
    /// # Errors
    /// If the file cannot be opened or is no such table.
    pub fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let connection = runtime.block_on(async {
            let mut connection = options.connect().await?;
            for table in [
                "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, job TEXT NOT NULL, bytes BIGINT NOT NULL, \
                 checksum TEXT NOT NULL, note TEXT NOT NULL)",
                "CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
                listing::TABLE,
            ] {
                sqlx::query(table).execute(&mut connection).await?;
            }
            // A table that somebody else made has other columns.
            sqlx::query("SELECT name, job, bytes, checksum, note FROM items LIMIT 1")
                .fetch_optional(&mut connection)
                .await?;
            Ok::<_, sqlx::Error>(connection)
        })?;
        Ok(Self { runtime, connection: Mutex::new(connection) })
    }

    fn with<R>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<R, sqlx::Error>,
    ) -> Result<R, sqlx::Error> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(work(&mut connection))
    }

    /// Shows every item, one after the other: all of them may take more memory than their batch.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn each(&self, mut show: impl FnMut(Entry)) -> Result<(), sqlx::Error> {
        self.with(async |connection| {
            let mut rows = sqlx::query("SELECT name, job, bytes, checksum, note FROM items").fetch(connection);
            while let Some(row) = rows.try_next().await? {
                let bytes: i64 = row.try_get("bytes")?;
                show(Entry {
                    name: row.try_get("name")?,
                    job: row.try_get("job")?,
                    bytes: u64::try_from(bytes).unwrap_or_default(),
                    checksum: row.try_get("checksum")?,
                    note: row.try_get("note")?,
                });
            }
            Ok(())
        })
    }

    /// Notes items that are done, all of them or none.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn put(&self, entries: &[Entry]) -> Result<(), sqlx::Error> {
        self.with(async |connection| {
            let mut transaction = connection.begin().await?;
            for entry in entries {
                sqlx::query("INSERT OR REPLACE INTO items (name, job, bytes, checksum, note) VALUES (?, ?, ?, ?, ?)")
                    .bind(&entry.name)
                    .bind(&entry.job)
                    .bind(i64::try_from(entry.bytes).unwrap_or(i64::MAX))
                    .bind(&entry.checksum)
                    .bind(&entry.note)
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await
        })
    }

    /// Forgets items.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn forget(&self, names: &[String]) -> Result<(), sqlx::Error> {
        self.with(async |connection| {
            let mut transaction = connection.begin().await?;
            for name in names {
                sqlx::query("DELETE FROM items WHERE name = ?").bind(name).execute(&mut *transaction).await?;
            }
            transaction.commit().await
        })
    }

    /// Lists files for whoever looks at the folder, in place of all that were listed from the number `first` on.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub fn list(&self, first: u64, files: &[Listed]) -> Result<(), sqlx::Error> {
        self.with(async |connection| listing::write(connection, first, files).await)
    }

    /// What is noted of the folder under a name, after noting `value` if nothing was.
    ///
    /// # Errors
    /// If the table cannot be read or written.
    pub fn about(&self, name: &str, value: &str) -> Result<String, sqlx::Error> {
        self.with(async |connection| {
            sqlx::query("INSERT OR IGNORE INTO about (name, value) VALUES (?, ?)")
                .bind(name)
                .bind(value)
                .execute(&mut *connection)
                .await?;
            let row = sqlx::query("SELECT value FROM about WHERE name = ?").bind(name).fetch_one(connection).await?;
            row.try_get(0)
        })
    }

    /// Finishes what is being written and closes the file.
    ///
    /// # Errors
    /// If that fails.
    pub fn close(self) -> Result<(), sqlx::Error> {
        let connection = self.connection.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(connection.close())
    }
}
