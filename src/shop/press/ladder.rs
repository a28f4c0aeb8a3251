//! A design in few inks: which ones come nearest to it.

use std::collections::BTreeMap;

use crate::artwork;
use crate::assets::Library;
use crate::cancel::Cancel;
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::design::Design;
use crate::profile::Profile;
use crate::shop::press::inks::{Bucket, own};
use crate::shop::press::{Ground, SeparationError, SeparationOptions};
use crate::shop::{RenderError, Shop};
use crate::units::Dpi;

/// Inks of the last rung.
pub const MOST_RUNGS: usize = 4;

/// What an ink that is hardly seen counts at least.
const LEAST_SHARE: f64 = 0.002;

/// Resolution at which the colours of a picture are counted.
const LOOK_DPI: f64 = 36.0;

/// An ink of a rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RungInk {
    /// What printers call it.
    pub name: String,
    /// How it looks.
    pub color: Color,
    /// What [`SeparationOptions::inks`] calls it.
    pub value: String,
}

/// A colour that is to be printed, and how much of it there is.
type Demand = (Lab, f64);

impl Shop {
    /// The inks that print a design best with one ink, with two, and so on: at most [`MOST_RUNGS`], and no more than change
    /// anything. Colours that are nearer to the cloth are left open ([`SeparationOptions::open`]). Flat designs are printed
    /// with their own inks, pictures with those on the shelf. Of each number those are taken whose squared differences
    /// (CIEDE2000) from the design, weighted by area, are least, as far as exchanging single inks finds them.
    ///
    /// # Errors
    /// As [`Shop::separation`].
    pub fn ladder(
        &self,
        profile: &Profile,
        design: (&Design, &Library),
        options: &SeparationOptions,
        cancel: &Cancel,
    ) -> Result<Vec<Vec<RungInk>>, SeparationError> {
        let ground = self.ground(profile, design, options, cancel)?;
        let (demands, offers) = if ground.location.full_color {
            let shelf = ground.shelf.iter().map(|ink| (Bucket::from(*ink), format!("ink:{}", ink.id)));
            (tones(&ground, cancel)?, shelf.collect::<Vec<_>>())
        } else {
            let inks = &ground.location.inks;
            let demands = inks.iter().map(|ink| (ink.lab, ink.share.max(LEAST_SHARE))).collect();
            (demands, inks.iter().map(|ink| (own(ink), ink.color.to_string())).collect())
        };
        let labs: Vec<Lab> = offers.iter().map(|(bucket, _)| bucket.lab).collect();
        let ink = |offer: usize| {
            let (bucket, value) = &offers[offer];
            RungInk { name: bucket.name.clone(), color: bucket.color, value: value.clone() }
        };
        let rungs = rungs(&demands, &labs, Lab::from(ground.cloth), MOST_RUNGS);
        Ok(rungs.into_iter().map(|rung| rung.into_iter().map(ink).collect()).collect())
    }
}

/// The colours of a picture on the cloth, in boxes of 16 levels a channel.
fn tones(ground: &Ground<'_>, cancel: &Cancel) -> Result<Vec<Demand>, SeparationError> {
    let dpi = Dpi::new(LOOK_DPI).unwrap_or(Dpi::PRINT);
    let raster = artwork::rasterize_unless(&ground.scene, dpi, cancel).ok_or(RenderError::CalledOff)?;
    let mut boxes: BTreeMap<[u8; 3], [u64; 4]> = BTreeMap::new();
    for [r, g, b, alpha] in raster.pixels.data().as_chunks::<4>().0 {
        // Straight colours: what is seen through is printed as dots of them.
        let straight = |value: u8| (u32::from(value) * 255 / u32::from(*alpha).max(1)).min(255) as u8;
        let color = [straight(*r), straight(*g), straight(*b)];
        let sums = boxes.entry(color.map(|value| value / 16)).or_default();
        for (sum, value) in sums.iter_mut().zip(color) {
            *sum += u64::from(value) * u64::from(*alpha);
        }
        sums[3] += u64::from(*alpha);
    }
    let all = boxes.values().map(|sums| sums[3]).sum::<u64>().max(1) as f64;
    let demand = |[r, g, b, weight]: &[u64; 4]| {
        let mean = |sum: &u64| (sum / weight) as u8;
        (Lab::from(Color::new(mean(r), mean(g), mean(b))), *weight as f64 / all)
    };
    Ok(boxes.values().filter(|sums| sums[3] > 0).map(demand).collect())
}

/// The best sets of one offer, of two, and so on, as far as one more is of any use.
fn rungs(demands: &[Demand], offers: &[Lab], cloth: Lab, most: usize) -> Vec<Vec<usize>> {
    let squared = |from: Lab, to: Lab| {
        let off = ciede2000(from, to);
        off * off
    };
    let open: Vec<f64> = demands.iter().map(|(lab, _)| squared(*lab, cloth)).collect();
    let off: Vec<Vec<f64>> =
        offers.iter().map(|offer| demands.iter().map(|(lab, _)| squared(*lab, *offer)).collect()).collect();
    let cost = |set: &[usize]| -> f64 {
        let of = |demand: usize| set.iter().map(|offer| off[*offer][demand]).fold(open[demand], f64::min);
        demands.iter().enumerate().map(|(index, (_, weight))| weight * of(index)).sum()
    };
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut set: Vec<usize> = Vec::new();
    let mut least = cost(&set);
    while set.len() < most.min(offers.len()) {
        let others = |set: &[usize]| (0..offers.len()).filter(|offer| !set.contains(offer)).collect::<Vec<_>>();
        let grown = others(&set).into_iter().map(|offer| [set.as_slice(), &[offer]].concat());
        let best = grown.map(|grown| (cost(&grown), grown)).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((now, grown)) = best.filter(|(now, _)| *now < least) else { break };
        (least, set) = (now, grown);
        // As long as another ink in one's place is better.
        loop {
            let places = (0..set.len()).flat_map(|place| others(&set).into_iter().map(move |offer| (place, offer)));
            let swapped = places.map(|(place, offer)| {
                let mut swapped = set.clone();
                swapped[place] = offer;
                (cost(&swapped), swapped)
            });
            let best = swapped.min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((now, swapped)) = best.filter(|(now, _)| *now < least) else { break };
            (least, set) = (now, swapped);
        }
        let mut rung = set.clone();
        rung.sort_unstable();
        found.push(rung);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(hex: &str) -> Lab {
        Lab::from(Color::from_hex(hex).unwrap())
    }

    #[test]
    fn a_rung_keeps_what_is_seen_most_and_leaves_open_what_is_like_the_cloth() {
        let offers = ["#ffffff", "#d01020", "#101418", "#f0f0e8"].map(lab);
        let demands: Vec<Demand> = offers.iter().copied().zip([0.5, 0.3, 0.15, 0.05]).collect();
        // On navy: white and cream are one, red is the second, and black is the cloth's for longest.
        let found = rungs(&demands, &offers, lab("#14203c"), 4);
        assert_eq!(found[0], [0]);
        assert_eq!(found[1], [0, 1]);
        assert_eq!(found[2], [0, 1, 2]);
        assert_eq!(found.len(), 4, "the whole design is the last rung");
        let alike = rungs(&demands[..1], &[offers[0], offers[0]], lab("#000000"), 4);
        assert_eq!(alike, [[0]], "a second ink that changes nothing is no rung");
    }

    #[test]
    fn a_better_pair_replaces_the_best_single_ink() {
        // Grey is the best lone ink between black and white, which are the best two.
        let offers = ["#808080", "#000000", "#ffffff"].map(lab);
        let demands = vec![(offers[1], 0.5), (offers[2], 0.5)];
        let found = rungs(&demands, &offers, lab("#d02020"), 2);
        assert_eq!(found[1], [1, 2], "{found:?}");
    }
}
