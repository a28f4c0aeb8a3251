//! Rules about ink against cloth: `invisible-on-garment`, `low-contrast`.

use kurbo::{Point, Shape};
use resvg::usvg;

use crate::catalog::{Contrast, LARGE_MM, is_legible};
use crate::color::Color;
use crate::color::contrast::contrast_ratio;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::pixels::Pixmap;
use crate::prepress::preflight::{Finding, Fix, RuleId, Severity, Subject};
use crate::scene::{FillRule, Item, Paint, SceneLayer, VISIBLE_OPACITY};

/// Below this difference (CIEDE2000) people do not see ink on cloth.
const INVISIBLE: f64 = 2.5;

/// Below this difference it reads as tone on tone.
const TONE_ON_TONE: f64 = 10.0;

/// Below this contrast (WCAG 2.2) words are lost on the cloth from any distance, as long as they have nearly its hue, too.
const LOST_CONTRAST: f64 = 1.2;

/// From this difference (CIEDE2000) their hue is so much another that words of the cloth's own lightness are seen.
const OTHER_HUE: f64 = 20.0;

/// Where a layer's ink is probed for ink below it, as shares of its bounds in both directions.
const PROBES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// A layer of which every colour looks like the cloth, or nearly so, and words that are hard to read on it. What lies for the greater part on other ink is
/// not judged: there it need not stand out from the cloth.
pub(super) fn visibility(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.has_ink() {
        return None;
    }
    let cloth = subject.color.of_part(&subject.checked.area.part);
    let difference = farthest(&subject.layer.items, Lab::from(cloth));
    let is_near = difference.is_some_and(|difference| difference < TONE_ON_TONE);
    let faint = faint_words(subject, cloth);
    if (!is_near && faint.is_none()) || lies_on_other_ink(subject) {
        return None;
    }
    let name = &subject.color.name;
    let (rule, severity, message, way_out) = if difference.is_some_and(|difference| difference < INVISIBLE) {
        (
            RuleId::InvisibleOnGarment,
            Severity::Error,
            format!("It has the color of the garment ({name}) and could not be seen."),
            "Choose another color for it or for the garment.",
        )
    } else if let Some(Faint { is_lost: true, ratio }) = faint {
        (
            RuleId::InvisibleOnGarment,
            Severity::Error,
            format!("Nobody could read it on the garment ({name}): its contrast is {ratio:.1} to 1."),
            "Choose another color for it or for the garment, or put an outline around the letters that stands out.",
        )
    } else if let Some(Faint { ratio, .. }) = faint {
        (
            RuleId::LowContrast,
            Severity::Warning,
            format!("It can be printed, but is hard to read on the garment ({name}): its contrast is {ratio:.1} to 1."),
            "Choose a color that stands out more, or put an outline of one around the letters.",
        )
    } else {
        (
            RuleId::LowContrast,
            Severity::Warning,
            format!("It is tone on tone with the garment ({name}): fine up close, hard to make out from afar."),
            "Leave it if that is the idea; else choose a color that stands out more.",
        )
    };
    Some(subject.finding(rule, severity, message, Some(Fix::new(way_out.to_owned(), None))))
}

/// Words that are hard to read.
struct Faint {
    /// Contrast of their clearest colour (WCAG 2.2), the worst on all fibres.
    ratio: f64,
    /// Whether they are lost on the cloth.
    is_lost: bool,
}

/// How well the clearest colour of words is read, if that is not well enough for large words: what suggestions ask of small
/// ones is more than a shop would warn of. Letters with an outline that stands out can be read.
fn faint_words(subject: &Subject<'_>, cloth: Color) -> Option<Faint> {
    subject.layer.facts.text_size?;
    let mut inks = Vec::new();
    solids(&subject.layer.items, 1.0, &mut inks)?;
    let shown = inks.into_iter().filter(|(_, opacity)| *opacity >= VISIBLE_OPACITY);
    let shown: Vec<Color> = shown.map(|(ink, opacity)| over(ink, cloth, opacity)).collect();
    let all = shown.iter().map(|ink| Contrast::on_dye(*ink, cloth, subject.color.fabric));
    if all.clone().any(|contrast| is_legible(contrast, LARGE_MM)) {
        return None;
    }
    let ratio = all.map(|contrast| contrast.wcag).max_by(f64::total_cmp)?;
    // A fibre of a heather may have the color of what stands out from the cloth as a whole.
    let is_lost = |ink: &Color| {
        contrast_ratio(*ink, cloth) < LOST_CONTRAST && ciede2000(Lab::from(*ink), Lab::from(cloth)) < OTHER_HUE
    };
    Some(Faint { ratio, is_lost: shown.iter().all(is_lost) })
}

/// Gathers the colours of items in groups that together have an opacity of `around`, each with its own; `None` if some are not
/// of one colour.
fn solids(items: &[Item], around: f64, found: &mut Vec<(Color, f64)>) -> Option<()> {
    for item in items {
        match item {
            Item::Fill { paint: Paint::Solid(color, opacity), .. }
            | Item::Stroke { paint: Paint::Solid(color, opacity), .. } => {
                let one = (*color, f64::from(*opacity) * around);
                if !found.contains(&one) {
                    found.push(one);
                }
            }
            Item::Group(group) => solids(&group.items, around * group.opacity, found)?,
            _ => return None,
        }
    }
    Some(())
}

/// What ink of an opacity looks like on a ground.
fn over(ink: Color, ground: Color, opacity: f64) -> Color {
    let channel = |ink: u8, ground: u8| {
        (f64::from(ink) * opacity + f64::from(ground) * (1.0 - opacity)).round().clamp(0.0, 255.0) as u8
    };
    Color::new(channel(ink.r, ground.r), channel(ink.g, ground.g), channel(ink.b, ground.b))
}

/// Whether at least half of the probes of this layer's bounds hit ink of the layers below.
fn lies_on_other_ink(subject: &Subject<'_>) -> bool {
    let ink = subject.layer.ink;
    let below = &subject.checked.scene.layers[..subject.layer_idx];
    let at = |x: f64, y: f64| Point::new(ink.x0 + x * ink.width(), ink.y0 + y * ink.height());
    let probes = PROBES.into_iter().flat_map(|x| PROBES.into_iter().map(move |y| at(x, y)));
    let hits = probes.filter(|&probe| below.iter().any(|layer| layer_covers(layer, probe))).count();
    hits * 2 >= PROBES.len() * PROBES.len()
}

fn layer_covers(layer: &SceneLayer, point: Point) -> bool {
    layer.ink.contains(point) && layer.items.iter().any(|item| covers(item, point, 1.0))
}

/// Whether an item in groups that together have an opacity of `around` is seen at a point.
fn covers(item: &Item, point: Point, around: f64) -> bool {
    match item {
        Item::Fill { path, rule, paint } => {
            let winding = path.winding(point);
            let is_inside = match rule {
                FillRule::NonZero => winding != 0,
                FillRule::EvenOdd => winding % 2 != 0,
            };
            is_inside && is_visible(paint, around)
        }
        Item::Stroke { .. } => false,
        Item::Picture { pixels, transform } => {
            let at = transform.inverse() * point;
            let pixel = if at.x >= 0.0 && at.y >= 0.0 { pixels.pixel(at.x as u32, at.y as u32) } else { None };
            pixel.is_some_and(|pixel| f64::from(pixel[3]) / 255.0 * around >= VISIBLE_OPACITY)
        }
        Item::Svg { tree, transform, .. } => {
            let at = transform.inverse() * point;
            let bounds = tree.root().abs_bounding_box();
            let between = |value: f64, low: f32, high: f32| value >= f64::from(low) && value <= f64::from(high);
            around >= VISIBLE_OPACITY
                && between(at.x, bounds.left(), bounds.right())
                && between(at.y, bounds.top(), bounds.bottom())
        }
        Item::Group(group) => {
            let opacity = around * group.opacity;
            opacity >= VISIBLE_OPACITY && group.items.iter().any(|item| covers(item, point, opacity))
        }
    }
}

/// Whether any of the paint is seen in groups of an opacity of `around`.
fn is_visible(paint: &Paint, around: f64) -> bool {
    let is_seen = |opacity: f32| f64::from(opacity) * around >= VISIBLE_OPACITY;
    match paint {
        Paint::Solid(_, opacity) => is_seen(*opacity),
        Paint::Gradient(gradient) => gradient.stops.iter().any(|(_, _, opacity)| is_seen(*opacity)),
    }
}

/// How much the most different colour of the items differs from the cloth; `None` if they have no colour or if it
/// cannot be told. Stops at what is plain to see.
fn farthest(items: &[Item], cloth: Lab) -> Option<f64> {
    let mut difference = Difference { cloth, largest: None, is_unknown: false, last: None };
    difference.meet_items(items, 1.0);
    if difference.is_unknown { None } else { difference.largest }
}

/// The largest difference so far.
struct Difference {
    cloth: Lab,
    largest: Option<f64>,
    /// Something was met whose colours are not known here.
    is_unknown: bool,
    /// The colour met last: neighbouring pixels are often alike.
    last: Option<Color>,
}

impl Difference {
    fn meet(&mut self, color: Color) {
        if self.last != Some(color) {
            self.last = Some(color);
            let difference = ciede2000(self.cloth, Lab::from(color));
            self.largest = Some(self.largest.map_or(difference, |largest| largest.max(difference)));
        }
    }

    fn is_plain(&self) -> bool {
        self.largest.is_some_and(|largest| largest >= TONE_ON_TONE)
    }

    /// Meets the colours of items in groups that together have an opacity of `around`.
    fn meet_items(&mut self, items: &[Item], around: f64) {
        if around < VISIBLE_OPACITY {
            return;
        }
        for item in items {
            match item {
                Item::Fill { paint, .. } | Item::Stroke { paint, .. } => self.meet_paint(paint, around),
                Item::Picture { pixels, .. } => self.meet_pixels(pixels, around),
                Item::Svg { tree, .. } => self.meet_nodes(tree.root(), around),
                Item::Group(group) => self.meet_items(&group.items, around * group.opacity),
            }
        }
    }

    fn meet_paint(&mut self, paint: &Paint, around: f64) {
        let is_seen = |opacity: f32| f64::from(opacity) * around >= VISIBLE_OPACITY;
        match paint {
            Paint::Solid(color, opacity) if is_seen(*opacity) => self.meet(*color),
            Paint::Solid(..) => {}
            Paint::Gradient(gradient) => {
                let seen = gradient.stops.iter().filter(|(_, _, opacity)| is_seen(*opacity));
                seen.for_each(|(_, color, _)| self.meet(*color));
            }
        }
    }

    fn meet_pixels(&mut self, pixels: &Pixmap, around: f64) {
        let palest = (VISIBLE_OPACITY * 255.0 / around).ceil();
        for pixel in pixels.data().chunks_exact(4) {
            if self.is_plain() {
                return;
            }
            let alpha = u32::from(pixel[3]);
            if f64::from(pixel[3]) >= palest {
                // Premultiplied channels never exceed alpha, so the quotient fits.
                let straight = |channel: u8| ((u32::from(channel) * 255 + alpha / 2) / alpha).min(255) as u8;
                self.meet(Color::new(straight(pixel[0]), straight(pixel[1]), straight(pixel[2])));
            }
        }
    }

    fn meet_nodes(&mut self, group: &usvg::Group, around: f64) {
        let around = around * f64::from(group.opacity().get());
        if around < VISIBLE_OPACITY {
            return;
        }
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => self.meet_nodes(group, around),
                usvg::Node::Path(path) if path.is_visible() => {
                    path.fill().into_iter().for_each(|fill| self.meet_svg_paint(fill.paint(), around));
                    path.stroke().into_iter().for_each(|stroke| self.meet_svg_paint(stroke.paint(), around));
                }
                usvg::Node::Path(_) => {}
                usvg::Node::Text(text) => self.meet_nodes(text.flattened(), around),
                usvg::Node::Image(_) => self.is_unknown = true,
            }
        }
    }

    fn meet_svg_paint(&mut self, paint: &usvg::Paint, around: f64) {
        let mut meet = |color: usvg::Color| self.meet(Color::new(color.red, color.green, color.blue));
        match paint {
            usvg::Paint::Color(color) => meet(*color),
            usvg::Paint::LinearGradient(gradient) => gradient.stops().iter().for_each(|stop| meet(stop.color())),
            usvg::Paint::RadialGradient(gradient) => gradient.stops().iter().for_each(|stop| meet(stop.color())),
            usvg::Paint::Pattern(pattern) => self.meet_nodes(pattern.root(), around),
        }
    }
}
