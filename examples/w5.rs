//! The rivals' workload W5 as one command: 4500 x 5400 px, white under the colours, six spot plates as PNG, a film of one
//! of them at 1200 dpi as Group 4 TIFF. `w5 DIR` writes into a folder that is there and prints the CPU seconds and the
//! peak of memory.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use platen::cancel::Cancel;
use platen::color::Color;
use platen::export::ExportError;
use platen::export::plate::{Depth, PlatePng};
use platen::export::tiff::{Facts, Samples, Strips};
use platen::prepress::halftone::{DotShape, Film, Screen};
use platen::prepress::separate::{Base, Method, PressInk, Recipe, Target, separate};
use platen::units::{Dpi, Length};

#[expect(dead_code, clippy::unwrap_used, reason = "the benches' inputs, of which this needs the print")]
#[path = "../benches/inputs.rs"]
mod inputs;

/// The colours of the logo.
const INKS: [u32; 6] = [0xe4572e, 0x17bebb, 0xffc914, 0x2e282a, 0x76b041, 0xffffff];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("w5 DIR")?;
    let folder = Path::new(&folder);
    let scene = inputs::print_scene();
    let colors = INKS.map(|rgb| Color::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8));
    let bases = colors.iter().enumerate().map(|(plate, color)| Base { color: *color, target: Target::Plate(plate) });
    let recipe = Recipe {
        inks: colors.map(|color| PressInk { color, opacity: 0.8, white: 1.0 }).to_vec(),
        method: Method::Spot(bases.collect()),
        underbase: Some(Length::from_mm(3.0 * 25.4 / 300.0)),
        trap: None,
    };
    let (width, height) = scene.size.to_px(Dpi::PRINT);
    let size = (width as usize, height as usize);
    let facts = |size, dpi| Facts { size, dpi, title: "w5".to_owned(), artwork_hash: scene.hash.to_string() };
    let file = |name: &str| File::create(folder.join(name)).map(|file| BufWriter::with_capacity(1 << 18, file));
    let mut plates = Vec::new();
    for index in 0..=INKS.len() {
        plates.push(PlatePng::begin(file(&format!("{index}.png"))?, &facts(size, Dpi::PRINT), Depth::Coverage)?);
    }
    let dpi = Dpi::new(1200.0).ok_or("no resolution")?;
    let screen = Screen { shape: DotShape::Round, ..Screen::default() };
    let mut film = Film::new(&screen, size, Dpi::PRINT, dpi);
    let mut tiff = Strips::new(facts(film.size(), dpi), Samples::Film);
    let stride = film.size().0.div_ceil(8);
    let mut bits = Vec::new();
    let end = separate(&scene, Dpi::PRINT, &recipe, &Cancel::NEVER, |rows| {
        for row in 0..rows.rows {
            for (ink, plate) in plates.iter_mut().enumerate() {
                plate.row(if ink < INKS.len() {
                    rows.ink(ink, row)
                } else {
                    rows.underbase(row).unwrap_or_default()
                })?;
            }
            bits.clear();
            film.push(rows.ink(0, row), &mut bits);
            bits.chunks_exact(stride).try_for_each(|row| tiff.row(row))?;
        }
        Ok::<_, ExportError>(())
    });
    end.ok_or("called off")??;
    plates.into_iter().try_for_each(PlatePng::finish)?;
    tiff.finish(file("film.tif")?)?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let seconds = cpu_time::ProcessTime::now().as_duration().as_secs_f64();
    Ok(writeln!(std::io::stdout(), "{seconds:.3} s CPU, {peak}")?)
}
