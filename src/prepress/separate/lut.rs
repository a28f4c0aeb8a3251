//! Any colour as halftones of a few inks.

use crate::color::Color;

/// Colours along each edge of the cube of tabled ones.
const NODES: usize = 17;

/// Steps towards the best mix of each colour. Each begins at its neighbour's.
const STEPS: usize = 160;

/// Of mixes that look alike, the one that shares the work among inks: it prints smoother.
const SHARING: f32 = 0.002;

/// Bounds of what process inks may come to in one place, percent of a whole ink.
pub const TOTAL_INK: std::ops::RangeInclusive<u32> = 100..=400;

/// How much of each ink every colour takes, tabled.
#[derive(Clone)]
pub struct Gamut {
    inks: usize,
    /// For each colour of the cube, blue fastest, the parts of all inks, 0 to 255.
    parts: Vec<u8>,
}

impl std::fmt::Debug for Gamut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gamut({} inks)", self.inks)
    }
}

/// The colours of the cube.
fn nodes() -> impl Iterator<Item = Color> {
    let step = |index: usize| (index * 255 / (NODES - 1)) as u8;
    (0..NODES * NODES * NODES)
        .map(move |at| Color::new(step(at / (NODES * NODES)), step(at / NODES % NODES), step(at % NODES)))
}

impl Gamut {
    /// Mixes of dots side by side: the parts of the inks and of the ground between them make up the whole, and their mean
    /// is as near to the colour as it can be. `ground` is what shows where no ink is.
    #[must_use]
    pub fn of_dots(inks: &[Color], ground: Color) -> Self {
        let all: Vec<[f32; 3]> = inks.iter().chain([&ground]).map(|color| floats(*color)).collect();
        let mut parts = Vec::with_capacity(NODES * NODES * NODES * inks.len());
        let mut mix = vec![1.0 / all.len() as f32; all.len()];
        for color in nodes() {
            nearest(&all, floats(color), &mut mix);
            parts.extend(whole_parts(mix[..inks.len()].iter().map(|part| part * 255.0)));
        }
        Self { inks: inks.len(), parts }
    }

    /// Cyan, magenta, yellow and black as a function says, which gives their parts for a colour; together no more than
    /// `most` percent of a whole ink anywhere, in [`TOTAL_INK`].
    ///
    /// What is too much goes in this order: grey of the three colours becomes black, one part for three, as long as black
    /// has room; then grey goes without (under color removal); then the colours give way in proportion. Black only grows.
    #[must_use]
    pub fn of_cmyk(convert: impl Fn(Color) -> [u8; 4], most: u32) -> Self {
        let most = most.clamp(*TOTAL_INK.start(), *TOTAL_INK.end()) * 255 / 100;
        Self { inks: 4, parts: nodes().flat_map(|color| within(convert(color), most)).collect() }
    }

    /// A row of premultiplied pixels to a row of plates: plane after plane of `width` bytes.
    pub(super) fn row(&self, art: &[u8], width: usize, planes: &mut [u8]) {
        let mut last = ([0; 4], vec![0_u8; self.inks]);
        for (x, pixel) in art.as_chunks::<4>().0.iter().enumerate() {
            if pixel[3] == 0 {
                continue;
            }
            if *pixel != last.0 {
                self.look_up(*pixel, &mut last.1);
                last.0 = *pixel;
            }
            for (ink, part) in last.1.iter().enumerate() {
                planes[ink * width + x] = *part;
            }
        }
    }

    /// Between the eight tabled colours around one.
    fn look_up(&self, pixel: [u8; 4], parts: &mut [u8]) {
        let alpha = u32::from(pixel[3]);
        let place = |channel: u8| {
            let straight = ((u32::from(channel) * 255 + alpha / 2) / alpha).min(255) * (NODES as u32 - 1);
            let cell = (straight / 255).min(NODES as u32 - 2);
            (cell as usize, (straight - cell * 255) as f32 / 255.0)
        };
        let [(r, dr), (g, dg), (b, db)] = [pixel[0], pixel[1], pixel[2]].map(place);
        let mut sums = [0.0_f32; 16];
        for corner in 0..8_usize {
            let (up_r, up_g, up_b) = (corner >> 2, corner >> 1 & 1, corner & 1);
            let weigh = |up: usize, share: f32| if up == 1 { share } else { 1.0 - share };
            let weight = weigh(up_r, dr) * weigh(up_g, dg) * weigh(up_b, db);
            let node = ((r + up_r) * NODES + g + up_g) * NODES + b + up_b;
            for (sum, part) in sums.iter_mut().zip(&self.parts[node * self.inks..][..self.inks]) {
                *sum += weight * f32::from(*part);
            }
        }
        let rounded = whole_parts(sums.into_iter().map(|sum| sum * alpha as f32 / 255.0));
        parts.iter_mut().zip(rounded).for_each(|(part, rounded)| *part = rounded);
    }
}

/// Cyan, magenta, yellow and black that come to no more than `most`, which is 255 or more.
fn within(parts: [u8; 4], most: u32) -> [u8; 4] {
    let [c, m, y, k] = parts.map(u32::from);
    let excess = (c + m + y + k).saturating_sub(most);
    let grey = c.min(m).min(y);
    // Black for three colours saves two parts.
    let turned = grey.min(excess.div_ceil(2)).min(255 - k);
    let excess = excess.saturating_sub(2 * turned);
    let removed = (grey - turned).min(excess.div_ceil(3));
    let excess = excess.saturating_sub(3 * removed);
    let colors = [c, m, y].map(|part| part - turned - removed);
    let sum: u32 = colors.iter().sum();
    let [c, m, y] = colors.map(|part| part * sum.saturating_sub(excess) / sum.max(1));
    [c, m, y, k + turned].map(|part| part as u8)
}

/// Parts as whole numbers whose sum is that of the parts, rounded once: inks that lie beside each other never cover more
/// than there is.
fn whole_parts(parts: impl Iterator<Item = f32>) -> impl Iterator<Item = u8> {
    let (mut sum, mut given) = (0.0_f32, 0_u32);
    parts.map(move |part| {
        sum += part;
        let whole = ((sum + 0.5) as u32).saturating_sub(given).min(255);
        given += whole;
        whole as u8
    })
}

fn floats(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(|channel| f32::from(channel) / 255.0)
}

/// Moves `mix` to the parts, 0 or more and 1 in all, whose mean colour is nearest to `color`: projected gradients with
/// momentum (Beck and Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm", 2009).
fn nearest(all: &[[f32; 3]], color: [f32; 3], mix: &mut [f32]) {
    let norm: f32 = all.iter().map(|ink| ink.iter().map(|channel| channel * channel).sum::<f32>()).sum();
    let step = 1.0 / (norm + SHARING);
    let mut ahead = mix.to_vec();
    let mut pace = 1.0_f32;
    for _ in 0..STEPS {
        let mut off = color.map(|channel| -channel);
        for (part, ink) in ahead.iter().zip(all) {
            off = [0, 1, 2].map(|channel| off[channel] + part * ink[channel]);
        }
        let mut next: Vec<f32> = ahead
            .iter()
            .zip(all)
            .map(|(part, ink)| {
                let slope: f32 = (0..3).map(|channel| ink[channel] * off[channel]).sum();
                part - step * (slope + SHARING * part)
            })
            .collect();
        to_whole(&mut next);
        let next_pace = f32::midpoint(1.0, (1.0 + 4.0 * pace * pace).sqrt());
        let push = (pace - 1.0) / next_pace;
        for ((ahead, next), mix) in ahead.iter_mut().zip(&next).zip(mix.iter_mut()) {
            *ahead = next + push * (next - *mix);
            *mix = *next;
        }
        pace = next_pace;
    }
}

/// The nearest parts that are 0 or more and 1 in all (Held, Wolfe and Crowder, 1974).
fn to_whole(parts: &mut [f32]) {
    let mut sorted = parts.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut excess) = (0.0, 0.0);
    for (count, part) in (1_u8..).zip(&sorted) {
        sum += part;
        let level = (sum - 1.0) / f32::from(count);
        if part - level > 0.0 {
            excess = level;
        }
    }
    parts.iter_mut().for_each(|part| *part = (*part - excess).max(0.0));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dots_of_a_few_inks_make_the_colors_between_them() {
        let inks = [Color::WHITE, Color::new(220, 30, 40), Color::new(250, 210, 20), Color::new(20, 60, 180)];
        let gamut = Gamut::of_dots(&inks, Color::BLACK);
        for color in
            [Color::new(128, 128, 128), Color::new(110, 15, 20), Color::new(235, 120, 30), Color::new(90, 100, 150)]
        {
            let mut parts = [0; 4];
            gamut.look_up([color.r, color.g, color.b, 255], &mut parts);
            let mixed = [0, 1, 2].map(|channel| {
                let of = |color: &Color| [color.r, color.g, color.b][channel];
                inks.iter().zip(parts).map(|(ink, part)| f32::from(of(ink)) * f32::from(part) / 255.0).sum::<f32>()
            });
            let off: f32 = mixed.iter().zip(floats(color)).map(|(a, b)| (a - b * 255.0).abs()).fold(0.0, f32::max);
            assert!(off < 8.0, "{color}: {mixed:?} from {parts:?}");
            assert!(parts.iter().map(|part| u32::from(*part)).sum::<u32>() <= 255, "{parts:?}");
        }
    }

    #[test]
    fn black_stands_in_for_grey_before_any_color_goes() {
        assert_eq!(within([200, 100, 50, 10], 765), [200, 100, 50, 10], "little enough already");
        assert_eq!(within([200, 200, 200, 0], 400), [100, 100, 100, 100], "grey became black");
        assert_eq!(within([255, 255, 255, 255], 765), [170, 170, 170, 255], "black is full: grey goes without");
        assert_eq!(within([255, 200, 0, 255], 255 + 91), [51, 40, 0, 255], "no grey: colors keep their proportion");
    }

    proptest! {
        #[test]
        fn a_limit_is_kept_by_all_colors(parts in any::<[u8; 4]>(), percent in TOTAL_INK) {
            let most = percent * 255 / 100;
            let held = within(parts, most);
            let sum = |parts: [u8; 4]| parts.iter().map(|part| u32::from(*part)).sum::<u32>();
            prop_assert!(sum(held) <= most, "{:?}", held);
            prop_assert!(sum(held) + 3 >= most.min(sum(parts)), "no more is taken than need be: {:?}", held);
            prop_assert!(held[3] >= parts[3] && (0..3).all(|ink| held[ink] <= parts[ink]));
        }
    }
}
