//! The designs that orders name: files beside the orders or below, and nowhere else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use platen::assets::Library;
use platen::batch::orders::Opened;
use platen::design::{Mentioned, Reading, limits};
use platen::shop::{Choice, Shop};

use crate::cli::campaign::bounded;

/// The folder of the designs.
pub(crate) struct Designs<'a> {
    shop: &'a Shop,
    folder: PathBuf,
    /// What is decoded is kept for all designs together, within one bound.
    shared: Library,
}

impl<'a> Designs<'a> {
    pub(crate) fn new(shop: &'a Shop, orders: &Path) -> Self {
        let folder = orders.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { shop, folder: folder.to_owned(), shared: shop.library() }
    }

    /// The file of a design, or why there is none.
    pub(crate) fn find(&self, name: &str) -> Result<PathBuf, String> {
        let relative = Path::new(name);
        let is_inside = relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let outside = || format!("it must lie in the folder of the orders, {}, or below", self.folder.display());
        if !is_inside || name.contains('\\') {
            return Err(outside());
        }
        let mut path = self.folder.join(relative);
        if !path.exists() && relative.extension().is_none() {
            path.set_extension("json");
        }
        let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
        let real = path.canonicalize().map_err(unreadable)?;
        if !self.folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)) {
            return Err(outside());
        }
        if !real.is_file() {
            return Err("it is no file".to_owned());
        }
        Ok(real)
    }

    /// Opens a design, or says why not.
    pub(crate) fn open(&self, name: &str) -> Result<Opened, String> {
        let real = self.find(name)?;
        let bytes = bounded(&real, limits::DOCUMENT_BYTES).map_err(|error| format!("it cannot be read: {error}"))?;
        let base = real.parent().unwrap_or(&self.folder);
        let mut library = self.shared.sharing();
        library.base = Some(base.to_owned());
        let digest = digest(&bytes, base);
        // The colour is the row's to say.
        let choice = Choice { any_color: true, ..Choice::default() };
        let design = self.shop.read(&bytes, &library, &choice).map_err(|error| {
            let told: Vec<String> = error.problems().iter().take(3).map(told).collect();
            if told.is_empty() { error.to_string() } else { told.join(" / ") }
        })?;
        Ok(Opened { design: Arc::new(design), library: Arc::new(library), digest })
    }
}

fn told(problem: &platen::design::Problem) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    let place = if problem.pointer.is_empty() { String::new() } else { format!("{}: ", problem.pointer) };
    format!("{place}{}{hint}", problem.message)
}

/// Names the document and the bytes of its pictures. A picture that cannot be read is told when the design is.
fn digest(bytes: &[u8], base: &Path) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(blake3::hash(bytes).as_bytes());
    let mentions = Reading::new(bytes).map(|reading| reading.mentions()).unwrap_or_default();
    let mut names: Vec<String> =
        mentions.into_iter().filter(|mention| mention.kind == Mentioned::Asset).map(|mention| mention.name).collect();
    names.sort();
    names.dedup();
    for name in names {
        let is_inside =
            Path::new(&name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let file = if is_inside { bounded(&base.join(&name), 64 << 20).unwrap_or_default() } else { Vec::new() };
        hasher.update(blake3::hash(name.as_bytes()).as_bytes()).update(blake3::hash(&file).as_bytes());
    }
    *hasher.finalize().as_bytes()
}
