//! A design as plates: which inks, which white, in which order, and what that costs.

mod inks;
mod ladder;
mod mesh;
mod plan;
use serde::Serialize;

pub use crate::shop::press::ladder::{MOST_RUNGS, RungInk};
pub use crate::shop::press::plan::{Match, Mixed, PlannedPlate, PressPlan, Tally};

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::{Ink, Kind, Technique, UnknownId};
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::design::{Design, Problem};
use crate::prepress::separate::{
    Base, Gamut, Layered, Method, PressInk, Recipe, Rows, TOTAL_INK, Target, Trap, separate,
};
use crate::profile::{Prices, Profile, ScreenPrices};
use crate::quote::{Item, Location, is_dark_grey, is_light, is_white, needs_white};
use crate::scene::Scene;
use crate::shop::press::inks::{Bucket, Found};
use crate::shop::quotes::is_on_shelf;
use crate::shop::{Choice, Fitting, RenderError, Shop};
use crate::units::{Dpi, Length};

/// The profile of the CMYK that Platen ships: FOGRA39 (mockups/color/README.md).
pub const CMYK_PROFILE: &[u8] = include_bytes!("../../mockups/color/fogra39.icc");

/// Resolutions that plates may have, dots per inch.
pub const PLATE_DPI: std::ops::RangeInclusive<f64> = 72.0..=600.0;
/// How far white may be pulled in, mm.
pub const CHOKE_MM: std::ops::RangeInclusive<f64> = 0.0..=1.0;
/// Traps, mm.
pub const TRAP_MM: std::ops::RangeInclusive<f64> = 0.0..=1.0;
/// Differences (CIEDE2000) up to which inks may be merged.
pub const MERGE: std::ops::RangeInclusive<f64> = 0.0..=50.0;
/// Most inks that may be chosen.
pub const MOST_CHOSEN: usize = 16;

/// How a design becomes plates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "server", derive(serde::Deserialize, utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Separating {
    /// A plate for each ink; edges and fades are mixes of two.
    #[default]
    Spot,
    /// Halftones of some strong inks that together look like a photograph.
    Process,
    /// Square dots of one size, each of one ink.
    Index,
    /// Cyan, magenta, yellow and black by an ICC profile, for light cloth.
    Cmyk,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SeparationOptions {
    /// Id of the print area.
    pub area: String,
    /// In which way. Default: spot.
    pub method: Separating,
    /// Inks to print with: ids of the palette or `#rrggbb`; at most [`MOST_CHOSEN`]. Default: those of the design, or the
    /// shop's process inks.
    pub inks: Vec<String>,
    /// Whether colours of a flat design that are nearer to the cloth than to all chosen inks are left open. Default: no.
    pub open: bool,
    /// Inks of the design that differ less (CIEDE2000) share a plate, in [`MERGE`]. Default: 0.
    pub merge: f64,
    /// Whether white lies under the colours. Default: as the cloth needs it.
    pub underbase: Option<bool>,
    /// Whether white of the artwork is printed again on the white below. Default: what the shop does.
    pub highlight: Option<bool>,
    /// How far white is pulled in from the edges of the colours, in [`CHOKE_MM`]; less under thin strokes. Default: 1 pt.
    pub choke: Length,
    /// How far lighter inks reach below darker ones beside them, in [`TRAP_MM`]. Default: what the shop does.
    pub trap: Option<Length>,
    /// Resolution of the plates, in [`PLATE_DPI`]. Default: 300.
    pub dpi: Dpi,
    /// Lines of halftone dots to the inch. Default: 45.
    pub lpi: f64,
    /// On which garment.
    pub choice: Choice,
    /// For how many pieces ink and price are given. Default: 12 of the size that the mockup stands for.
    pub items: Vec<Item>,
    /// A CMYK profile (ICC). Default: [`CMYK_PROFILE`].
    pub profile: Option<Vec<u8>>,
    /// What process inks may come to in one place, percent of a whole ink, in [`TOTAL_INK`]. Default: what the shop does.
    pub total_ink: Option<u32>,
}

impl Default for SeparationOptions {
    fn default() -> Self {
        Self {
            area: String::new(),
            method: Separating::Spot,
            inks: Vec::new(),
            open: false,
            merge: 0.0,
            underbase: None,
            highlight: None,
            choke: Length::from_points(1.0),
            trap: None,
            dpi: Dpi::PRINT,
            lpi: 45.0,
            choice: Choice::default(),
            items: Vec::new(),
            profile: None,
            total_ink: None,
        }
    }
}

/// Why there are no plates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeparationError {
    /// What is asked for makes no sense; pointers lead into the options. There is at least one problem.
    #[error("what is asked for has {} problem(s)", .0.len())]
    Options(Vec<Problem>),
    /// The design cannot be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// It cannot be separated like that.
    #[error("{reason}; {hint}")]
    Impossible {
        /// Why.
        reason: String,
        /// What can be done.
        hint: String,
    },
}

impl From<UnknownId> for SeparationError {
    fn from(unknown: UnknownId) -> Self {
        Self::Render(RenderError::Unknown(unknown))
    }
}

/// A plate of a job.
#[derive(Debug, Clone)]
pub struct Plate {
    /// The number of its ink among the recipe's; `None` for the white under the colours.
    pub ink: Option<usize>,
    /// What printers call it.
    pub name: String,
    /// Its place in the order of printing and its name, for files: `02-scarlet`.
    pub slug: String,
    /// The ink.
    pub(super) bucket: Bucket,
    /// Whether it holds tones that need a halftone.
    pub halftone: bool,
    /// Threads to the inch of its screen.
    pub mesh: u32,
    /// How often it is printed.
    pub prints: u32,
    /// Whether it is dried before the next one.
    pub flash: bool,
}

impl Plate {
    /// Its coverage in a row.
    #[must_use]
    pub fn row<'p>(&self, rows: &Rows<'p>, row: usize) -> &'p [u8] {
        match self.ink {
            Some(ink) => rows.ink(ink, row),
            None => rows.underbase(row).unwrap_or_default(),
        }
    }

    /// Percent that the press adds to a half tone of its ink, if the shop measured it.
    #[must_use]
    pub const fn gain(&self) -> Option<f64> {
        self.bucket.gain
    }

    /// How its ink looks.
    #[must_use]
    pub const fn color(&self) -> Color {
        self.bucket.color
    }
}

/// A design that is ready to be taken apart.
#[derive(Debug)]
pub struct SeparationJob<'a> {
    /// What is printed.
    pub scene: Scene,
    /// The fitting that it comes from.
    pub fitting: Fitting<'a>,
    /// Id of the print area.
    pub area: String,
    /// The cloth below.
    pub cloth: Color,
    /// In which way.
    pub method: Separating,
    /// Resolution of the plates.
    pub dpi: Dpi,
    /// How the artwork is taken apart.
    pub recipe: Recipe,
    /// The plates in the order in which they are printed.
    pub plates: Vec<Plate>,
    /// How they look together.
    pub print: Layered,
    heads: u32,
    location: Location,
    found: Vec<Found>,
    notes: Vec<String>,
    technique: &'a Technique,
    options: SeparationOptions,
}

impl SeparationJob<'_> {
    /// Lines of dots to the inch.
    #[must_use]
    pub const fn lpi(&self) -> f64 {
        self.options.lpi
    }

    /// Takes the artwork apart: calls `consume` with rows of all plates from the top down. `None` once `cancel` is set.
    ///
    /// # Errors
    /// Ends at the first error of `consume` and returns it.
    pub fn run<E>(&self, cancel: &Cancel, consume: impl FnMut(&Rows<'_>) -> Result<(), E>) -> Option<Result<(), E>> {
        separate(&self.scene, self.dpi, &self.recipe, cancel, consume)
    }
}

/// What is taken apart.
struct Ground<'a> {
    fitting: Fitting<'a>,
    /// Id of the print area.
    area: String,
    scene: Scene,
    cloth: Color,
    /// Inks that the shop has.
    shelf: Vec<&'a Ink>,
    location: Location,
}

/// The colours that become plates, and what each colour of the artwork is printed with.
#[derive(Debug, Default)]
pub(super) struct Palette {
    buckets: Vec<Bucket>,
    bases: Vec<Base>,
    found: Vec<Found>,
    notes: Vec<String>,
}

impl Shop {
    /// Makes a design ready to be taken apart: decides on inks, white and the order of printing.
    ///
    /// # Errors
    /// Everything that is wrong with the options, or with the design; and what cannot be printed.
    pub fn separation<'a>(
        &'a self,
        profile: &'a Profile,
        (design, library): (&'a Design, &Library),
        options: &SeparationOptions,
        cancel: &Cancel,
    ) -> Result<SeparationJob<'a>, SeparationError> {
        let chosen = self.chosen(options)?;
        let (technique, prices) = self.screens(profile)?;
        let Ground { fitting, area, scene, cloth, shelf, location } =
            self.ground(profile, (design, library), options, cancel)?;
        let dark = technique.underbase && needs_white(cloth, profile);
        let heads = profile.heads() as usize;
        let mut palette = match options.method {
            Separating::Spot => inks::spot(&location, &chosen, options)?,
            Separating::Index => inks::index(&location, &chosen, &shelf, (dark, heads))?,
            Separating::Process => inks::process(&chosen, &shelf, (dark, heads)),
            Separating::Cmyk => inks::cmyk(),
        };
        for bucket in &mut palette.buckets {
            let ink = bucket.id.as_ref().and_then(|id| self.catalog.ink(id).ok());
            *bucket = ink.map_or_else(|| bucket.clone(), |ink| bucket.clone().printed_as(ink));
        }
        if palette.buckets.is_empty() {
            return Err(SeparationError::Impossible {
                reason: "every color is nearer to the cloth than to the chosen inks".to_owned(),
                hint: "choose other inks, or do not leave colors open".to_owned(),
            });
        }
        let white = White::of(&palette, (dark, cloth), prices, options);
        let Palette { buckets, bases, found, mut notes } = white.without_shown(palette);
        let inks: Vec<PressInk> = buckets.iter().map(|bucket| bucket.press(options.method)).collect();
        let method = match options.method {
            Separating::Spot => Method::Spot(bases),
            Separating::Index => Method::Index(bases),
            Separating::Process => Method::Process(Gamut::of_dots(&colors(&buckets), cloth)),
            Separating::Cmyk => {
                let most = options.total_ink.unwrap_or(prices.max_total_ink_percent);
                Method::Process(inks::cmyk_gamut(options.profile.as_deref().unwrap_or(CMYK_PROFILE), most)?)
            }
        };
        // Dots of index prints stand alone: nothing can be pulled in.
        let choke = if options.method == Separating::Index { Length::ZERO } else { options.choke };
        let plates = plates(&buckets, &location, white, options);
        let reach = options.trap.unwrap_or_else(|| Length::from_mm(f64::from(prices.trap_um) / 1000.0));
        let trap = (reach > Length::ZERO && options.method == Separating::Spot).then(|| trap(&buckets, &plates, reach));
        let recipe = Recipe { inks, method, underbase: white.lies_below.then_some(choke), trap };
        if plates.len() > heads {
            let (count, name) = (plates.len(), &location.name);
            notes.push(format!("{name} takes {count} screens, and the press has {heads} heads: merge or choose inks"));
        }
        let order = plates.iter().filter_map(|plate| plate.ink).collect();
        let print = Layered { cloth, white: self.white().press(options.method), inks: recipe.inks.clone(), order };
        Ok(SeparationJob {
            area,
            scene,
            fitting,
            cloth,
            method: options.method,
            dpi: options.dpi,
            recipe,
            plates,
            print,
            heads: profile.heads(),
            location,
            found,
            notes,
            technique,
            options: options.clone(),
        })
    }

    /// What is printed, measured.
    fn ground<'a>(
        &'a self,
        profile: &Profile,
        (design, library): (&'a Design, &Library),
        options: &SeparationOptions,
        cancel: &Cancel,
    ) -> Result<Ground<'a>, SeparationError> {
        let fitting = self.fit(design, &options.choice)?;
        let fitting = Fitting { finest: options.dpi, cancel: cancel.clone(), ..fitting };
        let area = fitting.garment.area(&options.area)?;
        let mut scenes = self.scenes(&fitting, library, |other| other.id == area.id)?;
        let Some(placed) = scenes.pop() else {
            let suggestions = design.placements.iter().map(|placement| placement.area.clone()).collect();
            return Err(UnknownId { kind: Kind::Placement, id: options.area.clone(), suggestions }.into());
        };
        let cloth = fitting.color.of_part(&area.part);
        let shelf: Vec<_> = self.catalog.inks().iter().filter(|ink| is_on_shelf(profile, &ink.id)).collect();
        let location = Location::measure(&placed.scene, area, cloth, &shelf, cancel).ok_or(RenderError::CalledOff)?;
        if location.inks.is_empty() && !location.full_color {
            return Err(SeparationError::Impossible {
                reason: format!("there is nothing to print on {}", location.name),
                hint: "what has the color of the cloth is left open".to_owned(),
            });
        }
        Ok(Ground { area: area.id.clone(), scene: placed.scene, fitting, cloth, shelf, location })
    }

    /// The technique that prints with screens, and what it costs.
    fn screens<'a>(&'a self, profile: &'a Profile) -> Result<(&'a Technique, &'a ScreenPrices), SeparationError> {
        let mut all = self.catalog.techniques().iter();
        let found = all.find_map(|technique| match profile.techniques.get(&technique.id)? {
            Prices::Screens(prices) => Some((technique, prices)),
            Prices::Area(_) => None,
        });
        found.ok_or_else(|| SeparationError::Impossible {
            reason: "this shop does not print with screens".to_owned(),
            hint: "its profile prices no technique by screens".to_owned(),
        })
    }

    /// The white under the colours: the palette's if it was measured.
    fn white(&self) -> Bucket {
        let measured = self.catalog.ink("white").ok().filter(|ink| ink.swatch.is_some() && is_white(ink.lab));
        measured.map_or_else(inks::white, Bucket::from)
    }

    /// The inks that are asked for, or everything that is wrong with the options.
    fn chosen(&self, options: &SeparationOptions) -> Result<Vec<Bucket>, SeparationError> {
        let mut problems = Vec::new();
        let problem = |pointer: &str, message: String, hint: Option<String>| Problem {
            pointer: pointer.to_owned(),
            code: "out-of-range",
            message,
            hint,
        };
        let mut bound = |pointer: &str, value: f64, range: &std::ops::RangeInclusive<f64>, what: &str| {
            if !range.contains(&value) {
                let message = format!("{what} is {} to {}, not {value}", range.start(), range.end());
                problems.push(problem(pointer, message, None));
            }
        };
        bound("/dpi", options.dpi.get(), &PLATE_DPI, "the resolution of plates in dots per inch");
        bound("/choke", options.choke.mm(), &CHOKE_MM, "the choke in mm");
        bound("/trap", options.trap.map_or(0.0, Length::mm), &TRAP_MM, "the trap in mm");
        bound("/merge", options.merge, &MERGE, "the difference of inks to merge");
        bound("/lpi", options.lpi, &crate::prepress::halftone::LPI, "the ruling in lines per inch");
        if let Some(most) = options.total_ink {
            let range = f64::from(*TOTAL_INK.start())..=f64::from(*TOTAL_INK.end());
            bound("/total_ink", f64::from(most), &range, "the total ink in percent");
        }
        if options.inks.len() > MOST_CHOSEN {
            let message = format!("{} inks are too many; at most {MOST_CHOSEN} are allowed", options.inks.len());
            problems.push(problem("/inks", message, None));
        }
        let mut chosen: Vec<Bucket> = Vec::new();
        for (index, text) in options.inks.iter().take(MOST_CHOSEN).enumerate() {
            let pointer = format!("/inks/{index}");
            match self.bucket(text) {
                Ok(bucket) if chosen.iter().any(|other| other.color == bucket.color) => {
                    problems.push(problem(&pointer, format!("the ink \"{text}\" is there twice"), None));
                }
                Ok(bucket) => chosen.push(bucket),
                Err(hint) => {
                    let message = format!("there is no ink \"{text}\"");
                    problems.push(Problem { code: "unknown-id", ..problem(&pointer, message, Some(hint)) });
                }
            }
        }
        if problems.is_empty() { Ok(chosen) } else { Err(SeparationError::Options(problems)) }
    }

    /// The ink that a text names, or what to write instead.
    fn bucket(&self, text: &str) -> Result<Bucket, String> {
        if let Some(color) = Color::from_hex(text) {
            let mixed = Bucket::mixed(color);
            // Called like an ink of the shelf where it is hardly another.
            let distances = self.catalog.inks().iter().map(|ink| (ink, ciede2000(ink.lab, mixed.lab)));
            let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, distance)| *distance <= inks::NEAR);
            return Ok(match nearest {
                Some((ink, _)) => Bucket { id: Some(ink.id.clone()), name: ink.name.clone(), ..mixed },
                None => mixed,
            });
        }
        let id = text.strip_prefix("ink:").unwrap_or(text);
        let found = self.catalog.ink(id).map(Bucket::from);
        found
            .map_err(|unknown| unknown.hint().unwrap_or_else(|| "`platen catalog inks` lists what there is".to_owned()))
    }
}

fn colors(buckets: &[Bucket]) -> Vec<Color> {
    buckets.iter().map(|bucket| bucket.color).collect()
}

/// The white of a job.
#[derive(Debug, Clone, Copy)]
struct White {
    lies_below: bool,
    /// Whether the white below is the artwork's only white.
    shows: bool,
    /// Whether light inks are printed, dried and printed again.
    double_light: bool,
}

impl White {
    fn of(palette: &Palette, (dark, cloth): (bool, Color), prices: &ScreenPrices, options: &SeparationOptions) -> Self {
        let labs: Vec<Lab> = palette.buckets.iter().map(|bucket| bucket.lab).collect();
        let needs = dark && labs.iter().any(|lab| !is_light(*lab) && !is_dark_grey(*lab));
        let lies_below = options.underbase.unwrap_or(needs) && !is_white(Lab::from(cloth));
        let flat = matches!(options.method, Separating::Spot | Separating::Index);
        let shows = lies_below
            && flat
            && labs.iter().any(|lab| is_white(*lab))
            && !options.highlight.unwrap_or(prices.highlight_white);
        let double_light = dark && !lies_below && flat && labs.iter().any(|lab| is_light(*lab));
        Self { lies_below, shows, double_light }
    }

    /// The palette without the inks that the white below stands for.
    fn without_shown(self, mut palette: Palette) -> Palette {
        if !self.shows {
            return palette;
        }
        let mut places = Vec::new();
        let mut kept = Vec::new();
        for bucket in palette.buckets {
            let is_shown = is_white(bucket.lab);
            places.push((!is_shown).then_some(kept.len()));
            if !is_shown {
                kept.push(bucket);
            }
        }
        for base in &mut palette.bases {
            if let Target::Plate(plate) = base.target {
                base.target = places[plate].map_or(Target::Underbase, Target::Plate);
            }
        }
        Palette { buckets: kept, ..palette }
    }
}

/// The plates in the order of printing: white below, then from light to dark, and white on top last.
fn plates(buckets: &[Bucket], location: &Location, white: White, options: &SeparationOptions) -> Vec<Plate> {
    let is_tonal = matches!(options.method, Separating::Process | Separating::Cmyk);
    let has_tones = |bucket: &Bucket| {
        let near = location
            .inks
            .iter()
            .filter(|ink| ciede2000(ink.lab, bucket.lab) < options.merge.max(1.0) || !options.inks.is_empty());
        is_tonal || (options.method == Separating::Spot && near.into_iter().any(|ink| ink.halftone))
    };
    let mut order: Vec<usize> = (0..buckets.len()).collect();
    let is_last = |bucket: &Bucket| white.lies_below && is_white(bucket.lab);
    order.sort_by(|a, b| {
        let (a, b) = (&buckets[*a], &buckets[*b]);
        is_last(a).cmp(&is_last(b)).then(b.lab.l.total_cmp(&a.lab.l))
    });
    let any_tones = buckets.iter().any(has_tones);
    let below = white.lies_below.then(|| {
        let mesh = mesh::underbase(any_tones.then_some(options.lpi));
        Plate { name: "White under the colors".to_owned(), ..plate(None, &inks::white(), any_tones, mesh, "underbase") }
    });
    let colors = order.into_iter().map(|index| {
        let (bucket, tones) = (&buckets[index], has_tones(&buckets[index]));
        let name = if is_last(bucket) { "Highlight white".to_owned() } else { bucket.name.clone() };
        let double = white.double_light && is_light(bucket.lab);
        let made = plate(Some(index), bucket, tones, mesh::color(tones.then_some(options.lpi)), &slug(&name));
        Plate { name, prints: 1 + u32::from(double), flash: double, ..made }
    });
    let mut plates: Vec<Plate> = below.into_iter().chain(colors).collect();
    tell_apart(&mut plates);
    for (index, plate) in plates.iter_mut().enumerate() {
        plate.slug = format!("{:02}-{}", index + 1, plate.slug);
    }
    plates
}

/// Inks reach below those that are printed later and are darker: white on top is printed last and hides nothing that is dark.
fn trap(buckets: &[Bucket], plates: &[Plate], reach: Length) -> Trap {
    let order: Vec<usize> = plates.iter().filter_map(|plate| plate.ink).collect();
    let mut below = vec![Vec::new(); buckets.len()];
    for (place, ink) in order.iter().enumerate() {
        let darker = |later: &&usize| buckets[**later].lab.l < buckets[*ink].lab.l;
        below[*ink].extend(order[place + 1..].iter().filter(darker));
    }
    Trap { reach, below }
}

/// Gives a number to each plate that would be called as one before it, such as two reds near one ink of the shelf: a
/// program that reads them by name would print both as one.
fn tell_apart(plates: &mut [Plate]) {
    for index in 1..plates.len() {
        let (before, rest) = plates.split_at_mut(index);
        let is_taken = |name: &str| before.iter().any(|plate| plate.name.eq_ignore_ascii_case(name));
        let own = rest[0].name.clone();
        let mut number = 2;
        while is_taken(&rest[0].name) {
            rest[0].name = format!("{own} {number}");
            number += 1;
        }
    }
}

fn plate(ink: Option<usize>, bucket: &Bucket, halftone: bool, mesh: u32, slug: &str) -> Plate {
    Plate {
        ink,
        name: bucket.name.clone(),
        slug: slug.to_owned(),
        bucket: bucket.clone(),
        halftone,
        mesh,
        prints: 1,
        flash: ink.is_none(),
    }
}

/// A name as a part of a file's name.
fn slug(name: &str) -> String {
    let dashed: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(40).collect()
}
