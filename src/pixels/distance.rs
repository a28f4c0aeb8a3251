//! How far each pixel is from the nearest one that is not set, up to a limit: Euclidean, exact, in two passes
//! (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012; with a limit
//! the second pass is a short minimum instead of an envelope).

use fearless_simd::{Level, dispatch};

/// Squares of longer distances do not fit.
pub const MAX_REACH: u16 = 250;

/// What lies beyond the sides of a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Pixels that are not set.
    Unset,
    /// Pixels that are set.
    Set,
}

/// The squares of the distances from the middles of the set pixels to the middle of the nearest pixel that is not set,
/// 0 for those that are not, and at most `reach * reach`. `mask` has whole rows of `width` bytes; a byte above 0 is set.
/// `reach` is taken as 1 to [`MAX_REACH`].
#[must_use]
pub fn squared(mask: &[u8], width: usize, reach: u16, beyond: Beyond) -> Vec<u16> {
    let reach = reach.clamp(1, MAX_REACH);
    let mut down = columns(mask, width, reach as u8, beyond);
    let pad = reach as usize;
    let side = if beyond == Beyond::Set { reach * reach } else { 0 };
    let mut squares = vec![side; width + 2 * pad];
    let mut found = vec![0_u16; down.len()];
    let level = Level::new();
    for (row, target) in down.chunks_exact_mut(width).zip(found.chunks_exact_mut(width)) {
        let most = row.iter().copied().fold(0, u8::max);
        if most == 0 {
            continue;
        }
        dispatch!(level, _ => across(row, &mut squares, target, (pad, u16::from(most))));
    }
    found
}

/// Distances along columns, with what lies above and below.
fn columns(mask: &[u8], width: usize, reach: u8, beyond: Beyond) -> Vec<u8> {
    let level = Level::new();
    let mut down = vec![0_u8; mask.len()];
    let mut above = vec![if beyond == Beyond::Set { reach } else { 0 }; width];
    let edge = above.clone();
    for (row, target) in mask.chunks_exact(width).zip(down.chunks_exact_mut(width)) {
        dispatch!(level, _ => step(row, &mut above, target, reach));
    }
    above.copy_from_slice(&edge);
    for target in down.chunks_exact_mut(width).rev() {
        dispatch!(level, _ => step_back(&mut above, target));
    }
    down
}

#[inline(always)]
fn step(row: &[u8], above: &mut [u8], target: &mut [u8], reach: u8) {
    for ((mask, above), to) in row.iter().zip(above).zip(target) {
        let next = above.saturating_add(1).min(reach);
        *above = if *mask == 0 { 0 } else { next };
        *to = *above;
    }
}

#[inline(always)]
fn step_back(below: &mut [u8], target: &mut [u8]) {
    for (below, to) in below.iter_mut().zip(target) {
        *to = below.saturating_add(1).min(*to);
        *below = *to;
    }
}

/// The least of the squares along a row. Where nothing is farther than `most` along its column, no pixel is.
#[inline(always)]
fn across(row: &[u8], squares: &mut [u16], target: &mut [u16], (pad, most): (usize, u16)) {
    let width = row.len();
    for ((square, to), value) in squares[pad..pad + width].iter_mut().zip(target.iter_mut()).zip(row) {
        *square = u16::from(*value) * u16::from(*value);
        *to = *square;
    }
    for shift in 1..=pad.min(most as usize) {
        let add = (shift * shift) as u16;
        let (left, right) = (&squares[pad - shift..], &squares[pad + shift..]);
        for ((to, left), right) in target.iter_mut().zip(left).zip(right) {
            *to = (*to).min((*left).min(*right).saturating_add(add));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by looking at every pair of pixels.
    fn plain(mask: &[u8], width: usize, reach: u16, beyond: Beyond) -> Vec<u16> {
        let (width, height) = (i64::try_from(width).unwrap(), i64::try_from(mask.len() / width).unwrap());
        let reach = i64::from(reach);
        let is_set = |x: i64, y: i64| {
            let inside = x >= 0 && y >= 0 && x < width && y < height;
            if inside { mask[(y * width + x) as usize] > 0 } else { beyond == Beyond::Set }
        };
        let nearest = |x: i64, y: i64| {
            let mut least = reach * reach;
            for down in -reach..=reach {
                for across in -reach..=reach {
                    if !is_set(x + across, y + down) {
                        least = least.min(across * across + down * down);
                    }
                }
            }
            least as u16
        };
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| nearest(x, y)).collect()
    }

    proptest! {
        #[test]
        fn it_is_what_all_pairs_give(
            mask in prop::collection::vec(prop_oneof![1 => Just(0_u8), 6 => Just(255)], 17 * 12),
            reach in 1..9_u16,
            set in any::<bool>(),
        ) {
            let beyond = if set { Beyond::Set } else { Beyond::Unset };
            prop_assert_eq!(squared(&mask, 17, reach, beyond), plain(&mask, 17, reach, beyond));
        }
    }
}
