//! The pages, and what links to them show.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use crate::orders;
use crate::server::{Answer, Service, design};

async fn visit(service: &Service, path: &str, host: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header(header::HOST, host).header(header::COOKIE, cookie);
    service.send(request.body(Body::empty()).unwrap()).await
}

/// What a `meta` of the page's head says.
fn meta(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("=\"{name}\" content=\""))?;
    Some(rest.split('"').next().unwrap().to_owned())
}

/// A design that its owner shares: the cookie, the design's id and the page's address.
async fn shared(service: &Service, document: &serde_json::Value) -> (String, String, String) {
    let (cookie, id) = orders::customer(service, document).await;
    let link = service.call("POST", &format!("/api/v1/designs/{id}/shares"), &cookie, "{}").await.json();
    (cookie, id, link["page"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn pages_tell_their_picture_with_the_address_that_visitors_use() {
    let service = Service::new().await;
    for path in ["/", "/designs"] {
        let page = visit(&service, path, "shirts.example:8080", "").await;
        assert_eq!((page.status, page.header(header::CONTENT_TYPE)), (StatusCode::OK, "text/html; charset=utf-8"));
        let picture = meta(&page.text(), "og:image").unwrap();
        let inside = picture.strip_prefix("http://shirts.example:8080").unwrap();
        let file = service.get(inside).await;
        let size = image::load_from_memory(&file.body).map(|picture| (picture.width(), picture.height())).unwrap();
        assert_eq!((file.header(header::CONTENT_TYPE), size), ("image/jpeg", (1200, 630)), "{path}");
        assert!(page.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
        let again = Request::get(path).header(header::HOST, "shirts.example:8080");
        let again = again.header(header::IF_NONE_MATCH, page.header(header::ETAG)).body(Body::empty()).unwrap();
        assert_eq!(service.send(again).await.status, StatusCode::NOT_MODIFIED);
    }
    // What is no host's name is not repeated.
    for host in ["shirts.example/x", "a\"><script>", "a b", ""] {
        let page = visit(&service, "/", host, "").await.text();
        assert_eq!(meta(&page, "og:image").as_deref(), Some("/pictures/cover.jpg"), "{host}");
        assert!(host.is_empty() || !page.contains(host));
    }
    let secure = Service::with(|config| config.https = true).await;
    let picture = meta(&visit(&secure, "/", "shirts.example", "").await.text(), "og:image");
    assert_eq!(picture.as_deref(), Some("https://shirts.example/pictures/cover.jpg"));
}

#[tokio::test]
async fn a_shared_link_tells_title_words_and_picture_of_its_design() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let mut document = design("JUNIPER");
    document["name"] = json!("Camp <b>\"Juniper\"</b> & co");
    let layers = document["placements"][0]["layers"].as_array_mut().unwrap();
    layers.push(json!({ "id": "bar", "type": "shape", "shape": "rectangle", "width": 80, "height": 40,
        "fill": "ink:scarlet", "x": 177.8, "y": 250 }));
    layers
        .push(json!({ "id": "no", "type": "text", "text": "SECRET", "x": 177.8, "y": 300, "size": 40, "font": "Anton",
        "fill": "ink:white", "hidden": true }));
    let (cookie, id, address) = shared(&service, &document).await;
    let page = visit(&service, &address, "shirts.example", "").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    let title = "Camp &lt;b&gt;&quot;Juniper&quot;&lt;/b&gt; &amp; co";
    assert!(text.contains(&format!("<title>{title}: Platen</title>")), "{text}");
    assert_eq!(text.matches("<title>").count(), 1);
    assert_eq!(meta(&text, "og:title").as_deref(), Some(title));
    assert_eq!(meta(&text, "og:url"), Some(format!("http://shirts.example{address}")));
    assert_eq!(meta(&text, "robots").as_deref(), Some("noindex"));
    let words = meta(&text, "description").unwrap();
    let start = "Classic tee in Navy. Front: “JUNIPER” in White, Anton, ";
    assert!(words.starts_with(start) && words.ends_with(" mm; a rectangle in Scarlet, 80 × 40 mm."), "{words}");
    assert_eq!((meta(&text, "og:description"), meta(&text, "og:image:alt")), (Some(words.clone()), Some(words)));
    for hidden in ["SECRET", &id, cookie.split('=').nth(1).unwrap()] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(text.contains("src=\"/main.js\""), "it is the studio");
    let picture = meta(&text, "og:image").unwrap();
    let card = service.get(picture.strip_prefix("http://shirts.example").unwrap()).await;
    let size = image::load_from_memory(&card.body).map(|picture| (picture.width(), picture.height())).unwrap();
    assert_eq!((card.header(header::CONTENT_TYPE), size), ("image/jpeg", (1200, 630)));

    service.call("DELETE", &format!("/api/v1/designs/{id}/shares"), &cookie, "").await;
    for path in [address.as_str(), "/shared/none", "/shared/%ff", "/nothing"] {
        let gone = visit(&service, path, "shirts.example", &cookie).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{path}");
        assert!(gone.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
        assert!(gone.text().contains("Nothing is printed here"), "{path}");
    }
}

#[tokio::test]
async fn a_copy_of_a_shared_design_has_its_pictures_but_not_what_they_were_made_of() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/rgb.png")).unwrap();
    let uploaded = service.upload("my secret.png", &photo, "").await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let (owner, asset) = (uploaded.cookie(), uploaded.json()["id"].as_str().unwrap().to_owned());
    let mut document = design("MINE");
    document["placements"][0]["layers"][0] =
        json!({ "id": "photo", "type": "image", "asset": asset, "x": 177.8, "y": 150, "width": 60 });
    let saved = service.call("POST", "/api/v1/designs", &owner, document.to_string()).await.json();
    let path = format!("/api/v1/designs/{}", saved["id"].as_str().unwrap());
    let link = service.call("POST", &format!("{path}/shares"), &owner, "{}").await.json();
    let copies = format!("{}/copies", link["url"].as_str().unwrap());

    // A link that leads nowhere makes a customer of nobody.
    let database = format!("sqlite://{}", service.data.join("platen.db").display());
    let database = sqlx::SqlitePool::connect(&database).await.unwrap();
    let customers =
        async || sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM customers").fetch_one(&database).await.unwrap();
    let false_link = "/api/v1/shared/00000000000000000000000000/copies";
    assert_eq!(service.call("POST", false_link, "", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(customers().await, 1);

    let copy = service.call("POST", &copies, "", "").await;
    assert_eq!(customers().await, 2);
    assert_eq!(copy.status, StatusCode::CREATED, "{}", copy.text());
    let (guest, own) = (copy.cookie(), copy.header(header::LOCATION).to_owned());
    assert_eq!(copy.json()["document"], saved["document"]);
    service.call("DELETE", &path, &owner, "").await;
    let upload = format!("/api/v1/uploads/{asset}");
    assert_eq!(service.call("DELETE", &upload, &owner, "").await.status, StatusCode::NO_CONTENT);
    let shown = service.call("GET", &format!("{own}/previews/front?width=100"), &guest, "").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let original = service.call("GET", &format!("{upload}/original"), &guest, "").await;
    assert!(original.status == StatusCode::OK && original.body != photo, "the picture, not the file that it came from");
    assert!(!service.call("GET", &upload, &guest, "").await.text().contains("secret"));
    assert_eq!(service.call("POST", &copies, &guest, "").await.status, StatusCode::NOT_FOUND, "the link is gone");
}

#[tokio::test]
async fn a_shared_design_opens_though_it_cannot_be_drawn() {
    let service = Service::new().await;
    let mut document = design("DRAFT");
    document["placements"][0]["layers"][0]["font"] = json!("No such font");
    let (_, _, address) = shared(&service, &document).await;
    let text = visit(&service, &address, "shirts.example", "").await.text();
    assert_eq!(meta(&text, "og:title").as_deref(), Some("DRAFT"));
    assert_eq!((meta(&text, "og:image"), meta(&text, "description")), (None, None));
    assert!(text.contains("src=\"/main.js\""));
}

#[tokio::test]
async fn a_card_is_cut_from_the_garment_about_its_print() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let whole = service.post("/api/v1/previews?width=1200&format=png", &design("CARD")).await;
    let card = service.post("/api/v1/previews?card=true&format=png", &design("CARD")).await;
    assert_eq!(card.status, StatusCode::OK, "{}", card.text());
    assert_eq!(card.header("x-artwork-hash"), whole.header("x-artwork-hash"));
    let [whole, card] = [whole, card].map(|answer| image::load_from_memory(&answer.body).unwrap().to_rgb8());
    assert_eq!(card.dimensions(), (1200, 630));
    let top = (0..=whole.height() - 630).find(|top| (0..630).all(|y| row(&card, y) == row(&whole, y + top))).unwrap();
    // White letters on navy: as much cloth above them as below.
    let is_white = |y: &u32| card.rows().nth(*y as usize).unwrap().any(|pixel| pixel.0.iter().all(|byte| *byte > 200));
    let letters: Vec<u32> = (100..530).filter(is_white).collect();
    let middle = u32::midpoint(letters[0], *letters.last().unwrap());
    assert!(middle.abs_diff(315) < 12 && top > 0, "{middle} {top}");
    let wide = service.post("/api/v1/previews?card=true&width=600", &design("CARD")).await;
    assert_eq!((wide.status, wide.json()["code"].as_str()), (StatusCode::BAD_REQUEST, Some("parameter")));
}

fn row(picture: &image::RgbImage, y: u32) -> &[u8] {
    let width = picture.width() as usize * 3;
    &picture.as_raw()[y as usize * width..][..width]
}

#[tokio::test]
async fn an_order_has_its_page_for_its_customer_only() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (mine, id) = orders::customer(&service, &design("MINE")).await;
    let (theirs, _) = orders::customer(&service, &design("THEIRS")).await;
    let order = orders::order(&json!([{ "design": id, "size": "M", "quantity": 2 }]));
    let placed = orders::place(&service, &mine, "page", &order).await.json();
    let page = format!("/orders/{}", placed["id"].as_str().unwrap());
    let own = visit(&service, &page, "shirts.example", &mine).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.text().contains("src=\"/pages/order.js\"") && !own.text().contains("MINE"));
    for (path, cookie) in [(page.as_str(), ""), (&page, &theirs), ("/orders/none", &mine), ("/orders/%ff", &mine)] {
        assert_eq!(visit(&service, path, "shirts.example", cookie).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(visit(&service, "/orders", "shirts.example", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whatever_a_page_names_is_there() {
    let service = Service::new().await;
    let mut named = vec![
        ("/apple-touch-icon.png".to_owned(), "image/png"),
        ("/icon.svg".to_owned(), "image/svg+xml"),
        ("/app.webmanifest".to_owned(), "application/manifest+json"),
    ];
    let manifest = service.get("/app.webmanifest").await.json();
    for icon in manifest["icons"].as_array().unwrap() {
        let (path, kind) = (icon["src"].as_str().unwrap().to_owned(), icon["type"].as_str().unwrap());
        let file = service.get(&path).await;
        if kind == "image/png" {
            let (width, height) =
                image::load_from_memory(&file.body).map(|icon| (icon.width(), icon.height())).unwrap();
            assert_eq!(icon["sizes"].as_str(), Some(&*format!("{width}x{height}")), "{path}");
        }
        named.push((path, if kind == "image/png" { "image/png" } else { "image/svg+xml" }));
    }
    for (path, kind) in named {
        let file = service.get(&path).await;
        assert_eq!((file.status, file.header(header::CONTENT_TYPE)), (StatusCode::OK, kind), "{path}");
    }
    for page in ["/", "/designs", "/orders", "/nothing", "/api/docs"] {
        let text = service.get(page).await.text();
        let mut addresses: Vec<&str> = Vec::new();
        for start in ["href=\"/", "src=\"/", "content=\"/"] {
            addresses.extend(text.split(start).skip(1).map(|rest| rest.split('"').next().unwrap()));
        }
        assert!(addresses.len() > 2, "{page}");
        for address in addresses {
            assert_eq!(service.get(&format!("/{address}")).await.status, StatusCode::OK, "{page} names /{address}");
        }
    }
}
