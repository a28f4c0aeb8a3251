//! SVG in millimetres: lettering as outlines, pictures embedded, for cutters and other programs.
//!
//! What SVG cannot say (sweep gradients, cones, Porter-Duff operators other than "over") is drawn at 300 dpi and
//! embedded as a picture of just that part.

use std::fmt::Write as _;
use std::io::Write;

use kurbo::{Affine, BezPath, Cap, Join, PathEl, Point, Rect, Stroke};
use resvg::usvg;

use crate::artwork;
use crate::cancel::Cancel;
use crate::export::{ExportError, hash_line, png};
use crate::pixels::Pixmap;
use crate::scene::{
    ArtworkHash, Blend, Extend, FillRule, Gradient, GradientGeometry, Group, Item, LayerFacts, Paint, Scene, SceneLayer,
};
use crate::units::{Dpi, PhysicalSize};

/// Writes the scene as an SVG of its physical size: `width` and `height` in mm, one user unit a mm.
///
/// # Errors
/// Fails if `out` does.
pub fn write(scene: &Scene, out: impl Write) -> Result<(), ExportError> {
    write_unless(scene, &Cancel::NEVER, out)
}

/// As [`write()`], but looks at `cancel` before each item and at every some rows of what is drawn.
///
/// # Errors
/// Fails if `out` does, or with [`ExportError::CalledOff`] once `cancel` is set; then the file is not whole.
pub fn write_unless(scene: &Scene, cancel: &Cancel, out: impl Write) -> Result<(), ExportError> {
    let (text, origin) = (String::new(), Point::ZERO);
    let mut document = Document { text, size: scene.size, origin, prefix: "p", ids: 0, cancel };
    let (width, height) = (number(scene.size.width.mm()), number(scene.size.height.mm()));
    document.push(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {width} {height}\">\n\
         <metadata>{}</metadata>\n",
        hash_line(&scene.hash.to_string())
    ));
    if scene.finish.is_some() {
        // Only pixels can say what is done to pixels.
        document.flattened_scene(scene)?;
        return finished(document, out);
    }
    let acts_across_layers = |layer: &SceneLayer| layer.items.iter().any(needs_flattened_neighbours);
    if scene.layers.iter().any(acts_across_layers) {
        let items = scene.layers.iter().flat_map(|layer| layer.items.iter().cloned()).collect();
        document.flattened(items)?;
    } else {
        for layer in &scene.layers {
            document.push(format_args!("<g id=\"layer-{}\">\n", escaped(&layer.id)));
            document.items(&layer.items)?;
            document.push(format_args!("</g>\n"));
        }
    }
    finished(document, out)
}

fn finished(mut document: Document<'_>, mut out: impl Write) -> Result<(), ExportError> {
    document.push(format_args!("</svg>\n"));
    for piece in document.text.as_bytes().chunks(1 << 20) {
        document.go_on()?;
        out.write_all(piece)?;
    }
    Ok(())
}

/// Items as SVG elements, to be put into a document of somebody else's. `ink` bounds what they draw, mm, and `prefix`
/// begins the ids of their gradients and clips.
///
/// # Errors
/// If what SVG cannot say cannot be coded as a picture.
pub fn fragment(items: &[Item], ink: Rect, prefix: &str) -> Result<String, ExportError> {
    let size = PhysicalSize::from_mm(ink.width().max(0.1), ink.height().max(0.1));
    let (text, origin) = (String::new(), ink.origin());
    let mut document = Document { text, size, origin, prefix, ids: 0, cancel: &Cancel::NEVER };
    document.items(items)?;
    Ok(document.text)
}

/// A document being written.
struct Document<'a> {
    text: String,
    /// Begins the ids.
    prefix: &'a str,
    size: PhysicalSize,
    /// Top left corner of what is drawn, mm.
    origin: Point,
    /// How many ids were given out.
    ids: u32,
    cancel: &'a Cancel,
}

impl Document<'_> {
    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("a string takes all text");
    }

    fn go_on(&self) -> Result<(), ExportError> {
        if self.cancel.is_set() { Err(ExportError::CalledOff) } else { Ok(()) }
    }

    /// An id that no other element has.
    fn id(&mut self) -> String {
        self.ids += 1;
        format!("{}{}", self.prefix, self.ids)
    }

    fn items(&mut self, items: &[Item]) -> Result<(), ExportError> {
        if items.iter().any(needs_flattened_neighbours) {
            return self.flattened(items.to_vec());
        }
        items.iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: &Item) -> Result<(), ExportError> {
        self.go_on()?;
        match item {
            Item::Fill { paint: Paint::Gradient(gradient), .. }
            | Item::Stroke { paint: Paint::Gradient(gradient), .. }
                if !is_known(gradient) =>
            {
                self.flattened(vec![item.clone()])
            }
            Item::Fill { path, rule, paint } => {
                let fill = self.paint("fill", paint);
                let rule = if *rule == FillRule::EvenOdd { " fill-rule=\"evenodd\"" } else { "" };
                self.push(format_args!("<path {fill}{rule} d=\"{}\"/>\n", path_data(path)));
                Ok(())
            }
            Item::Stroke { path, style, paint } => {
                let stroke = self.paint("stroke", paint);
                let style = stroke_style(style);
                self.push(format_args!("<path fill=\"none\" {stroke}{style} d=\"{}\"/>\n", path_data(path)));
                Ok(())
            }
            Item::Picture { pixels, transform } => self.picture(pixels, *transform),
            Item::Svg { tree, transform, .. } => {
                self.svg(tree, *transform);
                Ok(())
            }
            Item::Group(group) => self.group(group),
        }
    }

    /// The attributes of a paint; a gradient is written first.
    fn paint(&mut self, attribute: &str, paint: &Paint) -> String {
        match paint {
            Paint::Solid(color, opacity) if *opacity >= 1.0 => format!("{attribute}=\"{color}\""),
            Paint::Solid(color, opacity) => {
                format!("{attribute}=\"{color}\" {attribute}-opacity=\"{}\"", number(f64::from(*opacity)))
            }
            Paint::Gradient(gradient) => {
                let id = self.id();
                self.gradient(&id, gradient);
                format!("{attribute}=\"url(#{id})\"")
            }
        }
    }

    fn gradient(&mut self, id: &str, gradient: &Gradient) {
        let (tag, geometry) = match gradient.geometry {
            GradientGeometry::Linear { start, end } => {
                let [x1, y1, x2, y2] = [start.x, start.y, end.x, end.y].map(number);
                ("linearGradient", format!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\""))
            }
            GradientGeometry::Radial { start, start_radius, end, end_radius } => {
                let [cx, cy, r] = [end.x, end.y, end_radius].map(number);
                let [fx, fy, fr] = [start.x, start.y, start_radius].map(number);
                let focus = format!("fx=\"{fx}\" fy=\"{fy}\" fr=\"{fr}\"");
                ("radialGradient", format!("cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\" {focus}"))
            }
            GradientGeometry::Sweep { .. } => return,
        };
        let spread = match gradient.extend {
            Extend::Pad => "pad",
            Extend::Repeat => "repeat",
            Extend::Reflect => "reflect",
        };
        let transform = matrix(gradient.transform);
        self.push(format_args!(
            "<{tag} id=\"{id}\" gradientUnits=\"userSpaceOnUse\" {geometry} spreadMethod=\"{spread}\" \
             gradientTransform=\"{transform}\">"
        ));
        for (offset, color, opacity) in &gradient.stops {
            let (offset, opacity) = (number(f64::from(*offset)), number(f64::from(*opacity)));
            self.push(format_args!("<stop offset=\"{offset}\" stop-color=\"{color}\" stop-opacity=\"{opacity}\"/>"));
        }
        self.push(format_args!("</{tag}>\n"));
    }

    fn picture(&mut self, pixels: &Pixmap, transform: Affine) -> Result<(), ExportError> {
        let (width, height) = (pixels.width(), pixels.height());
        let mut file = Vec::new();
        png::write_part_unless(pixels, self.cancel, &mut file)?;
        let transform = matrix(transform);
        self.push(format_args!(
            "<image width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" transform=\"{transform}\" \
             xlink:href=\"data:image/png;base64,"
        ));
        // A multiple of three, so that the pieces join.
        for piece in file.chunks(3 << 18) {
            self.go_on()?;
            push_base64(&mut self.text, piece);
        }
        self.push(format_args!("\"/>\n"));
        Ok(())
    }

    fn svg(&mut self, tree: &usvg::Tree, transform: Affine) {
        // Two uploads may use the same ids.
        let options =
            usvg::WriteOptions { id_prefix: Some(format!("{}-", self.id())), ..usvg::WriteOptions::default() };
        let transform = matrix(transform);
        let embedded = tree.to_string(&options);
        self.push(format_args!("<g transform=\"{transform}\" style=\"isolation:isolate\">\n{embedded}</g>\n"));
    }

    fn group(&mut self, group: &Group) -> Result<(), ExportError> {
        let mut attributes = String::new();
        if group.opacity < 1.0 {
            attributes += &format!(" opacity=\"{}\"", number(group.opacity));
        }
        if let Some(clip) = &group.clip {
            let id = self.id();
            self.push(format_args!("<clipPath id=\"{id}\"><path d=\"{}\"/></clipPath>\n", path_data(clip)));
            attributes += &format!(" clip-path=\"url(#{id})\"");
        }
        if group.blur > 0.0 {
            let id = self.id();
            let reach = group.blur * 3.0;
            let [x, y] = [self.origin.x, self.origin.y].map(|edge| number(edge - reach));
            let [width, height] = [self.size.width, self.size.height].map(|side| number(side.mm() + 2.0 * reach));
            let deviation = number(group.blur);
            self.push(format_args!(
                "<filter id=\"{id}\" filterUnits=\"userSpaceOnUse\" x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{height}\" color-interpolation-filters=\"sRGB\">\
                 <feGaussianBlur stdDeviation=\"{deviation}\"/></filter>\n"
            ));
            attributes += &format!(" filter=\"url(#{id})\"");
        }
        let blend = css_blend(group.blend).filter(|_| group.blend != Blend::Over);
        let blend = blend.map(|name| format!("mix-blend-mode:{name};")).unwrap_or_default();
        self.push(format_args!("<g{attributes} style=\"{blend}isolation:isolate\">\n"));
        self.items(&group.items)?;
        self.push(format_args!("</g>\n"));
        Ok(())
    }

    /// Draws items at print resolution and embeds the part that has ink.
    fn flattened(&mut self, items: Vec<Item>) -> Result<(), ExportError> {
        let origin = self.origin.to_vec2();
        let layer = SceneLayer {
            id: String::new(),
            pointer: String::new(),
            items: items.into_iter().map(|item| item.moved(Affine::translate(-origin))).collect(),
            frame: [Point::ZERO; 4],
            ink: Rect::ZERO,
            facts: LayerFacts::default(),
        };
        let scene = Scene { size: self.size, layers: vec![layer], finish: None, hash: ArtworkHash([0; 32]) };
        self.flattened_scene(&scene)
    }

    /// Draws a scene that begins at this document's corner.
    fn flattened_scene(&mut self, scene: &Scene) -> Result<(), ExportError> {
        let origin = self.origin.to_vec2();
        let drawn = artwork::rasterize_unless(scene, Dpi::PRINT, self.cancel).ok_or(ExportError::CalledOff)?;
        let Some((left, top, part)) = inked_part(&drawn.pixels) else {
            return Ok(());
        };
        let to_mm = Affine::translate(origin) * Affine::scale(1.0 / Dpi::PRINT.px_per_mm());
        self.picture(&part, to_mm * Affine::translate((f64::from(left), f64::from(top))))
    }
}

/// The rectangle that holds all pixels that are not transparent, and where it lies.
fn inked_part(pixels: &Pixmap) -> Option<(u32, u32, Pixmap)> {
    let stride = pixels.width() as usize * 4;
    let rows: Vec<&[u8]> = pixels.data().chunks_exact(stride.max(1)).collect();
    let is_inked = |row: &&&[u8]| row.iter().any(|byte| *byte != 0);
    let top = rows.iter().position(|row| is_inked(&row))?;
    let bottom = rows.iter().rposition(|row| is_inked(&row))? + 1;
    let first = |row: &&[u8]| row.iter().position(|byte| *byte != 0).map(|at| at / 4);
    let last = |row: &&[u8]| row.iter().rposition(|byte| *byte != 0).map(|at| at / 4 + 1);
    let left = rows.iter().filter_map(first).min()?;
    let right = rows.iter().filter_map(last).max()?;
    let data = rows[top..bottom].iter().flat_map(|row| &row[left * 4..right * 4]).copied().collect();
    let part = Pixmap::from_premultiplied((right - left) as u32, (bottom - top) as u32, data)?;
    Some((left as u32, top as u32, part))
}

/// Whether an item changes what its neighbours drew in a way that SVG has no word for.
fn needs_flattened_neighbours(item: &Item) -> bool {
    matches!(item, Item::Group(group) if css_blend(group.blend).is_none())
}

/// Whether SVG has the gradient: no sweep, and a first circle inside the last.
fn is_known(gradient: &Gradient) -> bool {
    match gradient.geometry {
        GradientGeometry::Linear { .. } => true,
        GradientGeometry::Radial { start, start_radius, end, end_radius } => {
            start.distance(end) + start_radius < end_radius
        }
        GradientGeometry::Sweep { .. } => false,
    }
}

/// The name of a blend in CSS, or `None` if it has none.
fn css_blend(blend: Blend) -> Option<&'static str> {
    Some(match blend {
        Blend::Over => "normal",
        Blend::Screen => "screen",
        Blend::Overlay => "overlay",
        Blend::Darken => "darken",
        Blend::Lighten => "lighten",
        Blend::ColorDodge => "color-dodge",
        Blend::ColorBurn => "color-burn",
        Blend::HardLight => "hard-light",
        Blend::SoftLight => "soft-light",
        Blend::Difference => "difference",
        Blend::Exclusion => "exclusion",
        Blend::Multiply => "multiply",
        Blend::Hue => "hue",
        Blend::Saturation => "saturation",
        Blend::Color => "color",
        Blend::Luminosity => "luminosity",
        _ => return None,
    })
}

fn stroke_style(style: &Stroke) -> String {
    let mut text = format!(" stroke-width=\"{}\"", number(style.width));
    match style.start_cap {
        Cap::Butt => {}
        Cap::Round => text += " stroke-linecap=\"round\"",
        Cap::Square => text += " stroke-linecap=\"square\"",
    }
    match style.join {
        Join::Miter => text += &format!(" stroke-miterlimit=\"{}\"", number(style.miter_limit.max(1.0))),
        Join::Round => text += " stroke-linejoin=\"round\"",
        Join::Bevel => text += " stroke-linejoin=\"bevel\"",
    }
    if !style.dash_pattern.is_empty() {
        let dashes: Vec<String> = style.dash_pattern.iter().map(|dash| number(*dash)).collect();
        let offset = number(style.dash_offset);
        text += &format!(" stroke-dasharray=\"{}\" stroke-dashoffset=\"{offset}\"", dashes.join(" "));
    }
    text
}

/// The data of a path, as SVG's attribute `d` takes it.
#[must_use]
pub fn path_data(path: &BezPath) -> String {
    let mut data = String::new();
    for element in path.elements() {
        let (letter, points): (char, &[Point]) = match element {
            PathEl::MoveTo(p) => ('M', &[*p]),
            PathEl::LineTo(p) => ('L', &[*p]),
            PathEl::QuadTo(a, p) => ('Q', &[*a, *p]),
            PathEl::CurveTo(a, b, p) => ('C', &[*a, *b, *p]),
            PathEl::ClosePath => ('Z', &[]),
        };
        data.push(letter);
        let numbers: Vec<String> = points.iter().flat_map(|point| [number(point.x), number(point.y)]).collect();
        data += &numbers.join(" ");
    }
    data
}

fn matrix(transform: Affine) -> String {
    let numbers: Vec<String> = transform.as_coeffs().iter().map(|value| format!("{}", Precise(*value))).collect();
    format!("matrix({})", numbers.join(" "))
}

/// A number of a matrix: it may be multiplied by thousands of pixels.
struct Precise(f64);

impl std::fmt::Display for Precise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(trimmed(&format!("{:.9}", self.0)))
    }
}

/// A length in mm to a tenth of a micrometre.
fn number(value: f64) -> String {
    trimmed(&format!("{value:.4}")).to_owned()
}

fn trimmed(text: &str) -> &str {
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0" } else { text }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Base64 with padding (RFC 4648, section 4).
fn push_base64(text: &mut String, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.reserve(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize % 64];
            text.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kurbo::Shape;

    use super::*;
    use crate::color::Color;

    const RED: Color = Color::new(0xc8, 0x10, 0x2e);
    const BLUE: Color = Color::new(20, 60, 200);

    fn scene(items: Vec<Item>) -> Scene {
        let layer = SceneLayer {
            id: "a\"b".to_owned(),
            pointer: "/placements/0/layers/0".to_owned(),
            items,
            frame: [Point::ZERO; 4],
            ink: Rect::ZERO,
            facts: LayerFacts::default(),
        };
        Scene { size: PhysicalSize::from_mm(60.0, 40.0), layers: vec![layer], finish: None, hash: ArtworkHash([3; 32]) }
    }

    fn text(items: Vec<Item>) -> String {
        let mut file = Vec::new();
        write(&scene(items), &mut file).unwrap();
        String::from_utf8(file).unwrap()
    }

    fn rect(x0: f64, y0: f64, x1: f64, y1: f64, paint: Paint) -> Item {
        let path = Arc::new(Rect::new(x0, y0, x1, y1).to_path(0.1));
        Item::Fill { path, rule: FillRule::NonZero, paint }
    }

    fn solid(color: Color) -> Paint {
        Paint::Solid(color, 1.0)
    }

    fn gradient(geometry: GradientGeometry) -> Paint {
        Paint::Gradient(Gradient {
            geometry,
            stops: vec![(0.0, RED, 1.0), (1.0, BLUE, 0.4)],
            extend: Extend::Reflect,
            transform: Affine::translate((3.0, 2.0)),
        })
    }

    /// Share of channels that resvg draws otherwise than we do, by more than `slack`.
    fn share_off(items: Vec<Item>, slack: u8) -> f64 {
        share_off_in(&text(items.clone()), items, slack)
    }

    /// The same for a file of the scene's size.
    fn share_off_in(file: &str, items: Vec<Item>, slack: u8) -> f64 {
        let dpi = Dpi::new(150.0).unwrap();
        let tree = usvg::Tree::from_str(file, &usvg::Options::default()).unwrap();
        let ours = artwork::rasterize(&scene(items), dpi).pixels;
        let mut theirs = resvg::tiny_skia::Pixmap::new(ours.width(), ours.height()).unwrap();
        // usvg takes a mm for 96 / 25.4 pixels.
        let scale = (dpi.get() / 96.0) as f32;
        resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut theirs.as_mut());
        let off = ours.data().iter().zip(theirs.data()).filter(|(a, b)| a.abs_diff(**b) > slack).count();
        off as f64 / ours.data().len() as f64
    }

    #[test]
    fn the_file_has_the_areas_size_in_mm_and_the_artworks_hash() {
        let text = text(vec![rect(1.0, 2.0, 3.0, 4.0, solid(RED))]);
        assert!(text.contains("width=\"60mm\" height=\"40mm\" viewBox=\"0 0 60 40\""));
        assert!(text.contains(&"03".repeat(32)));
        assert!(text.contains("<path fill=\"#c8102e\" d=\"M1 2L3 2L3 4L1 4Z\"/>"));
        assert!(text.contains("id=\"layer-a&quot;b\""));
    }

    #[test]
    fn paths_and_gradients_look_as_rasterized() {
        let dashes = Stroke::new(1.5).with_caps(Cap::Round).with_dashes(1.0, [4.0, 3.0]);
        let circle = Arc::new(kurbo::Circle::new((40.0, 20.0), 12.0).to_path(0.001));
        let linear = GradientGeometry::Linear { start: Point::new(2.0, 2.0), end: Point::new(12.0, 9.0) };
        let radial = GradientGeometry::Radial {
            start: Point::new(42.0, 20.0),
            start_radius: 1.0,
            end: Point::new(40.0, 20.0),
            end_radius: 9.0,
        };
        let items = vec![
            rect(1.0, 1.0, 25.0, 30.0, gradient(linear)),
            Item::Fill { path: circle.clone(), rule: FillRule::EvenOdd, paint: gradient(radial) },
            Item::Stroke { path: circle, style: dashes, paint: solid(BLUE) },
        ];
        assert!(share_off(items, 20) < 0.005);
    }

    #[test]
    fn groups_look_as_rasterized() {
        let clip = Some(Arc::new(kurbo::Circle::new((20.0, 20.0), 14.0).to_path(0.001)));
        let inner =
            Group { items: vec![rect(10.0, 5.0, 30.0, 35.0, solid(RED))], blend: Blend::Multiply, ..Group::default() };
        let group = Group {
            items: vec![rect(5.0, 10.0, 40.0, 25.0, solid(Color::new(250, 200, 60))), Item::Group(inner)],
            opacity: 0.7,
            clip,
            ..Group::default()
        };
        let soft = Group { items: vec![rect(40.0, 10.0, 52.0, 30.0, solid(BLUE))], blur: 1.5, ..Group::default() };
        assert!(share_off(vec![Item::Group(group), Item::Group(soft)], 20) < 0.005);
    }

    #[test]
    fn a_fragment_around_zero_keeps_all_of_its_softness() {
        let soft = Group { items: vec![rect(-15.0, -8.0, 15.0, 8.0, solid(BLUE))], blur: 1.5, ..Group::default() };
        let items = vec![Item::Group(soft)];
        let inside = fragment(&items, Rect::new(-19.5, -12.5, 19.5, 12.5), "f-").unwrap();
        let file = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60mm\" height=\"40mm\" \
             viewBox=\"-30 -20 60 40\">{inside}</svg>"
        );
        let moved = items.into_iter().map(|item| item.moved(Affine::translate((30.0, 20.0)))).collect();
        assert!(share_off_in(&file, moved, 20) < 0.005, "{file}");
    }

    #[test]
    fn what_svg_cannot_say_becomes_a_picture() {
        let sweep = GradientGeometry::Sweep { center: Point::new(20.0, 20.0), start_angle: 0.0, end_angle: 6.0 };
        let hole =
            Group { items: vec![rect(10.0, 10.0, 20.0, 20.0, solid(RED))], blend: Blend::DestOut, ..Group::default() };
        let ring = Group { items: vec![rect(5.0, 5.0, 30.0, 30.0, solid(RED)), Item::Group(hole)], ..Group::default() };
        for items in [vec![rect(5.0, 5.0, 35.0, 35.0, gradient(sweep))], vec![Item::Group(ring)]] {
            let text = text(items.clone());
            assert_eq!(text.matches("<image").count(), 1);
            assert!(share_off(items, 24) < 0.02);
        }
    }

    #[test]
    fn pictures_and_uploads_keep_their_place_and_their_ids_apart() {
        let upload = usvg::Tree::from_str(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
            <linearGradient id="g"><stop stop-color="#c8102e"/><stop offset="1" stop-color="#00f"/></linearGradient>
            <rect width="10" height="10" fill="url(#g)"/></svg>"##,
            &usvg::Options::default(),
        );
        let tree = Arc::new(upload.unwrap());
        let flat = Pixmap::from_premultiplied(8, 8, [90, 30, 60, 200].repeat(64)).unwrap();
        let items = vec![
            Item::Svg { tree: tree.clone(), transform: Affine::translate((2.0, 3.0)), finest: None },
            Item::Svg { tree, transform: Affine::translate((20.0, 3.0)) * Affine::scale(1.6), finest: None },
            Item::Picture { pixels: Arc::new(flat), transform: Affine::translate((40.0, 20.0)) * Affine::scale(1.5) },
        ];
        let text = text(items.clone());
        assert!(text.contains("\"p1-g\"") && text.contains("\"p2-g\""), "{text}");
        assert!(share_off(items, 20) < 0.005);
    }

    #[test]
    fn a_file_that_is_called_off_is_not_written() {
        let cancel = Cancel::new();
        cancel.set();
        let mut file = Vec::new();
        let end = write_unless(&scene(vec![rect(1.0, 2.0, 3.0, 4.0, solid(RED))]), &cancel, &mut file);
        assert!(matches!(end, Err(ExportError::CalledOff)) && file.is_empty());
    }

    #[test]
    fn base64_follows_the_standards_examples() {
        for (bytes, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            let mut text = String::new();
            push_base64(&mut text, bytes.as_bytes());
            assert_eq!(text, expected);
        }
    }
}
