//! A worker: takes jobs from the queue, has them drawn, puts the files into the store, and says so in the ledger.
//!
//! The queue delivers at least once and hands back what dead workers held. It never decides that a job is dead: what a job
//! does to the process that draws it counts against the job, in the ledger, and nothing else does.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis::prelude::{BackendExt as _, BoxDynError, Monitor, WorkerBuilder, WorkerBuilderExt as _};
use apalis_postgres::{Config, PostgresStorage};
use bytes::Bytes;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::engine::error::told;
use crate::engine::ledger::{Blame, Next, STARTS, TRIES};
use crate::engine::parcel::Parcel;
use crate::engine::renderer::{Death, Renderer, Start};
use crate::engine::work::{Made, Request, Ticket, Work};
use crate::engine::{Engine, EngineError, input, output};
use crate::store::random_id;

/// So many heartbeats may be missing before a worker's jobs are given to others.
const MISSED: usize = 3;
/// Between two looks at an empty queue, at first and at most.
const LOOK: Duration = Duration::from_millis(100);
const LOOK_AT_MOST: Duration = Duration::from_secs(1);
/// A worker whose database was away begins again after so long, at first and at most.
const AGAIN: Duration = Duration::from_millis(500);
const AGAIN_AT_MOST: Duration = Duration::from_secs(30);
/// One that ran so long begins with the short time again.
const STEADY: Duration = Duration::from_secs(60);
/// A job that failed by itself is tried again after so long, and each time four times as long.
const RETRY: Duration = Duration::from_secs(2);
/// What no job can help, such as a file store that is away, is tried again after so long.
const POSTPONED: Duration = Duration::from_secs(5);
/// A worker whose machine cannot do its part rests for so long, at first and at most.
const REST: Duration = Duration::from_secs(1);
const REST_AT_MOST: Duration = Duration::from_secs(30);
/// Between two rounds of cleaning.
const SWEEP: Duration = Duration::from_secs(60);
/// How folders of workers are called, and the file in them that says that they are in use.
const FOLDER: &str = "platen-worker-";
const LOCK: &str = "lock";
/// Designs that are kept on this machine.
const DESIGNS: usize = 64;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// The program that draws; it is started with `render-job`.
    pub program: PathBuf,
    /// More arguments for it.
    pub arguments: Vec<std::ffi::OsString>,
    /// Jobs at once.
    pub jobs: usize,
    /// Processors that they share.
    pub processors: usize,
    /// Most memory of a job, MiB.
    pub memory_mib: u64,
    /// Most time of a job, seconds.
    pub seconds: u64,
    /// How often it says that it lives.
    pub heartbeat: Duration,
    /// How long jobs may go on once the worker is asked to end.
    pub drain: Duration,
    /// The folder in which it keeps what it is at.
    pub folder: PathBuf,
}

/// What a worker has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It takes jobs, under this name.
    Ready(String),
    /// A job failed, and why; whether it is set aside.
    Failed {
        /// The job.
        item: String,
        /// Why.
        why: String,
        /// Whether it is set aside.
        is_dead: bool,
    },
    /// The machine cannot do its part: a job is given back, and the worker rests.
    Rests {
        /// The job.
        item: String,
        /// Why.
        why: String,
        /// For how long.
        rest: Duration,
    },
    /// The database failed; it goes on.
    Cut(String),
}

/// Takes and does jobs until `stop`; then it finishes what it is at.
///
/// # Errors
/// If the machine has no folder to work in or no random numbers.
pub async fn work(
    engine: Engine,
    options: WorkerOptions,
    stop: impl Future<Output = ()> + Send,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> Result<(), EngineError> {
    let local = |source| EngineError::Local { path: options.folder.clone(), source };
    let (folder, lock) = place(&options.folder).map_err(local)?;
    let (name, drain, jobs) = (name()?, options.drain, options.jobs);
    let (ending, ends) = watch::channel(false);
    let floor = Arc::new(Floor {
        engine,
        name: name.clone(),
        idle: Mutex::default(),
        designs: Mutex::default(),
        folder,
        _lock: lock,
        count: AtomicU32::new(0),
        rest: Rest::default(),
        ends,
        options,
        tell: Box::new(tell),
    });
    let config = Config::default()
        .queue(floor.engine.queue())
        // A worker that dies takes no job with it that it had not begun.
        .batch_size(1)
        .heartbeat_interval(floor.options.heartbeat)
        .missed_heartbeats(MISSED)
        .lock_tasks(false);
    let pause = Pause::default();
    let shop = Arc::clone(&floor);
    let monitor = Monitor::new()
        .register(move |run| {
            let (floor, wait) = (Arc::clone(&shop), pause.next(run, Instant::now()));
            let backend = PostgresStorage::<Ticket>::new(&floor.engine.pool)
                .with_config(config.clone())
                .before_start(move |_| async move {
                    sleep(wait).await;
                    Ok(())
                })
                .poll_with_backoff(LOOK, apalis::prelude::BackoffConfig::new(LOOK_AT_MOST));
            // The old name stands for a worker that is dead by now: what it held comes back when its heartbeats are missing.
            WorkerBuilder::new(format!("{}-{run}", floor.name)).backend(backend).concurrency(jobs).build(
                move |ticket: Ticket| {
                    let floor = Arc::clone(&floor);
                    async move { floor.serve(ticket).await }
                },
            )
        })
        .should_restart({
            let floor = Arc::clone(&floor);
            move |_, error| {
                (floor.tell)(Notice::Cut(error.to_string()));
                true
            }
        })
        // Counted from when it is asked to end: a future that is made now would be over by then.
        .with_terminator(async move { sleep(drain).await });
    (floor.tell)(Notice::Ready(name.clone()));
    let sweeper = tokio::spawn({
        let floor = Arc::clone(&floor);
        async move {
            loop {
                sleep(SWEEP).await;
                // It is tried again in a minute.
                let _ = floor.engine.sweep().await;
            }
        }
    });
    let stop = async {
        stop.await;
        let _ = ending.send(true);
        Ok(())
    };
    // It ends when it is asked to: whatever else happens, it goes on.
    let _ = monitor.run_with_signal(stop).await;
    sweeper.abort();
    // If it cannot be said now, it is found out as with a worker that dies.
    let _ = floor.engine.hand_back(&name).await;
    floor.engine.close().await;
    Ok(())
}

/// A folder for a worker that works below `folder`. Those of workers that were killed are removed.
fn place(folder: &Path) -> std::io::Result<(TempDir, File)> {
    let lock = |path: &Path| {
        let file = File::options().create(true).append(true).open(path.join(LOCK)).ok()?;
        file.try_lock().is_ok().then_some(file)
    };
    for entry in std::fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(FOLDER);
        // One without a lock is being made just now.
        if is_ours && path.join(LOCK).exists() && lock(&path).is_some() {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
    let made = tempfile::Builder::new().prefix(FOLDER).tempdir_in(folder)?;
    let lock = lock(made.path()).ok_or_else(|| std::io::Error::other("the folder cannot be locked"))?;
    Ok((made, lock))
}

/// How long to wait before a worker begins again.
#[derive(Debug, Default)]
struct Pause(Mutex<Option<(Instant, Duration)>>);

impl Pause {
    fn next(&self, run: usize, now: Instant) -> Duration {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = match *last {
            _ if run == 0 => Duration::ZERO,
            Some((begun, wait)) if now.duration_since(begun) < STEADY + wait => (wait * 2).clamp(AGAIN, AGAIN_AT_MOST),
            _ => AGAIN,
        };
        *last = Some((now, wait));
        wait
    }
}

/// How long a worker rests whose machine cannot do its part, such as one with a full disk: it would be quicker than others to
/// take a job and give it back.
#[derive(Debug, Default)]
struct Rest(Mutex<Option<(Instant, Duration)>>);

impl Rest {
    /// What is left of a rest that another of its jobs began, or a new one, twice as long as the last.
    fn next(&self, now: Instant) -> Duration {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, rest) = match *last {
            Some((end, rest)) if now < end => (end, rest),
            Some((_, rest)) => (now + (rest * 2).min(REST_AT_MOST), (rest * 2).min(REST_AT_MOST)),
            None => (now + REST, REST),
        };
        *last = Some((end, rest));
        end - now
    }

    /// A job was done: the next rest is a short one again.
    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Where a worker works.
struct Floor {
    engine: Engine,
    name: String,
    /// Processes that wait for a job.
    idle: Mutex<Vec<Renderer>>,
    /// Designs that lie here, the last used last.
    designs: Mutex<Vec<(String, Arc<TempDir>)>>,
    folder: TempDir,
    /// Says that the folder is in use.
    _lock: File,
    count: AtomicU32,
    rest: Rest,
    /// Whether the worker was asked to end.
    ends: watch::Receiver<bool>,
    options: WorkerOptions,
    tell: Box<dyn Fn(Notice) + Send + Sync>,
}

/// Why a job was not done.
enum Fault {
    /// It brought down the process that drew it.
    Own(String),
    /// Something that it is made from is not in the store as it was put there: its name, and what to tell.
    Input(String, String),
    /// This machine cannot do its part, or what it reaches.
    Place(String),
    /// The database failed: nothing can be noted.
    Ledger(EngineError),
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Gone { ref name, .. } => Self::Input(name.clone(), told(&error)),
            error => Self::Place(told(&error)),
        }
    }
}

impl Floor {
    /// Does a job that was delivered. An error means that nothing could be noted; then it is delivered again.
    async fn serve(&self, ticket: Ticket) -> Result<(), BoxDynError> {
        match self.attempt(&ticket).await {
            Ok(()) => Ok(()),
            Err(error) => {
                (self.tell)(Notice::Cut(told(&error)));
                // It would be delivered at once.
                sleep(AGAIN).await;
                Err(error.into())
            }
        }
    }

    async fn attempt(&self, ticket: &Ticket) -> Result<(), EngineError> {
        let Some(begun) = self.engine.begin(ticket, &self.name).await? else { return Ok(()) };
        if begun.starts > STARTS {
            let why = format!("it was begun {STARTS} times, and no worker that did so lived to tell");
            self.engine.bury(ticket, &why).await?;
            (self.tell)(Notice::Failed { item: ticket.item.clone(), why, is_dead: true });
            return Ok(());
        }
        let work: Work = match serde_json::from_str(&begun.work) {
            Ok(work) => work,
            Err(error) => return self.engine.bury(ticket, &format!("its entry cannot be read: {error}")).await,
        };
        let again = |tries| RETRY * 4_u32.pow(tries_before(tries));
        let later = |_| POSTPONED;
        let (next, why) = match self.make(ticket, &work).await {
            Ok(()) => return Ok(()),
            Err(Fault::Ledger(error)) => return Err(error),
            Err(Fault::Own(why)) => {
                self.forget(&work);
                (self.engine.fail(ticket, &why, Blame::Job, again).await?, why)
            }
            Err(Fault::Input(name, why)) => (self.engine.fail(ticket, &why, Blame::Input(&name), later).await?, why),
            Err(Fault::Place(why)) => {
                let told = format!("worker {}: {why}", self.name);
                self.engine.fail(ticket, &told, Blame::Others, later).await?;
                self.rest(ticket, why).await;
                return Ok(());
            }
        };
        if next != Next::Settled {
            let is_dead = next == Next::Dead;
            (self.tell)(Notice::Failed { item: ticket.item.clone(), why, is_dead });
        }
        Ok(())
    }

    /// Takes no other job for a while.
    async fn rest(&self, ticket: &Ticket, why: String) {
        let rest = self.rest.next(Instant::now());
        (self.tell)(Notice::Rests { item: ticket.item.clone(), why, rest });
        let _ = timeout(rest, self.ends.clone().wait_for(|ends| *ends)).await;
    }

    async fn make(&self, ticket: &Ticket, work: &Work) -> Result<(), Fault> {
        let jobs: Vec<&str> = work.jobs.iter().map(|(job, _)| job.as_str()).collect();
        // What another worker, or another batch, has made.
        let mut made = self.engine.outputs(&jobs).await.map_err(Fault::Ledger)?;
        let mut open = work.clone();
        open.jobs.clear();
        for (job, kind) in &work.jobs {
            let is_there = match made.get(job) {
                Some(made) => {
                    let bytes = self.engine.files.get(&output(job)).await.map_err(EngineError::from)?;
                    bytes.is_some_and(|bytes| made.is(&bytes))
                }
                None => false,
            };
            if !is_there {
                open.jobs.push((job.clone(), kind.clone()));
            }
        }
        let drawn = if open.jobs.is_empty() { Vec::new() } else { self.draw(open).await? };
        made.extend(drawn.iter().map(|drawn| (drawn.job.clone(), drawn.clone())));
        let all: Vec<Made> = work.jobs.iter().filter_map(|(job, _)| made.get(job).cloned()).collect();
        self.engine.finish(ticket, &all, &drawn).await.map_err(Fault::Ledger)
    }

    /// Has jobs drawn, and puts their files into the store, over damaged ones.
    async fn draw(&self, work: Work) -> Result<Vec<Made>, Fault> {
        let mut held = Vec::new();
        let mut designs = BTreeMap::new();
        for line in &work.lines {
            if !designs.contains_key(&line.parcel) {
                let folder = self.design(&line.parcel).await?;
                designs.insert(line.parcel.clone(), folder.path().to_owned());
                held.push(folder);
            }
        }
        let local = |path: &Path| {
            let path = path.to_owned();
            move |source| Fault::from(EngineError::Local { path, source })
        };
        let profile = self.folder.path().join(format!("{}.json", work.profile));
        if !profile.exists() {
            let bytes = self.input(&work.profile).await?;
            self.write(&profile, &bytes).await?;
        }
        let out = TempDir::with_prefix_in("out-", self.folder.path()).map_err(local(self.folder.path()))?;
        let seconds = self.options.seconds;
        let request = Request { work, designs, profile, out: out.path().to_owned(), seconds };
        let reply = self.render(&request).await?;
        for (index, file) in reply.iter().enumerate().filter(|(_, file)| file.fault.is_none()) {
            let path = out.path().join(index.to_string());
            let bytes: Bytes = tokio::fs::read(&path).await.map_err(local(&path))?.into();
            if !file.is(&bytes) {
                return Err(Fault::Place(format!("{} is not what was written", path.display())));
            }
            self.engine.files.put(&output(&file.job), bytes).await.map_err(EngineError::from)?;
        }
        drop(held);
        self.rest.end();
        Ok(reply)
    }

    /// Has a process draw; where none waits, one is started.
    async fn render(&self, request: &Request) -> Result<Vec<Made>, Fault> {
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut renderer = waiting.unwrap_or_else(|| {
            Renderer::new(Start {
                program: self.options.program.clone(),
                arguments: self.options.arguments.clone(),
                memory_mib: self.options.memory_mib,
                // Jobs are many, and one that is spread over threads waits for the slowest.
                threads: (self.options.processors / self.options.jobs).max(1),
                seconds: self.options.seconds,
            })
        });
        let reply = renderer.render(request).await;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(renderer);
        match reply {
            Ok(reply) if reply.made.len() == request.work.jobs.len() => Ok(reply.made),
            Ok(_) => Err(Fault::Own("the program that draws answered for other jobs".to_owned())),
            Err(Death::Job(why)) => Err(Fault::Own(why)),
            Err(Death::Place(why)) => Err(Fault::Place(why)),
        }
    }

    /// The folder of a design, fetched if it does not lie here. It stays as long as somebody has it.
    async fn design(&self, parcel: &str) -> Result<Arc<TempDir>, EngineError> {
        {
            let mut designs = self.designs.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = designs.iter().position(|(held, _)| held == parcel) {
                let found = designs.remove(place);
                let folder = Arc::clone(&found.1);
                designs.push(found);
                return Ok(folder);
            }
        }
        let list: Parcel = serde_json::from_slice(&self.input(parcel).await?)?;
        // A new name each time: a process may still know what lay in another one.
        let local = |source| EngineError::Local { path: self.folder.path().to_owned(), source };
        let folder = Arc::new(TempDir::with_prefix_in("design-", self.folder.path()).map_err(local)?);
        for (name, hash) in list.files() {
            let bytes = self.input(hash).await?;
            self.write(&folder.path().join(name), &bytes).await?;
        }
        let mut designs = self.designs.lock().unwrap_or_else(PoisonError::into_inner);
        designs.push((parcel.to_owned(), Arc::clone(&folder)));
        if designs.len() > DESIGNS {
            designs.remove(0);
        }
        Ok(folder)
    }

    /// Has designs fetched anew the next time: the copies here may be what is wrong.
    fn forget(&self, work: &Work) {
        let is_of_it = |parcel: &str| work.lines.iter().any(|line| line.parcel == parcel);
        self.designs.lock().unwrap_or_else(PoisonError::into_inner).retain(|(parcel, _)| !is_of_it(parcel));
    }

    async fn input(&self, hash: &str) -> Result<Bytes, EngineError> {
        let name = input(hash);
        match self.engine.files.get(&name).await {
            // Called by its bytes: a damaged one must not be drawn.
            Ok(Some(bytes)) if blake3::hash(&bytes).to_hex().as_str() == hash => Ok(bytes),
            Ok(_) => Err(EngineError::Gone { name, source: None }),
            Err(error) => Err(EngineError::Gone { name, source: Some(error) }),
        }
    }

    /// Writes a file under another name first, so that nobody sees half of it.
    async fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), EngineError> {
        let beside = self.folder.path().join(format!("{}.part", self.count.fetch_add(1, Ordering::Relaxed)));
        let folder = path.parent().unwrap_or(path);
        let written = async {
            tokio::fs::create_dir_all(folder).await?;
            tokio::fs::write(&beside, bytes).await?;
            tokio::fs::rename(&beside, path).await
        };
        written.await.map_err(|source| EngineError::Local { path: path.to_owned(), source })
    }
}

/// Failures before this one, as a power.
fn tries_before(tries: i64) -> u32 {
    u32::try_from((tries - 1).clamp(0, TRIES)).unwrap_or_default()
}

/// A name that no other worker has, for those who look at the tables: machine, process and chance.
fn name() -> Result<String, EngineError> {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = if machine.trim().is_empty() { "worker" } else { machine.trim() };
    Ok(format!("{machine}-{}-{}", std::process::id(), &random_id()?[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_whose_database_is_away_begins_again_later_and_later() {
        let (pause, begun) = (Pause::default(), Instant::now());
        let waits: Vec<u64> = (0..9).map(|run| pause.next(run, begun).as_millis() as u64).collect();
        assert_eq!(waits, [0, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        let later = begun + Duration::from_secs(91);
        assert_eq!(pause.next(9, later), AGAIN, "it ran well for a minute");
    }

    #[test]
    fn a_machine_that_cannot_do_its_part_rests_longer_and_longer_until_it_can() {
        let (rest, mut now) = (Rest::default(), Instant::now());
        let mut next = || {
            let wait = rest.next(now);
            assert_eq!(rest.next(now + wait / 4), wait * 3 / 4, "another job of it waits for the same");
            now += wait;
            wait.as_secs()
        };
        assert_eq!([next(), next(), next(), next(), next(), next(), next()], [1, 2, 4, 8, 16, 30, 30]);
        rest.end();
        assert_eq!(rest.next(now), REST);
    }

    #[test]
    fn folders_of_workers_that_were_killed_are_removed_and_those_in_use_are_not() {
        let folder = TempDir::new().unwrap();
        let (kept, lock) = place(folder.path()).unwrap();
        let killed = folder.path().join(format!("{FOLDER}killed"));
        let other = folder.path().join("other");
        for left in [&killed, &other] {
            std::fs::create_dir(left).unwrap();
            std::fs::write(left.join(LOCK), "").unwrap();
        }
        let (next, _lock) = place(folder.path()).unwrap();
        assert!(kept.path().exists() && next.path().exists() && other.exists() && !killed.exists());
        drop(lock);
        let _third = place(folder.path()).unwrap();
        assert!(!kept.path().exists(), "nobody holds it any more");
    }
}
