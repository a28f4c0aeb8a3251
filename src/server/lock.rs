//! One service at a time on a folder with its own database: two would each keep what the other cannot know, such as
//! buckets of points and who is in the middle of an upload.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::server::{Config, ServeError};

/// The file in the data folder that the service holds locked.
const NAME: &str = "serve.lock";
/// How often it is asked for, every 50 ms: for three seconds.
const TRIES: u32 = 60;

/// That no other service runs on the folder, as long as this is held. The system gives it back however a process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Takes the folder of a service with the embedded database. With one of its own, PostgreSQL, there may be several.
    ///
    /// # Errors
    /// If another service has it.
    pub(super) fn take(config: &Config) -> Result<Self, ServeError> {
        let is_embedded = config.database.as_deref().is_none_or(|url| url.starts_with("sqlite:"));
        if !is_embedded {
            return Ok(Self { _file: None });
        }
        Self::of_folder(&config.data)
    }

    fn of_folder(folder: &Path) -> Result<Self, ServeError> {
        let cannot = |error| ServeError::Data(folder.to_owned(), error);
        let path = folder.join(NAME);
        let file = File::options().create(true).append(true).open(path).map_err(cannot)?;
        // One that was killed gives it back a moment later, when its memory is gone.
        for _ in 0..TRIES {
            if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ServeError::InUse(folder.to_owned())),
            // Some network drives have no locks.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the data folder cannot be locked; make sure that one service at a time uses it");
            }
        }
        Ok(Self { _file: Some(file) })
    }
}
