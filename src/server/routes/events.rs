//! What customers do, as their pages and the shop's programs tell it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::design::Design;
use crate::order::Status;
use crate::server::clock::now_ms;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Names, body_within, read_object};
use crate::server::identity::{Customer, MaybeCustomer};
use crate::server::json::read_json;
use crate::server::keys::{MaybeShopKey, ShopKey};
use crate::server::rates::Account;
use crate::server::routes::me::{Forgotten, forget, preferences_of};
use crate::server::routes::orders::content_of;
use crate::server::state::App;
use crate::server::suggestions::{recipe_of, vocabulary};
use crate::server::tastes::{LogTurn, event_of, row_of};
use crate::store::{CustomerId, DesignRow, EventRow, OrderRow, Scope, is_id};
use crate::suggest::{Attribute, DAY_MS, Event, Kind, Recipe};

/// Events of one call of a page.
pub(in crate::server) const PAGE_EVENTS: usize = 100;
/// Events of one call with a shop key.
pub(in crate::server) const KEY_EVENTS: usize = 20_000;
/// Bytes of a call with a shop key; of a page's as many as of any JSON.
const KEY_BYTES: usize = 16_000_000;
/// How long a page may keep to itself what was done without a network, milliseconds. It is less than customers are new for,
/// so that nobody makes themselves older.
const LATE_MS: i64 = DAY_MS / 2;
/// So many events cost a point.
const EVENTS_A_POINT: usize = 10;
/// So many times as much may be shown to one customer as they may do.
const SHOWN_TIMES: i64 = 10;
/// Saved designs that one call is looked up for.
const DESIGNS: usize = 20;
/// Characters of what somebody looked for; it is not kept.
const QUERY_CHARS: usize = 200;

/// Something that a customer did.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct ToldEvent {
    /// Names it for ever: told again, it changes nothing. 1 to 64 characters.
    #[schema(example = "0b8e7c52-view-camp", min_length = 1, max_length = 64)]
    id: String,
    /// What was done. Pages tell `view`, `save`, `apply`, `dismiss`, `search` and `impression`; the rest the service sees
    /// itself, or the shop tells it.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "view")]
    kind: Kind,
    /// When, milliseconds since 1970; left out, now. Of a page at most twelve hours ago.
    #[schema(example = 1_767_225_600_000_i64)]
    at: Option<i64>,
    /// The style it was done with: values of the catalogue only. A save of a page names its `design` instead.
    #[schema(value_type = Option<Object>, example = json!({"garment": "tee", "garment_color": "navy", "text_color": "white", "font": "Anton"}))]
    recipe: Option<Recipe>,
    /// Instead of `recipe`: id of a saved design of the customer.
    design: Option<String>,
    /// Instead of `recipe`, of a search: what was looked for. Known values are taken from it; the words are not kept.
    #[schema(example = "navy anton", max_length = 200)]
    query: Option<String>,
    /// What it is about: the suggestion list and the place in it, `LIST/3`; of a return, the id of the order's event.
    of: Option<String>,
    /// Shop keys only: the shop's name for the customer. Without a person's name or address it is as useful.
    customer: Option<String>,
    /// Shop keys only: the kind of customer, such as `team`.
    segment: Option<String>,
    /// Shop keys only: pieces of an order.
    quantity: Option<u32>,
}

/// Events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct ToldEvents<'a> {
    /// At most 100 from a page, 20,000 with a shop key. Each is a `ToldEvent`, and is taken or refused by itself.
    #[schema(value_type = Vec<serde_json::Value>)]
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// What became of events.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct TakenEvents {
    /// How many were new.
    #[schema(example = 1)]
    accepted: usize,
    /// How many were known.
    #[schema(example = 0)]
    duplicates: usize,
    /// Those that cannot be taken.
    rejected: Vec<RejectedEvent>,
}

/// An event that cannot be taken.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct RejectedEvent {
    /// Its place in the list, from 0.
    index: usize,
    /// What is wrong with it.
    why: String,
}

/// Tells what was done. Whoever has no cookie yet is given one. A customer who switched personal suggestions off is not
/// listened to: nothing of it is kept.
#[utoipa::path(
    post, path = "/api/v1/events", tag = "suggestions", security((), ("shopKey" = ["events"])),
    request_body(content = ToldEvents<'_>, example = json!({"events": [{"id": "0b8e7c52-view", "type": "view", "recipe": {"garment": "tee", "garment_color": "navy"}}]})),
    responses(
        (status = 202, description = "What became of each", body = TakenEvents),
        (status = 400, description = "Not JSON, or not a list of events", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "Too many at once", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    caller: MaybeCustomer,
    account: Account,
    request: Request,
) -> Result<Response, ApiError> {
    key.as_ref().map(|key| key.require(Scope::Events)).transpose()?;
    let most = if key.is_some() { KEY_BYTES } else { app.config.limits.json_bytes };
    let body = body_within(request, most).await?;
    if key.is_some() {
        return Ok((StatusCode::ACCEPTED, Json(shop_events(&app, body).await?)).into_response());
    }
    let told = read_list(&body, PAGE_EVENTS)?;
    account.spend_rest(u32::try_from(told.events.len().div_ceil(EVENTS_A_POINT)).unwrap_or(u32::MAX))?;
    let Customer { id, cookie } = caller.or_new(&app).await?;
    let taken = page_events(&app, &id, &told).await?;
    Ok((StatusCode::ACCEPTED, cookie, Json(taken)).into_response())
}

/// The list of events of a body, at most so many.
fn read_list(body: &[u8], most: usize) -> Result<ToldEvents<'_>, ApiError> {
    let told: ToldEvents<'_> = read_object(body, "list of events")?;
    if told.events.len() > most {
        let detail = format!("{} events are too many at once; at most {most} are taken", told.events.len());
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many", detail));
    }
    Ok(told)
}

/// Events of a customer's own page.
async fn page_events(app: &Arc<App>, customer: &CustomerId, told: &ToldEvents<'_>) -> Result<TakenEvents, ApiError> {
    let preferences = preferences_of(app, customer).await?;
    let now = now_ms();
    let mut looked_up: BTreeMap<String, Option<Recipe>> = BTreeMap::new();
    let (mut events, mut rejected) = (Vec::new(), Vec::new());
    for (index, raw) in told.events.iter().enumerate() {
        let read = read_json::<ToldEvent>(raw.get().as_bytes());
        let told = match read.and_then(|told| page_only(told, now)) {
            Ok(told) => told,
            Err(why) => {
                rejected.push(RejectedEvent { index, why });
                continue;
            }
        };
        let recipe = match (&told.recipe, &told.design, &told.query) {
            (Some(recipe), None, None) => Ok(recipe.clone()),
            (None, Some(id), None) => {
                if !looked_up.contains_key(id) && looked_up.len() < DESIGNS {
                    looked_up.insert(id.clone(), design_recipe(app, customer, id).await?);
                }
                looked_up.get(id).cloned().flatten().ok_or_else(|| "`design` is no saved design of yours".to_owned())
            }
            (None, None, Some(query)) if query.chars().count() <= QUERY_CHARS => {
                Ok(vocabulary(app).await.sought(query))
            }
            (None, None, Some(_)) => Err(format!("`query` has at most {QUERY_CHARS} characters")),
            _ => Err("give one of `recipe`, `design` and `query`".to_owned()),
        };
        let event = recipe.map(|recipe| Event {
            id: told.id,
            customer: customer.as_str().to_owned(),
            at: told.at.unwrap_or(now).clamp(now - LATE_MS, now),
            kind: told.kind,
            recipe,
            of: told.of,
            segment: preferences.kind.clone(),
            quantity: 1,
        });
        match event.and_then(|event| event.check().map(|()| event)) {
            Ok(event) => events.push((index, event)),
            Err(why) => rejected.push(RejectedEvent { index, why }),
        }
    }
    // What is only shown comes by the list, and does not use up what may be done.
    for (shown, times) in [(false, 1), (true, SHOWN_TIMES)] {
        let new = events.iter().filter(|(_, event)| (event.kind == Kind::Impression) == shown).count();
        let most = i64::from(app.config.limits.events_per_day).saturating_mul(times);
        let known = app.store.count_events(customer.as_str(), now - DAY_MS, shown).await?;
        if new > 0 && known.saturating_add(i64::try_from(new).unwrap_or(i64::MAX)) > most {
            let detail = format!("{most} events of one customer are kept within 24 hours");
            return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-events", detail).retry_after(3600));
        }
    }
    let checked = Checked::of(app, events, &mut rejected)?;
    let turn = app.tastes.log().await;
    let checked = checked.still_wanted(app, customer).await?;
    let kept = checked.keep(turn, app, now).await?;
    Ok(TakenEvents { accepted: kept.new, duplicates: kept.known, rejected })
}

/// What a page may tell.
fn page_only(told: ToldEvent, now: i64) -> Result<ToldEvent, String> {
    if matches!(told.kind, Kind::Order | Kind::Return | Kind::Share) {
        return Err(format!("the service itself sees each {}", told.kind.name()));
    }
    // A cookie costs nothing, and what ten save is shown to others: a page saves what its customer has.
    if told.kind == Kind::Save && told.design.is_none() {
        return Err("a save names its `design`: the id of a saved design of yours".to_owned());
    }
    if told.customer.is_some() || told.segment.is_some() || told.quantity.is_some() {
        return Err("`customer`, `segment` and `quantity` are for shop keys".to_owned());
    }
    if told.at.is_some_and(|at| at < now - LATE_MS) {
        return Err("it was more than twelve hours ago".to_owned());
    }
    Ok(told)
}

/// Events that the shop tells of its customers.
async fn shop_events(app: &Arc<App>, body: Bytes) -> Result<TakenEvents, ApiError> {
    let now = now_ms();
    let owner = Arc::clone(app);
    // Twenty thousand take longer than other requests should wait for this thread.
    let read = tokio::task::spawn_blocking(move || {
        let told = read_list(&body, KEY_EVENTS)?;
        let (mut events, mut rejected) = (Vec::with_capacity(told.events.len()), Vec::new());
        for (index, raw) in told.events.iter().enumerate() {
            match shop_event(raw, now) {
                Ok(event) => events.push((index, event)),
                Err(why) => rejected.push(RejectedEvent { index, why }),
            }
        }
        let events = Checked::of(&owner, events, &mut rejected)?;
        Ok::<_, ApiError>((events, rejected))
    });
    let (events, rejected) = read.await.map_err(|error| ApiError::internal(&error))??;
    let kept = events.keep(app.tastes.log().await, app, now).await?;
    Ok(TakenEvents { accepted: kept.new, duplicates: kept.known, rejected })
}

fn shop_event(raw: &RawValue, now: i64) -> Result<Event, String> {
    let told = read_json::<ToldEvent>(raw.get().as_bytes())?;
    let customer = told.customer.ok_or("`customer` is missing: the shop's name for whoever did it")?;
    if told.design.is_some() || told.query.is_some() {
        return Err("with a shop key, give `recipe`".to_owned());
    }
    let event = Event {
        id: told.id,
        customer,
        at: told.at.unwrap_or(now).min(now),
        kind: told.kind,
        recipe: told.recipe.unwrap_or_default(),
        of: told.of,
        segment: told.segment,
        quantity: told.quantity.unwrap_or(1),
    };
    event.check()?;
    // Apart from the ids of customers who have a cookie.
    Ok(Event { customer: format!("+{}", event.customer), ..event })
}

/// Events whose styles are the shop's, and the row of the log of each.
struct Checked {
    events: Vec<Event>,
    rows: Vec<EventRow>,
}

impl Checked {
    /// Those of a list that can be taken; the others join the rejected ones.
    fn of(app: &App, list: Vec<(usize, Event)>, rejected: &mut Vec<RejectedEvent>) -> Result<Self, ApiError> {
        let known = &app.ideas.vocabulary;
        let mut events = Vec::with_capacity(list.len());
        for (index, event) in list {
            match known.stranger(&event.recipe) {
                None => events.push(event),
                Some(attribute) => {
                    let why = format!("the recipe's {} is none of the shop's", attribute.name());
                    rejected.push(RejectedEvent { index, why });
                }
            }
        }
        rejected.sort_by_key(|rejected| rejected.index);
        Self::new(events)
    }

    fn new(mut events: Vec<Event>) -> Result<Self, ApiError> {
        // The log has them in this order, and of two with one id the first: they are sorted here, where nobody waits for it.
        events.sort_by(|a, b| (&a.customer, &a.id).cmp(&(&b.customer, &b.id)));
        let rows =
            events.iter().map(row_of).collect::<Result<Vec<_>, _>>().map_err(|error| ApiError::internal(&error))?;
        Ok(Self { events, rows })
    }

    /// Those that their customer still wants to be known, asked once it is their turn: while they waited, the customer may have
    /// said no, or had all forgotten that was done until then, or gone away. What was well formed is then neither kept nor
    /// refused.
    async fn still_wanted(mut self, app: &App, customer: &CustomerId) -> Result<Self, ApiError> {
        let listens = preferences_of(app, customer).await?.personalization;
        let times = app.store.customer_times(customer).await?.filter(|_| listens);
        let forgotten_at = times.map_or(i64::MAX, |(_, forgotten_at)| forgotten_at);
        self.events.retain(|event| event.at > forgotten_at);
        self.rows.retain(|row| row.at > forgotten_at);
        Ok(self)
    }

    /// Writes them to the log and then takes into the history what was new there: an id that the log has is taken, also if
    /// it names what the history passes over.
    async fn keep(self, turn: LogTurn, app: &Arc<App>, now: i64) -> Result<Kept, ApiError> {
        if self.events.is_empty() {
            return Ok(Kept { new: 0, known: 0 });
        }
        let app = Arc::clone(app);
        // Whoever hangs up now leaves it to the end: what the log has, the history has.
        let kept = tokio::spawn(async move {
            let (Self { events, rows }, LogTurn { log, behind }) = (self, turn);
            let told = rows.len();
            let is_new = app.store.add_events(rows).await?;
            let new = is_new.iter().filter(|is_new| **is_new).count();
            let add = tokio::task::spawn_blocking(move || {
                app.tastes.add(events.iter().zip(is_new).filter_map(|(event, is_new)| is_new.then_some(event)), now);
                drop(behind);
            });
            drop(log);
            add.await.map_err(|error| ApiError::internal(&error))?;
            Ok(Kept { new, known: told - new })
        });
        kept.await.map_err(|error| ApiError::internal(&error))?
    }
}

/// How many events were new, and how many known.
struct Kept {
    new: usize,
    known: usize,
}

/// Events that the service saw itself. A design may be saved with names that the shop does not have.
fn seen(app: &App, mut events: Vec<Event>) -> Result<Checked, ApiError> {
    events.retain(|event| app.ideas.vocabulary.stranger(&event.recipe).is_none());
    Checked::new(events)
}

/// Forgets all that the shop told of one of its customers, as they may ask it to.
#[utoipa::path(
    delete, path = "/api/v1/customers/{customer}/events", tag = "suggestions", security(("shopKey" = ["events"])),
    params(("customer" = String, Path, description = "The shop's name for the customer, as events told it")),
    responses(
        (status = 200, description = "How much was forgotten; none of somebody who is not known", body = Forgotten),
        (status = 401, description = "No key of the shop", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn forget_customer(
    State(app): State<Arc<App>>,
    key: ShopKey,
    Names(customer): Names<String>,
) -> Result<Json<Forgotten>, ApiError> {
    key.require(Scope::Events)?;
    Ok(Json(Forgotten { events: forget(&app, &format!("+{customer}")).await? }))
}

/// The style of a saved design of the customer.
async fn design_recipe(app: &Arc<App>, customer: &CustomerId, id: &str) -> Result<Option<Recipe>, ApiError> {
    if !is_id(id) {
        return Ok(None);
    }
    let row = app.store.design(id).await?.filter(|row| row.customer == *customer);
    let Some(design) = row.and_then(|row| Design::from_json(row.document.as_bytes()).ok()) else { return Ok(None) };
    Ok(Some(recipe_of(app, &design, Some(customer)).await?))
}

/// Notes that a design was shared. What cannot be noted is told in the log, and hinders nobody.
pub(in crate::server) async fn note_share(app: &Arc<App>, row: &DesignRow) {
    let (app, row) = (Arc::clone(app), row.clone());
    to_the_end(async move {
        let Ok(design) = Design::from_json(row.document.as_bytes()) else { return Ok(()) };
        let recipe = recipe_of(&app, &design, Some(&row.customer)).await?;
        note(&app, &row.customer, now_ms(), vec![(format!("share/{}", row.id), Kind::Share, recipe, 1)]).await
    })
    .await;
}

/// Takes back what an order said, whatever it was changed to since, and whatever its customer prefers now.
pub(in crate::server) async fn note_return(app: &Arc<App>, row: &OrderRow) {
    let (app, row) = (Arc::clone(app), row.clone());
    to_the_end(async move {
        let turn = app.tastes.log().await;
        let now = now_ms();
        let known = app.store.orders_noted(row.customer.as_str(), &format!("order/{}/", row.id)).await?;
        let returns = known.into_iter().filter_map(|known| {
            let Event { id, customer, recipe, segment, .. } = event_of(&known)?;
            let back = id.replacen("order", "return", 1);
            Some(Event { id: back, customer, at: now, kind: Kind::Return, recipe, of: Some(id), segment, quantity: 1 })
        });
        seen(&app, returns.collect())?.keep(turn, &app, now).await?;
        Ok(())
    })
    .await;
}

/// Notes that an order was placed, and when, each of its designs by itself. One that was called off by now says nothing.
pub(in crate::server) async fn note_order(app: &Arc<App>, row: &OrderRow) {
    if row.status == Status::Cancelled.name() {
        return;
    }
    let (app, row) = (Arc::clone(app), row.clone());
    to_the_end(async move {
        let content = content_of(&app, &row, row.revision).await?;
        let mut deeds = Vec::new();
        for pinned in &content.designs {
            let mut pieces: BTreeMap<&str, u32> = BTreeMap::new();
            for (line, made) in
                content.order.lines.iter().zip(&content.lines).filter(|(line, _)| line.design == pinned.id)
            {
                let count = pieces.entry(&made.color).or_default();
                *count = count.saturating_add(line.quantity);
            }
            let Ok(design) = Design::from_json(pinned.document.to_string().as_bytes()) else { continue };
            let recipe = recipe_of(&app, &design, Some(&row.customer)).await?;
            // Of several colours that of the most pieces.
            let color = pieces.iter().max_by_key(|(_, count)| **count);
            let recipe = color.map_or(recipe.clone(), |(color, _)| recipe.with(Attribute::GarmentColor, *color));
            let quantity = pieces.values().fold(0_u32, |sum, count| sum.saturating_add(*count)).max(1);
            deeds.push((format!("order/{}/{}", row.id, pinned.id), Kind::Order, recipe, quantity));
        }
        note(&app, &row.customer, row.created_at, deeds).await
    })
    .await;
}

/// An event's id, kind, style and pieces.
type Noted = (String, Kind, Recipe, u32);

async fn note(app: &Arc<App>, customer: &CustomerId, at: i64, deeds: Vec<Noted>) -> Result<(), ApiError> {
    let segment = preferences_of(app, customer).await?.kind;
    let event = |(id, kind, recipe, quantity): Noted| Event {
        id,
        customer: customer.as_str().to_owned(),
        at,
        kind,
        recipe,
        of: None,
        segment: segment.clone(),
        quantity,
    };
    let seen = seen(app, deeds.into_iter().map(event).collect())?;
    let turn = app.tastes.log().await;
    seen.still_wanted(app, customer).await?.keep(turn, app, now_ms()).await?;
    Ok(())
}

/// Notes to the end, also when whoever did it hangs up: an order that was given back is given back but once.
async fn to_the_end(noted: impl Future<Output = Result<(), ApiError>> + Send + 'static) {
    let noted = tokio::spawn(noted).await.unwrap_or_else(|error| Err(ApiError::internal(&error)));
    if let Err(error) = noted {
        tracing::warn!(?error, "what was done could not be noted for suggestions");
    }
}
