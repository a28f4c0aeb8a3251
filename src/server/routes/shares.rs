//! Links that let whoever has them look at a design: made, listed and taken back by its owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Id, IdAnd, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::paging::{ListParams, cursor, cut, time_and_id};
use crate::server::routes::designs::own;
use crate::server::routes::events::note_share;
use crate::server::state::App;
use crate::store::{ShareRow, is_id};

/// A link that lets whoever has it look at a design.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ShareLink {
    /// The secret of the link.
    token: String,
    /// The design's address for whoever has the link.
    url: String,
    /// Address of the page that shows it to people.
    #[schema(example = "/shared/7k2m9c0v4n8p1r5t3w6x0y2z4a")]
    page: String,
    /// When it was made (RFC 3339).
    #[schema(example = "2026-11-26T02:56:01.25Z")]
    created_at: String,
}

/// Some of a design's links.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ShareList {
    /// The last made first.
    shares: Vec<ShareLink>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<ShareRow> for ShareLink {
    fn from(row: ShareRow) -> Self {
        let token = row.token;
        let (url, page) = (format!("/api/v1/shared/{token}"), format!("/shared/{token}"));
        Self { token, url, page, created_at: rfc3339(row.created_at) }
    }
}

/// Makes a link that lets whoever has it look at a design.
#[utoipa::path(
    post, path = "/api/v1/designs/{id}/shares", tag = "designs", params(("id" = String, Path)),
    responses(
        (status = 201, description = "The link", body = ShareLink),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn share(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<(StatusCode, Json<ShareLink>), ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    let now = now_ms();
    let token = app.store.share(&row.id, now).await?;
    note_share(&app, &row).await;
    Ok((StatusCode::CREATED, Json(ShareLink::from(ShareRow { token, created_at: now }))))
}

/// The links to one of the caller's designs, the last made first.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}/shares", tag = "designs", params(("id" = String, Path), ListParams),
    responses(
        (status = 200, description = "The links", body = ShareList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn shares(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    Params(params): Params<ListParams>,
) -> Result<Json<ShareList>, ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    let (limit, after) = (params.limit()?, params.after(|text| time_and_id(text, is_id))?);
    let mut rows = app.store.shares(&row.id, after, limit + 1).await?;
    let next = cut(&mut rows, limit, |row| cursor(row.created_at, &row.token));
    Ok(Json(ShareList { shares: rows.into_iter().map(ShareLink::from).collect(), next }))
}

/// Takes one link of a design back; others lead to it still.
#[utoipa::path(
    delete, path = "/api/v1/designs/{id}/shares/{token}", tag = "designs",
    params(("id" = String, Path), ("token" = String, Path)),
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "There is no such design or link, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn unshare_one(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    IdAnd(id, token): IdAnd,
) -> Result<StatusCode, ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    let gone = app.store.unshare_one(&row.id, &token).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("link")) }
}

/// Takes all links of a design back.
#[utoipa::path(
    delete, path = "/api/v1/designs/{id}/shares", tag = "designs", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Taken back"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn unshare(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    app.store.unshare(&row.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
