//! Everything that is kept of the caller, as one file.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc::{Sender, channel};
use utoipa::ToSchema;

use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::identity::MaybeCustomer;
use crate::server::rates::Account;
use crate::server::routes::me::{
    Deed, Preferences, all_designs, all_events, all_links, all_orders, all_uploads, preferences_of,
};
use crate::server::routes::shares::ShareLink;
use crate::server::routes::streamed;
use crate::server::state::App;
use crate::store::{CustomerId, DesignSummary, REVISIONS};
use crate::suggest::Recipe;

/// Points of an export, which may be long.
const EXPORT_POINTS: u32 = 200;
/// Parts of an export that wait for whoever reads it.
const WAITING: usize = 4;

/// Everything that is kept of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Export {
    /// When this was written (RFC 3339).
    exported_at: String,
    /// The customer's own row; absent of somebody without a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<ExportedCustomer>,
    preferences: Preferences,
    /// Everything that was done, the last first; `impression` is what was shown.
    events: Vec<Deed>,
    /// What personal suggestions start from, the strongest first.
    profile: Vec<Liking>,
    /// Uploaded pictures; their files are at `/api/v1/uploads/{id}/original`.
    uploads: Vec<ExportedUpload>,
    /// Ids of orders. What was ordered, with names and addresses, is at `/api/v1/orders/{id}`, proofs and print files below it.
    orders: Vec<String>,
    /// Saved designs as they are now, and as they were.
    designs: Vec<ExportedDesign>,
}

/// A customer: whoever has the cookie, of which a hash is kept.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedCustomer {
    /// When the cookie was given (RFC 3339).
    created_at: String,
    /// Until when what was done was forgotten (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    forgotten_at: Option<String>,
}

/// A style that a customer seems to like.
#[derive(Debug, Serialize, ToSchema)]
struct Liking {
    #[schema(value_type = Object)]
    recipe: Recipe,
    /// How much, 0 to about 2: an order of today counts 1.
    weight: f64,
}

/// A saved design.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedDesign {
    id: String,
    title: String,
    /// When it was last changed (RFC 3339).
    updated_at: String,
    #[schema(value_type = Object)]
    document: Box<RawValue>,
    /// Links that let whoever has them look at it, the latest first.
    links: Vec<ShareLink>,
    /// Its history, the latest first; the present one is among them.
    revisions: Vec<ExportedRevision>,
}

/// A saved design as it once was.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedRevision {
    revision: i64,
    title: String,
    /// When it was saved (RFC 3339).
    created_at: String,
    #[schema(value_type = Object)]
    document: Box<RawValue>,
}

/// An uploaded picture.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedUpload {
    id: String,
    /// What its file was called.
    name: String,
    /// When it was uploaded (RFC 3339).
    created_at: String,
}

/// Everything that is kept of the caller, as one JSON file.
#[utoipa::path(
    get, path = "/api/v1/me/export", tag = "suggestions",
    responses(
        (status = 200, description = "Everything", body = Export, headers(("Content-Disposition" = String, description = "A file to keep"))),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn export(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
) -> Result<Response, ApiError> {
    account.spend(EXPORT_POINTS)?;
    let customer = customer.unwrap_or_else(CustomerId::nobody);
    let designs = all_designs(&app, &customer).await?;
    let uploads = all_uploads(&app, &customer).await?.into_iter();
    let (owner, name) = (Arc::clone(&app), customer.as_str().to_owned());
    let likings = tokio::task::spawn_blocking(move || owner.tastes.model().likings(&owner.tastes.history(), &name));
    let likings = likings.await.map_err(|error| ApiError::internal(&error))?;
    let export = Export {
        exported_at: rfc3339(now_ms()),
        customer: app.store.customer_times(&customer).await?.map(|(created_at, forgotten_at)| ExportedCustomer {
            created_at: rfc3339(created_at),
            forgotten_at: (forgotten_at > 0).then(|| rfc3339(forgotten_at)),
        }),
        preferences: preferences_of(&app, &customer).await?,
        events: all_events(&app, &customer).await?.into_iter().map(Deed::from).collect(),
        profile: likings.into_iter().map(|(recipe, weight)| Liking { recipe, weight }).collect(),
        uploads: uploads
            .map(|(row, owner)| ExportedUpload { id: row.id, name: owner.name, created_at: rfc3339(owner.created_at) })
            .collect(),
        orders: all_orders(&app, &customer).await?.into_iter().map(|row| row.id).collect(),
        designs: Vec::new(),
    };
    let disposition = [(CONTENT_DISPOSITION, "attachment; filename=\"platen-export.json\"")];
    if designs.is_empty() {
        return Ok((disposition, Json(export)).into_response());
    }
    // Histories of many designs are more than one answer should hold in memory: they are written as they are read.
    let (sender, receiver) = channel(WAITING);
    let head = open_list(&export)?;
    tokio::spawn(async move {
        if let Err(error) = write(&app, head, designs, &sender).await {
            // The file breaks off, so that nobody takes it for whole.
            tracing::warn!(?error, "an export broke off");
            let _ = sender.send(Err(std::io::Error::other("the export broke off"))).await;
        }
    });
    Ok((disposition, [(CONTENT_TYPE, "application/json")], streamed(receiver)).into_response())
}

/// An object whose last member is an empty list, up to where that begins.
fn open_list(value: &impl Serialize) -> Result<String, ApiError> {
    let mut text = serde_json::to_string(value).map_err(|error| ApiError::internal(&error))?;
    text.truncate(text.trim_end_matches(['}', ']']).len());
    Ok(text)
}

/// Where the parts of an export go.
type Parts = Sender<Result<Bytes, std::io::Error>>;

/// Writes the designs behind the head, each with its history.
async fn write(app: &App, head: String, designs: Vec<DesignSummary>, parts: &Parts) -> Result<(), ApiError> {
    let mut text = head;
    let mut is_first = true;
    for summary in designs {
        // It may have been deleted meanwhile.
        let Some(row) = app.store.design(&summary.id).await? else { continue };
        let raw = |document| RawValue::from_string(document).map_err(|error| ApiError::internal(&error));
        let links = all_links(app, &row.id).await?.into_iter();
        let design = ExportedDesign {
            links: links.map(ShareLink::from).collect(),
            id: row.id,
            title: row.title,
            updated_at: rfc3339(row.updated_at),
            document: raw(row.document)?,
            revisions: Vec::new(),
        };
        if !std::mem::take(&mut is_first) {
            text.push(',');
        }
        text.push_str(&open_list(&design)?);
        let mut is_latest = true;
        for revision in app.store.revisions(&design.id, None, REVISIONS as u32).await? {
            let Some((row, document)) = app.store.revision(&design.id, revision.revision).await? else { continue };
            let exported = ExportedRevision {
                revision: row.revision,
                title: row.title,
                created_at: rfc3339(row.created_at),
                document: raw(document)?,
            };
            if !std::mem::take(&mut is_latest) {
                text.push(',');
            }
            text.push_str(&serde_json::to_string(&exported).map_err(|error| ApiError::internal(&error))?);
            if parts.send(Ok(std::mem::take(&mut text).into())).await.is_err() {
                // Whoever asked has gone.
                return Ok(());
            }
        }
        text.push_str("]}");
    }
    text.push_str("]}");
    let _ = parts.send(Ok(text.into())).await;
    Ok(())
}
