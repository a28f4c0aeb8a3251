//! What a separated job takes: screens, ink, order, price.

use serde::Serialize;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::Ink;
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::design::Design;
use crate::prepress::separate::{Rows, flat, layered};
use crate::profile::{Prices, Profile};
use crate::quote::{self, Item, Location, Quote, quote};
use crate::shop::press::{Separating, SeparationJob, mesh};
use crate::shop::quotes::{Measured, is_on_shelf};
use crate::shop::{Order, Shop};

/// Pieces that a plan counts with if nothing is ordered.
const USUAL_PIECES: u32 = 12;

/// How a job is printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PressPlan {
    /// Version of this format: 1.
    pub version: u32,
    /// The hash of the artwork, as previews and print files of it carry it.
    pub artwork: String,
    /// Id of the print area.
    pub area: String,
    /// Id of the garment.
    pub garment: String,
    /// Id of its colour.
    pub color: String,
    /// How the cloth looks, `#rrggbb`.
    pub cloth: String,
    /// How the artwork was taken apart: `spot`, `process`, `index` or `cmyk`.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub method: Separating,
    /// Resolution of the plates, dots per inch.
    pub dpi: f64,
    /// Width of the print area in mm.
    pub width_mm: f64,
    /// Height of the print area in mm.
    pub height_mm: f64,
    /// The plates in the order in which they are printed.
    pub plates: Vec<PlannedPlate>,
    /// What each colour of the artwork is printed with; empty where all inks make all colours.
    pub mixed: Vec<Mixed>,
    /// Screens that are made.
    pub screens: u32,
    /// Heads of the press.
    pub heads: u32,
    /// Dryings between prints, a piece.
    pub flashes: u32,
    /// Pieces that ink and price are given for.
    pub pieces: u64,
    /// Millilitres of ink for all pieces, without what stays in screens and buckets.
    pub ink_ml: f64,
    /// How near the plates together come to the artwork; absent for dots, which only look like it from afar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<Match>,
    /// What the whole order of the design costs with these plates, as quotes tell it; absent if there is no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Quote>,
    /// What the printer should know.
    pub notes: Vec<String>,
}

/// A plate.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PlannedPlate {
    /// Its place in the order of printing, from 1.
    pub order: usize,
    /// What its files begin with.
    #[cfg_attr(feature = "server", schema(example = "02-scarlet"))]
    pub file: String,
    /// What printers call it.
    pub name: String,
    /// Id of the ink in the palette; absent if it is mixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink: Option<String>,
    /// What the shop or its supplier calls the ink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How the ink looks, `#rrggbb`.
    pub color: String,
    /// The ink in CIE Lab, D50.
    pub lab: [f64; 3],
    /// The ink's code in the open HLC notation.
    pub hlc: String,
    /// Percent of the print area that it covers.
    pub coverage_percent: f64,
    /// Square centimetres that it covers.
    pub cm2: f64,
    /// Whether it has tones that are printed as dots.
    pub halftone: bool,
    /// Lines of dots to the inch; absent without dots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lpi: Option<f64>,
    /// Threads of its screen to the inch.
    pub mesh: u32,
    /// How often it is printed on a piece.
    pub prints: u32,
    /// Whether it is dried before what comes next.
    pub flash: bool,
    /// Millilitres of ink for one piece.
    pub ml_per_piece: f64,
    /// Millilitres of ink for all pieces.
    pub ml: f64,
}

/// A colour of the artwork and its ink.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Mixed {
    /// The colour, `#rrggbb`.
    pub color: String,
    /// Name of the ink; absent where the cloth shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink: Option<String>,
    /// How far the ink is from it (CIEDE2000).
    pub distance: f64,
    /// Its percentage of what is printed.
    pub percent: f64,
}

/// How near the plates together come to the artwork: differences (CIEDE2000) of samples from all over it, on the cloth, if
/// every ink hides what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Match {
    /// Their mean.
    pub mean: f64,
    /// What 95 of 100 stay below.
    pub p95: f64,
    /// The largest.
    pub worst: f64,
}

/// What is counted while plates are made.
#[derive(Debug)]
pub struct Tally {
    sums: Vec<u64>,
    step: usize,
    differences: Vec<f32>,
    line: Vec<u8>,
    pixels: u64,
}

/// Pixels that are compared with the artwork, about.
const SAMPLES: f64 = 40_000.0;

impl Tally {
    /// For the plates of a job.
    #[must_use]
    pub fn new(job: &SeparationJob<'_>) -> Self {
        let (width, height) = job.scene.size.to_px(job.dpi);
        let pixels = u64::from(width) * u64::from(height);
        let step = (pixels as f64 / SAMPLES).sqrt().ceil().max(1.0) as usize;
        let line = vec![0; width as usize * 3];
        Self { sums: vec![0; job.plates.len()], step, differences: Vec::new(), line, pixels }
    }

    /// Counts some rows.
    pub fn take(&mut self, job: &SeparationJob<'_>, rows: &Rows<'_>) {
        for (plate, sum) in job.plates.iter().zip(&mut self.sums) {
            for row in 0..rows.rows {
                *sum += u64::from(plate.row(rows, row).iter().map(|value| u32::from(*value)).sum::<u32>());
            }
        }
        if job.method == Separating::Index {
            return;
        }
        for row in (0..rows.rows).filter(|row| (rows.top + row).is_multiple_of(self.step)) {
            if job.method == Separating::Cmyk {
                layered(&job.print, rows, row, &mut self.line);
            } else {
                flat(&job.print, rows, row, &mut self.line);
            }
            let artwork = rows.artwork(row).as_chunks::<4>().0;
            let shown = self.line.as_chunks::<3>().0;
            for (pixel, shown) in artwork.iter().zip(shown).step_by(self.step).filter(|(pixel, _)| pixel[3] > 0) {
                let wanted = on_cloth(*pixel, job.cloth);
                let shown = Color::new(shown[0], shown[1], shown[2]);
                let off = if wanted == shown { 0.0 } else { ciede2000(Lab::from(wanted), Lab::from(shown)) };
                self.differences.push(off as f32);
            }
        }
    }

    fn matches(&self) -> Option<Match> {
        let mut sorted = self.differences.clone();
        sorted.sort_by(f32::total_cmp);
        let worst = f64::from(*sorted.last()?);
        let mean = sorted.iter().map(|value| f64::from(*value)).sum::<f64>() / sorted.len() as f64;
        let p95 = f64::from(sorted[sorted.len() * 95 / 100]);
        Some(Match { mean: hundredths(mean), p95: hundredths(p95), worst: hundredths(worst) })
    }
}

/// A premultiplied pixel on the cloth.
fn on_cloth(pixel: [u8; 4], cloth: Color) -> Color {
    let rest = 255 - u32::from(pixel[3]);
    let channel = |value: u8, cloth: u8| (u32::from(value) + (u32::from(cloth) * rest + 127) / 255).min(255) as u8;
    Color::new(channel(pixel[0], cloth.r), channel(pixel[1], cloth.g), channel(pixel[2], cloth.b))
}

impl SeparationJob<'_> {
    /// The plan of a job whose plates were counted.
    #[must_use]
    pub fn plan(&self, tally: &Tally, price: Result<Quote, String>) -> PressPlan {
        let pieces = self.items().iter().map(|item| u64::from(item.quantity)).sum();
        let size = self.scene.size;
        let plates: Vec<PlannedPlate> =
            self.plates.iter().enumerate().map(|(index, _)| self.planned(index, tally, pieces)).collect();
        let mut notes = self.notes.clone();
        if let Err(why) = &price {
            notes.push(format!("no price: {why}"));
        }
        let mixed = self.found.iter().map(|found| Mixed {
            color: found.color.to_string(),
            ink: found.ink.clone(),
            distance: hundredths(found.distance),
            percent: hundredths(found.share * 100.0),
        });
        PressPlan {
            version: 1,
            artwork: self.scene.hash.to_string(),
            area: self.area.clone(),
            garment: self.fitting.garment.id.clone(),
            color: self.fitting.color.id.clone(),
            cloth: self.cloth.to_string(),
            method: self.method,
            dpi: self.dpi.get(),
            width_mm: hundredths(size.width.mm()),
            height_mm: hundredths(size.height.mm()),
            screens: plates.len() as u32,
            heads: self.heads,
            flashes: self.plates.iter().filter(|plate| plate.flash).count() as u32,
            pieces,
            ink_ml: hundredths(plates.iter().map(|plate| plate.ml).sum()),
            mixed: mixed.collect(),
            matches: tally.matches(),
            price: price.ok(),
            plates,
            notes,
        }
    }

    fn planned(&self, index: usize, tally: &Tally, pieces: u64) -> PlannedPlate {
        let plate = &self.plates[index];
        let bucket = &plate.bucket;
        let covered = tally.sums[index] as f64 / 255.0 / tally.pixels as f64;
        let m2 = covered * self.scene.size.width.mm() * self.scene.size.height.mm() / 1e6;
        let ml = m2 * mesh::ml_per_m2(plate.mesh) * f64::from(plate.prints);
        PlannedPlate {
            order: index + 1,
            file: plate.slug.clone(),
            name: plate.name.clone(),
            ink: bucket.id.clone(),
            reference: bucket.reference.clone(),
            color: bucket.color.to_string(),
            lab: [bucket.lab.l, bucket.lab.a, bucket.lab.b].map(hundredths),
            hlc: bucket.lab.hlc(),
            coverage_percent: hundredths(covered * 100.0),
            cm2: hundredths(m2 * 1e4),
            halftone: plate.halftone,
            lpi: plate.halftone.then_some(self.options.lpi),
            mesh: plate.mesh,
            prints: plate.prints,
            flash: plate.flash,
            ml_per_piece: (ml * 1e4).round() / 1e4,
            ml: hundredths(ml * pieces as f64),
        }
    }

    /// What is ordered, or what a plan counts with.
    fn items(&self) -> Vec<Item> {
        if self.options.items.is_empty() {
            vec![Item { size: self.fitting.garment.mockup_size.clone(), quantity: USUAL_PIECES }]
        } else {
            self.options.items.clone()
        }
    }

    /// The location as these plates print it.
    fn priced_location(&self, shelf: &[&Ink]) -> Location {
        let mut location = self.location.clone();
        if matches!(self.method, Separating::Process | Separating::Cmyk) {
            location.full_color = true;
            return location;
        }
        location.full_color = false;
        let shows_white = self.plates.iter().any(|plate| plate.ink.is_none());
        let mut inks: Vec<quote::Ink> = Vec::new();
        for ink in &self.location.inks {
            // White that the white below stands for has no plate.
            if shows_white && quote::is_white(ink.lab) {
                inks.push(ink.clone());
                break;
            }
        }
        for plate in self.plates.iter().filter(|plate| plate.ink.is_some()) {
            let lab = plate.bucket.lab;
            if shows_white && quote::is_white(lab) && inks.iter().any(|ink| quote::is_white(ink.lab)) {
                continue;
            }
            let distances = shelf.iter().map(|ink| (ink, ciede2000(ink.lab, lab)));
            let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1));
            let nearest = nearest.map(|(ink, distance)| (ink.id.clone(), ink.name.clone(), distance));
            let share = 1.0 / self.plates.len() as f64;
            inks.push(quote::Ink { color: plate.bucket.color, lab, nearest, share, halftone: plate.halftone });
        }
        location.inks = inks;
        location
    }
}

impl Shop {
    /// What the order of a job's design costs with the job's plates, or why there is no price.
    ///
    /// # Errors
    /// Why there is no price, in words.
    pub fn price_of(
        &self,
        profile: &Profile,
        (design, library): (&Design, &Library),
        job: &SeparationJob<'_>,
        cancel: &Cancel,
    ) -> Result<Quote, String> {
        let mut profile = profile.clone();
        let has_highlight = job.plates.iter().any(|plate| plate.ink.is_some() && quote::is_white(plate.bucket.lab));
        if let Some(Prices::Screens(prices)) = profile.techniques.get_mut(&job.technique.id)
            && job.plates.iter().any(|plate| plate.ink.is_none())
        {
            prices.highlight_white = has_highlight;
        }
        let order = Order {
            items: job.items(),
            color: Some(job.fitting.color.id.clone()),
            technique: Some(job.technique.id.clone()),
            fields: job.options.choice.fields.clone(),
            ..Order::default()
        };
        let shelf: Vec<&Ink> = self.catalog.inks().iter().filter(|ink| is_on_shelf(&profile, &ink.id)).collect();
        let mut priced = self
            .job(&profile, (design, library), &order, &mut Measured::new(), cancel)
            .map_err(|error| error.to_string())?;
        for location in priced.locations.iter_mut().filter(|location| location.area == job.area) {
            *location = job.priced_location(&shelf);
        }
        quote(&priced).map_err(|error| error.to_string())
    }
}

/// Rounds to a hundredth.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
