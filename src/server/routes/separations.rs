//! Plates of a print area.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::io::{Cursor, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};
use zip::write::SimpleFileOptions;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::design::Design;
use crate::prepress::halftone::{DotShape, Screen};
use crate::press::{self, FilmOptions, PressError, Wanted};
use crate::profile::Profile;
use crate::quote::{Item, MOST_PIECES};
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
use crate::shop::Choice;
use crate::shop::press::{PLATE_DPI, PressPlan, Separating, SeparationError, SeparationOptions};
use crate::units::{Dpi, Length};

/// Resolutions that films may have over HTTP, dots per inch.
const FILM_DPI: std::ops::RangeInclusive<f64> = 600.0..=1440.0;

/// How a design is separated.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct SeparationParams {
    /// Id of the print area.
    #[param(example = "front")]
    area: String,
    /// How colours become plates; left out, spot.
    #[serde(default)]
    #[param(inline)]
    method: Separating,
    /// Inks to print with, ids of the palette or `#rrggbb` with commas between; left out, the design's own.
    inks: Option<String>,
    /// Whether colours of a flat design that are nearer to the cloth than to all chosen inks are left open; left out, no.
    open: Option<bool>,
    /// Inks of the design that differ less (CIEDE2000) share a screen, 0 to 50; left out, 0.
    #[param(minimum = 0, maximum = 50)]
    merge: Option<f64>,
    /// Whether white lies under the colours; left out, as the cloth needs it.
    underbase: Option<bool>,
    /// Whether white of the artwork is printed again on the white below; left out, what the shop does.
    highlight: Option<bool>,
    /// How far white is pulled in from the edges of the colours, mm, 0 to 1; left out, 0.353.
    #[param(minimum = 0, maximum = 1)]
    choke: Option<f64>,
    /// How far lighter inks reach below darker ones that they meet, mm, 0 to 1; left out, what the shop does.
    #[param(minimum = 0, maximum = 1)]
    trap: Option<f64>,
    /// Dots per inch of the plates, 72 to 600; left out, 300.
    #[param(minimum = 72, maximum = 600)]
    dpi: Option<f64>,
    /// What is answered; left out, the archive.
    #[serde(default)]
    #[param(inline)]
    answer: Answer,
    /// Whether the archive holds films; left out, no.
    films: Option<bool>,
    /// Dots per inch of films, 600 to 1440; left out, 720.
    #[param(minimum = 600, maximum = 1440)]
    film_dpi: Option<f64>,
    /// Lines of halftone dots per inch, 10 to 150; left out, 45.
    #[param(minimum = 10, maximum = 150)]
    lpi: Option<f64>,
    /// Degrees by which lines of dots are turned; left out, 22.5.
    #[param(minimum = 0, maximum = 180)]
    angle: Option<f64>,
    /// Shape of the dots: round, ellipse, diamond, square or line; left out, ellipse.
    dot: Option<String>,
    /// Printed on each film; at most 60 characters.
    #[param(max_length = 60)]
    job: Option<String>,
    /// Pieces that the plan counts ink and price for, 1 to 100,000; left out, 12.
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

/// What is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum Answer {
    /// A zip archive of all files: plates, films, proof and plan.
    #[default]
    Archive,
    /// The plan as JSON.
    Plan,
    /// The recomposed proof as PNG.
    Proof,
}

/// Takes one print area apart into plates, from the same raster as its print file: white under the colours, an ink a plate,
/// films on demand, a plan with screens, ink and price, and a proof of how they look together.
#[utoipa::path(
    post, path = "/api/v1/separations", tag = "prints", params(SeparationParams),
    request_body(content_type = "application/json", description = "The design document", content = Object),
    responses(
        (status = 200, description = "The archive, the plan or the proof",
            content((Vec<u8> = "application/zip"), (PressPlan = "application/json"), (Vec<u8> = "image/png")),
            headers(("X-Artwork-Hash" = String, description = "Names the artwork; its previews carry the same"))),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The design cannot be drawn, or not separated like that", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Params(params): Params<SeparationParams>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let pieces = params.pieces.map(pieces).transpose()?;
    let (mut options, wanted, answer) = asked(params)?;
    let (design, library) = read_design(&app, &body, customer.as_ref(), &options.choice).await?;
    options.items =
        pieces.map(|pieces| item(&app, (&design, &options.choice), pieces)).transpose()?.into_iter().collect();
    let (_, profile) = profile_in_force(&app).await?;
    let places = pay(&app, &account, &design, (&options, &wanted))?;
    let owner = Arc::clone(&app);
    let job =
        move |cancel: &Cancel| separate(&owner, (&design, &library), &profile, (&options, &wanted, answer), cancel);
    let (time, never) = (app.config.limits.print_time(), CancellationToken::new());
    let (file, artwork) = app.workers.run_long(places, time, &never, job).await??;
    let header = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let (media_type, name) = match answer {
        Answer::Archive => ("application/zip", "separations.zip"),
        Answer::Plan => ("application/json", "plan.json"),
        Answer::Proof => ("image/png", "proof.png"),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CONTENT_DISPOSITION, header(&format!("attachment; filename=\"{name}\""))?),
        (ARTWORK_HASH, header(&artwork)?),
    ];
    Ok((headers, file).into_response())
}

/// A number of pieces that can be priced.
pub(super) fn pieces(quantity: u32) -> Result<u32, ApiError> {
    let is_possible = (1..=MOST_PIECES).contains(&quantity);
    let wrong = || ApiError::bad_request("parameter", format!("pieces are 1 to {MOST_PIECES}, not {quantity}"));
    is_possible.then_some(quantity).ok_or_else(wrong)
}

/// So many pieces of the size that is asked for, or of the mockup's.
pub(super) fn item(app: &App, (design, choice): (&Design, &Choice), quantity: u32) -> Result<Item, ApiError> {
    let fitting = app.shop.fit(design, choice)?;
    Ok(Item { size: choice.size.clone().unwrap_or_else(|| fitting.garment.mockup_size.clone()), quantity })
}

/// What the parameters ask for.
fn asked(params: SeparationParams) -> Result<(SeparationOptions, Wanted, Answer), ApiError> {
    let wrong = |message: String| ApiError::bad_request("parameter", message);
    let defaults = SeparationOptions::default();
    let dpi = |value: Option<f64>, default: Dpi| {
        let value = value.unwrap_or(default.get());
        Dpi::new(value).ok_or_else(|| wrong(format!("a resolution is positive, not {value}")))
    };
    let (plate_dpi, film_dpi) = (dpi(params.dpi, defaults.dpi)?, dpi(params.film_dpi, Dpi::FILM)?);
    // Told before they are charged.
    for (name, value, range) in [("dpi", plate_dpi, PLATE_DPI), ("film_dpi", film_dpi, FILM_DPI)] {
        if !range.contains(&value.get()) {
            return Err(wrong(format!("{name} is {} to {}, not {}", range.start(), range.end(), value.get())));
        }
    }
    let angle = params.angle.unwrap_or(Screen::default().angle);
    if !(0.0..=180.0).contains(&angle) {
        return Err(wrong(format!("angle is 0 to 180, not {angle}")));
    }
    let shape = params.dot.as_deref().map_or(Some(DotShape::default()), DotShape::from_name).ok_or_else(|| {
        let names: Vec<&str> = DotShape::ALL.iter().map(|(_, name)| *name).collect();
        wrong(format!("dot is one of {}", names.join(", ")))
    })?;
    let job = params.job.unwrap_or_default();
    if job.chars().count() > 60 {
        return Err(wrong("job has more than 60 characters".to_owned()));
    }
    let inks = params.inks.as_deref().unwrap_or_default();
    let options = SeparationOptions {
        area: params.area,
        method: params.method,
        inks: inks.split(',').map(|ink| ink.trim().to_owned()).filter(|ink| !ink.is_empty()).collect(),
        open: params.open.unwrap_or(false),
        merge: params.merge.unwrap_or(0.0),
        underbase: params.underbase,
        highlight: params.highlight,
        choke: params.choke.map_or(defaults.choke, Length::from_mm),
        trap: params.trap.map(Length::from_mm),
        dpi: plate_dpi,
        lpi: params.lpi.unwrap_or(defaults.lpi),
        choice: choice(params.size, params.color, params.fields.as_deref())?,
        ..defaults
    };
    let screen = Screen { lpi: options.lpi, angle, shape, ..Screen::default() };
    let films =
        params.films.unwrap_or(false).then_some(FilmOptions { dpi: film_dpi, screen, job, ..FilmOptions::default() });
    let wanted = if params.answer == Answer::Archive {
        Wanted { png: true, tiff: false, channels: true, pdf: true, films }
    } else {
        Wanted::default()
    };
    Ok((options, wanted, params.answer))
}

/// As many plates as most designs come to.
const FEW_PLATES: usize = 4;

/// Charges plates like two print files of their pixels, and films by theirs, eight to a byte.
fn pay(
    app: &App,
    account: &Account,
    design: &Design,
    (options, wanted): (&SeparationOptions, &Wanted),
) -> Result<u32, ApiError> {
    let fitting = app.shop.fit(design, &options.choice)?;
    let plates = area_pixels(&fitting, &options.area, options.dpi);
    let films = wanted.films.as_ref().map_or(0, |films| area_pixels(&fitting, &options.area, films.dpi));
    // Each plate has a film; how many plates there are is known once they are made.
    let films = films.saturating_mul(options.inks.len().max(FEW_PLATES) as u64 + 1);
    let pixels = plates.saturating_mul(2).saturating_add(films / 8);
    account.spend_rest(app.config.limits.costs.print(pixels))?;
    Ok(places(pixels))
}

/// A file of the archive while it is written. All share the room that there is for an answer.
#[derive(Debug, Clone)]
struct Shared {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: Arc<Room>,
}

/// Bytes that an answer may still grow by.
#[derive(Debug)]
struct Room {
    left: AtomicU64,
    is_spent: AtomicBool,
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let wanted = bytes.len() as u64;
        let take = |left: u64| left.checked_sub(wanted);
        if self.room.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            self.room.is_spent.store(true, Ordering::Relaxed);
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn new(room: &Arc<Room>) -> Self {
        Self { bytes: Arc::default(), room: Arc::clone(room) }
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Makes the answer and names its artwork.
fn separate(
    app: &App,
    design: (&Design, &Library),
    profile: &Profile,
    (options, wanted, answer): (&SeparationOptions, &Wanted, Answer),
    cancel: &Cancel,
) -> Result<(Vec<u8>, String), ApiError> {
    let job = app.shop.separation(profile, design, options, cancel)?;
    let mut files: Vec<(String, Shared)> = Vec::new();
    let most = app.config.limits.separation_bytes;
    let room = Arc::new(Room { left: most.into(), is_spent: false.into() });
    let made = press::make(&app.shop, &job, wanted, cancel, |name| {
        let file = Shared::new(&room);
        files.push((name.to_owned(), file.clone()));
        Ok(file)
    });
    if room.is_spent.load(Ordering::Relaxed) {
        return Err(too_large(most));
    }
    let tally = made?;
    let hash = job.scene.hash.to_string();
    if answer == Answer::Proof {
        let proof = files.iter().find(|(name, _)| name == "proof.png").map(|(_, file)| file.take());
        return Ok((proof.unwrap_or_default(), hash));
    }
    let plan = job.plan(&tally, app.shop.price_of(profile, design, &job, cancel));
    let plan = serde_json::to_vec_pretty(&plan).map_err(|error| ApiError::internal(&error))?;
    if answer == Answer::Plan {
        return Ok((plan, hash));
    }
    let archive = archive(&files, &plan).map_err(|error| ApiError::internal(&error))?;
    Ok((archive, hash))
}

/// All files are compressed by their own formats, so they are only put together. No clock is read.
fn archive(files: &[(String, Shared)], plan: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    for (name, file) in files {
        archive.start_file(name.as_str(), stored)?;
        archive.write_all(&file.take())?;
    }
    archive.start_file("plan.json", stored)?;
    archive.write_all(plan)?;
    Ok(archive.finish()?.into_inner())
}

fn too_large(most: u64) -> ApiError {
    let message = format!(
        "the files come to more than {} MB; ask for fewer dots per inch or without films, or make them with `platen separate`",
        most / 1_000_000
    );
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "answer-too-large", message)
}

impl From<SeparationError> for ApiError {
    fn from(error: SeparationError) -> Self {
        match error {
            SeparationError::Options(problems) => Self::invalid("invalid-options", "query", problems),
            SeparationError::Render(error) => error.into(),
            impossible @ SeparationError::Impossible { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-separable", impossible.to_string())
            }
        }
    }
}

impl From<PressError> for ApiError {
    fn from(error: PressError) -> Self {
        match error {
            PressError::CalledOff => crate::server::workers::Refusal::Superseded.into(),
            PressError::Export(error) => error.into(),
            words @ PressError::Words(_) => Self::internal(&words),
            uncut @ (PressError::TooManyPaths | PressError::NothingToCut) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-cuttable", uncut.to_string())
            }
        }
    }
}
