//! Proofs, read back by another program's reader.

use std::collections::BTreeMap;
use std::path::Path;

use platen::assets::Library;
use platen::cancel::Cancel;
use platen::design::Design;
use platen::proof::{self, Heading, Paper, Proof, ProofError, ProofLine};
use platen::shop::{Choice, PreviewOptions, Shop};

use crate::cli::{Scratch, path, platen, root, stderr};

fn shop() -> Shop {
    Shop::open(root()).unwrap()
}

fn example(name: &str) -> Design {
    Design::from_json(&std::fs::read(root().join("examples").join(format!("{name}.json"))).unwrap()).unwrap()
}

fn library(shop: &Shop) -> Library {
    let mut library = shop.library();
    library.base = Some(root().join("examples"));
    library
}

fn line<'a>(design: &'a Design, library: &'a Library, size: &str, fields: &[(&str, &str)]) -> ProofLine<'a> {
    let fields = fields.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    let choice = Choice { size: Some(size.to_owned()), fields, ..Choice::default() };
    ProofLine { design, library, choice, quantity: 1, name: String::new(), marks: Vec::new(), ordered: BTreeMap::new() }
}

fn heading() -> Heading {
    Heading { shop: "Harbour Print Co.".to_owned(), number: "1042".to_owned(), ..Heading::default() }
}

fn gather(shop: &Shop, lines: &[ProofLine<'_>]) -> Result<Proof, ProofError> {
    proof::gather(shop, heading(), lines, &Cancel::NEVER)
}

fn file(shop: &Shop, proof: &Proof) -> Vec<u8> {
    let mut bytes = Vec::new();
    proof::write(proof, &shop.fonts, &Cancel::NEVER, &mut bytes).unwrap();
    bytes
}

/// The words of each page: those of its spans, and those of elements with words from right to left.
pub(crate) fn pages(file: &[u8]) -> Vec<String> {
    let read = lopdf::Document::load_mem(file).unwrap();
    let said = |dict: &lopdf::Dictionary| lopdf::decode_text_string(dict.get(b"ActualText").ok()?).ok();
    let tree = read.catalog().unwrap().get(b"StructTreeRoot").unwrap().as_reference().unwrap();
    let lists = read.get_dictionary(tree).unwrap().get(b"ParentTree").unwrap().as_dict().unwrap();
    let lists: Vec<_> = lists.get(b"Nums").unwrap().as_array().unwrap().iter().skip(1).step_by(2).collect();
    let page = |(id, list): (lopdf::ObjectId, &&lopdf::Object)| {
        let elements = read.get_object(list.as_reference().unwrap()).unwrap().as_array().unwrap();
        let mut words = Vec::new();
        for operation in read.get_and_decode_page_content(id).unwrap().operations {
            let Some(properties) = operation.operands.get(1).and_then(|operand| operand.as_dict().ok()) else {
                continue;
            };
            let number = properties.get(b"MCID").ok().and_then(|number| number.as_i64().ok());
            let element = number.map(|number| elements[usize::try_from(number).unwrap()].as_reference().unwrap());
            words.extend(said(properties).or_else(|| said(read.get_dictionary(element?).ok()?)));
        }
        words.join("\n")
    };
    read.page_iter().zip(&lists).map(page).collect()
}

fn roster(n: usize) -> Vec<[String; 2]> {
    const NAMES: [&str; 8] = [
        "OKAFOR",
        "\u{645}\u{62d}\u{645}\u{62f}",
        "\u{5db}\u{5d4}\u{5df}",
        "\u{4f50}\u{85e4}",
        "O'BRIEN",
        "N\u{da}\u{d1}EZ",
        "LI",
        "VAN DER BERG",
    ];
    (0..n).map(|row| [NAMES[row % NAMES.len()].to_owned(), (row % 100).to_string()]).collect()
}

#[test]
fn a_proof_shows_every_view_and_the_hash_of_the_artwork() {
    let (shop, design) = (shop(), example("camp"));
    let library = library(&shop);
    let proof = gather(&shop, &[line(&design, &library, "L", &[]), line(&design, &library, "M", &[])]).unwrap();
    let section = &proof.sections[0];
    let preview = shop.preview(&design, &library, &PreviewOptions::default()).unwrap();
    assert_eq!(section.prints[0].hash, preview.artwork_hash, "the proof shows what the preview shows");
    assert_eq!(section.views.iter().map(|view| view.is_printed).collect::<Vec<_>>(), [true, false]);

    let file = file(&shop, &proof);
    let read = lopdf::Document::load_mem(&file).unwrap();
    let pictures = read.get_page_images(read.get_pages()[&1]).unwrap();
    for view in &section.views {
        assert!(pictures.iter().any(|picture| picture.content == view.picture.bytes), "the file as it is");
    }
    let pages = pages(&file);
    let all = pages.join("\n");
    assert!(all.contains(&preview.artwork_hash), "the whole hash beside the print: {all}");
    let approved = format!("Approved artwork: {}", &section.approval_hash()[..proof::SHORT_HASH]);
    assert!(all.contains(&approved), "{approved} in {all}");
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("Order 1042") && page.contains(&section.approval_hash()[..proof::SHORT_HASH]), "{page}");
        assert!(page.contains(&format!("{} / {}", index + 1, pages.len())), "{page}");
    }
}

/// A row that stands alone on a page is overlooked by whoever reads the names.
#[test]
fn a_roster_never_begins_or_ends_with_a_row_or_two() {
    let (shop, design) = (shop(), example("jersey"));
    let library = library(&shop);
    let names: Vec<String> = (0..60).map(|row| format!("NAME{row:03}")).collect();
    let lines: Vec<_> =
        names.iter().map(|name| line(&design, &library, "M", &[("name", name), ("number", "9")])).collect();
    let whole = gather(&shop, &lines).unwrap();
    let mut page_counts = std::collections::BTreeSet::new();
    // More than a page of rows: whatever else changes, some of these end where a page does.
    for n in 4..names.len() {
        let mut proof = whole.clone();
        proof.sections[0].roster.truncate(n);
        let told = pages(&file(&shop, &proof));
        let rows = |page: &String| names.iter().take(n).filter(|name| page.contains(*name)).count();
        let rows: Vec<usize> = told.iter().map(rows).filter(|rows| *rows > 0).collect();
        // The first name is pictured, and stands in no other words than its row's.
        assert_eq!(rows.iter().sum::<usize>(), n, "each once: {rows:?}");
        assert!(rows.iter().all(|rows| *rows >= 3), "{n}: {rows:?}");
        let heading = told.iter().position(|page| page.contains("Names and numbers")).unwrap();
        assert!(told[heading].contains("NAME000"), "{n}: the heading is on the page of its first row");
        page_counts.insert(rows.len());
    }
    assert!(page_counts.len() >= 2, "{page_counts:?}");
}

#[test]
fn measures_are_those_of_the_ink() {
    let shop = shop();
    let text = r##"{ "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": [
        { "area": "front", "layers": [ { "id": "a", "type": "shape", "shape": "rectangle", "x": 177.8, "y": 100,
          "width": 120, "height": 60, "fill": "ink:scarlet", "stroke": { "color": "#102030", "width": 4 } } ] },
        { "area": "left-sleeve", "layers": [ { "id": "b", "type": "shape", "shape": "rectangle", "x": 44.45, "y": 44.45,
          "width": 50, "height": 30, "fill": "#ffffff" } ] } ] }"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    let library = shop.library();
    let lines = ["S", "L", "XL", "2XL"].map(|size| line(&design, &library, size, &[]));
    let section = gather(&shop, &lines).unwrap().sections.remove(0);
    let [front, sleeve] = section.prints.as_slice() else { panic!("two prints") };
    // The line lies half outside; corners are not counted longer than they are.
    let size = front.artwork.unwrap();
    assert!((size.width.mm() - 124.0).abs() <= 0.5 && (size.height.mm() - 64.0).abs() <= 0.5, "{size:?}");
    assert_eq!(front.colors.iter().map(|color| color.name.as_str()).collect::<Vec<_>>(), ["Scarlet", "#102030"]);
    // The area begins 50.8 mm below the collar up to L, and 57.15 mm from XL on.
    let places: Vec<_> = front.places.iter().map(|place| (place.sizes.join(" "), place.distance.round())).collect();
    assert_eq!(places, [("S L".to_owned(), 119.0), ("XL 2XL".to_owned(), 125.0)]);
    assert!(front.places.iter().all(|place| place.across.abs() < 0.5), "{:?}", front.places);
    // 114.3 mm from the hem to the top of the area on S, of which the ink ends 59.45 mm down.
    assert!((sleeve.places[0].distance - 54.85).abs() < 0.5, "{:?}", sleeve.places);
}

#[test]
fn what_was_ordered_is_what_is_shown_or_there_is_no_proof() {
    let (shop, design) = (shop(), example("camp"));
    let library = library(&shop);
    let plain = line(&design, &library, "L", &[]);
    let hash = gather(&shop, std::slice::from_ref(&plain)).unwrap().sections[0].prints[0].hash.clone();
    let ordered = |area: &str, hash: &str| ProofLine {
        ordered: BTreeMap::from([(area.to_owned(), hash.to_owned())]),
        ..plain.clone()
    };
    assert!(gather(&shop, &[ordered("front", &hash)]).is_ok());
    for (area, other) in [("front", "00"), ("back", hash.as_str())] {
        let result = gather(&shop, &[plain.clone(), ordered(area, other)]);
        assert!(matches!(result, Err(ProofError::Changed { line: 1, .. })), "{result:?}");
    }
}

#[test]
fn a_roster_of_two_hundred_goes_on_over_pages_and_none_is_left_out() {
    let (shop, design) = (shop(), example("jersey"));
    let library = library(&shop);
    let names = roster(200);
    let lines: Vec<_> = names
        .iter()
        .map(|[name, number]| line(&design, &library, "L", &[("name", name), ("number", number)]))
        .collect();
    let proof = gather(&shop, &lines).unwrap();
    let section = &proof.sections[0];
    assert_eq!(section.roster.len(), 200);
    let front = shop.preview(
        &design,
        &library,
        &PreviewOptions { choice: lines[0].choice.clone(), ..PreviewOptions::default() },
    );
    assert_eq!(section.roster[0].artworks[0].1, front.unwrap().artwork_hash, "the first row is pictured");
    let pages = pages(&file(&shop, &proof));
    let with_rows: Vec<&String> = pages.iter().filter(|page| page.contains("Player name")).collect();
    assert!(with_rows.len() > 3, "the head of the table stands on each of its pages");
    let all = pages.join("\n");
    for (index, row) in section.roster.iter().enumerate() {
        let wanted = format!("\n{}\n{}\n{}\n", index + 1, row.values[0], row.values[1]);
        assert!(all.contains(&wanted), "row {} is missing", index + 1);
        assert!(all.contains(&row.artworks[1].1[..proof::SHORT_HASH]), "row {} has no hash", index + 1);
    }
}

#[test]
fn only_so_many_lines() {
    let (shop, design) = (shop(), example("camp"));
    let library = library(&shop);
    for count in [0, proof::MAX_LINES + 1] {
        let result = gather(&shop, &vec![line(&design, &library, "L", &[]); count]);
        assert!(matches!(result, Err(ProofError::Size { count: told, .. }) if told == count), "{result:?}");
    }
    let designs: Vec<Design> =
        (0..=proof::MAX_SECTIONS).map(|n| Design { name: Some(format!("No. {n}")), ..example("tonal") }).collect();
    let lines: Vec<_> = designs.iter().map(|design| line(design, &library, "L", &[])).collect();
    let result = gather(&shop, &lines);
    assert!(matches!(result, Err(ProofError::Size { limit: proof::MAX_SECTIONS, .. })), "{result:?}");
}

#[test]
fn designs_and_colors_have_a_section_each_and_findings_name_their_rows() {
    let (shop, camp, jersey) = (shop(), example("camp"), example("jersey"));
    let library = library(&shop);
    let mut cream = line(&camp, &library, "L", &[]);
    cream.choice.color = Some("cream".to_owned());
    let lines = [
        line(&camp, &library, "L", &[]),
        cream,
        line(&jersey, &library, "L", &[("name", "LI"), ("number", "7")]),
        line(&camp, &library, "M", &[]),
        line(&jersey, &library, "L", &[("name", "\u{10ffff}"), ("number", "8")]),
    ];
    let proof = gather(&shop, &lines).unwrap();
    let titles: Vec<_> = proof.sections.iter().map(|section| (section.color.as_str(), section.quantity())).collect();
    assert_eq!(titles, [("Forest", 2), ("Cream", 1), ("Navy", 2)]);
    let missing = proof.sections[2].findings.iter().find(|finding| finding.about.contains("row 2"));
    assert!(missing.is_some(), "{:?}", proof.sections[2].findings);
    let all = pages(&file(&shop, &proof)).join("\n");
    for section in &proof.sections {
        assert!(all.contains(&section.approval_hash()[..proof::SHORT_HASH]));
    }
}

#[test]
fn equal_orders_make_equal_files_on_either_paper() {
    let (shop, design) = (shop(), example("ringer"));
    let library = library(&shop);
    let lines = [line(&design, &library, "L", &[])];
    for (paper, width) in [(Paper::A4, 595.276), (Paper::Letter, 612.0)] {
        let made = || {
            let heading = Heading { paper, ..heading() };
            file(&shop, &proof::gather(&shop, heading, &lines, &Cancel::NEVER).unwrap())
        };
        let one = made();
        assert!(one == made());
        let read = lopdf::Document::load_mem(&one).unwrap();
        let page = read.get_dictionary(read.get_pages()[&1]).unwrap();
        let found = page.get(b"MediaBox").unwrap().as_array().unwrap()[2].as_float().unwrap();
        assert!((found - width).abs() < 0.01, "{found}");
    }
}

#[test]
fn nothing_is_left_of_the_work_that_was_called_off() {
    let (shop, design) = (shop(), example("camp"));
    let library = library(&shop);
    let cancel = Cancel::new();
    cancel.set();
    let result = proof::gather(&shop, heading(), &[line(&design, &library, "L", &[])], &cancel);
    assert!(matches!(result, Err(ProofError::CalledOff)), "{result:?}");
}

#[test]
fn the_command_line_writes_a_proof_and_refuses_what_does_not_exist() {
    let scratch = Scratch::new("proof");
    let out = scratch.file("proof.pdf");
    let told = platen(&[
        "proof",
        "examples/jersey.json",
        "-o",
        path(&out),
        "--size",
        "M=3,2XL=2",
        "--field",
        "name=OKAFOR",
        "--order",
        "77",
        "--paper",
        "letter",
    ]);
    assert!(told.status.success(), "{}", stderr(&told));
    let all = pages(&std::fs::read(&out).unwrap()).join("\n");
    for wanted in ["Northside Foxes", "5 pieces", "OKAFOR", "Order 77", "Bebas Neue 400", "#c8102e"] {
        assert!(all.contains(wanted), "{wanted} is missing in\n{all}");
    }
    let never = scratch.file("never.pdf");
    let never = path(&never);
    for (arguments, wanted) in [
        (["--size", "XXS=1"], "XXS"),
        (["--size", "M"], "SIZE=COUNT"),
        (["--size", "M=0"], "0 pieces are out of range"),
        (["--line", "L=1,number"], "SIZE=COUNT"),
        (["--garment-color", "unicorn"], "unicorn"),
        (["--field", "nickname=Bo"], "nickname"),
    ] {
        let told = platen(&[&["proof", "examples/jersey.json", "-o", never][..], &arguments].concat());
        assert_eq!(told.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&told).contains(wanted), "{}", stderr(&told));
        assert!(!Path::new(never).exists());
    }
    let told = platen(&["proof", "examples/jersey.json", "-o", path(&scratch.file("proof.png"))]);
    assert!(stderr(&told).contains(".pdf"), "{}", stderr(&told));
}

#[test]
fn the_command_line_says_what_was_found_and_which_samples_are_printed() {
    let scratch = Scratch::new("proof-found");
    let out = scratch.file("proof.pdf");
    let told = platen(&["proof", "examples/jersey.json", "-o", path(&out), "--size", "M=1", "--field", "number=9"]);
    assert_eq!(told.status.code(), Some(0), "{}", stderr(&told));
    let said = stderr(&told);
    assert!(said.contains("note: name: sample \"") && !said.contains("note: number"), "{said}");
    let roster = ["--line", "l=1,name=OKAFOR,number=9", "--line", "M=2,name=O'NEIL, JR.,number=10"];
    let told = platen(&[&["proof", "examples/jersey.json", "-o", path(&out)][..], &roster].concat());
    assert_eq!((told.status.code(), stderr(&told).contains("sample")), (Some(0), false), "{}", stderr(&told));
    let all = pages(&std::fs::read(&out).unwrap()).join("\n");
    for wanted in ["OKAFOR", "O'NEIL, JR.", "3 pieces", "\n9\n", "\n10\n"] {
        assert!(all.contains(wanted), "{wanted} is missing in\n{all}");
    }
    // A hairline and words over the edge: the proof is made and shows it, and so does the terminal.
    let design = r##"{ "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": [
        { "area": "front", "layers": [ { "id": "far", "type": "text", "text": "OVER THE EDGE", "x": 350, "y": 100,
          "size": 40, "font": "Anton", "fill": "#c8102e" } ] } ] }"##;
    let bad = scratch.write("over.json", design);
    let check = platen(&["check", path(&bad)]);
    assert_eq!(check.status.code(), Some(1), "preflight calls it an error");
    let told = platen(&["proof", path(&bad), "-o", path(&out)]);
    let said = stderr(&told);
    assert_eq!(told.status.code(), Some(0), "nothing was refused: {said}");
    assert!(said.contains("error: ") && said.contains("far") && said.contains("written all the same"), "{said}");
}
