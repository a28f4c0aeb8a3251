//! The catalogue as `platen catalog` and the API write it: plain numbers with their unit in the name.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{AreaSize, Fabric, Garment, GarmentColor, Ink, PrintArea, QuickPlacement, Size, Technique};
use crate::color::lab::Lab;

/// A garment with everything but its colours, which have a list of their own.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct GarmentSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// Views that have a mockup, the first is the default.
    pub views: &'a [String],
    /// Parts that a colour may dye apart; the first is the main part.
    pub parts: Vec<PartSummary<'a>>,
    /// Sizes, smallest first.
    pub sizes: Vec<SizeSummary<'a>>,
    /// Id of the size that the mockup stands for.
    pub mockup_size: &'a str,
    /// Ids of its colours.
    pub colors: Vec<&'a str>,
    /// Where it can be printed.
    pub areas: Vec<AreaSummary<'a>>,
    /// One-click placements.
    pub placements: Vec<PlacementSummary<'a>>,
}

/// A part of a garment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PartSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
}

/// A size of a garment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SizeSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// Width across the chest, mm.
    pub chest_mm: f64,
    /// From the highest point of the shoulder to the hem, mm.
    pub length_mm: f64,
    /// Surcharge in hundredths of the shop's currency.
    pub surcharge_cents: u32,
}

/// A print area of a garment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct AreaSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// The view that shows it.
    pub view: &'a str,
    /// The part that it lies on.
    pub part: &'a str,
    /// The seam from which `dx_mm` and `dy_mm` are measured.
    pub anchor: &'static str,
    /// Keep clear of the edge by this much, mm.
    pub safe_margin_mm: f64,
    /// Ids of the techniques that can print here.
    pub techniques: &'a [String],
    /// Its rectangle by size id.
    pub sizes: BTreeMap<&'a str, AreaSizeSummary>,
}

/// The rectangle of a print area on one size.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct AreaSizeSummary {
    /// Width, mm.
    pub width_mm: f64,
    /// Height, mm.
    pub height_mm: f64,
    /// From the anchor to the rectangle's centre line, to the right, mm.
    pub dx_mm: f64,
    /// From the anchor to the rectangle's top edge, downwards, mm.
    pub dy_mm: f64,
}

/// A one-click placement.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PlacementSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// Id of the print area.
    pub area: &'a str,
    /// Centre of the artwork's top edge from the area's left edge, mm, on the mockup's size.
    pub x_mm: f64,
    /// Top edge of the artwork from the area's top edge, mm.
    pub y_mm: f64,
    /// Usual width of the artwork, mm.
    pub width_mm: f64,
    /// Usual height of the artwork, mm.
    pub height_mm: f64,
}

/// A colour of a garment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ColorSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// The main dye as `#rrggbb`.
    pub hex: String,
    /// The dye of parts that differ, as `#rrggbb`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<&'a str, String>,
    /// The main dye in CIE Lab, D50, to two decimals.
    pub lab: [f64; 3],
    /// The main dye in HLC notation.
    pub hlc: String,
    /// Contrast of light and dark fibres; absent for solid colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heather: Option<f64>,
    /// The values do not come from a measured swatch.
    pub unmeasured: bool,
    /// How far readings of the shop's swatch lie from their mean (CIEDE2000); absent unless there were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// The dye can migrate into inks when cured.
    pub dye_migration: bool,
}

/// An ink of the palette.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct InkSummary<'a> {
    /// Id, written `ink:<id>` in documents.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// How a screen shows it, as `#rrggbb`.
    pub hex: String,
    /// CIE Lab, D50.
    pub lab: [f64; 3],
    /// HLC notation.
    pub hlc: String,
    /// What the shop or its supplier calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<&'a str>,
    /// The values are what the shop measured.
    pub measured: bool,
    /// How far readings of it lie from their mean (CIEDE2000); absent unless there were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// Percent of what lies below that it hides, if that was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opacity: Option<f64>,
    /// Percent that the shop's press adds to its half tone, if that was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
}

/// A way of printing, with what it cannot do.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct TechniqueSummary<'a> {
    /// Id.
    pub id: &'a str,
    /// What customers read.
    pub name: &'a str,
    /// What it is good for.
    pub about: &'a str,
    /// Thinnest positive line, mm.
    pub min_line_mm: f64,
    /// Narrowest gap, mm.
    pub min_gap_mm: f64,
    /// Smallest em size of text, mm.
    pub min_text_mm: f64,
    /// Below this resolution a picture prints soft.
    pub warn_dpi: f64,
    /// Below this resolution a picture is not fit to print.
    pub min_dpi: f64,
    /// Most inks, if the technique counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_inks: Option<u32>,
    /// Whether half-transparent pixels print.
    pub soft_edges: bool,
    /// Whether colours on dark cloth lie on white.
    pub underbase: bool,
}

impl<'a> From<&'a Garment> for GarmentSummary<'a> {
    fn from(garment: &'a Garment) -> Self {
        let size = |size: &'a Size| SizeSummary {
            id: &size.id,
            chest_mm: size.chest.mm(),
            length_mm: size.length.mm(),
            surcharge_cents: size.surcharge_cents,
        };
        Self {
            id: &garment.id,
            name: &garment.name,
            views: &garment.views,
            parts: garment.parts.iter().map(|part| PartSummary { id: &part.id, name: &part.name }).collect(),
            sizes: garment.sizes.iter().map(size).collect(),
            mockup_size: &garment.mockup_size,
            colors: garment.colors.iter().map(|color| color.id.as_str()).collect(),
            areas: garment.areas.iter().map(AreaSummary::from).collect(),
            placements: garment.placements.iter().map(PlacementSummary::from).collect(),
        }
    }
}

impl<'a> From<&'a PrintArea> for AreaSummary<'a> {
    fn from(area: &'a PrintArea) -> Self {
        let rectangle = |rectangle: &AreaSize| AreaSizeSummary {
            width_mm: rectangle.size.width.mm(),
            height_mm: rectangle.size.height.mm(),
            dx_mm: rectangle.dx.mm(),
            dy_mm: rectangle.dy.mm(),
        };
        Self {
            id: &area.id,
            name: &area.name,
            view: &area.view,
            part: &area.part,
            anchor: area.anchor.id(),
            safe_margin_mm: area.safe_margin.mm(),
            techniques: &area.techniques,
            sizes: area.sizes.iter().map(|(size, on_size)| (size.as_str(), rectangle(on_size))).collect(),
        }
    }
}

impl<'a> From<&'a QuickPlacement> for PlacementSummary<'a> {
    fn from(placement: &'a QuickPlacement) -> Self {
        Self {
            id: &placement.id,
            name: &placement.name,
            area: &placement.area,
            x_mm: placement.x.mm(),
            y_mm: placement.y.mm(),
            width_mm: placement.size.width.mm(),
            height_mm: placement.size.height.mm(),
        }
    }
}

impl<'a> From<&'a GarmentColor> for ColorSummary<'a> {
    fn from(color: &'a GarmentColor) -> Self {
        let Lab { l, a, b } = color.lab();
        Self {
            id: &color.id,
            name: &color.name,
            hex: color.base.to_string(),
            parts: color.parts.iter().map(|(part, dye)| (part.as_str(), dye.to_string())).collect(),
            lab: [l, a, b].map(|value| (value * 100.0).round() / 100.0),
            hlc: color.lab().hlc(),
            heather: match color.fabric {
                Fabric::Solid => None,
                Fabric::Heather { contrast } => Some(contrast),
            },
            unmeasured: color.unmeasured,
            spread: color.swatch.as_ref().and_then(|swatch| swatch.spread),
            dye_migration: color.dye_migration,
        }
    }
}

impl<'a> From<&'a Ink> for InkSummary<'a> {
    fn from(ink: &'a Ink) -> Self {
        Self {
            id: &ink.id,
            name: &ink.name,
            hex: ink.color.to_string(),
            lab: [ink.lab.l, ink.lab.a, ink.lab.b],
            hlc: ink.hlc(),
            reference: ink.reference.as_deref(),
            measured: ink.swatch.is_some(),
            spread: ink.swatch.as_ref().and_then(|swatch| swatch.spread),
            opacity: ink.swatch.as_ref().and_then(|swatch| swatch.opacity),
            gain: ink.swatch.as_ref().and_then(|swatch| swatch.gain),
        }
    }
}

impl<'a> From<&'a Technique> for TechniqueSummary<'a> {
    fn from(technique: &'a Technique) -> Self {
        Self {
            id: &technique.id,
            name: &technique.name,
            about: &technique.about,
            min_line_mm: technique.min_line.mm(),
            min_gap_mm: technique.min_gap.mm(),
            min_text_mm: technique.min_text.mm(),
            warn_dpi: technique.warn_dpi,
            min_dpi: technique.min_dpi,
            max_inks: technique.max_inks,
            soft_edges: technique.soft_edges,
            underbase: technique.underbase,
        }
    }
}
