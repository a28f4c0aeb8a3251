//! The font library: the families of `fonts/manifest.json` and those that a shop dropped in beside them.
//!
//! Nothing else is ever used; fonts that the system has are not looked at. A face's bytes are read when the first text
//! needs them, so that opening the library costs one small file however much CJK lies beside it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use parley::LayoutContext;
use parley::fontique::Blob;
use skrifa::MetadataProvider;
use unicode_script::Script;

use crate::design::Font;

mod manifest;

/// Largest manifest that is read, bytes.
pub const MAX_MANIFEST_BYTES: u64 = 4 << 20;
/// Largest font file that is read, bytes. The whole of Noto Sans CJK in one weight has 16 million.
pub const MAX_FACE_BYTES: u64 = 32 << 20;
/// Most families of a library.
pub const MAX_FAMILIES: usize = 2000;
/// Most faces of a family.
pub const MAX_FACES: usize = 64;

/// Every family a design may name. Share it by reference: it is `Sync`, and reading a face happens once.
pub struct Fonts {
    families: Vec<Family>,
    fallback: BTreeMap<String, Vec<usize>>,
    layout_contexts: Mutex<Vec<LayoutContext<()>>>,
}

/// A family of faces.
#[derive(Debug)]
pub struct Family {
    /// What designs call it.
    pub name: String,
    /// `display`, `sans`, `script` and so on; `own` for a family that the shop dropped in.
    pub category: String,
    /// ISO 15924 codes of the scripts that every face has.
    pub scripts: Vec<String>,
    /// SPDX id of its licence; empty for a shop's own family.
    pub license: String,
    /// Its faces, at least one.
    pub faces: Vec<Face>,
}

/// One font file.
pub struct Face {
    /// CSS weight, 100 to 900. The manifest's word wins over the file's.
    pub weight: u16,
    /// Whether it is an italic.
    pub italic: bool,
    path: PathBuf,
    loaded: OnceLock<Loaded>,
}

struct Loaded {
    blob: Blob<u8>,
    digest: [u8; 32],
}

/// Why a library or a face cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FontError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than its limit.
    #[error("{path} has {bytes} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Which one.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The manifest is not what `fonts/README.md` describes.
    #[error("{path} is not a font manifest: {reason}")]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is not a TrueType or OpenType font.
    #[error("{path} is not a usable font: {reason}")]
    NotAFont {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Fonts {
    /// Opens the library in `dir`: the families of its `manifest.json`, and every folder that the manifest does not
    /// list but that holds `.ttf` or `.otf` files, named as those files name themselves.
    ///
    /// # Errors
    ///
    /// When the manifest or a shop's own font cannot be read or is not one. Listed faces are only read, and only then
    /// found broken, when a text needs them.
    pub fn open(dir: &Path) -> Result<Self, FontError> {
        let (families, fallback) = manifest::read(dir)?;
        Ok(Self { families, fallback, layout_contexts: Mutex::new(Vec::new()) })
    }

    /// All families, those of the manifest first, each part in the order of names.
    #[must_use]
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The family called `name`, whatever the case of its letters.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name.eq_ignore_ascii_case(name))
    }

    /// The face that `font` asks for or the one nearest to it, with its family.
    #[must_use]
    pub fn face(&self, font: &Font) -> Option<(&Family, &Face)> {
        let family = self.family(&font.family)?;
        Some((family, family.nearest(font.weight, font.italic)))
    }

    /// The families that stand in where a font lacks a character, best first. `purpose` is an ISO 15924 code or one of
    /// `emoji`, `emoji_mono`, `symbols`.
    pub fn fallback(&self, purpose: &str) -> impl Iterator<Item = &Family> {
        self.fallback.get(purpose).into_iter().flatten().map(|&index| &self.families[index])
    }

    /// The families that shops dropped in.
    pub fn own(&self) -> impl Iterator<Item = &Family> {
        self.families.iter().filter(|family| family.category == manifest::OWN)
    }

    /// Lends a layout context: they are costly to make and cheap to use again.
    pub(crate) fn with_layout_context<R>(&self, work: impl FnOnce(&mut LayoutContext<()>) -> R) -> R {
        let pool = || self.layout_contexts.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = pool().pop();
        let mut context = lent.unwrap_or_default();
        let result = work(&mut context);
        pool().push(context);
        result
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts").field("families", &self.families.len()).finish_non_exhaustive()
    }
}

impl Family {
    /// What a face of it is called, such as `Anton 400`.
    #[must_use]
    pub fn name_of(&self, face: &Face) -> String {
        let slope = if face.italic { " italic" } else { "" };
        format!("{} {}{slope}", self.name, face.weight)
    }

    /// The face nearest to `weight`: an upright or italic one as asked if there is any, then the smallest difference
    /// in weight, then the heavier.
    ///
    /// # Panics
    ///
    /// If `faces` is empty, which no family of [`Fonts`] is.
    #[must_use]
    pub fn nearest(&self, weight: u16, italic: bool) -> &Face {
        self.faces
            .iter()
            .min_by_key(|face| (face.italic != italic, face.weight.abs_diff(weight), std::cmp::Reverse(face.weight)))
            .expect("a family is only listed with at least one face")
    }
}

impl Face {
    fn listed(path: PathBuf, weight: u16, italic: bool) -> Self {
        Self { weight, italic, path, loaded: OnceLock::new() }
    }

    /// The file's bytes, read on the first call.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is too large, or is not a font.
    pub fn bytes(&self) -> Result<&[u8], FontError> {
        Ok(self.load()?.blob.data())
    }

    /// The file's bytes as the layout engine shares them.
    ///
    /// # Errors
    ///
    /// As [`Face::bytes`].
    pub(crate) fn blob(&self) -> Result<Blob<u8>, FontError> {
        Ok(self.load()?.blob.clone())
    }

    /// BLAKE3 of the file, for whatever names its output by its inputs.
    ///
    /// # Errors
    ///
    /// As [`Face::bytes`].
    pub fn digest(&self) -> Result<[u8; 32], FontError> {
        Ok(self.load()?.digest)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the bytes have been read yet.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded.get().is_some()
    }

    fn load(&self) -> Result<&Loaded, FontError> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let bytes = read_limited(&self.path, MAX_FACE_BYTES)?;
        let not_a_font = |reason: String| FontError::NotAFont { path: self.path.clone(), reason };
        let font = skrifa::FontRef::new(&bytes).map_err(|error| not_a_font(error.to_string()))?;
        if !font.charmap().has_map() {
            return Err(not_a_font("it has no character map".to_owned()));
        }
        ab_glyph::FontRef::try_from_slice(&bytes).map_err(|error| not_a_font(error.to_string()))?;
        let digest = *blake3::hash(&bytes).as_bytes();
        // Two threads may both have read it: the first one's copy stays, so that all share one.
        Ok(self.loaded.get_or_init(|| Loaded { blob: Blob::from(bytes), digest }))
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Face")
            .field("path", &self.path)
            .field("weight", &self.weight)
            .field("italic", &self.italic)
            .field("loaded", &self.is_loaded())
            .finish_non_exhaustive()
    }
}

/// What [`Fonts::fallback`] calls the fonts of `script`.
pub(crate) fn fallback_purpose(script: Script) -> &'static str {
    match script {
        Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo => "Jpan",
        Script::Common | Script::Inherited | Script::Unknown => "Latn",
        _ => script.short_name(),
    }
}

/// Reads a whole file unless it is larger than `limit`.
fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, FontError> {
    let read = |source| FontError::Read { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(read)?.len();
    if bytes > limit {
        return Err(FontError::TooLarge { path: path.to_owned(), bytes, limit });
    }
    std::fs::read(path).map_err(read)
}

#[cfg(test)]
mod tests;
