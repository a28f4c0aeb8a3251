//! `platen preview`: a design on the garment.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use platen::export::jpeg::JpegOptions;
use platen::export::{self, ExportError, Format};
use platen::mockup::{Background, Channels, Preview, WIDTHS_PX};
use platen::shop::{Choice, Fidelity, PreviewOptions, RenderError, Shop};

use crate::cli::asked::Asked;
use crate::cli::document::{Document, open_shop, tell_notes};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, check, files};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// The picture to write; its ending says the format: png, jpg or webp
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Which view of the garment [default: the first with a print]
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Size of the garment; a print looks smaller on a larger shirt [default: the size of the mockup]
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// Width of the picture in pixels, 64 to 2000
    #[arg(long, value_name = "PX", default_value_t = 1000)]
    width: u32,
    /// How the artwork is made
    #[arg(long, value_enum, default_value_t = FidelityArgument::Exact)]
    fidelity: FidelityArgument,
    /// Leave the background transparent (png and webp)
    #[arg(long)]
    transparent: bool,
    /// Print how long each stage took
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FidelityArgument {
    /// The pixels of the print file, averaged down
    Exact,
    /// Rasterised at the size of the preview, as while dragging
    Live,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let Some(format @ (Format::Png | Format::Jpeg | Format::WebP)) = Format::from_path(&arguments.output) else {
        anyhow::bail!("cannot tell the format from {}; use .png, .jpg or .webp", arguments.output.display());
    };
    anyhow::ensure!(
        !(arguments.transparent && format == Format::Jpeg),
        "a JPEG cannot be transparent; write a .png or .webp"
    );
    let shop = open_shop(common)?;
    let color = Choice { color: arguments.garment_color.clone(), ..Choice::default() };
    let Some(document) = Document::open(&arguments.design, &shop, &color, terminal)? else {
        return Ok(Outcome::Refused);
    };
    document.spare(&arguments.output)?;
    let options = options(arguments, &shop, &document)?;
    let mut clock = Clock::new();
    let preview = match stages(&shop, &document, &options, &mut clock, terminal) {
        Ok(preview) => preview,
        Err(error) => return document.refuse(error, terminal),
    };
    files::write_whole(&arguments.output, |out| Ok(encode(&preview, format, out)?))?;
    clock.stage("encode");
    if arguments.timings {
        terminal.say(&clock.report());
    }
    Ok(Outcome::Done)
}

fn options(arguments: &Arguments, shop: &Shop, document: &Document) -> anyhow::Result<PreviewOptions> {
    let defaults = PreviewOptions::default();
    let mut asked = Asked::new(shop, &document.design);
    let options = PreviewOptions {
        choice: Choice {
            size: arguments.size.as_ref().map(|size| asked.size(size)),
            color: asked.color(arguments.garment_color.as_ref()),
            fields: asked.fields(arguments.fields.values()),
            ..Choice::default()
        },
        view: asked.view(arguments.view.as_ref()),
        width_px: arguments.width,
        fidelity: match arguments.fidelity {
            FidelityArgument::Exact => Fidelity::Exact,
            FidelityArgument::Live => Fidelity::Live,
        },
        background: if arguments.transparent { Background::Transparent } else { defaults.background },
    };
    if !WIDTHS_PX.contains(&arguments.width) {
        asked.slip(RenderError::Width { width_px: arguments.width }.to_string());
    }
    asked.settle()?;
    Ok(options)
}

fn stages(
    shop: &Shop,
    document: &Document,
    options: &PreviewOptions,
    clock: &mut Clock,
    terminal: &Terminal,
) -> Result<Preview, RenderError> {
    let fitting = shop.fit(&document.design, &options.choice)?;
    let stage = shop.stage(&fitting, options)?;
    clock.stage("garment");
    let scenes = shop.scenes(&fitting, &document.library, |area| area.view == stage.view)?;
    clock.stage("scene");
    let artworks = stage.rasterize(&scenes)?;
    clock.stage("raster");
    let preview = stage.composite(&scenes, &artworks);
    clock.stage("warp and composite");
    tell_notes(&scenes, terminal);
    check::warn(document, &fitting.findings(&scenes), terminal);
    for placed in &scenes {
        terminal.detail(&format!("artwork {} {}", placed.area.id, placed.scene.hash));
    }
    Ok(preview)
}

fn encode(preview: &Preview, format: Format, out: impl Write) -> Result<(), ExportError> {
    let Preview { width, height, channels, pixels, artwork_hash, .. } = preview;
    match (format, channels) {
        (Format::Jpeg, _) => {
            export::jpeg::write_rgb(*width, *height, pixels, artwork_hash, JpegOptions::default(), out)
        }
        (Format::WebP, Channels::Rgb) => export::webp::write_rgb(*width, *height, pixels, artwork_hash, out),
        (Format::WebP, Channels::Rgba) => export::webp::write_rgba(*width, *height, pixels, artwork_hash, out),
        (_, Channels::Rgb) => export::png::write_rgb(*width, *height, pixels, artwork_hash, out),
        (_, Channels::Rgba) => export::png::write_rgba(*width, *height, pixels, artwork_hash, out),
    }
}

/// Wall time of each stage.
struct Clock {
    last: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn new() -> Self {
        Self { last: now(), stages: Vec::new() }
    }

    fn stage(&mut self, name: &'static str) {
        let end = now();
        self.stages.push((name, end - self.last));
        self.last = end;
    }

    fn report(&self) -> String {
        let line = |name: &str, time: Duration| format!("{name:<20}{:>9.2} ms\n", time.as_secs_f64() * 1000.0);
        let total = self.stages.iter().map(|(_, time)| *time).sum();
        let lines: String = self.stages.iter().map(|(name, time)| line(name, *time)).collect();
        lines + &line("total", total)
    }
}

#[expect(clippy::disallowed_methods, reason = "a person asked how long it takes; no render depends on it")]
fn now() -> Instant {
    Instant::now()
}
