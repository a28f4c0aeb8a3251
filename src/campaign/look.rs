//! Which design a recipient sees, and what fills it: the one place where that is decided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::assets::Library;
use crate::campaign::plan::Entry;
use crate::campaign::recipient::Recipient;
use crate::campaign::template::Template;
use crate::cancel::Cancel;
use crate::design::{Content, Design, Field, FieldValues, Layer, fill};
use crate::looks::{Ideas, Wardrobe, Wish, keep_apart, looks};
use crate::shop::{Choice, Shop};
use crate::suggest::{Attribute, History, Model};

/// A design and where its pictures lie.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The document.
    pub design: Arc<Design>,
    /// Its pictures.
    pub library: Arc<Library>,
}

/// The designs of a campaign.
pub struct Documents<'a> {
    /// The template's.
    pub common: Opened,
    /// Opens a recipient's own by what the list calls it, or says why not.
    pub own: &'a (dyn Fn(&str) -> Result<Opened, String> + Sync),
    /// The shop, whose letters the words are set in.
    pub shop: &'a Shop,
    /// Suggests styles; without one, designs are shown as they are.
    pub stylist: Option<&'a Stylist<'a>>,
}

/// What styles are suggested from.
#[derive(Clone, Copy)]
pub struct Stylist<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// Its editorial looks.
    pub ideas: &'a Ideas,
    /// What customers like.
    pub model: &'a Model,
    /// What each did.
    pub history: &'a History,
    /// Once it is set, designs stay as they are.
    pub cancel: &'a Cancel,
}

impl std::fmt::Debug for Stylist<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stylist").finish_non_exhaustive()
    }
}

impl Stylist<'_> {
    /// A design in the style that suits a recipient best, on `color` if that is settled; as it is, if none can be worn. The
    /// customer decides, else the segment; of whom nothing is known gets what suits most, the same as all others like them.
    fn dress(&self, opened: Opened, color: Option<&str>, recipient: &Recipient, notes: &mut Vec<String>) -> Opened {
        let mut design = Design::clone(&opened.design);
        let mut locks = BTreeSet::from([Attribute::Garment]);
        if let Some(color) = color {
            color.clone_into(&mut design.color);
            locks.insert(Attribute::GarmentColor);
        }
        // As events name customers of the shop's own.
        let customer = recipient.cell("customer").map(|name| format!("+{name}"));
        let drawing = |asset: &str| opened.library.facts(asset).map(|facts| facts.drawn_colors()).unwrap_or_default();
        let wardrobe = Wardrobe::new(&design, (self.shop, self.ideas), &locks, (&drawing, self.cancel));
        let wish = Wish {
            customer: customer.as_deref(),
            segment: recipient.cell("segment"),
            dismissed: customer.as_deref().map(|name| self.history.dismissed(name)).unwrap_or_default(),
            n: 1,
            ..Wish::default()
        };
        match looks(self.model, self.history, &wish, &wardrobe).pop() {
            Some(best) => {
                let is_known = customer.as_deref().is_some_and(|name| self.history.knows(name));
                let is_kind = |kind: &str| self.model.segments().any(|known| known == kind);
                if !is_known && !recipient.cell("segment").is_some_and(is_kind) {
                    notes.push("style: what suits most; of this recipient's taste nothing is known".to_owned());
                }
                Opened { design: Arc::new(best.look.design), ..opened }
            }
            None => opened,
        }
    }
}

impl std::fmt::Debug for Documents<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Documents").field("common", &self.common.design.name).finish_non_exhaustive()
    }
}

/// Why a recipient's own design cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the design \"{name}\": {message}")]
pub struct Missing {
    /// As the list calls it.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

/// What a recipient sees.
#[derive(Debug)]
pub struct Look {
    /// The design.
    pub opened: Opened,
    /// What fills it, and the color of the garment.
    pub choice: Choice,
    /// The words that only the recipient should read: what fills the design, and what their own says.
    pub private: Vec<String>,
    /// What could not be shown as the list has it.
    pub notes: Vec<String>,
}

/// The design of a recipient: their own if the list names one, else the template's with their fields in it. Somebody
/// who wants no personal mail sees the template's with its fallbacks.
///
/// # Errors
/// If their own design cannot be opened.
pub fn look(template: &Template, entry: &Entry<'_>, documents: &Documents<'_>) -> Result<Look, Missing> {
    let recipient = entry.recipient;
    let color = entry.edition.and_then(|edition| edition.garment_color.clone());
    let mut notes = Vec::new();
    // Who wants no personal mail is shown nothing that others chose for them, either.
    let stylist = documents.stylist.filter(|_| template.picture.is_styled && !entry.generic);
    let styled = |opened: Opened, color: Option<&str>, notes: &mut Vec<String>| match stylist {
        Some(stylist) => stylist.dress(opened, color, recipient, notes),
        None => opened,
    };
    let Some(name) = entry.own_design() else {
        let opened = documents.common.clone();
        let fallback = |field: &Field| template.picture.fallback.get(&field.id).unwrap_or(&field.sample).clone();
        let (fields, private) = if entry.generic {
            (opened.design.fields.iter().map(|field| (field.id.clone(), fallback(field))).collect(), Vec::new())
        } else {
            filled(&opened.design.fields, recipient, &fallback, &mut notes)
        };
        let color = color.or_else(|| template.picture.garment_color.clone());
        let opened = styled(opened, color.as_deref(), &mut notes);
        let choice = Choice { color, fields, ..Choice::default() };
        let opened = apart(opened, &choice, documents.shop, &mut notes);
        return Ok(Look { opened, choice, private, notes });
    };
    let opened = (documents.own)(name).map_err(|message| Missing { name: name.to_owned(), message })?;
    let sample = |field: &Field| field.sample.clone();
    let (fields, mut private) = filled(&opened.design.fields, recipient, &sample, &mut notes);
    if let Ok(values) = FieldValues::new(&opened.design.fields, &fields) {
        let layers = opened.design.placements.iter().flat_map(|placement| &placement.layers);
        private.extend(layers.flat_map(|layer| texts(layer, &values)));
    }
    let opened = styled(opened, color.as_deref(), &mut notes);
    let choice = Choice { color, fields, ..Choice::default() };
    let opened = apart(opened, &choice, documents.shop, &mut notes);
    Ok(Look { opened, choice, private, notes })
}

/// The design with words as small as they must be to touch no others that its samples do not touch: names in other scripts
/// are higher than what the design was drawn with.
fn apart(opened: Opened, choice: &Choice, shop: &Shop, notes: &mut Vec<String>) -> Opened {
    let (sized, smaller) = keep_apart(&opened.design, &choice.fields, shop);
    if smaller.is_empty() {
        return opened;
    }
    notes.push(format!("{}: smaller than in the design, so that it touches no other words", smaller.join(", ")));
    Opened { design: Arc::new(sized), ..opened }
}

/// Values for fields from the list, and those of them that are the recipient's.
fn filled(
    fields: &[Field],
    recipient: &Recipient,
    fallback: &dyn Fn(&Field) -> String,
    notes: &mut Vec<String>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut values, mut private) = (BTreeMap::new(), Vec::new());
    for field in fields {
        let cell = recipient.cell(&field.id.to_lowercase());
        let given = cell.filter(|cell| {
            let alone = BTreeMap::from([(field.id.clone(), (*cell).to_owned())]);
            let refused = FieldValues::new(std::slice::from_ref(field), &alone).err().into_iter().flatten().next();
            if let Some(problem) = &refused {
                notes.push(format!("{}: {}; the fallback is shown", field.id, problem.message));
            }
            refused.is_none()
        });
        if cell.is_none() {
            notes.push(format!("{}: the list has nothing; the fallback is shown", field.id));
        }
        private.extend(given.map(str::to_owned));
        values.insert(field.id.clone(), given.map_or_else(|| fallback(field), str::to_owned));
    }
    (values, private)
}

/// The lines of text in a layer and the layers in it.
fn texts(layer: &Layer, values: &FieldValues) -> Vec<String> {
    match &layer.content {
        Content::Text(text) => fill(&text.text, values).lines().map(str::to_owned).collect(),
        Content::Group(group) => group.layers.iter().flat_map(|layer| texts(layer, values)).collect(),
        Content::Image(_) | Content::Shape(_) => Vec::new(),
    }
}
