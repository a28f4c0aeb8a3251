//! Cut paths of a print area.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::cancel::Cancel;
use crate::export::cut;
use crate::press::cut::{CUT_DPI, CutOptions, CutReport, LEAST_MM, OFFSET_MM, Way, cuts};
use crate::server::costs::{area_pixels, places};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::previews::choice;
use crate::server::rates::Account;
use crate::server::routes::previews::ARTWORK_HASH;
use crate::server::routes::shop::profile_in_force;
use crate::server::state::App;
use crate::shop::press::SeparationOptions;
use crate::units::Length;

/// What is cut, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct CutParams {
    /// Id of the print area.
    #[param(example = "front")]
    area: String,
    /// What is cut; left out, foils.
    #[serde(default)]
    #[param(inline)]
    way: CutWay,
    /// How far around the print the knife goes, mm, 0 to 20; only around. Left out, 0.
    #[param(minimum = 0, maximum = 20)]
    offset: Option<f64>,
    /// Whether all is the wrong way round, for foil that is pressed on face down; left out, no.
    mirror: Option<bool>,
    /// Pieces and holes that are narrower are told of, mm, 0.1 to 10; left out, 1.
    #[param(minimum = 0.1, maximum = 10)]
    least: Option<f64>,
    /// Foils to cut from, ids of the palette or `#rrggbb` with commas between; left out, the design's own colours.
    inks: Option<String>,
    /// Colours of the design that differ less (CIEDE2000) share a foil, 0 to 50; left out, 0.
    #[param(minimum = 0, maximum = 50)]
    merge: Option<f64>,
    /// What is answered; left out, the SVG.
    #[serde(default)]
    #[param(inline)]
    answer: CutAnswer,
    /// Id of a garment colour other than the document's.
    color: Option<String>,
    /// Id of a size; left out, the size that the mockup was made of.
    size: Option<String>,
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    fields: Option<String>,
}

/// What is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum CutWay {
    /// Each colour out of its own foil.
    #[default]
    Foils,
    /// Once around all that is printed: stickers and transfers.
    Around,
}

/// What is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum CutAnswer {
    /// The paths as SVG in millimetres.
    #[default]
    Svg,
    /// The paths as DXF of release 12.
    Dxf,
    /// What weeding will meet, as JSON.
    Report,
}

/// Traces the paths that a cutter follows, from the same raster as the print file: each colour out of its own foil, or once
/// around all that is printed. The report tells what is too narrow to be weeded.
#[utoipa::path(
    post, path = "/api/v1/cuts", tag = "prints", params(CutParams),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The paths, or what weeding will meet",
            content((String = "image/svg+xml"), (Vec<u8> = "application/dxf"), (CutReport = "application/json")),
            headers(("X-Artwork-Hash" = String, description = "Names the artwork; its previews carry the same"))),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn, or not cut like that", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Params(params): Params<CutParams>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let answer = params.answer;
    let (options, how) = asked(params)?;
    let (design, library) = read_design(&app, &body, customer.as_ref(), &options.choice).await?;
    let (_, profile) = profile_in_force(&app).await?;
    // Plates are made, and then traced.
    let pixels = area_pixels(&app.shop.fit(&design, &options.choice)?, &options.area, CUT_DPI).saturating_mul(2);
    account.spend_rest(app.config.limits.costs.print(pixels))?;
    let owner = Arc::clone(&app);
    let work = move |cancel: &Cancel| {
        let job = owner.shop.separation(&profile, (&design, &library), &options, cancel)?;
        let found = cuts(&job, &how, cancel)?;
        let (hash, mut file) = (job.scene.hash.to_string(), Vec::new());
        match answer {
            CutAnswer::Svg => cut::svg(found.page, &found.layers, &hash, &mut file)?,
            CutAnswer::Dxf => cut::dxf(found.page, &found.layers, &hash, &mut file)?,
            CutAnswer::Report => {
                file = serde_json::to_vec_pretty(&found.report).map_err(|error| ApiError::internal(&error))?;
            }
        }
        Ok::<_, ApiError>((file, hash))
    };
    let (time, never) = (app.config.limits.print_time(), CancellationToken::new());
    let (file, artwork) = app.workers.run_long(places(pixels), time, &never, work).await??;
    let header = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let (media_type, name) = match answer {
        CutAnswer::Svg => ("image/svg+xml", "cut.svg"),
        CutAnswer::Dxf => ("application/dxf", "cut.dxf"),
        CutAnswer::Report => ("application/json", "cut.json"),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CONTENT_DISPOSITION, header(&format!("attachment; filename=\"{name}\""))?),
        (ARTWORK_HASH, header(&artwork)?),
    ];
    Ok((headers, file).into_response())
}

/// What the parameters ask for; told before it is charged.
fn asked(params: CutParams) -> Result<(SeparationOptions, CutOptions), ApiError> {
    let wrong = |message: String| ApiError::bad_request("parameter", message);
    if params.offset.is_some() && params.way == CutWay::Foils {
        return Err(wrong("foils are cut at their edges; offset is for way=around".to_owned()));
    }
    let (offset, least) = (params.offset.unwrap_or(0.0), params.least.unwrap_or(1.0));
    for (name, value, range) in [("offset", offset, OFFSET_MM), ("least", least, LEAST_MM)] {
        if !range.contains(&value) {
            return Err(wrong(format!("{name} is {} to {} mm, not {value}", range.start(), range.end())));
        }
    }
    let inks = params.inks.as_deref().unwrap_or_default();
    let way = if params.way == CutWay::Foils { Way::Foils } else { Way::Around };
    let options = SeparationOptions {
        area: params.area,
        inks: inks.split(',').map(|ink| ink.trim().to_owned()).filter(|ink| !ink.is_empty()).collect(),
        merge: params.merge.unwrap_or(0.0),
        choice: choice(params.size, params.color, params.fields.as_deref())?,
        ..way.separation()
    };
    let (offset, least) = (Length::from_mm(offset), Length::from_mm(least));
    Ok((options, CutOptions { way, offset, mirror: params.mirror.unwrap_or(false), least }))
}
