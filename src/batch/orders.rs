//! Rows of an orders file as lines of orders: every name looked up, every field filled.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::assets::Library;
use crate::batch::issue::RowIssue;
use crate::batch::limits;
use crate::batch::sheet::{Sheet, SheetRow};
use crate::catalog::{Garment, UnknownId};
use crate::design::{Design, FieldValues};
use crate::order::limits::PIECES;
use crate::shop::{Choice, Shop};

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

/// A design that rows name, and what belongs to it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The design.
    pub design: Arc<Design>,
    /// Its pictures.
    pub library: Arc<Library>,
    /// Names the document and the bytes of its pictures.
    pub digest: [u8; 32],
}

/// What is made of a row.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// See [`RowIssue::row`].
    pub row: u64,
    /// The order's id, as the file has it.
    pub order_id: String,
    /// Its line, as the file has it; else a number that is free in the order.
    pub line: String,
    /// What the file calls the design.
    pub design: String,
    /// The design, with the technique of the row.
    pub opened: Opened,
    /// Id of the garment's colour.
    pub color: String,
    /// Id of the size.
    pub size: String,
    /// Pieces, 1 to [`PIECES`].
    pub quantity: u32,
    /// The day by which it is needed, `2026-12-24`.
    pub due: Option<String>,
    /// Where it goes.
    pub ship_to: String,
    /// What fills the fields.
    pub fields: BTreeMap<String, String>,
    /// Sizes of letters that the design has for the whole team, as [`Shop::team_sizes`].
    pub sizes: Arc<BTreeMap<String, f64>>,
    /// Other columns as the file writes their names, in its order, with what is in them. All lines share the names.
    pub extras: Vec<(Arc<str>, String)>,
}

impl OrderLine {
    /// Which garment, and what fills its fields.
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice {
            size: Some(self.size.clone()),
            color: Some(self.color.clone()),
            any_color: false,
            fields: self.fields.clone(),
        }
    }
}

/// The lines of an orders file.
#[derive(Debug, Default)]
pub struct Orders {
    /// What can be made, in the order of the file.
    pub lines: Vec<OrderLine>,
    /// What is wrong with rows, and what is told of them, in the order of the file.
    pub issues: Vec<RowIssue>,
    /// Rows in all.
    pub n_rows: usize,
}

impl Orders {
    /// Rows that cannot be made.
    #[must_use]
    pub fn n_refused(&self) -> usize {
        self.n_rows - self.lines.len()
    }
}

/// Looks up what the rows name. `open` opens a design, or says in a sentence why not; it is asked once for each.
pub fn read(sheet: &Sheet, shop: &Shop, open: &mut dyn FnMut(&str) -> Result<Opened, String>) -> Orders {
    let mut reader = Reader {
        columns: Columns::new(sheet),
        sheet,
        shop,
        open,
        designs: BTreeMap::new(),
        lines: BTreeMap::new(),
        free: BTreeMap::new(),
        said: BTreeMap::new(),
        names: sheet.columns.iter().map(|(_, name)| Arc::from(name.as_str())).collect(),
    };
    let mut orders = Orders { n_rows: sheet.rows.len(), ..Orders::default() };
    reader.number(sheet);
    for (index, row) in sheet.rows.iter().enumerate() {
        let mut issues = row.issues.clone();
        let line = reader.row((index, row), &mut issues);
        let is_bad = issues.iter().any(|issue| !issue.is_note);
        orders.issues.extend(issues);
        orders.lines.extend(line.filter(|_| !is_bad));
    }
    even(shop, &mut orders.lines);
    orders
}

/// Gives the lines of one order and design, which are a team, letters of one size.
fn even(shop: &Shop, lines: &mut [OrderLine]) {
    let mut teams: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        teams.entry((&line.order_id, &line.design)).or_default().push(index);
    }
    let teams: Vec<Vec<usize>> = teams.into_values().filter(|team| team.len() > 1).collect();
    let sizes = |team: &Vec<usize>| {
        let fields = team.iter().map(|index| &lines[*index].fields);
        shop.team_sizes(&lines[team[0]].opened.design, fields)
    };
    let sizes: Vec<BTreeMap<String, f64>> = teams.par_iter().map(sizes).collect();
    for (team, sizes) in teams.iter().zip(sizes).filter(|(_, sizes)| !sizes.is_empty()) {
        let sizes = Arc::new(sizes);
        // A team has one technique, or a few.
        let mut made: BTreeMap<String, Arc<Design>> = BTreeMap::new();
        for index in team {
            let line = &mut lines[*index];
            let design = &line.opened.design;
            let made = made.entry(design.technique.clone()).or_insert_with(|| Arc::new(design.resized(&sizes)));
            line.opened.design = Arc::clone(made);
            line.sizes = Arc::clone(&sizes);
        }
    }
}

/// Where the columns with a meaning stand, and which others there are.
struct Columns {
    known: BTreeMap<&'static str, usize>,
    extras: Vec<usize>,
}

impl Columns {
    fn new(sheet: &Sheet) -> Self {
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

struct Reader<'a> {
    columns: Columns,
    sheet: &'a Sheet,
    shop: &'a Shop,
    open: &'a mut dyn FnMut(&str) -> Result<Opened, String>,
    /// By what the file calls them and the technique.
    designs: BTreeMap<(String, String), Result<Opened, String>>,
    /// By order and line: the index of the row that says it, or that was given it, and whether it was met.
    lines: BTreeMap<(String, String), (usize, bool)>,
    /// The number from which a free line of an order is looked for.
    free: BTreeMap<String, u64>,
    /// Rows by what they say, of those that do not say their line.
    said: BTreeMap<[u8; 32], u64>,
    /// What the file calls the columns, once for all lines.
    names: Vec<Arc<str>>,
}

impl Reader<'_> {
    fn cell<'r>(&self, row: &'r SheetRow, column: &str) -> &'r str {
        let place = self.columns.known.get(column);
        place.and_then(|place| row.cells.get(*place)?.as_deref()).unwrap_or_default()
    }

    /// What the file calls a column with a meaning.
    fn name(&self, column: &str) -> String {
        let place = self.columns.known.get(column);
        place.map_or_else(|| column.to_owned(), |place| self.sheet.columns[*place].1.clone())
    }

    /// Notes the lines that rows say themselves, so that none of the others is given one of them.
    fn number(&mut self, sheet: &Sheet) {
        for (index, row) in sheet.rows.iter().enumerate() {
            let key = (self.cell(row, "order_id").to_owned(), self.cell(row, "line").to_owned());
            if !key.1.is_empty() {
                self.lines.entry(key).or_insert((index, false));
            }
        }
    }

    fn row(&mut self, (index, row): (usize, &SheetRow), issues: &mut Vec<RowIssue>) -> Option<OrderLine> {
        let order_id = self.id(row, "order_id", issues)?.to_owned();
        let line = self.line((index, row), &order_id, issues)?;
        let design = self.id(row, "design", issues)?.to_owned();
        let opened = self.opened(row, &design, issues)?;
        let garment = self.shop.catalog.garment(&opened.design.garment).ok()?;
        let size = self.size(row, garment, issues);
        let color = self.color(row, garment, &opened.design, issues);
        let quantity = self.quantity(row, issues);
        let due = self.due(row, issues);
        let fields = self.fields(row, &opened.design, issues);
        let extra = |index: &usize| {
            let value = row.cells.get(*index).cloned().flatten()?;
            Some((Arc::clone(&self.names[*index]), value))
        };
        Some(OrderLine {
            row: row.row,
            line,
            opened,
            color: color?,
            size: size?,
            quantity: quantity?,
            due: due?,
            ship_to: self.cell(row, "ship_to").to_owned(),
            fields: fields?,
            sizes: Arc::default(),
            extras: self.columns.extras.iter().filter_map(extra).collect(),
            order_id,
            design,
        })
    }

    fn id<'r>(&self, row: &'r SheetRow, column: &str, issues: &mut Vec<RowIssue>) -> Option<&'r str> {
        let text = self.cell(row, column);
        let mut refuse = |message: &str, hint: String| {
            issues.push(RowIssue::error(row.row, &self.name(column), message, hint));
            None
        };
        if text.is_empty() {
            let hint = match self.columns.known.contains_key(column) {
                true => "every row needs one".to_owned(),
                false => {
                    let all: Vec<&str> = self.sheet.columns.iter().map(|(_, name)| name.as_str()).collect();
                    format!("add a column `{column}`; the file has: {:.200}", all.join(", "))
                }
            };
            return refuse("it is empty", hint);
        }
        if text.chars().count() > limits::ID_CHARS {
            return refuse("it is too long", format!("use at most {} characters", limits::ID_CHARS));
        }
        if text.contains(char::is_control) {
            return refuse("it has a control character", "take it out".to_owned());
        }
        Some(text)
    }

    /// The line of a row. One that is there already is another row's.
    fn line(&mut self, (index, row): (usize, &SheetRow), order_id: &str, issues: &mut Vec<RowIssue>) -> Option<String> {
        let said = self.cell(row, "line").to_owned();
        if said.is_empty() {
            self.tell_twin(row, issues);
            let next = self.free.entry(order_id.to_owned()).or_insert(1);
            loop {
                let number = next.to_string();
                *next += 1;
                if let Entry::Vacant(place) = self.lines.entry((order_id.to_owned(), number.clone())) {
                    place.insert((index, true));
                    return Some(number);
                }
            }
        }
        self.id(row, "line", issues)?;
        let (first, used) = *self.lines.get(&(order_id.to_owned(), said.clone()))?;
        if used || first != index {
            let twin = &self.sheet.rows[first];
            let is_same = twin.cells == row.cells;
            let what = if is_same { "the same row again" } else { "the same line with something else" };
            let message = format!("order {order_id:?} has line {said:?} in row {} already: {what}", twin.row);
            let hint = if is_same { "take one of them out" } else { "give it another line" };
            issues.push(RowIssue::error(row.row, &self.name("line"), message, hint));
            return None;
        }
        self.lines.insert((order_id.to_owned(), said.clone()), (first, true));
        Some(said)
    }

    fn tell_twin(&mut self, row: &SheetRow, issues: &mut Vec<RowIssue>) {
        let mut hasher = blake3::Hasher::new();
        for cell in &row.cells {
            let cell = cell.as_deref().unwrap_or("\u{0}");
            hasher.update(&(cell.len() as u64).to_le_bytes()).update(cell.as_bytes());
        }
        let first = *self.said.entry(*hasher.finalize().as_bytes()).or_insert(row.row);
        if first != row.row {
            let message = format!("it says the same as row {first}; both are made");
            issues.push(RowIssue::note(row.row, "", message, "take one out if it was meant once"));
        }
    }

    fn opened(&mut self, row: &SheetRow, design: &str, issues: &mut Vec<RowIssue>) -> Option<Opened> {
        let technique = self.cell(row, "technique");
        let id = match technique {
            "" => String::new(),
            text => match self.shop.catalog.technique_like(text) {
                Ok(technique) => technique.id.clone(),
                Err(unknown) => {
                    self.unknown(row, "technique", &unknown, "`platen catalog techniques` lists them", issues);
                    return None;
                }
            },
        };
        let key = (design.to_owned(), id);
        if !self.designs.contains_key(&key) {
            let plain = (design.to_owned(), String::new());
            if !self.designs.contains_key(&plain) {
                let opened = (self.open)(design);
                self.designs.insert(plain.clone(), opened);
            }
            let mut opened = self.designs[&plain].clone();
            if let Ok(opened) = &mut opened
                && !key.1.is_empty()
                && opened.design.technique != key.1
            {
                opened.design = Arc::new(Design { technique: key.1.clone(), ..(*opened.design).clone() });
            }
            self.designs.insert(key.clone(), opened);
        }
        match &self.designs[&key] {
            Ok(opened) => Some(opened.clone()),
            Err(why) => {
                issues.push(RowIssue::error(row.row, &self.name("design"), format!("{design}: {why}"), ""));
                None
            }
        }
    }

    fn unknown(&self, row: &SheetRow, column: &str, unknown: &UnknownId, list: &str, issues: &mut Vec<RowIssue>) {
        let hint = unknown.hint().unwrap_or_else(|| list.to_owned());
        issues.push(RowIssue::error(row.row, &self.name(column), unknown.to_string(), hint));
    }

    fn size(&self, row: &SheetRow, garment: &Garment, issues: &mut Vec<RowIssue>) -> Option<String> {
        let text = self.id(row, "size", issues)?;
        let found = garment.size_like(text).map(|size| size.id.clone());
        let sizes: Vec<&str> = garment.sizes.iter().map(|size| size.id.as_str()).collect();
        let list = format!("{} comes in {}", garment.name, sizes.join(", "));
        found.map_err(|unknown| self.unknown(row, "size", &unknown, &list, issues)).ok()
    }

    fn color(&self, row: &SheetRow, garment: &Garment, design: &Design, issues: &mut Vec<RowIssue>) -> Option<String> {
        let text = match self.cell(row, "garment_color") {
            "" => design.color.as_str(),
            text => text,
        };
        let found = garment.color_like(text).map(|color| color.id.clone());
        let list = "`platen catalog colors` lists them";
        found.map_err(|unknown| self.unknown(row, "garment_color", &unknown, list, issues)).ok()
    }

    fn quantity(&self, row: &SheetRow, issues: &mut Vec<RowIssue>) -> Option<u32> {
        let text = match self.cell(row, "quantity") {
            "" => return Some(1),
            text => text,
        };
        // Spreadsheets write whole numbers as 3.0, too.
        let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(".00")).unwrap_or(text);
        let found = whole.parse::<u32>().ok().filter(|number| (1..=PIECES).contains(number));
        if found.is_none() {
            let message = format!("{text:?} is no number of pieces");
            issues.push(RowIssue::error(row.row, &self.name("quantity"), message, format!("write 1 to {PIECES}")));
        }
        found
    }

    fn due(&self, row: &SheetRow, issues: &mut Vec<RowIssue>) -> Option<Option<String>> {
        let text = self.cell(row, "due");
        if text.is_empty() {
            return Some(None);
        }
        // A parser of ISO dates takes weeks such as 2026-W52-4, too.
        let is_like_it = text.len() == 10
            && text.bytes().zip("0000-00-00".bytes()).all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                like => byte == like,
            });
        let format = time::format_description::well_known::Iso8601::DATE;
        if is_like_it && time::Date::parse(text, &format).is_ok() {
            return Some(Some(text.to_owned()));
        }
        let message = format!("{text:?} is no date that can be read in one way only");
        issues.push(RowIssue::error(row.row, &self.name("due"), message, "write it as 2026-12-24"));
        None
    }

    fn fields(&self, row: &SheetRow, design: &Design, issues: &mut Vec<RowIssue>) -> Option<BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        let mut is_whole = true;
        for field in &design.fields {
            let column = field.id.to_lowercase().replace('-', "_");
            let place = self.sheet.columns.iter().position(|(name, _)| *name == column);
            match place.and_then(|place| row.cells.get(place)?.as_deref()) {
                // Line breaks of a cell have nothing to say in a name.
                Some(text) => {
                    values.insert(field.id.clone(), text.split_whitespace().collect::<Vec<_>>().join(" "));
                }
                None => {
                    is_whole = false;
                    let hint = format!("add a column `{}`; an empty cell prints nothing", field.id);
                    let message = format!("the design has a field \"{}\", and the row no value for it", field.id);
                    issues.push(RowIssue::error(row.row, &field.id, message, hint));
                }
            }
        }
        if let Err(problems) = FieldValues::new(&design.fields, &values) {
            is_whole = false;
            for problem in problems {
                let column = problem.pointer.trim_start_matches('/').to_owned();
                issues.push(RowIssue::error(row.row, &column, problem.message, problem.hint.unwrap_or_default()));
            }
        }
        is_whole.then_some(values)
    }
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
