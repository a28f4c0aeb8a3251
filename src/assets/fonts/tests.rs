//! Tests of the font library.

use super::*;

fn library() -> Fonts {
    Fonts::open(&fonts_folder()).unwrap()
}

fn fonts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")
}

fn font(family: &str, weight: u16, italic: bool) -> Font {
    Font { family: family.to_owned(), weight, italic }
}

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("platen-fonts-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn opening_the_library_reads_no_face() {
    let fonts = library();
    assert!(fonts.families().len() > 40);
    assert!(fonts.families().iter().flat_map(|family| &family.faces).all(|face| !face.is_loaded()));
}

#[test]
fn every_listed_face_is_a_font() {
    for face in library().families().iter().flat_map(|family| &family.faces) {
        assert!(face.bytes().is_ok(), "{}", face.path().display());
    }
}

#[test]
fn the_nearest_weight_is_taken_and_italics_stay_apart() {
    let fonts = library();
    let weight = |family, weight, italic| {
        let (_, face) = fonts.face(&font(family, weight, italic)).unwrap();
        (face.weight, face.italic)
    };
    assert_eq!(weight("Montserrat", 900, false), (900, false));
    assert_eq!(weight("montserrat", 500, false), (400, false));
    assert_eq!(weight("Montserrat", 800, false), (900, false));
    assert_eq!(weight("Montserrat", 900, true), (700, true));
    assert_eq!(weight("Anton", 100, true), (400, false));
    assert!(fonts.face(&font("Comic Sans MS", 400, false)).is_none());
}

#[test]
fn a_digest_names_the_bytes() {
    let (first, second) = (library(), library());
    let digest = |fonts: &Fonts, family| fonts.face(&font(family, 400, false)).unwrap().1.digest().unwrap();
    assert_eq!(digest(&first, "Anton"), digest(&second, "Anton"));
    assert_ne!(digest(&first, "Anton"), digest(&first, "Lobster"));
}

#[test]
fn a_folder_that_the_manifest_does_not_list_is_an_own_family() {
    let folder = Folder::new("own");
    folder.write("manifest.json", br#"{"format":1,"families":[],"fallback":{}}"#);
    let lobster = std::fs::read(fonts_folder().join("lobster/Lobster-Regular.ttf")).unwrap();
    folder.write("our-fonts/a.TTF", &lobster);
    folder.write("our-fonts/readme.txt", b"not a font");
    let fonts = Fonts::open(&folder.0).unwrap();
    let family = fonts.family("Lobster").unwrap();
    assert_eq!((family.category.as_str(), family.faces[0].weight), ("own", 400));
    assert!(family.scripts.contains(&"Latn".to_owned()) && !family.scripts.contains(&"Arab".to_owned()));
}

#[test]
fn what_is_wrong_with_a_manifest_is_said() {
    let folder = Folder::new("bad");
    let family = |folder: &str, faces: &str| {
        format!(
            r#"{{"format":1,"fallback":{{}},"families":[{{"family":"A","folder":"{folder}","category":"sans",
            "scripts":[],"license":"","faces":[{faces}]}}]}}"#
        )
    };
    let cases = [
        ("{".to_owned(), "not a font manifest"),
        (r#"{"format":2,"families":[],"fallback":{}}"#.to_owned(), "format is 2"),
        (r#"{"format":1,"families":[],"fallback":{"Arab":["Nix"]}}"#.to_owned(), "\"Nix\""),
        (family("a", ""), "0 faces"),
        (family("../a", r#"{"file":"a.ttf","weight":400,"italic":false}"#), "plain file name"),
        (family("a", r#"{"file":"a.ttf","weight":0,"italic":false}"#), "weight 0"),
    ];
    for (manifest, part) in cases {
        folder.write("manifest.json", manifest.as_bytes());
        let message = Fonts::open(&folder.0).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn files_that_are_no_fonts_or_too_large_are_refused() {
    let folder = Folder::new("broken");
    folder.write("broken.ttf", b"\0\x01\0\0 not really");
    let face = Face::listed(folder.0.join("broken.ttf"), 400, false);
    assert!(matches!(face.bytes(), Err(FontError::NotAFont { .. })));
    std::fs::File::create(folder.0.join("huge.ttf")).unwrap().set_len(MAX_FACE_BYTES + 1).unwrap();
    let face = Face::listed(folder.0.join("huge.ttf"), 400, false);
    assert!(matches!(face.bytes(), Err(FontError::TooLarge { .. })));
    let face = Face::listed(folder.0.join("absent.ttf"), 400, false);
    assert!(matches!(face.bytes(), Err(FontError::Read { .. })));
}
