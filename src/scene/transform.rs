//! Moving resolved items and measuring what they ink.

use std::sync::Arc;

use kurbo::{Affine, Rect, Shape as _};

use crate::scene::{Gradient, Group, Item, Paint};

impl Item {
    /// The item moved by `map`, which must keep lengths (a rotation, a mirroring, a shift): widths of strokes and the
    /// softness of groups stay as they are.
    #[must_use]
    pub fn moved(self, map: Affine) -> Self {
        match self {
            Self::Fill { path, rule, paint } => {
                Self::Fill { path: Arc::new(map * &*path), rule, paint: moved_paint(paint, map) }
            }
            Self::Stroke { path, style, paint } => {
                Self::Stroke { path: Arc::new(map * &*path), style, paint: moved_paint(paint, map) }
            }
            Self::Picture { pixels, transform } => Self::Picture { pixels, transform: map * transform },
            Self::Svg { tree, transform, finest } => Self::Svg { tree, transform: map * transform, finest },
            Self::Group(group) => Self::Group(Group {
                items: group.items.into_iter().map(|item| item.moved(map)).collect(),
                clip: group.clip.map(|clip| Arc::new(map * &*clip)),
                ..group
            }),
        }
    }

    /// Bounds of what the item can ink, mm; `None` if it inks nothing. Strokes are taken with the reach of their
    /// sharpest corner, pictures with their transparent margins.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let bounds = match self {
            Self::Fill { path, .. } => path.bounding_box(),
            Self::Stroke { path, style, .. } => {
                let reach = match style.join {
                    kurbo::Join::Miter => style.width / 2.0 * style.miter_limit.max(1.0),
                    kurbo::Join::Bevel | kurbo::Join::Round => style.width / 2.0,
                };
                path.bounding_box().inflate(reach, reach)
            }
            Self::Picture { pixels, transform } => {
                let size = Rect::new(0.0, 0.0, f64::from(pixels.width()), f64::from(pixels.height()));
                transform.transform_rect_bbox(size)
            }
            Self::Svg { tree, transform, .. } => {
                let box_ = tree.root().abs_stroke_bounding_box();
                let [x0, y0, x1, y1] = [box_.left(), box_.top(), box_.right(), box_.bottom()].map(f64::from);
                transform.transform_rect_bbox(Rect::new(x0, y0, x1, y1))
            }
            Self::Group(group) => {
                let inside = group.items.iter().filter_map(Self::bounds).reduce(|a, b| a.union(b))?;
                let soft = inside.inflate(3.0 * group.blur, 3.0 * group.blur);
                group.clip.as_ref().map_or(soft, |clip| soft.intersect(clip.bounding_box()))
            }
        };
        (bounds.width() > 0.0 && bounds.height() > 0.0 && bounds.is_finite()).then_some(bounds)
    }
}

fn moved_paint(paint: Paint, map: Affine) -> Paint {
    match paint {
        Paint::Solid(..) => paint,
        Paint::Gradient(gradient) => Paint::Gradient(Gradient { transform: map * gradient.transform, ..gradient }),
    }
}
