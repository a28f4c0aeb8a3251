//! From lines to print jobs: each named by a hash of what it is made from, equal work once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::batch::check::{Checked, piece};
use crate::batch::columns;
use crate::batch::names::{NameTemplate, Taken, apart, safe};
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::shared::Texts;
use crate::export::Format;
use crate::shop::Shop;
use crate::units::Dpi;

/// What is made of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Make {
    /// A picture of each view with a print.
    Preview,
    /// The print file of each print area.
    Artwork,
    /// A ticket for whoever prints the order.
    Ticket,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What is made. Default: previews and print files.
    pub make: BTreeSet<Make>,
    /// Width of previews, pixels. Default: 1000.
    pub preview_width_px: u32,
    /// Format of previews: PNG, JPEG or WebP. Default: JPEG.
    pub preview_format: Format,
    /// Format of print files: one of [`FORMATS`](crate::export::print::FORMATS). Default: PNG.
    pub print_format: Format,
    /// Resolution of print files. Default: 300.
    pub dpi: Dpi,
    /// Rules of preflight whose errors are accepted. Default: none.
    pub accept: Vec<String>,
    /// How files are called.
    pub names: NameTemplate,
}

/// A kind of file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "of")]
pub enum Kind {
    /// A picture of a view.
    Preview(Arc<str>),
    /// The print file of a print area.
    Artwork(Arc<str>),
    /// The ticket of an order, of which these lines cannot be made.
    Ticket(Vec<String>),
}

impl Kind {
    /// Names the kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Preview(_) => "preview",
            Self::Artwork(_) => "artwork",
            Self::Ticket(_) => "ticket",
        }
    }

    /// Id of the view or of the print area.
    #[must_use]
    pub fn of(&self) -> &str {
        match self {
            Self::Preview(of) | Self::Artwork(of) => of,
            Self::Ticket(_) => "",
        }
    }
}

/// A file to write.
#[derive(Debug, Clone)]
pub struct File {
    /// Where, below the folder, with `/` between its parts.
    pub path: Box<str>,
    /// Index of the line; of a ticket, of the order's first.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// Index of the job that makes it.
    pub job: usize,
}

/// A unit of work: equal hashes mean equal files.
#[derive(Debug, Clone)]
pub struct PrintJob {
    /// BLAKE3 over its inputs.
    pub id: blake3::Hash,
    /// Index of the first line that needs it.
    pub line: usize,
    /// The other lines that it is about: none, but for tickets.
    others: Vec<usize>,
    /// What it makes.
    pub kind: Kind,
    /// Indices of the files that become of it.
    pub files: Vec<usize>,
}

impl PrintJob {
    /// The lines that it is about: one, but for tickets.
    pub fn lines(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.line).chain(self.others.iter().copied())
    }
}

/// All jobs and files.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files in the order of the lines.
    pub files: Vec<File>,
    /// The jobs, each once.
    pub jobs: Vec<PrintJob>,
}

impl Plan {
    /// Jobs of the same line, which share what is drawn: indices, in the order of the lines.
    #[must_use]
    pub fn units(&self, wanted: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let mut units: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
        for (index, job) in self.jobs.iter().enumerate().filter(|(index, _)| wanted(*index)) {
            units.entry((matches!(job.kind, Kind::Ticket(_)), job.line)).or_default().push(index);
        }
        units.into_values().collect()
    }
}

/// Makes the plan for the lines whose entry of `checked` is there; the others are left out.
#[must_use]
pub fn plan(shop: &Shop, orders: &Orders, checked: &[Option<&Checked>], spec: &Spec) -> Plan {
    let mut planner = Planner {
        shop,
        spec,
        folders: apart(orders.lines.iter().map(|line| &*line.order_id)),
        plan: Plan::default(),
        jobs: BTreeMap::new(),
        taken: Taken::default(),
        texts: Texts::default(),
    };
    for (index, (line, checked)) in orders.lines.iter().zip(checked).enumerate() {
        if let Some(checked) = checked {
            planner.line(index, line, checked);
        }
    }
    if spec.make.contains(&Make::Ticket) {
        planner.tickets(orders, checked);
    }
    planner.plan
}

struct Planner<'a> {
    shop: &'a Shop,
    spec: &'a Spec,
    /// Names of the orders' folders by their ids.
    folders: BTreeMap<&'a str, String>,
    plan: Plan,
    jobs: BTreeMap<[u8; 32], usize>,
    taken: Taken,
    /// Names of views and print areas.
    texts: Texts,
}

/// What of each order is not made: lines that preflight refused, and rows that could not be read.
fn left_out<'o>(orders: &'o Orders, checked: &[Option<&Checked>]) -> BTreeMap<&'o str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (line, _) in orders.lines.iter().zip(checked).filter(|(_, checked)| checked.is_none()) {
        found.entry(&line.order_id).or_default().push(format!("line {}", line.line));
    }
    let known: BTreeSet<u64> = orders.lines.iter().map(|line| line.row).collect();
    let mut last = 0;
    for issue in orders.issues.iter().filter(|issue| !issue.is_note && !known.contains(&issue.row)) {
        if let Some(order) = issue.order_id.as_deref().filter(|_| issue.row != last) {
            found.entry(order).or_default().push(format!("row {} of the file", issue.row));
            last = issue.row;
        }
    }
    found
}

impl Planner<'_> {
    fn line(&mut self, index: usize, line: &OrderLine, checked: &Checked) {
        let Ok(garment) = self.shop.catalog.garment(&line.opened.design.garment) else { return };
        let on_view = |view: &str| -> Vec<&(String, String)> {
            let is_there = |area: &str| garment.area(area).is_ok_and(|area| area.view == view);
            checked.artworks.iter().filter(|(area, _)| is_there(area)).collect()
        };
        if self.spec.make.contains(&Make::Preview) {
            for view in garment.views.iter().filter(|view| !on_view(view).is_empty()) {
                let Spec { preview_width_px: width, preview_format: format, .. } = self.spec;
                let mut parts = vec!["preview".to_owned(), format!("{format:?}"), width.to_string(), view.clone()];
                parts.extend([garment.id.clone(), line.size.to_string(), line.color.to_string()]);
                parts.push(blake3::Hash::from(self.shop.digest).to_hex().to_string());
                parts.extend(on_view(view).into_iter().map(|(area, hash)| format!("{area}={hash}")));
                let kind = Kind::Preview(self.texts.share(view));
                self.add(index, line, &kind, &parts);
            }
        }
        if self.spec.make.contains(&Make::Artwork) {
            for (area, hash) in &checked.artworks {
                let Spec { print_format: format, dpi, .. } = self.spec;
                let parts = ["artwork".to_owned(), format!("{format:?}"), dpi.get().to_string(), hash.clone()];
                let kind = Kind::Artwork(self.texts.share(area));
                self.add(index, line, &kind, &parts);
            }
        }
    }

    fn tickets(&mut self, orders: &Orders, checked: &[Option<&Checked>]) {
        let mut by_order: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, line) in orders.lines.iter().enumerate().filter(|(index, _)| checked[*index].is_some()) {
            by_order.entry(&line.order_id).or_default().push(index);
        }
        let left_out = left_out(orders, checked);
        for (order, lines) in by_order {
            let mut parts = vec!["ticket".to_owned(), order.to_owned(), self.shop.profile.brand.name.clone()];
            let left_out = left_out.get(order).cloned().unwrap_or_default();
            parts.extend(left_out.iter().cloned());
            for index in &lines {
                let line = &orders.lines[*index];
                let due = line.due.as_deref().unwrap_or_default();
                let (quantity, piece) =
                    (line.quantity.to_string(), blake3::Hash::from(piece(self.shop, line)).to_hex());
                let told: [&str; 8] =
                    [&line.line, &line.design, &quantity, &line.size, &line.color, due, &line.ship_to, &line.note];
                parts.extend(told.into_iter().chain([piece.as_str()]).map(str::to_owned));
            }
            let stem = format!("{}/ticket", self.folders[order]);
            let path = self.taken.give(&stem, "pdf");
            let kind = Kind::Ticket(left_out);
            let Some((first, others)) = lines.split_first() else { continue };
            let job = self.job(&parts, (*first, others), &kind);
            self.file(path, self.plan.jobs[job].line, kind, job);
        }
    }

    fn add(&mut self, index: usize, line: &OrderLine, kind: &Kind, parts: &[String]) {
        let (stem, ending) = (self.stem(line, kind), self.ending(kind));
        let path = self.taken.give(&stem, ending);
        let job = self.job(parts, (index, &[]), kind);
        self.file(path, index, kind.clone(), job);
    }

    /// The job of these parts, which is about a line and some others.
    fn job(&mut self, parts: &[String], (line, others): (usize, &[usize]), kind: &Kind) -> usize {
        let mut hasher = blake3::Hasher::new_derive_key("platen print job 1");
        // Another release may code the same pixels in other bytes.
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let id = hasher.finalize();
        let next = self.plan.jobs.len();
        let job = *self.jobs.entry(id.into()).or_insert(next);
        if job == next {
            let (kind, others) = (kind.clone(), others.to_vec());
            self.plan.jobs.push(PrintJob { id, line, others, kind, files: Vec::with_capacity(1) });
        }
        job
    }

    fn file(&mut self, path: String, line: usize, kind: Kind, job: usize) {
        self.plan.jobs[job].files.push(self.plan.files.len());
        self.plan.files.push(File { path: path.into(), line, kind, job });
    }

    const fn ending(&self, kind: &Kind) -> &'static str {
        let format = match kind {
            Kind::Preview(_) => self.spec.preview_format,
            Kind::Artwork(_) => self.spec.print_format,
            Kind::Ticket(_) => Format::Pdf,
        };
        format.ending()
    }

    fn stem(&self, line: &OrderLine, kind: &Kind) -> String {
        let part = match kind {
            Kind::Preview(view) => format!("{view}-preview"),
            kind => kind.of().to_owned(),
        };
        let value = |name: &str| match name {
            "order" | "order_id" => self.folders.get(&*line.order_id).cloned().unwrap_or_default(),
            "line" => line.line.to_string(),
            "part" => part.clone(),
            "kind" => kind.name().to_owned(),
            "area" => kind.of().to_owned(),
            "size" => line.size.to_string(),
            "quantity" => line.quantity.to_string(),
            "color" | "garment_color" => line.color.to_string(),
            "technique" => line.opened.design.technique.clone(),
            "garment" => line.opened.design.garment.clone(),
            "design" => safe(line.design.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".json")),
            "due" => line.due.as_deref().unwrap_or("no-date").to_owned(),
            "row" => line.row.to_string(),
            "ship_to" => line.ship_to.to_string(),
            name => {
                let is_it = |column: &str| column.trim().to_lowercase().replace([' ', '-'], "_") == name;
                let field = || line.fields.iter().find(|(id, _)| id.to_lowercase().replace('-', "_") == name);
                let extra = line.extras.iter().find(|(column, _)| is_it(column)).map(|(_, value)| &**value);
                // The column of a field may be called otherwise.
                let note = || (columns::canonical(name) == Some("note")).then_some(&*line.note);
                extra.or_else(|| field().map(|(_, value)| value)).or_else(note).unwrap_or_default().to_owned()
            }
        };
        self.spec.names.path(value)
    }
}
