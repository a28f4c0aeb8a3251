//! Why the store failed.

/// Why something could not be kept or found again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A URL that this program cannot open.
    #[error(
        "the {what} URL {url} is not one of sqlite:…, file:…{}",
        if cfg!(feature = "distributed") { ", postgres://…, s3://…" } else { "; build with --features distributed for postgres:// and s3://" }
    )]
    Url {
        /// What it was given for.
        what: &'static str,
        /// The URL, without its password.
        url: String,
    },
    /// The folder for data cannot be made.
    #[error("cannot make the folder {}", path.display())]
    Folder {
        /// Where.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The tables cannot be brought up to date.
    #[error("cannot bring the database's tables up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The file store failed.
    #[error("the file store failed")]
    Files(#[from] object_store::Error),
    /// The file store did not answer in the time that others may be kept waiting.
    #[error("the file store takes too long to answer")]
    FilesSlow,
    /// The same picture is being taken away, and may be brought once that is done.
    #[error("the file is being taken away")]
    BeingRemoved,
    /// The same picture was taken away again and again while it was brought.
    #[error("the file is taken away again and again")]
    Contended,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
}

impl StoreError {
    /// Whether what was to be kept belongs to somebody, or to something, that was deleted meanwhile.
    #[must_use]
    pub fn lacks_owner(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_foreign_key_violation())
    }
}
