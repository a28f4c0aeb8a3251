//! The designs that orders name: files beside the orders or below, and nowhere else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use platen::assets::Library;
use platen::batch::orders::Opened;
use platen::catalog::suggest;
use platen::design::{Mentioned, Reading, limits};
use platen::shop::{Choice, Shop};

use crate::cli::campaign::bounded;

/// Files of a folder that are looked through for one whose name is near.
const LOOKED_THROUGH: usize = 10_000;

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
        let real = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(&path),
            _ => format!("it cannot be read: {error}"),
        })?;
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

/// Tells that a design is not there, with those that are called nearly so.
fn missing(path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new("."));
    let names = names_in(folder);
    let wanted = path.file_stem().unwrap_or_default().to_string_lossy();
    let near = suggest(&wanted, names.iter().map(String::as_str));
    let near: Vec<String> = near.into_iter().map(|name| format!("{name}.json")).collect();
    let hint = match near.as_slice() {
        [] => "designs lie beside the orders or below".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("there is no such file; {hint}")
}

/// What the designs in a folder are called.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(LOOKED_THROUGH);
    let files = entries.filter_map(|entry| entry.file_name().into_string().ok());
    files.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_design_that_is_not_there_is_told_with_its_nearest() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        assert_eq!(missing(&examples.join("tuor.json")), "there is no such file; did you mean tour.json?");
        assert!(missing(&examples.join("nothing-like-it.json")).ends_with("; designs lie beside the orders or below"));
        assert!(missing(&examples.join("nowhere/tour.json")).starts_with("there is no such file"));
    }
}
