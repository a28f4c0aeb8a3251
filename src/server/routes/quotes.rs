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
use crate::design::Design;
use crate::design::limits::ID_CHARS;
use crate::design::reader::Node;
use crate::order::form::{Form, fields, quantity};
use crate::profile::Profile;
use crate::quote::{MOST_ITEMS, MOST_PIECES, Quote};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::Body;
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::routes::designs::own;
use crate::server::routes::shop::profile_in_force;
use crate::server::state::App;
use crate::shop::{Asked, Choice, Order};
use crate::store::{CustomerId, is_id};

/// What is to be priced: a design, or the id of a saved one, and how many of which sizes.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "design": crate::server::openapi::example(),
    "items": [{ "size": "M", "quantity": 12 }, { "size": "2XL", "quantity": 3 }]
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
#[derive(Debug)]
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
    let form = Form::new(&body, |node| read(node).unwrap_or_default())?;
    let (_, profile) = profile_in_force(&app).await?;
    let (design, library, order) = settled(&app, customer.as_ref(), &profile, form).await?;
    let owner = Arc::clone(&app);
    let time = app.config.limits.preview_time();
    let job = move |cancel: &Cancel| owner.shop.quote(&profile, (&design, &library), &order, cancel);
    let quote = app.workers.run(time, &CancellationToken::new(), job).await??;
    Ok(Json(quote))
}

/// The design with its pictures, and the order; or every problem of both, with pointers into the body.
async fn settled(
    app: &Arc<App>,
    customer: Option<&CustomerId>,
    profile: &Profile,
    mut form: Form<Request>,
) -> Result<(Design, Library, Order), ApiError> {
    let document = match &form.read.source {
        Some(Source::Inline(document)) => Some(document.clone()),
        Some(Source::Saved(id)) => match own(app, customer, id).await {
            Ok(row) => Some(row.document.into_bytes()),
            Err(error) if form.is_right() => return Err(error),
            // Told once the form is right.
            Err(_) => None,
        },
        None => None,
    };
    let mut design = None;
    if let Some(document) = document {
        let choice = Choice { color: form.read.asked.color.clone(), ..Choice::default() };
        match read_design(app, &document, customer, &choice).await.map_err(|error| error.inside("/design")) {
            Ok(read) => design = Some(read),
            Err(error) if error.field_problems().is_empty() => return Err(error),
            Err(error) => {
                let asked = app.shop.quote_problems(profile, None, &form.read.asked);
                if form.is_right() && asked.is_empty() {
                    return Err(error);
                }
                form.report(error.field_problems().iter().cloned());
            }
        }
    }
    let asked = app.shop.quote_problems(profile, design.as_ref().map(|(design, _)| design), &form.read.asked);
    if !asked.is_empty() {
        form.report(asked);
    }
    let refuse = |problems| ApiError::invalid("invalid-quote", "request", problems);
    let order = form.finish().map_err(refuse)?.asked.whole();
    // Without a problem there are both.
    design.zip(order).map(|((design, library), order)| (design, library, order)).ok_or_else(|| refuse(Vec::new()))
}

/// A request as far as it could be read.
#[derive(Debug, Default)]
struct Request {
    source: Option<Source>,
    asked: Asked,
}

fn read(node: &Node<'_>) -> Option<Request> {
    let mut object = node.object()?;
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
    let asked = Asked {
        items: object.required("items", |node| node.list(MOST_ITEMS, |node| Some(item(&node).unwrap_or_default()))),
        rush: object.optional("rush", |node| node.id()),
        color: object.optional("color", |node| node.id()),
        technique: object.optional("technique", |node| node.id()),
        repeat: object.or("repeat", false, |node| node.boolean()),
        fields: object.or("fields", BTreeMap::new(), |node| fields(&node)),
    };
    object.finish();
    Some(Request { source, asked })
}

fn unknown_design(node: &Node<'_>) -> bool {
    node.report("bad-id", "that is not the id of a saved design".to_owned());
    false
}

/// A size and a quantity, as far as they could be read.
fn item(node: &Node<'_>) -> Option<(Option<String>, Option<u32>)> {
    let mut object = node.object()?;
    let size = object.required("size", |node| node.line(ID_CHARS));
    let quantity = object.required("quantity", |node| quantity(&node, MOST_PIECES));
    object.finish();
    Some((size, quantity))
}
