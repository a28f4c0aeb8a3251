//! Golden pictures: each `tests/cases/<topic>/<topic>-<what>.json` is a design whose artwork or preview must equal the
//! picture beside it. `BLESS=1 cargo test --test golden [NAME]` writes the pictures anew; look at each one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbaImage;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use libtest_mimic::{Arguments, Failed, Trial};
use platen::shop::Shop;

mod render;

/// No channel of any pixel may differ by more than this.
const TOLERANCE: u8 = 1;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shop = std::sync::Arc::new(Shop::open(root).unwrap());
    let trials = cases(&root.join("tests/cases")).into_iter().map(|(name, path)| {
        let shop = shop.clone();
        Trial::test(name.clone(), move || check(&name, &path, &shop))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn cases(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for topic in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(topic.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "json") {
                found.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), path);
            }
        }
    }
    found
}

fn check(name: &str, case: &Path, shop: &Shop) -> Result<(), Failed> {
    let actual = render::render(case, shop)?;
    let golden = case.with_extension("png");
    // A golden is written on purpose only; the variable is not read by anything that renders.
    #[expect(clippy::disallowed_methods, reason = "how a person asks for new goldens")]
    if std::env::var("BLESS").is_ok() {
        return save(&golden, &actual).map_err(Into::into);
    }
    let expected = image::open(&golden).map_err(|error| format!("{}: {error}", golden.display()))?.into_rgba8();
    match worst(&expected, &actual) {
        Some(difference) if difference <= TOLERANCE => Ok(()),
        difference => {
            let shown = show(name, &expected, &actual);
            let what = difference.map_or("its size differs".to_owned(), |by| format!("a channel differs by {by}"));
            Err(format!("{name}: {what}; see {}", shown.display()).into())
        }
    }
}

/// Writes a golden as small as it gets without loss: three channels if it is opaque, and the best of the deflate levels.
fn save(path: &Path, picture: &RgbaImage) -> image::ImageResult<()> {
    let file = std::io::BufWriter::new(fs::File::create(path)?);
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    if picture.pixels().all(|pixel| pixel.0[3] == 255) {
        image::DynamicImage::from(picture.clone()).into_rgb8().write_with_encoder(encoder)
    } else {
        picture.write_with_encoder(encoder)
    }
}

/// The largest difference of any channel, or `None` if the sizes differ.
fn worst(expected: &RgbaImage, actual: &RgbaImage) -> Option<u8> {
    (expected.dimensions() == actual.dimensions())
        .then(|| expected.as_raw().iter().zip(actual.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0))
}

/// Writes expected | difference | actual side by side and says where.
fn show(name: &str, expected: &RgbaImage, actual: &RgbaImage) -> PathBuf {
    let (width, height) = (expected.width().max(actual.width()), expected.height().max(actual.height()));
    let mut sheet = RgbaImage::from_pixel(width * 3, height, image::Rgba([128, 128, 128, 255]));
    image::imageops::overlay(&mut sheet, expected, 0, 0);
    image::imageops::overlay(&mut sheet, actual, i64::from(width) * 2, 0);
    for (x, y, pixel) in actual.enumerate_pixels() {
        if let Some(other) = expected.get_pixel_checked(x, y) {
            let far = pixel.0.iter().zip(other.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
            sheet.put_pixel(width + x, y, image::Rgba([far.saturating_mul(8), 0, 0, 255]));
        }
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.png"));
    sheet.save(&path).unwrap();
    path
}
