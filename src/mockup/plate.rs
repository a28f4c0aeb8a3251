//! A view resampled once for an output width: everything that compositing reads, and nothing that depends on colours
//! or artwork.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::math;
use crate::mockup::heather;
use crate::mockup::layers::Layers;
use crate::mockup::manifest::{MAX_PARTS, Manifest};

/// Pixels that share one test against a print's rectangle.
pub(super) const BLOCK_PX: usize = 32;
/// Most panels that one pixel can show; the least are dropped.
const PANELS_PER_PIXEL: usize = 4;
/// Smallest share of a pixel for which a further panel is kept.
const LEAST_SHARE: f32 = 1.0 / 512.0;
/// Cloth this much more foreshortened one way than the other takes several samples.
const STRETCH: f64 = 1.4;
/// Most samples for one pixel.
const MAX_TAPS: f64 = 4.0;
/// The wall's light is flattened by this exponent after it was brightened by `WALL_GAIN`.
const WALL_GAMMA: f64 = 0.35;
const WALL_GAIN: f64 = 1.12;
/// Strength of the garment's shadow on the wall.
const SHADOW: f64 = 0.5;

/// A view at one output width.
///
/// Light and coverage are linear. A plate takes about 33 bytes a pixel.
pub struct Plate {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Cloth that one pixel spans where it faces the camera, cm.
    pub(super) cm_per_px: f64,
    pub(super) exposure: f32,
    pub(super) albedo: f32,
    /// Names of the parts that `part` and `mixes` count.
    pub(super) part_names: Vec<String>,
    /// Light of `[u16; 3]` values: the manifest's `max` over 65535.
    pub(super) light_unit: f32,
    /// Direct, indirect and specular light of the covered part of each pixel.
    pub(super) light: Vec<[u16; 3]>,
    /// Coverage, of 65535.
    pub(super) alpha: Vec<u16>,
    /// The part with the largest share.
    pub(super) part: Vec<u8>,
    /// Pixels that show several parts, sorted.
    pub(super) mixes: Rows<PartMix>,
    /// The panel of the main sample, 0 for none.
    pub(super) panel: Vec<u8>,
    pub(super) samples: Vec<Sample>,
    /// Further samples: the other panels of pixels on seams and more places of strongly foreshortened pixels.
    pub(super) taps: Rows<Tap>,
    /// What each `BLOCK_PX` pixels of a row show of the pattern.
    pub(super) blocks: Vec<Block>,
    /// Light on the wall with the garment's shadow, of 65535.
    pub(super) wall: Vec<u16>,
    layers: Arc<Layers>,
    heather: OnceLock<Vec<i8>>,
}

/// A place on the pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sample {
    /// Pattern centimetres, x right and y up.
    pub(super) at: [f32; 2],
    /// Cloth to average over, cm.
    pub(super) footprint: f32,
    /// Its share of the cloth in the pixel, 0 to 1.
    pub(super) weight: f32,
}

/// A further sample of a pixel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tap {
    /// Column.
    pub(super) x: u32,
    pub(super) panel: u8,
    pub(super) sample: Sample,
}

/// The parts of a pixel that shows several.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartMix {
    /// Column.
    pub(super) x: u32,
    /// Shares; they add up to 1.
    pub(super) shares: [f32; MAX_PARTS],
}

/// Bounds on the pattern of a run of pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// One bit a panel.
    pub(super) panels: u32,
    /// Least x and y, cm.
    pub(super) low: [f32; 2],
    /// Greatest x and y, cm.
    pub(super) high: [f32; 2],
    /// Largest footprint, cm.
    pub(super) footprint: f32,
}

/// Entries of a sparse plane, found by row.
pub(super) struct Rows<T> {
    entries: Vec<T>,
    starts: Vec<u32>,
}

impl<T> Rows<T> {
    fn new(rows: Vec<Vec<T>>) -> Self {
        let mut starts = vec![0];
        let mut entries = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        for row in rows {
            entries.extend(row);
            starts.push(entries.len() as u32);
        }
        Self { entries, starts }
    }

    /// The entries of row `y`.
    pub(super) fn row(&self, y: usize) -> &[T] {
        &self.entries[self.starts[y] as usize..self.starts[y + 1] as usize]
    }
}

impl std::fmt::Debug for Plate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plate({} x {})", self.width, self.height)
    }
}

impl Plate {
    /// Resamples a view to `width` pixels.
    pub(super) fn new(manifest: &Manifest, layers: Arc<Layers>, width: usize) -> Self {
        let scale = width as f64 / layers.width as f64;
        let height = (layers.height as f64 * scale).round().max(1.0) as usize;
        let resampler = Resampler::new(manifest, &layers, width, height);
        let rows: Vec<Row> = (0..height).into_par_iter().map(|y| resampler.row(y)).collect();
        let cm_per_px = 1.0 / (manifest.px_per_cm * scale);
        let mut plate = Self::from_rows(rows, width, cm_per_px, layers);
        plate.exposure = manifest.exposure as f32;
        plate.albedo = manifest.albedo as f32;
        plate.light_unit = manifest.light.max as f32 / 65535.0;
        plate.part_names = manifest.parts.keys().cloned().collect();
        plate
    }

    fn from_rows(rows: Vec<Row>, width: usize, cm_per_px: f64, layers: Arc<Layers>) -> Self {
        let height = rows.len();
        let n_pixels = width * height;
        let mut plate = Self {
            width,
            height,
            cm_per_px,
            exposure: 1.0,
            albedo: 1.0,
            part_names: Vec::new(),
            light_unit: 1.0,
            light: Vec::with_capacity(n_pixels),
            alpha: Vec::with_capacity(n_pixels),
            part: Vec::with_capacity(n_pixels),
            mixes: Rows::new(Vec::new()),
            panel: Vec::with_capacity(n_pixels),
            samples: Vec::with_capacity(n_pixels),
            taps: Rows::new(Vec::new()),
            blocks: Vec::new(),
            wall: Vec::with_capacity(n_pixels),
            layers,
            heather: OnceLock::new(),
        };
        let (mut mixes, mut taps) = (Vec::with_capacity(height), Vec::with_capacity(height));
        for row in rows {
            plate.light.extend(row.light);
            plate.alpha.extend(row.alpha);
            plate.part.extend(row.part);
            plate.panel.extend(row.panel);
            plate.samples.extend(row.samples);
            plate.wall.extend(row.wall);
            mixes.push(row.mixes);
            taps.push(row.taps);
        }
        plate.mixes = Rows::new(mixes);
        let footprints: Vec<Vec<Footprint>> = (0..height).into_par_iter().map(|y| plate.footprints(y)).collect();
        for (y, row) in footprints.into_iter().enumerate() {
            plate.spread(y, &row, &mut taps[y]);
        }
        plate.taps = Rows::new(taps);
        plate.blocks = (0..height).into_par_iter().flat_map_iter(|y| plate.blocks_of(y)).collect();
        plate
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width as u32
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height as u32
    }

    /// How the cloth of this plate's pixels strays from its mean albedo when heathered, in 1/24 standard deviations.
    pub(super) fn heather(&self) -> &[i8] {
        self.heather.get_or_init(|| heather::plane(&self.layers, self.width, self.height))
    }

    pub(super) fn blocks_per_row(&self) -> usize {
        self.width.div_ceil(BLOCK_PX)
    }

    /// How the pattern lies in each pixel of a row, from the coordinates of its neighbours.
    fn footprints(&self, y: usize) -> Vec<Footprint> {
        (0..self.width)
            .map(|x| {
                if self.panel[y * self.width + x] == 0 {
                    return Footprint::default();
                }
                let across = self.slope(x, y, (1, 0));
                let down = self.slope(x, y, (0, 1));
                Footprint::new(across, down, self.cm_per_px)
            })
            .collect()
    }

    /// Change of the coordinates for one pixel along `axis`, unless no neighbour is of the same piece of cloth.
    fn slope(&self, x: usize, y: usize, axis: (usize, usize)) -> Option<[f64; 2]> {
        let here = y * self.width + x;
        let stride = axis.0 + axis.1 * self.width;
        let next = (x + axis.0 < self.width && y + axis.1 < self.height).then_some(here + stride);
        let last = (x >= axis.0 && y >= axis.1).then(|| here - stride);
        let step = |from: Option<usize>, to: Option<usize>| {
            let (from, to) = (from?, to?);
            let (a, b) = (self.samples[from].at, self.samples[to].at);
            let step = [f64::from(b[0]) - f64::from(a[0]), f64::from(b[1]) - f64::from(a[1])];
            let length = (step[0] * step[0] + step[1] * step[1]).sqrt();
            let same = self.panel[from] == self.panel[here] && self.panel[to] == self.panel[here];
            (same && length < 8.0 * self.cm_per_px).then_some(step)
        };
        match (step(last, Some(here)), step(Some(here), next)) {
            (Some(a), Some(b)) => Some([(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]),
            (one, None) | (None, one) => one,
        }
    }

    /// Writes the footprints of a row, and further taps for pixels whose cloth is much more foreshortened one way than
    /// the other: one round sample there would be either blurred or jagged.
    fn spread(&mut self, y: usize, footprints: &[Footprint], taps: &mut Vec<Tap>) {
        let row = y * self.width;
        for tap in &mut *taps {
            tap.sample.footprint = footprints[tap.x as usize].size as f32;
        }
        for (x, footprint) in footprints.iter().enumerate() {
            let sample = &mut self.samples[row + x];
            sample.footprint = footprint.size as f32;
            if footprint.n_taps < 2.0 || sample.weight == 0.0 {
                continue;
            }
            sample.weight /= footprint.n_taps as f32;
            let center = sample.at;
            for n in 0..footprint.n_taps as usize {
                let along = (n as f64 + 0.5) / footprint.n_taps - 0.5;
                sample.at = [0, 1].map(|k| center[k] + (along * footprint.axis[k]) as f32);
                if n + 1 < footprint.n_taps as usize {
                    taps.push(Tap { x: x as u32, panel: self.panel[row + x], sample: *sample });
                }
            }
        }
        taps.sort_by_key(|tap| tap.x);
    }

    /// Bounds of a row's blocks.
    fn blocks_of(&self, y: usize) -> Vec<Block> {
        let empty = Block { panels: 0, low: [f32::MAX; 2], high: [f32::MIN; 2], footprint: 0.0 };
        let mut blocks = vec![empty; self.blocks_per_row()];
        let row = y * self.width..(y + 1) * self.width;
        let main = self.panel[row.clone()].iter().zip(&self.samples[row]).enumerate();
        let further = self.taps.row(y).iter().map(|tap| (tap.x as usize, (&tap.panel, &tap.sample)));
        for (x, (panel, sample)) in main.chain(further) {
            if *panel == 0 || sample.weight == 0.0 {
                continue;
            }
            let block = &mut blocks[x / BLOCK_PX];
            block.panels |= 1 << *panel;
            block.footprint = block.footprint.max(sample.footprint);
            for k in 0..2 {
                block.low[k] = block.low[k].min(sample.at[k]);
                block.high[k] = block.high[k].max(sample.at[k]);
            }
        }
        blocks
    }
}

/// How the pattern lies in one pixel.
#[derive(Debug, Clone, Copy, Default)]
struct Footprint {
    /// Side of the square to average over at each tap, cm.
    size: f64,
    /// The longer axis of the pixel on the pattern, cm.
    axis: [f64; 2],
    /// How many taps along it.
    n_taps: f64,
}

impl Footprint {
    /// From the change of the coordinates across and down one pixel.
    fn new(across: Option<[f64; 2]>, down: Option<[f64; 2]>, cm_per_px: f64) -> Self {
        let (Some(a), Some(d)) = (across, down) else {
            return Self { size: cm_per_px, axis: [0.0; 2], n_taps: 1.0 };
        };
        // singular values of the 2 x 2 matrix with columns a and d
        let (aa, ad, dd) = (a[0] * a[0] + a[1] * a[1], a[0] * d[0] + a[1] * d[1], d[0] * d[0] + d[1] * d[1]);
        let half = (aa - dd) / 2.0;
        let root = (half * half + ad * ad).sqrt();
        let major = ((aa + dd) / 2.0 + root).sqrt();
        let minor = ((aa + dd) / 2.0 - root).max(0.0).sqrt();
        if major < STRETCH * minor.max(1e-9) {
            return Self { size: (major * minor).sqrt(), axis: [0.0; 2], n_taps: 1.0 };
        }
        let n_taps = (major / minor.max(1e-9)).round().clamp(2.0, MAX_TAPS);
        // direction in the picture whose step is the longest on the cloth
        let (rx, ry) = if half >= 0.0 { (half + root, ad) } else { (ad, root - half) };
        let length = (rx * rx + ry * ry).sqrt().max(1e-12);
        let axis = [0, 1].map(|k| (a[k] * rx + d[k] * ry) / length);
        Self { size: minor.max(major / n_taps), axis, n_taps }
    }
}

/// One row of a plate in the making.
struct Row {
    light: Vec<[u16; 3]>,
    alpha: Vec<u16>,
    part: Vec<u8>,
    mixes: Vec<PartMix>,
    panel: Vec<u8>,
    samples: Vec<Sample>,
    taps: Vec<Tap>,
    wall: Vec<u16>,
}

/// Tables and source positions for resampling one view.
struct Resampler<'a> {
    layers: &'a Layers,
    columns: Vec<Span>,
    rows: Vec<Span>,
    /// Linear light over the manifest's `max`, by byte.
    square: [f32; 256],
    wall: [f32; 256],
    shade: [f32; 256],
    unit: [f64; 3],
    /// First seam pixel of every source row.
    seam_rows: Vec<usize>,
}

/// Source pixels of one output pixel along one axis, and their weights, which add up to 1.
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) weights: Vec<f32>,
}

/// The source pixels that `n_out` output pixels average: by covered area when shrinking, by a tent when growing.
pub(super) fn spans(n_in: usize, n_out: usize) -> Vec<Span> {
    let step = n_in as f64 / n_out as f64;
    (0..n_out)
        .map(|idx| {
            let (from, to) = (idx as f64 * step, (idx + 1) as f64 * step);
            let center = (from + to) / 2.0;
            let weight = |source: usize| {
                let source = source as f64;
                if step >= 1.0 {
                    (to.min(source + 1.0) - from.max(source)).max(0.0)
                } else {
                    (1.0 - (source + 0.5 - center).abs()).max(0.0)
                }
            };
            let (first, last) = if step >= 1.0 { (from, to) } else { (center - 1.5, center + 1.5) };
            let range = first.max(0.0) as usize..(last.ceil().max(1.0) as usize).min(n_in);
            let weights: Vec<f64> = range.clone().map(weight).collect();
            let total: f64 = weights.iter().sum();
            Span { range, weights: weights.iter().map(|weight| (weight / total) as f32).collect() }
        })
        .collect()
}

/// Sums over the source pixels of one output pixel.
#[derive(Default)]
struct Sums {
    wall: f32,
    alpha: f32,
    light: [f32; 3],
    parts: [f32; MAX_PARTS],
    panels: [PanelSum; PANELS_PER_PIXEL],
}

#[derive(Clone, Copy, Default)]
struct PanelSum {
    panel: u8,
    weight: f32,
    uv: [f64; 2],
}

impl Sums {
    /// Adds cloth of one panel.
    fn add(&mut self, panel: u8, weight: f32, uv: [f32; 2]) {
        let slot = self.panels.iter_mut().find(|sum| sum.panel == panel || sum.panel == 0);
        if let Some(sum) = slot {
            sum.panel = panel;
            sum.weight += weight;
            for (sum, value) in sum.uv.iter_mut().zip(uv) {
                *sum += f64::from(weight) * f64::from(value);
            }
        }
    }
}

impl<'a> Resampler<'a> {
    fn new(manifest: &Manifest, layers: &'a Layers, width: usize, height: usize) -> Self {
        let table =
            |value: &dyn Fn(f64) -> f64| std::array::from_fn(|byte| value((byte as f64 / 255.0).powi(2)) as f32);
        let unit = manifest.uv.unit_cm;
        let mut seam_rows = vec![0; layers.height + 1];
        for seam in &layers.seams {
            seam_rows[seam.pixel as usize / layers.width + 1] += 1;
        }
        for y in 0..layers.height {
            seam_rows[y + 1] += seam_rows[y];
        }
        Self {
            layers,
            columns: spans(layers.width, width),
            rows: spans(layers.height, height),
            square: table(&|light| light),
            wall: table(&|light| math::powf((light * WALL_GAIN).min(1.0), WALL_GAMMA)),
            shade: table(&|light| 1.0 - SHADOW * (1.0 - light)),
            unit: [unit / 65535.0, unit * manifest.uv.origin[0], unit * manifest.uv.origin[1]],
            seam_rows,
        }
    }

    fn row(&self, y: usize) -> Row {
        let n = self.columns.len();
        let mut row = Row {
            light: vec![[0; 3]; n],
            alpha: vec![0; n],
            part: vec![0; n],
            mixes: Vec::new(),
            panel: vec![0; n],
            samples: vec![Sample::default(); n],
            taps: Vec::new(),
            wall: vec![0; n],
        };
        for (x, span) in self.columns.iter().enumerate() {
            self.write(&self.sum(span, &self.rows[y]), x, &mut row);
        }
        row
    }

    fn sum(&self, across: &Span, down: &Span) -> Sums {
        let layers = self.layers;
        let mut sums = Sums::default();
        for (y, weight_y) in down.range.clone().zip(&down.weights) {
            let mut seams = &layers.seams[self.seam_rows[y]..self.seam_rows[y + 1]];
            if !seams.is_empty() {
                let first = (y * layers.width + across.range.start) as u32;
                seams = &seams[seams.partition_point(|seam| seam.pixel < first)..];
            }
            for (x, weight_x) in across.range.clone().zip(&across.weights) {
                let weight = weight_x * weight_y;
                let pixel = y * layers.width + x;
                sums.wall += weight
                    * self.wall[usize::from(layers.backdrop[pixel])]
                    * self.shade[usize::from(layers.shadow[pixel])];
                if layers.alpha[pixel] == 0 {
                    continue;
                }
                let cover = weight * f32::from(layers.alpha[pixel]) / 255.0;
                sums.alpha += cover;
                for (sum, byte) in sums.light.iter_mut().zip(layers.light[pixel]) {
                    *sum += cover * self.square[usize::from(byte)];
                }
                for (sum, share) in sums.parts.iter_mut().zip(layers.parts[pixel]) {
                    *sum += cover * f32::from(share);
                }
                if layers.panel[pixel] != 0 {
                    let share = cover * f32::from(layers.share[pixel]) / 255.0;
                    sums.add(layers.panel[pixel], share, layers.uv[pixel].map(f32::from));
                }
                while let Some(seam) = seams.first().filter(|seam| seam.pixel as usize <= pixel) {
                    if seam.pixel as usize == pixel {
                        sums.add(seam.panel, cover * f32::from(seam.share) / 255.0, seam.uv);
                    }
                    seams = &seams[1..];
                }
            }
        }
        sums
    }

    /// Normalises the sums and stores them.
    fn write(&self, sums: &Sums, x: usize, row: &mut Row) {
        let word = |value: f32| (value * 65535.0 + 0.5).clamp(0.0, 65535.0) as u16;
        row.wall[x] = word(sums.wall);
        row.alpha[x] = word(sums.alpha);
        if sums.alpha <= 0.0 {
            return;
        }
        row.light[x] = sums.light.map(|light| word(light / sums.alpha));
        let total: f32 = sums.parts.iter().sum();
        let shares = sums.parts.map(|part| part / total.max(1e-9));
        let main = (0..MAX_PARTS).fold(0, |best, part| if shares[part] > shares[best] { part } else { best });
        row.part[x] = main as u8;
        if shares[main] < 0.999 && total > 0.0 {
            row.mixes.push(PartMix { x: x as u32, shares });
        }
        let mut panels = sums.panels;
        panels.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        for (idx, sum) in panels.iter().enumerate() {
            let weight = (sum.weight / sums.alpha).min(1.0);
            if sum.panel == 0 || weight < LEAST_SHARE {
                continue;
            }
            let cm = |k: usize| (sum.uv[k] / f64::from(sum.weight) * self.unit[0] - self.unit[k + 1]) as f32;
            let sample = Sample { at: [cm(0), cm(1)], footprint: 0.0, weight };
            if idx == 0 {
                row.panel[x] = sum.panel;
                row.samples[x] = sample;
            } else {
                row.taps.push(Tap { x: x as u32, panel: sum.panel, sample });
            }
        }
    }
}
