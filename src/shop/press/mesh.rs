//! Screens: which mesh, and how much ink passes it.
//!
//! No rule predicts a mesh exactly; these are the trade's usual figures, to begin with. What passes is computed from the
//! weave: its open area by the height of the fabric, about 1.6 threads, of which the shirt takes about three quarters.

/// Threads to the inch, threads to the centimetre, and the thread in micrometres.
const MESHES: [(u32, f64, f64); 10] = [
    (86, 34.0, 100.0),
    (110, 43.0, 80.0),
    (156, 61.0, 64.0),
    (180, 71.0, 55.0),
    (200, 79.0, 55.0),
    (230, 90.0, 48.0),
    (255, 100.0, 40.0),
    (280, 110.0, 40.0),
    (305, 120.0, 34.0),
    (355, 140.0, 31.0),
];

/// For flat areas of colour.
const FLAT: u32 = 230;
/// For flat white under colours: thick.
const FLAT_WHITE: u32 = 110;
/// Threads for each line of dots, so that every dot stands on some.
const PER_LINE: f64 = 4.5;
/// The same for white, which is printed thicker.
const PER_LINE_WHITE: f64 = 3.5;

/// Height of the fabric in threads.
const HEIGHT: f64 = 1.6;
/// The part of the ink in the mesh that the shirt takes.
const TAKEN: f64 = 0.75;

/// The mesh for a colour, with dots of so many lines to the inch or without.
pub(super) fn color(lpi: Option<f64>) -> u32 {
    lpi.map_or(FLAT, |lpi| at_least(lpi * PER_LINE).max(FLAT))
}

/// The mesh for white under colours.
pub(super) fn underbase(lpi: Option<f64>) -> u32 {
    lpi.map_or(FLAT_WHITE, |lpi| at_least(lpi * PER_LINE_WHITE))
}

fn at_least(threads: f64) -> u32 {
    let found = MESHES.iter().find(|(mesh, ..)| f64::from(*mesh) >= threads);
    found.or(MESHES.last()).map_or(FLAT, |(mesh, ..)| *mesh)
}

/// Millilitres of ink for a square metre in full, one print.
pub(super) fn ml_per_m2(mesh: u32) -> f64 {
    let Some((_, per_cm, thread)) = MESHES.iter().find(|(known, ..)| *known == mesh) else { return 0.0 };
    let opening = 1.0 - per_cm * thread / 10_000.0;
    // micrometres over a square metre are millilitres
    opening * opening * thread * HEIGHT * TAKEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finer_dots_take_finer_meshes_and_finer_meshes_less_ink() {
        assert_eq!((color(None), color(Some(45.0)), color(Some(65.0)), color(Some(90.0))), (230, 230, 305, 355));
        assert_eq!((underbase(None), underbase(Some(45.0))), (110, 180));
        let passed: Vec<f64> = MESHES.iter().map(|(mesh, ..)| ml_per_m2(*mesh)).collect();
        assert!(passed[0] > passed[2] && passed[2] > passed[5] && passed[5] > passed[8], "{passed:?}");
        // 43 threads of 80 µm: makers state 50 to 70 cm3 to the square metre in the mesh
        assert!((35.0..55.0).contains(&passed[1]), "{passed:?}");
    }
}
