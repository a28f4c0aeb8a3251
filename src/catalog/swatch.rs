//! What a shop measured on its own cloth and inks, and the one place where that goes before what the files say.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::catalog::Catalog;
use crate::color::lab::Lab;

/// How far green, red, blue and yellow of a reading may lie from grey.
pub const MOST_CHROMATIC: f64 = 128.0;
/// The largest spread of readings that is taken for one colour (CIEDE2000).
pub const SPREAD: f64 = 20.0;
/// Gains of tones that a press may have, percent at the half tone.
pub const GAIN: std::ops::RangeInclusive<f64> = -20.0..=60.0;

/// Inks and cloth as a spectrophotometer sees them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Swatches {
    /// Inks as they are printed, by their ids. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, length(max = 1000))]
    pub inks: BTreeMap<String, InkSwatch>,
    /// Main dyes of garments, by garment and color. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, length(max = 1000))]
    pub garments: BTreeMap<String, BTreeMap<String, Swatch>>,
}

/// A colour that was measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Swatch {
    /// CIE Lab under D50, 2 degree observer: the mean of all readings.
    pub lab: Reading,
    /// How far readings of it lie from their mean (CIEDE2000), on average. Left out where there was one reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = SPREAD))]
    pub spread: Option<f64>,
    /// The day on which it was measured, as in `2026-11-28`. Default: the shop does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub on: Option<String>,
}

/// An ink that was measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct InkSwatch {
    /// CIE Lab under D50, 2 degree observer: the mean of all readings of it in full.
    pub lab: Reading,
    /// How far readings of it lie from their mean (CIEDE2000), on average. Left out where there was one reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = SPREAD))]
    pub spread: Option<f64>,
    /// The day on which it was measured, as in `2026-11-28`. Default: the shop does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub on: Option<String>,
    /// Percent of what lies below that it hides. Default: as inks of its kind do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub opacity: Option<f64>,
    /// Percent that the press adds to its half tone. Default: as presses usually do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = *GAIN.start(), max = *GAIN.end()))]
    pub gain: Option<f64>,
}

/// A colour in CIE Lab as documents write it: `[lightness, green to red, blue to yellow]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Reading(pub [f64; 3]);

impl Reading {
    /// What is written of a colour: two decimals, finer than any instrument agrees with another.
    #[must_use]
    pub fn of(lab: Lab) -> Self {
        // Adding zero leaves no minus before it.
        Self([lab.l, lab.a, lab.b].map(|value| (value * 100.0).round() / 100.0 + 0.0))
    }

    /// The colour.
    #[must_use]
    pub const fn lab(self) -> Lab {
        let [l, a, b] = self.0;
        Lab::new(l, a, b)
    }
}

impl JsonSchema for Reading {
    fn schema_name() -> Cow<'static, str> {
        "Reading".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let chromatic = || json_schema!({ "type": "number", "minimum": -MOST_CHROMATIC, "maximum": MOST_CHROMATIC });
        json_schema!({
            "type": "array",
            "prefixItems": [{ "type": "number", "minimum": 0, "maximum": 100 }, chromatic(), chromatic()],
            "items": { "type": "number" },
            "minItems": 3,
            "maxItems": 3,
        })
    }
}

impl Swatches {
    /// Whether nothing was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inks.is_empty() && self.garments.is_empty()
    }
}

impl Catalog {
    /// This catalogue with measured colours in place of those of the files: every ink and every main dye that is asked for
    /// by anybody comes from here. Ids that it does not have are passed over; dyes of single parts stay.
    #[must_use]
    pub fn measured(&self, swatches: &Swatches) -> Self {
        let mut catalog = self.clone();
        for ink in &mut catalog.inks {
            let Some(swatch) = swatches.inks.get(&ink.id) else { continue };
            ink.lab = swatch.lab.lab();
            ink.color = ink.lab.to_color();
            ink.swatch = Some(swatch.clone());
        }
        for garment in &mut catalog.garments {
            let Some(colors) = swatches.garments.get(&garment.id) else { continue };
            for color in &mut garment.colors {
                let Some(swatch) = colors.get(&color.id) else { continue };
                color.base = swatch.lab.lab().to_color();
                color.unmeasured = false;
                color.swatch = Some(swatch.clone());
            }
        }
        catalog
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Contrast, Fabric};
    use crate::color::Color;

    const TEE: &str = r##"
name = "Tee"
views = []
mockup_size = "M"
parts = [{ id = "body", name = "Body" }]
sizes = [{ id = "M", chest = 500, length = 700 }]
colors = [{ id = "navy", name = "Navy", hex = "#1b2440" }, { id = "sky", name = "Sky", hex = "#8fb8de" }]
areas = []
"##;

    fn catalog() -> Catalog {
        let inks = r#"inks = [{ id = "scarlet", name = "Scarlet", lab = [45, 68, 48] }]"#;
        Catalog::parse([("inks.toml", inks), ("tee/garment.toml", TEE)]).unwrap()
    }

    fn swatch(lab: [f64; 3]) -> Swatch {
        Swatch { lab: Reading(lab), spread: Some(0.4), on: None }
    }

    #[test]
    fn what_was_measured_goes_before_the_files_and_all_else_stays() {
        let catalog = catalog();
        let ink = InkSwatch {
            lab: Reading([41.2, 60.0, 39.5]),
            spread: Some(0.6),
            on: Some("2026-11-28".to_owned()),
            opacity: Some(71.0),
            gain: None,
        };
        let swatches = Swatches {
            inks: [("scarlet".to_owned(), ink.clone()), ("gone".to_owned(), ink.clone())].into(),
            garments: [("tee".to_owned(), [("navy".to_owned(), swatch([14.0, 2.0, -18.0]))].into())].into(),
        };
        let measured = catalog.measured(&swatches);
        let scarlet = measured.ink("scarlet").unwrap();
        assert_eq!((scarlet.lab, scarlet.color), (Lab::new(41.2, 60.0, 39.5), Lab::new(41.2, 60.0, 39.5).to_color()));
        assert_eq!(scarlet.swatch, Some(ink));
        let [before, after] = [&catalog, &measured].map(|catalog| catalog.garment("tee").unwrap().clone());
        let navy = after.color("navy").unwrap();
        assert_eq!((navy.base, navy.unmeasured), (Lab::new(14.0, 2.0, -18.0).to_color(), false));
        assert_eq!(navy.lab(), Lab::new(14.0, 2.0, -18.0), "not rounded to what a screen shows");
        let sky = after.color("sky").unwrap();
        assert_eq!((sky.base, sky.unmeasured), (before.color("sky").unwrap().base, true));
        assert!(before.color("navy").unwrap().unmeasured, "the catalogue itself stays");
    }

    /// What can be read on a cloth goes by the dye, wherever that comes from.
    #[test]
    fn a_measured_cloth_decides_what_can_be_read_on_it() {
        let swatches = Swatches {
            garments: [("tee".to_owned(), [("navy".to_owned(), swatch([80.0, 0.0, -10.0]))].into())].into(),
            ..Swatches::default()
        };
        let (catalog, measured) = (catalog(), catalog().measured(&swatches));
        let on = |catalog: &Catalog| {
            let color = catalog.garment("tee").unwrap().color("navy").unwrap().clone();
            assert_eq!(color.fabric, Fabric::Solid);
            Contrast::on(Color::BLACK, &color).wcag
        };
        assert!(on(&catalog) < 2.0 && on(&measured) > 10.0, "{} and {}", on(&catalog), on(&measured));
    }
}
