//! Between designs and suggestions: the style of a design, the looks that a customer is shown, and where their pictures are
//! found for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::assets::{Facts, Look};
use crate::design::{Content, Design, Layer};
use crate::server::error::ApiError;
use crate::server::pictures::is_hash;
use crate::server::previews::Owner;
use crate::server::starters::starters;
use crate::server::state::App;
use crate::store::CustomerId;
use crate::suggest::{Recipe, Vocabulary};

/// Bytes of documents of looks that are kept for their pictures.
const SHELF_BYTES: u64 = 64 << 20;
/// How long a look's picture can be asked for.
const KEPT: Duration = Duration::from_secs(3600);

/// Documents of looks that were suggested, by the hash of owner and document.
#[derive(Debug)]
pub(super) struct LookShelf {
    kept: moka::future::Cache<String, (Owner, Bytes)>,
    /// Makes names that nobody can reckon from what they guess.
    key: [u8; 32],
}

impl Default for LookShelf {
    fn default() -> Self {
        let weight = |key: &String, (_, document): &(Owner, Bytes)| {
            u32::try_from(key.len() + document.len()).unwrap_or(u32::MAX)
        };
        // What is new is always kept: its picture is asked for at once.
        let kept = moka::future::Cache::builder().eviction_policy(moka::policy::EvictionPolicy::lru());
        let kept = kept.max_capacity(SHELF_BYTES).weigher(weight).time_to_live(KEPT).build();
        let mut key = [0; 32];
        // Without random numbers nothing else starts either.
        let _ = getrandom::fill(&mut key);
        Self { kept, key }
    }
}

impl LookShelf {
    /// Keeps a document for its owner; its name.
    pub(super) async fn put(&self, owner: &Owner, document: Bytes) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        let (kind, name) = match owner {
            Owner::Shop => ("shop", ""),
            Owner::Customer(customer) => ("customer", customer.as_str()),
            Owner::Visitor(name) => ("visitor", name.as_str()),
        };
        hasher.update(kind.as_bytes()).update(&[0]).update(name.as_bytes()).update(&[0]).update(&document);
        let name = hasher.finalize().to_hex().to_string();
        self.kept.insert(name.clone(), (owner.clone(), document)).await;
        name
    }

    /// The document of that name and whose it is, if that is the customer, or nobody, or whoever had no cookie yet: they may have
    /// one by now, and nobody guesses the name.
    pub(super) async fn get(&self, name: &str, customer: Option<&CustomerId>) -> Option<(Owner, Bytes)> {
        let (owner, document) = self.kept.get(name).await?;
        (owner.customer().is_none() || owner.customer() == customer).then_some((owner, document))
    }

    /// Forgets what was kept for the customer with that tag.
    pub(super) async fn forget(&self, tag: u128) {
        let theirs = |(name, (owner, _)): (Arc<String>, (Owner, Bytes))| {
            (owner.customer().map(CustomerId::tag) == Some(tag)).then_some(name)
        };
        for name in self.kept.iter().filter_map(theirs).collect::<Vec<_>>() {
            self.kept.invalidate(&*name).await;
        }
    }
}

/// The values that recipes may have.
pub(super) async fn vocabulary(app: &Arc<App>) -> &Vocabulary {
    &app.ideas.vocabulary
}

/// What is known of the pictures that a design shows and the customer may use, by asset.
pub(super) async fn facts_of(
    app: &Arc<App>,
    design: &Design,
    customer: Option<&CustomerId>,
) -> Result<BTreeMap<String, Facts>, ApiError> {
    let mut assets = BTreeSet::new();
    fn collect<'a>(layers: &'a [Layer], assets: &mut BTreeSet<&'a str>) {
        for layer in layers {
            match &layer.content {
                Content::Group(group) => collect(&group.layers, assets),
                Content::Image(image) => {
                    assets.insert(image.asset.as_str());
                }
                Content::Text(_) | Content::Shape(_) => {}
            }
        }
    }
    design.placements.iter().for_each(|placement| collect(&placement.layers, &mut assets));
    let mut known = BTreeMap::new();
    for id in assets.into_iter().filter(|id| is_hash(id)) {
        if let Some(graphic) = starters(app).await.graphic(id) {
            known.insert(id.to_owned(), graphic.facts.clone());
        } else if let Some(customer) = customer
            && let Some((row, _)) = app.store.upload(customer, id).await?
            && let Ok(facts) = serde_json::from_str(&row.facts)
        {
            known.insert(id.to_owned(), facts);
        }
    }
    Ok(known)
}

/// The kind of a picture, as recipes tell it.
fn logo(facts: &Facts) -> &'static str {
    match (facts.look, facts.colors.len()) {
        (Look::Photo, _) => "photo",
        (Look::Flat, 0 | 1) => "line-art",
        (Look::Flat, _) => "drawing",
    }
}

/// The style of a design.
pub(super) async fn recipe_of(
    app: &Arc<App>,
    design: &Design,
    customer: Option<&CustomerId>,
) -> Result<Recipe, ApiError> {
    let facts = facts_of(app, design, customer).await?;
    Ok(Recipe::of(design, &app.shop.catalog, |asset| facts.get(asset).map(|facts| logo(facts).to_owned())))
}
