//! The files of a batch, one by one: what there is of each order, and each to look at or to keep.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;
use utoipa::{IntoParams, ToSchema};

use crate::batch::folder::lies_at;
use crate::batch::listing::{KINDS, Listed, Listing};
use crate::server::batches::folder_of;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Id, IdAnd, Params};
use crate::server::keys::ShopKey;
use crate::server::paging::{ListParams, cut};
use crate::server::routes::batches::{fetchable, row_of, words};
use crate::server::routes::previews::{REVALIDATED, has_tag, unchanged};
use crate::server::state::App;
use crate::store::Scope;

/// Which files.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct FileParams {
    /// Kinds, with commas between: `preview`, `artwork`, `ticket`, `gang`, `list`. Left out, all of them.
    #[param(example = "preview,ticket")]
    kind: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; left out, 50.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Some of the files of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct BatchFiles {
    /// Orders in the order of their first lines, the ticket of each behind its lines, and last what is no order's.
    files: Vec<BatchFile>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A file of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct BatchFile {
    /// Its path in the archive.
    #[schema(example = "A-1/1-front.png")]
    path: String,
    /// `preview`, `artwork`, `ticket`, `gang`, or `list`: the report, the manifest and the pick list.
    #[schema(example = "artwork")]
    kind: String,
    /// Id of the view or of the print area that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "front")]
    of: Option<String>,
    /// Whose it is; absent if it is no order's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "A-1")]
    order_id: Option<String>,
    /// The line of the order; a ticket is about all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1")]
    line: Option<String>,
    /// Its row, as findings count it.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    /// Its bytes.
    bytes: u64,
    /// Their BLAKE3.
    blake3: String,
    /// What it is.
    #[schema(example = "image/png")]
    media_type: &'static str,
    /// Its address, as long as the batch is not made again.
    url: String,
}

impl BatchFile {
    fn new(id: &str, file: Listed) -> Self {
        let told = |text: String| Some(text).filter(|text| !text.is_empty());
        let (line, row) = file.line.unzip();
        Self {
            url: format!("/api/v1/batches/{id}/files/{}", file.number),
            media_type: media_type(&file.path),
            path: file.path,
            kind: file.kind,
            of: told(file.of),
            order_id: told(file.order_id),
            line,
            row,
            bytes: file.bytes,
            blake3: file.checksum,
        }
    }
}

/// What a file of a batch is. Its ending is ours, not a stranger's.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "svg" => "image/svg+xml",
        "tif" => "image/tiff",
        "pdf" => "application/pdf",
        "dxf" => "application/dxf",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The files that were made of a batch: path, kind, whose, size and address of each, at most 100 at once. A batch that is
/// being made must be stopped first.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/files", tag = "shop", security(("shopKey" = ["batches"])),
    params(("id" = String, Path), FileParams),
    responses(
        (status = 200, description = "The files; none if a program made them that did not list them yet: start the batch again then", body = BatchFiles),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is made yet, or it is being made", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
    params: Result<Params<FileParams>, ApiError>,
) -> Result<Json<BatchFiles>, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    let Params(FileParams { kind, after, limit }) = params?;
    let kinds = words(kind.as_deref(), &KINDS.join(","));
    if let Some(kind) = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        let detail = format!("no file is a `{kind}`; kind is one or more of {}, with commas between", KINDS.join(", "));
        return Err(ApiError::bad_request("parameter", detail));
    }
    let page = ListParams { after, limit };
    let (limit, after) = (page.limit()?, page.after(|text| text.parse().ok())?);
    fetchable(&row_of(&app, &id).await?)?;
    let read = |error: sqlx::Error| ApiError::internal(&error);
    let mut files = match Listing::open(&folder_of(&app, &id)).await.map_err(read)? {
        Some(mut listing) => listing.files(&kinds, after, limit + 1).await.map_err(read)?,
        None => Vec::new(),
    };
    let next = cut(&mut files, limit, |file| file.number.to_string());
    Ok(Json(BatchFiles { files: files.into_iter().map(|file| BatchFile::new(&id, file)).collect(), next }))
}

/// A file of a batch. Pictures and PDFs may be looked at in the browser, all else is a file to keep. A part of it may be asked
/// for (`Range`).
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/files/{number}", tag = "shop", security(("shopKey" = ["batches"])),
    params(("id" = String, Path), ("number" = u64, Path, description = "Its place in the list, as its `url` says", example = 0)),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "application/pdf"), (Vec<u8> = "application/octet-stream")),
            headers(("ETag" = String, description = "BLAKE3 of the file"), ("Content-Disposition" = String, description = "What it is called; `inline` for PNG, JPEG and PDF"))),
        (status = 206, description = "The part that was asked for", content((Vec<u8> = "application/octet-stream"))),
        (status = 304, description = "The caller has it"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch or file, or the file is gone", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is made yet, or it is being made", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 416, description = "The file has no such part", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn file(
    State(app): State<Arc<App>>,
    key: ShopKey,
    names: Result<IdAnd, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    key.require(Scope::Batches)?;
    let IdAnd(id, number) = names?;
    fetchable(&row_of(&app, &id).await?)?;
    let missing = || ApiError::not_found("file of the batch");
    let number = number.parse().map_err(|_| missing())?;
    let folder = folder_of(&app, &id);
    let read = |error: sqlx::Error| ApiError::internal(&error);
    let mut listing = Listing::open(&folder).await.map_err(read)?.ok_or_else(missing)?;
    let file = listing.file(number).await.map_err(read)?.ok_or_else(missing)?;
    let tag = format!("\"{}\"", file.checksum);
    if has_tag(&headers, &tag) {
        return Ok(unchanged(&tag, REVALIDATED));
    }
    let (name, bytes) = (file.path.clone(), file.bytes);
    let place = tokio::task::spawn_blocking(move || lies_at(&folder, &name, bytes));
    let place = place.await.map_err(|error| ApiError::internal(&error))?.ok_or_else(missing)?;
    let mut request = Request::new(Body::empty());
    // Of another file that it had before, whoever asks gets the whole.
    let is_same = headers.get(IF_RANGE).is_none_or(|known| known.as_bytes() == tag.as_bytes());
    if let Some(range) = headers.get(RANGE).filter(|_| is_same) {
        request.headers_mut().insert(RANGE, range.clone());
    }
    let Ok(answer) = ServeFile::new(place).oneshot(request).await;
    match answer.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(no_part(bytes)),
        _ => return Err(missing()),
    }
    let mut answer = answer.map(Body::new);
    describe(answer.headers_mut(), &file, &tag)?;
    Ok(answer)
}

/// Says what the file is, and that nothing in it may run: what browsers show without running anything may be shown.
fn describe(headers: &mut HeaderMap, file: &Listed, tag: &str) -> Result<(), ApiError> {
    let text = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let kind = media_type(&file.path);
    let is_shown = matches!(kind, "image/png" | "image/jpeg" | "application/pdf");
    let how = if is_shown { "inline" } else { "attachment" };
    let name = file.path.replace('/', "-");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, text(&format!("{how}; filename=\"{name}\""))?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATED));
    headers.insert(ETAG, text(tag)?);
    if !is_shown {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    }
    Ok(())
}

fn no_part(bytes: u64) -> Response {
    let detail = format!("the file has {bytes} bytes; ask for a part within them, or for the whole");
    let mut answer = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", detail).into_response();
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{bytes}")) {
        answer.headers_mut().insert(CONTENT_RANGE, range);
    }
    answer
}
