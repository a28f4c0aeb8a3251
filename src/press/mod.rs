//! A separated job as files: plates, films, proof and plan, made in one pass over the artwork.

pub mod cut;
mod film;
pub mod label;
mod ladder;
mod marks;
mod paths;
mod proof;
mod spots;

use std::io::Write;

use rayon::prelude::*;

pub use crate::press::film::FilmOptions;
pub use crate::press::ladder::{LadderError, ReportedInk, Rung, RungReport, ladder};
pub use crate::press::spots::{MOST_SPOTS, Spot, spots};

use crate::cancel::Cancel;
use crate::export::plate::{Depth, PlatePng};
use crate::export::separations::{self, PlateStream};
use crate::export::tiff::{Facts, Samples, Strips};
use crate::export::{ExportError, png};
use crate::prepress::separate::Rows;
use crate::press::film::FilmFile;
use crate::press::proof::Proof;
use crate::shop::Shop;
use crate::shop::press::{Plate, SeparationJob, Tally};

/// Which files are made besides the proof.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Each plate as a grey PNG: `plates/01-underbase.png`.
    pub png: bool,
    /// Each plate as a grey TIFF.
    pub tiff: bool,
    /// All plates in one TIFF with named inks: `plates/all.tif`.
    pub channels: bool,
    /// All plates in one PDF with named inks: `plates/all.pdf`.
    pub pdf: bool,
    /// Each plate as a film: `films/01-underbase.png` and `.tif`. Default: none.
    pub films: Option<FilmOptions>,
}

/// Why there are no files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PressError {
    /// A file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The words of a film cannot be set.
    #[error("the words of a film cannot be set: {0}")]
    Words(String),
    /// Nothing that a knife could follow.
    #[error(
        "the artwork has more than {} cut paths: a picture is printed and cut around, or drawn in fewer pieces",
        crate::press::cut::MOST_PATHS
    )]
    TooManyPaths,
    /// No place is printed by half.
    #[error("nothing here is dense enough to be cut: a knife goes where at least half of a place is covered")]
    NothingToCut,
    /// Nobody waits for it any more.
    #[error("the work was called off")]
    CalledOff,
}

/// Takes a job apart and writes what is wanted of it into files that `open` makes by their names, which may have one
/// folder in front; and `proof.png`. Gives what was counted.
///
/// # Errors
/// If a file cannot be made or written, or once `cancel` is set.
pub fn make<W: Write + Send + 'static>(
    shop: &Shop,
    job: &SeparationJob<'_>,
    wanted: &Wanted,
    cancel: &Cancel,
    mut open: impl FnMut(&str) -> std::io::Result<W>,
) -> Result<Tally, PressError> {
    let (width, height) = job.scene.size.to_px(job.dpi);
    let size = (width as usize, height as usize);
    let mut tally = Tally::new(job);
    let mut proof = Proof::new(size);
    let steps = if wanted.pdf { paths::steps(job) } else { None };
    let mut outputs = Vec::new();
    for index in 0..job.plates.len() {
        outputs.push(Output::begin(shop, (job, index), size, (wanted, steps.is_some()), &mut open)?);
    }
    let names: Vec<String> = job.plates.iter().map(|plate| plate.name.clone()).collect();
    let facts = facts(job, "Plates", size);
    let mut channels = wanted.channels.then(|| Channels::new(Strips::new(facts, Samples::Inks(names)), job));
    let ended = job.run(cancel, |rows| {
        let see = || {
            tally.take(job, rows);
            proof.take(job, rows);
            channels.iter_mut().try_for_each(|channels| channels.take(job, rows))
        };
        let (seen, written) = rayon::join(see, || outputs.par_iter_mut().try_for_each(|output| output.take(rows)));
        seen.and(written)
    });
    ended.ok_or(PressError::CalledOff)??;
    let streams: Vec<PlateStream> = outputs.iter_mut().filter_map(|output| output.pdf.take()).collect();
    outputs.into_iter().try_for_each(|output| output.finish(&mut open))?;
    if let Some(channels) = channels {
        channels.strips.finish(open("plates/all.tif").map_err(ExportError::from)?)?;
    }
    let hash = job.scene.hash.to_string();
    if wanted.pdf {
        let out = open("plates/all.pdf").map_err(ExportError::from)?;
        let steps = steps.unwrap_or_default();
        separations::write((streams, &steps), job.scene.size, (&format!("{} plates", job.area), &hash), out)?;
    }
    let (wide, high) = proof.size();
    let out = open("proof.png").map_err(ExportError::from)?;
    png::write_rgb(wide as u32, high as u32, &proof.rgb, &hash, out)?;
    Ok(tally)
}

fn facts(job: &SeparationJob<'_>, title: &str, size: (usize, usize)) -> Facts {
    Facts { size, dpi: job.dpi, title: title.to_owned(), artwork_hash: job.scene.hash.to_string() }
}

/// The files of one plate.
struct Output<W: Write + 'static> {
    plate: Plate,
    png: Option<PlatePng<W>>,
    tiff: Option<Strips>,
    pdf: Option<PlateStream>,
    film: Option<FilmFile<W>>,
    line: Vec<u8>,
}

impl<W: Write + 'static> Output<W> {
    fn begin(
        shop: &Shop,
        (job, index): (&SeparationJob<'_>, usize),
        size: (usize, usize),
        (wanted, has_paths): (&Wanted, bool),
        open: &mut impl FnMut(&str) -> std::io::Result<W>,
    ) -> Result<Self, PressError> {
        let plate = job.plates[index].clone();
        let facts = facts(job, &plate.name, size);
        let png = if wanted.png {
            let out = open(&format!("plates/{}.png", plate.slug)).map_err(ExportError::from)?;
            Some(PlatePng::begin(out, &facts, Depth::Coverage)?)
        } else {
            None
        };
        let film = match &wanted.films {
            Some(options) => Some(FilmFile::begin(shop, (job, index), options, open)?),
            None => None,
        };
        Ok(Self {
            tiff: wanted.tiff.then(|| Strips::new(facts, Samples::Grey)),
            pdf: wanted.pdf.then(|| match plate.ink {
                Some(_) if has_paths => PlateStream::painted(&plate.name, plate.color()),
                _ => PlateStream::new(&plate.name, plate.color(), size),
            }),
            plate,
            png,
            film,
            line: Vec::new(),
        })
    }

    fn take(&mut self, rows: &Rows<'_>) -> Result<(), PressError> {
        for row in 0..rows.rows {
            let coverage = self.plate.row(rows, row);
            if let Some(png) = &mut self.png {
                png.row(coverage)?;
            }
            if let Some(tiff) = &mut self.tiff {
                self.line.clear();
                self.line.extend(coverage.iter().map(|value| !value));
                tiff.row(&self.line)?;
            }
            if let Some(pdf) = &mut self.pdf {
                pdf.row(coverage)?;
            }
            if let Some(film) = &mut self.film {
                film.row(coverage)?;
            }
        }
        Ok(())
    }

    fn finish(self, open: &mut impl FnMut(&str) -> std::io::Result<W>) -> Result<(), PressError> {
        if let Some(png) = self.png {
            png.finish()?;
        }
        if let Some(tiff) = self.tiff {
            tiff.finish(open(&format!("plates/{}.tif", self.plate.slug)).map_err(ExportError::from)?)?;
        }
        match self.film {
            Some(film) => film.finish(&self.plate.slug, open),
            None => Ok(()),
        }
    }
}

/// All plates pixel by pixel.
struct Channels {
    strips: Strips,
    line: Vec<u8>,
}

impl Channels {
    fn new(strips: Strips, job: &SeparationJob<'_>) -> Self {
        let width = job.scene.size.to_px(job.dpi).0 as usize;
        Self { strips, line: vec![0; width * job.plates.len()] }
    }

    fn take(&mut self, job: &SeparationJob<'_>, rows: &Rows<'_>) -> Result<(), PressError> {
        let count = job.plates.len();
        for row in 0..rows.rows {
            for (index, plate) in job.plates.iter().enumerate() {
                let targets = self.line[index..].iter_mut().step_by(count);
                targets.zip(plate.row(rows, row)).for_each(|(to, value)| *to = *value);
            }
            self.strips.row(&self.line)?;
        }
        Ok(())
    }
}
