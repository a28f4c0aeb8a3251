//! The inks of what has no list of colours: photographs, scanned marks, drawings with filters.
//!
//! Edges are blends of what lies beside them and are passed over: only pixels that look like their neighbours count.
//! Their colours are gathered around the most frequent ones. In a mark nearly all pixels lie close to one of those, a
//! little noise and all: they are its inks. Where colours run into each other, they may still be dots of one or two inks,
//! as in a black-and-white photograph: then those are the inks. Else it is a photograph in full color.

use crate::artwork;
use crate::cancel::Cancel;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::color::{Color, linear_to_srgb};
use crate::pixels::Pixmap;
use crate::quote::location::{CLOTH_SHOWS, picture_dpi};
use crate::scene::Scene;

/// Colours around a seed that a printer would mix one ink for (CIEDE2000): the noise of a JPEG stays within it.
const RADIUS: f64 = 8.0;

/// Pixels that no seed explains may be this share of all.
const UNEXPLAINED: f64 = 0.01;

/// Smaller clusters are dirt.
const LEAST_SHARE: f64 = 0.002;

/// In a mark at least this share of the pixels lies as near to the most frequent colors (CIEDE2000); in a photograph
/// colors run into each other.
const FLAT_SHARE: f64 = 0.6;
const FLAT_RADIUS: f64 = 3.0;

/// Clusters are sought up to here; a picture with more is a photograph.
const MOST_CLUSTERS: usize = 16;

/// A printer makes dots of at most so many inks without process separation.
const DOT_INKS: usize = 2;

/// How near a mixture of dots must come to count (CIEDE2000).
const DOT_TOLERANCE: f64 = 6.0;

/// What is fainter is not seen.
const SEEN_ALPHA: u8 = 16;

/// What is fainter may be an edge, unless it looks like its neighbours.
const SOLID_ALPHA: u8 = 128;

/// A pixel looks like its neighbours if no channel differs by more.
const CALM: i16 = 24;

/// The inks of pictures.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) inks: Vec<PictureInk>,
    /// More inks than can be told apart.
    pub(super) full_color: bool,
    /// Sum of the pixels' opacities.
    pub(super) inked_px: f64,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct PictureInk {
    pub(super) color: Color,
    /// Of the pixels that were looked at.
    pub(super) share: f64,
    pub(super) halftone: bool,
}

/// The inks of a scene of pictures on `cloth`; `None` if called off.
pub(super) fn inks(scene: &Scene, cloth: Color, cancel: &Cancel) -> Option<Found> {
    let artwork = artwork::rasterize_unless(scene, picture_dpi(scene), cancel)?;
    let inked_px =
        artwork.pixels.data().as_chunks::<4>().0.iter().map(|pixel| u64::from(pixel[3])).sum::<u64>() as f64 / 255.0;
    let (clusters, full_color) = clusters(&histogram(&artwork.pixels), cloth);
    Some(Found { inks: clusters, full_color, inked_px })
}

/// A colour and how many pixels have about it.
#[derive(Debug, Clone, Copy)]
struct Bin {
    lab: Lab,
    color: Color,
    count: f64,
}

/// The colours of calm pixels, faint ones too, 32 steps a channel; of all that are rather opaque where few are calm.
fn histogram(pixels: &Pixmap) -> Vec<Bin> {
    let width = pixels.width() as usize;
    let rows: Vec<&[[u8; 4]]> = pixels.data().chunks_exact(width * 4).map(|row| row.as_chunks::<4>().0).collect();
    let (mut calm, mut all) = (vec![[0_u64; 4]; 1 << 15], vec![[0_u64; 4]; 1 << 15]);
    let (mut n_calm, mut n_all) = (0_u64, 0_u64);
    for (y, row) in rows.iter().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            if pixel[3] < SEEN_ALPHA {
                continue;
            }
            let color = straight(*pixel);
            if pixel[3] >= SOLID_ALPHA {
                add(&mut all, color);
                n_all += 1;
            }
            let beside = [
                x.checked_sub(1).map(|x| row[x]),
                row.get(x + 1).copied(),
                y.checked_sub(1).map(|y| rows[y][x]),
                rows.get(y + 1).map(|row| row[x]),
            ];
            if beside.into_iter().flatten().all(|other| is_like(*pixel, other)) {
                add(&mut calm, color);
                n_calm += 1;
            }
        }
    }
    let bins = if n_calm * 20 < n_all { all } else { calm };
    let filled = bins.into_iter().filter(|bin| bin[3] > 0);
    filled
        .map(|[r, g, b, count]| {
            let mean = |sum: u64| ((sum + count / 2) / count) as u8;
            let color = Color::new(mean(r), mean(g), mean(b));
            Bin { lab: Lab::from(color), color, count: count as f64 }
        })
        .collect()
}

fn straight([r, g, b, alpha]: [u8; 4]) -> Color {
    let alpha = u32::from(alpha.max(1));
    let channel = |value: u8| ((u32::from(value) * 255 + alpha / 2) / alpha).min(255) as u8;
    Color::new(channel(r), channel(g), channel(b))
}

fn is_like(pixel: [u8; 4], other: [u8; 4]) -> bool {
    pixel.iter().zip(other).all(|(a, b)| (i16::from(*a) - i16::from(b)).abs() <= CALM)
}

fn add(bins: &mut [[u64; 4]], color: Color) {
    let step = |channel: u8| usize::from(channel >> 3);
    let bin = &mut bins[step(color.r) << 10 | step(color.g) << 5 | step(color.b)];
    for (sum, channel) in bin.iter_mut().zip([color.r, color.g, color.b, 1]) {
        *sum += u64::from(channel);
    }
}

/// The inks behind a histogram, and whether they are more than can be told apart.
fn clusters(bins: &[Bin], cloth: Color) -> (Vec<PictureInk>, bool) {
    let cloth_lab = Lab::from(cloth);
    let printed: Vec<Bin> = bins.iter().copied().filter(|bin| ciede2000(bin.lab, cloth_lab) >= CLOTH_SHOWS).collect();
    let total: f64 = printed.iter().map(|bin| bin.count).sum();
    if total <= 0.0 {
        return (Vec::new(), false);
    }
    let seeds = seeds(&printed, total);
    let gathered = gather(&printed, &seeds, total);
    let near = |bin: &&Bin| seeds.iter().any(|seed| ciede2000(bin.lab, *seed) <= FLAT_RADIUS);
    let flat: f64 = printed.iter().filter(near).map(|bin| bin.count).sum();
    if seeds.len() <= MOST_CLUSTERS && flat >= total * FLAT_SHARE {
        return (gathered, false);
    }
    match dots(&gathered, cloth) {
        Some(few) => (few, false),
        None => (gathered, true),
    }
}

/// The heaviest colours that no seed is near, until nearly all pixels are near one.
fn seeds(bins: &[Bin], total: f64) -> Vec<Lab> {
    let mut left: Vec<Bin> = bins.to_vec();
    let mut seeds = Vec::new();
    while seeds.len() <= MOST_CLUSTERS && left.iter().map(|bin| bin.count).sum::<f64>() > total * UNEXPLAINED {
        let heaviest = left.iter().max_by(|a, b| a.count.total_cmp(&b.count).then(b.color.cmp(&a.color)));
        let Some(seed) = heaviest.map(|bin| bin.lab) else { break };
        left.retain(|bin| ciede2000(bin.lab, seed) > RADIUS);
        seeds.push(seed);
    }
    seeds
}

/// Every pixel to its nearest seed: the means, without dirt, the largest first.
fn gather(bins: &[Bin], seeds: &[Lab], total: f64) -> Vec<PictureInk> {
    let mut sums = vec![[0.0_f64; 4]; seeds.len()];
    for bin in bins {
        let distances = seeds.iter().enumerate().map(|(index, seed)| (index, ciede2000(bin.lab, *seed)));
        let Some((nearest, _)) = distances.min_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
        for (sum, part) in sums[nearest].iter_mut().zip([bin.lab.l, bin.lab.a, bin.lab.b, 1.0]) {
            *sum += part * bin.count;
        }
    }
    let large = sums.into_iter().filter(|sum| sum[3] >= total * LEAST_SHARE);
    let ink = |[l, a, b, count]: [f64; 4]| PictureInk {
        color: Lab::new(l / count, a / count, b / count).to_color(),
        share: count / total,
        halftone: false,
    };
    let mut inks: Vec<PictureInk> = large.map(ink).collect();
    inks.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.color.cmp(&b.color)));
    inks
}

/// The few inks whose dots, on the cloth and on each other, make all of the colours; `None` if few do not suffice.
fn dots(inks: &[PictureInk], cloth: Color) -> Option<Vec<PictureInk>> {
    let cloth_lab = Lab::from(cloth);
    let mut farthest: Vec<PictureInk> = inks.to_vec();
    // What lies farthest from the cloth cannot be dots of what lies nearer.
    farthest.sort_by(|a, b| {
        let distance = |ink: &PictureInk| ciede2000(Lab::from(ink.color), cloth_lab);
        distance(b).total_cmp(&distance(a)).then(a.color.cmp(&b.color))
    });
    let mut kept: Vec<PictureInk> = Vec::new();
    for ink in farthest {
        let grounds: Vec<Color> = std::iter::once(cloth).chain(kept.iter().map(|ink| ink.color)).collect();
        let maker = (0..kept.len())
            .find(|&index| grounds.iter().any(|ground| is_between(ink.color, *ground, kept[index].color)));
        match maker {
            Some(index) => {
                kept[index].share += ink.share;
                kept[index].halftone = true;
            }
            None if kept.len() == DOT_INKS => return None,
            None => kept.push(ink),
        }
    }
    Some(kept)
}

/// Whether dots of `ink` on `ground` look like `color`: light mixes evenly between them (Murray and Davies, 1936).
fn is_between(color: Color, ground: Color, ink: Color) -> bool {
    let lab = Lab::from(color);
    let (from, to) = (ground.to_linear(), ink.to_linear());
    (1..16).map(|step| f64::from(step) / 16.0).any(|part| {
        let mixed = [0, 1, 2].map(|channel| {
            let light = f64::from(from[channel]) * (1.0 - part) + f64::from(to[channel]) * part;
            (linear_to_srgb(light.clamp(0.0, 1.0)) * 255.0).round() as u8
        });
        ciede2000(lab, Lab::from(Color::new(mixed[0], mixed[1], mixed[2]))) <= DOT_TOLERANCE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of upright stripes, each with its colours in turn, row by row.
    fn striped(stripes: &[&[Color]]) -> Pixmap {
        let (width, height) = (stripes.len() as u32 * 20, 60);
        let mut pixels = Pixmap::new(width, height);
        for (index, pixel) in pixels.data_mut().as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let (x, y) = (index % width as usize, index / width as usize);
            let colors = stripes[x / 20];
            let color = colors[y % colors.len()];
            *pixel = [color.r, color.g, color.b, 255];
        }
        pixels
    }

    fn found(pixels: &Pixmap, cloth: Color) -> (Vec<Color>, bool) {
        let (inks, full) = clusters(&histogram(pixels), cloth);
        (inks.iter().map(|ink| ink.color).collect(), full)
    }

    #[test]
    fn a_mark_with_noise_has_its_few_inks() {
        let red = [Color::new(200, 16, 46), Color::new(206, 20, 50), Color::new(196, 12, 40)];
        let blue = [Color::new(20, 52, 107), Color::new(24, 50, 112)];
        let (inks, full) = found(&striped(&[&red, &blue, &red]), Color::WHITE);
        assert_eq!(inks.len(), 2, "{inks:?}");
        assert!(!full && ciede2000(Lab::from(inks[0]), Lab::from(red[0])) < 2.0, "the larger comes first");
    }

    #[test]
    fn what_has_the_cloths_color_is_no_ink() {
        let white = [Color::new(250, 250, 250)];
        let black = [Color::new(10, 10, 10)];
        assert_eq!(found(&striped(&[&white, &black]), Color::WHITE).0.len(), 1);
        assert_eq!(found(&striped(&[&white, &black]), Color::new(10, 10, 10)).0.len(), 1);
        assert_eq!(found(&striped(&[&white, &black]), Color::new(34, 62, 37)).0.len(), 2);
    }

    #[test]
    fn greys_on_white_are_dots_of_black() {
        let greys: Vec<[Color; 1]> = (0..40).map(|step| [Color::new(step * 6, step * 6, step * 6)]).collect();
        let stripes: Vec<&[Color]> = greys.iter().map(|grey| &grey[..]).collect();
        let (inks, full) = clusters(&histogram(&striped(&stripes)), Color::WHITE);
        assert!(!full && inks.len() == 1 && inks[0].halftone, "{inks:?}");
        assert!(Lab::from(inks[0].color).l < 15.0);
    }

    #[test]
    fn all_hues_are_a_photograph() {
        let mut all = Vec::new();
        for r in 0..4_u8 {
            for g in 0..4_u8 {
                all.extend((0..4_u8).map(|b| [Color::new(r * 85, g * 85, b * 85)]));
            }
        }
        let stripes: Vec<&[Color]> = all.iter().map(|color| &color[..]).collect();
        assert!(found(&striped(&stripes), Color::BLACK).1);
    }

    #[test]
    fn nothing_printed_has_no_ink() {
        assert_eq!(found(&Pixmap::new(10, 10), Color::WHITE), (Vec::new(), false));
    }
}
