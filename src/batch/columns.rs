//! What the columns of an orders file mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::sheet::Sheet;

/// Columns with a meaning, and other names that spreadsheets give them.
pub const COLUMNS: [(&str, &[&str]); 9] = [
    ("order_id", &["order", "order_no", "order_number"]),
    ("line", &["line_no", "item"]),
    ("design", &["template", "design_file"]),
    ("garment_color", &["garment_colour", "color", "colour"]),
    ("size", &[]),
    ("quantity", &["qty"]),
    ("technique", &[]),
    ("due", &["due_date"]),
    ("ship_to", &["address"]),
];

/// Names that a template for paths may use with these orders: ours, and those of other columns.
#[must_use]
pub fn template_names(sheet: &Sheet) -> BTreeSet<String> {
    let ours = [
        "order",
        "line",
        "part",
        "kind",
        "area",
        "size",
        "quantity",
        "color",
        "technique",
        "design",
        "due",
        "row",
        "garment",
        "order_id",
        "garment_color",
    ];
    let columns = sheet.columns.iter().map(|(name, _)| name.clone()).filter(|name| !name.is_empty());
    ours.into_iter().map(str::to_owned).chain(columns).collect()
}

/// Where the columns with a meaning stand, and which others there are.
pub(super) struct Columns {
    pub(super) known: BTreeMap<&'static str, usize>,
    pub(super) extras: Vec<usize>,
}

impl Columns {
    pub(super) fn new(sheet: &Sheet) -> Self {
        let place = |name: &str| sheet.columns.iter().position(|(column, _)| column == name);
        let found = COLUMNS.iter().filter_map(|(name, others)| {
            let place = place(name).or_else(|| others.iter().find_map(|other| place(other)))?;
            Some((*name, place))
        });
        let known: BTreeMap<&'static str, usize> = found.collect();
        let is_extra =
            |index: &usize| !known.values().any(|place| place == index) && !sheet.columns[*index].0.is_empty();
        let extras = (0..sheet.columns.len()).filter(is_extra).collect();
        Self { known, extras }
    }
}
