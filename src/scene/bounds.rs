//! Where resolved items ink.

use kurbo::{BezPath, Cap, Join, Rect, Shape as _, Stroke, StrokeOpts};

use crate::scene::{Item, Paint, Scene};

/// Paler pixels, layers and groups leave no ink that anybody sees.
pub const VISIBLE_OPACITY: f64 = 16.0 / 255.0;

/// How far the outline of a line may lie from the true one, mm.
const TOLERANCE: f64 = 0.002;

impl Item {
    /// Bounds of what the item inks, mm; `None` if it inks nothing that is seen. Pictures are taken with their
    /// transparent margins, and softened groups as far as three standard deviations.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        self.seen(1.0)
    }

    /// The same in groups that together have an opacity of `around`, 0 to 1.
    fn seen(&self, around: f64) -> Option<Rect> {
        let bounds = match self {
            // Faint paints are counted: many on each other make a soft edge.
            Self::Fill { paint, .. } | Self::Stroke { paint, .. } if is_clear(paint) => return None,
            Self::Fill { path, .. } => path.bounding_box(),
            Self::Stroke { path, style, .. } => line_bounds(path, style),
            Self::Picture { pixels, transform } => {
                let is_seen = |pixel: &[u8]| f64::from(pixel[3]) / 255.0 * around >= VISIBLE_OPACITY;
                if !pixels.data().chunks_exact(4).any(is_seen) {
                    return None;
                }
                let size = Rect::new(0.0, 0.0, f64::from(pixels.width()), f64::from(pixels.height()));
                transform.transform_rect_bbox(size)
            }
            Self::Svg { tree, transform, .. } => {
                let box_ = tree.root().abs_stroke_bounding_box();
                let [x0, y0, x1, y1] = [box_.left(), box_.top(), box_.right(), box_.bottom()].map(f64::from);
                transform.transform_rect_bbox(Rect::new(x0, y0, x1, y1))
            }
            Self::Group(group) => {
                let opacity = around * group.opacity;
                if opacity < VISIBLE_OPACITY {
                    return None;
                }
                let inside = seen_bounds(&group.items, opacity)?;
                let soft = inside.inflate(3.0 * group.blur, 3.0 * group.blur);
                group.clip.as_ref().map_or(soft, |clip| soft.intersect(clip.bounding_box()))
            }
        };
        (bounds.width() > 0.0 && bounds.height() > 0.0 && bounds.is_finite()).then_some(bounds)
    }
}

/// Bounds of what items ink together; `None` if they ink nothing that is seen.
pub(super) fn bounds_of(items: &[Item]) -> Option<Rect> {
    seen_bounds(items, 1.0)
}

fn seen_bounds(items: &[Item], around: f64) -> Option<Rect> {
    items.iter().filter_map(|item| item.seen(around)).reduce(|a, b| a.union(b))
}

fn is_clear(paint: &Paint) -> bool {
    match paint {
        Paint::Solid(_, opacity) => *opacity <= 0.0,
        Paint::Gradient(gradient) => gradient.stops.iter().all(|(_, _, opacity)| *opacity <= 0.0),
    }
}

impl Scene {
    /// Whether anything that is seen is printed inside the print area.
    #[must_use]
    pub fn has_ink(&self) -> bool {
        let area = Rect::new(0.0, 0.0, self.size.width.mm(), self.size.height.mm());
        self.layers.iter().any(|layer| layer.ink.area() > 0.0 && layer.ink.intersect(area).area() > 0.0)
    }
}

/// Bounds of a line. The gaps of a dashed one count as drawn.
fn line_bounds(path: &BezPath, style: &Stroke) -> Rect {
    let around = |reach: f64| path.bounding_box().inflate(reach, reach);
    let half = style.width / 2.0;
    if style.join == Join::Round && style.start_cap == Cap::Round && style.end_cap == Cap::Round {
        return around(half);
    }
    // Corners and ends reach as far as their angles let them, which only the outline tells.
    let whole = style.clone().with_dashes(0.0, [0.0_f64; 0]);
    let outline = kurbo::stroke(path.iter(), &whole, &StrokeOpts::default(), TOLERANCE).bounding_box();
    let is_dashed = !style.dash_pattern.is_empty();
    match style.start_cap {
        Cap::Square if is_dashed => outline.union(around(half * std::f64::consts::SQRT_2)),
        Cap::Round if is_dashed => outline.union(around(half)),
        _ => outline,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kurbo::Affine;

    use super::*;
    use crate::color::Color;
    use crate::pixels::Pixmap;
    use crate::scene::{FillRule, Group};

    fn line(data: &str, style: Stroke) -> Rect {
        let path = Arc::new(BezPath::from_svg(data).unwrap());
        Item::Stroke { path, style, paint: Paint::Solid(Color::BLACK, 1.0) }.bounds().unwrap()
    }

    fn assert_near(found: Rect, expected: Rect) {
        let sides = |rect: Rect| [rect.x0, rect.y0, rect.x1, rect.y1];
        let off = sides(found).iter().zip(sides(expected)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 0.01, "{found:?} instead of {expected:?}");
    }

    #[test]
    fn lines_reach_as_far_as_their_ends_and_corners() {
        let (butt, round) = (Stroke::new(6.0).with_caps(Cap::Butt).with_join(Join::Miter), Stroke::new(6.0));
        assert_near(line("M10 10H50", butt.clone()), Rect::new(10.0, 7.0, 50.0, 13.0));
        assert_near(line("M10 10H50", round), Rect::new(7.0, 7.0, 53.0, 13.0));
        assert_near(line("M10 10H50V40H10Z", butt.clone()), Rect::new(7.0, 7.0, 53.0, 43.0));
        // A corner of 60 degrees reaches twice half the width, one of 20 degrees is cut off by the miter limit.
        let peak = |half: f64| format!("M{} 50L100 {}L{} 50", 100.0 - half, 50.0 - 40.0, 100.0 + half);
        let sharp = line(&peak(40.0 / 3.0_f64.sqrt()), butt.clone());
        assert!((sharp.y0 - 4.0).abs() < 0.01, "{sharp:?}");
        let cut = line(&peak(40.0 * 0.1763), butt.clone());
        assert!(cut.y0 > 9.0, "{cut:?}");
        let dashed = butt.with_dashes(0.0, [2.0, 1.0]);
        assert_near(line("M10 10H50V40H10Z", dashed), Rect::new(7.0, 7.0, 53.0, 43.0));
    }

    #[test]
    fn a_turned_circle_is_as_wide_as_before() {
        let turn = Affine::translate((50.0, 50.0)) * crate::math::rotation(0.7) * Affine::translate((-50.0, -50.0));
        let path = Arc::new(turn * kurbo::Circle::new((50.0, 50.0), 20.0).to_path(0.001));
        let paint = Paint::Solid(Color::BLACK, 1.0);
        let circle = Item::Fill { path, rule: FillRule::NonZero, paint };
        assert_near(circle.bounds().unwrap(), Rect::new(30.0, 30.0, 70.0, 70.0));
    }

    #[test]
    fn what_is_too_pale_to_be_seen_is_no_ink() {
        let rect = Rect::new(1.0, 2.0, 5.0, 7.0);
        let fill = |opacity: f32| Item::Fill {
            path: Arc::new(rect.to_path(0.1)),
            rule: FillRule::NonZero,
            paint: Paint::Solid(Color::BLACK, opacity),
        };
        let group = |items: Vec<Item>, opacity: f64| Item::Group(Group { items, opacity, ..Group::default() });
        let picture = |alpha: u8| Item::Picture {
            pixels: Arc::new(Pixmap::from_premultiplied(2, 1, vec![0, 0, 0, 0, 0, 0, 0, alpha]).unwrap()),
            transform: Affine::IDENTITY,
        };
        assert_eq!((fill(1.0).bounds(), fill(0.0).bounds()), (Some(rect), None));
        assert_eq!(group(vec![fill(1.0)], 0.1).bounds(), Some(rect));
        assert_eq!(group(vec![fill(1.0)], 0.06).bounds(), None);
        assert_eq!(group(vec![group(vec![fill(1.0)], 0.2)], 0.2).bounds(), None, "opacities multiply");
        assert_eq!((picture(16).bounds().is_some(), picture(15).bounds()), (true, None));
        assert_eq!(group(vec![picture(30)], 0.5).bounds(), None);
    }
}
