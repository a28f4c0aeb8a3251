//! What suggestions are computed from: the log of events in memory, and the model of it, brought up to date beside the
//! requests. Both are a cache: the log in the database is the truth, and is read when the service starts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use tokio::sync::{MutexGuard, Notify, OwnedMutexGuard, OwnedRwLockReadGuard, RwLockWriteGuard as WholeGuard};
use tokio::task::JoinError;
use tokio::time::Instant;

use crate::server::clock::now_ms;
use crate::server::error::ApiError;
use crate::server::state::App;
use crate::store::{Erased, Erasure, EventRow, StoreError, tag};
use crate::suggest::{Event, History, LogReader, Model, Recipe, RecipeId, Settings};

/// A model is never made sooner after another than so many times as long as that took.
const REST: u32 = 10;
/// Nor sooner than this or than it took, even if somebody is forgotten: with a model that is being made and the next one, that
/// is less than a second, and whoever has one thing after the other forgotten has half of the time at most.
const LEAST_REST: Duration = Duration::from_millis(150);
/// Nor sooner than this for anything else.
const USUAL_REST: Duration = Duration::from_millis(500);
/// Without any event a model is made anew after this, since everything fades.
const MOST_REST: Duration = Duration::from_secs(3600);
/// So often it is asked what was taken away from the database by others.
const FOLLOW: Duration = Duration::from_secs(2);
/// So far the clocks of several services may be apart.
const SKEW_MS: i64 = 3_600_000;
/// Events that are read from the database before they are taken in together.
const READ_TOGETHER: usize = 5_000;
/// So many of those wait at most.
const WAITING: usize = 4;

/// The history and the model of it.
#[derive(Debug)]
pub(super) struct Tastes {
    history: RwLock<History>,
    model: RwLock<Arc<Model>>,
    /// What was shown until now; see [`Model::prepare`].
    shown: Mutex<BTreeSet<RecipeId>>,
    /// Held by whoever changes the log.
    log: Arc<tokio::sync::Mutex<()>>,
    /// Held for reading by whoever has written to the log what the history does not have yet.
    behind: Arc<tokio::sync::RwLock<()>>,
    /// Something changed since the last model was begun.
    is_stale: AtomicBool,
    /// Somebody was forgotten.
    is_urgent: AtomicBool,
    wake: Notify,
    /// When the last model was made, milliseconds since 1970.
    made_at: AtomicI64,
    /// What was taken away from the database and is gone here, too, and when.
    seen: Mutex<BTreeMap<(Erased, u128), i64>>,
    /// Held by whoever reads the log anew for a moment of the past: it takes seconds, and much memory.
    past: tokio::sync::Mutex<()>,
}

/// What was known at a moment, and the model of it.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) history: History,
    pub(super) model: Model,
}

/// The right to add to the log, and later to the history. Who has added to the log lets it go and keeps `behind` until the
/// history has the same: meanwhile the next may add to the log, but nobody takes anything away.
#[derive(Debug)]
pub(super) struct LogTurn {
    pub(super) log: OwnedMutexGuard<()>,
    pub(super) behind: OwnedRwLockReadGuard<()>,
}

/// The right to change the log and the history as they please.
#[derive(Debug)]
pub(super) struct WholeLog<'a> {
    _log: MutexGuard<'a, ()>,
    _behind: WholeGuard<'a, ()>,
}

impl Default for Tastes {
    fn default() -> Self {
        let history = History::new();
        let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
        Self {
            history: RwLock::new(history),
            model: RwLock::new(Arc::new(model)),
            shown: Mutex::default(),
            log: Arc::default(),
            behind: Arc::default(),
            is_stale: AtomicBool::new(true),
            is_urgent: AtomicBool::new(false),
            wake: Notify::new(),
            made_at: AtomicI64::new(0),
            seen: Mutex::default(),
            past: tokio::sync::Mutex::default(),
        }
    }
}

impl Tastes {
    /// The log, to be added to, and then the history.
    pub(super) async fn log(&self) -> LogTurn {
        let log = Arc::clone(&self.log).lock_owned().await;
        LogTurn { log, behind: Arc::clone(&self.behind).read_owned().await }
    }

    /// The log and the history, which has all of it: for whoever takes something away from both.
    pub(super) async fn whole_log(&self) -> WholeLog<'_> {
        let log = self.log.lock().await;
        WholeLog { _log: log, _behind: self.behind.write().await }
    }

    /// The history, for threads that may wait: a model may be on its way.
    pub(super) fn history(&self) -> RwLockReadGuard<'_, History> {
        self.history.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn history_mut(&self) -> RwLockWriteGuard<'_, History> {
        self.history.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest model.
    pub(super) fn model(&self) -> Arc<Model> {
        Arc::clone(&self.model.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// When the newest model was made, milliseconds since 1970; 0 before the first.
    pub(super) fn made_at(&self) -> i64 {
        self.made_at.load(Ordering::Relaxed)
    }

    /// Takes events in; those that are known change nothing. Tells how many were new.
    pub(super) fn add<'a>(&self, events: impl IntoIterator<Item = &'a Event>, now: i64) -> usize {
        let mut history = self.history_mut();
        let added = events.into_iter().filter(|event| history.add(event, now).is_ok()).count();
        drop(history);
        self.is_stale.store(true, Ordering::Relaxed);
        self.wake.notify_one();
        added
    }

    /// Takes rows of the log in.
    fn read(&self, rows: &[EventRow], reader: &mut LogReader<'_>, now: i64) {
        let mut history = self.history_mut();
        for row in rows {
            reader.take((&row.id, &row.customer, row.at, &row.kind), &row.body, &mut history, now);
        }
    }

    /// Forgets all that a customer did, but for `left`.
    pub(super) fn forget(&self, customer: &str, left: &[Event], now: i64) {
        let mut history = self.history_mut();
        if !history.knows(customer) {
            return;
        }
        history.erase(customer);
        for event in left {
            // What the log has left was taken in before.
            let _ = history.add(event, now);
        }
        drop(history);
        self.is_stale.store(true, Ordering::Relaxed);
        self.is_urgent.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Notes that what was taken away from the database is gone here, too.
    pub(super) fn saw(&self, Erasure { what, tag, at }: Erasure) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert((what, tag), at);
    }

    /// Those of the erasures that were not seen here yet. Older ones than `since` come no more.
    fn unseen(&self, mut all: Vec<Erasure>, since: i64) -> Vec<Erasure> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| *at >= since);
        all.retain(|Erasure { what, tag, at }| seen.get(&(*what, *tag)) != Some(at));
        all
    }

    /// Styles that are shown, as texts, in their order.
    fn shown(&self) -> Vec<String> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let history = self.history();
        let recipes = shown.iter().filter_map(|id| serde_json::to_string(history.recipe(*id)?).ok());
        let mut texts: Vec<String> = recipes.collect();
        texts.sort_unstable();
        texts
    }

    /// Styles that were shown before this service began, as texts.
    fn were_shown(&self, texts: &[String]) {
        let history = self.history();
        let recipes = texts.iter().filter_map(|text| serde_json::from_str::<Recipe>(text).ok());
        let ids: BTreeSet<RecipeId> = recipes.filter_map(|recipe| history.id(&recipe)).collect();
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
    }

    /// Makes the model of the history as it is now.
    pub(super) fn refresh(&self, now: i64) {
        self.is_stale.store(false, Ordering::Relaxed);
        self.is_urgent.store(false, Ordering::Relaxed);
        let start = Instant::now();
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let prepared = {
            let history = self.history();
            gauge!("platen_suggestion_events").set(history.len() as f64);
            Model::prepare(&history, now, Settings::live(), &mut shown)
        };
        drop(shown);
        let model = prepared.solve();
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(model);
        self.made_at.store(now, Ordering::Relaxed);
        histogram!("platen_suggestion_model_seconds").record(start.elapsed().as_secs_f64());
    }
}

/// The event that a row of the log tells; `None` if another version wrote what this one does not know.
pub(super) fn event_of(row: &EventRow) -> Option<Event> {
    Event::of_log((&row.id, &row.customer, row.at, &row.kind), &row.body)
}

/// The row of the log that tells an event.
pub(super) fn row_of(event: &Event) -> Result<EventRow, serde_json::Error> {
    Ok(EventRow {
        customer: event.customer.clone(),
        id: event.id.clone(),
        at: event.at,
        kind: event.kind.name().to_owned(),
        body: event.text()?,
    })
}

/// Forgets in the history what the log has not any more. What somebody was only shown is not in it, and is not read.
pub(super) async fn forget_in_memory(app: &Arc<App>, customer: &str, _: &WholeLog<'_>) -> Result<(), ApiError> {
    let mut left: Vec<Event> = Vec::new();
    let mut after = String::new();
    loop {
        let rows = app.store.deeds_of(customer, &after).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        left.extend(rows.iter().filter_map(event_of));
    }
    let (owner, name) = (Arc::clone(app), customer.to_owned());
    let forgotten = tokio::task::spawn_blocking(move || owner.tastes.forget(&name, &left, now_ms()));
    forgotten.await.map_err(|error| ApiError::internal(&error))
}

/// Takes away what another service on the same database took away since a moment, or a command.
async fn follow(app: &Arc<App>, since: i64) -> Result<(), ApiError> {
    for erasure in app.tastes.unseen(app.store.erasures(since).await?, since) {
        match erasure.what {
            Erased::Pictures => app.forget_drawn(erasure.tag).await,
            Erased::Deeds => {
                let owner = Arc::clone(app);
                let find = move || owner.tastes.history().name_where(|name| tag(name) == erasure.tag);
                let found = tokio::task::spawn_blocking(find).await.map_err(|error| ApiError::internal(&error))?;
                if let Some(name) = found {
                    let log = app.tastes.whole_log().await;
                    forget_in_memory(app, &name, &log).await?;
                }
            }
        }
        app.tastes.saw(erasure);
    }
    Ok(())
}

/// Follows what is taken away from the database until the service ends.
async fn follow_all(app: &Arc<App>, mut since: i64) {
    loop {
        tokio::time::sleep(FOLLOW).await;
        let now = now_ms();
        match follow(app, since - SKEW_MS).await {
            Ok(()) => since = now,
            Err(error) => {
                tracing::warn!(?error, "what was taken away elsewhere is known here still; it is tried again");
            }
        }
    }
}

/// Reads the log, then keeps the history and the model up to date until the service ends.
pub async fn keep(app: Arc<App>) {
    let start = now_ms();
    // The log that is read has not what was taken away before; pictures on this disk may be older.
    for erasure in app.store.erasures(0).await.unwrap_or_default() {
        if erasure.what == Erased::Pictures {
            app.forget_drawn(erasure.tag).await;
        }
        app.tastes.saw(erasure);
    }
    tokio::join!(keep_models(&app), follow_all(&app, start));
}

async fn keep_models(app: &Arc<App>) {
    while let Err(error) = read_log(app).await {
        tracing::warn!(%error, "the log of events cannot be read; it is tried again");
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let mut noted = match app.store.shown_styles().await {
        Ok(texts) => texts,
        Err(error) => {
            tracing::warn!(%error, "which styles were shown cannot be read: those with few customers leave");
            Vec::new()
        }
    };
    app.tastes.were_shown(&noted);
    loop {
        let start = Instant::now();
        let owner = Arc::clone(app);
        if let Err(error) = tokio::task::spawn_blocking(move || owner.tastes.refresh(now_ms())).await {
            tracing::error!(%error, "the model of suggestions cannot be made");
        }
        let shown = app.tastes.shown();
        if shown != noted {
            match app.store.set_shown_styles(&shown).await {
                Ok(()) => noted = shown,
                Err(error) => tracing::warn!(%error, "which styles are shown cannot be noted; it is tried again"),
            }
        }
        // What the sleep takes is no work.
        let (least, more) = rests(start.elapsed());
        tokio::time::sleep(least).await;
        rest_at_most(&app.tastes, more).await;
        let waits = async {
            while !app.tastes.is_stale.load(Ordering::Relaxed) {
                app.tastes.wake.notified().await;
            }
        };
        // Nobody need have come: everything fades all the same.
        let _ = tokio::time::timeout(MOST_REST, waits).await;
    }
}

/// What the log tells of the time until `at`: the same whenever it is asked, but for what was taken away since. One is made
/// after the other.
pub(super) async fn past(app: &Arc<App>, at: i64) -> Result<Past, ApiError> {
    let _turn = app.tastes.past.lock().await;
    let owner = Arc::clone(app);
    let made = each_rows(app, move |receiver| {
        let (mut history, mut reader) = (History::new(), LogReader::new(Some(&owner.ideas.vocabulary)));
        for row in receiver.into_iter().flatten().filter(|row| row.at <= at) {
            reader.take((&row.id, &row.customer, row.at, &row.kind), &row.body, &mut history, at);
        }
        let model = Model::new(&history, at, Settings::live(), &mut BTreeSet::new());
        Past { history, model }
    });
    made.await?.map_err(|error| ApiError::internal(&error))
}

/// How long to rest after a model that took so long: first whatever happens, then until somebody is forgotten.
fn rests(took: Duration) -> (Duration, Duration) {
    let least = took.max(LEAST_REST);
    (least, (took * REST).max(USUAL_REST).saturating_sub(least))
}

/// Waits so long, or until somebody is forgotten.
async fn rest_at_most(tastes: &Tastes, rest: Duration) {
    let urgent = async {
        while !tastes.is_urgent.load(Ordering::Relaxed) {
            tastes.wake.notified().await;
        }
    };
    let _ = tokio::time::timeout(rest, urgent).await;
}

/// Gives the rows of the log to a thread that takes them while the next ones are read.
async fn each_rows<R: Send + 'static>(
    app: &App,
    take: impl FnOnce(Receiver<Vec<EventRow>>) -> R + Send + 'static,
) -> Result<Result<R, JoinError>, StoreError> {
    let (sender, receiver) = sync_channel(WAITING);
    let taken = tokio::task::spawn_blocking(move || take(receiver));
    let mut rows = Vec::with_capacity(READ_TOGETHER);
    let read = app.store.each_event(|row| {
        rows.push(row);
        if rows.len() == READ_TOGETHER {
            // The other end goes only when this one does.
            let _ = sender.send(std::mem::replace(&mut rows, Vec::with_capacity(READ_TOGETHER)));
        }
    });
    let read = read.await;
    let _ = sender.send(rows);
    drop(sender);
    let taken = taken.await;
    read?;
    Ok(taken)
}

/// Takes the whole log in.
async fn read_log(app: &Arc<App>) -> Result<(), StoreError> {
    let start = Instant::now();
    // Nothing is told or forgotten meanwhile.
    let _log = app.tastes.whole_log().await;
    let now = now_ms();
    let owner = Arc::clone(app);
    let strange = each_rows(app, move |receiver| {
        let mut reader = LogReader::new(Some(&owner.ideas.vocabulary));
        for rows in receiver {
            owner.tastes.read(&rows, &mut reader, now);
        }
        reader.strange
    });
    let strange = strange.await?.unwrap_or_default();
    if strange > 0 {
        tracing::warn!(events = strange, "events of the log were passed over: another version wrote them");
        counter!("platen_suggestion_strange_events").increment(strange);
    }
    let events = app.tastes.history().len();
    tracing::info!(events, seconds = start.elapsed().as_secs_f64(), "the log of events was read");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn models_take_half_of_the_time_at_most_however_often_somebody_is_forgotten() {
        for took in [0, 20, 150, 400, 3_000].map(Duration::from_millis) {
            let (least, more) = rests(took);
            assert!(least >= took && least >= LEAST_REST, "{took:?}");
            assert!(least + more >= took * REST && least + more >= USUAL_REST, "{took:?}");
        }
    }

    /// Whether somebody has their turn at once.
    fn is_ready(turn: impl Future) -> bool {
        pin!(turn).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn batches_follow_each_other_into_the_log_and_what_is_taken_away_waits_for_the_history() {
        let tastes = Tastes::default();
        let LogTurn { log, behind } = tastes.log().await;
        assert!(!is_ready(tastes.log()) && !is_ready(tastes.whole_log()), "one at a time");
        drop(log);
        assert!(is_ready(tastes.log()), "the next may write while the history takes the first in");
        assert!(!is_ready(tastes.whole_log()), "what is forgotten now would come back with the first");
        drop(behind);
        let whole = tastes.whole_log().await;
        assert!(!is_ready(tastes.log()), "nothing is told while something is forgotten");
        drop(whole);
        assert!(is_ready(tastes.log()));
    }
}
