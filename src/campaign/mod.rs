//! Mail to customers with a picture of their own design: compiled to files, never sent from here.
//!
//! [`Template::read`] reads what a mail says and to whom, [`read_recipients`] and [`read_consent`] read the shop's lists,
//! [`plan`] decides for each recipient what they get or why they get nothing, [`look`] with which design, [`Drawn`]
//! is that design on its garment, [`Letter`] the words, and [`mail::message`] the two as one message; a [`Draft`] is all of
//! it but the picture. Nothing here reads the clock or writes a file: the same input gives the same bytes.

mod columns;
mod condition;
mod consent;
mod draft;
mod grammar;
mod issue;
mod letter;
pub mod limits;
mod look;
pub mod mail;
pub mod manifest;
mod picture;
mod plan;
mod recipient;
mod schedule;
pub mod sheet;
mod source;
mod subject;
mod table;
mod template;
#[cfg(test)]
mod tests;
pub mod token;
mod words;

pub use columns::{ColumnIssues, check_columns};
pub use condition::{Comparison, Condition, Is, Literal, Part, Test};
pub use consent::{Consent, Consents, read_consent};
pub use draft::{Desk, Draft, try_own_designs};
pub use issue::{Issue, Place};
pub use letter::{Letter, MAIL_SHEET, UNSIGNED};
pub use look::{Documents, Look, Missing, Opened, Stylist, look};
pub use picture::{Drawn, PictureError, Sketch, sketch};
pub use plan::{Entry, Lists, Plan, Status, plan};
pub use recipient::{Frequency, Recipient, Recipients, read_recipients};
pub use schedule::{Moment, Quiet, moment};
pub use template::{Button, Edition, Mailbox, Offer, PictureOptions, Rule, Sender, Template, Withheld};
pub use words::Words;
