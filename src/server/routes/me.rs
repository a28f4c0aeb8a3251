//! The caller's own: what they prefer, what is known of them, and the ways to be rid of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Names, Params, present, read_object};
use crate::server::identity::{MaybeCustomer, NewCookie};
use crate::server::paging::{ListParams, cut};
use crate::server::state::App;
use crate::server::tastes::{WholeLog, event_of, forget_in_memory};
use crate::store::{
    CustomerId, DesignSummary, Erased, Erasure, EventRow, OrderRow, Removal, ShareRow, StoreError, UploadOwner,
    UploadRow, tag,
};
use crate::suggest::{Kind, Recipe, Uses};

/// Bytes of the studio's own settings.
const EDITOR_BYTES: usize = 16_384;
/// Values that suggestions never show, and pinned ones, of one attribute.
const VALUES: usize = 100;
/// Characters of such a value.
const VALUE_CHARS: usize = 64;
/// Kinds of customers that people can say they are: those of the studio's switches. Free words would be told to others.
pub(in crate::server) const KINDS: [&str; 4] = ["company", "private", "school", "team"];
/// Rows that are read at once for an export.
const PAGE: u32 = 500;

/// What a customer prefers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::server) struct Preferences {
    /// Whether suggestions may be personal. Off: the list that a stranger gets, and nothing that is done is kept.
    pub(in crate::server) personalization: bool,
    /// What personal suggestions may be made from.
    pub(in crate::server) uses: Uses,
    /// What kind of customer they say to be: `company`, `private`, `school` or `team`; suggestions then begin with what such
    /// customers like.
    #[schema(example = "team")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub(in crate::server) kind: Option<String>,
    /// Values that suggestions never have, by attribute; at most 100 each.
    #[schema(example = json!({"garment_color": ["safety-green"]}))]
    pub(in crate::server) never: BTreeMap<String, Vec<String>>,
    /// Values that pickers show first, by attribute; at most 100 each.
    #[schema(example = json!({"font": ["Anton"]}))]
    pub(in crate::server) pinned: BTreeMap<String, Vec<String>>,
    /// Which notices the pages show.
    pub(in crate::server) notices: Notices,
    /// Whether mails may come; none without.
    pub(in crate::server) email: Email,
    /// The studio's own settings, as it writes them: at most 16 KB of JSON.
    #[schema(value_type = Object, example = json!({"theme": "dark", "units": "mm"}))]
    pub(in crate::server) editor: BTreeMap<String, Value>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            personalization: true,
            uses: Uses::default(),
            kind: None,
            never: BTreeMap::new(),
            pinned: BTreeMap::new(),
            notices: Notices::default(),
            email: Email::default(),
            editor: BTreeMap::new(),
        }
    }
}

/// Which notices the pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::server) struct Notices {
    /// A design that was left for two days.
    draft: bool,
    /// An order's new status.
    order: bool,
    /// A look that is read better than the present one.
    suggestion: bool,
}

impl Default for Notices {
    fn default() -> Self {
        Self { draft: true, order: true, suggestion: true }
    }
}

/// Whether mails may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::server) struct Email {
    /// Whether they may.
    consent: bool,
    /// When they said so (RFC 3339); the service writes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    consent_at: Option<String>,
    /// Mails in a month at most, 0 to 8. Default: 1.
    #[schema(minimum = 0, maximum = 8)]
    per_month: u8,
}

impl Default for Email {
    fn default() -> Self {
        Self { consent: false, consent_at: None, per_month: 1 }
    }
}

impl Preferences {
    fn check(&self) -> Result<(), String> {
        if self.kind.as_ref().is_some_and(|kind| !KINDS.contains(&kind.as_str())) {
            return Err(format!("`kind` is one of {}, or left out", KINDS.join(", ")));
        }
        for (name, map) in [("never", &self.never), ("pinned", &self.pinned)] {
            if let Some(key) = map.keys().find(|key| !is_attribute(key)) {
                return Err(format!(
                    "`{name}` has no attribute \"{}\"",
                    key.chars().take(VALUE_CHARS).collect::<String>()
                ));
            }
            if map.values().any(|values| values.len() > VALUES) {
                return Err(format!("`{name}` has at most {VALUES} values for each attribute"));
            }
            if map.values().flatten().any(|value| value.chars().count() > VALUE_CHARS) {
                return Err(format!("a value of `{name}` has at most {VALUE_CHARS} characters"));
            }
        }
        if self.email.per_month > 8 {
            return Err("`email.per_month` is 0 to 8".to_owned());
        }
        match serde_json::to_vec(&self.editor) {
            Ok(bytes) if bytes.len() <= EDITOR_BYTES => Ok(()),
            _ => Err(format!("`editor` has at most {EDITOR_BYTES} bytes of JSON")),
        }
    }
}

fn is_attribute(name: &str) -> bool {
    crate::suggest::Attribute::ALL.iter().any(|attribute| attribute.name() == name)
}

/// What a customer prefers; the defaults if they never said.
pub(in crate::server) async fn preferences_of(app: &App, customer: &CustomerId) -> Result<Preferences, ApiError> {
    let Some(body) = app.store.preferences(customer).await? else { return Ok(Preferences::default()) };
    let mut known: Preferences = serde_json::from_str(&body).map_err(|error| ApiError::internal(&error))?;
    // Earlier versions took any word for a kind.
    known.kind = known.kind.filter(|kind| KINDS.contains(&kind.as_str()));
    Ok(known)
}

/// What the caller prefers; the defaults if they never said.
#[utoipa::path(
    get, path = "/api/v1/me/preferences", tag = "suggestions",
    responses((status = 200, description = "The preferences", body = Preferences))
)]
pub(in crate::server) async fn preferences(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
) -> Result<Json<Preferences>, ApiError> {
    match customer {
        Some(customer) => Ok(Json(preferences_of(&app, &customer).await?)),
        None => Ok(Json(Preferences::default())),
    }
}

/// Says what the caller prefers: all of it, what is left out takes its default. Switching personal suggestions off works
/// at once. Whoever has no cookie yet is given one.
#[utoipa::path(
    put, path = "/api/v1/me/preferences", tag = "suggestions",
    request_body(content = Preferences, example = json!({"personalization": true, "kind": "team", "editor": {"theme": "dark"}})),
    responses(
        (status = 200, description = "As they are kept", body = Preferences),
        (status = 400, description = "Not JSON, or not preferences", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn set_preferences(
    State(app): State<Arc<App>>,
    caller: MaybeCustomer,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let mut wanted: Preferences = read_object(&body, "set of preferences")?;
    wanted.check().map_err(|why| ApiError::bad_request("body", why))?;
    let customer = caller.or_new(&app).await?;
    let before = preferences_of(&app, &customer.id).await?;
    let now = now_ms();
    wanted.email.consent_at = match (wanted.email.consent, before.email.consent_at) {
        (false, _) => None,
        (true, Some(then)) if before.email.consent => Some(then),
        (true, _) => Some(rfc3339(now)),
    };
    let text = serde_json::to_string(&wanted).map_err(|error| ApiError::internal(&error))?;
    app.store.set_preferences(&customer.id, &text, now).await?;
    Ok((customer.cookie, Json(wanted)).into_response())
}

/// Something that the caller did, as it is known.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Deed {
    /// Its id.
    id: String,
    /// What was done.
    #[serde(rename = "type")]
    #[schema(example = "view")]
    kind: String,
    /// When (RFC 3339).
    at: String,
    /// With which style.
    #[schema(value_type = Object)]
    recipe: Recipe,
    /// What it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    /// The kind of customer that they said they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<String>,
    /// Pieces of an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
}

impl From<EventRow> for Deed {
    fn from(row: EventRow) -> Self {
        let event = event_of(&row);
        let quantity = event.as_ref().filter(|event| event.kind == Kind::Order).map(|event| event.quantity);
        let (recipe, of, segment) =
            event.map_or_else(Default::default, |event| (event.recipe, event.of, event.segment));
        Self { id: row.id, kind: row.kind, at: rfc3339(row.at), recipe, of, segment, quantity }
    }
}

/// Some of what the caller did.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct DeedList {
    /// The last first.
    events: Vec<Deed>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What is known of what the caller did, the last first, without what they were only shown.
#[utoipa::path(
    get, path = "/api/v1/me/events", tag = "suggestions", params(ListParams),
    responses(
        (status = 200, description = "The events", body = DeedList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn events(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Params(params): Params<ListParams>,
) -> Result<Json<DeedList>, ApiError> {
    let limit = params.limit()?;
    let before = params.after(|text| {
        let (time, id) = text.split_once('-')?;
        Some((time.parse().ok()?, id.to_owned()))
    })?;
    let Some(customer) = customer else { return Ok(Json(DeedList { events: Vec::new(), next: None })) };
    let mut rows = app.store.events_of(customer.as_str(), before, (i64::from(limit) + 1, false)).await?;
    let next = cut(&mut rows, limit, |row| format!("{}-{}", row.at, row.id));
    Ok(Json(DeedList { events: rows.into_iter().map(Deed::from).collect(), next }))
}

/// Forgets one thing that the caller did.
#[utoipa::path(
    delete, path = "/api/v1/me/events/{id}", tag = "suggestions", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Forgotten"),
        (status = 404, description = "There is none", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn forget_event(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(id): Names<String>,
) -> Result<StatusCode, ApiError> {
    let customer = customer.ok_or_else(|| ApiError::not_found("event"))?;
    to_the_end(async move {
        let log = app.tastes.whole_log().await;
        let now = now_ms();
        if !app.store.forget_event(customer.as_str(), &id, now).await? {
            return Err(ApiError::not_found("event"));
        }
        app.tastes.saw(Erasure { what: Erased::Deeds, tag: customer.tag(), at: now });
        forget_in_memory(&app, customer.as_str(), &log).await?;
        write_over_deleted(&app);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// How much was forgotten.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Forgotten {
    /// Events.
    #[schema(example = 12)]
    pub(in crate::server) events: u64,
}

/// Forgets all that the caller did; designs, pictures, orders and preferences stay.
#[utoipa::path(
    post, path = "/api/v1/me/reset", tag = "suggestions",
    responses((status = 200, description = "How much was forgotten", body = Forgotten))
)]
pub(in crate::server) async fn reset(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
) -> Result<Json<Forgotten>, ApiError> {
    let Some(customer) = customer else { return Ok(Json(Forgotten { events: 0 })) };
    Ok(Json(Forgotten { events: forget(&app, customer.as_str()).await? }))
}

/// Forgets all that a customer did, or somebody whom the shop calls so.
pub(in crate::server) async fn forget(app: &Arc<App>, customer: &str) -> Result<u64, ApiError> {
    let (app, customer) = (Arc::clone(app), customer.to_owned());
    to_the_end(async move {
        let log = app.tastes.whole_log().await;
        let events = forget_log(&app, &customer, &log).await?;
        write_over_deleted(&app);
        Ok(events)
    })
    .await
}

/// Takes all that a customer did out of the log and the history.
async fn forget_log(app: &Arc<App>, customer: &str, log: &WholeLog<'_>) -> Result<u64, ApiError> {
    let now = now_ms();
    let events = app.store.forget_events(customer, now).await?;
    app.tastes.saw(Erasure { what: Erased::Deeds, tag: tag(customer), at: now });
    forget_in_memory(app, customer, log).await?;
    Ok(events)
}

/// Takes what was deleted out of the database's files as well, beside the requests: it waits for whoever reads there.
fn write_over_deleted(app: &Arc<App>) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = app.store.write_over_deleted().await {
            tracing::warn!(%error, "what was deleted lies in the database's journal for a while yet");
        }
    });
}

/// Forgets to the end, also when the caller hangs up: what the log has not any more, nobody may be shown.
async fn to_the_end<T: Send + 'static>(
    forget: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(forget).await.map_err(|error| ApiError::internal(&error))?
}

/// What was deleted.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::server) struct Receipt {
    /// Events.
    events: u64,
    /// Saved designs, with their history and their links.
    designs: usize,
    /// Pictures.
    uploads: usize,
    /// Orders that stay, since the shop must keep what it sold, with the designs that they were placed with.
    orders_kept: usize,
}

/// Deletes everything that is kept of the caller: events, preferences, designs with their history and links, pictures.
/// Orders stay with the shop, which must keep what it sold; the cookie stays with whoever has such, so that they can still
/// look at them, and is taken away from everybody else.
#[utoipa::path(
    delete, path = "/api/v1/me", tag = "suggestions",
    responses((status = 200, description = "What was deleted", body = Receipt, headers(("Set-Cookie" = String, description = "Takes the cookie away"))))
)]
pub(in crate::server) async fn delete(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
) -> Result<Response, ApiError> {
    // A cookie that nobody knows may go, too.
    let Some(customer) = customer else {
        return Ok((NewCookie::gone(&app)?, Json(Receipt::default())).into_response());
    };
    to_the_end(async move {
        let mut receipt = Receipt { events: forget(&app, customer.as_str()).await?, ..Receipt::default() };
        // Whoever has orders is known still, and so is their no: it is kept from the first moment on.
        if preferences_of(&app, &customer).await?.personalization {
            app.store.forget_preferences(&customer).await?;
        } else {
            let no = Preferences { personalization: false, ..Preferences::default() };
            let text = serde_json::to_string(&no).map_err(|error| ApiError::internal(&error))?;
            app.store.set_preferences(&customer, &text, now_ms()).await?;
        }
        for design in all_designs(&app, &customer).await? {
            receipt.designs += usize::from(app.store.delete_design(&customer, &design.id).await?);
        }
        for (upload, _) in all_uploads(&app, &customer).await? {
            let removal = app.store.remove_upload(&customer, &upload.id).await?;
            receipt.uploads += usize::from(removal == Removal::Removed);
        }
        // What was told while this ran goes, too; what still waits to be finds nobody then, or somebody whose past does not count.
        let log = app.tastes.whole_log().await;
        receipt.events += forget_log(&app, customer.as_str(), &log).await?;
        let is_gone = app.store.delete_customer(&customer).await?;
        drop(log);
        app.forget_pictures(&customer).await?;
        write_over_deleted(&app);
        if is_gone {
            return Ok((NewCookie::gone(&app)?, Json(receipt)).into_response());
        }
        receipt.orders_kept = all_orders(&app, &customer).await?.len();
        Ok(Json(receipt).into_response())
    })
    .await
}

/// All rows of a list that is read in pages; `place` is what the next page begins behind.
async fn every<T, Page: Future<Output = Result<Vec<T>, StoreError>>>(
    page: impl Fn(Option<(i64, String)>) -> Page,
    place: impl Fn(&T) -> (i64, String),
) -> Result<Vec<T>, ApiError> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let rows = page(all.last().map(&place)).await?;
        let is_last = rows.len() < PAGE as usize;
        all.extend(rows);
        if is_last {
            return Ok(all);
        }
    }
}

/// A place as the store takes it.
fn borrowed(place: Option<&(i64, String)>) -> Option<(i64, &str)> {
    place.map(|(time, id)| (*time, id.as_str()))
}

pub(in crate::server) async fn all_events(app: &App, customer: &CustomerId) -> Result<Vec<EventRow>, ApiError> {
    let page = |after| app.store.events_of(customer.as_str(), after, (i64::from(PAGE), true));
    every(page, |row| (row.at, row.id.clone())).await
}

pub(in crate::server) async fn all_designs(app: &App, customer: &CustomerId) -> Result<Vec<DesignSummary>, ApiError> {
    let page = |after: Option<_>| async move { app.store.designs(customer, borrowed(after.as_ref()), PAGE).await };
    every(page, |row| (row.updated_at, row.id.clone())).await
}

pub(in crate::server) async fn all_links(app: &App, design: &str) -> Result<Vec<ShareRow>, ApiError> {
    let page = |after: Option<_>| async move { app.store.shares(design, borrowed(after.as_ref()), PAGE).await };
    every(page, |row| (row.created_at, row.token.clone())).await
}

pub(in crate::server) async fn all_uploads(
    app: &App,
    customer: &CustomerId,
) -> Result<Vec<(UploadRow, UploadOwner)>, ApiError> {
    let page = |after: Option<_>| async move { app.store.uploads(customer, borrowed(after.as_ref()), PAGE).await };
    every(page, |(row, owner)| (owner.created_at, row.id.clone())).await
}

pub(in crate::server) async fn all_orders(app: &App, customer: &CustomerId) -> Result<Vec<OrderRow>, ApiError> {
    let page = |after: Option<_>| async move {
        app.store.orders(Some(customer), (None, ""), borrowed(after.as_ref()), PAGE).await
    };
    every(page, |row| (row.created_at, row.id.clone())).await
}
