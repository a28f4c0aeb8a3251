//! Traps: where two inks meet, the lighter one reaches a little below the darker one, which is printed later and hides it. So no
//! cloth peeps out between them when a screen is slightly off.

use crate::prepress::separate::rolling::Rolling;
use crate::units::Length;

/// How inks reach below others.
#[derive(Debug, Clone)]
pub struct Trap {
    /// How far.
    pub reach: Length,
    /// For each ink, the numbers of those that it reaches below.
    pub below: Vec<Vec<usize>>,
}

/// The same in pixels.
#[derive(Debug)]
pub(super) struct Spread {
    below: Vec<Vec<usize>>,
    /// Rows down, columns to the right, and how much of a pixel there counts, of 255.
    steps: Vec<(isize, isize, u8)>,
    halo: usize,
}

impl Spread {
    pub(super) fn new(trap: &Trap, px: f64) -> Self {
        let halo = px.ceil() as usize;
        let far = halo.cast_signed();
        let all = (-far..=far).flat_map(|down| (-far..=far).map(move |right| (down, right)));
        let weighed = all.filter(|step| *step != (0, 0)).filter_map(|(down, right)| {
            let away = crate::math::hypot(down as f64, right as f64);
            let weight = ((1.0 + px - away).clamp(0.0, 1.0) * 255.0).round() as u8;
            (weight > 0).then_some((down, right, weight))
        });
        Self { below: trap.below.clone(), steps: weighed.collect(), halo }
    }

    /// Rows above and below a row that decide it.
    pub(super) const fn halo(&self) -> usize {
        self.halo
    }

    /// Spreads the plates of row `y`, which `row` holds as they are; each has `width` pixels, and the plates `height` rows.
    pub(super) fn row(&self, plates: &Rolling, (width, height): (usize, usize), y: usize, row: &mut [u8]) {
        let plane = |y: usize, ink: usize| &plates.row(y)[ink * width..][..width];
        let (mut room, mut reached) = (vec![0_u8; width], vec![0_u8; width]);
        for (ink, below) in self.below.iter().enumerate().filter(|(_, below)| !below.is_empty()) {
            room.fill(0);
            for other in below {
                room.iter_mut().zip(plane(y, *other)).for_each(|(room, part)| *room = room.saturating_add(*part));
            }
            let Some(first) = room.iter().position(|part| *part > 0) else { continue };
            let end = room.iter().rposition(|part| *part > 0).map_or(width, |last| last + 1);
            reached.fill(0);
            for steps in self.steps.chunk_by(|a, b| a.0 == b.0) {
                let Some(from) = y.checked_add_signed(steps[0].0).filter(|from| *from < height) else { continue };
                let source = plane(from, ink);
                let near = first.saturating_sub(self.halo)..(end + self.halo).min(width);
                if source[near].iter().any(|part| *part > 0) {
                    steps
                        .iter()
                        .for_each(|(_, right, weight)| reach(source, *right, *weight, (first, end), &mut reached));
                }
            }
            let own = &mut row[ink * width..][..width];
            for ((own, reached), room) in own.iter_mut().zip(&reached).zip(&room) {
                // At the outer edge of the darker one, the cloth shows as well, and what reaches below would show beside.
                if *own > 0 || *room == u8::MAX {
                    *own = (*own).max((*reached).min(own.saturating_add(*room)));
                }
            }
        }
    }
}

/// Raises the columns from `first` to before `end` to what lies `right` of them, as much of it as counts.
fn reach(source: &[u8], right: isize, weight: u8, (first, end): (usize, usize), target: &mut [u8]) {
    let from = first.max(right.min(0).unsigned_abs());
    let end = end.min(source.len() - right.max(0).unsigned_abs().min(source.len()));
    if from >= end {
        return;
    }
    let source = &source[from.wrapping_add_signed(right)..];
    for (target, part) in target[from..end].iter_mut().zip(source) {
        let part = (u16::from(*part) * u16::from(weight) + 127) / 255;
        *target = (*target).max(part as u8);
    }
}
