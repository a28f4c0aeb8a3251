//! The document as a whole.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::design::error::{DesignError, Problem};
use crate::design::field::{Field, FieldValues, fill_source};
use crate::design::layer::{Content, Layer};
use crate::design::mention::{Mention, mentions};
use crate::design::production::Production;
use crate::design::reader::{Node, Reader};
use crate::design::shape::Form;
use crate::design::{VERSION, json, limits, migrate};

/// A design document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Design {
    /// The version of this format: 1.
    #[schemars(range(min = VERSION, max = VERSION))]
    pub version: u32,
    /// What the customer calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub name: Option<String>,
    /// Id of the garment in the catalogue.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub garment: String,
    /// Id of the garment's colour.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub color: String,
    /// Id of the technique it is meant for.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub technique: String,
    /// Blanks that each order line fills in, written `{{id}}` in texts. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::FIELDS))]
    pub fields: Vec<Field>,
    /// What is printed, one entry a print area.
    #[schemars(length(max = limits::PLACEMENTS))]
    pub placements: Vec<Placement>,
}

impl Design {
    /// Reads a document: strictly, and of any version up to [`VERSION`].
    ///
    /// # Errors
    ///
    /// Tells every problem at once, in document order. Whether the garment, the inks, the fonts and the assets exist is
    /// not asked here: see [`Reading`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, DesignError> {
        Reading::new(bytes)?.finish(Vec::new())
    }

    /// This design with other sizes of letters, mm, by the ids of their layers.
    #[must_use]
    pub fn resized(&self, sizes: &BTreeMap<String, f64>) -> Self {
        let mut design = self.clone();
        design.placements.iter_mut().for_each(|placement| resize_layers(&mut placement.layers, sizes));
        design
    }

    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        // Its value has been checked before the migration.
        object.field("version");
        let name = object.optional("name", |node| node.line(limits::NAME_CHARS));
        let garment = object.required("garment", |node| node.id());
        let color = object.required("color", |node| node.id());
        let technique = object.required("technique", |node| node.id());
        // Without a list of fields, no field is declared.
        node.reader.fields.replace(Some(BTreeSet::new()));
        let fields = object.or("fields", Vec::new(), |node| {
            node.reader.fields.replace(node.value.is_array().then(BTreeSet::new));
            node.list(limits::FIELDS, |node| Field::read(&node))
        });
        let placements =
            object.required("placements", |node| node.list(limits::PLACEMENTS, |node| Placement::read(&node)));
        object.finish();
        Some(Self {
            version: VERSION,
            name,
            garment: garment?,
            color: color?,
            technique: technique?,
            fields,
            placements: placements?,
        })
    }

    /// The placement on a print area.
    #[must_use]
    pub fn placement(&self, area: &str) -> Option<&Placement> {
        self.placements.iter().find(|placement| placement.area == area)
    }

    /// The document as bytes that are equal whenever the designs are: fixed field order, sorted maps, the shortest
    /// decimals that give the numbers back, no spaces. [`Design::from_json`] reads them.
    #[must_use]
    pub fn canonical_json(&self) -> Vec<u8> {
        canonical(self)
    }
}

/// A document between two looks: its form is checked, and whoever knows the shop can add what is wrong with its names,
/// so that all of it is told together.
#[derive(Debug)]
pub struct Reading {
    document: Value,
    reader: Reader,
    design: Option<Design>,
    /// Whether its version is one that this program reads.
    is_known: bool,
}

impl Reading {
    /// Reads a document of any version up to [`VERSION`].
    ///
    /// # Errors
    ///
    /// If it is too large or not JSON.
    pub fn new(bytes: &[u8]) -> Result<Self, DesignError> {
        let (mut document, duplicates) = json::parse(bytes)?;
        let reader = Reader::default();
        reader.report_duplicates(duplicates);
        let root = Node::root(&document, &reader);
        let version = if document.is_object() { migrate::version(&root) } else { Some(VERSION) };
        let design = version.and_then(|version| {
            migrate::migrate(&mut document, version);
            Design::read(&Node::root(&document, &reader))
        });
        Ok(Self { document, reader, design, is_known: version.is_some() })
    }

    /// What the document names that is kept elsewhere, in its order, even where its form is wrong.
    #[must_use]
    pub fn mentions(&self) -> Vec<Mention> {
        // What another version calls its names is not known.
        if self.is_known { mentions(&self.document) } else { Vec::new() }
    }

    /// The design, unless there are problems with its form or `more` of them.
    ///
    /// # Errors
    ///
    /// All problems, in document order.
    pub fn finish(self, more: Vec<Problem>) -> Result<Design, DesignError> {
        // A value whose form is wrong is told once.
        for problem in more.into_iter().filter(|problem| !self.reader.has_told(&problem.pointer)) {
            self.reader.report(problem);
        }
        match (self.reader.into_problems(&self.document), self.design) {
            (problems, Some(design)) if problems.is_empty() => Ok(design),
            (problems, _) => Err(DesignError::Invalid(problems)),
        }
    }
}

/// The layers of one print area, from the bottom up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Placement {
    /// Id of the print area, such as `front`; each area at most once.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub area: String,
    /// Layers from the bottom up; at most 500 in a design, those in groups included.
    #[schemars(length(max = limits::LAYERS))]
    pub layers: Vec<Layer>,
    /// What is done to the finished artwork before it is printed. Default: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub production: Option<Production>,
}

impl Placement {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let area = object.required("area", |node| node.unique_id("print area", "duplicate-area"));
        let layers = object.required("layers", |node| node.list(limits::LAYERS, |node| Layer::read(&node, 0)));
        let production = object.optional("production", |node| Production::read(&node));
        object.finish();
        Some(Self { area: area?, layers: layers?, production })
    }

    /// This placement with its blanks filled in. It has none afterwards, so filling it again changes nothing.
    #[must_use]
    pub fn filled(&self, values: &FieldValues) -> Self {
        let mut placement = self.clone();
        fill_layers(&mut placement.layers, values);
        placement
    }

    /// The placement as bytes, as [`Design::canonical_json`].
    #[must_use]
    pub fn canonical_json(&self) -> Vec<u8> {
        canonical(self)
    }
}

fn resize_layers(layers: &mut [Layer], sizes: &BTreeMap<String, f64>) {
    for layer in layers {
        match (&mut layer.content, sizes.get(&layer.id)) {
            (Content::Text(text), Some(size)) => text.size = *size,
            (Content::Group(group), _) => resize_layers(&mut group.layers, sizes),
            _ => {}
        }
    }
}

fn fill_layers(layers: &mut [Layer], values: &FieldValues) {
    for layer in layers {
        match &mut layer.content {
            Content::Text(text) => text.text = fill_source(&text.text, values),
            Content::Shape(shape) => {
                if let Form::Qr { text, .. } = &mut shape.form {
                    *text = fill_source(text, values);
                }
            }
            Content::Group(group) => fill_layers(&mut group.layers, values),
            Content::Image(_) => {}
        }
    }
}

fn canonical(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("keys are strings and writing to memory does not fail")
}
