//! The folder that a campaign is written to. Every file is written beside its place and renamed, so that a run that was
//! cut off leaves whole files only; the same command again finishes it, with pictures that are already there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use platen::campaign::manifest::{self, Made};
use platen::campaign::token::{self, Key, Unsubscribe};
use platen::campaign::{Drawn, Moment, Plan, Template, moment, sheet};
use serde_json::{Value, json};

use crate::cli::files::write_whole;

/// Where the folder keeps what it knows of itself.
const OWN: &str = ".campaign";
const STATE: &str = ".campaign/state.json";
const PICTURES: &str = ".campaign/pictures.txt";
const LISTS: [&str; 3] = ["manifest.csv", "suppressed.csv", "preview.html"];

/// A hash of what a campaign is made from, its pictures aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inputs(String);

impl Inputs {
    pub(crate) fn new(files: &[&[u8]], key: Option<&Key>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for file in files {
            hasher.update(&(file.len() as u64).to_le_bytes());
            hasher.update(file);
        }
        // Another key makes other links. What it signs tells which one it is, and nothing of it.
        let nobody = Unsubscribe { campaign: String::new(), email: String::new() };
        hasher.update(key.map(|key| token::sign(key, &nobody)).unwrap_or_default().as_bytes());
        Self(hasher.finalize().to_hex().to_string())
    }
}

/// The folder, held by this run alone.
pub(crate) struct Folder {
    root: PathBuf,
    inputs: Inputs,
    now: Moment,
    /// Hashes of pictures by their names, as they were when they were drawn.
    pictures: Mutex<BTreeMap<String, String>>,
    journal: Mutex<File>,
    _lock: File,
}

impl Folder {
    /// Opens the folder, or makes it. A run that was cut off goes on for the moment that it was begun for, unless `now`
    /// names another.
    pub(crate) fn open(
        root: &Path,
        inputs: &Inputs,
        now: Option<Moment>,
        clock: impl FnOnce() -> Moment,
    ) -> anyhow::Result<Self> {
        let is_ours = root.join(OWN).is_dir();
        let is_new = !root.exists() || root.is_dir() && fs::read_dir(root)?.next().is_none();
        anyhow::ensure!(
            is_ours || is_new,
            "{} is no folder of a campaign and not empty; name a new one",
            root.display()
        );
        let made = |folder: &str| {
            let path = root.join(folder);
            fs::create_dir_all(&path).with_context(|| format!("could not make {}", path.display()))
        };
        [OWN, "eml", "html", "pictures"].into_iter().try_for_each(made)?;
        let lock = File::create(root.join(".campaign/lock"))?;
        anyhow::ensure!(lock.try_lock().is_ok(), "another run is writing {}", root.display());
        let state: Value =
            fs::read(root.join(STATE)).ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default();
        let is_same = state["inputs"] == json!(inputs.0);
        let begun = state["now"].as_str().and_then(moment).filter(|_| is_same && state["done"] == json!(false));
        let now = now.or(begun).unwrap_or_else(clock);
        // Lists of another run, or of one that ended, would be taken for this one's.
        for list in LISTS {
            remove(&root.join(list))?;
        }
        let pictures = known_pictures(&fs::read_to_string(root.join(PICTURES)).unwrap_or_default());
        let journal = File::options().create(true).append(true).open(root.join(PICTURES))?;
        let (inputs, root) = (inputs.clone(), root.to_owned());
        let folder =
            Self { root, inputs, now, pictures: Mutex::new(pictures), journal: Mutex::new(journal), _lock: lock };
        folder.state(false)?;
        Ok(folder)
    }

    /// The moment to compile for.
    pub(crate) const fn now(&self) -> Moment {
        self.now
    }

    fn state(&self, done: bool) -> anyhow::Result<()> {
        let state = json!({ "version": 1, "inputs": self.inputs.0, "now": self.now.to_string(), "done": done });
        self.put(STATE, format!("{state:#}\n").as_bytes())
    }

    /// Removes mails of other runs, whose recipients may have said no since, and what a cut left half written.
    pub(crate) fn clear_all_but(&self, names: &BTreeSet<String>) -> anyhow::Result<()> {
        for (folder, ending) in [("eml", ".eml"), ("html", ".html"), ("pictures", ".jpg")] {
            for entry in fs::read_dir(self.root.join(folder))? {
                let name = entry?.file_name();
                let name = name.to_string_lossy();
                let is_half = name.starts_with('.') && name.ends_with(".tmp");
                let is_other = name.strip_suffix(ending).is_some_and(|stem| is_mail(stem) && !names.contains(stem));
                if is_half || is_other {
                    remove(&self.root.join(folder).join(&*name))?;
                }
            }
        }
        Ok(())
    }

    /// Writes a file, unless it is there with these bytes.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.root.join(name);
        let is_there = fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64)
            && fs::read(&path).is_ok_and(|found| found == bytes);
        if is_there { Ok(()) } else { write_whole(&path, |out| Ok(out.write_all(bytes)?)) }
    }

    /// Removes a mail.
    pub(crate) fn forget(&self, name: &str) -> anyhow::Result<()> {
        remove(&self.root.join(format!("eml/{name}.eml")))?;
        remove(&self.root.join(format!("html/{name}.html")))
    }

    /// A picture that was drawn before, if its bytes are still those.
    pub(crate) fn picture(&self, name: &str) -> Option<Vec<u8>> {
        let hash = self.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(name)?.clone();
        let bytes = fs::read(self.root.join(format!("pictures/{name}.jpg"))).ok()?;
        (blake3::hash(&bytes).to_hex().as_str() == hash).then_some(bytes)
    }

    /// Keeps a picture, and notes its hash once it is there.
    pub(crate) fn keep_picture(&self, picture: &Drawn) -> anyhow::Result<()> {
        // One at a time: two who drew the same picture would write to the same file beside its place.
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(&format!("pictures/{}.jpg", picture.name), &picture.bytes)?;
        let hash = blake3::hash(&picture.bytes).to_hex().to_string();
        journal.write_all(format!("{} {hash}\n", picture.name).as_bytes())?;
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner).insert(picture.name.clone(), hash);
        Ok(())
    }

    /// Writes the lists, and that the run is done. The manifest comes last: where it is, everything in it is.
    pub(crate) fn finish(&self, template: &Template, plan: &Plan<'_>, made: &[Made]) -> anyhow::Result<()> {
        let shown: BTreeSet<&str> = made.iter().filter_map(|made| made.image.strip_prefix("pictures/")).collect();
        for entry in fs::read_dir(self.root.join("pictures"))? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            if name.strip_suffix(".jpg").is_some_and(is_picture) && !shown.contains(&*name) {
                remove(&self.root.join("pictures").join(&*name))?;
            }
        }
        let pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = pictures.iter().filter(|(name, _)| shown.contains(&*format!("{name}.jpg")));
        let lines: String = kept.map(|(name, hash)| format!("{name} {hash}\n")).collect();
        self.put(PICTURES, lines.as_bytes())?;
        self.put("suppressed.csv", &manifest::suppressed(&plan.entries))?;
        self.put("preview.html", sheet::page(template, plan, made).as_bytes())?;
        self.put("manifest.csv", &manifest::manifest(&plan.entries, made))?;
        self.state(true)
    }
}

/// Lines of a name and a hash; what a cut left of a last line is none.
fn known_pictures(text: &str) -> BTreeMap<String, String> {
    let lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')?.split_once(' '));
    lines.filter(|(name, _)| is_picture(name)).map(|(name, hash)| (name.to_owned(), hash.to_owned())).collect()
}

fn is_picture(stem: &str) -> bool {
    stem.len() == 24 && is_hex(stem)
}

/// Whether a file's name is that of a mail: `00042-3f2a9c10d4e5`.
fn is_mail(stem: &str) -> bool {
    let is_number = |text: &str| text.len() >= 5 && text.chars().all(|c| c.is_ascii_digit());
    stem.split_once('-').is_some_and(|(number, hash)| is_number(number) && hash.len() == 12 && is_hex(hash))
}

fn is_hex(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(format!("could not remove {}", path.display())))
        }
        _ => Ok(()),
    }
}
