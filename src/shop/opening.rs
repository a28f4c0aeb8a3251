//! A mockup that is opened by the first who asks.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::mockup::{Mockup, MockupError};

/// A mockup that is open or about to be.
#[derive(Debug)]
pub(super) struct Opening<T = Mockup> {
    /// Whoever holds it opens the mockup.
    turn: Mutex<()>,
    mockup: OnceLock<Arc<T>>,
}

impl<T> Default for Opening<T> {
    fn default() -> Self {
        Self { turn: Mutex::default(), mockup: OnceLock::new() }
    }
}

impl<T> Opening<T> {
    /// The mockup, opened if it is not yet. Others who ask meanwhile wait for it.
    pub(super) fn get(&self, open: impl FnOnce() -> Result<T, MockupError>) -> Result<Arc<T>, MockupError> {
        if let Some(mockup) = self.mockup.get() {
            return Ok(Arc::clone(mockup));
        }
        // Opening uses the thread pool, and a thread of the pool that waits for the others may take up a preview of the
        // same view meanwhile: it would wait for itself. So these take no turns; two that miss at once both open it.
        let waits = rayon::current_thread_index().is_none();
        let _turn = waits.then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(mockup) = self.mockup.get() {
            return Ok(Arc::clone(mockup));
        }
        let mockup = Arc::new(open()?);
        Ok(Arc::clone(self.mockup.get_or_init(|| mockup)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn many_that_ask_at_once_open_it_once() {
        let (opening, opened, start) = (Opening::default(), AtomicU32::new(0), Barrier::new(6));
        let ask = || {
            start.wait();
            let open = || {
                std::thread::sleep(Duration::from_millis(20));
                Ok(opened.fetch_add(1, Ordering::Relaxed))
            };
            *opening.get(open).unwrap()
        };
        let got: Vec<u32> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!((got, opened.into_inner()), (vec![0; 6], 1));
    }

    #[test]
    fn what_could_not_be_opened_is_tried_again() {
        let opening = Opening::default();
        let broken = || Err(MockupError::TooLarge { file: "uv.png".to_owned(), limit: 1 });
        assert!(opening.get(broken).is_err());
        assert_eq!(*opening.get(|| Ok(7)).unwrap(), 7);
    }

    #[test]
    fn a_thread_of_the_pool_does_not_wait_for_itself() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let opening = Opening::default();
        let inner = || Ok(1);
        let got = pool.install(|| opening.get(|| Ok(*opening.get(inner)? + 1)).map(|value| *value));
        assert_eq!(got.unwrap(), 1, "the first that is there is kept");
    }
}
