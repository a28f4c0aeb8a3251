//! Gaps opened and lines thickened to a width, where they are narrower.
//!
//! The middle of what is too thin is found as preflight finds it, and a disc of the wanted width is put on each place of
//! it. So only what is too thin changes, and only as much as it must: wide strokes, corners and wedges stay.

use std::ops::Range;

use crate::artwork::finish::edges::straight;
use crate::pixels::stroke::{Kind, NEAR, Plane, Probe, TILE, Thin, Window, is_tip, stroke};

/// Discs are so much wider than what is wanted, pixels: between two of them a stroke is a little narrower, and a round dot
/// measures a little less than its diameter.
const SPARE: f64 = 0.45;

/// Places of less than this share of the opacity of one nearby lie in the fringe of a stroke's end, and not in its middle.
const FRINGE: f32 = 0.7;

/// As many thin places are looked at in a region; a picture of noise has more.
const MOST: usize = 400_000;

/// Brings gaps or lines to a width.
#[derive(Debug)]
pub(super) struct Stroker {
    kind: Kind,
    probe: Probe,
    /// Pixels.
    least: f64,
    /// Of the discs, pixels.
    radius: f32,
    /// Places within so many rows and columns tell whether a place is in a stroke, or in a corner or a wedge.
    around: u32,
}

impl Stroker {
    pub(super) fn new(kind: Kind, least: f64) -> Self {
        let radius = ((least + SPARE) / 2.0) as f32;
        // A little more than what preflight tells: the last places of a stroke measure a little wider than the others.
        Self { kind, probe: Probe::new(kind, least + 0.2), least, radius, around: least.ceil() as u32 + 2 }
    }

    /// Pixels around a region that decide about it.
    pub(super) fn margin(&self) -> usize {
        self.discs() + self.around as usize + self.probe.halo() + 2
    }

    /// How far a disc reaches.
    fn discs(&self) -> usize {
        // Their middles may lie half a pixel and more from the places.
        (self.radius + 1.5).ceil() as usize
    }

    /// Takes ink away from gaps that are too narrow, in the rows `wanted`.
    pub(super) fn open(&self, pixels: &mut [u8], plane: &mut Plane, wanted: Range<usize>) {
        for (index, _, cover) in self.covered(plane, wanted) {
            let most = 255 - cover;
            plane.bytes[index] = plane.bytes[index].min(most);
            let pixel = &mut pixels[index * 4..index * 4 + 4];
            let opacity = u32::from(pixel[3]);
            if pixel[3] > most {
                let kept = |channel: u8| ((u32::from(channel) * u32::from(most) + opacity / 2) / opacity) as u8;
                pixel.iter_mut().for_each(|channel| *channel = kept(*channel));
            }
        }
    }

    /// Gives ink to lines that are too thin, in the rows `wanted`, in the colour that they have.
    pub(super) fn thicken(&self, pixels: &mut [u8], plane: &mut Plane, wanted: Range<usize>) {
        let covered = self.covered(plane, wanted);
        let more = covered.iter().filter(|(index, _, cover)| pixels[index * 4 + 3] < *cover);
        // Colours are read before any is written, so that it does not matter where a band begins.
        let inked: Vec<(usize, [u8; 4])> = more
            .map(|&(index, place, cover)| {
                let old = &pixels[index * 4..index * 4 + 4];
                let add = u32::from(cover - old[3]);
                let color = color_towards(pixels, plane, index, place);
                let mut new = [0, 0, 0, cover];
                for (new, (old, color)) in new.iter_mut().zip(old.iter().zip(color)) {
                    *new = (u32::from(*old) + (u32::from(color) * add + 127) / 255).min(u32::from(cover)) as u8;
                }
                (index, new)
            })
            .collect();
        for (index, _, cover) in covered {
            plane.bytes[index] = plane.bytes[index].max(cover);
        }
        for (index, pixel) in inked {
            pixels[index * 4..index * 4 + 4].copy_from_slice(&pixel);
        }
    }

    /// The pixels of the rows `wanted` that discs cover, with the nearest place that has one, and how much is covered.
    fn covered(&self, plane: &Plane, wanted: Range<usize>) -> Vec<(usize, Thin, u8)> {
        let places = self.places(plane, &wanted);
        if places.is_empty() {
            return Vec::new();
        }
        let (width, height) = (plane.width, plane.height);
        // The number of the place there is, plus 1; later of the place whose disc is nearest.
        let mut at = vec![0_u32; width * height];
        for (number, place) in (1..).zip(&places) {
            at[place.y as usize * width + place.x as usize] = number;
        }
        let kept = self.kept(plane, &places, &at);
        at.fill(0);
        let reach = self.discs();
        for (index, place) in kept.iter().map(|index| (*index, places[*index])) {
            let (x, y) = (place.x as usize, place.y as usize);
            for row in y.saturating_sub(reach).max(wanted.start)..(y + reach + 1).min(wanted.end) {
                for column in x.saturating_sub(reach)..(x + reach + 1).min(width) {
                    let far = squared((column, row), place);
                    let nearest = &mut at[row * width + column];
                    if *nearest == 0 || far < squared((column, row), places[*nearest as usize - 1]) {
                        *nearest = index as u32 + 1;
                    }
                }
            }
        }
        let discs = at.iter().enumerate().filter(|(_, number)| **number > 0);
        let covered = discs.map(|(index, number)| {
            let place = places[*number as usize - 1];
            let far = squared((index % width, index / width), place).sqrt();
            (index, place, ((self.radius + 0.5 - far).clamp(0.0, 1.0) * 255.0).round() as u8)
        });
        covered.filter(|(.., cover)| *cover > 0).collect()
    }

    /// The middle of what is too thin, as far around the rows `wanted` as it decides about them.
    fn places(&self, plane: &Plane, wanted: &Range<usize>) -> Vec<Thin> {
        let spare = self.discs() + self.around as usize;
        let (top, bottom) = (wanted.start.saturating_sub(spare), (wanted.end + spare).min(plane.height));
        let mut places = Vec::new();
        for top in (top..bottom).step_by(TILE) {
            for left in (0..plane.width).step_by(TILE) {
                if places.len() < MOST
                    && let Some(window) = Window::of(plane, (left, top), self.probe.halo())
                {
                    let thin = self.probe.thin(&window, (left, top));
                    let inside = |place: &Thin| (place.x as usize) < plane.width && (place.y as usize) < bottom;
                    places.extend(thin.into_iter().filter(inside));
                }
            }
        }
        // The order decides between places that are as near: it must not depend on the squares.
        places.sort_unstable_by_key(|place| (place.y, place.x));
        places
    }

    /// The numbers of those places that lie in a stroke: each is judged by those around it that hang together with it.
    fn kept(&self, plane: &Plane, places: &[Thin], at: &[u32]) -> Vec<usize> {
        let mut met = vec![usize::MAX; places.len()];
        let (mut open, mut run) = (Vec::new(), Vec::new());
        let opacity = |place: &Thin| f32::from(plane.bytes[place.y as usize * plane.width + place.x as usize]);
        let mut is_kept = |first: usize| {
            let middle = places[first];
            let is_around = |x: u32, y: u32| x.abs_diff(middle.x).max(y.abs_diff(middle.y)) <= self.around;
            run.clear();
            open.push(first);
            met[first] = first;
            while let Some(index) = open.pop() {
                let place = places[index];
                run.push(place);
                let columns = place.x.saturating_sub(NEAR)..(place.x + NEAR + 1).min(plane.width as u32);
                for y in place.y.saturating_sub(NEAR)..(place.y + NEAR + 1).min(plane.height as u32) {
                    for x in columns.clone().filter(|x| is_around(*x, y)) {
                        let number = at[y as usize * plane.width + x as usize] as usize;
                        if number > 0 && met[number - 1] != first {
                            met[number - 1] = first;
                            open.push(number - 1);
                        }
                    }
                }
            }
            match self.kind {
                // A line that runs out is thickened up to its end, for half of it would look like a lump; but not around
                // the fringe of the end.
                Kind::Ink => {
                    let is_near = |other: &Thin| middle.x.abs_diff(other.x).max(middle.y.abs_diff(other.y)) <= NEAR;
                    let is_fringe = |other: &Thin| is_near(other) && opacity(&middle) < opacity(other) * FRINGE;
                    !run.iter().any(is_fringe) && !is_tip(&run, (self.kind, self.least), plane)
                }
                // What opens between the strokes of a letter is a part of its shape.
                Kind::Gap => stroke(&mut run, (self.kind, self.least), plane).is_some(),
            }
        };
        (0..places.len()).filter(|first| is_kept(*first)).collect()
    }
}

/// The square of the distance from a pixel to the middle of a stroke.
fn squared((x, y): (usize, usize), place: Thin) -> f32 {
    // Small numbers first: then it does not matter where in a band a place lies.
    let across = (x as f64 - f64::from(place.x)) as f32 - place.off.0;
    let down = (y as f64 - f64::from(place.y)) as f32 - place.off.1;
    across * across + down * down
}

/// The colour of the first ink on the straight way from a pixel to a place.
fn color_towards(pixels: &[u8], plane: &Plane, index: usize, place: Thin) -> [u8; 3] {
    let pixels = pixels.as_chunks::<4>().0;
    let (x, y) = (index % plane.width, index / plane.width);
    let (across, down) =
        ((place.x as usize).cast_signed() - x.cast_signed(), (place.y as usize).cast_signed() - y.cast_signed());
    let steps = across.abs().max(down.abs()).max(1);
    let on_way = (0..=steps).map(|step| {
        // Rounded before it is added: then it does not matter where in a band the pixel lies.
        let part = |way: isize| (way as f64 * step as f64 / steps as f64).round() as isize;
        pixels[y.saturating_add_signed(part(down)) * plane.width + x.saturating_add_signed(part(across))]
    });
    let mut best = [0; 4];
    for pixel in on_way {
        if pixel[3] >= 128 {
            return straight(pixel);
        }
        if pixel[3] > best[3] {
            best = pixel;
        }
    }
    straight(best)
}
