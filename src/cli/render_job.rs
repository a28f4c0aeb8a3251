//! `platen render-job`, which a worker keeps running: draws one job after the other, each told on a line of standard input
//! and answered on a line of standard output. It gives up the network and bounds its memory first, and its time for each
//! job, so that a job can bring down this process and nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, rlim_t, setrlimit};
use platen::batch::make::{Drawing, MakeError, ticket};
use platen::batch::orders::{Opened, OrderLine};
use platen::batch::plan::Kind;
use platen::batch::run::FAULT;
use platen::batch::shared::{Fields, Texts};
use platen::cancel::Cancel;
use platen::engine::{Made, Reply, Request, WorkLine};
use platen::mockup::MockupError;
use platen::profile::Profile;
use platen::proof::ProofError;
use platen::server::shut_network;
use platen::shop::{RenderError, Shop};

use crate::cli::batch::designs::Designs;
use crate::cli::document::open_shop;
use crate::cli::normalize::MEMORY;
use crate::cli::{Common, Outcome};

/// What a design is called in its folder.
const DESIGN: &str = "design.json";
/// What says of a mockup what it is made of.
const MANIFEST: &str = "manifest.json";
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
            shop.adopt(Profile::from_json(&std::fs::read(&request.profile)?).context("the profile is none")?);
            profile.clone_from(&request.profile);
        }
        let reply = match answer(&shop, &mut opened, &request)? {
            Ok(made) => Reply { made, hindrance: None },
            Err(Hindrance(why)) => Reply { made: Vec::new(), hindrance: Some(why) },
        };
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

/// Why this machine cannot draw, whatever the job is.
#[derive(Debug)]
struct Hindrance(String);

impl From<std::io::Error> for Hindrance {
    fn from(error: std::io::Error) -> Self {
        Self(format!("a file cannot be written or read again: {error}"))
    }
}

/// Draws every job of a request, unless this machine cannot. What cannot be drawn anywhere is told with the job; a design that
/// cannot be opened ends the process.
fn answer(
    shop: &Shop,
    opened: &mut BTreeMap<PathBuf, Opened>,
    request: &Request,
) -> anyhow::Result<Result<Vec<Made>, Hindrance>> {
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
                let write = |out: &mut BufWriter<Watched<File>>| match (drawing, kind) {
                    (Some(Ok(drawing)), _) => drawing.write(kind, &spec, out),
                    (_, Kind::Ticket(left_out)) => ticket(shop, (&lines, left_out), &Cancel::NEVER, out),
                    _ => Err(MakeError::Nothing(kind.of().to_owned())),
                };
                match File::create(&path).map_err(Hindrance::from).and_then(|file| written(file, write)) {
                    Ok(written) => written,
                    Err(hindrance) => return Ok(Err(hindrance)),
                }
            }
        };
        made.push(match written.map(|()| sum(&path)) {
            Ok(Ok((bytes, blake3))) => Made { job: job.clone(), bytes, blake3, fault: None },
            Ok(Err(error)) => return Ok(Err(error.into())),
            Err(why) => Made { job: job.clone(), bytes: 0, blake3: String::new(), fault: Some(why) },
        });
    }
    Ok(Ok(made))
}

/// Writes a file, or says why it cannot be drawn. It fails if this machine cannot, whatever is told of the drawing then.
fn written<W: Write + Seek>(
    file: W,
    write: impl FnOnce(&mut BufWriter<Watched<W>>) -> Result<(), MakeError>,
) -> Result<Result<(), String>, Hindrance> {
    let mut out = BufWriter::with_capacity(1 << 18, Watched { inner: file, failed: None });
    let caught = catch_unwind(AssertUnwindSafe(|| write(&mut out)));
    let flushed = out.flush();
    // What failed once may work now, and the file lacks something all the same.
    out.get_mut().failed.take().map_or(flushed, Err)?;
    match caught {
        Ok(Err(error)) if is_damaged_here(&error) => {
            Err(Hindrance(format!("a mockup is damaged here: {:#}", anyhow::Error::from(error))))
        }
        Ok(done) => Ok(done.map_err(|error| error.to_string())),
        Err(_) => Ok(Err(FAULT.to_owned())),
    }
}

/// Whether a layer of a mockup is not what its manifest says. The manifest is the same on all machines of a queue.
fn is_damaged_here(error: &MakeError) -> bool {
    let (MakeError::Render(render) | MakeError::Proof(ProofError::Render { source: render, .. })) = error else {
        return false;
    };
    match render {
        RenderError::Mockup(MockupError::Read { file, .. }) => file != MANIFEST,
        RenderError::Mockup(MockupError::Hash { .. }) => true,
        _ => false,
    }
}

/// Bytes and BLAKE3 of a file.
fn sum(path: &Path) -> std::io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// Keeps the first error of what is written to: encoders have many ways to tell it.
struct Watched<W> {
    inner: W,
    failed: Option<std::io::Error>,
}

impl<W> Watched<W> {
    fn watch<T>(&mut self, done: std::io::Result<T>) -> std::io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            // Whoever is interrupted begins again; and an impossible place in the file was asked for by the encoder.
            if !matches!(kind, ErrorKind::Interrupted | ErrorKind::InvalidInput) {
                self.failed.get_or_insert(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let done = self.inner.write(bytes);
        self.watch(done)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let done = self.inner.flush();
        self.watch(done)
    }
}

impl<W: Seek> Seek for Watched<W> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let done = self.inner.seek(to);
        self.watch(done)
    }
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
        order_id: line.order_id.as_str().into(),
        line: line.line.as_str().into(),
        design: line.design.as_str().into(),
        opened: Arc::new(design),
        color: line.color.as_str().into(),
        size: line.size.as_str().into(),
        quantity: line.quantity,
        due: line.due.as_deref().map(Into::into),
        ship_to: line.ship_to.as_str().into(),
        note: line.note.as_str().into(),
        fields: Fields::new(&line.fields, &mut Texts::default()),
        sizes: Arc::new(line.sizes.clone()),
        extras: [].into(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use platen::export::ExportError;

    use super::*;

    /// A disk that is full for a moment.
    struct Full(Cursor<Vec<u8>>, bool);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.1, false) {
                return Err(ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.0.flush()
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn what_a_machine_cannot_write_is_no_fault_of_the_job() {
        let full = |is_full| Full(Cursor::default(), is_full);
        let write = |out: &mut BufWriter<Watched<Full>>| {
            out.write_all(&vec![7; 1 << 19]).map_err(|error| MakeError::Export(ExportError::Write(error)))
        };
        assert!(matches!(written(full(false), write), Ok(Ok(()))));
        let Hindrance(why) = written(full(true), write).unwrap_err();
        assert!(why.contains(&ErrorKind::StorageFull.to_string()), "although the flush works: {why}");
        // What is small is written when it is flushed.
        let small = |out: &mut BufWriter<Watched<Full>>| {
            out.write_all(b"x").map_err(|error| MakeError::Export(ExportError::Write(error)))
        };
        assert!(written(full(true), small).is_err());
        let nothing = |_: &mut BufWriter<Watched<Full>>| Err(MakeError::Nothing("front".to_owned()));
        let why = written(full(false), nothing).unwrap().unwrap_err();
        assert!(why.contains("front"), "that is the job's: {why}");
        let unreadable = |file: &str| {
            let error = MockupError::Read { file: file.to_owned(), source: ErrorKind::NotFound.into() };
            written(full(false), |_| Err(MakeError::Render(RenderError::Mockup(error))))
        };
        assert!(unreadable("shade.png").is_err(), "other machines have the layer");
        assert!(unreadable(MANIFEST).unwrap().is_err(), "none of this queue has it");
    }
}
