//! The pictures that documents name, decoded once.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use resvg::usvg;

use crate::assets::budget::Budget;
use crate::assets::error::{AssetError, within};
use crate::assets::fonts::Fonts;
use crate::assets::limits::Limits;
use crate::assets::svg::DrawingCost;
use crate::assets::{raster, svg};
use crate::color::Color;
use crate::pixels::Pixmap;

/// A picture, decoded and normalised.
#[derive(Debug, Clone)]
pub struct Asset {
    /// BLAKE3 of the bytes it came from; for a drawing with text, of those and its fonts; for a prepared picture, of all
    /// that and what was done to it.
    pub hash: [u8; 32],
    /// What it is.
    pub kind: Kind,
    /// Width in pixels, or in user units of an SVG (96 to the inch), rounded up.
    pub width_px: u32,
    /// Height in pixels, or in user units of an SVG, rounded up.
    pub height_px: u32,
    /// What the customer should know about the conversion.
    pub notes: Vec<String>,
}

/// Pixels or paths.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A raster picture.
    Raster {
        /// Upright premultiplied sRGB.
        pixels: Arc<Pixmap>,
    },
    /// A drawing.
    Svg {
        /// Safe to draw: it passed the limits and refers to nothing outside.
        tree: Arc<usvg::Tree>,
        /// What the tree was parsed from, written by this program: text is outlines, colours are `#rrggbb`.
        source: Arc<str>,
        /// What it costs to draw the tree.
        cost: DrawingCost,
    },
}

impl Asset {
    /// A raster asset of `pixels`.
    #[must_use]
    pub fn raster(hash: [u8; 32], pixels: Pixmap, notes: Vec<String>) -> Self {
        let (width_px, height_px) = (pixels.width(), pixels.height());
        Self { hash, kind: Kind::Raster { pixels: Arc::new(pixels) }, width_px, height_px, notes }
    }

    fn svg(hash: [u8; 32], drawing: (Arc<usvg::Tree>, Arc<str>, DrawingCost), notes: Vec<String>) -> Self {
        let (tree, source, cost) = drawing;
        let size = tree.size();
        let side = |length: f32| length.ceil().max(1.0) as u32;
        let (width_px, height_px) = (side(size.width()), side(size.height()));
        Self { hash, kind: Kind::Svg { tree, source, cost }, width_px, height_px, notes }
    }

    /// This drawing in other colours: each key of `map` becomes its value, then `tint` replaces every paint if given.
    /// Opacity stays. A raster picture is returned as it is: [`crate::scene`] works on its pixels.
    ///
    /// # Errors
    ///
    /// Never in practice: the source was written by this program and parses again.
    pub fn recolored(&self, map: &BTreeMap<Color, Color>, tint: Option<Color>) -> Result<Self, AssetError> {
        let Kind::Svg { source, cost, .. } = &self.kind else { return Ok(self.clone()) };
        // Other colors are drawn in the same way.
        let cost = *cost;
        let mut source = svg::recolor(source, map);
        if let Some(color) = tint {
            source = svg::tint(&source, color);
        }
        let tree = svg::reparse(&source)?;
        Ok(Self::svg(self.hash, (Arc::new(tree), source.into(), cost), self.notes.clone()))
    }

    /// About how many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.kind {
            Kind::Raster { pixels } => pixels.data().len(),
            Kind::Svg { source, .. } => source.len() * TREE_BYTES,
        }
    }
}

/// Where pictures come from and where they are kept once decoded.
///
/// Shared between threads by reference: two that ask for one picture decode it once.
pub struct Library {
    /// Limits that every picture has to keep.
    pub limits: Limits,
    /// Folder that paths in documents are relative to; none refuses paths. Default: none.
    pub base: Option<PathBuf>,
    /// Also accept absolute paths and `..`, and links that lead outside the folder. Default: false.
    pub allow_outside: bool,
    /// Fonts for text in SVG files; the system's are never used. Set them before the first picture is read, since what
    /// was read is kept. Default: none, and the text is left out.
    pub fonts: Option<Arc<Fonts>>,
    uploads: Mutex<BTreeMap<String, PictureFile>>,
    cache: Arc<Mutex<Cache>>,
}

/// The bytes of a picture; copies share them, and their hash once one of them was asked for it.
#[derive(Clone)]
pub struct PictureFile(Arc<Hashed>);

struct Hashed {
    bytes: Arc<[u8]>,
    hash: OnceLock<[u8; 32]>,
}

impl std::fmt::Debug for PictureFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PictureFile({} bytes)", self.bytes().len())
    }
}

impl PictureFile {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Their BLAKE3.
    fn hash(&self) -> [u8; 32] {
        *self.0.hash.get_or_init(|| *blake3::hash(self.bytes()).as_bytes())
    }
}

impl<B: Into<Arc<[u8]>>> From<B> for PictureFile {
    fn from(bytes: B) -> Self {
        Self(Arc::new(Hashed { bytes: bytes.into(), hash: OnceLock::new() }))
    }
}

type Slot = Arc<OnceLock<Result<Arc<Asset>, AssetError>>>;

#[derive(Default)]
struct Cache {
    slots: BTreeMap<[u8; 32], (Slot, u64)>,
    /// Counts look-ups, so that the entry that was not asked for the longest goes first.
    turn: u64,
}

impl Library {
    /// A library without files: it knows what is [inserted](Self::insert).
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            limits: Limits::default(),
            base: None,
            allow_outside: false,
            fonts: None,
            uploads: Mutex::default(),
            cache: Arc::default(),
        }
    }

    /// A library without files and with other limits.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::in_memory() }
    }

    /// A library whose documents name pictures by paths relative to `base`.
    #[must_use]
    pub fn with_base(base: impl Into<PathBuf>) -> Self {
        Self { base: Some(base.into()), ..Self::in_memory() }
    }

    /// A library without uploads that shares the limits, the fonts and what was decoded with this one.
    #[must_use]
    pub fn sharing(&self) -> Self {
        Self { limits: self.limits, fonts: self.fonts.clone(), cache: Arc::clone(&self.cache), ..Self::in_memory() }
    }

    /// Keeps the bytes of an upload under `id`; a later one of the same id replaces it. They are decoded on demand.
    pub fn insert(&self, id: impl Into<String>, file: impl Into<PictureFile>) {
        lock(&self.uploads).insert(id.into(), file.into());
    }

    /// The picture that a document calls `id`: an upload, or else a file under the base folder.
    ///
    /// # Errors
    ///
    /// If there is none, if it passes a limit, or if it is damaged or of a format that is not read.
    pub fn picture(&self, id: &str) -> Result<Arc<Asset>, AssetError> {
        self.picture_within(id, &Budget::new(&self.limits))
    }

    /// As [`Library::picture`], for a request that may use many: it is charged to `budget` before it is decoded.
    ///
    /// # Errors
    ///
    /// Also if it does not fit into the budget.
    pub fn picture_within(&self, id: &str, budget: &Budget) -> Result<Arc<Asset>, AssetError> {
        let upload = lock(&self.uploads).get(id).cloned();
        match upload {
            Some(file) => self.file(&file, budget),
            None => self.file(&self.read(id)?.into(), budget),
        }
    }

    /// The picture that `bytes` hold, from the cache if they were seen before.
    ///
    /// # Errors
    ///
    /// If it passes a limit, or if it is damaged or of a format that is not read.
    pub fn decode(&self, bytes: &[u8]) -> Result<Arc<Asset>, AssetError> {
        self.file(&bytes.into(), &Budget::new(&self.limits))
    }

    /// As [`Library::decode`], charged to `budget`.
    fn file(&self, file: &PictureFile, budget: &Budget) -> Result<Arc<Asset>, AssetError> {
        let bytes = file.bytes();
        within("bytes of the picture", bytes.len() as u64, self.limits.raster_bytes.max(self.limits.svg.bytes) as u64)?;
        let hash = file.hash();
        let memory = match self.peek(hash).as_deref().map(|asset| &asset.kind) {
            // What the header says, without looking for it again.
            Some(Kind::Raster { pixels }) => pixels.data().len().max(bytes.len()) as u64,
            _ => memory_of(bytes, &self.limits)?,
        };
        budget.charge(hash, memory)?;
        let asset = self.cached(hash, || decode(hash, bytes, self.fonts.as_deref(), &self.limits))?;
        // The pictures in a drawing may grow when they are written anew. That is known only now; whether the drawing was
        // known before must not decide about a request.
        let grown = (asset.bytes() as u64).saturating_sub(memory);
        if grown > 0 {
            budget.charge(blake3::derive_key("platen what a drawing grew by 1", &hash), grown)?;
        }
        Ok(asset)
    }

    /// What `make` returns, from the cache if `key` was seen before. `key` names everything that `make` depends on.
    ///
    /// # Errors
    ///
    /// Those of `make`, which are kept too.
    pub fn cached(
        &self,
        key: [u8; 32],
        make: impl FnOnce() -> Result<Asset, AssetError>,
    ) -> Result<Arc<Asset>, AssetError> {
        let slot = {
            let mut cache = lock(&self.cache);
            cache.turn += 1;
            let turn = cache.turn;
            let (slot, used) = cache.slots.entry(key).or_default();
            *used = turn;
            Arc::clone(slot)
        };
        // Outside the lock: others go on, and whoever wants the same picture waits for it.
        let result = slot.get_or_init(|| make().map(Arc::new)).clone();
        lock(&self.cache).shrink(self.limits.cache_bytes);
        result
    }

    fn peek(&self, key: [u8; 32]) -> Option<Arc<Asset>> {
        lock(&self.cache).slots.get(&key)?.0.get()?.as_ref().ok().cloned()
    }

    /// Whether there is a picture of this name, without reading it.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn find(&self, id: &str) -> Result<(), AssetError> {
        if lock(&self.uploads).contains_key(id) { Ok(()) } else { self.locate(id).map(|_| ()) }
    }

    /// The file under the base folder that a document calls `path`.
    fn locate(&self, path: &str) -> Result<PathBuf, AssetError> {
        let Some(base) = &self.base else { return Err(AssetError::Missing { id: path.to_owned() }) };
        let outside = || AssetError::Outside { path: path.to_owned() };
        let relative = Path::new(path);
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside && !self.allow_outside {
            return Err(outside());
        }
        let failed = |error| unreadable(path, &error);
        let full = base.join(relative).canonicalize().map_err(failed)?;
        if !self.allow_outside && !full.starts_with(base.canonicalize().map_err(failed)?) {
            return Err(outside());
        }
        // A device or a pipe would be read for ever.
        if !std::fs::metadata(&full).map_err(failed)?.is_file() {
            return Err(AssetError::Unreadable { path: path.to_owned(), reason: "it is not a file".to_owned() });
        }
        Ok(full)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, AssetError> {
        let full = self.locate(path)?;
        let failed = |error| unreadable(path, &error);
        let kind = std::fs::metadata(&full).map_err(failed)?;
        let limit = self.limits.raster_bytes.max(self.limits.svg.bytes) as u64;
        within("bytes of the picture", kind.len(), limit)?;
        std::fs::read(&full).map_err(failed)
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> AssetError {
    match error.kind() {
        std::io::ErrorKind::NotFound => AssetError::Missing { id: path.to_owned() },
        _ => AssetError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    }
}

impl Default for Library {
    fn default() -> Self {
        Self::in_memory()
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Library({} uploads, {} cached)", lock(&self.uploads).len(), lock(&self.cache).slots.len())
    }
}

impl Cache {
    /// Forgets what was not asked for the longest until the rest fits into `budget`.
    fn shrink(&mut self, budget: usize) {
        let weight = |slot: &Slot| match slot.get() {
            // Halves of a picture come later, when it is drawn small: up to a third of it.
            Some(Ok(asset)) => asset.bytes() + asset.bytes() / 3 + SLOT_BYTES,
            // Errors are small, and what is being made must stay for those who wait.
            _ => SLOT_BYTES,
        };
        let mut total: usize = self.slots.values().map(|(slot, _)| weight(slot)).sum();
        while total > budget {
            let made = self.slots.iter().filter(|(_, (slot, _))| slot.get().is_some());
            let Some(key) = made.min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key) else { break };
            if let Some((slot, _)) = self.slots.remove(&key) {
                total -= weight(&slot);
            }
        }
    }
}

/// What a drawing takes for each byte of its source.
const TREE_BYTES: usize = 5;

/// What an entry weighs beside its picture, so that errors cannot pile up for ever.
const SLOT_BYTES: usize = 1024;

/// Bytes that a picture takes once decoded, by its header. A file that holds few pixels in many bytes counts by those,
/// since they have to be read all the same.
fn memory_of(bytes: &[u8], limits: &Limits) -> Result<u64, AssetError> {
    let decoded = match raster::Format::of(bytes) {
        Some(format) => {
            let (width, height) = raster::size(format, bytes, limits)?;
            u64::from(width) * u64::from(height) * 4
        }
        None => bytes.len() as u64 * TREE_BYTES as u64,
    };
    Ok(decoded.max(bytes.len() as u64))
}

fn decode(hash: [u8; 32], bytes: &[u8], fonts: Option<&Fonts>, limits: &Limits) -> Result<Asset, AssetError> {
    if let Some(format) = raster::Format::of(bytes) {
        let decoded = raster::decode(format, bytes, limits)?;
        return Ok(Asset::raster(hash, decoded.pixels, decoded.notes));
    }
    if svg::is_svg(bytes) {
        let imported = svg::import(bytes, fonts, limits)?;
        // The same file looks different in other fonts.
        let hash = if imported.faces.is_empty() {
            hash
        } else {
            let mut hasher = blake3::Hasher::new_derive_key("platen drawing and its fonts 1");
            hasher.update(&hash);
            imported.faces.iter().for_each(|face| _ = hasher.update(face));
            *hasher.finalize().as_bytes()
        };
        let drawing = (imported.tree, imported.source.into(), imported.cost);
        return Ok(Asset::svg(hash, drawing, imported.notes));
    }
    Err(AssetError::Format { found: name_of(bytes) })
}

/// What bytes that are not read look like, for the message.
fn name_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "an empty file",
        [0x1f, 0x8b, ..] => "a compressed file (svgz is not read)",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "a TIFF file",
        [b'B', b'M', ..] => "a BMP file",
        [b'%', b'P', b'D', b'F', ..] => "a PDF file",
        [b'%', b'!', b'P', b'S', ..] => "a PostScript file",
        [b'8', b'B', b'P', b'S', ..] => "a Photoshop file",
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => "an AVIF file",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "a HEIC file or a film",
        [0x00, 0x00, 0x01, 0x00, ..] => "an icon file",
        [b'P', b'K', 3, 4, ..] => "a ZIP file",
        _ => "a file of this kind",
    }
}

/// A poisoned lock guards maps that are never left half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
