//! What outlives the process: rows in a database and bytes in a file store, each behind a URL.
//!
//! SQLite and a local folder are the default; with the feature `distributed`, PostgreSQL and S3 take their places. One
//! set of statements and migrations serves both databases: numbered parameters, TEXT and BIGINT are what they share.
//! Times come from the caller, as milliseconds since 1970 in UTC, so that nothing here reads a clock.

mod backup;
mod batches;
mod customers;
mod designs;
mod erasures;
mod error;
mod events;
mod files;
mod id;
mod keys;
mod orders;
mod profiles;
mod quotas;
mod suppressions;
mod uploads;
mod webhooks;

#[cfg(test)]
mod tests;

use std::path::Path;

use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, Executor as _, SqlSafeStr as _, Transaction};

pub use crate::store::backup::{BackupError, BackupReport, make_private, restore};
pub use crate::store::batches::{BatchEnd, BatchRow, BatchState};
pub use crate::store::customers::{CustomerId, Token};
pub use crate::store::designs::{DesignRow, DesignSummary, REVISIONS, RevisionRow, ShareRow, Update};
pub use crate::store::erasures::{Erased, Erasure, tag};
pub use crate::store::error::StoreError;
pub use crate::store::events::EventRow;
pub use crate::store::files::{FileStream, Files};
pub use crate::store::id::{is_id, random_id};
pub use crate::store::keys::{KeyRow, KeySecret, Scope};
pub use crate::store::orders::{ApprovalRow, Caller, NewContent, OrderEvent, OrderRow, OrderUpdate, Placed};
pub use crate::store::profiles::{ProfileRow, ProfileUpdate};
pub use crate::store::quotas::{Full, Quota};
pub use crate::store::suppressions::SuppressionRow;
pub use crate::store::uploads::{Removal, UploadOwner, UploadRow};
pub use crate::store::webhooks::{Delivery, DeliveryRow, NewWebhook, Outcome, WebhookRow};

/// Connections that are kept open at most.
const CONNECTIONS: u32 = 8;

/// The database and the files.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    is_postgres: bool,
    /// Bytes by name.
    pub files: Files,
}

impl Store {
    /// Opens the store in the folder `data`, or where the URLs say, and brings its tables up to date.
    ///
    /// # Errors
    /// If a URL is not understood, or the database or the folder cannot be opened.
    pub async fn open(data: &Path, database: Option<&str>, storage: Option<&str>) -> Result<Self, StoreError> {
        let files = Files::open(data, storage)?;
        let local = format!("sqlite://{}?mode=rwc", data.join("platen.db").display());
        let pool = connect(database.unwrap_or(&local)).await?;
        let store = Self { pool, is_postgres: database.is_some_and(is_postgres), files };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let migration = |version, description: &'static str, sql: &'static str| {
            Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
        };
        let migrations = vec![
            migration(1, "customers, designs, uploads", include_str!("migrations/0001_customers_designs_uploads.sql")),
            migration(2, "shop keys, removed files", include_str!("migrations/0002_shop_keys_removed_files.sql")),
            migration(3, "shop profiles", include_str!("migrations/0003_shop_profiles.sql")),
            migration(5, "orders", include_str!("migrations/0005_orders.sql")),
            migration(6, "webhooks", include_str!("migrations/0006_webhooks.sql")),
            migration(7, "order summaries, quotas", include_str!("migrations/0007_order_summaries_quotas.sql")),
            migration(8, "files to sweep", include_str!("migrations/0008_files_to_sweep.sql")),
            migration(9, "events, preferences", include_str!("migrations/0009_events_preferences.sql")),
            migration(10, "removal marks", include_str!("migrations/0010_removal_marks.sql")),
            migration(11, "shop events, suppressions", include_str!("migrations/0011_shop_events_suppressions.sql")),
            migration(12, "batches", include_str!("migrations/0012_batches.sql")),
            migration(13, "events received", include_str!("migrations/0013_events_received.sql")),
            migration(14, "events shown", include_str!("migrations/0014_events_shown.sql")),
            migration(15, "print items", include_str!("migrations/0015_print_items.sql")),
            migration(16, "print outputs", include_str!("migrations/0016_print_outputs.sql")),
            migration(17, "print items lacking", include_str!("migrations/0017_print_items_lacking.sql")),
            migration(18, "customers forgotten", include_str!("migrations/0018_customers_forgotten.sql")),
            migration(19, "erasures", include_str!("migrations/0019_erasures.sql")),
        ];
        Migrator::with_migrations(migrations).run(&self.pool).await.map_err(StoreError::Migration)
    }

    /// A transaction that will write: on SQLite it takes the write lock at once, so that it cannot fail half way
    /// because another one was quicker.
    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.pool.begin_with(if self.is_postgres { "BEGIN" } else { "BEGIN IMMEDIATE" }).await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Writes over what was deleted in the journal of changes, too, as far as nobody reads it just now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn write_over_deleted(&self) -> Result<(), StoreError> {
        if !self.is_postgres {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_optional(&self.pool).await?;
        }
        Ok(())
    }

    /// Finishes what runs and closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether a URL is one of PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

async fn connect(url: &str) -> Result<AnyPool, StoreError> {
    let known = url.starts_with("sqlite:") || (cfg!(feature = "distributed") && is_postgres(url));
    if !known {
        return Err(StoreError::Url { what: "database", url: shown(url) });
    }
    install_default_drivers();
    let is_sqlite = url.starts_with("sqlite:");
    let options = AnyPoolOptions::new().max_connections(CONNECTIONS).after_connect(move |connection, _| {
        Box::pin(async move {
            if is_sqlite {
                // A commit is on the disk before it is acknowledged; readers do not wait for the writer. Thousands of events
                // touch thousands of pages: 32 MiB of them stay in memory until the commit, and pages that change again
                // soon are written to their place once for 64 MiB of changes. Both take a fifth off what events cost. What is
                // deleted is written over: people asked for it.
                let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                                PRAGMA busy_timeout = 10000; PRAGMA cache_size = -32768; \
                                PRAGMA wal_autocheckpoint = 16384; PRAGMA secure_delete = ON;";
                connection.execute(settings).await?;
            }
            Ok(())
        })
    });
    Ok(options.connect(url).await?)
}

/// A URL as it may be told: without the password.
pub(crate) fn shown(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        _ => url.to_owned(),
    }
}
