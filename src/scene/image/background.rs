//! Making the background of a picture transparent without a halo.
//!
//! Pixels that look like the border and hang together with it are background. Along the cut every pixel is taken for a
//! mixture of background and subject: what the subject looks like is read from the pixels behind it, how much of it there
//! is becomes the alpha, and the background's share is taken out of the colour.

use image::{GrayImage, Luma};
use imageproc::distance_transform::{Norm, distance_transform};

use crate::color::oklab::{Converter, Oklab};
use crate::scene::image::straight::{Straight, around, dot, length2, sub};

/// How wide the softened edge of a picture is, px: antialiasing is one, resampling and JPEG make it two or three.
const BAND: u8 = 3;
/// How far behind the edge the subject's own colour is looked for, px.
const REACH: usize = 4;
/// Border colours that are told apart at most; a gradient takes several.
const MAX_CLUSTERS: usize = 8;
/// Border colours that are counted before the rare ones are dropped.
const MAX_SEEDS: usize = 64;
/// Share of the border that a colour has to take to be the background's.
const MIN_SHARE: f32 = 0.04;
/// Alpha below which the rest of a mixture is noise.
const MIN_ALPHA: f32 = 0.03;

/// Bytes that are held for each pixel besides the picture: a copy of it, what looks like the background and what is cut,
/// two distances, and while a distance is taken its mask.
pub(super) const BYTES_PER_PIXEL: u64 = 4 + 2 + 2 + 1;

/// Makes the background transparent. A picture whose border is transparent already is left alone.
pub(super) fn remove(picture: &mut Straight, tolerance: f64, holes: bool) {
    let converter = Converter::new();
    let tolerance = (tolerance / 100.0).clamp(0.0, 1.0) as f32;
    let clusters = border_colors(picture, &converter, tolerance);
    if clusters.is_empty() {
        return;
    }
    let alike = alike(picture, &converter, &clusters, tolerance);
    let cut = if holes { alike } else { flood(picture, &alike) };
    if cut.iter().any(|&gone| gone) {
        soften(picture, &cut, &clusters);
    }
}

/// A colour of the background: in [`Oklab`] for comparing and in sRGB for un-mixing.
struct Cluster {
    oklab: Oklab,
    rgb: [f32; 3],
}

/// The colours that the opaque part of the border mostly has, the most frequent first.
fn border_colors(picture: &Straight, converter: &Converter, tolerance: f32) -> Vec<Cluster> {
    struct Group {
        seed: Oklab,
        sum: [f32; 3],
        count: f32,
    }
    let (width, height) = (picture.width, picture.height);
    let top_and_bottom = (0..width).flat_map(|x| [x, (height - 1) * width + x]);
    let sides = (0..height).flat_map(|y| [y * width, y * width + width - 1]);
    let mut groups: Vec<Group> = Vec::new();
    let mut total = 0.0;
    for idx in top_and_bottom.chain(sides) {
        let [r, g, b, a] = picture.data[idx];
        total += 1.0;
        if a < 128 {
            continue;
        }
        let color = converter.convert([r, g, b]);
        // Half the tolerance, so that what belongs to one background ends in few groups and still in the middle of them.
        let reach = (tolerance / 2.0).max(0.02);
        let near = groups.iter().position(|group| group.seed.distance(color) <= reach);
        if near.is_none() {
            if groups.len() == MAX_SEEDS {
                continue;
            }
            groups.push(Group { seed: color, sum: [0.0; 3], count: 0.0 });
        }
        let at = near.unwrap_or(groups.len() - 1);
        let group = &mut groups[at];
        group.count += 1.0;
        for (sum, channel) in group.sum.iter_mut().zip([r, g, b]) {
            *sum += f32::from(channel);
        }
    }
    groups.retain(|group| group.count >= MIN_SHARE * total);
    groups.sort_by(|a, b| b.count.total_cmp(&a.count));
    groups.truncate(MAX_CLUSTERS);
    let cluster = |group: Group| {
        let rgb = group.sum.map(|sum| sum / group.count);
        Cluster { oklab: converter.convert(rgb.map(|v| v.round() as u8)), rgb }
    };
    groups.into_iter().map(cluster).collect()
}

/// Which pixels look like the background; transparent ones do.
fn alike(picture: &Straight, converter: &Converter, clusters: &[Cluster], tolerance: f32) -> Vec<bool> {
    let limit = tolerance * tolerance;
    picture.by_color(true, |rgb| {
        let color = converter.convert(rgb);
        clusters.iter().any(|cluster| cluster.oklab.distance_squared(color) <= limit)
    })
}

/// Those of `alike` that hang together with the border, by sides and not by corners.
fn flood(picture: &Straight, alike: &[bool]) -> Vec<bool> {
    let (width, height) = (picture.width, picture.height);
    let mut cut = vec![false; alike.len()];
    // Each pixel gets here once at most, in four bytes: a picture has no more than the limits' 100 million.
    let mut stack: Vec<u32> = Vec::new();
    let reach = |idx: usize, cut: &mut Vec<bool>, stack: &mut Vec<u32>| {
        if alike[idx] && !cut[idx] {
            cut[idx] = true;
            stack.push(idx as u32);
        }
    };
    for x in 0..width {
        reach(x, &mut cut, &mut stack);
        reach((height - 1) * width + x, &mut cut, &mut stack);
    }
    for y in 0..height {
        reach(y * width, &mut cut, &mut stack);
        reach(y * width + width - 1, &mut cut, &mut stack);
    }
    while let Some(idx) = stack.pop() {
        let idx = idx as usize;
        let x = idx % width;
        if x > 0 {
            reach(idx - 1, &mut cut, &mut stack);
        }
        if x + 1 < width {
            reach(idx + 1, &mut cut, &mut stack);
        }
        if idx >= width {
            reach(idx - width, &mut cut, &mut stack);
        }
        if idx + width < alike.len() {
            reach(idx + width, &mut cut, &mut stack);
        }
    }
    cut
}

/// Clears what is cut and un-mixes a band on both sides of the edge.
fn soften(picture: &mut Straight, cut: &[bool], clusters: &[Cluster]) {
    let (width, height) = (picture.width, picture.height);
    let mask = |wanted: bool| {
        let value = |x: u32, y: u32| Luma([u8::from(cut[y as usize * width + x as usize] == wanted) * 255]);
        distance_transform(&GrayImage::from_fn(width as u32, height as u32, value), Norm::LInf).into_raw()
    };
    let from_cut = mask(true);
    let from_subject = mask(false);
    let original = picture.data.clone();
    for (idx, pixel) in picture.data.iter_mut().enumerate() {
        let near = if cut[idx] { from_subject[idx] <= 1 } else { from_cut[idx] <= BAND };
        if near {
            *pixel = unmix(&original, (width, height), idx, &Edge { cut, from_cut: &from_cut, clusters });
        } else if cut[idx] {
            *pixel = [0; 4];
        }
    }
}

/// What un-mixing looks at besides the picture.
struct Edge<'a> {
    cut: &'a [bool],
    /// Distance of each pixel from the nearest that is cut, px.
    from_cut: &'a [u8],
    clusters: &'a [Cluster],
}

/// The subject's share of one pixel near the edge.
fn unmix(original: &[[u8; 4]], size: (usize, usize), idx: usize, edge: &Edge<'_>) -> [u8; 4] {
    let [r, g, b, a] = original[idx];
    if a == 0 {
        return [0; 4];
    }
    let color = [r, g, b].map(f32::from);
    let background = edge
        .clusters
        .iter()
        .map(|cluster| cluster.rgb)
        .min_by(|p, q| length2(sub(color, *p)).total_cmp(&length2(sub(color, *q))))
        .unwrap_or([255.0; 3]);
    let offset = sub(color, background);
    let mut best: Option<([f32; 3], f32)> = None;
    for other in around(size, idx, REACH).flatten() {
        if edge.cut[other] || original[other][3] < 128 {
            continue;
        }
        let [r, g, b, _] = original[other];
        let candidate = sub([r, g, b].map(f32::from), background);
        let size2 = length2(candidate);
        let share = dot(offset, candidate) / size2.max(1.0);
        let stray = length2(sub(offset, candidate.map(|v| v * share))).sqrt();
        // A mixture lies on the line from the background to the subject; deeper pixels are purer.
        let depth = f32::from(edge.from_cut[other].min(BAND + 1));
        if share > 0.0 && stray <= 14.0 + 0.12 * length2(offset).sqrt() {
            let rank = size2.sqrt() + 6.0 * depth - stray;
            if best.is_none_or(|(_, most)| rank > most) {
                best = Some((candidate, rank));
            }
        }
    }
    let Some((subject, _)) = best else {
        // Nothing along this line: a colour of its own inside the subject, or noise in the background.
        return if edge.cut[idx] { [0; 4] } else { original[idx] };
    };
    let share = (dot(offset, subject) / length2(subject).max(1.0)).clamp(0.0, 1.0);
    let inner = edge.from_cut[idx] >= 2;
    if !edge.cut[idx] && (share > 0.97 || (inner && share > 0.8)) {
        return original[idx];
    }
    if share < MIN_ALPHA {
        return [0; 4];
    }
    // What is left when the background's share is taken out; at low shares noise would be blown up, so that the
    // subject's colour takes over.
    let own = |channel: usize| {
        let pure = background[channel] + offset[channel] / share;
        let known = background[channel] + subject[channel];
        let trust = ((share - 0.5) * 2.0).clamp(0.0, 1.0);
        (known + (pure.clamp(0.0, 255.0) - known) * trust).round().clamp(0.0, 255.0) as u8
    };
    [own(0), own(1), own(2), (share * f32::from(a)).round() as u8]
}
