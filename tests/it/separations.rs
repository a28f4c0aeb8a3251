//! Plates, films and plans: what the press gets is the artwork, and other programs can read it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use platen::assets::Library;
use platen::cancel::Cancel;
use platen::color::Color;
use platen::color::delta_e::ciede2000;
use platen::color::lab::Lab;
use platen::design::Design;
use platen::prepress::separate::{Method, base_of, flat};
use platen::press::{self, FilmOptions, Wanted};
use platen::shop::Shop;
use platen::shop::press::{PressPlan, Separating, SeparationError, SeparationOptions};
use platen::units::{Dpi, Length};

use crate::cli::{path, platen};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> Design {
    Design::from_json(&std::fs::read(root().join(format!("examples/{name}.json"))).unwrap()).unwrap()
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

type Files = BTreeMap<String, Vec<u8>>;

fn made(name: &str, options: &SeparationOptions, wanted: &Wanted) -> Result<(PressPlan, Files), SeparationError> {
    let shop = Shop::open(root()).unwrap();
    let design = example(name);
    let mut library = Library::with_base(root().join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    let job = shop.separation(&shop.profile, (&design, &library), options, &Cancel::NEVER)?;
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let tally =
        press::make(&shop, &job, wanted, &Cancel::NEVER, |name| Ok(files.entry(name.to_owned()).or_default().clone()))
            .unwrap();
    let price = shop.price_of(&shop.profile, (&design, &library), &job, &Cancel::NEVER);
    let plan = job.plan(&tally, price);
    let files = files.into_iter().map(|(name, file)| (name, file.0.lock().unwrap().clone()));
    Ok((plan, files.collect()))
}

fn front(method: Separating, dpi: f64) -> SeparationOptions {
    SeparationOptions { area: "front".to_owned(), method, dpi: Dpi::new(dpi).unwrap(), ..SeparationOptions::default() }
}

#[test]
fn spot_plates_of_real_designs_are_the_artwork_and_cost_what_the_quote_says() {
    for name in ["tour", "vintage", "brewery"] {
        let (plan, _) = made(name, &front(Separating::Spot, 150.0), &Wanted::default()).unwrap();
        let seen = plan.matches.unwrap();
        assert!(seen.mean < 0.2 && seen.p95 < 2.0, "{name}: {seen:?}");
        let price = plan.price.as_ref().unwrap();
        let location = price.locations.iter().find(|location| location.area == "front").unwrap();
        assert_eq!(location.screens, plan.screens, "{name}: {plan:#?}");
        assert!(plan.plates.iter().all(|plate| plate.coverage_percent > 0.0 && plate.ml_per_piece > 0.0), "{name}");
        let lights: Vec<f64> = plan.plates.iter().filter(|plate| !plate.flash).map(|plate| plate.lab[0]).collect();
        assert!(lights.is_sorted_by(|a, b| a >= b), "{name}: from light to dark");
    }
}

/// How far the plates of a spot design are from its artwork on the cloth, the most of any pixel: where one ink or none is
/// (CIEDE2000), and where several meet (the distance in levels of 255).
fn farthest(name: &str, area: &str) -> [f64; 2] {
    let shop = Shop::open(root()).unwrap();
    let design = example(name);
    let mut library = Library::with_base(root().join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    let options = SeparationOptions { area: area.to_owned(), ..front(Separating::Spot, 150.0) };
    let job = shop.separation(&shop.profile, (&design, &library), &options, &Cancel::NEVER).unwrap();
    let Method::Spot(bases) = &job.recipe.method else { panic!() };
    let (mut farthest, mut line) = ([0.0_f64; 2], Vec::new());
    let ended = job.run(&Cancel::NEVER, |rows| {
        line.resize(rows.width * 3, 0_u8);
        for row in 0..rows.rows {
            flat(&job.print, rows, row, &mut line);
            for (pixel, shown) in rows.artwork(row).as_chunks::<4>().0.iter().zip(line.as_chunks::<3>().0) {
                let rest = 255 - u32::from(pixel[3]);
                let on = |value: u8, cloth: u8| (u32::from(value) + (u32::from(cloth) * rest + 127) / 255) as u8;
                let cloth = job.cloth;
                let wanted = Color::new(on(pixel[0], cloth.r), on(pixel[1], cloth.g), on(pixel[2], cloth.b));
                let shown = Color::new(shown[0], shown[1], shown[2]);
                if wanted != shown {
                    let is_one = base_of(bases, Color::new(pixel[0], pixel[1], pixel[2])).is_some();
                    let is_edge = pixel[3] > 0 && !(pixel[3] == 255 && is_one);
                    let channels = [(wanted.r, shown.r), (wanted.g, shown.g), (wanted.b, shown.b)];
                    let square = |(a, b): (u8, u8)| f64::from(a.abs_diff(b)) * f64::from(a.abs_diff(b));
                    let off = if is_edge {
                        channels.map(square).iter().sum::<f64>().sqrt()
                    } else {
                        ciede2000(Lab::from(wanted), Lab::from(shown))
                    };
                    farthest[usize::from(is_edge)] = farthest[usize::from(is_edge)].max(off);
                }
            }
        }
        Ok::<_, std::convert::Infallible>(())
    });
    assert!(matches!(ended, Some(Ok(()))));
    farthest
}

#[test]
fn every_pixel_of_spot_plates_put_together_is_the_artwork() {
    for (name, area) in
        [("tour", "front"), ("vintage", "front"), ("brewery", "front"), ("crest", "left-chest"), ("fishing", "back")]
    {
        let [whole, edge] = farthest(name, area);
        assert!(whole < 2.0, "{name}: an area of one ink is off by {whole}");
        // A mix is right if it misses the pixel by no more than 5 levels, which is what blends of eight bits may be off, and
        // faint pixels a little more; its parts are whole numbers.
        assert!(edge <= 7.0, "{name}: an edge is off by {edge} levels");
    }
}

#[test]
fn merged_and_chosen_inks_share_screens_and_say_how_far_they_are() {
    let every = front(Separating::Spot, 100.0);
    let (own, _) = made("camp", &every, &Wanted::default()).unwrap();
    let (merged, _) = made("camp", &SeparationOptions { merge: 12.0, ..every.clone() }, &Wanted::default()).unwrap();
    assert!(merged.screens < own.screens, "{} and {}", merged.screens, own.screens);
    let covered =
        |plan: &PressPlan| plan.plates.iter().filter(|plate| plate.order > 1).map(|plate| plate.cm2).sum::<f64>();
    assert!((covered(&own) - covered(&merged)).abs() < 1.0, "no ink is lost");
    let inks = ["ink:tan", "orange", "#3f736b"].map(str::to_owned).to_vec();
    let (chosen, _) = made("camp", &SeparationOptions { inks, ..every.clone() }, &Wanted::default()).unwrap();
    assert_eq!(chosen.screens, 4);
    assert!(chosen.mixed.iter().any(|mixed| mixed.ink.as_deref() == Some("Orange") && mixed.distance > 1.0));
    let wrong = SeparationOptions { inks: vec!["ink:scarlett".to_owned()], merge: 99.0, ..every };
    let Err(SeparationError::Options(problems)) = made("camp", &wrong, &Wanted::default()) else { panic!() };
    assert_eq!(problems.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(), ["/merge", "/inks/0"]);
    assert!(problems[1].hint.as_ref().unwrap().contains("scarlet"), "{problems:?}");
}

#[test]
fn a_photograph_is_printed_with_few_inks_or_dots_and_not_as_spots() {
    let refused = made("photo", &front(Separating::Spot, 72.0), &Wanted::default());
    assert!(matches!(refused, Err(SeparationError::Impossible { .. })));
    let (process, _) = made("photo", &front(Separating::Process, 100.0), &Wanted::default()).unwrap();
    assert!(process.screens <= process.heads && process.plates[0].flash, "{process:#?}");
    assert!(process.matches.unwrap().mean < 6.0, "{:?}", process.matches);
    let (index, files) =
        made("photo", &front(Separating::Index, 100.0), &Wanted { png: true, ..Wanted::default() }).unwrap();
    let plates = files.iter().filter(|(name, _)| name.starts_with("plates/"));
    let seen: Vec<Vec<u8>> = plates.map(|(_, file)| png_pixels(file).1).collect();
    assert_eq!(seen.len(), index.plates.len());
    assert!(seen.iter().flatten().all(|value| matches!(value, 0 | 255)), "dots are whole");
    let inks = seen.len() - 1;
    let doubled = (0..seen[0].len()).filter(|at| seen[1..].iter().filter(|plate| plate[*at] == 0).count() > 1).count();
    assert_eq!((doubled, inks > 3), (0, true), "one ink a dot");
}

#[test]
fn cmyk_goes_through_the_profile_and_another_one_may_be_given() {
    let options = SeparationOptions { underbase: Some(false), ..front(Separating::Cmyk, 72.0) };
    let (plan, _) = made("photo", &options, &Wanted::default()).unwrap();
    let names: Vec<&str> = plan.plates.iter().map(|plate| plate.name.as_str()).collect();
    assert_eq!(names, ["Yellow", "Cyan", "Magenta", "Black"]);
    let wrong = SeparationOptions { profile: Some(b"not a profile".to_vec()), ..options };
    let refused = made("photo", &wrong, &Wanted::default()).unwrap_err();
    assert!(refused.to_string().contains("CMYK output profile"), "{refused}");
}

#[test]
fn process_inks_stay_within_the_total_of_the_shop_or_of_the_job() {
    let wanted = Wanted { png: true, ..Wanted::default() };
    let most = |total_ink: Option<u32>| {
        let options = SeparationOptions { underbase: Some(false), total_ink, ..front(Separating::Cmyk, 72.0) };
        let (_, files) = made("photo", &options, &wanted).unwrap();
        let plates = files.iter().filter(|(name, _)| name.starts_with("plates/"));
        let plates: Vec<Vec<u8>> = plates.map(|(_, file)| png_pixels(file).1).collect();
        assert_eq!(plates.len(), 4);
        let sum = |at: usize| plates.iter().map(|plate| 255 - u32::from(plate[at])).sum::<u32>();
        (0..plates[0].len()).map(sum).max().unwrap()
    };
    // The profile itself goes to 320 percent; the shop stops at 300.
    let (shop, asked) = (most(None), most(Some(200)));
    assert!(shop <= 3 * 255 && asked <= 2 * 255, "{shop} and {asked}");
    assert!(asked + 8 > 2 * 255 && shop > asked, "the picture has places that need the limit: {shop} and {asked}");
    let wrong = SeparationOptions { total_ink: Some(401), ..front(Separating::Cmyk, 72.0) };
    let Err(SeparationError::Options(problems)) = made("photo", &wrong, &wanted) else { panic!() };
    assert_eq!(
        (problems[0].pointer.as_str(), problems[0].message.as_str()),
        ("/total_ink", "the total ink in percent is 100 to 400, not 401")
    );
}

fn png_pixels(file: &[u8]) -> (png::Info<'static>, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bytes).unwrap();
    reader.finish().unwrap();
    (reader.info().clone(), bytes)
}

#[test]
fn files_of_one_job_agree_and_tell_their_ink_resolution_and_artwork() {
    let films = Some(FilmOptions { job: "T-7".to_owned(), ..FilmOptions::default() });
    let wanted = Wanted { png: true, tiff: true, channels: true, pdf: true, films };
    let options =
        SeparationOptions { area: "left-chest".to_owned(), underbase: Some(true), ..front(Separating::Spot, 300.0) };
    let (plan, files) =
        made("crest", &SeparationOptions { area: "left-chest".to_owned(), ..options }, &wanted).unwrap();
    let [first, ..] = plan.plates.as_slice() else { panic!() };
    let (info, grey) = png_pixels(&files[&format!("plates/{}.png", first.file)]);
    assert_eq!(info.pixel_dims.unwrap().xppu, 11811);
    assert!(info.uncompressed_latin1_text.iter().any(|text| text.text == plan.artwork));
    let mut decoder = tiff::decoder::Decoder::new(Cursor::new(&files["plates/all.tif"])).unwrap();
    assert_eq!(decoder.dimensions().unwrap(), (info.width, info.height));
    let names = plan.plates.iter().map(|plate| format!("{}\0", plate.name)).collect::<String>();
    let all = &files["plates/all.tif"];
    assert!(all.windows(names.len()).any(|part| part == names.as_bytes()), "the names of the inks in their order");
    let (film, bits) = png_pixels(&files[&format!("films/{}.png", first.file)]);
    assert_eq!((film.bit_depth, film.pixel_dims.unwrap().xppu), (png::BitDepth::One, 28346));
    // The film without its border holds as much ink as the plate.
    let inked = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(byte.count_zeros())).sum::<u64>() as f64;
    let mm2 = inked(&bits) / (720.0 / 25.4 * 720.0 / 25.4);
    let plate: f64 =
        grey.iter().map(|value| f64::from(255 - value) / 255.0).sum::<f64>() / (300.0 / 25.4 * 300.0 / 25.4);
    assert!(mm2 > plate && mm2 - plate < 260.0, "{mm2} mm2 on the film, {plate} on the plate");
    let document = lopdf::Document::load_mem(&files["plates/all.pdf"]).unwrap();
    let text = format!("{:?}", document.objects);
    assert!(text.contains("Separation") && text.contains("OP"), "real inks, laid on each other");
    for plate in &plan.plates {
        let name = lopdf::Object::Name(plate.name.clone().into_bytes());
        assert!(
            document.objects.values().any(|object| object.as_array().is_ok_and(|array| array.contains(&name))),
            "{}",
            plate.name
        );
    }
}

/// The content of the one page of a PDF, and what it shows as pictures.
fn page(file: &[u8]) -> (Vec<lopdf::content::Operation>, Vec<String>) {
    let document = lopdf::Document::load_mem(file).unwrap();
    let id = document.page_iter().next().unwrap();
    let operations = document.get_and_decode_page_content(id).unwrap().operations;
    let shown = operations.iter().filter(|operation| operation.operator == "Do");
    let shown = shown.map(|operation| String::from_utf8_lossy(operation.operands[0].as_name().unwrap()).into_owned());
    let shown = shown.collect();
    (operations, shown)
}

#[test]
fn a_trap_is_told_how_far_it_may_go() {
    let far = SeparationOptions { trap: Some(Length::from_mm(3.0)), ..front(Separating::Spot, 72.0) };
    let Err(SeparationError::Options(problems)) = made("tour", &far, &Wanted::default()) else { panic!() };
    assert_eq!(
        (problems[0].pointer.as_str(), problems[0].message.as_str()),
        ("/trap", "the trap in mm is 0 to 1, not 3")
    );
}

#[test]
fn flat_art_stays_paths_in_full_inks_and_fades_are_pictures() {
    let wanted = Wanted { pdf: true, ..Wanted::default() };
    let (plan, files) =
        made("fishing", &SeparationOptions { area: "back".to_owned(), ..front(Separating::Spot, 150.0) }, &wanted)
            .unwrap();
    let (operations, shown) = page(&files["plates/all.pdf"]);
    assert_eq!(shown, ["P0"], "white below the colors is pulled in, which is a picture");
    assert!(plan.plates[0].name.starts_with("White under"), "{}", plan.plates[0].name);
    let count = |operator: &str| operations.iter().filter(|operation| operation.operator == operator).count();
    assert!(count("f") + count("f*") > 5, "paths");
    let at = |operator: &str| operations.iter().position(|operation| operation.operator == operator);
    assert!(at("gs") > at("f"), "paths knock each other out, only pictures are laid on");
    let mut inks: Vec<Vec<u8>> = Vec::new();
    for pair in operations.windows(2).filter(|pair| pair[0].operator == "cs") {
        let tint = pair[1].operands[0].as_float().unwrap();
        assert!(tint == 0.0 || tint == 1.0);
        inks.push(pair[0].operands[0].as_name().unwrap().to_vec());
    }
    inks.sort();
    inks.dedup();
    assert_eq!(inks.len(), plan.plates.len() - 1, "each ink paints something");
    for (name, options) in [
        ("photo", front(Separating::Process, 150.0)),
        (
            "fishing",
            SeparationOptions {
                area: "back".to_owned(),
                trap: Some(Length::from_mm(0.2)),
                ..front(Separating::Spot, 150.0)
            },
        ),
    ] {
        let (plan, files) = made(name, &options, &wanted).unwrap();
        let (operations, shown) = page(&files["plates/all.pdf"]);
        assert_eq!(shown.len(), plan.plates.len(), "{name}: all plates are pictures");
        assert!(operations.iter().all(|operation| operation.operator != "f"), "{name}");
    }
}

#[test]
fn the_command_writes_the_folder_and_refuses_what_makes_no_sense() {
    let folder = std::env::temp_dir().join(format!("platen-separate-{}", std::process::id()));
    let done = platen(&["separate", "examples/tour.json", "--area", "front", "-o", path(&folder), "--dpi", "72"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let plan: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("plan.json")).unwrap()).unwrap();
    assert_eq!(plan["pieces"], 12);
    for plate in plan["plates"].as_array().unwrap() {
        assert!(folder.join(format!("plates/{}.tif", plate["file"].as_str().unwrap())).is_file());
    }
    assert!(folder.join("proof.png").is_file());
    let wrong = platen(&[
        "separate",
        "examples/tour.json",
        "--area",
        "front",
        "-o",
        path(&folder),
        "--film-dpi",
        "300",
        "--gain",
        "80",
    ]);
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        wrong.status.code() == Some(2) && told.contains("600 to 2880") && told.contains("the gain is 0 to 45"),
        "{told}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[cfg(feature = "server")]
#[tokio::test]
async fn the_service_answers_with_an_archive_a_plan_or_a_proof() {
    use crate::server::{Service, design};
    let service = Service::new().await;
    let call = "/api/v1/separations?area=front&dpi=72&films=true&job=T-7";
    let answer = service.post(call, &design("HELLO")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let mut plan = String::new();
    archive.by_name("plan.json").unwrap().read_to_string(&mut plan).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["artwork"].as_str().unwrap(), answer.header("x-artwork-hash"));
    for plate in plan["plates"].as_array().unwrap() {
        let file = plate["file"].as_str().unwrap();
        for name in [format!("plates/{file}.png"), format!("films/{file}.tif"), "plates/all.pdf".to_owned()] {
            assert!(archive.by_name(&name).is_ok(), "{name}");
        }
    }
    let told = service.post("/api/v1/separations?area=front&dpi=72&answer=plan", &design("HELLO")).await.json();
    assert_eq!(told["plates"], plan["plates"]);
    let many =
        service.post("/api/v1/separations?area=front&dpi=72&answer=plan&pieces=500", &design("HELLO")).await.json();
    assert_eq!((&told["pieces"], &many["pieces"], &many["price"]["pieces"]), (&12.into(), &500.into(), &500.into()));
    let proof = service.post("/api/v1/separations?area=front&dpi=72&answer=proof", &design("HELLO")).await;
    assert!(proof.body.starts_with(b"\x89PNG"));
    for (query, status, word) in [
        ("area=roof", 422, "unknown-id"),
        ("area=front&merge=99", 422, "/merge"),
        ("area=front&inks=scarlett", 422, "scarlet"),
        ("area=front&film_dpi=300", 400, "600 to 1440"),
        ("area=front&dot=heart", 400, "ellipse"),
        ("area=front&dpi=5000", 400, "72 to 600"),
        ("area=front&pieces=0", 400, "1 to 100000"),
    ] {
        let answer = service.post(&format!("/api/v1/separations?{query}"), &design("HELLO")).await;
        assert!(
            answer.status == status && answer.text().contains(word),
            "{query}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[cfg(feature = "server")]
#[tokio::test]
async fn files_that_come_to_more_than_an_answer_may_hold_are_refused() {
    use crate::server::{Service, design};
    let call = "/api/v1/separations?area=front&dpi=72&films=true";
    let whole = Service::new().await.post(call, &design("HELLO")).await;
    let bytes = whole.body.len() as u64;
    let service = Service::with(|config| config.limits.separation_bytes = bytes / 2).await;
    let refused = service.post(call, &design("HELLO")).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (422, Some("answer-too-large")));
    assert!(refused.text().contains("fewer dots per inch"), "{}", refused.text());
    let few = service.post("/api/v1/separations?area=front&dpi=72&answer=plan", &design("HELLO")).await;
    assert_eq!(few.status, 200, "{}", few.text());
}

#[test]
fn each_rung_of_a_ladder_comes_nearer_and_takes_more_screens() {
    let shop = Shop::open(root()).unwrap();
    let mut library = Library::with_base(root().join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    for name in ["camp", "photo"] {
        let design = example(name);
        let options = front(Separating::Spot, 72.0);
        let rungs = press::ladder(&shop, &shop.profile, (&design, &library), &options, &Cancel::NEVER).unwrap();
        let counts: Vec<usize> = rungs.iter().map(|rung| rung.inks.len()).collect();
        assert_eq!(counts, [1, 2, 3, 4], "{name}");
        let mean: Vec<f64> = rungs.iter().map(|rung| rung.plan.matches.unwrap().mean).collect();
        assert!(mean.is_sorted_by(|a, b| a > b) && mean[3] < mean[0] * 0.6, "{name}: {mean:?}");
        let screens: Vec<u32> = rungs.iter().map(|rung| rung.plan.screens).collect();
        assert!(screens.is_sorted() && screens[3] > screens[0], "{name}: {screens:?}");
        let prices: Vec<i64> = rungs.iter().map(|rung| rung.plan.price.as_ref().unwrap().per_piece.0).collect();
        assert!(prices.is_sorted() && prices[3] > prices[0], "{name}: {prices:?}");
        assert!(rungs.iter().all(|rung| png_pixels(&rung.proof).1.len() > 1000), "{name}");
    }
}

#[test]
fn a_design_of_few_inks_has_as_few_rungs_and_the_last_is_the_design() {
    let shop = Shop::open(root()).unwrap();
    let mut library = Library::in_memory();
    library.fonts = Some(Arc::clone(&shop.fonts));
    let text = |id: &str, y: f64, fill: &str| {
        serde_json::json!({ "id": id, "type": "text", "text": "OPEN", "x": 178, "y": y, "size": 60, "font": "Anton",
            "fill": fill })
    };
    let design = serde_json::json!({ "version": 1, "garment": "tee", "color": "black", "technique": "screen-print", "placements": [
        { "area": "front", "layers": [text("a", 100.0, "#ffffff"), text("b", 200.0, "#d7263d"), text("c", 300.0, "#1c1c20")] }
    ] });
    let design = Design::from_json(design.to_string().as_bytes()).unwrap();
    let options = front(Separating::Spot, 72.0);
    let rungs = press::ladder(&shop, &shop.profile, (&design, &library), &options, &Cancel::NEVER).unwrap();
    let colors = |rung: &press::Rung| rung.inks.iter().map(|ink| ink.color.to_string()).collect::<Vec<_>>();
    assert_eq!(colors(&rungs[0]), ["#ffffff"]);
    assert!(rungs[0].report().open.contains(&"#1c1c20".to_owned()), "what is nearly the cloth stays open");
    let last = rungs.last().unwrap();
    assert!(rungs.len() <= 3 && last.plan.matches.unwrap().mean < 0.5, "{:?}", last.plan.matches);
    assert_eq!(rungs[1].report().separation, "area=front&inks=%23d7263d%2C%23ffffff&open=true");
}

#[cfg(feature = "server")]
#[tokio::test]
async fn the_service_tells_the_ladder_and_draws_its_rungs() {
    use crate::server::{Service, design};
    let service = Service::new().await;
    let told = service.post("/api/v1/ladders?area=front&pieces=50", &design("HELLO")).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let rungs = told.json()["rungs"].as_array().unwrap().clone();
    assert!(!rungs.is_empty() && rungs.iter().all(|rung| rung["pieces"] == 50), "{rungs:?}");
    let query = rungs[0]["separation"].as_str().unwrap();
    let proof = service.post(&format!("/api/v1/separations?{query}&dpi=72&answer=proof"), &design("HELLO")).await;
    assert_eq!((proof.status.as_u16(), &proof.body[1..4]), (200, b"PNG".as_slice()));
    for (query, status) in [("area=roof", 422), ("area=front&pieces=0", 400), ("area=front&size=XXXS", 422)] {
        let answer = service.post(&format!("/api/v1/ladders?{query}"), &design("HELLO")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
    }
    let nothing = service.post("/api/v1/separations?area=front&inks=black&open=true", &design("HELLO")).await;
    assert_eq!((nothing.status.as_u16(), nothing.json()["code"].as_str()), (422, Some("not-separable")));
}

#[cfg(feature = "server")]
#[tokio::test]
async fn findings_come_with_pictures_of_their_places_when_they_are_asked_for() {
    use crate::server::{Service, design};
    use base64::Engine as _;
    let mut words = design("SMALL");
    words["technique"] = "screen-print".into();
    words["placements"][0]["layers"][0]["size"] = 3.0.into();
    let service = Service::new().await;
    let plain = service.post("/api/v1/checks", &words).await.json();
    assert!(plain.get("pictures").is_none() && !plain["findings"].as_array().unwrap().is_empty(), "{plain}");
    let told = service.post("/api/v1/checks?pictures=true", &words).await.json();
    assert_eq!(told["findings"], plain["findings"]);
    let pictures = told["pictures"].as_array().unwrap();
    assert!(!pictures.is_empty(), "{told}");
    for picture in pictures {
        let coded = picture["picture"].as_str().unwrap().strip_prefix("data:image/png;base64,").unwrap();
        let file = base64::prelude::BASE64_STANDARD.decode(coded).unwrap();
        let pixels = image::load_from_memory(&file).unwrap().to_rgb8();
        assert!((64..=320).contains(&pixels.width()) && pixels.width() == pixels.height(), "{:?}", pixels.dimensions());
        let has = |color: [u8; 3]| pixels.pixels().any(|pixel| pixel.0 == color);
        assert!(has([0; 3]) && has([255; 3]), "a frame, and white letters");
    }
}

#[test]
fn check_writes_pictures_of_what_it_found() {
    let scratch = crate::cli::Scratch::new("check-pictures");
    let text = serde_json::json!({ "version": 1, "garment": "tee", "color": "navy", "technique": "screen-print", "placements": [
        { "area": "front", "layers": [{ "id": "words", "type": "text", "text": "SMALL", "x": 177.8, "y": 120, "size": 3,
            "font": "Anton", "fill": "#ffffff" }] }] });
    scratch.write("small.json", &text.to_string());
    let folder = scratch.file("pictures");
    let told = platen(&["check", path(&scratch.file("small.json")), "--pictures", path(&folder), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let pictures = report["pictures"].as_array().unwrap();
    assert!(!pictures.is_empty(), "{report}");
    for picture in pictures {
        let rule = report["findings"][picture["finding"].as_u64().unwrap() as usize]["rule"].as_str().unwrap();
        let name = picture["picture"].as_str().unwrap();
        assert!(name.ends_with(&format!("{rule}.png")) && image::open(folder.join(name)).is_ok(), "{name}");
    }
}

/// Cuts an example and gives the report of each foil and the file.
fn cut(name: &str, ending: &str, options: &[&str]) -> (Vec<serde_json::Value>, String) {
    let file =
        std::env::temp_dir().join(format!("platen-cut-{}-{name}-{}.{ending}", std::process::id(), options.len()));
    let example = format!("examples/{name}.json");
    let asked = ["cut", &example, "--area", "front", "--format", "json", "-o", path(&file)];
    let done = platen(&[&asked[..], options].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    (serde_json::from_slice(&done.stdout).unwrap(), text)
}

/// The paths of an SVG, drawn full by another program's reader: how much of each pixel lies inside.
fn filled(svg: &str, (width, height): (u32, u32)) -> Vec<u8> {
    let paths: String = svg.lines().filter_map(|line| Some(line.split_once(" d=\"")?.1.split_once('"')?.0)).collect();
    let head = svg.lines().next().unwrap();
    let full = format!("{head}<path fill-rule=\"evenodd\" d=\"{paths}\"/></svg>");
    let tree = resvg::usvg::Tree::from_str(&full, &resvg::usvg::Options::default()).unwrap();
    let mut pixels = resvg::tiny_skia::Pixmap::new(width, height).unwrap();
    let size = tree.size();
    let scale = resvg::tiny_skia::Transform::from_scale(width as f32 / size.width(), height as f32 / size.height());
    resvg::render(&tree, scale, &mut pixels.as_mut());
    pixels.data().chunks_exact(4).map(|pixel| pixel[3]).collect()
}

#[test]
fn what_is_cut_is_what_is_printed() {
    let (foils, svg) = cut("tour", "svg", &["--way", "around"]);
    assert_eq!(foils.len(), 1);
    let print = |name: &str| {
        let file = std::env::temp_dir().join(format!("platen-cut-print-{}-{name}.png", std::process::id()));
        let example = format!("examples/{name}.json");
        let done = platen(&["artwork", &example, "--area", "front", "--dpi", "100", "-o", path(&file)]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let printed = image::open(&file).unwrap().to_rgba8();
        std::fs::remove_file(&file).unwrap();
        printed
    };
    let printed = print("tour");
    let inside = filled(&svg, printed.dimensions());
    // Around all without its holes: nothing that is printed lies outside.
    let outside = printed.pixels().zip(&inside).filter(|(pixel, inside)| pixel[3] > 200 && **inside < 55).count();
    let all = printed.pixels().filter(|pixel| pixel[3] > 200).count();
    assert!(all > 10_000 && outside * 500 < all, "{outside} of {all} printed pixels would be cut away");

    // Foils with their holes are the print, and each is its own colour's.
    let (foils, svg) = cut("jersey", "svg", &[]);
    assert!(foils.len() > 1, "{foils:?}");
    let printed = print("jersey");
    let all = printed.pixels().filter(|pixel| pixel[3] > 200).count();
    for foil in &foils {
        let group = format!(
            "<g id=\"{}\" fill=\"none\" stroke=\"{}\"",
            foil["name"].as_str().unwrap(),
            foil["color"].as_str().unwrap()
        );
        assert!(svg.contains(&group), "{group}");
    }
    assert_eq!(svg, cut("jersey", "svg", &[]).1, "the same design is the same file");
    let inside = filled(&svg, printed.dimensions());
    let differ = printed.pixels().zip(&inside).filter(|(pixel, inside)| pixel[3].abs_diff(**inside) > 128).count();
    assert!(differ * 100 < all, "{differ} of {all}");
}

#[test]
fn a_dxf_says_the_same_as_the_svg_in_millimetres_upwards() {
    let (foils, svg) = cut("tour", "svg", &[]);
    let (same, dxf) = cut("tour", "dxf", &["--garment-color", "black"]);
    assert_eq!(foils.len(), same.len());
    let lines: Vec<&str> = dxf.split("\r\n").collect();
    let pairs: Vec<(u16, &str)> =
        lines.chunks_exact(2).map(|pair| (pair[0].trim().parse().unwrap(), pair[1])).collect();
    assert_eq!(pairs.last(), Some(&(0, "EOF")));
    let count = |code: u16, value: &str| pairs.iter().filter(|pair| **pair == (code, value)).count();
    let pieces = |list: &[serde_json::Value]| -> u64 {
        list.iter().map(|foil| foil["pieces"].as_u64().unwrap() + foil["holes"].as_u64().unwrap()).sum()
    };
    assert_eq!(count(0, "POLYLINE") as u64, pieces(&same));
    assert_eq!((svg.matches("<path").count() as u64, count(0, "SEQEND")), (pieces(&foils), count(0, "POLYLINE")));
    // The highest point of all is as far below the top as in the SVG.
    let extent = pairs.iter().position(|pair| *pair == (9, "$EXTMAX")).unwrap();
    let height: f64 = pairs[extent + 2].1.parse().unwrap();
    let first = pairs.iter().position(|pair| *pair == (0, "POLYLINE")).unwrap();
    let vertices = pairs[first..].windows(4).filter(|pairs| pairs[0] == (0, "VERTEX"));
    let highest = vertices.map(|pairs| pairs[3].1.parse::<f64>().unwrap()).fold(0.0, f64::max);
    let inside = filled(&svg, (400, 400));
    let top = inside.iter().position(|value| *value > 128).unwrap() / 400;
    assert!(
        (height - highest - top as f64 * height / 400.0).abs() < height / 300.0,
        "{highest} of {height}, row {top}"
    );
}

#[test]
fn stickers_and_mirrored_foils_are_cut_where_they_are_asked_for() {
    let (around, _) = cut("tour", "svg", &["--way", "around"]);
    let (wide, svg) = cut("tour", "svg", &["--way", "around", "--offset", "3"]);
    let mm = |foils: &[serde_json::Value], name: &str| foils[0][name].as_f64().unwrap();
    for side in ["width_mm", "height_mm"] {
        let more = mm(&wide, side) - mm(&around, side);
        assert!((more - 6.0).abs() < 0.25, "{side} grew by {more}");
    }
    assert!(svg.contains("id=\"CutContour\"") && svg.contains("viewBox=\"-3 -3 "), "{}", &svg[..300]);
    let (_, straight) = cut("tour", "svg", &[]);
    let (_, mirrored) = cut("tour", "svg", &["--mirror"]);
    let (one, mut other) = (filled(&straight, (300, 300)), filled(&mirrored, (300, 300)));
    other.chunks_exact_mut(300).for_each(<[u8]>::reverse);
    let differ = one.iter().zip(&other).filter(|(a, b)| a.abs_diff(**b) > 128).count();
    assert!(differ < 300, "{differ}");

    for (options, wanted) in [
        (vec!["--offset", "2"], "--offset is for --way around"),
        (vec!["--way", "around", "--offset", "21"], "the offset is 0 to 20 mm, not 21"),
        (vec!["--least", "0"], "the least width is 0.1 to 10 mm, not 0"),
    ] {
        let asked = ["cut", "examples/tour.json", "--area", "front", "-o", "/tmp/never.svg"];
        let refused = platen(&[&asked[..], &options].concat());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && told.contains(wanted), "{told}");
    }
    let unknown = platen(&["cut", "examples/tour.json", "--area", "front", "-o", "cut.pdf"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("use .svg or .dxf"));
}

#[cfg(feature = "server")]
#[tokio::test]
async fn the_service_answers_with_paths_or_what_weeding_will_meet() {
    use std::fmt::Write as _;

    use crate::server::{Service, design};
    let service = Service::new().await;
    let svg = service.post("/api/v1/cuts?area=front", &design("HELLO")).await;
    assert_eq!((svg.status.as_u16(), svg.header("content-type")), (200, "image/svg+xml"), "{}", svg.text());
    let preview = service.post("/api/v1/previews?view=front&width=300", &design("HELLO")).await;
    assert_eq!(svg.header("x-artwork-hash"), preview.header("x-artwork-hash"), "the same artwork");
    assert!(svg.text().contains(preview.header("x-artwork-hash")));
    let report = service.post("/api/v1/cuts?area=front&answer=report", &design("HELLO")).await.json();
    // H, E, L, L and O, whose hole is the only one.
    assert_eq!((&report["foils"][0]["pieces"], &report["foils"][0]["holes"]), (&5.into(), &1.into()), "{report}");
    assert_eq!(report["foils"][0]["narrow"], 0);
    let strict = service.post("/api/v1/cuts?area=front&answer=report&least=10", &design("HELLO")).await.json();
    assert!(strict["foils"][0]["narrow"].as_u64() > Some(2), "{strict}");
    let dxf =
        service.post("/api/v1/cuts?area=front&answer=dxf&way=around&offset=2&mirror=true", &design("HELLO")).await;
    assert!(dxf.status == 200 && dxf.text().contains("CutContour"), "{}", dxf.text());
    for (query, status, word) in [
        ("area=roof", 422, "unknown-id"),
        ("area=front&offset=2", 400, "way=around"),
        ("area=front&way=around&offset=-1", 400, "0 to 20 mm"),
        ("area=front&least=11", 400, "0.1 to 10 mm"),
        ("area=front&merge=99", 422, "/merge"),
    ] {
        let answer = service.post(&format!("/api/v1/cuts?{query}"), &design("HELLO")).await;
        assert!(answer.status == status && answer.text().contains(word), "{query}: {}", answer.text());
    }

    // Squares of half a millimetre, more than a knife could follow.
    let mut dots = design("HELLO");
    for layer in 0..6 {
        let mut data = String::new();
        for dot in 0..4200 {
            let _ = write!(
                data,
                "M{:.1} {:.1}h.5v.5h-.5z",
                f64::from(dot % 200) * 1.2,
                f64::from(dot / 200 + layer * 22) * 1.2
            );
        }
        let (id, y) = (format!("dots-{layer}"), 20.0 + f64::from(layer) * 26.4);
        dots["placements"][0]["layers"].as_array_mut().unwrap().push(serde_json::json!({
            "id": id, "type": "shape", "shape": "path", "d": data, "width": 239.3, "x": 177.8, "y": y, "fill": "ink:white" }));
    }
    let refused = service.post("/api/v1/cuts?area=front", &dots).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["code"].as_str()),
        (422, Some("not-cuttable")),
        "{}",
        refused.text()
    );
    assert!(refused.text().contains("more than 20000 cut paths"), "{}", refused.text());
    let mut faint = design("HELLO");
    faint["placements"][0]["layers"][0]["opacity"] = 0.3.into();
    let nothing = service.post("/api/v1/cuts?area=front&way=around", &faint).await;
    assert!(nothing.status == 422 && nothing.text().contains("half"), "{}", nothing.text());
}
