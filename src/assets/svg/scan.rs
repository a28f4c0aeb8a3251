//! A look over the bytes of an SVG before any XML parser sees them.
//!
//! Parsers of XML spend time and memory that grow faster than the file: attributes are compared pairwise, namespaces
//! are copied, references are written out. This scan is linear in the file, counts what they would do and refuses what
//! passes the limits. It need not understand the document: where it is unsure it counts high, and where it cannot go on
//! it refuses. What the elements mean is looked at behind the parser, in `references.rs`.

use super::doctype;
use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// Declarations of namespaces that may be in force at one element; parsers compare each against the others.
const NAMESPACES: u64 = 64;

/// Reads `source` once and refuses what would cost too much to parse.
pub(super) fn check(source: &str, limits: &SvgLimits) -> Result<(), AssetError> {
    let mut scan =
        Scan { limits, elements: 0, open: Vec::new(), namespaces: 0, uses: 0, longest_entity: 0, references: 0 };
    scan.run(source)?;
    let expanded = scan.references.saturating_mul(scan.longest_entity);
    within("bytes that entities expand to", expanded, limits.entity_bytes)
}

struct Scan<'a> {
    limits: &'a SvgLimits,
    elements: u64,
    /// For each open element, how many namespaces it declares.
    open: Vec<u64>,
    /// Namespaces that all open elements declare.
    namespaces: u64,
    uses: u64,
    /// Bytes of the longest entity, and the references to any of them.
    longest_entity: u64,
    references: u64,
}

const CUT_OFF: AssetError = AssetError::Truncated { format: "SVG" };

impl Scan<'_> {
    fn run(&mut self, source: &str) -> Result<(), AssetError> {
        let mut rest = source;
        while let Some(start) = rest.find('<') {
            self.count_references(&rest[..start]);
            rest = &rest[start..];
            let behind = |end: &str| rest.find(end).map(|at| at + end.len()).ok_or(CUT_OFF);
            let end = if rest.starts_with("<!--") {
                behind("-->")?
            } else if rest.starts_with("<![CDATA[") {
                behind("]]>")?
            } else if rest.starts_with("<?") {
                if rest.starts_with("<?xml-stylesheet") {
                    return Err(AssetError::Refused { what: "a reference to an outside style sheet" });
                }
                behind("?>")?
            } else if rest.starts_with("<!") {
                let doctype = doctype::read(rest)?;
                self.longest_entity = self.longest_entity.max(doctype.longest_entity);
                doctype.length
            } else if rest.starts_with("</") {
                self.namespaces -= self.open.pop().unwrap_or(0);
                behind(">")?
            } else {
                self.tag(rest)?
            };
            rest = &rest[end..];
        }
        Ok(())
    }

    fn count_references(&mut self, text: &str) {
        self.references += text.bytes().filter(|&byte| byte == b'&').count() as u64;
    }

    /// A start tag; returns where it ends.
    fn tag(&mut self, rest: &str) -> Result<usize, AssetError> {
        let name_end =
            rest[1..].find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').map_or(rest.len(), |at| at + 1);
        let name = &rest[1..name_end];
        self.elements += 1;
        within("elements of the SVG", self.elements, self.limits.elements)?;
        self.uses += u64::from(name.rsplit(':').next() == Some("use"));
        within("<use> elements of the SVG", self.uses, self.limits.uses as u64)?;

        let mut at = name_end;
        let mut attributes = 0;
        let mut namespaces = 0;
        loop {
            at += rest[at..].find(|c: char| !c.is_ascii_whitespace()).unwrap_or(rest.len() - at);
            match rest.as_bytes().get(at) {
                None => return Err(CUT_OFF),
                Some(b'>') => {
                    self.open.push(namespaces);
                    self.namespaces += namespaces;
                    within("levels of nested elements", self.open.len() as u64, self.limits.depth as u64)?;
                    return Ok(at + 1);
                }
                Some(b'/') => {
                    at += 1;
                    if rest.as_bytes().get(at) == Some(&b'>') {
                        return Ok(at + 1);
                    }
                }
                Some(_) => {
                    attributes += 1;
                    within("attributes of one element", attributes, self.limits.attributes as u64)?;
                    namespaces += u64::from(rest[at..].starts_with("xmlns"));
                    within("namespaces of one element", self.namespaces + namespaces, NAMESPACES)?;
                    at += self.attribute(&rest[at..])?;
                }
            }
        }
    }

    /// One `name="value"`; returns its length.
    fn attribute(&mut self, rest: &str) -> Result<usize, AssetError> {
        let equals = rest.find(['=', '>', '<']).ok_or(CUT_OFF)?;
        if rest.as_bytes()[equals] != b'=' {
            return Ok(equals.max(1));
        }
        let open = equals + 1 + rest[equals + 1..].find(|c: char| !c.is_ascii_whitespace()).ok_or(CUT_OFF)?;
        let quote = rest[open..].chars().next().ok_or(CUT_OFF)?;
        if quote != '"' && quote != '\'' {
            return Ok(open + quote.len_utf8());
        }
        let close = open + 1 + rest[open + 1..].find(quote).ok_or(CUT_OFF)?;
        self.count_references(&rest[open + 1..close]);
        Ok(close + 1)
    }
}
