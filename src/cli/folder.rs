//! A folder whose files belong together: they appear when all of them are whole, and what an earlier run made and this one
//! does not is taken away.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;

use crate::cli::files::{sync_folder, write_whole};

/// Where the folder keeps what it knows of itself: the lock of a run, the names of the files, and files in the making.
const OWN: &str = ".platen";
/// The names of the files that were made, a line each.
const LIST: &str = "files";

/// The folder, held by this run alone.
pub(crate) struct Folder {
    root: PathBuf,
    /// Files in the making: where they are, what they are called, and how they ended.
    files: RefCell<Vec<(PathBuf, String, Ending)>>,
    _lock: File,
}

/// The first error of a file that is closed.
type Ending = Arc<Mutex<Option<std::io::Result<()>>>>;

impl Folder {
    /// Makes the folder, or takes it, and clears away what a cut left half written.
    pub(crate) fn open(root: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(!root.exists() || root.is_dir(), "{} is a file; name a folder", root.display());
        let own = root.join(OWN);
        let make = if root.exists() { "write to" } else { "make" };
        fs::create_dir_all(&own).with_context(|| format!("cannot {make} the folder {}", root.display()))?;
        let cannot = || format!("cannot write to the folder {}", root.display());
        let lock = File::options().create(true).append(true).open(own.join("lock")).with_context(cannot)?;
        let wait = "wait for it, or name another folder";
        anyhow::ensure!(lock.try_lock().is_ok(), "another run is writing {}; {wait}", root.display());
        for entry in fs::read_dir(&own).with_context(cannot)?.flatten() {
            if entry.path().extension().is_some_and(|ending| ending == "tmp" || ending == "old") {
                fs::remove_file(entry.path()).with_context(cannot)?;
            }
        }
        Ok(Self { root: root.to_owned(), files: RefCell::default(), _lock: lock })
    }

    /// Begins a file, which may have folders in front. It is flushed to the disk when it is dropped.
    pub(crate) fn file(&self, name: &str) -> std::io::Result<Whole> {
        let mut files = self.files.borrow_mut();
        let beside = self.root.join(OWN).join(format!("{}.tmp", files.len()));
        let out = BufWriter::with_capacity(1 << 18, File::create(&beside)?);
        let ending = Ending::default();
        files.push((beside, name.to_owned(), Arc::clone(&ending)));
        Ok(Whole { out, ending })
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.file(name)?.write_all(bytes)?)
    }

    /// Gives all files their names, and removes those of an earlier run: before, so that files of two runs never stand beside
    /// each other, wherever this is cut short. If it fails, those of the earlier run are back.
    pub(crate) fn settle(&self) -> anyhow::Result<()> {
        let files = self.files.borrow();
        for (_, name, ending) in files.iter() {
            let ended = ending.lock().unwrap_or_else(PoisonError::into_inner).take();
            let cannot = || format!("could not write {}", self.root.join(name).display());
            ended.context("the file was not closed").and_then(|ended| Ok(ended?)).with_context(cannot)?;
        }
        let list = self.root.join(OWN).join(LIST);
        let before: BTreeSet<String> = match fs::read_to_string(&list) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", list.display())),
        };
        let now: BTreeSet<String> = files.iter().map(|(_, name, _)| name.clone()).collect();
        // Whatever cuts this short, the next run knows every file that may be there.
        write_list(&list, before.union(&now))?;
        let mut folders = BTreeSet::from([self.root.clone()]);
        let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
        if let Err(error) = self.swap(&before, &files, &mut moved) {
            // The last one first: what was moved aside goes back where something new may lie.
            moved.iter().rev().for_each(|(from, to)| drop(fs::rename(to, from)));
            return Err(error);
        }
        let own = self.root.join(OWN);
        for (from, to) in &moved {
            if to.starts_with(&own) {
                fs::remove_file(to).with_context(|| format!("could not remove {}", to.display()))?;
                // One that is not empty stays.
                let above = from.ancestors().skip(1).take_while(|above| *above != self.root);
                above.map(fs::remove_dir).take_while(Result::is_ok).for_each(drop);
            } else {
                folders.insert(to.parent().unwrap_or(&self.root).to_owned());
            }
        }
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            sync_folder(folder).with_context(|| format!("could not write {}", folder.display()))?;
        }
        write_list(&list, now.iter())
    }
}

impl Folder {
    /// Moves what an earlier run made aside, and what this one made into its place; `moved` are the moves that were made.
    fn swap(
        &self,
        before: &BTreeSet<String>,
        files: &[(PathBuf, String, Ending)],
        moved: &mut Vec<(PathBuf, PathBuf)>,
    ) -> anyhow::Result<()> {
        let mut rename = |from: &Path, to: PathBuf| {
            let done = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(from, &to));
            done.map(|()| moved.push((from.to_owned(), to)))
        };
        for (index, name) in before.iter().filter(|name| is_inside(name)).enumerate() {
            let stale = self.root.join(name);
            // Something else may have taken the name meanwhile.
            if fs::symlink_metadata(&stale).is_ok_and(|found| found.is_file()) {
                let aside = self.root.join(OWN).join(format!("{index}.old"));
                rename(&stale, aside).with_context(|| format!("could not remove {}", stale.display()))?;
            }
        }
        for (beside, name, _) in files {
            let target = self.root.join(name);
            rename(beside, target.clone()).with_context(|| format!("could not write {}", target.display()))?;
        }
        Ok(())
    }
}

fn write_list<'a>(list: &Path, names: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    let text: String = names.map(|name| format!("{name}\n")).collect();
    write_whole(list, |out| Ok(out.write_all(text.as_bytes())?))
}

/// The list came with the folder, from anywhere: it names files of this folder, or none.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What was not finished is nobody's; the others are not there any more.
        for (beside, ..) in self.files.borrow_mut().drain(..) {
            let _ = fs::remove_file(beside);
        }
    }
}

/// A file that is flushed to the disk when it is dropped, and then tells its folder how that went.
#[derive(Debug)]
pub(crate) struct Whole {
    out: BufWriter<File>,
    ending: Ending,
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Seek for Whole {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.out.seek(to)
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        let ended = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        *self.ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("platen-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        root
    }

    fn make(root: &Path, names: &[&str]) {
        let folder = Folder::open(root).unwrap();
        names.iter().for_each(|name| folder.write(name, name.as_bytes()).unwrap());
        assert!(names.iter().all(|name| !root.join(name).exists() || root.join(".platen/files").exists()));
        folder.settle().unwrap();
    }

    #[test]
    fn a_folder_holds_what_the_last_run_made_and_what_is_not_ours() {
        let root = scratch("stale");
        make(&root, &["plates/01-white.png", "plates/02-red.png", "films/01.tif", "plan.json"]);
        fs::write(root.join("plates/notes.txt"), "mine").unwrap();
        make(&root, &["plates/01-red.png", "plan.json"]);
        let mut left: Vec<_> = fs::read_dir(root.join("plates")).unwrap().map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["01-red.png", "notes.txt"]);
        assert!(!root.join("films").exists(), "a folder that is empty now is gone");
        // A list that leads out of the folder removes nothing there.
        let beside = root.with_extension("beside");
        fs::write(&beside, "safe").unwrap();
        let name = format!("../{}\n", beside.file_name().unwrap().to_string_lossy());
        fs::write(root.join(".platen/files"), name).unwrap();
        make(&root, &["plan.json"]);
        assert!(beside.exists());
        fs::remove_file(beside).unwrap();
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_put_in_its_place_leaves_the_earlier_run_whole() {
        let root = scratch("swap");
        make(&root, &["sheet-1.png", "cut-list.csv"]);
        fs::create_dir(root.join("press.csv")).unwrap();
        let folder = Folder::open(&root).unwrap();
        for name in ["sheet-1.png", "sheet-2.png", "press.csv"] {
            folder.write(name, b"new").unwrap();
        }
        let told = folder.settle().unwrap_err().to_string();
        assert!(told.contains("press.csv"), "{told}");
        drop(folder);
        for name in ["sheet-1.png", "cut-list.csv"] {
            assert_eq!(fs::read(root.join(name)).unwrap(), name.as_bytes(), "{name}");
        }
        assert!(!root.join("sheet-2.png").exists());
        fs::remove_dir(root.join("press.csv")).unwrap();
        make(&root, &["sheet-2.png"]);
        let left: BTreeSet<_> =
            fs::read_dir(&root).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(left, [".platen", "sheet-2.png"].map(str::to_owned).into());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_folder_that_is_there_and_cannot_be_written_to_is_not_said_to_be_missing() {
        let root = scratch("closed");
        fs::create_dir(&root).unwrap();
        // Nobody can make a folder where a file is, whoever runs the test.
        fs::write(root.join(OWN), "").unwrap();
        let told = |root: &Path| Folder::open(root).err().unwrap().to_string();
        assert_eq!(told(&root), format!("cannot write to the folder {}", root.display()));
        let below = root.join(OWN).join("out");
        assert_eq!(told(&below), format!("cannot make the folder {}", below.display()));
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn two_runs_at_once_are_refused_and_a_run_that_failed_leaves_what_was_there() {
        let root = scratch("two");
        make(&root, &["a.png"]);
        let first = Folder::open(&root).unwrap();
        let second = Folder::open(&root).err().unwrap().to_string();
        assert!(second.contains("another run is writing"), "{second}");
        first.write("a.png", b"half").unwrap();
        drop(first);
        assert_eq!(fs::read(root.join("a.png")).unwrap(), b"a.png");
        fs::write(root.join(".platen/7.tmp"), "left by a cut").unwrap();
        let third = Folder::open(&root).unwrap();
        let open = third.file("b.png").unwrap();
        assert!(third.settle().unwrap_err().to_string().contains("b.png"), "a file that is still open is not whole");
        drop((open, third));
        let own: BTreeSet<_> =
            fs::read_dir(root.join(OWN)).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(own, ["files", "lock"].map(str::to_owned).into());
        fs::remove_dir_all(&root).unwrap();
    }
}
