//! The pages: files of `static/`, whose heads tell those who show links what they lead to, with whole addresses.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::campaign;
use crate::cancel::Cancel;
use crate::mockup::{CARD_HEIGHT_PX, CARD_WIDTH_PX};
use crate::server::error::ApiError;
use crate::server::extract::Id;
use crate::server::identity::MaybeCustomer;
use crate::server::openapi::escaped;
use crate::server::origin::scheme;
use crate::server::pictures::read_design;
use crate::server::rates::Account;
use crate::server::router::POLICY;
use crate::server::routes::catalog::tagged;
use crate::server::routes::orders::visible;
use crate::server::state::App;
use crate::shop::{Choice, Fitting, default_view};
use crate::store::{DesignRow, Scope};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Between these lines of a page stands what a link to it shows.
const CARD: [&str; 2] = ["<!-- card -->", "<!-- /card -->"];
/// Characters of a description; those who show links cut longer ones off anyway.
const DESCRIPTION_CHARS: usize = 300;

/// All pages that are more than their file.
pub(in crate::server) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(studio))
        .route("/designs", get(designs))
        .route("/shop.html", get(shop))
        .route("/orders", get(orders))
        .route("/orders/{id}", get(order))
        .route("/shared/{token}", get(shared))
}

/// The studio.
async fn studio(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    page(&app, &headers, "index.html").await
}

/// Designs to start from, and the visitor's own.
async fn designs(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    page(&app, &headers, "designs.html").await
}

/// The shop's area. It shows mails in frames that inherit its policy, and a mail has its looks in attributes and in a sheet
/// that is always the same: those may be used on this page alone.
async fn shop(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    static SHOP_POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
        let sheet = STANDARD.encode(Sha256::digest(campaign::MAIL_SHEET));
        let styles = format!("style-src 'self' 'sha256-{sheet}'; style-src-attr 'unsafe-inline'");
        HeaderValue::from_str(&POLICY.replace("style-src 'self'", &styles)).ok()
    });
    let mut response = page(&app, &headers, "shop.html").await?;
    if let Some(policy) = &*SHOP_POLICY {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.clone());
    }
    Ok(response)
}

/// The visitor's orders.
async fn orders(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    page(&app, &headers, "order.html").await
}

/// One of the visitor's orders; for everybody else there is no such page.
async fn order(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    id: Result<Id, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Ok(Id(id)) = id else { return lost(&app).await };
    match visible(&app, (None, Scope::OrdersRead), customer.as_ref(), &id).await {
        Ok(_) => page(&app, &headers, "order.html").await,
        Err(error) if error.code() == "not-found" => lost(&app).await,
        Err(error) => Err(error),
    }
}

/// A shared design: the studio, whose head tells what the link shows.
async fn shared(
    State(app): State<Arc<App>>,
    account: Account,
    token: Result<Id, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Ok(Id(token)) = token else { return lost(&app).await };
    let Some(row) = app.store.shared(&token).await? else { return lost(&app).await };
    let shown = describe(&app, &account, &row).await;
    let studio = file(&app, "index.html").await?;
    let [begin, end] = CARD;
    let cut = studio.split_once(begin).zip(studio.split_once(end)).map(|((before, _), (_, after))| (before, after));
    let (before, after) = cut.ok_or_else(|| ApiError::internal(&std::io::Error::other("index.html has no card")))?;
    let origin = origin(&app, &headers).unwrap_or_default();
    let card = card(&row.title, &format!("{origin}/shared/{token}"), &origin, shown.as_ref(), &token);
    Ok(answer(&headers, format!("{before}{card}{after}")))
}

/// What is said of a design that is shown by a link, and the view that shows it.
struct Shown {
    words: String,
    view: String,
}

/// `None` if the design cannot be drawn any more, or not now: the page opens all the same.
async fn describe(app: &Arc<App>, account: &Account, row: &DesignRow) -> Option<Shown> {
    account.spend(app.config.limits.costs.call).ok()?;
    let choice = Choice::default();
    let (design, library) = read_design(app, row.document.as_bytes(), Some(&row.customer), &choice).await.ok()?;
    let owner = Arc::clone(app);
    let job = move |cancel: &Cancel| {
        let fitting = Fitting { cancel: cancel.clone(), ..owner.shop.fit(&design, &choice).ok()? };
        let scenes = owner.shop.scenes(&fitting, &library, |_| true).ok()?;
        Some(Shown { words: fitting.in_words(&owner.shop.catalog, &scenes), view: default_view(&fitting) })
    };
    app.workers.run(app.config.limits.preview_time(), &CancellationToken::new(), job).await.ok()?
}

/// The lines of a shared design's head.
fn card(title: &str, address: &str, origin: &str, shown: Option<&Shown>, token: &str) -> String {
    let title = escaped(title);
    let mut card = format!("<title>{title}: Platen</title>\n  <meta name=\"robots\" content=\"noindex\">");
    let mut meta = |kind: &str, name: &str, content: &str| {
        let _ = write!(card, "\n  <meta {kind}=\"{name}\" content=\"{content}\">");
    };
    meta("property", "og:type", "website");
    meta("property", "og:site_name", "Platen");
    meta("property", "og:title", &title);
    meta("property", "og:url", &escaped(address));
    if let Some(Shown { words, view }) = shown {
        let words = escaped(&shortened(words));
        let picture = format!("{origin}/api/v1/shared/{token}/previews/{view}?card=true");
        meta("name", "description", &words);
        meta("property", "og:description", &words);
        meta("property", "og:image", &escaped(&picture));
        meta("property", "og:image:type", "image/jpeg");
        meta("property", "og:image:width", &CARD_WIDTH_PX.to_string());
        meta("property", "og:image:height", &CARD_HEIGHT_PX.to_string());
        meta("property", "og:image:alt", &words);
        meta("name", "twitter:card", "summary_large_image");
    }
    card
}

fn shortened(words: &str) -> String {
    if words.chars().count() <= DESCRIPTION_CHARS {
        return words.to_owned();
    }
    let kept: String = words.chars().take(DESCRIPTION_CHARS - 1).collect();
    format!("{}…", kept.trim_end())
}

/// A page as it lies in `static/`, with whole addresses in its head.
async fn page(app: &App, headers: &HeaderMap, name: &str) -> Result<Response, ApiError> {
    let text = file(app, name).await?;
    let origin = origin(app, headers).unwrap_or_default();
    Ok(answer(headers, text.replace("content=\"/", &format!("content=\"{origin}/"))))
}

/// The page for what is not there.
async fn lost(app: &App) -> Result<Response, ApiError> {
    Ok((StatusCode::NOT_FOUND, [(CONTENT_TYPE, HTML)], file(app, "404.html").await?).into_response())
}

async fn file(app: &App, name: &str) -> Result<String, ApiError> {
    let path = app.config.assets.join("static").join(name);
    tokio::fs::read_to_string(path).await.map_err(|error| ApiError::internal(&error))
}

fn answer(headers: &HeaderMap, text: String) -> Response {
    tagged(headers, blake3::hash(text.as_bytes()), ([(CONTENT_TYPE, HTML)], text))
}

/// How visitors reach the service, such as `https://shirts.example`; none if they name no host.
fn origin(app: &App, headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    let scheme = scheme(&app.config, headers);
    (!host.is_empty() && host.bytes().all(is_plain)).then(|| format!("{scheme}://{host}"))
}
