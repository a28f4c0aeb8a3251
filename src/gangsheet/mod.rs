//! Gang sheets: the prints of many orders on one roll of film, packed, labelled and listed.
//!
//! [`pieces::gather`] makes a piece of every print that is ordered, [`sheets::lay`] lays them on sheets by due date,
//! [`paint`] lays the pixels of the print files on them, band by band, into files, and [`lists`] says what to cut, in which order to press, and what it
//! costs. [`pack`] knows rectangles only, [`nest`] true shapes: those that [`shapes`] finds in the print files. The same orders give the same bytes, whatever the order of their rows.

pub mod bits;
pub mod drawn;
#[cfg(feature = "server")]
pub mod film;
pub mod label;
pub mod limits;
#[cfg(feature = "server")]
pub mod lists;
pub mod nest;
pub mod pack;
pub mod paint;
pub mod pieces;
#[cfg(feature = "server")]
pub mod run;
pub mod shape;
pub mod shapes;
pub mod sheets;
#[cfg(test)]
mod tests;
pub mod unit;
