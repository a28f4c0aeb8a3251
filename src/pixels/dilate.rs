//! Colour beneath clear pixels. Some formats keep colour and mask apart, and programs that shrink the two each for itself mix
//! what lies beneath clear pixels into the edges: black there is a dark fringe around every letter. [`Dilate`] gives them
//! the colour of what is near, as rows come, and changes no pixel that is seen.

use std::collections::VecDeque;

/// How far colour spreads, pixels: a picture shrinks to a sixteenth without a fringe.
const REACH: u8 = 16;
/// Below this alpha little is left of a colour: a firmer one that is so much nearer is spread in its place.
const FIRM: u8 = 32;
const FAINT_STEPS: u8 = 8;

/// A row, the colour that each of its pixels passes on, and how far away, in steps along rows and columns, that is from.
#[derive(Debug)]
struct Row {
    pixels: Vec<u8>,
    colors: Vec<[u8; 3]>,
    far: Vec<u8>,
}

impl Row {
    fn new(pixels: &[u8]) -> Self {
        let all = pixels.as_chunks::<4>().0.iter();
        let far = |pixel: &[u8; 4]| match pixel[3] {
            0 => REACH + 1,
            1..FIRM => FAINT_STEPS,
            FIRM.. => 0,
        };
        let colors = all.clone().map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        Self { pixels: pixels.to_vec(), colors, far: all.map(far).collect() }
    }

    /// Takes colours that are nearer in a row next to it; whether there were any.
    fn take_from(&mut self, other: &Self) -> bool {
        let mut is_changed = false;
        for x in 0..self.far.len() {
            if other.far[x] + 1 < self.far[x] {
                (self.colors[x], self.far[x]) = (other.colors[x], other.far[x] + 1);
                is_changed = true;
            }
        }
        is_changed
    }

    /// Spreads colours to the right and to the left.
    fn spread(&mut self) {
        let width = self.far.len();
        let pairs = (1..width).map(|x| (x - 1, x)).chain((1..width).rev().map(|x| (x, x - 1)));
        for (from, to) in pairs {
            if self.far[from] + 1 < self.far[to] {
                (self.colors[to], self.far[to]) = (self.colors[from], self.far[from] + 1);
            }
        }
    }

    /// The row with colours beneath what is clear.
    fn done(mut self) -> Vec<u8> {
        for (pixel, color) in self.pixels.as_chunks_mut::<4>().0.iter_mut().zip(&self.colors) {
            if pixel[3] == 0 {
                pixel[..3].copy_from_slice(color);
            }
        }
        self.pixels
    }
}

/// Rows of straight pixels on their way; the last ones wait for what comes beneath them.
#[derive(Debug, Default)]
pub struct Dilate {
    waiting: VecDeque<Row>,
}

impl Dilate {
    /// Takes a row of straight RGBA pixels, all rows of one length; gives `out` the row that is done, if one is.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn push<E>(&mut self, pixels: &[u8], out: impl FnOnce(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut row = Row::new(pixels);
        if let Some(above) = self.waiting.back() {
            row.take_from(above);
        }
        row.spread();
        let mut below = &row;
        for above in self.waiting.iter_mut().rev() {
            if !above.take_from(below) {
                break;
            }
            below = above;
        }
        self.waiting.push_back(row);
        if self.waiting.len() > usize::from(REACH)
            && let Some(done) = self.waiting.pop_front()
        {
            return out(&done.done());
        }
        Ok(())
    }

    /// Gives `out` the rows that are left.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish<E>(self, mut out: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        self.waiting.into_iter().try_for_each(|row| out(&row.done()))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn dilated(width: usize, pixels: &[[u8; 4]]) -> Vec<[u8; 4]> {
        let (mut dilate, mut done) = (Dilate::default(), Vec::new());
        let mut keep = |row: &[u8]| -> Result<(), Infallible> {
            done.extend_from_slice(row.as_chunks::<4>().0);
            Ok(())
        };
        for row in pixels.as_flattened().chunks_exact(width * 4) {
            dilate.push(row, &mut keep).unwrap();
        }
        dilate.finish(&mut keep).unwrap();
        done
    }

    #[test]
    fn clear_pixels_take_the_nearest_color_on_every_side_and_nothing_that_is_seen_changes() {
        let (width, height) = (61, 57);
        let marks = [(30, 28, [200, 10, 30, 255]), (52, 40, [20, 90, 250, 77])];
        let mut pixels = vec![[0; 4]; width * height];
        marks.iter().for_each(|(x, y, color)| pixels[y * width + x] = *color);
        let done = dilated(width, &pixels);
        assert_eq!(done.len(), pixels.len());
        for y in 0..height {
            for x in 0..width {
                let (was, is) = (pixels[y * width + x], done[y * width + x]);
                assert_eq!(is[3], was[3]);
                if was[3] > 0 {
                    assert_eq!(is, was);
                    continue;
                }
                let mut near: Vec<(usize, [u8; 4])> =
                    marks.iter().map(|(mx, my, color)| (x.abs_diff(*mx) + y.abs_diff(*my), *color)).collect();
                near.sort_by_key(|(steps, _)| *steps);
                if near[0].0 <= usize::from(REACH) && near[0].0 < near[1].0 {
                    assert_eq!(is[..3], near[0].1[..3], "{x} {y}");
                } else if near[0].0 > usize::from(REACH) {
                    assert_eq!(is, [0; 4], "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn what_is_left_of_a_color_in_a_nearly_clear_pixel_is_not_spread_beside_a_firm_one() {
        let (ink, faint, clear) = ([192, 48, 30, 255], [255, 0, 0, 1], [0; 4]);
        let done = dilated(4, &[ink, faint, clear, clear]);
        assert_eq!(done, [ink, faint, [192, 48, 30, 0], [192, 48, 30, 0]], "what is seen stays as it is");
        assert_eq!(dilated(2, &[faint, clear]), [faint, [255, 0, 0, 0]], "rather than black");
    }

    #[test]
    fn a_single_row_and_a_single_column_are_done_too() {
        let ink = [9, 8, 7, 255];
        assert_eq!(dilated(3, &[[0; 4], ink, [0; 4]]), [[9, 8, 7, 0], ink, [9, 8, 7, 0]]);
        assert_eq!(dilated(1, &[[0; 4], ink, [0; 4]]), [[9, 8, 7, 0], ink, [9, 8, 7, 0]]);
        assert!(dilated(4, &[]).is_empty());
    }
}
