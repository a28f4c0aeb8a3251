//! Exchanging colours of a picture so that soft edges follow.
//!
//! A pixel between two flat colours is a mixture of them. It is un-mixed, the mapped ends are exchanged, and it is mixed
//! again in the same shares; so no rim of the old colour remains.

use std::collections::BTreeMap;

use crate::color::Color;
use crate::color::oklab::{Converter, Oklab};
use crate::scene::image::straight::{Straight, add, around, dot, length2, sub};

/// `OKLab` distance within which a pixel is a flat colour: JPEG noise, but not another shade.
const FLAT: f32 = 0.025;
/// `OKLab` distance at which a pixel that is no mixture stops following a mapped colour.
const FADE: f32 = 0.12;
/// Flat colours that are told apart besides the mapped ones.
const MAX_FLAT: usize = 48;
/// How far neighbours in a flat area may differ in a channel, of 255.
const FLAT_STEP: u8 = 6;
/// Share of the picture that a colour has to take to be flat.
const MIN_SHARE: f64 = 0.001;
/// How far from an edge pixel its two colours are looked for, px.
const REACH: usize = 3;
/// How far in sRGB, of 255, a pixel may lie beside a flat colour without being taken for the faint end of a mixture,
/// and such a mixture beside its line.
const EXACT: f32 = 3.0;
/// How far in sRGB, of 255, JPEG ringing strays from a flat colour.
const NOISE: f32 = 48.0;
/// How far in sRGB, of 255, a pixel may lie beside the line between two colours.
const STRAY: f32 = 26.0;

/// Bytes that are held for each pixel besides the picture: a copy of it, and which flat colour it has.
pub(super) const BYTES_PER_PIXEL: u64 = 4 + 2;

/// Exchanges each key of `map` for its value. Alpha stays.
pub(super) fn recolor(picture: &mut Straight, map: &BTreeMap<Color, Color>) {
    let converter = Converter::new();
    let palette = palette(picture, map, &converter);
    let labels = label(picture, &palette, &converter);
    let size = (picture.width, picture.height);
    let original = picture.data.clone();
    for (idx, pixel) in picture.data.iter_mut().enumerate() {
        let [r, g, b, a] = *pixel;
        if a == 0 {
            continue;
        }
        let rgb = [r, g, b].map(f32::from);
        let flat = labels[idx].map(|label| &palette[usize::from(label)]);
        let noise = flat.map(|flat| sub(rgb, flat.from));
        let new = match (flat, noise) {
            // The noise around a flat colour goes with it.
            (Some(flat), Some(noise)) => {
                let exact = noise.iter().all(|v| v.abs() <= EXACT);
                let faint = if exact { None } else { mixture(rgb, &neighbours(&labels, size, idx), &palette, EXACT) };
                faint.unwrap_or_else(|| add(flat.to, noise))
            }
            _ => {
                let around = neighbours(&labels, size, idx);
                mixture(rgb, &around, &palette, STRAY)
                    .or_else(|| half_known(rgb, &around, &palette, &window(&original, size, idx)))
                    .unwrap_or_else(|| faded(rgb, converter.convert([r, g, b]), &palette))
            }
        };
        let [r, g, b] = new.map(|v| v.round().clamp(0.0, 255.0) as u8);
        *pixel = [r, g, b, a];
    }
}

/// A flat colour of the picture and what it becomes: itself unless it is mapped.
struct Flat {
    from: [f32; 3],
    to: [f32; 3],
    oklab: Oklab,
    mapped: bool,
}

impl Flat {
    fn new(from: Color, to: Color, mapped: bool) -> Self {
        let rgb = |color: Color| [color.r, color.g, color.b].map(f32::from);
        Self { from: rgb(from), to: rgb(to), oklab: Oklab::from_color(from), mapped }
    }
}

/// The mapped colours, then the frequent others.
fn palette(picture: &Straight, map: &BTreeMap<Color, Color>, converter: &Converter) -> Vec<Flat> {
    let mut palette: Vec<Flat> = map.iter().take(200).map(|(&from, &to)| Flat::new(from, to, true)).collect();
    // Four bits a channel tell flat colours apart and keep the table small.
    let mut bins = vec![(0_u64, [0_u64; 3]); 4096];
    let width = picture.width;
    for (idx, &[r, g, b, a]) in picture.data.iter().enumerate().skip(width) {
        // Along an edge whole rows of pixels may share a mixed colour, but not their neighbours on two sides.
        let like = |other: [u8; 4]| [r, g, b].iter().zip(other).all(|(v, w)| v.abs_diff(w) <= FLAT_STEP);
        if a >= 128 && like(picture.data[idx - 1]) && like(picture.data[idx - width]) {
            let bin = &mut bins[usize::from(r >> 4) << 8 | usize::from(g >> 4) << 4 | usize::from(b >> 4)];
            bin.0 += 1;
            for (sum, v) in bin.1.iter_mut().zip([r, g, b]) {
                *sum += u64::from(v);
            }
        }
    }
    let least = (picture.data.len() as f64 * MIN_SHARE).max(4.0) as u64;
    bins.retain(|(count, _)| *count >= least);
    bins.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (count, sum) in bins.into_iter().take(MAX_FLAT) {
        let mean = sum.map(|sum| ((sum + count / 2) / count) as u8);
        let color = converter.convert(mean);
        if palette.iter().all(|flat| flat.oklab.distance(color) > 2.0 * FLAT) {
            let color = Color::new(mean[0], mean[1], mean[2]);
            palette.push(Flat::new(color, color, false));
        }
    }
    palette
}

/// Which flat colour each pixel has.
fn label(picture: &Straight, palette: &[Flat], converter: &Converter) -> Vec<Option<u8>> {
    picture.by_color(None, |rgb| {
        let color = converter.convert(rgb);
        let nearest = palette
            .iter()
            .enumerate()
            .map(|(idx, flat)| (idx, flat.oklab.distance_squared(color)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.filter(|(_, distance)| *distance <= FLAT * FLAT).map(|(idx, _)| idx as u8)
    })
}

/// The flat colours around a pixel, each once.
fn neighbours(labels: &[Option<u8>], size: (usize, usize), idx: usize) -> Vec<u8> {
    let mut found = Vec::new();
    for label in around(size, idx, REACH).flat_map(|row| &labels[row]).flatten() {
        if !found.contains(label) {
            found.push(*label);
        }
    }
    found
}

/// The pixel as a mixture of two colours around it, mixed anew from what they become. `None` if it lies on no line.
fn mixture(rgb: [f32; 3], around: &[u8], palette: &[Flat], most: f32) -> Option<[f32; 3]> {
    let mut best: Option<(f32, [f32; 3])> = None;
    for (nth, &first) in around.iter().enumerate() {
        for &second in &around[nth + 1..] {
            let (a, b) = (&palette[usize::from(first)], &palette[usize::from(second)]);
            let line = sub(b.from, a.from);
            let share = (dot(sub(rgb, a.from), line) / length2(line).max(1.0)).clamp(0.0, 1.0);
            let rest = sub(rgb, add(a.from, line.map(|v| v * share)));
            let stray = length2(rest).sqrt();
            if stray <= most && best.is_none_or(|(least, _)| stray < least) {
                best = Some((stray, add(add(a.to, sub(b.to, a.to).map(|v| v * share)), rest)));
            }
        }
    }
    best.map(|(_, new)| new)
}

/// The pixel as a mixture of a mapped colour beside it and of whatever lies farthest that way, such as a hairline that
/// is nowhere pure. `None` unless a mapped colour is around.
fn half_known(rgb: [f32; 3], around: &[u8], palette: &[Flat], window: &[[f32; 3]]) -> Option<[f32; 3]> {
    let offset_from = |flat: &Flat| sub(rgb, flat.from);
    let mapped = around.iter().map(|&label| &palette[usize::from(label)]).filter(|flat| flat.mapped);
    let flat = mapped.min_by(|a, b| length2(offset_from(a)).total_cmp(&length2(offset_from(b))))?;
    let offset = offset_from(flat);
    let mut far = offset;
    for &other in window {
        let line = sub(other, flat.from);
        let share = dot(offset, line) / length2(line).max(1.0);
        let stray = length2(sub(offset, line.map(|v| v * share))).sqrt();
        if share > 0.0 && stray <= STRAY && length2(line) > length2(far) {
            far = line;
        }
    }
    if length2(far).sqrt() < NOISE {
        return Some(add(flat.to, offset));
    }
    let share = (dot(offset, far) / length2(far)).clamp(0.0, 1.0);
    let end = add(flat.from, far);
    Some(add(flat.to, sub(end, flat.to).map(|v| v * share)))
}

/// The visible pixels around one.
fn window(original: &[[u8; 4]], size: (usize, usize), idx: usize) -> Vec<[f32; 3]> {
    around(size, idx, REACH)
        .flat_map(|row| &original[row])
        .filter(|pixel| pixel[3] > 0)
        .map(|&[r, g, b, _]| [r, g, b].map(f32::from))
        .collect()
}

/// The pixel moved along with the nearest mapped colour, the less the farther it is.
fn faded(rgb: [f32; 3], color: Oklab, palette: &[Flat]) -> [f32; 3] {
    let nearest = palette
        .iter()
        .filter(|flat| flat.mapped)
        .map(|flat| (flat, flat.oklab.distance(color)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    match nearest {
        Some((flat, distance)) if distance < FADE => {
            let weight = 1.0 - ((distance - FLAT) / (FADE - FLAT)).clamp(0.0, 1.0);
            add(rgb, sub(flat.to, flat.from).map(|v| v * weight))
        }
        _ => rgb,
    }
}
