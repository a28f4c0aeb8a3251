//! Document types: the entities that drawing programs declare in them, and nothing else.
//!
//! What hides in a document type would be read differently by different parsers, so whatever is not understood here is
//! refused.

use crate::assets::error::AssetError;

/// A document type that was read to its end.
pub(super) struct Doctype {
    /// Bytes from its `<` to behind its `>`.
    pub(super) length: usize,
    /// Bytes of the longest entity.
    pub(super) longest_entity: u64,
}

/// Reads the document type that `source` starts with.
pub(super) fn read(source: &str) -> Result<Doctype, AssetError> {
    let mut cursor = Cursor { rest: source };
    let longest_entity = cursor.document_type()?;
    Ok(Doctype { length: source.len() - cursor.rest.len(), longest_entity })
}

const NOT_UNDERSTOOD: AssetError =
    AssetError::Refused { what: "a document type that declares more than entities or is not closed" };

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn document_type(&mut self) -> Result<u64, AssetError> {
        let mut longest = 0;
        self.expect("<!DOCTYPE")?;
        self.spaces();
        self.name()?;
        self.spaces();
        self.outside()?;
        if self.take("[") {
            loop {
                self.spaces();
                if self.take("]") {
                    break;
                } else if self.take("<!ENTITY") {
                    longest = longest.max(self.entity()?);
                } else if self.take("<!--") {
                    self.until("-->")?;
                } else if self.take("<?") {
                    self.until("?>")?;
                } else {
                    return Err(NOT_UNDERSTOOD);
                }
            }
        }
        self.spaces();
        self.expect(">")?;
        Ok(longest)
    }

    /// The rest of an entity's declaration; returns the bytes of its value.
    fn entity(&mut self) -> Result<u64, AssetError> {
        self.spaces();
        self.name()?;
        self.spaces();
        let mut length = 0;
        // One that lies outside is never fetched, and a reference to it is an error of the parser's.
        if !self.outside()? {
            let value = self.quoted()?;
            if value.contains(['<', '&', '%']) {
                return Err(AssetError::Refused { what: "an entity that holds markup or other entities" });
            }
            length = value.len() as u64;
        }
        self.spaces();
        self.expect(">")?;
        Ok(length)
    }

    /// A system identifier, perhaps with a public one before it.
    fn outside(&mut self) -> Result<bool, AssetError> {
        let public = self.take("PUBLIC");
        if !public && !self.take("SYSTEM") {
            return Ok(false);
        }
        if public {
            self.spaces();
            self.quoted()?;
        }
        self.spaces();
        self.quoted()?;
        self.spaces();
        Ok(true)
    }

    fn name(&mut self) -> Result<(), AssetError> {
        let of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
        let end = self.rest.find(|c| !of_name(c)).ok_or(NOT_UNDERSTOOD)?;
        self.rest = &self.rest[end..];
        if end == 0 { Err(NOT_UNDERSTOOD) } else { Ok(()) }
    }

    fn quoted(&mut self) -> Result<&'a str, AssetError> {
        let quote = if self.take("\"") {
            "\""
        } else if self.take("'") {
            "'"
        } else {
            return Err(NOT_UNDERSTOOD);
        };
        self.until(quote)
    }

    /// Goes on behind the next `end` and returns what lies before it.
    fn until(&mut self, end: &str) -> Result<&'a str, AssetError> {
        let (before, behind) = self.rest.split_once(end).ok_or(NOT_UNDERSTOOD)?;
        self.rest = behind;
        Ok(before)
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, word: &str) -> bool {
        let behind = self.rest.strip_prefix(word);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn expect(&mut self, word: &str) -> Result<(), AssetError> {
        if self.take(word) { Ok(()) } else { Err(NOT_UNDERSTOOD) }
    }
}
