//! The operators of one page.

use std::collections::BTreeSet;

use kurbo::{Affine, BezPath, Cap, Join, PathEl, Point, Rect, Stroke};
use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Name, Ref, Str, TextStr};

use crate::color::Color;
use crate::export::pdf::letters::{Alphabet, font_name, outline_name};
use crate::export::pdf::{POINTS_PER_MM, Role, Shape, Words, picture_name, structure};
use crate::scene::FillRule;

/// The opacities that pages use, in steps of 1/255.
#[derive(Debug, Default)]
pub(super) struct States(BTreeSet<u8>);

impl States {
    /// Each once.
    pub(super) fn used(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().copied()
    }
}

/// What pages call an opacity.
pub(super) fn state_name(opacity: u8) -> Vec<u8> {
    format!("A{opacity}").into_bytes()
}

/// A page's content while it is written.
pub(super) struct Content<'a> {
    stream: pdf_writer::Content,
    alphabet: &'a mut Alphabet,
    states: &'a mut States,
    /// The element of each marked part.
    marked: Vec<usize>,
}

impl<'a> Content<'a> {
    /// An empty page that is `height` points high.
    pub(super) fn new(height: f64, alphabet: &'a mut Alphabet, states: &'a mut States) -> Self {
        let mut stream = pdf_writer::Content::with_settings(pdf_writer::Settings { pretty: false });
        // From here on, everything is in millimetres, y down.
        let scale = POINTS_PER_MM as f32;
        stream.transform([scale, 0.0, 0.0, -scale, 0.0, height as f32]);
        Self { stream, alphabet, states, marked: Vec::new() }
    }

    /// The bytes, and the element of each marked part by its number.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<usize>) {
        (self.stream.finish().into_vec(), self.marked)
    }

    /// Draws `shape` as a part of an element, or as decoration. `picture` is the object of a picture's file.
    pub(super) fn mark(&mut self, shape: &Shape, element: Option<(usize, Role)>, picture: Option<Ref>) {
        match element {
            Some((element, role)) => {
                let number = i32::try_from(self.marked.len()).unwrap_or(i32::MAX);
                self.marked.push(element);
                let mut mark = self.stream.begin_marked_content_with_properties(structure::name(role));
                mark.properties().identify(number);
            }
            None => {
                self.stream.begin_marked_content(Name(b"Artifact"));
            }
        }
        match shape {
            Shape::Fill { path, rule, color, opacity } => self.fill(path, *rule, *color, *opacity),
            Shape::Stroke { path, style, color } => self.stroke(path, style, *color),
            Shape::Picture { place, .. } => {
                if let Some(id) = picture {
                    self.picture(id, *place);
                }
            }
            Shape::Words { words, origin, em, color } => self.words(words, *origin, *em, *color),
        }
        self.stream.end_marked_content();
    }

    fn fill(&mut self, path: &BezPath, rule: FillRule, color: Color, opacity: f64) {
        let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
        if alpha < u8::MAX {
            self.states.0.insert(alpha);
            self.stream.save_state().set_parameters(Name(&state_name(alpha)));
        }
        self.fill_color(color);
        path_operators(&mut self.stream, path);
        match rule {
            FillRule::NonZero => self.stream.fill_nonzero(),
            FillRule::EvenOdd => self.stream.fill_even_odd(),
        };
        if alpha < u8::MAX {
            self.stream.restore_state();
        }
    }

    fn stroke(&mut self, path: &BezPath, style: &Stroke, color: Color) {
        let [r, g, b] = channels(color);
        self.stream.save_state().set_stroke_rgb(r, g, b);
        line_style(&mut self.stream, style);
        path_operators(&mut self.stream, path);
        self.stream.stroke().restore_state();
    }

    fn picture(&mut self, id: Ref, place: Rect) {
        let [x, bottom, width, height] = [place.x0, place.y1, place.width(), place.height()].map(number);
        // A picture fills the unit square with its first row at the top, where y is 1.
        self.stream.save_state().transform([width, 0.0, 0.0, -height, x, bottom]);
        self.stream.x_object(Name(&picture_name(id))).restore_state();
    }

    fn words(&mut self, words: &Words, origin: Point, em: f64, color: Color) {
        // Readers turn letters that run from right to left from the order of the page into that of the words, and those of
        // a span's `ActualText`, which are in that order already, as well. Such a line's text stands at its element only.
        if !words.has_rtl {
            let mut span = self.stream.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(&words.text));
        }
        self.fill_color(color);
        let scale = number(em);
        for letter in words.letters.iter().filter(|letter| !letter.path.elements().is_empty()) {
            let name = outline_name(self.alphabet.outline(&letter.path));
            let [x, y] = [origin.x + letter.left * em, origin.y].map(number);
            self.stream.save_state().transform([scale, 0.0, 0.0, scale, x, y]);
            self.stream.x_object(Name(&name)).restore_state();
        }
        self.characters(words, origin, em);
        if !words.has_rtl {
            self.stream.end_marked_content();
        }
    }

    /// The characters of a line for readers that search and copy. Their glyphs are empty.
    fn characters(&mut self, words: &Words, origin: Point, em: f64) {
        let codes: Vec<_> = words
            .letters
            .iter()
            .filter(|letter| !letter.text.is_empty())
            .map(|letter| (thousandths(letter.left), self.alphabet.code(&letter.text, thousandths(letter.width))))
            .collect();
        if codes.is_empty() {
            return;
        }
        self.stream.begin_text().set_text_matrix([1.0, 0.0, 0.0, -1.0, number(origin.x), number(origin.y)]);
        let mut reached = 0;
        for run in codes.chunk_by(|(_, one), (_, other)| one.font == other.font) {
            self.stream.set_font(Name(&font_name(run[0].1.font)), number(em));
            let mut line = self.stream.show_positioned();
            let mut items = line.items();
            for (left, code) in run {
                if *left != reached {
                    items.adjust((reached - left) as f32);
                }
                items.show(Str(&[code.byte]));
                reached = left + code.width;
            }
        }
        self.stream.end_text();
    }

    fn fill_color(&mut self, color: Color) {
        let [r, g, b] = channels(color);
        self.stream.set_fill_rgb(r, g, b);
    }
}

/// Says how lines are drawn from here on.
pub(in crate::export) fn line_style(stream: &mut pdf_writer::Content, style: &Stroke) {
    stream.set_line_width(number(style.width)).set_miter_limit(number(style.miter_limit));
    stream.set_line_cap(match style.start_cap {
        Cap::Butt => LineCapStyle::ButtCap,
        Cap::Round => LineCapStyle::RoundCap,
        Cap::Square => LineCapStyle::ProjectingSquareCap,
    });
    stream.set_line_join(match style.join {
        Join::Miter => LineJoinStyle::MiterJoin,
        Join::Round => LineJoinStyle::RoundJoin,
        Join::Bevel => LineJoinStyle::BevelJoin,
    });
    if !style.dash_pattern.is_empty() {
        stream.set_dash_pattern(style.dash_pattern.iter().map(|dash| number(*dash)), number(style.dash_offset));
    }
}

/// Writes the operators of a path in its own units, to a thousandth.
pub(in crate::export) fn path_operators(stream: &mut pdf_writer::Content, path: &BezPath) {
    let xy = |point: Point| (number(point.x), number(point.y));
    let mut last = Point::ZERO;
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => {
                let (x, y) = xy(to);
                stream.move_to(x, y);
            }
            PathEl::LineTo(to) => {
                let (x, y) = xy(to);
                stream.line_to(x, y);
            }
            // The format has no quadratic curves: the same curve with two handles.
            PathEl::QuadTo(handle, to) => {
                let (first, second) = (last.lerp(handle, 2.0 / 3.0), to.lerp(handle, 2.0 / 3.0));
                let ((x1, y1), (x2, y2), (x3, y3)) = (xy(first), xy(second), xy(to));
                stream.cubic_to(x1, y1, x2, y2, x3, y3);
            }
            PathEl::CurveTo(first, second, to) => {
                let ((x1, y1), (x2, y2), (x3, y3)) = (xy(first), xy(second), xy(to));
                stream.cubic_to(x1, y1, x2, y2, x3, y3);
            }
            PathEl::ClosePath => {
                stream.close_path();
            }
        }
        last = element.end_point().unwrap_or(last);
    }
}

/// The outline of a letter as the operators of an object of its own, in thousandths of an em.
pub(super) fn letter_operators(path: &BezPath) -> Vec<u8> {
    let rounded = BezPath::from_vec(path.elements().iter().map(|element| rounded(*element)).collect());
    let mut stream = pdf_writer::Content::with_settings(pdf_writer::Settings { pretty: false });
    path_operators(&mut stream, &rounded);
    stream.fill_nonzero();
    stream.finish().into_vec()
}

fn rounded(element: PathEl) -> PathEl {
    let point = |point: Point| (Affine::scale(1000.0) * point).round();
    match element {
        PathEl::MoveTo(to) => PathEl::MoveTo(point(to)),
        PathEl::LineTo(to) => PathEl::LineTo(point(to)),
        PathEl::QuadTo(handle, to) => PathEl::QuadTo(point(handle), point(to)),
        PathEl::CurveTo(first, second, to) => PathEl::CurveTo(point(first), point(second), point(to)),
        PathEl::ClosePath => PathEl::ClosePath,
    }
}

fn channels(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(|channel| number(f64::from(channel) / 255.0))
}

/// To a thousandth: a micrometre on the page. Files stay small, and no digit depends on how a sum was rounded.
fn number(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

fn thousandths(ems: f64) -> i32 {
    (ems * 1000.0).round() as i32
}
