//! `platen worker`: makes print jobs that other machines put on the queue.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use platen::engine::{Engine, Notice, WorkerOptions, work};

use crate::cli::document::{assets_folder, open_shop};
use crate::cli::serve::stop_signal;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The database that machines share: `postgres://USER:PASSWORD@HOST/NAME`
    #[arg(long, value_name = "URL", env = "PLATEN_DATABASE")]
    database: String,
    /// The file store that machines share: `s3://BUCKET`, or `file:///FOLDER` on a disk that all of them have
    #[arg(long, value_name = "URL", env = "PLATEN_STORAGE")]
    storage: String,
    /// How many jobs are done at once [default: as many as there are processors]
    #[arg(long, value_name = "N", env = "PLATEN_JOBS", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Most memory of a job, MiB; one that needs more fails
    #[arg(long, value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    job_memory: u64,
    /// Most time of a job, seconds; one that takes longer fails
    #[arg(long, value_name = "S", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    job_seconds: u64,
    /// How often the worker says that it lives, seconds; when three are missing, others do what it was at
    #[arg(long, value_name = "S", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=15))]
    heartbeat_seconds: u64,
    /// How long jobs may go on once the worker is asked to end, seconds; what is not done then is done by another one
    #[arg(long, value_name = "S", default_value_t = 25, value_parser = clap::value_parser!(u64).range(0..=3600))]
    drain_seconds: u64,
    /// Folder for what it is at [default: the system's for temporary files]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let shop = open_shop(common)?;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = arguments.jobs.map_or(threads, usize::from);
    let options = WorkerOptions {
        program: std::env::current_exe().context("cannot tell where this program lies")?,
        arguments: vec!["--assets".into(), assets_folder(common)?.into()],
        jobs,
        processors: threads,
        memory_mib: arguments.job_memory,
        seconds: arguments.job_seconds,
        heartbeat: Duration::from_secs(arguments.heartbeat_seconds),
        drain: Duration::from_secs(arguments.drain_seconds),
        folder: arguments.work.clone().unwrap_or_else(std::env::temp_dir),
    };
    let say = terminal.clone();
    let tell = move |notice| match notice {
        Notice::Ready(name) => say.say(&format!("worker {name} takes jobs\n")),
        Notice::Failed { item, why, is_dead: true } => say.say(&format!("error: job {item} is set aside: {why}\n")),
        Notice::Failed { item, why, .. } => say.say(&format!("note: job {item} is tried again: {why}\n")),
        Notice::Rests { item, why, rest } => {
            let seconds = rest.as_secs_f64();
            say.say(&format!("note: job {item} is given back, and the worker rests for {seconds:.1} s: {why}\n"));
        }
        Notice::Cut(why) => say.say(&format!("note: {why}; it is tried again\n")),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let done = runtime.block_on(async {
        let stop = stop_signal().context("cannot listen for signals")?;
        let connections = u32::try_from(jobs).unwrap_or(u32::MAX).saturating_add(3);
        let engine = Engine::open(&shop, &arguments.database, &arguments.storage, connections).await?;
        terminal.say(&format!("queue {}\n", engine.queue()));
        work(engine, options, stop, tell).await.map_err(anyhow::Error::from)
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    done.map(|()| Outcome::Done)
}
