//! Bytes by name: in a local folder, or in a bucket.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
#[cfg(feature = "distributed")]
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};

use crate::store::{StoreError, shown};

/// Where uploads and finished files lie.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// How long a call may take that others wait for.
    pub(super) patience: Duration,
    /// How long the removal of a file may take, for which nobody waits.
    removal: Duration,
}

/// See [`Files::within_patience`].
const PATIENCE: Duration = Duration::from_secs(2);
/// See [`Files::remove`].
const REMOVAL: Duration = Duration::from_secs(120);

/// A file that is read piece by piece.
pub struct FileStream {
    /// Its size.
    pub bytes: u64,
    /// Its pieces, in order; each of a few KB from a folder, and as they arrive from a bucket.
    pub pieces: BoxStream<'static, Result<Bytes, StoreError>>,
}

impl std::fmt::Debug for FileStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileStream").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Files {
    /// The folder `data/files`, or what the URL names: `file:///…`, or `s3://bucket` with the feature `distributed`.
    pub(super) fn open(data: &Path, url: Option<&str>) -> Result<Self, StoreError> {
        let store: Arc<dyn ObjectStore> = match url {
            None => local(&data.join("files"))?,
            Some(url) if url.starts_with("file://") => local(Path::new(url.trim_start_matches("file://")))?,
            #[cfg(feature = "distributed")]
            Some(url) if url.starts_with("s3://") => bucket(AmazonS3Builder::from_env().with_url(url))?,
            Some(url) => return Err(StoreError::Url { what: "storage", url: shown(url) }),
        };
        Ok(Self { store, patience: PATIENCE, removal: REMOVAL })
    }

    /// Runs a call of this store for which somebody holds the database's write lock: everybody who saves anything waits for
    /// that, so it ends after two seconds.
    ///
    /// # Errors
    /// If the call fails or takes longer.
    pub(super) async fn within_patience<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.patience, call).await.unwrap_or(Err(StoreError::FilesSlow))
    }

    /// The same files, behind a store that takes so long to tell anything and to take a file away; as long as `patience`
    /// and `removal` it is waited for.
    #[cfg(test)]
    pub(super) fn slowed(&self, wait: Duration, (patience, removal): (Duration, Duration)) -> Self {
        let config = object_store::throttle::ThrottleConfig {
            wait_get_per_call: wait,
            wait_delete_per_call: wait,
            ..object_store::throttle::ThrottleConfig::default()
        };
        let store = object_store::throttle::ThrottledStore::new(Arc::clone(&self.store), config);
        Self { store: Arc::new(store), patience, removal }
    }

    /// A bucket of the tests' own server.
    #[cfg(all(test, feature = "distributed"))]
    pub(super) fn in_test_bucket(endpoint: &str, name: &str) -> Self {
        let builder = AmazonS3Builder::new().with_endpoint(endpoint).with_allow_http(true).with_bucket_name(name);
        let keys = builder.with_access_key_id("shop").with_secret_access_key("secret");
        Self {
            store: bucket(keys.with_region("us-east-1")).expect("everything is given"),
            patience: PATIENCE,
            removal: REMOVAL,
        }
    }

    /// Writes a file whole: a reader sees all of it or none, and it survives a crash once this returns.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.store.put(&name.into(), PutPayload::from_bytes(bytes)).await?;
        Ok(())
    }

    /// Whether there is a file of that name.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn has(&self, name: &str) -> Result<bool, StoreError> {
        match self.store.head(&name.into()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The names of all files, sorted.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn names(&self) -> Result<Vec<String>, StoreError> {
        let mut names: Vec<String> =
            self.store.list(None).map_ok(|file| file.location.to_string()).try_collect().await?;
        names.sort_unstable();
        Ok(names)
    }

    /// Takes a file away; one that is not there is fine.
    ///
    /// # Errors
    /// If the store fails, or does not answer within two minutes: then it may still take the file later.
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        match tokio::time::timeout(self.removal, self.store.delete(&name.into())).await {
            Ok(Ok(()) | Err(object_store::Error::NotFound { .. })) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(StoreError::FilesSlow),
        }
    }

    /// A file's bytes; `None` if there is none.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        match self.store.get(&name.into()).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A file to be handed on as it is read, so that its size does not matter; `None` if there is none.
    ///
    /// # Errors
    /// If the store fails; what fails later is in the pieces.
    pub async fn stream(&self, name: &str) -> Result<Option<FileStream>, StoreError> {
        match self.store.get(&name.into()).await {
            Ok(found) => {
                let bytes = found.meta.size;
                Ok(Some(FileStream { bytes, pieces: Box::pin(found.into_stream().map_err(StoreError::from)) }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(feature = "distributed")]
fn bucket(builder: AmazonS3Builder) -> Result<Arc<dyn ObjectStore>, StoreError> {
    // The HTTP client takes whatever cryptography the process has chosen; a second choice is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Arc::new(builder.build()?))
}

fn local(folder: &Path) -> Result<Arc<dyn ObjectStore>, StoreError> {
    std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
    // The parent folder is synced too, so that the name survives as well as the bytes.
    Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
}
