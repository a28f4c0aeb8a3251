//! Templates and graphics: what customers start from.

use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::server::{Service, design};

/// Asks twice: the second time with the tag of the first answer.
async fn get_twice(service: &Service, path: &str) -> Value {
    let first = service.get(path).await;
    assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.text());
    let again = Request::get(path).header(header::IF_NONE_MATCH, first.header(header::ETAG));
    let again = service.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    assert_eq!(again.header(header::ETAG), first.header(header::ETAG));
    first.json()
}

#[tokio::test]
async fn a_template_can_be_seen_saved_and_printed_by_anybody() {
    // How long a first drawing takes on a busy machine is not what is asked here.
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let templates = get_twice(&service, "/api/v1/templates").await;
    let templates = templates.as_array().unwrap();
    let ids: Vec<&str> = templates.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted() && ids.len() >= 8, "{ids:?}");
    assert!(!ids.contains(&"photo"), "its photograph is nobody's: customers bring their own");
    for template in templates {
        let id = template["id"].as_str().unwrap();
        let document = get_twice(&service, template["document"].as_str().unwrap()).await;
        assert_eq!((&document["garment"], &document["name"]), (&template["garment"], &template["name"]), "{id}");
        let previews = template["previews"].as_array().unwrap();
        assert!(!previews.is_empty(), "{id}");
        for preview in previews {
            let picture = service.get(&format!("{}?width=64", preview.as_str().unwrap())).await;
            assert_eq!(picture.status, StatusCode::OK, "{preview}: {}", picture.text());
        }
        let saved = service.post("/api/v1/designs", &document).await;
        let (mine, path) = (saved.cookie(), saved.header(header::LOCATION));
        let view = previews[0].as_str().unwrap().rsplit('/').next().unwrap();
        let own = service.call("GET", &format!("{path}/previews/{view}?width=64"), &mine, "").await;
        assert_eq!(own.status, StatusCode::OK, "{id}: {}", own.text());
        let area = template["areas"][0].as_str().unwrap();
        let print = service.post(&format!("/api/v1/artworks?area={area}&dpi=36"), &document).await;
        assert_eq!(print.status, StatusCode::OK, "{id}: {}", print.text());
    }
    let camp = templates.iter().find(|entry| entry["id"] == "camp").unwrap();
    assert_eq!((&camp["areas"], &camp["color"]), (&json!(["front"]), &json!("forest")));
    let jersey = templates.iter().find(|entry| entry["id"] == "jersey").unwrap();
    assert_eq!((&jersey["category"], &camp["category"]), (&json!("sports"), &json!("clubs")));
    let without: Vec<&Value> =
        templates.iter().filter(|entry| entry["category"].is_null()).map(|entry| &entry["id"]).collect();
    assert!(without.is_empty(), "examples/categories.toml knows nothing of {without:?}");
    assert_eq!((&jersey["fields"], jersey["previews"].as_array().unwrap().len()), (&json!(["name", "number"]), 2));
    for path in ["templates/cape", "templates/cape/previews/front", "templates/..%2Fcamp", "templates/README"] {
        assert_eq!(service.get(&format!("/api/v1/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let side = service.get("/api/v1/templates/camp/previews/side").await;
    assert_eq!(side.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_graphic_is_an_asset_of_everybody() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let graphics = get_twice(&service, "/api/v1/graphics").await;
    let names: Vec<&str> = graphics.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names[..5], ["bicycle", "camp lake", "harbour crest", "moth", "bear"]);
    let category = |index: usize| graphics[index]["category"].as_str();
    assert_eq!((category(3), category(4)), (None, Some("animals")), "the folder's name is the category");
    assert!(names.len() >= 60, "{}", names.len());
    let moth = &graphics[3];
    assert_eq!((&moth["kind"], moth["colors"].as_array().unwrap().is_empty()), (&json!("svg"), false));
    let proxy = service.get(&format!("{}?width=64", moth["proxy"].as_str().unwrap())).await;
    assert!(proxy.status == StatusCode::OK && proxy.body.starts_with(b"\x89PNG"), "{}", proxy.text());
    let id = moth["id"].as_str().unwrap();
    let path = format!("/api/v1/uploads/{id}");
    assert_eq!(service.get(&path).await.json()["name"], "moth");
    let mut document = design("A");
    document["placements"][0]["layers"][0] =
        json!({ "id": "moth", "type": "image", "asset": id, "x": 177.8, "y": 150, "width": 150 });
    let shown = service.post("/api/v1/previews?width=100", &document).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    // It is nobody's own.
    let stranger = service.post("/api/v1/designs", &document).await.cookie();
    assert_eq!(service.call("DELETE", &path, &stranger, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.call("GET", &format!("{path}/original"), &stranger, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.call("GET", "/api/v1/uploads", &stranger, "").await.json()["uploads"], json!([]));
}

/// A folder with the fonts and mockups of this one and other examples.
struct Assets(PathBuf);

impl Assets {
    fn new(examples: &[(&str, &str)]) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let folder = std::env::temp_dir().join(format!("platen-starters-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("examples/art")).unwrap();
        for part in ["fonts", "mockups", "static"] {
            std::os::unix::fs::symlink(root.join(part), folder.join(part)).unwrap();
        }
        for (name, text) in examples {
            std::fs::write(folder.join("examples").join(name), text).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Assets {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_left_out_and_the_others_are_there() {
    let mut cape = design("CAPE");
    cape["garment"] = json!("cape");
    let mut strange = design("STRANGE");
    strange["placements"][0]["layers"][0] =
        json!({ "id": "a", "type": "image", "asset": "art/none.svg", "x": 100, "y": 100, "width": 50 });
    let assets = Assets::new(&[
        ("fine.json", &design("FINE").to_string()),
        ("cape.json", &cape.to_string()),
        ("strange.json", &strange.to_string()),
        ("broken.json", "{"),
        ("categories.toml", "mine = [\"fine\", \"gone\"]"),
        (
            "art/square.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>",
        ),
        ("art/broken.svg", "<svg"),
    ]);
    let service = Service::with(|config| config.assets.clone_from(&assets.0)).await;
    let names = async |list: &str| -> Vec<String> {
        let list = service.get(&format!("/api/v1/{list}")).await.json();
        list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("templates").await, ["FINE"]);
    assert_eq!(names("graphics").await, ["square"]);
    assert_eq!(service.get("/api/v1/templates").await.json()[0]["category"], "mine");
}
