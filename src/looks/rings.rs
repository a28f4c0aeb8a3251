//! Rings around letters: no wider beside the letters than they were, and in no one's way.

use std::collections::{BTreeMap, BTreeSet};

use kurbo::{BezPath, Line, ParamCurveNearest as _, PathEl, Point, Shape as _};

use crate::catalog::{Contrast, is_legible};
use crate::color::contrast::{LARGE_MINIMUM, contrast_ratio};
use crate::design::{Content, Design, Paint, Text};
use crate::looks::Wardrobe;
use crate::looks::letters::{before, each, each_free, measured};
use crate::looks::paints::color_of;
use crate::scene::text::Lettering;

/// Thinner rings, mm, are none.
const THINNEST: f64 = 0.4;
/// Rings that would lose less of their width keep it.
const AS_WIDE: f64 = 0.98;
/// Least contrast of letters with a ring that stands free of its neighbours: less looks like a smear.
const SEEN: f64 = 1.5;
/// Outlines are taken apart into straight pieces this exactly, mm.
const TOLERANCE: f64 = 0.3;

/// Makes the rings of a dressed design as much thinner as its letters are smaller, and thinner still where neighbours' rings
/// would run together that did not before. Letters and ring must be told apart, the more so where rings run together, or there
/// is none.
/// `None` if words could not be read without.
pub(super) fn keep_apart(dressed: &mut Design, wardrobe: &Wardrobe<'_>) -> Option<()> {
    let old = worn(wardrobe.design);
    if old.is_empty() {
        return Some(());
    }
    let (before, after) = (before(wardrobe)?, measured(wardrobe, dressed, &BTreeSet::new())?);
    let catalog = &wardrobe.shop.catalog;
    let cloth = catalog.garment(&dressed.garment).ok()?.color(&dressed.color).ok()?;
    let apart = |letters: &Paint, ring: &Paint, least: f64| {
        color_of(catalog, letters)
            .zip(color_of(catalog, ring))
            .is_none_or(|(letters, ring)| contrast_ratio(letters, ring) >= least)
    };
    let mut can_be_read = true;
    each_free(dressed, &mut |layer| {
        let (Some(before), Some(after)) = (before.get(&layer.id), after.get(&layer.id)) else { return };
        let (Some((fill, inner, width)), Content::Text(text)) = (old.get(layer.id.as_str()), &mut layer.content) else {
            return;
        };
        let mut share = (after.em / before.em).min(1.0);
        if 2.0 * width <= before.gap {
            share = share.min(after.gap / (2.0 * width));
        }
        if share < AS_WIDE {
            text.outline.iter_mut().for_each(|ring| ring.width = (ring.width * share * 100.0).floor() / 100.0);
        }
        let is_thin = share < AS_WIDE && text.outline.iter().any(|ring| ring.width < THINNEST);
        let meet = 2.0 * width_of(text) > after.gap;
        let least = if meet { LARGE_MINIMUM } else { SEEN };
        let is_lost = apart(fill, inner, least) && !apart(&text.fill, &text.outline[0].color, least);
        if is_thin || is_lost {
            text.outline.clear();
            can_be_read &=
                color_of(catalog, &text.fill).is_some_and(|fill| is_legible(Contrast::on(fill, cloth), text.size));
        }
    });
    can_be_read.then_some(())
}

/// Whether all words that have rings have them in a look.
pub(super) fn stay(design: &Design, look: &Design) -> bool {
    worn(design).len() == worn(look).len()
}

/// Letters and inner ring of the words that have rings, and how wide all of those are, mm.
fn worn(design: &Design) -> BTreeMap<&str, (&Paint, &Paint, f64)> {
    let mut worn = BTreeMap::new();
    each(design, &mut |layer| {
        if let Content::Text(text) = &layer.content
            && let Some(inner) = text.outline.first()
        {
            worn.insert(layer.id.as_str(), (&text.fill, &inner.color, width_of(text)));
        }
    });
    worn
}

/// How wide all rings of words are, mm.
pub(super) fn width_of(text: &Text) -> f64 {
    text.outline.iter().map(|ring| ring.width).sum()
}

/// How far neighbours stand apart, mm: that of the middle pair; 0 where they touch. Endless if there are no two.
pub(super) fn gap_of(lettering: &Lettering) -> f64 {
    let letters: Vec<Vec<Line>> = lettering.clusters.iter().map(|cluster| pieces(&cluster.path)).collect();
    let pairs = letters.windows(2).filter(|pair| pair.iter().all(|letter| !letter.is_empty()));
    let mut gaps: Vec<f64> = pairs.map(|pair| gap(&pair[0], &pair[1])).collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(f64::INFINITY)
}

/// An outline in straight pieces.
pub(super) fn pieces(path: &BezPath) -> Vec<Line> {
    let (mut lines, mut first, mut last) = (Vec::new(), Point::ZERO, Point::ZERO);
    kurbo::flatten(path.iter(), TOLERANCE, |element| match element {
        PathEl::MoveTo(point) => (first, last) = (point, point),
        PathEl::LineTo(point) => {
            lines.push(Line::new(last, point));
            last = point;
        }
        PathEl::ClosePath => lines.push(Line::new(last, first)),
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    lines
}

/// The least distance between the outlines of two letters.
fn gap(one: &[Line], other: &[Line]) -> f64 {
    let to = |point: Point, lines: &[Line]| {
        lines.iter().map(|line| line.nearest(point, 1e-6).distance_sq).fold(f64::INFINITY, f64::min)
    };
    let ends =
        |lines: &[Line], others: &[Line]| lines.iter().map(|line| to(line.p0, others)).fold(f64::INFINITY, f64::min);
    let meets = one.iter().any(|line| {
        other.iter().any(|other| {
            line.crossing_point(*other).is_some_and(|at| {
                let on = |line: &Line| line.bounding_box().inflate(1e-9, 1e-9).contains(at);
                on(line) && on(other)
            })
        })
    });
    if meets { 0.0 } else { ends(one, other).min(ends(other, one)).sqrt() }
}
