//! Extractors whose refusals are answered like every other error.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::server::error::ApiError;
use crate::server::json::read_json;
use crate::store::is_id;

/// Reads what may be left out, but is never null: `#[serde(default, deserialize_with = "present")]`.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<Option<T>, D::Error> {
    T::deserialize(reader).map(Some)
}

/// Reads a JSON object: a list would be taken for one whose fields have no names.
pub(super) fn read_object<'a, T: Deserialize<'a>>(body: &'a [u8], what: &str) -> Result<T, ApiError> {
    let wrong = |why: &dyn std::fmt::Display| ApiError::bad_request("body", format!("this is no {what}: {why}"));
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(wrong(&"it is no JSON object"));
    }
    read_json(body).map_err(|why| wrong(&why))
}

/// The query of a request, strictly.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(ApiError::bad_request("parameter", plain(&rejection.body_text()))),
        }
    }
}

/// What is wrong with a parameter, without the words of the library that read it.
fn plain(told: &str) -> String {
    let told = told.strip_prefix("Failed to deserialize query string: ").unwrap_or(told);
    told.replace("invalid digit found in string", "expected a whole number")
        .replace("cannot parse integer from empty string", "expected a whole number")
        .replace("number too large to fit in target type", "the number is too large")
        .replace("provided string was not `true` or `false`", "expected true or false")
        .replace("unknown variant", "there is no")
        .replace("unknown field", "there is no parameter")
}

/// Parts of the path as they are written; what is no text names nothing.
#[derive(Debug)]
pub(super) struct Names<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Names<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(names)) => Ok(Self(names)),
            Err(_) => Err(ApiError::not_found("thing")),
        }
    }
}

/// An id of the path that has the form of ours; anything else does not exist.
#[derive(Debug)]
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(id)) if is_id(&id) => Ok(Self(id)),
            _ => Err(ApiError::not_found("thing")),
        }
    }
}

/// As [`Id`], and the name behind it in the path.
#[derive(Debug)]
pub(super) struct IdAnd(pub(super) String, pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for IdAnd {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((id, name))) if is_id(&id) => Ok(Self(id, name)),
            _ => Err(ApiError::not_found("thing")),
        }
    }
}

/// The revision that a change was made from, as `If-Match` says; `None` if any will do. A compressed answer told it as a
/// weak tag, which names the same revision.
pub(super) fn known_revision(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    match headers.get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim()) {
        None | Some("*") => Ok(None),
        Some(tag) => tag
            .trim_start_matches("W/")
            .trim_matches('"')
            .parse()
            .map(Some)
            .map_err(|_| ApiError::bad_request("parameter", "If-Match must be a revision in quotes, such as \"3\"")),
    }
}

/// A revision as an entity tag.
pub(super) fn revision_tag(revision: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// The body of a request, within the route's limit.
#[derive(Debug)]
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

/// The body of a request, of at most so many bytes.
pub(super) async fn body_within(mut request: Request, most: usize) -> Result<Bytes, ApiError> {
    DefaultBodyLimit::max(most).apply(&mut request);
    Ok(Body::from_request(request, &()).await?.0)
}

fn refused(rejection: &BytesRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the body is larger than this call accepts; /api/v1/limits tells how large it may be",
        ),
        _ => ApiError::bad_request("body", "the body did not arrive whole"),
    }
}
