//! `platen normalize`, which the service runs for every upload: a process of its own that may be killed.
//!
//! It gives up the network, reads an upload from standard input, bounds its own memory and time first, and writes one line of JSON and then
//! the normalised bytes. A file that brings the decoders down brings this process down, and nothing else.

use std::io::{Read as _, Write as _};

use anyhow::Context as _;
use clap::Args;
use nix::sys::resource::{Resource, setrlimit};
use platen::server::{NormalizeReply, shut_network};

use crate::cli::document::open_shop;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Most memory, MiB
    #[arg(long, default_value_t = 2048)]
    memory: u64,
    /// Most processor time, seconds
    #[arg(long, default_value_t = 10)]
    cpu: u64,
}

/// What bounds the memory. Linux counts in `RLIMIT_DATA` what is allocated; the address space would count what threads
/// reserve as well, which grows with the number of processors.
pub(crate) const MEMORY: Resource = if cfg!(target_os = "linux") { Resource::RLIMIT_DATA } else { Resource::RLIMIT_AS };

pub(crate) fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<Outcome> {
    // Where it cannot be had, `serve` has said so in its log.
    let _ = shut_network();
    let shop = open_shop(common)?;
    let bytes = arguments.memory << 20;
    setrlimit(MEMORY, bytes, bytes).context("cannot bound the memory")?;
    setrlimit(Resource::RLIMIT_CPU, arguments.cpu, arguments.cpu).context("cannot bound the time")?;
    // A crash of a decoder must not fill the disk.
    setrlimit(Resource::RLIMIT_CORE, 0, 0).context("cannot bound the memory dump")?;
    let mut upload = Vec::new();
    let library = shop.library();
    let most = library.limits.raster_bytes.max(library.limits.svg.bytes) as u64;
    std::io::stdin().lock().take(most + 1).read_to_end(&mut upload)?;
    let (reply, normalized) = match library.normalize(&upload) {
        Ok(normalized) => (NormalizeReply::Done(normalized.facts), normalized.bytes),
        Err(error) => (NormalizeReply::refused(&error), Vec::new()),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &reply)?;
    out.write_all(b"\n")?;
    out.write_all(&normalized)?;
    out.flush()?;
    Ok(Outcome::Done)
}
