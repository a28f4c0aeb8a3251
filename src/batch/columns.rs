//! What the columns of an orders file mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::issue::RowIssue;
use crate::batch::orders::Orders;
use crate::batch::sheet::{Sheet, SheetRow, normalized};
use crate::catalog::suggest;

/// Columns with a meaning, and other names that spreadsheets give them.
pub const COLUMNS: [(&str, &[&str]); 11] = [
    ("order_id", &["order", "order_no", "order_number"]),
    ("line", &["line_no", "item"]),
    ("design", &["template", "design_file"]),
    ("garment", &[]),
    ("garment_color", &["garment_colour", "color", "colour"]),
    ("size", &[]),
    ("quantity", &["qty"]),
    ("technique", &[]),
    ("due", &["due_date"]),
    ("ship_to", &["address"]),
    ("note", &["notes", "comment", "comments"]),
];

/// Other columns that whoever prints or packs must read, too, unless somebody says that they mean something else.
const NOTES: [&str; 5] = ["notes", "comment", "comments", "message", "gift_message"];

/// Columns that nothing is made of and that are no slip: they are kept for the report.
const KEPT: [&str; 5] = ["customer", "contact", "email", "phone", "sku"];

/// Columns that every row needs.
const REQUIRED: [&str; 3] = ["order_id", "design", "size"];

/// The one of [`COLUMNS`] that is meant by a name, as columns are compared.
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    COLUMNS.iter().find(|(ours, others)| *ours == name || others.contains(&name)).map(|(ours, _)| *ours)
}

/// How many columns with a meaning these cells name.
pub(super) fn count_known(cells: &[String]) -> usize {
    cells.iter().filter_map(|cell| canonical(&normalized(cell))).collect::<BTreeSet<_>>().len()
}

/// Takes columns for others than they are called: each pair says what is meant, and how the file writes the column's name.
///
/// # Errors
/// If there is no such column, or one is named twice; in a sentence.
pub fn rename(sheet: &mut Sheet, said: &[(String, String)]) -> Result<(), String> {
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    for (means, written) in said {
        let plain = normalized(means);
        let means = canonical(&plain).map_or(plain.as_str(), |ours| ours);
        let exact = sheet.columns.iter().position(|(_, name)| name == written.trim());
        let alike = || sheet.columns.iter().position(|(_, name)| normalized(name) == normalized(written));
        let Some(place) = exact.or_else(alike) else {
            let near = suggest(written, sheet.columns.iter().map(|(_, name)| name.as_str()));
            let near = near.first().map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
            return Err(format!("there is no column `{written}`; {near}the file has: {}", named(sheet)));
        };
        if places.values().any(|other| other == means) {
            return Err(format!("two columns are said to be `{means}`; name one"));
        }
        if let Some(other) = places.insert(place, means.to_owned()) {
            return Err(format!("the column `{written}` is said to be `{other}` and `{means}`; name it once"));
        }
    }
    for (index, (name, _)) in sheet.columns.iter_mut().enumerate() {
        match places.get(&index) {
            Some(means) => name.clone_from(means),
            // It is called like one that stands elsewhere, and is none of ours any more.
            None if places.values().any(|means| means == name) => *name = format!("({name})"),
            None => {}
        }
    }
    Ok(())
}

/// What the file calls its columns.
fn named(sheet: &Sheet) -> String {
    let all: Vec<&str> = sheet.columns.iter().map(|(_, name)| name.as_str()).filter(|name| !name.is_empty()).collect();
    format!("{:.400}", all.join(", "))
}

/// Which columns a file lacks that every row needs, and what to do; none if it has them.
#[must_use]
pub fn missing(sheet: &Sheet) -> Option<(String, String)> {
    let known = Columns::new(sheet).known;
    let names: Vec<String> =
        REQUIRED.iter().filter(|name| !known.contains_key(*name)).map(|name| format!("`{name}`")).collect();
    let told = match names.as_slice() {
        [] => return None,
        [only] => format!("no column {only}"),
        [first @ .., last] => format!("no columns {} and {last}", first.join(", ")),
    };
    let hint = format!("name columns so, or say which ones are meant; the file has: {}", named(sheet));
    Some((format!("the file has {told}"), hint))
}

/// A note for each column that nothing is made of: none of ours, no field of a design, none that is known to be kept, and not
/// one of `used`, the names that a template for paths uses. It is told with the first row that has something in it.
#[must_use]
pub fn ignored(sheet: &Sheet, orders: &Orders, used: &BTreeSet<String>) -> Vec<RowIssue> {
    let columns = Columns::new(sheet);
    let has = |name: &str| sheet.columns.iter().any(|(column, _)| column == name);
    let free = COLUMNS.iter().map(|(name, _)| *name).filter(|name| !columns.known.contains_key(name));
    let free: Vec<&str> = free.chain(orders.fields.iter().map(String::as_str).filter(|field| !has(field))).collect();
    let note = |index: usize| {
        let (name, written) = &sheet.columns[index];
        // Somebody said that it is not what it is called.
        let is_set_aside = name.starts_with('(') && *name != normalized(written);
        if is_set_aside || is_kept(name) || used.contains(name) || orders.fields.contains(name) {
            return None;
        }
        let is_filled =
            |row: &&SheetRow| row.cells.get(index).is_some_and(|cell| cell.as_ref().is_some_and(|it| !it.is_empty()));
        let row = sheet.rows.iter().find(is_filled)?;
        let near = suggest(name, free.iter().copied());
        // It may be a field of a design that could not be opened.
        if near.is_empty() && !orders.is_sure {
            return None;
        }
        let hint = near.first().map_or_else(
            || "it is kept for the report; to print it, call it as the field of the design".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        Some(RowIssue::note(row.row, written, "the column is not known, and is ignored", hint))
    };
    columns.extras.iter().filter_map(|index| note(*index)).collect()
}

fn is_kept(name: &str) -> bool {
    KEPT.contains(&name) || NOTES.contains(&name)
}

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
    /// Those that are read by whoever prints or packs, the one that is meant for it first.
    pub(super) notes: Vec<usize>,
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
        let extras: Vec<usize> = (0..sheet.columns.len()).filter(is_extra).collect();
        let more = extras.iter().copied().filter(|index| NOTES.contains(&sheet.columns[*index].0.as_str()));
        let notes = known.get("note").copied().into_iter().chain(more).collect();
        Self { known, extras, notes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::sheet::{SheetKind, read};

    fn sheet(text: &str) -> Sheet {
        read(text.as_bytes(), SheetKind::Csv).unwrap()
    }

    fn pairs(said: &[(&str, &str)]) -> Vec<(String, String)> {
        said.iter().map(|(means, written)| ((*means).to_owned(), (*written).to_owned())).collect()
    }

    #[test]
    fn columns_may_be_called_otherwise() {
        let mut german = sheet("Bestellnummer;Motiv;Größe;Size;Aufdruck\n1;camp;M;groß;ADA\n");
        let said = [("order", "Bestellnummer"), ("Design", "motiv"), ("size", "Größe"), ("name", "Aufdruck")];
        rename(&mut german, &pairs(&said)).unwrap();
        let names: Vec<&str> = german.columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["order_id", "design", "size", "(size)", "name"], "what was the size before is none now");
        assert_eq!(german.columns[2].1, "Größe", "the file's own words stay");
        assert_eq!(missing(&german), None);
        let orders = Orders { fields: ["name".to_owned()].into(), is_sure: true, ..Orders::default() };
        assert_eq!(ignored(&german, &orders, &BTreeSet::new()), [], "nothing is told of what was set aside");
    }

    #[test]
    fn a_mapping_that_cannot_be_is_refused_with_what_there_is() {
        for (said, part) in [
            (&[("size", "Größ")][..], "there is no column `Größ`; did you mean `Größe`? the file has: PO, Größe"),
            (&[("size", "Farbe")], "there is no column `Farbe`; the file has: PO, Größe"),
            (&[("size", "PO"), ("size", "Größe")], "two columns are said to be `size`"),
            (&[("order_id", "PO"), ("line", "PO")], "the column `PO` is said to be `order_id` and `line`"),
        ] {
            let error = rename(&mut sheet("PO,Größe\n1,M\n"), &pairs(said)).unwrap_err();
            assert!(error.starts_with(part), "{error}");
        }
    }

    #[test]
    fn all_columns_that_are_missing_are_told_at_once() {
        let (message, hint) = missing(&sheet("Bestellnummer,Motiv\n1,camp\n")).unwrap();
        assert_eq!(message, "the file has no columns `order_id`, `design` and `size`");
        assert!(hint.ends_with("the file has: Bestellnummer, Motiv"), "{hint}");
        let (message, _) = missing(&sheet("order,template\n1,camp\n")).unwrap();
        assert_eq!(message, "the file has no column `size`");
    }

    #[test]
    fn a_column_that_is_not_known_is_told_once() {
        let text =
            "order_id,design,size,Quantty,name,Note,Gift,Shelf,Empty\n1,camp,M,,ADA,x,,B7,\n2,camp,M,3,BO,,yes,B8,\n";
        let orders = Orders { fields: ["name".to_owned()].into(), is_sure: true, ..Orders::default() };
        let told = |orders: &Orders| {
            let issues = ignored(&sheet(text), orders, &["shelf".to_owned()].into());
            assert!(issues.iter().all(|issue| issue.is_note && issue.row == 3));
            issues.into_iter().map(|issue| (issue.column.unwrap(), issue.hint.unwrap())).collect::<Vec<_>>()
        };
        let all = told(&orders);
        assert_eq!(all[0], ("Quantty".to_owned(), "did you mean `quantity`?".to_owned()));
        assert!(all.len() == 2 && all[1].0 == "Gift", "{all:?}");
        let unsure = Orders { is_sure: false, ..orders };
        assert_eq!(told(&unsure).len(), 1, "Gift may be a field of a design that could not be opened");
    }
}
