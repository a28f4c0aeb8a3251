//! Suggestions: the caller's own design in other styles, what is popular, and what decides it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::assets::Facts;
use crate::campaign::{Moment, moment};
use crate::cancel::Cancel;
use crate::catalog::{Contrast, Garment, GarmentColor};
use crate::design::Design;
use crate::looks::{
    self, Change, Extras, Look, Wardrobe, Wish, can_be_read, candidates, dress, likest_first, looks_among, patch,
    suggest_kin, taken_over, unknown_looks,
};
use crate::quote::ground_price;
use crate::server::clock::now_ms;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Names, Params, present, read_object};
use crate::server::identity::MaybeCustomer;
use crate::server::keys::{MaybeShopKey, ShopKey};
use crate::server::pictures::read_design;
use crate::server::previews::{Owner, PreviewParams};
use crate::server::rates::Account;
use crate::server::routes::designs::draw;
use crate::server::routes::me::{KINDS, Preferences, preferences_of};
use crate::server::routes::shop::profile_in_force;
use crate::server::starters::starters;
use crate::server::state::App;
use crate::server::suggestions::{facts_of, vocabulary};
use crate::server::tastes::{Past, past};
use crate::shop::{Choice, default_view};
use crate::store::{CustomerId, Scope, random_id};
use crate::suggest::{Ask, Attribute, History, Kind, Model, Reason, Recipe, Uses};
use tokio_util::sync::CancellationToken;

/// Suggestions of one answer.
const MOST: usize = 24;

/// What is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct SuggestionRequest {
    /// `restyle` puts other styles on `document`; `feed` puts styles for the caller on ready designs; `complete` tells styles
    /// alone, with the values of `partial`.
    #[serde(default)]
    #[schema(inline)]
    mode: Mode,
    /// The design to restyle.
    #[schema(value_type = Option<Object>)]
    #[serde(default, deserialize_with = "present")]
    document: Option<Box<RawValue>>,
    /// Values that every style must have.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({"garment_color": "navy"}))]
    partial: Recipe,
    /// What stays as it is: `garment`, `garment_color`, `text_color`, `font`. Locked layers always do.
    #[serde(default)]
    #[schema(example = json!(["garment_color"]))]
    lock: Vec<String>,
    /// "More like this": a style of an answer, which the suggestions should be like; itself is not among them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>, example = json!({"garment_color": "navy", "text_color": "white", "font": "Anton"}))]
    like: Option<Recipe>,
    /// How many, 1 to 24. Default: 8.
    #[schema(minimum = 1, maximum = 24)]
    #[serde(default, deserialize_with = "present")]
    n: Option<usize>,
    /// Whether the last place may show what few have chosen yet. Default: true.
    #[serde(default, deserialize_with = "present")]
    explore: Option<bool>,
    /// Which handful: 0 is the best, 1 the next. The same log, design and seed give the same answer. Default: 0.
    #[serde(default)]
    seed: u32,
    /// The kind of customer: `company`, `private`, `school` or `team`, with a shop key also one that the shop told of enough
    /// customers; left out, that of the preferences.
    #[serde(default, deserialize_with = "present")]
    segment: Option<String>,
    /// Styles of answers that the caller took up in this visit, the last first; at most 24. They count as if they had been
    /// told, and are kept nowhere: for visitors of whom nothing is kept yet.
    #[serde(default)]
    #[schema(value_type = Vec<Object>, max_items = 24)]
    recent: Vec<Recipe>,
    /// Shop keys only: the shop's name for the customer whose taste counts, as events told it.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 64)]
    customer: Option<String>,
    /// Shop keys only: as of when, a day or a time with its offset (RFC 3339); only what was told of the time before counts. The same log, moment, design and
    /// seed give the same answer at any time. It takes seconds: the log is read anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(example = "2026-01-31T12:00:00Z")]
    now: Option<String>,
}

/// What suggestions are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// A design in other styles.
    #[default]
    Restyle,
    /// Ready designs in styles for somebody.
    Feed,
    /// Styles that have some values already.
    Complete,
}

/// Suggestions, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Suggestions {
    /// Names this list, for events about it.
    list: String,
    /// Whether what the caller did had a part in it.
    personalised: bool,
    /// Where it is told in plain words what decides the list.
    #[schema(example = "/api/v1/suggestions/parameters")]
    parameters_url: &'static str,
    /// How well the main words of the document that was sent are read on its cloth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    present: Option<Contrast>,
    suggestions: Vec<Suggested>,
}

/// One suggestion.
#[derive(Debug, Serialize, ToSchema)]
struct Suggested {
    /// Names it in events: the list and the place in it.
    id: String,
    /// Its style; values of the catalogue.
    #[schema(value_type = Object)]
    recipe: Recipe,
    /// What it looks like, on the caller's design or on a ready one.
    #[serde(flatten)]
    look: Option<DressedLook>,
    /// The ready design that it is seen on: its id among the templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// Why it is shown, the strongest first.
    #[schema(value_type = Vec<Object>, example = json!([{"type": "popular", "customers": 100}]))]
    reasons: Vec<Reason>,
    controls: Controls,
}

/// What the caller can do about a suggestion beside taking it.
#[derive(Debug, Serialize, ToSchema)]
struct Controls {
    /// What to tell `POST /api/v1/events`, with an id, so that it is not shown again.
    dismiss: Dismissal,
    /// What `never` of the preferences keeps out of all further suggestions.
    #[schema(value_type = Object, example = json!({"garment_color": "navy", "font": "Anton"}))]
    less_like_this: BTreeMap<&'static str, String>,
}

/// An event that says no.
#[derive(Debug, Serialize, ToSchema)]
struct Dismissal {
    /// `dismiss`.
    #[serde(rename = "type")]
    #[schema(example = "dismiss")]
    kind: &'static str,
    #[schema(value_type = Object)]
    recipe: Recipe,
    /// The list, and the place in it.
    of: String,
}

impl Controls {
    fn of(id: &str, recipe: &Recipe) -> Self {
        let values = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font].into_iter();
        let less_like_this =
            values.filter_map(|attribute| Some((attribute.name(), recipe.get(attribute)?.to_owned()))).collect();
        let dismiss = Dismissal { kind: Kind::Dismiss.name(), recipe: recipe.clone(), of: id.to_owned() };
        Self { dismiss, less_like_this }
    }
}

impl Suggested {
    fn new(id: String, Style { recipe, reasons, .. }: Style) -> Self {
        let controls = Controls::of(&id, &recipe);
        Self { id, recipe, look: None, template: None, reasons, controls }
    }
}

/// A suggestion on a design.
#[derive(Debug, Serialize, ToSchema)]
struct DressedLook {
    /// The steps from the document that was sent, or from the template's, to this one (JSON Patch, RFC 6902): one step to
    /// undo.
    #[schema(value_type = Vec<Object>)]
    patch: Vec<Change>,
    /// Colour, main ink and main family.
    #[schema(value_type = Object)]
    style: looks::Style,
    /// What is different from the design that was sent.
    #[schema(value_type = Vec<String>)]
    changed: Vec<&'static str>,
    /// How well the main words are read on the cloth.
    #[schema(value_type = Object)]
    contrast: Contrast,
    /// Address of its picture, for an hour; `?width=` says how large.
    #[schema(example = "/api/v1/looks/1f0c…/previews/front")]
    preview: String,
    /// Address of its document, for an hour.
    #[schema(example = "/api/v1/looks/1f0c…")]
    document: String,
}

fn attribute(name: &str) -> Option<Attribute> {
    Attribute::ALL.into_iter().find(|attribute| attribute.name() == name)
}

/// What stays as it is.
fn locks(names: &[String]) -> Result<BTreeSet<Attribute>, ApiError> {
    let wrong = || {
        let all = Attribute::ALL.map(Attribute::name).join(", ");
        ApiError::bad_request("parameter", format!("lock knows {all}"))
    };
    names.iter().map(|name| attribute(name).ok_or_else(wrong)).collect()
}

/// Suggests styles. What is locked never changes, nothing is suggested that cannot be read, and there is always something.
/// Whoever switched personal suggestions off gets the list of a stranger.
#[utoipa::path(
    post, path = "/api/v1/suggestions", tag = "suggestions", security((), ("shopKey" = ["events"])),
    request_body(content = SuggestionRequest, example = json!({"mode": "complete", "partial": {"garment_color": "navy"}, "n": 5})),
    responses(
        (status = 200, description = "The suggestions", body = Suggestions),
        (status = 400, description = "Not JSON, or not a wish", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design has problems", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(caller): MaybeCustomer,
    account: Account,
    Body(body): Body,
) -> Result<Json<Suggestions>, ApiError> {
    let request: SuggestionRequest = read_object(&body, "wish for suggestions")?;
    let n = request.n.unwrap_or(8);
    if !(1..=MOST).contains(&n) {
        return Err(ApiError::bad_request("parameter", format!("n is 1 to {MOST}, not {n}")));
    }
    let locks = locks(&request.lock)?;
    let known = vocabulary(&app).await;
    if request.recent.len() > MOST {
        return Err(ApiError::bad_request("parameter", format!("recent has at most {MOST} styles")));
    }
    let told = [Some(&request.partial), request.like.as_ref()].into_iter().flatten().chain(&request.recent);
    if let Some(stranger) = told.into_iter().find_map(|recipe| known.stranger(recipe)) {
        return Err(ApiError::bad_request("parameter", format!("the shop has no such {}", stranger.name())));
    }
    if request.mode == Mode::Restyle && request.document.is_none() {
        return Err(ApiError::bad_request("parameter", "restyle needs a document; feed and complete do without"));
    }
    let at = of_the_shop(&request, key.as_ref())?;
    let person = person(&app, caller.as_ref(), &request).await?;
    // Words are set for each look that is tried.
    account.spend_rest(if request.mode == Mode::Complete { 1 } else { n as u32 })?;
    let tastes = match at {
        Some(at) => Tastes::Then(Arc::new(past(&app, at).await?)),
        None => Tastes::Now(Arc::clone(&app)),
    };
    if let Some(kind) = &request.segment {
        told_kind(kind, &tastes, key.as_ref())?;
    }
    let list = random_id()?;
    let (is_known, dismissed) = match person.name.clone() {
        None => (false, Vec::new()),
        Some(name) => {
            let asking = tastes.clone();
            let known = tokio::task::spawn_blocking(move || {
                asking.with(Some(&name), |_, history| (history.knows(&name), history.dismissed(&name)))
            });
            known.await.map_err(|error| ApiError::internal(&error))?
        }
    };
    let is_recent = !person.recent.is_empty();
    let uses_any = person.uses != Uses { views: false, saves: false, orders: false, searches: false };
    let asked = Asked {
        tastes,
        customer: person.name,
        uses: person.uses,
        recent: person.recent,
        segment: person.segment,
        never: person.never,
        dismissed,
        like: request.like.clone(),
        n,
        seed: request.seed,
        explore: request.explore.unwrap_or(true),
    };
    let mut present = None;
    let suggestions = match (request.mode, &request.document) {
        (Mode::Restyle, Some(document)) => {
            let owner = Owner::caller(caller, &account);
            let (list, contrast) = restyle(&app, &owner, (document.get().as_bytes(), locks), asked, &list).await?;
            present = contrast;
            list
        }
        (Mode::Feed, _) => feed(&app, &request.partial, asked, &list).await?,
        _ => {
            let (owner, partial) = (Arc::clone(&app), request.partial.clone());
            let styles = tokio::task::spawn_blocking(move || styles(&owner, &partial, &asked));
            let styles = styles.await.map_err(|error| ApiError::internal(&error))?.into_iter().enumerate();
            styles.map(|(place, style)| Suggested::new(format!("{list}/{place}"), style)).collect()
        }
    };
    let parameters_url = "/api/v1/suggestions/parameters";
    Ok(Json(Suggestions {
        list,
        personalised: (is_known && uses_any) || is_recent,
        parameters_url,
        present,
        suggestions,
    }))
}

/// A kind of customer that nobody is would get what all get, and look as if it were of that kind. Kinds of fewer customers than may
/// be told apart are as unknown as those of none; and what else the shop calls its customers is for its own programs.
fn told_kind(kind: &str, tastes: &Tastes, key: Option<&ShopKey>) -> Result<(), ApiError> {
    let mut known: BTreeSet<String> = KINDS.map(str::to_owned).into();
    if key.is_some_and(|key| key.require(Scope::Events).is_ok()) {
        known.extend(tastes.with(None, |model, _| model.segments().map(str::to_owned).collect::<Vec<_>>()));
    }
    if kind.is_empty() || known.contains(kind) {
        return Ok(());
    }
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    Err(ApiError::bad_request("parameter", format!("no kind of customers is called \"{kind}\": segment knows {known}")))
}

/// Whether a call may ask what only the shop may; the moment in the past that it asks about.
fn of_the_shop(request: &SuggestionRequest, key: Option<&ShopKey>) -> Result<Option<i64>, ApiError> {
    if request.customer.is_none() && request.now.is_none() {
        return Ok(None);
    }
    let Some(key) = key else {
        return Err(ApiError::bad_request("parameter", "`customer` and `now` are for keys of the shop"));
    };
    key.require(Scope::Events)?;
    let Some(text) = &request.now else { return Ok(None) };
    let wrong =
        || ApiError::bad_request("parameter", "`now` is a time such as 2026-01-31T12:00:00Z, and lies in the past");
    let at = moment(text).map(Moment::ms).filter(|at| (0..=now_ms()).contains(at));
    at.ok_or_else(wrong).map(Some)
}

/// Whose taste counts, and what of it; nobody's, if they want no personal suggestions.
#[derive(Default)]
struct Person {
    /// As events name them.
    name: Option<String>,
    uses: Uses,
    recent: Vec<Recipe>,
    segment: String,
    never: BTreeMap<Attribute, BTreeSet<String>>,
}

async fn person(app: &App, caller: Option<&CustomerId>, request: &SuggestionRequest) -> Result<Person, ApiError> {
    if let Some(name) = &request.customer {
        let segment = request.segment.clone().unwrap_or_default();
        return Ok(Person { name: Some(format!("+{name}")), segment, ..Person::default() });
    }
    let recent = request.recent.clone();
    let Some(caller) = caller else {
        return Ok(Person { recent, segment: request.segment.clone().unwrap_or_default(), ..Person::default() });
    };
    let preferences = preferences_of(app, caller).await?;
    if !preferences.personalization {
        return Ok(Person::default());
    }
    Ok(Person {
        name: Some(caller.as_str().to_owned()),
        uses: preferences.uses,
        recent: if preferences.uses.views { recent } else { Vec::new() },
        never: never(&preferences),
        // What they said once, and do not say any more, is not what they are.
        segment: request.segment.clone().or(preferences.kind).unwrap_or_default(),
    })
}

/// What suggestions are made from.
#[derive(Clone)]
enum Tastes {
    /// All that is known.
    Now(Arc<App>),
    /// What was known at a moment.
    Then(Arc<Past>),
}

impl Tastes {
    /// The model, and the history if it is about somebody: that may have to be waited for while events are taken in.
    fn with<R>(&self, customer: Option<&str>, work: impl FnOnce(&Model, &History) -> R) -> R {
        match self {
            Self::Now(app) if customer.is_none() => work(&app.tastes.model(), &History::new()),
            Self::Now(app) => work(&app.tastes.model(), &app.tastes.history()),
            Self::Then(past) => work(&past.model, &past.history),
        }
    }
}

/// What is asked for, on its way to a worker.
struct Asked {
    tastes: Tastes,
    customer: Option<String>,
    uses: Uses,
    recent: Vec<Recipe>,
    /// Empty if they say none.
    segment: String,
    never: BTreeMap<Attribute, BTreeSet<String>>,
    dismissed: Vec<Recipe>,
    like: Option<Recipe>,
    n: usize,
    seed: u32,
    explore: bool,
}

fn never(preferences: &Preferences) -> BTreeMap<Attribute, BTreeSet<String>> {
    let known = preferences.never.iter().filter_map(|(name, values)| Some((attribute(name)?, values)));
    known.map(|(attribute, values)| (attribute, values.iter().cloned().collect())).collect()
}

/// The design in other styles.
async fn restyle(
    app: &Arc<App>,
    whose: &Owner,
    (document, locks): (&[u8], BTreeSet<Attribute>),
    asked: Asked,
    list: &str,
) -> Result<(Vec<Suggested>, Option<Contrast>), ApiError> {
    let customer = whose.customer();
    let (design, _) = read_design(app, document, customer, &Choice::default()).await?;
    let facts = facts_of(app, &design, customer).await?;
    let (_, profile) = profile_in_force(app).await?;
    let owner = Arc::clone(app);
    let job = move |cancel: &Cancel| {
        let drawing = |asset: &str| facts.get(asset).map(Facts::drawn_colors).unwrap_or_default();
        let price = |garment: &Garment, color: &GarmentColor| {
            Some(ground_price(&profile, &design.technique, garment, color)?.0)
        };
        let wardrobe = Wardrobe::new(&design, (&owner.shop, &owner.ideas), &locks, (&drawing, cancel))
            .without(&asked.never)
            .priced(&price);
        let wish = Wish {
            customer: asked.customer.as_deref(),
            uses: asked.uses,
            recent: asked.recent,
            segment: Some(&asked.segment),
            dismissed: asked.dismissed,
            like: asked.like,
            n: asked.n,
            seed: asked.seed,
            explore: asked.explore,
        };
        let found = asked.tastes.with(wish.customer, |model, history| candidates(model, history, &wish, &wardrobe));
        // The history is free again while words are set.
        (looks_among(found, &wish, &wardrobe), wardrobe.contrast(), design.clone())
    };
    let time = app.config.limits.preview_time();
    let (chosen, present, design) = app.workers.run(time, &CancellationToken::new(), job).await?;
    let mut suggested = Vec::with_capacity(chosen.len());
    for (place, chosen) in chosen.into_iter().enumerate() {
        // What is told is what is seen.
        let style = Style { recipe: chosen.worn, extras: Extras::default(), reasons: chosen.about };
        let look = Some(dressed(app, whose, &design, chosen.look).await?);
        suggested.push(Suggested { look, ..Suggested::new(format!("{list}/{place}"), style) });
    }
    Ok((suggested, present))
}

/// A look as it is answered; its document is kept for its picture.
async fn dressed(app: &App, owner: &Owner, from: &Design, look: Look) -> Result<DressedLook, ApiError> {
    let view = default_view(&app.shop.fit(&look.design, &Choice::default())?);
    let document = serde_json::to_vec(&look.design).map_err(|error| ApiError::internal(&error))?;
    let name = app.looks.put(owner, document.into()).await;
    Ok(DressedLook {
        patch: patch(from, &look.design).map_err(|error| ApiError::internal(&error))?,
        style: look.style,
        changed: look.changed.iter().map(|attribute| attribute.name()).collect(),
        contrast: look.contrast,
        preview: format!("/api/v1/looks/{name}/previews/{view}"),
        document: format!("/api/v1/looks/{name}"),
    })
}

/// A style that is suggested.
struct Style {
    recipe: Recipe,
    extras: Extras,
    reasons: Vec<Reason>,
}

/// Styles without a design.
fn styles(app: &App, partial: &Recipe, asked: &Asked) -> Vec<Style> {
    let ask = Ask {
        customer: asked.customer.as_deref(),
        uses: asked.uses,
        recent: &asked.recent,
        segment: Some(&asked.segment),
        given: partial.clone(),
        n: MOST * 2,
        only_new: false,
    };
    let (found, unknown) = asked.tastes.with(ask.customer, |model, history| {
        let unknown = if asked.explore { unknown_looks(&app.ideas, model, asked.seed) } else { Vec::new() };
        (suggest_kin(model, history, &ask, &app.shop.catalog), unknown)
    });
    let mut styles: Vec<Style> = found
        .into_iter()
        .map(|one| Style { recipe: one.recipe, extras: Extras::default(), reasons: one.reasons })
        .collect();
    let catalog = &app.shop.catalog;
    let editorial = app.ideas.editorial.iter();
    let editorial = editorial.filter(|look| look.recipe.matches(partial) && can_be_read(&look.recipe, catalog));
    let editorial = editorial.map(|look| Style {
        recipe: look.recipe.clone(),
        extras: Extras { accent: look.accent.clone(), small_font: look.small_font.clone() },
        reasons: vec![Reason::Editorial { name: look.name.clone() }],
    });
    let over = taken_over(&app.ideas, partial, catalog).into_iter();
    let over = over.map(|one| Style { recipe: one.recipe, extras: one.extras, reasons: one.about });
    let mut known: BTreeSet<Recipe> = styles.iter().map(|style| style.recipe.clone()).collect();
    styles.extend(editorial.chain(over).filter(|style| known.insert(style.recipe.clone())));
    let is_welcome = |recipe: &Recipe| {
        let banned = |(attribute, values): (&Attribute, &BTreeSet<String>)| {
            recipe.get(*attribute).is_some_and(|value| values.contains(value))
        };
        !asked.never.iter().any(banned)
    };
    let suits = |recipe: &Recipe| is_welcome(recipe) && !asked.dismissed.contains(recipe);
    styles.retain(|style| suits(&style.recipe));
    if let Some(like) = &asked.like {
        styles = likest_first(styles, like, |style| (&style.recipe, &mut style.reasons));
    }
    let start = asked.n.saturating_mul(asked.seed as usize).min(styles.len().saturating_sub(asked.n));
    let mut styles: Vec<Style> = styles.into_iter().skip(start).take(asked.n).collect();
    // Whoever points at something wants nothing else.
    if asked.explore && asked.like.is_none() && styles.len() > 1 {
        let is_new = |recipe: &Recipe| {
            recipe.matches(partial) && can_be_read(recipe, catalog) && !styles.iter().any(|one| one.recipe == *recipe)
        };
        let mut unknown = unknown.into_iter();
        if let Some(one) = unknown.find(|one| is_new(&one.recipe) && suits(&one.recipe)) {
            styles.pop();
            styles.push(Style { recipe: one.recipe, extras: one.extras, reasons: one.about });
        }
    }
    styles
}

/// Ready designs that are tried for one style.
const TRIED_TEMPLATES: usize = 24;

/// Ready designs in styles for the caller, each on another as long as there are enough.
async fn feed(app: &Arc<App>, partial: &Recipe, asked: Asked, list: &str) -> Result<Vec<Suggested>, ApiError> {
    let partial = partial.clone();
    let starters = starters(app).await;
    let ready: Vec<(String, Design)> =
        starters.templates.iter().map(|one| (one.id.clone(), one.design.clone())).collect();
    let mut facts = BTreeMap::new();
    for (_, design) in &ready {
        facts.extend(facts_of(app, design, None).await?);
    }
    let owner = Arc::clone(app);
    let job = move |cancel: &Cancel| {
        let styles = styles(&owner, &partial, &asked);
        let locks = BTreeSet::new();
        let drawing = |asset: &str| facts.get(asset).map(Facts::drawn_colors).unwrap_or_default();
        let mut next = asked.seed as usize;
        let mut found = Vec::new();
        for style in styles {
            let tried = (0..TRIED_TEMPLATES.min(ready.len())).map(|step| &ready[(next + step) % ready.len()]);
            let worn = tried.enumerate().find_map(|(step, (id, design))| {
                let wardrobe = Wardrobe::new(design, (&owner.shop, &owner.ideas), &locks, (&drawing, cancel));
                let look = dress(&style.recipe, &style.extras, &wardrobe)?;
                Some((step, id.clone(), design.clone(), look))
            });
            next += worn.as_ref().map_or(0, |(step, ..)| step + 1);
            found.push((style, worn));
        }
        found
    };
    let time = app.config.limits.preview_time();
    let found = app.workers.run(time, &CancellationToken::new(), job).await?;
    let mut suggested = Vec::with_capacity(found.len());
    for (place, (style, worn)) in found.into_iter().enumerate() {
        let (template, look) = match worn {
            Some((_, id, design, look)) => {
                // Ready designs are the shop's own words: one picture does for everybody.
                (Some(id), Some(dressed(app, &Owner::Shop, &design, look).await?))
            }
            None => (None, None),
        };
        suggested.push(Suggested { look, template, ..Suggested::new(format!("{list}/{place}"), style) });
    }
    Ok(suggested)
}

/// The document of a suggested look, for an hour after it was suggested, to whom it was.
#[utoipa::path(
    get, path = "/api/v1/looks/{name}", tag = "suggestions", params(("name" = String, Path)),
    responses(
        (status = 200, description = "The design document", body = Object),
        (status = 404, description = "There is none, or it was made for somebody else", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn look(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Names(name): Names<String>,
) -> Result<Response, ApiError> {
    let (_, document) = app.looks.get(&name, customer.as_ref()).await.ok_or_else(|| ApiError::not_found("look"))?;
    Ok(([(CONTENT_TYPE, "application/json")], document).into_response())
}

/// A suggested look on the garment, for an hour after it was suggested, to whom it was.
#[utoipa::path(
    get, path = "/api/v1/looks/{name}/previews/{view}", tag = "suggestions",
    params(("name" = String, Path), ("view" = String, Path, example = "front"), PreviewParams),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it was made for somebody else", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be drawn so", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn preview(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Names((name, view)): Names<(String, String)>,
    Params(params): Params<PreviewParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kept = app.looks.get(&name, customer.as_ref()).await.ok_or_else(|| ApiError::not_found("look"))?;
    let (owner, document) = kept;
    draw(&app, &account, (document, owner), PreviewParams { view: Some(view), ..params }, &headers).await
}

/// Which values are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct TrendParams {
    /// The attribute whose values are ranked: `garment_color`, `text_color`, `font`, `logo`, `placement` or `occasion`; left
    /// out, `garment_color`.
    #[param(example = "text_color")]
    attribute: Option<String>,
    /// `ATTRIBUTE:VALUE`: only with that.
    #[param(example = "garment_color:navy")]
    given: Option<String>,
    /// How many, 1 to 24. Default: 5.
    #[param(minimum = 1, maximum = 24)]
    n: Option<usize>,
}

/// Popular values.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Trends {
    /// Best first.
    values: Vec<Trend>,
}

/// A popular value.
#[derive(Debug, Serialize, ToSchema)]
struct Trend {
    /// The value.
    #[schema(example = "white")]
    value: String,
    /// At least so many customers chose it: 10, 50, 100 or 500; absent if it is an editor's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<usize>,
}

/// Popular values of an attribute, alone or with a value of another: what customers choose now, then what editors did.
#[utoipa::path(
    get, path = "/api/v1/trends", tag = "suggestions", params(TrendParams),
    responses(
        (status = 200, description = "The values", body = Trends),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn trends(
    State(app): State<Arc<App>>,
    Params(params): Params<TrendParams>,
) -> Result<Json<Trends>, ApiError> {
    let wrong = |what: &str| ApiError::bad_request("parameter", what.to_owned());
    let wanted = attribute(params.attribute.as_deref().unwrap_or("garment_color"))
        .ok_or_else(|| wrong("there is no such attribute"))?;
    let n = params.n.unwrap_or(5);
    if !(1..=MOST).contains(&n) {
        return Err(wrong("n is 1 to 24"));
    }
    let known = vocabulary(&app).await;
    let given = match params.given.as_deref().map(|given| given.split_once(':')) {
        None => Recipe::default(),
        Some(Some((name, value))) => {
            let other = attribute(name).ok_or_else(|| wrong("given is ATTRIBUTE:VALUE"))?;
            if !known.has(other, value) {
                return Err(wrong("the shop has no such value"));
            }
            Recipe::default().with(other, value)
        }
        Some(None) => return Err(wrong("given is ATTRIBUTE:VALUE")),
    };
    // What cannot be read on the cloth, or on which the words cannot be, is popular for nobody who asks.
    let reads = |value: &str| can_be_read(&given.clone().with(wanted, value), &app.shop.catalog);
    let popular = app.tastes.model().popular_values(wanted, &given).into_iter();
    let mut values: Vec<Trend> = popular
        .filter(|(value, _)| reads(value))
        .map(|(value, customers)| Trend { value, customers: Some(customers) })
        .collect();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for look in app.ideas.editorial.iter().filter(|look| look.recipe.matches(&given)) {
        let Some(value) = look.recipe.get(wanted).filter(|value| reads(value)) else { continue };
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (value, _) in counts {
        if !values.iter().any(|known| known.value == value) {
            values.push(Trend { value: value.to_owned(), customers: None });
        }
    }
    values.truncate(n);
    Ok(Json(Trends { values }))
}

/// What decides suggestions, in plain words.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Parameters {
    /// What decides, the weightiest first.
    decides: Vec<&'static str>,
    /// What never does.
    never: Vec<&'static str>,
    /// What the caller can change, and where.
    controls: Vec<&'static str>,
    /// Whether the caller's suggestions may be personal at the moment.
    personalization: bool,
    /// When the figures behind it were last brought up to date (RFC 3339).
    made_at: String,
}

/// What decides suggestions, in plain words.
#[utoipa::path(
    get, path = "/api/v1/suggestions/parameters", tag = "suggestions",
    responses((status = 200, description = "What decides", body = Parameters))
)]
pub(in crate::server) async fn parameters(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
) -> Result<Json<Parameters>, ApiError> {
    let preferences = match &customer {
        Some(customer) => preferences_of(&app, customer).await?,
        None => Preferences::default(),
    };
    Ok(Json(Parameters {
        decides: vec![
            "Which styles customers ordered and saved lately: an order counts most, a look at something little, and what is older counts less. One customer counts once for each style, however often they came.",
            "Which styles you looked at, tried on, saved and ordered yourself, and what customers chose who chose the same. The more you did, the more that decides.",
            "The kind of customer that you say you are.",
            "Whether the words can be read on the shirt, and whether the inks can be told apart, also by those who see fewer colours.",
            "That the suggestions differ from each other, and that one of them is something few have chosen yet.",
            "Where nobody has chosen anything yet, styles that people of the shop thought out.",
        ],
        never: vec![
            "Your words, your pictures and the names of your files. A style is made of seven attributes whose values everybody can see in the catalogue.",
            "Styles that fewer than ten customers chose are shown to nobody else.",
            "What it earns the shop.",
        ],
        controls: vec![
            "PUT /api/v1/me/preferences switches personal suggestions off, or what they are made from.",
            "GET /api/v1/me/events tells what is known; DELETE /api/v1/me/events/{id} forgets one of it, POST /api/v1/me/reset all.",
            "GET /api/v1/me/export is everything that is kept of you; DELETE /api/v1/me deletes it.",
            "Locks keep what you like as it is.",
        ],
        personalization: preferences.personalization,
        made_at: crate::server::clock::rfc3339(app.tastes.made_at().min(now_ms())),
    }))
}
