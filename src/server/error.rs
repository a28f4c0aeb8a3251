//! The one place where what went wrong becomes an HTTP answer: `application/problem+json` (RFC 9457).

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::assets::AssetError;
use crate::batch::make::MakeError;
use crate::catalog::UnknownId;
use crate::design::{DesignError, Problem};
use crate::export::ExportError;
use crate::profile::ProfileError;
use crate::quote::QuoteError;
use crate::server::workers::Refusal;
use crate::shop::{OrderError, RenderError};
use crate::store::StoreError;

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<Problem>,
    retry_after_s: Option<u32>,
    challenge: Option<&'static str>,
}

/// The body of every error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Identifies the kind of problem; the same as `code`, as a URI.
    #[schema(example = "urn:platen:problem:invalid-design")]
    r#type: String,
    /// The kind of problem in a few words.
    #[schema(example = "Unprocessable Entity")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// Stable name of the problem, for programs.
    #[schema(example = "invalid-design")]
    code: &'static str,
    /// What is wrong, for people.
    #[schema(example = "the design has 1 problem")]
    detail: String,
    /// Everything that is wrong with the document, each with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// One thing that is wrong with a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body; into a form, the part and then the place in its file.
    #[schema(example = "/placements/0/layers/0/font")]
    pointer: String,
    /// Stable name of the kind of problem.
    #[schema(example = "unknown-font")]
    code: &'static str,
    /// What is wrong.
    #[schema(example = "there is no font \"Antonn\"")]
    message: String,
    /// What to write instead, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "did you mean \"Anton\"?")]
    hint: Option<String>,
}

impl From<Problem> for FieldProblem {
    fn from(problem: Problem) -> Self {
        let Problem { pointer, code, message, hint } = problem;
        Self { pointer, code, message, hint }
    }
}

impl ApiError {
    /// An error with a status, a stable code and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after_s: None, challenge: None }
    }

    /// There is no such thing, or it is not the caller's: the two cannot be told apart.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }

    /// A request that makes no sense.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// A document with problems.
    #[must_use]
    pub fn problems(errors: Vec<Problem>) -> Self {
        Self::invalid("invalid-design", "design", errors)
    }

    /// A body with problems; `what` it is.
    pub(super) fn invalid(code: &'static str, what: &str, errors: Vec<Problem>) -> Self {
        let count = errors.len();
        let detail = format!("the {what} has {count} problem{}", if count == 1 { "" } else { "s" });
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail) }
    }

    /// Everything that is wrong with a document, each with its place.
    pub(super) fn field_problems(&self) -> &[Problem] {
        &self.errors
    }

    /// The same for a document that stands at `pointer` in the body.
    pub(super) fn inside(mut self, pointer: &str) -> Self {
        for problem in &mut self.errors {
            problem.pointer.insert_str(0, pointer);
        }
        self
    }

    /// A fault of ours. What it was goes to the log, not to the caller.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let mut causes = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(error = causes, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed; please try again")
    }

    /// The same with a time after which to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The same with how the caller may prove who it is (`WWW-Authenticate`).
    #[must_use]
    pub const fn challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// What is wrong, for people.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ProblemDetails {
            r#type: format!("urn:platen:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            errors: self.errors.into_iter().map(FieldProblem::from).collect(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

impl From<DesignError> for ApiError {
    fn from(error: DesignError) -> Self {
        let problems = error.problems();
        match error {
            DesignError::TooLarge => {
                Self { errors: problems, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", error.to_string()) }
            }
            DesignError::NotJson { .. } => {
                Self { errors: problems, ..Self::new(StatusCode::BAD_REQUEST, "not-json", error.to_string()) }
            }
            DesignError::Invalid(_) => Self::problems(problems),
        }
    }
}

impl From<ProfileError> for ApiError {
    fn from(error: ProfileError) -> Self {
        let problems = error.problems();
        match error {
            ProfileError::TooLarge => {
                Self { errors: problems, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", error.to_string()) }
            }
            ProfileError::Syntax { .. } => {
                Self { errors: problems, ..Self::new(StatusCode::BAD_REQUEST, "not-json", error.to_string()) }
            }
            ProfileError::Invalid(_) => Self::invalid("invalid-profile", "profile", problems),
        }
    }
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        let code = match &error {
            OrderError::Order(problems) => return Self::invalid("invalid-quote", "request", problems.clone()),
            OrderError::Render(_) => "render",
            OrderError::Quote(QuoteError::Empty) => "empty",
            OrderError::Quote(QuoteError::NotOffered { .. }) => "not-offered",
            OrderError::Quote(QuoteError::NotPossible { .. }) => "not-possible",
            OrderError::Quote(QuoteError::TooManyInks { .. }) => "too-many-inks",
        };
        match error {
            // The design is a part of the body.
            OrderError::Render(error) => Self::from(error).inside("/design"),
            other => Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, other.to_string()),
        }
    }
}

impl From<UnknownId> for ApiError {
    fn from(unknown: UnknownId) -> Self {
        let hint = unknown.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown-id", format!("{unknown}{hint}"))
    }
}

impl From<RenderError> for ApiError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Design(problems) => Self::problems(problems),
            RenderError::Unknown(unknown) => unknown.into(),
            RenderError::UnknownView { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown-view", error.to_string())
            }
            RenderError::Width { .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "width", error.to_string()),
            RenderError::CalledOff => Refusal::Superseded.into(),
            RenderError::AreaNotShown { .. } | RenderError::Mockup(_) => Self::internal(&error),
        }
    }
}

impl From<AssetError> for ApiError {
    fn from(error: AssetError) -> Self {
        let status = match error {
            AssetError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            AssetError::Format { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, "picture", format!("{error}; {}", error.hint()))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BeingRemoved => {
                let detail = "the same picture is being taken away at the moment; bring it again in a moment";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(5)
            }
            StoreError::FilesSlow | StoreError::Contended => {
                tracing::warn!(%error, "a request is to be tried again");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the service cannot keep files at the moment")
                    .retry_after(5)
            }
            other if other.lacks_owner() => {
                let detail = "what this belongs to was deleted meanwhile; load the page again";
                Self::new(StatusCode::CONFLICT, "gone", detail)
            }
            other => Self::internal(&other),
        }
    }
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::CalledOff => Refusal::Superseded.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<MakeError> for ApiError {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::Render(error) => error.into(),
            MakeError::Export(error) => error.into(),
            MakeError::Proof(error) => Self::internal(&error),
            MakeError::Nothing(_) => Self::not_found("print"),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full | Refusal::Waited => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too much is asked of the service at the moment")
                    .retry_after(1)
            }
            Refusal::TooSlow { limit } => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "too-slow",
                format!("this takes longer than {} ms; use fewer layers, filters or pixels", limit.as_millis()),
            ),
            Refusal::Superseded => {
                Self::new(StatusCode::CONFLICT, "superseded", "a newer preview of this editing session was asked for")
            }
            Refusal::Panicked => {
                tracing::error!("a render panicked");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed on this design")
            }
        }
    }
}
