//! The claim "one raster": what the screen shows is what the press gets.

use std::collections::BTreeMap;
use std::path::Path;

use platen::artwork::{Artwork, rasterize, reduce};
use platen::assets::{Budget, Library};
use platen::cancel::Cancel;
use platen::catalog::AreaSize;
use platen::design::{Design, FieldValues, sample};
use platen::export::png::{Effort, write_print};
use platen::export::{self, Format, HASH_KEYWORD};
use platen::mockup::{Background, CompositeOptions, GarmentLook, Print};
use platen::scene::{Area, Context, Scene, resolve};
use platen::shop::{Choice, Fidelity, PreviewOptions, Shop};
use platen::units::{Dpi, PhysicalSize};
use proptest::prelude::*;
use tiff::tags::Tag;

use crate::sheet_pixels;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> Design {
    let bytes = std::fs::read(root().join("examples").join(format!("{name}.json"))).unwrap();
    Design::from_json(&bytes).unwrap()
}

fn library() -> Library {
    Library::with_base(root().join("examples"))
}

/// The print file as another program reads it: straight alpha, made premultiplied again, and its hash.
fn print_file(scene: &Scene, dpi: Dpi) -> (u32, u32, Vec<u8>, String) {
    let mut file = Vec::new();
    write_print(scene, dpi, Effort::Fast, &mut file).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let info = reader.info();
    let hash = info.uncompressed_latin1_text.iter().find(|text| text.keyword == HASH_KEYWORD).unwrap();
    let hash = hash.text.clone();
    let (width, height) = (info.width, info.height);
    for pixel in pixels.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = ((u32::from(*channel) * alpha + 127) / 255) as u8;
        }
    }
    (width, height, pixels, hash)
}

/// The plain average of every square, as slow as it is simple.
fn averaged(width: u32, height: u32, pixels: &[u8], factor: u32) -> Vec<u8> {
    let mut small = Vec::new();
    for top in (0..height).step_by(factor as usize) {
        for left in (0..width).step_by(factor as usize) {
            for channel in 0..4 {
                let mut sum = 0_u32;
                for y in top..(top + factor).min(height) {
                    for x in left..(left + factor).min(width) {
                        sum += u32::from(pixels[((y * width + x) * 4 + channel) as usize]);
                    }
                }
                let count = factor * factor;
                small.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    small
}

fn worst(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// Checks one scene: the preview's artwork is the print file resampled, and both carry the scene's hash.
fn check(scene: &Scene, dpi: Dpi, factor: u32) -> Result<(), TestCaseError> {
    let (width, height, pixels, hash) = print_file(scene, dpi);
    prop_assert_eq!((width, height), scene.size.to_px(dpi));
    let preview: Artwork = reduce(scene, dpi, factor);
    prop_assert_eq!(preview.hash.to_string(), hash);
    let difference = worst(preview.pixels.data(), &averaged(width, height, &pixels, factor));
    prop_assert!(difference <= 1, "a channel differs by {}", difference);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_design_previews_as_its_print_file_resampled(seed: u64, factor in 1_u32..9) {
        let shop = shop();
        let mut design = sample::design(seed);
        let mut stage = Stage { seed, families: shop.fonts.families().iter().map(|family| family.name.as_str()).collect() };
        design.placements.iter_mut().for_each(|placement| stage.set(&mut placement.layers));
        let fields = FieldValues::new(&design.fields, &BTreeMap::new()).unwrap();
        let library = Library::in_memory();
        for (index, name) in sample::ASSETS.into_iter().enumerate() {
            library.insert(name, picture(seed ^ index as u64));
        }
        let budget = Budget::new(&library.limits);
        let (fonts, catalog) = (&shop.fonts, &shop.catalog);
        let context = Context { fonts, library: &library, catalog, fields: &fields, finest: Dpi::PRINT, budget: &budget, cancel: &Cancel::NEVER };
        for (index, placement) in design.placements.iter().enumerate().take(2) {
            let cloth = Some(platen::color::Color::new(20, 40, 60));
            let area = Area { cloth, ..Area::reference(PhysicalSize::from_mm(120.0, 90.0)) };
            // A random ink may not exist, and a random crop may leave nothing: such a case is drawn again, and too many of
            // them fail the test.
            let scene = resolve(placement, &format!("/placements/{index}"), area, &context);
            prop_assume!(scene.is_ok());
            check(&scene.unwrap(), Dpi::new(stage.dpi()).unwrap(), factor)?;
        }
    }
}

/// Brings a random design before the camera: its layers onto the area of the test, its letters into fonts that exist.
struct Stage<'a> {
    seed: u64,
    families: Vec<&'a str>,
}

impl Stage<'_> {
    fn set(&mut self, layers: &mut [platen::design::Layer]) {
        for layer in layers {
            (layer.x, layer.y) = (layer.x.rem_euclid(120.0), layer.y.rem_euclid(90.0));
            match &mut layer.content {
                platen::design::Content::Group(group) => self.set(&mut group.layers),
                platen::design::Content::Text(text) => {
                    let families = self.families.len();
                    let family = self.roll(families);
                    self.families[family].clone_into(&mut text.font.family);
                }
                _ => {}
            }
        }
    }

    fn dpi(&mut self) -> f64 {
        [72.0, 150.0, 203.7][self.roll(3)]
    }

    /// One step of a linear congruential generator: any spread will do.
    fn roll(&mut self, end: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % end
    }
}

/// A PNG of random size and colours, partly transparent.
fn picture(seed: u64) -> Vec<u8> {
    let mut dice = Stage { seed, families: Vec::new() };
    let (width, height) = (1 + dice.roll(60) as u32, 1 + dice.roll(60) as u32);
    let picture =
        image::RgbaImage::from_fn(width, height, |_, _| image::Rgba([0; 4].map(|_: u8| dice.roll(256) as u8)));
    let mut bytes = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

fn shop() -> &'static Shop {
    static SHOP: std::sync::OnceLock<Shop> = std::sync::OnceLock::new();
    SHOP.get_or_init(|| Shop::open(root()).unwrap())
}

#[test]
fn every_example_previews_as_its_print_file_resampled() {
    let shop = shop();
    for name in EXAMPLES {
        let design = example(name);
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        for placed in shop.scenes(&fitting, &library(), |_| true).unwrap() {
            check(&placed.scene, Dpi::PRINT, 5).unwrap();
        }
    }
}

const EXAMPLES: [&str; 10] =
    ["camp", "jersey", "crest", "photo", "tour", "ringer", "vintage", "greeting", "qr", "tonal"];

#[test]
fn the_same_design_has_the_same_hash_and_another_has_another() {
    let shop = shop();
    let hash = |design: &Design, size: &str| {
        let fitting = shop.fit(design, &Choice { size: Some(size.into()), ..Choice::default() }).unwrap();
        shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene.hash
    };
    let camp = example("camp");
    assert_eq!(hash(&camp, "L"), hash(&camp, "L"));
    let mut renamed = camp.clone();
    renamed.placements[0].layers[0].name = Some("The arch".into());
    renamed.placements[0].layers[0].locked = true;
    renamed.color = "navy".into();
    assert_eq!(hash(&renamed, "L"), hash(&camp, "L"), "what does not change the artwork does not change its name");
    let mut moved = camp.clone();
    moved.placements[0].layers[0].x += 0.5;
    assert_ne!(hash(&moved, "L"), hash(&camp, "L"));
    let mut hidden = camp.clone();
    hidden.placements[0].layers[0].hidden = true;
    assert_ne!(hash(&hidden, "L"), hash(&camp, "L"));
}

/// The lettering of a tour shirt with a soft shadow, prepared for the press as `production` says.
fn prepared(production: &serde_json::Value, color: &str) -> Design {
    let document = serde_json::json!({
        "version": 1, "garment": "tee", "color": color, "technique": "dtf", "placements": [{
            "area": "front", "production": production, "layers": [
                { "id": "box", "type": "shape", "shape": "rectangle", "width": 120, "height": 60, "x": 150, "y": 140,
                  "fill": "#0c0c0c", "opacity": 0.7 },
                { "id": "words", "type": "text", "text": "Late Night\nFilms", "font": "Anton", "size": 30, "x": 150, "y": 150,
                  "fill": "#ffcc00", "shadow": { "dx": 2, "dy": 2, "blur": 2.5, "color": "#30105a" } },
                { "id": "rule", "type": "shape", "shape": "rectangle", "width": 100, "height": 0.2, "x": 150, "y": 200,
                  "rotation": 7, "fill": "#ffffff" }
            ]
        }]
    });
    Design::from_json(document.to_string().as_bytes()).unwrap()
}

#[test]
fn what_is_done_for_the_press_is_in_every_file_and_in_the_hash() {
    use serde_json::json;
    let shop = shop();
    let edges = [json!({ "mode": "hard" }), json!({ "mode": "halftone" })];
    let mut hashes = std::collections::BTreeSet::new();
    for production in [
        json!({}),
        json!({ "edges": edges[0] }),
        json!({ "edges": edges[1] }),
        json!({ "least_line": 0.45 }),
        json!({ "least_gap": 0.7 }),
        json!({ "knock_out": { "tolerance": 15 } }),
        json!({ "knock_out": { "tolerance": 15 }, "least_gap": 0.7, "least_line": 0.45, "edges": edges[1] }),
    ] {
        let design = prepared(&production, "black");
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        let scene = &shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene;
        assert!(hashes.insert(scene.hash.to_string()), "{production} has a name of its own");
        // The print file, as other programs read it, is what previews are reduced from.
        check(scene, Dpi::PRINT, 4).unwrap();
        check(scene, Dpi::new(100.0).unwrap(), 3).unwrap();
        let (.., pixels, hash) = print_file(scene, Dpi::PRINT);
        let halves = pixels.chunks(4).filter(|pixel| pixel[3] != 0 && pixel[3] != 255).count();
        let is_settled = production.get("edges").is_some();
        assert_eq!(halves == 0, is_settled, "{production}: {halves} pixels are half there");
        // An SVG can only hold it as pixels.
        let mut svg = Vec::new();
        export::svg::write(scene, &mut svg).unwrap();
        assert_eq!(hash_in::svg(&svg), hash);
        let svg = String::from_utf8(svg).unwrap();
        let counts = (svg.matches("<image").count(), svg.matches("<path").count());
        assert_eq!(counts.0 == 1 && counts.1 == 0, production != json!({}), "{production}: {counts:?}");
        // On the cloth, while it is dragged and when it rests.
        let preview = |fidelity| {
            let options = PreviewOptions { width_px: 500, fidelity, ..PreviewOptions::default() };
            shop.preview(&design, &library(), &options).unwrap()
        };
        let (exact, live) = (preview(Fidelity::Exact), preview(Fidelity::Live));
        assert_eq!((&exact.artwork_hash, &live.artwork_hash), (&hash, &hash));
        let sum: u64 = exact.pixels.iter().zip(&live.pixels).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = sum as f64 / exact.pixels.len() as f64;
        assert!(mean < 0.6, "{production}: {mean}");
    }
}

#[test]
fn only_what_is_knocked_out_depends_on_the_cloth() {
    let shop = shop();
    let hash = |production: serde_json::Value, color: &str| {
        let design = prepared(&production, color);
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene.hash
    };
    let hard = serde_json::json!({ "edges": { "mode": "hard" } });
    let open = serde_json::json!({ "knock_out": {} });
    assert_eq!(hash(hard.clone(), "black"), hash(hard, "white"));
    assert_ne!(hash(open.clone(), "black"), hash(open.clone(), "white"));
    assert_eq!(hash(open.clone(), "black"), hash(open, "black"));
}

#[test]
fn a_cloth_that_is_no_longer_sold_cannot_be_knocked_out() {
    let shop = shop();
    let design = prepared(&serde_json::json!({ "knock_out": {} }), "octarine");
    let fitting = shop.fit(&design, &Choice { any_color: true, ..Choice::default() }).unwrap();
    let Err(platen::shop::RenderError::Design(problems)) = shop.scenes(&fitting, &library(), |_| true) else {
        panic!("it was drawn")
    };
    let told: Vec<_> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    assert_eq!(told, [("/placements/0/production/knock_out", "unknown-cloth")]);
}

#[test]
fn fields_are_part_of_the_hash() {
    let shop = shop();
    let jersey = example("jersey");
    let hash = |number: &str| {
        let choice = Choice { fields: [("number".to_owned(), number.to_owned())].into(), ..Choice::default() };
        let fitting = shop.fit(&jersey, &choice).unwrap();
        shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene.hash
    };
    assert_eq!(hash("27"), hash("27"));
    assert_ne!(hash("27"), hash("28"));
}

#[test]
fn a_100_mm_square_prints_as_1181_px_and_a_300_mm_line_spans_300_mm() {
    let design = Design::from_json(
        br##"{ "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": [
            { "area": "front", "layers": [
                { "id": "square", "type": "shape", "shape": "rectangle", "width": 100, "height": 100, "x": 100, "y": 100, "fill": "#c8102e" },
                { "id": "line", "type": "shape", "shape": "rectangle", "width": 300, "height": 2, "x": 160, "y": 300, "fill": "#14346b" }
            ] } ] }"##,
    )
    .unwrap();
    let shop = shop();
    let fitting = shop.fit(&design, &Choice::default()).unwrap();
    let scene = &shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene;
    let pixels = rasterize(scene, Dpi::PRINT).pixels;
    let inked = |y: u32| (0..pixels.width()).filter(|&x| pixels.pixel(x, y).unwrap()[3] > 127).count();
    assert_eq!(inked(1181), 1181, "100 mm at 300 dpi");
    assert_eq!(inked(3543), 3543, "300 mm at 300 dpi");
    let column = (0..pixels.height()).filter(|&y| pixels.pixel(1181, y).unwrap() == [0xc8, 0x10, 0x2e, 255]).count();
    assert!((1180..=1181).contains(&column), "{column}: and the ink is exactly the document's color");
}

#[test]
fn a_print_looks_smaller_on_a_larger_shirt() {
    let shop = shop();
    let design = example("crest");
    let inked_px = |size: &str| {
        let options = PreviewOptions {
            choice: Choice { size: Some(size.into()), color: Some("white".into()), ..Choice::default() },
            width_px: 800,
            ..PreviewOptions::default()
        };
        let preview = shop.preview(&design, &library(), &options).unwrap();
        let colorful = |pixel: &[u8]| pixel.iter().max().unwrap() - pixel.iter().min().unwrap() > 60;
        preview.pixels.chunks(3).filter(|pixel| colorful(pixel)).count()
    };
    let (small, large) = (inked_px("S") as f64, inked_px("3XL") as f64);
    // Areas go with the square of the chests: (711.2 / 457.2)^2 = 2.42.
    assert!((2.1..2.8).contains(&(small / large)), "{small} / {large}");
}

#[test]
fn artwork_keeps_its_place_under_the_collar_on_every_size() {
    let shop = shop();
    let design = example("camp");
    let center = |size: &str| {
        let fitting = shop.fit(&design, &Choice { size: Some(size.into()), ..Choice::default() }).unwrap();
        let scenes = shop.scenes(&fitting, &library(), |_| true).unwrap();
        let scene = &scenes[0].scene;
        let ink = scene.layers.iter().map(|layer| layer.ink).reduce(|a, b| a.union(b)).unwrap();
        (ink.center().x - scene.size.width.mm() / 2.0, ink.y0)
    };
    let (x, y) = center("L");
    for size in ["S", "M", "XL", "3XL", "5XL"] {
        let other = center(size);
        assert!((other.0 - x).abs() < 1e-6 && (other.1 - y).abs() < 1e-6, "{size}: {other:?}, not {:?}", (x, y));
    }
}

#[test]
fn live_and_exact_previews_agree_but_for_the_finest_edges() {
    let shop = shop();
    for name in ["camp", "greeting", "photo"] {
        let design = example(name);
        let preview = |fidelity| {
            let options = PreviewOptions { width_px: 600, fidelity, ..PreviewOptions::default() };
            shop.preview(&design, &library(), &options).unwrap().pixels
        };
        let (exact, live) = (preview(Fidelity::Exact), preview(Fidelity::Live));
        let sum: u64 = exact.iter().zip(&live).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = sum as f64 / exact.len() as f64;
        assert!(mean < 0.6, "{name}: {mean}");
    }
}

#[test]
fn recoloring_one_part_leaves_the_others_alone() {
    let shop = shop();
    let garment = shop.catalog.garment("tee").unwrap();
    let mockup = shop.mockup(garment, "front").unwrap();
    let options = CompositeOptions { background: Background::Transparent };
    let white = GarmentLook::from(garment.color("white").unwrap());
    let navy = garment.color("ringer-white-navy").unwrap().parts["collar"];
    let collar = GarmentLook { parts: [("collar".to_owned(), navy)].into(), ..white.clone() };
    let (plain, ringer) = (mockup.blank(800, &white, &options), mockup.blank(800, &collar, &options));
    let (plain, ringer) = (plain.preview().pixels, ringer.preview().pixels);
    // The collar lies in the upper fifth; nothing below may move.
    let below = 800 * 4 * 200;
    assert!(worst(&plain[..below], &ringer[..below]) > 100, "the collar is another color");
    assert!(worst(&plain[below..], &ringer[below..]) <= 2);
}

#[test]
fn an_artwork_at_any_place_leaves_the_backdrop_alone() {
    let shop = shop();
    let garment = shop.catalog.garment("tee").unwrap();
    let mockup = shop.mockup(garment, "front").unwrap();
    let blank = mockup.blank(400, &GarmentLook::from(garment.color("white").unwrap()), &CompositeOptions::default());
    let mut pixels = platen::pixels::Pixmap::new(100, 100);
    pixels.data_mut().chunks_exact_mut(4).for_each(|pixel| pixel.copy_from_slice(&[200, 0, 0, 255]));
    let artwork = Artwork { dpi: Dpi::new(2.0).unwrap(), pixels, hash: platen::scene::ArtworkHash([0; 32]) };
    let everywhere = AreaSize {
        size: PhysicalSize::from_mm(1270.0, 1270.0),
        dx: platen::units::Length::ZERO,
        dy: platen::units::Length::from_mm(-200.0),
    };
    let surface = mockup.place("front", &everywhere, 1.0).unwrap();
    let printed = platen::mockup::composite(&blank, &[Print { artwork: &artwork, surface }]);
    let bare = blank.preview();
    for corner in [0, 399, 400 * 499, 400 * 500 - 1] {
        assert_eq!(printed.pixels[corner * 3..][..3], bare.pixels[corner * 3..][..3], "the wall is not printed");
    }
    let changed = printed.pixels.iter().zip(&bare.pixels).filter(|(a, b)| a != b).count();
    assert!(changed > 400 * 500 / 4, "the whole front is printed: {changed}");
}

/// What stands under the key in files that a preview and a print were written to, read as other programs do.
mod hash_in {
    use std::io::Cursor;

    use image::ImageDecoder;
    use platen::export::HASH_KEYWORD;

    fn behind_key(text: &str) -> String {
        let (key, value) = text.split_once(": ").unwrap();
        assert_eq!(key, HASH_KEYWORD);
        value.to_owned()
    }

    pub(super) fn png(file: &[u8]) -> String {
        let reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
        let texts = &reader.info().uncompressed_latin1_text;
        texts.iter().find(|text| text.keyword == HASH_KEYWORD).unwrap().text.clone()
    }

    pub(super) fn jpeg(file: &[u8]) -> String {
        let at = file.windows(2).position(|pair| pair == [0xff, 0xfe]).unwrap();
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        assert!(image::load_from_memory(file).is_ok());
        assert_eq!(&file[2..4], [0xff, 0xe0], "JFIF comes first");
        behind_key(std::str::from_utf8(&file[at + 4..at + 2 + length]).unwrap())
    }

    pub(super) fn webp(file: &[u8]) -> String {
        let mut decoder = image::codecs::webp::WebPDecoder::new(Cursor::new(file)).unwrap();
        let exif = decoder.exif_metadata().unwrap().unwrap();
        assert_eq!(&exif[..10], b"II*\0\x08\0\0\0\x01\0");
        let number = |at: usize| u32::from_le_bytes(exif[at..at + 4].try_into().unwrap());
        assert_eq!(number(10), 2 << 16 | 270, "an ASCII image description");
        let (length, start) = (number(14) as usize, number(18) as usize);
        assert_eq!(start + length, exif.len());
        behind_key(std::str::from_utf8(&exif[start..start + length - 1]).unwrap())
    }

    pub(super) fn svg(file: &[u8]) -> String {
        let text = std::str::from_utf8(file).unwrap();
        let (_, rest) = text.split_once("<metadata>").unwrap();
        behind_key(rest.split_once("</metadata>").unwrap().0)
    }
}

#[test]
fn every_file_of_a_design_carries_the_same_hash() {
    let shop = shop();
    let design = example("camp");
    let fitting = shop.fit(&design, &Choice::default()).unwrap();
    let scene = &shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene;
    let preview = |background| {
        let options = PreviewOptions { width_px: 64, background, ..PreviewOptions::default() };
        shop.preview(&design, &library(), &options).unwrap()
    };
    let (rgb, rgba) = (preview(PreviewOptions::default().background), preview(Background::Transparent));
    let written = |write: &dyn Fn(&mut Vec<u8>) -> Result<(), export::ExportError>| {
        let mut file = Vec::new();
        write(&mut file).unwrap();
        file
    };
    let (w, h) = (rgb.width, rgb.height);
    let jpeg = export::jpeg::JpegOptions::default();
    let hash = scene.hash.to_string();
    for (name, found) in [
        ("print PNG", hash_in::png(&written(&|out| write_print(scene, Dpi::PRINT, Effort::Fast, out)))),
        ("print SVG", hash_in::svg(&written(&|out| export::svg::write(scene, out)))),
        ("PNG", hash_in::png(&written(&|out| export::png::write_rgb(w, h, &rgb.pixels, &rgb.artwork_hash, out)))),
        (
            "clear PNG",
            hash_in::png(&written(&|out| export::png::write_rgba(w, h, &rgba.pixels, &rgba.artwork_hash, out))),
        ),
        (
            "JPEG",
            hash_in::jpeg(&written(&|out| export::jpeg::write_rgb(w, h, &rgb.pixels, &rgb.artwork_hash, jpeg, out))),
        ),
        ("WebP", hash_in::webp(&written(&|out| export::webp::write_rgb(w, h, &rgb.pixels, &rgb.artwork_hash, out)))),
        (
            "clear WebP",
            hash_in::webp(&written(&|out| export::webp::write_rgba(w, h, &rgba.pixels, &rgba.artwork_hash, out))),
        ),
    ] {
        assert_eq!(found, hash, "{name}");
    }
}

/// What two other programs read from the same print file in another format: straight pixels, their size in inches, and the
/// artwork's hash.
fn tiff_and_pdf(scene: &Scene, dpi: Dpi) -> [(Vec<u8>, (f64, f64), String); 2] {
    let written = |format| {
        let mut file = std::io::Cursor::new(Vec::new());
        export::print::write_unless(scene, format, (dpi, Effort::Fast), &Cancel::NEVER, &mut file).unwrap();
        file.into_inner()
    };
    let size = scene.size.to_px(dpi);
    let file = written(Format::Tiff);
    let mut tiff = tiff::decoder::Decoder::new(std::io::Cursor::new(&file)).unwrap();
    let mut resolution = |tag| match tiff.get_tag(tag).unwrap() {
        tiff::decoder::ifd::Value::Rational(over, under) => f64::from(over) / f64::from(under),
        other => panic!("{other:?}"),
    };
    let (across, down) = (resolution(Tag::XResolution), resolution(Tag::YResolution));
    let inches = (f64::from(size.0) / across, f64::from(size.1) / down);
    let told = tiff.get_tag_ascii_string(Tag::ImageDescription).unwrap();
    let of_tiff = (sheet_pixels::of(&file, size), inches, told.rsplit_once(": ").unwrap().1.to_owned());

    let pdf = lopdf::Document::load_mem(&written(Format::Pdf)).unwrap();
    let page = pdf.get_dictionary(pdf.get_pages()[&1]).unwrap();
    let media = page.get(b"MediaBox").unwrap().as_array().unwrap();
    let inches = |place: usize| f64::from(media[place].as_float().unwrap()) / 72.0;
    let content = |id: &[u8], of: &lopdf::Dictionary| {
        let stream = pdf.get_object(of.get(id).unwrap().as_reference().unwrap()).unwrap().as_stream().unwrap();
        (stream.dict.clone(), stream.decompressed_content().unwrap())
    };
    let resources = pdf.get_dict_in_dict(page, b"Resources").unwrap();
    let pictures = pdf.get_dict_in_dict(resources, b"XObject").unwrap();
    let (dict, rgb) = content(b"P0", pictures);
    let (_, alpha) = content(b"SMask", &dict);
    let rgb = rgb.as_chunks::<3>().0;
    // Programs shrink pixels and mask each for itself: what is clear has the colour of what it lies beside.
    let width = size.0 as usize;
    for clear in (width..rgb.len() - width).filter(|at| alpha[*at] == 0) {
        let beside: Vec<_> = [clear - 1, clear + 1, clear - width, clear + width].map(|at| (alpha[at], rgb[at])).into();
        let seen: Vec<_> = beside.into_iter().filter(|(alpha, _)| *alpha >= 32).map(|(_, color)| color).collect();
        assert!(seen.is_empty() || seen.contains(&rgb[clear]), "{clear}: {:?} beside {seen:?}", rgb[clear]);
    }
    let seen = |([r, g, b], alpha): (&[u8; 3], &u8)| if *alpha == 0 { [0; 4] } else { [*r, *g, *b, *alpha] };
    let pixels = rgb.iter().zip(&alpha).flat_map(seen).collect();
    let info = pdf.get_object(pdf.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap().as_dict().unwrap();
    let hash = lopdf::decode_text_string(info.get(HASH_KEYWORD.as_bytes()).unwrap()).unwrap();
    [of_tiff, (pixels, (inches(2), inches(3)), hash)]
}

#[test]
fn a_print_file_is_the_same_pixels_at_the_same_size_in_every_format() {
    let plain = example("camp");
    let done = prepared(&serde_json::json!({ "edges": { "mode": "hard", "threshold": 0.4 } }), "black");
    for design in [plain, done] {
        let shop = shop();
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        let scene = &shop.scenes(&fitting, &library(), |_| true).unwrap()[0].scene;
        let dpi = Dpi::new(150.0).unwrap();
        let mut png = Vec::new();
        write_print(scene, dpi, Effort::Fast, &mut png).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        for (found, inches, hash) in tiff_and_pdf(scene, dpi) {
            assert!(found == pixels, "the pixels of the PNG");
            assert!((inches.0 - scene.size.width.mm() / 25.4).abs() < 0.01, "{inches:?}");
            assert!((inches.1 - scene.size.height.mm() / 25.4).abs() < 0.01, "{inches:?}");
            assert_eq!(hash, scene.hash.to_string());
        }
        let mut file = std::io::Cursor::new(Vec::new());
        let cancel = Cancel::new();
        cancel.set();
        for format in export::print::FORMATS {
            let ended = export::print::write_unless(scene, format, (dpi, Effort::Fast), &cancel, &mut file);
            assert!(matches!(ended, Err(export::ExportError::CalledOff)), "{format:?} {ended:?}");
        }
    }
}

#[test]
fn a_preview_of_several_prints_names_each_with_its_area() {
    let shop = shop();
    let mut design = example("camp");
    let mut second = design.placements[0].clone();
    "left-chest".clone_into(&mut second.area);
    design.placements.push(second);
    let fitting = shop.fit(&design, &Choice::default()).unwrap();
    let scenes = shop.scenes(&fitting, &library(), |_| true).unwrap();
    let expected: Vec<_> = scenes.iter().map(|placed| format!("{}={}", placed.area.id, placed.scene.hash)).collect();
    assert_eq!(expected.len(), 2);
    let options = PreviewOptions { width_px: 64, view: Some("front".into()), ..PreviewOptions::default() };
    assert_eq!(shop.preview(&design, &library(), &options).unwrap().artwork_hash, expected.join(" "));
    let back = PreviewOptions { view: Some("back".into()), ..options };
    assert_eq!(shop.preview(&design, &library(), &back).unwrap().artwork_hash, "", "nothing is printed there");
}
