//! The layers of a view, decoded and checked: what plates are made from.

use std::io::Cursor;
use std::sync::OnceLock;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::mockup::error::MockupError;
use crate::mockup::manifest::{MAX_PANELS, MAX_PARTS, Manifest};
use crate::mockup::plate::Rows;

/// Farthest pixel from which a panel's coordinates are continued across its seam.
const SEAM_REACH: isize = 3;
/// Smallest share of a pixel, of 255, for which a second panel is worth an entry.
const SEAM_SHARE: u16 = 4;
/// Pixels that are told at once to be all of one kind.
const RUN: usize = 8;

/// The kind of pixels that show no cloth.
pub(super) const NO_CLOTH: u8 = 0;
/// The kind of pixels at edges and seams, which have an entry in `mixed`. All others are a [`Cloth`].
pub(super) const MIXED: u8 = u8::MAX;

/// A view at its full size. All planes have `width * height` entries, rows from the top.
pub(super) struct Layers {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Centimetres of cloth that faces the camera in a pixel.
    pub(super) cm_per_px: f32,
    /// Square roots of direct, indirect and specular light over the manifest's `max`, three bytes a pixel.
    pub(super) light: Vec<u8>,
    /// Coverage of the garment.
    pub(super) alpha: Vec<u8>,
    /// Pattern coordinates as the file has them.
    pub(super) uv: Vec<[u16; 2]>,
    /// Panel whose outer side has most of the pixel, 0 for none.
    pub(super) panel: Vec<u8>,
    /// [`NO_CLOTH`], [`MIXED`], or a [`Cloth`] that covers the whole pixel.
    pub(super) kind: Vec<u8>,
    /// What mixed pixels show.
    pub(super) mixed: Rows<MixedPixel>,
    /// Other panels in pixels on seams.
    pub(super) seams: Rows<SeamPixel>,
    /// Square root of the shadow's transmission.
    pub(super) shadow: Vec<u8>,
    /// Square root of the light on the wall.
    pub(super) backdrop: Vec<u8>,
    /// How heathered cloth strays from its mean, made on first use.
    pub(super) heather: OnceLock<Vec<i8>>,
}

/// What covers the whole of a pixel: one panel of one part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cloth {
    /// 0 for an inner side.
    pub(super) panel: u8,
    pub(super) part: u8,
}

impl Cloth {
    fn kind(self) -> u8 {
        1 + self.part * (MAX_PANELS as u8 + 1) + self.panel
    }

    #[inline(always)]
    pub(super) fn of_kind(kind: u8) -> Option<Self> {
        let index = kind.checked_sub(1).filter(|_| kind != MIXED)?;
        Some(Self { panel: index % (MAX_PANELS as u8 + 1), part: index / (MAX_PANELS as u8 + 1) })
    }

    /// The panel's share and those of all parts, of 255.
    pub(super) fn shares(self) -> (u8, [u8; MAX_PARTS]) {
        let mut parts = [0; MAX_PARTS];
        parts[usize::from(self.part) % MAX_PARTS] = u8::MAX;
        (u8::MAX, parts)
    }
}

/// The cloth of a pixel at an edge or a seam.
#[derive(Debug, Clone, Copy)]
pub(super) struct MixedPixel {
    pub(super) pixel: u32,
    /// How much of the cloth in the pixel is the panel's, of 255.
    pub(super) share: u8,
    /// How much of the cloth in the pixel is each part's, of 255.
    pub(super) parts: [u8; MAX_PARTS],
}

/// A second panel in one pixel, its coordinates continued across the seam.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeamPixel {
    pub(super) pixel: u32,
    pub(super) panel: u8,
    /// How much of the cloth in the pixel is this panel's, of 255.
    pub(super) share: u8,
    /// In units of the UV layer; may leave its range.
    pub(super) uv: [f32; 2],
}

/// A file of the manifest.
pub(super) struct LayerFile<'a> {
    pub(super) name: &'a str,
    pub(super) sha256: &'a str,
    pub(super) bytes: Vec<u8>,
}

impl Layers {
    /// Checks the hashes of the manifest's files and decodes them; they come in the order of [`Manifest::layers`].
    pub(super) fn decode(manifest: &Manifest, files: &[LayerFile<'_>]) -> Result<Self, MockupError> {
        let mut planes = files
            .par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(idx, file)| {
                check_hash(file)?;
                let kind = [Kind::Rgb8, Kind::Rgb16].get(idx).copied().unwrap_or(Kind::Gray8);
                decode_png(manifest, file, kind)
            })
            .collect::<Vec<_>>()
            .into_iter();
        // the first failure in the order of the files is told, not the first in time
        let mut plane = || planes.next().expect("there is a result for every file");
        let (light, uv) = (plane()?.bytes, plane()?);
        if uv.bytes.iter().any(|panel| usize::from(*panel) >= manifest.uv.panels.len()) {
            return Err(MockupError::manifest("/uv/panels", "the UV layer holds a panel index beyond this list"));
        }
        let (alpha, shadow, backdrop) = (plane()?.bytes, plane()?.bytes, plane()?.bytes);
        let masks = manifest.masks.keys().map(|name| {
            let part = manifest.parts.values().position(|masks| masks.contains(name)).unwrap_or_default();
            Ok(Mask { part: part as u8, panel: manifest.mask_panel(name), plane: plane()?.bytes })
        });
        let masks = masks.collect::<Result<Vec<_>, MockupError>>()?;
        let mut layers = Self {
            width: manifest.width as usize,
            height: manifest.height as usize,
            cm_per_px: (1.0 / manifest.px_per_cm) as f32,
            light,
            alpha,
            kind: vec![NO_CLOTH; uv.bytes.len()],
            uv: uv.pairs,
            panel: uv.bytes,
            mixed: Rows::new(Vec::new()),
            seams: Rows::new(Vec::new()),
            shadow,
            backdrop,
            heather: OnceLock::new(),
        };
        layers.share_out(&masks);
        Ok(layers)
    }

    /// Turns coverages into shares of the cloth in each pixel and finds the second panels on seams.
    fn share_out(&mut self, masks: &[Mask]) {
        let mut kind = std::mem::take(&mut self.kind);
        let rows = kind.par_chunks_mut(self.width).enumerate();
        let (mixed, seams) = rows.map(|(y, kinds)| self.share_out_row(y, kinds, masks)).unzip();
        self.kind = kind;
        self.mixed = Rows::new(mixed);
        self.seams = Rows::new(seams);
    }

    fn share_out_row(&self, y: usize, kinds: &mut [u8], masks: &[Mask]) -> (Vec<MixedPixel>, Vec<SeamPixel>) {
        let (mut mixed, mut seams) = (Vec::new(), Vec::new());
        for (idx, kinds) in kinds.chunks_mut(RUN).enumerate() {
            let first = y * self.width + idx * RUN;
            let pixels = first..first + kinds.len();
            let alphas = &self.alpha[pixels.clone()];
            if alphas.iter().all(|alpha| *alpha == 0) {
                continue;
            }
            if let Some(cloth) = self.plain_run(pixels.clone(), masks) {
                kinds.fill(cloth.kind());
                continue;
            }
            for (kind, pixel) in kinds.iter_mut().zip(pixels).filter(|(_, pixel)| self.alpha[*pixel] != 0) {
                let n_seams = seams.len();
                let shares = self.shares(pixel, masks, &mut seams);
                let whole = shares.parts.iter().position(|part| *part == u8::MAX);
                let panel = self.panel[pixel];
                *kind = match whole {
                    Some(part)
                        if self.alpha[pixel] == u8::MAX
                            && (panel == 0 || shares.share == u8::MAX)
                            && seams.len() == n_seams =>
                    {
                        Cloth { panel, part: part as u8 }.kind()
                    }
                    _ => {
                        mixed.push(shares);
                        MIXED
                    }
                };
            }
        }
        (mixed, seams)
    }

    /// What covers some neighbouring pixels if it is the same for all.
    fn plain_run(&self, pixels: std::ops::Range<usize>, masks: &[Mask]) -> Option<Cloth> {
        let all = |plane: &[u8], value: u8| plane[pixels.clone()].iter().all(|byte| *byte == value);
        let full = masks.iter().position(|mask| mask.plane[pixels.start] == u8::MAX)?;
        let panel = masks[full].panel.unwrap_or(0);
        let alone = masks.iter().enumerate().all(|(idx, mask)| all(&mask.plane, if idx == full { u8::MAX } else { 0 }));
        let plain = alone && all(&self.alpha, u8::MAX) && all(&self.panel, panel);
        plain.then_some(Cloth { panel, part: masks[full].part })
    }

    /// The shares of one pixel's cloth; notes the panels beside its own.
    fn shares(&self, pixel: usize, masks: &[Mask], seams: &mut Vec<SeamPixel>) -> MixedPixel {
        let mut mixed = MixedPixel { pixel: pixel as u32, share: 0, parts: [0; MAX_PARTS] };
        let total: u16 = masks.iter().map(|mask| u16::from(mask.plane[pixel])).sum();
        if total == 0 {
            return mixed;
        }
        let share = |coverage: u16| ((u32::from(coverage) * 255 + u32::from(total) / 2) / u32::from(total)) as u8;
        let mut parts = [0_u16; MAX_PARTS];
        let panel = self.panel[pixel];
        // a panel may have several masks: a sleeve and its cuff
        let mut own_coverage = 0;
        for mask in masks {
            let coverage = u16::from(mask.plane[pixel]);
            parts[usize::from(mask.part)] += coverage;
            match mask.panel {
                Some(own) if own == panel => own_coverage += coverage,
                Some(other) if u16::from(share(coverage)) >= SEAM_SHARE => {
                    if let Some(uv) = self.continued(pixel, other) {
                        seams.push(SeamPixel { pixel: pixel as u32, panel: other, share: share(coverage), uv });
                    }
                }
                _ => {}
            }
        }
        mixed.share = share(own_coverage);
        mixed.parts = parts.map(share);
        mixed
    }

    /// Coordinates of `panel` at a pixel that another panel owns: those of the nearest pixel of the panel, plus the step
    /// between it and the point as far behind it, unless a fold lies there.
    fn continued(&self, pixel: usize, panel: u8) -> Option<[f32; 2]> {
        let (x, y) = (pixel % self.width, pixel / self.width);
        let owned = |dx: isize, dy: isize| {
            let x = x.checked_add_signed(dx).filter(|x| *x < self.width)?;
            let y = y.checked_add_signed(dy).filter(|y| *y < self.height)?;
            let idx = y * self.width + x;
            (self.panel[idx] == panel).then(|| self.uv[idx].map(f32::from))
        };
        let (_, dx, dy) = (-SEAM_REACH..=SEAM_REACH)
            .flat_map(|dy| (-SEAM_REACH..=SEAM_REACH).map(move |dx| (dx * dx + dy * dy, dx, dy)))
            .filter(|&(_, dx, dy)| owned(dx, dy).is_some())
            .min()?;
        let near = owned(dx, dy)?;
        let Some(behind) = owned(2 * dx, 2 * dy) else { return Some(near) };
        let step = [near[0] - behind[0], near[1] - behind[1]];
        // cloth is never compressed that much towards the camera: a longer step jumps over a fold
        let far = SEAM_STEP * (dx * dx + dy * dy) as f32;
        if step[0] * step[0] + step[1] * step[1] > far * SEAM_STEP {
            return Some(near);
        }
        Some([near[0] + step[0], near[1] + step[1]])
    }
}

/// Longest step between neighbouring pixels of one piece of cloth, in units of the UV layer, of which a metre has 65535:
/// 1.2 mm.
const SEAM_STEP: f32 = 79.0;

/// One mask of the manifest.
struct Mask {
    /// Index of its part.
    part: u8,
    /// Its panel, unless it is an inner side.
    panel: Option<u8>,
    plane: Vec<u8>,
}

/// What a layer's pixels must be.
#[derive(Clone, Copy)]
enum Kind {
    Gray8,
    Rgb8,
    /// Two numbers of 16 bits and one of 8.
    Rgb16,
}

/// Pixels of a file.
struct Plane {
    /// Bytes; of a 16-bit layer the low byte of blue.
    bytes: Vec<u8>,
    /// Red and green of a 16-bit layer.
    pairs: Vec<[u16; 2]>,
}

/// Compares a file with the manifest's SHA-256.
fn check_hash(file: &LayerFile<'_>) -> Result<(), MockupError> {
    let found = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if found.eq_ignore_ascii_case(file.sha256) {
        return Ok(());
    }
    Err(MockupError::Hash { file: file.name.to_owned(), expected: file.sha256.to_owned(), found })
}

/// Decodes one PNG after its header has been found to be as the manifest promises.
fn decode_png(manifest: &Manifest, file: &LayerFile<'_>, kind: Kind) -> Result<Plane, MockupError> {
    let failed = |source| MockupError::Png { file: file.name.to_owned(), source };
    let (color, depth) = match kind {
        Kind::Gray8 => (png::ColorType::Grayscale, png::BitDepth::Eight),
        Kind::Rgb8 => (png::ColorType::Rgb, png::BitDepth::Eight),
        Kind::Rgb16 => (png::ColorType::Rgb, png::BitDepth::Sixteen),
    };
    let mut decoder = png::Decoder::new(Cursor::new(&file.bytes));
    // the SHA-256 has found the bytes to be those that were meant
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().map_err(failed)?;
    let info = reader.info();
    let shape = |width, height, color, depth, interlaced| {
        format!("{width} x {height} {color:?} {depth:?}{}", if interlaced { " interlaced" } else { "" })
    };
    let found = shape(info.width, info.height, info.color_type, info.bit_depth, info.interlaced);
    let expected = shape(manifest.width, manifest.height, color, depth, false);
    if found != expected {
        return Err(MockupError::Shape { file: file.name.to_owned(), expected, found });
    }
    if matches!(kind, Kind::Rgb16) {
        return decode_coordinates(manifest, &mut reader).map_err(failed)?;
    }
    let size = reader.output_buffer_size().expect("sides are at most 4096");
    let mut bytes = vec![0; size];
    reader.next_frame(&mut bytes).map_err(failed)?;
    Ok(Plane { bytes, pairs: Vec::new() })
}

/// Decodes the UV layer row by row.
fn decode_coordinates(
    manifest: &Manifest,
    reader: &mut png::Reader<Cursor<&Vec<u8>>>,
) -> Result<Result<Plane, MockupError>, png::DecodingError> {
    let n_pixels = manifest.width as usize * manifest.height as usize;
    let mut plane = Plane { bytes: vec![0; n_pixels], pairs: vec![[0; 2]; n_pixels] };
    let width = manifest.width as usize;
    for (panels, pairs) in plane.bytes.chunks_exact_mut(width).zip(plane.pairs.chunks_exact_mut(width)) {
        let Some(row) = reader.next_row()? else { break };
        let pixels = row.data().as_chunks::<6>().0;
        // empty rows and ends of rows stay the zeros that they are, which take no memory
        let full = |pixel: &[u8; 6]| *pixel != [0; 6];
        let first = pixels.iter().position(full).unwrap_or(pixels.len());
        let last = pixels.iter().rposition(full).map_or(first, |last| last + 1);
        if pixels[first..last].iter().any(|pixel| pixel[4] != 0) {
            let problem = "the UV layer holds a panel index beyond this list";
            return Ok(Err(MockupError::manifest("/uv/panels", problem)));
        }
        let targets = panels[first..last].iter_mut().zip(&mut pairs[first..last]);
        for ((panel, pair), [u0, u1, v0, v1, _, index]) in targets.zip(&pixels[first..last]) {
            *panel = *index;
            *pair = [u16::from_be_bytes([*u0, *u1]), u16::from_be_bytes([*v0, *v1])];
        }
    }
    Ok(Ok(plane))
}
