//! The service: pages, pictures and orders over HTTP.
//!
//! axum and tokio stay in here. Handlers take a request apart, call one function and map what it returns; renders run
//! beside the async threads, behind [`workers`], and everything that bounds them stands in [`limits`].

mod batches;
mod campaigns;
mod clock;
mod costs;
pub mod error;
mod extract;
mod films;
mod forms;
mod identity;
mod incoming;
mod isolate;
mod json;
mod keys;
mod lanes;
pub mod limits;
mod listen;
mod lock;
mod normalize;
mod openapi;
mod origin;
mod paging;
mod pictures;
mod previews;
mod rates;
mod router;
mod routes;
mod shelf;
mod starters;
mod state;
mod suggestions;
mod tastes;
mod webhooks;
pub mod workers;

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;

pub use crate::server::batches::keep as keep_batches;
pub use crate::server::clock::{now_ms, rfc3339};
pub use crate::server::costs::Costs;
pub use crate::server::isolate::{IsolateError, shut_network};
pub use crate::server::limits::Limits;
pub use crate::server::normalize::NormalizeReply;
pub use crate::server::router::router;
pub use crate::server::state::App;
pub use crate::server::tastes::keep as keep_suggestions;
use crate::server::webhooks::Sender;

use crate::campaign::token::Key;
use crate::looks::{Ideas, IdeasError};
use crate::profile::Profile;
use crate::server::lanes::Lanes;
use crate::server::listen::Patience;
use crate::server::lock::Lock;
use crate::server::shelf::Shelf;
use crate::shop::{Shop, ShopError};
use crate::store::{Store, StoreError, make_private};

/// What whoever runs the service decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder with fonts/, mockups/ and static/.
    pub assets: PathBuf,
    /// The folder for the database and files.
    pub data: PathBuf,
    /// The program that normalises uploads in a process of its own: `PROGRAM normalize`.
    pub program: PathBuf,
    /// URL of the database. Default: SQLite in `data`.
    pub database: Option<String>,
    /// URL of the file store. Default: a folder in `data`.
    pub storage: Option<String>,
    /// Whether visitors come over HTTPS, through a proxy: cookies are then sent over HTTPS only.
    pub https: bool,
    /// How many proxies of our own stand before the service: so many addresses at the end of `X-Forwarded-For` are
    /// believed.
    pub proxies: usize,
    /// Whether to serve on an address that others reach although no shop key was made.
    pub without_keys: bool,
    /// Whether webhooks may go to addresses inside the network, and over plain HTTP.
    pub private_webhooks: bool,
    /// Keys that sign links to unsubscribe, the newest first; without any there are no such links.
    pub campaign_keys: Vec<Key>,
    /// Bytes of coded previews that are kept in memory.
    pub preview_cache_bytes: u64,
    /// Bytes of coded previews that are kept on disk, in the data folder.
    pub preview_disk_bytes: u64,
    /// What is accepted and for how long it is worked on.
    pub limits: Limits,
}

impl Config {
    /// The defaults over two folders.
    #[must_use]
    pub fn new(assets: PathBuf, data: PathBuf) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            assets,
            data,
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("platen")),
            database: None,
            storage: None,
            https: false,
            proxies: 0,
            without_keys: false,
            private_webhooks: false,
            campaign_keys: Vec::new(),
            preview_cache_bytes: 256 << 20,
            preview_disk_bytes: 1 << 30,
            limits: Limits::for_cores(cores),
        }
    }
}

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The assets cannot be opened.
    #[error("cannot open the assets")]
    Shop(#[from] ShopError),
    /// The editorial looks cannot be used.
    #[error("cannot open the assets")]
    Ideas(#[from] IdeasError),
    /// The store cannot be opened.
    #[error("cannot open the store")]
    Store(#[from] StoreError),
    /// The folder for data cannot be made.
    #[error("cannot make the folder {}", .0.display())]
    Data(PathBuf, #[source] std::io::Error),
    /// Another service runs on the folder for data.
    #[error(
        "another `platen serve` is using {}; stop it first, or give this one a folder of its own with --data DIR",
        .0.display()
    )]
    InUse(PathBuf),
    /// Others could reach the service, and the shop has no key to its own calls yet.
    #[error(
        "{0} can be reached from other machines, and there is no shop key yet; make one with `platen keys create \
         --name NAME --scope SCOPE`, or say --no-shop-keys to serve customers only"
    )]
    NoKeys(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The threads for connections cannot be started.
    #[error("cannot start threads")]
    Threads(#[source] std::io::Error),
    /// The client for webhooks cannot be made.
    #[error("cannot send webhooks")]
    Tls(#[source] reqwest::Error),
    /// The metrics' recorder cannot be installed.
    #[error("cannot count what happens")]
    Metrics(#[source] metrics_exporter_prometheus::BuildError),
}

/// How long requests that run may go on once the service is told to stop; then renders are called off, and it is gone
/// within 15 seconds.
const DRAIN: Duration = Duration::from_secs(12);

/// Opens everything and serves until `stop` is done; then refuses new work, finishes what runs and closes the store.
/// `ready` is told the address.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    config: Config,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    make_private(&config.data).map_err(|error| ServeError::Data(config.data.clone(), error))?;
    // Commands such as `backup` and `keys` work on a folder that is served, so only this takes it.
    let _lock = Lock::take(&config)?;
    let app = open(config).await?;
    let listen = app.config.listen;
    let is_public = !listen.ip().to_canonical().is_loopback();
    if is_public && !app.config.without_keys && !app.store.has_active_key().await? {
        return Err(ServeError::NoKeys(listen));
    }
    if let Err(error) = isolate::can_shut_network() {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%error, cause, "the processes that read uploads can reach the network on this machine");
    }
    let lanes =
        Lanes::start(std::thread::available_parallelism().map_or(2, NonZero::get)).map_err(ServeError::Threads)?;
    let listener = TcpListener::bind(listen).await.map_err(|error| ServeError::Listen(listen, error))?;
    ready(listener.local_addr().map_err(|error| ServeError::Listen(listen, error))?);
    let sweeper = tokio::spawn(sweep(Arc::clone(&app)));
    let keeper = tokio::spawn(tastes::keep(Arc::clone(&app)));
    let maker = tokio::spawn(batches::keep(Arc::clone(&app)));
    let teller = tokio::spawn(webhooks::tell(Arc::clone(&app)));
    let opened = Arc::clone(&app);
    tokio::task::spawn_blocking(move || open_first_mockup(&opened));
    let renders = app.workers.clone();
    let patience = Patience { unread: app.config.limits.unread_time(), drain: DRAIN };
    let owner = Arc::clone(&app);
    let stop = async move {
        stop.await;
        // Before connections are waited for: those who watch a batch would never go.
        owner.batches.halt();
    };
    listen::listen((listener, &lanes), router(&app), stop, (patience, move || renders.stop())).await;
    batches::drain(&app, maker).await;
    sweeper.abort();
    teller.abort();
    keeper.abort();
    app.store.close().await;
    // Connections to a database live on the threads that made them, so these end last.
    drop(lanes);
    Ok(())
}

/// The garment that the studio begins with (`blank` in static/app.js).
const FIRST_GARMENT: &str = "tee";

/// Opens the first view of the studio's first garment, so that the first preview does not wait for that, and tells
/// which mockups are broken. All others are opened when they are first asked for: each takes tens of megabytes.
fn open_first_mockup(app: &App) {
    let catalog = &app.shop.catalog;
    if let Some((garment, view)) =
        catalog.garment(FIRST_GARMENT).ok().and_then(|garment| Some((garment, garment.views.first()?)))
        && let Err(error) = app.shop.mockup(garment, view)
    {
        tracing::warn!(garment = garment.id, view, %error, "a mockup cannot be opened");
    }
    for garment in catalog.garments() {
        for view in &garment.views {
            if let Err(error) = app.shop.check_mockup(garment, view) {
                tracing::warn!(garment = garment.id, view, %error, "a mockup is broken");
            }
        }
    }
}

/// How long the key of an order is known, and what webhooks were told.
const MEMORY_MS: i64 = 30 * 24 * 3600 * 1000;

/// Once a minute, forgets what need not be known any more.
async fn sweep(app: Arc<App>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutes.tick().await;
        app.rates.forget_the_gone();
        // What histograms were told since the last time; nobody may ask for the metrics, and it would grow for ever.
        app.metrics.run_upkeep();
        if let Err(error) = app.store.sweep_files(now_ms()).await {
            tracing::warn!(%error, "files of removed uploads could not be deleted; it is tried again");
        }
        if let Err(error) = app.store.forget_keys(now_ms() - MEMORY_MS).await {
            tracing::warn!(%error, "old keys of orders could not be forgotten");
        }
        if let Err(error) = app.store.forget_impressions(now_ms() - MEMORY_MS).await {
            tracing::warn!(%error, "old impressions could not be forgotten");
        }
        if let Err(error) = app.store.forget_erasures(now_ms() - MEMORY_MS).await {
            tracing::warn!(%error, "that something was taken away long ago could not be forgotten");
        }
        if let Err(error) = app.store.forget_deliveries(now_ms() - MEMORY_MS).await {
            tracing::warn!(%error, "old deliveries to webhooks could not be forgotten");
        }
    }
}

/// Opens the shop and the store.
///
/// # Errors
/// See [`ServeError`].
pub async fn open(config: Config) -> Result<Arc<App>, ServeError> {
    let mut shop = Shop::open(&config.assets)?;
    make_private(&config.data).map_err(|error| ServeError::Data(config.data.clone(), error))?;
    let store = Store::open(&config.data, config.database.as_deref(), config.storage.as_deref()).await?;
    if let Some(row) = store.profile().await? {
        // One that another release wrote and this one cannot read is told by every call that asks for it.
        match Profile::from_json(row.document.as_bytes()) {
            Ok(profile) => shop.adopt(profile),
            Err(error) => tracing::warn!(%error, "the profile in the database cannot be read"),
        }
    }
    let ideas = Ideas::open(&config.assets, &shop)?;
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // One process may open several services, in tests; the first recorder then counts for all.
    let _ = metrics::set_global_recorder(recorder);
    let pictures = config.data.join("cache").join("previews");
    let shelf =
        Shelf::open(pictures.clone(), config.preview_disk_bytes).map_err(|error| ServeError::Data(pictures, error))?;
    let sender = Sender::new(config.private_webhooks).map_err(ServeError::Tls)?;
    Ok(App::new(config, (shop, ideas, store, shelf), sender, handle))
}
