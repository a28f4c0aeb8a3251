//! Rules about the print area: `empty-art`, `outside-area`, `over-safe-margin`.

use kurbo::{Point, Rect, Vec2};

use crate::prepress::preflight::finding::hundredths;
use crate::prepress::preflight::words::length;
use crate::prepress::preflight::{Action, CheckedArea, Finding, Fix, Place, RuleId, Severity, Subject};
use crate::scene::Scene;

/// Overhang that is rounding and not ink, mm.
const SLACK_MM: f64 = 0.01;

/// An area without any ink inside it would go to the press as a blank.
pub(super) fn empty(checked: CheckedArea<'_>) -> Option<Finding> {
    if checked.scene.has_ink() {
        return None;
    }
    Some(Finding {
        rule: RuleId::EmptyArt,
        severity: Severity::Error,
        area: checked.area.id.clone(),
        layer: None,
        pointer: checked.pointer.to_owned(),
        place: Place::from(bounds_of(checked.scene)),
        message: format!("Nothing would be printed on {}: there is no visible artwork.", checked.area.name),
        fix: Some(Fix {
            text: format!("Put something on {}, or take it out of the order.", checked.area.name),
            action: None,
            instead: Vec::new(),
        }),
    })
}

/// A layer against the edges of its area: outside is an error, over the safe margin a warning.
pub(super) fn bounds(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.has_ink() {
        return None;
    }
    let ink = subject.layer.ink;
    let area = bounds_of(subject.checked.scene);
    let margin = subject.checked.area.safe_margin.mm();
    let name = &subject.checked.area.name;
    let outside = overhang(ink, area);
    if outside > SLACK_MM {
        let message = if ink.intersect(area).area() > 0.0 {
            format!("{} of it lies outside the print area {name} and would be cut off.", length(outside))
        } else {
            format!("It lies entirely outside the print area {name} and would not be printed.")
        };
        let fix = fit(subject, area.inset(-margin), area);
        return Some(subject.finding(RuleId::OutsideArea, Severity::Error, message, Some(fix)));
    }
    let over = overhang(ink, area.inset(-margin));
    if over > SLACK_MM {
        let message = format!(
            "It comes within {} of the edge of {name}; the shirt may lie a little askew on the press, so keep {} clear.",
            length((margin - over).max(0.0)),
            length(margin)
        );
        let fix = fit(subject, area.inset(-margin), area);
        return Some(subject.finding(RuleId::OverSafeMargin, Severity::Warning, message, Some(fix)));
    }
    None
}

/// The area in its own coordinates.
pub(super) fn bounds_of(scene: &Scene) -> Rect {
    Rect::new(0.0, 0.0, scene.size.width.mm(), scene.size.height.mm())
}

/// How far the ink sticks out of the frame on the worst side; negative if it is inside.
fn overhang(ink: Rect, frame: Rect) -> f64 {
    (frame.x0 - ink.x0).max(frame.y0 - ink.y0).max(ink.x1 - frame.x1).max(ink.y1 - frame.y1)
}

/// Moves the layer between the safe margins if it has room there, and scales it down first if it has not.
fn fit(subject: &Subject<'_>, safe: Rect, area: Rect) -> Fix {
    let ink = subject.layer.ink;
    let room = if safe.width() > 0.0 && safe.height() > 0.0 { safe } else { area };
    let factor = (room.width() / ink.width()).min(room.height() / ink.height());
    let frame = subject.layer.frame;
    // The way in the coordinates that the layer's x and y count in, which a turned group turns.
    let back = subject.layer.facts.parent.inverse();
    let own = |way: Vec2| (back * way.to_point()) - (back * Point::ORIGIN);
    if factor >= 1.0 {
        let shift = shift_into(ink, room);
        return Fix {
            text: format!("Move it {}.", direction(shift)),
            action: Some(Action::Move { dx: hundredths(own(shift).x), dy: hundredths(own(shift).y) }),
            instead: Vec::new(),
        };
    }
    // A document's layer scales about its x and y, which need not be the centre of its ink. Rounding down keeps what
    // comes out inside.
    let factor = (factor * 10_000.0).floor() / 10_000.0;
    let center = subject.layer.facts.origin;
    let scaled = Rect::from_points(
        center + (Vec2::new(ink.x0, ink.y0) - center.to_vec2()) * factor,
        center + (Vec2::new(ink.x1, ink.y1) - center.to_vec2()) * factor,
    );
    let shift = shift_into(scaled, room);
    let width = (frame[1] - frame[0]).hypot() * factor;
    Fix {
        text: format!("Make it at most {} wide, and keep it between the safe margins.", length(width)),
        action: Some(Action::Scale {
            factor,
            width: hundredths(width),
            dx: hundredths(own(shift).x),
            dy: hundredths(own(shift).y),
        }),
        instead: Vec::new(),
    }
}

/// The shortest move that brings `ink` inside `room`, which is large enough.
fn shift_into(ink: Rect, room: Rect) -> Vec2 {
    let along = |low: f64, high: f64, first: f64, last: f64| {
        if low < first { first - low } else { (last - high).min(0.0) }
    };
    Vec2::new(along(ink.x0, ink.x1, room.x0, room.x1), along(ink.y0, ink.y1, room.y0, room.y1))
}

/// `3 mm (0.12 in) to the left and 2 mm (0.08 in) up`.
fn direction(shift: Vec2) -> String {
    let part = |by: f64, backwards: &str, forwards: &str| {
        (by.abs() >= SLACK_MM / 2.0)
            .then(|| format!("{} {}", length(by.abs()), if by < 0.0 { backwards } else { forwards }))
    };
    let parts: Vec<String> =
        [part(shift.x, "to the left", "to the right"), part(shift.y, "up", "down")].into_iter().flatten().collect();
    parts.join(" and ")
}
