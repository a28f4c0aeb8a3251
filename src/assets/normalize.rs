//! An upload, taken apart once and written anew, so that nothing behind it ever meets a stranger's bytes again.

use serde::{Deserialize, Serialize};

use crate::assets::error::AssetError;
use crate::assets::library::{Asset, Kind, Library};
use crate::assets::raster;
use crate::assets::svg;
use crate::color::Color;
use crate::color::oklab::{Converter, Oklab};
use crate::pixels::Pixmap;

/// An upload as it is kept.
#[derive(Debug, Clone)]
pub struct Normalized {
    /// A PNG of upright sRGB pixels without metadata, or an SVG of paths, gradients and PNGs.
    pub bytes: Vec<u8>,
    /// What is known of it.
    pub facts: Facts,
}

/// What is known of an upload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Facts {
    /// Pixels or paths.
    pub kind: PictureKind,
    /// Width in pixels, or in user units of an SVG (96 to the inch).
    #[cfg_attr(feature = "server", schema(example = 1200))]
    pub width_px: u32,
    /// Height in pixels, or in user units of an SVG.
    #[cfg_attr(feature = "server", schema(example = 800))]
    pub height_px: u32,
    /// Whether some of it is transparent.
    pub transparent: bool,
    /// Whether it has a few flat colours, as logos have, or many, as photographs do.
    pub look: Look,
    /// Its main colours, the largest share first; at most twelve.
    pub colors: Vec<ColorShare>,
    /// Empty space around what is drawn: left, top, right, bottom, in pixels.
    pub margins_px: [u32; 4],
    /// What its owner should know: what was done to it, and that it is empty.
    pub notes: Vec<String>,
}

impl Facts {
    /// The colours that stay when a picture is drawn on another cloth, each with its share of the picture: those of drawings,
    /// none of photographs.
    #[must_use]
    pub fn drawn_colors(&self) -> Vec<(Color, f32)> {
        match (self.look, self.kind) {
            (Look::Photo, PictureKind::Raster) => Vec::new(),
            _ => self.colors.iter().filter_map(|one| Some((Color::from_hex(&one.color)?, one.share))).collect(),
        }
    }
}

/// Pixels or paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PictureKind {
    /// Pixels.
    Raster,
    /// Paths.
    Svg,
}

/// How a picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// A few colours with clean edges: it can be printed with spot inks.
    Flat,
    /// Many colours that run into each other.
    Photo,
}

/// A colour and how much of the picture it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ColorShare {
    /// The colour as `#rrggbb`.
    #[cfg_attr(feature = "server", schema(example = "#c8102e"))]
    pub color: String,
    /// Its share of what is not transparent, 0 to 1.
    #[cfg_attr(feature = "server", schema(example = 0.42))]
    pub share: f32,
}

/// Most colours that are told.
const COLORS: usize = 12;
/// Pixels that are looked at for colours.
const SAMPLES: usize = 1 << 18;
/// Colours nearer than this (Euclidean in OKLab, where black and white are 1 apart) are one.
const SAME: f32 = 0.055;
/// Colours nearer than this are the same but for the noise of a coder.
const EVEN: f32 = 0.02;
/// A picture is flat if this much of it is even: the rest is edges.
const FLAT_SHARE: f32 = 0.75;
/// A colour that covers less is not told.
const LEAST_SHARE: f32 = 0.004;
/// Longest side at which a drawing is looked at, pixels.
const LOOK_PX: f32 = 512.0;

impl Library {
    /// Takes an upload apart under this library's limits and writes it anew.
    ///
    /// # Errors
    ///
    /// If it passes a limit, or if it is damaged or of a format that is not read.
    pub fn normalize(&self, bytes: &[u8]) -> Result<Normalized, AssetError> {
        let asset = self.decode(bytes)?;
        let bytes = match &asset.kind {
            Kind::Raster { pixels } => raster::to_png(pixels),
            Kind::Svg { source, .. } => source.as_bytes().to_vec(),
        };
        Ok(Normalized { bytes, facts: facts_of(&asset)? })
    }

    /// What is known of a picture of the library.
    ///
    /// # Errors
    ///
    /// If there is none, if it passes a limit, or if it is damaged or of a format that is not read.
    pub fn facts(&self, id: &str) -> Result<Facts, AssetError> {
        facts_of(&*self.picture(id)?)
    }
}

fn facts_of(asset: &Asset) -> Result<Facts, AssetError> {
    let size = (asset.width_px, asset.height_px);
    Ok(match &asset.kind {
        Kind::Raster { pixels } => facts(asset, PictureKind::Raster, pixels, size),
        Kind::Svg { tree, .. } => facts(asset, PictureKind::Svg, &svg::draw(tree, LOOK_PX)?, size),
    })
}

/// `pixels` show the asset, whose own size is `size`.
fn facts(asset: &Asset, kind: PictureKind, pixels: &Pixmap, size: (u32, u32)) -> Facts {
    let (colors, look) = colors(pixels);
    let scale = f64::from(size.0) / f64::from(pixels.width());
    let mut notes = asset.notes.clone();
    if pixels.data().iter().skip(3).step_by(4).all(|alpha| *alpha == 0) {
        notes.push("the picture is empty: all of it is transparent, and nothing of it would be printed".to_owned());
    }
    let margins_px = margins(pixels).map(|margin| (f64::from(margin) * scale).floor() as u32);
    Facts {
        kind,
        width_px: size.0,
        height_px: size.1,
        transparent: pixels.data().iter().skip(3).step_by(4).any(|alpha| *alpha != u8::MAX),
        look,
        colors,
        margins_px,
        notes,
    }
}

/// Empty columns and rows at the left, top, right and bottom; none around a picture without ink.
fn margins(pixels: &Pixmap) -> [u32; 4] {
    let (width, height) = (pixels.width(), pixels.height());
    let mut ink = [width, height, 0, 0];
    for (y, row) in (0..height).zip(pixels.data().chunks_exact(width as usize * 4)) {
        let inked = |pixel: &[u8]| pixel[3] != 0;
        let Some(first) = row.chunks_exact(4).position(inked) else { continue };
        let last = row.chunks_exact(4).rposition(inked).unwrap_or(first);
        ink = [ink[0].min(first as u32), ink[1].min(y), ink[2].max(last as u32 + 1), y + 1];
    }
    if ink[2] == 0 { [0; 4] } else { [ink[0], ink[1], width - ink[2], height - ink[3]] }
}

/// A group of like colours.
struct Cluster {
    center: Oklab,
    color: Color,
    count: u32,
    /// How many of them are even with the centre.
    even: u32,
}

/// The main colours of the opaque pixels: the commonest colour takes all that look like it, then the commonest of the
/// rest, and so on. Edges, where two colours mix, fall to the colour that they are nearest to.
fn colors(pixels: &Pixmap) -> (Vec<ColorShare>, Look) {
    let n_pixels = pixels.data().len() / 4;
    let step = n_pixels.div_ceil(SAMPLES).max(1);
    let mut counts = std::collections::BTreeMap::<u32, u32>::new();
    for pixel in pixels.data().as_chunks::<4>().0.iter().step_by(step).filter(|pixel| pixel[3] >= 128) {
        let straight = |value: u8| (u32::from(value) * 255 + u32::from(pixel[3]) / 2) / u32::from(pixel[3]);
        let [r, g, b] = [straight(pixel[0]), straight(pixel[1]), straight(pixel[2])].map(|value| value.min(255));
        *counts.entry(r << 16 | g << 8 | b).or_default() += 1;
    }
    let total: u32 = counts.values().sum();
    let mut common: Vec<(u32, u32)> = counts.into_iter().collect();
    common.sort_by_key(|(color, count)| (std::cmp::Reverse(*count), *color));
    let converter = Converter::new();
    let mut clusters: Vec<Cluster> = Vec::new();
    for (code, count) in common {
        let [_, r, g, b] = code.to_be_bytes();
        let at = converter.convert([r, g, b]);
        let apart = |cluster: &Cluster| cluster.center.distance_squared(at);
        let nearest = (0..clusters.len()).min_by(|&a, &b| apart(&clusters[a]).total_cmp(&apart(&clusters[b])));
        match nearest.filter(|&nearest| apart(&clusters[nearest]) < SAME * SAME) {
            Some(nearest) => {
                let cluster = &mut clusters[nearest];
                cluster.count += count;
                cluster.even += if cluster.center.distance(at) < EVEN { count } else { 0 };
            }
            None if clusters.len() < COLORS => {
                clusters.push(Cluster { center: at, color: Color::new(r, g, b), count, even: count });
            }
            None => {}
        }
    }
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.count));
    let share = |count: u32| count as f32 / total.max(1) as f32;
    // Tones of a photograph spread around each colour; a drawing has the colour itself, and edges.
    let even = share(clusters.iter().map(|cluster| cluster.even).sum());
    let look = if even >= FLAT_SHARE { Look::Flat } else { Look::Photo };
    let told =
        clusters.iter().map(|cluster| ColorShare { color: cluster.color.to_string(), share: share(cluster.count) });
    (told.filter(|color| color.share >= LEAST_SHARE).collect(), look)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/tests/fixtures/pictures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn a_picture_is_written_anew_upright_and_without_what_it_carried() {
        let library = Library::in_memory();
        let upright = library.decode(&fixture("orientation-1.jpg")).unwrap();
        for turned in 2..=8 {
            let source = fixture(&format!("orientation-{turned}.jpg"));
            let normalized = library.normalize(&source).unwrap();
            assert_eq!((normalized.facts.width_px, normalized.facts.height_px), (upright.width_px, upright.height_px));
            assert!(normalized.bytes.starts_with(b"\x89PNG"));
            for chunk in [&b"eXIf"[..], b"iCCP", b"tEXt", b"Exif"] {
                assert!(!normalized.bytes.windows(4).any(|part| part == chunk), "{turned}: {chunk:?}");
            }
        }
        // Once more changes nothing.
        let once = library.normalize(&fixture("rgb.png")).unwrap();
        assert_eq!(library.normalize(&once.bytes).unwrap().bytes, once.bytes);
    }

    #[test]
    fn a_drawing_tells_its_colors_and_its_margins() {
        let source = "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'>\
            <rect x='10' y='5' width='60' height='40' fill='#c8102e'/>\
            <rect x='70' y='5' width='20' height='40' fill='#ffffff'/></svg>";
        let normalized = Library::in_memory().normalize(source.as_bytes()).unwrap();
        let facts = &normalized.facts;
        assert_eq!((facts.kind, facts.look, facts.transparent), (PictureKind::Svg, Look::Flat, true));
        assert_eq!(facts.margins_px, [9, 4, 9, 4], "to the pixel below, edges are soft");
        let colors: Vec<String> = facts.colors.iter().map(|entry| entry.color.clone()).collect();
        assert_eq!(colors, ["#c8102e", "#ffffff"]);
        assert!((facts.colors[0].share - 0.75).abs() < 0.02);
        assert!(normalized.bytes.starts_with(b"<svg"));
        let again = Library::in_memory().normalize(&normalized.bytes).unwrap();
        assert_eq!(again.facts, *facts);
    }

    #[test]
    fn an_empty_picture_says_so() {
        let mut clear = Vec::new();
        crate::export::png::write_rgba(4, 3, &[0; 48], "", &mut clear).unwrap();
        let nothing = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\
            <rect width='9' height='9' fill='none'/></svg>";
        let hint = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\
            <rect width='9' height='9' fill-opacity='.02'/></svg>";
        for (file, is_empty) in [(&clear[..], true), (nothing.as_bytes(), true), (hint.as_bytes(), false)] {
            let notes = Library::in_memory().normalize(file).unwrap().facts.notes;
            assert_eq!(notes.iter().any(|note| note.contains("empty")), is_empty, "{notes:?}");
        }
    }

    #[test]
    fn a_photograph_is_told_from_a_logo() {
        let dusk = Library::in_memory().normalize(&fixture("dusk.jpg")).unwrap();
        assert_eq!(dusk.facts.look, Look::Photo);
        let art = |name: &str| std::fs::read(format!("{}/examples/art/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let crest = Library::in_memory().normalize(&art("harbour-crest.svg")).unwrap();
        assert_eq!((crest.facts.look, crest.facts.colors.len()), (Look::Flat, 6));
        assert_eq!(crest.facts.colors[0].color, "#14346b");
        assert!(!dusk.facts.transparent && dusk.facts.margins_px == [0; 4]);
        let empty = Pixmap::new(3, 2);
        assert_eq!((colors(&empty).0.len(), margins(&empty)), (0, [0; 4]));
    }
}
