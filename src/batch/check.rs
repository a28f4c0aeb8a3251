//! What is looked at before anything is written: does a row draw, what would go wrong in print, and which artworks are
//! they.

use serde::{Deserialize, Serialize};

use crate::batch::orders::OrderLine;
use crate::cancel::Cancel;
use crate::design::{Content, Design, Layer, blanks};
use crate::prepress::preflight::{Finding, Severity};
use crate::scene::RENDERER_VERSION;
use crate::shop::{Fitting, RenderError, Shop};

/// What is known of a line once it was looked at. Lines of one [`piece`] share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Checked {
    /// Print areas and the hashes of their artworks, in the document's order.
    pub artworks: Vec<(String, String)>,
    /// What would go wrong in print, the worst first.
    pub findings: Vec<Told>,
    /// Why it cannot be drawn at all; none if it can.
    pub fault: Option<String>,
}

/// A finding, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which rule speaks.
    pub rule: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// Print area.
    pub area: String,
    /// The field whose letters it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// Id of the layer; none if it is about the whole area.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub layer: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fix: Option<String>,
}

#[cfg(feature = "server")]
impl Told {
    /// Whether another line of the design may be told something else: it is about its garment's colour, or its letters.
    pub(super) fn is_own(&self) -> bool {
        use crate::prepress::preflight::RuleId;
        let is_own = |rule: &RuleId| rule.is_about_cloth() || rule.is_about_letters();
        RuleId::ALL.iter().any(|rule| rule.as_str() == self.rule && is_own(rule))
    }

    /// What is wrong, to be followed by what to do.
    pub(super) fn sentence(&self) -> &str {
        self.message.trim_end_matches('.')
    }
}

impl Checked {
    /// What keeps it from being made: a fault, and errors of rules that are not accepted.
    #[must_use]
    pub fn refusal(&self, accept: &[String]) -> Option<String> {
        let error = |told: &&Told| told.severity == "error" && !accept.contains(&told.rule);
        let told = self.findings.iter().find(error).map(|told| {
            // Both are sentences.
            let fix = told.fix.as_ref().map(|fix| format!(" {fix}")).unwrap_or_default();
            let layer = told.layer.as_ref().map(|layer| format!(", layer {layer}")).unwrap_or_default();
            format!("{} on {}{layer}: {}{fix}", told.rule, told.area, told.message)
        });
        self.fault.clone().or(told)
    }
}

/// Names everything that decides how a line looks and what is said of it: this program, design, pictures, fonts, garment,
/// size, colour, technique, fields. Another program may draw what this one could not.
#[must_use]
pub fn piece(shop: &Shop, line: &OrderLine) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("platen piece of a batch 1");
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    };
    part(env!("CARGO_PKG_VERSION").as_bytes());
    part(&RENDERER_VERSION.to_le_bytes());
    part(&shop.digest);
    part(&line.opened.digest);
    part(line.opened.design.technique.as_bytes());
    part(line.opened.design.garment.as_bytes());
    part(line.size.as_bytes());
    part(line.color.as_bytes());
    for (id, value) in line.fields.iter() {
        part(id.as_bytes());
        part(value.as_bytes());
    }
    part(&(line.sizes.len() as u64).to_le_bytes());
    for (id, size) in line.sizes.iter() {
        part(id.as_bytes());
        part(&size.to_le_bytes());
    }
    hasher.finalize().into()
}

/// Looks at a line. `None` if the work was called off.
#[must_use]
pub fn check(shop: &Shop, line: &OrderLine, cancel: &Cancel) -> Option<Checked> {
    let choice = line.choice();
    let drawn = shop.fit(&line.opened.design, &choice).and_then(|fitting| {
        let fitting = Fitting { cancel: cancel.clone(), ..fitting };
        let scenes = shop.scenes(&fitting, &line.opened.library, |_| true)?;
        let findings = fitting.all_findings(&scenes)?;
        Ok((scenes.iter().map(|placed| (placed.area.id.clone(), placed.scene.hash.to_string())).collect(), findings))
    });
    match drawn {
        Ok((artworks, mut findings)) => {
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let told = findings.into_iter().map(|finding| Told {
                field: field(&line.opened.design, &finding).map(str::to_owned),
                rule: finding.rule.as_str().to_owned(),
                severity: match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "note",
                }
                .to_owned(),
                area: finding.area,
                layer: finding.layer,
                message: finding.message,
                fix: finding.fix.map(|fix| fix.text),
            });
            Some(Checked { artworks, findings: told.collect(), fault: None })
        }
        Err(RenderError::CalledOff) => None,
        Err(error) => Some(Checked { fault: Some(fault(&error)), ..Checked::default() }),
    }
}

/// The field of the text whose letters a finding is about.
fn field<'d>(design: &'d Design, finding: &Finding) -> Option<&'d str> {
    fn of<'d>(layers: &'d [Layer], id: &str) -> Option<&'d str> {
        layers.iter().find_map(|layer| match &layer.content {
            Content::Text(text) if layer.id == id => blanks(&text.text).next(),
            Content::Group(group) => of(&group.layers, id),
            _ => None,
        })
    }
    let id = finding.layer.as_ref().filter(|_| finding.rule.is_about_letters())?;
    let mut placements = design.placements.iter().filter(|placement| placement.area == finding.area);
    placements.find_map(|placement| of(&placement.layers, id))
}

/// Why something cannot be drawn, with the place in the document.
fn fault(error: &RenderError) -> String {
    match error {
        RenderError::Design(problems) => {
            let told: Vec<String> = problems
                .iter()
                .take(3)
                .map(|problem| {
                    let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                    format!("{}: {}{hint}", problem.pointer, problem.message)
                })
                .collect();
            told.join(" / ")
        }
        other => other.to_string(),
    }
}
