//! What a saved design was before. To go back, save an older document as the newest: nothing is ever lost by it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::server::clock::rfc3339;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Id, IdAnd, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::paging::{ListParams, cut};
use crate::server::routes::designs::own;
use crate::server::state::App;
use crate::store::RevisionRow;

/// A change of a design.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Revision {
    /// Counts the design's changes, from 1.
    #[schema(example = 2)]
    revision: i64,
    /// What the design was called.
    #[schema(example = "Camp shirt")]
    title: String,
    /// When it was saved (RFC 3339).
    #[schema(example = "2026-11-26T02:56:01.25Z")]
    created_at: String,
}

/// Some of a design's changes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct RevisionList {
    /// The latest first; the present one is among them.
    revisions: Vec<Revision>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1")]
    next: Option<String>,
}

/// A design as it once was.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct RevisionDetail {
    #[serde(flatten)]
    revision: Revision,
    /// The document.
    #[schema(value_type = Object)]
    document: Box<RawValue>,
}

impl From<RevisionRow> for Revision {
    fn from(row: RevisionRow) -> Self {
        Self { revision: row.revision, title: row.title, created_at: rfc3339(row.created_at) }
    }
}

/// The history of one of the caller's designs, the latest change first.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}/revisions", tag = "designs", params(("id" = String, Path), ListParams),
    responses(
        (status = 200, description = "The changes", body = RevisionList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such design, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    Params(params): Params<ListParams>,
) -> Result<Json<RevisionList>, ApiError> {
    let (limit, after) = (params.limit()?, params.after(|text| text.parse().ok())?);
    own(&app, customer.as_ref(), &id).await?;
    let mut rows = app.store.revisions(&id, after, limit + 1).await?;
    let next = cut(&mut rows, limit, |row| row.revision.to_string());
    Ok(Json(RevisionList { revisions: rows.into_iter().map(Revision::from).collect(), next }))
}

/// One of the caller's designs as it was at a revision.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}/revisions/{revision}", tag = "designs",
    params(("id" = String, Path), ("revision" = i64, Path, example = 1)),
    responses(
        (status = 200, description = "The design as it was", body = RevisionDetail),
        (status = 404, description = "There is no such design or revision, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    IdAnd(id, revision): IdAnd,
) -> Result<Json<RevisionDetail>, ApiError> {
    own(&app, customer.as_ref(), &id).await?;
    let missing = || ApiError::not_found("revision");
    let revision = revision.parse().map_err(|_| missing())?;
    let (row, document) = app.store.revision(&id, revision).await?.ok_or_else(missing)?;
    let document = RawValue::from_string(document).map_err(|error| ApiError::internal(&error))?;
    Ok(Json(RevisionDetail { revision: row.into(), document }))
}
