//! Where the stores of the tests lie: in SQLite and a folder, and with `distributed` also in PostgreSQL and S3.

use std::path::PathBuf;
#[cfg(feature = "distributed")]
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::store::Store;

#[cfg(feature = "distributed")]
#[path = "../../../tests/it/backends.rs"]
mod backends;

/// A place of its own for each test, taken away at its end.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    #[cfg(feature = "distributed")]
    far: Option<Far>,
}

/// A database and a bucket elsewhere.
#[cfg(feature = "distributed")]
struct Far {
    database: String,
    endpoint: String,
    bucket: String,
}

/// Every kind of place: what a test promises must hold in each.
pub(super) fn places() -> Vec<Place> {
    #[cfg(not(feature = "distributed"))]
    return vec![Place::local()];
    #[cfg(feature = "distributed")]
    {
        let (endpoint, bucket) = backends::s3_bucket();
        let far = Far { database: backends::postgres_database(), endpoint, bucket };
        let mut elsewhere = Place::local();
        elsewhere.far = Some(far);
        vec![Place::local(), elsewhere]
    }
}

impl Place {
    /// SQLite and a folder.
    pub(super) fn local() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("platen-store-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            #[cfg(feature = "distributed")]
            far: None,
        }
    }

    /// Opens the store that lies here; what was kept before is there.
    pub(super) async fn store(&self) -> Store {
        #[cfg(feature = "distributed")]
        if let Some(far) = &self.far {
            let mut store = Store::open(&self.folder, Some(&far.database), None).await.unwrap();
            store.files = crate::store::Files::in_test_bucket(&far.endpoint, &far.bucket);
            return store;
        }
        Store::open(&self.folder, None, None).await.unwrap()
    }

    /// Whether the database's files hold `text` anywhere.
    pub(super) fn holds(&self, text: &str) -> bool {
        #[cfg(feature = "distributed")]
        if let Some(far) = &self.far {
            return cluster_holds(&far.database, text);
        }
        ["platen.db", "platen.db-wal"].iter().any(|name| {
            let bytes = std::fs::read(self.folder.join(name)).unwrap_or_default();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whether the cluster of a database holds `text` in any of its files.
#[cfg(feature = "distributed")]
fn cluster_holds(url: &str, text: &str) -> bool {
    let folder = url.split_once("host=").unwrap().1.split('&').next().unwrap();
    let name = url.split_once(":///").unwrap().1.split('?').next().unwrap();
    let flushed =
        Command::new("psql").args(["-h", folder, "-U", "postgres", "-d", name, "-q", "-c", "CHECKPOINT"]).status();
    assert!(flushed.unwrap().success());
    let found = Command::new("grep").args(["-r", "-q", "-F", "-a", "-e", text, folder]).status().unwrap().code();
    // 2 says that files went while it looked; what it looked for is in none that stayed.
    assert!(matches!(found, Some(0..=2)));
    found == Some(0)
}
