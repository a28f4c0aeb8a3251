//! Files that are whole or not there at all.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;

/// Writes `path` through a file beside it that is renamed when it is complete, so that a reader never meets half a
/// file and a failure leaves what was there before.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // A pipe or a device cannot be replaced by a file: it is written as it is.
    if fs::metadata(path).is_ok_and(|target| !target.is_file() && !target.is_dir()) {
        let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
        write(&mut out)?;
        return Ok(out.flush()?);
    }
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = target.as_path();
    anyhow::ensure!(!path.is_dir(), "could not write {}: it is a folder; name a file in it", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    anyhow::ensure!(
        folder.is_dir(),
        "could not write {}: there is no folder {}; make it first",
        path.display(),
        folder.display()
    );
    let name = path.file_name().with_context(|| format!("{} does not name a file", path.display()))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = File::create(&beside).map_err(anyhow::Error::from).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        write(&mut out)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(())
    });
    // The new name is on the disk once its folder is.
    let renamed = written.and_then(|()| Ok(fs::rename(&beside, path).and_then(|()| sync_folder(folder))?));
    renamed.map_err(|error| {
        // What cannot be removed was never created; the first error is the one worth telling.
        let _ = fs::remove_file(&beside);
        error.context(format!("could not write {}", path.display()))
    })
}

/// Flushes the names in a folder to the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems flush names by themselves and open no folder.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_the_old_file_and_no_debris() {
        let folder = std::env::temp_dir().join(format!("platen-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("shirt.png");
        write_whole(&path, |out| Ok(out.write_all(b"first")?)).unwrap();
        let failed = write_whole(&path, |out| {
            out.write_all(b"half")?;
            anyhow::bail!("the power went")
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
