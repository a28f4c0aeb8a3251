//! A thousand orders: a spreadsheet in, a folder for the press out.
//!
//! [`sheet::read`] makes a table of a file, [`orders::read`] looks its rows up, [`check::check`] draws each different
//! piece once to find what would go wrong, [`plan::plan`] names the files and the jobs that make them, and `run` makes
//! what is not there yet. A bad row stops nothing else. Nothing here reads a clock: the same orders give the same bytes.

pub mod check;
pub mod columns;
#[cfg(feature = "server")]
pub mod contacts;
pub mod day;
#[cfg(feature = "server")]
pub mod folder;
pub mod issue;
#[cfg(feature = "server")]
pub mod journal;
mod json;
pub mod limits;
#[cfg(feature = "server")]
pub mod listing;
#[cfg(feature = "server")]
pub mod lists;
pub mod make;
pub mod names;
pub mod orders;
pub mod plan;
pub mod roster;
#[cfg(feature = "server")]
pub mod run;
pub mod shared;
pub mod sheet;
pub mod text;
pub mod told;
mod workbook;
