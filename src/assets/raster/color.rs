//! From a picture's own colours to sRGB.

use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformOptions};

use crate::color::linear_to_srgb;
use crate::math;

/// Said when a profile is there but cannot be used.
pub(super) const UNUSABLE: &str = "the embedded color profile cannot be used: the colors are taken as sRGB";

/// Converts straight RGBA in place from the profile `icc` to sRGB; returns a note unless nothing changed.
///
/// Grey pictures are given as RGBA too: a grey profile applies to their red channel.
pub(super) fn to_srgb(rgba: &mut [u8], icc: &[u8]) -> Option<String> {
    let Ok(profile) = ColorProfile::new_from_slice(icc) else { return Some(UNUSABLE.to_owned()) };
    let converted = match profile.color_space {
        DataColorSpace::Rgb => rgb_to_srgb(rgba, &profile),
        DataColorSpace::Gray => gray_to_srgb(rgba, &profile),
        _ => None,
    };
    match converted {
        None => Some(UNUSABLE.to_owned()),
        Some(false) => None,
        Some(true) => Some("the colors were converted from the embedded profile to sRGB".to_owned()),
    }
}

/// Converts straight RGBA in place; `Some(false)` if the profile is sRGB in all but name.
fn rgb_to_srgb(rgba: &mut [u8], profile: &ColorProfile) -> Option<bool> {
    let transform =
        profile.create_transform_8bit(Layout::Rgba, &ColorProfile::new_srgb(), Layout::Rgba, options()).ok()?;
    let probe: Vec<u8> = (0..=255_u8)
        .step_by(5)
        .flat_map(|v| [[v, v, v, 255], [v, 0, 0, 255], [0, v, 0, 255], [0, 0, v, 255]])
        .flatten()
        .collect();
    let mut seen = vec![0; probe.len()];
    transform.transform(&probe, &mut seen).ok()?;
    // Profiles of the sRGB space differ in their last digits; flat colours of a logo should not.
    if probe.iter().zip(&seen).all(|(before, after)| before.abs_diff(*after) <= 2) {
        return Some(false);
    }
    let mut row = vec![0; STRIP * 4];
    for strip in rgba.chunks_mut(STRIP * 4) {
        let out = &mut row[..strip.len()];
        transform.transform(strip, out).ok()?;
        for (pixel, converted) in strip.chunks_exact_mut(4).zip(out.chunks_exact(4)) {
            pixel[..3].copy_from_slice(&converted[..3]);
        }
    }
    Some(true)
}

/// Pixels converted at a time, so that the copy stays small beside the picture.
const STRIP: usize = 1 << 16;

fn gray_to_srgb(rgba: &mut [u8], profile: &ColorProfile) -> Option<bool> {
    let transform =
        profile.create_transform_8bit(Layout::Gray, &ColorProfile::new_srgb(), Layout::Rgb, options()).ok()?;
    let levels: Vec<u8> = (0..=255).collect();
    let mut table = vec![0; 256 * 3];
    transform.transform(&levels, &mut table).ok()?;
    if table.chunks_exact(3).zip(&levels).all(|(rgb, level)| rgb.iter().all(|v| v.abs_diff(*level) <= 2)) {
        return Some(false);
    }
    for pixel in rgba.chunks_exact_mut(4) {
        let start = usize::from(pixel[0]) * 3;
        pixel[..3].copy_from_slice(&table[start..start + 3]);
    }
    Some(true)
}

/// Converts straight RGBA in place from samples encoded with `gamma` (PNG's gAMA: 0.45455 is close to sRGB).
pub(super) fn from_gamma(rgba: &mut [u8], gamma: f64) -> Option<String> {
    if !(0.05..=5.0).contains(&gamma) || (gamma - 0.454_55).abs() < 0.02 {
        return None;
    }
    let table: Vec<u8> = (0..=255_u8)
        .map(|level| {
            let linear = math::powf(f64::from(level) / 255.0, 1.0 / gamma);
            (linear_to_srgb(linear) * 255.0).round() as u8
        })
        .collect();
    for pixel in rgba.chunks_exact_mut(4) {
        for channel in &mut pixel[..3] {
            *channel = table[usize::from(*channel)];
        }
    }
    Some(format!("the colors were converted from gamma {gamma:.3} to sRGB"))
}

/// Ink amounts (cyan, magenta, yellow, black; 255 is full) to straight RGBA, in place, and a note on how.
pub(super) fn cmyk_to_srgb(cmyk: &mut [u8], icc: Option<&[u8]>) -> String {
    if icc.is_some_and(|icc| cmyk_with_profile(cmyk, icc).is_some()) {
        return "CMYK converted with the embedded profile".to_owned();
    }
    for pixel in cmyk.chunks_exact_mut(4) {
        let light = 255 - u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = (((255 - u32::from(*channel)) * light + 127) / 255) as u8;
        }
        pixel[3] = 255;
    }
    match icc {
        None => "CMYK without a profile: the colors are an estimate".to_owned(),
        Some(_) => "CMYK with a profile that cannot be used: the colors are an estimate".to_owned(),
    }
}

fn cmyk_with_profile(cmyk: &mut [u8], icc: &[u8]) -> Option<()> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    // Four channels without alpha travel as the four of Layout::Rgba.
    let transform =
        profile.create_transform_8bit(Layout::Rgba, &ColorProfile::new_srgb(), Layout::Rgb, options()).ok()?;
    let mut row = vec![0; STRIP * 3];
    for strip in cmyk.chunks_mut(STRIP * 4) {
        let out = &mut row[..strip.len() / 4 * 3];
        transform.transform(strip, out).ok()?;
        for (pixel, rgb) in strip.chunks_exact_mut(4).zip(out.chunks_exact(3)) {
            pixel.copy_from_slice(&[rgb[0], rgb[1], rgb[2], 255]);
        }
    }
    Some(())
}

fn options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        // The exact path; the fixed-point one is off by one level here and there.
        prefer_fixed_point: false,
        ..TransformOptions::default()
    }
}
