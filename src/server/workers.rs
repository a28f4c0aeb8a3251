//! Who may render now, who waits and who is sent away.
//!
//! Rendering keeps processors busy, so only as many renders run as there are workers. A bounded number waits; a further
//! one is refused at once, since an answer that comes too late helps nobody. The clock of a request starts when it is
//! let in. Work that nobody waits for any more is called off: it looks at its [`Cancel`] between steps, and keeps its
//! worker until it has really stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::cancel::Cancel;

/// Why work was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// As many wait as may wait.
    Full,
    /// No worker was free in time.
    Waited,
    /// It ran longer than it may.
    TooSlow {
        /// How long it may run.
        limit: Duration,
    },
    /// Whoever asked wants something newer now.
    Superseded,
    /// A fault of ours.
    Panicked,
}

/// The workers.
#[derive(Debug, Clone)]
pub struct Workers {
    places: Arc<Semaphore>,
    /// How many places there are.
    all: u32,
    workers: Arc<Semaphore>,
    /// Those that may do long work at once: one less, if there are several.
    long: Arc<Semaphore>,
    /// Places of long work; there are as many.
    long_places: Arc<Semaphore>,
    /// How many workers there are.
    count: usize,
    /// Calls everything off.
    stop: CancellationToken,
}

impl Workers {
    /// So many that work and so many that wait.
    #[must_use]
    pub fn new(workers: usize, queue: usize) -> Self {
        let all = workers + queue;
        Self {
            places: Arc::new(Semaphore::new(all)),
            all: u32::try_from(all).unwrap_or(u32::MAX),
            workers: Arc::new(Semaphore::new(workers)),
            long: Arc::new(Semaphore::new(workers.saturating_sub(1).max(1))),
            long_places: Arc::new(Semaphore::new(all)),
            count: workers,
            stop: CancellationToken::new(),
        }
    }

    /// Calls everything off that runs and waits, and refuses what comes.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Whether others work now, besides one.
    fn has_company(&self) -> bool {
        self.workers.available_permits() + 1 < self.count
    }

    /// Runs `job` on a thread of its own as soon as a worker is free, and calls it off when `time` is over, when
    /// `newer` is cancelled or when the returned future is dropped.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn run<T: Send + 'static>(
        &self,
        time: Duration,
        newer: &CancellationToken,
        job: impl FnOnce(&Cancel) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        self.run_weighing(1, time, newer, job).await
    }

    /// As [`Workers::run_weighing`], for work that may take long, such as a print file: it never has the last worker and
    /// waits on places of its own, so that previews go on beside it.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn run_long<T: Send + 'static>(
        &self,
        places: u32,
        time: Duration,
        newer: &CancellationToken,
        job: impl FnOnce(&Cancel) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let let_in = Instant::now();
        let place = self.take(&self.long_places, places)?;
        let lane = timeout_at(let_in + time, Arc::clone(&self.long).acquire_owned()).await;
        let lane = lane.map_err(|_| Refusal::Waited)?.map_err(|_| Refusal::Waited)?;
        self.work((let_in, time), newer, (place, lane), job).await
    }

    /// As [`Workers::run`], for work that takes `places` of those that run and wait, at most all: as long as it is there,
    /// so much less is let in.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn run_weighing<T: Send + 'static>(
        &self,
        places: u32,
        time: Duration,
        newer: &CancellationToken,
        job: impl FnOnce(&Cancel) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let let_in = Instant::now();
        let place = self.take(&self.places, places)?;
        self.work((let_in, time), newer, place, job).await
    }

    /// Takes so many places, at least one and at most all, if they are free.
    fn take(&self, of: &Arc<Semaphore>, places: u32) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(of).try_acquire_many_owned(places.clamp(1, self.all.max(1))).map_err(|_| {
            counter!("platen_renders_refused_total").increment(1);
            Refusal::Full
        })
    }

    /// Waits for a worker and works; `held` is given back when the work has really stopped.
    async fn work<T: Send + 'static>(
        &self,
        (let_in, time): (Instant, Duration),
        newer: &CancellationToken,
        held: impl Send + 'static,
        job: impl FnOnce(&Cancel) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let end = let_in + time;
        let worker = tokio::select! {
            worker = timeout_at(end, Arc::clone(&self.workers).acquire_owned()) => {
                worker.map_err(|_| Refusal::Waited)?.map_err(|_| Refusal::Waited)?
            }
            () = newer.cancelled() => return Err(Refusal::Superseded),
            () = self.stop.cancelled() => return Err(Refusal::Waited),
        };
        let had_company = self.has_company() || let_in.elapsed() > Duration::from_millis(20);
        histogram!("platen_render_wait_seconds").record(let_in.elapsed().as_secs_f64());
        let cancel = Cancel::new();
        let _calls_off = CallOff(cancel.clone());
        let task = tokio::task::spawn_blocking(move || {
            let (_held, _worker, _running) = (held, worker, Running::new());
            catch_unwind(AssertUnwindSafe(|| job(&cancel)))
        });
        tokio::select! {
            done = task => match done {
                Ok(Ok(made)) => Ok(made),
                _ => Err(Refusal::Panicked),
            },
            // What was slow beside others may be quick enough alone: its time went by waiting for them.
            () = sleep_until(end) => {
                Err(if had_company || self.has_company() { Refusal::Waited } else { Refusal::TooSlow { limit: time } })
            }
            () = newer.cancelled() => Err(Refusal::Superseded),
            () = self.stop.cancelled() => Err(Refusal::Waited),
        }
    }
}

/// Calls work off when whoever waits for it goes.
struct CallOff(Cancel);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// Counts what runs, for the metrics.
struct Running;

impl Running {
    fn new() -> Self {
        gauge!("platen_renders_running").increment(1.0);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        gauge!("platen_renders_running").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn never() -> CancellationToken {
        CancellationToken::new()
    }

    const LONG: Duration = Duration::from_secs(60);

    /// Work that runs until it is called off, and tells when it begins and when it ends.
    fn endless() -> (impl FnOnce(&Cancel) + Send + 'static, mpsc::Receiver<()>, mpsc::Receiver<()>) {
        let (begun, has_begun) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        let job = move |cancel: &Cancel| {
            begun.send(()).unwrap();
            while !cancel.is_set() {
                std::thread::yield_now();
            }
            ended.send(()).unwrap();
        };
        (job, has_begun, has_ended)
    }

    /// A worker that is busy with work of so many places until its handle is aborted or it is called off, and word of
    /// its end.
    async fn busy(
        workers: &Workers,
        (places, is_long): (u32, bool),
    ) -> (tokio::task::JoinHandle<Result<(), Refusal>>, mpsc::Receiver<()>) {
        let (job, has_begun, has_ended) = endless();
        let workers = workers.clone();
        let handle = tokio::spawn(async move {
            if is_long {
                workers.run_long(places, LONG, &never(), job).await
            } else {
                workers.run_weighing(places, LONG, &never(), job).await
            }
        });
        tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
        (handle, has_ended)
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_a_free_worker_takes_the_next() {
        let workers = Workers::new(1, 1);
        let (first, has_ended) = busy(&workers, (1, false)).await;
        let second = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(LONG, &never(), |_| 2).await }
        });
        while workers.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(workers.run(LONG, &never(), |_| 3).await, Err(Refusal::Full));
        first.abort();
        assert_eq!(second.await.unwrap(), Ok(2), "a client that hangs up frees its worker");
        has_ended.recv().unwrap();
    }

    #[tokio::test]
    async fn work_is_called_off_when_its_time_is_over_and_when_newer_work_comes() {
        let workers = Workers::new(1, 1);
        let (job, _has_begun, has_ended) = endless();
        let limit = Duration::from_millis(5);
        assert_eq!(workers.run(limit, &never(), job).await, Err(Refusal::TooSlow { limit }));
        tokio::task::spawn_blocking(move || has_ended.recv()).await.unwrap().unwrap();
        let newer = never();
        let (job, has_begun, has_ended) = endless();
        let run = tokio::spawn({
            let (workers, newer) = (workers.clone(), newer.clone());
            async move { workers.run(LONG, &newer, job).await }
        });
        tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
        newer.cancel();
        assert_eq!(run.await.unwrap(), Err(Refusal::Superseded));
        tokio::task::spawn_blocking(move || has_ended.recv()).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn heavy_work_takes_several_places_but_never_more_than_there_are() {
        let workers = Workers::new(1, 3);
        let (heavy, _has_ended) = busy(&workers, (3, false)).await;
        assert_eq!(workers.run_weighing(2, LONG, &never(), |_| 0).await, Err(Refusal::Full));
        assert_eq!(workers.places.available_permits(), 1);
        heavy.abort();
        assert!(heavy.await.unwrap_err().is_cancelled());
        while workers.places.available_permits() < 4 {
            tokio::task::yield_now().await;
        }
        assert_eq!(workers.run_weighing(1000, LONG, &never(), |_| 5).await, Ok(5));
    }

    #[tokio::test]
    async fn long_work_never_has_the_last_worker_nor_the_places_of_others() {
        let workers = Workers::new(2, 2);
        let (long, _has_ended) = busy(&workers, (4, true)).await;
        assert_eq!(workers.run_long(1, LONG, &never(), |_| 0).await, Err(Refusal::Full));
        assert_eq!(workers.run_weighing(4, LONG, &never(), |_| 1).await, Ok(1));
        long.abort();
        assert!(long.await.unwrap_err().is_cancelled());
    }

    #[tokio::test]
    async fn what_is_slow_beside_others_is_told_to_come_again_and_a_stop_calls_everything_off() {
        let workers = Workers::new(2, 2);
        let (other, has_ended) = busy(&workers, (1, false)).await;
        let (slow, _begun, slow_ended) = endless();
        assert_eq!(workers.run(Duration::from_millis(5), &never(), slow).await, Err(Refusal::Waited));
        tokio::task::spawn_blocking(move || slow_ended.recv()).await.unwrap().unwrap();
        workers.stop();
        assert_eq!(other.await.unwrap(), Err(Refusal::Waited));
        tokio::task::spawn_blocking(move || has_ended.recv()).await.unwrap().unwrap();
        assert_eq!(workers.run(LONG, &never(), |_| 1).await, Err(Refusal::Waited));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_one_request_only() {
        let workers = Workers::new(1, 0);
        let panics = workers.run(LONG, &never(), |_| -> u8 { panic!("a fault") }).await;
        assert_eq!(panics, Err(Refusal::Panicked));
        assert_eq!(workers.run(LONG, &never(), |_| 7).await, Ok(7));
    }
}
