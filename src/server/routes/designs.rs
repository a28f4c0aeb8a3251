//! Saved designs: their owner changes them, whoever has a link looks at them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::design::{Design, Mentioned, Reading};
use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Id, IdAnd, Params, known_revision, revision_tag};
use crate::server::identity::{Customer, MaybeCustomer, NewCookie};
use crate::server::paging::{ListParams, cursor, cut, time_and_id};
use crate::server::previews::{Key, Owner, PreviewParams, picture};
use crate::server::rates::Account;
use crate::server::routes::previews::{REVALIDATED, answer, matches, unchanged};
use crate::server::state::App;
use crate::store::{CustomerId, DesignRow, DesignSummary, Full, Update, is_id};

/// A saved design.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct SavedDesign {
    /// Its id.
    #[schema(example = "7k2m9c0v4n8p1r5t3w6x0y2z4a")]
    id: String,
    /// What its owner calls it.
    #[schema(example = "Camp shirt")]
    title: String,
    /// Counts its changes, from 1.
    #[schema(example = 3)]
    revision: i64,
    /// When it was first saved (RFC 3339).
    created_at: String,
    /// When it was last changed (RFC 3339).
    updated_at: String,
    /// The document.
    #[schema(value_type = Object)]
    document: Box<RawValue>,
}

/// A saved design in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ListedDesign {
    /// Its id.
    id: String,
    /// What its owner calls it.
    title: String,
    /// Counts its changes, from 1.
    revision: i64,
    /// When it was first saved (RFC 3339).
    created_at: String,
    /// When it was last changed (RFC 3339).
    updated_at: String,
}

/// Some of the caller's designs.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct DesignList {
    /// The last changed first.
    designs: Vec<ListedDesign>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

const UNTITLED: &str = "Untitled";

impl SavedDesign {
    fn new(row: DesignRow) -> Result<Self, ApiError> {
        Ok(Self {
            id: row.id,
            title: row.title,
            revision: row.revision,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
            document: RawValue::from_string(row.document).map_err(|error| ApiError::internal(&error))?,
        })
    }

    fn answer(row: DesignRow) -> Result<Response, ApiError> {
        let etag = revision_tag(row.revision);
        Ok(([(ETAG, etag)], Json(Self::new(row)?)).into_response())
    }
}

impl From<DesignSummary> for ListedDesign {
    fn from(row: DesignSummary) -> Self {
        Self {
            id: row.id,
            title: row.title,
            revision: row.revision,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// The document as it is kept: read strictly, and written the way this version writes it.
fn canonical(body: &[u8]) -> Result<(String, String), ApiError> {
    let design = Design::from_json(body)?;
    let title = design.name.clone().unwrap_or_else(|| UNTITLED.to_owned());
    let document = serde_json::to_string(&design).map_err(|error| ApiError::internal(&error))?;
    Ok((title, document))
}

/// Saves a new design. Whoever has no cookie yet is given one, and owns the design by it.
#[utoipa::path(
    post, path = "/api/v1/designs", tag = "designs",
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 201, description = "Saved", body = SavedDesign, headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Its revision"))),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The customer has as many designs as are kept", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The document has problems", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    customer: Customer,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let (title, document) = canonical(&body)?;
    let quota = app.config.limits.quota();
    let row = app.store.add_design(&customer.id, (&title, &document), &quota, now_ms()).await?;
    saved(&app, row, customer.cookie)
}

/// The answer to a design that was saved, or for which there was no room.
fn saved(app: &App, saved: Result<DesignRow, Full>, cookie: NewCookie) -> Result<Response, ApiError> {
    let row = saved.map_err(|full| app.config.limits.refuse(full))?;
    let location = format!("/api/v1/designs/{}", row.id);
    Ok((StatusCode::CREATED, cookie, [(LOCATION, location)], SavedDesign::answer(row)?).into_response())
}

/// The caller's designs, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/designs", tag = "designs", params(ListParams),
    responses(
        (status = 200, description = "The designs", body = DesignList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Params(params): Params<ListParams>,
) -> Result<Json<DesignList>, ApiError> {
    let (limit, after) = (params.limit()?, params.after(|text| time_and_id(text, is_id))?);
    let Some(customer) = customer else { return Ok(Json(DesignList { designs: Vec::new(), next: None })) };
    let mut rows = app.store.designs(&customer, after, limit + 1).await?;
    let next = cut(&mut rows, limit, |row| cursor(row.updated_at, &row.id));
    Ok(Json(DesignList { designs: rows.into_iter().map(ListedDesign::from).collect(), next }))
}

/// One of the caller's own designs.
///
/// # Errors
/// 404 if there is none, or if it is somebody else's.
pub(in crate::server) async fn own(app: &App, customer: Option<&CustomerId>, id: &str) -> Result<DesignRow, ApiError> {
    let row = app.store.design(id).await?;
    row.filter(|row| Some(&row.customer) == customer).ok_or_else(|| ApiError::not_found("design"))
}

/// One of the caller's designs.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}", tag = "designs", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The design", body = SavedDesign, headers(("ETag" = String, description = "Its revision"))),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<Response, ApiError> {
    SavedDesign::answer(own(&app, customer.as_ref(), &id).await?)
}

/// Saves a change. With `If-Match` it fails where somebody else was quicker.
#[utoipa::path(
    put, path = "/api/v1/designs/{id}", tag = "designs",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The revision that the change was made from, as the ETag had it")),
    request_body(content_type = "application/json", description = "The whole design document", content = Object),
    responses(
        (status = 200, description = "Saved", body = SavedDesign, headers(("ETag" = String, description = "Its new revision"))),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed it since", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The document has problems", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn update(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let customer = customer.ok_or_else(|| ApiError::not_found("design"))?;
    let known = known_revision(&headers)?;
    let (title, document) = canonical(&body)?;
    match app.store.update_design((&customer, &id), known, (Some(&title), &document), now_ms()).await? {
        Update::Saved(row) => SavedDesign::answer(row),
        Update::Missing => Err(ApiError::not_found("design")),
        Update::Stale { revision } => {
            let detail = format!("the design was changed meanwhile; its revision is {revision}");
            Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "stale", detail))
        }
    }
}

/// Deletes a design with its history and its links.
#[utoipa::path(
    delete, path = "/api/v1/designs/{id}", tag = "designs", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn delete(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    let customer = customer.ok_or_else(|| ApiError::not_found("design"))?;
    if !app.store.delete_design(&customer, &id).await? {
        return Err(ApiError::not_found("design"));
    }
    // Which of them show it is not known; the others are drawn again.
    app.forget_pictures(&customer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A design as whoever has a link sees it.
#[utoipa::path(
    get, path = "/api/v1/shared/{token}", tag = "designs", params(("token" = String, Path)),
    responses(
        (status = 200, description = "The design", body = SavedDesign),
        (status = 404, description = "The link leads nowhere", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn shared(State(app): State<Arc<App>>, Id(token): Id) -> Result<Response, ApiError> {
    let row = app.store.shared(&token).await?.ok_or_else(|| ApiError::not_found("link"))?;
    SavedDesign::answer(row)
}

/// Makes a shared design one of the caller's own, with its pictures as they are drawn. What they were uploaded as stays
/// with whoever shared it. Whoever has no cookie yet is given one.
#[utoipa::path(
    post, path = "/api/v1/shared/{token}/copies", tag = "designs", params(("token" = String, Path)),
    responses(
        (status = 201, description = "Saved", body = SavedDesign, headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Its revision"))),
        (status = 404, description = "The link leads nowhere", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The customer has as many designs or pictures as are kept", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn copy(
    State(app): State<Arc<App>>,
    caller: MaybeCustomer,
    Id(token): Id,
) -> Result<Response, ApiError> {
    let shared = app.store.shared(&token).await?.ok_or_else(|| ApiError::not_found("link"))?;
    let mentions = Reading::new(shared.document.as_bytes())?.mentions();
    let pictures = mentions.into_iter().filter(|mention| mention.kind == Mentioned::Asset).map(|mention| mention.name);
    let pictures: BTreeSet<String> = pictures.collect();
    // A link that leads nowhere makes a customer of nobody.
    let customer = caller.or_new(&app).await?;
    let quota = app.config.limits.quota();
    let row = app.store.copy_design(&customer.id, (&shared, &pictures), &quota, now_ms()).await?;
    saved(&app, row, customer.cookie)
}

/// A saved design on the garment.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}/previews/{view}", tag = "previews",
    params(("id" = String, Path), ("view" = String, Path, example = "front"), PreviewParams),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn preview(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    IdAnd(id, view): IdAnd,
    Params(params): Params<PreviewParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    drawn(&app, &account, row, PreviewParams { view: Some(view), ..params }, &headers).await
}

/// A shared design on the garment.
#[utoipa::path(
    get, path = "/api/v1/shared/{token}/previews/{view}", tag = "previews",
    params(("token" = String, Path), ("view" = String, Path, example = "front"), PreviewParams),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "The link leads nowhere", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn shared_preview(
    State(app): State<Arc<App>>,
    account: Account,
    IdAnd(token, view): IdAnd,
    Params(params): Params<PreviewParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = app.store.shared(&token).await?.ok_or_else(|| ApiError::not_found("link"))?;
    drawn(&app, &account, row, PreviewParams { view: Some(view), ..params }, &headers).await
}

/// The picture of a saved design, drawn with its owner's uploads.
async fn drawn(
    app: &Arc<App>,
    account: &Account,
    row: DesignRow,
    params: PreviewParams,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    draw(app, account, (row.document.into(), Owner::Customer(row.customer)), params, headers).await
}

/// The picture of a document, drawn with the uploads of whoever wrote it.
///
/// # Errors
/// What is wrong with the document or the parameters; that the service is busy.
pub(in crate::server) async fn draw(
    app: &Arc<App>,
    account: &Account,
    (document, owner): (Bytes, Owner),
    params: PreviewParams,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let key = Key::new(app, &document, &params, &owner);
    if matches(headers, &key) {
        return Ok(unchanged(&key.etag(), REVALIDATED));
    }
    let turn = app.sessions.turn(None);
    let shown = picture(app, key, (document, params), owner.customer(), (account, &turn.token)).await?;
    answer(&shown)
}
