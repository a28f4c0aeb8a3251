//! Words on films and beside prints, as outlines.

use kurbo::{Affine, BezPath};

use crate::assets::{Budget, Limits};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::design;
use crate::press::PressError;
use crate::scene::text::{self, Effort};
use crate::shop::Shop;

/// One line of words, its baseline at the origin, and how long it is in mm. Words that are too long for `room` mm are set
/// smaller.
///
/// # Errors
/// If the shop's fonts cannot set them.
pub fn line(shop: &Shop, words: &str, em: f64, room: f64) -> Result<(BezPath, f64), PressError> {
    let fonts = &shop.fonts;
    let any = || fonts.fallback("Latn").chain(fonts.families()).next();
    let family = fonts.family("Noto Sans").or_else(any).map(|family| family.name.clone()).unwrap_or_default();
    let text = design::Text::plain(design::Font { family, weight: 700, italic: false }, em);
    let effort = Effort { budget: &Budget::new(&Limits::default()), cancel: &Cancel::NEVER };
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    let set = text::set(&text, &plain, &|_| Color::BLACK, fonts, effort)
        .map_err(|error| PressError::Words(error.to_string()))?;
    let Some(first) = set.lines.first() else { return Ok((BezPath::new(), 0.0)) };
    let [left, _] = first.baseline;
    let shrink = (room / first.width.max(1e-6)).min(1.0);
    let place = Affine::scale(shrink) * Affine::translate((-left.x, -left.y));
    let mut path = BezPath::new();
    for cluster in &set.clusters {
        path.extend(place * cluster.path.clone());
    }
    Ok((path, first.width * shrink))
}
