//! Opening the shop and a design, and telling what is wrong with either.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use platen::assets::Library;
use platen::design::{self, Design, DesignError, Mention, Mentioned, Problem, Reading};
use platen::shop::{Choice, PlacedScene, RenderError, Shop};

use crate::cli::diagnostics::{self, Coloring, Remark};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

/// A design file and what belongs to it.
pub(crate) struct Document {
    path: PathBuf,
    source: Vec<u8>,
    /// The design.
    pub(crate) design: Design,
    /// Its pictures: files are found relative to the document.
    pub(crate) library: Library,
}

/// Tells what was done to the pictures of `scenes` that their owner should know.
pub(crate) fn tell_notes(scenes: &[PlacedScene<'_>], terminal: &Terminal) {
    for layer in scenes.iter().flat_map(|placed| &placed.scene.layers) {
        for note in &layer.facts.notes {
            terminal.say(&format!("note: layer \"{}\": {note}\n", layer.id));
        }
    }
}

/// Opens the shop that `--assets` names, or the one beside the program or in the working directory.
pub(crate) fn open_shop(common: &Common) -> anyhow::Result<Shop> {
    let root = assets_folder(common)?;
    Shop::open(&root).with_context(|| format!("cannot open the assets in {}", root.display()))
}

/// The folder that `--assets` names, or the one beside the program or the working directory.
pub(crate) fn assets_folder(common: &Common) -> anyhow::Result<PathBuf> {
    match &common.assets {
        Some(folder) => Ok(folder.clone()),
        None => found_assets(),
    }
}

fn found_assets() -> anyhow::Result<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_path_buf()));
    let candidates: Vec<PathBuf> = beside.into_iter().chain([PathBuf::from(".")]).collect();
    let is_shop = |folder: &PathBuf| folder.join("fonts").is_dir() && folder.join("mockups").is_dir();
    candidates.into_iter().find(is_shop).context(
        "there are no folders fonts/ and mockups/ beside the program or here; name their folder with --assets DIR",
    )
}

impl Document {
    /// Reads a design that is put on what `choice` says; `None` if it has problems, which are then told.
    pub(crate) fn open(path: &Path, shop: &Shop, choice: &Choice, terminal: &Terminal) -> anyhow::Result<Option<Self>> {
        Ok(Self::open_or_problems(path, shop, choice, terminal)?.ok())
    }

    /// Reads a design, or gives its problems, which are told as well.
    pub(crate) fn open_or_problems(
        path: &Path,
        shop: &Shop,
        choice: &Choice,
        terminal: &Terminal,
    ) -> anyhow::Result<Result<Self, Vec<Problem>>> {
        let source = read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut library = Library::with_base(folder.unwrap_or(Path::new(".")));
        library.fonts = Some(Arc::clone(&shop.fonts));
        match shop.read(&source, &library, choice) {
            Ok(design) => Ok(Ok(Self { path: path.to_owned(), source, design, library })),
            Err(error) => {
                tell(path, &source, &error, terminal);
                Ok(Err(error.problems()))
            }
        }
    }

    /// Refuses to write over the design or one of its pictures.
    pub(crate) fn spare(&self, output: &Path) -> anyhow::Result<()> {
        // What is not there yet is nobody's.
        let Ok(target) = output.canonicalize() else { return Ok(()) };
        let is_it = |path: &Path| path.canonicalize().is_ok_and(|path| path == target);
        anyhow::ensure!(!is_it(&self.path), "{} is the design itself; write to another file", output.display());
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mentions = Reading::new(&self.source).map(|reading| reading.mentions()).unwrap_or_default();
        let is_own = |mention: &Mention| mention.kind == Mentioned::Asset && is_it(&folder.join(&mention.name));
        anyhow::ensure!(
            !mentions.iter().any(is_own),
            "{} is a picture of the design; write to another file",
            output.display()
        );
        Ok(())
    }

    /// A report on the document for people.
    pub(crate) fn report(&self, remarks: &[Remark], coloring: Coloring) -> String {
        diagnostics::remarks(&self.path.display().to_string(), &self.source, remarks, coloring)
    }

    /// Tells the problems of the document; any other error could not run.
    pub(crate) fn refuse(&self, error: RenderError, terminal: &Terminal) -> anyhow::Result<Outcome> {
        match error {
            RenderError::Design(problems) => {
                tell(&self.path, &self.source, &DesignError::Invalid(problems), terminal);
                Ok(Outcome::Refused)
            }
            RenderError::Unknown(unknown) => match unknown.hint() {
                Some(hint) => Err(anyhow::anyhow!("{unknown}: {hint}")),
                None => Err(anyhow::anyhow!("{unknown}; `platen catalog {}` lists what there is", unknown.list())),
            },
            other => Err(other.into()),
        }
    }
}

/// Reads at most one byte more than a document may have, so that a huge file is refused and not loaded.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(design::limits::DOCUMENT_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn tell(path: &Path, source: &[u8], error: &DesignError, terminal: &Terminal) {
    terminal.say(&diagnostics::render(&path.display().to_string(), source, error, terminal.coloring()));
}
