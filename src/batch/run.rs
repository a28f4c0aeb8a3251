//! Running a plan: check every line, make every file, on all cores, and go on where another run was cut off.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::check::{Checked, check, piece};
use crate::batch::folder::{Folder, Prepared, RunError};
use crate::batch::journal::Entry;
use crate::batch::make::{Drawing, MakeError, ticket};
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::plan::{File as PlannedFile, Kind, Plan, PrintJob, Spec, plan};
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::shop::{RenderError, Shop};

/// Memory that is reckoned with for each job at once, bytes: bands of a print, a mockup's layers and the encoders.
pub const JOB_BYTES: u64 = 160 << 20;
/// Before the names of pieces in the table of items; no path begins so.
const CHECK: &str = "check:";
/// Files that are put in their places together: a row of the table for each is written and flushed first.
const TOGETHER: usize = 64;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// So many of all pieces were looked at.
    Checked(usize, usize),
    /// So many of all files are there; at first those of a run before.
    Made(usize, usize),
    /// Files of a run before that were damaged or gone, and are made again.
    Healed(usize),
    /// Files of rows that are no longer there were removed.
    Removed(usize),
    /// Other machines are to make the files, and why they do not just now.
    Waits(String),
}

/// Other machines that make the files of a batch: has everything in the errand made, gives back each file or why it failed,
/// and returns when all are back or the batch is stopped. It fails if what the machines share does, or if the folder cannot
/// be written.
pub type Elsewhere<'a> = &'a dyn Fn(&Errand<'_>) -> Result<(), RunError>;

/// What is to be made elsewhere.
pub struct Errand<'a> {
    /// The batch.
    pub batch: &'a Batch<'a>,
    /// What is made.
    pub plan: &'a Plan,
    /// Jobs that are done together, all of them, where any has a file that is not there: indices.
    pub units: &'a [Vec<usize>],
    /// Identifies what the folder holds, over all runs.
    pub id: &'a str,
    state: &'a State<'a>,
    done: &'a AtomicUsize,
}

impl std::fmt::Debug for Errand<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Errand").field("units", &self.units.len()).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Errand<'_> {
    /// Puts the files of a job in their places.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn keep(&self, jobs: &[(usize, impl AsRef<[u8]>)]) -> Result<(), RunError> {
        let maker = Maker { batch: self.batch, plan: self.plan, state: self.state, done: self.done };
        let mut ready = Vec::new();
        for (job, bytes) in jobs {
            let write = |out: &mut BufWriter<File>| Ok(out.write_all(bytes.as_ref()).map_err(ExportError::Write)?);
            // Bytes that are there can be made.
            let _ = maker.job(*job, write, &mut ready)?;
        }
        maker.settle(&mut ready)
    }

    /// Notes why a job failed.
    pub fn fail(&self, job: usize, why: &str) {
        self.state.failed.lock().unwrap_or_else(PoisonError::into_inner).insert(job, why.to_owned());
    }
}

/// Bytes of a file, and their BLAKE3.
pub type Made = (u64, blake3::Hash);

/// What became of everything.
#[derive(Debug)]
pub struct Outcome {
    /// What was found out of each line; `None` if it was not looked at before the run was stopped.
    pub checked: Vec<Option<Arc<Checked>>>,
    /// Why a line is not made, by its index.
    pub refused: BTreeMap<usize, String>,
    /// What was to be made.
    pub plan: Plan,
    /// Each file of the plan that is there.
    pub files: Vec<Option<Made>>,
    /// Why jobs failed, by their index.
    pub failed: BTreeMap<usize, String>,
    /// Why a file of a line failed, by the line's index.
    pub faults: BTreeMap<usize, String>,
    /// Whether it was stopped before everything was done.
    pub stopped: bool,
}

impl Outcome {
    /// The lines that were looked at and are made, or would be: their indices.
    pub fn good(&self) -> impl Iterator<Item = usize> {
        let is_good = |index: &usize| self.checked[*index].is_some() && !self.refused.contains_key(index);
        (0..self.checked.len()).filter(is_good)
    }

    /// Whether every row is made.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.stopped && self.refused.is_empty() && self.failed.is_empty()
    }
}

/// Looks at every line, each piece once. `known` gives the notes of a run before, `note` keeps new ones.
fn checks(
    batch: &Batch<'_>,
    known: impl FnOnce(&Firsts) -> Result<Notes, RunError>,
    note: impl Fn([u8; 32], &Checked) -> Result<(), RunError> + Sync,
) -> Result<Vec<Option<Arc<Checked>>>, RunError> {
    let lines = &batch.orders.lines;
    let mut firsts = Firsts::new();
    let pieces: Vec<[u8; 32]> = lines.iter().map(|line| piece(batch.shop, line)).collect();
    for (index, piece) in pieces.iter().enumerate() {
        firsts.entry(*piece).or_insert(index);
    }
    let mut found = known(&firsts)?;
    let mut open: Vec<usize> =
        firsts.iter().filter(|(piece, _)| !found.contains_key(*piece)).map(|(_, at)| *at).collect();
    open.sort_unstable();
    let (total, done) = (firsts.len(), AtomicUsize::new(found.len()));
    let more = Mutex::new(Vec::new());
    each(batch, &open, |index| {
        let caught = catch_unwind(AssertUnwindSafe(|| check(batch.shop, &lines[*index], batch.abort)));
        let checked = match caught {
            Ok(None) => return Ok(()),
            Ok(Some(checked)) => {
                note(pieces[*index], &checked)?;
                checked
            }
            // Not noted: it is nothing that was found out.
            Err(_) => Checked { fault: Some(FAULT.to_owned()), ..Checked::default() },
        };
        more.lock().unwrap_or_else(PoisonError::into_inner).push((pieces[*index], Arc::new(checked)));
        (batch.tell)(Event::Checked(done.fetch_add(1, Ordering::Relaxed) + 1, total));
        Ok(())
    })?;
    found.extend(more.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(pieces.iter().map(|piece| found.get(piece).cloned()).collect())
}

/// What is known of pieces.
type Notes = BTreeMap<[u8; 32], Arc<Checked>>;
/// The first line of each piece: its index.
type Firsts = BTreeMap<[u8; 32], usize>;

/// What is told of a row that brings the program down.
pub const FAULT: &str = "the program met a fault of its own with this row; please report what it was given";

/// Looks at every line and makes the plan; nothing is written.
///
/// # Errors
/// Never in practice.
pub fn rehearse(batch: &Batch<'_>) -> Result<Outcome, RunError> {
    let checked = checks(batch, |_| Ok(Notes::new()), |_, _| Ok(()))?;
    Ok(planned(batch, checked))
}

fn planned(batch: &Batch<'_>, checked: Vec<Option<Arc<Checked>>>) -> Outcome {
    let refusal = |(index, checked): (usize, &Option<Arc<Checked>>)| {
        Some((index, checked.as_ref()?.refusal(&batch.spec.accept)?))
    };
    let refused: BTreeMap<usize, String> = checked.iter().enumerate().filter_map(refusal).collect();
    let good: Vec<Option<&Checked>> = checked
        .iter()
        .enumerate()
        .map(|(index, checked)| checked.as_deref().filter(|_| !refused.contains_key(&index)))
        .collect();
    let plan = plan(batch.shop, batch.orders, &good, batch.spec);
    let stopped = checked.iter().any(Option::is_none);
    let files = vec![None; plan.files.len()];
    Outcome { checked, refused, plan, files, failed: BTreeMap::new(), faults: BTreeMap::new(), stopped }
}

/// Makes everything that is not there yet. Files that a run before made are kept where their bytes are still those, and
/// files of rows that are no longer made are removed.
///
/// # Errors
/// If the folder cannot be written; what cannot be drawn stops nothing else.
pub fn run(batch: &Batch<'_>, folder: &Folder) -> Result<Outcome, RunError> {
    run_by(batch, folder, None)
}

/// As [`run`], but what is missing is made by other machines. `id` is a new one for the folder, in case that it has none.
///
/// # Errors
/// As [`run`], and if what the machines share fails.
pub fn run_elsewhere(
    batch: &Batch<'_>,
    folder: &Folder,
    elsewhere: Elsewhere<'_>,
    id: &str,
) -> Result<Outcome, RunError> {
    let id = folder.journal.about("batch", id).map_err(|error| folder.unusable(error))?;
    run_by(batch, folder, Some((elsewhere, &id)))
}

fn run_by(batch: &Batch<'_>, folder: &Folder, elsewhere: Option<(Elsewhere<'_>, &str)>) -> Result<Outcome, RunError> {
    let note = |piece: [u8; 32], checked: &Checked| {
        let note = serde_json::to_string(checked).unwrap_or_default();
        let job = blake3::Hash::from(piece).to_string();
        let entry = Entry { name: format!("{CHECK}{job}"), job, bytes: 0, checksum: String::new(), note };
        folder.journal.put(&[entry]).map_err(|error| folder.unusable(error))
    };
    // Notes of pieces that are no longer in the orders.
    let mut old = Vec::new();
    let known = |firsts: &Firsts| {
        let mut notes = Notes::new();
        let show = |entry: Entry| {
            let Some(id) = entry.name.strip_prefix(CHECK) else { return };
            let piece = blake3::Hash::from_hex(id).map(<[u8; 32]>::from).ok();
            match piece.filter(|piece| firsts.contains_key(piece)) {
                Some(piece) => {
                    notes.extend(serde_json::from_str(&entry.note).ok().map(|checked| (piece, Arc::new(checked))));
                }
                None => old.push(entry.name),
            }
        };
        folder.journal.each(show).map_err(|error| folder.unusable(error))?;
        Ok(notes)
    };
    let mut outcome = planned(batch, checks(batch, known, note)?);
    if outcome.stopped {
        folder.unlist()?;
        return Ok(outcome);
    }
    let (kept, gone) = kept(folder, &outcome.plan)?;
    outcome.files = whole(batch, folder, &kept, &outcome.plan)?;
    if outcome.files.iter().any(Option::is_none) || !gone.is_empty() {
        folder.unlist()?;
    }
    clear(batch, folder, gone, old)?;
    let state = State { folder, files: Mutex::new(outcome.files), failed: Mutex::default() };
    make(batch, &outcome.plan, &state, elsewhere)?;
    outcome.files = state.files.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcome.failed = state.failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let is_open = |(file, made): (&PlannedFile, &Option<_>)| made.is_none() && !outcome.failed.contains_key(&file.job);
    outcome.stopped = outcome.plan.files.iter().zip(&outcome.files).any(is_open);
    for file in &outcome.plan.files {
        if let Some(why) = outcome.failed.get(&file.job) {
            outcome.faults.entry(file.line).or_insert_with(|| why.clone());
        }
    }
    Ok(outcome)
}

/// What the table knows of the plan's files, where the same job made them, and the names of files that are no longer planned.
fn kept(folder: &Folder, plan: &Plan) -> Result<(Vec<Option<Made>>, Vec<String>), RunError> {
    let mut by_path: Vec<usize> = (0..plan.files.len()).collect();
    by_path.sort_unstable_by_key(|file| &*plan.files[*file].path);
    let mut kept = vec![None; plan.files.len()];
    let mut gone = Vec::new();
    let show = |entry: Entry| {
        if entry.name.starts_with(CHECK) {
            return;
        }
        let Ok(place) = by_path.binary_search_by_key(&entry.name.as_str(), |file| &*plan.files[*file].path) else {
            gone.push(entry.name);
            return;
        };
        let file = by_path[place];
        if plan.jobs[plan.files[file].job].id.to_hex().as_str() == entry.job {
            kept[file] = blake3::Hash::from_hex(&entry.checksum).ok().map(|blake3| (entry.bytes, blake3));
        }
    };
    folder.journal.each(show).map_err(|error| folder.unusable(error))?;
    Ok((kept, gone))
}

/// Removes files that are no longer planned, and forgets them and old notes.
fn clear(batch: &Batch<'_>, folder: &Folder, gone: Vec<String>, old: Vec<String>) -> Result<(), RunError> {
    gone.iter().try_for_each(|name| folder.remove(name))?;
    let removed = gone.len();
    folder.journal.forget(&[gone, old].concat()).map_err(|error| folder.unusable(error))?;
    if removed > 0 {
        (batch.tell)(Event::Removed(removed));
    }
    Ok(())
}

/// The files that are there from a run before, with the bytes that they had.
fn whole(
    batch: &Batch<'_>,
    folder: &Folder,
    kept: &[Option<Made>],
    plan: &Plan,
) -> Result<Vec<Option<Made>>, RunError> {
    let known: Vec<usize> = (0..kept.len()).filter(|file| kept[*file].is_some()).collect();
    let files = Mutex::new(vec![None; kept.len()]);
    let damaged = AtomicUsize::new(0);
    each(batch, &known, |index| {
        match kept[*index].filter(|made| folder.is_whole(&plan.files[*index].path, *made)) {
            None => drop(damaged.fetch_add(1, Ordering::Relaxed)),
            made => files.lock().unwrap_or_else(PoisonError::into_inner)[*index] = made,
        }
        Ok(())
    })?;
    let damaged = damaged.into_inner();
    if damaged > 0 {
        (batch.tell)(Event::Healed(damaged));
    }
    Ok(files.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct State<'a> {
    folder: &'a Folder,
    files: Mutex<Vec<Option<Made>>>,
    failed: Mutex<BTreeMap<usize, String>>,
}

fn make(
    batch: &Batch<'_>,
    plan: &Plan,
    state: &State<'_>,
    elsewhere: Option<(Elsewhere<'_>, &str)>,
) -> Result<(), RunError> {
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
    if let Some((elsewhere, id)) = elsewhere {
        // Whole, so that the same line is the same work in every run.
        let mut units = plan.units(|_| true);
        units.retain(|unit| unit.iter().any(|job| open[*job]));
        return elsewhere(&Errand { batch, plan, units: &units, id, state, done: &done });
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
    let lines: Vec<&OrderLine> = plan.jobs[*first].lines().map(|line| &batch.orders.lines[line]).collect();
    let drawing = match (&plan.jobs[*first].kind, lines.first()) {
        (Kind::Ticket(_), _) | (_, None) => None,
        (_, Some(line)) => match Drawing::new(batch.shop, line, batch.spec.dpi, batch.abort) {
            Ok(drawing) => Some(drawing),
            Err(error) => {
                unit.iter().for_each(|job| fail(*job, &error));
                return Ok(());
            }
        },
    };
    let maker = Maker { batch, plan, state, done };
    let mut ready = Vec::new();
    for index in unit {
        let kind = &plan.jobs[*index].kind;
        let write = |out: &mut BufWriter<File>| match (&drawing, kind) {
            (Some(drawing), _) => drawing.write(kind, batch.spec, out),
            (None, Kind::Ticket(left_out)) => ticket(batch.shop, (&lines, left_out), batch.abort, out),
            (None, _) => Err(MakeError::Nothing(kind.of().to_owned())),
        };
        if let Some(error) = maker.job(*index, write, &mut ready)? {
            fail(*index, &error);
        }
    }
    maker.settle(&mut ready)
}

/// What making a file needs to know.
struct Maker<'a, 'b> {
    batch: &'a Batch<'b>,
    plan: &'a Plan,
    state: &'a State<'a>,
    done: &'a AtomicUsize,
}

impl Maker<'_, '_> {
    /// Prepares the files of a job that are not there: the first is written, the others are copies, since equal work is
    /// done once. Gives why one cannot be made.
    fn job(
        &self,
        index: usize,
        write: impl Fn(&mut BufWriter<File>) -> Result<(), MakeError>,
        ready: &mut Vec<(usize, Prepared)>,
    ) -> Result<Option<MakeError>, RunError> {
        let (folder, files) = (self.state.folder, &self.plan.jobs[index].files);
        let is_there = |file: &usize| self.state.files.lock().unwrap_or_else(PoisonError::into_inner)[*file].is_some();
        let (there, open): (Vec<usize>, Vec<usize>) = files.iter().partition(|file| is_there(file));
        let mut twin = there.first().copied();
        for file in open {
            let path = &self.plan.files[file].path;
            let prepared = match twin {
                None => folder.prepare(path, &write)?,
                Some(twin) => {
                    let beside = ready.iter().find(|(other, _)| *other == twin).map(|(_, twin)| twin.beside.clone());
                    let from = beside.unwrap_or_else(|| folder.path(&self.plan.files[twin].path));
                    folder.prepare(path, |out| {
                        let copied = File::open(from).and_then(|mut twin| std::io::copy(&mut twin, out));
                        copied.map(|_| ()).map_err(|error| MakeError::Export(ExportError::Write(error)))
                    })?
                }
            };
            match prepared {
                Ok(prepared) => ready.push((file, prepared)),
                Err(error) => return Ok(Some(error)),
            }
            twin = Some(file);
            if ready.len() >= TOGETHER {
                self.settle(ready)?;
            }
        }
        Ok(None)
    }

    /// Notes what is ready, and puts it in its place. In this order: a file that the table does not know would stay for
    /// ever, and a row without its file is only work that is done again.
    fn settle(&self, ready: &mut Vec<(usize, Prepared)>) -> Result<(), RunError> {
        if ready.is_empty() {
            return Ok(());
        }
        let folder = self.state.folder;
        let entry = |(file, prepared): &(usize, Prepared)| Entry {
            name: prepared.name.clone(),
            job: self.plan.jobs[self.plan.files[*file].job].id.to_string(),
            bytes: prepared.bytes,
            checksum: prepared.checksum.to_string(),
            note: String::new(),
        };
        let entries: Vec<Entry> = ready.iter().map(entry).collect();
        folder.journal.put(&entries).map_err(|error| folder.unusable(error))?;
        for (file, prepared) in ready.drain(..) {
            folder.settle(&prepared)?;
            let made = Some((prepared.bytes, prepared.checksum));
            self.state.files.lock().unwrap_or_else(PoisonError::into_inner)[file] = made;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.batch.tell)(Event::Made(done, self.plan.files.len()));
        }
        Ok(())
    }
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
