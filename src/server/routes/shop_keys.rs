//! The keys of the shop, for the programs that bear one. New ones are made on the command line only, so that a key that
//! leaks cannot beget others.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::Id;
use crate::server::keys::ShopKey;
use crate::server::state::App;
use crate::store::{KeyRow, Scope};

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct KeyDetail {
    /// Its id; no secret.
    #[schema(example = "7k2m9c0v4n8p1r5t3w6x0y2z4a")]
    id: String,
    /// What it is for.
    #[schema(example = "press room")]
    name: String,
    /// What it may do: `orders:read`, `orders:write`, `shop:read`, `shop:write`, `batches`.
    #[schema(example = json!(["orders:read", "batches"]))]
    scopes: Vec<&'static str>,
    /// When it was made (RFC 3339).
    #[schema(example = "2026-11-26T02:56:01.25Z")]
    created_at: String,
    /// When it was last used, to within a minute (RFC 3339); absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-26T03:10:00Z")]
    last_used_at: Option<String>,
    /// When it was revoked (RFC 3339); absent while it opens something.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

impl From<&KeyRow> for KeyDetail {
    fn from(row: &KeyRow) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            scopes: row.scopes.iter().map(|scope| scope.name()).collect(),
            created_at: rfc3339(row.created_at),
            last_used_at: row.last_used_at.map(rfc3339),
            revoked_at: row.revoked_at.map(rfc3339),
        }
    }
}

/// The key that the call bears: a way to try one.
#[utoipa::path(
    get, path = "/api/v1/keys/current", tag = "shop", security(("shopKey" = [])),
    responses(
        (status = 200, description = "The key", body = KeyDetail),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn current(ShopKey(key): ShopKey) -> Json<KeyDetail> {
    Json(KeyDetail::from(&*key))
}

/// All keys of the shop, revoked ones too, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "shop", security(("shopKey" = ["shop:read"])),
    responses(
        (status = 200, description = "The keys", body = Vec<KeyDetail>),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    key: ShopKey,
) -> Result<Json<Vec<KeyDetail>>, ApiError> {
    key.require(Scope::ShopRead)?;
    Ok(Json(app.store.keys().await?.iter().map(KeyDetail::from).collect()))
}

/// Revokes a key for good, at once. Doing it again changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/keys/{id}", tag = "shop", security(("shopKey" = ["shop:write"])),
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such key", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn revoke(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<StatusCode, ApiError> {
    key.require(Scope::ShopWrite)?;
    let Id(id) = id?;
    tracing::info!(key = id, by = key.0.id, "a shop key is revoked");
    let known = app.store.revoke_key(&id, now_ms()).await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("key")) }
}
