//! A look over the bytes of an SVG before any XML parser sees them.
//!
//! Parsers of XML and SVG spend time and memory that grow faster than the file: attributes are compared pairwise,
//! references are copied out, rules are tried on all elements. This scan is linear in the file, counts what they would
//! do and refuses what passes the limits. It need not understand the document: where it is unsure it counts high.

use std::collections::BTreeMap;

use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// Reads `source` once and refuses what would cost too much to parse.
pub(super) fn check(source: &str, limits: &SvgLimits) -> Result<(), AssetError> {
    let mut scan = Scan::new(source, limits);
    scan.run()?;
    scan.check_entities()?;
    scan.check_markers()?;
    within("CSS rules times elements", scan.css_rules * scan.elements.len() as u64, limits.css_matches)?;
    scan.check_expansion()
}

/// An element as the scan sees it.
struct Element<'a> {
    id: Option<&'a str>,
    /// Ids that it draws: by `href` or by `url(#...)`.
    draws: Vec<&'a str>,
    parent: usize,
    /// Letters of text in it: each becomes an outline, and counts as an element.
    letters: u64,
}

struct Scan<'a> {
    source: &'a str,
    limits: &'a SvgLimits,
    elements: Vec<Element<'a>>,
    open: Vec<usize>,
    uses: usize,
    css_rules: u64,
    css_marks: bool,
    /// The longest entity value and the references to any of them.
    longest_entity: u64,
    references: u64,
    /// Depth at which the outermost open `<marker>` stands.
    marker_depth: Option<usize>,
    /// Depth at which the outermost open `<text>` stands.
    text_depth: Option<usize>,
    markers: u64,
    in_markers: u64,
    marked_marker: bool,
    shapes_in_markers: bool,
    points: u64,
}

impl<'a> Scan<'a> {
    fn new(source: &'a str, limits: &'a SvgLimits) -> Self {
        Self {
            source,
            limits,
            elements: Vec::new(),
            open: Vec::new(),
            uses: 0,
            css_rules: 0,
            css_marks: false,
            longest_entity: 0,
            references: 0,
            marker_depth: None,
            text_depth: None,
            markers: 0,
            in_markers: 0,
            marked_marker: false,
            shapes_in_markers: false,
            points: 0,
        }
    }

    fn run(&mut self) -> Result<(), AssetError> {
        let mut rest = self.source;
        while let Some(start) = rest.find('<') {
            self.text(&rest[..start]);
            rest = &rest[start..];
            let end = if rest.starts_with("<!--") {
                rest.find("-->").map(|at| at + 3)
            } else if rest.starts_with("<![CDATA[") {
                let end = rest.find("]]>");
                self.text(&rest[..end.unwrap_or(rest.len())]);
                end.map(|at| at + 3)
            } else if rest.starts_with("<?") {
                if rest.starts_with("<?xml-stylesheet") {
                    return Err(AssetError::Refused { what: "a reference to an outside style sheet" });
                }
                rest.find("?>").map(|at| at + 2)
            } else if rest.starts_with("<!") {
                self.doctype(rest)?
            } else {
                self.tag(rest)?
            };
            // What is not closed is the parser's to complain about.
            let Some(end) = end else { break };
            rest = &rest[end..];
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.count_references(text);
        if let (Some(&idx), true) = (self.open.last(), self.text_depth.is_some()) {
            // A reference may stand for as many letters as the longest entity has.
            let references = text.bytes().filter(|&byte| byte == b'&').count() as u64;
            let letters = text.chars().filter(|c| !c.is_ascii_whitespace()).count() as u64;
            self.elements[idx].letters += letters + references * self.longest_entity;
        }
        self.style(text);
    }

    /// Counts rules in text; outside `<style>` braces are rare, and counting them is on the safe side.
    fn style(&mut self, text: &str) {
        let rules = text.bytes().filter(|&byte| byte == b'{' || byte == b',').count() as u64;
        if text.contains('{') {
            self.css_rules += rules;
            self.css_marks |= text.contains("marker");
        }
    }

    fn count_references(&mut self, text: &str) {
        self.references += text.bytes().filter(|&byte| byte == b'&').count() as u64;
    }

    /// A document type with its entities; returns where it ends.
    fn doctype(&mut self, rest: &str) -> Result<Option<usize>, AssetError> {
        let bytes = rest.as_bytes();
        let mut quote = None;
        let mut brackets = 0_i32;
        let mut opened = 0;
        let mut comment_end = 0;
        for (at, &byte) in bytes.iter().enumerate().skip(2) {
            if at < comment_end {
                continue;
            }
            if quote.is_none() && bytes[at..].starts_with(b"<!--") {
                let Some(end) = rest[at..].find("-->") else { return Ok(None) };
                comment_end = at + end + 3;
                continue;
            }
            match (quote, byte) {
                (Some((open, since)), _) if byte == open => {
                    self.entity(&rest[since + 1..at], brackets > 0)?;
                    quote = None;
                }
                (None, b'"' | b'\'') => quote = Some((byte, at)),
                (None, b'[') => brackets += 1,
                (None, b']') => brackets -= 1,
                (None, b'<') => opened += 1,
                (None, b'>') if opened > 0 => opened -= 1,
                (None, b'>') if brackets <= 0 => return Ok(Some(at + 1)),
                _ => {}
            }
        }
        Ok(None)
    }

    fn entity(&mut self, value: &str, internal: bool) -> Result<(), AssetError> {
        if internal && value.contains(['<', '&', '%']) {
            return Err(AssetError::Refused { what: "an entity that holds markup or other entities" });
        }
        self.longest_entity = self.longest_entity.max(value.len() as u64);
        Ok(())
    }

    /// A start or end tag; returns where it ends.
    fn tag(&mut self, rest: &'a str) -> Result<Option<usize>, AssetError> {
        if rest.starts_with("</") {
            self.open.pop();
            self.leave();
            return Ok(rest.find('>').map(|at| at + 1));
        }
        let name_end =
            rest[1..].find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').map_or(rest.len(), |at| at + 1);
        let name = &rest[1..name_end];
        let name = name.rsplit(':').next().unwrap_or(name);
        let idx = self.elements.len();
        self.elements.push(Element {
            id: None,
            draws: Vec::new(),
            parent: self.open.last().copied().unwrap_or(idx),
            letters: 0,
        });
        within("elements of the SVG", self.elements.len() as u64, self.limits.elements)?;
        self.uses += usize::from(name == "use");
        within("<use> elements of the SVG", self.uses as u64, self.limits.uses as u64)?;
        self.note_marker(name);
        if name == "text" && self.text_depth.is_none() {
            self.text_depth = Some(self.open.len());
        }

        let mut at = name_end;
        let mut attributes = 0;
        loop {
            at += rest[at..].find(|c: char| !c.is_ascii_whitespace()).unwrap_or(rest.len() - at);
            match rest.as_bytes().get(at) {
                None => return Ok(None),
                Some(b'>') => {
                    self.open.push(idx);
                    within("levels of nested elements", self.open.len() as u64, self.limits.depth as u64)?;
                    return Ok(Some(at + 1));
                }
                Some(b'/') => {
                    at += 1;
                    if rest.as_bytes().get(at) == Some(&b'>') {
                        self.leave();
                        return Ok(Some(at + 1));
                    }
                }
                Some(_) => {
                    attributes += 1;
                    within("attributes of one element", attributes, self.limits.attributes as u64)?;
                    let Some(end) = self.attribute(&rest[at..], idx) else { return Ok(None) };
                    at += end;
                }
            }
        }
    }

    /// One `name="value"`; returns its length.
    fn attribute(&mut self, rest: &'a str, idx: usize) -> Option<usize> {
        let equals = rest.find(['=', '>', '<'])?;
        if rest.as_bytes()[equals] != b'=' {
            return Some(equals.max(1));
        }
        let name = rest[..equals].trim_end();
        let open = equals + 1 + rest[equals + 1..].find(|c: char| !c.is_ascii_whitespace())?;
        let quote = rest[open..].chars().next()?;
        if quote != '"' && quote != '\'' {
            return Some(open + quote.len_utf8());
        }
        let close = open + 1 + rest[open + 1..].find(quote)?;
        self.value(name, &rest[open + 1..close], idx);
        Some(close + 1)
    }

    fn value(&mut self, name: &'a str, value: &'a str, idx: usize) {
        self.count_references(value);
        let element = &mut self.elements[idx];
        match name.rsplit(':').next().unwrap_or(name) {
            "id" => element.id = Some(value),
            "href" => element.draws.extend(value.trim().strip_prefix('#')),
            "d" | "points" => self.points += numbers(value),
            _ => {}
        }
        if name.starts_with("marker-") || name == "marker" || value.contains("marker") {
            self.marked_marker |= self.marker_depth.is_some();
        }
        let mut rest = value;
        while let Some(start) = rest.find("url(") {
            rest = rest[start + 4..].trim_start_matches([' ', '\'', '"']);
            let Some(end) = rest.find(')') else { break };
            element.draws.extend(rest[..end].trim_end_matches([' ', '\'', '"']).strip_prefix('#'));
            rest = &rest[end..];
        }
    }

    /// Forgets the `<marker>` and the `<text>` that were just closed.
    fn leave(&mut self) {
        let inside = |depth: &usize| self.open.len() > *depth;
        self.marker_depth = self.marker_depth.filter(inside);
        self.text_depth = self.text_depth.filter(inside);
    }

    fn note_marker(&mut self, name: &str) {
        if self.marker_depth.is_some() {
            self.in_markers += 1;
            self.shapes_in_markers |= matches!(name, "path" | "line" | "polyline" | "polygon");
        } else if name == "marker" {
            self.markers += 1;
            self.marker_depth = Some(self.open.len());
        }
    }

    fn check_entities(&self) -> Result<(), AssetError> {
        let expanded = self.references.saturating_mul(self.longest_entity);
        within("bytes that entities expand to", expanded, self.limits.entity_bytes)
    }

    fn check_markers(&self) -> Result<(), AssetError> {
        if self.markers == 0 {
            return Ok(());
        }
        if self.marked_marker || (self.css_marks && self.shapes_in_markers) {
            return Err(AssetError::Refused { what: "markers that may carry markers" });
        }
        let added = self.in_markers.saturating_mul(self.points);
        within("elements that markers may add", added, self.limits.marker_elements)
    }

    /// Counts the elements after every reference is followed, each target counted once per reference.
    fn check_expansion(&self) -> Result<(), AssetError> {
        let mut by_id = BTreeMap::new();
        for (idx, element) in self.elements.iter().enumerate() {
            if let Some(id) = element.id {
                by_id.entry(id).or_insert(idx);
            }
        }
        let mut children = vec![Vec::new(); self.elements.len()];
        for (idx, element) in self.elements.iter().enumerate().filter(|(idx, element)| element.parent != *idx) {
            children[element.parent].push(idx);
        }
        let successors = |idx: usize| {
            let drawn = self.elements[idx].draws.iter().filter_map(|id| by_id.get(id).copied());
            children[idx].iter().copied().chain(drawn).collect::<Vec<_>>()
        };
        let weight = |idx: usize| 1 + self.elements[idx].letters;
        let mut sizes = vec![UNSEEN; self.elements.len()];
        let roots = (0..self.elements.len()).filter(|&idx| self.elements[idx].parent == idx);
        let total = roots.map(|root| expanded(root, &mut sizes, &weight, &successors)).fold(0, u64::saturating_add);
        within("elements of the SVG after references are followed", total, self.limits.elements)
    }
}

/// A size that is not known yet.
const UNSEEN: u64 = u64::MAX;
/// A size that is being counted.
const OPEN: u64 = u64::MAX - 1;

/// The weight of everything that paths lead to from `root`, itself included, once for each path. Saturates; a reference back to an element
/// that is being counted is dropped, as SVG forbids it. Sizes once known stay in `size`.
fn expanded(
    root: usize,
    size: &mut [u64],
    weight: &dyn Fn(usize) -> u64,
    successors: &dyn Fn(usize) -> Vec<usize>,
) -> u64 {
    if size[root] != UNSEEN {
        return size[root];
    }
    // Recursion by hand: references chain as long as the file.
    let mut stack = vec![(root, successors(root), 0, weight(root))];
    size[root] = OPEN;
    while let Some((idx, next, at, sum)) = stack.last_mut() {
        let Some(&child) = next.get(*at) else {
            size[*idx] = (*sum).min(OPEN - 1);
            stack.pop();
            continue;
        };
        match size[child] {
            UNSEEN => {
                size[child] = OPEN;
                stack.push((child, successors(child), 0, weight(child)));
            }
            known => {
                *at += 1;
                if known != OPEN {
                    *sum = sum.saturating_add(known);
                }
            }
        }
    }
    size[root]
}

/// How many numbers a path or a list of points holds at most.
fn numbers(text: &str) -> u64 {
    let mut count = 0;
    let mut inside = false;
    for byte in text.bytes() {
        let digit = byte.is_ascii_digit();
        count += u64::from(digit && !inside);
        inside = digit;
    }
    count
}
