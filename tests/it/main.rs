//! The integration tests, one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod cli;
mod exits;
mod generated;
mod hostile;
mod limits;
mod one_raster;
mod parallel;
mod problems;
mod proof;
#[cfg(feature = "server")]
mod served;
#[cfg(feature = "server")]
mod server;
mod tidy;
