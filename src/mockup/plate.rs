//! A view resampled once for an output width: everything that compositing reads, and nothing that depends on colours
//! or artwork.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

use crate::color::Color;
use crate::mockup::footprint::{self, Stretch};
use crate::mockup::heather;
use crate::mockup::layers::Layers;
use crate::mockup::manifest::{MAX_PARTS, Manifest};
use crate::mockup::recent::{Recent, made_outside};
use crate::mockup::resample::{Resampler, RowPlanes};
use crate::pixels::buffer::Buffer;

/// Pixels that share one test against a print's rectangle.
pub(super) const BLOCK_PX: usize = 32;
/// Walls that are kept for a plate.
const KEPT_WALLS: usize = 2;

/// A view at one output width.
///
/// Light and coverage are linear. A plate takes about 28 bytes for a pixel of cloth and 4 for one beside it, with 3 more
/// for each background: planes begin as zeros, which take no memory until they are written.
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
    /// Direct, indirect and specular light of the covered part of each pixel. These planes and those of the main samples
    /// are padded by a block at the end.
    pub(super) light: [Vec<u16>; 3],
    /// Coverage, of 65535.
    pub(super) alpha: Vec<u16>,
    /// The part with the largest share.
    pub(super) part: Vec<u8>,
    /// Pixels that show several parts, sorted.
    pub(super) mixes: Rows<PartMix>,
    /// The panel of the main sample, 0 for none.
    pub(super) panel: Vec<u8>,
    /// The main sample: pattern centimetres, x right and y up.
    pub(super) at: [Vec<f32>; 2],
    /// The main sample: cloth to average over, cm.
    pub(super) footprint: Vec<f32>,
    /// The main sample: its share of the cloth in the pixel, 0 to 1.
    pub(super) weight: Vec<f32>,
    /// Further samples: the other panels of pixels on seams and more places of strongly foreshortened pixels.
    pub(super) taps: Rows<Tap>,
    /// What each `BLOCK_PX` pixels of a row show of the pattern.
    pub(super) blocks: Vec<Block>,
    /// The same of whole rows.
    pub(super) rows: Vec<Block>,
    /// The weights of uneven blocks with a panel: together, so that the memory brings them in time.
    pub(super) uneven: Vec<[f32; BLOCK_PX]>,
    /// Pixels that the garment covers in part. They are few and far between: read from the planes, each would wait for
    /// the memory.
    pub(super) edges: Rows<EdgePixel>,
    /// Light on the wall with the garment's shadow, of 65535.
    pub(super) wall: Vec<u16>,
    /// The walls behind the garment by their colour, three bytes a pixel; black where nothing of them is seen.
    pub(super) walls: Recent<Color, Arc<Buffer>>,
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
    /// Its share of the lit cloth in the pixel, 0 to 1.
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

/// A pixel that the garment covers in part.
#[derive(Debug, Clone, Copy)]
pub(super) struct EdgePixel {
    /// Column.
    pub(super) x: u32,
    /// Coverage, of 65535: neither of the ends.
    pub(super) alpha: u16,
    /// Light on the wall, of 65535.
    pub(super) wall: u16,
}

/// Bounds on the pattern of a run of pixels.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// One bit a panel.
    pub(super) panels: u32,
    /// Least x and y, cm.
    pub(super) low: [f32; 2],
    /// Greatest x and y, cm.
    pub(super) high: [f32; 2],
    /// Largest footprint, cm.
    pub(super) footprint: f32,
    /// Its further samples among the plate's taps.
    pub(super) taps: Range<u32>,
    /// The weights of its main samples among the plate's, unless they are of one panel and all that their pixels show.
    pub(super) uneven: Option<u32>,
    /// How the garment covers it.
    pub(super) cover: Cover,
    /// One bit for each pixel that it covers at least in part.
    pub(super) covered: u32,
    /// The part that all of it is of, if it is.
    pub(super) part: Option<u8>,
}

/// How the garment covers some pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    /// None of them.
    Bare,
    /// All of them wholly.
    Whole,
    /// Some, or in part.
    Edge,
}

/// Entries of a sparse plane, found by row.
pub(super) struct Rows<T> {
    entries: Vec<T>,
    starts: Vec<u32>,
}

impl<T> Rows<T> {
    pub(super) fn new(rows: Vec<Vec<T>>) -> Self {
        let mut starts = vec![0];
        let mut entries = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        for row in rows {
            entries.extend(row);
            starts.push(entries.len() as u32);
        }
        Self { entries, starts }
    }

    /// Entries by their numbers.
    pub(super) fn range(&self, range: &Range<u32>) -> &[T] {
        &self.entries[range.start as usize..range.end as usize]
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
    pub(super) fn new(manifest: &Manifest, layers: &Arc<Layers>, width: usize) -> Self {
        let scale = width as f64 / layers.width as f64;
        let height = (layers.height as f64 * scale).round().max(1.0) as usize;
        let n_pixels = width * height;
        let resampler = Resampler::new(manifest, layers, width, height);
        let mut plate = Self {
            width,
            height,
            cm_per_px: 1.0 / (manifest.px_per_cm * scale),
            exposure: manifest.exposure as f32,
            albedo: manifest.albedo as f32,
            part_names: manifest.parts.keys().cloned().collect(),
            light_unit: manifest.light.max as f32 / 65535.0,
            light: [(); 3].map(|()| vec![0; n_pixels + BLOCK_PX]),
            alpha: vec![0; n_pixels],
            part: vec![0; n_pixels],
            mixes: Rows::new(Vec::new()),
            panel: vec![0; n_pixels + BLOCK_PX],
            at: [(); 2].map(|()| vec![0.0; n_pixels + BLOCK_PX]),
            footprint: vec![0.0; n_pixels + BLOCK_PX],
            weight: vec![0.0; n_pixels + BLOCK_PX],
            taps: Rows::new(Vec::new()),
            blocks: Vec::new(),
            uneven: Vec::new(),
            rows: Vec::new(),
            edges: Rows::new(Vec::new()),
            wall: vec![0; n_pixels],
            walls: Recent::new(KEPT_WALLS),
            layers: Arc::clone(layers),
            heather: OnceLock::new(),
        };
        let simd = Level::new();
        let (mixes, mut taps): (Vec<_>, Vec<_>) =
            plate.rows_mut().map(|(y, row)| dispatch!(simd, _ => resampler.write_row(y, row))).unzip();
        plate.mixes = Rows::new(mixes);
        plate.spread(&mut taps);
        plate.taps = Rows::new(taps);
        plate.blocks = (0..height).into_par_iter().flat_map_iter(|y| plate.blocks_of(y)).collect();
        plate.gather_uneven();
        plate.rows = plate.blocks.chunks(plate.blocks_per_row()).map(Block::around).collect();
        plate.edges = Rows::new((0..height).into_par_iter().map(|y| plate.edges_of(y)).collect());
        plate
    }

    /// The planes' rows with their numbers.
    fn rows_mut(&mut self) -> impl IndexedParallelIterator<Item = (usize, RowPlanes<'_>)> {
        let width = self.width;
        let [direct, indirect, specular] = self.light.each_mut().map(|plane| plane.par_chunks_mut(width));
        let [across, down] = self.at.each_mut().map(|plane| plane.par_chunks_mut(width));
        let words = (direct, indirect, specular, self.alpha.par_chunks_mut(width), self.wall.par_chunks_mut(width));
        let bytes = (self.part.par_chunks_mut(width), self.panel.par_chunks_mut(width));
        let samples = (across, down, self.weight.par_chunks_mut(width));
        (words.into_par_iter(), bytes.into_par_iter(), samples.into_par_iter()).into_par_iter().enumerate().map(
            |(y, ((direct, indirect, specular, alpha, wall), (part, panel), (across, down, weight)))| {
                let row = RowPlanes {
                    light: [direct, indirect, specular],
                    alpha,
                    wall,
                    part,
                    panel,
                    at: [across, down],
                    weight,
                };
                (y, row)
            },
        )
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

    /// The main sample of a pixel.
    #[inline(always)]
    pub(super) fn sample(&self, pixel: usize) -> Sample {
        Sample {
            at: [self.at[0][pixel], self.at[1][pixel]],
            footprint: self.footprint[pixel],
            weight: self.weight[pixel],
        }
    }

    /// How the cloth of this plate's pixels strays from its mean albedo when heathered, in 1/24 standard deviations.
    pub(super) fn heather(&self) -> &[i8] {
        made_outside::<Vec<_>>(&self.heather, || heather::plane(&self.layers, self.width, self.height))
    }

    pub(super) fn blocks_per_row(&self) -> usize {
        self.width.div_ceil(BLOCK_PX)
    }

    /// Finds the footprints, and gives pixels whose cloth is much more foreshortened one way than the other further
    /// taps: one round sample there would be either blurred or jagged.
    fn spread(&mut self, taps: &mut [Vec<Tap>]) {
        let mut sizes = std::mem::take(&mut self.footprint);
        let stretched: Vec<Vec<(usize, Stretch)>> = sizes[..self.width * self.height]
            .par_chunks_mut(self.width)
            .enumerate()
            .map(|(y, row)| footprint::of_row(self, y, row))
            .collect();
        self.footprint = sizes;
        for (y, (stretched, taps)) in stretched.into_iter().zip(taps).enumerate() {
            let row = y * self.width;
            for tap in &mut *taps {
                tap.sample.footprint = self.footprint[row + tap.x as usize];
            }
            for (x, stretch) in stretched {
                self.spread_pixel((x, row + x), stretch, taps);
            }
            taps.sort_by_key(|tap| tap.x);
        }
    }

    /// Replaces the main sample of a pixel by one end of a row of taps and adds the others.
    fn spread_pixel(&mut self, (x, pixel): (usize, usize), stretch: Stretch, taps: &mut Vec<Tap>) {
        let mut sample = self.sample(pixel);
        if sample.weight == 0.0 {
            return;
        }
        sample.weight /= stretch.n_taps as f32;
        let center = sample.at;
        for n in 0..stretch.n_taps {
            let along = (n as f32 + 0.5) / stretch.n_taps as f32 - 0.5;
            sample.at = [0, 1].map(|k| center[k] + along * stretch.axis[k]);
            if n + 1 < stretch.n_taps {
                taps.push(Tap { x: x as u32, panel: self.panel[pixel], sample });
            }
        }
        [self.at[0][pixel], self.at[1][pixel]] = sample.at;
        self.weight[pixel] = sample.weight;
    }

    /// Puts the weights of uneven blocks together.
    fn gather_uneven(&mut self) {
        let per_row = self.blocks_per_row();
        for (idx, block) in self.blocks.iter_mut().enumerate().filter(|(_, block)| block.uneven.is_some()) {
            block.uneven = (block.panels != 0).then_some(self.uneven.len() as u32);
            if block.panels != 0 {
                let first = idx / per_row * self.width + idx % per_row * BLOCK_PX;
                self.uneven.push(*block_of(&self.weight, first));
            }
        }
    }

    /// The pixels of a row that the garment covers in part.
    fn edges_of(&self, y: usize) -> Vec<EdgePixel> {
        let row = y * self.width..(y + 1) * self.width;
        let pixels = self.alpha[row.clone()].iter().zip(&self.wall[row]).zip(0..);
        let edges = pixels.filter(|((alpha, _), _)| !matches!(**alpha, 0 | u16::MAX));
        edges.map(|((alpha, wall), x)| EdgePixel { x, alpha: *alpha, wall: *wall }).collect()
    }

    /// Bounds of a row's blocks.
    fn blocks_of(&self, y: usize) -> Vec<Block> {
        let row = y * self.width;
        let starts = (0..self.width).step_by(BLOCK_PX);
        let mut blocks: Vec<Block> =
            starts.map(|left| self.block(row + left..row + (left + BLOCK_PX).min(self.width))).collect();
        for mix in self.mixes.row(y) {
            blocks[mix.x as usize / BLOCK_PX].part = None;
        }
        for (idx, tap) in (self.taps.starts[y]..).zip(self.taps.row(y)) {
            let block = &mut blocks[tap.x as usize / BLOCK_PX];
            block.include(tap.panel, tap.sample);
            let start = if block.taps.is_empty() { idx } else { block.taps.start };
            block.taps = start..idx + 1;
        }
        blocks
    }

    /// A block without its further samples and mixed pixels.
    fn block(&self, pixels: Range<usize>) -> Block {
        let (first, alphas, panels) = (pixels.start, &self.alpha[pixels.clone()], &self.panel[pixels.clone()]);
        let is_even = panels.iter().all(|panel| *panel == panels[0])
            && panels[0] != 0
            && self.weight[pixels.clone()].iter().all(|weight| *weight == 1.0);
        let cover = match alphas[0] {
            0 if alphas.iter().all(|alpha| *alpha == 0) => Cover::Bare,
            u16::MAX if alphas.iter().all(|alpha| *alpha == u16::MAX) => Cover::Whole,
            _ => Cover::Edge,
        };
        let is_covered = |(x, alpha): (usize, &u16)| u32::from(*alpha > 0) << x;
        let covered = alphas.iter().enumerate().map(is_covered).sum();
        let part = self.part[first];
        let part = self.part[pixels.clone()].iter().all(|other| *other == part).then_some(part);
        let (low, high) = ([f32::MAX; 2], [f32::MIN; 2]);
        let mut block = Block { panels: 0, low, high, footprint: 0.0, taps: 0..0, uneven: None, cover, covered, part };
        block.uneven = (!is_even).then_some(0);
        for pixel in pixels.filter(|pixel| self.panel[*pixel] != 0) {
            block.include(self.panel[pixel], self.sample(pixel));
        }
        block
    }
}

/// A block's values of a padded plane; those behind the end of the row are not the block's.
#[inline(always)]
pub(super) fn block_of<T>(plane: &[T], first: usize) -> &[T; BLOCK_PX] {
    plane[first..].first_chunk().expect("the plane is padded by a block")
}

impl Block {
    /// What several blocks show of the pattern; the rest is that of none.
    fn around(blocks: &[Self]) -> Self {
        let (low, high) = ([f32::MAX; 2], [f32::MIN; 2]);
        let none = Self {
            panels: 0,
            low,
            high,
            footprint: 0.0,
            taps: 0..0,
            uneven: None,
            cover: Cover::Edge,
            covered: 0,
            part: None,
        };
        blocks.iter().fold(none, |hull, block| Self {
            panels: hull.panels | block.panels,
            low: [0, 1].map(|k| hull.low[k].min(block.low[k])),
            high: [0, 1].map(|k| hull.high[k].max(block.high[k])),
            footprint: hull.footprint.max(block.footprint),
            ..hull
        })
    }

    fn include(&mut self, panel: u8, sample: Sample) {
        if panel == 0 || sample.weight == 0.0 {
            return;
        }
        self.panels |= 1 << panel;
        self.footprint = self.footprint.max(sample.footprint);
        for k in 0..2 {
            self.low[k] = self.low[k].min(sample.at[k]);
            self.high[k] = self.high[k].max(sample.at[k]);
        }
    }
}
