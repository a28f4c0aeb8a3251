//! The layers of a view, decoded and checked: what plates are made from.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::OnceLock;

use crate::mockup::error::MockupError;
use crate::mockup::manifest::{MAX_PARTS, Manifest};

/// Farthest pixel from which a panel's coordinates are continued across its seam.
const SEAM_REACH: isize = 3;
/// Smallest share of a pixel, of 255, for which a second panel is worth an entry.
const SEAM_SHARE: u16 = 4;

/// A view at its full size. All planes have `width * height` entries, rows from the top.
pub(super) struct Layers {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Square roots of direct, indirect and specular light over the manifest's `max`, bytes.
    pub(super) light: Vec<[u8; 3]>,
    /// Coverage of the garment.
    pub(super) alpha: Vec<u8>,
    /// Pattern coordinates as the file has them.
    pub(super) uv: Vec<[u16; 2]>,
    /// Panel whose outer side has most of the pixel, 0 for none.
    pub(super) panel: Vec<u8>,
    /// How much of the cloth in the pixel is the panel's, of 255.
    pub(super) share: Vec<u8>,
    /// How much of the cloth in the pixel is each part's, of 255.
    pub(super) parts: Vec<[u8; MAX_PARTS]>,
    /// Other panels in pixels on seams, sorted by pixel.
    pub(super) seams: Vec<SeamPixel>,
    /// Square root of the shadow's transmission.
    pub(super) shadow: Vec<u8>,
    /// Square root of the light on the wall.
    pub(super) backdrop: Vec<u8>,
    /// How heathered cloth strays from its mean, made on first use.
    pub(super) heather: OnceLock<Vec<i8>>,
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

impl Layers {
    /// Decodes the manifest's files, given by name.
    pub(super) fn decode(manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>) -> Result<Self, MockupError> {
        let plane = |file: &str, kind: Kind| decode_png(manifest, file, &files[file], kind);
        let light = plane(&manifest.light.file, Kind::Rgb8)?.as_chunks::<3>().0.to_vec();
        let uv_bytes = plane(&manifest.uv.file, Kind::Rgb16)?;
        let uv_words = uv_bytes.as_chunks::<6>().0;
        let uv =
            uv_words.iter().map(|b| [u16::from_be_bytes([b[0], b[1]]), u16::from_be_bytes([b[2], b[3]])]).collect();
        let panel: Vec<u8> = uv_words.iter().map(|b| b[5]).collect();
        if uv_words.iter().any(|b| b[4] != 0 || usize::from(b[5]) >= manifest.uv.panels.len()) {
            return Err(MockupError::manifest("/uv/panels", "the UV layer holds a panel index beyond this list"));
        }
        let mut layers = Self {
            width: manifest.width as usize,
            height: manifest.height as usize,
            light,
            alpha: plane(&manifest.alpha.file, Kind::Gray8)?,
            uv,
            share: vec![0; panel.len()],
            parts: vec![[0; MAX_PARTS]; panel.len()],
            panel,
            seams: Vec::new(),
            shadow: plane(&manifest.shadow.file, Kind::Gray8)?,
            backdrop: plane(&manifest.backdrop.file, Kind::Gray8)?,
            heather: OnceLock::new(),
        };
        let masks = manifest
            .masks
            .iter()
            .map(|(name, layer)| {
                let part = manifest.parts.values().position(|masks| masks.contains(name)).unwrap_or_default();
                let plane = plane(&layer.file, Kind::Gray8)?;
                Ok(Mask { part, panel: manifest.panel(name), plane })
            })
            .collect::<Result<Vec<_>, MockupError>>()?;
        layers.share_out(&masks);
        Ok(layers)
    }

    /// Turns coverages into shares of the cloth in each pixel and finds the second panels on seams.
    fn share_out(&mut self, masks: &[Mask]) {
        for pixel in 0..self.panel.len() {
            let total: u16 = masks.iter().map(|mask| u16::from(mask.plane[pixel])).sum();
            if total == 0 {
                continue;
            }
            let share = |coverage: u16| ((coverage * 255 + total / 2) / total) as u8;
            let mut parts = [0_u16; MAX_PARTS];
            let panel = self.panel[pixel];
            for mask in masks {
                let coverage = u16::from(mask.plane[pixel]).min(255);
                parts[mask.part] += coverage;
                match mask.panel {
                    Some(own) if own == panel => self.share[pixel] = share(coverage),
                    Some(other) if u16::from(share(coverage)) >= SEAM_SHARE => {
                        if let Some(uv) = self.continued(pixel, other) {
                            let pixel = pixel as u32;
                            self.seams.push(SeamPixel { pixel, panel: other, share: share(coverage), uv });
                        }
                    }
                    _ => {}
                }
            }
            self.parts[pixel] = parts.map(|coverage| share(coverage.min(total)));
        }
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

/// Longest step between neighbouring pixels of one piece of cloth, in units of the UV layer (1.2 mm of a metre).
const SEAM_STEP: f32 = 79.0;

/// One mask of the manifest.
struct Mask {
    /// Index of its part.
    part: usize,
    /// Its panel, unless it is an inner side.
    panel: Option<u8>,
    plane: Vec<u8>,
}

/// What a layer's pixels must be.
#[derive(Clone, Copy)]
enum Kind {
    Gray8,
    Rgb8,
    Rgb16,
}

/// Decodes one PNG after its header has been found to be as the manifest promises.
fn decode_png(manifest: &Manifest, file: &str, bytes: &[u8], kind: Kind) -> Result<Vec<u8>, MockupError> {
    let failed = |source| MockupError::Png { file: file.to_owned(), source };
    let (color, depth) = match kind {
        Kind::Gray8 => (png::ColorType::Grayscale, png::BitDepth::Eight),
        Kind::Rgb8 => (png::ColorType::Rgb, png::BitDepth::Eight),
        Kind::Rgb16 => (png::ColorType::Rgb, png::BitDepth::Sixteen),
    };
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().map_err(failed)?;
    let info = reader.info();
    let shape = |width, height, color, depth| format!("{width} x {height} {color:?} {depth:?}");
    let found = shape(info.width, info.height, info.color_type, info.bit_depth);
    let expected = shape(manifest.width, manifest.height, color, depth);
    if found != expected {
        return Err(MockupError::Shape { file: file.to_owned(), expected, found });
    }
    let size = reader.output_buffer_size().expect("sides are at most 4096");
    let mut pixels = vec![0; size];
    reader.next_frame(&mut pixels).map_err(failed)?;
    Ok(pixels)
}
