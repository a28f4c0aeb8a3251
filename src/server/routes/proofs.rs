//! Proofs: of saved designs before anything is ordered, and what those of orders are made by as well.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::design::Design;
use crate::proof::{self, Heading, Paper, ProofError, ProofLine};
use crate::scene::RENDERER_VERSION;
use crate::server::clock::rfc3339;
use crate::server::costs::PROOF_DESIGN_PLACES;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Id, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::previews::choice;
use crate::server::rates::Account;
use crate::server::routes::designs::own;
use crate::server::routes::previews::{REVALIDATED, has_tag, unchanged};
use crate::server::routes::shop::profile_in_force;
use crate::server::routes::uploads::safe_name;
use crate::server::state::App;
use crate::server::workers::Refusal;
use crate::shop::Choice;
use crate::store::DesignRow;

/// What a proof of a design shows.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct ProofParams {
    /// Id of a colour other than the document's.
    #[param(example = "navy")]
    color: Option<String>,
    /// Id of a size; left out, the size that the mockup was made of.
    #[param(example = "XL")]
    size: Option<String>,
    /// Values of the document's fields, a JSON object of strings; left out, their samples. One for a field that the document
    /// does not have is refused (`unknown-field`).
    #[param(example = "{\"name\":\"OKAFOR\"}")]
    fields: Option<String>,
    /// Size of the pages; left out, a4. On letter, lengths are told in inches as well.
    #[serde(default)]
    #[param(inline)]
    paper: PaperParam,
}

/// Size of a proof's pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum PaperParam {
    #[default]
    A4,
    Letter,
}

/// The proof of a saved design, before anything is ordered: every view, sizes and places in millimetres, inks, fonts,
/// findings, and the hash of the artwork. It costs as many points as that of an order of one design.
#[utoipa::path(
    get, path = "/api/v1/designs/{id}/proof.pdf", tag = "designs", params(("id" = String, Path), ProofParams),
    responses(
        (status = 200, description = "The proof", content_type = "application/pdf", body = Vec<u8>, headers(("ETag" = String, description = "Names what it shows"))),
        (status = 304, description = "The caller has it"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn design_proof(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Id(id): Id,
    Params(params): Params<ProofParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = own(&app, customer.as_ref(), &id).await?;
    of_design(&account, row, &params, &headers).await
}

/// The proof of a shared design, as its owner gets it.
#[utoipa::path(
    get, path = "/api/v1/shared/{token}/proof.pdf", tag = "designs", params(("token" = String, Path), ProofParams),
    responses(
        (status = 200, description = "The proof", content_type = "application/pdf", body = Vec<u8>, headers(("ETag" = String, description = "Names what it shows"))),
        (status = 304, description = "The caller has it"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "The link leads nowhere", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn shared_proof(
    State(app): State<Arc<App>>,
    account: Account,
    Id(token): Id,
    Params(params): Params<ProofParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = app.store.shared(&token).await?.ok_or_else(|| ApiError::not_found("link"))?;
    of_design(&account, row, &params, &headers).await
}

/// The proof of a saved design, drawn with its owner's uploads.
async fn of_design(
    account: &Account,
    row: DesignRow,
    params: &ProofParams,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let app = account.app();
    let (revision, profile) = profile_in_force(app).await?;
    let asked = serde_json::to_vec(params).map_err(|error| ApiError::internal(&error))?;
    let tag = tag_of(app, &row.id, [row.revision, revision], &asked);
    if has_tag(headers, &tag) {
        return Ok(unchanged(&tag, REVALIDATED));
    }
    let choice = choice(params.size.clone(), params.color.clone(), params.fields.as_deref())?;
    let read = read_design(app, row.document.as_bytes(), Some(&row.customer), &choice).await?;
    let heading = Heading {
        shop: profile.brand.name,
        date: rfc3339(row.updated_at).get(..10).map(str::to_owned),
        paper: match params.paper {
            PaperParam::A4 => Paper::A4,
            PaperParam::Letter => Paper::Letter,
        },
        ..Heading::default()
    };
    let line = Line { design: row.id.clone(), choice, quantity: 0, ordered: BTreeMap::new() };
    let shown = Shown { heading, designs: BTreeMap::from([(row.id, read)]), lines: vec![line] };
    drawn(account, shown, (&tag, &safe_name(&row.title))).await
}

/// What a proof shows.
pub(in crate::server) struct Shown {
    /// Name of the shop, number and so on.
    pub(in crate::server) heading: Heading,
    /// The designs with their pictures, by their ids.
    pub(in crate::server) designs: BTreeMap<String, (Design, Library)>,
    /// What is made of them.
    pub(in crate::server) lines: Vec<Line>,
}

/// A line of a proof: see [`ProofLine`].
pub(in crate::server) struct Line {
    /// Id of the design.
    pub(in crate::server) design: String,
    pub(in crate::server) choice: Choice,
    pub(in crate::server) quantity: u32,
    pub(in crate::server) ordered: BTreeMap<String, String>,
}

/// The entity tag, quoted, of a proof of what `id` names at the revisions `numbers`, with everything else that decides how
/// it looks: another program may draw the same otherwise.
pub(in crate::server) fn tag_of(app: &App, id: &str, numbers: [i64; 2], more: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("platen proof");
    let numbers = [numbers[0], numbers[1], RENDERER_VERSION.into()].map(i64::to_le_bytes);
    let program = env!("CARGO_PKG_VERSION").as_bytes();
    for part in [id.as_bytes(), numbers.as_flattened(), &app.shop.digest, program, more] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("\"{}\"", hasher.finalize().to_hex())
}

/// The answer with a proof that bears `tag`, drawn now and charged by its designs. It is called `proof-NAME.pdf`.
///
/// # Errors
/// What cannot be drawn; that the service is busy; that the account does not hold what it costs.
pub(in crate::server) async fn drawn(
    account: &Account,
    shown: Shown,
    (tag, name): (&str, &str),
) -> Result<Response, ApiError> {
    let app = account.app();
    let n_designs = u32::try_from(shown.designs.len()).unwrap_or(u32::MAX);
    account.spend_rest(app.config.limits.costs.proof_design.saturating_mul(n_designs))?;
    let owner = Arc::clone(app);
    let job = move |cancel: &Cancel| -> Result<Vec<u8>, ProofError> {
        let Shown { heading, designs, lines } = shown;
        let line = |line: Line| {
            let (design, library) = designs.get(&line.design)?;
            let Line { choice, quantity, ordered, .. } = line;
            Some(ProofLine { design, library, choice, quantity, name: String::new(), marks: Vec::new(), ordered })
        };
        let lines: Vec<ProofLine<'_>> = lines.into_iter().filter_map(line).collect();
        let proof = proof::gather(&owner.shop, heading, &lines, cancel)?;
        let mut file = Vec::new();
        proof::write(&proof, &owner.shop.fonts, cancel, &mut file)?;
        Ok(file)
    };
    let places = PROOF_DESIGN_PLACES.saturating_mul(n_designs);
    let time = app.config.limits.print_time();
    let file = app.workers.run_long(places, time, &CancellationToken::new(), job).await??;
    let header = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CONTENT_DISPOSITION, header(&format!("inline; filename=\"proof-{name}.pdf\""))?),
        (CACHE_CONTROL, HeaderValue::from_static(REVALIDATED)),
        (ETAG, header(tag)?),
    ];
    Ok((headers, file).into_response())
}

impl From<ProofError> for ApiError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Render { source, .. } => source.into(),
            ProofError::Changed { .. } => Self::new(StatusCode::CONFLICT, "proof-changed", error.to_string()),
            ProofError::Size { .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-much", error.to_string()),
            ProofError::CalledOff => Refusal::Superseded.into(),
            other => Self::internal(&other),
        }
    }
}
