//! `platen backup` and `platen restore`.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use platen::server::{now_ms, rfc3339};
use platen::store::{BackupReport, restore};

use crate::cli::files::write_whole;
use crate::cli::store::{DatabaseOption, StorageOption, open_known_store, threads};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The archive to write, such as platen.tar.gz
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    storage: StorageOption,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The archive
    file: PathBuf,
    #[command(flatten)]
    storage: StorageOption,
}

pub(crate) fn back_up(arguments: &BackupArguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let (database, storage) = (arguments.database.database.as_deref(), arguments.storage.storage.as_deref());
    let open = open_known_store(common, database, storage)?;
    let file = &arguments.file;
    let snapshot = Snapshot::beside(file)?;
    let mut report = None;
    write_whole(file, |out| {
        report = Some(open.runtime.block_on(open.store.backup(&snapshot.0, now_ms(), out))?);
        Ok(())
    })?;
    open.runtime.block_on(open.store.close());
    sync_folder_of(file)?;
    let report = report.context("the archive was not written")?;
    terminal.say(&format!("Backed up {} to {}\n", told(&report), file.display()));
    if report.lost.is_empty() {
        return Ok(Outcome::Done);
    }
    terminal.say("The database names files that the file store has lost, so they are in no backup:\n");
    for name in &report.lost {
        terminal.say(&format!("  {name}\n"));
    }
    Ok(Outcome::Refused)
}

pub(crate) fn bring_back(
    arguments: &RestoreArguments,
    common: &Common,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let file = &arguments.file;
    let archive = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let restored = restore(BufReader::new(archive), &common.data, arguments.storage.storage.as_deref());
    let report = threads()?.block_on(restored).with_context(|| format!("could not restore {}", file.display()))?;
    let (told, data) = (told(&report), common.data.display());
    terminal.say(&format!("Restored {told} to {data}, as of {}\n", rfc3339(report.taken_at)));
    Ok(Outcome::Done)
}

fn told(report: &BackupReport) -> String {
    let files = if report.files == 1 { "1 file".to_owned() } else { format!("{} files", report.files) };
    format!("the database and {files} ({:.1} MB)", report.bytes as f64 / 1e6)
}

/// Where the database's snapshot lies until it is in the archive: beside it, where there is room.
struct Snapshot(PathBuf);

impl Snapshot {
    fn beside(file: &Path) -> anyhow::Result<Self> {
        let name = file.file_name().with_context(|| format!("{} does not name a file", file.display()))?;
        let name = format!(".{}.{}.snapshot.tmp", name.to_string_lossy(), std::process::id());
        Ok(Self(file.with_file_name(name)))
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // If it is not there, nothing was written.
        let _ = fs::remove_file(&self.0);
    }
}

/// A name is on the disk only once its folder is.
fn sync_folder_of(file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| format!("cannot sync {}", folder.display()))
}
