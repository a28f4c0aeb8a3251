//! Templates to start from and graphics to use. They are fixed while the service runs: every answer carries a strong tag.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assets::Facts;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Names, Params};
use crate::server::previews::{Owner, PreviewParams};
use crate::server::rates::Account;
use crate::server::routes::catalog::tagged;
use crate::server::routes::designs::draw;
use crate::server::starters::{Graphic, Template, starters};
use crate::server::state::App;

/// A drawing that every design may use.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ListedGraphic<'a> {
    /// What designs call it: `asset` of an image layer.
    #[schema(example = "1f0c3c6f8f6f2b1c0a7f3d9c5e4b2a1908f7e6d5c4b3a291807f6e5d4c3b2a19")]
    id: &'a str,
    /// What people call it.
    #[schema(example = "moth")]
    name: &'a str,
    /// What it is sorted under; a drawing may have none.
    #[schema(example = "animals")]
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    /// Address of it as PNG; `?width=` says how large.
    #[schema(example = "/api/v1/uploads/1f0c3c6f8f6f2b1c0a7f3d9c5e4b2a1908f7e6d5c4b3a291807f6e5d4c3b2a19/proxy")]
    proxy: String,
    #[serde(flatten)]
    facts: &'a Facts,
}

/// A design to start from.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ListedTemplate<'a> {
    /// Its id.
    #[schema(example = "camp")]
    id: &'a str,
    /// What people call it.
    #[schema(example = "Camp Tamarack")]
    name: &'a str,
    /// What it is sorted under; a design may have none.
    #[schema(example = "clubs")]
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    /// The garment's id.
    #[schema(example = "tee")]
    garment: &'a str,
    /// The garment colour's id.
    #[schema(example = "forest")]
    color: &'a str,
    /// The technique's id.
    #[schema(example = "screen-print")]
    technique: &'a str,
    /// The print areas that it uses.
    #[schema(example = json!(["front"]))]
    areas: Vec<&'a str>,
    /// Ids of its fields, which an order fills in.
    #[schema(example = json!(["name", "number"]))]
    fields: Vec<&'a str>,
    /// Address of its document.
    #[schema(example = "/api/v1/templates/camp")]
    document: String,
    /// Addresses of its pictures, one for each view that shows a print.
    #[schema(example = json!(["/api/v1/templates/camp/previews/front"]))]
    previews: Vec<String>,
}

impl<'a> From<&'a Graphic> for ListedGraphic<'a> {
    fn from(graphic: &'a Graphic) -> Self {
        let proxy = format!("/api/v1/uploads/{}/proxy", graphic.id);
        Self {
            id: &graphic.id,
            name: &graphic.name,
            category: graphic.category.as_deref(),
            proxy,
            facts: &graphic.facts,
        }
    }
}

impl<'a> From<&'a Template> for ListedTemplate<'a> {
    fn from(template: &'a Template) -> Self {
        let (id, design) = (template.id.as_str(), &template.design);
        Self {
            id,
            name: design.name.as_deref().unwrap_or(id),
            category: template.category.as_deref(),
            garment: &design.garment,
            color: &design.color,
            technique: &design.technique,
            areas: design.placements.iter().map(|placement| placement.area.as_str()).collect(),
            fields: design.fields.iter().map(|field| field.id.as_str()).collect(),
            document: format!("/api/v1/templates/{id}"),
            previews: template.views.iter().map(|view| format!("/api/v1/templates/{id}/previews/{view}")).collect(),
        }
    }
}

/// Drawings that every design may use, by name.
#[utoipa::path(get, path = "/api/v1/graphics", tag = "catalogue", responses(
    (status = 200, description = "All graphics", body = Vec<ListedGraphic<'static>>, headers(("ETag" = String, description = "Hash of the list"))),
    (status = 304, description = "The caller has this list already"),
))]
pub(in crate::server) async fn graphics(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let list: Vec<_> = starters(&app).await.graphics.iter().map(ListedGraphic::from).collect();
    list_answer(&headers, &list)
}

/// Designs to start from, by name.
#[utoipa::path(get, path = "/api/v1/templates", tag = "catalogue", responses(
    (status = 200, description = "All templates", body = Vec<ListedTemplate<'static>>, headers(("ETag" = String, description = "Hash of the list"))),
    (status = 304, description = "The caller has this list already"),
))]
pub(in crate::server) async fn templates(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let list: Vec<_> = starters(&app).await.templates.iter().map(ListedTemplate::from).collect();
    list_answer(&headers, &list)
}

/// The document of a template, to be changed and saved as a design of one's own.
#[utoipa::path(
    get, path = "/api/v1/templates/{id}", tag = "catalogue", params(("id" = String, Path, example = "camp")),
    responses(
        (status = 200, description = "The design document", body = Object, headers(("ETag" = String, description = "Hash of the document"))),
        (status = 304, description = "The caller has this document already"),
        (status = 404, description = "There is none", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn template(
    State(app): State<Arc<App>>,
    Names(id): Names<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(json_answer(&headers, find(&app, &id).await?.document.clone()))
}

/// A template on the garment.
#[utoipa::path(
    get, path = "/api/v1/templates/{id}/previews/{view}", tag = "previews",
    params(("id" = String, Path, example = "camp"), ("view" = String, Path, example = "front"), PreviewParams),
    responses(
        (status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
        (status = 304, description = "The caller has this picture already"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be drawn so", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn preview(
    State(app): State<Arc<App>>,
    account: Account,
    Names((id, view)): Names<(String, String)>,
    Params(params): Params<PreviewParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let document = find(&app, &id).await?.document.clone();
    draw(&app, &account, (document, Owner::Shop), PreviewParams { view: Some(view), ..params }, &headers).await
}

async fn find<'a>(app: &'a Arc<App>, id: &str) -> Result<&'a Template, ApiError> {
    starters(app).await.template(id).ok_or_else(|| ApiError::not_found("template"))
}

fn list_answer<T: Serialize>(headers: &HeaderMap, list: &[T]) -> Result<Response, ApiError> {
    let json = serde_json::to_vec(list).map_err(|error| ApiError::internal(&error))?;
    Ok(json_answer(headers, json.into()))
}

fn json_answer(headers: &HeaderMap, json: Bytes) -> Response {
    let hash = blake3::hash(&json);
    tagged(headers, hash, ([(CONTENT_TYPE, "application/json")], json))
}
