//! Reading a document against the shop: its form and its names are looked at in one go.

use crate::assets::Library;
use crate::catalog::{Garment, UnknownId};
use crate::design::{Design, DesignError, Font, Mention, Mentioned, Problem, Reading, limits};
use crate::scene;
use crate::shop::{Choice, Shop, unknown_in};

impl Shop {
    /// Reads a document whose pictures are in `library`, to be put on what `choice` says.
    ///
    /// # Errors
    /// Every problem with its form and with what it names, in document order. What is left to fail later is the choice, a
    /// picture that cannot be read and words that cannot be set. Where the choice has a colour or asks for none, the
    /// document's own may be one that is no longer sold.
    pub fn read(&self, bytes: &[u8], library: &Library, choice: &Choice) -> Result<Design, DesignError> {
        self.settle(Reading::new(bytes)?, library, choice)
    }

    /// As [`Shop::read`], for a document whose names were looked at before to fill `library`.
    ///
    /// # Errors
    /// See [`Shop::read`].
    pub fn settle(&self, reading: Reading, library: &Library, choice: &Choice) -> Result<Design, DesignError> {
        let mut mentions = reading.mentions();
        if choice.color.is_some() || choice.any_color {
            mentions.retain(|mention| mention.kind != Mentioned::Color);
        }
        let unknown = self.unknown_names(&mentions, library);
        reading.finish(unknown)
    }

    fn unknown_names(&self, mentions: &[Mention], library: &Library) -> Vec<Problem> {
        // Colours and areas are the garment's: where that is unknown, nothing can be said about them.
        let garment = mentions.iter().find(|mention| mention.kind == Mentioned::Garment);
        let garment = garment.and_then(|mention| self.catalog.garment(&mention.name).ok());
        // More would only be counted; looking for something near each of a flood of names takes time.
        mentions.iter().filter_map(|mention| self.unknown(mention, garment, library)).take(limits::PROBLEMS).collect()
    }

    fn unknown(&self, mention: &Mention, garment: Option<&Garment>, library: &Library) -> Option<Problem> {
        let Mention { kind, name, pointer } = mention;
        let missing = |unknown: UnknownId| unknown_in(pointer, &unknown);
        match kind {
            Mentioned::Garment => self.catalog.garment(name).err().map(missing),
            Mentioned::Color => garment?.color(name).err().map(missing),
            Mentioned::Area => garment?.area(name).err().map(missing),
            Mentioned::Technique => self.catalog.technique(name).err().map(missing),
            Mentioned::Ink => {
                let unknown = self.catalog.ink(name).err()?;
                Some(scene::unknown_ink(pointer.clone(), name, unknown.hint()))
            }
            Mentioned::Font => match self.fonts.face(&Font::regular(name.clone())) {
                Some(_) => None,
                None => Some(scene::unknown_font(pointer.clone(), name, &self.fonts)),
            },
            Mentioned::Asset => {
                let error = library.find(name).err()?;
                Some(scene::asset_problem(pointer.clone(), name, &error))
            }
        }
    }
}
