//! The designs of a campaign: the template's, and those of recipients, from one folder and nowhere else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use platen::assets::Library;
use platen::campaign::{Opened, PictureOptions};
use platen::catalog::suggest;
use platen::design::{Design, limits};
use platen::shop::{Choice, Shop};

use crate::cli::batch::designs::names_in;
use crate::cli::campaign::bounded;
use crate::cli::document::Document;
use crate::cli::terminal::Terminal;

/// Designs that are named to somebody who named one that is not there.
const NAMED: usize = 4;

/// The designs of a campaign.
pub(crate) struct Designs<'a> {
    shop: &'a Shop,
    common: Opened,
    /// Where recipients' own lie.
    folder: Option<PathBuf>,
    /// Pictures in that folder, shared by designs that lie in it directly.
    pictures: Option<Arc<Library>>,
}

impl<'a> Designs<'a> {
    /// Opens the template's design; `None` if it has problems, which are then told.
    pub(crate) fn open(
        shop: &'a Shop,
        base: &Path,
        options: &PictureOptions,
        terminal: &Terminal,
    ) -> anyhow::Result<Option<Self>> {
        let choice = Choice { any_color: options.garment_color.is_some(), ..Choice::default() };
        let Some(document) = Document::open(&base.join(&options.design), shop, &choice, terminal)? else {
            return Ok(None);
        };
        let common = Opened { design: Arc::new(document.design), library: Arc::new(document.library) };
        let folder = options.designs.as_ref().map(|folder| base.join(folder));
        if let Some(folder) = &folder {
            anyhow::ensure!(
                folder.is_dir(),
                "there is no folder {}: `designs` of [picture] names it",
                folder.display()
            );
        }
        let pictures = folder.as_ref().map(|folder| Arc::new(library(shop, folder)));
        Ok(Some(Self { shop, common, folder, pictures }))
    }

    /// The template's design.
    pub(crate) fn common(&self) -> &Design {
        &self.common.design
    }

    /// The template's design and its pictures.
    pub(crate) fn opened(&self) -> Opened {
        self.common.clone()
    }

    /// Opens a recipient's own design, or says why not.
    pub(crate) fn own(&self, name: &str) -> Result<Opened, String> {
        let (Some(folder), Some(pictures)) = (&self.folder, &self.pictures) else {
            return Err("[picture] names no folder `designs` for designs of recipients".to_owned());
        };
        let outside = || format!("it must lie in the folder of designs, {}, or below", folder.display());
        let relative = Path::new(name);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(outside());
        }
        let named = folder.join(relative);
        let path = if named.extension().is_none() { named.with_extension("json") } else { named };
        // A link must not lead out of the folder either.
        let real = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(&path),
            _ => format!("it cannot be read: {error}"),
        })?;
        if !folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)) {
            return Err(outside());
        }
        let bytes = bounded(&real, limits::DOCUMENT_BYTES).map_err(|error| format!("it cannot be read: {error}"))?;
        let library = match path.parent() {
            Some(parent) if parent != folder.as_path() => Arc::new(library(self.shop, parent)),
            _ => Arc::clone(pictures),
        };
        let design = self.shop.read(&bytes, &library, &Choice::default()).map_err(|error| error.to_string())?;
        Ok(Opened { design: Arc::new(design), library })
    }
}

/// Tells that a design is not there: where it was looked for, and what is there.
fn missing(path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new("."));
    let [file, wanted] = [path.file_name(), path.file_stem()].map(|part| part.unwrap_or_default().to_string_lossy());
    let mut names = names_in(folder);
    names.sort();
    let near = suggest(&wanted, names.iter().map(String::as_str));
    let listed = |names: &[String], between: &str| {
        names.iter().map(|name| format!("{name}.json")).collect::<Vec<_>>().join(between)
    };
    let hint = match (near.as_slice(), names.split_at_checked(NAMED)) {
        ([], _) if names.is_empty() => "no designs are there".to_owned(),
        ([], Some((first, rest @ [_, ..]))) => format!("there are {} and {} more", listed(first, ", "), rest.len()),
        ([], _) => format!("there are {}", listed(&names, ", ")),
        (near, _) => format!("did you mean {}?", listed(near, " or ")),
    };
    format!("there is no {file} in {}; {hint}", folder.display())
}

fn library(shop: &Shop, folder: &Path) -> Library {
    let mut library = Library::with_base(folder);
    library.fonts = Some(Arc::clone(&shop.fonts));
    library
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_design_that_is_not_there_is_told_with_where_it_was_looked_for_and_what_is_there() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let told = missing(&examples.join("tuor.json"));
        assert_eq!(told, format!("there is no tuor.json in {}; did you mean tour.json?", examples.display()));
        let told = missing(&examples.join("nothere.json"));
        let (_, hint) = told.split_once("; there are ").unwrap();
        assert!(hint.matches(".json").count() == NAMED && hint.ends_with(" more"), "{told}");
        assert!(missing(&examples.join("nowhere/tour.json")).ends_with("nowhere; no designs are there"));
    }
}
