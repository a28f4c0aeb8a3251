//! Loops over whole rows of premultiplied sRGB pixels, four bytes each.
//!
//! The common cases (four pixels that are all opaque, or all transparent) are decided sixteen bytes at a time.

/// The alpha bytes of four pixels read as one little-endian number.
const ALPHAS: u128 = 0xff00_0000_ff00_0000_ff00_0000_ff00_0000;

/// Lays `source` over `target`, pixel by pixel; both premultiplied and of one length.
pub fn over(target: &mut [u8], source: &[u8]) {
    let (blocks, rest) = target.as_chunks_mut::<16>();
    let (source_blocks, source_rest) = source.as_chunks::<16>();
    for (below, above) in blocks.iter_mut().zip(source_blocks) {
        let bits = u128::from_le_bytes(*above);
        if bits & ALPHAS == ALPHAS {
            *below = *above;
        } else if bits != 0 {
            over_pixels(below, above);
        }
    }
    over_pixels(rest, source_rest);
}

fn over_pixels(target: &mut [u8], source: &[u8]) {
    for (below, above) in target.as_chunks_mut::<4>().0.iter_mut().zip(source.as_chunks::<4>().0) {
        let rest = 255 - u32::from(above[3]);
        for (below, above) in below.iter_mut().zip(above) {
            *below = above.saturating_add(divide_by_255(u32::from(*below) * rest));
        }
    }
}

/// Multiplies premultiplied pixels by `opacity` of 255.
pub fn fade(pixels: &mut [u8], opacity: u8) {
    for byte in pixels {
        *byte = divide_by_255(u32::from(*byte) * u32::from(opacity));
    }
}

/// Lowers red, green and blue to alpha where a filter's overshoot left them above it, so that the pixels are
/// premultiplied again.
pub fn cap_at_alpha(pixels: &mut [u8]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let alpha = pixel[3];
        *pixel = [pixel[0].min(alpha), pixel[1].min(alpha), pixel[2].min(alpha), alpha];
    }
}

/// Multiplies colour by alpha in place: straight pixels become premultiplied ones, each channel rounded to the nearest.
pub fn premultiply(pixels: &mut [u8]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        if alpha < 255 {
            for channel in &mut pixel[..3] {
                *channel = divide_by_255(u32::from(*channel) * alpha);
            }
        }
    }
}

/// Writes premultiplied `source` to `target` with straight alpha, each channel rounded to the nearest.
///
/// Both have one length. Transparent pixels become transparent black.
pub fn unpremultiply(source: &[u8], target: &mut [u8]) {
    let (blocks, rest) = source.as_chunks::<16>();
    let (target_blocks, target_rest) = target.as_chunks_mut::<16>();
    for (from, to) in blocks.iter().zip(target_blocks) {
        let bits = u128::from_le_bytes(*from);
        if bits & ALPHAS == ALPHAS || bits & ALPHAS == 0 {
            *to = *from;
        } else {
            unpremultiply_pixels(from, to);
        }
    }
    unpremultiply_pixels(rest, target_rest);
}

fn unpremultiply_pixels(source: &[u8], target: &mut [u8]) {
    for (from, to) in source.as_chunks::<4>().0.iter().zip(target.as_chunks_mut::<4>().0) {
        let factor = RECIPROCALS[usize::from(from[3])];
        let straight = |channel: u8| ((u32::from(channel) * factor + (1 << 15)) >> 16).min(255) as u8;
        *to = [straight(from[0]), straight(from[1]), straight(from[2]), from[3]];
    }
}

/// 255 / alpha in 65536ths, rounded up; 0 for alpha 0.
static RECIPROCALS: [u32; 256] = {
    let mut table = [0; 256];
    let mut alpha = 1;
    while alpha < 256 {
        table[alpha] = (255_u32 << 16).div_ceil(alpha as u32);
        alpha += 1;
    }
    table
};

/// `value / 255` rounded to the nearest, for values up to 255 * 255.
const fn divide_by_255(value: u32) -> u8 {
    let biased = value + 128;
    ((biased + (biased >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn premultiplied_pixels() -> impl Strategy<Value = Vec<u8>> {
        let alpha = prop_oneof![Just(0_u8), Just(255), any::<u8>()];
        let pixel = (any::<[u8; 3]>(), alpha).prop_map(|(rgb, alpha)| {
            let scale = |channel: u8| (u32::from(channel) * u32::from(alpha) / 255) as u8;
            [scale(rgb[0]), scale(rgb[1]), scale(rgb[2]), alpha]
        });
        prop::collection::vec(pixel, 0..40).prop_map(|pixels| pixels.concat())
    }

    proptest! {
        #[test]
        fn over_is_the_textbook_sum(below in premultiplied_pixels(), above in premultiplied_pixels()) {
            let length = below.len().min(above.len());
            let mut target = below[..length].to_vec();
            over(&mut target, &above[..length]);
            for (index, result) in target.iter().enumerate() {
                let alpha = f64::from(above[index / 4 * 4 + 3]) / 255.0;
                let expected = f64::from(above[index]) + f64::from(below[index]) * (1.0 - alpha);
                prop_assert!((f64::from(*result) - expected).abs() <= 0.5 + 1e-9);
            }
        }
    }

    #[test]
    fn straight_alpha_is_the_rounded_quotient_for_every_pixel() {
        for alpha in 1..=255_u8 {
            for channel in 0..=alpha {
                let mut straight = [0; 4];
                unpremultiply(&[channel, 0, channel, alpha], &mut straight);
                let expected = ((f64::from(channel) * 255.0 / f64::from(alpha)) + 0.5).floor() as u8;
                assert_eq!(straight, [expected, 0, expected, alpha], "{channel} of {alpha}");
            }
        }
    }

    #[test]
    fn premultiplying_is_the_rounded_product_and_comes_back_the_same() {
        for alpha in 1..=255_u8 {
            for channel in 0..=255_u8 {
                let mut pixel = [channel, 0, channel, alpha];
                premultiply(&mut pixel);
                let expected = (f64::from(channel) * f64::from(alpha) / 255.0).round() as u8;
                assert_eq!(pixel, [expected, 0, expected, alpha], "{channel} of {alpha}");
                let mut straight = [0; 4];
                unpremultiply(&pixel, &mut straight);
                premultiply(&mut straight);
                assert_eq!(straight, pixel, "{channel} of {alpha}");
            }
        }
    }

    #[test]
    fn half_opacity_halves_every_channel() {
        let mut pixels = [200, 100, 0, 255];
        fade(&mut pixels, 128);
        assert_eq!(pixels, [100, 50, 0, 128]);
    }
}
