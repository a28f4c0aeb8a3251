//! One mail but for its picture: what whoever compiles campaigns, to files or to be looked at, does for each recipient.

use std::collections::BTreeMap;

use crate::campaign::letter::Letter;
use crate::campaign::look::{Documents, Look, look};
use crate::campaign::mail;
use crate::campaign::picture::{Drawn, PictureError, Sketch, sketch};
use crate::campaign::plan::{Entry, Plan, Status};
use crate::campaign::schedule::Moment;
use crate::campaign::template::Template;
use crate::campaign::token::Key;
use crate::cancel::Cancel;
use crate::shop::Shop;

/// What every mail of a campaign is written with.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The template.
    pub template: &'a Template,
    /// What signs links to unsubscribe; without one, see [`Letter::new`].
    pub key: Option<&'a Key>,
    /// The moment to compile for.
    pub now: Moment,
}

/// One mail but for its picture.
#[derive(Debug)]
pub struct Draft<'a> {
    desk: Desk<'a>,
    entry: &'a Entry<'a>,
    look: Look,
    /// The words.
    pub letter: Letter,
    /// What could not be shown or said as the list or the template has it.
    pub notes: Vec<String>,
}

impl<'a> Draft<'a> {
    /// The mail of a recipient who gets one.
    ///
    /// # Errors
    /// Why it cannot be made, for people.
    pub fn new(desk: Desk<'a>, entry: &'a Entry<'a>, documents: &Documents<'_>) -> Result<Self, String> {
        let mut look = look(desk.template, entry, documents).map_err(|missing| missing.to_string())?;
        let words = Letter::new(desk.template, entry, &look, desk.key, desk.now);
        let (letter, notes) = words.ok_or_else(|| "the rule says nothing".to_owned())?;
        let notes = std::mem::take(&mut look.notes).into_iter().chain(notes).collect();
        Ok(Self { desk, entry, look, letter, notes })
    }

    /// Its picture, settled but not drawn.
    ///
    /// # Errors
    /// See [`PictureError`].
    pub fn sketch<'s>(&'s self, shop: &'s Shop, cancel: &Cancel) -> Result<Sketch<'s>, PictureError> {
        sketch(shop, &self.look, &self.desk.template.picture, cancel)
    }

    /// The message.
    ///
    /// # Errors
    /// Only what writing to memory can give.
    pub fn message(&self, picture: &Drawn) -> std::io::Result<Vec<u8>> {
        mail::message(self.desk.template, self.entry, &self.letter, picture, self.desk.now)
    }
}

/// Marks as failed whoever's own design cannot be shown. Nothing is drawn, and each design is tried once for each color that
/// a rule asks for: what a recipient fills it with has fallbacks.
pub fn try_own_designs(desk: Desk<'_>, plan: &mut Plan<'_>, documents: &Documents<'_>) {
    let mut tried: BTreeMap<_, Option<String>> = BTreeMap::new();
    for entry in plan.entries.iter_mut().filter(|entry| entry.status == Status::Ready) {
        let Some(name) = entry.own_design() else { continue };
        let color = entry.edition.and_then(|edition| edition.garment_color.as_deref());
        if let Some(why) = tried.entry((name, color)).or_insert_with(|| fault(desk, entry, documents)) {
            (entry.status, entry.why) = (Status::Failed, why.clone());
        }
    }
}

/// Why a mail cannot be made, as far as that is known before it is drawn.
fn fault(desk: Desk<'_>, entry: &Entry<'_>, documents: &Documents<'_>) -> Option<String> {
    let draft = match Draft::new(desk, entry, documents) {
        Ok(draft) => draft,
        Err(why) => return Some(why),
    };
    draft.sketch(documents.shop, &Cancel::NEVER).err().map(|error| error.to_string())
}
