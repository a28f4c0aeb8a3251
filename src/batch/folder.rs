//! The folder that a batch is written to. Every file is written beside the others under another name, flushed, and then
//! put in its place, so that whatever ends a run, a file is whole or not there.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::batch::journal::Journal;
use crate::batch::make::MakeError;
use crate::batch::names::LISTS;
use crate::export::ExportError;

/// Where the folder keeps what it knows of itself.
const OWN: &str = ".batch";

/// Why a batch stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Something that is not a batch's.
    #[error("{} is no folder of a batch and not empty; name a new one", .0.display())]
    NotOurs(PathBuf),
    /// A part of it is a symbolic link: what is written or removed there lies elsewhere.
    #[error("{} is a symbolic link and leads out of the folder; take it away, or name another folder", .0.display())]
    Linked(PathBuf),
    /// Another run has the folder.
    #[error("another run is writing {}; wait for it, or name another folder", .0.display())]
    Busy(PathBuf),
    /// The folder holds the files of another orders file.
    #[error("{} holds the batch of \"{held}\", not of \"{asked}\"; name another folder", .folder.display())]
    OtherOrders {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        held: String,
        /// What was asked for.
        asked: String,
    },
    /// A file cannot be written: a full disk, a folder that is read only.
    #[error("could not write {}; once that is settled, the same command goes on", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The table of items is damaged, or another program's.
    #[error(
        "{} is no table of a batch, or a damaged one; name a new folder, or empty this one, and everything is made anew",
        .path.display()
    )]
    Journal {
        /// The table's file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The database or the file store of the machines that make the files.
    #[error("what the machines share failed; once that is settled, the same command goes on")]
    Elsewhere(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The folder, held by this run alone.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// The table of items.
    pub journal: Journal,
    counter: AtomicU64,
    _lock: File,
}

/// What a list says. It may be long, so that it is written where it goes and is not kept as a whole.
pub trait List {
    /// Writes it, each time with the same bytes.
    ///
    /// # Errors
    /// If `out` fails.
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()>;
}

impl List for [u8] {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(self)
    }
}

impl List for Vec<u8> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(self)
    }
}

/// A file that is whole and on the disk, but not in its place yet.
#[derive(Debug)]
pub struct Prepared {
    /// Where it belongs, below the folder.
    pub name: String,
    /// Where it is.
    pub beside: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Their BLAKE3.
    pub checksum: blake3::Hash,
}

impl Folder {
    /// Opens a folder, or makes it, for the orders of `source`, and clears away what a cut left half written.
    ///
    /// # Errors
    /// If the folder is not ours, in use, of other orders, or cannot be written.
    pub fn open(root: &Path, source: &str) -> Result<Self, RunError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| RunError::Write { path, source }
        };
        let own = root.join(OWN);
        // The table and what is half written go through them.
        let links = [own.clone(), own.join("lock"), own.join("items.db")];
        if let Some(link) = links.into_iter().find(|path| is_link(path)) {
            return Err(RunError::Linked(link));
        }
        let is_new = !root.exists() || fs::read_dir(root).map_err(failed(root))?.next().is_none();
        if !own.is_dir() && !is_new {
            return Err(RunError::NotOurs(root.to_owned()));
        }
        let is_made = !own.is_dir();
        fs::create_dir_all(&own).map_err(failed(&own))?;
        // A path without a folder in front of it has no parent that could be flushed.
        let root = &root.canonicalize().map_err(failed(root))?;
        if is_made {
            sync_folder(root).map_err(failed(root))?;
            root.parent().map_or(Ok(()), sync_folder).map_err(failed(root))?;
        }
        let own = root.join(OWN);
        let lock = File::options().create(true).append(true).open(own.join("lock")).map_err(failed(&own))?;
        if lock.try_lock().is_err() {
            return Err(RunError::Busy(root.to_owned()));
        }
        sweep(&own)?;
        let table = table_of(root);
        let journal = Journal::open(&table).map_err(|error| unusable(&table, error))?;
        let held = journal.about("orders", source).map_err(|error| unusable(&table, error))?;
        if held != source {
            let (folder, asked) = (root.to_owned(), source.to_owned());
            return Err(RunError::OtherOrders { folder, held, asked });
        }
        Ok(Self { root: root.to_owned(), journal, counter: AtomicU64::new(0), _lock: lock })
    }

    /// An error of the table.
    pub(super) fn unusable(&self, source: sqlx::Error) -> RunError {
        unusable(&table_of(&self.root), source)
    }

    /// Where a file lies.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Whether a file is there with so many bytes, which have this BLAKE3.
    #[must_use]
    pub fn is_whole(&self, name: &str, (bytes, blake3): (u64, blake3::Hash)) -> bool {
        let path = self.path(name);
        if self.link(name).is_some() {
            return false;
        }
        let is_long = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() == bytes);
        is_long && checksum(&path).is_ok_and(|found| found == blake3)
    }

    /// Writes a file with `write`, flushes it to the disk, and leaves it beside its place.
    ///
    /// # Errors
    /// If the disk does not take it; what cannot be made is no error of the folder.
    pub fn prepare(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), MakeError>,
    ) -> Result<Result<Prepared, MakeError>, RunError> {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let beside = self.root.join(OWN).join(format!("{number}.tmp"));
        let written = (|| {
            let mut out = BufWriter::with_capacity(1 << 18, File::create(&beside)?);
            match write(&mut out) {
                Err(MakeError::Export(ExportError::Write(error))) => return Err(error),
                Err(other) => return Ok(Err(other)),
                Ok(()) => {}
            }
            out.flush()?;
            out.get_ref().sync_all()?;
            Ok(Ok((out.get_ref().metadata()?.len(), checksum(&beside)?)))
        })();
        if !matches!(written, Ok(Ok(_))) {
            // What cannot be removed was never created; the next run clears it away.
            let _ = fs::remove_file(&beside);
        }
        match written {
            Ok(Ok((bytes, checksum))) => Ok(Ok(Prepared { name: name.to_owned(), beside, bytes, checksum })),
            Ok(Err(other)) => Ok(Err(other)),
            Err(source) => Err(RunError::Write { path: self.path(name), source }),
        }
    }

    /// Puts a file in its place, so that it stays there when the power fails.
    ///
    /// # Errors
    /// If the disk does not take it, or its place is behind a symbolic link.
    pub fn settle(&self, prepared: &Prepared) -> Result<(), RunError> {
        self.check_links(&prepared.name)?;
        let path = self.path(&prepared.name);
        let folder = path.parent().unwrap_or(&self.root);
        let is_new = !folder.is_dir();
        let settled = fs::create_dir_all(folder).and_then(|()| {
            fs::rename(&prepared.beside, &path)?;
            sync_folder(folder)?;
            // A folder that was made is there once the one above it says so.
            let mut above = folder.ancestors().skip(1).take_while(|above| is_new && above.starts_with(&self.root));
            above.try_for_each(sync_folder)
        });
        settled.map_err(|source| RunError::Write { path, source })
    }

    /// Writes a list, unless it is there with these bytes.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn put(&self, name: &str, list: &(impl List + ?Sized)) -> Result<(), RunError> {
        if is_there(&self.path(name), list) {
            return Ok(());
        }
        let write = |out: &mut BufWriter<File>| Ok(list.write(out).map_err(ExportError::Write)?);
        match self.prepare(name, write)? {
            Ok(prepared) => self.settle(&prepared),
            // What is there can be written.
            Err(_) => Ok(()),
        }
    }

    /// Removes the lists: they tell of a run that is over, and the files change now.
    ///
    /// # Errors
    /// If one is there and cannot be removed.
    pub fn unlist(&self) -> Result<(), RunError> {
        LISTS.iter().try_for_each(|name| self.remove(name))
    }

    /// Removes a file, and its folders where they are empty now.
    ///
    /// # Errors
    /// If it is there and cannot be removed, or its place is behind a symbolic link.
    pub fn remove(&self, name: &str) -> Result<(), RunError> {
        // The table came with the folder, from anywhere: it names files of this folder, or none.
        if !Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            return Ok(());
        }
        self.check_links(name)?;
        let path = self.path(name);
        // Somebody's folder may stand there, or a file where the folder was: the batch's file is gone then, too.
        if path.is_dir() && !is_link(&path) {
            return Ok(());
        }
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(source) => return Err(RunError::Write { path, source }),
        }
        // One that is not empty stays.
        let is_left = |folder: &&Path| *folder == self.root || (fs::remove_dir(folder).is_err() && folder.is_dir());
        let left = path.ancestors().skip(1).find(is_left);
        left.map_or(Ok(()), sync_folder).map_err(|source| RunError::Write { path: path.clone(), source })
    }

    fn check_links(&self, name: &str) -> Result<(), RunError> {
        self.link(name).map_or(Ok(()), |link| Err(RunError::Linked(link)))
    }

    /// The first folder on the way to a file that is a symbolic link. The folder may come from anywhere, and what lies
    /// behind a link is not the batch's.
    fn link(&self, name: &str) -> Option<PathBuf> {
        let mut path = self.root.clone();
        Path::new(name).parent()?.components().find_map(|part| {
            path.push(part);
            is_link(&path).then(|| path.clone())
        })
    }

    /// Closes the table and gives the folder back.
    ///
    /// # Errors
    /// If the table cannot be closed.
    pub fn close(self) -> Result<(), RunError> {
        let own = self.root.join(OWN);
        sweep(&own)?;
        self.journal.close().map_err(|source| unusable(&table_of(&self.root), source))
    }
}

/// The table of items of a folder.
pub(super) fn table_of(root: &Path) -> PathBuf {
    root.join(OWN).join("items.db")
}

/// Where a file of a folder lies, if it is there with so many bytes and no symbolic link leads to it.
#[must_use]
pub fn lies_at(root: &Path, name: &str, bytes: u64) -> Option<PathBuf> {
    let mut path = root.to_owned();
    for part in Path::new(name).components() {
        // A name leads into the folder, whoever wrote it into the table.
        let std::path::Component::Normal(part) = part else { return None };
        path.push(part);
        if is_link(&path) {
            return None;
        }
    }
    fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() == bytes).then_some(path)
}

/// Whether a file has the bytes of a list, which is written against it.
fn is_there(path: &Path, list: &(impl List + ?Sized)) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let Some(file) = is_file.then(|| File::open(path).ok()).flatten() else { return false };
    let mut held = Held(BufReader::with_capacity(1 << 16, file));
    list.write(&mut held).is_ok() && held.0.fill_buf().is_ok_and(<[u8]>::is_empty)
}

/// Takes the bytes that a file has, and fails at the first other one.
struct Held(BufReader<File>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let there = self.0.fill_buf()?;
        let count = there.len().min(bytes.len());
        if there[..count] != bytes[..count] {
            return Err(ErrorKind::InvalidData.into());
        }
        self.0.consume(count);
        // None of some bytes: the file ends here.
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// Clears away what a cut left half written.
fn sweep(own: &Path) -> Result<(), RunError> {
    let failed = |path: &Path, source| RunError::Write { path: path.to_owned(), source };
    for entry in fs::read_dir(own).map_err(|error| failed(own, error))?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "tmp") {
            fs::remove_file(&path).map_err(|error| failed(&path, error))?;
        }
    }
    Ok(())
}

/// An error of the table: whether it is no table of ours, or the disk does not take more of it.
fn unusable(table: &Path, source: sqlx::Error) -> RunError {
    // SQLITE_ERROR (columns that are not there), SQLITE_CORRUPT and SQLITE_NOTADB; the byte above them tells details.
    const OTHERS: [u32; 3] = [1, 11, 26];
    let code = source.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    let is_read = matches!(source, sqlx::Error::ColumnDecode { .. } | sqlx::Error::RowNotFound);
    let path = table.to_owned();
    if is_read || code.is_some_and(|code| OTHERS.contains(&(code & 0xff))) {
        return RunError::Journal { path, source };
    }
    RunError::Write { path, source: std::io::Error::other(source) }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// BLAKE3 of a file.
fn checksum(path: &Path) -> std::io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_held_against_the_file_that_is_there() {
        let path = std::env::temp_dir().join(format!("platen-list-{}", std::process::id()));
        let list = b"ab".repeat(1 << 17);
        assert!(!is_there(&path, &list), "no file");
        fs::write(&path, &list).unwrap();
        assert!(is_there(&path, &list) && is_there(&path, list.as_slice()));
        let mut other = list.clone();
        other[(1 << 17) + 3] = b'x';
        for other in [&other[..], &list[..list.len() - 1], &[&list[..], b"a"].concat(), b""] {
            assert!(!is_there(&path, other));
        }
        fs::remove_file(&path).unwrap();
    }
}
