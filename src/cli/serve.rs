//! `platen serve`: the studio and the API.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::server::{Config, serve};
use tracing_subscriber::EnvFilter;

use crate::cli::campaign;
use crate::cli::diagnostics::Coloring;
use crate::cli::document::assets_folder;
use crate::cli::store::{DatabaseOption, StorageOption};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "PLATEN_LISTEN")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    storage: StorageOption,
    /// Visitors come over HTTPS, through a proxy
    #[arg(long, env = "PLATEN_HTTPS")]
    https: bool,
    /// How many proxies of your own stand before the service and append to X-Forwarded-For
    #[arg(long, value_name = "N", default_value_t = 0, env = "PLATEN_PROXIES")]
    proxies: usize,
    /// Serve on a public address although no shop key was made
    #[arg(long, env = "PLATEN_NO_SHOP_KEYS")]
    no_shop_keys: bool,
    /// Let webhooks go to addresses inside the network, and over plain HTTP
    #[arg(long, env = "PLATEN_PRIVATE_WEBHOOKS")]
    private_webhooks: bool,
    /// File with a key that links to unsubscribe are signed with; several for links of before [default: what the variable
    /// `PLATEN_CAMPAIGN_KEY` holds]
    #[arg(long, value_name = "FILE")]
    campaign_key_file: Vec<PathBuf>,
    /// Renders that run at once [default: one for each processor]
    #[arg(long, value_name = "N", env = "PLATEN_WORKERS")]
    workers: Option<usize>,
    /// Most time that a preview may take, ms; more than the usual on a slow machine [default: 2000]
    #[arg(long, value_name = "MS", env = "PLATEN_PREVIEW_MS")]
    preview_ms: Option<u64>,
    /// Points that one visitor may spend in a minute; more where many come from one address, as a school does [default:
    /// 3000]
    #[arg(long, value_name = "N", env = "PLATEN_POINTS")]
    points: Option<u32>,
    /// Points that the calls with one shop key may cost in a minute [default: 30000]
    #[arg(long, value_name = "N", env = "PLATEN_KEY_POINTS")]
    key_points: Option<u32>,
    /// How log lines look
    #[arg(long, value_enum, default_value_t = LogFormat::Text, env = "PLATEN_LOG_FORMAT")]
    log: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    log(arguments.log, common.verbose, terminal);
    let mut config = Config::new(assets_folder(common)?, common.data.clone());
    config.listen = arguments.listen;
    config.database.clone_from(&arguments.database.database);
    config.storage.clone_from(&arguments.storage.storage);
    config.without_keys = arguments.no_shop_keys;
    config.https = arguments.https;
    config.private_webhooks = arguments.private_webhooks;
    config.proxies = arguments.proxies;
    config.campaign_keys = match arguments.campaign_key_file.as_slice() {
        [] => campaign::key(None)?.into_iter().collect(),
        files => files.iter().filter_map(|file| campaign::key(Some(file)).transpose()).collect::<Result<_, _>>()?,
    };
    if let Some(workers) = arguments.workers {
        anyhow::ensure!((1..=256).contains(&workers), "--workers is 1 to 256, not {workers}");
        config.limits = platen::server::Limits::for_cores(workers);
    }
    if let Some(time) = arguments.preview_ms {
        anyhow::ensure!((100..=60_000).contains(&time), "--preview-ms is 100 to 60000, not {time}");
        config.limits.preview_ms = time;
    }
    if let Some(points) = arguments.points {
        anyhow::ensure!(points > 0, "--points is at least 1, not 0");
        config.limits.points_per_minute = points;
    }
    if let Some(points) = arguments.key_points {
        anyhow::ensure!(points > 0, "--key-points is at least 1, not 0");
        config.limits.key_points_per_minute = points;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let served = runtime.block_on(async {
        let stop = stop_signal().context("cannot listen for signals")?;
        let ready = |address: SocketAddr| terminal.say(&format!("Platen is ready at http://{address}\n"));
        serve(config, stop, ready).await.map_err(anyhow::Error::from)
    });
    // Renders that were called off end within a band of rows; nothing else runs here.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    served.map(|()| Outcome::Done)
}

/// Done when the process is asked to end.
pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: new requests are refused, what runs is finished");
    })
}

fn log(format: LogFormat, verbose: bool, terminal: &Terminal) {
    let level = if verbose { "info,platen=debug" } else { "warn,platen=info" };
    let filter = EnvFilter::try_from_env("PLATEN_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => builder.with_ansi(terminal.coloring() == Coloring::Ansi).with_target(false).init(),
    }
}
