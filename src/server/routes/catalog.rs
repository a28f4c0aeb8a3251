//! What can be ordered and used. All of it is fixed while the service runs, so every answer carries a strong tag.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use crate::catalog::{
    ColorSummary, Contrast, Garment, GarmentColor, GarmentSummary, Ink, InkSummary, LARGE_MM, TechniqueSummary,
    is_legible,
};
use crate::mockup::ReducedLayer;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::Names;
use crate::server::state::App;
use crate::shop::FontSummary;

/// A colour of a garment.
#[derive(Debug, Serialize, ToSchema)]
struct Colorway<'a> {
    #[serde(flatten)]
    color: ColorSummary<'a>,
    /// Ids of inks in which large words cannot be read well on it: below 3 to 1 or Lc 45, on any of its fibres. They can be used
    /// all the same; suggestions do not offer them.
    #[schema(example = json!(["black"]))]
    weak_inks: Vec<&'a str>,
}

fn colorway<'a>(app: &'a App, color: &'a GarmentColor) -> Colorway<'a> {
    let is_weak = |ink: &&Ink| !is_legible(Contrast::on(ink.color, color), LARGE_MM);
    let weak_inks = app.shop.catalog.inks().iter().filter(is_weak).map(|ink| ink.id.as_str()).collect();
    Colorway { color: ColorSummary::from(color), weak_inks }
}

/// A garment with its colours.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct GarmentDetail<'a> {
    #[serde(flatten)]
    garment: GarmentSummary<'a>,
    /// Its colours; `garment.colors` are their ids.
    colorways: Vec<Colorway<'a>>,
}

/// Garments: sizes, print areas, placements.
#[utoipa::path(get, path = "/api/v1/garments", tag = "catalogue", responses((status = 200, description = "All garments", body = Vec<GarmentSummary<'static>>)))]
pub(in crate::server) async fn garments(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let list: Vec<_> = app.shop.catalog.garments().iter().map(GarmentSummary::from).collect();
    fixed(&app, &headers, Json(list))
}

/// One garment with its colours.
#[utoipa::path(
    get, path = "/api/v1/garments/{id}", tag = "catalogue", params(("id" = String, Path, example = "tee")),
    responses(
        (status = 200, description = "The garment", body = GarmentDetail<'static>),
        (status = 404, description = "There is none", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn garment(
    State(app): State<Arc<App>>,
    Names(id): Names<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let garment = find(&app, &id)?;
    let colorways = garment.colors.iter().map(|color| colorway(&app, color)).collect();
    Ok(fixed(&app, &headers, Json(GarmentDetail { garment: GarmentSummary::from(garment), colorways })))
}

/// The shop's inks.
#[utoipa::path(get, path = "/api/v1/inks", tag = "catalogue", responses((status = 200, description = "All inks", body = Vec<InkSummary<'static>>)))]
pub(in crate::server) async fn inks(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let list: Vec<_> = app.shop.catalog.inks().iter().map(InkSummary::from).collect();
    fixed(&app, &headers, Json(list))
}

/// How garments can be printed, and the limits of each technique.
#[utoipa::path(get, path = "/api/v1/techniques", tag = "catalogue", responses((status = 200, description = "All techniques", body = Vec<TechniqueSummary<'static>>)))]
pub(in crate::server) async fn techniques(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let list: Vec<_> = app.shop.catalog.techniques().iter().map(TechniqueSummary::from).collect();
    fixed(&app, &headers, Json(list))
}

/// The fonts that designs can use.
#[utoipa::path(get, path = "/api/v1/fonts", tag = "catalogue", responses((status = 200, description = "All families", body = Vec<FontSummary<'static>>)))]
pub(in crate::server) async fn fonts(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let list: Vec<_> = app.shop.fonts.families().iter().map(FontSummary::from).collect();
    fixed(&app, &headers, Json(list))
}

/// The manifest of a garment's view: print areas, parts, and the grid from millimetres of cloth to picture pixels.
#[utoipa::path(
    get, path = "/api/v1/mockups/{garment}/{view}", tag = "catalogue",
    params(("garment" = String, Path, example = "tee"), ("view" = String, Path, example = "front")),
    responses(
        (status = 200, description = "The manifest", body = Object),
        (status = 404, description = "There is no such view", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn mockup(
    State(app): State<Arc<App>>,
    Names((garment, view)): Names<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = layer_file(&app, &garment, &view, "manifest.json").await?;
    let bytes = tokio::fs::read(path).await.map_err(|_| ApiError::not_found("file"))?;
    Ok(fixed(&app, &headers, ([(CONTENT_TYPE, "application/json")], bytes)))
}

/// One layer of a garment's view, as its manifest names it.
#[utoipa::path(
    get, path = "/api/v1/mockups/{garment}/{view}/{file}", tag = "catalogue",
    params(("garment" = String, Path, example = "tee"), ("view" = String, Path, example = "front"), ("file" = String, Path, example = "alpha.png")),
    responses(
        (status = 200, description = "The layer", content((Vec<u8> = "image/png"))),
        (status = 404, description = "The manifest names no such file", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn mockup_file(
    State(app): State<Arc<App>>,
    Names((garment, view, file)): Names<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = layer_file(&app, &garment, &view, &file).await?;
    let file = tokio::fs::File::open(path).await.map_err(|_| ApiError::not_found("file"))?;
    let bytes = file.metadata().await.map_err(|error| ApiError::internal(&error))?.len();
    // Handed on as it is read: a layer has megabytes.
    let pieces = Body::from_stream(ReaderStream::with_capacity(file, PIECE_BYTES));
    let head = [(CONTENT_TYPE, HeaderValue::from_static("image/png")), (CONTENT_LENGTH, HeaderValue::from(bytes))];
    Ok(fixed(&app, &headers, (head, pieces)))
}

/// A layer of a garment's view at a quarter of its size: what a page needs to lay prints on the cloth itself. `light` is
/// encoded as the manifest says of its light file. `uv` has two halves, one above the other: red and green are the high
/// and the low byte of the coordinate across (upper half) and up (lower half), of 16383.75 for the manifest's `unit_cm`,
/// counted from its `origin`; blue in the upper half is the panel's place in the manifest's list.
#[utoipa::path(
    get, path = "/api/v1/mockups/{garment}/{view}/reduced/{layer}", tag = "catalogue",
    params(
        ("garment" = String, Path, example = "tee"), ("view" = String, Path, example = "front"),
        ("layer" = String, Path, description = "`light` or `uv`", example = "light"),
    ),
    responses(
        (status = 200, description = "The layer", content((Vec<u8> = "image/png"))),
        (status = 404, description = "There is no such view or layer", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn mockup_reduced(
    State(app): State<Arc<App>>,
    Names((garment, view, layer)): Names<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    check_view(&app, &garment, &view)?;
    let layer = match layer.as_str() {
        "light" => ReducedLayer::Light,
        "uv" => ReducedLayer::Coordinates,
        _ => return Err(ApiError::not_found("layer")),
    };
    let owner = Arc::clone(&app);
    let make = move || -> Result<Vec<u8>, ApiError> {
        Ok(owner.shop.mockup(find(&owner, &garment)?, &view)?.reduced(layer).to_vec())
    };
    let bytes = tokio::task::spawn_blocking(make).await.map_err(|error| ApiError::internal(&error))??;
    Ok(fixed(&app, &headers, ([(CONTENT_TYPE, "image/png")], bytes)))
}

/// Refuses views that the garment does not have.
fn check_view(app: &App, garment: &str, view: &str) -> Result<(), ApiError> {
    let is_known = find(app, garment)?.views.iter().any(|known| known == view);
    if is_known { Ok(()) } else { Err(ApiError::not_found("view")) }
}

fn find<'a>(app: &'a App, id: &str) -> Result<&'a Garment, ApiError> {
    app.shop.catalog.garment(id).map_err(|_| ApiError::not_found("garment"))
}

/// How much of a layer is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// Where a file of a view lies: the manifest, or what it names. A name that it does not name never reaches the disk.
async fn layer_file(app: &Arc<App>, garment: &str, view: &str, file: &str) -> Result<PathBuf, ApiError> {
    check_view(app, garment, view)?;
    let owner = Arc::clone(app);
    let (garment, view, file) = (garment.to_owned(), view.to_owned(), file.to_owned());
    // The first to ask opens the mockup.
    let place = move || -> Result<PathBuf, ApiError> {
        let mockup = owner.shop.mockup(find(&owner, &garment)?, &view)?;
        if file != "manifest.json" && !mockup.manifest().layers().any(|(name, _)| name == file) {
            return Err(ApiError::not_found("file"));
        }
        Ok(owner.config.assets.join("mockups").join(garment).join(view).join(file))
    };
    tokio::task::spawn_blocking(place).await.map_err(|error| ApiError::internal(&error))?
}

/// An answer that stays the same while the service runs. Another program may tell the same otherwise.
fn fixed(app: &App, headers: &HeaderMap, body: impl IntoResponse) -> Response {
    let program = [&app.shop.digest, env!("CARGO_PKG_VERSION").as_bytes()].concat();
    tagged(headers, blake3::hash(&program), body)
}

/// An answer that stays the same as long as its hash; nothing but the hash for those who have it.
pub(in crate::server) fn tagged(headers: &HeaderMap, hash: blake3::Hash, body: impl IntoResponse) -> Response {
    let etag = format!("\"{}\"", hash.to_hex());
    let head = [
        (CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
        (ETAG, HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\""))),
    ];
    if headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| tags.contains(&etag)) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, body).into_response()
}
