//! Finished pictures on disk: a folder of bounded size, the least used leaving first.
//!
//! It is a cache: a file that is lost, cut or damaged is drawn again. So files are renamed into place but not synced, and
//! each carries a hash of itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A folder of files by name.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    most_bytes: u64,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// Size and the turn of the last use, by name.
    files: BTreeMap<String, (u64, u64)>,
    bytes: u64,
    turn: u64,
}

/// Bytes of the hash before a file's content.
const HASH_BYTES: usize = 32;

impl Shelf {
    /// Opens the folder and counts what lies there; what was used last is not known and taken from the files' times.
    ///
    /// # Errors
    /// If the folder cannot be made or read.
    pub(super) fn open(folder: PathBuf, most_bytes: u64) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let (Ok(name), Ok(facts)) = (entry.file_name().into_string(), entry.metadata()) else { continue };
            if name.ends_with(".tmp") {
                // Left by a process that was killed while it wrote.
                let _ = std::fs::remove_file(entry.path());
            } else if facts.is_file() {
                found.push((facts.modified().ok(), name, facts.len()));
            }
        }
        found.sort();
        let mut index = Index::default();
        for (_, name, size) in found {
            index.add(name, size);
        }
        let shelf = Self { folder, most_bytes, index: Mutex::new(index) };
        shelf.make_room();
        Ok(shelf)
    }

    /// The content of a file, if it is there and whole. Reads the disk.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.index().touch(name)?;
        let whole = std::fs::read(self.folder.join(name)).ok().and_then(|bytes| {
            let (hash, content) = bytes.split_at_checked(HASH_BYTES)?;
            (blake3::hash(content).as_bytes()[..] == *hash).then(|| content.to_vec())
        });
        if whole.is_none() {
            self.forget(name);
        }
        whole
    }

    /// Keeps a file. Writes the disk; a failure is told in the log and otherwise like having no cache.
    pub(super) fn put(&self, name: &str, content: &[u8]) {
        let size = (content.len() + HASH_BYTES) as u64;
        if size > self.most_bytes {
            return;
        }
        let temporary = self.folder.join(format!("{name}.tmp"));
        let bytes = [blake3::hash(content).as_bytes(), content].concat();
        let written =
            std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, self.folder.join(name)));
        match written {
            Ok(()) => self.index().add(name.to_owned(), size),
            Err(error) => {
                let _ = std::fs::remove_file(&temporary);
                tracing::warn!(%error, "a picture cannot be kept on disk");
            }
        }
        self.make_room();
    }

    /// Takes away every file whose name is one of those that are `meant`. Writes the disk.
    pub(super) fn remove(&self, meant: impl Fn(&str) -> bool) {
        let names: Vec<String> = self.index().files.keys().filter(|name| meant(name)).cloned().collect();
        names.iter().for_each(|name| self.forget(name));
    }

    fn make_room(&self) {
        loop {
            let oldest = {
                let index = self.index();
                if index.bytes <= self.most_bytes {
                    return;
                }
                index.files.iter().min_by_key(|(_, (_, turn))| *turn).map(|(name, _)| name.clone())
            };
            let Some(name) = oldest else { return };
            self.forget(&name);
        }
    }

    fn forget(&self, name: &str) {
        self.index().remove(name);
        let _ = std::fs::remove_file(self.folder.join(name));
    }

    /// A panic while the lock was held left the index as it was before or after.
    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the files lie.
    #[cfg(test)]
    fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

impl Index {
    fn add(&mut self, name: String, size: u64) {
        self.remove(&name);
        self.turn += 1;
        self.bytes += size;
        self.files.insert(name, (size, self.turn));
    }

    fn touch(&mut self, name: &str) -> Option<()> {
        self.turn += 1;
        let (_, turn) = self.files.get_mut(name)?;
        *turn = self.turn;
        Some(())
    }

    fn remove(&mut self, name: &str) {
        if let Some((size, _)) = self.files.remove(name) {
            self.bytes -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(name: &str, most_bytes: u64) -> Shelf {
        let folder = std::env::temp_dir().join(format!("platen-shelf-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Shelf::open(folder, most_bytes).unwrap()
    }

    #[test]
    fn the_least_used_leaves_first_and_the_folder_stays_within_its_bound() {
        let shelf = shelf("bound", 3 * 132);
        for name in ["a", "b", "c"] {
            shelf.put(name, &[7; 100]);
        }
        assert!(shelf.get("a").is_some());
        shelf.put("d", &[8; 100]);
        let present: Vec<bool> = ["a", "b", "c", "d"].iter().map(|name| shelf.get(name).is_some()).collect();
        assert_eq!(present, [true, false, true, true]);
        assert_eq!(std::fs::read_dir(shelf.folder()).unwrap().count(), 3);
        shelf.put("whale", &[0; 1000]);
        assert!(shelf.get("whale").is_none() && shelf.get("d").is_some());
        std::fs::remove_dir_all(shelf.folder()).unwrap();
    }

    #[test]
    fn what_is_taken_away_is_gone_from_the_disk_and_the_rest_stays() {
        let shelf = shelf("remove", 10_000);
        for name in ["ada-1", "ada-2", "bob-1"] {
            shelf.put(name, b"picture");
        }
        shelf.remove(|name| name.starts_with("ada-"));
        let left: Vec<_> = std::fs::read_dir(shelf.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["bob-1"]);
        assert_eq!((shelf.get("ada-1"), shelf.get("bob-1").as_deref()), (None, Some(&b"picture"[..])));
        std::fs::remove_dir_all(shelf.folder()).unwrap();
    }

    #[test]
    fn damaged_files_are_forgotten_and_whole_ones_found_again() {
        let first = shelf("again", 10_000);
        first.put("whole", b"picture");
        first.put("cut", b"picture");
        std::fs::write(first.folder().join("cut"), b"pic").unwrap();
        std::fs::write(first.folder().join("half.tmp"), b"x").unwrap();
        let again = Shelf::open(first.folder().to_owned(), 10_000).unwrap();
        assert_eq!(again.get("whole").as_deref(), Some(&b"picture"[..]));
        assert_eq!(again.get("cut"), None);
        assert!(!again.folder().join("cut").exists() && !again.folder().join("half.tmp").exists());
        std::fs::remove_dir_all(again.folder()).unwrap();
    }
}
