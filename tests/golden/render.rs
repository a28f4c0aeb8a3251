//! From a case file to pixels. There are two kinds of cases, and unknown keys are errors in both:
//!
//! - `{"artwork": {"width": mm, "height": mm, "dpi": n, "background"?: "#rrggbb"}, "layers": [...]}` is one placement on
//!   a print area of that size; without a background its alpha is straight.
//! - `{"preview": {"width": px, "color": id, "view"?, "size"?, "crop"?: [x, y, width, height], "transparent"?}, ...}`
//!   with `"placements": [...]` beside it is a tee; the crop is in pixels.
//!
//! Pictures are named relative to the case file, or as in `tests/fixtures/pictures`.

use std::fs;
use std::path::Path;

use image::{Rgba, RgbaImage};
use platen::artwork;
use platen::assets::{Budget, Library};
use platen::color::Color;
use platen::design::{Design, DesignError, FieldValues, Problem};
use platen::mockup::{Background, Channels, Preview};
use platen::pixels::blend::unpremultiply;
use platen::scene;
use platen::shop::{Choice, PreviewOptions, RenderError, Shop};
use platen::units::{Dpi, PhysicalSize};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    artwork: Option<Area>,
    layers: Option<Value>,
    preview: Option<Shot>,
    placements: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    width: f64,
    height: f64,
    dpi: f64,
    background: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    width: u32,
    color: String,
    view: Option<String>,
    size: Option<String>,
    crop: Option<[u32; 4]>,
    #[serde(default)]
    transparent: bool,
}

/// Draws what the case file says.
pub(crate) fn render(case: &Path, shop: &Shop) -> Result<RgbaImage, String> {
    let bytes = fs::read(case).map_err(|error| error.to_string())?;
    let parsed = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let library = library(case, shop)?;
    match parsed {
        Case { artwork: Some(area), layers: Some(layers), preview: None, placements: None } => {
            flat(&area, &layers, &library, shop)
        }
        Case { artwork: None, layers: None, preview: Some(shot), placements: Some(placements) } => {
            worn(&shot, &placements, &library, shop)
        }
        _ => Err("a case has either \"artwork\" and \"layers\" or \"preview\" and \"placements\"".to_owned()),
    }
}

fn library(case: &Path, shop: &Shop) -> Result<Library, String> {
    let mut library = shop.library();
    library.base = Some(case.parent().unwrap_or(Path::new(".")).to_owned());
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    for entry in fs::read_dir(fixtures).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let bytes = fs::read(entry.path()).map_err(|error| error.to_string())?;
        library.insert(entry.file_name().to_string_lossy(), bytes);
    }
    Ok(library)
}

fn flat(area: &Area, layers: &Value, library: &Library, shop: &Shop) -> Result<RgbaImage, String> {
    let design = design("white", &json!([{ "area": "front", "layers": layers }]))?;
    let fields = FieldValues::default();
    let budget = Budget::new(&library.limits);
    let context = scene::Context {
        fonts: &shop.fonts,
        library,
        catalog: &shop.catalog,
        fields: &fields,
        finest: Dpi::PRINT,
        budget: &budget,
        cancel: &platen::cancel::Cancel::NEVER,
    };
    let size = PhysicalSize::from_mm(area.width, area.height);
    let scene = scene::resolve(&design.placements[0], "/placements/0", scene::Area::reference(size), &context)
        .map_err(|found| list(&found))?;
    let dpi = Dpi::new(area.dpi).ok_or("the resolution is not above zero")?;
    let pixels = artwork::rasterize(&scene, dpi).pixels;
    let mut straight = vec![0; pixels.data().len()];
    unpremultiply(pixels.data(), &mut straight);
    let picture = RgbaImage::from_raw(pixels.width(), pixels.height(), straight).ok_or("the raster has its size")?;
    let Some(background) = &area.background else { return Ok(picture) };
    let color = Color::from_hex(background).ok_or("the background is not #rrggbb")?;
    let mut backed = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([color.r, color.g, color.b, 255]));
    image::imageops::overlay(&mut backed, &picture, 0, 0);
    Ok(backed)
}

fn worn(shot: &Shot, placements: &Value, library: &Library, shop: &Shop) -> Result<RgbaImage, String> {
    let mut options = PreviewOptions {
        choice: Choice { size: shot.size.clone(), ..Choice::default() },
        view: shot.view.clone(),
        width_px: shot.width,
        ..PreviewOptions::default()
    };
    if shot.transparent {
        options.background = Background::Transparent;
    }
    let preview = shop.preview(&design(&shot.color, placements)?, library, &options).map_err(|error| match error {
        RenderError::Design(problems) => list(&problems),
        other => other.to_string(),
    })?;
    let picture = picture(preview).ok_or("the preview has its size")?;
    let Some([x, y, width, height]) = shot.crop else { return Ok(picture) };
    if x + width > picture.width() || y + height > picture.height() {
        return Err(format!("the crop reaches beyond {} x {}", picture.width(), picture.height()));
    }
    Ok(image::imageops::crop_imm(&picture, x, y, width, height).to_image())
}

fn picture(preview: Preview) -> Option<RgbaImage> {
    let (width, height) = (preview.width, preview.height);
    match preview.channels {
        Channels::Rgba => RgbaImage::from_raw(width, height, preview.pixels.into_vec()),
        Channels::Rgb => {
            let opaque = preview.pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]);
            RgbaImage::from_raw(width, height, opaque.collect())
        }
    }
}

/// Reads the layers as a whole document, so that a case with a spelling mistake fails.
fn design(color: &str, placements: &Value) -> Result<Design, String> {
    let document = json!({
        "version": 1, "garment": "tee", "color": color, "technique": "dtf", "placements": placements,
    });
    Design::from_json(document.to_string().as_bytes()).map_err(|error| match error {
        DesignError::Invalid(problems) => list(&problems),
        other => other.to_string(),
    })
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect::<Vec<_>>().join("\n")
}
