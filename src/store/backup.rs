//! A backup: one archive with a snapshot of the SQLite database and every stored file, taken while the service runs.
//!
//! The archive is a gzipped tar: the files under `files/`, the snapshot as `platen.db`, and last a manifest with the
//! size and the BLAKE3 of each. An archive that was cut off has no manifest, so half a backup is never taken for one.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::store::{CustomerId, Files, Store, StoreError, UploadRow};

/// Name of the snapshot, in the archive and in the data folder.
const DATABASE: &str = "platen.db";
/// What stands before the names of stored files.
const FILES: &str = "files/";
/// Name of the manifest.
const MANIFEST: &str = "platen-backup.json";
/// Version of the archive's layout.
const VERSION: u32 = 1;
/// Bytes of a manifest that are read: some million files.
const MANIFEST_BYTES: u64 = 512 << 20;

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    /// Version of the archive's layout.
    version: u32,
    /// When the snapshot was taken, milliseconds since 1970 in UTC.
    taken_at: i64,
    /// Size and hash of everything else in the archive.
    entries: BTreeMap<String, Fingerprint>,
}

/// By which an entry is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fingerprint {
    bytes: u64,
    blake3: String,
}

/// What was backed up or restored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Stored files.
    pub files: usize,
    /// Bytes of the files and the database, before compression.
    pub bytes: u64,
    /// When the snapshot was taken, milliseconds since 1970 in UTC.
    pub taken_at: i64,
    /// Files that the database names and the file store has lost.
    pub lost: Vec<String>,
}

/// Why a backup could not be made or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The database is not SQLite.
    #[error(
        "a PostgreSQL database is backed up by its own tools: run pg_dump for the database first, then copy the folder \
         or the bucket of --storage"
    )]
    NotSqlite,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// Reading or writing failed.
    #[error("cannot {what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// There is something where the backup should be restored.
    #[error("{0} is not empty; a backup is restored into a new or an empty folder")]
    NotEmpty(String),
    /// The archive is none of this program, or not whole.
    #[error("the archive is damaged or no backup: {0}")]
    Damaged(String),
}

/// Says what failed.
fn cannot(what: &'static str) -> impl FnOnce(std::io::Error) -> BackupError {
    move |source| BackupError::Io { what, source }
}

fn damaged(what: impl Into<String>) -> BackupError {
    BackupError::Damaged(what.into())
}

impl Store {
    /// Writes a backup of everything that was saved before the call; others may go on writing. `snapshot` is a file that
    /// does not exist, on a disk with room for the database; it is left behind for the caller to remove.
    ///
    /// Files that their owners remove while the backup is made are left out of it, with their rows.
    ///
    /// # Errors
    /// If the database is not SQLite, or if reading or writing fails.
    pub async fn backup(&self, snapshot: &Path, now: i64, out: impl Write) -> Result<BackupReport, BackupError> {
        if self.is_postgres {
            return Err(BackupError::NotSqlite);
        }
        // The rows first: what they name is there already, and is found afterwards unless it is removed meanwhile.
        let place = snapshot.to_str().ok_or_else(|| damaged("the snapshot's path is not text"))?;
        sqlx::query("VACUUM INTO $1").bind(place).execute(&self.pool).await.map_err(StoreError::from)?;
        let mut archive = Archive::new(out, now);
        for name in self.files.names().await? {
            if let Some(bytes) = self.files.get(&name).await? {
                archive.add(format!("{FILES}{name}"), &bytes)?;
            }
        }
        let lost = self.settle(snapshot, &archive.manifest).await?;
        archive.add_file(DATABASE, snapshot)?;
        let report = archive.report(lost);
        archive.finish()?;
        Ok(report)
    }

    /// Takes uploads out of the snapshot whose files were removed after it; what the live database still names is lost.
    async fn settle(&self, snapshot: &Path, manifest: &Manifest) -> Result<Vec<String>, BackupError> {
        let url = format!("sqlite://{}", snapshot.display());
        let mut copy = AnyConnection::connect(&url).await.map_err(StoreError::from)?;
        let rows = sqlx::query("SELECT upload_id, customer_id, original FROM upload_owners")
            .fetch_all(&mut copy)
            .await
            .map_err(StoreError::from)?;
        let mut lost = Vec::new();
        for row in rows {
            let text = |column: &str| row.try_get::<String, _>(column).map_err(StoreError::from);
            let (id, customer, original) = (text("upload_id")?, text("customer_id")?, text("original")?);
            let mut names = vec![UploadRow::file(&id)];
            // A copy's original is the picture itself.
            if original != id {
                names.push(UploadRow::original_file(&original));
            }
            let missing: Vec<_> =
                names.into_iter().filter(|name| !manifest.entries.contains_key(&format!("{FILES}{name}"))).collect();
            if missing.is_empty() {
                continue;
            }
            if self.upload(&CustomerId(customer.clone()), &id).await?.is_some() {
                lost.extend(missing);
                continue;
            }
            for sql in [
                "DELETE FROM upload_owners WHERE upload_id = $1 AND customer_id = $2",
                "DELETE FROM uploads WHERE id = $1 AND NOT EXISTS \
                 (SELECT 1 FROM upload_owners WHERE upload_id = $1 AND customer_id <> $2) \
                 AND NOT EXISTS (SELECT 1 FROM order_pictures WHERE upload_id = $1)",
            ] {
                sqlx::query(sql).bind(&id).bind(&customer).execute(&mut copy).await.map_err(StoreError::from)?;
            }
        }
        // Back to one file: a snapshot has no log beside it.
        sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut copy).await.map_err(StoreError::from)?;
        copy.close().await.map_err(StoreError::from)?;
        lost.sort();
        lost.dedup();
        Ok(lost)
    }
}

/// An archive that is being written.
struct Archive<W: Write> {
    tar: tar::Builder<GzEncoder<W>>,
    manifest: Manifest,
}

impl<W: Write> Archive<W> {
    fn new(out: W, now: i64) -> Self {
        let manifest = Manifest { version: VERSION, taken_at: now, entries: BTreeMap::new() };
        Self { tar: tar::Builder::new(GzEncoder::new(out, Compression::fast())), manifest }
    }

    fn add(&mut self, name: String, bytes: &[u8]) -> Result<(), BackupError> {
        let hash = blake3::hash(bytes).to_hex().to_string();
        self.append(&name, bytes.len() as u64, bytes)?;
        self.manifest.entries.insert(name, Fingerprint { bytes: bytes.len() as u64, blake3: hash });
        Ok(())
    }

    fn add_file(&mut self, name: &str, path: &Path) -> Result<(), BackupError> {
        let file = std::fs::File::open(path).map_err(cannot("read the snapshot"))?;
        let bytes = file.metadata().map_err(cannot("read the snapshot"))?.len();
        let mut reader = Hashing::new(file);
        self.append(name, bytes, &mut reader)?;
        self.manifest.entries.insert(name.to_owned(), reader.fingerprint());
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: u64, data: impl Read) -> Result<(), BackupError> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.manifest.taken_at / 1000).unwrap_or(0));
        self.tar.append_data(&mut header, name, data).map_err(cannot("write the archive"))
    }

    fn report(&self, lost: Vec<String>) -> BackupReport {
        report(&self.manifest, lost)
    }

    fn finish(mut self) -> Result<(), BackupError> {
        let manifest = serde_json::to_vec_pretty(&self.manifest).map_err(|error| damaged(error.to_string()))?;
        self.append(MANIFEST, manifest.len() as u64, &*manifest)?;
        let gzip = self.tar.into_inner().map_err(cannot("write the archive"))?;
        gzip.finish().and_then(|mut out| out.flush()).map_err(cannot("write the archive"))
    }
}

fn report(manifest: &Manifest, lost: Vec<String>) -> BackupReport {
    BackupReport {
        files: manifest.entries.keys().filter(|name| name.starts_with(FILES)).count(),
        bytes: manifest.entries.values().map(|entry| entry.bytes).sum(),
        taken_at: manifest.taken_at,
        lost,
    }
}

/// Makes a folder that only we can look into: addresses and pictures of customers lie there. One that is there stays as it
/// is.
///
/// # Errors
/// If it cannot be made.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Restores a backup into the folder `data`, which must be new or empty; the files go where `storage` says, if it says.
/// Nothing is left behind if it fails, in the folder at least.
///
/// # Errors
/// If there is something in the folder, if the archive is not whole, or if writing fails.
pub async fn restore(archive: impl Read, data: &Path, storage: Option<&str>) -> Result<BackupReport, BackupError> {
    make_private(data).map_err(cannot("make the folder"))?;
    let mut there = std::fs::read_dir(data).map_err(cannot("read the folder"))?;
    if there.next().is_some() {
        return Err(BackupError::NotEmpty(data.display().to_string()));
    }
    // A folder inside, since the folder itself may be a volume that cannot be renamed over.
    let scratch = Scratch(data.join(format!(".restore-{}.tmp", std::process::id())));
    std::fs::create_dir(&scratch.0).map_err(cannot("make a folder"))?;
    let files = Files::open(&scratch.0, storage)?;
    let report = unpack(archive, &scratch.0, &files).await?;
    // The database last: without it there is nothing that a service would open.
    for name in ["files", DATABASE] {
        let from = scratch.0.join(name);
        if from.exists() {
            std::fs::rename(from, data.join(name)).map_err(cannot("move what was restored to its place"))?;
        }
    }
    std::fs::File::open(data).and_then(|folder| folder.sync_all()).map_err(cannot("write the folder to the disk"))?;
    Ok(report)
}

/// A folder that is removed with all that is left in it.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn unpack(archive: impl Read, folder: &Path, files: &Files) -> Result<BackupReport, BackupError> {
    let mut tar = tar::Archive::new(GzDecoder::new(archive));
    let mut found = BTreeMap::new();
    let mut manifest: Option<Manifest> = None;
    for entry in tar.entries().map_err(|error| damaged(error.to_string()))? {
        let mut entry = entry.map_err(|error| damaged(error.to_string()))?;
        let name = entry_name(&entry)?;
        if manifest.is_some() || found.contains_key(&name) {
            return Err(damaged(format!("{name} does not belong there")));
        }
        if name == MANIFEST {
            let read = serde_json::from_reader(entry.take(MANIFEST_BYTES));
            manifest = Some(read.map_err(|error| damaged(format!("{MANIFEST}: {error}")))?);
        } else if name == DATABASE {
            found.insert(name, copy(&mut entry, &folder.join(DATABASE))?);
        } else if let Some(stored) = name.strip_prefix(FILES) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(|error| damaged(format!("{name}: {error}")))?;
            let blake3 = blake3::hash(&bytes).to_hex().to_string();
            let fingerprint = Fingerprint { bytes: bytes.len() as u64, blake3 };
            files.put(stored, bytes.into()).await?;
            found.insert(name, fingerprint);
        } else {
            return Err(damaged(format!("{name} does not belong there")));
        }
    }
    // What lies behind the last entry is read for the sake of the checksum at the very end.
    std::io::copy(&mut tar.into_inner(), &mut std::io::sink()).map_err(|error| damaged(error.to_string()))?;
    let manifest = manifest.ok_or_else(|| damaged("it ends early"))?;
    if manifest.version != VERSION {
        return Err(damaged(format!("version {} of its layout is not known to this program", manifest.version)));
    }
    let differs = |name: &&String| manifest.entries.get(*name) != found.get(*name);
    if let Some(name) = manifest.entries.keys().chain(found.keys()).find(differs) {
        return Err(damaged(format!("{name} is not what was backed up")));
    }
    if !found.contains_key(DATABASE) {
        return Err(damaged("it holds no database"));
    }
    Ok(report(&manifest, Vec::new()))
}

/// The name of a plain file that leads nowhere else.
fn entry_name(entry: &tar::Entry<'_, impl Read>) -> Result<String, BackupError> {
    let path = entry.path().map_err(|error| damaged(error.to_string()))?;
    let shown = path.display().to_string();
    let is_plain = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    match path.to_str() {
        Some(name) if is_plain && entry.header().entry_type().is_file() => Ok(name.to_owned()),
        _ => Err(damaged(format!("{shown} is no plain file"))),
    }
}

/// Writes a file whole, to the disk.
fn copy(from: &mut impl Read, to: &Path) -> Result<Fingerprint, BackupError> {
    let mut reader = Hashing::new(from);
    let mut file = std::fs::File::create(to).map_err(cannot("write the database"))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut buffer).map_err(|error| damaged(format!("{DATABASE}: {error}")))?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count]).map_err(cannot("write the database"))?;
    }
    file.sync_all().map_err(cannot("write the database"))?;
    Ok(reader.fingerprint())
}

/// Counts and hashes what is read.
struct Hashing<R> {
    inner: R,
    bytes: u64,
    hasher: blake3::Hasher,
}

impl<R> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, bytes: 0, hasher: blake3::Hasher::new() }
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint { bytes: self.bytes, blake3: self.hasher.finalize().to_hex().to_string() }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
