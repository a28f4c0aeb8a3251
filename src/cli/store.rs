//! Where a command finds what the service keeps.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use platen::store::Store;
use platen::suggest::{History, LogReader, RecipeId, Vocabulary};

use crate::cli::Common;

#[derive(Debug, Args)]
pub(crate) struct DatabaseOption {
    /// URL of the database [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL", env = "PLATEN_DATABASE")]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StorageOption {
    /// URL of the file store [default: a folder in the data folder]
    #[arg(long, value_name = "URL", env = "PLATEN_STORAGE")]
    pub(crate) storage: Option<String>,
}

/// A store, and the threads that it lives on.
pub(crate) struct OpenStore {
    pub(crate) store: Store,
    pub(crate) runtime: tokio::runtime::Runtime,
}

/// Opens the store that `serve` would open with the same options, and makes it if it is not there.
pub(crate) fn open_store(common: &Common, database: Option<&str>, storage: Option<&str>) -> anyhow::Result<OpenStore> {
    let data = &common.data;
    std::fs::create_dir_all(data).with_context(|| format!("cannot make the folder {}", data.display()))?;
    let runtime = threads()?;
    let store = runtime.block_on(Store::open(data, database, storage)).context("cannot open the store")?;
    Ok(OpenStore { store, runtime })
}

/// As [`open_store`], but what is not there is not made: a wrong folder is told rather than filled.
pub(crate) fn open_known_store(
    common: &Common,
    database: Option<&str>,
    storage: Option<&str>,
) -> anyhow::Result<OpenStore> {
    let local: PathBuf = common.data.join("platen.db");
    anyhow::ensure!(
        database.is_some() || local.exists(),
        "there is no database at {}; say where it is with --data DIR or --database URL",
        local.display()
    );
    open_store(common, database, storage)
}

/// Threads for what a command waits for.
pub(crate) fn threads() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start threads")
}

/// What the log of a service has until a moment of the values that the shop has today, as the service reads it, and the
/// styles that it showed last; `None` if no database is named and there is none in the data folder.
pub(crate) fn past(
    common: &Common,
    database: Option<&str>,
    vocabulary: &Vocabulary,
    now: i64,
) -> anyhow::Result<Option<(History, BTreeSet<RecipeId>)>> {
    if database.is_none() && !common.data.join("platen.db").exists() {
        return Ok(None);
    }
    let open = open_known_store(common, database, None)?;
    let (mut history, mut reader) = (History::new(), LogReader::new(Some(vocabulary)));
    let read = open.store.each_event(|row| {
        if row.at <= now {
            reader.take((&row.id, &row.customer, row.at, &row.kind), &row.body, &mut history, now);
        }
    });
    open.runtime.block_on(read)?;
    let styles = open.runtime.block_on(open.store.shown_styles())?;
    open.runtime.block_on(open.store.close());
    let recipes = styles.iter().filter_map(|style| serde_json::from_str(style).ok());
    let shown = recipes.filter_map(|recipe| history.id(&recipe)).collect();
    Ok(Some((history, shown)))
}
