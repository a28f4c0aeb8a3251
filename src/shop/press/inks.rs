//! Which inks print a design.

use std::sync::Arc;

use moxcms::{ColorProfile, Layout, TransformOptions};

use crate::catalog;
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::prepress::separate::{Base, Gamut, MOST_BASES, PressInk, Target};
use crate::quote::{Location, is_dark_grey, is_white};
use crate::shop::press::{Palette, Separating, SeparationError, SeparationOptions};

/// An ink on the shelf is the one of the artwork up to this difference (CIEDE2000).
pub(super) const NEAR: f64 = 5.0;

/// A chosen ink that is farther from the design's colour is told.
const FAR: f64 = 5.0;

/// An ink in its bucket.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::shop) struct Bucket {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) reference: Option<String>,
    pub(super) color: Color,
    pub(super) lab: Lab,
    /// How much it hides of what is below, 0 to 1, if the shop measured it.
    pub(super) opacity: Option<f32>,
    /// Percent that the press adds to its half tone, if the shop measured it.
    pub(super) gain: Option<f64>,
}

impl From<&catalog::Ink> for Bucket {
    fn from(ink: &catalog::Ink) -> Self {
        let (id, name, reference) = (Some(ink.id.clone()), ink.name.clone(), ink.reference.clone());
        Self { id, name, reference, color: ink.color, lab: ink.lab, opacity: None, gain: None }.printed_as(ink)
    }
}

impl Bucket {
    /// One that is mixed for the job.
    pub(super) fn mixed(color: Color) -> Self {
        let (name, lab) = (format!("Mix {color}"), Lab::from(color));
        Self { id: None, name, reference: None, color, lab, opacity: None, gain: None }
    }

    /// Behaving on the press as this ink was measured to.
    pub(super) fn printed_as(self, ink: &catalog::Ink) -> Self {
        let swatch = ink.swatch.as_ref();
        let opacity = swatch.and_then(|swatch| swatch.opacity).map(|percent| (percent / 100.0) as f32);
        Self { opacity, gain: swatch.and_then(|swatch| swatch.gain), ..self }
    }

    fn named(name: &str, color: Color) -> Self {
        Self { name: name.to_owned(), ..Self::mixed(color) }
    }

    /// How it behaves: as it was measured, or else black hides all below it, white nearly so, other plastisols most of it;
    /// process inks filter.
    pub(super) fn press(&self, method: Separating) -> PressInk {
        let opacity = match method {
            Separating::Cmyk if !is_white(self.lab) => 0.0,
            _ if self.opacity.is_some() => self.opacity.unwrap_or_default(),
            _ if is_dark_grey(self.lab) => 0.97,
            _ if is_white(self.lab) => 0.92,
            _ => 0.8,
        };
        PressInk { color: self.color, opacity, white: wants_white(self.lab) }
    }
}

/// How much white an ink wants below it on dark cloth: none if it is black, all if it is bright or coloured.
fn wants_white(lab: Lab) -> f32 {
    let ramp = |value: f64, from: f64, to: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
    ramp(lab.l, 20.0, 50.0).max(ramp(lab.chroma(), 8.0, 25.0)) as f32
}

/// The white under the colours.
pub(super) fn white() -> Bucket {
    Bucket::named("White", Color::new(248, 248, 246))
}

/// A colour of the artwork and what prints it.
#[derive(Debug, Clone)]
pub(in crate::shop) struct Found {
    pub(super) color: Color,
    /// Its share of what is printed, 0 to 1.
    pub(super) share: f64,
    /// The name of what prints it; `None`: the cloth shows.
    pub(super) ink: Option<String>,
    /// How far that is (CIEDE2000).
    pub(super) distance: f64,
}

/// A plate for each ink of the design, or for each of the chosen ones that is used.
pub(super) fn spot(
    location: &Location,
    chosen: &[Bucket],
    options: &SeparationOptions,
) -> Result<Palette, SeparationError> {
    if location.full_color && chosen.is_empty() {
        return Err(SeparationError::Impossible {
            reason: format!("the artwork on {} is in full color: it has no few inks of its own", location.name),
            hint: "choose inks, or separate it as process or index".to_owned(),
        });
    }
    let mut palette = Palette::default();
    if location.full_color {
        all_of(chosen, &mut palette);
    } else {
        each_ink(location, chosen, options, &mut palette);
    }
    let open = location.open.iter().map(|color| Base { color: *color, target: Target::Cloth });
    palette.bases.extend(open);
    let is_there = palette.bases.iter().any(|base| base.color == location.cloth);
    // Tones of pictures are dots on the cloth.
    if !is_there && (location.full_color || location.inks.iter().any(|ink| ink.halftone)) {
        palette.bases.push(Base { color: location.cloth, target: Target::Cloth });
    }
    palette.bases.truncate(MOST_BASES);
    Ok(palette)
}

fn all_of(chosen: &[Bucket], palette: &mut Palette) {
    for (plate, bucket) in chosen.iter().enumerate() {
        palette.bases.push(Base { color: bucket.color, target: Target::Plate(plate) });
    }
    palette.buckets = chosen.to_vec();
}

/// Each ink of the artwork by its own plate, by the plate of one that is near, or by the nearest chosen ink, if the cloth is
/// not nearer and stays open.
fn each_ink(location: &Location, chosen: &[Bucket], options: &SeparationOptions, palette: &mut Palette) {
    let cloth = Lab::from(location.cloth);
    for ink in &location.inks {
        let nearest = |buckets: &[Bucket]| {
            let distances = buckets.iter().enumerate().map(|(index, bucket)| (index, ciede2000(bucket.lab, ink.lab)));
            distances.min_by(|a, b| a.1.total_cmp(&b.1))
        };
        let open = ciede2000(cloth, ink.lab);
        let wanted = match nearest(chosen) {
            Some((_, distance)) if options.open && open < distance => {
                palette.bases.push(Base { color: ink.color, target: Target::Cloth });
                palette.found.push(Found { color: ink.color, share: ink.share, ink: None, distance: open });
                continue;
            }
            Some((index, _)) => chosen[index].clone(),
            None => match nearest(&palette.buckets) {
                Some((index, distance)) if distance < options.merge => palette.buckets[index].clone(),
                _ => own(ink),
            },
        };
        let place = palette.buckets.iter().position(|bucket| *bucket == wanted);
        let plate = place.unwrap_or_else(|| {
            palette.buckets.push(wanted.clone());
            palette.buckets.len() - 1
        });
        let distance = ciede2000(wanted.lab, ink.lab);
        if distance > FAR {
            let (name, color) = (&wanted.name, ink.color);
            palette.notes.push(format!("{name} prints {color}, from which it differs by {distance:.1} (CIEDE2000)"));
        }
        palette.bases.push(Base { color: ink.color, target: Target::Plate(plate) });
        palette.found.push(Found { color: ink.color, share: ink.share, ink: Some(wanted.name), distance });
    }
    for bucket in chosen.iter().filter(|bucket| !palette.buckets.contains(bucket)) {
        palette.notes.push(format!("{} was chosen and no color of the design is nearest to it", bucket.name));
    }
    for color in &location.open {
        let distance = ciede2000(Lab::from(*color), Lab::from(location.cloth));
        palette.found.push(Found { color: *color, share: 0.0, ink: None, distance });
    }
}

/// The artwork's own colour, under the name of the ink on the shelf if that is it.
pub(super) fn own(ink: &crate::quote::Ink) -> Bucket {
    let mixed = Bucket::mixed(ink.color);
    match &ink.nearest {
        Some((id, name, distance)) if *distance <= NEAR => Bucket { id: Some(id.clone()), name: name.clone(), ..mixed },
        _ => mixed,
    }
}

/// Strong inks that together make most colours, the most needed first; on dark cloth the cloth is the black.
const ON_DARK: [&str; 8] = ["white", "scarlet", "royal", "athletic-gold", "kelly", "lemon", "black", "cool-grey"];
const ON_LIGHT: [&str; 8] = ["black", "scarlet", "royal", "lemon", "kelly", "cool-grey", "athletic-gold", "fuchsia"];

/// So many of them as the press holds.
fn strong(shelf: &[&catalog::Ink], (dark, heads): (bool, usize)) -> Vec<Bucket> {
    let wanted = if dark { ON_DARK } else { ON_LIGHT };
    let room = heads.saturating_sub(usize::from(dark)).max(1);
    let all = wanted.iter().filter_map(|id| shelf.iter().find(|ink| ink.id == *id));
    let inks: Vec<Bucket> = all.map(|ink| Bucket::from(*ink)).take(room).collect();
    if inks.is_empty() { shelf.iter().map(|ink| Bucket::from(*ink)).take(room).collect() } else { inks }
}

/// Halftones of strong inks.
pub(super) fn process(chosen: &[Bucket], shelf: &[&catalog::Ink], room: (bool, usize)) -> Palette {
    let buckets = if chosen.is_empty() { strong(shelf, room) } else { chosen.to_vec() };
    Palette { buckets, ..Palette::default() }
}

/// Square dots: of the design's inks, or of strong ones if it is in full colour.
pub(super) fn index(
    location: &Location,
    chosen: &[Bucket],
    shelf: &[&catalog::Ink],
    room: (bool, usize),
) -> Result<Palette, SeparationError> {
    if location.full_color && chosen.is_empty() {
        return spot(location, &strong(shelf, room), &SeparationOptions::default());
    }
    let mut palette = spot(location, chosen, &SeparationOptions::default())?;
    if !palette.bases.iter().any(|base| base.target == Target::Cloth) {
        palette.bases.push(Base { color: location.cloth, target: Target::Cloth });
    }
    Ok(palette)
}

/// The four process inks, about as FOGRA39 has them.
pub(super) fn cmyk() -> Palette {
    let inks = [
        ("Cyan", Color::new(0, 158, 224)),
        ("Magenta", Color::new(229, 0, 125)),
        ("Yellow", Color::new(255, 237, 0)),
        ("Black", Color::new(29, 29, 27)),
    ];
    Palette { buckets: inks.map(|(name, color)| Bucket::named(name, color)).to_vec(), ..Palette::default() }
}

/// Cyan, magenta, yellow and black of any colour by an ICC profile, no more than `most` percent of ink in all.
pub(super) fn cmyk_gamut(profile: &[u8], most: u32) -> Result<Gamut, SeparationError> {
    let refused = |why: &dyn std::fmt::Display| SeparationError::Impossible {
        reason: format!("the color profile cannot be used: {why}"),
        hint: "give a CMYK output profile (ICC)".to_owned(),
    };
    let output = ColorProfile::new_from_slice(profile).map_err(|error| refused(&error))?;
    if output.color_space != moxcms::DataColorSpace::Cmyk {
        return Err(refused(&"it is not for CMYK"));
    }
    let options = TransformOptions::default();
    let transform = ColorProfile::new_srgb()
        .create_transform_8bit(Layout::Rgb, &output, Layout::Rgba, options)
        .map_err(|error| refused(&error))?;
    let transform = Arc::clone(&transform);
    let convert = |color: Color| {
        let mut parts = [0; 4];
        // The lengths are right, so it cannot fail.
        let _ = transform.transform(&[color.r, color.g, color.b], &mut parts);
        parts
    };
    Ok(Gamut::of_cmyk(convert, most))
}
