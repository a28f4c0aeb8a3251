//! Square dots: every pixel is one ink, and what it misses goes to its neighbours (Floyd and Steinberg, "An Adaptive
//! Algorithm for Spatial Grey Scale", Proceedings of the Society for Information Display 17, 1976), row by row in turns.

use crate::color::Color;
use crate::prepress::separate::{Base, Target};

/// What is left over so far.
#[derive(Debug)]
pub(super) struct Diffusion {
    bases: Vec<([f32; 3], Target)>,
    cloth: [f32; 3],
    /// What this row and the next inherit, with a pixel of room at both ends.
    now: Vec<[f32; 3]>,
    next: Vec<[f32; 3]>,
}

/// Beyond that an error is not kept: colours outside of what the inks can make would smear.
const MOST_ERROR: f32 = 192.0;

impl Diffusion {
    pub(super) fn new(bases: &[Base], width: usize) -> Self {
        let cloth = bases.iter().find(|base| base.target == Target::Cloth).map_or(Color::BLACK, |base| base.color);
        let bases = bases.iter().map(|base| (floats(base.color), base.target)).collect();
        let room = vec![[0.0; 3]; width + 2];
        Self { bases, cloth: floats(cloth), now: room.clone(), next: room }
    }

    /// The next row: calls `dot` with where each pixel's ink goes.
    pub(super) fn row(&mut self, y: usize, art: &[u8], mut dot: impl FnMut(usize, Target)) {
        let pixels = art.as_chunks::<4>().0;
        let turns_back = y % 2 == 1;
        for index in 0..pixels.len() {
            let x = if turns_back { pixels.len() - 1 - index } else { index };
            let pixel = pixels[x];
            if pixel[3] == 0 {
                continue;
            }
            let rest = f32::from(255 - pixel[3]) / 255.0;
            let wanted = [0, 1, 2].map(|channel| {
                let error = self.now[x + 1][channel].clamp(-MOST_ERROR, MOST_ERROR);
                f32::from(pixel[channel]) + self.cloth[channel] * rest + error
            });
            let Some((shown, target)) = self.nearest(wanted) else { continue };
            dot(x, target);
            let error = [0, 1, 2].map(|channel| wanted[channel] - shown[channel]);
            let (ahead, behind) = if turns_back { (x, x + 2) } else { (x + 2, x) };
            spread(&mut self.now[ahead], error, 7.0 / 16.0);
            spread(&mut self.next[behind], error, 3.0 / 16.0);
            spread(&mut self.next[x + 1], error, 5.0 / 16.0);
            spread(&mut self.next[ahead], error, 1.0 / 16.0);
        }
        std::mem::swap(&mut self.now, &mut self.next);
        self.next.fill([0.0; 3]);
    }

    fn nearest(&self, wanted: [f32; 3]) -> Option<([f32; 3], Target)> {
        let miss = |color: [f32; 3]| -> f32 {
            (0..3).map(|channel| (color[channel] - wanted[channel]) * (color[channel] - wanted[channel])).sum()
        };
        self.bases.iter().copied().min_by(|a, b| miss(a.0).total_cmp(&miss(b.0)))
    }
}

fn spread(to: &mut [f32; 3], error: [f32; 3], share: f32) {
    for (to, error) in to.iter_mut().zip(error) {
        *to += error * share;
    }
}

fn floats(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(f32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_takes_its_share_of_dots() {
        let bases = [
            Base { color: Color::BLACK, target: Target::Cloth },
            Base { color: Color::WHITE, target: Target::Plate(0) },
        ];
        for tone in [13_u8, 64, 128, 200] {
            let mut diffusion = Diffusion::new(&bases, 100);
            let row: Vec<u8> = [tone, tone, tone, 255].repeat(100);
            let mut dots = 0;
            (0..100).for_each(|y| diffusion.row(y, &row, |_, target| dots += u32::from(target == Target::Plate(0))));
            let share = f64::from(dots) / 10_000.0;
            assert!((share - f64::from(tone) / 255.0).abs() < 0.01, "{tone}: {share}");
        }
    }
}
