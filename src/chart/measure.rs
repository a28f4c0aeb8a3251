//! What readings of a chart say: colours with their spread, how much inks hide, and how far tones grow on the press.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{GAIN, InkSwatch, Reading, SPREAD, Swatch, Swatches};
use crate::chart::readings::Sample;
use crate::chart::{Ground, Patch};
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::shop::Shop;

/// Readings of a patch that lie farther from their mean (CIEDE2000) are told: they are hardly of one colour.
const WIDE: f64 = 2.0;
/// The least light, as a share of the white's, by which a full ink must differ from its ground before its tones say
/// anything.
const CONTRAST: f64 = 0.1;
/// The least that white must outshine the cloth, 0 to 1 in encoded sRGB, before opacity can be told.
const GROUNDS: f64 = 0.3;

/// What readings come to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Measured {
    /// What a profile keeps.
    pub measured: Swatches,
    /// What becomes of each colour.
    pub changes: Vec<Change>,
    /// What could not be told, and what should be read again.
    pub notes: Vec<String>,
}

/// A colour before and after.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// `ink/ID` or `garment/ID/COLOR`.
    pub what: String,
    /// CIE Lab so far.
    pub before: Reading,
    /// CIE Lab that was measured.
    pub after: Reading,
    /// How far they differ (CIEDE2000).
    pub delta_e: f64,
    /// Readings of it.
    pub readings: usize,
    /// How far they lie from their mean (CIEDE2000), on average; none of one reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// Percent of what lies below that an ink hides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opacity: Option<f64>,
    /// Percent that the press adds to its half tone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
}

/// All readings of a patch as one.
#[derive(Debug, Clone, Copy)]
struct Mean {
    lab: Lab,
    spread: Option<f64>,
    readings: usize,
}

/// Averages readings and compares them with what the shop has so far.
#[must_use]
pub fn measure(samples: &[Sample], shop: &Shop, on: Option<&str>) -> Measured {
    let mut grouped: BTreeMap<&Patch, Vec<Lab>> = BTreeMap::new();
    for sample in samples {
        grouped.entry(&sample.patch).or_default().push(sample.lab);
    }
    let means: BTreeMap<&Patch, Mean> = grouped.iter().map(|(patch, labs)| (*patch, mean(labs))).collect();
    let mut found = Measured::default();
    for (patch, mean) in &means {
        if let Some(spread) = mean.spread.filter(|spread| *spread > WIDE) {
            let readings = mean.readings;
            found.notes.push(format!(
                "{patch}: {readings} readings differ by {spread:.1} from their mean: read it again on flat cloth"
            ));
        }
    }
    for ink in shop.catalog.inks() {
        let Some((mean, ground)) = solid(&ink.id, &means, shop, &mut found.notes) else { continue };
        let opacity = opacity(&ink.id, &means);
        let gain = gain(&ink.id, ground, &means, &mut found.notes);
        let swatch = InkSwatch {
            lab: Reading::of(mean.lab),
            spread: mean.spread,
            on: on.map(str::to_owned),
            opacity: opacity.map(tenths),
            gain: gain.map(tenths),
        };
        let change = change(format!("ink/{}", ink.id), ink.lab, mean);
        found.changes.push(Change { opacity: swatch.opacity, gain: swatch.gain, ..change });
        found.measured.inks.insert(ink.id.clone(), swatch);
    }
    for (patch, mean) in &means {
        let Patch::Garment { garment, color } = patch else { continue };
        let Ok(known) = shop.catalog.garment(garment).and_then(|garment| garment.color(color)) else { continue };
        found.changes.push(change(patch.to_string(), known.lab(), *mean));
        let swatch = Swatch { lab: Reading::of(mean.lab), spread: mean.spread, on: on.map(str::to_owned) };
        found.measured.garments.entry(garment.clone()).or_default().insert(color.clone(), swatch);
    }
    for change in found.changes.iter().filter(|change| !change.after.lab().is_in_srgb()) {
        let what = &change.what;
        found.notes.push(format!("{what}: more vivid than a screen can show: previews have the nearest color"));
    }
    found
}

fn change(what: String, before: Lab, mean: Mean) -> Change {
    Change {
        what,
        before: Reading::of(before),
        after: Reading::of(mean.lab),
        delta_e: hundredths(ciede2000(before, mean.lab)),
        readings: mean.readings,
        spread: mean.spread,
        opacity: None,
        gain: None,
    }
}

/// The mean of readings, and how far they lie from it on average (mean colour difference from the mean).
fn mean(labs: &[Lab]) -> Mean {
    let n = labs.len().max(1) as f64;
    let of = |channel: fn(&Lab) -> f64| labs.iter().map(channel).sum::<f64>() / n;
    let lab = Lab::new(of(|lab| lab.l), of(|lab| lab.a), of(|lab| lab.b));
    let spread = labs.iter().map(|one| ciede2000(*one, lab)).sum::<f64>() / n;
    Mean { lab, spread: (labs.len() > 1).then(|| hundredths(spread).min(SPREAD)), readings: labs.len() }
}

fn of_ink(id: &str, tone: u32, ground: Ground) -> Patch {
    Patch::Ink { ink: id.to_owned(), tone, ground }
}

/// The ink in full: on white, or else on cloth that is light enough to need none.
fn solid(id: &str, means: &BTreeMap<&Patch, Mean>, shop: &Shop, notes: &mut Vec<String>) -> Option<(Mean, Ground)> {
    if let Some(mean) = means.get(&of_ink(id, 100, Ground::Underbase)) {
        return Some((*mean, Ground::Underbase));
    }
    let is_of_ink = |patch: &&Patch| matches!(patch, Patch::Ink { ink, .. } if ink == id);
    let (cloth, on_cloth) = (means.get(&Patch::Cloth), means.get(&of_ink(id, 100, Ground::Cloth)));
    match (cloth, on_cloth) {
        (Some(cloth), Some(mean)) if cloth.lab.l >= f64::from(shop.profile.dark_below) => Some((*mean, Ground::Cloth)),
        _ if means.keys().copied().any(|patch| is_of_ink(&patch)) => {
            notes.push(format!(
                "ink/{id}: not taken: its color is that of {}, or of the patch on light cloth beside a reading of cloth",
                of_ink(id, 100, Ground::Underbase)
            ));
            None
        }
        _ => None,
    }
}

/// How much of what lies below an ink hides, percent, as the proof has it: on a ground an ink of colour c and opacity h looks
/// like c (h + (1 - h) ground), in encoded sRGB. Its colour is that on white, and h the one that comes nearest to what was
/// read on the cloth (least squares over the three channels).
fn opacity(id: &str, means: &BTreeMap<&Patch, Mean>) -> Option<f64> {
    let read = |patch: &Patch| means.get(patch).map(|mean| encoded(mean.lab));
    let (own, shown) = (read(&of_ink(id, 100, Ground::Underbase))?, read(&of_ink(id, 100, Ground::Cloth))?);
    let cloth = read(&Patch::Cloth)?;
    let darkness = cloth.iter().map(|channel| 1.0 - channel).sum::<f64>() / 3.0;
    let (mut top, mut bottom) = (0.0, 0.0);
    for channel in 0..3 {
        let reach = own[channel] * (1.0 - cloth[channel]);
        top += reach * (shown[channel] - own[channel] * cloth[channel]);
        bottom += reach * reach;
    }
    // On light cloth every ink looks alike, and black does on any.
    let is_told = darkness >= GROUNDS && bottom >= CONTRAST * CONTRAST;
    is_told.then(|| (top / bottom).clamp(0.0, 1.0) * 100.0)
}

/// Encoded sRGB, 0 to 1.
fn encoded(lab: Lab) -> [f64; 3] {
    let color = lab.to_color();
    [color.r, color.g, color.b].map(|channel| f64::from(channel) / 255.0)
}

/// How much the press adds to a half tone, percent. The dot that a tone looks like is that of Murray and Davies: a share of
/// (ground - tone) / (ground - full) of reflected light (A. Murray, "Monochrome reproduction in photoengraving", Journal of
/// the Franklin Institute 221, 1936; ISO 12647-1 has it in densities). Light is X, Y or Z, whichever the full ink takes most
/// of, as the filter of a densitometer. All tones together give the parabola 4 g c (1 - c) by least squares.
fn gain(id: &str, ground: Ground, means: &BTreeMap<&Patch, Mean>, notes: &mut Vec<String>) -> Option<f64> {
    let of_tone = |(patch, mean): (&&Patch, &Mean)| match patch {
        Patch::Ink { ink, tone, ground: below } if ink == id && *below == ground && *tone < 100 => {
            Some((f64::from(*tone) / 100.0, mean.lab.reflected()))
        }
        _ => None,
    };
    let tones: Vec<(f64, [f64; 3])> = means.iter().filter_map(of_tone).collect();
    let below = if ground == Ground::Cloth { Patch::Cloth } else { Patch::Underbase };
    let light = |patch: &Patch| means.get(patch).map(|mean| mean.lab.reflected());
    let full = light(&of_ink(id, 100, ground)).filter(|_| !tones.is_empty())?;
    let Some(paper) = light(&below) else {
        notes.push(format!("ink/{id}: no gain: the patch {below} was not read"));
        return None;
    };
    let taken = |axis: usize| paper[axis] - full[axis];
    let axis = (0..3).max_by(|a, b| taken(*a).total_cmp(&taken(*b)))?;
    if taken(axis) < CONTRAST {
        return None;
    }
    let (mut top, mut bottom) = (0.0, 0.0);
    for (tone, shown) in tones {
        let (weight, dot) = (4.0 * tone * (1.0 - tone), (paper[axis] - shown[axis]) / taken(axis));
        top += weight * (dot - tone);
        bottom += weight * weight;
    }
    let gain = top / bottom * 100.0;
    if !GAIN.contains(&gain) {
        let (least, most) = (GAIN.start(), GAIN.end());
        notes.push(format!("ink/{id}: no gain: its tones say {gain:.0} %, beyond {least} to {most}: read them again"));
        return None;
    }
    Some(gain)
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
