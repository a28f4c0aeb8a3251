//! Rules about what is measured on the raster: `thin-line`, `thin-gap`, `small-island`, `soft-edge`.

use kurbo::{Point, Rect, Vec2};

use crate::cancel::Cancel;
use crate::catalog::Technique;
use crate::design::limits::STROKE_LEAST;
use crate::design::{Edges, Production};
use crate::prepress::preflight::area::bounds_of;
use crate::prepress::preflight::finding::hundredths;
use crate::prepress::preflight::raster::{Found, Haze, Spot, Wanted, measure};
use crate::prepress::preflight::words::{length, text_size};
use crate::prepress::preflight::{Action, CheckedArea, Finding, Fix, Place, RuleId, Severity};
use crate::scene::{self, Finish, Scene, SceneLayer};

/// Gaps this much narrower than a technique promises to keep open mostly stay so: they are worth knowing. Narrower ones
/// close.
const MOSTLY_OPEN: f64 = 0.5;

/// Half-transparent ink of less than this is not seen, mm².
const UNSEEN_MM2: f64 = 1.0;

/// A fade that comes as near to being whole, as a share, is proposed to be cut at its half.
const NEARLY_WHOLE: f64 = 0.9;

/// Lines of dots to the inch that are proposed where fine dots hold.
const LPI: f64 = 30.0;

/// Techniques that hold dots as fine as this, mm, print fades as dots.
const FINE_DOT: f64 = 0.5;

/// Layers are not proposed to grow by more.
const MOST_GROWTH: f64 = 3.0;

/// What is too fine or too soft for a technique; `None` once `cancel` is set. Findings come by layer from the bottom up.
pub(super) fn check(checked: CheckedArea<'_>, technique: &Technique, cancel: &Cancel) -> Option<Vec<Finding>> {
    if !checked.scene.has_ink() {
        return Some(Vec::new());
    }
    // Once edges are hard or fades are dots, nothing is half there.
    let is_settled = checked.scene.finish.is_some_and(|finish| finish.edges != scene::Edges::Soft);
    let wanted =
        Wanted { line: technique.min_line, gap: technique.min_gap, haze: !technique.soft_edges && !is_settled };
    let finish = checked.scene.finish.map(Finish::measured);
    let found = measure(&Scene { finish, ..checked.scene.clone() }, &wanted, cancel)?;
    let layers = &checked.scene.layers;
    let mut findings = Vec::new();
    for owner in (0..layers.len()).map(Some).chain([None]) {
        let subject = Subject { checked, technique, layer: owner.and_then(|index| layers.get(index)) };
        let of = |spots: &[Spot]| spots.iter().filter(|spot| owner_of(layers, spot.middle) == owner).copied().collect();
        let (lines, gaps): (Vec<Spot>, Vec<Spot>) = (of(&found.lines), of(&found.gaps));
        let is_speck = |spot: &Spot| {
            spot.is_alone && spot.bounds.width().max(spot.bounds.height()) < technique.min_line.mm() * 1.5
        };
        let (specks, lines): (Vec<Spot>, Vec<Spot>) = lines.into_iter().partition(is_speck);
        findings.extend(subject.thin_line(&lines));
        findings.extend(subject.thin_gap(&gaps));
        findings.extend(subject.small_island(&specks));
    }
    findings.extend(soft_edge(checked, technique, &found));
    Some(findings)
}

/// The layer that a place belongs to: of those that reach over it the smallest, of equal ones the topmost.
fn owner_of(layers: &[SceneLayer], place: Point) -> Option<usize> {
    const NEAR_MM: f64 = 0.3;
    let over = layers
        .iter()
        .enumerate()
        .filter(|(_, layer)| layer.ink.area() > 0.0 && layer.ink.inflate(NEAR_MM, NEAR_MM).contains(place));
    let smaller = |best: (usize, f64), next: (usize, f64)| if next.1 <= best.1 { next } else { best };
    over.map(|(index, layer)| (index, layer.ink.area())).reduce(smaller).map(|(index, _)| index)
}

/// One layer with what was found in it.
struct Subject<'a> {
    checked: CheckedArea<'a>,
    technique: &'a Technique,
    layer: Option<&'a SceneLayer>,
}

impl Subject<'_> {
    fn finding(&self, rule: RuleId, severity: Severity, bounds: Rect, message: String, fix: Fix) -> Finding {
        Finding {
            rule,
            severity,
            area: self.checked.area.id.clone(),
            layer: self.layer.map(|layer| layer.id.clone()),
            pointer: self.layer.map_or_else(|| self.checked.pointer.to_owned(), |layer| layer.pointer.clone()),
            place: Place::from(bounds),
            message,
            fix: Some(fix),
        }
    }

    fn thin_line(&self, spots: &[Spot]) -> Option<Finding> {
        let thinnest = spots.first()?;
        let least = self.technique.min_line.mm();
        let message = format!(
            "Lines here are only {} wide{}; {} holds them from {} on.",
            text_size(thinnest.width),
            places(spots),
            self.technique.name,
            text_size(least)
        );
        let thicken = self.production(least, |done| done.least_line, thickened);
        let words = format!("Thicken the lines to {}, choose a bolder face", text_size(least));
        let fix = self.larger(least / thinnest.width, thicken, &words);
        Some(self.finding(RuleId::ThinLine, Severity::Warning, thinnest.bounds, message, fix))
    }

    fn thin_gap(&self, spots: &[Spot]) -> Option<Finding> {
        let narrowest = spots.first()?;
        let least = self.technique.min_gap.mm();
        let severity = if narrowest.width < least * MOSTLY_OPEN { Severity::Warning } else { Severity::Note };
        let message = format!(
            "Gaps here are only {} wide{} and may close; {} keeps them open from {} on.",
            text_size(narrowest.width),
            places(spots),
            self.technique.name,
            text_size(least)
        );
        let open = |least| Production { least_gap: Some(least), ..Production::default() };
        let open = self.production(least, |done| done.least_gap, open);
        let words = format!("Open the gaps to {}, give letters more room", text_size(least));
        let fix = self.larger(least / narrowest.width, open, &words);
        Some(self.finding(RuleId::ThinGap, severity, narrowest.bounds, message, fix))
    }

    fn small_island(&self, spots: &[Spot]) -> Option<Finding> {
        let smallest = spots.first()?;
        let least = self.technique.min_line.mm();
        let message = format!(
            "{} of {} would not hold; {} holds what is at least {} wide.",
            if spots.len() == 1 { "A speck".to_owned() } else { format!("{} specks, the smallest", spots.len()) },
            text_size(smallest.width),
            self.technique.name,
            text_size(least)
        );
        let thicken = self.production(least, |done| done.least_line, thickened);
        let fix = Fix::new("Clean them out of the picture, or make them larger.".to_owned(), thicken);
        Some(self.finding(RuleId::SmallIsland, Severity::Warning, smallest.bounds, message, fix))
    }

    /// Asks for a width of lines or gaps, unless that has been asked for or cannot be.
    fn production(&self, least: f64, done: impl Fn(&Finish) -> f64, ask: impl Fn(f64) -> Production) -> Option<Action> {
        let done = self.checked.scene.finish.as_ref().map_or(0.0, done);
        let is_possible = STROKE_LEAST.contains(least) && done < least;
        is_possible.then(|| Action::Production { production: ask(least) })
    }

    /// Proposes `mend`, and to scale the layer, where the area has room for it.
    fn larger(&self, factor: f64, mend: Option<Action>, otherwise: &str) -> Fix {
        // Rounded up, so that what comes out is wide enough.
        let factor = (factor * 1000.0).ceil() / 1000.0 + 0.005;
        let Some((layer, scaled)) = self.layer.map(|layer| (layer, scaled(layer, factor))) else {
            return Fix::new(format!("{otherwise}."), mend);
        };
        let room = bounds_of(self.checked.scene).inset(-self.checked.area.safe_margin.mm());
        let fits = room.union(scaled) == room;
        if factor > MOST_GROWTH || !fits {
            return Fix::new(format!("{otherwise}."), mend);
        }
        let width = (layer.frame[1] - layer.frame[0]).hypot() * factor;
        let scale = Action::Scale { factor, width: hundredths(width), dx: 0.0, dy: 0.0 };
        let instead = mend.iter().map(|_| scale.clone()).collect();
        let text = format!("{otherwise}, or make it at least {} wide.", length(width));
        Fix { text, action: mend.or(Some(scale)), instead }
    }
}

fn thickened(least: f64) -> Production {
    Production { least_line: Some(least), ..Production::default() }
}

/// The ink of a layer that is scaled about its place.
fn scaled(layer: &SceneLayer, factor: f64) -> Rect {
    let about = layer.facts.origin;
    let corner = |x: f64, y: f64| about + (Vec2::new(x, y) - about.to_vec2()) * factor;
    Rect::from_points(corner(layer.ink.x0, layer.ink.y0), corner(layer.ink.x1, layer.ink.y1))
}

fn places(spots: &[Spot]) -> String {
    if spots.len() == 1 { String::new() } else { format!(" at the thinnest of {} places", spots.len()) }
}

/// Half-transparent ink on a technique that prints none.
fn soft_edge(checked: CheckedArea<'_>, technique: &Technique, found: &Found) -> Option<Finding> {
    let Haze { area, most, bounds } = found.haze.filter(|haze| haze.area >= UNSEEN_MM2)?;
    let layers = &checked.scene.layers;
    let owner = owner_of(layers, bounds.center()).and_then(|index| layers.get(index));
    let message = format!(
        "{:.0} mm\u{b2} are half transparent, as shadows and fading edges are; {} prints them with a white haze.",
        area.max(1.0),
        technique.name
    );
    let edges = |edges| Action::Production { production: Production { edges: Some(edges), ..Production::default() } };
    // Half of the most that there is: what is faint throughout becomes whole, and does not vanish.
    let hard = edges(Edges::Hard { threshold: if most > NEARLY_WHOLE { 0.5 } else { hundredths(most / 2.0) } });
    let dot = technique.min_line.mm();
    let fix = if dot <= FINE_DOT {
        Fix {
            text: "Print fades as dots, or with hard edges, or choose a technique that prints halftones.".to_owned(),
            action: Some(edges(Edges::Halftone { lpi: LPI, dot })),
            instead: vec![hard],
        }
    } else {
        Fix::new("Print it with hard edges, or choose a technique that prints halftones.".to_owned(), Some(hard))
    };
    let subject = Subject { checked, technique, layer: owner };
    Some(subject.finding(RuleId::SoftEdge, Severity::Warning, bounds, message, fix))
}
