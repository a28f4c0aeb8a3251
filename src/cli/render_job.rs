//! `platen render-job`, which a worker keeps running: draws one job after the other, each told on a line of standard input
//! and answered on a line of standard output. It gives up the network and bounds its memory first, and its time for each
//! job, so that a job can bring down this process and nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufWriter, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, rlim_t, setrlimit};
use platen::batch::make::{Drawing, MakeError, ticket};
use platen::batch::orders::{Opened, OrderLine};
use platen::batch::plan::Kind;
use platen::batch::run::FAULT;
use platen::cancel::Cancel;
use platen::engine::{Made, Reply, Request, WorkLine};
use platen::profile::Profile;
use platen::server::shut_network;
use platen::shop::Shop;

use crate::cli::batch::designs::Designs;
use crate::cli::document::open_shop;
use crate::cli::normalize::MEMORY;
use crate::cli::{Common, Outcome};

/// What a design is called in its folder.
const DESIGN: &str = "design.json";
/// Designs that are kept open.
const OPEN: usize = 16;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Most memory, MiB
    #[arg(long, default_value_t = 2048)]
    memory: u64,
}

pub(crate) fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<Outcome> {
    // Where it cannot be had, the files that are drawn were looked at by whoever brought them.
    let _ = shut_network();
    // Should the machine run out of memory, this process goes, and not the worker.
    let _ = std::fs::write("/proc/self/oom_score_adj", "800");
    let mut shop = open_shop(common)?;
    let bytes = arguments.memory << 20;
    setrlimit(MEMORY, bytes, bytes).context("cannot bound the memory")?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0).context("cannot bound the memory dump")?;
    let mut out = std::io::stdout().lock();
    out.write_all(b"\n")?;
    out.flush()?;
    let mut profile = PathBuf::new();
    let mut opened: BTreeMap<PathBuf, Opened> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        bound_time(request.seconds)?;
        if profile != request.profile {
            shop.profile = Profile::from_json(&std::fs::read(&request.profile)?).context("the profile is none")?;
            profile.clone_from(&request.profile);
        }
        let reply = answer(&shop, &mut opened, &request)?;
        serde_json::to_writer(&mut out, &reply)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(Outcome::Done)
}

/// From now on so many seconds of processor time may be used.
fn bound_time(seconds: u64) -> anyhow::Result<()> {
    let used = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = used.user_time().tv_sec() + used.system_time().tv_sec();
    let most: rlim_t = u64::try_from(used).unwrap_or_default() + seconds + 1;
    // The soft bound ends the process, and may be raised again for the next job up to the hard one.
    let (_, hard) = getrlimit(Resource::RLIMIT_CPU)?;
    setrlimit(Resource::RLIMIT_CPU, most.min(hard), hard).context("cannot bound the time")
}

/// Draws every job of a request. What cannot be drawn is told; what cannot be read or written ends the process.
fn answer(shop: &Shop, opened: &mut BTreeMap<PathBuf, Opened>, request: &Request) -> anyhow::Result<Reply> {
    if opened.len() > OPEN {
        opened.clear();
    }
    let mut lines = Vec::new();
    for line in &request.work.lines {
        lines.push(order_line(shop, opened, request, line)?);
    }
    let lines: Vec<&OrderLine> = lines.iter().collect();
    let spec = request.work.spec().context("a format is not known")?;
    let first = lines.first().context("there is no line")?;
    let is_ticket = request.work.jobs.iter().any(|(_, kind)| matches!(kind, Kind::Ticket(_)));
    let drawing = (!is_ticket).then(|| {
        let caught = catch_unwind(AssertUnwindSafe(|| Drawing::new(shop, first, spec.dpi, &Cancel::NEVER)));
        caught.map_or_else(|_| Err(FAULT.to_owned()), |drawn| drawn.map_err(|error| error.to_string()))
    });
    let mut made = Vec::new();
    for (index, (job, kind)) in request.work.jobs.iter().enumerate() {
        let path = request.out.join(index.to_string());
        let written = match &drawing {
            Some(Err(why)) => Err(why.clone()),
            drawing => {
                let mut out = BufWriter::with_capacity(1 << 18, File::create(&path)?);
                let caught = catch_unwind(AssertUnwindSafe(|| match (drawing, kind) {
                    (Some(Ok(drawing)), _) => drawing.write(kind, &spec, &mut out),
                    (_, Kind::Ticket(left_out)) => ticket(shop, (&lines, left_out), &Cancel::NEVER, &mut out),
                    _ => Err(MakeError::Nothing(kind.of().to_owned())),
                }));
                let written = caught.map_or_else(|_| Err(FAULT.to_owned()), |done| done.map_err(|e| e.to_string()));
                out.flush()?;
                written
            }
        };
        made.push(match written {
            Ok(()) => {
                let mut hasher = blake3::Hasher::new();
                hasher.update_reader(File::open(&path)?)?;
                let bytes = std::fs::metadata(&path)?.len();
                Made { job: job.clone(), bytes, blake3: hasher.finalize().to_hex().to_string(), fault: None }
            }
            Err(why) => Made { job: job.clone(), bytes: 0, blake3: String::new(), fault: Some(why) },
        });
    }
    Ok(Reply { made })
}

/// The line as whoever planned it had it.
fn order_line(
    shop: &Shop,
    opened: &mut BTreeMap<PathBuf, Opened>,
    request: &Request,
    line: &WorkLine,
) -> anyhow::Result<OrderLine> {
    let folder = request.designs.get(&line.parcel).context("a design is missing")?;
    if !opened.contains_key(folder) {
        let designs = Designs::new(shop, &folder.join("orders"));
        let design = designs.open(DESIGN).map_err(|why| anyhow::anyhow!("the design cannot be opened: {why}"))?;
        opened.insert(folder.clone(), design);
    }
    let mut design = opened[folder].clone().printed(&line.technique, &line.garment);
    if !line.sizes.is_empty() {
        design.design = Arc::new(design.design.resized(&line.sizes));
    }
    Ok(OrderLine {
        row: line.row,
        order_id: line.order_id.clone(),
        line: line.line.clone(),
        design: line.design.clone(),
        opened: design,
        color: line.color.clone(),
        size: line.size.clone(),
        quantity: line.quantity,
        due: line.due.clone(),
        ship_to: line.ship_to.clone(),
        fields: line.fields.clone(),
        sizes: Arc::new(line.sizes.clone()),
        extras: Vec::new(),
    })
}
