//! Connections: how many, how long a request's head may take and an answer may stand still, and how they end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::server::lanes::Lanes;

/// Connections at once, where the process may have enough files open.
const CONNECTIONS: usize = 800;
/// Files that are open beside those of connections: the database, its log, uploads on their way, workers' pipes.
const OWN_FILES: u64 = 224;
/// As many open files as are asked for; more are of no use.
const MOST_FILES: u64 = 65_536;
/// Time for the head of a request, and between requests of a connection.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// Lets the process have as many files open as the system allows it, and tells how many. The thousand that most systems
/// begin with are meant for programs that `select`.
fn raise_open_files() -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 1024 };
    let wanted = hard.min(MOST_FILES);
    if soft >= wanted {
        return soft;
    }
    match setrlimit(Resource::RLIMIT_NOFILE, wanted, hard) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(%error, soft, "the limit of open files stays as it is");
            soft
        }
    }
}

/// Connections for which `files` open ones are enough: each has its own, and one that its answer is read from.
fn seats(files: u64) -> usize {
    let seats = usize::try_from(files.saturating_sub(OWN_FILES) / 2).unwrap_or(CONNECTIONS);
    seats.clamp(16, CONNECTIONS)
}

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For whoever reads nothing of an answer: then the connection ends, with all that is kept for it.
    pub(super) unread: Duration,
    /// For requests that run when the service stops.
    pub(super) drain: Duration,
}

/// Serves until `stop` is done; then takes no new connections, and ends those that are there after their request. What is
/// left after that is handed to `give_up`, and gets a last second.
pub(super) async fn listen(
    (listener, lanes): (TcpListener, &Lanes),
    router: Router,
    stop: impl Future<Output = ()> + Send,
    (patience, give_up): (Patience, impl FnOnce() + Send),
) {
    let mut server = Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let seats = seats(raise_open_files());
    if seats < CONNECTIONS {
        tracing::warn!(seats, "few files may be open at once, so fewer connections are taken");
    }
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(seats)));
    let mut stop = std::pin::pin!(stop);
    loop {
        // Who finds no room waits to be taken on, and the service goes on for those who are here.
        let next = async {
            let seat = Arc::clone(&room).acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // No more files, most likely: some are closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // The end of an answer goes out at once, too.
        let _ = stream.set_nodelay(true);
        let Ok(stream) = stream.into_std() else { continue };
        let (router, server, watcher) = (router.clone(), server.clone(), graceful.watcher());
        lanes.spawn(async move {
            let _seat = seat;
            let Ok(stream) = TcpStream::from_std(stream) else { return };
            let service = tower::service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
                router.clone().oneshot(request)
            });
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(patience.unread));
            let io = TokioIo::new(Box::pin(stream));
            let connection = watcher.watch(server.serve_connection(io, TowerToHyperService::new(service)));
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let mut ended = std::pin::pin!(graceful.shutdown());
    if tokio::time::timeout(patience.drain, &mut ended).await.is_err() {
        give_up();
        let _ = tokio::time::timeout(Duration::from_secs(1), ended).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_has_room_for_two_files() {
        assert_eq!([256, 1024, 1824, 65_536, u64::MAX].map(seats), [16, 400, 800, 800, 800]);
    }
}
