//! Why several machines cannot work together.

use std::path::PathBuf;

use crate::store::StoreError;

/// Why the engine of several machines failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A database that only one machine can use.
    #[error("machines share jobs through PostgreSQL: --database is postgres://USER:PASSWORD@HOST/NAME, not {url}")]
    NotShared {
        /// The URL, without its password.
        url: String,
    },
    /// Nobody answers, or not to us.
    #[error("cannot reach the database at {url}; is PostgreSQL running there, and are user, password and name right?")]
    Unreachable {
        /// The URL, without its password.
        url: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The tables of the queue cannot be made.
    #[error(
        "cannot make the tables of the queue; they need the extensions hstore and pgcrypto (Debian: postgresql, others: \
         postgresql-contrib) and a user who may create schemas in the database"
    )]
    Tables(#[source] apalis_postgres::Error),
    /// The queue failed.
    #[error("the queue failed")]
    Queue(#[from] apalis_postgres::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database or the file store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is not in the file store as it was put there.
    #[error(
        "the file store has no {name}, or not as it was put there; do all machines use the same --storage, and does nothing \
         clear it?"
    )]
    Gone {
        /// The file.
        name: String,
        /// Why it cannot be read, if it is there.
        source: Option<StoreError>,
    },
    /// A design or a picture of one cannot be read again.
    #[error("{} has changed since the orders were read; run the command again", .path.display())]
    Changed {
        /// The design.
        path: PathBuf,
    },
    /// A file of this machine cannot be read or written.
    #[error("cannot use {}", .path.display())]
    Local {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What was noted by another program.
    #[error("an entry of the database is none of this program's")]
    Entry(#[from] serde_json::Error),
}

impl EngineError {
    /// Whether it may be settled by waiting: a server that starts again, a network that comes back.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Queue(_) | Self::Store(_) | Self::Unreachable { .. })
    }
}

/// An error with its causes.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}
