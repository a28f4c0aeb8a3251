//! From what a proof tells to pages.

use kurbo::Rect;

use crate::assets::fonts::Fonts;
use crate::cancel::Cancel;
use crate::export::pdf::{Document, Role};
use crate::prepress::preflight::Severity;
use crate::proof::flow::{Align, Flow, Frame, GAP, INK, LINE, MARGIN, MUTED, Spot};
use crate::proof::lettering::{Room, Style};
use crate::proof::section::{self, ERROR};
use crate::proof::table::{Column, table};
use crate::proof::{Proof, ProofError, Section, short};

/// Space between the edge of the box for the signature and what is in it, mm.
const INSET: f64 = 6.0;
/// Height of the place for a signature, mm.
const SIGNATURE: f64 = 16.0;

/// The whole document.
pub(super) fn document(proof: &Proof, fonts: &Fonts, cancel: &Cancel) -> Result<Document, ProofError> {
    let heading = &proof.heading;
    let mut flow = Flow::new(fonts, heading.paper.size());
    for (index, section) in proof.sections.iter().enumerate() {
        flow.frame = frame(proof, section);
        flow.new_page();
        section::draw(&mut flow, proof, index, cancel)?;
    }
    if heading.ticket.is_none() {
        approval(&mut flow, proof, cancel)?;
    }
    let title = heading
        .title
        .as_deref()
        .filter(|_| heading.ticket.is_none())
        .or(proof.sections.first().map(|section| section.title.as_str()));
    let title = title.unwrap_or_default();
    let kind = if heading.ticket.is_some() { "Job ticket" } else { "Proof" };
    flow.describe(|document| {
        document.title = match heading.number.as_str() {
            "" => format!("{kind}: {title}"),
            number => format!("{kind} {number}: {title}"),
        };
        document.author = heading.shop.clone();
        document.language = "en".to_owned();
        document.artwork_hash = hashes(proof);
    });
    flow.finish()
}

/// What stands at head and foot of the pages of a section.
fn frame(proof: &Proof, section: &Section) -> Frame {
    let heading = &proof.heading;
    let order = (!heading.number.is_empty()).then(|| format!("Order {}", heading.number));
    let hash = section.approval_hash();
    let artwork = match section.artworks.len() {
        0 => None,
        1 => Some(format!("Artwork {}", short(&hash))),
        n => Some(format!("{n} artworks {}", short(&hash))),
    };
    let shop = if heading.shop.is_empty() { "Proof" } else { heading.shop.as_str() };
    Frame {
        shop: shop.to_owned(),
        order: order.into_iter().chain(artwork).collect::<Vec<_>>().join("  \u{b7}  "),
        date: heading.date.clone().unwrap_or_default(),
    }
}

/// The hash of the only artwork that is pictured, or `area=hash` for each of several.
fn hashes(proof: &Proof) -> String {
    let prints: Vec<_> = proof.sections.iter().flat_map(|section| &section.prints).collect();
    match prints.as_slice() {
        [only] => only.hash.clone(),
        several => several.iter().map(|print| format!("{}={}", print.id, print.hash)).collect::<Vec<_>>().join(" "),
    }
}

/// What the customer signs.
fn approval(flow: &mut Flow<'_>, proof: &Proof, cancel: &Cancel) -> Result<(), ProofError> {
    let inner = Room { width: flow.width() - 2.0 * INSET, lines: 4 };
    let heading = flow.setter.set(Style::HEADING, "Approval", inner)?;
    let words = "Please check spelling, sizes, places and colors. With your signature the work is printed as it is shown \
                 here. Inks on cloth look a little different from a screen or from paper.";
    let words = flow.setter.set(Style::BODY, words, inner)?;
    let several = proof.sections.len() > 1;
    let order = proof.heading.approval.as_deref();
    let hash = match proof.sections.first() {
        _ if order.is_some() => {
            Some(flow.setter.set(Style::STRONG, "The hash that you approve stands for this order", inner)?)
        }
        Some(section) if !several => {
            let line = format!("Approved artwork: {}", short(&section.approval_hash()));
            Some(flow.setter.set(Style::STRONG, &line, inner)?)
        }
        _ => None,
    };
    let n_errors = proof.sections.iter().flat_map(|section| &section.findings);
    let n_errors = n_errors.filter(|finding| finding.severity == Severity::Error).count();
    let warning = match n_errors {
        0 => None,
        1 => Some("One error was found: it should be settled before this is approved.".to_owned()),
        n => Some(format!("{n} errors were found: they should be settled before this is approved.")),
    };
    let warning = warning.map(|warning| flow.setter.set(Style::STRONG, &warning, inner)).transpose()?;
    let n_artworks = proof.sections.first().map_or(0, |section| section.artworks.len());
    let meaning = match order {
        Some(hash) => {
            Some(format!("{hash}\nNo artwork, garment, size, quantity or name can change without another one."))
        }
        None if !several && n_artworks > 1 => Some(format!(
            "This number stands for all {n_artworks} artworks together: no size and no row can change without it."
        )),
        None => None,
    };
    let meaning = meaning.map(|meaning| flow.setter.set(Style::LABEL, &meaning, inner)).transpose()?;
    let blocks = [Some(heading), Some(words), warning, hash, meaning];
    let heights: f64 = blocks.iter().flatten().map(|block| block.height() + 1.6).sum();
    let height = INSET + heights + SIGNATURE + INSET + 4.0;
    if several {
        list(flow, proof, cancel)?;
    }
    if !flow.make_room(GAP + height) {
        flow.y += GAP;
    }
    flow.begin_section("Approval");
    let place = Rect::new(MARGIN, flow.y, MARGIN + flow.width(), flow.y + height);
    flow.outlined(place, None, LINE);
    let mut y = flow.y + INSET;
    for (index, block) in blocks.iter().enumerate() {
        let Some(block) = block else { continue };
        let element = flow.element(if index == 0 { Role::Heading(2) } else { Role::Paragraph });
        let color = [INK, INK, ERROR, INK, MUTED][index];
        flow.draw(Some(element), block, Spot::left(MARGIN + INSET, y, color));
        y += block.height() + 1.6;
    }
    let line = y + SIGNATURE - 4.0;
    let mut x = MARGIN + INSET;
    for (label, share) in [("Name", 0.36), ("Signature", 0.38), ("Date", 0.26)] {
        let width = inner.width * share - if share < 0.3 { 0.0 } else { 6.0 };
        flow.blank_line(x, x + width, line);
        let block = flow.setter.line(Style::LABEL, label)?;
        let element = flow.element(Role::Paragraph);
        flow.draw(Some(element), &block, Spot::left(x, line + 0.8, MUTED));
        x += inner.width * share;
    }
    flow.y += height;
    Ok(())
}

/// The designs of a proof with several, each with what is approved.
fn list(flow: &mut Flow<'_>, proof: &Proof, cancel: &Cancel) -> Result<(), ProofError> {
    let mut columns = vec![
        Column::new("Design", 40.0, Align::Left),
        Column::new("Garment", 45.0, Align::Left),
        Column::new("Pieces", 14.0, Align::Right),
        Column::new("Approved artwork", 30.0, Align::Left),
    ];
    columns[3].style = Style::HASH;
    let row = |section: &Section| {
        vec![
            section.title.clone(),
            format!("{}, {}", section.garment, section.color),
            section.quantity().to_string(),
            short(&section.approval_hash()).to_owned(),
        ]
    };
    let rows: Vec<_> = proof.sections.iter().map(row).collect();
    table(flow, Some("Approved artwork"), (&columns, &rows), flow.width(), cancel)
}
