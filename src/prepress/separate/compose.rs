//! Plates put together again: how the print will look.

use crate::color::Color;
use crate::prepress::separate::{PressInk, Rows};

/// Cloth, white and inks of a print.
#[derive(Debug, Clone)]
pub struct Layered {
    /// The cloth.
    pub cloth: Color,
    /// White under the colours, where it is printed in full.
    pub white: PressInk,
    /// The inks of the plates, in the order of the plates.
    pub inks: Vec<PressInk>,
    /// Numbers of the plates in the order in which they are printed, for where they lie on each other.
    pub order: Vec<usize>,
}

type Rgb = [f32; 3];

fn floats(color: Color) -> Rgb {
    [color.r, color.g, color.b].map(f32::from)
}

fn lerp(from: Rgb, to: Rgb, share: f32) -> Rgb {
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

/// An ink on what lies below: it hides a part of it and filters the rest.
fn on(ink: PressInk, below: Rgb) -> Rgb {
    let (own, hides) = (floats(ink.color), ink.opacity.clamp(0.0, 1.0));
    [0, 1, 2].map(|channel| own[channel] * (hides + (1.0 - hides) * below[channel] / 255.0))
}

fn bytes(color: Rgb) -> [u8; 3] {
    color.map(|channel| (channel + 0.5).clamp(0.0, 255.0) as u8)
}

/// One row as the press prints it, three bytes a pixel: white on the cloth, inks on either, each hiding what is below it
/// as much as it can. Inks that together cover no more than a pixel lie beside each other; others lie on each other in the
/// order of printing, by chance (Demichel, 1924).
pub fn layered(print: &Layered, rows: &Rows<'_>, row: usize, target: &mut [u8]) {
    let plates: Vec<&[u8]> = (0..print.inks.len()).map(|ink| rows.ink(ink, row)).collect();
    let white = rows.underbase(row);
    let (cloth, under) = (floats(print.cloth), on(print.white, floats(print.cloth)));
    let changed = changes(plates.iter().copied().chain(white), rows.width);
    let mut parts = vec![0_u8; plates.len()];
    let mut last = [0; 3];
    for ((x, pixel), changed) in target.as_chunks_mut::<3>().0.iter_mut().enumerate().zip(changed) {
        if changed > 0 {
            parts.iter_mut().zip(&plates).for_each(|(part, plate)| *part = plate[x]);
            last = bytes(seen(print, (cloth, under), (&parts, white.map_or(0, |white| white[x]))));
        }
        *pixel = last;
    }
}

/// For each pixel of a row, above 0 if any plane has something else there than one pixel before: most rows are long runs.
fn changes<'p>(planes: impl Iterator<Item = &'p [u8]>, width: usize) -> Vec<u8> {
    let mut changed = vec![0; width];
    for plane in planes {
        let pairs = plane.iter().zip(plane.get(1..).unwrap_or_default());
        changed.iter_mut().skip(1).zip(pairs).for_each(|(changed, (before, here))| *changed |= before ^ here);
    }
    changed.iter_mut().take(1).for_each(|first| *first = 1);
    changed
}

fn seen(print: &Layered, (cloth, under): (Rgb, Rgb), (parts, white): (&[u8], u8)) -> Rgb {
    let sum: u32 = parts.iter().map(|part| u32::from(*part)).sum();
    if sum > 255 {
        let ground = lerp(cloth, under, f32::from(white) / 255.0);
        let ordered = print.order.iter().map(|&ink| (print.inks[ink], f32::from(parts[ink]) / 255.0));
        return ordered.fold(ground, |below, (ink, share)| lerp(below, on(ink, below), share));
    }
    // White has the screen of the colours: its dots lie below theirs, and only what is left shows beside them.
    let (sum, white) = (sum as f32 / 255.0, f32::from(white) / 255.0);
    let below = if sum > 0.0 { (white / sum).min(1.0) } else { 0.0 };
    let beside = if sum < 1.0 { ((white - sum) / (1.0 - sum)).clamp(0.0, 1.0) } else { 0.0 };
    let ground = lerp(cloth, under, below);
    let mut seen = lerp(cloth, under, beside).map(|channel| channel * (1.0 - sum));
    for (ink, part) in print.inks.iter().zip(parts).filter(|(_, part)| **part > 0) {
        let share = f32::from(*part) / 255.0;
        for (channel, own) in seen.iter_mut().zip(on(*ink, ground)) {
            *channel += own * share;
        }
    }
    seen
}

/// One row of what the plates say if every ink hides all that is below it, three bytes a pixel: what the artwork on the
/// cloth must look like.
pub fn flat(print: &Layered, rows: &Rows<'_>, row: usize, target: &mut [u8]) {
    let plates: Vec<&[u8]> = (0..print.inks.len()).map(|ink| rows.ink(ink, row)).collect();
    let white = rows.shown_white(row);
    let (cloth, inks): (Rgb, Vec<Rgb>) =
        (floats(print.cloth), print.inks.iter().map(|ink| floats(ink.color)).collect());
    for (x, pixel) in target.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let mut left = 255.0_f32;
        let mut sum = [0.0_f32; 3];
        // What is printed last hides what reaches below it.
        for (plate, ink) in
            print.order.iter().rev().map(|&ink| (plates[ink], inks[ink])).filter(|(plate, _)| plate[x] > 0)
        {
            let part = f32::from(plate[x]).min(left);
            left -= part;
            sum = [0, 1, 2].map(|channel| sum[channel] + ink[channel] * part);
        }
        let shown = f32::from(white[x]).min(left);
        let (white, rest) = (floats(print.white.color), left - shown);
        *pixel =
            bytes([0, 1, 2].map(|channel| (sum[channel] + white[channel] * shown + cloth[channel] * rest) / 255.0));
    }
}
