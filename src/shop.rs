//! The shop: catalogue, fonts and mockups opened once, and the one call that turns a design into a preview.

mod names;
mod opening;
mod orders;
pub mod press;
mod quotes;
mod report;
mod summary;
mod team;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use crate::shop::orders::{OrderedDesign, OrderedDesigns, PlaceError};
pub use crate::shop::quotes::{Asked, Order, OrderError};
pub use crate::shop::report::{Checked, LayerNote, PrintedArtwork, Report, SpotPicture};
pub use crate::shop::summary::{FontSummary, MockupSummary};
pub use crate::shop::team::TeamSize;

use crate::artwork::{self, Artwork};
use crate::assets::fonts::{FontError, Fonts};
use crate::assets::text_files::{PROFILE_FILE, TextFile, TextFileError, read_catalog_files, read_text_file};
use crate::assets::{Budget, Library};
use crate::cancel::Cancel;
use crate::catalog::{Catalog, CatalogError, Garment, GarmentColor, PrintArea, Size, Technique, UnknownId};
use crate::design::{Design, FieldValues, Problem};
use crate::mockup::{self, Background, CompositeOptions, GarmentLook, Mockup, MockupError, Preview, Print, Surface};
use crate::profile::{Profile, ProfileError};
use crate::scene::{self, Scene, SetLayer};
use crate::shop::opening::Opening;
use crate::shop::quotes::unknown_fields;
use crate::units::Dpi;

/// Everything that outlives a request. Share it by reference or in an `Arc`.
#[derive(Debug)]
pub struct Shop {
    /// Garments, inks and techniques, with the colours that the profile has measured.
    pub catalog: Catalog,
    /// Its prices and presses, until a service keeps others: `mockups/shop.toml`, or what Platen ships.
    pub profile: Profile,
    /// The font library.
    pub fonts: Arc<Fonts>,
    /// BLAKE3 over the catalogue, measured colours, the fonts' manifest and the mockups' manifests, which name the hashes of
    /// all layers: equal digests and equal designs make equal pictures.
    pub digest: [u8; 32],
    /// As `digest`, of the files alone: without what the profile says of measured colours.
    pub files_digest: [u8; 32],
    /// The catalogue as its files have it.
    files: Catalog,
    mockups: PathBuf,
    opened: Mutex<BTreeMap<(String, String), Arc<Opening>>>,
}

/// Why a shop cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShopError {
    /// The catalogue's files cannot be read.
    #[error(transparent)]
    Files(#[from] TextFileError),
    /// The catalogue is not valid.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The font library cannot be read.
    #[error(transparent)]
    Fonts(#[from] FontError),
    /// The shop's profile is not valid.
    #[error("the shop's profile (mockups/shop.toml): {0}")]
    Profile(#[from] ProfileError),
}

/// Why a design cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The document asks for what does not exist or cannot be drawn. There is at least one problem.
    #[error("the design has {} problem(s)", .0.len())]
    Design(Vec<Problem>),
    /// A name that the request gives, not the document.
    #[error(transparent)]
    Unknown(#[from] UnknownId),
    /// The garment has no such view.
    #[error("the garment \"{garment}\" has no view \"{view}\"; it has: {}", .views.join(", "))]
    UnknownView {
        /// The garment's id.
        garment: String,
        /// What was asked for.
        view: String,
        /// What there is.
        views: Vec<String>,
    },
    /// The catalogue has a print area on a view whose mockup does not know it.
    #[error("the mockup \"{garment}/{view}\" does not say where the print area \"{area}\" lies")]
    AreaNotShown {
        /// The garment's id.
        garment: String,
        /// The view's id.
        view: String,
        /// The area's id.
        area: String,
    },
    /// The width is out of range.
    #[error(
        "a preview is {} to {} pixels wide, not {width_px}",
        mockup::WIDTHS_PX.start(),
        mockup::WIDTHS_PX.end()
    )]
    Width {
        /// What was asked for.
        width_px: u32,
    },
    /// A mockup's files are broken.
    #[error(transparent)]
    Mockup(#[from] MockupError),
    /// Nobody waits for it any more: see [`Fitting::cancel`].
    #[error("the work was called off")]
    CalledOff,
}

/// How the artwork of a preview is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fidelity {
    /// Rasterised at the resolution of the preview: for frames while someone drags.
    Live,
    /// The print raster, averaged down: the pixels of the print file, only fewer.
    #[default]
    Exact,
}

/// Which garment a design is put on, and what fills its fields.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Id of a size. Default: the size that the mockup stands for.
    pub size: Option<String>,
    /// Id of a colour. Default: the document's.
    pub color: Option<String>,
    /// Whether the colour does not matter, as for print files, whose pixels do not depend on the cloth: then the
    /// document's may be one that is no longer sold, and the garment's first stands for it.
    pub any_color: bool,
    /// Values of fields. Default: the document's samples.
    pub fields: BTreeMap<String, String>,
}

/// What a preview shows, and how.
#[derive(Debug, Clone)]
pub struct PreviewOptions {
    /// Which garment.
    pub choice: Choice,
    /// Id of a view. Default: the first view with a print, else the garment's first.
    pub view: Option<String>,
    /// Width in pixels, 64 to 2000. Default: 1000.
    pub width_px: u32,
    /// How the artwork is made. Default: exact.
    pub fidelity: Fidelity,
    /// What surrounds the garment. Default: a studio wall.
    pub background: Background,
}

impl Default for PreviewOptions {
    fn default() -> Self {
        Self {
            choice: Choice::default(),
            view: None,
            width_px: 1000,
            fidelity: Fidelity::default(),
            background: CompositeOptions::default().background,
        }
    }
}

/// A design on one garment, with every name looked up.
#[derive(Debug)]
pub struct Fitting<'a> {
    /// The design.
    pub design: &'a Design,
    /// The blank.
    pub garment: &'a Garment,
    /// Its size.
    pub size: &'a Size,
    /// Its colour.
    pub color: &'a GarmentColor,
    /// Whether `color` may stand for one that is no longer sold: see [`Choice::any_color`].
    pub any_color: bool,
    /// How it is printed.
    pub technique: &'a Technique,
    /// What fills the fields.
    pub fields: FieldValues,
    /// The finest raster that its scenes are drawn as. [`Shop::fit`] gives [`Dpi::PRINT`], which coarser ones need too.
    pub finest: Dpi,
    /// Calls everything off that is made of this fitting. [`Shop::fit`] gives one that is never set.
    pub cancel: Cancel,
}

/// A placement, resolved.
#[derive(Debug)]
pub struct PlacedScene<'a> {
    /// Where it is printed.
    pub area: &'a PrintArea,
    /// JSON pointer to the placement in the document.
    pub pointer: String,
    /// What is printed.
    pub scene: Scene,
}

impl Shop {
    /// Opens the folder that holds `fonts/` and `mockups/`. Mockups are opened when a preview first needs them.
    ///
    /// # Errors
    /// If the catalogue or the font library cannot be read or is not valid.
    pub fn open(root: &Path) -> Result<Self, ShopError> {
        let mockups = root.join("mockups");
        let files = read_catalog_files(&mockups)?;
        let catalog = Catalog::parse(files.iter().map(|file| (file.path.as_str(), file.text.as_str())))?;
        let profile = if mockups.join(PROFILE_FILE).is_file() {
            Profile::from_toml(&read_text_file(&mockups, PROFILE_FILE)?.text)?
        } else {
            Profile::shipped()
        };
        let unknown = profile.unknown_ids(&catalog);
        if !unknown.is_empty() {
            return Err(ProfileError::Invalid(unknown).into());
        }
        let fonts = Arc::new(Fonts::open(&root.join("fonts"))?);
        let digest = digest(root, &files, &catalog, &fonts)?;
        let (files, opened) = (catalog.clone(), Mutex::default());
        let mut shop =
            Self { catalog, profile: Profile::shipped(), fonts, digest, files_digest: digest, files, mockups, opened };
        shop.adopt(profile);
        Ok(shop)
    }

    /// Makes a profile this shop's own: its prices, and what it measured in place of what the catalogue's files say.
    pub fn adopt(&mut self, profile: Profile) {
        self.catalog = self.files.measured(&profile.measured);
        // Prices change no picture: of the profile, only what is measured is part of the digest.
        self.digest = if profile.measured.is_empty() {
            self.files_digest
        } else {
            let measured = serde_json::to_vec(&profile.measured).unwrap_or_default();
            let mut hasher = blake3::Hasher::new_derive_key("platen measured colors 1");
            *hasher.update(&self.files_digest).update(&measured).finalize().as_bytes()
        };
        self.profile = profile;
    }

    /// An empty library for the pictures of designs, which sets the text of SVG files in this shop's fonts.
    #[must_use]
    pub fn library(&self) -> Library {
        let mut library = Library::in_memory();
        library.fonts = Some(Arc::clone(&self.fonts));
        library
    }

    /// Looks up everything that `design` and `choice` name.
    ///
    /// # Errors
    /// Names that do not exist: those of the document as problems with their pointers, those of the choice as they are, but
    /// fields, which are problems of the document's list of them.
    pub fn fit<'a>(&'a self, design: &'a Design, choice: &Choice) -> Result<Fitting<'a>, RenderError> {
        let garment = match self.catalog.garment(&design.garment) {
            Ok(garment) => garment,
            Err(unknown) => return Err(RenderError::Design(vec![unknown_in("/garment", &unknown)])),
        };
        let size = garment.size(choice.size.as_ref().unwrap_or(&garment.mockup_size))?;
        let mut problems = Vec::new();
        let color = match &choice.color {
            Some(id) => Some(garment.color(id)?),
            None if choice.any_color => garment.color(&design.color).ok().or(garment.colors.first()),
            None => noted(garment.color(&design.color), "/color", &mut problems),
        };
        let technique = noted(self.catalog.technique(&design.technique), "/technique", &mut problems);
        for (index, placement) in design.placements.iter().enumerate() {
            noted(garment.area(&placement.area), &format!("/placements/{index}/area"), &mut problems);
        }
        problems.extend(
            unknown_fields(design, &choice.fields).map(|problem| Problem { pointer: "/fields".to_owned(), ..problem }),
        );
        let fields = FieldValues::new(&design.fields, &choice.fields);
        match (color, technique, fields) {
            (Some(color), Some(technique), Ok(fields)) if problems.is_empty() => Ok(Fitting {
                design,
                garment,
                size,
                color,
                any_color: choice.any_color,
                technique,
                fields,
                finest: Dpi::PRINT,
                cancel: Cancel::NEVER,
            }),
            (_, _, fields) => {
                problems.extend(fields.err().into_iter().flatten().map(|problem| value_problem(design, problem)));
                Err(RenderError::Design(problems))
            }
        }
    }

    /// Resolves the placements for which `wanted` says yes, in the document's order.
    ///
    /// # Errors
    /// Every problem of all of them.
    pub fn scenes<'a>(
        &self,
        fitting: &Fitting<'a>,
        library: &Library,
        wanted: impl Fn(&PrintArea) -> bool,
    ) -> Result<Vec<PlacedScene<'a>>, RenderError> {
        let budget = Budget::new(&library.limits);
        let (fonts, catalog, fields, cancel) = (&self.fonts, &self.catalog, &fitting.fields, &fitting.cancel);
        let finest = fitting.finest;
        let context = scene::Context { fonts, library, catalog, fields, finest, budget: &budget, cancel };
        let mut scenes = Vec::new();
        let mut problems = Vec::new();
        for (index, placement) in fitting.design.placements.iter().enumerate() {
            let area = fitting.garment.area(&placement.area)?;
            if !wanted(area) {
                continue;
            }
            let size = fitting.garment.area_on(&area.id, &fitting.size.id)?.size;
            let reference = fitting.garment.area_on(&area.id, &fitting.garment.mockup_size)?.size;
            let shift = (size.width.mm() - reference.width.mm()) / 2.0;
            let cloth = fitting.cloth_is_known().then(|| fitting.color.of_part(&area.part));
            let ground = scene::Area { size, shift, cloth };
            let pointer = format!("/placements/{index}");
            match scene::resolve(placement, &pointer, ground, &context) {
                Ok(scene) => scenes.push(PlacedScene { area, pointer, scene }),
                Err(found) => problems.extend(found),
            }
        }
        if fitting.cancel.is_set() {
            return Err(RenderError::CalledOff);
        }
        if problems.is_empty() { Ok(scenes) } else { Err(RenderError::Design(problems)) }
    }

    /// Sets the visible text layers of all placements, in the document's order.
    ///
    /// # Errors
    /// Every problem with them, fields that cannot be filled, and values for such that there are not.
    pub fn set_texts(&self, design: &Design, choice: &Choice, cancel: &Cancel) -> Result<Vec<SetLayer>, RenderError> {
        let unknown = unknown_fields(design, &choice.fields);
        let unknown: Vec<_> = unknown.map(|problem| Problem { pointer: "/fields".to_owned(), ..problem }).collect();
        if !unknown.is_empty() {
            return Err(RenderError::Design(unknown));
        }
        let fields = FieldValues::new(&design.fields, &choice.fields).map_err(|problems| {
            RenderError::Design(problems.into_iter().map(|problem| value_problem(design, problem)).collect())
        })?;
        let library = Library::in_memory();
        let (fonts, catalog, budget) = (&self.fonts, &self.catalog, Budget::new(&library.limits));
        let (library, fields, finest) = (&library, &fields, Dpi::PRINT);
        let context = scene::Context { fonts, library, catalog, fields, finest, budget: &budget, cancel };
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        for (index, placement) in design.placements.iter().enumerate() {
            match scene::set_texts(placement, &format!("/placements/{index}"), &context) {
                Ok(layers) => found.extend(layers),
                Err(more) => problems.extend(more),
            }
        }
        if cancel.is_set() {
            return Err(RenderError::CalledOff);
        }
        if problems.is_empty() { Ok(found) } else { Err(RenderError::Design(problems)) }
    }

    /// The mockup of a garment's view, opened at its first use.
    ///
    /// # Errors
    /// If the garment has no such view or its files are broken.
    pub fn mockup(&self, garment: &Garment, view: &str) -> Result<Arc<Mockup>, RenderError> {
        if !garment.views.iter().any(|known| known == view) {
            return Err(RenderError::UnknownView {
                garment: garment.id.clone(),
                view: view.to_owned(),
                views: garment.views.clone(),
            });
        }
        let key = (garment.id.clone(), view.to_owned());
        let opening = Arc::clone(self.opened.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        Ok(opening.get(|| Mockup::open(&self.mockup_folder(garment, view)))?)
    }

    /// Looks at the folder of a garment's view without opening it: broken manifests and missing layers are found.
    ///
    /// # Errors
    /// If the manifest is broken or a layer is missing.
    pub fn check_mockup(&self, garment: &Garment, view: &str) -> Result<(), RenderError> {
        Ok(Mockup::check(&self.mockup_folder(garment, view))?)
    }

    fn mockup_folder(&self, garment: &Garment, view: &str) -> PathBuf {
        self.mockups.join(&garment.id).join(view)
    }

    /// The whole way: a design on the folds of a garment.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn preview(
        &self,
        design: &Design,
        library: &Library,
        options: &PreviewOptions,
    ) -> Result<Preview, RenderError> {
        self.preview_of(&self.fit(design, &options.choice)?, library, options)
    }

    /// As [`Shop::preview`], of a fitting that was made before: with its own way to call it off.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn preview_of(
        &self,
        fitting: &Fitting<'_>,
        library: &Library,
        options: &PreviewOptions,
    ) -> Result<Preview, RenderError> {
        let stage = self.stage(fitting, options)?;
        let scenes = self.scenes(fitting, library, |area| area.view == stage.view)?;
        let artworks = stage.rasterize(&scenes)?;
        Ok(stage.composite(&scenes, &artworks))
    }

    /// Sets the stage for a preview: the garment in its colour, without prints.
    ///
    /// # Errors
    /// If the width is out of range, the garment has no such view or its mockup is broken.
    pub fn stage(&self, fitting: &Fitting<'_>, options: &PreviewOptions) -> Result<Stage, RenderError> {
        if !mockup::WIDTHS_PX.contains(&options.width_px) {
            return Err(RenderError::Width { width_px: options.width_px });
        }
        let view = options.view.clone().unwrap_or_else(|| default_view(fitting));
        let mockup = self.mockup(fitting.garment, &view)?;
        let composite = CompositeOptions { background: options.background };
        let blank = mockup.blank(options.width_px, &GarmentLook::from(fitting.color), &composite);
        let scale = mockup.scale_for(fitting.size.chest);
        let surfaces = fitting.garment.areas.iter().filter(|area| area.view == view).filter_map(|area| {
            let rectangle = area.sizes.get(&fitting.size.id)?;
            Some((area.id.clone(), mockup.place(&area.id, rectangle, scale)?))
        });
        let surfaces: BTreeMap<String, Surface> = surfaces.collect();
        let printed =
            fitting.design.placements.iter().filter_map(|placement| fitting.garment.area(&placement.area).ok());
        if let Some(area) = printed.filter(|area| area.view == view).find(|area| !surfaces.contains_key(&area.id)) {
            let (garment, area) = (fitting.garment.id.clone(), area.id.clone());
            return Err(RenderError::AreaNotShown { garment, view, area });
        }
        let dpi = mockup.artwork_dpi(options.width_px, scale);
        Ok(Stage { view, surfaces, blank, dpi, fidelity: options.fidelity, cancel: fitting.cancel.clone() })
    }
}

/// A garment in its colour at a width, waiting for prints.
#[derive(Debug)]
pub struct Stage {
    /// The view's id.
    pub view: String,
    /// Where each print area that this view shows lies, by the area's id.
    pub surfaces: BTreeMap<String, Surface>,
    blank: Arc<mockup::Blank>,
    dpi: Dpi,
    fidelity: Fidelity,
    cancel: Cancel,
}

impl Stage {
    /// The garment without prints.
    #[must_use]
    pub const fn blank(&self) -> &Arc<mockup::Blank> {
        &self.blank
    }

    /// How exact the preview is.
    #[must_use]
    pub const fn fidelity(&self) -> Fidelity {
        self.fidelity
    }

    /// The artworks of `scenes` at the resolution that this preview can use.
    ///
    /// # Errors
    /// Only that the work was called off.
    pub fn rasterize(&self, scenes: &[PlacedScene<'_>]) -> Result<Vec<Artwork>, RenderError> {
        let artworks = scenes.iter().map(|placed| self.artwork(&placed.scene).ok_or(RenderError::CalledOff));
        artworks.collect()
    }

    fn artwork(&self, scene: &Scene) -> Option<Artwork> {
        match self.fidelity {
            Fidelity::Live => artwork::rasterize_unless(scene, self.dpi, &self.cancel),
            Fidelity::Exact => {
                let factor = (Dpi::PRINT.get() / self.dpi.get()).floor().max(1.0);
                artwork::reduce_unless(scene, Dpi::PRINT, factor as u32, &self.cancel)
            }
        }
    }

    /// Lays the artworks, one for each of `scenes`, on the cloth.
    #[must_use]
    pub fn composite(&self, scenes: &[PlacedScene<'_>], artworks: &[Artwork]) -> Preview {
        let shown = scenes.iter().zip(artworks).filter_map(|(placed, artwork)| {
            let surface = *self.surfaces.get(&placed.area.id)?;
            Some((placed, Print { artwork, surface }))
        });
        let (placed, prints): (Vec<_>, Vec<_>) = shown.unzip();
        Preview { artwork_hash: hashes(&placed), ..mockup::composite(&self.blank, &prints) }
    }
}

/// The hash of the only scene, or `area=hash` for each of several.
fn hashes(scenes: &[&PlacedScene<'_>]) -> String {
    match scenes {
        [only] => only.scene.hash.to_string(),
        several => {
            let pairs = several.iter().map(|placed| format!("{}={}", placed.area.id, placed.scene.hash));
            pairs.collect::<Vec<_>>().join(" ")
        }
    }
}

/// See [`Shop::digest`]. A view without a mockup is told when it is first drawn.
fn digest(root: &Path, files: &[TextFile], catalog: &Catalog, fonts: &Fonts) -> Result<[u8; 32], ShopError> {
    let mut hasher = blake3::Hasher::new();
    let mut part = |name: &str, bytes: &[u8]| {
        for bytes in [name.as_bytes(), bytes] {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    };
    for file in files {
        part(&file.path, file.text.as_bytes());
    }
    let views = catalog.garments().iter().flat_map(|garment| garment.views.iter().map(move |view| (garment, view)));
    for (garment, view) in views {
        let path = format!("mockups/{}/{view}/manifest.json", garment.id);
        let text = read_text_file(root, &path).map(|file| file.text).unwrap_or_default();
        part(&path, text.as_bytes());
    }
    part("fonts", read_text_file(&root.join("fonts"), "manifest.json")?.text.as_bytes());
    for family in fonts.own() {
        for face in &family.faces {
            part(&family.name, &face.digest()?);
        }
    }
    Ok(*hasher.finalize().as_bytes())
}

/// The first view that shows a print, else the garment's first.
pub(crate) fn default_view(fitting: &Fitting<'_>) -> String {
    let printed = fitting.design.placements.iter().filter(|placement| !placement.layers.is_empty());
    let mut views = printed.filter_map(|placement| Some(&fitting.garment.area(&placement.area).ok()?.view));
    let view = views.next().or(fitting.garment.views.first());
    view.cloned().unwrap_or_default()
}

/// A problem with the value that a field is given: it points at the field's entry in the document.
fn value_problem(design: &Design, problem: Problem) -> Problem {
    let id = problem.pointer.trim_start_matches('/');
    let place = design.fields.iter().position(|field| field.id == id);
    let pointer = place.map_or_else(|| "/fields".to_owned(), |index| format!("/fields/{index}"));
    Problem { pointer, message: format!("the value given for the field \"{id}\": {}", problem.message), ..problem }
}

fn unknown_in(pointer: &str, unknown: &UnknownId) -> Problem {
    let hint = unknown.hint().unwrap_or_else(|| format!("the catalogue lists all {}", unknown.list()));
    let message = unknown.to_string();
    Problem { pointer: pointer.to_owned(), code: "unknown-id", message, hint: Some(hint) }
}

fn noted<T>(found: Result<T, UnknownId>, pointer: &str, problems: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|unknown| problems.push(unknown_in(pointer, &unknown))).ok()
}
