//! Reading the catalogue's files from disk.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest text file that is read, bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The most text files that are read.
const MAX_FILES: usize = 1000;

/// One text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Path relative to the folder, with `/` between folders.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A text file or folder that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextFileError {
    /// The system refused, or the text is not UTF-8.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is larger than any catalogue file.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size, bytes.
        limit: u64,
    },
    /// The folder holds more files than any catalogue.
    #[error("{} holds more than {limit} text files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The most files.
        limit: usize,
    },
}

/// The shop's profile in a `mockups` folder, which is no part of the catalogue.
pub const PROFILE_FILE: &str = "shop.toml";
/// The editorial looks in a `mockups` folder, which are no part of it either.
pub const RECIPES_FILE: &str = "recipes.toml";

/// Reads the catalogue's files of a `mockups` folder: its own `*.toml` but these two, and `garment.toml` of each
/// folder in it. They come ordered by path, so that the same folder reads the same on every system.
///
/// # Errors
/// If the folder or a file cannot be read, is not UTF-8 or is beyond the limits (1 MiB a file, 1000 files).
pub fn read_catalog_files(folder: &Path) -> Result<Vec<TextFile>, TextFileError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let path = entry.map_err(|source| unreadable(folder, source))?.path();
        if path.is_dir() {
            let garment = path.join("garment.toml");
            if garment.is_file() {
                paths.push(garment);
            }
        } else if path.extension().is_some_and(|ending| ending == "toml")
            && !path.ends_with(PROFILE_FILE)
            && !path.ends_with(RECIPES_FILE)
        {
            paths.push(path);
        }
        if paths.len() > MAX_FILES {
            return Err(TextFileError::TooMany { path: folder.to_owned(), limit: MAX_FILES });
        }
    }
    paths.sort_unstable();
    paths.iter().map(|path| read(folder, path)).collect()
}

/// Reads one text file of `folder`, by its path relative to it.
///
/// # Errors
/// As [`read_catalog_files`].
pub fn read_text_file(folder: &Path, relative: &str) -> Result<TextFile, TextFileError> {
    read(folder, &folder.join(relative))
}

fn read(folder: &Path, path: &Path) -> Result<TextFile, TextFileError> {
    let file = fs::File::open(path).map_err(|source| unreadable(path, source))?;
    let mut text = String::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text).map_err(|source| unreadable(path, source))?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(TextFileError::TooLarge { path: path.to_owned(), limit: MAX_FILE_BYTES });
    }
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let names: Vec<_> = relative.components().map(|name| name.as_os_str().to_string_lossy()).collect();
    Ok(TextFile { path: names.join("/"), text })
}

fn unreadable(path: &Path, source: io::Error) -> TextFileError {
    TextFileError::Unreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_folder_gives_the_catalogue_files_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups");
        let files = read_catalog_files(&folder).unwrap();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert!(paths.is_sorted(), "{paths:?}");
        assert!(
            ["inks.toml", "techniques.toml", "tee/garment.toml"].iter().all(|name| paths.contains(name)),
            "{paths:?}"
        );
        let is_catalog =
            |path: &&str| path.ends_with("/garment.toml") || ["inks.toml", "techniques.toml"].contains(path);
        assert!(paths.iter().all(is_catalog), "{paths:?}");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = read_catalog_files(Path::new("no/such/folder")).unwrap_err();
        assert_eq!(error.to_string(), "cannot read no/such/folder");
    }
}
