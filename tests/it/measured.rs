//! What a shop measured goes before what the catalogue's files say, wherever a colour is asked for.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use platen::assets::Library;
use platen::cancel::Cancel;
use platen::catalog::{InkSwatch, Reading, Swatch, Swatches};
use platen::color::delta_e::ciede2000;
use platen::color::lab::Lab;
use platen::design::Design;
use platen::prepress::halftone::Screen;
use platen::press::{self, FilmOptions, Wanted};
use platen::profile::Profile;
use platen::shop::press::{Separating, SeparationOptions};
use platen::shop::{Choice, PreviewOptions, Shop};
use platen::units::Dpi;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> Design {
    Design::from_json(&std::fs::read(root().join(format!("examples/{name}.json"))).unwrap()).unwrap()
}

fn ink(lab: [f64; 3]) -> InkSwatch {
    InkSwatch { lab: Reading(lab), spread: Some(0.5), on: None, opacity: None, gain: None }
}

fn shop(measured: Swatches) -> Shop {
    let mut shop = Shop::open(root()).unwrap();
    shop.adopt(Profile { measured, ..Profile::shipped() });
    shop
}

fn cloth(garment: &str, color: &str, lab: [f64; 3]) -> Swatches {
    let swatch = Swatch { lab: Reading(lab), spread: None, on: None };
    let garments = [(garment.to_owned(), [(color.to_owned(), swatch)].into())].into();
    Swatches { garments, ..Swatches::default() }
}

fn preview(shop: &Shop, design: &Design) -> (String, Vec<u8>) {
    let options = PreviewOptions { width_px: 128, ..PreviewOptions::default() };
    let preview = shop.preview(design, &library(shop), &options).unwrap();
    (preview.artwork_hash.clone(), preview.pixels.to_vec())
}

fn library(shop: &Shop) -> Library {
    let mut library = Library::with_base(root().join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    library
}

#[test]
fn a_measured_garment_dyes_the_preview_and_decides_about_white_below() {
    // The white of the example's ringer tee, as if it were nearly black.
    let (plain, dark) = (shop(Swatches::default()), shop(cloth("tee", "ringer-white-navy", [10.0, 0.0, -1.0])));
    let design = example("ringer");
    let [white, black] = [&plain, &dark].map(|shop| {
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        (fitting.color.base, fitting.color.lab())
    });
    assert_eq!(black.1, Lab::new(10.0, 0.0, -1.0));
    assert!(white.1.l > 90.0 && ciede2000(Lab::from(black.0), black.1) < 1.0, "{white:?} {black:?}");
    let [(one, bright), (other, dim)] = [&plain, &dark].map(|shop| preview(shop, &design));
    assert_eq!(one, other, "the artwork is the same");
    let mean = |pixels: &[u8]| pixels.iter().map(|byte| u64::from(*byte)).sum::<u64>() / pixels.len() as u64;
    assert!(mean(&bright) > mean(&dim) + 30, "{} and {}", mean(&bright), mean(&dim));
    assert_ne!(plain.digest, dark.digest, "kept previews and their tags are others");
    assert_eq!(plain.files_digest, dark.files_digest);

    let options =
        SeparationOptions { area: "front".to_owned(), dpi: Dpi::new(72.0).unwrap(), ..SeparationOptions::default() };
    let [none, below] = [&plain, &dark].map(|shop| {
        let job = shop.separation(&shop.profile, (&design, &library(shop)), &options, &Cancel::NEVER).unwrap();
        assert_eq!(job.cloth, job.fitting.color.base);
        job.plates.iter().any(|plate| plate.ink.is_none())
    });
    assert!(below && !none, "white lies below on dark cloth only");
}

#[test]
fn a_measured_ink_changes_the_artwork_and_is_the_one_that_plates_are_called_after() {
    let lab = [70.0, 25.0, 60.0];
    let plain = shop(Swatches::default());
    let golden = shop(Swatches { inks: [("athletic-gold".to_owned(), ink(lab))].into(), ..Swatches::default() });
    let design = example("ringer");
    let [(one, before), (other, after)] = [&plain, &golden].map(|shop| preview(shop, &design));
    assert!(one != other && before != after, "print files and previews show the ink as it was measured");
    let options =
        SeparationOptions { area: "front".to_owned(), dpi: Dpi::new(72.0).unwrap(), ..SeparationOptions::default() };
    let job = golden.separation(&golden.profile, (&design, &library(&golden)), &options, &Cancel::NEVER).unwrap();
    let plate = job.plates.iter().find(|plate| plate.name == "Athletic Gold").unwrap();
    assert_eq!(plate.color(), Lab::new(lab[0], lab[1], lab[2]).to_color());
}

#[test]
fn a_measured_opacity_is_the_one_of_the_proof() {
    let measured = InkSwatch { opacity: Some(37.0), ..ink([77.0, 18.0, 78.0]) };
    let shop = shop(Swatches { inks: [("athletic-gold".to_owned(), measured)].into(), ..Swatches::default() });
    let design = example("ringer");
    let options =
        SeparationOptions { area: "front".to_owned(), dpi: Dpi::new(72.0).unwrap(), ..SeparationOptions::default() };
    let job = shop.separation(&shop.profile, (&design, &library(&shop)), &options, &Cancel::NEVER).unwrap();
    let plate = job.plates.iter().find(|plate| plate.name == "Athletic Gold").unwrap();
    let opacity = job.print.inks[plate.ink.unwrap()].opacity;
    assert!((opacity - 0.37).abs() < 1e-6, "{opacity}");
}

#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<u8>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn films(shop: &Shop, options: FilmOptions) -> BTreeMap<String, Vec<u8>> {
    let design = example("photo");
    let asked = SeparationOptions {
        area: "front".to_owned(),
        method: Separating::Process,
        dpi: Dpi::new(72.0).unwrap(),
        ..SeparationOptions::default()
    };
    let job = shop.separation(&shop.profile, (&design, &library(shop)), &asked, &Cancel::NEVER).unwrap();
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let wanted = Wanted { films: Some(options), ..Wanted::default() };
    press::make(shop, &job, &wanted, &Cancel::NEVER, |name| Ok(files.entry(name.to_owned()).or_default().clone()))
        .unwrap();
    let films = files.into_iter().filter(|(name, _)| name.ends_with("scarlet.png"));
    films.map(|(name, file)| (name, file.0.lock().unwrap().clone())).collect()
}

/// Of a gain of 40, the 25 of an ordinary press stay, since artwork is blended for them.
#[test]
fn films_are_corrected_for_what_a_measured_ink_gains_beyond_the_usual() {
    let plain = shop(Swatches::default());
    let gains = plain.catalog.inks().iter().map(|known| {
        let lab = [known.lab.l, known.lab.a, known.lab.b];
        (known.id.clone(), InkSwatch { gain: Some(40.0), ..ink(lab) })
    });
    let measured = shop(Swatches { inks: gains.collect(), ..Swatches::default() });
    let with = |gain: f64, measured_gain: bool| FilmOptions {
        dpi: Dpi::new(600.0).unwrap(),
        screen: Screen { gain, ..Screen::default() },
        measured_gain,
        ..FilmOptions::default()
    };
    let corrected = films(&plain, with(15.0, true));
    assert!(!corrected.is_empty());
    assert_eq!(films(&measured, with(0.0, true)), corrected);
    assert_eq!(films(&measured, with(15.0, false)), corrected, "what is asked for goes before what was measured");
    assert_ne!(films(&plain, with(0.0, true)), corrected);
}
