//! The integration tests, one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

#[cfg(feature = "server")]
mod answers;
mod attacks;
#[cfg(feature = "distributed")]
mod backends;
#[cfg(feature = "server")]
mod backup;
#[cfg(feature = "server")]
mod batch;
mod batch_bounds;
#[cfg(feature = "server")]
mod batch_files;
#[cfg(feature = "server")]
mod batch_reading;
mod batch_told;
mod campaign;
mod chart;
mod cli;
#[cfg(feature = "server")]
mod design_proofs;
#[cfg(feature = "distributed")]
mod distributed;
mod exits;
#[cfg(feature = "server")]
mod fields;
mod findings;
#[cfg(feature = "server")]
mod forgotten;
mod gang;
mod gang_nest;
mod generated;
mod hostile;
#[cfg(all(feature = "server", target_os = "linux"))]
mod hostile_uploads;
#[cfg(feature = "server")]
mod kept;
mod limits;
mod measured;
mod mends;
#[cfg(all(feature = "server", target_os = "linux"))]
mod no_way_out;
mod one_raster;
#[cfg(feature = "server")]
mod orders;
#[cfg(feature = "server")]
mod orders_guarded;
#[cfg(feature = "server")]
mod pages;
mod parallel;
mod problems;
mod proof;
#[cfg(feature = "server")]
mod quotes;
#[cfg(feature = "server")]
mod rates;
#[cfg(feature = "distributed")]
mod scale;
#[cfg(feature = "distributed")]
mod scale_damage;
#[cfg(feature = "distributed")]
mod scale_workers;
mod separations;
#[cfg(feature = "server")]
mod served;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod service_batches;
mod service_campaigns;
#[cfg(feature = "server")]
mod shares;
mod sheet_pixels;
#[cfg(feature = "server")]
mod shop_keys;
#[cfg(feature = "server")]
mod stalled;
#[cfg(feature = "server")]
mod starters;
#[cfg(feature = "server")]
mod suggestions;
#[cfg(feature = "server")]
mod team;
mod tidy;
#[cfg(feature = "server")]
mod types;
#[cfg(all(feature = "server", target_os = "linux"))]
mod watch;
#[cfg(feature = "server")]
mod webhooks;
