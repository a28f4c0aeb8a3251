//! Films: a plate's dots with register marks, the name of its ink and the job around them.

use std::io::Write;

use crate::export::ExportError;
use crate::export::plate::{Depth, PlatePng};
use crate::export::tiff::{Facts, Samples, Strips};
use crate::prepress::halftone::{Film, GAIN, Screen, USUAL_GAIN};
use crate::press::marks::{BORDER, Strip, corner, draw, target, words};
use crate::press::{PressError, label};
use crate::shop::Shop;
use crate::shop::press::{Plate, Separating, SeparationJob};
use crate::units::{Dpi, PhysicalSize};

/// How films are made.
#[derive(Debug, Clone)]
pub struct FilmOptions {
    /// Their resolution, in `prepress::halftone::FILM_DPI`. Default: 720.
    pub dpi: Dpi,
    /// Their dots. The ruling is the job's.
    pub screen: Screen,
    /// Whether inks whose gain the shop measured are corrected for that instead of the screen's. Default: yes.
    pub measured_gain: bool,
    /// The job's number or name, printed on each film. Default: none.
    pub job: String,
}

impl Default for FilmOptions {
    fn default() -> Self {
        Self { dpi: Dpi::FILM, screen: Screen::default(), measured_gain: true, job: String::new() }
    }
}

/// Angles of process inks that beat least with each other: cyan, magenta, yellow, black.
const CMYK_ANGLES: [f64; 4] = [22.5, 52.5, 7.5, 82.5];

/// The files of one film in the making.
pub(super) struct FilmFile<W: Write + 'static> {
    film: Film,
    png: PlatePng<W>,
    tiff: Strips,
    frame: Frame,
    bits: Vec<u8>,
    line: Vec<u8>,
    made: usize,
}

/// What lies around the picture.
struct Frame {
    top: Strip,
    bottom: Strip,
    left: Strip,
    right: Strip,
    /// Bytes before the picture in each row.
    side: usize,
    picture: (usize, usize),
}

impl Frame {
    fn new(shop: &Shop, film: &Film, (dpi, lines): (Dpi, [String; 2])) -> Result<Self, PressError> {
        // Whole bytes, so that rows can be put side by side.
        let side = (BORDER * dpi.px_per_mm() / 8.0).ceil() as usize;
        let (width, height) = film.size();
        let mm = 1.0 / dpi.px_per_mm();
        let border = side as f64 * 8.0 * mm;
        let (wide, high) = (width as f64 * mm, height as f64 * mm);
        let stride = side * 2 + width.div_ceil(8);
        let whole = PhysicalSize::from_mm(stride as f64 * 8.0 * mm, border);
        let mut head = target(border + wide / 2.0, border / 2.0);
        head.extend(corner((border, border), (1.0, 1.0)));
        head.extend(corner((border + wide, border), (-1.0, 1.0)));
        let mut foot = target(border + wide / 2.0, border / 2.0);
        foot.extend(corner((border, 0.0), (1.0, -1.0)));
        foot.extend(corner((border + wide, 0.0), (-1.0, -1.0)));
        let room = wide / 2.0 - 10.0;
        for (line, strip) in lines.iter().zip([&mut head, &mut foot]) {
            if room > 5.0 {
                let (path, _) = label::line(shop, line, 4.5, room)?;
                strip.push(words(&path, border + 4.0, border / 2.0 + 1.6));
            }
        }
        let beside = PhysicalSize::from_mm(border, high);
        let mark = target(border / 2.0, high / 2.0);
        let side_strip = draw(beside, mark, dpi);
        Ok(Self {
            top: draw(whole, head, dpi),
            bottom: draw(whole, foot, dpi),
            left: side_strip.clone(),
            right: side_strip,
            side,
            picture: (width, height),
        })
    }

    fn size(&self) -> (usize, usize) {
        ((self.side * 2 + self.picture.0.div_ceil(8)) * 8, self.top.rows() + self.picture.1 + self.bottom.rows())
    }

    /// A row of the picture with what lies beside it.
    fn row(&self, y: usize, picture: &[u8], line: &mut Vec<u8>) {
        line.clear();
        let beside = |strip: &Strip, line: &mut Vec<u8>| {
            if y < strip.rows() {
                line.extend_from_slice(&strip.row(y)[..self.side]);
            } else {
                line.resize(line.len() + self.side, 0);
            }
        };
        beside(&self.left, line);
        line.extend_from_slice(picture);
        beside(&self.right, line);
    }
}

impl<W: Write + 'static> FilmFile<W> {
    pub(super) fn begin(
        shop: &Shop,
        (job, index): (&SeparationJob<'_>, usize),
        options: &FilmOptions,
        open: &mut impl FnMut(&str) -> std::io::Result<W>,
    ) -> Result<Self, PressError> {
        let plate = &job.plates[index];
        let (width, height) = job.scene.size.to_px(job.dpi);
        let gain = gain(plate, options);
        let screen = Screen { lpi: job.lpi(), angle: angle(job, plate, &options.screen), gain, ..options.screen };
        let film = Film::new(&screen, (width as usize, height as usize), job.dpi, options.dpi);
        let (lpi, degrees) = film.screen();
        let hash = job.scene.hash.to_string();
        let name = if options.job.is_empty() { String::new() } else { format!("Job {}  ", options.job) };
        let order = format!("{}/{}", index + 1, job.plates.len());
        let head = format!("{name}{order}  {}", plate.name);
        let dots = format!("{lpi:.1} lpi {degrees:.1} deg {}", screen.shape.name());
        let foot = format!("{}  mesh {}  {dots}  {} dpi  {}", job.area, plate.mesh, options.dpi.get(), &hash[..12]);
        let frame = Frame::new(shop, &film, (options.dpi, [head.clone(), foot]))?;
        let facts = Facts { size: frame.size(), dpi: options.dpi, title: head, artwork_hash: hash };
        let out = open(&format!("films/{}.png", plate.slug)).map_err(ExportError::from)?;
        let mut file = Self {
            film,
            png: PlatePng::begin(out, &facts, Depth::Film)?,
            tiff: Strips::new(facts, Samples::Film),
            frame,
            bits: Vec::new(),
            line: Vec::new(),
            made: 0,
        };
        for row in 0..file.frame.top.rows() {
            file.border(Part::Top, row)?;
        }
        Ok(file)
    }

    /// A row of the border above or below.
    fn border(&mut self, part: Part, row: usize) -> Result<(), PressError> {
        let strip = if part == Part::Top { &self.frame.top } else { &self.frame.bottom };
        let bytes = self.frame.size().0.div_ceil(8);
        self.line.clear();
        self.line.extend_from_slice(&strip.row(row)[..bytes.min(strip.stride)]);
        self.line.resize(bytes, 0);
        self.png.row(&self.line)?;
        Ok(self.tiff.row(&self.line)?)
    }

    pub(super) fn row(&mut self, coverage: &[u8]) -> Result<(), PressError> {
        self.bits.clear();
        self.film.push(coverage, &mut self.bits);
        let stride = self.frame.picture.0.div_ceil(8);
        for picture in self.bits.chunks_exact(stride) {
            self.frame.row(self.made, picture, &mut self.line);
            self.png.row(&self.line)?;
            self.tiff.row(&self.line)?;
            self.made += 1;
        }
        Ok(())
    }

    pub(super) fn finish(
        mut self,
        slug: &str,
        open: &mut impl FnMut(&str) -> std::io::Result<W>,
    ) -> Result<(), PressError> {
        for row in 0..self.frame.bottom.rows() {
            self.border(Part::Bottom, row)?;
        }
        self.png.finish()?;
        Ok(self.tiff.finish(open(&format!("films/{slug}.tif")).map_err(ExportError::from)?)?)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Top,
    Bottom,
}

/// What is corrected of the gain of a plate's ink.
fn gain(plate: &Plate, options: &FilmOptions) -> f64 {
    let measured = plate.gain().filter(|_| options.measured_gain);
    measured.map_or(options.screen.gain, |gain| (gain - USUAL_GAIN).clamp(*GAIN.start(), *GAIN.end()))
}

/// Process inks each have their own angle, all others share one.
fn angle(job: &SeparationJob<'_>, plate: &Plate, screen: &Screen) -> f64 {
    match plate.ink {
        Some(ink) if job.method == Separating::Cmyk => CMYK_ANGLES.get(ink).copied().unwrap_or(screen.angle),
        _ => screen.angle,
    }
}
