//! Print jobs on several machines: PostgreSQL says what there is to do, an object store holds what it is made from and what
//! becomes of it, and any number of workers make it.
//!
//! Our own table is the truth (`ledger`); the queue is apalis, which carries names only and delivers each at least once.
//! What is delivered twice has one effect: files are called by what they are made from, and a row is done once. A worker
//! (`worker`) draws in a child process (`renderer`), so that no job can take it down. Whoever has orders (`submit`) plans,
//! checks and keeps the folder exactly as on one machine.

mod error;
mod ledger;
mod parcel;
mod renderer;
mod submit;
mod work;
mod worker;

use std::path::Path;
use std::time::Duration;

use apalis_postgres::PostgresStorage;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};

pub use crate::engine::error::EngineError;
pub use crate::engine::parcel::Parcel;
pub use crate::engine::submit::{Far, Source};
pub use crate::engine::work::{Made, Reply, Request, Work, WorkLine};
pub use crate::engine::worker::{Notice, WorkerOptions, work};
use crate::scene::RENDERER_VERSION;
use crate::shop::Shop;
use crate::store::{Files, Store, is_postgres, shown};

/// How long it may take to reach the database at the start.
const REACH: Duration = Duration::from_secs(10);
/// Held while the tables of the queue are made, so that machines that start together do not trip over each other.
const LOCK: i64 = 0x706c_6174_656e;

/// What the machines share.
#[derive(Debug, Clone)]
pub struct Engine {
    pool: PgPool,
    files: Files,
    queue: String,
}

impl Engine {
    /// Opens the database and the file store, and brings the tables up to date. `connections` may be open at once.
    ///
    /// # Errors
    /// If a URL is not one that machines can share, or what it names cannot be reached.
    pub async fn open(shop: &Shop, database: &str, storage: &str, connections: u32) -> Result<Self, EngineError> {
        if !is_postgres(database) {
            return Err(EngineError::NotShared { url: shown(database) });
        }
        let cannot = |source| EngineError::Unreachable { url: shown(database), source };
        let options: PgConnectOptions = database.parse().map_err(cannot)?;
        // A pool tries for long what refuses it at once; whoever mistyped an address wants to know.
        let reached = tokio::time::timeout(REACH, options.connect()).await;
        let mut connection = reached.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(cannot)?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
        let opened = Self::set_up(shop, (database, storage), options, connections).await;
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut connection).await?;
        connection.close().await?;
        opened
    }

    async fn set_up(
        shop: &Shop,
        (database, storage): (&str, &str),
        options: PgConnectOptions,
        connections: u32,
    ) -> Result<Self, EngineError> {
        // Both are elsewhere, so the folder is nobody's.
        let store = Store::open(Path::new(""), Some(database), Some(storage)).await?;
        store.close().await;
        let pool =
            PgPoolOptions::new().max_connections(connections).acquire_timeout(REACH).connect_with(options).await?;
        PostgresStorage::setup(&pool).await.map_err(EngineError::Tables)?;
        Ok(Self { pool, files: store.files, queue: queue(shop) })
    }

    /// The queue of this program with these assets: others would draw otherwise.
    #[must_use]
    pub fn queue(&self) -> &str {
        &self.queue
    }

    async fn connection(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, sqlx::Error> {
        self.pool.acquire().await
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Names the queue by what decides a file's bytes beside the job: this program, catalogue, mockups and fonts. So machines
/// of two releases work beside each other, each on what was planned by its own. The profile comes with each job.
fn queue(shop: &Shop) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("platen print queue 1");
    hasher
        .update(env!("CARGO_PKG_VERSION").as_bytes())
        .update(&RENDERER_VERSION.to_le_bytes())
        .update(&shop.files_digest);
    format!("platen-print-{}", &hasher.finalize().to_hex()[..16])
}

/// Where a file of the store lies that is called by its own bytes.
fn input(hash: &str) -> String {
    format!("print/in/{hash}")
}

/// Where the file of a print job lies.
fn output(job: &str) -> String {
    format!("print/out/{job}")
}

type Connection = PgConnection;
