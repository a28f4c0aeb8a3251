//! Whether the service lives, what it counts and what it accepts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use crate::server::error::{ApiError, ProblemDetails};
use crate::server::limits::Limits;
use crate::server::state::App;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, description = "It lives", body = str, example = "ok")))]
pub(in crate::server) async fn healthz() -> &'static str {
    "ok"
}

/// The service can do its work: the database answers.
#[utoipa::path(get, path = "/readyz", tag = "service", responses(
    (status = 200, description = "It can work", body = str, example = "ok"),
    (status = 503, description = "It cannot", body = ProblemDetails),
))]
pub(in crate::server) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, ApiError> {
    match app.store.ping().await {
        Ok(()) => Ok("ok"),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "the database does not answer")
                .retry_after(5))
        }
    }
}

/// Counters for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "service", responses((status = 200, description = "Prometheus text format", body = str)))]
pub(in crate::server) async fn metrics(State(app): State<Arc<App>>) -> String {
    app.metrics.run_upkeep();
    app.metrics.render()
}

/// What the service accepts and how long it works.
#[utoipa::path(get, path = "/api/v1/limits", tag = "service", responses((status = 200, description = "Every bound", body = Limits)))]
pub(in crate::server) async fn limits(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "public, no-cache")], Json(app.config.limits.clone()))
}
