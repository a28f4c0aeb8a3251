//! Flat art as paths for plates: every path in one full ink, as the artwork has it.

use std::sync::Arc;

use crate::color::Color;
use crate::export::separations::{Step, Way};
use crate::prepress::separate::{Method, Target, base_of};
use crate::scene::{Blend, Item, Paint};
use crate::shop::press::SeparationJob;

/// More steps make a page that no press program likes to open.
const MOST: usize = 100_000;

/// How paths paint the plates of a job. `None` if anything in it is more than flat: pictures, fades, sheer colours, blends,
/// mixed inks, soft edges; or if inks are trapped.
pub(super) fn steps(job: &SeparationJob<'_>) -> Option<Vec<Step>> {
    let (Method::Spot(_), None, None) = (&job.recipe.method, &job.recipe.trap, &job.scene.finish) else { return None };
    let mut steps = Vec::new();
    for layer in &job.scene.layers {
        add(job, &layer.items, &mut steps)?;
    }
    Some(steps)
}

fn add(job: &SeparationJob<'_>, items: &[Item], steps: &mut Vec<Step>) -> Option<()> {
    for item in items {
        if steps.len() > MOST {
            return None;
        }
        let mut mark = |path, way, paint| {
            let plate = plate(job, paint)?;
            steps.push(Step::Paint { path: Arc::clone(path), way, plate });
            Some(())
        };
        match item {
            Item::Fill { path, rule, paint } => mark(path, Way::Fill(*rule), paint)?,
            Item::Stroke { path, style, paint } => mark(path, Way::Stroke(style.clone()), paint)?,
            Item::Group(group) if group.opacity >= 1.0 && group.blend == Blend::Over && group.blur <= 0.0 => {
                steps.extend(group.clip.iter().map(|clip| Step::Clip(Arc::clone(clip))));
                add(job, &group.items, steps)?;
                steps.extend(group.clip.iter().map(|_| Step::Unclip));
            }
            Item::Group(_) | Item::Picture { .. } | Item::Svg { .. } => return None,
        }
    }
    Some(())
}

/// The place among the plates of what prints a colour: of none where the cloth shows, or the white below, which is a picture.
fn plate(job: &SeparationJob<'_>, paint: &Paint) -> Option<Option<usize>> {
    let Method::Spot(bases) = &job.recipe.method else { return None };
    let color: Color = match paint {
        Paint::Solid(color, opacity) if *opacity >= 1.0 => *color,
        Paint::Solid(..) | Paint::Gradient(_) => return None,
    };
    Some(match bases[base_of(bases, color)?].target {
        Target::Plate(ink) => Some(job.plates.iter().position(|plate| plate.ink == Some(ink))?),
        Target::Underbase | Target::Cloth => None,
    })
}
