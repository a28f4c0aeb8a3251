//! The designs of a campaign: the template's, and those of recipients, from one folder and nowhere else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use platen::assets::Library;
use platen::campaign::{Opened, PictureOptions};
use platen::design::{Design, limits};
use platen::shop::{Choice, Shop};

use crate::cli::campaign::bounded;
use crate::cli::document::Document;
use crate::cli::terminal::Terminal;

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
        let relative = Path::new(name);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err("it must lie in the folder of designs".to_owned());
        }
        let named = folder.join(relative);
        let path = if named.extension().is_none() { named.with_extension("json") } else { named };
        // A link must not lead out of the folder either.
        let real = path.canonicalize().map_err(|error| error.to_string())?;
        if !folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)) {
            return Err("it must lie in the folder of designs".to_owned());
        }
        let bytes = bounded(&real, limits::DOCUMENT_BYTES).map_err(|error| error.to_string())?;
        let library = match path.parent() {
            Some(parent) if parent != folder.as_path() => Arc::new(library(self.shop, parent)),
            _ => Arc::clone(pictures),
        };
        let design = self.shop.read(&bytes, &library, &Choice::default()).map_err(|error| error.to_string())?;
        Ok(Opened { design: Arc::new(design), library })
    }
}

fn library(shop: &Shop, folder: &Path) -> Library {
    let mut library = Library::with_base(folder);
    library.fonts = Some(Arc::clone(&shop.fonts));
    library
}
