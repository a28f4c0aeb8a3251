//! One file a family of calls. Each handler takes a request apart, calls one function and maps what it returns.

pub(super) mod catalog;
pub(super) mod designs;
pub(super) mod events;
pub(super) mod export;
pub(super) mod health;
pub(super) mod ladders;
pub(super) mod me;
pub(super) mod order_bodies;
pub(super) mod order_files;
pub(super) mod orders;
pub(super) mod outlines;
pub(super) mod pages;
pub(super) mod previews;
pub(super) mod prints;
pub(super) mod proofs;
pub(super) mod quotes;
pub(super) mod revisions;
pub(super) mod separations;
pub(super) mod shares;
pub(super) mod shop;
pub(super) mod shop_keys;
pub(super) mod starters;
pub(super) mod suggestions;
pub(super) mod unsubscribe;
pub(super) mod uploads;
pub(super) mod webhooks;
