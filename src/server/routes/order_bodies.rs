//! The bodies of orders: what is sent and what is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::design::reader::Node;
use crate::order::{Content, Order, PinnedArtwork, Status, Summary};
use crate::server::forms::words;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct OrderDetail {
    /// Its id.
    #[schema(example = "7k2m9c0v4n8p1r5t3w6x0y2z4a")]
    pub(super) id: String,
    /// What people call it on the telephone: the beginning of its id.
    #[schema(example = "7K2M-9C0V")]
    pub(super) number: String,
    /// Where it stands.
    #[schema(value_type = String, example = "received")]
    pub(super) status: Status,
    /// Counts the changes of what is made, from 1.
    pub(super) revision: i64,
    /// Names everything that decides what is made; the proof shows it, an approval seals it.
    pub(super) hash: String,
    /// When it was placed (RFC 3339).
    pub(super) created_at: String,
    /// When anything about it last changed (RFC 3339).
    pub(super) updated_at: String,
    /// What is made.
    pub(super) lines: Vec<LineDetail>,
    /// What the customer sent.
    #[schema(value_type = Object)]
    pub(super) order: Order,
    /// The price of each design in each colour, as `POST /quotes` tells it. Breaks go by the pieces of the whole order, and
    /// screens that several colours are printed with are made once.
    #[schema(value_type = Vec<Object>)]
    pub(super) quotes: Vec<Value>,
    /// What the order costs as a whole: the least that an order costs, and rush; as the lines of a quote.
    #[schema(value_type = Vec<Object>)]
    pub(super) charges: Vec<Value>,
    /// The sum of the quotes and charges, in the minor unit of the currency.
    pub(super) total: i64,
    /// Code of the currency (ISO 4217).
    #[schema(example = "USD")]
    pub(super) currency: String,
    /// Digits of the minor unit: with 2, an amount of 250 is 2.50.
    pub(super) digits: u32,
    /// The customer's last word on a proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approval: Option<ApprovalDetail>,
    /// What happened to it, the oldest first.
    pub(super) history: Vec<EventDetail>,
    /// The proof's address.
    pub(super) proof: String,
    /// The address of the list of print files.
    pub(super) files: String,
}

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct LineDetail {
    /// Counts the lines from 1; files and pictures are called by it.
    pub(super) line: usize,
    /// Id of the design.
    pub(super) design: String,
    /// Which of its revisions is made.
    pub(super) design_revision: i64,
    /// What its owner called it then.
    pub(super) title: String,
    /// Id of the garment.
    pub(super) garment: String,
    /// Id of its colour.
    pub(super) color: String,
    /// Id of its size.
    pub(super) size: String,
    /// Id of the technique.
    pub(super) technique: String,
    /// Pieces.
    pub(super) quantity: u32,
    /// What fills the fields.
    pub(super) fields: BTreeMap<String, String>,
    /// What is printed, by print area.
    pub(super) artworks: Vec<PinnedArtwork>,
}

/// The customer's word on a proof.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ApprovalDetail {
    /// The hash that was approved.
    pub(super) hash: String,
    /// The order's revision that it was.
    pub(super) revision: i64,
    /// Who approved it.
    pub(super) name: String,
    /// When (RFC 3339).
    pub(super) approved_at: String,
    /// Whether it holds: what is made now is what was approved.
    pub(super) holds: bool,
    /// The lines, from 1, that look different now: `GET /orders/{id}/changes` has a picture of each.
    pub(super) changed: Vec<usize>,
}

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct EventDetail {
    /// `placed`, `changed`, `approved` or `status`.
    pub(super) kind: String,
    /// More about it.
    pub(super) detail: String,
    /// When (RFC 3339).
    pub(super) at: String,
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct ListedOrder {
    /// Its id.
    pub(super) id: String,
    /// What people call it on the telephone: the beginning of its id.
    #[schema(example = "7K2M-9C0V")]
    pub(super) number: String,
    /// Where it stands.
    #[schema(example = "received")]
    pub(super) status: String,
    /// Counts the changes of what is made, from 1.
    pub(super) revision: i64,
    /// Names what is made.
    pub(super) hash: String,
    /// When it was placed (RFC 3339).
    pub(super) created_at: String,
    /// When anything about it last changed (RFC 3339).
    pub(super) updated_at: String,
    /// Who ordered, what and for how much; absent for orders of before it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<Summary>,
}

/// Some orders.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct OrderList {
    /// The latest first.
    pub(super) orders: Vec<ListedOrder>,
    /// Give this as `after` to get the next ones; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct OrderListParams {
    /// `next` of the page before.
    pub(super) after: Option<String>,
    /// How many, 1 to 100; left out, 50.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// Only those of this status.
    #[param(example = "approved")]
    pub(super) status: Option<String>,
    /// Only those with this number, or one that begins so; dashes do not matter.
    #[param(example = "7K2M-9C0V")]
    pub(super) number: Option<String>,
}

/// The customer's word that a proof is right.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "hash": "a3f1c2d4e5b60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90", "name": "Jo Miller"
}))]
pub(in crate::server) struct ApprovalRequest {
    /// The hash on the proof, whole.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub(super) hash: String,
    /// Who approves it.
    #[schema(min_length = 1, max_length = 100)]
    pub(super) name: String,
}

impl ApprovalRequest {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let hash = object.required("hash", |node| whole_hash(&node));
        let name = object.required("name", |node| words(&node, 100));
        object.finish();
        Some(Self { hash: hash?, name: name? })
    }
}

/// A hash as a proof shows it. Somebody who copied a part of it must be told so, and not that the proof is an old one.
fn whole_hash(node: &Node<'_>) -> Option<String> {
    let hash = node.string(1000)?;
    let hint = || "copy all 64 digits of the hash on the proof".to_owned();
    if let Some(odd) = hash.chars().find(|digit| !matches!(digit, '0'..='9' | 'a'..='f')) {
        let message = format!("\"{}\" is no digit of a hash; expected 0 to 9 and a to f", odd.escape_default());
        node.report_with_hint("bad-hash", message, hint());
        return None;
    }
    if hash.len() != 64 {
        let message = format!("{} digits are not a whole hash, which has 64", hash.len());
        node.report_with_hint("incomplete-hash", message, hint());
        return None;
    }
    Some(hash.to_owned())
}

/// Where an order goes.
#[derive(Debug, ToSchema)]
#[schema(example = json!({ "status": "in-production", "note": "Press 2" }))]
pub(in crate::server) struct StatusRequest {
    /// `in-production`, `shipped` or `cancelled`.
    pub(super) status: Status,
    /// Why, for the history; at most 200 characters.
    #[schema(required = false, max_length = 200)]
    pub(super) note: String,
}

impl StatusRequest {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let status = object.required("status", |node| node.choice(&Status::ALL));
        let note = object.or("note", String::new(), |node| match node.value.as_str() {
            Some("") => Some(String::new()),
            _ => node.line(200),
        });
        object.finish();
        Some(Self { status: status?, note })
    }
}

impl LineDetail {
    pub(super) fn new(content: &Content, index: usize) -> Option<Self> {
        let (line, design) = (content.lines.get(index)?, content.design_of(index)?);
        Some(Self {
            line: index + 1,
            design: design.id.clone(),
            design_revision: design.revision,
            title: design.title.clone(),
            garment: line.garment.clone(),
            color: line.color.clone(),
            size: line.size.clone(),
            technique: line.technique.clone(),
            quantity: line.quantity,
            fields: line.fields.clone(),
            artworks: line.artworks.clone(),
        })
    }
}

/// What people call an order: the first eight characters of its id, which are 40 random bits.
pub(in crate::server) fn number(id: &str) -> String {
    let (front, back) = id.split_at_checked(4).unwrap_or((id, ""));
    format!("{front}-{}", back.get(..4).unwrap_or(back)).to_uppercase()
}
