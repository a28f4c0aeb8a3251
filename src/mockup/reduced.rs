//! The light and the coordinates of a view at a quarter of its size, for pages that lay prints on the cloth themselves.

use crate::mockup::layers::Layers;
use crate::mockup::manifest::MAX_PANELS;

/// Pixels of the view for one of a reduced layer, each way.
const FACTOR: usize = 4;
/// Steps of the view's coordinates for one of the reduced ones: less is not seen, and takes more bytes.
const COARSER: u64 = 4;

/// A PNG as the manifest's light file is one, each pixel the mean of the cloth that it covers. Around the garment the
/// light goes on for a pixel, so that blending at its edge meets no darkness.
pub(super) fn light(layers: &Layers) -> Vec<u8> {
    let (width, height) = size(layers);
    let sum = |idx| {
        let mut sum = [0_u32; 4];
        // squared light times coverage, and coverage: at most 2^29
        for pixel in pixels(layers, idx) {
            let alpha = u32::from(layers.alpha[pixel]);
            for (sum, light) in sum.iter_mut().zip(&layers.light[pixel * 3..pixel * 3 + 3]) {
                *sum += u32::from(*light) * u32::from(*light) * alpha;
            }
            sum[3] += alpha;
        }
        sum
    };
    let sums: Vec<_> = (0..width * height).map(sum).collect();
    let bytes: Vec<u8> = (0..width * height).flat_map(|idx| roots(&around(&sums, (width, height), idx))).collect();
    encode(width, height, &bytes)
}

/// A PNG with two halves, one above the other. The red and green of the upper are the high and low byte of the
/// coordinates across, those of the lower of the coordinates up, in quarters of the manifest's steps; the blue of the
/// upper is the panel's number, 0 for none. Each pixel has the mean of the panel that has most of it.
pub(super) fn coordinates(layers: &Layers) -> Vec<u8> {
    let (width, height) = size(layers);
    let mut halves = [Vec::with_capacity(width * height * 6), Vec::new()];
    for idx in 0..width * height {
        let mut sums = [[0_u64; 3]; MAX_PANELS + 1];
        for pixel in pixels(layers, idx) {
            let ([across, up], weight) = (layers.uv[pixel].map(u64::from), u64::from(layers.alpha[pixel]));
            let sum = &mut sums[usize::from(layers.panel[pixel])];
            *sum = [sum[0] + across * weight, sum[1] + up * weight, sum[2] + weight];
        }
        let panel = (1..sums.len()).max_by_key(|panel| sums[*panel][2]).filter(|panel| sums[*panel][2] > 0);
        for (axis, half) in halves.iter_mut().enumerate() {
            let value = panel.map_or(0, |panel| {
                let steps = sums[panel][2] * COARSER;
                (sums[panel][axis] + steps / 2) / steps
            });
            let [high, low] = (value as u16).to_be_bytes();
            half.extend([high, low, if axis == 0 { panel.unwrap_or_default() as u8 } else { 0 }]);
        }
    }
    encode(width, height * 2, &halves.concat())
}

fn size(layers: &Layers) -> (usize, usize) {
    ((layers.width / FACTOR).max(1), (layers.height / FACTOR).max(1))
}

/// The pixels of the view that a reduced one stands for.
fn pixels(layers: &Layers, idx: usize) -> impl Iterator<Item = usize> {
    let (width, height) = size(layers);
    let range = |at: usize, of: usize, all: usize| (at * all).div_ceil(of)..((at + 1) * all).div_ceil(of);
    let columns = range(idx % width, width, layers.width);
    let stride = layers.width;
    range(idx / width, height, layers.height).flat_map(move |y| columns.clone().map(move |x| y * stride + x))
}

/// The sums of a pixel; of its neighbours if it shows no cloth.
fn around(sums: &[[u32; 4]], (width, height): (usize, usize), idx: usize) -> [u64; 4] {
    let (x, y) = (idx % width, idx / width);
    if sums[idx][3] > 0 {
        return sums[idx].map(u64::from);
    }
    let mut total = [0; 4];
    for row in y.saturating_sub(1)..(y + 2).min(height) {
        for sum in &sums[row * width + x.saturating_sub(1)..row * width + (x + 2).min(width)] {
            total.iter_mut().zip(sum).for_each(|(total, sum)| *total += u64::from(*sum));
        }
    }
    total
}

/// The mean light, as the file has it.
fn roots(sum: &[u64; 4]) -> [u8; 3] {
    std::array::from_fn(|k| (sum[k] as f64 / sum[3].max(1) as f64).sqrt().round() as u8)
}

fn encode(width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a memory buffer takes every byte and no side is zero");
    writer.write_image_data(rgb).expect("the bytes are as many as the header says");
    writer.finish().expect("a memory buffer takes every byte");
    file
}
