//! One file a family of calls. Each handler takes a request apart, calls one function and maps what it returns.

pub(super) mod batch_files;
pub(super) mod batches;
pub(super) mod campaigns;
pub(super) mod catalog;
pub(super) mod cuts;
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

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc::Receiver;

/// The body of an answer that is made while it is sent; one with an error in it breaks off.
fn streamed(receiver: Receiver<Result<Bytes, std::io::Error>>) -> Body {
    let parts = stream::unfold(receiver, async |mut receiver| {
        let part = receiver.recv().await?;
        Some((part, receiver))
    });
    // Who compresses it asks once more behind its end.
    Body::from_stream(parts.fuse())
}
