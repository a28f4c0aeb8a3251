//! Print files and what would go wrong with them.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::io::Cursor;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::{Kind, UnknownId};
use crate::design::Design;
use crate::export::png::Effort;
use crate::export::{Format, print};
use crate::press;
use crate::server::costs::{area_pixels, places};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::pictures::read_design;
use crate::server::previews::choice;
use crate::server::rates::Account;
use crate::server::routes::previews::ARTWORK_HASH;
use crate::server::state::App;
use crate::shop::{Choice, Fitting, Report, SpotPicture};
use crate::units::Dpi;

/// Resolutions that a print file may have, dots per inch.
const DPI: std::ops::RangeInclusive<f64> = 36.0..=600.0;

/// Which garment a design is checked on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct CheckParams {
    /// Id of a colour other than the document's.
    color: Option<String>,
    /// Id of a size; left out, the size that the mockup was made of.
    size: Option<String>,
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    fields: Option<String>,
    /// Whether pictures of the places come with the findings; left out, no.
    #[serde(default)]
    pictures: bool,
}

/// Which print file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct ArtworkParams {
    /// Id of the print area.
    #[param(example = "front")]
    area: String,
    /// Dots per inch, 36 to 600; left out, 300.
    #[param(minimum = 36, maximum = 600)]
    dpi: Option<f64>,
    /// Format of the file; left out, png.
    #[serde(default)]
    #[param(inline)]
    format: PrintFormat,
    /// Id of a size; left out, the size that the mockup was made of.
    size: Option<String>,
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    fields: Option<String>,
}

/// Format of a print file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum PrintFormat {
    #[default]
    Png,
    Svg,
    Tiff,
    Pdf,
}

impl PrintFormat {
    pub(in crate::server) const fn format(self) -> Format {
        match self {
            Self::Png => Format::Png,
            Self::Svg => Format::Svg,
            Self::Tiff => Format::Tiff,
            Self::Pdf => Format::Pdf,
        }
    }
}

/// Finds what would go wrong in print.
#[utoipa::path(
    post, path = "/api/v1/checks", tag = "prints", params(CheckParams),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The findings", body = Report),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn check(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    Params(params): Params<CheckParams>,
    Body(body): Body,
) -> Result<Json<Report>, ApiError> {
    let choice = choice(params.size, params.color, params.fields.as_deref())?;
    let (design, library) = read_design(&app, &body, customer.as_ref(), &choice).await?;
    let owner = Arc::clone(&app);
    let time = app.config.limits.preview_time();
    let job = move |cancel: &Cancel| {
        let mut checked = owner.shop.checked((&design, &library), &choice, cancel)?;
        if params.pictures {
            let picture = |spot: press::Spot| SpotPicture {
                finding: spot.finding,
                picture: format!("data:image/png;base64,{}", BASE64_STANDARD.encode(spot.png)),
            };
            checked.report.pictures = press::spots(&checked, cancel)?.into_iter().map(picture).collect();
        }
        Ok::<Report, ApiError>(checked.report)
    };
    let report = app.workers.run(time, &CancellationToken::new(), job).await??;
    Ok(Json(report))
}

/// The print file of one print area, at its physical size, transparent.
#[utoipa::path(
    post, path = "/api/v1/artworks", tag = "prints", params(ArtworkParams),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "image/png"), (String = "image/svg+xml"), (Vec<u8> = "image/tiff"), (Vec<u8> = "application/pdf")),
            headers(("X-Artwork-Hash" = String, description = "Names the artwork; its previews carry the same"))),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn artwork(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Params(params): Params<ArtworkParams>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let value = params.dpi.unwrap_or(Dpi::PRINT.get());
    let dpi = Dpi::new(value).filter(|dpi| DPI.contains(&dpi.get())).ok_or_else(|| {
        ApiError::bad_request("parameter", format!("dpi is {} to {}, not {value}", DPI.start(), DPI.end()))
    })?;
    // Its pixels do not depend on the cloth.
    let choice = Choice { any_color: true, ..choice(params.size, None, params.fields.as_deref())? };
    let (design, library) = read_design(&app, &body, customer.as_ref(), &choice).await?;
    let places = pay(&app, &account, (&design, &choice), (&params.area, dpi))?;
    let (owner, area, format) = (Arc::clone(&app), params.area, params.format);
    let name = format!("attachment; filename=\"{}.{}\"", safe(&area), format.format().ending());
    let job = move |cancel: &Cancel| print_file(&owner, (&design, &library), &choice, (&area, dpi, format), cancel);
    let (time, never) = (app.config.limits.print_time(), CancellationToken::new());
    let (file, artworks) = app.workers.run_long(places, time, &never, job).await??;
    let header = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(format.format().media_type())),
        (CONTENT_DISPOSITION, header(&name)?),
        (ARTWORK_HASH, header(&artworks)?),
    ];
    Ok((headers, file).into_response())
}

/// Charges a print file by its megapixels and says how many places it takes among those that wait.
///
/// # Errors
/// 429 if the caller's bucket does not hold that; what the choice names and does not exist.
pub(in crate::server) fn pay(
    app: &App,
    account: &Account,
    (design, choice): (&Design, &Choice),
    (area, dpi): (&str, Dpi),
) -> Result<u32, ApiError> {
    let fitting = app.shop.fit(design, choice)?;
    // What is not there is refused when it is drawn, with what is near it.
    let pixels = area_pixels(&fitting, area, dpi);
    account.spend_rest(app.config.limits.costs.print(pixels))?;
    Ok(places(pixels))
}

/// An id as part of a file name.
fn safe(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect()
}

/// Draws a print file and names its artwork.
pub(in crate::server) fn print_file(
    app: &App,
    (design, library): (&Design, &Library),
    choice: &Choice,
    (area, dpi, format): (&str, Dpi, PrintFormat),
    cancel: &Cancel,
) -> Result<(Vec<u8>, String), ApiError> {
    let fitting = Fitting { finest: dpi, cancel: cancel.clone(), ..app.shop.fit(design, choice)? };
    fitting.garment.area(area)?;
    let scenes = app.shop.scenes(&fitting, library, |other| other.id == area)?;
    let Some(placed) = scenes.first() else {
        let suggestions = design.placements.iter().map(|placement| placement.area.clone()).collect();
        return Err(UnknownId { kind: Kind::Placement, id: area.to_owned(), suggestions }.into());
    };
    let mut file = Cursor::new(Vec::new());
    print::write_unless(&placed.scene, format.format(), (dpi, Effort::Fast), cancel, &mut file)?;
    Ok((file.into_inner(), placed.scene.hash.to_string()))
}
