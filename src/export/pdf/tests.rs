//! What a reader finds in the files.

use kurbo::Shape as _;
use lopdf::Object;

use super::*;
use crate::export::jpeg::{self, JpegOptions};

fn words(text: &str) -> Arc<Words> {
    let outline = Arc::new(Rect::new(0.1, -0.7, 0.5, 0.0).to_path(0.01));
    let letter = |(index, character): (usize, char)| Letter {
        text: character.to_string(),
        path: if character == ' ' { Arc::default() } else { Arc::clone(&outline) },
        left: index as f64 * 0.6,
        width: 0.6,
    };
    Arc::new(Words { has_rtl: false, text: text.to_owned(), letters: text.chars().enumerate().map(letter).collect() })
}

fn picture() -> Arc<Jpeg> {
    let mut bytes = Vec::new();
    jpeg::write_rgb(16, 8, &[200; 16 * 8 * 3], "", JpegOptions::default(), &mut bytes).unwrap();
    Arc::new(Jpeg { bytes, width_px: 16, height_px: 8 })
}

fn line(text: &str, element: usize) -> Mark {
    let origin = Point::new(20.0, 30.0);
    Mark { element: Some(element), shape: Shape::Words { words: words(text), origin, em: 5.0, color: Color::BLACK } }
}

/// A heading, a picture and a tint on one page; a table with the same picture on the next.
fn document() -> Document {
    let element = |role, parent| Element { role, parent, alt: String::new() };
    let mut elements = vec![
        element(Role::Section, None),
        element(Role::Heading(1), Some(0)),
        element(Role::Figure, Some(0)),
        element(Role::Table, Some(0)),
        element(Role::Row, Some(3)),
        element(Role::HeaderCell, Some(4)),
    ];
    elements[2].alt = "A shirt".to_owned();
    let shown = Shape::Picture { jpeg: picture(), place: Rect::new(20.0, 50.0, 60.0, 70.0) };
    let shown = Mark { element: Some(2), shape: shown };
    let tint = Shape::Fill {
        path: Rect::new(0.0, 0.0, 10.0, 10.0).to_path(0.1),
        rule: FillRule::EvenOdd,
        color: Color::new(255, 0, 0),
        opacity: 0.5,
    };
    let tint = Mark { element: None, shape: tint };
    let page = |marks| Page { size: PhysicalSize::from_mm(210.0, 297.0), marks };
    Document {
        title: "\u{dc}bung".to_owned(),
        author: "Shop".to_owned(),
        language: "en".to_owned(),
        artwork_hash: "front=ab back=cd".to_owned(),
        elements,
        pages: vec![page(vec![line("HELLO YOU", 1), shown.clone(), tint]), page(vec![line("CELL", 5), shown])],
        bookmarks: vec![Bookmark { title: "One".to_owned(), page: 0 }, Bookmark { title: "Two".to_owned(), page: 1 }],
    }
}

fn file(document: &Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(document, &mut bytes).unwrap();
    bytes
}

fn read(document: &Document) -> lopdf::Document {
    lopdf::Document::load_mem(&file(document)).unwrap()
}

fn text(object: &Object) -> String {
    lopdf::decode_text_string(object).unwrap()
}

/// The characters under the letters of a page, by the maps of its fonts: readers copy these where they know nothing of
/// `ActualText`.
fn characters(read: &lopdf::Document, page: u32) -> String {
    let id = read.get_pages()[&page];
    let mut maps = BTreeMap::new();
    for (name, font) in read.get_page_fonts(id).unwrap() {
        let map = read.get_object(font.get(b"ToUnicode").unwrap().as_reference().unwrap()).unwrap();
        let map = String::from_utf8(map.as_stream().unwrap().decompressed_content().unwrap()).unwrap();
        let hex = |text: &str| u16::from_str_radix(text, 16).unwrap();
        let pairs = map.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
        let pairs = pairs.filter(|(code, _)| code.len() == 2).map(|(code, text)| {
            let units: Vec<u16> = text.as_bytes().chunks(4).map(|unit| hex(str::from_utf8(unit).unwrap())).collect();
            (hex(code) as u8, String::from_utf16(&units).unwrap())
        });
        maps.insert(name, pairs.collect::<BTreeMap<u8, String>>());
    }
    let (mut font, mut text) = (Vec::new(), String::new());
    for operation in read.get_and_decode_page_content(id).unwrap().operations {
        match operation.operator.as_str() {
            "Tf" => font = operation.operands[0].as_name().unwrap().to_vec(),
            "TJ" => {
                let shown = operation.operands[0].as_array().unwrap().iter().filter_map(|item| item.as_str().ok());
                text.extend(shown.flatten().map(|code| maps[&font][code].as_str()));
            }
            _ => {}
        }
    }
    text
}

#[test]
fn equal_documents_make_equal_bytes_and_others_another_id() {
    let id = |document: &Document| read(document).trailer.get(b"ID").unwrap().clone();
    assert!(file(&document()) == file(&document()));
    assert_ne!(id(&document()), id(&Document { title: "other".to_owned(), ..document() }));
}

#[test]
fn words_can_be_searched_though_their_letters_are_outlines() {
    let read = read(&document());
    assert_eq!(characters(&read, 1), "HELLO YOU");
    let content = read.get_and_decode_page_content(read.get_pages()[&1]).unwrap();
    let properties =
        content.operations.iter().filter(|it| it.operator == "BDC").filter_map(|it| it.operands[1].as_dict().ok());
    let said: Vec<String> = properties.filter_map(|it| it.get(b"ActualText").ok()).map(text).collect();
    assert_eq!(said, ["HELLO YOU"]);
    // Eight letters and a picture are drawn; the letters have one outline, which is kept once.
    assert_eq!(content.operations.iter().filter(|it| it.operator == "Do").count(), 8 + 1);
    let forms = read.objects.values().filter_map(|object| object.as_stream().ok());
    let forms = forms
        .filter(|stream| stream.dict.get(b"Subtype").is_ok_and(|it| it.as_name().is_ok_and(|name| name == b"Form")));
    assert_eq!(forms.count(), 1);
}

#[test]
fn pictures_are_embedded_as_they_are_and_once() {
    let read = read(&document());
    let [first, second] = [1, 2].map(|page| read.get_page_images(read.get_pages()[&page]).unwrap());
    assert_eq!(first[0].content, picture().bytes);
    assert_eq!((first[0].width, first[0].height), (16, 8));
    assert_eq!(first[0].filters.as_deref(), Some(&["DCTDecode".to_owned()][..]));
    assert_eq!(first[0].id, second[0].id);
}

#[test]
fn the_file_says_what_it_is_and_what_its_colors_mean() {
    let read = read(&document());
    let info = read.get_dictionary(read.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    assert_eq!(text(info.get(b"Title").unwrap()), "\u{dc}bung");
    assert_eq!(text(info.get(HASH_KEYWORD.as_bytes()).unwrap()), "front=ab back=cd");
    assert!(!info.has(b"CreationDate"), "nothing below the edges knows the time");
    let catalog = read.catalog().unwrap();
    assert_eq!(text(catalog.get(b"Lang").unwrap()), "en");
    let mark_info = catalog.get(b"MarkInfo").unwrap().as_dict().unwrap();
    assert_eq!(mark_info.get(b"Marked").unwrap(), &Object::Boolean(true));
    let intent = catalog.get(b"OutputIntents").unwrap().as_array().unwrap()[0].as_dict().unwrap();
    let profile = read.get_object(intent.get(b"DestOutputProfile").unwrap().as_reference().unwrap()).unwrap();
    let profile = profile.as_stream().unwrap().decompressed_content().unwrap();
    assert_eq!(&profile[36..40], b"acsp", "an ICC profile");
    assert_eq!(profile[24..36], [7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], "and not of this very second");
}

#[test]
fn every_marked_part_belongs_to_an_element_and_the_table_has_its_rows() {
    let read = read(&document());
    let role = |id| read.get_dictionary(id).unwrap().get(b"S").unwrap().as_name().unwrap().to_vec();
    let tree = read.get_dictionary(read.catalog().unwrap().get(b"StructTreeRoot").unwrap().as_reference().unwrap());
    let numbers = tree.unwrap().get(b"ParentTree").unwrap().as_dict().unwrap().get(b"Nums").unwrap();
    let lists = numbers.as_array().unwrap().iter().filter_map(|object| object.as_reference().ok());
    let roles: Vec<Vec<Vec<u8>>> = lists
        .map(|id| {
            let elements = read.get_object(id).unwrap().as_array().unwrap();
            elements.iter().map(|element| role(element.as_reference().unwrap())).collect()
        })
        .collect();
    assert_eq!(roles, [vec![b"H1".to_vec(), b"Figure".to_vec()], vec![b"TH".to_vec(), b"Figure".to_vec()]]);
    let figures = read.objects.values().filter_map(|object| object.as_dict().ok());
    let alts: Vec<String> = figures.filter_map(|dict| dict.get(b"Alt").ok()).map(text).collect();
    assert_eq!(alts, ["A shirt"]);
}

#[test]
fn what_runs_from_right_to_left_is_said_by_its_element_and_stands_as_it_is_drawn() {
    let mut document = document();
    let mut name = words("\u{5df}\u{5d4}\u{5db}");
    let drawn = name.text.clone();
    Arc::make_mut(&mut name).text = drawn.chars().rev().collect();
    Arc::make_mut(&mut name).has_rtl = true;
    let said = name.text.clone();
    let mut mark = line("", 5);
    if let Shape::Words { words, .. } = &mut mark.shape {
        *words = name;
    }
    document.pages[1].marks = vec![mark];
    let read = read(&document);
    assert_eq!(characters(&read, 2), drawn);
    let elements = read.objects.values().filter_map(|object| object.as_dict().ok());
    let texts: Vec<String> = elements.filter_map(|it| it.get(b"ActualText").ok()).map(text).collect();
    assert_eq!(texts, [said]);
    let content = read.get_and_decode_page_content(read.get_pages()[&2]).unwrap();
    assert_eq!(content.operations.iter().filter(|it| it.operator == "BDC").count(), 1, "the cell, and no span in it");
}

#[test]
fn many_characters_need_several_fonts_and_stay_searchable() {
    let all: String = (0..600_u32).filter_map(|n| char::from_u32(0x4e00 + n)).collect();
    let mut document = document();
    document.pages[0].marks = vec![line(&all, 1)];
    let read = read(&document);
    assert_eq!(read.get_page_fonts(read.get_pages()[&1]).unwrap().len(), 3);
    assert_eq!(characters(&read, 1), all);
}

#[test]
fn a_document_has_pages_and_not_without_end() {
    let page = document().pages[1].clone();
    let with = |n: usize| Document { pages: vec![page.clone(); n], ..document() };
    assert_eq!(read(&with(MAX_PAGES)).get_pages().len(), MAX_PAGES);
    for wrong in [0, MAX_PAGES + 1] {
        let result = write(&with(wrong), std::io::sink());
        assert!(matches!(result, Err(ExportError::Pages { pages, .. }) if pages == wrong), "{result:?}");
    }
}
