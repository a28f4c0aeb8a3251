//! How much of the pattern lies in a pixel: from the coordinates of its neighbours.

use crate::mockup::plate::{BLOCK_PX, Plate};

/// Cloth this much more foreshortened one way than the other takes several samples.
const STRETCH: f32 = 1.4;
/// Most samples for one pixel.
const MAX_TAPS: f32 = 4.0;
/// Neighbours farther apart on the cloth than this many pixels have a fold between them.
const FOLD: f32 = 8.0;

/// A pixel whose cloth is much more foreshortened one way than the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The longer axis of the pixel on the pattern, cm.
    pub(super) axis: [f32; 2],
    /// How many taps to take along it, at least 2.
    pub(super) n_taps: usize,
}

/// Writes the side of the square to average over, cm, for every pixel of a row, and tells which are stretched.
pub(super) fn of_row(plate: &Plate, y: usize, sizes: &mut [f32]) -> Vec<(usize, Stretch)> {
    let mut stretched = Vec::new();
    for (idx, sizes) in sizes.chunks_mut(BLOCK_PX).enumerate() {
        let left = idx * BLOCK_PX;
        let panels = &plate.panel[y * plate.width + left..][..sizes.len()];
        if panels.iter().all(|panel| *panel == 0) {
            continue;
        }
        let plain = of_plain_block(plate, left, y).unwrap_or([0.0; BLOCK_PX]);
        for (x, size) in sizes.iter_mut().enumerate().filter(|(x, _)| panels[*x] != 0) {
            *size = plain[x];
            if *size > 0.0 {
                continue;
            }
            let across = slope(plate, left + x, y, (1, 0));
            let down = slope(plate, left + x, y, (0, 1));
            let (round, stretch) = of_slopes(across, down, plate.cm_per_px as f32);
            *size = round;
            stretched.extend(stretch.map(|stretch| (left + x, stretch)));
        }
    }
    stretched
}

/// The sizes of a block inside one panel, zero for pixels that take a closer look; `None` unless the block and all
/// neighbours are of the same panel.
fn of_plain_block(plate: &Plate, left: usize, y: usize) -> Option<[f32; BLOCK_PX]> {
    if left == 0 || y == 0 || left + BLOCK_PX >= plate.width || y + 1 >= plate.height {
        return None;
    }
    let rows = [y - 1, y, y + 1].map(|y| y * plate.width + left - 1..y * plate.width + left + BLOCK_PX + 1);
    let panel = plate.panel[rows[1].start];
    if !rows.iter().all(|row| plate.panel[row.clone()].iter().all(|other| *other == panel)) {
        return None;
    }
    let mut sizes = [0.0; BLOCK_PX];
    let fold = (FOLD * plate.cm_per_px as f32) * (FOLD * plate.cm_per_px as f32);
    let [planes_x, planes_y] = plate.at.each_ref().map(|plane| rows.each_ref().map(|row| &plane[row.clone()]));
    let ([above_x, here_x, below_x], [above_y, here_y, below_y]) = (planes_x, planes_y);
    // of one length, so that the loop needs no checks
    let n = BLOCK_PX + 2;
    let [above_x, here_x, below_x] = [&above_x[..n], &here_x[..n], &below_x[..n]];
    let [above_y, here_y, below_y] = [&above_y[..n], &here_y[..n], &below_y[..n]];
    for (x, size) in sizes.iter_mut().enumerate() {
        let (u, v) = (here_x[x + 1], here_y[x + 1]);
        let steps = [
            [u - here_x[x], v - here_y[x]],
            [here_x[x + 2] - u, here_y[x + 2] - v],
            [u - above_x[x + 1], v - above_y[x + 1]],
            [below_x[x + 1] - u, below_y[x + 1] - v],
        ];
        let squares = steps.map(|step| step[0] * step[0] + step[1] * step[1]);
        let longest = squares[0].max(squares[1]).max(squares[2]).max(squares[3]);
        let a = [(steps[0][0] + steps[1][0]) * 0.5, (steps[0][1] + steps[1][1]) * 0.5];
        let d = [(steps[2][0] + steps[3][0]) * 0.5, (steps[2][1] + steps[3][1]) * 0.5];
        let singular = Singular::new(a, d);
        // singular values s + r and s - r squared: their quotient is below the square of STRETCH
        let most = (STRETCH * STRETCH - 1.0) / (STRETCH * STRETCH + 1.0) * singular.mean;
        let round = singular.root_squared < most * most && longest < fold;
        *size = if round { singular.area.abs().sqrt() } else { 0.0 };
    }
    Some(sizes)
}

/// What the singular values of a 2 x 2 matrix are made from: their squares are `mean` plus and minus the root of
/// `root_squared`, their product is the size of `area`.
struct Singular {
    mean: f32,
    /// Half the difference of the columns' squared lengths.
    half: f32,
    /// The columns' scalar product.
    product: f32,
    root_squared: f32,
    area: f32,
}

impl Singular {
    #[inline(always)]
    fn new(a: [f32; 2], d: [f32; 2]) -> Self {
        let (aa, dd) = (a[0] * a[0] + a[1] * a[1], d[0] * d[0] + d[1] * d[1]);
        let product = a[0] * d[0] + a[1] * d[1];
        let half = (aa - dd) * 0.5;
        Self {
            mean: (aa + dd) * 0.5,
            half,
            product,
            root_squared: half * half + product * product,
            area: a[0] * d[1] - a[1] * d[0],
        }
    }
}

/// Side of the square to average over, and how the pixel is stretched if it is, from the change of the coordinates
/// across and down one pixel.
fn of_slopes(across: Option<[f32; 2]>, down: Option<[f32; 2]>, cm_per_px: f32) -> (f32, Option<Stretch>) {
    let (Some(a), Some(d)) = (across, down) else { return (cm_per_px, None) };
    let singular = Singular::new(a, d);
    let root = singular.root_squared.sqrt();
    let major = (singular.mean + root).sqrt();
    let minor = singular.area.abs() / major.max(1e-9);
    if major < STRETCH * minor.max(1e-9) {
        return (singular.area.abs().sqrt(), None);
    }
    let n_taps = (major / minor.max(1e-9)).round().clamp(2.0, MAX_TAPS);
    // direction in the picture whose step is the longest on the cloth
    let (half, product) = (singular.half, singular.product);
    let (rx, ry) = if half >= 0.0 { (half + root, product) } else { (product, root - half) };
    let length = (rx * rx + ry * ry).sqrt().max(1e-12);
    let axis = [0, 1].map(|k| (a[k] * rx + d[k] * ry) / length);
    (minor.max(major / n_taps), Some(Stretch { axis, n_taps: n_taps as usize }))
}

/// Change of the coordinates for one pixel along `axis`, unless no neighbour is of the same piece of cloth.
fn slope(plate: &Plate, x: usize, y: usize, axis: (usize, usize)) -> Option<[f32; 2]> {
    let here = y * plate.width + x;
    let stride = axis.0 + axis.1 * plate.width;
    let next = (x + axis.0 < plate.width && y + axis.1 < plate.height).then_some(here + stride);
    let last = (x >= axis.0 && y >= axis.1).then(|| here - stride);
    let step = |from: Option<usize>, to: Option<usize>| {
        let (from, to) = (from?, to?);
        let step = plate.at.each_ref().map(|plane| plane[to] - plane[from]);
        let length = (step[0] * step[0] + step[1] * step[1]).sqrt();
        let same = plate.panel[from] == plate.panel[here] && plate.panel[to] == plate.panel[here];
        (same && length < FOLD * plate.cm_per_px as f32).then_some(step)
    };
    match (step(last, Some(here)), step(Some(here), next)) {
        (Some(a), Some(b)) => Some([(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]),
        (one, None) | (None, one) => one,
    }
}
