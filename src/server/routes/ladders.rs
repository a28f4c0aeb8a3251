//! A design in few inks.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::cancel::Cancel;
use crate::press::{self, LadderError, Rung, RungReport};
use crate::server::costs::{area_pixels, places};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::previews::choice;
use crate::server::rates::Account;
use crate::server::routes::separations::{item, pieces};
use crate::server::routes::shop::profile_in_force;
use crate::server::state::App;
use crate::shop::press::{MOST_RUNGS, SeparationOptions};
use crate::units::Dpi;

/// Dots per inch at which plates are compared with the design.
const LADDER_DPI: f64 = 72.0;

/// Of what a ladder is made.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct LadderParams {
    /// Id of the print area.
    #[param(example = "front")]
    area: String,
    /// Pieces that are priced, 1 to 100,000; left out, 12.
    #[param(minimum = 1, maximum = 100_000)]
    pieces: Option<u32>,
    /// Id of a garment colour other than the document's.
    color: Option<String>,
    /// Id of a size; left out, the size that the mockup was made of.
    size: Option<String>,
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    fields: Option<String>,
}

/// A design in few inks.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Ladder {
    /// With one ink, with two and so on; at most four, and no more than change anything.
    rungs: Vec<RungReport>,
}

/// Tells with which one, two, three and four inks a design prints best, how near that comes to it, and what each costs. Flat
/// designs are printed with their own inks, pictures with those on the shelf; colours that are nearer to the cloth are left
/// open. `separation` of a rung is the query for its plates, or its picture with `answer=proof`; `color`, `size` and `fields`
/// are added as they were asked here.
#[utoipa::path(
    post, path = "/api/v1/ladders", tag = "prints", params(LadderParams),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The rungs", body = Ladder),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn, or not separated", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Params(params): Params<LadderParams>,
    Body(body): Body,
) -> Result<Json<Ladder>, ApiError> {
    let quantity = pieces(params.pieces.unwrap_or(12))?;
    let options = SeparationOptions {
        area: params.area,
        choice: choice(params.size, params.color, params.fields.as_deref())?,
        dpi: Dpi::new(LADDER_DPI).unwrap_or(Dpi::PRINT),
        ..SeparationOptions::default()
    };
    let (design, library) = read_design(&app, &body, customer.as_ref(), &options.choice).await?;
    let (_, profile) = profile_in_force(&app).await?;
    let fitting = app.shop.fit(&design, &options.choice)?;
    let pixels = area_pixels(&fitting, &options.area, options.dpi).saturating_mul(2 * MOST_RUNGS as u64);
    drop(fitting);
    account.spend_rest(app.config.limits.costs.print(pixels))?;
    let options = SeparationOptions { items: vec![item(&app, (&design, &options.choice), quantity)?], ..options };
    let owner = Arc::clone(&app);
    let job = move |cancel: &Cancel| press::ladder(&owner.shop, &profile, (&design, &library), &options, cancel);
    let (time, never) = (app.config.limits.print_time(), CancellationToken::new());
    let rungs = app.workers.run_long(places(pixels), time, &never, job).await??;
    Ok(Json(Ladder { rungs: rungs.iter().map(Rung::report).collect() }))
}

impl From<LadderError> for ApiError {
    fn from(error: LadderError) -> Self {
        match error {
            LadderError::Separation(error) => error.into(),
            LadderError::Press(error) => error.into(),
        }
    }
}
