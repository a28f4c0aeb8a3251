//! Pictures: brought once, normalised once, shown as PNG only.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use kurbo::{Affine, Point, Rect};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::artwork;
use crate::assets::{Budget, Facts, Library, PictureKind};
use crate::cancel::Cancel;
use crate::design::Image;
use crate::export::png;
use crate::scene::{ArtworkHash, LayerFacts, RENDERER_VERSION, Scene, SceneLayer, image};
use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Names, Params};
use crate::server::identity::{Customer, MaybeCustomer};
use crate::server::normalize::normalize;
use crate::server::paging::{ListParams, cursor, cut, time_and_id};
use crate::server::pictures::{is_hash, picture_file};
use crate::server::rates::Account;
use crate::server::routes::previews::{has_tag, unchanged};
use crate::server::starters::starters;
use crate::server::state::App;
use crate::server::workers::Refusal;
use crate::store::{CustomerId, FileStream, Removal, UploadOwner, UploadRow};
use crate::units::{Dpi, PhysicalSize};

/// A picture that designs can use.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Upload {
    /// What designs call it: `asset` of an image layer.
    #[schema(example = "1f0c3c6f8f6f2b1c0a7f3d9c5e4b2a1908f7e6d5c4b3a291807f6e5d4c3b2a19")]
    id: String,
    /// The file's name as it came.
    #[schema(example = "logo.svg")]
    name: String,
    /// When the caller first brought it (RFC 3339); absent for the shop's own graphics.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-26T02:56:01.25Z")]
    created_at: Option<String>,
    #[serde(flatten)]
    facts: Facts,
}

/// Some of the caller's pictures.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct UploadList {
    /// The last brought first.
    uploads: Vec<Upload>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Upload {
    fn new(row: UploadRow, owner: UploadOwner) -> Result<Self, ApiError> {
        let facts = serde_json::from_str(&row.facts).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { id: row.id, name: owner.name, created_at: Some(rfc3339(owner.created_at)), facts })
    }
}

/// A file to upload.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub(in crate::server) struct UploadForm {
    /// A PNG, JPEG, WebP, GIF or SVG.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How large a proxy is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct ProxyParams {
    /// Width in pixels, 16 to 2000; left out, 800. It is never larger than the picture itself.
    #[param(minimum = 16, maximum = 2000)]
    width: Option<u32>,
}

/// Takes a picture. It is normalised: upright, in sRGB, without metadata; of an SVG only shapes remain. The same picture
/// twice is one upload, which keeps the name, the time and the original that it first came with.
#[utoipa::path(
    post, path = "/api/v1/uploads", tag = "uploads",
    request_body(content_type = "multipart/form-data", content = UploadForm),
    responses(
        (status = 201, description = "The picture", body = Upload),
        (status = 400, description = "Not a form with a file", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 408, description = "It did not arrive in time", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "As many pictures are kept for the customer as may be", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "Too many bytes or pixels", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Not a form, or not a picture that is read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "Damaged, cut off or too costly to draw", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    customer: Customer,
    account: Account,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, ApiError> {
    let arrival = app.incoming.begin(account.name()).ok_or_else(|| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "many pictures are arriving at the moment")
            .retry_after(2)
    })?;
    let form = form.map_err(|_| {
        let detail = "send a form (multipart/form-data) with the picture in its field \"file\"";
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "form", detail)
    })?;
    let sent = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let room = Room { limit: app.config.limits.raster_bytes, sent };
    let read = tokio::time::timeout(BODY_TIME, file_of(form, &room)).await;
    let (name, bytes) = read.map_err(|_| {
        let detail = format!("the picture did not arrive within {} seconds", BODY_TIME.as_secs());
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail)
    })??;
    let place = app.uploads.try_acquire().map_err(|_| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "many pictures are being read at the moment")
            .retry_after(2)
    })?;
    let (facts, normalized) = normalize(&app.config, &bytes).await?;
    let id = blake3::hash(&normalized).to_hex().to_string();
    let original = blake3::hash(&bytes).to_hex().to_string();
    let now = now_ms();
    let row = UploadRow {
        id,
        kind: format!("{:?}", facts.kind).to_lowercase(),
        width_px: facts.width_px.into(),
        height_px: facts.height_px.into(),
        facts: serde_json::to_string(&facts).map_err(|error| ApiError::internal(&error))?,
        created_at: now,
    };
    let media_type = media_type(&name).to_owned();
    let owner = UploadOwner { name, original, media_type, created_at: now };
    let limits = &app.config.limits;
    let kept = app.store.add_upload(&row, (&customer.id, &owner), (normalized, bytes), &limits.quota()).await?;
    // Until here the bytes are held in memory.
    drop((place, arrival));
    let owner = kept.map_err(|full| limits.refuse(full))?;
    Ok((StatusCode::CREATED, customer.cookie, Json(Upload::new(row, owner)?)).into_response())
}

/// As long a removal's caller waits for its files to be gone; a slow file store takes them afterwards.
const REMOVAL_TIME: Duration = Duration::from_secs(2);

/// Time for an upload to arrive: 32 MB at 1.5 Mbit/s.
const BODY_TIME: Duration = Duration::from_secs(180);

/// The file of a form, and its name.
async fn file_of(mut form: Multipart, room: &Room) -> Result<(String, Bytes), ApiError> {
    loop {
        let Some(field) = form.next_field().await.map_err(|error| room.broken(&error))? else {
            return Err(ApiError::bad_request("form", "the form has no field \"file\""));
        };
        if field.name() == Some("file") {
            let name = safe_name(field.file_name().unwrap_or("picture"));
            let bytes = room.read(field).await?;
            while let Some(more) = form.next_field().await.map_err(|error| room.broken(&error))? {
                if more.name() == Some("file") {
                    return Err(ApiError::bad_request("form", "the form has several files; send one after the other"));
                }
            }
            return Ok((name, bytes));
        }
    }
}

/// The caller's pictures, the last brought first.
#[utoipa::path(
    get, path = "/api/v1/uploads", tag = "uploads", params(ListParams),
    responses(
        (status = 200, description = "The pictures", body = UploadList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Params(params): Params<ListParams>,
) -> Result<Json<UploadList>, ApiError> {
    let (limit, after) = (params.limit()?, params.after(|text| time_and_id(text, is_hash))?);
    let Some(customer) = customer else { return Ok(Json(UploadList { uploads: Vec::new(), next: None })) };
    let mut rows = app.store.uploads(&customer, after, limit + 1).await?;
    let next = cut(&mut rows, limit, |(row, owner)| cursor(owner.created_at, &row.id));
    let uploads = rows.into_iter().map(|(row, owner)| Upload::new(row, owner)).collect::<Result<_, _>>()?;
    Ok(Json(UploadList { uploads, next }))
}

/// Deletes one of the caller's pictures. It is refused while a saved design of the caller shows it; older revisions of a
/// design that show it cannot be drawn any more.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{id}", tag = "uploads", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "A saved design shows it", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn delete(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(id): Names<String>,
) -> Result<StatusCode, ApiError> {
    let removal = match customer.filter(|_| is_hash(&id)) {
        Some(customer) => {
            let removal = app.store.remove_upload(&customer, &id).await?;
            if removal == Removal::Removed {
                app.forget_pictures(&customer).await?;
            }
            removal
        }
        None => Removal::Missing,
    };
    match removal {
        Removal::Missing => Err(ApiError::not_found("picture")),
        Removal::Used { titles } => {
            let titles: Vec<String> = titles.iter().map(|title| format!("{title:?}")).collect();
            let detail = format!("saved designs show this picture: {}; change or delete them first", titles.join(", "));
            Err(ApiError::new(StatusCode::CONFLICT, "upload-in-use", detail))
        }
        Removal::Removed => {
            // What was begun is ended, whether the caller waits for it or not.
            let store = app.store.clone();
            let swept = tokio::spawn(async move {
                if let Err(error) = store.sweep_files(now_ms()).await {
                    tracing::warn!(%error, "files of a removed upload could not be deleted; it is tried again");
                }
            });
            let _ = tokio::time::timeout(REMOVAL_TIME, swept).await;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}

/// What is known of one of the caller's pictures, or of a graphic.
#[utoipa::path(
    get, path = "/api/v1/uploads/{id}", tag = "uploads", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The picture", body = Upload),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(id): Names<String>,
) -> Result<Json<Upload>, ApiError> {
    Ok(Json(usable(&app, customer, &id).await?))
}

/// A picture as PNG, for the editor.
#[utoipa::path(
    get, path = "/api/v1/uploads/{id}/proxy", tag = "uploads", params(("id" = String, Path), ProxyParams),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/png")),
            headers(("ETag" = String, description = "Names the picture and its width"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn proxy(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(id): Names<String>,
    Params(params): Params<ProxyParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let width = params.width.unwrap_or(800);
    if !(16..=2000).contains(&width) {
        return Err(ApiError::bad_request("parameter", format!("width is 16 to 2000, not {width}")));
    }
    let upload = usable(&app, customer, &id).await?;
    // The id names the bytes: they never change as long as this program draws alike.
    let tag = format!("\"{id}-{width}-{RENDERER_VERSION}\"");
    if has_tag(&headers, &tag) {
        return Ok(unchanged(&tag, FOR_EVER));
    }
    let library = app.pictures.library();
    let file = picture_file(&app, &upload.id).await?.ok_or_else(|| ApiError::not_found("picture"))?;
    library.insert(&*upload.id, file);
    // Nothing is gained by more pixels than a picture has; a drawing has any number.
    let own_px = if upload.facts.kind == PictureKind::Raster { upload.facts.width_px } else { width };
    let job = move |cancel: &Cancel| draw_proxy(&library, &upload.id, width.min(own_px).max(1), cancel);
    let file = app.workers.run(app.config.limits.preview_time(), &CancellationToken::new(), job).await??;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
        (ETAG, HeaderValue::from_str(&tag).map_err(|error| ApiError::internal(&error))?),
    ];
    Ok((headers, file).into_response())
}

/// How pictures whose address names their bytes are kept.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// The file as it came. It is only ever handed out as an attachment, since it may hold anything.
#[utoipa::path(
    get, path = "/api/v1/uploads/{id}/original", tag = "uploads", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "application/octet-stream"))),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn original(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(id): Names<String>,
) -> Result<Response, ApiError> {
    let (row, owner) = own(&app, customer, &id).await?;
    let file = owner.file(&row.id);
    // Handed on as it is read: many may ask for 32 MB each at once, and read slowly.
    let FileStream { bytes, pieces } =
        app.store.files.stream(&file).await?.ok_or_else(|| ApiError::not_found("picture"))?;
    let disposition = format!("attachment; filename=\"{}\"", owner.name);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(ORIGINAL)),
        (CONTENT_LENGTH, HeaderValue::from(bytes)),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The media type of every original: it may hold anything. The router does not compress it, so that its length is told.
pub(in crate::server) const ORIGINAL: &str = "application/octet-stream";

/// The picture `width_px` wide as PNG.
fn draw_proxy(library: &Library, id: &str, width_px: u32, cancel: &Cancel) -> Result<Vec<u8>, ApiError> {
    // One pixel a millimetre, so that widths mean the same in both.
    let (width, dpi) = (f64::from(width_px), Dpi::new(25.4).unwrap_or(Dpi::PRINT));
    let plain = Image {
        asset: id.to_owned(),
        width,
        height: None,
        crop: None,
        trim: false,
        remove_background: None,
        recolor: BTreeMap::new(),
        tint: None,
    };
    let prepared = image::prepare(&plain, library, &Budget::new(&library.limits), &|_| None)?;
    let drawn = prepared.size_mm(&plain);
    let height = drawn.height.clamp(1.0, 20_000.0);
    let items = prepared.items(drawn, Affine::translate((width / 2.0, height / 2.0)), Dpi::PRINT, &library.limits.svg);
    let frame = [Point::ZERO; 4];
    let ink = Rect::new(0.0, 0.0, width, height);
    let (pointer, facts) = (String::new(), LayerFacts::default());
    let layer = SceneLayer { id: id.to_owned(), pointer, items, frame, ink, facts };
    let size = PhysicalSize::from_mm(width, height);
    let scene = Scene { size, layers: vec![layer], finish: None, hash: ArtworkHash(prepared.hash) };
    let drawn = artwork::rasterize_unless(&scene, dpi, cancel).ok_or(Refusal::Superseded)?;
    let mut file = Vec::new();
    png::write_artwork(&drawn, png::Effort::Fast, &mut file)?;
    Ok(file)
}

/// A picture that the caller may use: one of their own, or one of the shop's graphics.
async fn usable(app: &Arc<App>, customer: Option<CustomerId>, id: &str) -> Result<Upload, ApiError> {
    if let Some(graphic) = starters(app).await.graphic(id) {
        let (id, name) = (graphic.id.clone(), graphic.name.clone());
        return Ok(Upload { id, name, created_at: None, facts: graphic.facts.clone() });
    }
    let (row, owner) = own(app, customer, id).await?;
    Upload::new(row, owner)
}

async fn own(app: &App, customer: Option<CustomerId>, id: &str) -> Result<(UploadRow, UploadOwner), ApiError> {
    let found = match customer.filter(|_| is_hash(id)) {
        Some(customer) => app.store.upload(&customer, id).await?,
        None => None,
    };
    found.ok_or_else(|| ApiError::not_found("picture"))
}

/// How large a file may be, and how much is sent.
struct Room {
    /// Bytes of a file.
    limit: usize,
    /// Bytes of the whole form, if the request says so.
    sent: Option<u64>,
}

impl Room {
    /// A field's bytes, up to the limit.
    async fn read(&self, mut field: Field<'_>) -> Result<Bytes, ApiError> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| self.broken(&error))? {
            if bytes.len() + chunk.len() > self.limit {
                return Err(self.too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    fn broken(&self, error: &MultipartError) -> ApiError {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => self.too_large(),
            _ => ApiError::bad_request("form", error.body_text()),
        }
    }

    fn too_large(&self) -> ApiError {
        // The form's own lines are some hundred bytes.
        let sent = self.sent.filter(|sent| *sent > self.limit as u64);
        let sent = sent.map(|sent| format!(", and {} were sent", megabytes(sent))).unwrap_or_default();
        let limit = megabytes(self.limit as u64);
        let detail = format!("a picture may have {limit}{sent}; make it smaller and upload it again");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }
}

/// A number of bytes for people, such as "32 MB" or "0.1 MB".
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// A file's name without folders, quotes and control characters.
pub(in crate::server) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .take(100)
        .collect();
    let safe = safe.trim_matches([' ', '.']).to_owned();
    if safe.is_empty() { "picture".to_owned() } else { safe }
}

fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\art\\my \"logo\".svg"), "my _logo_.svg");
        assert_eq!(safe_name("..."), "picture");
        assert_eq!(safe_name("a\r\nb: c.png"), "a__b_ c.png");
        assert_eq!(safe_name(&"x".repeat(500)).len(), 100);
    }
}
