//! What a pixel is a mix of: the colours of a palette that lie next to each other at an edge, or the two ends of a fade.
//!
//! Artwork is blended in encoded sRGB, and so are its edges: a pixel that an edge cuts is a straight mix of what lies on
//! both sides, and how much of each is how far the edge has come. Taking the mix apart in the same space gives that
//! coverage back exactly, and the coverages of one pixel add up to its opacity.

use crate::color::Color;
use crate::prepress::separate::{Base, SAME, Target};

/// Most colours of a palette.
pub const MOST_BASES: usize = 32;

/// What a pixel is made of: up to three colours of the palette with their parts, which add up to the pixel's opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mix {
    pub(super) base: [u8; 3],
    pub(super) part: [u8; 3],
}

/// A mix whose channels together miss the pixel by no more is right; rounding makes that much.
const RIGHT: f32 = 5.0;

/// The label of a pixel that is not exactly one colour of the palette.
pub(super) const MIXED: u8 = 255;
/// The label of a pixel without anything.
pub(super) const NOTHING: u8 = 254;

/// A palette and what is known about its mixes.
#[derive(Debug)]
pub(super) struct Unmixer {
    bases: Vec<Base>,
    colors: Vec<[f32; 3]>,
    pairs: Vec<Pair>,
    /// Whether some colour lies between two others, so that what a pixel is made of depends on what is beside it.
    is_ambiguous: bool,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    first: u8,
    second: u8,
    from: [f32; 3],
    way: [f32; 3],
    /// 1 by the squared length of `way`.
    scale: f32,
}

/// Pixels that are looked at side by side, for one instruction each step.
pub(super) const LANES: usize = 16;

/// Up to [`LANES`] pixels; those that are missing are empty.
#[inline(always)]
fn lanes(pixels: &[[u8; 4]]) -> [[u8; 4]; LANES] {
    let mut all = [[0; 4]; LANES];
    all.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = *pixel);
    all
}

/// The colour of a premultiplied pixel that is not empty.
#[inline(always)]
fn straight(pixel: [u8; 4]) -> [f32; 3] {
    let alpha = f32::from(pixel[3]);
    [0, 1, 2].map(|channel| f32::from(pixel[channel]) * 255.0 / alpha)
}

#[inline(always)]
fn minus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

#[inline(always)]
fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// A mix that may be one, with the squared distance by which it misses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Guess {
    base: [u8; 3],
    share: [f32; 3],
    miss: f32,
}

impl Pair {
    fn of(first: usize, second: usize, colors: &[[f32; 3]]) -> Self {
        let way = minus(colors[second], colors[first]);
        let scale = 1.0 / dot(way, way).max(1.0);
        Self { first: first as u8, second: second as u8, from: colors[first], way, scale }
    }

    #[inline(always)]
    fn try_on(&self, color: [f32; 3]) -> (f32, f32) {
        let off = minus(color, self.from);
        let share = (dot(off, self.way) * self.scale).clamp(0.0, 1.0);
        let miss = minus(off, self.way.map(|axis| axis * share));
        (share, dot(miss, miss))
    }

    fn guess(&self, share: f32, miss: f32) -> Guess {
        Guess { base: [self.first, self.second, self.second], share: [1.0 - share, share, 0.0], miss }
    }
}

impl Unmixer {
    /// For a palette of 1 to [`MOST_BASES`] colours.
    pub(super) fn new(bases: &[Base]) -> Self {
        let bases: Vec<Base> = bases.iter().copied().take(MOST_BASES).collect();
        let colors: Vec<[f32; 3]> = bases.iter().map(|base| floats(base.color)).collect();
        let all = 0..colors.len();
        let pairs: Vec<Pair> = all
            .clone()
            .flat_map(|first| (first + 1..colors.len()).map(move |second| (first, second)))
            .map(|(first, second)| Pair::of(first, second, &colors))
            .collect();
        let is_between = |pair: &Pair| {
            let others = all.clone().filter(|other| *other != pair.first as usize && *other != pair.second as usize);
            others.into_iter().any(|other| pair.try_on(colors[other]).1 < 12.0 * 12.0)
        };
        let is_ambiguous = pairs.iter().any(is_between);
        Self { bases, colors, pairs, is_ambiguous }
    }

    /// Which colour each pixel of a row is: [`NOTHING`], [`MIXED`], or the number of a colour that covers it in full.
    #[inline(always)]
    pub(super) fn label(&self, pixels: &[[u8; 4]], labels: &mut [u8]) {
        for (pixels, labels) in pixels.chunks(LANES).zip(labels.chunks_mut(LANES)) {
            let packed = lanes(pixels).map(u32::from_le_bytes);
            if packed.iter().fold(0, |any, pixel| any | pixel) == 0 {
                labels.fill(NOTHING);
                continue;
            }
            let [r, g, b, alpha] = [0, 8, 16, 24].map(|shift| packed.map(|pixel| pixel >> shift & 255));
            let mut found = [u32::from(MIXED); LANES];
            // Of colors that are alike the first counts.
            for index in (0..self.bases.len()).rev() {
                let (Color { r: red, g: green, b: blue }, same) = (self.bases[index].color, u32::from(SAME));
                let is = |value: u32, own: u8| value.wrapping_sub(u32::from(own)).wrapping_add(same) <= 2 * same;
                for lane in 0..LANES {
                    let all = is(r[lane], red) & is(g[lane], green) & is(b[lane], blue);
                    found[lane] = if all { index as u32 } else { found[lane] };
                }
            }
            for ((label, found), alpha) in labels.iter_mut().zip(found).zip(alpha) {
                *label = match alpha {
                    0 => NOTHING,
                    255 => found as u8,
                    _ => MIXED,
                };
            }
        }
    }

    /// The best mix of any two colours for each of some pixels, none of which is empty.
    #[inline(always)]
    pub(super) fn guess(&self, pixels: &[[u8; 4]; LANES]) -> [Guess; LANES] {
        let color: [[f32; 3]; LANES] = pixels.map(straight);
        let (mut miss, mut share, mut place) = ([f32::MAX; LANES], [0.0_f32; LANES], [0_u32; LANES]);
        for (index, pair) in (0_u32..).zip(&self.pairs) {
            for lane in 0..LANES {
                let (part, missed) = pair.try_on(color[lane]);
                let is_better = missed < miss[lane];
                miss[lane] = if is_better { missed } else { miss[lane] };
                share[lane] = if is_better { part } else { share[lane] };
                place[lane] = if is_better { index } else { place[lane] };
            }
        }
        std::array::from_fn(|lane| match self.pairs.get(place[lane] as usize) {
            Some(pair) => pair.guess(share[lane], miss[lane]),
            None => self.best(color[lane], [].iter()),
        })
    }

    /// What a pixel is made of, where `best` is the best mix of any two colours. `beside` gives the labels around it, and is
    /// asked only where they matter.
    #[inline(always)]
    pub(super) fn mix(&self, pixel: [u8; 4], best: Guess, beside: impl FnOnce() -> Neighbors) -> Mix {
        let alpha = f32::from(pixel[3]);
        // Rounded to eight bits, faint pixels tell their colour badly.
        let right = RIGHT + 200.0 / alpha;
        if !self.is_ambiguous && best.miss <= right * right {
            return best.mix(pixel[3]);
        }
        let near = beside();
        if near.count == 0 { best.mix(pixel[3]) } else { self.mix_of_near(pixel, (best, right), near) }
    }

    /// What a pixel is made of that has areas of some colours beside it.
    fn mix_of_near(&self, pixel: [u8; 4], (best, right): (Guess, f32), near: Neighbors) -> Mix {
        let color = straight(pixel);
        let is_near = |base: u8| near.bases().contains(&base);
        let within = self.pairs.iter().filter(|pair| is_near(pair.first) && is_near(pair.second));
        let mut local = self.best(color, within);
        for base in near.bases() {
            let miss = minus(color, self.colors[*base as usize]);
            local = local.or(Guess { base: [*base; 3], share: [1.0, 0.0, 0.0], miss: dot(miss, miss) });
        }
        if local.miss > right * right && near.count >= 3 {
            local = self.best_of_three(color, near.bases()).or(local);
        }
        if local.miss.min(best.miss) > right * right {
            local = self.best_with_any(color, near.bases()).or(local);
        }
        // What lies beside explains it as well as anything, or it is something else.
        if local.miss <= best.miss + right * right { local.mix(pixel[3]) } else { best.mix(pixel[3]) }
    }

    fn best<'a>(&self, color: [f32; 3], pairs: impl Iterator<Item = &'a Pair>) -> Guess {
        let mut best = (f32::MAX, 0.0, (0_u8, 0_u8));
        for pair in pairs {
            let (share, miss) = pair.try_on(color);
            if miss < best.0 {
                best = (miss, share, (pair.first, pair.second));
            }
        }
        let (miss, share, (first, second)) = best;
        if miss == f32::MAX && self.colors.len() == 1 {
            let off = minus(color, self.colors[0]);
            return Guess { base: [0; 3], share: [1.0, 0.0, 0.0], miss: dot(off, off) };
        }
        Guess { base: [first, second, second], share: [1.0 - share, share, 0.0], miss }
    }

    /// The best mix of three colours that lie beside a pixel: where three areas meet.
    fn best_of_three(&self, color: [f32; 3], near: &[u8]) -> Guess {
        let mut best = Guess { base: [0; 3], share: [1.0, 0.0, 0.0], miss: f32::MAX };
        for (index, first) in near.iter().enumerate() {
            for (next, second) in near.iter().enumerate().skip(index + 1) {
                for third in &near[next + 1..] {
                    best = self.three(color, [*first, *second, *third]).map_or(best, |guess| guess.or(best));
                }
            }
        }
        best
    }

    /// The best mix of three colours of which two lie beside a pixel, or the one that does: a line or a dot that is thinner
    /// than a pixel shows nowhere in full.
    fn best_with_any(&self, color: [f32; 3], near: &[u8]) -> Guess {
        let mut best = Guess { base: [0; 3], share: [1.0, 0.0, 0.0], miss: f32::MAX };
        let all = 0..self.colors.len() as u8;
        let mut meet = |first: u8, second: u8| {
            for third in all.clone() {
                best = self.three(color, [first, second, third]).map_or(best, |guess| guess.or(best));
            }
        };
        match near {
            [only] => all.clone().for_each(|second| meet(*only, second)),
            _ => near.iter().enumerate().for_each(|(index, first)| {
                near[index + 1..].iter().for_each(|second| meet(*first, *second));
            }),
        }
        best
    }

    fn three(&self, color: [f32; 3], base: [u8; 3]) -> Option<Guess> {
        let [a, b, c] = base.map(|base| self.colors[base as usize]);
        let (u, v, off) = (minus(b, a), minus(c, a), minus(color, a));
        let (uu, uv, vv) = (dot(u, u), dot(u, v), dot(v, v));
        let (pu, pv) = (dot(off, u), dot(off, v));
        let area = uu * vv - uv * uv;
        let (s, t) = ((pu * vv - pv * uv) / area, (pv * uu - pu * uv) / area);
        let is_inside = area > 1.0 && s >= 0.0 && t >= 0.0 && s + t <= 1.0;
        is_inside.then(|| {
            let miss = minus(off, [0, 1, 2].map(|axis| u[axis] * s + v[axis] * t));
            Guess { base, share: [1.0 - s - t, s, t], miss: dot(miss, miss) }
        })
    }

    /// Where a colour of the palette goes.
    pub(super) fn target(&self, base: u8) -> Target {
        self.bases[base as usize].target
    }
}

impl Guess {
    fn or(self, other: Self) -> Self {
        if self.miss < other.miss { self } else { other }
    }

    /// Parts of 255 that add up to the opacity.
    fn mix(self, alpha: u8) -> Mix {
        let whole = f32::from(alpha);
        let second = (self.share[1] * whole + 0.5) as u8;
        let third = ((self.share[2] * whole + 0.5) as u8).min(alpha - second.min(alpha));
        let second = second.min(alpha);
        Mix { base: self.base, part: [alpha - second - third, second, third] }
    }
}

/// The different colours that lie around a pixel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Neighbors {
    base: [u8; 6],
    count: usize,
}

impl Neighbors {
    /// Notes a label.
    pub(super) fn meet(&mut self, label: u8) {
        if label < NOTHING && self.count < self.base.len() && !self.bases().contains(&label) {
            self.base[self.count] = label;
            self.count += 1;
        }
    }

    fn bases(&self) -> &[u8] {
        &self.base[..self.count]
    }
}

fn floats(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(f32::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::prepress::separate::base_of;

    fn mixed(unmixer: &Unmixer, pixel: [u8; 4], beside: impl FnOnce() -> Neighbors) -> Mix {
        unmixer.mix(pixel, unmixer.guess(&lanes(&[pixel]))[0], beside)
    }

    fn palette(colors: &[Color]) -> Unmixer {
        let bases: Vec<Base> = colors
            .iter()
            .enumerate()
            .map(|(plate, color)| Base { color: *color, target: Target::Plate(plate) })
            .collect();
        Unmixer::new(&bases)
    }

    fn blend(from: Color, to: Color, share: f32) -> [u8; 4] {
        let mix = |a: u8, b: u8| (f32::from(a) * (1.0 - share) + f32::from(b) * share).round() as u8;
        [mix(from.r, to.r), mix(from.g, to.g), mix(from.b, to.b), 255]
    }

    const RED: Color = Color::new(200, 16, 46);
    const GREY: Color = Color::new(128, 128, 128);

    #[test]
    fn an_edge_gives_back_how_far_it_has_come() {
        let unmixer = palette(&[RED, Color::new(20, 52, 107), Color::WHITE]);
        for step in 0..=20_u8 {
            let share = f32::from(step) / 20.0;
            let mix = mixed(&unmixer, blend(RED, Color::WHITE, share), Neighbors::default);
            let white: u32 =
                mix.base.iter().zip(mix.part).filter(|(base, _)| **base == 2).map(|(_, part)| u32::from(part)).sum();
            assert!((white as f32 - share * 255.0).abs() <= 3.0, "{share}: {mix:?}");
        }
    }

    #[test]
    fn grey_between_black_and_white_is_grey_only_where_grey_is_near() {
        let unmixer = palette(&[Color::BLACK, GREY, Color::WHITE]);
        let beside = |labels: &[u8]| {
            let mut near = Neighbors::default();
            labels.iter().for_each(|label| near.meet(*label));
            near
        };
        let edge = blend(Color::BLACK, Color::WHITE, 0.5);
        let mix = mixed(&unmixer, edge, || beside(&[0, 2, NOTHING]));
        assert!(mix.base.iter().zip(mix.part).all(|(base, part)| *base != 1 || part == 0), "{mix:?}");
        let mix = mixed(&unmixer, blend(Color::BLACK, GREY, 0.5), || beside(&[0, 1]));
        assert!(mix.base.iter().zip(mix.part).all(|(base, part)| *base != 2 || part == 0), "{mix:?}");
    }

    #[test]
    fn where_three_areas_meet_all_three_are_found() {
        let colors = [Color::new(220, 30, 30), Color::new(30, 200, 40), Color::new(20, 30, 210)];
        let unmixer = palette(&colors);
        let third =
            |channel: fn(Color) -> u8| (colors.iter().map(|color| u32::from(channel(*color))).sum::<u32>() / 3) as u8;
        let pixel = [third(|color| color.r), third(|color| color.g), third(|color| color.b), 255];
        let mut near = Neighbors::default();
        [0, 1, 2].into_iter().for_each(|label| near.meet(label));
        let mix = mixed(&unmixer, pixel, || near);
        assert!(mix.part.iter().all(|part| (83..=87).contains(part)), "{mix:?}");
    }

    proptest! {
        #[test]
        fn many_pixels_at_a_time_are_what_each_is_alone(
            pixels in prop::collection::vec(any::<[u8; 4]>(), 1..40),
            colors in prop::collection::vec(any::<[u8; 3]>(), 1..9),
        ) {
            let colors: Vec<Color> = colors.into_iter().map(|[r, g, b]| Color::new(r, g, b)).collect();
            // Some pixels are one of the colors, or nearly so.
            let near = |at: usize, color: &Color| [color.r.saturating_add(at as u8 % 4), color.g, color.b, 255];
            let pixels: Vec<[u8; 4]> =
                colors.iter().enumerate().map(|(at, color)| near(at, color)).chain(pixels).collect();
            let unmixer = palette(&colors);
            let mut labels = vec![0; pixels.len()];
            unmixer.label(&pixels, &mut labels);
            for (pixel, label) in pixels.iter().zip(labels) {
                let whole = base_of(&unmixer.bases, Color::new(pixel[0], pixel[1], pixel[2]));
                let plain = match pixel[3] {
                    0 => NOTHING,
                    255 => whole.map_or(MIXED, |index| index as u8),
                    _ => MIXED,
                };
                prop_assert_eq!(label, plain, "{:?}", pixel);
            }
            for some in pixels.chunks(LANES) {
                for (pixel, guess) in some.iter().zip(unmixer.guess(&lanes(some))).filter(|(pixel, _)| pixel[3] > 0) {
                    prop_assert_eq!(guess, unmixer.best(straight(*pixel), unmixer.pairs.iter()), "{:?}", pixel);
                }
            }
        }

        #[test]
        fn parts_add_up_to_the_opacity(pixel in any::<[u8; 4]>(), labels in prop::collection::vec(0..4_u8, 0..5)) {
            prop_assume!(pixel[3] > 0);
            let pixel = [pixel[0].min(pixel[3]), pixel[1].min(pixel[3]), pixel[2].min(pixel[3]), pixel[3]];
            let unmixer = palette(&[RED, GREY, Color::BLACK, Color::WHITE]);
            let mut near = Neighbors::default();
            labels.iter().for_each(|label| near.meet(*label));
            let mix = mixed(&unmixer, pixel, || near);
            prop_assert_eq!(mix.part.iter().map(|part| u32::from(*part)).sum::<u32>(), u32::from(pixel[3]));
        }
    }
}
