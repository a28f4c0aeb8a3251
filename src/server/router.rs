//! All routes, and what every answer has in common.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use tower::ServiceBuilder;
use tower::util::MapResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::fs::ServeFileSystemResponseBody;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::server::error::ApiError;
use crate::server::routes::previews::FromMemory;
use crate::server::routes::{
    batch_files, batches, campaigns, catalog, cuts, designs, events, export, health, ladders, me, order_files, orders,
    outlines, pages, previews, prints, proofs, quotes, revisions, separations, shares, shop, shop_keys, starters,
    suggestions, unsubscribe, uploads, webhooks,
};
use crate::server::state::App;
use crate::server::{Config, Limits, keys, openapi, origin, rates};

/// Nothing comes from anywhere else, and nobody frames us.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
     connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The whole service: tests call it without a socket.
pub fn router(app: &Arc<App>) -> Router {
    let folder = app.config.assets.join("static");
    let compressible = SizeAbove::new(1024)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new(uploads::ORIGINAL))
        .and(NotForContentType::const_new("application/zip"));
    let files = ServeDir::new(&folder).not_found_service(ServeFile::new(folder.join("404.html")));
    let files = MapResponse::new(files, as_a_page);
    // One layer of many for the router, which boxes each that it is given; the first is the outermost.
    let common = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(log_answer).on_failure(log_failure))
        .layer(CatchPanicLayer::custom(panicked))
        .map_response(guard)
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn_with_state(Arc::clone(app), admit))
        .layer(DefaultBodyLimit::max(app.config.limits.json_bytes));
    Router::new()
        .merge(pages::routes())
        .route("/u/{token}", get(unsubscribe::show).post(unsubscribe::confirm))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .nest("/api/v1", api(&app.config.limits))
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/docs", get(openapi::page))
        .route("/api/{*rest}", axum::routing::any(no_such_call))
        .fallback_service(files)
        .method_not_allowed_fallback(wrong_method)
        .layer(common)
        .with_state(Arc::clone(app))
}

/// Files of the pages may be kept by anybody, and change with the program: they are asked for again, by their time. What
/// cannot be done to them is refused like everywhere.
fn as_a_page(response: Response<ServeFileSystemResponseBody>) -> Response {
    let status = response.status();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        return ([(ALLOW, "GET,HEAD")], wrong_method_error()).into_response();
    }
    let mut response = response.map(Body::new);
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    }
    response
}

/// Tells browsers what an answer may not be used for, and that it is not kept unless its handler says so: most answers
/// are one person's.
fn guard<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    weaken_tag(headers);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    response
}

/// A strong tag names the bytes as the handler wrote them; those of a compressed answer are others (RFC 9110, 8.8.3.3).
fn weaken_tag(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\"")) else { return };
    if headers.contains_key(CONTENT_ENCODING)
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
    {
        headers.insert(ETAG, weak);
    }
}

/// A form's own lines around the file.
const FORM_BYTES: usize = 16_384;

fn api(limits: &Limits) -> Router<Arc<App>> {
    let upload =
        post(uploads::create).get(uploads::list).layer(DefaultBodyLimit::max(limits.raster_bytes + FORM_BYTES));
    let campaign_bytes = limits.campaign_bytes + FORM_BYTES;
    Router::new()
        .route("/uploads", upload)
        .route("/uploads/{id}", get(uploads::get).delete(uploads::delete))
        .route("/uploads/{id}/proxy", get(uploads::proxy))
        .route("/uploads/{id}/original", get(uploads::original))
        .route("/limits", get(health::limits))
        .route("/garments", get(catalog::garments))
        .route("/garments/{id}", get(catalog::garment))
        .route("/inks", get(catalog::inks))
        .route("/techniques", get(catalog::techniques))
        .route("/fonts", get(catalog::fonts))
        .route("/graphics", get(starters::graphics))
        .route("/templates", get(starters::templates))
        .route("/templates/{id}", get(starters::template))
        .route("/templates/{id}/previews/{view}", get(starters::preview))
        .route("/mockups/{garment}/{view}", get(catalog::mockup))
        .route("/mockups/{garment}/{view}/reduced/{layer}", get(catalog::mockup_reduced))
        .route("/mockups/{garment}/{view}/{file}", get(catalog::mockup_file))
        .route("/previews", post(previews::create))
        .route("/outlines", post(outlines::create))
        .route("/checks", post(prints::check))
        .route("/artworks", post(prints::artwork))
        .route("/ladders", post(ladders::create))
        .route("/separations", post(separations::create))
        .route("/cuts", post(cuts::create))
        .route("/quotes", post(quotes::create))
        .route("/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/webhooks/{id}", delete(webhooks::delete))
        .route("/webhooks/{id}/deliveries", get(webhooks::deliveries))
        .merge(of_batches(limits))
        .route("/campaigns/preview", post(campaigns::preview).layer(DefaultBodyLimit::max(campaign_bytes)))
        .route("/shop", get(shop::get).put(shop::replace))
        .route("/orders", get(orders::list).post(orders::create))
        .route("/orders/{id}", get(orders::get).put(orders::change))
        .route("/orders/{id}/approval", post(orders::approve))
        .route("/orders/{id}/status", put(orders::set_status))
        .route("/orders/{id}/preview", get(order_files::preview))
        .route("/orders/{id}/changes", get(order_files::changes))
        .route("/orders/{id}/proof.pdf", get(order_files::proof))
        .route("/orders/{id}/files", get(order_files::files))
        .route("/orders/{id}/files/{name}", get(order_files::file))
        .route("/designs", get(designs::list).post(designs::create))
        .route("/designs/{id}", get(designs::get).put(designs::update).delete(designs::delete))
        .route("/designs/{id}/revisions", get(revisions::list))
        .route("/designs/{id}/revisions/{revision}", get(revisions::get))
        .route("/designs/{id}/shares", get(shares::shares).post(shares::share).delete(shares::unshare))
        .route("/designs/{id}/shares/{token}", delete(shares::unshare_one))
        .route("/designs/{id}/previews/{view}", get(designs::preview))
        .route("/events", post(events::create))
        .route("/customers/{customer}/events", delete(events::forget_customer))
        .route("/suggestions", post(suggestions::create))
        .route("/suggestions/parameters", get(suggestions::parameters))
        .route("/looks/{name}", get(suggestions::look))
        .route("/looks/{name}/previews/{view}", get(suggestions::preview))
        .route("/trends", get(suggestions::trends))
        .route("/me", delete(me::delete))
        .route("/me/preferences", get(me::preferences).put(me::set_preferences))
        .route("/me/events", get(me::events))
        .route("/me/events/{id}", delete(me::forget_event))
        .route("/me/export", get(export::export))
        .route("/me/reset", post(me::reset))
        .route("/designs/{id}/proof.pdf", get(proofs::design_proof))
        .route("/keys", get(shop_keys::list))
        .route("/keys/current", get(shop_keys::current))
        .route("/keys/{id}", delete(shop_keys::revoke))
        .route("/shared/{token}", get(designs::shared))
        .route("/shared/{token}/copies", post(designs::copy))
        .route("/shared/{token}/previews/{view}", get(designs::shared_preview))
        .route("/shared/{token}/proof.pdf", get(proofs::shared_proof))
}

fn of_batches(limits: &Limits) -> Router<Arc<App>> {
    let batch = post(batches::create).get(batches::list).layer(DefaultBodyLimit::max(limits.orders_bytes));
    Router::new()
        .route("/batches", batch)
        .route("/batches/{id}", get(batches::get).delete(batches::delete))
        .route("/batches/{id}/start", post(batches::start))
        .route("/batches/{id}/stop", post(batches::stop))
        .route("/batches/{id}/rows/{row}/preview", get(batches::row_preview))
        .route("/batches/{id}/events", get(batches::events))
        .route("/batches/{id}/archive.zip", get(batches::archive))
        .route("/batches/{id}/files", get(batch_files::list))
        .route("/batches/{id}/files/{number}", get(batch_files::file))
}

async fn no_such_call() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "no-such-call", "there is no such call; /api/docs lists all")
}

async fn wrong_method() -> ApiError {
    wrong_method_error()
}

fn wrong_method_error() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this address does not take this method")
}

/// Lets a request in: not from another site's page, with its key looked up, and within what its caller may ask for.
async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let known = async {
        own_origin(&app.config, &request)?;
        keys::identify(&app, &mut request).await
    };
    match known.await {
        Ok(()) => rates::limit(app, request, next).await,
        Err(error) => error.into_response(),
    }
}

/// Refuses changes that another site's page asks a visitor's browser for.
fn own_origin(config: &Config, request: &Request) -> Result<(), ApiError> {
    let is_change = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(origin) = request.headers().get(ORIGIN).filter(|_| is_change) else { return Ok(()) };
    if origin.to_str().is_ok_and(|page| origin::is_own(config, request.headers(), page)) {
        return Ok(());
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = origin::scheme(config, request.headers());
    let detail = format!("another site's page cannot change things here; this is {scheme}://{host}");
    Err(ApiError::new(StatusCode::FORBIDDEN, "foreign-origin", detail))
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed; please try again").into_response()
}

fn span(request: &Request) -> Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = %loggable(request.uri().path()), id)
}

/// A path without the token of a share link, for whoever has that may see the design, nor that of a mail, which has an address
/// in it, nor the shop's name for somebody who wants to be forgotten.
fn loggable(path: &str) -> Cow<'_, str> {
    if let Some((design, _)) = path.strip_prefix("/api/v1/designs/").and_then(|call| call.split_once("/shares/")) {
        return format!("/api/v1/designs/{design}/shares/…").into();
    }
    for place in ["/api/v1/shared/", "/api/v1/customers/", "/shared/", "/u/"] {
        if let Some(rest) = path.strip_prefix(place) {
            let call = rest.split_once('/').map_or(String::new(), |(_, call)| format!("/{call}"));
            return format!("{place}…{call}").into();
        }
    }
    path.into()
}

/// What answers of 500 and more came of is told where it happened, and those of load are no fault. What is left are
/// answers that broke off.
fn log_failure(failure: ServerErrorsFailureClass, latency: Duration, _: &Span) {
    if let ServerErrorsFailureClass::Error(error) = failure {
        tracing::warn!(error, duration_ms = latency.as_secs_f64() * 1000.0, "an answer broke off");
    }
}

fn log_answer<B>(response: &Response<B>, latency: Duration, _: &Span) {
    let status = response.status().as_u16();
    metrics::counter!("platen_responses_total", "status" => status.to_string()).increment(1);
    metrics::histogram!("platen_response_seconds").record(latency.as_secs_f64());
    let duration_ms = latency.as_secs_f64() * 1000.0;
    let was_kept = response.extensions().get::<FromMemory>().is_some();
    if was_kept || response.status() == StatusCode::NOT_MODIFIED {
        tracing::debug!(status, duration_ms, "answered");
    } else {
        tracing::info!(status, duration_ms, "answered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_shows_the_token_of_a_link_nor_whom_the_shop_forgets() {
        for (path, shown) in [
            ("/shared/secret", "/shared/…"),
            ("/u/secret", "/u/…"),
            ("/api/v1/shared/secret/previews/front", "/api/v1/shared/…/previews/front"),
            ("/api/v1/designs/d/shares/secret", "/api/v1/designs/d/shares/…"),
            ("/api/v1/customers/anna%40x.example/events", "/api/v1/customers/…/events"),
            ("/api/v1/designs/d/shares", "/api/v1/designs/d/shares"),
        ] {
            assert_eq!(loggable(path), shown);
        }
    }
}
