//! Rows of an orders file as lines of orders: every name looked up, every field filled.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::assets::Library;
use crate::batch::columns::{self, Columns};
use crate::batch::day::day;
use crate::batch::issue::RowIssue;
use crate::batch::limits;
use crate::batch::shared::{Fields, Texts};
use crate::batch::sheet::{Sheet, SheetRow, normalized};
use crate::catalog::{Garment, UnknownId};
use crate::design::{Design, FieldValues};
use crate::order::limits::PIECES;
use crate::shop::{Choice, Shop, TeamSize};

/// The column that says whose a row is where none says where it goes.
const CUSTOMER: &str = "customer";

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

impl Opened {
    /// The same by another technique or on another garment; empty ids change nothing.
    #[must_use]
    pub fn printed(mut self, technique: &str, garment: &str) -> Self {
        let is_same = |asked: &str, own: &str| asked.is_empty() || asked == own;
        if is_same(technique, &self.design.technique) && is_same(garment, &self.design.garment) {
            return self;
        }
        let mut design = (*self.design).clone();
        if !technique.is_empty() {
            technique.clone_into(&mut design.technique);
        }
        if !garment.is_empty() {
            garment.clone_into(&mut design.garment);
        }
        self.design = Arc::new(design);
        self
    }
}

/// What is made of a row. Lines share what they have in common: there may be 200,000.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// See [`RowIssue::row`].
    pub row: u64,
    /// The order's id, as the file has it.
    pub order_id: Arc<str>,
    /// Its line, as the file has it; else a number that is free in the order.
    pub line: Arc<str>,
    /// What the file calls the design.
    pub design: Arc<str>,
    /// The design, with the garment and the technique of the row.
    pub opened: Arc<Opened>,
    /// Id of the garment's colour.
    pub color: Arc<str>,
    /// Id of the size.
    pub size: Arc<str>,
    /// Pieces, 1 to [`PIECES`].
    pub quantity: u32,
    /// The day by which it is needed, `2026-12-24`.
    pub due: Option<Arc<str>>,
    /// Where it goes.
    pub ship_to: Arc<str>,
    /// What whoever prints or packs must read; of several columns, one below the other.
    pub note: Arc<str>,
    /// What fills the fields.
    pub fields: Fields,
    /// Sizes of letters that the design has for the whole team, as [`Shop::team_sizes`].
    pub sizes: Arc<BTreeMap<String, f64>>,
    /// Other columns as the file writes their names, in its order, with what is in them.
    pub extras: Box<[(Arc<str>, Arc<str>)]>,
}

impl OrderLine {
    /// Which garment, and what fills its fields.
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice {
            size: Some(self.size.to_string()),
            color: Some(self.color.to_string()),
            any_color: false,
            fields: self.fields.map(),
        }
    }

    /// Whose it is, as far as the row says that.
    #[must_use]
    pub fn customer(&self) -> &str {
        let named = || self.extras.iter().find(|(name, _)| normalized(name) == CUSTOMER);
        if self.ship_to.is_empty() { named().map_or("", |(_, name)| name) } else { &self.ship_to }
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
    /// Fields of all designs, as columns are compared.
    pub fields: BTreeSet<String>,
    /// Whether these are all: every design that a row names could be opened.
    pub is_sure: bool,
}

impl Orders {
    /// Rows that cannot be made.
    #[must_use]
    pub fn n_refused(&self) -> usize {
        self.n_rows - self.lines.len()
    }

    /// A note for each line that is needed by a day before this one, `2026-12-24`. It depends on when it is asked for, so it
    /// goes into nothing that is written.
    #[must_use]
    pub fn late(&self, today: &str) -> Vec<RowIssue> {
        let is_late = |line: &&OrderLine| line.due.as_deref().is_some_and(|due| due < today);
        let note = |line: &OrderLine| {
            let due = line.due.as_deref().unwrap_or_default();
            RowIssue::note(line.row, "due", format!("{due} is past"), "it is made all the same").of_line(line)
        };
        self.lines.iter().filter(is_late).map(note).collect()
    }

    /// Gives teams letters that are no larger than they once were: `known` has the sizes of an order and a design, as
    /// [`OrderLine::sizes`]. So one of a team that is made alone matches the others.
    pub fn letter(&mut self, known: &BTreeMap<(String, String), BTreeMap<String, f64>>) {
        for (team, lines) in teams(&self.lines) {
            let Some(then) = known.get(&(team.0.to_string(), team.1.to_string())) else { continue };
            let mut sizes = (*self.lines[lines[0]].sizes).clone();
            for (id, then) in then {
                let now = sizes.entry(id.clone()).or_insert(*then);
                *now = now.min(*then);
            }
            resize(&mut self.lines, &lines, sizes);
        }
    }

    /// Adds what else is told of rows.
    pub fn tell(&mut self, more: Vec<RowIssue>) {
        self.issues.extend(more);
        self.issues.sort_by_key(|issue| issue.row);
    }
}

/// Looks up what the rows name. `open` opens a design, or says in a sentence why not; it is asked once for each.
pub fn read(sheet: &Sheet, shop: &Shop, open: &mut dyn FnMut(&str) -> Result<Opened, String>) -> Orders {
    let mut reader = Reader {
        columns: Columns::new(sheet),
        missing: columns::missing(sheet),
        sheet,
        shop,
        open,
        designs: BTreeMap::new(),
        lines: BTreeMap::new(),
        free: BTreeMap::new(),
        said: BTreeMap::new(),
        texts: Texts::default(),
    };
    let mut orders = Orders { n_rows: sheet.rows.len(), ..Orders::default() };
    reader.number(sheet);
    for (index, row) in sheet.rows.iter().enumerate() {
        let mut issues = row.issues.clone();
        // What could not be read as an entry has nothing to look up.
        let is_entry = issues.iter().all(|issue| issue.is_note) || row.cells.iter().any(Option::is_some);
        let line = if is_entry { reader.row((index, row), &mut issues) } else { None };
        let is_bad = issues.iter().any(|issue| !issue.is_note);
        let (order, customer) = (reader.cell(row, "order_id"), reader.customer(row));
        orders.issues.extend(issues.into_iter().map(|issue| issue.of(order, customer)));
        orders.lines.extend(line.filter(|_| !is_bad));
    }
    for opened in reader.designs.values().flatten() {
        orders.fields.extend(opened.design.fields.iter().map(|field| column_of(&field.id)));
    }
    orders.is_sure = !reader.designs.is_empty() && reader.designs.values().all(Result::is_ok);
    even(shop, &mut orders);
    orders
}

/// What the column of a field is called.
fn column_of(field: &str) -> String {
    field.to_lowercase().replace('-', "_")
}

/// Gives the lines of one order and design, which are a team, letters of one size, and tells where that makes them smaller
/// than the design has them.
fn even(shop: &Shop, orders: &mut Orders) {
    let teams = teams(&orders.lines);
    let teams: Vec<&Vec<usize>> = teams.values().filter(|team| team.len() > 1).collect();
    let letters = |team: &&Vec<usize>| {
        let fields: Vec<_> = team.iter().map(|index| orders.lines[*index].fields.map()).collect();
        shop.team_letters(&orders.lines[team[0]].opened.design, &fields)
    };
    let letters: Vec<BTreeMap<String, TeamSize>> = teams.par_iter().map(letters).collect();
    let mut notes = Vec::new();
    for (team, letters) in teams.iter().zip(letters).filter(|(_, letters)| !letters.is_empty()) {
        notes.extend(letters.iter().map(|(id, letters)| smaller(&orders.lines[team[letters.tightest]], id, *letters)));
        let sizes = letters.into_iter().map(|(id, letters)| (id, letters.size)).collect();
        resize(&mut orders.lines, team, sizes);
    }
    orders.tell(notes);
}

/// The lines of each order and design: their indices.
fn teams(lines: &[OrderLine]) -> BTreeMap<(Arc<str>, Arc<str>), Vec<usize>> {
    let mut teams: BTreeMap<(Arc<str>, Arc<str>), Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        teams.entry((Arc::clone(&line.order_id), Arc::clone(&line.design))).or_default().push(index);
    }
    teams
}

/// Tells with the row that has the least room that a whole team has smaller letters for it.
fn smaller(line: &OrderLine, layer: &str, letters: TeamSize) -> RowIssue {
    let percent = (letters.share * 100.0).floor();
    let message = format!(
        "the letters of \"{layer}\" are at {percent} % in the whole order, since this row has no room for larger ones"
    );
    RowIssue::note(line.row, "", message, "shorten it, or give it an order of its own").of_line(line)
}

fn resize(lines: &mut [OrderLine], team: &[usize], sizes: BTreeMap<String, f64>) {
    let sizes = Arc::new(sizes);
    // A team has one technique and garment, or a few.
    let mut made: BTreeMap<(String, String), Arc<Opened>> = BTreeMap::new();
    for index in team {
        let line = &mut lines[*index];
        let design = &line.opened.design;
        let key = (design.technique.clone(), design.garment.clone());
        let made = made.entry(key).or_insert_with(|| {
            Arc::new(Opened { design: Arc::new(design.resized(&sizes)), ..Opened::clone(&line.opened) })
        });
        line.opened = Arc::clone(made);
        line.sizes = Arc::clone(&sizes);
    }
}

struct Reader<'a> {
    columns: Columns,
    /// Which columns there are not, and what to do.
    missing: Option<(String, String)>,
    sheet: &'a Sheet,
    shop: &'a Shop,
    open: &'a mut dyn FnMut(&str) -> Result<Opened, String>,
    /// By what the file calls them, the technique and the garment.
    designs: BTreeMap<(String, String, String), Result<Arc<Opened>, String>>,
    /// By order and line: the index of the row that says it, or that was given it, and whether it was met.
    lines: BTreeMap<(Arc<str>, Arc<str>), (usize, bool)>,
    /// The number from which a free line of an order is looked for.
    free: BTreeMap<Arc<str>, u64>,
    /// Rows by what they say, of those that do not say their line.
    said: BTreeMap<[u8; 32], u64>,
    /// What rows say.
    texts: Texts,
}

impl Reader<'_> {
    fn cell<'r>(&self, row: &'r SheetRow, column: &str) -> &'r str {
        let place = self.columns.known.get(column);
        place.and_then(|place| row.cells.get(*place)?.as_deref()).unwrap_or_default()
    }

    /// See [`OrderLine::customer`].
    fn customer<'r>(&self, row: &'r SheetRow) -> &'r str {
        let named = || {
            let place = self.sheet.columns.iter().position(|(name, _)| name == CUSTOMER)?;
            row.cells.get(place)?.as_deref()
        };
        match self.cell(row, "ship_to") {
            "" => named().unwrap_or_default(),
            text => text,
        }
    }

    /// What the file calls a column with a meaning.
    fn name(&self, column: &str) -> String {
        let place = self.columns.known.get(column);
        place.map_or_else(|| column.to_owned(), |place| self.sheet.columns[*place].1.clone())
    }

    /// Notes the lines that rows say themselves, so that none of the others is given one of them.
    fn number(&mut self, sheet: &Sheet) {
        for (index, row) in sheet.rows.iter().enumerate() {
            let (order, line) = (self.cell(row, "order_id"), self.cell(row, "line"));
            if !line.is_empty() {
                let key = (self.texts.share(order), self.texts.share(line));
                self.lines.entry(key).or_insert((index, false));
            }
        }
    }

    fn row(&mut self, (index, row): (usize, &SheetRow), issues: &mut Vec<RowIssue>) -> Option<OrderLine> {
        if let Some((message, hint)) = &self.missing {
            issues.push(RowIssue::error(row.row, "", message, hint));
            return None;
        }
        let order_id = self.texts.share(self.id(row, "order_id", issues)?);
        let line = self.line((index, row), &order_id, issues)?;
        let design = self.texts.share(self.id(row, "design", issues)?);
        let opened = self.opened(row, &design, issues)?;
        let garment = self.shop.catalog.garment(&opened.design.garment).ok()?;
        let size = self.size(row, garment, issues);
        let color = self.color(row, garment, &opened.design, issues);
        let quantity = self.quantity(row, issues);
        let due = self.due(row, issues);
        let fields = self.fields(row, &opened.design, issues);
        let notes = self.columns.notes.iter().filter_map(|index| Some(row.cells.get(*index)?.as_deref()?.trim()));
        let notes: Vec<&str> = notes.filter(|note| !note.is_empty()).collect();
        let ship_to = self.cell(row, "ship_to");
        let (sheet, texts) = (self.sheet, &mut self.texts);
        let extra = |index: &usize| {
            let value = row.cells.get(*index)?.as_deref()?;
            Some((texts.share(&sheet.columns[*index].1), texts.share(value)))
        };
        let extras = self.columns.extras.iter().filter_map(extra).collect();
        let mut share = |text: &str| self.texts.share(text);
        Some(OrderLine {
            row: row.row,
            line,
            opened,
            color: share(&color?),
            size: share(&size?),
            quantity: quantity?,
            due: due?.as_deref().map(&mut share),
            ship_to: share(ship_to),
            note: share(&notes.join("\n")),
            fields: Fields::new(&fields?, &mut self.texts),
            sizes: Arc::default(),
            extras,
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
            return refuse("it is empty", "every row needs one".to_owned());
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
    fn line(
        &mut self,
        (index, row): (usize, &SheetRow),
        order_id: &Arc<str>,
        issues: &mut Vec<RowIssue>,
    ) -> Option<Arc<str>> {
        let said = self.texts.share(self.cell(row, "line"));
        if said.is_empty() {
            self.tell_twin(row, issues);
            let next = self.free.entry(Arc::clone(order_id)).or_insert(1);
            loop {
                let number = self.texts.share(&next.to_string());
                *next += 1;
                if let Entry::Vacant(place) = self.lines.entry((Arc::clone(order_id), Arc::clone(&number))) {
                    place.insert((index, true));
                    return Some(number);
                }
            }
        }
        self.id(row, "line", issues)?;
        let key = (Arc::clone(order_id), Arc::clone(&said));
        let (first, used) = *self.lines.get(&key)?;
        if used || first != index {
            let twin = &self.sheet.rows[first];
            let is_same = twin.cells == row.cells;
            let what = if is_same { "the same row again" } else { "the same line with something else" };
            let message = format!("order {order_id:?} has line {said:?} in row {} already: {what}", twin.row);
            let hint = if is_same { "take one of them out" } else { "give it another line" };
            issues.push(RowIssue::error(row.row, &self.name("line"), message, hint));
            return None;
        }
        self.lines.insert(key, (first, true));
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

    fn opened(&mut self, row: &SheetRow, design: &str, issues: &mut Vec<RowIssue>) -> Option<Arc<Opened>> {
        let (technique, garment) = (self.technique(row, issues), self.garment(row, issues));
        let key = (design.to_owned(), technique?, garment?);
        if !self.designs.contains_key(&key) {
            let plain = (design.to_owned(), String::new(), String::new());
            if !self.designs.contains_key(&plain) {
                let opened = (self.open)(design).map(Arc::new);
                self.designs.insert(plain.clone(), opened);
            }
            let opened =
                self.designs[&plain].clone().map(|opened| Arc::new(Opened::clone(&opened).printed(&key.1, &key.2)));
            self.designs.insert(key.clone(), opened);
        }
        match &self.designs[&key] {
            Ok(opened) if self.has_areas(row, opened, issues) => Some(Arc::clone(opened)),
            Ok(_) => None,
            Err(why) => {
                issues.push(RowIssue::error(row.row, &self.name("design"), format!("{design}: {why}"), ""));
                None
            }
        }
    }

    /// Id of the technique that the row names; empty if it names none.
    fn technique(&self, row: &SheetRow, issues: &mut Vec<RowIssue>) -> Option<String> {
        let text = self.cell(row, "technique");
        if text.is_empty() {
            return Some(String::new());
        }
        let found = self.shop.catalog.technique_like(text).map(|technique| technique.id.clone());
        let list = "`platen catalog techniques` lists them";
        found.map_err(|unknown| self.unknown(row, "technique", &unknown, list, issues)).ok()
    }

    /// Id of the garment that the row names; empty if it names none.
    fn garment(&self, row: &SheetRow, issues: &mut Vec<RowIssue>) -> Option<String> {
        let text = self.cell(row, "garment");
        if text.is_empty() {
            return Some(String::new());
        }
        let found = self.shop.catalog.garment_like(text).map(|garment| garment.id.clone());
        let list = "`platen catalog garments` lists them";
        found.map_err(|unknown| self.unknown(row, "garment", &unknown, list, issues)).ok()
    }

    /// Whether the garment that the row names has the areas that the design prints on.
    fn has_areas(&self, row: &SheetRow, opened: &Opened, issues: &mut Vec<RowIssue>) -> bool {
        let Ok(garment) = self.shop.catalog.garment(&opened.design.garment) else { return true };
        let areas = opened.design.placements.iter().map(|placement| placement.area.as_str());
        let lost: Vec<&str> = areas.filter(|area| garment.area(area).is_err()).collect();
        if lost.is_empty() || self.cell(row, "garment").is_empty() {
            // What is wrong with the design itself is told where it is looked at.
            return true;
        }
        let there: Vec<&str> = garment.areas.iter().map(|area| area.id.as_str()).collect();
        let message = format!("the design prints on {}, which {} does not have", lost.join(", "), garment.name);
        let hint = format!("name a design for it, or another garment; it has {}", there.join(", "));
        issues.push(RowIssue::error(row.row, &self.name("garment"), message, hint));
        false
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
        match day(text, self.sheet.dates) {
            Ok(day) => Some(Some(day.to_string())),
            Err(error) => {
                issues.push(RowIssue::error(row.row, &self.name("due"), error.to_string(), error.hint()));
                None
            }
        }
    }

    fn fields(&self, row: &SheetRow, design: &Design, issues: &mut Vec<RowIssue>) -> Option<BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        let mut is_whole = true;
        for field in &design.fields {
            let column = column_of(&field.id);
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
