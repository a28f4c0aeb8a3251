//! Two previews side by side: what differs keeps its colours, what is the same pales.

use crate::mockup::composite::Preview;

/// How far around a difference the colours are kept, as a part of the width.
const REACH: u32 = 80;
/// Levels that two pixels may differ and still look the same.
const SAME: u8 = 6;
/// Pixels between the halves, as a part of the width.
const GAP: u32 = 50;

/// A picture of two previews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// sRGB bytes, red, green, blue, rows from the top.
    pub pixels: Vec<u8>,
    /// How many pixels of the previews differ.
    pub n_different: usize,
}

/// Puts `before` on the left and `after` on the right. Where only one has a pixel, it differs.
#[must_use]
pub fn compare(before: &Preview, after: &Preview) -> Comparison {
    let (width, height) = (before.width.max(after.width), before.height.max(after.height));
    let (columns, rows) = (width as usize, height as usize);
    let at = |x: usize, y: usize| {
        let (before, after) = (pixel(before, x, y), pixel(after, x, y));
        let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= SAME);
        !matches!((before, after), (Some(before), Some(after)) if near(before, after))
    };
    let different: Vec<bool> = (0..rows * columns).map(|idx| at(idx % columns, idx / columns)).collect();
    let kept = widened(&different, columns, (width / REACH).max(2) as usize);
    let gap = (width / GAP).max(4);
    let full = (2 * width + gap) as usize;
    let mut pixels = vec![u8::MAX; full * rows * 3];
    for (half, left) in [(before, 0), (after, (width + gap) as usize)] {
        for y in 0..rows {
            for x in 0..columns {
                let Some(color) = pixel(half, x, y) else { continue };
                let shown = if kept[y * columns + x] { color } else { color.map(pale) };
                let start = (y * full + left + x) * 3;
                pixels[start..start + 3].copy_from_slice(&shown);
            }
        }
    }
    Comparison {
        width: full as u32,
        height,
        pixels,
        n_different: different.iter().filter(|different| **different).count(),
    }
}

fn pixel(preview: &Preview, x: usize, y: usize) -> Option<[u8; 3]> {
    let (width, height) = (preview.width as usize, preview.height as usize);
    let start = (y * width + x) * preview.channels.count();
    let bytes = preview.pixels.get(start..start + 3).filter(|_| x < width && y < height)?;
    bytes.try_into().ok()
}

/// Three quarters of the way to white.
const fn pale(level: u8) -> u8 {
    u8::MAX - (u8::MAX - level) / 4
}

/// The pixels within `reach` of one that is set, in a square.
fn widened(set: &[bool], columns: usize, reach: usize) -> Vec<bool> {
    let along = |set: &[bool], places: &mut dyn Iterator<Item = usize>, out: &mut [bool]| {
        // How far behind lies the last one that is set.
        let mut last = usize::MAX;
        for at in places {
            last = if set[at] { 0 } else { last.saturating_add(1) };
            out[at] |= last <= reach;
        }
    };
    let rows = set.len() / columns.max(1);
    let mut wide = vec![false; set.len()];
    for y in 0..rows {
        along(set, &mut (y * columns..(y + 1) * columns), &mut wide);
        along(set, &mut (y * columns..(y + 1) * columns).rev(), &mut wide);
    }
    let mut all = vec![false; set.len()];
    for x in 0..columns {
        along(&wide, &mut (x..set.len()).step_by(columns), &mut all);
        along(&wide, &mut (x..set.len()).step_by(columns).rev(), &mut all);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mockup::Channels;

    fn flat(width: u32, height: u32, color: [u8; 3]) -> Preview {
        Preview {
            width,
            height,
            channels: Channels::Rgb,
            pixels: color.repeat((width * height) as usize).into(),
            printed_columns: 0..0,
            printed_rows: 0..0,
            artwork_hash: String::new(),
        }
    }

    #[test]
    fn what_differs_keeps_its_colors_and_all_else_pales() {
        let before = flat(400, 300, [40, 80, 120]);
        let mut after = before.clone();
        let dot = (100 * 400 + 200) * 3;
        after.pixels[dot..dot + 3].copy_from_slice(&[255, 0, 0]);
        let both = compare(&before, &after);
        assert_eq!((both.width, both.height, both.n_different), (808, 300, 1));
        let at = |x: usize, y: usize| &both.pixels[(y * 808 + x) * 3..][..3];
        assert_eq!((at(200, 100), at(408 + 200, 100)), (&[40, 80, 120][..], &[255, 0, 0][..]));
        // 400 / 80 pixels around it are kept in both halves, one more is not.
        let pale = [202, 212, 222];
        for (x, y) in [(205, 105), (195, 95)] {
            assert_eq!((at(x, y), at(408 + x, y)), (&[40, 80, 120][..], &[40, 80, 120][..]), "{x} {y}");
        }
        for (x, y) in [(206, 100), (194, 100), (200, 106), (200, 94), (0, 0), (399, 299)] {
            assert_eq!((at(x, y), at(408 + x, y)), (&pale[..], &pale[..]), "{x} {y}");
        }
        assert_eq!(at(404, 150), [255; 3], "the gap is white");
    }

    #[test]
    fn noise_is_no_difference_and_another_size_is_one() {
        let before = flat(100, 80, [100; 3]);
        assert_eq!(compare(&before, &flat(100, 80, [106; 3])).n_different, 0);
        assert_eq!(compare(&before, &flat(100, 80, [107; 3])).n_different, 8000);
        assert_eq!(compare(&before, &flat(100, 90, [100; 3])).n_different, 1000);
    }

    #[test]
    fn spots_at_the_ends_widen_inwards_only() {
        let mut set = vec![false; 30];
        set[0] = true;
        set[29] = true;
        let wide = widened(&set, 10, 1);
        let on: Vec<usize> = (0..30).filter(|idx| wide[*idx]).collect();
        assert_eq!(on, [0, 1, 10, 11, 18, 19, 28, 29]);
    }
}
