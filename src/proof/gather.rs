//! From order lines to what a proof tells.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::color::Color;
use crate::design::{Design, Field};
use crate::export::ExportError;
use crate::export::jpeg::{self, JpegOptions};
use crate::export::pdf::Jpeg;
use crate::prepress::preflight::{Finding, Severity};
use crate::proof::{
    MAX_LINES, MAX_SECTIONS, Paper, Print, Proof, ProofError, Remark, RosterRow, RowPlace, Section, View,
};
use crate::proof::{facts, measure};
use crate::shop::{Choice, Fitting, PlacedScene, PreviewOptions, RenderError, Shop};

/// Width of the pictures, pixels: on paper, more than 250 to the inch.
const PICTURE_WIDTH_PX: u32 = 1000;

/// What stands at the head of a proof.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// Name of the shop. Default: none.
    pub shop: String,
    /// Number of the order or of the proof. Default: none.
    pub number: String,
    /// What the whole is called. Default: the name of the first design.
    pub title: Option<String>,
    /// The date, as it is to be read. Default: none, since nothing here knows the time.
    pub date: Option<String>,
    /// Names everything that the order makes, 64 hexadecimal digits: what the customer approves instead of the artwork
    /// alone. Default: none.
    pub approval: Option<String>,
    /// What the customer wrote. Default: nothing.
    pub note: Option<String>,
    /// Size of the pages. Default: A4.
    pub paper: Paper,
    /// Makes it the ticket of a job instead: what a scanner reads from its QR code, and nothing to sign. Default: none.
    pub ticket: Option<String>,
    /// What must not be overlooked, on the first page of each design. Default: nothing.
    pub warning: Option<String>,
}

/// A line of an order.
#[derive(Debug, Clone)]
pub struct ProofLine<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its pictures.
    pub library: &'a Library,
    /// Which garment, and what fills its fields.
    pub choice: Choice,
    /// How many.
    pub quantity: u32,
    /// What the line is called, such as its number in the order; if empty, its place among those of its design is told.
    pub name: String,
    /// What else is told of it, with labels: a date, an address.
    pub marks: Vec<(&'static str, String)>,
    /// The hash of each artwork that was ordered, by the id of its print area; a proof that would show another is
    /// refused. Empty if nothing was ordered yet.
    pub ordered: BTreeMap<String, String>,
}

/// Collects what a proof of `lines` tells. Pictures are those of the first line of each design and colour; every line is
/// resolved, checked and held against what was ordered.
///
/// # Errors
/// See [`ProofError`]; which line it was is told.
pub fn gather(shop: &Shop, heading: Heading, lines: &[ProofLine<'_>], cancel: &Cancel) -> Result<Proof, ProofError> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(ProofError::Size { what: "lines", count: lines.len(), limit: MAX_LINES });
    }
    let groups = groups(lines);
    if groups.len() > MAX_SECTIONS {
        return Err(ProofError::Size { what: "designs and colors", count: groups.len(), limit: MAX_SECTIONS });
    }
    let is_ticket = heading.ticket.is_some();
    let sections =
        groups.iter().map(|group| section(shop, lines, (group, is_ticket), cancel)).collect::<Result<_, _>>()?;
    Ok(Proof { heading, sections })
}

/// The indices of lines with the same design and colour, in the order of their first ones.
fn groups(lines: &[ProofLine<'_>]) -> Vec<Vec<usize>> {
    let mut places: BTreeMap<(Vec<u8>, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let color = line.choice.color.as_ref().unwrap_or(&line.design.color);
        let place = *places.entry((line.design.canonical_json(), color)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// A line, looked at.
struct Looked {
    /// Index of the line.
    line: usize,
    /// Id of the size.
    size: String,
    /// What fills the fields.
    values: Vec<String>,
    /// What is printed.
    artworks: Vec<Ordered>,
    /// What would go wrong.
    remarks: Vec<Remark>,
    /// Where it goes, on a ticket.
    places: Vec<RowPlace>,
    /// Ids of areas, and faces that stand in for the design's own there.
    lent: Vec<(String, String)>,
}

/// The artwork of a print area.
#[derive(Clone)]
struct Ordered {
    /// Id of the area.
    id: String,
    /// Its name.
    name: String,
    /// Names the artwork.
    hash: String,
}

fn section(
    shop: &Shop,
    lines: &[ProofLine<'_>],
    (group, is_ticket): (&[usize], bool),
    cancel: &Cancel,
) -> Result<Section, ProofError> {
    let mut looked: Vec<Looked> = Vec::with_capacity(group.len());
    let mut shown = None;
    for &index in group {
        if cancel.is_set() {
            return Err(ProofError::CalledOff);
        }
        let line = &lines[index];
        let failed = |source| failed(index, source);
        let fitting = Fitting { cancel: cancel.clone(), ..shop.fit(line.design, &line.choice).map_err(failed)? };
        let values = values(&fitting);
        // Lines of the same words on the same size are the same print.
        let twin = looked.iter().find(|other| other.size == fitting.size.id && other.values == values);
        let (artworks, remarks, places, lent) = match twin {
            Some(twin) => (twin.artworks.clone(), twin.remarks.clone(), twin.places.clone(), twin.lent.clone()),
            None => {
                let scenes = shop.scenes(&fitting, line.library, |_| true).map_err(failed)?;
                // Whoever prints is told everything, as in the list of the batch.
                let findings =
                    if is_ticket { fitting.all_findings(&scenes).map_err(failed)? } else { fitting.findings(&scenes) };
                let has_rows = is_ticket && !line.design.fields.is_empty();
                let places = if has_rows { row_places(&fitting, &scenes).map_err(failed)? } else { Vec::new() };
                let told = (artworks(&scenes), remarks(&fitting, &scenes, findings), places, lent(&scenes));
                if shown.is_none() {
                    shown = Some((index, scenes));
                }
                told
            }
        };
        hold_against_order(index, &line.ordered, &artworks)?;
        looked.push(Looked { line: index, size: fitting.size.id.clone(), values, artworks, remarks, places, lent });
    }
    let (index, scenes) = shown.expect("a group has a line, and the first one has no twin");
    let line = &lines[index];
    let fitting = shop.fit(line.design, &line.choice).map_err(|source| failed(index, source))?;
    let fitting = Fitting { cancel: cancel.clone(), ..fitting };
    let sizes = sizes(&fitting, lines, &looked);
    let mut prints = prints(shop, &fitting, &scenes, &sizes).map_err(|source| failed(index, source))?;
    for print in &mut prints {
        print.artworks = of_sizes(&print.id, &looked, &sizes, &line.design.fields);
        // The names of other lines may need other fonts than that of the first.
        for (_, face) in looked.iter().flat_map(|looked| &looked.lent).filter(|(area, _)| *area == print.id) {
            if !print.fonts.contains(face) {
                print.fonts.push(face.clone());
            }
        }
    }
    let views = views(shop, &fitting, scenes).map_err(|error| match error {
        ViewError::Render(source) => failed(index, source),
        ViewError::Export(error) => error.into(),
    })?;
    let design = line.design;
    let mut artworks: Vec<String> = Vec::new();
    for artwork in looked.iter().flat_map(|looked| &looked.artworks) {
        if !artworks.contains(&artwork.hash) {
            artworks.push(artwork.hash.clone());
        }
    }
    let label = |field: &Field| field.label.clone().unwrap_or_else(|| field.id.clone());
    let has_fields = !design.fields.is_empty();
    Ok(Section {
        title: design.name.clone().unwrap_or_else(|| "Untitled design".to_owned()),
        garment: fitting.garment.name.clone(),
        color: fitting.color.name.clone(),
        dyes: dyes(&fitting),
        technique: fitting.technique.name.clone(),
        shown_size: fitting.size.id.clone(),
        sizes,
        fields: design.fields.iter().map(label).collect(),
        findings: together(&looked, lines, has_fields),
        marks: marks(lines, group),
        roster: if has_fields { roster(&looked, lines) } else { Vec::new() },
        views,
        prints,
        artworks,
    })
}

fn failed(line: usize, source: RenderError) -> ProofError {
    match source {
        RenderError::CalledOff => ProofError::CalledOff,
        source => ProofError::Render { line, source },
    }
}

fn values(fitting: &Fitting<'_>) -> Vec<String> {
    let value = |field: &Field| fitting.fields.get(&field.id).unwrap_or_default().to_owned();
    fitting.design.fields.iter().map(value).collect()
}

fn artworks(scenes: &[PlacedScene<'_>]) -> Vec<Ordered> {
    let artwork = |placed: &PlacedScene<'_>| Ordered {
        id: placed.area.id.clone(),
        name: placed.area.name.clone(),
        hash: placed.scene.hash.to_string(),
    };
    scenes.iter().map(artwork).collect()
}

fn lent(scenes: &[PlacedScene<'_>]) -> Vec<(String, String)> {
    let faces = |placed: &PlacedScene<'_>| {
        let all = placed.scene.layers.iter().flat_map(|layer| &layer.facts.lent);
        all.map(|lent| (placed.area.id.clone(), lent.face.clone())).collect::<Vec<_>>()
    };
    scenes.iter().flat_map(faces).collect()
}

/// Refuses a line whose artwork is not the one that was ordered.
fn hold_against_order(line: usize, ordered: &BTreeMap<String, String>, found: &[Ordered]) -> Result<(), ProofError> {
    if ordered.is_empty() {
        return Ok(());
    }
    const NOTHING: &str = "nothing";
    let changed = |area: &str, stored: &str, found: &str| {
        Err(ProofError::Changed { line, area: area.to_owned(), stored: stored.to_owned(), found: found.to_owned() })
    };
    for artwork in found {
        match ordered.get(&artwork.id) {
            Some(hash) if *hash == artwork.hash => {}
            other => return changed(&artwork.id, other.map_or(NOTHING, String::as_str), &artwork.hash),
        }
    }
    match ordered.iter().find(|(area, _)| !found.iter().any(|artwork| artwork.id == **area)) {
        Some((area, hash)) => changed(area, hash, NOTHING),
        None => Ok(()),
    }
}

/// What would go wrong with the scenes of a line, and what was done to its pictures.
fn remarks(fitting: &Fitting<'_>, scenes: &[PlacedScene<'_>], findings: Vec<Finding>) -> Vec<Remark> {
    let name = |id: &str| fitting.garment.area(id).map_or_else(|_| id.to_owned(), |area| area.name.clone());
    let about = |area: String, layer: Option<&str>| match layer {
        Some(layer) => format!("{area}, layer \"{layer}\""),
        None => area,
    };
    let findings = findings.into_iter().map(|finding| Remark {
        severity: finding.severity,
        about: about(name(&finding.area), finding.layer.as_deref()),
        message: finding.message,
        fix: finding.fix.map(|fix| fix.text),
    });
    let notes = scenes.iter().flat_map(|placed| placed.scene.layers.iter().map(move |layer| (placed, layer)));
    let notes = notes.flat_map(|(placed, layer)| {
        layer.facts.notes.iter().map(move |note| Remark {
            severity: Severity::Note,
            about: about(placed.area.name.clone(), Some(&layer.id)),
            message: sentence(note),
            fix: None,
        })
    });
    findings.chain(notes).collect()
}

/// A note as a sentence of its own.
fn sentence(note: &str) -> String {
    format!("{}.", measure::capitalized(note))
}

/// The remarks of all lines, each once, with the lines that it is about unless it is about all; the worst first.
fn together(looked: &[Looked], lines: &[ProofLine<'_>], has_fields: bool) -> Vec<Remark> {
    let mut found: Vec<(&Remark, Vec<String>)> = Vec::new();
    for (row, line) in looked.iter().enumerate() {
        let name = Some(&lines[line.line].name).filter(|name| !name.is_empty());
        let row = || name.map_or_else(|| (row + 1).to_string(), String::clone);
        let who = if has_fields { row() } else { line.size.clone() };
        for remark in &line.remarks {
            match found.iter_mut().find(|(known, _)| *known == remark) {
                Some((_, known)) if known.contains(&who) => {}
                Some((_, known)) => known.push(who.clone()),
                None => found.push((remark, vec![who.clone()])),
            }
        }
    }
    let mut all: Vec<&String> = looked.iter().map(|line| &line.size).collect();
    all.sort();
    all.dedup();
    let n_all = if has_fields { looked.len() } else { all.len() };
    let mut remarks: Vec<Remark> = found
        .into_iter()
        .map(|(remark, who)| {
            let mut remark = remark.clone();
            if who.len() < n_all {
                let is_named = looked.iter().any(|line| !lines[line.line].name.is_empty());
                let kind = match (has_fields, is_named) {
                    (false, _) => "size",
                    (true, false) => "row",
                    (true, true) => "line",
                };
                let plural = if who.len() > 1 { "s" } else { "" };
                remark.about += &format!(", {kind}{plural} {}", shortened(&who));
            }
            remark
        })
        .collect();
    remarks.sort_by_key(|remark| std::cmp::Reverse(remark.severity));
    // The same words about several layers are said once.
    let mut told: Vec<Remark> = Vec::new();
    for remark in remarks {
        let same = |known: &&mut Remark| known.message == remark.message && known.fix == remark.fix;
        match told.iter_mut().find(same) {
            Some(known) => known.about += &format!("; {}", remark.about),
            None => told.push(remark),
        }
    }
    told
}

/// Names with commas; of many, the first ones and how many more.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 12;
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..SHOWN].join(", ")),
        _ => names.join(", "),
    }
}

fn roster(looked: &[Looked], lines: &[ProofLine<'_>]) -> Vec<RosterRow> {
    let row = |looked: &Looked| RosterRow {
        name: lines[looked.line].name.clone(),
        places: looked.places.clone(),
        values: looked.values.clone(),
        size: looked.size.clone(),
        quantity: lines[looked.line].quantity,
        artworks: looked.artworks.iter().map(|artwork| (artwork.name.clone(), artwork.hash.clone())).collect(),
    };
    looked.iter().map(row).collect()
}

/// Where the print of each area of a row goes.
fn row_places(fitting: &Fitting<'_>, scenes: &[PlacedScene<'_>]) -> Result<Vec<RowPlace>, RenderError> {
    let size = [(fitting.size.id.clone(), 1)];
    let mut found = Vec::new();
    for placed in scenes {
        let ink = measure::ink(&placed.scene, &fitting.cancel).ok_or(RenderError::CalledOff)?;
        let Some(ink) = ink else { continue };
        let places = measure::places(placed, ink, fitting.garment, &size);
        let row = |place| RowPlace { area: placed.area.name.clone(), place, artwork: measure::size(ink) };
        found.extend(places.into_iter().map(row));
    }
    Ok(found)
}

/// What is told of the lines of a section: each label once, with the values that differ.
fn marks(lines: &[ProofLine<'_>], group: &[usize]) -> Vec<(String, String)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for (label, value) in group.iter().flat_map(|line| &lines[*line].marks) {
        match found.iter_mut().find(|(known, _)| known == label) {
            Some((_, values)) if values.contains(&value.as_str()) => {}
            Some((_, values)) => values.push(value),
            None => found.push((label, vec![value])),
        }
    }
    found.into_iter().map(|(label, values)| (label.to_owned(), values.join("\n"))).collect()
}

/// How many of each size, smallest first.
fn sizes(fitting: &Fitting<'_>, lines: &[ProofLine<'_>], looked: &[Looked]) -> Vec<(String, u32)> {
    let count = |id: &String| {
        let of_size = looked.iter().filter(|looked| looked.size == *id);
        let count = of_size.fold(0_u32, |sum, looked| sum.saturating_add(lines[looked.line].quantity));
        looked.iter().any(|looked| looked.size == *id).then(|| (id.clone(), count))
    };
    fitting.garment.sizes.iter().filter_map(|size| count(&size.id)).collect()
}

/// The artworks on a print area with their sizes, smallest first; with fields, only that of the first line.
fn of_sizes(area: &str, looked: &[Looked], sizes: &[(String, u32)], fields: &[Field]) -> Vec<(Vec<String>, String)> {
    let mut found: Vec<(Vec<String>, String)> = Vec::new();
    let n_looked = if fields.is_empty() { looked.len() } else { 1 };
    for (size, _) in sizes {
        let of_size = looked.iter().take(n_looked).find(|looked| looked.size == *size);
        let Some(artwork) = of_size.and_then(|it| it.artworks.iter().find(|artwork| artwork.id == area)) else {
            continue;
        };
        match found.iter_mut().find(|(_, hash)| *hash == artwork.hash) {
            Some((sizes, _)) => sizes.push(size.clone()),
            None => found.push((vec![size.clone()], artwork.hash.clone())),
        }
    }
    found
}

/// The main dye and those of parts that differ from it.
fn dyes(fitting: &Fitting<'_>) -> Vec<Color> {
    let mut dyes = vec![fitting.color.base];
    for dye in fitting.color.parts.values() {
        if !dyes.contains(dye) {
            dyes.push(*dye);
        }
    }
    dyes
}

fn prints(
    shop: &Shop,
    fitting: &Fitting<'_>,
    scenes: &[PlacedScene<'_>],
    sizes: &[(String, u32)],
) -> Result<Vec<Print>, RenderError> {
    let fonts = facts::fonts(shop, fitting, scenes)?;
    let print = |(placed, fonts): (&PlacedScene<'_>, Vec<String>)| {
        let ink = measure::ink(&placed.scene, &fitting.cancel).ok_or(RenderError::CalledOff)?;
        let (colors, has_pictures) = facts::colors(placed, fitting, &shop.catalog);
        let pictures = placed.scene.layers.iter().filter_map(|layer| layer.facts.effective_dpi);
        Ok(Print {
            id: placed.area.id.clone(),
            area: placed.area.name.clone(),
            artwork: ink.map(measure::size),
            places: ink.map_or_else(Vec::new, |ink| measure::places(placed, ink, fitting.garment, sizes)),
            area_size: placed.scene.size,
            dpi: pictures.min_by(f64::total_cmp),
            colors,
            has_pictures,
            fonts,
            hash: placed.scene.hash.to_string(),
            artworks: Vec::new(),
        })
    };
    scenes.iter().zip(fonts).map(print).collect()
}

/// Why there is no picture.
enum ViewError {
    Render(RenderError),
    Export(ExportError),
}

fn views(shop: &Shop, fitting: &Fitting<'_>, scenes: Vec<PlacedScene<'_>>) -> Result<Vec<View>, ViewError> {
    let mut left = scenes;
    let mut views = Vec::new();
    for id in &fitting.garment.views {
        let (shown, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|placed| placed.area.view == *id);
        left = others;
        let options =
            PreviewOptions { view: Some(id.clone()), width_px: PICTURE_WIDTH_PX, ..PreviewOptions::default() };
        let stage = shop.stage(fitting, &options).map_err(ViewError::Render)?;
        let artworks = stage.rasterize(&shown).map_err(ViewError::Render)?;
        let preview = stage.composite(&shown, &artworks);
        let (width_px, height_px) = (preview.width, preview.height);
        let mut bytes = Vec::new();
        let (hash, options) = (&preview.artwork_hash, JpegOptions::default());
        jpeg::write_rgb(width_px, height_px, &preview.pixels, hash, options, &mut bytes).map_err(ViewError::Export)?;
        views.push(View {
            name: measure::capitalized(&id.replace('-', " ")),
            is_printed: shown.iter().any(|placed| !placed.scene.layers.is_empty()),
            picture: Arc::new(Jpeg { bytes, width_px, height_px }),
        });
    }
    Ok(views)
}
