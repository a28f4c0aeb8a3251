//! Looks that people thought out, as a shop keeps them in its assets, and what goes with what.

use std::collections::BTreeMap;
use std::path::Path;

use crate::assets::text_files::{RECIPES_FILE, TextFileError, read_text_file};
use crate::looks::sizes::Sizes;
use crate::shop::Shop;
use crate::suggest::{Attribute, Editorial, EditorialError, Vocabulary};

/// How often two inks stand together: by cloth, or nothing for any, by the main ink, and by the other.
type Together = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;

/// Editorial looks and the values that looks may have.
#[derive(Debug, Default)]
pub struct Ideas {
    /// The looks, as the file has them.
    pub editorial: Vec<Editorial>,
    /// The values of each attribute.
    pub vocabulary: Vocabulary,
    /// How often two inks stand on a cloth, and on any.
    together: Together,
    /// What words take in the shop's letters, as far as somebody asked.
    pub(super) sizes: Sizes,
}

/// Why the editorial looks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdeasError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] TextFileError),
    /// It is not a list of recipes.
    #[error("mockups/{RECIPES_FILE}: {0}")]
    Form(#[from] EditorialError),
    /// A look has a value that the shop does not have.
    #[error("mockups/{RECIPES_FILE}: the look \"{look}\" has a {attribute} that the shop does not have")]
    Unknown {
        /// Id of the look.
        look: String,
        /// The attribute.
        attribute: &'static str,
    },
}

impl Ideas {
    /// Reads `mockups/recipes.toml` of the assets; a shop without that file has no editorial looks.
    ///
    /// # Errors
    /// See [`IdeasError`].
    pub fn open(root: &Path, shop: &Shop) -> Result<Self, IdeasError> {
        let folder = root.join("mockups");
        let editorial = if folder.join(RECIPES_FILE).is_file() {
            Editorial::read(&read_text_file(&folder, RECIPES_FILE)?.text)?
        } else {
            Vec::new()
        };
        let families = shop.fonts.families().iter().map(|family| family.name.as_str());
        let vocabulary = Vocabulary::new(&shop.catalog, families, &editorial);
        for look in &editorial {
            if let Some(attribute) = vocabulary.stranger(&look.recipe) {
                return Err(IdeasError::Unknown { look: look.id.clone(), attribute: attribute.name() });
            }
        }
        let mut together = Together::new();
        let mut count = |cloth: &str, main: &str, ink: &str, weight: f64| {
            let of_main = together.entry(cloth.to_owned()).or_default().entry(main.to_owned()).or_default();
            *of_main.entry(ink.to_owned()).or_default() += weight;
        };
        for look in &editorial {
            let (cloth, main) = (look.recipe.get(Attribute::GarmentColor), look.recipe.get(Attribute::TextColor));
            if let (Some(cloth), Some(main), Some(accent)) = (cloth, main, &look.accent) {
                count(cloth, main, accent, 1.0);
                count("", main, accent, 0.2);
                count("", accent, main, 0.1);
            }
        }
        Ok(Self { editorial, vocabulary, together, sizes: Sizes::default() })
    }

    /// How well an ink goes with another on a cloth, by their ids: 0 if nobody put them together.
    pub(super) fn affinity(&self, cloth: &str, main: &str, ink: &str) -> f64 {
        let of = |cloth: &str| self.together.get(cloth).and_then(|of| of.get(main)?.get(ink)).copied().unwrap_or(0.0);
        of(cloth) + of("")
    }
}
