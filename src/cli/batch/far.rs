//! A batch whose files other machines make.

#[cfg(not(feature = "distributed"))]
use platen::batch::folder::Folder;
#[cfg(not(feature = "distributed"))]
use platen::batch::run::{Batch, Outcome};

#[cfg(not(feature = "distributed"))]
use crate::cli::batch::designs::Designs;

#[cfg(feature = "distributed")]
pub(super) use shared::run;

/// Told by a program that knows one machine only.
#[cfg(not(feature = "distributed"))]
pub(crate) const ALONE: &str = "this program was built for one machine; build it with `cargo build --release --features \
                                distributed` to share jobs through PostgreSQL";

#[cfg(not(feature = "distributed"))]
pub(super) fn run(_: &Batch<'_>, _: &Folder, _: (&str, &str), _: &Designs<'_>) -> anyhow::Result<Outcome> {
    anyhow::bail!(ALONE)
}

#[cfg(feature = "distributed")]
mod shared {
    use anyhow::Context as _;
    use platen::batch::folder::Folder;
    use platen::batch::run::{Batch, Outcome, run_elsewhere};
    use platen::engine::{Engine, Far};
    use platen::store::random_id;

    use crate::cli::batch::designs::Designs;

    /// Connections to the database.
    const CONNECTIONS: u32 = 4;

    /// Makes a batch by the workers that share a database and a file store.
    pub(in crate::cli::batch) fn run(
        batch: &Batch<'_>,
        folder: &Folder,
        (database, storage): (&str, &str),
        designs: &Designs<'_>,
    ) -> anyhow::Result<Outcome> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start threads")?;
        let engine = runtime.block_on(Engine::open(batch.shop, database, storage, CONNECTIONS))?;
        let source = |name: &str| designs.find(name).ok();
        let far = Far::new(&engine, &runtime, &source);
        let made = run_elsewhere(batch, folder, &|errand| far.make(errand), &random_id()?)?;
        runtime.block_on(engine.close());
        Ok(made)
    }
}
