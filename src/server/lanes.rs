//! Threads that serve connections, one for each processor, each with an event loop of its own.
//!
//! A connection stays on the thread that it was given to: what an answer waits for wakes nobody else, and no thread looks
//! for work at another's. Long work never runs here; it goes to the workers and to blocking threads.

use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The threads. They end when this is dropped, whatever they still hold.
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    _over: DropGuard,
}

struct Lane {
    handle: Handle,
    /// One more holder for each connection.
    load: Arc<()>,
}

impl Lanes {
    /// Starts `count` of them.
    pub(super) fn start(count: usize) -> std::io::Result<Self> {
        let over = CancellationToken::new();
        let start = |number: usize| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let (handle, over) = (runtime.handle().clone(), over.clone());
            thread::Builder::new().name(format!("connections-{number}")).spawn(move || {
                runtime.block_on(over.cancelled());
                runtime.shutdown_background();
            })?;
            Ok(Lane { handle, load: Arc::default() })
        };
        Ok(Self { lanes: (0..count.max(1)).map(start).collect::<std::io::Result<_>>()?, _over: over.drop_guard() })
    }

    /// Runs `connection` on the thread that has the fewest.
    pub(super) fn spawn(&self, connection: impl Future<Output = ()> + Send + 'static) {
        let Some(lane) = self.lanes.iter().min_by_key(|lane| Arc::strong_count(&lane.load)) else { return };
        let load = Arc::clone(&lane.load);
        lane.handle.spawn(async move {
            connection.await;
            drop(load);
        });
    }
}
