//! Addresses of the shop's other programs that are told what happens to orders.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Id};
use crate::server::forms::read_body;
use crate::server::keys::ShopKey;
use crate::server::state::App;
use crate::server::webhooks::{AddressError, secret};
use crate::store::{self, DeliveryRow, Scope};

/// Addresses of one shop.
const MOST: i64 = 20;
/// Deliveries that are listed.
const LISTED: u32 = 100;

/// A new address.
#[derive(Debug, ToSchema)]
#[schema(example = json!({ "url": "https://shop.example/platen" }))]
#[expect(dead_code, reason = "the description of the API; the body is read field by field")]
pub(in crate::server) struct NewWebhook {
    /// Where to send what happens: https, outside the network.
    #[schema(format = "uri", min_length = 1, max_length = 2000)]
    url: String,
}

/// An address that is told.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct WebhookDetail {
    /// Its id.
    id: String,
    /// Where what happens is sent.
    url: String,
    /// When it was added (RFC 3339).
    created_at: String,
    /// Signs what is sent; told once, in the answer to `POST`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

/// How telling something went.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct DeliveryDetail {
    /// Its id: the header `webhook-id`, the same at every try.
    id: String,
    /// `waiting`, `delivered` or `given-up`.
    state: String,
    /// How often it was tried.
    tries: i64,
    /// When it is tried next (RFC 3339), while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    /// What came of the last try.
    answer: String,
    /// When it happened (RFC 3339).
    created_at: String,
    /// What is told: the body of what is sent, word for word.
    #[schema(value_type = WebhookEvent)]
    body: Box<RawValue>,
}

/// Something that happened to an order: the body of what is sent to an address.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "type": "order.approved", "time_ms": 1_795_714_561_250_i64,
    "data": { "order": "0r6f3k1m8q2x9t4v7b5n0c6d3e", "sequence": 2, "status": "approved", "revision": 1,
        "hash": "1f0c3c6f8f6f2b1c0a7f3d9c5e4b2a1908f7e6d5c4b3a291807f6e5d4c3b2a19", "detail": "Jo Miller" }
}))]
#[expect(dead_code, reason = "the description of the API; the store writes it in the order's own transaction")]
pub(in crate::server) struct WebhookEvent {
    /// What happened: `order.placed`, `order.changed`, `order.approved` or `order.status`.
    r#type: String,
    /// When, milliseconds since 1970 (UTC).
    time_ms: i64,
    /// The order as it is then.
    data: WebhookEventData,
}

/// The order that something happened to.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "as above")]
pub(in crate::server) struct WebhookEventData {
    /// Its id.
    order: String,
    /// Counts the order's events from 1: whoever is told a lower number later than a higher one may pass it over.
    sequence: i64,
    /// Where it stands now.
    #[schema(value_type = crate::order::Status)]
    status: String,
    /// Counts its changes.
    revision: i64,
    /// Names everything that decides what is made.
    hash: String,
    /// What was said with it, such as the name of whoever approved it; empty if nothing was.
    detail: String,
}

impl DeliveryDetail {
    fn new(row: DeliveryRow) -> Result<Self, ApiError> {
        Ok(Self {
            next_at: (row.state == "waiting").then(|| rfc3339(row.next_at)),
            id: row.id,
            state: row.state,
            tries: row.tries,
            answer: row.answer,
            created_at: rfc3339(row.created_at),
            body: RawValue::from_string(row.body).map_err(|error| ApiError::internal(&error))?,
        })
    }
}

/// Adds an address that is told of everything that happens to orders from now on, and tells its secret, once. What is sent
/// is signed after the Standard Webhooks specification and tried again for three days. Its body is JSON: `type` says what
/// happened, `time_ms` when, and `data` names the order, its status, revision and hash (the schema `WebhookEvent`).
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "shop", security(("shopKey" = ["shop:write"])),
    request_body(content_type = "application/json", content = NewWebhook),
    responses(
        (status = 201, description = "Added", body = WebhookDetail),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The address is told already, or there are as many as can be", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The body has problems, or an address that is not told", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    key: ShopKey,
    Body(body): Body,
) -> Result<(StatusCode, Json<WebhookDetail>), ApiError> {
    key.require(Scope::ShopWrite)?;
    let url = read_body(("invalid-webhook", "webhook"), &body, |node| {
        let mut object = node.object()?;
        let url = object.required("url", |node| {
            let address = node.line(2000)?;
            let refused = |error: AddressError| node.report_with_hint("address", error.to_string(), error.hint());
            app.sender.check(&address).map_err(refused).ok()
        });
        object.finish();
        url
    })?;
    let secret = secret()?;
    let conflict = |code, detail: String| Err(ApiError::new(StatusCode::CONFLICT, code, detail));
    let row = match app.store.add_webhook(url.as_str(), &secret, MOST, now_ms()).await? {
        store::NewWebhook::Added(row) => row,
        store::NewWebhook::Known { id } => {
            let detail = format!("this address is told already, as the webhook {id}; delete that for a new secret");
            return conflict("webhook-exists", detail);
        }
        store::NewWebhook::Full => {
            let detail = format!("there are {MOST} webhooks, and no more can be; delete one first");
            return conflict("too-many-webhooks", detail);
        }
    };
    let detail =
        WebhookDetail { id: row.id, url: row.url, created_at: rfc3339(row.created_at), secret: Some(row.secret) };
    Ok((StatusCode::CREATED, Json(detail)))
}

/// The addresses that are told.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "shop", security(("shopKey" = ["shop:read"])),
    responses(
        (status = 200, description = "The addresses, the oldest first", body = Vec<WebhookDetail>),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    key: ShopKey,
) -> Result<Json<Vec<WebhookDetail>>, ApiError> {
    key.require(Scope::ShopRead)?;
    let rows = app.store.webhooks().await?.into_iter();
    let detail =
        rows.map(|row| WebhookDetail { id: row.id, url: row.url, created_at: rfc3339(row.created_at), secret: None });
    Ok(Json(detail.collect()))
}

/// Takes an address away, with what it is still to be told.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "shop", params(("id" = String, Path)), security(("shopKey" = ["shop:write"])),
    responses(
        (status = 204, description = "Taken away"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such address", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn delete(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<StatusCode, ApiError> {
    key.require(Scope::ShopWrite)?;
    let Id(id) = id?;
    let deleted = app.store.delete_webhook(&id).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("webhook")) }
}

/// What an address was told last, the latest first, and how that went.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", tag = "shop", params(("id" = String, Path)), security(("shopKey" = ["shop:read"])),
    responses(
        (status = 200, description = "The last hundred", body = Vec<DeliveryDetail>),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such address", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn deliveries(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Json<Vec<DeliveryDetail>>, ApiError> {
    key.require(Scope::ShopRead)?;
    let Id(id) = id?;
    let rows = app.store.deliveries(&id, LISTED).await?.ok_or_else(|| ApiError::not_found("webhook"))?;
    Ok(Json(rows.into_iter().map(DeliveryDetail::new).collect::<Result<_, _>>()?))
}
