//! Previews of designs that are not saved.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::previews::{Key, Owner, PreviewParams, Shown, picture};
use crate::server::rates::Account;
use crate::server::state::App;

/// Says which artworks a picture shows, as the files themselves do: see [`crate::export::HASH_KEYWORD`].
pub(in crate::server) const ARTWORK_HASH: HeaderName = HeaderName::from_static("x-artwork-hash");
/// Names an editing session: a newer preview of it calls the older off.
const EDIT_SESSION: HeaderName = HeaderName::from_static("x-edit-session");
/// Characters of a session's name.
const SESSION_CHARS: usize = 64;

/// A design on the garment, as a picture in the answer.
#[utoipa::path(
    post, path = "/api/v1/previews", tag = "previews",
    params(PreviewParams, ("X-Edit-Session" = Option<String>, Header, description = "Any name of an editing session: a newer preview of the same session calls the older off")),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp")),
            headers(("ETag" = String, description = "Hash of everything that went in"), ("X-Artwork-Hash" = String, description = "The hash of the artwork shown; of several, area=hash with spaces between"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "A newer preview of the session was asked for", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Params(params): Params<PreviewParams>,
    headers: HeaderMap,
    Body(document): Body,
) -> Result<Response, ApiError> {
    let owner = Owner::caller(customer, &account);
    let key = Key::new(&app, &document, &params, &owner);
    if matches(&headers, &key) {
        return Ok(unchanged(&key.etag(), REVALIDATED));
    }
    let session = headers.get(EDIT_SESSION).and_then(|value| value.to_str().ok());
    if session.is_some_and(|id| id.len() > SESSION_CHARS) {
        return Err(ApiError::bad_request("parameter", "the name of an editing session has at most 64 characters"));
    }
    // Two people may call their sessions the same.
    let session = session.map(|name| {
        format!("{} {name}", owner.customer().map_or_else(|| account.name(), |customer| customer.as_str().to_owned()))
    });
    let turn = app.sessions.turn(session.as_deref());
    let shown = picture(&app, key, (document, params), owner.customer(), (&account, &turn.token)).await?;
    answer(&shown)
}

/// Whether the caller has the picture already.
pub(in crate::server) fn matches(headers: &HeaderMap, key: &Key) -> bool {
    has_tag(headers, &key.etag())
}

/// Whether the caller already has what bears the tag `etag`.
pub(in crate::server) fn has_tag(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*")
}

/// How pictures of what may change are kept: asked for again each time, since the design behind an address changes.
pub(in crate::server) const REVALIDATED: &str = "private, no-cache";

/// The answer to a caller who has what bears the tag `etag`. It says how that is kept, as the whole answer did: a cache
/// takes that from here.
pub(in crate::server) fn unchanged(etag: &str, kept: &'static str) -> Response {
    let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
    (StatusCode::NOT_MODIFIED, [(ETAG, etag), (CACHE_CONTROL, HeaderValue::from_static(kept))]).into_response()
}

/// The answer with a picture.
pub(in crate::server) fn answer(Shown { picture, was_kept }: &Shown) -> Result<Response, ApiError> {
    let artworks = HeaderValue::from_str(&picture.artworks).map_err(|error| ApiError::internal(&error))?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(picture.media_type)),
        (CACHE_CONTROL, HeaderValue::from_static(REVALIDATED)),
        (ETAG, HeaderValue::from_str(&picture.etag).map_err(|error| ApiError::internal(&error))?),
        (ARTWORK_HASH, artworks),
    ];
    let mut response = (headers, picture.bytes.clone()).into_response();
    if *was_kept {
        response.extensions_mut().insert(FromMemory);
    }
    Ok(response)
}

/// Goes with an answer that was in memory: the log tells those as it tells that nothing has changed.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct FromMemory;
