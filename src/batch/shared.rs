//! Texts that many rows say, each held once: a hundred thousand rows have a few designs, sizes and names between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Texts that were met.
#[derive(Debug, Default)]
pub struct Texts(BTreeSet<Arc<str>>);

impl Texts {
    /// The text, which all that say it share.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// What fills the fields of a row, in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Box<[(Arc<str>, Arc<str>)]>);

impl Fields {
    /// Values by the ids of their fields.
    #[must_use]
    pub fn new(values: &BTreeMap<String, String>, texts: &mut Texts) -> Self {
        Self(values.iter().map(|(id, value)| (texts.share(id), texts.share(value))).collect())
    }

    /// The value of a field, if the row has it.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == id).map(|(_, value)| value)
    }

    /// Ids and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, value)| (&**id, &**value))
    }

    /// The values that are not empty.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// Values by the ids of their fields.
    #[must_use]
    pub fn map(&self) -> BTreeMap<String, String> {
        self.iter().map(|(id, value)| (id.to_owned(), value.to_owned())).collect()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::orders::OrderLine;
    use crate::batch::plan::File;

    #[test]
    fn a_row_and_its_files_are_small() {
        assert!(size_of::<OrderLine>() <= 192, "{} bytes, of which a batch has 200,000", size_of::<OrderLine>());
        assert!(size_of::<File>() <= 56, "{} bytes, of which a row has some", size_of::<File>());
    }

    #[test]
    fn what_two_rows_say_is_held_once() {
        let mut texts = Texts::default();
        let values = BTreeMap::from([("number", "7"), ("name", "Zoë"), ("note", "")]);
        let values: BTreeMap<String, String> =
            values.into_iter().map(|(id, value)| (id.to_owned(), value.to_owned())).collect();
        let [one, other] = [(); 2].map(|()| Fields::new(&values, &mut texts));
        assert_eq!(one, other);
        assert!(one.iter().zip(other.iter()).all(|(a, b)| std::ptr::eq(a.0, b.0) && std::ptr::eq(a.1, b.1)));
        assert_eq!((one.get("name"), one.get("name2")), (Some("Zoë"), None));
        assert_eq!(one.said().collect::<Vec<_>>(), ["Zoë", "7"]);
        assert_eq!((one.map(), serde_json::to_value(&one).unwrap()), (values.clone(), serde_json::json!(values)));
    }
}
