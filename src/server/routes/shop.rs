//! The shop's profile: what everybody may know of it, all of it for the shop's own programs, and changing it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::profile::{Break, Money, Profile, Rush};
use crate::server::clock::now_ms;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, known_revision};
use crate::server::keys::{MaybeShopKey, ShopKey};
use crate::server::state::App;
use crate::store::{ProfileUpdate, Scope};

/// What is known of the shop.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ShopDetail {
    /// Counts the changes of its profile; 0 while it is the one of the assets.
    revision: i64,
    /// Its name.
    #[schema(example = "Platen Print Shop")]
    name: String,
    /// How customers reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// Code of its currency (ISO 4217); amounts are in its minor unit.
    #[schema(example = "USD")]
    currency: String,
    /// Digits of the minor unit: with 2, an amount of 250 is 2.50.
    #[schema(example = 2)]
    digits: u32,
    /// Ids of the techniques that it offers.
    techniques: Vec<String>,
    /// Discounts by quantity.
    breaks: Vec<Break>,
    /// Working days until an order is usually ready, after its approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 10)]
    usual_days: Option<u32>,
    /// Ways to have it sooner.
    rush: Vec<Rush>,
    /// The least that an order costs.
    #[schema(value_type = i64)]
    minimum_order: Money,
    /// The whole profile, for keys with the scope `shop:read` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ShopProfile>)]
    profile: Option<Profile>,
}

/// The whole profile; the description of the API replaces this by the schema that `platen schema shop` prints.
#[derive(Debug, ToSchema)]
#[schema(as = ShopProfile)]
#[expect(dead_code, reason = "only its name is used, by the description of the API")]
pub(in crate::server) struct ShopProfile {
    version: u32,
}

impl ShopDetail {
    fn public(revision: i64, profile: &Profile) -> Self {
        Self {
            revision,
            name: profile.brand.name.clone(),
            contact: profile.brand.contact.clone(),
            currency: profile.currency.code.clone(),
            digits: profile.currency.digits,
            techniques: profile.techniques.keys().cloned().collect(),
            breaks: profile.breaks.clone(),
            usual_days: profile.usual_days,
            rush: profile.rush.clone(),
            minimum_order: profile.minimum_order,
            profile: None,
        }
    }

    fn whole(revision: i64, profile: &Profile) -> Self {
        Self { profile: Some(profile.clone()), ..Self::public(revision, profile) }
    }

    fn answer(self) -> Response {
        let tag = HeaderValue::from_str(&format!("\"{}\"", self.revision));
        let headers = [
            (ETAG, tag.unwrap_or(HeaderValue::from_static("\"0\""))),
            (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (VARY, HeaderValue::from_static("authorization")),
        ];
        (headers, Json(self)).into_response()
    }
}

/// The profile in force and its revision: the last one saved, else that of the assets.
pub(in crate::server) async fn profile_in_force(app: &App) -> Result<(i64, Profile), ApiError> {
    match app.store.profile().await? {
        None => Ok((0, app.shop.profile.clone())),
        Some(row) => {
            let profile = Profile::from_json(row.document.as_bytes());
            Ok((row.revision, profile.map_err(|error| ApiError::internal(&error))?))
        }
    }
}

/// What is known of the shop: its name, discounts and ways to have it sooner. A call with a shop key of the scope
/// `shop:read` is told the whole profile.
#[utoipa::path(
    get, path = "/api/v1/shop", tag = "shop",
    responses(
        (status = 200, description = "The shop", body = ShopDetail, headers(("ETag" = String, description = "The profile's revision"))),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
) -> Result<Response, ApiError> {
    let (revision, profile) = profile_in_force(&app).await?;
    let may_read = key.is_some_and(|key| key.require(Scope::ShopRead).is_ok());
    let detail = if may_read { ShopDetail::whole(revision, &profile) } else { ShopDetail::public(revision, &profile) };
    Ok(detail.answer())
}

/// Puts another profile in force, at once; measured colors once the service is started again. With `If-Match` it fails where
/// somebody else was quicker.
#[utoipa::path(
    put, path = "/api/v1/shop", tag = "shop", security(("shopKey" = ["shop:write"])),
    params(("If-Match" = Option<String>, Header, description = "The revision that the change was made from, as the ETag had it")),
    request_body(content_type = "application/json", description = "The whole profile", content = ShopProfile),
    responses(
        (status = 200, description = "In force", body = ShopDetail, headers(("ETag" = String, description = "Its revision"))),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed it since", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The profile is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The profile has problems", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn replace(
    State(app): State<Arc<App>>,
    key: ShopKey,
    headers: HeaderMap,
    body: Result<Body, ApiError>,
) -> Result<Response, ApiError> {
    key.require(Scope::ShopWrite)?;
    let Body(body) = body?;
    let known = known_revision(&headers)?;
    let profile = Profile::of_catalog(&body, &app.shop.catalog)?;
    let document = serde_json::to_string(&profile).map_err(|error| ApiError::internal(&error))?;
    match app.store.set_profile(&document, known, now_ms()).await? {
        ProfileUpdate::Saved(row) => {
            tracing::info!(revision = row.revision, key = key.0.id, "the shop's profile is changed");
            if profile.measured != app.shop.profile.measured {
                tracing::warn!("other colors are measured; the service shows them once it is started again");
            }
            Ok(ShopDetail::whole(row.revision, &profile).answer())
        }
        ProfileUpdate::Stale { revision } => {
            let detail = format!("the profile was changed meanwhile; its revision is {revision}");
            Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "stale", detail))
        }
    }
}
