//! Whoever has orders: puts what they are made from into the file store and the jobs on the queue, and fetches what is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::batch::folder::RunError;
use crate::batch::orders::OrderLine;
use crate::batch::run::{Errand, Event};
use crate::engine::error::told;
use crate::engine::ledger::{Ended, NewItem};
use crate::engine::parcel::{Packed, Parcel, named};
use crate::engine::work::{Work, WorkLine};
use crate::engine::{Engine, EngineError, input, output};

/// Between two looks at what is made.
const LOOK: Duration = Duration::from_millis(200);
/// Items whose files are in memory at once.
const TOGETHER: i64 = 16;
/// Files that are fetched or put at once.
const AT_ONCE: usize = 8;
/// How long the database or the file store may be away.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two tries to reach them.
const AGAIN: Duration = Duration::from_secs(1);
/// Between two looks whether workers lack what was put into the file store.
const MEND: Duration = Duration::from_secs(1);
/// Looks that find nothing, after which it is told why.
const TELL: u32 = 25;
/// Looks that find nothing, after which jobs that the queue has lost are put on it again.
const HEAL: u32 = 300;
/// Nobody is at work.
const ALONE: &str =
    "no worker takes these jobs: start `platen worker` with the same program, assets, --database and --storage";

/// The document of a design, by what an orders file calls it.
pub type Source<'a> = &'a (dyn Fn(&str) -> Option<PathBuf> + Sync);

/// The machines that make a batch's files.
pub struct Far<'a> {
    engine: &'a Engine,
    runtime: &'a Runtime,
    source: Source<'a>,
}

impl std::fmt::Debug for Far<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Far").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl<'a> Far<'a> {
    /// What the machines share, and where the designs lie that orders name.
    #[must_use]
    pub fn new(engine: &'a Engine, runtime: &'a Runtime, source: Source<'a>) -> Self {
        Self { engine, runtime, source }
    }
}

impl Far<'_> {
    /// Has everything made that is open, and puts it in its place as it comes.
    ///
    /// # Errors
    /// If a design has changed since it was read, the folder cannot be written, or the database or the file store are away for
    /// ten minutes.
    pub fn make(&self, errand: &Errand<'_>) -> Result<(), RunError> {
        if errand.units.is_empty() {
            return Ok(());
        }
        let asked = self.runtime.block_on(async {
            let (items, inputs) = self.put_inputs(errand).await?;
            let all: Vec<&NewItem> = items.iter().collect();
            patiently(errand, async || self.engine.enqueue(errand.id, &all).await).await?;
            Ok((items, inputs))
        });
        let (all, inputs) = asked.map_err(apart)?;
        let mut open: BTreeMap<&str, &[usize]> =
            all.iter().zip(errand.units).map(|(item, unit)| (item.id.as_str(), unit.as_slice())).collect();
        let (mut idle, mut mended) = (0, Instant::now());
        while !open.is_empty() && !errand.batch.stop.is_set() {
            if mended.elapsed() >= MEND {
                self.runtime.block_on(self.mend(errand, &inputs)).map_err(apart)?;
                mended = Instant::now();
            }
            let ended = self.runtime.block_on(patiently(errand, async || self.engine.ended(errand.id, TOGETHER).await));
            let ended = ended.map_err(apart)?;
            idle = if ended.is_empty() { idle + 1 } else { 0 };
            if ended.is_empty() {
                let left = || all.iter().filter(|item| open.contains_key(item.id.as_str())).collect();
                self.wait(errand, idle, left).map_err(apart)?;
                continue;
            }
            let mut taken = Vec::new();
            for (item, files) in
                self.runtime.block_on(patiently(errand, async || self.fetch(errand, &ended).await)).map_err(apart)?
            {
                let Some(files) = files else { continue };
                taken.push(item);
                let Some(unit) = open.remove(item) else { continue };
                settle(errand, unit, files)?;
            }
            self.runtime
                .block_on(patiently(errand, async || self.engine.take(errand.id, &taken).await))
                .map_err(apart)?;
        }
        Ok(())
    }
}

/// Each job's bytes or why there are none, or why there is nothing at all.
type Fetched = Result<Vec<(String, Result<Bytes, String>)>, String>;
/// What is put into the file store: each name, and a line whose design it belongs to; the profile belongs to none.
type Inputs = BTreeMap<String, Option<usize>>;

impl Far<'_> {
    /// Puts designs, pictures and the profile into the store, and says what is to be done.
    async fn put_inputs(&self, errand: &Errand<'_>) -> Result<(Vec<NewItem>, Inputs), EngineError> {
        let mut inputs = Inputs::new();
        let (profile, bytes) = profile(errand)?;
        self.put(errand, (&mut inputs, None), vec![(profile.clone(), bytes)]).await?;
        let mut parcels: BTreeMap<&str, String> = BTreeMap::new();
        let mut items = Vec::new();
        for unit in errand.units {
            let Some(first) = unit.first() else { continue };
            let mut lines = Vec::new();
            for index in errand.plan.jobs[*first].lines() {
                let line = &errand.batch.orders.lines[index];
                if !parcels.contains_key(&*line.design) {
                    let packed = self.pack(line)?;
                    self.put(errand, (&mut inputs, Some(index)), packed.files).await?;
                    parcels.insert(&line.design, packed.hash);
                }
                lines.push(work_line(line, &parcels[&*line.design]));
            }
            let line = lines.first().map(|line| format!("{}/{}", line.order_id, line.line)).unwrap_or_default();
            let work = serde_json::to_string(&Work::new(errand.plan, unit, lines, errand.batch.spec, &profile))?;
            items.push(NewItem { id: blake3::hash(work.as_bytes()).to_hex().to_string(), line, work });
        }
        Ok((items, inputs))
    }

    /// The design of a line, as it was when the orders were read.
    fn pack(&self, line: &OrderLine) -> Result<Packed, EngineError> {
        let path = (self.source)(&line.design).unwrap_or_else(|| PathBuf::from(&*line.design));
        let packed = Parcel::pack(&path)?;
        if packed.digest == line.opened.digest { Ok(packed) } else { Err(EngineError::Changed { path }) }
    }

    async fn put(
        &self,
        errand: &Errand<'_>,
        (inputs, line): (&mut Inputs, Option<usize>),
        files: Vec<(String, Bytes)>,
    ) -> Result<(), EngineError> {
        for (hash, bytes) in files {
            let name = input(&hash);
            if inputs.contains_key(&name) {
                continue;
            }
            // Whoever draws finds out whether it is what it should be: here that would be a read of each for each batch.
            patiently(errand, async || {
                if !self.engine.files.has(&name).await? {
                    self.engine.files.put(&name, bytes.clone()).await?;
                }
                Ok(())
            })
            .await?;
            inputs.insert(name, line);
        }
        Ok(())
    }

    /// Puts into the store again what workers did not find there, or not as it was.
    async fn mend(&self, errand: &Errand<'_>, inputs: &Inputs) -> Result<(), EngineError> {
        let lacking = patiently(errand, async || self.engine.lacking(errand.id).await).await?;
        let lines: BTreeSet<Option<usize>> = lacking.iter().filter_map(|name| inputs.get(name).copied()).collect();
        for line in lines {
            // What else the design is made of may have fared alike.
            let files = match line {
                None => vec![profile(errand)?],
                Some(line) => self.pack(&errand.batch.orders.lines[line])?.files,
            };
            for (hash, bytes) in files {
                let name = input(&hash);
                let is_mended = patiently(errand, async || {
                    // One that cannot be read is as good as none. If it is whole, the worker may look into another store.
                    let there = self.engine.files.get(&name).await.ok().flatten();
                    if there.as_ref() == Some(&bytes) {
                        return Ok(false);
                    }
                    self.engine.files.put(&name, bytes.clone()).await?;
                    Ok(true)
                });
                if is_mended.await? {
                    let why = format!("{name} was gone from the file store, or damaged; it is put there again");
                    (errand.batch.tell)(Event::Waits(why));
                }
            }
        }
        if !lacking.is_empty() {
            patiently(errand, async || self.engine.supplied(errand.id, &lacking).await).await?;
        }
        Ok(())
    }

    /// Fetches what was made; `None` for an item whose files are gone or damaged, which is made again.
    async fn fetch<'e>(
        &self,
        errand: &Errand<'_>,
        ended: &'e [Ended],
    ) -> Result<Vec<(&'e str, Option<Fetched>)>, EngineError> {
        let one = async |item: &'e Ended| -> Result<(&'e str, Option<Fetched>), EngineError> {
            let files = match &item.files {
                Err(why) => return Ok((item.id.as_str(), Some(Err(why.clone())))),
                Ok(files) => files,
            };
            let mut fetched = Vec::new();
            for made in files {
                if let Some(fault) = &made.fault {
                    fetched.push((made.job.clone(), Err(fault.clone())));
                    continue;
                }
                let name = output(&made.job);
                let bytes = self.engine.files.get(&name).await?;
                match bytes.filter(|bytes| made.is(bytes)) {
                    Some(bytes) => fetched.push((made.job.clone(), Ok(bytes))),
                    None => {
                        self.engine.revive(errand.id, &item.id).await?;
                        return Ok((item.id.as_str(), None));
                    }
                }
            }
            Ok((item.id.as_str(), Some(Ok(fetched))))
        };
        let mut all = Vec::new();
        let mut found = futures_util::stream::iter(ended).map(one).buffered(AT_ONCE);
        while let Some(item) = found.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// Waits a little, and looks what is wrong if that gets long.
    fn wait<'i>(&self, errand: &Errand<'_>, idle: u32, left: impl Fn() -> Vec<&'i NewItem>) -> Result<(), EngineError> {
        self.runtime.block_on(async {
            tokio::time::sleep(LOOK).await;
            if idle % HEAL == TELL {
                let why = patiently(errand, async || self.engine.hindrance(errand.id).await).await?;
                let has_workers = patiently(errand, async || self.engine.has_workers().await).await?;
                let why = if has_workers { why } else { Some(ALONE.to_owned()) };
                if let Some(why) = why {
                    (errand.batch.tell)(Event::Waits(why));
                }
            }
            if idle.is_multiple_of(HEAL) {
                // Only those: what is dead stays so until somebody asks again.
                let left = left();
                patiently(errand, async || self.engine.enqueue(errand.id, &left).await).await?;
            }
            Ok(())
        })
    }
}

/// The shop's profile, and what it is called.
fn profile(errand: &Errand<'_>) -> Result<(String, Bytes), EngineError> {
    Ok(named(serde_json::to_vec(&errand.batch.shop.profile)?.into()))
}

/// Puts the files of an item in their places, or notes why there are none.
fn settle(errand: &Errand<'_>, unit: &[usize], files: Fetched) -> Result<(), RunError> {
    let mut kept = Vec::new();
    match files {
        Err(why) => unit.iter().for_each(|job| errand.fail(*job, &why)),
        Ok(files) => {
            for (id, bytes) in files {
                let Some(job) = unit.iter().find(|job| errand.plan.jobs[**job].id.to_hex().as_str() == id) else {
                    continue;
                };
                match bytes {
                    Ok(bytes) => kept.push((*job, bytes)),
                    Err(fault) => errand.fail(*job, &fault),
                }
            }
        }
    }
    errand.keep(&kept)
}

fn work_line(line: &OrderLine, parcel: &str) -> WorkLine {
    WorkLine {
        row: line.row,
        order_id: line.order_id.to_string(),
        line: line.line.to_string(),
        design: line.design.to_string(),
        parcel: parcel.to_owned(),
        technique: line.opened.design.technique.clone(),
        garment: line.opened.design.garment.clone(),
        color: line.color.to_string(),
        size: line.size.to_string(),
        quantity: line.quantity,
        due: line.due.as_deref().map(str::to_owned),
        ship_to: line.ship_to.to_string(),
        note: line.note.to_string(),
        fields: line.fields.map(),
        sizes: (*line.sizes).clone(),
    }
}

/// Does something that needs the database or the file store, again and again while they are away.
async fn patiently<T>(
    errand: &Errand<'_>,
    attempt: impl AsyncFn() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let begun = Instant::now();
    let mut is_told = false;
    loop {
        match attempt().await {
            Err(error) if error.may_pass() && begun.elapsed() < PATIENCE && !errand.batch.stop.is_set() => {
                if !std::mem::replace(&mut is_told, true) {
                    let why = format!("{}; it is tried again", told(&error));
                    (errand.batch.tell)(Event::Waits(why));
                }
                tokio::time::sleep(AGAIN).await;
            }
            other => return other,
        }
    }
}

fn apart(error: EngineError) -> RunError {
    RunError::Elsewhere(Box::new(error))
}
