//! Orders: placed once however often they are sent, approved by their hash, moved on by the shop.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::cancel::Cancel;
use crate::order::{Content, OrderReading, PinnedDesign, Status};
use crate::server::clock::{now_ms, rfc3339};
use crate::server::costs::ORDER_DESIGN_PLACES;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Id, Params, known_revision, revision_tag};
use crate::server::forms::read_body;
use crate::server::identity::MaybeCustomer;
use crate::server::keys::{MaybeShopKey, ShopKey};
use crate::server::paging::{ListParams, cursor, cut, time_and_id};
use crate::server::pictures::read_design;
use crate::server::routes::events::{note_order, note_return};
use crate::server::routes::order_bodies::{
    ApprovalDetail, ApprovalRequest, EventDetail, LineDetail, ListedOrder, OrderDetail, OrderList, OrderListParams,
    StatusRequest, number,
};
use crate::server::routes::order_files::different_lines;
use crate::server::routes::shop::profile_in_force;
use crate::server::starters::starters;
use crate::server::state::App;
use crate::shop::{Choice, OrderedDesign, OrderedDesigns, PlaceError};
use crate::store::{Caller, CustomerId, NewContent, OrderRow, OrderUpdate, Placed, Scope, is_id};

/// Makes a repeated order the same order.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an order was placed before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of such a key.
const KEY_CHARS: usize = 255;

/// Places an order of the caller's saved designs. The same key with the same body gives the same order, however often and
/// however many at once; keys are kept for 30 days. Everything is pinned: what changes in a design later does not change
/// the order. With a key of the scope `orders:write` the shop orders for whoever owns the first line's design, and can
/// name preflight rules in `accept` whose errors do not matter to it.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders", security((), ("shopKey" = ["orders:write"])),
    params(("Idempotency-Key" = String, Header, description = "Any text of up to 255 characters that names this order, such as a UUID")),
    request_body(content_type = "application/json", description = "What is ordered", content = Object),
    responses(
        (status = 201, description = "The order, placed now or before", body = OrderDetail, headers(("Location" = String, description = "Its address"), ("Idempotency-Replayed" = bool, description = "Whether it was placed before"))),
        (status = 400, description = "Not JSON, or no `Idempotency-Key`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The order has problems, or the key belongs to another", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "The customer has placed as many orders within a day as are taken", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ApiError> {
    key.as_ref().map(|key| key.require(Scope::OrdersWrite)).transpose()?;
    let name = idempotency_key(&headers)?;
    let sender = match (&key, &customer) {
        (Some(key), _) => Caller::shop_key(&key.0.id),
        (None, customer) => Caller::customer(customer.as_ref().unwrap_or(&CustomerId::nobody())),
    };
    let mut reading = OrderReading::new(&body)?;
    let canonical = reading.order().map(serde_json::to_vec).transpose().map_err(|error| ApiError::internal(&error))?;
    let body_hash = blake3::hash(&canonical.unwrap_or_default()).to_hex().to_string();
    // Whoever owns nothing has no design to order; the plan tells so.
    let owner = match (&key, customer) {
        (Some(_), _) => owner_of(&app, &reading).await?,
        (None, customer) => customer,
    };
    let owner = owner.unwrap_or_else(CustomerId::nobody);
    // What is wrong in its form was never placed.
    let before =
        if reading.order().is_some() { app.store.placed_before(&sender, &name, &body_hash).await? } else { None };
    let placed = match before {
        Some(placed) => placed,
        None => {
            let most = app.config.limits.orders_per_day;
            reading.require_due_from(&last_day(now_ms()));
            if key.is_none() {
                reading.refuse_accept();
                // The shop knows what it can do.
                reading.require_ready(&profile_in_force(&app).await?.1.rush, &last_day(now_ms()));
                // Before the work is done; what counts is asked with the order itself.
                if app.store.orders_of_a_day(&owner, now_ms()).await? >= i64::from(most) {
                    return Err(too_many(&app));
                }
            }
            let content = plan(&app, reading, &owner, &[]).await?;
            let written = Written::new(&app, &content, &owner).await?;
            let (new, most) = (written.new_content(), key.is_none().then_some(most));
            let now = (Status::Received.name(), now_ms());
            app.store.place_order(&owner, (&sender, &name, &body_hash), new, most, now).await?
        }
    };
    let (row, replayed) = match placed {
        Placed::New(row) => (row, "false"),
        Placed::Again(row) => (row, "true"),
        Placed::TooMany => return Err(too_many(&app)),
        Placed::KeyTaken => {
            let detail = "this Idempotency-Key was used for another order; use a new one";
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-taken", detail));
        }
    };
    // Also the second time: whoever hung up the first time may have kept it from being noted.
    note_order(&app, &row).await;
    let headers = [
        (
            LOCATION,
            HeaderValue::from_str(&format!("/api/v1/orders/{}", row.id)).map_err(|error| ApiError::internal(&error))?,
        ),
        (REPLAYED, HeaderValue::from_static(replayed)),
    ];
    Ok((StatusCode::CREATED, headers, answer(&app, row).await?).into_response())
}

/// The caller's orders, or with a shop key of the scope `orders:read` everybody's; the latest first.
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders", params(OrderListParams), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The orders", body = OrderList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Params(params): Params<OrderListParams>,
) -> Result<Json<OrderList>, ApiError> {
    key.as_ref().map(|key| key.require(Scope::OrdersRead)).transpose()?;
    let status = params.status.as_deref().map(status_of).transpose()?.map(Status::name);
    let page = ListParams { after: params.after, limit: params.limit };
    let (limit, after) = (page.limit()?, page.after(|text| time_and_id(text, is_id))?);
    let whose = match (&key, &customer) {
        (Some(_), _) => None,
        (None, Some(customer)) => Some(customer),
        (None, None) => return Ok(Json(OrderList { orders: Vec::new(), next: None })),
    };
    let start = params.number.as_deref().map(start_of_id).transpose()?.unwrap_or_default();
    let mut rows = app.store.orders(whose, (status, &start), after, limit + 1).await?;
    let next = cut(&mut rows, limit, |row| cursor(row.created_at, &row.id));
    let orders = rows.into_iter().map(|row| ListedOrder {
        number: number(&row.id),
        summary: row.summary.and_then(|text| serde_json::from_str(&text).ok()),
        id: row.id,
        status: row.status,
        revision: row.revision,
        hash: row.hash,
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
    });
    Ok(Json(OrderList { orders: orders.collect(), next }))
}

/// One of the caller's orders, or with a shop key of the scope `orders:read` anybody's.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path)), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The order", body = OrderDetail, headers(("ETag" = String, description = "Its revision"))),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    answer(&app, row).await
}

/// Changes what is ordered, until it is made: the whole order again, with the present revisions of its designs and the
/// present prices. With any change, also of the price or the address, an approval holds no longer; the same order again
/// changes nothing. With `If-Match` it fails where somebody else was quicker.
#[utoipa::path(
    put, path = "/api/v1/orders/{id}", tag = "orders", security((), ("shopKey" = ["orders:write"])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The revision that the change was made from, as the ETag had it")),
    request_body(content_type = "application/json", description = "The whole order", content = Object),
    responses(
        (status = 200, description = "Changed", body = OrderDetail, headers(("ETag" = String, description = "Its new revision"))),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "It is being made, shipped or cancelled", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed it since", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The order has problems", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn change(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersWrite), customer.as_ref(), &id).await?;
    if known_revision(&headers)?.is_some_and(|known| known != row.revision) {
        return Err(stale(&row));
    }
    if !status_in(&row)?.is_open() {
        return Err(closed(&row));
    }
    let mut reading = OrderReading::new(&body)?;
    let present = content_of(&app, &row, row.revision).await?;
    // A day that was to come when it was ordered may stay.
    if present.order.due.as_deref() != reading.due() {
        reading.require_due_from(&last_day(now_ms()));
    }
    if key.is_none() {
        reading.refuse_accept();
        if (present.order.due.as_deref(), present.order.rush.as_deref()) != (reading.due(), reading.rush()) {
            reading.require_ready(&profile_in_force(&app).await?.1.rush, &last_day(now_ms()));
        }
    }
    let content = plan(&app, reading, &row.customer, &present.designs).await?;
    if content == present {
        return answer(&app, row).await;
    }
    let written = Written::new(&app, &content, &row.customer).await?;
    let (now, what) = ((Status::Received.name(), now_ms()), present.changes_to(&content));
    done(&app, app.store.change_order(&row, (written.new_content(), &what), now).await?).await
}

/// Approves a proof by the hash on it. If the order has changed since, this fails: the customer has seen something else.
/// The shop cannot approve for its customer.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/approval", tag = "orders", params(("id" = String, Path)),
    request_body(content_type = "application/json", content = ApprovalRequest),
    responses(
        (status = 200, description = "Approved", body = OrderDetail),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "A key of the shop: the customer's word is the customer's to give", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The proof is not of what would be made now, or it is too late", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The body has problems; a hash that is not whole is one", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn approve(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    Body(body): Body,
) -> Result<Response, ApiError> {
    if let Some(key) = key {
        visible(&app, (Some(&key), Scope::OrdersRead), None, &id).await?;
        let detail = "only the customer approves, without a key: the proof is the customer's to look at";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "customer-only", detail));
    }
    let row = visible(&app, (None, Scope::OrdersRead), customer.as_ref(), &id).await?;
    let request = read_body(("invalid-approval", "approval"), &body, ApprovalRequest::read)?;
    if !status_in(&row)?.is_open() {
        return Err(closed(&row));
    }
    if request.hash != row.hash {
        // The present hash is not told here: whoever approves must have asked for what it stands for.
        let detail = "the order makes something else than that proof shows; look at the present proof and approve the \
                      hash on it";
        return Err(ApiError::new(StatusCode::CONFLICT, "proof-changed", detail));
    }
    if status_in(&row)?.is_approved() {
        // It is approved with this hash already; nobody needs to be told again.
        return answer(&app, row).await;
    }
    done(&app, app.store.approve_order(&row, &request.name, (Status::Approved.name(), now_ms())).await?).await
}

/// Moves an order on: the shop with a key of the scope `orders:write`; the customer can only cancel, before it is made.
#[utoipa::path(
    put, path = "/api/v1/orders/{id}/status", tag = "orders", params(("id" = String, Path)), security((), ("shopKey" = ["orders:write"])),
    request_body(content_type = "application/json", content = StatusRequest),
    responses(
        (status = 200, description = "Moved", body = OrderDetail),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "Only the shop can do this, or its key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "It cannot go there from where it stands", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The body has problems", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn set_status(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersWrite), customer.as_ref(), &id).await?;
    let request = read_body(("invalid-status", "status"), &body, StatusRequest::read)?;
    let (now, next) = (status_in(&row)?, request.status);
    if key.is_none() && !(next == Status::Cancelled && now.is_open()) {
        let detail = "a customer can cancel before the order is made; all else is the shop's to do";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "shop-only", detail));
    }
    if !now.may_become(next) {
        let detail = format!("an order that is {now} cannot become {next}");
        return Err(ApiError::new(StatusCode::CONFLICT, "wrong-status", detail));
    }
    let moved = app.store.move_order(&row, &request.note, (next.name(), now_ms())).await?;
    if next == Status::Cancelled && matches!(moved, OrderUpdate::Done(_)) {
        note_return(&app, &row).await;
    }
    done(&app, moved).await
}

/// An order that the caller may see: the customer's own, or any for a shop key with the scope.
pub(in crate::server) async fn visible(
    app: &App,
    (key, scope): (Option<&ShopKey>, Scope),
    customer: Option<&CustomerId>,
    id: &str,
) -> Result<OrderRow, ApiError> {
    key.map(|key| key.require(scope)).transpose()?;
    let row = app.store.order(id).await?;
    row.filter(|row| key.is_some() || Some(&row.customer) == customer).ok_or_else(|| ApiError::not_found("order"))
}

/// What an order makes.
pub(in crate::server) async fn content_of(app: &App, row: &OrderRow, revision: i64) -> Result<Content, ApiError> {
    let text = app.store.order_content(&row.id, revision).await?.ok_or_else(|| ApiError::not_found("revision"))?;
    serde_json::from_str(&text).map_err(|error| ApiError::internal(&error))
}

pub(in crate::server) fn status_in(row: &OrderRow) -> Result<Status, ApiError> {
    Status::parse(&row.status).ok_or_else(|| ApiError::internal(&std::io::Error::other("an unknown status is kept")))
}

fn status_of(name: &str) -> Result<Status, ApiError> {
    Status::parse(name).ok_or_else(|| {
        let all = Status::ALL.map(Status::name).join(", ");
        ApiError::bad_request("parameter", format!("there is no status \"{name}\"; expected one of {all}"))
    })
}

/// The earliest day that is not past anywhere: the date where the day ends last, twelve hours behind UTC.
fn last_day(now_ms: i64) -> String {
    rfc3339(now_ms - 12 * 3_600_000).chars().take(10).collect()
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, ApiError> {
    let key = headers.get(IDEMPOTENCY_KEY).map(|value| value.to_str().unwrap_or_default().trim());
    match key {
        Some(key) if (1..=KEY_CHARS).contains(&key.len()) => Ok(key.to_owned()),
        Some(_) => Err(ApiError::bad_request(
            "idempotency-key",
            format!("an Idempotency-Key is 1 to {KEY_CHARS} visible ASCII characters"),
        )),
        None => Err(ApiError::bad_request(
            "idempotency-key",
            "send an Idempotency-Key, such as a UUID, so that an order sent twice is placed once",
        )),
    }
}

/// How the ids of orders begin that have a number.
fn start_of_id(number: &str) -> Result<String, ApiError> {
    let start: String = number.chars().filter(|c| *c != '-' && *c != ' ').map(|c| c.to_ascii_lowercase()).collect();
    if start.is_empty() || start.len() > 26 || !start.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let detail = format!("{number:?} is no number of an order; expected the beginning of one, such as 7K2M-9C0V");
        return Err(ApiError::bad_request("parameter", detail));
    }
    Ok(start)
}

fn too_many(app: &App) -> ApiError {
    let most = app.config.limits.orders_per_day;
    let detail =
        format!("{most} orders were placed within 24 hours, and more are not taken; ask the shop to place them");
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-orders", detail).retry_after(3600)
}

/// The owner of the first line's design.
async fn owner_of(app: &App, reading: &OrderReading) -> Result<Option<CustomerId>, ApiError> {
    let Some(id) = reading.lines().first().and_then(|line| line.design.as_ref()).filter(|id| is_id(id)) else {
        return Ok(None);
    };
    Ok(app.store.design(id).await?.map(|row| row.customer))
}

/// Looks up the designs of an order and plans it. One that was deleted since is still there as it was `ordered`.
async fn plan(
    app: &Arc<App>,
    reading: OrderReading,
    customer: &CustomerId,
    ordered: &[PinnedDesign],
) -> Result<Content, ApiError> {
    let mut designs = OrderedDesigns::new();
    for id in reading.lines().iter().filter_map(|line| line.design.as_ref()) {
        if designs.contains_key(id) || !is_id(id) {
            continue;
        }
        let kept = app.store.design(id).await?.filter(|row| row.customer == *customer);
        let Some(pinned) = (match kept {
            Some(row) => {
                let document = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
                Some(PinnedDesign { id: row.id, revision: row.revision, title: row.title, document })
            }
            None => ordered.iter().find(|design| design.id == *id).cloned(),
        }) else {
            continue;
        };
        // The document's own colour must be sold unless every line has another.
        let of_design = reading.lines().iter().filter(|line| line.design.as_ref() == Some(id));
        let colors = of_design.map(|line| line.color.clone()).collect::<Option<Vec<_>>>();
        let choice = Choice { color: colors.and_then(|colors| colors.into_iter().next()), ..Choice::default() };
        let document = pinned.document.to_string();
        let read = read_design(app, document.as_bytes(), Some(customer), &choice).await;
        let ordered = match read {
            Ok((design, library)) => Ok(OrderedDesign { design, library, pinned }),
            // What the shop had when the design was saved may be gone since.
            Err(error) if !error.field_problems().is_empty() => Err(error.field_problems().to_vec()),
            Err(error) => return Err(error),
        };
        designs.insert(id.clone(), ordered);
    }
    let places = u32::try_from(designs.len()).unwrap_or(u32::MAX).saturating_mul(ORDER_DESIGN_PLACES);
    let (_, profile) = profile_in_force(app).await?;
    let owner = Arc::clone(app);
    let job = move |cancel: &Cancel| owner.shop.plan_order(&profile, reading, designs, cancel);
    let time = app.config.limits.print_time();
    Ok(app.workers.run_long(places, time, &CancellationToken::new(), job).await??)
}

/// What is made, as it is kept.
struct Written {
    hash: String,
    content: String,
    summary: String,
    pictures: Vec<String>,
}

impl Written {
    async fn new(app: &Arc<App>, content: &Content, owner: &CustomerId) -> Result<Self, ApiError> {
        let text = serde_json::to_string(content).map_err(|error| ApiError::internal(&error))?;
        let summary = serde_json::to_string(&content.summary()).map_err(|error| ApiError::internal(&error))?;
        let pictures = pictures_in(app, content, owner).await?;
        Ok(Self { hash: content.hash(), content: text, summary, pictures })
    }

    fn new_content(&self) -> NewContent<'_> {
        NewContent { hash: &self.hash, content: &self.content, summary: &self.summary, pictures: &self.pictures }
    }
}

/// The uploads of what is made. Whatever a document names that its owner may not draw is none of them: a hidden layer can
/// name anybody's picture, and what an order keeps its owner may draw for ever.
async fn pictures_in(app: &Arc<App>, content: &Content, owner: &CustomerId) -> Result<Vec<String>, ApiError> {
    let mut named = Vec::new();
    for design in &content.designs {
        collect_assets(&design.document, &mut named);
    }
    named.sort_unstable();
    named.dedup();
    let mut pictures = Vec::new();
    for id in named {
        // The shop's own graphics are kept by the shop.
        if starters(app).await.graphic(&id).is_none() && app.store.may_draw(owner, &id).await? {
            pictures.push(id);
        }
    }
    Ok(pictures)
}

/// Ids of uploads that a document names, those of hidden layers too.
fn collect_assets(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(id) if key == "asset" && crate::server::pictures::is_hash(id) => {
                        found.push(id.clone());
                    }
                    other => collect_assets(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_assets(item, found)),
        _ => {}
    }
}

async fn done(app: &App, update: OrderUpdate) -> Result<Response, ApiError> {
    match update {
        OrderUpdate::Done(row) => answer(app, row).await,
        OrderUpdate::Stale(row) => Err(stale(&row)),
        OrderUpdate::Closed(row) => Err(closed(&row)),
        OrderUpdate::Missing => Err(ApiError::not_found("order")),
    }
}

fn stale(row: &OrderRow) -> ApiError {
    let detail = format!("the order was changed meanwhile; its revision is {}", row.revision);
    ApiError::new(StatusCode::PRECONDITION_FAILED, "stale", detail)
}

fn closed(row: &OrderRow) -> ApiError {
    let detail = format!("an order that is {} cannot be changed like that any more", row.status);
    ApiError::new(StatusCode::CONFLICT, "wrong-status", detail)
}

async fn answer(app: &App, row: OrderRow) -> Result<Response, ApiError> {
    let content = content_of(app, &row, row.revision).await?;
    let status = status_in(&row)?;
    let approval = match app.store.approval(&row.id).await? {
        Some(approval) => {
            let holds = status.is_approved() && approval.hash == row.hash;
            // Of a cancelled order nothing is made, so nothing of it is different.
            let changed = if holds || status == Status::Cancelled {
                Vec::new()
            } else {
                different_lines(&content_of(app, &row, approval.revision).await?, &content)
            };
            Some(ApprovalDetail {
                hash: approval.hash,
                revision: approval.revision,
                name: approval.name,
                approved_at: rfc3339(approval.created_at),
                holds,
                changed,
            })
        }
        None => None,
    };
    let history = app.store.order_events(&row.id).await?.into_iter().map(|event| EventDetail {
        kind: event.kind,
        detail: event.detail,
        at: rfc3339(event.created_at),
    });
    let lines = (0..content.lines.len()).filter_map(|index| LineDetail::new(&content, index)).collect();
    let tag = revision_tag(row.revision);
    let address = format!("/api/v1/orders/{}", row.id);
    let detail = OrderDetail {
        status,
        number: number(&row.id),
        id: row.id,
        revision: row.revision,
        hash: row.hash,
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
        lines,
        order: content.order,
        quotes: content.quotes,
        charges: content.charges,
        total: content.total,
        currency: content.currency,
        digits: content.digits,
        approval,
        history: history.collect(),
        proof: format!("{address}/proof.pdf"),
        files: format!("{address}/files"),
    };
    Ok(([(ETAG, tag)], Json(detail)).into_response())
}

impl From<PlaceError> for ApiError {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::Order(problems) => Self::invalid("invalid-order", "order", problems),
            PlaceError::Render(error) => error.into(),
        }
    }
}
