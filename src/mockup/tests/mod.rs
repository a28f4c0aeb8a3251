//! Facts about the tee's mockups: where things lie, how clean they look, and what is refused.

mod sampling;
mod twin;

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::artwork::Artwork;
use crate::catalog::{AreaSize, Fabric};
use crate::color::Color;
use crate::math;
use crate::mockup::{
    Background, CompositeOptions, GarmentLook, Mockup, MockupError, Plate, Preview, Print, ReducedLayer, Surface,
    composite,
};
use crate::pixels::Pixmap;
use crate::scene::ArtworkHash;
use crate::units::{Dpi, Length, PhysicalSize};

static FRONT: LazyLock<Mockup> = LazyLock::new(|| Mockup::open(&folder("front")).unwrap());

fn folder(view: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "mockups", "tee", view].iter().collect()
}

/// A 300 x 360 mm area, 70 mm under the collar seam.
fn area() -> AreaSize {
    AreaSize { size: PhysicalSize::from_mm(300.0, 360.0), dx: Length::ZERO, dy: Length::from_mm(70.0) }
}

/// An artwork whose pixels come from a function of their place.
fn artwork(size: PhysicalSize, dpi: f64, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Artwork {
    let dpi = Dpi::new(dpi).unwrap();
    let (width, height) = size.to_px(dpi);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    let pixels = Pixmap::from_premultiplied(width, height, pixels).unwrap();
    Artwork { dpi, pixels, hash: ArtworkHash([0; 32]) }
}

fn preview(width: u32, look: &GarmentLook, prints: &[Print<'_>]) -> Preview {
    composite(&FRONT.blank(width, look, &CompositeOptions::default()), prints)
}

/// Red, green and blue of a preview's pixel.
fn rgb(preview: &Preview, x: usize, y: usize) -> [u8; 3] {
    let start = (y * preview.width as usize + x) * preview.channels.count();
    preview.pixels[start..start + 3].try_into().unwrap()
}

fn black() -> GarmentLook {
    GarmentLook::solid(Color::new(0x14, 0x14, 0x16))
}

/// Pattern coordinates at a point of the picture, between the pixel centres of a full-size plate.
fn pattern_at(plate: &Plate, panel: u8, (x, y): (f64, f64)) -> [f64; 2] {
    let (x, y) = (x - 0.5, y - 0.5);
    let (column, row) = (x.floor() as usize, y.floor() as usize);
    let (fx, fy) = (x.fract(), y.fract());
    let at = |dx: usize, dy: usize, k: usize| {
        let idx = (row + dy) * plate.width + column + dx;
        assert_eq!(plate.panel[idx], panel, "at {x}, {y}");
        f64::from(plate.at[k][idx])
    };
    [0, 1].map(|k| {
        let top = at(0, 0, k) * (1.0 - fx) + at(1, 0, k) * fx;
        let bottom = at(0, 1, k) * (1.0 - fx) + at(1, 1, k) * fx;
        top * (1.0 - fy) + bottom * fy
    })
}

#[test]
fn three_hundred_millimetres_measure_three_hundred_on_the_cloth() {
    let plate = FRONT.plate(1600);
    let surface = FRONT.place("front", &area(), 1.0).unwrap();
    for y_mm in [5.0, 180.0, 355.0] {
        let places: Vec<[f64; 2]> = (0..=600)
            .map(|step| FRONT.mm_to_px(&surface, f64::from(step) / 2.0, y_mm).unwrap())
            .map(|px| pattern_at(&plate, surface.panel, px))
            .collect();
        let length: f64 = places.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
        assert!((length - 30.0).abs() < 0.15, "{length} cm at {y_mm} mm");
        let height = surface.pattern_cm(0.0, y_mm)[1];
        let stray = places.iter().map(|place| (place[1] - height).abs()).fold(0.0, f64::max);
        assert!(stray < 0.08, "the line strays by {stray} cm at {y_mm} mm");
    }
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    math::hypot(a[0] - b[0], a[1] - b[1])
}

#[test]
fn a_printed_line_lies_where_the_grid_says() {
    let surface = FRONT.place("front", &area(), 1.0).unwrap();
    // 2 mm of black in the middle of the area's height, from 179 to 181 mm
    let line = artwork(area().size, 127.0, |_, y| if (895..905).contains(&y) { [0, 0, 0, 255] } else { [0; 4] });
    let look = GarmentLook::solid(Color::WHITE);
    let picture = preview(1600, &look, &[Print { artwork: &line, surface }]);
    let bare = preview(1600, &look, &[]);
    for x_mm in [10.0, 80.0, 150.0, 220.0, 290.0] {
        let (x, y) = FRONT.mm_to_px(&surface, x_mm, 180.0).unwrap();
        let column = x as usize;
        let (mut sum, mut weighted) = (0.0, 0.0);
        for row in y as usize - 20..y as usize + 20 {
            let dark = f64::from(rgb(&bare, column, row)[1]) - f64::from(rgb(&picture, column, row)[1]);
            sum += dark;
            weighted += dark * (row as f64 + 0.5);
        }
        assert!((weighted / sum - y).abs() < 0.5, "at {x_mm} mm the line is at {}, the grid at {y}", weighted / sum);
    }
}

#[test]
fn cuffs_are_dyed_apart_and_a_sleeve_print_runs_over_them() {
    let dyed = |part: &str| {
        let parts = [(part.to_owned(), Color::new(0x14, 0x14, 0x16))].into();
        preview(1600, &GarmentLook { parts, ..GarmentLook::solid(Color::WHITE) }, &[])
    };
    let (plain, cuffs, sleeves) =
        (preview(1600, &GarmentLook::solid(Color::WHITE), &[]), dyed("cuffs"), dyed("sleeves"));
    let plate = FRONT.plate(1600);
    let sleeve = FRONT.manifest().panel("sleeve_right").unwrap();
    let (mut below, mut above) = (0, 0);
    for pixel in (0..1600 * 2000).filter(|pixel| plate.panel[*pixel] == sleeve && plate.alpha[*pixel] == u16::MAX) {
        let (x, y, height) = (pixel % 1600, pixel / 1600, plate.at[1][pixel]);
        let changed = |other: &Preview| rgb(other, x, y)[1].abs_diff(rgb(&plain, x, y)[1]) > 40;
        if height < 2.1 {
            below += 1;
            assert!(changed(&cuffs) && !changed(&sleeves), "at {x}, {y}: {height} cm");
        } else if height > 2.6 && plate.weight[pixel] > 0.999 {
            above += 1;
            assert_eq!(rgb(&cuffs, x, y), rgb(&plain, x, y), "at {x}, {y}: {height} cm");
        }
    }
    assert!(below > 5_000 && above > 40_000, "{below} {above}");
    // 60 mm of ink, from 5 cm above the hem to 1 cm under it: no gap where the cuff begins
    let print = AreaSize { size: PhysicalSize::from_mm(60.0, 60.0), dx: Length::ZERO, dy: Length::from_mm(-50.0) };
    let surface = FRONT.place("left-sleeve", &print, 1.0).unwrap();
    let solid = artwork(print.size, 100.0, |_, _| [0, 160, 0, 255]);
    let printed = preview(1600, &GarmentLook::solid(Color::WHITE), &[Print { artwork: &solid, surface }]);
    let is_sleeve = |pixel: &usize| plate.panel[*pixel] == sleeve && plate.alpha[*pixel] == u16::MAX;
    let under = |pixel: &usize| plate.at[0][*pixel].abs() < 2.8 && (0.3..4.5).contains(&plate.at[1][*pixel]);
    let inked: Vec<usize> = (0..1600 * 2000).filter(is_sleeve).filter(under).collect();
    assert!(inked.len() > 400, "{}", inked.len());
    for pixel in inked {
        let [r, g, _] = rgb(&printed, pixel % 1600, pixel / 1600);
        assert!(r < 120 && g > r + 40, "{:?}: {r} {g}", (plate.at[0][pixel], plate.at[1][pixel]));
    }
}

#[test]
fn a_print_looks_smaller_on_a_larger_garment() {
    let own = FRONT.scale_for(Length::from_mm(534.9));
    let larger = FRONT.scale_for(Length::from_mm(610.0));
    assert!((own - 1.0).abs() < 1e-9 && larger < 0.9);
    let surface = FRONT.place("front", &area(), larger).unwrap();
    let width = surface.pattern_cm(300.0, 0.0)[0] - surface.origin_cm[0];
    assert!((width - 30.0 * 534.9 / 610.0).abs() < 1e-9);
    assert!((surface.origin_cm[0] + width / 2.0).abs() < 1e-9, "it stays centred");
}

#[test]
fn each_view_offers_the_areas_it_shows() {
    let back = Mockup::open(&folder("back")).unwrap();
    let ids = |mockup: &Mockup| mockup.manifest().print_areas.iter().map(|area| area.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&FRONT), ["front", "left-chest", "left-sleeve", "right-sleeve"]);
    assert_eq!(ids(&back), ["back", "nape", "left-sleeve", "right-sleeve"]);
    assert_eq!(back.place("front", &area(), 1.0), None);
    // the wearer's left sleeve is at the picture's right in the front view and at its left in the back view
    let sleeve = AreaSize { size: PhysicalSize::from_mm(40.0, 40.0), dx: Length::ZERO, dy: Length::from_mm(-80.0) };
    for (mockup, at_left) in [(&*FRONT, false), (&back, true)] {
        let surface = mockup.place("left-sleeve", &sleeve, 1.0).unwrap();
        let seen = [0.0, 40.0].into_iter().find_map(|x| mockup.mm_to_px(&surface, x, 20.0));
        assert_eq!(seen.unwrap().0 < 800.0, at_left);
    }
}

#[test]
fn rows_without_ink_are_the_blanks_rows() {
    let chest =
        AreaSize { size: PhysicalSize::from_mm(90.0, 90.0), dx: Length::from_mm(90.0), dy: Length::from_mm(40.0) };
    let surface = FRONT.place("left-chest", &chest, 1.0).unwrap();
    let disc = artwork(chest.size, 80.0, |_, _| [200, 30, 30, 255]);
    let bare = preview(400, &black(), &[]);
    let picture = preview(400, &black(), &[Print { artwork: &disc, surface }]);
    assert!(bare.printed_rows.is_empty());
    assert!((40..70).contains(&picture.printed_rows.len()), "{:?}", picture.printed_rows);
    for y in 0..picture.height {
        let row = |preview: &Preview| preview.pixels[y as usize * 1200..][..1200].to_vec();
        assert_eq!(row(&bare) != row(&picture), picture.printed_rows.contains(&y), "row {y}");
    }
    assert_eq!(picture, preview(400, &black(), &[Print { artwork: &disc, surface }]), "the same every time");
}

#[test]
fn a_transparent_background_keeps_the_garments_edge() {
    let options = CompositeOptions { background: Background::Transparent };
    let picture = FRONT.blank(200, &black(), &options).preview();
    let alpha = |x: usize, y: usize| picture.pixels[(y * 200 + x) * 4 + 3];
    assert_eq!((alpha(0, 0), alpha(100, 120)), (0, 255));
    assert!(picture.pixels.iter().skip(3).step_by(4).any(|alpha| (1..255).contains(alpha)));
}

#[test]
fn a_white_shirt_stands_out_from_the_wall_on_both_sides_and_black_keeps_its_folds() {
    let white = preview(800, &GarmentLook::solid(Color::WHITE), &[]);
    let plate = FRONT.plate(800);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let rows: Vec<usize> = (0..1000).filter(|y| plate.alpha[y * 800..][..800].contains(&u16::MAX)).collect();
    // below the collar, whose outline is nearly level
    for y in rows[rows.len() / 8]..rows[rows.len() - 5] {
        let mean = |columns: std::ops::Range<usize>| {
            let count = columns.len() as f64;
            columns.map(|x| f64::from(rgb(&white, x, y)[1])).sum::<f64>() / count
        };
        let inside: Vec<usize> = (0..800).filter(|x| plate.alpha[y * 800 + x] == u16::MAX).collect();
        let (first, last) = (inside[0], inside[inside.len() - 1]);
        left.push((mean(first..first + 5) - mean(first - 8..first - 4)).abs());
        right.push((mean(last - 4..last + 1) - mean(last + 5..last + 9)).abs());
    }
    for mut contrasts in [left, right] {
        contrasts.sort_by(f64::total_cmp);
        let (tenth, median) = (contrasts[contrasts.len() / 10], contrasts[contrasts.len() / 2]);
        assert!(tenth > 11.0 && median > 20.0, "{tenth} {median}");
    }
    let black = preview(800, &black(), &[]);
    let covered = |idx: &usize| plate.alpha[*idx] == u16::MAX;
    let mut levels: Vec<u8> = (0..800 * 1000).filter(covered).map(|idx| black.pixels[idx * 3 + 1]).collect();
    levels.sort_unstable();
    let percentile = |part: f64| levels[(levels.len() as f64 * part) as usize];
    assert!(
        (10..=24).contains(&percentile(0.05)) && percentile(0.95) >= 42,
        "{} {}",
        percentile(0.05),
        percentile(0.95)
    );
}

#[test]
fn heather_averages_to_the_plain_color_in_small_pictures() {
    let grain = |width: u32| {
        let plate = FRONT.plate(width);
        let heather = plate.heather();
        let cloth: Vec<f64> = (0..heather.len())
            .filter(|idx| plate.alpha[*idx] == u16::MAX)
            .map(|idx| f64::from(heather[idx]) / 24.0)
            .collect();
        let mean = cloth.iter().sum::<f64>() / cloth.len() as f64;
        let variance = cloth.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / cloth.len() as f64;
        (mean, variance.sqrt())
    };
    let (mean, deviation) = grain(1600);
    assert!(mean.abs() < 0.05, "{mean}");
    assert!((0.9..1.1).contains(&deviation), "{deviation}");
    let (mean, deviation) = grain(64);
    assert!(mean.abs() < 0.05 && deviation < 0.2, "{mean} {deviation}");
    let (_, deviation) = grain(200);
    assert!(deviation < 0.45, "{deviation}");
}

#[test]
fn ink_hides_the_heather() {
    let look =
        GarmentLook { fabric: Fabric::Heather { contrast: 0.15 }, ..GarmentLook::solid(Color::new(178, 179, 182)) };
    let surface = FRONT.place("front", &area(), 1.0).unwrap();
    let solid = artwork(area().size, 60.0, |_, _| [30, 90, 160, 255]);
    let spread = |picture: &Preview| {
        let levels: Vec<f64> = (1000..1060).map(|x| f64::from(rgb(picture, x - 230, 800)[1])).collect();
        levels.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum::<f64>()
    };
    let (bare, printed) = (preview(1600, &look, &[]), preview(1600, &look, &[Print { artwork: &solid, surface }]));
    assert!(spread(&printed) < 0.35 * spread(&bare), "{} {}", spread(&printed), spread(&bare));
}

/// Opens the front view with one file changed.
fn open_changed(file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Result<Mockup, MockupError> {
    Mockup::load(&mut |name, _| {
        let bytes = std::fs::read(folder("front").join(name))?;
        Ok(if name == file { change(bytes) } else { bytes })
    })
}

fn edited(from: &str, to: &str) -> String {
    let change = |bytes| String::from_utf8(bytes).unwrap().replacen(from, to, 1).into_bytes();
    open_changed("manifest.json", change).unwrap_err().to_string()
}

#[test]
fn a_look_at_a_folder_finds_what_is_missing_without_reading_layers() {
    Mockup::check(&folder("front")).unwrap();
    let missing = Mockup::check(&folder("side")).unwrap_err().to_string();
    assert_eq!(missing, "manifest.json: cannot be read");
    let copy = std::env::temp_dir().join(format!("platen-mockup-{}", std::process::id()));
    std::fs::create_dir_all(&copy).unwrap();
    std::fs::copy(folder("front").join("manifest.json"), copy.join("manifest.json")).unwrap();
    for (name, _) in FRONT.manifest().layers() {
        std::fs::write(copy.join(name), b"no picture").unwrap();
    }
    Mockup::check(&copy).unwrap();
    std::fs::remove_file(copy.join("uv.png")).unwrap();
    let missing = Mockup::check(&copy).unwrap_err().to_string();
    std::fs::remove_dir_all(&copy).unwrap();
    assert_eq!(missing, "uv.png: cannot be read");
}

#[test]
fn a_broken_folder_is_refused_with_the_file_and_the_place() {
    let error = open_changed("alpha.png", |mut bytes| {
        bytes[100] ^= 1;
        bytes
    });
    assert!(matches!(&error, Err(MockupError::Hash { file, .. }) if file == "alpha.png"), "{error:?}");
    let missing = Mockup::open(&folder("side")).unwrap_err().to_string();
    assert_eq!(missing, "manifest.json: cannot be read");
    assert!(edited("\"format\": 1", "\"format\": 1, \"color\": 2").contains("unknown field `color`"));
    assert!(edited("\"format\": 1", "\"format\": 2").starts_with("manifest.json: /format: is 2"));
    assert!(edited("\"width\": 1600", "\"width\": 100000").starts_with("manifest.json: /width"));
    let unit = edited("\"unit_cm\": 100", "\"unit_cm\": 200");
    assert_eq!(unit, "manifest.json: /uv/unit_cm: is 200, but must be 100");
    assert!(edited("\"width\": 1600", "\"width\": 1500").contains("must be 1500 x 2000"));
    assert!(edited("\"file\": \"light.png\"", "\"file\": \"../light.png\"").contains("not a plain file name"));
    assert!(edited("[\"collar\"]", "[\"hood\"]").starts_with("manifest.json: /parts/collar"));
    assert!(
        edited("\"panel\": \"sleeve_left\"", "\"panel\": \"hood\"")
            .starts_with("manifest.json: /masks/cuff_left/panel")
    );
    let too_large = Mockup::load(&mut |_, limit| Ok(vec![b' '; limit as usize])).unwrap_err();
    assert!(matches!(too_large, MockupError::TooLarge { .. }));
}

#[test]
fn widths_are_bounded_and_plates_are_kept() {
    assert_eq!((FRONT.plate(1).width(), FRONT.plate(64).height()), (64, 80));
    let first = FRONT.plate(100);
    assert!(std::sync::Arc::ptr_eq(&first, &FRONT.plate(100)));
}

/// A surface far away from the cloth.
fn nowhere() -> Surface {
    Surface { panel: 1, origin_cm: [500.0, 500.0], cm_per_mm: 0.1 }
}

#[test]
fn reduced_layers_are_those_of_a_plate_of_their_size() {
    let open = |layer| image::load_from_memory(FRONT.reduced(layer)).unwrap().to_rgb8();
    let (light, uv) = (open(ReducedLayer::Light), open(ReducedLayer::Coordinates));
    let plate = FRONT.plate(light.width());
    assert_eq!((light.height(), uv.height()), (plate.height(), 2 * plate.height()));
    let (mut of_light, mut of_place) = (Vec::new(), Vec::new());
    for (idx, pixel) in light.pixels().enumerate().filter(|(idx, _)| plate.alpha[*idx] == u16::MAX) {
        for (byte, plane) in pixel.0.iter().zip(&plate.light) {
            of_light.push((f64::from(*byte) - (f64::from(plane[idx]) / 65535.0).sqrt() * 255.0).abs());
        }
        let (x, y) = (idx as u32 % light.width(), idx as u32 / light.width());
        let (across, up) = (uv.get_pixel(x, y).0, uv.get_pixel(x, y + light.height()).0);
        if across[2] == plate.panel[idx] && across[2] != 0 {
            let cm = |[high, low, _]: [u8; 3]| f64::from(u16::from_be_bytes([high, low])) / 16383.75 * 100.0;
            of_place.push((cm(across) - 50.0 - f64::from(plate.at[0][idx])).abs());
            of_place.push((cm(up) - f64::from(plate.at[1][idx])).abs());
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    assert!(of_light.len() > 100_000 && mean(&of_light) < 1.0, "{} levels", mean(&of_light));
    assert!(of_place.len() > 100_000 && mean(&of_place) < 0.02, "{} cm", mean(&of_place));
}
