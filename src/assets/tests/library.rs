//! Names, paths and the cache.

use std::sync::Arc;

use super::generated::data_url;
use super::{fixture, fixtures, pixels};
use crate::assets::{Asset, AssetError, Budget, Library, Limits};
use crate::pixels::Pixmap;

#[test]
fn an_upload_is_found_by_its_id_and_decoded_once() {
    let library = Library::in_memory();
    library.insert("u1", fixture("rgb.png"));
    let first = library.picture("u1").unwrap();
    assert_eq!((first.width_px, first.height_px), (24, 16));
    assert!(Arc::ptr_eq(&first, &library.picture("u1").unwrap()));
    assert_eq!(first.hash, *blake3::hash(&fixture("rgb.png")).as_bytes());
}

#[test]
fn the_same_bytes_under_two_names_are_one_asset() {
    let library = Library::in_memory();
    library.insert("a", fixture("rgb.png"));
    library.insert("b", fixture("rgb.png"));
    assert!(Arc::ptr_eq(&library.picture("a").unwrap(), &library.picture("b").unwrap()));
}

#[test]
fn without_a_folder_no_path_is_read() {
    let error = Library::in_memory().picture("Cargo.toml").unwrap_err();
    assert_eq!(error, AssetError::Missing { id: "Cargo.toml".to_owned() });
}

#[test]
fn paths_are_relative_to_the_folder() {
    let library = Library::with_base(fixtures());
    assert!(library.picture("pictures/rgb.png").is_ok());
    assert!(library.picture("./pictures/rgb.png").is_ok());
    let missing = library.picture("pictures/none.png").unwrap_err();
    assert_eq!(missing, AssetError::Missing { id: "pictures/none.png".to_owned() });
    assert!(matches!(library.picture("pictures").unwrap_err(), AssetError::Unreadable { .. }));
}

#[test]
fn paths_that_leave_the_folder_are_refused_unless_allowed() {
    let mut library = Library::with_base(fixtures().join("hostile"));
    let absolute = fixtures().join("pictures/rgb.png");
    for path in ["../pictures/rgb.png", absolute.to_str().unwrap(), "/dev/zero"] {
        assert_eq!(library.picture(path).unwrap_err(), AssetError::Outside { path: path.to_owned() });
    }
    library.allow_outside = true;
    assert!(library.picture("../pictures/rgb.png").is_ok());
    assert!(library.picture(absolute.to_str().unwrap()).is_ok());
    // A device never ends; it is refused even then.
    assert!(matches!(library.picture("/dev/zero").unwrap_err(), AssetError::Unreadable { .. }));
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_folder_is_refused() {
    let folder = std::env::temp_dir().join(format!("platen-link-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let link = folder.join("link.png");
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink(fixtures().join("pictures/rgb.png"), &link).unwrap();
    let error = Library::with_base(&folder).picture("link.png").unwrap_err();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(error, AssetError::Outside { path: "link.png".to_owned() });
}

#[test]
fn the_cache_keeps_to_its_budget_and_forgets_the_oldest() {
    let mut library = Library::in_memory();
    // two of them with what their halves may take, not three
    library.limits.cache_bytes = 120_000;
    let make = |n: u8| move || Ok(Asset::raster([n; 32], Pixmap::new(100, 100), Vec::new()));
    let first = library.cached([1; 32], make(1)).unwrap();
    let second = library.cached([2; 32], make(2)).unwrap();
    assert!(Arc::ptr_eq(&first, &library.cached([1; 32], make(1)).unwrap()));
    library.cached([3; 32], make(3)).unwrap();
    assert!(Arc::ptr_eq(&first, &library.cached([1; 32], make(1)).unwrap()), "used lately");
    assert!(!Arc::ptr_eq(&second, &library.cached([2; 32], make(2)).unwrap()), "forgotten");
}

#[test]
fn a_drawing_costs_the_same_whether_it_is_known_or_not() {
    let picture = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image width="9" height="9" href="{}"/></svg>"#,
        data_url(&fixture("dusk.jpg"))
    );
    let library = || {
        let library = Library::in_memory();
        library.insert("d", picture.as_bytes());
        library
    };
    let known = library();
    let grown = known.picture("d").unwrap().bytes();
    assert!(grown > 5 * picture.len() + 1, "the JPEG inside became a PNG: {grown}");
    for (limit, fits) in [(5 * picture.len(), false), (grown - 1, false), (grown, true)] {
        let limits = Limits { request_bytes: limit as u64, ..Limits::default() };
        let answers = [&known, &library()].map(|library| library.picture_within("d", &Budget::new(&limits)).is_ok());
        assert_eq!(answers, [fits; 2], "{limit} of {grown}");
    }
}

#[test]
fn two_threads_decode_one_picture_once() {
    let library = Library::in_memory();
    let bytes = fixture("baseline.jpg");
    let (a, b) = std::thread::scope(|scope| {
        let other = scope.spawn(|| library.decode(&bytes).unwrap());
        (library.decode(&bytes).unwrap(), other.join().unwrap())
    });
    assert!(Arc::ptr_eq(&a, &b));
    assert_eq!(pixels(&a).width(), 24);
}

#[test]
fn the_limit_on_bytes_bites_before_the_file_is_read() {
    let mut library = Library::with_base(fixtures());
    library.limits = Limits { raster_bytes: 80, ..Limits::default() };
    library.limits.svg.bytes = 80;
    let error = library.picture("pictures/rgb.png").unwrap_err();
    assert_eq!(error, AssetError::TooLarge { what: "bytes of the picture", value: 89, limit: 80 });
    assert_eq!(error.to_string(), "bytes of the picture: 89 where at most 80 are accepted");
}
