//! The compositor against a plain one: 64-bit floats, no tables, one pixel after the other.

use proptest::prelude::*;

use crate::artwork::Artwork;
use crate::catalog::Fabric;
use crate::color::{Color, linear_to_srgb, srgb_to_linear};
use crate::mockup::composite::STUDIO_WALL;
use crate::mockup::paint::{dyed, fibre};
use crate::mockup::plate::{Plate, Sample};
use crate::mockup::tests::{FRONT, artwork, nowhere, preview, rgb};
use crate::mockup::tone::shoulder;
use crate::mockup::{GarmentLook, Print, Surface};
use crate::units::PhysicalSize;

const WIDTH: u32 = 96;

/// One level of an artwork, not rounded.
struct Level {
    width: i64,
    height: i64,
    texels: Vec<[f64; 4]>,
}

impl Level {
    fn texel(&self, x: i64, y: i64) -> [f64; 4] {
        let inside = x >= 0 && y >= 0 && x < self.width && y < self.height;
        if inside { self.texels[(y * self.width + x) as usize] } else { [0.0; 4] }
    }

    fn sample(&self, x: f64, y: f64) -> [f64; 4] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (column, row) = (x.floor(), y.floor());
        let (fx, fy) = (x - column, y - row);
        let at = |dx, dy| self.texel(column as i64 + dx, row as i64 + dy);
        let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
        std::array::from_fn(|k| (a[k] * (1.0 - fx) + b[k] * fx) * (1.0 - fy) + (c[k] * (1.0 - fx) + d[k] * fx) * fy)
    }
}

fn levels(artwork: &Artwork) -> Vec<Level> {
    let pixels = &artwork.pixels;
    let texels = pixels.data().chunks(4).map(|p| std::array::from_fn(|k| f64::from(p[k]))).collect();
    let mut levels = vec![Level { width: i64::from(pixels.width()), height: i64::from(pixels.height()), texels }];
    while levels[levels.len() - 1].width.max(levels[levels.len() - 1].height) > 1 {
        let last = &levels[levels.len() - 1];
        let (width, height) = ((last.width + 1) / 2, (last.height + 1) / 2);
        let texels = (0..width * height)
            .map(|idx| {
                let (x, y) = (idx % width * 2, idx / width * 2);
                let four = [last.texel(x, y), last.texel(x + 1, y), last.texel(x, y + 1), last.texel(x + 1, y + 1)];
                std::array::from_fn(|k| four.iter().map(|texel| texel[k]).sum::<f64>() / 4.0)
            })
            .collect();
        levels.push(Level { width, height, texels });
    }
    levels
}

/// Linear premultiplied ink of one print at one place.
fn ink_at(levels: &[Level], print: &Print<'_>, sample: Sample) -> [f64; 4] {
    let px_per_cm = print.artwork.dpi.px_per_mm() / print.surface.cm_per_mm;
    let x = (f64::from(sample.at[0]) - print.surface.origin_cm[0]) * px_per_cm;
    let y = (print.surface.origin_cm[1] - f64::from(sample.at[1])) * px_per_cm;
    let footprint = f64::from(sample.footprint) * px_per_cm;
    let at = |level: usize| {
        let level = level.min(levels.len() - 1);
        let scale = f64::from(1 << level);
        levels[level].sample(x / scale, y / scale)
    };
    let four = |level: usize| {
        let scale = f64::from(1 << level);
        let corners = [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)];
        let taps = corners.map(|(dx, dy)| levels[level].sample(x / scale + dx, y / scale + dy));
        std::array::from_fn(|k| taps.iter().map(|tap| tap[k]).sum::<f64>() / 4.0)
    };
    let mix = |a: [f64; 4], b: [f64; 4], part: f64| std::array::from_fn(|k| a[k] + (b[k] - a[k]) * part);
    let fine = (0..levels.len()).rev().find(|level| footprint >= 3.0_f64.sqrt() * f64::from(1 << level));
    let texel: [f64; 4] = match fine {
        None => at(0),
        Some(level) if level + 1 == levels.len() => at(level),
        Some(level) => {
            let size = footprint / f64::from(1 << level);
            let (single, twice, full) = (3.0_f64.sqrt(), 6.0_f64.sqrt(), 2.0);
            if size < full {
                mix(at(level), four(level), (size - single) / (full - single))
            } else {
                mix(four(level), at(level + 1), ((size - twice) / (2.0 * single - twice)).max(0.0))
            }
        }
    };
    let texel = texel.map(|value| value / 255.0);
    if texel[3] <= 0.0 {
        return [0.0; 4];
    }
    let linear = |k: usize| srgb_to_linear((texel[k] / texel[3]).min(1.0)) * texel[3];
    [linear(0), linear(1), linear(2), texel[3]]
}

/// One pixel of the preview, before rounding.
fn pixel(plate: &Plate, look: &GarmentLook, prints: &[(Vec<Level>, Print<'_>)], x: usize, y: usize) -> [f64; 3] {
    let idx = y * plate.width + x;
    let mut ink = [0.0; 4];
    let further = plate.taps.row(y).iter().filter(|tap| tap.x as usize == x).map(|tap| (tap.panel, tap.sample));
    for (panel, sample) in std::iter::once((plate.panel[idx], plate.sample(idx))).chain(further) {
        let mut stack = [0.0; 4];
        for (levels, print) in prints.iter().filter(|print| print.1.surface.panel == panel) {
            let top = ink_at(levels, print, sample);
            stack = std::array::from_fn(|k| stack[k] * (1.0 - top[3]) + top[k]);
        }
        ink = std::array::from_fn(|k| ink[k] + stack[k] * f64::from(sample.weight));
    }
    let colors: Vec<Color> = plate.part_names.iter().map(|part| *look.parts.get(part).unwrap_or(&look.base)).collect();
    let shares = plate.mixes.row(y).iter().find(|mix| mix.x as usize == x).map(|mix| mix.shares.map(f64::from));
    let factor = match look.fabric {
        Fabric::Solid => 1.0,
        Fabric::Heather { contrast } => 1.0 + contrast * f64::from(plate.heather()[idx]) / 24.0,
    };
    let cloth: [f64; 3] = std::array::from_fn(|k| {
        let part = |part: usize| f64::from(dyed(colors[part])[k]);
        factor
            * match shares {
                Some(shares) => (0..colors.len()).map(|n| shares[n] * part(n)).sum::<f64>(),
                None => part(usize::from(plate.part[idx])),
            }
    });
    let [direct, indirect, specular] =
        plate.light.each_ref().map(|plane| plane[idx]).map(|word| f64::from(word) / 65535.0 * 2.0);
    let sheen = specular * f64::from(fibre(cloth.map(|c| c as f32))) * (1.0 - 0.5 * ink[3]);
    let cover = f64::from(plate.alpha[idx]) / 65535.0;
    let wall = STUDIO_WALL.to_linear();
    std::array::from_fn(|k| {
        let albedo = cloth[k] * (1.0 - ink[3]) + ink[k];
        let light = albedo * direct + albedo * (cloth[k] / f64::from(plate.albedo)) * indirect + sheen;
        let shown = shoulder(light * f64::from(plate.exposure));
        let behind = f64::from(wall[k]) * f64::from(plate.wall[idx]) / 65535.0;
        255.0 * linear_to_srgb((shown * cover + behind * (1.0 - cover)).clamp(0.0, 1.0))
    })
}

fn a_color() -> impl Strategy<Value = Color> {
    (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(r, g, b)| Color::new(r, g, b))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Within one level everywhere; within two where a print is sampled from rounded small levels.
    #[test]
    fn the_fast_compositor_agrees_with_the_plain_one(
        base in a_color(),
        sleeves in a_color(),
        contrast in prop_oneof![Just(None), (0.03..0.2_f64).prop_map(Some)],
        seed in any::<u32>(),
        (left, top, scale) in (-20.0..5.0_f64, 30.0..62.0_f64, 0.04..0.12_f64),
        texels_per_cm in 1.0..7.0_f64,
    ) {
        let fabric = contrast.map_or(Fabric::Solid, |contrast| Fabric::Heather { contrast });
        let look = GarmentLook { base, parts: [("sleeves".to_owned(), sleeves)].into(), fabric };
        let noise = artwork(PhysicalSize::from_mm(220.0, 250.0), texels_per_cm * scale * 25.4, |x, y| {
            // blocks of different colours and opacities, premultiplied
            let key = (x / 3).wrapping_mul(73_856_093) ^ (y / 5).wrapping_mul(19_349_663) ^ seed;
            let bytes = key.wrapping_mul(2_654_435_761).to_le_bytes();
            let alpha = [0, 255, 255, 128][usize::from(bytes[3]) % 4];
            [bytes[0], bytes[1], bytes[2], 255].map(|byte| (u16::from(byte) * alpha / 255) as u8)
        });
        let surface = |panel| Surface { panel, origin_cm: [left, top], cm_per_mm: scale };
        let sleeve = Surface { panel: 3, origin_cm: [-16.0, 18.0], cm_per_mm: scale };
        let prints = [surface(1), sleeve, surface(1), nowhere()].map(|surface| Print { artwork: &noise, surface });
        let fast = preview(WIDTH, &look, &prints);
        let printed = fast.printed_rows.clone();
        let plate = FRONT.plate(WIDTH);
        let with_levels = prints.map(|print| (levels(&noise), print));
        for y in 0..plate.height {
            for x in 0..plate.width {
                let plain = pixel(&plate, &look, &with_levels, x, y);
                for (fast, plain) in rgb(&fast, x, y).into_iter().zip(plain) {
                    let far = (f64::from(fast) - plain).abs();
                    let allowed = if printed.contains(&(y as u32)) { 2.0 } else { 1.0 };
                    prop_assert!(far <= allowed, "({x}, {y}): {fast} for {plain}");
                }
            }
        }
    }
}
