//! Makes the batches that the shop brought, one after the other, beside everything else that the service does.
//!
//! The database says which there are and where they stand; their files lie in the folder `batches` of the data, each
//! written by the same code as `platen batch` writes them. A service that ends stops what it makes, and goes on with it
//! when it is started again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use utoipa::ToSchema;

use crate::batch::check::Checked;
use crate::batch::columns::{self, COLUMNS, template_names};
use crate::batch::contacts;
use crate::batch::day::DayOrder;
use crate::batch::folder::{Folder, RunError};
use crate::batch::issue::RowIssue;
use crate::batch::limits::TOLD;
use crate::batch::listing::{self, LIST, Listed};
use crate::batch::lists;
use crate::batch::names::{GANG, LISTS, NameTemplate};
use crate::batch::orders::{self, Opened, OrderLine, Orders};
use crate::batch::plan::{Make, Spec};
use crate::batch::roster::{self, Sport};
use crate::batch::run::{self, Batch, Event};
use crate::batch::sheet::{Sheet, SheetError, SheetKind, SheetRow, read_below};
use crate::cancel::Cancel;
use crate::catalog::suggest;
use crate::export::Format;
use crate::gangsheet;
use crate::gangsheet::pieces::GangError;
use crate::gangsheet::run::{Asked, TRANSFER};
use crate::server::clock::{day_everywhere, now_ms};
use crate::server::error::ApiError;
use crate::server::films::SheetFilm;
use crate::server::pictures::read_design;
use crate::server::routes::prints::PrintFormat;
use crate::server::starters::starters;
use crate::server::state::App;
use crate::shop::Choice;
use crate::store::{BatchEnd, BatchRow, BatchState, is_id};
use crate::units::Dpi;

/// How long what is being made may go on once the service ends.
const DRAIN: Duration = Duration::from_secs(12);
/// First rows that are shown.
const FIRST_ROWS: usize = 5;
/// Characters of a cell of them.
const SHOWN_CHARS: usize = 200;
/// Different pieces that are held against a sport's rules before a batch is made; all are when it is.
const MEASURED: usize = 200;

/// What can be made.
pub(super) const MAKES: [&str; 4] = ["preview", "artwork", "ticket", GANG];

/// What is made of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchSpec {
    /// `csv`, `json`, `jsonl` or `xlsx`.
    pub(super) kind: String,
    /// What is made: `preview`, `artwork`, `ticket`, `gang`.
    pub(super) make: Vec<String>,
    /// Format of print files.
    #[serde(default)]
    #[schema(required = true)]
    pub(super) print_format: PrintFormat,
    /// Dots per inch of print files.
    pub(super) dpi: f64,
    /// Width of previews in pixels.
    pub(super) preview_width: u32,
    /// Rules of preflight whose errors are accepted.
    pub(super) accept: Vec<String>,
    /// What columns mean that are called otherwise: the file's name for each, and ours.
    pub(super) columns: BTreeMap<String, String>,
    /// The sport whose rules names and numbers are held against.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = "basketball")]
    pub(super) sport: Option<String>,
    /// What comes first in dates that end with the year: the day (`dmy`) or the month (`mdy`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) dates: Option<DayOrder>,
    /// The row that names the columns; absent if it is the first one with something in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1)]
    pub(super) header_row: Option<u64>,
    /// The film of its gang sheets, if there are any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) film: Option<SheetFilm>,
}

/// A column of an orders file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct BatchColumn {
    /// What the file calls it.
    #[schema(example = "Order No")]
    pub(super) name: String,
    /// What it is taken for; left out, it is kept and may be a field of the design.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "order_id")]
    pub(super) means: Option<String>,
}

/// What is known of the rows of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct BatchSummary {
    /// Its rows.
    rows: usize,
    /// Rows that cannot be made.
    refused: usize,
    /// Its columns, in their order.
    pub(super) columns: Vec<BatchColumn>,
    /// What the first rows have in them.
    first_rows: Vec<Vec<String>>,
    /// Which rows these are, as findings count them.
    #[serde(default)]
    first_row_numbers: Vec<u64>,
    /// The first 50 of everything that is wrong with rows or worth knowing.
    issues: Vec<RowIssue>,
    /// How many there are in all.
    issues_total: usize,
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct BatchProgress {
    /// `ready`, `waiting`, `running`, `done`, `stopped` or `failed`.
    #[schema(example = "running")]
    pub(super) state: &'static str,
    /// Different pieces that were looked at, and all of them, while it runs.
    pub(super) checked: usize,
    pub(super) pieces: usize,
    /// Files that are there, and all that are made.
    pub(super) made: usize,
    pub(super) files: usize,
    /// Files that were there when this run began to make more, and for how many milliseconds it has.
    pub(super) made_before: usize,
    pub(super) making_ms: i64,
}

/// The batch that is being made.
struct Live {
    id: String,
    stop: Cancel,
    abort: Cancel,
    /// How far it is, and when it began to make files.
    progress: Mutex<(BatchProgress, Option<i64>)>,
}

impl Live {
    fn new(id: &str) -> Self {
        let progress = BatchProgress { state: BatchState::Running.name(), ..BatchProgress::default() };
        Self { id: id.to_owned(), stop: Cancel::new(), abort: Cancel::new(), progress: Mutex::new((progress, None)) }
    }

    fn tell(&self, event: &Event) {
        let mut held = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, began) = &mut *held;
        match event {
            Event::Checked(done, all) => (progress.checked, progress.pieces) = (*done, *all),
            Event::Made(done, all) => {
                if began.is_none() {
                    (*began, progress.made_before) = (Some(now_ms()), *done);
                }
                (progress.made, progress.files) = (*done, *all);
            }
            Event::Healed(_) | Event::Removed(_) | Event::Waits(_) => {}
        }
    }

    fn progress(&self) -> BatchProgress {
        let (progress, began) = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        BatchProgress { making_ms: began.map_or(0, |began| (now_ms() - began).max(0)), ..progress }
    }
}

/// What is shared by whoever brings, watches and makes batches.
#[derive(Default)]
pub(super) struct Batches {
    wake: Notify,
    live: Mutex<Option<Arc<Live>>>,
    /// Set once the service ends.
    pub(super) halted: Cancel,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches").field("halted", &self.halted).finish_non_exhaustive()
    }
}

impl Batches {
    pub(super) fn new() -> Self {
        Self { halted: Cancel::new(), ..Self::default() }
    }

    /// Says that a batch waits.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    fn live(&self) -> Option<Arc<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How far a batch is that is being made.
    pub(super) fn progress(&self, id: &str) -> Option<BatchProgress> {
        Some(self.live().filter(|live| live.id == id)?.progress())
    }

    /// Lets a batch finish what it is at, or calls that off; whether it is being made.
    pub(super) fn stop(&self, id: &str, at_once: bool) -> bool {
        let Some(live) = self.live().filter(|live| live.id == id) else { return false };
        live.stop.set();
        if at_once {
            live.abort.set();
        }
        true
    }

    /// Begins nothing any more, and lets what is being made be finished.
    pub(super) fn halt(&self) {
        self.halted.set();
        if let Some(live) = self.live() {
            live.stop.set();
        }
        self.wake.notify_one();
    }
}

/// Where a batch's files lie.
pub(super) fn folder_of(app: &App, id: &str) -> PathBuf {
    app.config.data.join("batches").join(id)
}

/// Makes what waits until the service ends. A batch that ran when the service last ended goes on.
pub async fn keep(app: Arc<App>) {
    while let Err(error) = begin(&app).await {
        tracing::warn!(%error, "batches cannot be read; it is tried again");
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    while !app.batches.halted.is_set() {
        match app.store.next_batch().await {
            Ok(Some(row)) => {
                if let Err(error) = make(&app, row).await {
                    tracing::error!(%error, "what became of a batch cannot be noted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            Ok(None) => app.batches.wake.notified().await,
            Err(error) => {
                tracing::warn!(%error, "batches cannot be read; it is tried again");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    }
}

/// Waits for what is being made, and after a while calls it off.
pub(super) async fn drain(app: &App, keeper: tokio::task::JoinHandle<()>) {
    app.batches.halt();
    let mut keeper = keeper;
    if tokio::time::timeout(DRAIN, &mut keeper).await.is_err() {
        if let Some(live) = app.batches.live() {
            live.abort.set();
        }
        let _ = tokio::time::timeout(Duration::from_secs(2), keeper).await;
    }
}

/// Lets what ran wait again, and clears folders away whose batch was deleted.
async fn begin(app: &Arc<App>) -> Result<(), crate::store::StoreError> {
    app.store.requeue_batches().await?;
    let root = app.config.data.join("batches");
    let names = tokio::task::spawn_blocking(move || {
        let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect::<Vec<_>>()
    });
    for name in names.await.unwrap_or_default().into_iter().filter(|name| is_id(name)) {
        if app.store.batch(&name).await?.is_none() {
            remove_folder(app, &name).await;
        }
    }
    Ok(())
}

/// Takes a batch's files away.
pub(super) async fn remove_folder(app: &Arc<App>, id: &str) {
    let folder = folder_of(app, id);
    let removed = tokio::task::spawn_blocking(move || match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    });
    if let Ok(Err(error)) = removed.await {
        tracing::warn!(%error, batch = id, "files of a deleted batch could not be removed; it is tried at the next start");
    }
}

async fn make(app: &Arc<App>, row: BatchRow) -> Result<(), crate::store::StoreError> {
    let live = Arc::new(Live::new(&row.id));
    *app.batches.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
    // Only now: whoever stops it from here on finds it.
    let begun = app.store.set_batch_state(&row.id, &[BatchState::Waiting], BatchState::Running, now_ms()).await;
    let end = match begun {
        Ok(true) => {
            let (owner, row, live) = (Arc::clone(app), row.clone(), Arc::clone(&live));
            let handle = Handle::current();
            let made = tokio::task::spawn_blocking(move || work(&owner, &row, &live, &handle)).await;
            Some(made.unwrap_or_else(|_| Err("the program met a fault of its own; please report it".to_owned())))
        }
        Ok(false) => None,
        Err(error) => {
            *app.batches.live.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return Err(error);
        }
    };
    *app.batches.live.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let Some(end) = end else { return Ok(()) };
    let end = end.unwrap_or_else(|detail| BatchEnd {
        state: BatchState::Failed,
        summary: row.summary.clone(),
        detail,
        files: row.files,
    });
    // What the end of the service stopped goes on by itself.
    let state = match end.state {
        BatchState::Stopped if app.batches.halted.is_set() => BatchState::Waiting,
        state => state,
    };
    app.store.end_batch(&row.id, &BatchEnd { state, ..end }, now_ms()).await?;
    if app.store.batch(&row.id).await?.is_none() {
        remove_folder(app, &row.id).await;
    }
    Ok(())
}

/// Makes a batch, on a thread of its own.
fn work(app: &Arc<App>, row: &BatchRow, live: &Live, handle: &Handle) -> Result<BatchEnd, String> {
    let spec: BatchSpec = serde_json::from_str(&row.spec).map_err(|error| error.to_string())?;
    let bytes = handle.block_on(app.store.files.get(&BatchRow::file(&row.id))).map_err(|error| error.to_string())?;
    let bytes = bytes.ok_or("its orders file is gone")?;
    let sheet = sheet_of(&bytes, &spec).map_err(|error| error.to_string())?;
    let orders = looked_at(app, &sheet, &spec, (usize::MAX, &live.abort), handle);
    let wanted = wanted(&spec, &sheet)?;
    let mut summary = summary_of(&sheet, &orders);
    // What is needed of it is in the orders.
    drop(sheet);
    let tell = |event: Event| live.tell(&event);
    let jobs = app.config.limits.workers.saturating_sub(1).max(1);
    let (stop, abort) = (&live.stop, &live.abort);
    let batch = Batch { shop: &app.shop, orders: &orders, spec: &wanted, jobs, stop, abort, tell: &tell };
    let failed = |error: RunError| error.to_string();
    let folder = Folder::open(&folder_of(app, &row.id), &row.name).map_err(failed)?;
    let made = run::run(&batch, &folder).map_err(failed)?;
    let list =
        |first: usize, files: &[Listed]| folder.journal.list(first as u64, files).map_err(|error| error.to_string());
    // Stopped before a file was looked at, the folder has what was listed before.
    if !made.stopped || made.files.iter().any(Option::is_some) {
        list(0, &listing::planned(&orders, &made))?;
    }
    let mut is_stopped = made.stopped;
    if !made.stopped {
        folder.put("picklist.csv", &lists::pick_list(&app.shop, &orders, &made)).map_err(failed)?;
        let film = spec.make.iter().any(|what| what == GANG).then_some(TRANSFER);
        folder.put("report.html", contacts::page(&orders, &made, &row.name, film).as_bytes()).map_err(failed)?;
        folder.put("report.json", &lists::report(&orders, &made, &row.name)).map_err(failed)?;
        summary.add(&orders, &made);
        if film.is_some() {
            let asked = spec.film.clone().unwrap_or_default().asked(wanted.dpi, &spec.accept);
            let asked = asked.map_err(|error| error.to_string())?;
            let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().map_err(|error| error.to_string())?;
            let film =
                pool.install(|| gang(app, (&orders, &made.checked), &asked, (&folder_of(app, &row.id), abort)))?;
            is_stopped = film.is_none();
            summary.tell(film.unwrap_or_default());
        }
        summary.tell(lists::warnings(&orders, &made));
    }
    if !is_stopped {
        let film = lists::beside(&folder_of(app, &row.id).join(GANG), GANG).map_err(|error| error.to_string())?;
        folder.put("manifest.csv", &lists::manifest(&orders, &made, &film)).map_err(failed)?;
        let own = lists::there(&folder_of(app, &row.id)).map_err(|error| error.to_string())?;
        let first = made.plan.files.len();
        let own = listing::unplanned(first as u64, LIST, &own);
        list(first, &[own, listing::unplanned((first + LISTS.len()) as u64, GANG, &film)].concat())?;
    }
    let there = made.files.iter().flatten().count();
    let count = |files: usize| i64::try_from(files).unwrap_or(i64::MAX);
    Ok(BatchEnd {
        state: if is_stopped { BatchState::Stopped } else { BatchState::Done },
        summary: serde_json::to_string(&summary).map_err(|error| error.to_string())?,
        detail: String::new(),
        files: (count(made.plan.files.len()), count(there)),
    })
}

/// Lays the prints of all rows on film, in a folder of its own that appears when all of it is there; tells which rows have
/// none. `None` if it was called off.
fn gang(
    app: &App,
    (orders, known): (&Orders, &[Option<Arc<Checked>>]),
    asked: &Asked,
    (folder, cancel): (&Path, &Cancel),
) -> Result<Option<Vec<RowIssue>>, String> {
    let failed = |error: std::io::Error| format!("gang sheets could not be written: {error}");
    let (made, there) = (folder.join(".gang"), folder.join(GANG));
    let clear = |folder: &Path| match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    };
    clear(&made)?;
    std::fs::create_dir(&made).map_err(failed)?;
    let mut open = |name: &str| std::fs::File::create(made.join(name)).map(std::io::BufWriter::new);
    let pieces = gangsheet::run::make(&app.shop, (orders, known), asked, (&made, cancel), &mut |_, _| true, &mut open);
    let pieces = match pieces {
        Err(GangError::CalledOff) => return clear(&made).map(|()| None),
        pieces => pieces.map_err(|error| error.to_string())?,
    };
    for file in std::fs::read_dir(&made).map_err(failed)? {
        file.and_then(|file| std::fs::File::open(file.path())?.sync_all()).map_err(failed)?;
    }
    clear(&there)?;
    std::fs::rename(&made, &there).map_err(failed)?;
    let mut told: Vec<RowIssue> = pieces
        .refused
        .iter()
        .map(|(index, why)| RowIssue::note(orders.lines[*index].row, "", why.as_str(), "it is on no gang sheet"))
        .collect();
    if let Some(first) = orders.lines.first().filter(|_| pieces.pieces.is_empty()) {
        let none = format!("no row is printed as transfer film ({TRANSFER}), so there are no gang sheets");
        told.push(RowIssue::note(first.row, "technique", none, "name it in the column technique, or leave gang out"));
    }
    Ok(Some(told))
}

/// The table of an orders file, with the names of its columns as the shop says what they mean.
pub(super) fn sheet_of(bytes: &[u8], spec: &BatchSpec) -> Result<Sheet, SheetError> {
    let kind = SheetKind::from_ending(&spec.kind).unwrap_or(SheetKind::Csv);
    let mut sheet = read_below(bytes, kind, spec.header_row)?;
    sheet.dates = spec.dates;
    for (name, written) in &mut sheet.columns {
        if let Some(means) = spec.columns.get(written) {
            name.clone_from(means);
        }
    }
    Ok(sheet)
}

/// The lines of an orders file. A design is a template or a saved design, by its id. Not to be called on a thread that
/// others wait for.
fn orders_of(app: &Arc<App>, sheet: &Sheet, handle: &Handle) -> Orders {
    let mut orders = orders::read(sheet, &app.shop, &mut |name| handle.block_on(open(app, name)));
    orders.tell(columns::ignored(sheet, &orders, &BTreeSet::new()));
    orders
}

/// The lines of an orders file with what its sport has to say of them. Not to be called on a thread that others wait for.
fn looked_at(
    app: &Arc<App>,
    sheet: &Sheet,
    spec: &BatchSpec,
    (most, cancel): (usize, &Cancel),
    handle: &Handle,
) -> Orders {
    let mut orders = orders_of(app, sheet, handle);
    if let Some(sport) = spec.sport.as_ref().and_then(|id| Sport::all().into_iter().find(|sport| sport.id == *id)) {
        orders.tell(roster::look(&app.shop, &orders, &sport, most, cancel));
    }
    orders
}

/// What is known of an orders file before anything is made.
pub(super) fn inspected(app: &Arc<App>, sheet: &Sheet, spec: &BatchSpec, handle: &Handle) -> BatchSummary {
    let mut orders = looked_at(app, sheet, spec, (MEASURED, &Cancel::NEVER), handle);
    orders.tell(orders.late(&day_everywhere(now_ms())));
    summary_of(sheet, &orders)
}

/// A line of an orders file, by the number of its row, as it is made together with the rest of its order.
pub(super) fn line_of(app: &Arc<App>, sheet: &mut Sheet, number: u64, handle: &Handle) -> Option<OrderLine> {
    let row = sheet.rows.iter().find(|row| row.row == number)?;
    let order = sheet.columns.iter().position(|(name, _)| {
        let [(ours, others), ..] = COLUMNS;
        name == ours || others.contains(&name.as_str())
    });
    let cell = |row: &SheetRow| order.and_then(|order| row.cells.get(order).cloned().flatten());
    let order = cell(row);
    sheet.rows.retain(|row| row.row == number || (order.is_some() && cell(row) == order));
    orders_of(app, sheet, handle).lines.into_iter().find(|line| line.row == number)
}

async fn open(app: &Arc<App>, name: &str) -> Result<Opened, String> {
    // The colour is the row's to say.
    let choice = Choice { any_color: true, ..Choice::default() };
    let saved = if is_id(name) { app.store.design(name).await.map_err(|error| error.to_string())? } else { None };
    let (document, customer) = match saved {
        Some(row) => (row.document.into_bytes(), Some(row.customer)),
        None => {
            let (name, starters) = (name.strip_suffix(".json").unwrap_or(name), starters(app).await);
            let template = starters
                .template(name)
                .ok_or_else(|| missing(name, starters.templates.iter().map(|template| template.id.as_str())))?;
            (template.document.to_vec(), None)
        }
    };
    let (design, library) =
        read_design(app, &document, customer.as_ref(), &choice).await.map_err(|error| told(&error))?;
    // Its pictures are named by what is in them.
    let digest = *blake3::hash(&document).as_bytes();
    Ok(Opened { design: Arc::new(design), library: Arc::new(library), digest })
}

/// Tells that a design is not there, with the templates that are called nearly so.
fn missing<'t>(name: &str, templates: impl Iterator<Item = &'t str>) -> String {
    let hint = match suggest(name, templates).as_slice() {
        [] => "/designs shows the templates".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("there is no saved design of that id and no template of that name; {hint}")
}

/// What is wrong with a design, in a line.
pub(super) fn told(error: &ApiError) -> String {
    let problems: Vec<String> = error
        .field_problems()
        .iter()
        .take(3)
        .map(|problem| format!("{}: {}", problem.pointer, problem.message))
        .collect();
    if problems.is_empty() { error.detail().to_owned() } else { problems.join(" / ") }
}

fn wanted(spec: &BatchSpec, sheet: &Sheet) -> Result<Spec, String> {
    let make = |name: &String| match name.as_str() {
        "preview" => Ok(Make::Preview),
        "artwork" => Ok(Make::Artwork),
        "ticket" => Ok(Make::Ticket),
        other => Err(format!("nothing is called `{other}`; there are: {}", MAKES.join(", "))),
    };
    Ok(Spec {
        make: spec.make.iter().filter(|what| *what != GANG).map(make).collect::<Result<_, _>>()?,
        preview_width_px: spec.preview_width,
        preview_format: Format::Jpeg,
        print_format: spec.print_format.format(),
        dpi: Dpi::new(spec.dpi).ok_or("dpi is a number above 0")?,
        accept: spec.accept.clone(),
        names: NameTemplate::read(NameTemplate::DEFAULT, &template_names(sheet))?,
    })
}

/// What is known of rows before they are made.
fn summary_of(sheet: &Sheet, orders: &Orders) -> BatchSummary {
    let column = |(name, written): &(String, String)| {
        let means = COLUMNS.iter().find(|(ours, others)| ours == name || others.contains(&name.as_str()));
        BatchColumn { name: written.clone(), means: means.map(|(ours, _)| (*ours).to_owned()) }
    };
    let row = |cells: &Vec<Option<String>>| {
        cells.iter().map(|cell| cell.iter().flat_map(|text| text.chars()).take(SHOWN_CHARS).collect()).collect()
    };
    BatchSummary {
        rows: orders.n_rows,
        refused: orders.n_refused(),
        columns: sheet.columns.iter().map(column).collect(),
        first_rows: sheet.rows.iter().take(FIRST_ROWS).map(|each| row(&each.cells)).collect(),
        first_row_numbers: sheet.rows.iter().take(FIRST_ROWS).map(|each| each.row).collect(),
        issues: orders.issues.iter().take(TOLD).cloned().collect(),
        issues_total: orders.issues.len(),
    }
}

impl BatchSummary {
    /// Adds what drawing found out.
    fn add(&mut self, orders: &Orders, made: &run::Outcome) {
        let all = lists::refusals(orders, made);
        self.refused += all.len();
        self.tell(all);
    }

    /// Adds what else is told of rows: as many as there is room for, and the count of all.
    fn tell(&mut self, more: impl IntoIterator<Item = RowIssue>) {
        for issue in more {
            self.issues_total += 1;
            if self.issues.len() < TOLD {
                self.issues.push(issue);
            }
        }
    }
}

/// Refuses an orders file that is none.
pub(super) fn no_sheet(error: &SheetError) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders", error.to_string())
}
