//! `platen batch`: a spreadsheet of orders in, a folder for the press out.

pub(crate) mod designs;
pub(crate) mod far;
mod lock;
mod progress;
pub(crate) mod reading;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::batch::columns::{self, template_names};
use platen::batch::contacts;
use platen::batch::folder::Folder;
use platen::batch::limits;
use platen::batch::lists;
use platen::batch::names::{GANG, NameTemplate};
use platen::batch::orders::{self, Orders};
use platen::batch::plan::{Make, Spec};
use platen::batch::roster::{self, Sport};
use platen::batch::run::{self, Batch, JOB_BYTES, Outcome as Made};
use platen::batch::sheet::Sheet;
use platen::batch::text::Encoding;
use platen::batch::told::{Entry, grouped};
use platen::cancel::Cancel;
use platen::export::Format;
use platen::gangsheet::run::Asked;
use platen::profile::Profile;
use platen::shop::Shop;
use platen::units::Dpi;
use time::{Duration, OffsetDateTime};

use crate::cli::batch::designs::Designs;
use crate::cli::batch::progress::Progress;
use crate::cli::batch::reading::ReadingArguments;
use crate::cli::diagnostics::{counted, visible};
use crate::cli::document::open_shop;
use crate::cli::gang::{self, FilmArguments};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

/// Rows that a dry run shows.
const FIRST_ROWS: usize = 5;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The orders: a .xlsx, .csv, .json or .jsonl (docs/BATCH.md); designs lie beside it or below
    orders: PathBuf,
    /// The folder to write: a new or empty one, or that of the same orders before
    #[arg(short, long, value_name = "DIR", required_unless_present = "dry_run")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// How many jobs are done at once [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Memory that jobs may take together, MiB; fewer are done at once where it is little
    #[arg(long, value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(160..))]
    memory: u64,
    /// What is made
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',', default_value = "preview,artwork")]
    make: Vec<What>,
    /// The shop's profile, a .toml [default: mockups/shop.toml]
    #[arg(long, value_name = "FILE")]
    shop: Option<PathBuf>,
    /// How files are called, without their ending
    #[arg(long, value_name = "TEMPLATE", default_value = NameTemplate::DEFAULT)]
    name_template: String,
    /// Format of print files
    #[arg(long, value_enum, default_value_t = PrintFormat::Png)]
    print_format: PrintFormat,
    /// Format of previews
    #[arg(long, value_enum, default_value_t = PreviewFormat::Jpg)]
    preview_format: PreviewFormat,
    /// Width of previews in pixels, 64 to 2000
    #[arg(long, value_name = "PX", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(64..=2000))]
    preview_width: u32,
    /// Dots per inch of print files, 10 to 1200
    #[arg(long, default_value_t = 300.0)]
    dpi: f64,
    /// Make rows all the same that break this rule of preflight; may be given several times
    #[arg(long, value_name = "RULE")]
    accept: Vec<String>,
    #[command(flatten)]
    film: FilmArguments,
    /// Hold names and numbers against the rules of a sport: basketball, basketball-high-school, football or soccer; what it
    /// finds is told
    #[arg(long, value_name = "SPORT", value_parser = sport)]
    sport: Option<Sport>,
    /// Write down in this file what the batch is made with, or if it is there, make nothing with anything else
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Have workers make it that share this PostgreSQL database, see `platen worker` (docs/SCALE.md)
    #[arg(long, value_name = "URL", requires = "storage")]
    database: Option<String>,
    /// The file store that the workers share: `s3://BUCKET`, or `file:///FOLDER` on a disk that all of them have
    #[arg(long, value_name = "URL", requires = "database")]
    storage: Option<String>,
    /// Look at everything, show the first rows and what would be made, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// A picture of each view with a print
    Preview,
    /// The print file of each print area
    Artwork,
    /// A ticket for whoever prints the order: a PDF
    Ticket,
    /// The prints of all orders on sheets of transfer film, in the folder gang/ (docs/GANGSHEETS.md)
    Gang,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PrintFormat {
    /// Pixels, losslessly packed
    Png,
    /// Letters and shapes as outlines
    Svg,
    /// The same pixels for programs that take no PNG
    Tif,
    /// The same pixels on a page of their physical size
    Pdf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PreviewFormat {
    Jpg,
    Png,
    Webp,
}

fn sport(text: &str) -> Result<Sport, String> {
    let all = Sport::all();
    let known: Vec<String> = all.iter().map(|sport| sport.id.clone()).collect();
    all.into_iter().find(|sport| sport.id == text).ok_or_else(|| format!("there are rules for {}", known.join(", ")))
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let sheet = arguments.reading.read(&arguments.orders)?;
    let spec = spec(arguments, &sheet)?;
    let mut shop = open_shop(common)?;
    if let Some(path) = &arguments.shop {
        shop.adopt(own_profile(path, &shop)?);
    }
    if sheet.encoding == Encoding::Windows1252 {
        terminal.say("note: the file is not UTF-8; it is read as Windows-1252 (Latin-1)\n");
    }
    let designs = Designs::new(&shop, &arguments.orders);
    let orders = look_up(arguments, (&sheet, &spec), &designs, &shop, terminal);
    if arguments.dry_run {
        show_first(&sheet, terminal)?;
    }
    // What is needed of it is in the orders.
    drop(sheet);
    let is_ganged = arguments.make.contains(&What::Gang);
    let film = is_ganged.then(|| arguments.film.asked(&shop, spec.dpi, &spec.accept)).transpose()?;
    if let Some(path) = &arguments.lock {
        lock::hold(path, &shop, &orders, (&spec, film.as_ref()), !arguments.dry_run)?;
    }
    let (stop, abort) = (Cancel::new(), Cancel::new());
    watch(&stop, &abort, terminal)?;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = arguments.jobs.map_or(threads, usize::from);
    let affordable = usize::try_from((arguments.memory << 20) / JOB_BYTES).unwrap_or(usize::MAX).max(1);
    let progress = Progress::new(terminal);
    let tell = |event| progress.tell(event);
    let batch = Batch {
        shop: &shop,
        orders: &orders,
        spec: &spec,
        jobs: jobs.min(affordable),
        stop: &stop,
        abort: &abort,
        tell: &tell,
    };
    let Some(output) = arguments.output.as_ref().filter(|_| !arguments.dry_run) else {
        let made = run::rehearse(&batch)?;
        progress.end();
        return rehearsed(arguments, &orders, &made, terminal);
    };
    let source = arguments.orders.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = Folder::open(output, &source)?;
    clear_film(&output.join(GANG))?;
    let made = match arguments.database.as_deref().zip(arguments.storage.as_deref()) {
        Some(shared) => far::run(&batch, &folder, shared, &designs)?,
        None => run::run(&batch, &folder)?,
    };
    progress.end();
    if !made.stopped {
        let technique = film.as_ref().map(|film| film.options.technique.as_str());
        folder.put("picklist.csv", &lists::pick_list(&shop, &orders, &made))?;
        folder.put("report.html", contacts::page(&orders, &made, &source, technique).as_bytes())?;
        folder.put("report.json", &lists::report(&orders, &made, &source))?;
    }
    let film = film.filter(|_| !made.stopped && !stop.is_set());
    let made_film = |film| beside(&batch, &film, (arguments, &made), &abort, terminal);
    let is_called_off = film.map_or(Ok(false), made_film)?;
    put_manifest(&folder, &orders, &made, &output.join(GANG))?;
    folder.close()?;
    if is_called_off {
        terminal.say("stopped: the gang sheets were not made; the same command goes on from here\n");
        return Ok(Outcome::Refused);
    }
    tell_found(arguments, &orders, &made, terminal);
    let there = made.files.iter().flatten().count();
    let counts = format!("{there} of {} files in {}", made.plan.files.len(), output.display());
    if made.stopped {
        let is_looking = made.checked.iter().any(Option::is_none);
        let far = if is_looking { progress.looked() } else { counts };
        terminal.say(&format!("stopped: {far}; the same command goes on from here\n"));
        return Ok(Outcome::Refused);
    }
    let left_out = orders.n_rows - orders.lines.len() + made.refused.len();
    let all = counted(orders.n_rows, "row");
    let rows = if left_out > 0 { format!(", {left_out} of {all} not made") } else { String::new() };
    terminal.say(&format!("{counts}{rows}; look at {}\n", output.join("report.html").display()));
    Ok(if made.is_whole() && orders.n_refused() == 0 { Outcome::Done } else { Outcome::Refused })
}

/// Writes the list of all files, of the film, too, unless it was stopped before all are there.
fn put_manifest(folder: &Folder, orders: &Orders, made: &Made, film: &Path) -> anyhow::Result<()> {
    if !made.stopped {
        folder.put("manifest.csv", &lists::manifest(orders, made, &lists::beside(film, GANG)?))?;
    }
    Ok(())
}

/// Removes the sheets of a run before, which would tell of other orders than the folder holds.
fn clear_film(film: &Path) -> anyhow::Result<()> {
    let is_link = std::fs::symlink_metadata(film).is_ok_and(|found| found.is_symlink());
    anyhow::ensure!(!is_link, "{} is a link, which leads out of the batch's folder; remove it", film.display());
    gang::clear(film)
}

/// Makes the gang sheets of a batch in the folder gang/, and says whether that was called off.
fn beside(
    batch: &Batch<'_>,
    film: &Asked,
    (arguments, made): (&Arguments, &Made),
    abort: &Cancel,
    terminal: &Terminal,
) -> anyhow::Result<bool> {
    let Some(output) = &arguments.output else { return Ok(false) };
    let all = (batch.orders, made.checked.as_slice(), arguments.orders.as_path());
    // As many threads as the batch has jobs, so that its memory is bounded as theirs is.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(batch.jobs).build()?;
    let made = pool.install(|| gang::beside(batch.shop, all, film, (&output.join(GANG), abort), terminal))?;
    if made == gang::Made::Nothing {
        terminal.say("note: no row is printed as transfer film, so there are no gang sheets\n");
    }
    Ok(made == gang::Made::CalledOff)
}

/// Looks the rows up and tells what is wrong with them.
fn look_up(
    arguments: &Arguments,
    (sheet, spec): (&Sheet, &Spec),
    designs: &Designs<'_>,
    shop: &Shop,
    terminal: &Terminal,
) -> Orders {
    let mut orders = orders::read(sheet, shop, &mut |name| designs.open(name));
    if let Some(path) = &arguments.lock {
        lock::letter(path, &mut orders);
    }
    if let Some(sport) = &arguments.sport {
        orders.tell(roster::look(shop, &orders, sport, usize::MAX, &Cancel::NEVER));
    }
    orders.tell(columns::ignored(sheet, &orders, &spec.names.uses()));
    tell_issues(&arguments.orders, &orders, terminal);
    if columns::missing(sheet).is_some() {
        terminal
            .say("note: --columns says what columns mean, such as --columns \"order_id=Bestellnummer,size=Größe\"\n");
    }
    orders
}

fn spec(arguments: &Arguments, sheet: &Sheet) -> anyhow::Result<Spec> {
    let names = NameTemplate::read(&arguments.name_template, &template_names(sheet)).map_err(anyhow::Error::msg)?;
    let dpi = Dpi::new(arguments.dpi).filter(|dpi| (10.0..=1200.0).contains(&dpi.get()));
    let dpi = dpi.with_context(|| format!("print files have 10 to 1200 dots per inch, not {}", arguments.dpi))?;
    let known: Vec<&str> = platen::prepress::preflight::RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
    for rule in &arguments.accept {
        anyhow::ensure!(known.contains(&rule.as_str()), "there is no rule `{rule}`; there are: {}", known.join(", "));
    }
    let make = |what: &What| match what {
        What::Preview => Some(Make::Preview),
        What::Artwork => Some(Make::Artwork),
        What::Ticket => Some(Make::Ticket),
        What::Gang => None,
    };
    Ok(Spec {
        make: arguments.make.iter().filter_map(make).collect::<BTreeSet<_>>(),
        preview_width_px: arguments.preview_width,
        preview_format: match arguments.preview_format {
            PreviewFormat::Jpg => Format::Jpeg,
            PreviewFormat::Png => Format::Png,
            PreviewFormat::Webp => Format::WebP,
        },
        print_format: match arguments.print_format {
            PrintFormat::Png => Format::Png,
            PrintFormat::Svg => Format::Svg,
            PrintFormat::Tif => Format::Tiff,
            PrintFormat::Pdf => Format::Pdf,
        },
        dpi,
        accept: arguments.accept.clone(),
        names,
    })
}

pub(crate) fn own_profile(path: &Path, shop: &Shop) -> anyhow::Result<Profile> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let profile = Profile::from_toml(&text).with_context(|| format!("{} is no profile of a shop", path.display()))?;
    let unknown = profile.unknown_ids(&shop.catalog);
    if let Some(problem) = unknown.first() {
        anyhow::bail!("{}: {}: {}", path.display(), problem.pointer, problem.message);
    }
    Ok(profile)
}

/// Once asked to stop, what runs is finished; asked again, in either way, it is called off.
fn watch(stop: &Cancel, abort: &Cancel, terminal: &Terminal) -> anyhow::Result<()> {
    let (stop, abort, quiet) = (stop.clone(), abort.clone(), terminal.is_interactive());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Both are listened to from here on: one that comes between two questions is not missed.
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        let _entered = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    std::thread::spawn(move || {
        let mut asked = || {
            runtime.block_on(async {
                #[cfg(unix)]
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                #[cfg(not(unix))]
                let _ = tokio::signal::ctrl_c().await;
            });
        };
        asked();
        stop.set();
        let line = if quiet { "\r\x1b[K" } else { "" };
        let message = format!("{line}stopping when the running jobs are done; again to call them off\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr().lock(), message.as_bytes());
        asked();
        abort.set();
    });
    Ok(())
}

/// Tells what is wrong with rows, and which of them are needed by a day that is past in every time zone.
pub(crate) fn tell_issues(path: &Path, orders: &Orders, terminal: &Terminal) {
    let today = (OffsetDateTime::now_utc() - Duration::hours(12)).date().to_string();
    tell_all(path, &grouped(orders.issues.iter().chain(&orders.late(&today))), "note", terminal);
}

/// Tells what was found when the rows were drawn.
fn tell_found(arguments: &Arguments, orders: &Orders, made: &Made, terminal: &Terminal) {
    tell_all(&arguments.orders, &grouped(lists::refusals(orders, made)), "note", terminal);
    tell_all(&arguments.orders, &grouped(lists::warnings(orders, made)), "warning", terminal);
}

/// Tells what is wrong; what keeps nothing from being made is called `mild`.
pub(crate) fn tell_all(path: &Path, entries: &[Entry], mild: &str, terminal: &Terminal) {
    for entry in entries.iter().take(limits::TOLD) {
        let kind = if entry.first.is_note { mild } else { "error" };
        terminal.say(&format!("{kind}: {}: {}\n", path.display(), visible(&entry.to_string())));
    }
    if let Some(left) = entries.get(limits::TOLD..).filter(|left| !left.is_empty()) {
        let kind = if left[0].first.is_note { mild } else { "error" };
        terminal.say(&format!("{kind}: {} more like these; report.json lists all of them\n", left.len()));
    }
}

/// The first rows as a table, on stdout.
fn show_first(sheet: &Sheet, terminal: &Terminal) -> anyhow::Result<()> {
    const WIDE: usize = 24;
    let short = |text: &str| {
        let line = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        if line.chars().count() <= WIDE { line } else { line.chars().take(WIDE - 1).collect::<String>() + "…" }
    };
    let head = std::iter::once("row".to_owned()).chain(sheet.columns.iter().map(|(_, name)| short(name))).collect();
    let mut rows: Vec<Vec<String>> = vec![head];
    for row in sheet.rows.iter().take(FIRST_ROWS) {
        let cells = row.cells.iter().map(|cell| short(cell.as_deref().unwrap_or("-")));
        rows.push(std::iter::once(row.row.to_string()).chain(cells).collect());
    }
    let width = |index: usize| rows.iter().map(|row| row[index].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    terminal.data(&rows.iter().map(line).collect::<String>())?;
    Ok(())
}

fn rehearsed(arguments: &Arguments, orders: &Orders, made: &Made, terminal: &Terminal) -> anyhow::Result<Outcome> {
    tell_found(arguments, orders, made, terminal);
    let (files, jobs) = (made.plan.files.len(), made.plan.jobs.len());
    let first: String = made.plan.files.iter().take(2 * FIRST_ROWS).map(|file| format!("{}\n", file.path)).collect();
    terminal.data(&first)?;
    let pieces: u64 = made.good().map(|index| u64::from(orders.lines[index].quantity)).sum();
    if made.stopped {
        let open = made.checked.iter().filter(|checked| checked.is_none()).count();
        let were = if open == 1 { "was" } else { "were" };
        terminal.say(&format!("stopped: {} {were} not looked at\n", counted(open, "row")));
    }
    terminal.say(&format!(
        "{} of {} would be made: {}, {} from {}\n",
        made.good().count(),
        counted(orders.n_rows, "row"),
        counted(usize::try_from(pieces).unwrap_or(usize::MAX), "piece"),
        counted(files, "file"),
        counted(jobs, "job")
    ));
    Ok(if made.is_whole() && orders.n_refused() == 0 { Outcome::Done } else { Outcome::Refused })
}
