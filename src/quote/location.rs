//! What the artwork of one print area asks of a press: its inks and its area, taken from what is really drawn.

use std::collections::BTreeSet;
use std::convert::Infallible;

use crate::artwork::{self, Band};
use crate::cancel::Cancel;
use crate::catalog::{self, PrintArea};
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::quote::picture;
use crate::scene::{Blend, Group, Item, Paint, Scene, SceneLayer};
use crate::units::Dpi;

/// Colours that differ less (CIEDE2000) are one ink: side by side nobody sees two.
pub const SAME_INK: f64 = 1.0;

/// Colours that differ less from the cloth are left open: the cloth shows.
pub const CLOTH_SHOWS: f64 = 2.5;

/// More inks than that are not listed: it is a full-color print.
pub const MOST_INKS: usize = 24;

/// A paint or a pixel below this opacity leaves no ink.
const FAINT: f32 = 16.0 / 255.0;

/// Pixels of the raster that is looked at: a full front at 150 dots per inch.
const MOST_PIXELS: f64 = 6e6;
const FINEST_DPI: f64 = 150.0;

/// An ink counts as seen from so many full pixels on; a lone one may come of two edges that meet.
const SEEN_PIXELS: u64 = 2;

/// An ink of one print area.
#[derive(Debug, Clone, PartialEq)]
pub struct Ink {
    /// How it looks.
    pub color: Color,
    /// The same in CIE Lab, D50.
    pub lab: Lab,
    /// The nearest ink on the shelf: its id, its name and how far it is (CIEDE2000). None on an empty shelf.
    pub nearest: Option<(String, String, f64)>,
    /// Its share of what is printed, 0 to 1; a rough figure for what is not flat.
    pub share: f64,
    /// Whether it is also printed as dots: fades, gradients, pictures.
    pub halftone: bool,
}

/// What the artwork of one print area asks of a press.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// Id of the print area.
    pub area: String,
    /// What customers call it.
    pub name: String,
    /// Names the artwork: equal ones are printed with the same screens.
    pub artwork: String,
    /// The cloth below it.
    pub cloth: Color,
    /// Its inks, the largest first; at most [`MOST_INKS`].
    pub inks: Vec<Ink>,
    /// Whether it holds more inks than are listed: a photograph.
    pub full_color: bool,
    /// Colours that are not printed because the cloth shows through in them.
    pub open: Vec<Color>,
    /// Area of the smallest upright rectangle around what is printed, square millimetres, rounded up.
    pub box_mm2: u64,
    /// Area that ink covers, square millimetres, rounded up.
    pub inked_mm2: u64,
}

impl Ink {
    /// What to call it: the ink on the shelf if it is near, else its value.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.nearest {
            Some((_, name, distance)) if *distance <= NEAR => format!("{name} ({})", self.color),
            _ => self.color.to_string(),
        }
    }
}

/// An ink on the shelf is said to be the one of the artwork up to this difference (CIEDE2000).
const NEAR: f64 = 5.0;

impl Location {
    /// Measures the scene of a print area on `cloth`; `shelf` are the inks that the shop has. `None` if called off.
    #[must_use]
    pub fn measure(
        scene: &Scene,
        area: &PrintArea,
        cloth: Color,
        shelf: &[&catalog::Ink],
        cancel: &Cancel,
    ) -> Option<Self> {
        let mut paints = Paints::default();
        scene.layers.iter().for_each(|layer| paints.meet(&layer.items, 1.0));
        let flat: Vec<Color> = paints.flat.iter().copied().collect();
        let raster = look(scene, &flat, cancel)?;
        let mut found: Vec<(Color, f64, bool)> = Vec::new();
        for (color, count) in flat.iter().zip(&raster.counts) {
            if *count >= SEEN_PIXELS {
                found.push((*color, *count as f64 / raster.inked_px.max(1.0), paints.tints.contains(color)));
            }
        }
        let seen: BTreeSet<Color> = found.iter().map(|(color, ..)| *color).collect();
        found.extend(paints.tints.difference(&seen).map(|color| (*color, 0.0, true)));
        let mut full_color = false;
        if let Some(pictures) = pictures_of(scene) {
            let seen = picture::inks(&pictures, cloth, cancel)?;
            full_color = seen.full_color;
            let finer = raster.dpi.get() / picture_dpi(scene).get();
            let share = (seen.inked_px * finer * finer / raster.inked_px.max(1.0)).min(1.0);
            found.extend(seen.inks.iter().map(|ink| (ink.color, ink.share * share, ink.halftone)));
        }
        let (inks, open, too_many) = distinct(found, cloth, shelf);
        Some(Self {
            area: area.id.clone(),
            name: area.name.clone(),
            artwork: scene.hash.to_string(),
            cloth,
            inks,
            full_color: full_color || too_many,
            open,
            box_mm2: raster.box_mm2,
            inked_mm2: raster.inked_mm2,
        })
    }

    /// The two inks put together: the larger one's color, both shares. Indices of `inks`; equal ones change nothing.
    #[must_use]
    pub fn merged(&self, first: usize, second: usize) -> Self {
        let mut merged = self.clone();
        let (keep, drop) = (first.min(second), first.max(second));
        if keep == drop || drop >= merged.inks.len() {
            return merged;
        }
        // Inks are sorted by size.
        let gone = merged.inks.remove(drop);
        merged.inks[keep].share += gone.share;
        merged.inks[keep].halftone |= gone.halftone;
        merged
    }
}

/// The different inks among `found`, those that are open, and whether there are too many.
fn distinct(mut found: Vec<(Color, f64, bool)>, cloth: Color, shelf: &[&catalog::Ink]) -> (Vec<Ink>, Vec<Color>, bool) {
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let cloth = Lab::from(cloth);
    let (mut inks, mut open): (Vec<Ink>, Vec<Color>) = (Vec::new(), Vec::new());
    for (color, share, halftone) in found {
        let lab = Lab::from(color);
        if ciede2000(lab, cloth) < CLOTH_SHOWS {
            open.push(color);
        } else if let Some(same) = inks.iter_mut().find(|ink| ciede2000(ink.lab, lab) < SAME_INK) {
            same.share += share;
            same.halftone |= halftone;
        } else if inks.len() == MOST_INKS {
            return (inks, open, true);
        } else {
            let distances = shelf.iter().map(|ink| (ink, ciede2000(ink.lab, lab)));
            let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1));
            let nearest = nearest.map(|(ink, distance)| (ink.id.clone(), ink.name.clone(), distance));
            inks.push(Ink { color, lab, nearest, share, halftone });
        }
    }
    inks.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.color.cmp(&b.color)));
    (inks, open, false)
}

/// The colours that paths are painted with.
#[derive(Debug, Default)]
struct Paints {
    /// In full.
    flat: BTreeSet<Color>,
    /// As dots: translucent, in gradients, softened.
    tints: BTreeSet<Color>,
}

impl Paints {
    fn meet(&mut self, items: &[Item], opacity: f32) {
        for item in items {
            match item {
                Item::Fill { paint, .. } | Item::Stroke { paint, .. } => self.paint(paint, opacity),
                Item::Group(group) if is_plain(group) => {
                    let below = if group.blur > 0.0 { opacity.min(0.5) } else { opacity };
                    self.meet(&group.items, below * group.opacity as f32);
                }
                // Looked at as pixels.
                Item::Group(_) | Item::Picture { .. } | Item::Svg { .. } => {}
            }
        }
    }

    fn paint(&mut self, paint: &Paint, opacity: f32) {
        match paint {
            Paint::Solid(color, own) if own * opacity >= 0.995 => drop(self.flat.insert(*color)),
            Paint::Solid(color, own) if own * opacity >= FAINT => drop(self.tints.insert(*color)),
            Paint::Solid(..) => {}
            Paint::Gradient(gradient) => {
                for (_, color, own) in &gradient.stops {
                    if own * opacity >= FAINT {
                        self.tints.insert(*color);
                    }
                }
            }
        }
    }
}

/// Whether a group shows the colours of its items and no others.
fn is_plain(group: &Group) -> bool {
    group.blend == Blend::Over
}

/// The scene with only what must be looked at as pixels; `None` if there is nothing of that.
fn pictures_of(scene: &Scene) -> Option<Scene> {
    let layers: Vec<SceneLayer> = scene
        .layers
        .iter()
        .map(|layer| SceneLayer { items: pictures_in(&layer.items), ..layer.clone() })
        .filter(|layer| !layer.items.is_empty())
        .collect();
    (!layers.is_empty()).then(|| Scene { layers, ..scene.clone() })
}

fn pictures_in(items: &[Item]) -> Vec<Item> {
    let kept = |item: &Item| match item {
        Item::Picture { .. } | Item::Svg { .. } => Some(item.clone()),
        Item::Group(group) if !is_plain(group) => Some(item.clone()),
        Item::Group(group) => {
            let items = pictures_in(&group.items);
            (!items.is_empty()).then(|| Item::Group(Group { items, ..group.clone() }))
        }
        Item::Fill { .. } | Item::Stroke { .. } => None,
    };
    items.iter().filter_map(kept).collect()
}

/// What the raster of a whole scene shows. `counts` are those of the sorted colours that were asked for.
struct Look {
    dpi: Dpi,
    /// Full pixels of each flat colour.
    counts: Vec<u64>,
    /// Sum of the pixels' opacities.
    inked_px: f64,
    box_mm2: u64,
    inked_mm2: u64,
}

/// A resolution at which the scene has at most `most` pixels.
fn resolution(scene: &Scene, most: f64, finest: f64) -> Dpi {
    let square_inches = scene.size.width.inches() * scene.size.height.inches();
    let dpi = (most / square_inches.max(1e-6)).sqrt().min(finest);
    Dpi::new(dpi).unwrap_or(Dpi::PRINT)
}

/// The resolution at which pictures are looked at.
pub(super) fn picture_dpi(scene: &Scene) -> Dpi {
    resolution(scene, 1e6, 100.0)
}

fn look(scene: &Scene, flat: &[Color], cancel: &Cancel) -> Option<Look> {
    let dpi = resolution(scene, MOST_PIXELS, FINEST_DPI);
    let mut counts = vec![0_u64; flat.len()];
    let (mut alpha_sum, mut bounds) = (0_u64, None::<[u32; 4]>);
    // Neighbours are mostly alike.
    let mut last: (Option<Color>, Option<usize>) = (None, None);
    let count = |band: &Band<'_>| {
        if band.is_blank {
            return Ok(());
        }
        for (y, row) in band.pixels.chunks_exact(band.width as usize * 4).enumerate() {
            for (x, pixel) in row.as_chunks::<4>().0.iter().enumerate() {
                let [r, g, b, alpha] = *pixel;
                if alpha < 16 {
                    continue;
                }
                alpha_sum += u64::from(alpha);
                let (x, y) = (x as u32, band.top + y as u32);
                let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
                bounds = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
                if alpha == 255 {
                    let color = Color::new(r, g, b);
                    if last.0 != Some(color) {
                        last = (Some(color), flat.binary_search(&color).ok());
                    }
                    if let Some(index) = last.1 {
                        counts[index] += 1;
                    }
                }
            }
        }
        Ok::<_, Infallible>(())
    };
    let Ok(()) = artwork::for_each_band_unless(scene, dpi, cancel, count)?;
    let mm = 1.0 / dpi.px_per_mm();
    let [left, top, right, bottom] = bounds.unwrap_or([1, 1, 0, 0]);
    let box_px = f64::from((right + 1).saturating_sub(left)) * f64::from((bottom + 1).saturating_sub(top));
    let inked_px = alpha_sum as f64 / 255.0;
    let up = |px: f64| (px * mm * mm).ceil() as u64;
    Some(Look { dpi, counts, inked_px, box_mm2: up(box_px), inked_mm2: up(inked_px) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn inks_are_the_same_in_whatever_order_they_are_found(
            found in prop::collection::vec((0..12_u8, 1..4_u8, prop::bool::ANY), 1..9),
            turn in 0..9_usize,
        ) {
            let mut found: Vec<(Color, f64, bool)> = found
                .into_iter()
                .map(|(shade, share, halftone)| (Color::new(120 + shade, 40, 40), f64::from(share) / 32.0, halftone))
                .collect();
            let first = distinct(found.clone(), Color::WHITE, &[]);
            let places = found.len();
            found.rotate_left(turn % places);
            prop_assert_eq!(&distinct(found.clone(), Color::WHITE, &[]), &first);
            found.reverse();
            prop_assert_eq!(&distinct(found, Color::WHITE, &[]), &first);
        }
    }
}
