//! From a placement of the document to a scene: the only step that can meet a missing font or picture.

use std::cell::RefCell;
use std::sync::Arc;

use kurbo::{Affine, Cap, Join, Point, Rect, Shape as _, Stroke};

use crate::assets::fonts::Fonts;
use crate::assets::{AssetError, Budget, Library};
use crate::cancel::Cancel;
use crate::catalog::{self, Catalog};
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::design::{self, Content, FieldValues, Flip, Layer, Placement, Problem};
use crate::math;
use crate::scene::bounds::bounds_of;
use crate::scene::text::{Effort, Lettering, TextError};
use crate::scene::transform::moved;
use crate::scene::{
    ArtworkHash, Finish, Group, Item, LayerFacts, NearInk, Paint, Scene, SceneLayer, image, shape, text,
};
use crate::units::{Angle, Dpi, PhysicalSize};

/// Part of every artwork hash: raised whenever the same inputs come to look different.
pub const RENDERER_VERSION: u32 = 3;

/// What a placement is resolved against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The font library.
    pub fonts: &'a Fonts,
    /// Uploaded pictures.
    pub library: &'a Library,
    /// Holds the palette that `ink:` colours name.
    pub catalog: &'a Catalog,
    /// What fills the document's fields.
    pub fields: &'a FieldValues,
    /// The finest raster that the scenes are drawn as: what SVGs cost is measured for it, and never for less than a
    /// print.
    pub finest: Dpi,
    /// What the pictures, letters and shapes of the whole request may take; one budget for all of its placements.
    pub budget: &'a Budget,
    /// Looked at before each layer and while letters are drawn; once it is set, [`resolve`] ends without a problem to tell.
    pub cancel: &'a Cancel,
}

/// The print area that a placement is resolved for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Its size on the garment's size at hand.
    pub size: PhysicalSize,
    /// How far everything moves to the right, mm. A document's positions are those on the garment's reference size; on
    /// a size whose area is wider or narrower, artwork keeps its place relative to the area's centre line and to its
    /// top edge, which hang from the collar.
    pub shift: f64,
    /// The colour of the cloth there, for what is knocked out of the artwork; `None` if it is not known.
    pub cloth: Option<Color>,
}

impl Area {
    /// An area of the size that the document was made for, on cloth of a colour that is not known.
    #[must_use]
    pub const fn reference(size: PhysicalSize) -> Self {
        Self { size, shift: 0.0, cloth: None }
    }
}

/// Resolves `placement`, which stands at the JSON pointer `pointer`, for a print area.
///
/// # Errors
/// Every problem there is: fonts, inks and pictures that do not exist or cannot be read, words that cannot be set. None
/// if the work was called off, or if an earlier placement passed the budget and told so.
pub fn resolve(placement: &Placement, pointer: &str, area: Area, context: &Context<'_>) -> Result<Scene, Vec<Problem>> {
    let mut resolver = Resolver { context, problems: Vec::new(), hasher: blake3::Hasher::new() };
    let layers = resolver.layers(&placement.layers, &format!("{pointer}/layers"), Affine::translate((area.shift, 0.0)));
    let finish = resolver.finish(placement, pointer, area.cloth);
    // Past the budget, layers were left out.
    if !resolver.problems.is_empty() || context.cancel.is_set() || context.budget.is_exceeded() {
        return Err(resolver.problems);
    }
    resolver.hash_document(placement, area);
    Ok(Scene { size: area.size, layers, finish, hash: ArtworkHash(*resolver.hasher.finalize().as_bytes()) })
}

/// A text layer, set: what an editor draws and puts its carets into.
#[derive(Debug, Clone)]
pub struct SetLayer {
    /// The layer's id in the document.
    pub id: String,
    /// JSON pointer to the layer in the document.
    pub pointer: String,
    /// Its words with the fields filled in.
    pub words: String,
    /// The words, set, around the layer's own centre: before it is moved, turned or flipped.
    pub lettering: Lettering,
}

/// Sets the visible text layers of `placement`, just as [`resolve`] does.
///
/// # Errors
/// Every problem there is with texts. None if an earlier placement passed the budget and told so.
pub fn set_texts(placement: &Placement, pointer: &str, context: &Context<'_>) -> Result<Vec<SetLayer>, Vec<Problem>> {
    let mut resolver = Resolver { context, problems: Vec::new(), hasher: blake3::Hasher::new() };
    let mut found = Vec::new();
    resolver.letterings(&placement.layers, &format!("{pointer}/layers"), &mut found);
    if resolver.problems.is_empty() && !context.budget.is_exceeded() { Ok(found) } else { Err(resolver.problems) }
}

struct Resolver<'a> {
    context: &'a Context<'a>,
    problems: Vec<Problem>,
    /// Fed with the bytes of every font and picture on the way.
    hasher: blake3::Hasher,
}

/// What a layer's content becomes around its own centre.
struct Drawn {
    items: Vec<Item>,
    /// The layer's box.
    frame: Rect,
    /// Bounds of the ink that are known besides those of the items, which for colour emoji are wider.
    ink: Option<Rect>,
    facts: LayerFacts,
}

impl Resolver<'_> {
    fn layers(&mut self, layers: &[Layer], pointer: &str, parent: Affine) -> Vec<SceneLayer> {
        let mut resolved = Vec::new();
        let shown = layers.iter().enumerate().filter(|(_, layer)| !layer.hidden);
        for (index, layer) in shown.take_while(|_| !self.context.cancel.is_set()) {
            resolved.extend(self.layer(layer, &format!("{pointer}/{index}"), parent));
        }
        resolved
    }

    fn layer(&mut self, layer: &Layer, pointer: &str, parent: Affine) -> Vec<SceneLayer> {
        let map = parent * place(layer);
        let drawn = match &layer.content {
            Content::Group(group) => {
                let inside = self.layers(&group.layers, &format!("{pointer}/layers"), map);
                return together(layer, pointer, inside, parent);
            }
            Content::Text(content) => self.text(content, pointer),
            Content::Image(content) => self.image(content, pointer),
            Content::Shape(content) => self.shape(content, pointer),
        };
        drawn.map(|drawn| finished(layer, pointer, drawn, parent)).into_iter().collect()
    }

    fn text(&mut self, content: &design::Text, pointer: &str) -> Option<Drawn> {
        let (_, lettering, Used { colors, near_inks }) = self.lettering(content, pointer)?;
        let facts = LayerFacts {
            text_size: Some(lettering.em),
            missing_glyphs: lettering.missing,
            lent: lettering.lent,
            colors,
            near_inks,
            ..LayerFacts::default()
        };
        Some(Drawn { items: lettering.items, frame: lettering.frame, ink: Some(lettering.ink), facts })
    }

    /// The words of a text layer, the words set, and the colours that it uses.
    fn lettering(&mut self, content: &design::Text, pointer: &str) -> Option<(String, Lettering, Used)> {
        // The layer that passed the budget is reported; those behind it, in other placements too, are not even set.
        if self.context.budget.is_exceeded() {
            return None;
        }
        let words = design::fill(&content.text, self.context.fields);
        let palette = Palette::new(self.context.catalog);
        let effort = Effort { budget: self.context.budget, cancel: self.context.cancel };
        let color_of = |paint: &design::Paint| palette.color(paint).unwrap_or(Color::BLACK);
        let set = text::set(content, &words, &color_of, self.context.fonts, effort);
        if set.is_err() {
            // It failed before it came to the colours, whose problems are told all the same.
            for paint in content.paints() {
                let _ = palette.color(paint);
            }
        }
        self.unknown_inks(&palette, pointer);
        let lettering = match set {
            Ok(lettering) => lettering,
            // Not the design's fault: nothing is told, and nobody listens.
            Err(TextError::CalledOff) => return None,
            Err(error) => {
                self.problems.push(text_problem(pointer, &error, self.context.fonts));
                return None;
            }
        };
        for digest in &lettering.faces {
            self.hasher.update(digest);
        }
        Some((words, lettering, palette.used()))
    }

    fn letterings(&mut self, layers: &[Layer], pointer: &str, found: &mut Vec<SetLayer>) {
        let shown = layers.iter().enumerate().filter(|(_, layer)| !layer.hidden);
        for (index, layer) in shown.take_while(|_| !self.context.cancel.is_set()) {
            let pointer = format!("{pointer}/{index}");
            match &layer.content {
                Content::Text(content) => {
                    let set = self.lettering(content, &pointer);
                    found.extend(set.map(|(words, lettering, _)| {
                        let id = layer.id.clone();
                        SetLayer { id, pointer, words, lettering }
                    }));
                }
                Content::Group(group) => self.letterings(&group.layers, &format!("{pointer}/layers"), found),
                Content::Image(_) | Content::Shape(_) => {}
            }
        }
    }

    fn image(&mut self, content: &design::Image, pointer: &str) -> Option<Drawn> {
        // The layer that passed the budget is reported; those behind it, in other placements too, are not even opened.
        if self.context.budget.is_exceeded() {
            return None;
        }
        let palette = Palette::new(self.context.catalog);
        let color = |paint: &design::Paint| palette.color(paint);
        let prepared = image::prepare(content, self.context.library, self.context.budget, &color);
        self.unknown_inks(&palette, pointer);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            // Reported above, with a better hint.
            Err(AssetError::UnknownPaint { .. }) => return None,
            Err(error) => return self.refuse(content, pointer, &error),
        };
        self.hasher.update(&prepared.hash);
        let (dpi, limits) = (self.context.finest, &self.context.library.limits.svg);
        let size = prepared.size_mm(content);
        let items = prepared.items(size, Affine::IDENTITY, dpi, limits);
        let raster = prepared.svg_raster(size, dpi, limits).filter(|_| items.iter().any(has_svg));
        if let Some(raster) = raster {
            // Each is drawn by itself, even if the file is the same.
            let key = *blake3::hash(pointer.as_bytes()).as_bytes();
            let budget = self.context.budget;
            if let Err(error) = budget.charge(key, raster.bytes).and_then(|()| budget.charge_work(raster.passes)) {
                return self.refuse(content, pointer, &error);
            }
        }
        let reduced = raster.and_then(|raster| raster.reduced_dpi);
        let note = reduced.map(|dpi| {
            format!("its filters or patterns take much memory or time: drawn at {dpi:.0} dots per inch and enlarged")
        });
        let frame = Rect::from_center_size(Point::ZERO, size);
        let facts = LayerFacts {
            effective_dpi: prepared.effective_dpi(size).or(reduced),
            colors: content.tint.iter().filter_map(|paint| palette.color(paint)).collect(),
            notes: prepared.notes.into_iter().chain(note).collect(),
            ..LayerFacts::default()
        };
        Some(Drawn { items, frame, ink: None, facts })
    }

    fn refuse(&mut self, content: &design::Image, pointer: &str, error: &AssetError) -> Option<Drawn> {
        self.problems.push(asset_problem(format!("{pointer}/asset"), &content.asset, error));
        None
    }

    fn shape(&mut self, content: &design::Shape, pointer: &str) -> Option<Drawn> {
        if self.context.budget.is_exceeded() {
            return None;
        }
        let palette = Palette::new(self.context.catalog);
        let fill = content.fill.as_ref().and_then(|paint| palette.color(paint));
        let line = content.stroke.as_ref().and_then(|stroke| palette.color(&stroke.color));
        self.unknown_inks(&palette, pointer);
        let fields = self.context.fields;
        let outline = shape::outline(&content.form, |words| design::fill(words, fields)).and_then(|(path, rule)| {
            let dash = content.stroke.as_ref().map_or(&[][..], |stroke| &stroke.dash);
            let n_dashes = shape::check_dashes(&path, dash)?;
            let uses = u64::from(fill.is_some()) + u64::from(line.is_some());
            self.context.budget.charge_outlines(path.elements().len() as u64 * uses.max(1) + n_dashes)?;
            Ok((path, rule))
        });
        let (path, rule) = match outline {
            Ok(outline) => outline,
            Err(error) => {
                let hint = Some(error.hint().to_owned());
                self.problem(&format!("{pointer}/{}", error.field()), "shape", error.to_string(), hint);
                return None;
            }
        };
        let frame = path.bounding_box();
        let path = Arc::new(path);
        let mut items = Vec::new();
        if let Some(color) = fill {
            items.push(Item::Fill { path: path.clone(), rule, paint: Paint::Solid(color, 1.0) });
        }
        if let (Some(stroke), Some(color)) = (&content.stroke, line) {
            items.push(Item::Stroke { path, style: line_style(stroke), paint: Paint::Solid(color, 1.0) });
        }
        let Used { colors, near_inks } = palette.used();
        let facts = LayerFacts { colors, near_inks, ..LayerFacts::default() };
        Some(Drawn { items, frame, ink: None, facts })
    }

    /// Reports the inks that were asked for and do not exist, and hashes the values of those that do.
    fn unknown_inks(&mut self, palette: &Palette<'_>, pointer: &str) {
        for (id, hint) in palette.unknown.take() {
            self.problems.push(unknown_ink(pointer.to_owned(), &id, hint));
        }
        for color in palette.used.borrow().iter() {
            self.hasher.update(&[color.r, color.g, color.b]);
        }
    }

    /// What is done to the raster. Only what is knocked out depends on the cloth, and only then does the hash.
    fn finish(&mut self, placement: &Placement, pointer: &str, cloth: Option<Color>) -> Option<Finish> {
        let production = placement.production.as_ref()?;
        if production.knock_out.is_some() {
            if let Some(cloth) = cloth {
                self.hasher.update(&[cloth.r, cloth.g, cloth.b]);
            } else {
                let message = "the color of the cloth is not known, so that it cannot be knocked out".to_owned();
                let hint = Some("choose a color that the garment comes in".to_owned());
                self.problem(&format!("{pointer}/production/knock_out"), "unknown-cloth", message, hint);
            }
        }
        Finish::new(production, cloth)
    }

    fn hash_document(&mut self, placement: &Placement, area: Area) {
        let layers = essence(&placement.layers);
        let essence = Placement { area: placement.area.clone(), layers, production: placement.production };
        self.hasher.update(&essence.filled(self.context.fields).canonical_json());
        for value in [area.size.width.mm(), area.size.height.mm(), area.shift] {
            self.hasher.update(&value.to_le_bytes());
        }
        self.hasher.update(&RENDERER_VERSION.to_le_bytes());
    }

    fn problem(&mut self, pointer: &str, code: &'static str, message: String, hint: Option<String>) {
        self.problems.push(Problem { pointer: pointer.to_owned(), code, message, hint });
    }
}

/// Turns the document's colours into those of a screen, and remembers what it was asked.
struct Palette<'a> {
    catalog: &'a Catalog,
    used: RefCell<Vec<Color>>,
    /// Those of them that are written as colours.
    plain: RefCell<Vec<Color>>,
    unknown: RefCell<Vec<(String, Option<String>)>>,
}

impl<'a> Palette<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, used: RefCell::default(), plain: RefCell::default(), unknown: RefCell::default() }
    }

    fn color(&self, paint: &design::Paint) -> Option<Color> {
        let color = match paint {
            design::Paint::Rgb(color) => {
                self.plain.borrow_mut().push(*color);
                *color
            }
            design::Paint::Ink(id) => match self.catalog.ink(id) {
                Ok(ink) => ink.color,
                Err(unknown) => {
                    let mut seen = self.unknown.borrow_mut();
                    if !seen.iter().any(|(known, _)| known == id) {
                        seen.push((id.clone(), unknown.hint()));
                    }
                    return None;
                }
            },
        };
        self.used.borrow_mut().push(color);
        Some(color)
    }

    fn used(&self) -> Used {
        let colors = distinct(self.used.borrow().iter().copied());
        let plain = distinct(self.plain.borrow().iter().copied());
        Used { colors, near_inks: plain.into_iter().filter_map(|color| self.near_ink(color)).collect() }
    }

    /// The ink nearest to a colour; none if one is the same.
    fn near_ink(&self, color: Color) -> Option<NearInk> {
        let lab = Lab::from(color);
        let inks = self.catalog.inks().iter().map(|ink| (ciede2000(lab, Lab::from(ink.color)), ink));
        let (difference, ink) = inks.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (ink.color != color).then(|| NearInk { color, ink: ink.id.clone(), name: ink.name.clone(), difference })
    }
}

/// The colours that a layer asked for, each once, in the order of their first use.
struct Used {
    colors: Vec<Color>,
    near_inks: Vec<NearInk>,
}

/// The problem that a picture cannot be used.
pub(crate) fn asset_problem(pointer: String, id: &str, error: &AssetError) -> Problem {
    let code = if matches!(error, AssetError::Missing { .. }) { "unknown-asset" } else { "asset" };
    let message = match error {
        // They tell the name themselves.
        AssetError::Missing { .. } | AssetError::Outside { .. } | AssetError::Unreadable { .. } => error.to_string(),
        _ => format!("\"{id}\": {error}"),
    };
    Problem { pointer, code, message, hint: Some(error.hint().to_owned()) }
}

/// The problem that the palette has no such ink.
pub(crate) fn unknown_ink(pointer: String, id: &str, hint: Option<String>) -> Problem {
    Problem { pointer, code: "unknown-ink", message: format!("there is no ink \"{id}\" in the palette"), hint }
}

/// The problem that the library has no such font family.
pub(crate) fn unknown_font(pointer: String, family: &str, fonts: &Fonts) -> Problem {
    let names = fonts.families().iter().map(|family| family.name.as_str());
    let near = catalog::suggest(family, names);
    let hint = near.first().map(|name| format!("did you mean \"{name}\"?"));
    let list = "the catalogue lists all fonts".to_owned();
    let message = TextError::UnknownFamily { family: family.to_owned() }.to_string();
    Problem { pointer, code: "unknown-font", message, hint: Some(hint.unwrap_or(list)) }
}

fn text_problem(pointer: &str, error: &TextError, fonts: &Fonts) -> Problem {
    let (place, code, hint) = match error {
        TextError::UnknownFamily { family } => return unknown_font(format!("{pointer}/font"), family, fonts),
        TextError::Font(_) => ("/font", "font", None),
        _ => ("/text", "text-limit", error.hint().map(str::to_owned)),
    };
    Problem { pointer: format!("{pointer}{place}"), code, message: error.to_string(), hint }
}

/// The part of a placement that decides how it looks: names, ids and locks, and layers that are not shown, are left out.
fn essence(layers: &[Layer]) -> Vec<Layer> {
    let shown = layers.iter().filter(|layer| !layer.hidden);
    let bare = shown.map(|layer| {
        let content = match &layer.content {
            Content::Group(group) => Content::Group(design::Group { layers: essence(&group.layers) }),
            other => other.clone(),
        };
        Layer { id: String::new(), name: None, locked: false, content, ..layer.clone() }
    });
    bare.collect()
}

/// From a layer's own centre to its parent.
#[must_use]
pub fn place(layer: &Layer) -> Affine {
    let (across, down) = match layer.flip {
        Flip::None => (1.0, 1.0),
        Flip::Horizontal => (-1.0, 1.0),
        Flip::Vertical => (1.0, -1.0),
        Flip::Both => (-1.0, -1.0),
    };
    Affine::translate((layer.x, layer.y))
        * math::rotation(Angle::from_degrees(layer.rotation).radians())
        * Affine::scale_non_uniform(across, down)
}

fn line_style(stroke: &design::Stroke) -> Stroke {
    let style = if stroke.round {
        Stroke::new(stroke.width).with_caps(Cap::Round).with_join(Join::Round)
    } else {
        Stroke::new(stroke.width).with_caps(Cap::Butt).with_join(Join::Miter)
    };
    if stroke.dash.is_empty() { style } else { style.with_dashes(0.0, stroke.dash.iter().copied()) }
}

fn finished(layer: &Layer, pointer: &str, drawn: Drawn, parent: Affine) -> SceneLayer {
    let map = parent * place(layer);
    let items = faded(moved(drawn.items, map), layer.opacity);
    // Of the moved items: a turned box is wider than what it holds.
    let ink = bounds_of(&items).unwrap_or(Rect::ZERO);
    let ink = drawn.ink.map_or(ink, |known| ink.intersect(map.transform_rect_bbox(known)));
    SceneLayer {
        id: layer.id.clone(),
        pointer: pointer.to_owned(),
        items,
        frame: corners(drawn.frame).map(|corner| map * Point::from(corner)),
        ink,
        facts: LayerFacts { origin: parent * Point::new(layer.x, layer.y), parent, ..drawn.facts },
    }
}

/// The layers of a group. They stay layers of their own unless the group is translucent: then they must be composed
/// before they fade, and become one.
fn together(layer: &Layer, pointer: &str, inside: Vec<SceneLayer>, parent: Affine) -> Vec<SceneLayer> {
    if layer.opacity >= 1.0 || inside.is_empty() {
        return inside;
    }
    let inks = inside.iter().map(|layer| layer.ink).filter(|ink| ink.area() > 0.0);
    let within = inks.reduce(|a, b| a.union(b)).unwrap_or(Rect::ZERO);
    let least =
        |of: fn(&LayerFacts) -> Option<f64>| inside.iter().filter_map(|layer| of(&layer.facts)).min_by(f64::total_cmp);
    let facts = LayerFacts {
        origin: parent * Point::new(layer.x, layer.y),
        parent,
        effective_dpi: least(|facts| facts.effective_dpi),
        text_size: least(|facts| facts.text_size),
        missing_glyphs: inside.iter().flat_map(|layer| layer.facts.missing_glyphs.iter().copied()).collect(),
        lent: inside.iter().flat_map(|layer| layer.facts.lent.iter().cloned()).collect(),
        colors: distinct(inside.iter().flat_map(|layer| layer.facts.colors.iter().copied())),
        near_inks: inside.iter().flat_map(|layer| layer.facts.near_inks.iter().cloned()).collect(),
        notes: inside.iter().flat_map(|layer| layer.facts.notes.iter().cloned()).collect(),
    };
    let items = faded(inside.into_iter().flat_map(|layer| layer.items).collect(), layer.opacity);
    let ink = bounds_of(&items).map_or(Rect::ZERO, |ink| ink.intersect(within));
    let frame = corners(within).map(Point::from);
    vec![SceneLayer { id: layer.id.clone(), pointer: pointer.to_owned(), items, frame, ink, facts }]
}

fn corners(rect: Rect) -> [(f64, f64); 4] {
    [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (rect.x0, rect.y1)]
}

fn faded(items: Vec<Item>, opacity: f64) -> Vec<Item> {
    if opacity >= 1.0 { items } else { vec![Item::Group(Group { items, opacity, ..Group::default() })] }
}

fn has_svg(item: &Item) -> bool {
    match item {
        Item::Svg { .. } => true,
        Item::Group(group) => group.items.iter().any(has_svg),
        _ => false,
    }
}

/// The colours in the order of their first use.
fn distinct(colors: impl IntoIterator<Item = Color>) -> Vec<Color> {
    let mut seen = Vec::new();
    for color in colors {
        if !seen.contains(&color) {
            seen.push(color);
        }
    }
    seen
}
