//! What customers start from: templates, which are designs of `examples/`, and graphics, which are the drawings of
//! `examples/art/` and of the folders in it, its categories. A shop puts its own there.
//!
//! A graphic is named by the hash of its normalised bytes, as an upload is, and everybody may use it: a template's
//! document names graphics, so it can be saved, changed and printed like any other design.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::assets::{Facts, PictureFile};
use crate::design::Design;
use crate::server::state::App;
use crate::shop::Shop;

/// A drawing that everybody may use.
#[derive(Debug)]
pub(super) struct Graphic {
    /// What designs call it: `asset` of an image layer.
    pub(super) id: String,
    /// Where it lies below `examples/`, as designs there name it: `art/nature/rose.svg`.
    pub(super) path: String,
    /// What people call it.
    pub(super) name: String,
    /// The folder of `examples/art/` that it lies in; those beside the folders have none.
    pub(super) category: Option<String>,
    pub(super) facts: Facts,
    pub(super) file: PictureFile,
}

/// A design to start from.
#[derive(Debug)]
pub(super) struct Template {
    /// Its file's name without the ending.
    pub(super) id: String,
    /// The heading under which [`CATEGORIES`] lists it, if it does.
    pub(super) category: Option<String>,
    pub(super) design: Design,
    /// The document, JSON.
    pub(super) document: Bytes,
    /// Views of the garment that show a print.
    pub(super) views: Vec<String>,
}

/// Which templates belong together: `sports = ["jersey", "run"]`.
const CATEGORIES: &str = "categories.toml";

/// All of them, each list in the order of the files' names.
#[derive(Debug, Default)]
pub(super) struct Starters {
    pub(super) graphics: Vec<Graphic>,
    pub(super) templates: Vec<Template>,
}

impl Starters {
    /// What lies in `assets`; without a folder `examples`, nothing. A file that cannot be used is told and left out.
    fn read(shop: &Shop, assets: &Path) -> Self {
        let folder = assets.join("examples");
        let art = folder.join("art");
        let mut graphics: Vec<(String, Graphic)> = Vec::new();
        for category in std::iter::once(None).chain(folders(&art).into_iter().map(Some)) {
            let place = category.as_ref().map_or_else(|| art.clone(), |name| art.join(name));
            let prefix = category.as_ref().map_or_else(|| "art".to_owned(), |name| format!("art/{name}"));
            graphics.extend(files(&place, "svg").into_iter().filter_map(|path| {
                let name = format!("{prefix}/{}", path.file_name()?.to_str()?);
                let graphic = graphic(shop, (&path, &name), category.clone())?;
                Some((name, graphic))
            }));
        }
        let ids = graphics.iter().map(|(path, graphic)| (path.as_str(), graphic.id.as_str())).collect();
        let categories = categories(&folder.join(CATEGORIES));
        let template = |path: &PathBuf| {
            let mut found = template(shop, path, &ids)?;
            found.category = categories.get(&found.id).cloned();
            Some(found)
        };
        let templates = files(&folder, "json").iter().filter_map(template).collect();
        Self { templates, graphics: graphics.into_iter().map(|(_, graphic)| graphic).collect() }
    }

    /// The graphic that designs call `id`.
    pub(super) fn graphic(&self, id: &str) -> Option<&Graphic> {
        self.graphics.iter().find(|graphic| graphic.id == id)
    }

    /// The graphic that lies at `path` below `examples/`.
    pub(super) fn graphic_at(&self, path: &str) -> Option<&Graphic> {
        self.graphics.iter().find(|graphic| graphic.path == path)
    }

    /// The template of that name.
    pub(super) fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }
}

/// The starters of a service, read when they are first asked for. Once that is begun it goes on, also when whoever asked
/// hangs up: others have them then.
pub(super) async fn starters(app: &Arc<App>) -> &Starters {
    if let Some(known) = app.starters.get() {
        return known;
    }
    let owner = Arc::clone(app);
    let reading = tokio::spawn(async move {
        read(&owner).await;
    });
    // Only a service that ends calls it off.
    let _ = reading.await;
    read(app).await
}

/// What is read by one of many at once; the others wait for it.
async fn read(app: &Arc<App>) -> &Starters {
    let read = || async {
        let owner = Arc::clone(app);
        let read = tokio::task::spawn_blocking(move || Starters::read(&owner.shop, &owner.config.assets));
        read.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the templates and graphics cannot be read");
            Starters::default()
        })
    };
    app.starters.get_or_init(read).await
}

/// The names of the folder's folders, in order.
fn folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The folder's files of one kind, by name.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|own| own == ending));
    paths.sort();
    paths
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()
}

fn graphic(shop: &Shop, (path, name): (&Path, &str), category: Option<String>) -> Option<Graphic> {
    let told = |error: &dyn std::error::Error| {
        tracing::warn!(path = %path.display(), %error, "a graphic cannot be used");
    };
    let bytes = std::fs::read(path).inspect_err(|error| told(error)).ok()?;
    let normalized = shop.library().normalize(&bytes).inspect_err(|error| told(error)).ok()?;
    Some(Graphic {
        id: blake3::hash(&normalized.bytes).to_hex().to_string(),
        path: name.to_owned(),
        name: stem(path)?.replace('-', " "),
        category,
        facts: normalized.facts,
        file: normalized.bytes.into(),
    })
}

/// The category of each template that the file lists; none without a file that can be used.
fn categories(path: &Path) -> BTreeMap<String, String> {
    let told = |error: &dyn std::error::Error| {
        tracing::warn!(path = %path.display(), %error, "the categories of templates cannot be used");
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => {
            told(&error);
            return BTreeMap::new();
        }
    };
    let lists: BTreeMap<String, Vec<String>> =
        toml::from_str(&text).inspect_err(|error| told(error)).unwrap_or_default();
    lists.into_iter().flat_map(|(name, ids)| ids.into_iter().map(move |id| (id, name.clone()))).collect()
}

/// A design whose pictures are all graphics; `None` for one with a photograph, which customers bring themselves.
fn template(shop: &Shop, path: &Path, graphics: &BTreeMap<&str, &str>) -> Option<Template> {
    let told = |error: &dyn std::error::Error| {
        tracing::warn!(path = %path.display(), %error, "a template cannot be used");
    };
    let bytes = std::fs::read(path).inspect_err(|error| told(error)).ok()?;
    let mut document: Value = serde_json::from_slice(&bytes).inspect_err(|error| told(error)).ok()?;
    if !name_graphics(&mut document, graphics) {
        return None;
    }
    let design = Design::from_json(document.to_string().as_bytes()).inspect_err(|error| told(error)).ok()?;
    let garment = shop.catalog.garment(&design.garment).inspect_err(|error| told(error)).ok()?;
    let is_printed = |view: &&String| {
        let areas = garment.areas.iter().filter(|area| area.view == **view);
        areas.into_iter().any(|area| design.placement(&area.id).is_some())
    };
    let views = garment.views.iter().filter(is_printed).cloned().collect();
    let document = serde_json::to_vec(&design).inspect_err(|error| told(error)).ok()?.into();
    Some(Template { id: stem(path)?.to_owned(), category: None, design, document, views })
}

/// Puts the ids of graphics in the place of paths; false if a picture is none of them.
fn name_graphics(value: &mut Value, graphics: &BTreeMap<&str, &str>) -> bool {
    match value {
        Value::Object(fields) => fields.iter_mut().all(|(name, value)| match value {
            Value::String(path) if name == "asset" => match graphics.get(path.as_str()) {
                Some(id) => {
                    *path = (*id).to_owned();
                    true
                }
                None => false,
            },
            other => name_graphics(other, graphics),
        }),
        Value::Array(entries) => entries.iter_mut().all(|entry| name_graphics(entry, graphics)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::task::{Context, Waker};

    use super::*;
    use crate::server::{Config, open};

    #[tokio::test]
    async fn what_was_begun_for_somebody_who_hung_up_is_there_for_others() {
        let data = std::env::temp_dir().join(format!("platen-starters-{}", std::process::id()));
        let app = open(Config::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")), data.clone())).await.unwrap();
        {
            let mut asked = std::pin::pin!(starters(&app));
            assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        let is_there = async {
            while app.starters.get().is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(120), is_there).await.expect("it goes on by itself");
        assert!(!starters(&app).await.templates.is_empty());
        app.store.close().await;
        std::fs::remove_dir_all(data).unwrap();
    }
}
