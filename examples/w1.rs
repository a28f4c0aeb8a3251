//! Renders previews on request, one JSON line in and one out, so that another program can time Platen beside its rivals:
//! `cargo run --release --example w1 -- FOLDER`, where FOLDER holds `logo.svg` and `photo.png`.
//!
//! A request is `{"i": 3, "fmts": ["jpg"]}`; order `i` has its own name, number and garment colour. A reply has wall (`t`)
//! and CPU (`c`) milliseconds of each stage, all threads, and the size of each file. After the same order, a request with
//! `"dye": "#3b5d7a"` shows it on a garment of a colour that was never asked for, without drawing the artwork again.

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use platen::artwork::Artwork;
use platen::assets::Library;
use platen::color::Color;
use platen::design::Design;
use platen::export::jpeg::{BlankCodes, Chroma, JpegOptions, Printed};
use platen::export::{ExportError, png, webp};
use platen::mockup::{Blank, CompositeOptions, GarmentLook, Preview, Print, composite, tint};
use platen::shop::{Choice, Fidelity, PreviewOptions, Shop};
use serde_json::{Map, Value, json};

const COLORS: [&str; 6] = ["white", "black", "red", "navy", "forest", "mustard"];
const NAMES: [&str; 10] = ["AVA", "NOAH", "MIA", "LIAM", "ZOE", "OWEN", "IVY", "LUCA", "ELLA", "FINN"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder with logo.svg and photo.png")?;
    let shop = Shop::open(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let library = Library::in_memory();
    for name in ["logo.svg", "photo.png"] {
        library.insert(name, std::fs::read(Path::new(&folder).join(name))?);
    }
    let mut service = Service { shop, library, codes: BlankCodes::default(), drawn: Vec::new(), colors: Vec::new() };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", json!({ "ready": "platen" }))?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let order = request["i"].as_u64().unwrap_or(0) as usize;
        let formats: Vec<&str> = request["fmts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let reply = service.preview(order, request["dye"].as_str(), &formats)?;
        writeln!(out, "{reply}")?;
        out.flush()?;
    }
    Ok(())
}

struct Service {
    shop: Shop,
    library: Library,
    codes: BlankCodes<Blank>,
    /// The artworks of the last order.
    drawn: Vec<Artwork>,
    /// Blanks of colours that are not in the catalogue.
    colors: Vec<Arc<Blank>>,
}

impl Service {
    fn preview(&mut self, order: usize, dye: Option<&str>, formats: &[&str]) -> Result<Value, Box<dyn Error>> {
        let mut clock = Clock::new();
        let design = Design::from_json(document(order).to_string().as_bytes())?;
        let options = PreviewOptions {
            choice: Choice { color: Some(COLORS[order % COLORS.len()].to_owned()), ..Choice::default() },
            width_px: 1200,
            fidelity: Fidelity::Live,
            ..PreviewOptions::default()
        };
        let fitting = self.shop.fit(&design, &options.choice)?;
        let stage = self.shop.stage(&fitting, &options)?;
        let (blank, preview) = if let Some(dye) = dye {
            let look = GarmentLook::solid(Color::from_hex(dye).ok_or("a dye is written #rrggbb")?);
            let blank = Arc::new(tint(Arc::clone(stage.blank().plate()), &look, &CompositeOptions::default()));
            clock.stage("tint");
            // a service keeps the latest
            self.colors.truncate(3);
            self.colors.insert(0, Arc::clone(&blank));
            let surface = stage.surfaces["front"];
            let prints: Vec<Print<'_>> = self.drawn.iter().map(|artwork| Print { artwork, surface }).collect();
            let preview = composite(&blank, &prints);
            (blank, preview)
        } else {
            let scenes = self.shop.scenes(&fitting, &self.library, |area| area.view == stage.view)?;
            clock.stage("scene");
            self.drawn = stage.rasterize(&scenes)?;
            clock.stage("raster");
            (Arc::clone(stage.blank()), stage.composite(&scenes, &self.drawn))
        };
        clock.stage("composite");
        let mut bytes = Map::new();
        for format in formats {
            let mut file = Vec::new();
            self.write(&blank, &preview, format, &mut file)?;
            clock.stage(format);
            bytes.insert((*format).to_owned(), json!(file.len()));
        }
        Ok(json!({ "t": clock.wall, "c": clock.cpu, "bytes": bytes }))
    }

    fn write(
        &self,
        blank: &Arc<Blank>,
        preview: &Preview,
        format: &str,
        file: &mut Vec<u8>,
    ) -> Result<(), ExportError> {
        let (width, height) = (preview.width, preview.height);
        match format {
            "jpg" => {
                let options = JpegOptions { quality: 85, chroma: Chroma::Halved };
                let printed = Printed {
                    width,
                    height,
                    rgb: &preview.pixels,
                    columns: preview.printed_columns.clone(),
                    rows: preview.printed_rows.clone(),
                    artwork_hash: &preview.artwork_hash,
                };
                self.codes.write(blank, Blank::pixels, &printed, options, file)
            }
            "webp" => webp::write_rgb(width, height, &preview.pixels, &preview.artwork_hash, file),
            _ => png::write_rgb(width, height, &preview.pixels, &preview.artwork_hash, file),
        }
    }
}

/// A logo of 100 paths, a photograph with soft alpha and two lines of outlined letters, as on the rivals' artwork.
fn document(order: usize) -> Value {
    let text = |id: &str, words: String, y: f64, size: f64| {
        json!({ "id": id, "type": "text", "text": words, "x": 177.8, "y": y, "size": size, "font": "Archivo Black",
            "fill": "#ffb703", "outline": [{ "width": 1.2, "color": "#ffffff" }] })
    };
    json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": [{
        "area": "front", "layers": [
            { "id": "photo", "type": "image", "asset": "photo.png", "x": 177.8, "y": 234.0, "width": 296.3 },
            { "id": "logo", "type": "image", "asset": "logo.svg", "x": 177.8, "y": 80.6, "width": 177.8 },
            text("name", format!("{} {}", NAMES[order % 10], order / 10), 352.0, 41.0),
            text("number", format!("No. {order:03}"), 388.0, 35.0),
        ] }] })
}

struct Clock {
    at: (Instant, ProcessTime),
    wall: Map<String, Value>,
    cpu: Map<String, Value>,
}

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
impl Clock {
    fn new() -> Self {
        Self { at: (Instant::now(), ProcessTime::now()), wall: Map::new(), cpu: Map::new() }
    }

    fn stage(&mut self, name: &str) {
        let ms = |time: std::time::Duration| json!(time.as_secs_f64() * 1000.0);
        self.wall.insert(name.to_owned(), ms(self.at.0.elapsed()));
        self.cpu.insert(name.to_owned(), ms(self.at.1.elapsed()));
        self.at = (Instant::now(), ProcessTime::now());
    }
}
