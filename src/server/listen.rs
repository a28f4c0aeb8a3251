//! Connections: how many, how long a request's head may take, and how they end.

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
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// Connections at once: under the thousand files that a process may have open by default, with room for files.
const CONNECTIONS: usize = 800;
/// Time for the head of a request, and between requests of a connection.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// Serves until `stop` is done; then takes no new connections, and ends those that are there after their request. What is
/// left after `patience` is handed to `give_up`, and gets a last second.
pub(super) async fn listen(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send,
    (patience, give_up): (Duration, impl FnOnce() + Send),
) {
    let mut server = Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
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
        let router = router.clone();
        let service = tower::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            router.clone().oneshot(request)
        });
        let connection =
            graceful.watch(server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        tokio::spawn(async move {
            let _seat = seat;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let mut ended = std::pin::pin!(graceful.shutdown());
    if tokio::time::timeout(patience, &mut ended).await.is_err() {
        give_up();
        let _ = tokio::time::timeout(Duration::from_secs(1), ended).await;
    }
}
