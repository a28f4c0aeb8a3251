//! What an order costs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::design::limits::{Bounds, FIELDS, ID_CHARS};
use crate::design::reader::{Node, Reader};
use crate::design::{Design, Problem, json};
use crate::quote::{Item, MOST_ITEMS, MOST_PIECES, Quote};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::Body;
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::routes::designs::own;
use crate::server::routes::shop::profile_in_force;
use crate::server::state::App;
use crate::shop::{Choice, Order};
use crate::store::{CustomerId, is_id};

/// What is to be priced: a design, or the id of a saved one, and how many of which sizes.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "design": crate::server::openapi::example(), "items": [{ "size": "M", "quantity": 12 }, { "size": "2XL", "quantity": 3 }]
}))]
#[expect(
    dead_code,
    reason = "the description of the API; the body is read field by field, to tell all problems at once"
)]
pub(in crate::server) struct QuoteRequest {
    /// The design document; or else `design_id`.
    #[schema(value_type = Option<Object>)]
    design: Option<Value>,
    /// Id of one of the caller's saved designs; or else `design`.
    design_id: Option<String>,
    /// Quantities by size.
    #[schema(min_items = 1, max_items = 100)]
    items: Vec<QuoteItem>,
    /// Id of a rush of the shop; left out, the usual time.
    rush: Option<String>,
    /// Id of a garment colour other than the design's.
    color: Option<String>,
    /// Id of a technique other than the design's.
    technique: Option<String>,
    /// Whether the same was printed before, so that films and files exist; left out, no.
    repeat: Option<bool>,
    /// Values of the design's fields; left out, their samples.
    fields: Option<BTreeMap<String, String>>,
}

/// So many pieces of one size.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "as above")]
pub(in crate::server) struct QuoteItem {
    /// Id of the size.
    #[schema(example = "M")]
    size: String,
    /// Pieces.
    #[schema(example = 12, minimum = 1, maximum = 100_000)]
    quantity: u32,
}

/// The design of a request.
enum Source {
    /// The document, JSON.
    Inline(Vec<u8>),
    /// The id of a saved one.
    Saved(String),
}

/// Prices an order line by line, each with its reason, and tells what would cost less. Screens are counted on the real
/// artwork. All amounts are in the minor unit of the shop's currency.
#[utoipa::path(
    post, path = "/api/v1/quotes", tag = "prints",
    request_body(content_type = "application/json", description = "What is ordered", content = QuoteRequest),
    responses(
        (status = 200, description = "The price", body = Quote),
        (status = 400, description = "Not JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such saved design, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The order or the design has problems, or it cannot be printed like that", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Body(body): Body,
) -> Result<Json<Quote>, ApiError> {
    let request = read(&body)?;
    let (design, library, order) = settled(&app, customer.as_ref(), request).await?;
    let (_, profile) = profile_in_force(&app).await?;
    let owner = Arc::clone(&app);
    let time = app.config.limits.preview_time();
    let job = move |cancel: &Cancel| owner.shop.quote(&profile, (&design, &library), &order, cancel);
    let quote = app.workers.run(time, &CancellationToken::new(), job).await??;
    Ok(Json(quote))
}

/// What was read of a request: whole unless there are problems.
struct Request {
    source: Option<Source>,
    order: Option<Order>,
    problems: Vec<Problem>,
}

/// The design with its pictures, and the order; or every problem of both, with pointers into the body.
async fn settled(
    app: &Arc<App>,
    customer: Option<&CustomerId>,
    request: Request,
) -> Result<(Design, Library, Order), ApiError> {
    let Request { source, order, problems } = request;
    let document = match source {
        Some(Source::Inline(document)) => Some(document),
        Some(Source::Saved(id)) if problems.is_empty() => Some(own(app, customer, &id).await?.document.into_bytes()),
        _ => None,
    };
    let read = match document {
        Some(document) => {
            let color = order.as_ref().and_then(|order| order.color.clone());
            let choice = Choice { color, ..Choice::default() };
            let read = read_design(app, &document, customer, &choice).await;
            Some(read.map_err(|error| error.inside("/design")))
        }
        None => None,
    };
    match (read, order) {
        (Some(Ok((design, library))), Some(order)) if problems.is_empty() => Ok((design, library, order)),
        (Some(Err(error)), _) if error.field_problems().is_empty() || problems.is_empty() => Err(error),
        (read, _) => {
            let of_design = read.and_then(Result::err).map(|error| error.field_problems().to_vec());
            let all = of_design.into_iter().flatten().chain(problems).collect();
            Err(ApiError::invalid("invalid-quote", "request", all))
        }
    }
}

/// Reads a request but for the document in it.
fn read(body: &[u8]) -> Result<Request, ApiError> {
    let (value, duplicates) = json::parse(body)?;
    let reader = Reader::default();
    reader.report_duplicates(duplicates);
    let (source, order) = request(&Node::root(&value, &reader));
    Ok(Request { source, order, problems: reader.into_problems(&value) })
}

fn request(node: &Node<'_>) -> (Option<Source>, Option<Order>) {
    let Some(mut object) = node.object() else { return (None, None) };
    let inline = object.field("design");
    let saved = object.field("design_id");
    let source = match (inline, saved) {
        (Some(node), None) => serde_json::to_vec(node.value).ok().map(Source::Inline),
        (None, Some(node)) => node.id().filter(|id| is_id(id) || unknown_design(&node)).map(Source::Saved),
        (None, None) => {
            let hint = "write the document as \"design\", or the id of a saved one as \"design_id\"".to_owned();
            node.report_with_hint("missing-field", "there is no design".to_owned(), hint);
            None
        }
        (Some(_), Some(node)) => {
            let hint = "leave one of the two out".to_owned();
            node.report_with_hint("two-designs", "there are both \"design\" and \"design_id\"".to_owned(), hint);
            None
        }
    };
    let items = object.required("items", |node| node.list(MOST_ITEMS, |node| item(&node)));
    let rush = object.optional("rush", |node| node.id());
    let color = object.optional("color", |node| node.id());
    let technique = object.optional("technique", |node| node.id());
    let repeat = object.or("repeat", false, |node| node.boolean());
    let fields = object.or("fields", BTreeMap::new(), |node| fields(&node));
    object.finish();
    (source, items.map(|items| Order { items, rush, color, technique, repeat, fields }))
}

fn unknown_design(node: &Node<'_>) -> bool {
    node.report("bad-id", "that is not the id of a saved design".to_owned());
    false
}

fn item(node: &Node<'_>) -> Option<Item> {
    let mut object = node.object()?;
    let size = object.required("size", |node| node.line(ID_CHARS));
    let quantity = object.required("quantity", |node| {
        let quantity = node.number(Bounds::new(1.0, f64::from(MOST_PIECES)))?;
        if quantity.fract() == 0.0 { Some(quantity as u32) } else { node.wrong_type("a whole number", None) }
    });
    object.finish();
    Some(Item { size: size?, quantity: quantity? })
}

fn fields(node: &Node<'_>) -> Option<BTreeMap<String, String>> {
    let object = node.object()?;
    let entries: Vec<_> = object.entries().collect();
    if entries.len() > FIELDS {
        node.report("too-many", format!("{} fields are too many; at most {FIELDS} are allowed", entries.len()));
        return None;
    }
    // What a value may hold is the design's to say.
    let value = |node: &Node<'_>| node.value.as_str().map(str::to_owned).or_else(|| node.wrong_type("a string", None));
    let read: Vec<Option<(String, String)>> =
        entries.into_iter().map(|(key, node)| Some((key.clone(), value(&node)?))).collect();
    read.into_iter().collect()
}
