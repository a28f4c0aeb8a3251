//! Batches of orders: brought as a file, looked at, made, watched, fetched.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::batch::day::DayOrder;
use crate::batch::make::{Drawing, MakeError};
use crate::batch::names::GANG;
use crate::batch::roster::Sport;
use crate::batch::sheet::SheetKind;
use crate::cancel::Cancel;
use crate::export::Format;
use crate::mockup::WIDTHS_PX;
use crate::prepress::preflight::RuleId;
use crate::server::batches::{
    BatchProgress, BatchSpec, BatchSummary, MAKES, folder_of, inspected, line_of, no_sheet, remove_folder, sheet_of,
};
use crate::server::clock::{now_ms, rfc3339};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Id, IdAnd, Params};
use crate::server::films::{FilmParams, SheetFilm};
use crate::server::keys::ShopKey;
use crate::server::paging::{ListParams, cursor, cut, time_and_id};
use crate::server::rates::Account;
use crate::server::routes::prints::PrintFormat;
use crate::server::routes::streamed;
use crate::server::state::App;
use crate::store::{BatchRow, BatchState, Scope, is_id, random_id};
use crate::units::Dpi;

/// Points of a file of orders that is looked at.
const LOOK_POINTS: u32 = 100;
/// Characters of a file's name.
const NAME_CHARS: usize = 200;
/// How often whoever watches is told.
const TOLD_EVERY: Duration = Duration::from_millis(500);
/// Bytes of an archive that are sent together, and how many of them wait for whoever fetches it.
const PIECE_BYTES: usize = 128 << 10;
const WAITING: usize = 4;

/// What is made of a file of orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct NewBatch {
    /// What the file is called; its ending says what it is: `.csv`, `.tsv`, `.json`, `.jsonl` or `.xlsx`. Left out, its
    /// content type says it.
    #[param(example = "monday.csv", max_length = 200)]
    name: Option<String>,
    /// What is made, with commas between: `preview`, `artwork`, `ticket`, and `gang` for sheets of transfer film. Left out,
    /// `preview,artwork`.
    #[param(example = "preview,artwork")]
    make: Option<String>,
    /// Format of print files; left out, png.
    #[serde(default)]
    #[param(inline)]
    print_format: PrintFormat,
    /// Dots per inch of print files, 10 to 1200; left out, 300.
    #[param(minimum = 10, maximum = 1200)]
    dpi: Option<f64>,
    /// Width of previews in pixels, 64 to 2000; left out, 1000.
    #[param(minimum = 64, maximum = 2000)]
    preview_width: Option<u32>,
    /// Rules of preflight whose errors are accepted, with commas between.
    #[param(example = "low-dpi")]
    accept: Option<String>,
    /// What columns mean that are called otherwise, as a JSON object: the file's name for each, and ours.
    #[param(example = "{\"PO\":\"order_id\"}")]
    columns: Option<String>,
    /// The sport whose rules names and numbers are held against: `basketball`, `basketball-high-school`, `football`,
    /// `soccer`. What is found is told
    /// with its row and stops nothing. Left out, none.
    #[param(example = "basketball")]
    sport: Option<String>,
    /// What comes first in dates that end with the year: the day (`dmy`) or the month (`mdy`). Left out, 24.12.2026 and
    /// 12/24/2026 are read, and 05.06.2026 is not.
    #[param(inline)]
    dates: Option<DayOrder>,
    /// The row that names the columns, where a title stands above it. Left out, the first one with something in it.
    #[param(minimum = 1)]
    header_row: Option<u64>,
    /// Width of the film of gang sheets, mm; left out, 558.8 (22 in).
    #[param(minimum = 50, maximum = 2032)]
    film_width_mm: Option<f64>,
    /// Their longest sheet, mm; what does not fit goes on the next one. Left out, 6096 (240 in).
    #[param(minimum = 50, maximum = 18288)]
    film_length_mm: Option<f64>,
    /// Formats of gang sheets, with commas between: `png`, `tiff`, `pdf`. Left out, `png`.
    #[param(example = "png,pdf")]
    film_format: Option<String>,
    /// Whether their pieces are nested by their true shapes, where less film is billed then.
    film_nest: Option<bool>,
    /// Whether it is made at once; left out, it is only looked at, and made once it is started.
    start: Option<bool>,
}

/// Orders as JSON: a list of objects, alone or like this. Each is a row, its members are columns.
#[derive(Debug, ToSchema)]
#[schema(example = json!({ "orders": [{ "order_id": "A-1", "design": "camp", "size": "M", "quantity": 2 }] }))]
#[expect(dead_code, reason = "the description of the API; the file is read as a table")]
pub(in crate::server) struct BatchOrders {
    /// The rows.
    #[schema(value_type = Vec<Object>)]
    orders: Vec<serde_json::Value>,
}

/// A batch of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct BatchDetail {
    /// Its id.
    #[schema(example = "7k2m9c0v4n8p1r5t3w6x0y2z4a")]
    id: String,
    /// What its file was called.
    #[schema(example = "monday.csv")]
    name: String,
    /// How far it is.
    progress: BatchProgress,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// What is made of it.
    spec: BatchSpec,
    /// What is known of its rows.
    summary: BatchSummary,
    /// When it was brought (RFC 3339).
    created_at: String,
    /// When its state changed last (RFC 3339).
    updated_at: String,
}

/// Some of the batches.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct BatchList {
    /// The last brought first.
    batches: Vec<BatchDetail>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl BatchDetail {
    fn new(app: &App, row: BatchRow) -> Result<Self, ApiError> {
        let read = |error: serde_json::Error| ApiError::internal(&error);
        Ok(Self {
            progress: progress_of(app, &row),
            spec: spec_of(&row)?,
            detail: Some(row.detail).filter(|detail| !detail.is_empty()),
            summary: serde_json::from_str(&row.summary).map_err(read)?,
            id: row.id,
            name: row.name,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        })
    }
}

fn spec_of(row: &BatchRow) -> Result<BatchSpec, ApiError> {
    let mut spec: BatchSpec = serde_json::from_str(&row.spec).map_err(|error| ApiError::internal(&error))?;
    // One of an older program has none with it, and is made on the usual film.
    if spec.film.is_none() && spec.make.iter().any(|what| what == GANG) {
        spec.film = Some(SheetFilm::default());
    }
    Ok(spec)
}

fn progress_of(app: &App, row: &BatchRow) -> BatchProgress {
    let count = |count: i64| usize::try_from(count).unwrap_or_default();
    app.batches.progress(&row.id).unwrap_or(BatchProgress {
        state: row.state.name(),
        checked: 0,
        pieces: 0,
        made: count(row.files.1),
        files: count(row.files.0),
        made_before: 0,
        making_ms: 0,
    })
}

/// Words with commas between.
pub(super) fn words(text: Option<&str>, default: &str) -> Vec<String> {
    let words = text.unwrap_or(default).split(',').map(|word| word.trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

impl NewBatch {
    fn spec(&self, headers: &HeaderMap) -> Result<BatchSpec, ApiError> {
        let wrong = |detail: String| ApiError::bad_request("parameter", detail);
        let spec = BatchSpec {
            kind: self.kind(headers)?,
            make: words(self.make.as_deref(), "preview,artwork"),
            print_format: self.print_format,
            dpi: self.dpi.unwrap_or(300.0),
            preview_width: self.preview_width.unwrap_or(1000),
            accept: words(self.accept.as_deref(), ""),
            columns: match &self.columns {
                None => BTreeMap::new(),
                Some(text) => serde_json::from_str(text).map_err(|_| {
                    wrong("columns is a JSON object of texts, such as {\"PO\":\"order_id\"}".to_owned())
                })?,
            },
            sport: self.sport.clone(),
            dates: self.dates,
            header_row: self.header_row,
            film: None,
        };
        if let Some((name, _)) = spec.columns.iter().find(|(_, means)| means.trim().is_empty()) {
            return Err(wrong(format!(
                "columns does not say what \"{name}\" means; name one of ours, or a field of the design"
            )));
        }
        let sports = Sport::all();
        if let Some(id) = spec.sport.as_ref().filter(|id| !sports.iter().any(|sport| sport.id == **id)) {
            let known: Vec<&str> = sports.iter().map(|sport| sport.id.as_str()).collect();
            return Err(wrong(format!("there are no rules for \"{id}\"; there are: {}", known.join(", "))));
        }
        if spec.make.is_empty() || !spec.make.iter().all(|what| MAKES.contains(&what.as_str())) {
            return Err(wrong(format!("make is one or more of {}, with commas between", MAKES.join(", "))));
        }
        if !(10.0..=1200.0).contains(&spec.dpi) {
            return Err(wrong(format!("dpi is 10 to 1200, not {}", spec.dpi)));
        }
        if !WIDTHS_PX.contains(&spec.preview_width) {
            return Err(wrong(format!("preview_width is 64 to 2000 pixels, not {}", spec.preview_width)));
        }
        let known: Vec<&str> = RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
        if let Some(rule) = spec.accept.iter().find(|rule| !known.contains(&rule.as_str())) {
            return Err(wrong(format!("there is no rule `{rule}`; there are: {}", known.join(", "))));
        }
        let film = FilmParams {
            width_mm: self.film_width_mm,
            length_mm: self.film_length_mm,
            formats: self.film_format.as_deref(),
            nest: self.film_nest,
        };
        Ok(BatchSpec { film: film.film(&spec.make, spec.dpi)?, ..spec })
    }

    /// What the file is, as an ending.
    fn kind(&self, headers: &HeaderMap) -> Result<String, ApiError> {
        let ending = self.name.as_deref().and_then(|name| Path::new(name).extension()?.to_str());
        if let Some(ending) = ending.filter(|ending| SheetKind::from_ending(ending).is_some()) {
            return Ok(ending.to_ascii_lowercase());
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = match kind.split(';').next().unwrap_or_default().trim() {
            "text/csv" | "text/plain" => "csv",
            "text/tab-separated-values" => "tsv",
            "application/json" => "json",
            "application/jsonl" | "application/x-ndjson" => "jsonl",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
            _ => {
                let detail =
                    "cannot tell what the file is; give its name, such as ?name=monday.csv, or its content type";
                return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail));
            }
        };
        Ok(kind.to_owned())
    }

    /// What the file is called: no path, and nothing that a page or a log could stumble over.
    fn file_name(&self, kind: &str) -> String {
        let name: String =
            self.name.iter().flat_map(|name| name.chars()).filter(|c| !c.is_control()).take(NAME_CHARS).collect();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        if name.is_empty() { format!("orders.{kind}") } else { name.to_owned() }
    }
}

/// Brings a file of orders: a spreadsheet or a list, whose column `design` names templates, or saved designs by their id.
/// The answer tells how its columns are understood, its first rows, and every row that cannot be made, with the reason and
/// what to do. It is made once it is started, or at once with `start=true`.
#[utoipa::path(
    post, path = "/api/v1/batches", tag = "shop", security(("shopKey" = ["batches"])), params(NewBatch),
    request_body(content_type = "application/json", content = BatchOrders, description = "The file: JSON like this, or with its own content type, or named, CSV (text/csv), tab separated values, JSON Lines (application/jsonl) or an Excel workbook"),
    responses(
        (status = 201, description = "It was looked at", body = BatchDetail, headers(("Location" = String, description = "Its address"))),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "There are as many batches as can be", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The file is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "It is not said what the file is", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The file is no table of orders", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    key: ShopKey,
    account: Account,
    params: Result<Params<NewBatch>, ApiError>,
    headers: HeaderMap,
    body: Result<Body, ApiError>,
) -> Result<Response, ApiError> {
    key.require(Scope::Batches)?;
    let Params(params) = params?;
    let spec = params.spec(&headers)?;
    let Body(body) = body?;
    account.spend(LOOK_POINTS)?;
    let summary = {
        let (owner, spec, bytes, handle) = (Arc::clone(&app), spec.clone(), body.clone(), Handle::current());
        let look = tokio::task::spawn_blocking(move || {
            let sheet = sheet_of(&bytes, &spec).map_err(|error| no_sheet(&error))?;
            Ok::<_, ApiError>(inspected(&owner, &sheet, &spec, &handle))
        });
        look.await.map_err(|error| ApiError::internal(&error))??
    };
    let now = now_ms();
    let starts = params.start == Some(true);
    let text = |error: serde_json::Error| ApiError::internal(&error);
    let row = BatchRow {
        id: random_id()?,
        name: params.file_name(&spec.kind),
        spec: serde_json::to_string(&spec).map_err(text)?,
        state: if starts { BatchState::Waiting } else { BatchState::Ready },
        summary: serde_json::to_string(&summary).map_err(text)?,
        detail: String::new(),
        files: (0, 0),
        created_at: now,
        updated_at: now,
    };
    let file = BatchRow::file(&row.id);
    app.store.files.put(&file, body).await?;
    let most = app.config.limits.batches;
    if !app.store.add_batch(&row, most.into()).await? {
        app.store.files.remove(&file).await?;
        let detail = format!("{most} batches are kept; delete one first");
        return Err(ApiError::new(StatusCode::CONFLICT, "too-many-batches", detail));
    }
    if starts {
        app.batches.wake();
    }
    let location = format!("/api/v1/batches/{}", row.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(BatchDetail::new(&app, row)?)).into_response())
}

/// The shop's batches.
#[utoipa::path(
    get, path = "/api/v1/batches", tag = "shop", security(("shopKey" = ["batches"])), params(ListParams),
    responses(
        (status = 200, description = "The batches", body = BatchList),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn list(
    State(app): State<Arc<App>>,
    key: ShopKey,
    params: Result<Params<ListParams>, ApiError>,
) -> Result<Json<BatchList>, ApiError> {
    key.require(Scope::Batches)?;
    let Params(params) = params?;
    let limit = params.limit()?;
    let mut rows = app.store.batches(params.after(|text| time_and_id(text, is_id))?, limit + 1).await?;
    let next = cut(&mut rows, limit, |row| cursor(row.created_at, &row.id));
    let batches = rows.into_iter().map(|row| BatchDetail::new(&app, row)).collect::<Result<_, _>>()?;
    Ok(Json(BatchList { batches, next }))
}

pub(super) async fn row_of(app: &App, id: &str) -> Result<BatchRow, ApiError> {
    app.store.batch(id).await?.ok_or_else(|| ApiError::not_found("batch"))
}

/// A batch: how far it is, and what is known of its rows.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 200, description = "The batch", body = BatchDetail),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn get(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Json<BatchDetail>, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    Ok(Json(BatchDetail::new(&app, row_of(&app, &id).await?)?))
}

/// A picture of one row, as the batch makes it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct RowParams {
    /// View of the garment; left out, the first that shows a print.
    #[param(example = "front")]
    view: Option<String>,
    /// Width in pixels, 64 to 2000; left out, that of the batch's previews.
    #[param(minimum = 64, maximum = 2000)]
    width: Option<u32>,
}

/// A picture of one row, with its own names and numbers: the preview that the batch makes of it.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/rows/{row}/preview", tag = "shop", security(("shopKey" = ["batches"])),
    params(("id" = String, Path), ("row" = u64, Path, description = "The row as findings count it", example = 2), RowParams),
    responses(
        (status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch, or no such row that can be made", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "There is no such view or width, or the row cannot be drawn", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn row_preview(
    key: ShopKey,
    account: Account,
    names: Result<IdAnd, ApiError>,
    params: Result<Params<RowParams>, ApiError>,
) -> Result<Response, ApiError> {
    key.require(Scope::Batches)?;
    let IdAnd(id, row) = names?;
    let Params(params) = params?;
    let app = Arc::clone(account.app());
    let batch = row_of(&app, &id).await?;
    let Ok(number) = row.parse::<u64>() else { return Err(ApiError::not_found("row")) };
    let mut spec = spec_of(&batch)?;
    spec.preview_width = params.width.unwrap_or(spec.preview_width);
    if !WIDTHS_PX.contains(&spec.preview_width) {
        let detail = format!("a width is 64 to 2000 pixels, not {}", spec.preview_width);
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "width", detail));
    }
    account.spend_rest(app.config.limits.costs.preview(spec.preview_width, None))?;
    let bytes = app.store.files.get(&BatchRow::file(&id)).await?.ok_or_else(|| ApiError::not_found("batch"))?;
    let (owner, handle, read) = (Arc::clone(&app), Handle::current(), spec.clone());
    let line = tokio::task::spawn_blocking(move || {
        let mut sheet = sheet_of(&bytes, &read).map_err(|error| no_sheet(&error))?;
        line_of(&owner, &mut sheet, number, &handle).ok_or_else(|| ApiError::not_found("row that can be made"))
    });
    let line = line.await.map_err(|error| ApiError::internal(&error))??;
    let owner = Arc::clone(&app);
    let job = move |cancel: &Cancel| -> Result<Vec<u8>, MakeError> {
        let mut file = Vec::new();
        let drawing = Drawing::new(&owner.shop, &line, Dpi::PRINT, cancel)?;
        drawing.preview(params.view.as_deref(), (spec.preview_width, Format::Jpeg), &mut file)?;
        Ok(file)
    };
    let time = app.config.limits.preview_time();
    let file = app.workers.run(time, &CancellationToken::new(), job).await??;
    Ok(([(CONTENT_TYPE, "image/jpeg")], file).into_response())
}

/// Starts a batch, or lets it go on: what is there is kept, what is damaged or missing is made.
#[utoipa::path(
    post, path = "/api/v1/batches/{id}/start", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 200, description = "It is made when those before it are", body = BatchDetail),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn start(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Json<BatchDetail>, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    let from = [BatchState::Ready, BatchState::Done, BatchState::Stopped, BatchState::Failed];
    if app.store.set_batch_state(&id, &from, BatchState::Waiting, now_ms()).await? {
        app.batches.wake();
    }
    Ok(Json(BatchDetail::new(&app, row_of(&app, &id).await?)?))
}

/// Stops a batch: what is being made is finished, nothing else is begun. It goes on when it is started again.
#[utoipa::path(
    post, path = "/api/v1/batches/{id}/stop", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 200, description = "It stops", body = BatchDetail),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn stop(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Json<BatchDetail>, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    if !app.store.set_batch_state(&id, &[BatchState::Waiting], BatchState::Stopped, now_ms()).await? {
        app.batches.stop(&id, false);
    }
    Ok(Json(BatchDetail::new(&app, row_of(&app, &id).await?)?))
}

/// Calls a batch off and deletes it with everything that was made of it.
#[utoipa::path(
    delete, path = "/api/v1/batches/{id}", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn delete(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<StatusCode, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    if !app.store.remove_batch(&id).await? {
        return Err(ApiError::not_found("batch"));
    }
    // Whoever makes it takes its files away when that has ended.
    if !app.batches.stop(&id, true) {
        remove_folder(&app, &id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// How far a batch is, as it goes on: server-sent events, each the `progress` of a batch as JSON, twice a second while
/// something changes. The last one tells how it ended, and the answer with it.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/events", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 200, description = "The events", content_type = "text/event-stream", body = String),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn events(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    let row = row_of(&app, &id).await?;
    let first = (progress_of(&app, &row), !row.state.is_open());
    let told = stream::unfold((app, id, Some(first), None), async |(app, id, next, before)| {
        let (progress, is_last) = match next {
            Some(next) => next,
            None => changed(&app, &id, before?).await?,
        };
        let event = Event::default().json_data(progress);
        let before = if is_last { None } else { Some(progress) };
        Some((event, (app, id, None, before)))
    });
    Ok(Sse::new(told.fuse()).keep_alive(KeepAlive::default()))
}

/// Waits until a batch is further than it was: how far, and whether that is its end; `None` once it is gone or the service
/// ends.
async fn changed(app: &App, id: &str, before: BatchProgress) -> Option<(BatchProgress, bool)> {
    loop {
        tokio::time::sleep(TOLD_EVERY).await;
        if app.batches.halted.is_set() {
            return None;
        }
        if let Some(progress) = app.batches.progress(id) {
            let still = BatchProgress { making_ms: before.making_ms, ..progress };
            if still != before {
                return Some((progress, false));
            }
            continue;
        }
        let row = app.store.batch(id).await.ok()??;
        let progress = progress_of(app, &row);
        if !row.state.is_open() || progress != before {
            return Some((progress, !row.state.is_open()));
        }
    }
}

/// Everything that was made of a batch, as an archive that is written while it is sent. A batch that is being made must be
/// stopped first.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/archive.zip", tag = "shop", security(("shopKey" = ["batches"])), params(("id" = String, Path)),
    responses(
        (status = 200, description = "The archive", content_type = "application/zip", body = Vec<u8>, headers(("Content-Disposition" = String, description = "A file to keep"))),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such batch", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is made yet, or it is being made", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn archive(
    State(app): State<Arc<App>>,
    key: ShopKey,
    id: Result<Id, ApiError>,
) -> Result<Response, ApiError> {
    key.require(Scope::Batches)?;
    let Id(id) = id?;
    let row = row_of(&app, &id).await?;
    fetchable(&row)?;
    let folder = folder_of(&app, &id);
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE_BYTES, Pieces(sender.clone()));
        if let Err(error) = pack(&folder, &mut out).and_then(|()| out.flush()) {
            // The file breaks off, so that nobody takes it for whole.
            tracing::warn!(%error, "an archive broke off");
            let _ = sender.blocking_send(Err(std::io::Error::other("the archive broke off")));
        }
    });
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"platen-batch-{id}.zip\"")),
    ];
    Ok((headers, streamed(receiver)).into_response())
}

/// Refuses to give out files that are being made, or are not made yet.
pub(super) fn fetchable(row: &BatchRow) -> Result<(), ApiError> {
    if row.state.is_open() || row.state == BatchState::Ready {
        let detail = format!("the batch is {}; its files can be fetched once it is done or stopped", row.state.name());
        return Err(ApiError::new(StatusCode::CONFLICT, "batch-state", detail));
    }
    Ok(())
}

/// Sends what is written.
struct Pieces(Sender<Result<Bytes, std::io::Error>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| std::io::Error::from(std::io::ErrorKind::BrokenPipe))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes the files of a folder, in the order of their paths, as they are: pictures do not get smaller.
fn pack(folder: &Path, out: &mut impl Write) -> std::io::Result<()> {
    let mut archive = ZipWriter::new_stream(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true)
        .unix_permissions(0o644);
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        archive.start_file(name, options)?;
        std::io::copy(&mut File::open(&path)?, &mut archive)?;
    }
    archive.finish()?;
    Ok(())
}

/// The files of a folder and of those in it, but for what the folder keeps for itself.
fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
            files.extend(files_below(&entry.path())?);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_an_older_program_is_made_on_the_film_that_it_was_made_on() {
        let row = |make: &str| BatchRow {
            id: String::new(),
            name: String::new(),
            spec: format!(
                r#"{{"kind":"csv","make":["{make}"],"print_format":"png","dpi":300.0,"preview_width":1000,"accept":[],"columns":{{}}}}"#
            ),
            state: BatchState::Ready,
            summary: String::new(),
            detail: String::new(),
            files: (0, 0),
            created_at: 0,
            updated_at: 0,
        };
        assert_eq!(spec_of(&row("gang")).unwrap().film, Some(SheetFilm::default()));
        assert_eq!(spec_of(&row("ticket")).unwrap().film, None);
    }
}
