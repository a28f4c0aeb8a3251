//! What is told of a job: to the queue, to the worker, and to the process that draws it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::batch::names::NameTemplate;
use crate::batch::plan::{Kind, Plan, Spec};
use crate::export::Format;
use crate::units::Dpi;

/// An entry of the queue: which row it stands for. A row knows its last entry; others are of no account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ticket {
    pub(super) batch: String,
    pub(super) item: String,
    pub(super) task: String,
}

/// Everything that decides a byte of the files of a line, or of an order's ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// One, but for tickets.
    pub lines: Vec<WorkLine>,
    /// What is made: the job's id and what it is.
    pub jobs: Vec<(String, Kind)>,
    /// The shop's profile: BLAKE3 of its JSON.
    pub profile: String,
    preview_width_px: u32,
    preview_format: String,
    print_format: String,
    dpi: f64,
}

/// A line of an order; see [`OrderLine`](crate::batch::orders::OrderLine).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named after what they are in OrderLine")]
pub struct WorkLine {
    pub row: u64,
    pub order_id: String,
    pub line: String,
    pub design: String,
    /// The design and its pictures: BLAKE3 of its parcel.
    pub parcel: String,
    pub technique: String,
    /// Empty: the design's own.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub garment: String,
    pub color: String,
    pub size: String,
    pub quantity: u32,
    pub due: Option<String>,
    pub ship_to: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub note: String,
    pub fields: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub sizes: BTreeMap<String, f64>,
}

impl Work {
    pub(super) fn new(plan: &Plan, unit: &[usize], lines: Vec<WorkLine>, spec: &Spec, profile: &str) -> Self {
        let jobs = unit.iter().map(|job| (plan.jobs[*job].id.to_string(), plan.jobs[*job].kind.clone()));
        Self {
            lines,
            jobs: jobs.collect(),
            profile: profile.to_owned(),
            preview_width_px: spec.preview_width_px,
            preview_format: spec.preview_format.ending().to_owned(),
            print_format: spec.print_format.ending().to_owned(),
            dpi: spec.dpi.get(),
        }
    }

    /// How its files are made; `None` if this program does not know a format.
    #[must_use]
    pub fn spec(&self) -> Option<Spec> {
        let format = |ending: &str| Format::from_path(&PathBuf::from(format!("x.{ending}")));
        Some(Spec {
            make: [].into(),
            preview_width_px: self.preview_width_px,
            preview_format: format(&self.preview_format)?,
            print_format: format(&self.print_format)?,
            dpi: Dpi::new(self.dpi)?,
            accept: Vec::new(),
            names: NameTemplate::read(NameTemplate::DEFAULT, &["order", "line", "part"].map(str::to_owned).into())
                .ok()?,
        })
    }
}

/// A line that the process which draws reads: what to make, and where what it is made from lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// What to make.
    pub work: Work,
    /// The folders of the designs, by their parcels.
    pub designs: BTreeMap<String, PathBuf>,
    /// The shop's profile, JSON.
    pub profile: PathBuf,
    /// Where files go: each is called by its number among the jobs.
    pub out: PathBuf,
    /// Most processor time, seconds.
    pub seconds: u64,
}

/// The line that it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What became of each job, in the order of the request.
    pub made: Vec<Made>,
    /// Why this machine cannot do any of it, whatever the jobs are: then nothing is made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hindrance: Option<String>,
}

/// What became of a print job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its id.
    pub job: String,
    /// Bytes of its file.
    pub bytes: u64,
    /// BLAKE3 of its file, 64 hexadecimal digits.
    pub blake3: String,
    /// Why it cannot be drawn; it would not the next time either.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<String>,
}

impl Made {
    /// Whether these are the bytes of its file.
    pub(super) fn is(&self, bytes: &Bytes) -> bool {
        bytes.len() as u64 == self.bytes && blake3::hash(bytes).to_hex().as_str() == self.blake3
    }
}
