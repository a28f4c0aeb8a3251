//! Cutting out, recolouring and trimming.

use kurbo::Size;

use super::{Content, PreparedImage, effective_dpi, prepare};
use crate::assets::{AssetError, Budget, Library, Limits};
use crate::color::Color;
use crate::design::{BrushMode, BrushStroke, Crop, Image, Paint, RemoveBackground};
use crate::pixels::Pixmap;
use crate::units::Dpi;

fn layer(asset: &str) -> Image {
    Image {
        asset: asset.to_owned(),
        width: 100.0,
        height: None,
        crop: None,
        trim: false,
        remove_background: None,
        recolor: std::collections::BTreeMap::new(),
        tint: None,
    }
}

fn color(paint: &Paint) -> Option<Color> {
    match paint {
        Paint::Rgb(color) => Some(*color),
        Paint::Ink(id) => (id == "scarlet").then_some(Color::new(200, 20, 30)),
    }
}

fn budget() -> Budget {
    Budget::new(&Limits::default())
}

fn prepared(picture: &image::RgbaImage, layer: &Image) -> Result<PreparedImage, AssetError> {
    let library = Library::in_memory();
    let mut bytes = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    library.insert(layer.asset.clone(), bytes);
    prepare(layer, &library, &budget(), &color)
}

fn raster(prepared: &PreparedImage) -> &Pixmap {
    match &prepared.content {
        Content::Raster(pixels) => pixels,
        Content::Svg { .. } => panic!("a drawing"),
    }
}

/// How much of a pixel a disc of `radius` about the middle of a `side` px square covers.
fn coverage(x: u32, y: u32, side: u32, radius: f64) -> f64 {
    let (dx, dy) = (f64::from(x) + 0.5 - f64::from(side) / 2.0, f64::from(y) + 0.5 - f64::from(side) / 2.0);
    (radius - (dx * dx + dy * dy).sqrt() + 0.5).clamp(0.0, 1.0)
}

fn mix(a: [u8; 3], b: [u8; 3], share: f64) -> [u8; 3] {
    std::array::from_fn(|i| (f64::from(a[i]) * (1.0 - share) + f64::from(b[i]) * share).round() as u8)
}

/// A ring of `subject` on `background`, antialiased; its hole shows the background.
fn ring(background: [u8; 3], subject: [u8; 3]) -> image::RgbaImage {
    image::RgbaImage::from_fn(80, 80, |x, y| {
        let share = coverage(x, y, 80, 30.0) - coverage(x, y, 80, 15.0);
        let [r, g, b] = mix(background, subject, share);
        image::Rgba([r, g, b, 255])
    })
}

fn cut(tolerance: f64, holes: bool) -> Image {
    Image { remove_background: Some(RemoveBackground { tolerance, holes, strokes: Vec::new() }), ..layer("a") }
}

#[test]
fn the_cut_out_lies_over_any_cloth_as_if_drawn_there() {
    for (background, subject) in [
        ([255, 255, 255], [20, 30, 160]),
        ([255, 255, 255], [230, 40, 30]),
        ([0, 0, 0], [250, 220, 40]),
        ([90, 160, 60], [240, 240, 240]),
    ] {
        let result = prepared(&ring(background, subject), &cut(8.0, true)).unwrap();
        for cloth in [[0, 0, 0], [255, 0, 0], [255, 255, 255]] {
            for y in 0..80 {
                for x in 0..80 {
                    let share = coverage(x, y, 80, 30.0) - coverage(x, y, 80, 15.0);
                    let wanted = mix(cloth, subject, share);
                    let [r, g, b, a] = raster(&result).pixel(x, y).unwrap();
                    let over = |v: u8, below: u8| f64::from(v) + f64::from(below) * (1.0 - f64::from(a) / 255.0);
                    for (seen, wanted) in [r, g, b].into_iter().zip(cloth).map(|(v, c)| over(v, c)).zip(wanted) {
                        assert!(
                            (seen - f64::from(wanted)).abs() <= 14.0,
                            "{x},{y} {subject:?} over {cloth:?}: {seen} {wanted}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn enclosed_regions_go_only_when_asked() {
    let picture = ring([255; 3], [20, 30, 160]);
    let kept = prepared(&picture, &cut(8.0, false)).unwrap();
    assert_eq!(raster(&kept).pixel(40, 40), Some([255; 4]));
    assert_eq!(raster(&kept).pixel(2, 2), Some([0; 4]));
    let gone = prepared(&picture, &cut(8.0, true)).unwrap();
    assert_eq!(raster(&gone).pixel(40, 40), Some([0; 4]));
    assert_eq!(raster(&gone).pixel(40, 18), Some([20, 30, 160, 255]));
}

/// The ring on white, with its background removed and `strokes` of a brush over it.
fn painted(strokes: &[BrushStroke], crop: Option<Crop>) -> PreparedImage {
    let how = RemoveBackground { tolerance: 8.0, holes: true, strokes: strokes.to_vec() };
    let layer = Image { remove_background: Some(how), crop, ..layer("a") };
    prepared(&ring([255; 3], [20, 30, 160]), &layer).unwrap()
}

fn stroke(mode: BrushMode, radius: f64, points: &[[f64; 2]]) -> BrushStroke {
    BrushStroke { mode, radius, points: points.to_vec() }
}

#[test]
fn a_brush_keeps_and_erases_what_it_covers() {
    // A dot of 8 px in the middle of the hole, and a line of 6 px through the ring's left side.
    let keep = stroke(BrushMode::Keep, 0.1, &[[0.5, 0.5]]);
    let erase = stroke(BrushMode::Erase, 0.075, &[[0.1, 0.5], [0.35, 0.5]]);
    let result = painted(&[keep.clone(), erase.clone()], None);
    let bare = painted(&[], None);
    let at = |result: &PreparedImage, x, y| raster(result).pixel(x, y).unwrap();
    assert_eq!((at(&bare, 40, 40), at(&bare, 17, 40)), ([0; 4], [20, 30, 160, 255]));
    assert_eq!(at(&result, 40, 40), [255; 4], "the white of the file is back");
    assert_eq!(at(&result, 17, 40), [0; 4], "a part of the ring is gone");
    assert_eq!(at(&result, 62, 40), [20, 30, 160, 255], "what no stroke covers is as without them");
    for (mode, wanted) in [(BrushMode::Keep, [255; 4]), (BrushMode::Erase, [0; 4])] {
        let later = painted(&[keep.clone(), stroke(mode, 0.05, &[[0.5, 0.5]])], None);
        assert_eq!(at(&later, 40, 40), wanted, "the later stroke lies over the earlier one");
    }
    // Of the picture's left half, the strokes lie on the same pixels.
    let half = painted(&[keep, erase], Some(Crop { x: 0.0, y: 0.25, width: 0.5, height: 0.5 }));
    assert_eq!((at(&half, 17, 20), at(&half, 39, 20)), ([0; 4], [255; 4]));
}

#[test]
fn the_edge_of_a_brush_is_smooth() {
    let dot = painted(&[stroke(BrushMode::Keep, 0.1, &[[0.5, 0.5]])], None);
    let mut half_covered = 0;
    for y in 30..50 {
        for x in 30..50 {
            let [.., alpha] = raster(&dot).pixel(x, y).unwrap();
            let wanted = coverage(x, y, 80, 8.0);
            assert!((f64::from(alpha) / 255.0 - wanted).abs() < 0.16, "{x},{y}: {alpha} instead of {wanted}");
            half_covered += u32::from((32..224).contains(&alpha));
        }
    }
    assert!(half_covered > 24, "only {half_covered} pixels of the edge are between");
    // Larger than the map of decisions: the edge is as soft as a pixel of that, and where it should be.
    let large = image::RgbaImage::from_pixel(6144, 40, image::Rgba([200, 30, 30, 255]));
    let how = RemoveBackground {
        tolerance: 0.0,
        holes: false,
        strokes: vec![stroke(BrushMode::Erase, 0.25, &[[0.0, 0.5]]), stroke(BrushMode::Keep, 0.01, &[[0.9, 0.5]])],
    };
    let result = prepared(&large, &Image { remove_background: Some(how), ..layer("a") }).unwrap();
    let alphas: Vec<u8> = (1528..1545).map(|x| raster(&result).pixel(x, 20).unwrap()[3]).collect();
    assert!(alphas.is_sorted() && alphas[0] == 0, "{alphas:?}");
    assert_eq!(raster(&result).pixel(5530, 20), Some([200, 30, 30, 255]));
}

#[test]
fn a_transparent_border_leaves_the_picture_alone() {
    let picture = image::RgbaImage::from_fn(20, 20, |x, _| {
        if (5..15).contains(&x) { image::Rgba([255; 4]) } else { image::Rgba([0; 4]) }
    });
    let with_rows = image::RgbaImage::from_fn(20, 22, |x, y| {
        if (1..21).contains(&y) { *picture.get_pixel(x, y - 1) } else { image::Rgba([0; 4]) }
    });
    let result = prepared(&with_rows, &cut(20.0, true)).unwrap();
    assert_eq!(raster(&result).pixel(10, 10), Some([255; 4]));
}

#[test]
fn soft_edges_follow_a_recolor() {
    let (blue, red) = ([20, 30, 160], [230, 40, 30]);
    let mut layer = layer("a");
    layer.recolor.insert("#141ea0".to_owned(), Paint::Rgb(Color::new(230, 40, 30)));
    let result = prepared(&ring([255; 3], blue), &layer).unwrap();
    let wanted = ring([255; 3], red);
    for (x, y, pixel) in wanted.enumerate_pixels() {
        let seen = raster(&result).pixel(x, y).unwrap();
        assert!(seen.iter().zip(pixel.0).all(|(a, b)| a.abs_diff(b) <= 4), "{x},{y}: {seen:?} {pixel:?}");
    }
}

#[test]
fn colors_that_are_swapped_do_not_chain() {
    let mut layer = layer("a");
    layer.recolor.insert("#ffffff".to_owned(), Paint::Rgb(Color::new(20, 30, 160)));
    layer.recolor.insert("#141ea0".to_owned(), Paint::Rgb(Color::WHITE));
    let result = prepared(&ring([255; 3], [20, 30, 160]), &layer).unwrap();
    assert_eq!(raster(&result).pixel(0, 0), Some([20, 30, 160, 255]));
    assert_eq!(raster(&result).pixel(40, 18), Some([255; 4]));
}

#[test]
fn a_tint_keeps_alpha_and_takes_inks() {
    let picture = image::RgbaImage::from_pixel(4, 4, image::Rgba([9, 99, 199, 102]));
    let tinted = Image { tint: Some(Paint::Ink("scarlet".to_owned())), ..layer("a") };
    let result = prepared(&picture, &tinted).unwrap();
    assert_eq!(raster(&result).pixel(0, 0), Some([80, 8, 12, 102]));
    let unknown = Image { tint: Some(Paint::Ink("none".to_owned())), ..layer("a") };
    assert_eq!(prepared(&picture, &unknown).unwrap_err(), AssetError::UnknownPaint { paint: "ink:none".to_owned() });
}

#[test]
fn trimming_follows_the_crop_and_the_removal() {
    let layer = Image { crop: Some(Crop { x: 0.0, y: 0.0, width: 0.5, height: 1.0 }), trim: true, ..cut(8.0, true) };
    let result = prepared(&ring([255; 3], [20, 30, 160]), &layer).unwrap();
    // The left half of a ring of 60 px.
    assert!((29.0..=31.0).contains(&result.width) && (59.0..=62.0).contains(&result.height), "{result:?}");
    let size = result.size_mm(&Image { width: 50.0, ..layer });
    assert_eq!((size.width, size.height), (50.0, 50.0 * result.height / result.width));
}

#[test]
fn nothing_left_is_an_error() {
    let blank = image::RgbaImage::from_pixel(9, 9, image::Rgba([255; 4]));
    assert_eq!(prepared(&blank, &cut(5.0, false)).unwrap_err(), AssetError::Empty);
    let clear = image::RgbaImage::from_pixel(9, 9, image::Rgba([255, 255, 255, 2]));
    assert_eq!(prepared(&clear, &Image { trim: true, ..layer("a") }).unwrap_err(), AssetError::Empty);
}

#[test]
fn crops_hold_at_least_a_pixel_and_stay_inside() {
    let picture = image::RgbaImage::from_pixel(10, 10, image::Rgba([255; 4]));
    for (x, width, wanted) in [(0.0, 1.0, 10.0), (0.25, 0.5, 5.0), (0.999, 0.001, 1.0), (0.5, 9.0, 5.0)] {
        let layer = Image { crop: Some(Crop { x, y: 0.0, width, height: 1.0 }), ..layer("a") };
        assert_eq!(prepared(&picture, &layer).unwrap().width, wanted, "{x} {width}");
    }
}

#[test]
fn a_finer_raster_has_its_own_reckoning_of_a_drawing() {
    let library = Library::in_memory();
    let pattern = r##"<pattern id="p" width="20" height="20" patternUnits="userSpaceOnUse"><path d="M0 0h9v9z"/></pattern>
        <rect width="1000" height="1000" fill="url(#p)"/>"##;
    let clip = r##"<clipPath id="c"><path clip-rule="evenodd" d="M0 0h900v900h-900zM9 9h500v500z"/></clipPath>
        <rect width="1000" height="1000" clip-path="url(#c)"/>"##;
    for (name, body) in [("pattern", pattern), ("clip", clip)] {
        let source = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">{body}</svg>"#);
        library.insert(name, source.as_bytes());
    }
    let limits = Limits::default().svg;
    let at = |name: &str, dpi: f64| {
        let prepared = prepare(&layer(name), &library, &budget(), &color).unwrap();
        prepared.svg_raster(Size::new(300.0, 300.0), Dpi::new(dpi).unwrap(), &limits).unwrap()
    };
    for name in ["pattern", "clip"] {
        assert_eq!(at(name, 75.0), at(name, 300.0), "a preview shows what is printed");
        assert_eq!(at(name, 300.0).reduced_dpi, None);
        let fine = at(name, 2400.0);
        // 28 346 pixels along each side: 3.2 GB, and 64 times the work.
        assert!(fine.passes <= f64::from(limits.passes) * 1e6 && fine.bytes <= limits.drawing_bytes as u64, "{fine:?}");
        assert!(fine.reduced_dpi.is_some_and(|dpi| (300.0..1000.0).contains(&dpi)), "{name}: {fine:?}");
    }
}

#[test]
fn equal_operations_are_done_once_and_hash_alike() {
    let library = Library::in_memory();
    let mut bytes = Vec::new();
    ring([255; 3], [9, 9, 9]).write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    library.insert("a", bytes);
    let first = prepare(&cut(8.0, true), &library, &budget(), &color).unwrap();
    let again = prepare(&Image { width: 20.0, ..cut(8.0, true) }, &library, &budget(), &color).unwrap();
    assert!(std::ptr::eq(raster(&first), raster(&again)), "moving and scaling do not redo it");
    assert_eq!(first.hash, again.hash);
    assert_ne!(first.hash, prepare(&cut(9.0, true), &library, &budget(), &color).unwrap().hash);
}

#[test]
fn a_picture_that_nothing_is_done_to_is_not_copied() {
    let library = Library::in_memory();
    let mut bytes = Vec::new();
    ring([255; 3], [9, 9, 9]).write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    library.insert("a", bytes);
    let plain = prepare(&layer("a"), &library, &budget(), &color).unwrap();
    let asset = library.picture("a").unwrap();
    let crate::assets::Kind::Raster { pixels } = &asset.kind else { panic!("a drawing") };
    assert!(std::ptr::eq(raster(&plain), pixels.as_ref()));
    let brushed = || {
        let strokes = vec![stroke(BrushMode::Keep, 0.1, &[[0.5, 0.5]])];
        Image { remove_background: Some(RemoveBackground { tolerance: 8.0, holes: true, strokes }), ..layer("a") }
    };
    // 80 x 80 pixels in four bytes, and as much again for what is made of them.
    for (limit, layer, fits) in [
        (25_600, layer("a"), true),
        (25_600 + 25_600, Image { tint: Some(Paint::Rgb(Color::WHITE)), ..layer("a") }, true),
        (25_600 + 25_600 + 9 * 6400, cut(8.0, true), true),
        (25_600 + 25_600 + 9 * 6400 - 1, cut(8.0, true), false),
        (25_600 + 25_600 + 13 * 6400, brushed(), true),
        (25_600 + 25_600 + 13 * 6400 - 1, brushed(), false),
        (25_600 + 25_600 + 4 * 6400 - 1, Image { trim: true, ..layer("a") }, false),
    ] {
        let budget = Budget::new(&Limits { request_bytes: limit, ..Limits::default() });
        let prepared = prepare(&layer, &library, &budget, &color);
        assert_eq!(prepared.is_ok(), fits, "{limit} {layer:?}: {:?}", prepared.err());
    }
}

#[test]
fn the_resolution_on_cloth_is_told_for_pixels_only() {
    assert!((effective_dpi(1181.0, 100.0) - 300.0).abs() < 0.1);
    let picture = image::RgbaImage::from_pixel(300, 10, image::Rgba([255; 4]));
    let result = prepared(&picture, &layer("a")).unwrap();
    let dpi = |width: f64, height: f64| result.effective_dpi(Size::new(width, height)).unwrap();
    assert!((dpi(25.4, 25.4 / 30.0) - 300.0).abs() < 1e-9);
    assert!((dpi(25.4, 25.4 / 10.0) - 100.0).abs() < 1e-9, "stretched down, that way has fewer");
    assert!((dpi(50.8, 25.4 / 30.0) - 150.0).abs() < 1e-9, "stretched across, that way has");
}

#[test]
fn a_drawing_is_cropped_by_a_clip_and_trimmed_to_its_bounds() {
    let library = Library::in_memory();
    let source = r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect x="20" y="10" width="40" height="20" fill="#f00"/></svg>"##;
    library.insert("d", source.as_bytes());
    let trimmed = prepare(&Image { trim: true, ..layer("d") }, &library, &budget(), &color).unwrap();
    assert_eq!((trimmed.width, trimmed.height), (40.0, 20.0));
    assert_eq!(trimmed.effective_dpi(Size::new(40.0, 20.0)), None);
    let items = trimmed.items(Size::new(80.0, 40.0), kurbo::Affine::IDENTITY, Dpi::PRINT, &Limits::default().svg);
    let [super::Item::Group(group)] = items.as_slice() else { panic!("{items:?}") };
    let clip = kurbo::Shape::bounding_box(group.clip.as_deref().unwrap());
    assert_eq!(clip, kurbo::Rect::new(-40.0, -20.0, 40.0, 20.0));
    let size = trimmed.size_mm(&Image { width: 80.0, height: Some(10.0), ..layer("d") });
    let squeezed = trimmed.items(size, kurbo::Affine::IDENTITY, Dpi::PRINT, &Limits::default().svg);
    let bounds = squeezed[0].bounds().unwrap();
    assert_eq!(bounds, kurbo::Rect::new(-40.0, -5.0, 40.0, 5.0), "a height of its own");
    let cropped = Image { crop: Some(Crop { x: 0.0, y: 0.0, width: 0.5, height: 0.5 }), ..layer("d") };
    let cropped = prepare(&cropped, &library, &budget(), &color).unwrap();
    assert_eq!((cropped.width, cropped.height), (50.0, 25.0));
}
