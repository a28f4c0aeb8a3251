//! What all requests share.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{OnceCell, Semaphore};

use crate::export::jpeg::BlankCodes;
use crate::looks::Ideas;
use crate::mockup::Blank;
use crate::server::Config;
use crate::server::batches::Batches;
use crate::server::clock::now_ms;
use crate::server::incoming::Incoming;
use crate::server::keys::Refused;
use crate::server::pictures::Pictures;
use crate::server::previews::{Cache, Sessions};
use crate::server::rates::Rates;
use crate::server::shelf::Shelf;
use crate::server::starters::Starters;
use crate::server::suggestions::LookShelf;
use crate::server::tastes::Tastes;
use crate::server::webhooks::Sender;
use crate::server::workers::Workers;
use crate::shop::Shop;
use crate::store::{CustomerId, Erased, Erasure, Store, StoreError};

/// What all requests share.
pub struct App {
    pub(super) config: Config,
    pub(super) shop: Shop,
    pub(super) store: Store,
    pub(super) workers: Workers,
    pub(super) previews: Cache,
    pub(super) sessions: Sessions,
    pub(super) pictures: Pictures,
    pub(super) rates: Rates,
    pub(super) refused: Refused,
    /// See [`crate::server::starters::starters`].
    pub(super) starters: OnceCell<Starters>,
    /// Uploads that arrive.
    pub(super) incoming: Incoming,
    /// Uploads that are taken apart at once.
    pub(super) uploads: Semaphore,
    /// Coded blanks, so that a JPEG codes only what prints change.
    pub(super) codes: BlankCodes<Blank>,
    /// Editorial looks.
    pub(super) ideas: Ideas,
    /// What suggestions are computed from.
    pub(super) tastes: Tastes,
    /// Looks that were suggested.
    pub(super) looks: LookShelf,
    /// Tells the shop's other programs.
    pub(super) sender: Sender,
    /// Batches that are made.
    pub(super) batches: Batches,
    pub(super) metrics: PrometheusHandle,
}

impl App {
    /// Forgets pictures that were drawn for a customer, and looks that they were shown: here, and soon wherever else services
    /// have the same database.
    pub(super) async fn forget_pictures(&self, customer: &CustomerId) -> Result<(), StoreError> {
        let erasure = Erasure { what: Erased::Pictures, tag: customer.tag(), at: now_ms() };
        self.forget_drawn(erasure.tag).await;
        self.tastes.saw(erasure);
        self.store.note_erasure(erasure).await
    }

    /// Forgets pictures and looks of the customer with that tag, in memory and on the disk.
    pub(super) async fn forget_drawn(&self, tag: u128) {
        self.looks.forget(tag).await;
        self.previews.forget(tag).await;
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl App {
    /// The state of a service over a shop, a store and a cache on disk.
    #[must_use]
    pub(super) fn new(
        config: Config,
        (shop, ideas, store, shelf): (Shop, Ideas, Store, Shelf),
        sender: Sender,
        metrics: PrometheusHandle,
    ) -> Arc<Self> {
        let limits = &config.limits;
        Arc::new(Self {
            workers: Workers::new(limits.workers, limits.queue),
            previews: Cache::new(config.preview_cache_bytes, shelf),
            sessions: Sessions::default(),
            pictures: Pictures::new(shop.library()),
            incoming: Incoming::default(),
            uploads: Semaphore::new(limits.workers),
            rates: Rates::new(limits.points_per_minute, limits.key_points_per_minute),
            refused: Refused::default(),
            starters: OnceCell::new(),
            codes: BlankCodes::default(),
            ideas,
            tastes: Tastes::default(),
            looks: LookShelf::default(),
            batches: Batches::new(),
            config,
            shop,
            store,
            sender,
            metrics,
        })
    }
}
