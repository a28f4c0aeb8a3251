//! Running a plan: check every line, make every file, on all cores, and go on where another run was cut off.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::batch::check::{Checked, check, piece};
use crate::batch::folder::{Folder, Placed, RunError};
use crate::batch::journal::Entry;
use crate::batch::make::{Drawing, MakeError, ticket};
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::plan::{Kind, Plan, PrintJob, Spec, plan};
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::shop::{RenderError, Shop};

/// Memory that is reckoned with for each job at once, bytes: bands of a print, a mockup's layers and the encoders.
pub const JOB_BYTES: u64 = 160 << 20;
/// Before the names of pieces in the table of items; no path begins so.
const CHECK: &str = "check:";

/// What a batch is made of.
pub struct Batch<'a> {
    /// Catalogue, fonts and mockups.
    pub shop: &'a Shop,
    /// What was ordered.
    pub orders: &'a Orders,
    /// What is made.
    pub spec: &'a Spec,
    /// Jobs at once.
    pub jobs: usize,
    /// Set: nothing new is begun, and what runs is finished.
    pub stop: &'a Cancel,
    /// Set: what runs is called off.
    pub abort: &'a Cancel,
    /// Told how it goes.
    pub tell: &'a (dyn Fn(Event) + Sync),
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("orders", &self.orders.lines.len()).field("jobs", &self.jobs).finish()
    }
}

/// How a batch goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So many of all pieces were looked at.
    Checked(usize, usize),
    /// So many of all files are there; at first those of a run before.
    Made(usize, usize),
    /// Files of a run before that were damaged or gone, and are made again.
    Healed(usize),
    /// Files of rows that are no longer there were removed.
    Removed(usize),
}

/// What became of everything.
#[derive(Debug)]
pub struct Outcome {
    /// What was found out of each line; `None` if it was not looked at before the run was stopped.
    pub checked: Vec<Option<Checked>>,
    /// Why a line is not made, by its index.
    pub refused: BTreeMap<usize, String>,
    /// What was to be made.
    pub plan: Plan,
    /// Bytes and BLAKE3 of each file of the plan that is there.
    pub files: Vec<Option<(u64, String)>>,
    /// Why jobs failed, by their index.
    pub failed: BTreeMap<usize, String>,
    /// Whether it was stopped before everything was done.
    pub stopped: bool,
}

impl Outcome {
    /// Whether every row is made.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.stopped && self.refused.is_empty() && self.failed.is_empty()
    }
}

/// Looks at every line, each piece once. `known` are notes of a run before, `note` keeps new ones.
fn checks(
    batch: &Batch<'_>,
    known: &BTreeMap<String, Entry>,
    note: &(dyn Fn(&str, &Checked) -> Result<(), RunError> + Sync),
) -> Result<Vec<Option<Checked>>, RunError> {
    let lines = &batch.orders.lines;
    let pieces: Vec<String> = lines.iter().map(|line| piece(batch.shop, line)).collect();
    let mut found: BTreeMap<&str, Checked> = BTreeMap::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (index, piece) in pieces.iter().enumerate().filter(|(_, piece)| seen.insert(piece)) {
        let before = known.get(&format!("{CHECK}{piece}")).and_then(|entry| serde_json::from_str(&entry.note).ok());
        match before {
            Some(checked) => {
                found.insert(piece, checked);
            }
            None => open.push((index, piece)),
        }
    }
    let (total, done) = (seen.len(), AtomicUsize::new(found.len()));
    let more = Mutex::new(Vec::new());
    each(batch, &open, |(index, piece)| {
        let caught = catch_unwind(AssertUnwindSafe(|| check(batch.shop, &lines[*index], batch.abort)));
        let checked = match caught {
            Ok(None) => return Ok(()),
            Ok(Some(checked)) => checked,
            Err(_) => Checked { fault: Some(FAULT.to_owned()), ..Checked::default() },
        };
        note(piece, &checked)?;
        more.lock().unwrap_or_else(PoisonError::into_inner).push((*piece, checked));
        (batch.tell)(Event::Checked(done.fetch_add(1, Ordering::Relaxed) + 1, total));
        Ok(())
    })?;
    found.extend(more.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(pieces.iter().map(|piece| found.get(piece.as_str()).cloned()).collect())
}

const FAULT: &str = "the program met a fault of its own with this row; please report what it was given";

/// Looks at every line and makes the plan; nothing is written.
///
/// # Errors
/// Never in practice.
pub fn rehearse(batch: &Batch<'_>) -> Result<Outcome, RunError> {
    let checked = checks(batch, &BTreeMap::new(), &|_, _| Ok(()))?;
    Ok(planned(batch, checked))
}

fn planned(batch: &Batch<'_>, checked: Vec<Option<Checked>>) -> Outcome {
    let refusal =
        |(index, checked): (usize, &Option<Checked>)| Some((index, checked.as_ref()?.refusal(&batch.spec.accept)?));
    let refused: BTreeMap<usize, String> = checked.iter().enumerate().filter_map(refusal).collect();
    let good: Vec<Option<&Checked>> = checked
        .iter()
        .enumerate()
        .map(|(index, checked)| checked.as_ref().filter(|_| !refused.contains_key(&index)))
        .collect();
    let plan = plan(batch.shop, batch.orders, &good, batch.spec);
    let stopped = checked.iter().any(Option::is_none);
    let files = vec![None; plan.files.len()];
    Outcome { checked, refused, plan, files, failed: BTreeMap::new(), stopped }
}

/// Makes everything that is not there yet. Files that a run before made are kept where their bytes are still those, and
/// files of rows that are no longer made are removed.
///
/// # Errors
/// If the folder cannot be written; what cannot be drawn stops nothing else.
pub fn run(batch: &Batch<'_>, folder: &Folder) -> Result<Outcome, RunError> {
    let known = folder.journal.items().map_err(|error| folder.unusable(error))?;
    let note = |piece: &str, checked: &Checked| {
        let note = serde_json::to_string(checked).unwrap_or_default();
        let entry =
            Entry { name: format!("{CHECK}{piece}"), job: piece.to_owned(), bytes: 0, checksum: String::new(), note };
        folder.journal.put(&[entry]).map_err(|error| folder.unusable(error))
    };
    let mut outcome = planned(batch, checks(batch, &known, &note)?);
    if outcome.stopped {
        return Ok(outcome);
    }
    clear(batch, folder, &known, &outcome.plan)?;
    outcome.files = whole(batch, folder, &known, &outcome.plan)?;
    let state = State { folder, files: Mutex::new(outcome.files), failed: Mutex::default() };
    make(batch, &outcome.plan, &state)?;
    outcome.files = state.files.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcome.failed = state.failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let is_open = |(file, made): (&crate::batch::plan::File, &Option<_>)| {
        made.is_none() && !outcome.failed.contains_key(&file.job)
    };
    outcome.stopped = outcome.plan.files.iter().zip(&outcome.files).any(is_open);
    Ok(outcome)
}

/// Removes files that are no longer planned, and forgets what is no longer needed.
fn clear(batch: &Batch<'_>, folder: &Folder, known: &BTreeMap<String, Entry>, plan: &Plan) -> Result<(), RunError> {
    let planned: BTreeSet<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
    let pieces: BTreeSet<String> =
        batch.orders.lines.iter().map(|line| format!("{CHECK}{}", piece(batch.shop, line))).collect();
    let mut gone = Vec::new();
    let mut removed = 0;
    for name in known.keys() {
        if name.starts_with(CHECK) {
            if !pieces.contains(name) {
                gone.push(name.clone());
            }
        } else if !planned.contains(name.as_str()) {
            folder.remove(name)?;
            removed += 1;
            gone.push(name.clone());
        }
    }
    folder.journal.forget(&gone).map_err(|error| folder.unusable(error))?;
    if removed > 0 {
        (batch.tell)(Event::Removed(removed));
    }
    Ok(())
}

/// The files that are there from a run before, with the bytes that they had.
fn whole(
    batch: &Batch<'_>,
    folder: &Folder,
    known: &BTreeMap<String, Entry>,
    plan: &Plan,
) -> Result<Vec<Option<(u64, String)>>, RunError> {
    let found = Mutex::new(vec![None; plan.files.len()]);
    let damaged = AtomicUsize::new(0);
    let all: Vec<usize> = (0..plan.files.len()).collect();
    each(batch, &all, |index| {
        let file = &plan.files[*index];
        let Some(entry) = known.get(&file.path).filter(|entry| entry.job == plan.jobs[file.job].id) else {
            return Ok(());
        };
        if folder.is_whole(entry) {
            let made = Some((entry.bytes, entry.checksum.clone()));
            found.lock().unwrap_or_else(PoisonError::into_inner)[*index] = made;
        } else {
            damaged.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })?;
    let damaged = damaged.into_inner();
    if damaged > 0 {
        (batch.tell)(Event::Healed(damaged));
    }
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct State<'a> {
    folder: &'a Folder,
    files: Mutex<Vec<Option<(u64, String)>>>,
    failed: Mutex<BTreeMap<usize, String>>,
}

fn make(batch: &Batch<'_>, plan: &Plan, state: &State<'_>) -> Result<(), RunError> {
    let (open, kept): (Vec<bool>, usize) = {
        let files = state.files.lock().unwrap_or_else(PoisonError::into_inner);
        let is_open = |job: &PrintJob| job.files.iter().any(|file| files[*file].is_none());
        (plan.jobs.iter().map(is_open).collect(), files.iter().flatten().count())
    };
    let done = AtomicUsize::new(kept);
    let units = plan.units(|job| open[job]);
    if !units.is_empty() || kept > 0 {
        (batch.tell)(Event::Made(kept, plan.files.len()));
    }
    each(batch, &units, |unit| {
        let caught = catch_unwind(AssertUnwindSafe(|| make_unit(batch, plan, unit, state, &done)));
        caught.unwrap_or_else(|_| {
            let mut failed = state.failed.lock().unwrap_or_else(PoisonError::into_inner);
            unit.iter().for_each(|job| {
                failed.insert(*job, FAULT.to_owned());
            });
            Ok(())
        })
    })
}

fn make_unit(
    batch: &Batch<'_>,
    plan: &Plan,
    unit: &[usize],
    state: &State<'_>,
    done: &AtomicUsize,
) -> Result<(), RunError> {
    let fail = |job: usize, error: &MakeError| {
        if !is_called_off(error) {
            state.failed.lock().unwrap_or_else(PoisonError::into_inner).insert(job, error.to_string());
        }
    };
    let Some(first) = unit.first() else { return Ok(()) };
    let lines: Vec<&OrderLine> = plan.jobs[*first].lines.iter().map(|line| &batch.orders.lines[*line]).collect();
    let drawing = match (&plan.jobs[*first].kind, lines.first()) {
        (Kind::Ticket, _) | (_, None) => None,
        (_, Some(line)) => match Drawing::new(batch.shop, line, batch.spec, batch.abort) {
            Ok(drawing) => Some(drawing),
            Err(error) => {
                unit.iter().for_each(|job| fail(*job, &error));
                return Ok(());
            }
        },
    };
    for index in unit {
        let job = &plan.jobs[*index];
        let mut made: Option<(u64, String, usize)> = None;
        let mut entries = Vec::new();
        for file in &job.files {
            let there = state.files.lock().unwrap_or_else(PoisonError::into_inner)[*file].clone();
            if let Some((bytes, checksum)) = there {
                made = Some((bytes, checksum, *file));
            }
        }
        for file in &job.files {
            if state.files.lock().unwrap_or_else(PoisonError::into_inner)[*file].is_some() {
                continue;
            }
            let path = &plan.files[*file].path;
            let placed = state.folder.place(path, |out| match &made {
                // Equal work is done once: the others are copies.
                Some((_, _, twin)) => {
                    let copied = std::fs::File::open(state.folder.path(&plan.files[*twin].path))
                        .and_then(|mut twin| std::io::copy(&mut twin, out));
                    copied.map(|_| ()).map_err(|error| MakeError::Export(ExportError::Write(error)))
                }
                None => match &drawing {
                    Some(drawing) => drawing.write(&job.kind, batch.spec, out),
                    None => ticket(batch.shop, &lines, batch.abort, out),
                },
            })?;
            match placed {
                Placed::Done(bytes, checksum) => {
                    entries.push(Entry {
                        name: path.clone(),
                        job: job.id.clone(),
                        bytes,
                        checksum: checksum.clone(),
                        note: String::new(),
                    });
                    state.files.lock().unwrap_or_else(PoisonError::into_inner)[*file] = Some((bytes, checksum.clone()));
                    made = Some((bytes, checksum, *file));
                    (batch.tell)(Event::Made(done.fetch_add(1, Ordering::Relaxed) + 1, plan.files.len()));
                }
                Placed::Failed(error) => {
                    fail(*index, &error);
                    break;
                }
            }
        }
        state.folder.journal.put(&entries).map_err(|error| state.folder.unusable(error))?;
    }
    Ok(())
}

const fn is_called_off(error: &MakeError) -> bool {
    matches!(error, MakeError::Render(RenderError::CalledOff) | MakeError::Export(ExportError::CalledOff))
}

/// Does `work` for each of `items` on as many threads as the batch has jobs, until it is stopped or one fails. Each thread
/// draws alone: jobs are many, and one that is spread over threads waits for the slowest. Where there are fewer items than
/// jobs, each gets its share of the threads.
fn each<T: Sync>(
    batch: &Batch<'_>,
    items: &[T],
    work: impl Fn(&T) -> Result<(), RunError> + Sync,
) -> Result<(), RunError> {
    let threads = batch.jobs.clamp(1, items.len().max(1));
    let share = (batch.jobs / threads).max(1);
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<RunError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // Without a pool of its own, a thread draws on the common one.
                let pool = rayon::ThreadPoolBuilder::new().num_threads(share).build().ok();
                loop {
                    let is_over = failed.lock().unwrap_or_else(PoisonError::into_inner).is_some();
                    if is_over || batch.stop.is_set() {
                        return;
                    }
                    let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                    let result = match &pool {
                        Some(pool) => pool.install(|| work(item)),
                        None => work(item),
                    };
                    if let Err(error) = result {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    }
                }
            });
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
