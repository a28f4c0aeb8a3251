//! Uploaded pictures as a layer uses them: cropped, cut out, in other colours.
//!
//! The order is fixed: crop, remove the background, recolour, tint, trim. The operations work on straight (not
//! premultiplied) sRGB bytes, since that is where editors and browsers blend an edge's colour with what lies behind it,
//! and un-mixing has to undo just that.

mod background;
mod brush;
mod recolor;
mod straight;

use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Affine, Rect, Shape, Size, Vec2};
use resvg::usvg;

use crate::assets::{Asset, AssetError, Budget, DrawingCost, Kind, Library, SvgLimits};
use crate::color::Color;
use crate::design::{Image, Paint};
use crate::pixels::Pixmap;
use crate::scene::image::straight::Straight;
use crate::scene::{Group, Item, svg};
use crate::units::{Dpi, MM_PER_INCH};

/// A picture ready to be placed.
#[derive(Debug, Clone)]
pub struct PreparedImage {
    /// What to draw.
    pub content: Content,
    /// Width of the visible part, in pixels or user units.
    pub width: f64,
    /// Height of the visible part, in pixels or user units.
    pub height: f64,
    /// Names the bytes and what was done to them; for the artwork's hash.
    pub hash: [u8; 32],
    /// What the customer should know.
    pub notes: Vec<String>,
}

/// Pixels or paths.
#[derive(Debug, Clone)]
pub enum Content {
    /// Premultiplied sRGB; all of it is shown.
    Raster(Arc<Pixmap>),
    /// A drawing of which a part is shown.
    Svg {
        /// Safe to draw.
        tree: Arc<usvg::Tree>,
        /// The part, in user units.
        view: Rect,
        /// What drawing it costs.
        cost: DrawingCost,
    },
}

/// How an SVG is drawn that has to stay one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SvgRaster {
    /// Pixels to the user unit, if it is drawn in one go; else it is drawn in bands, as finely as the raster is.
    pub finest: Option<f64>,
    /// Bytes of the pixels that are kept: those of the whole page, even if a part is shown.
    pub bytes: u64,
    /// Passes over a pixel.
    pub passes: f64,
    /// Dots to the inch, if they are fewer than the raster has that was asked about.
    pub reduced_dpi: Option<f64>,
}

/// Applies what `image` asks for to its picture. `color` resolves the document's paints, inks included.
///
/// The result is cached by `library`, so that dragging a layer costs a look-up. It is charged to `budget` before it is
/// made, and so is the picture before it is decoded.
///
/// # Errors
///
/// If the picture cannot be had or does not fit into the budget, if a colour is unknown, or if nothing is left of the picture.
pub fn prepare(
    image: &Image,
    library: &Library,
    budget: &Budget,
    color: &dyn Fn(&Paint) -> Option<Color>,
) -> Result<PreparedImage, AssetError> {
    let asset = library.picture_within(&image.asset, budget)?;
    let colors = Colors::resolve(image, color)?;
    let key = operations_key(&asset, image, &colors);
    let is_plain = is_plain(&asset, image, &colors);
    if !is_plain {
        let (made, meanwhile) = memory_of(&asset, image, &colors);
        budget.charge_making(key, made, meanwhile)?;
    }
    let made = || match &asset.kind {
        Kind::Raster { pixels } => {
            let pixels = edit(pixels, image, &colors)?;
            Ok(Asset::raster(key, pixels, asset.notes.clone()))
        }
        Kind::Svg { .. } => Ok(Asset { hash: key, ..asset.recolored(&colors.map, colors.tint)? }),
    };
    let prepared = if is_plain { Arc::clone(&asset) } else { library.cached(key, made)? };
    let mut notes = prepared.notes.clone();
    let (content, width, height) = match &prepared.kind {
        Kind::Raster { pixels } => {
            (Content::Raster(Arc::clone(pixels)), f64::from(pixels.width()), f64::from(pixels.height()))
        }
        Kind::Svg { tree, cost, .. } => {
            if image.remove_background.is_some() {
                notes.push("the background of an SVG stays: delete it in the drawing".to_owned());
            }
            let view = view(tree, image)?;
            (Content::Svg { tree: Arc::clone(tree), view, cost: *cost }, view.width(), view.height())
        }
    };
    Ok(PreparedImage { content, width, height, hash: key, notes })
}

impl PreparedImage {
    /// How large it is as `image`, mm: a height that is not given follows from the width.
    #[must_use]
    pub fn size_mm(&self, image: &Image) -> Size {
        Size::new(image.width, image.height.unwrap_or(image.width * self.height / self.width))
    }

    /// Millimetres of a pixel or user unit of a picture of `size` mm, across and down.
    fn unit_mm(&self, size: Size) -> (f64, f64) {
        (size.width / self.width, size.height / self.height)
    }

    /// What to draw for a picture of `size` mm in a raster of `dpi` or less, under `limits`; `place` maps millimetres
    /// about the picture's centre to the print area.
    #[must_use]
    pub fn items(&self, size: Size, place: Affine, dpi: Dpi, limits: &SvgLimits) -> Vec<Item> {
        let (across, down) = self.unit_mm(size);
        let to_mm = |origin: Vec2| {
            place
                * Affine::scale_non_uniform(across, down)
                * Affine::translate(-origin - Vec2::new(self.width / 2.0, self.height / 2.0))
        };
        match &self.content {
            Content::Raster(pixels) => {
                vec![Item::Picture { pixels: Arc::clone(pixels), transform: to_mm(Vec2::ZERO) }]
            }
            Content::Svg { tree, view, .. } => {
                let to_mm = to_mm(view.origin().to_vec2());
                let finest = self.svg_raster(size, dpi, limits).and_then(|raster| raster.finest);
                let items = svg::items(tree, to_mm, finest);
                let page = Rect::new(0.0, 0.0, f64::from(tree.size().width()), f64::from(tree.size().height()));
                if *view == page {
                    return items;
                }
                let clip = Some(Arc::new(to_mm * view.to_path(0.0)));
                vec![Item::Group(Group { items, clip, ..Group::default() })]
            }
        }
    }

    /// How a drawing of `size` mm is drawn if it comes to be an [`Item::Svg`], in a raster of `dpi` and in coarser
    /// ones; none for pixels. Below the resolution of print nothing changes, so that a preview shows what is printed.
    #[must_use]
    pub fn svg_raster(&self, size: Size, dpi: Dpi, limits: &SvgLimits) -> Option<SvgRaster> {
        let Content::Svg { cost, tree, .. } = &self.content else { return None };
        // A drawing that is stretched needs pixels for the way in which it is stretched most.
        let (across, down) = self.unit_mm(size);
        let unit_mm = across.max(down);
        let wanted = dpi.px_per_mm().max(Dpi::PRINT.px_per_mm()) * unit_mm;
        if cost.fits_bands(wanted, limits) {
            return Some(SvgRaster { finest: None, bytes: 0, passes: cost.passes_in_bands(wanted), reduced_dpi: None });
        }
        let scale = wanted.min(cost.finest(limits));
        let reached = scale / unit_mm * MM_PER_INCH;
        let page = f64::from(tree.size().width()) * f64::from(tree.size().height());
        Some(SvgRaster {
            finest: Some(scale),
            bytes: (4.0 * page * scale * scale).min(1e18) as u64,
            passes: cost.passes(scale),
            reduced_dpi: (scale < wanted).then_some(reached),
        })
    }

    /// Resolution on cloth of a picture of `size` mm, dots per inch: the smaller of that across and that down. None for
    /// a drawing, which has no pixels.
    #[must_use]
    pub fn effective_dpi(&self, size: Size) -> Option<f64> {
        let least = || effective_dpi(self.width, size.width).min(effective_dpi(self.height, size.height));
        matches!(self.content, Content::Raster(_)).then(least)
    }
}

/// Dots per inch of `px` pixels that span `mm` millimetres.
#[must_use]
pub fn effective_dpi(px: f64, mm: f64) -> f64 {
    px / (mm / MM_PER_INCH)
}

/// The document's colours, resolved.
struct Colors {
    map: BTreeMap<Color, Color>,
    tint: Option<Color>,
}

impl Colors {
    fn resolve(image: &Image, color: &dyn Fn(&Paint) -> Option<Color>) -> Result<Self, AssetError> {
        let unknown = |paint: String| AssetError::UnknownPaint { paint };
        let find = |paint: &Paint| color(paint).ok_or_else(|| unknown(paint.to_string()));
        let mut map = BTreeMap::new();
        for (from, to) in &image.recolor {
            map.insert(Color::from_hex(from).ok_or_else(|| unknown(from.clone()))?, find(to)?);
        }
        Ok(Self { map, tint: image.tint.as_ref().map(find).transpose()? })
    }
}

/// Names the picture's bytes and every operation with its values.
fn operations_key(asset: &Asset, image: &Image, colors: &Colors) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("platen picture operations 1");
    hasher.update(&asset.hash);
    // For drawings, crop and trim are a matter of placing and leave the tree alone; hashing them does no harm.
    for part in
        [serde_json::to_vec(&image.crop), serde_json::to_vec(&image.remove_background), serde_json::to_vec(&image.trim)]
    {
        let part = part.expect("plain numbers and flags can be written");
        hasher.update(&(part.len() as u64).to_le_bytes()).update(&part);
    }
    for (from, to) in &colors.map {
        hasher.update(&[1, from.r, from.g, from.b, to.r, to.g, to.b]);
    }
    if let Some(tint) = colors.tint {
        hasher.update(&[2, tint.r, tint.g, tint.b]);
    }
    *hasher.finalize().as_bytes()
}

/// Whether a picture is used as it is. One without anything to be seen is not: [`edit`] has to say so.
fn is_plain(asset: &Asset, image: &Image, colors: &Colors) -> bool {
    let is_recolored = !colors.map.is_empty() || colors.tint.is_some();
    match &asset.kind {
        // A drawing is cropped and trimmed when it is placed.
        Kind::Svg { .. } => !is_recolored,
        Kind::Raster { pixels } => {
            let is_edited = is_recolored || image.crop.is_some() || image.trim || image.remove_background.is_some();
            !is_edited && pixels.data().iter().skip(3).step_by(4).any(|alpha| *alpha != 0)
        }
    }
}

/// Bytes of what is made of a picture, and those that making it takes besides.
fn memory_of(asset: &Asset, image: &Image, colors: &Colors) -> (u64, u64) {
    match &asset.kind {
        Kind::Raster { pixels } => {
            let (columns, rows) = straight::cropped(pixels, image.crop.as_ref());
            let n_pixels = columns.len() as u64 * rows.len() as u64;
            let has_strokes = image.remove_background.as_ref().is_some_and(|how| !how.strokes.is_empty());
            let by_hand = if has_strokes { brush::BYTES_PER_PIXEL } else { 0 };
            let meanwhile = [
                (image.remove_background.is_some(), background::BYTES_PER_PIXEL + by_hand),
                (!colors.map.is_empty(), recolor::BYTES_PER_PIXEL),
                // The trimmed copy.
                (image.trim, 4),
            ];
            let meanwhile = meanwhile.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, bytes)| bytes).max();
            (n_pixels * 4, n_pixels * meanwhile.unwrap_or_default())
        }
        // The recolored source.
        Kind::Svg { source, .. } => (asset.bytes() as u64, source.len() as u64),
    }
}

fn edit(pixels: &Pixmap, image: &Image, colors: &Colors) -> Result<Pixmap, AssetError> {
    let mut straight = Straight::crop(pixels, image.crop.as_ref());
    if let Some(how) = &image.remove_background {
        let whole = (!how.strokes.is_empty()).then(|| straight.data.clone());
        background::remove(&mut straight, how.tolerance, how.holes);
        if let Some(whole) = whole {
            let place = brush::Place::new(pixels, image.crop.as_ref());
            brush::paint(&mut straight, &whole, &how.strokes, &place);
        }
    }
    if !colors.map.is_empty() {
        recolor::recolor(&mut straight, &colors.map);
    }
    if let Some(tint) = colors.tint {
        for pixel in &mut straight.data {
            pixel[..3].copy_from_slice(&[tint.r, tint.g, tint.b]);
        }
    }
    if image.trim {
        straight = straight.trim().ok_or(AssetError::Empty)?;
    }
    if straight.data.iter().all(|pixel| pixel[3] == 0) {
        return Err(AssetError::Empty);
    }
    Ok(straight.into_pixmap())
}

/// The part of a drawing that is shown, in user units: the crop, then the bounds of what is drawn in it.
fn view(tree: &usvg::Tree, image: &Image) -> Result<Rect, AssetError> {
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let mut view = Rect::new(0.0, 0.0, width, height);
    if let Some(crop) = &image.crop {
        let left = crop.x * width;
        let top = crop.y * height;
        view = view.intersect(Rect::new(left, top, left + crop.width * width, top + crop.height * height));
    }
    if image.trim {
        let drawn = tree.root().abs_stroke_bounding_box();
        view = view.intersect(Rect::new(
            f64::from(drawn.left()),
            f64::from(drawn.top()),
            f64::from(drawn.right()),
            f64::from(drawn.bottom()),
        ));
    }
    if view.width() > 0.0 && view.height() > 0.0 { Ok(view) } else { Err(AssetError::Empty) }
}

#[cfg(test)]
mod tests;
