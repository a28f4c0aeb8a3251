//! Random valid designs for tests: everything that a document can say turns up sooner or later.

use std::collections::BTreeMap;

use crate::color::Color;
use crate::design::limits::{self, Bounds};
use crate::design::{
    Align, BrushMode, BrushStroke, Content, Crop, Design, Edges, Emoji, Extrude, Field, Fit, Flip, Font, Form, Group,
    Image, KnockOut, Layer, Paint, Placement, Production, RemoveBackground, Ring, Shadow, Shape, Stroke, Text, VERSION,
    Warp, WarpKind,
};

/// The pictures that the designs use.
pub const ASSETS: [&str; 2] = ["pictures/cat.png", "01J9ZK3T"];

/// The valid design that belongs to `seed`.
#[must_use]
pub fn design(seed: u64) -> Design {
    let mut dice = Dice(seed);
    let fields = dice.list(3, |dice, index| Field {
        id: format!("field-{index}"),
        label: dice.maybe(Dice::words),
        sample: dice.pick(&["ROSSI", "10", "{{x}}", "Zoë", "李"]).to_owned(),
        max_length: dice.maybe(|dice| dice.whole(Bounds::new(5.0, limits::MAX_LENGTH.max)) as u16),
    });
    let mut maker = Maker { dice, n_fields: fields.len(), n_layers: 0 };
    let areas = ["front", "back", "left-chest"];
    let n_areas = maker.dice.below(areas.len() + 1);
    let placements = areas[..n_areas].iter().map(|area| maker.placement(area)).collect();
    Design {
        version: VERSION,
        name: maker.dice.maybe(Dice::words),
        garment: "tee".to_owned(),
        color: maker.dice.pick(&["white", "heather-grey"]).to_owned(),
        technique: maker.dice.pick(&["dtg", "screen_print"]).to_owned(),
        fields,
        placements,
    }
}

/// Makes layers whose ids are unique and whose blanks are declared.
struct Maker {
    dice: Dice,
    n_fields: usize,
    n_layers: usize,
}

impl Maker {
    fn placement(&mut self, area: &str) -> Placement {
        let layers = self.layers(0);
        Placement { area: area.to_owned(), layers, production: self.dice.maybe(Dice::production) }
    }

    fn layers(&mut self, depth: usize) -> Vec<Layer> {
        (0..self.dice.below(5)).map(|_| self.layer(depth)).collect()
    }

    fn layer(&mut self, depth: usize) -> Layer {
        self.n_layers += 1;
        let id = format!("layer_{}", self.n_layers);
        let content = match self.dice.below(if depth < 3 { 4 } else { 3 }) {
            0 => Content::Text(self.text()),
            1 => Content::Image(self.dice.image()),
            2 => Content::Shape(self.shape()),
            _ => Content::Group(Group { layers: self.layers(depth + 1) }),
        };
        let dice = &mut self.dice;
        Layer {
            id,
            name: dice.maybe(Dice::words),
            x: dice.number(limits::COORDINATE),
            y: dice.number(limits::COORDINATE),
            rotation: dice.number(limits::ANGLE),
            opacity: dice.number(limits::OPACITY),
            flip: dice.pick(&Flip::ALL),
            hidden: dice.coin(),
            locked: dice.coin(),
            content,
        }
    }

    fn text(&mut self) -> Text {
        let text = self.words_with_blanks();
        let dice = &mut self.dice;
        Text {
            text,
            font: Font {
                family: dice.pick(&["Anton", "Noto Sans Arabic"]).to_owned(),
                weight: dice.whole(limits::WEIGHT) as u16,
                italic: dice.coin(),
            },
            size: dice.number(limits::TEXT_SIZE),
            align: dice.pick(&Align::ALL),
            tracking: dice.number(limits::TRACKING),
            leading: dice.number(limits::LEADING),
            fill: dice.paint(),
            emoji: dice.pick(&Emoji::ALL),
            outline: dice
                .list(limits::RINGS, |dice, _| Ring { width: dice.number(limits::RING_WIDTH), color: dice.paint() }),
            shadow: dice.maybe(Dice::shadow),
            extrude: dice.maybe(Dice::extrude),
            warp: dice.maybe(|dice| Warp { kind: dice.pick(&WarpKind::ALL), amount: dice.number(limits::WARP_AMOUNT) }),
            fit_width: dice.maybe(|dice| dice.number(limits::EXTENT)),
            fit: dice.pick(&Fit::ALL),
            max_width: dice.maybe(|dice| dice.number(limits::EXTENT)),
        }
    }

    fn shape(&mut self) -> Shape {
        let text = self.words_with_blanks();
        let dice = &mut self.dice;
        let (width, height) = (dice.number(limits::EXTENT), dice.number(limits::EXTENT));
        let corners = dice.whole(limits::CORNERS) as u32;
        let form = match dice.below(7) {
            0 => Form::Rectangle { width, height, radius: dice.number(limits::CORNER_RADIUS) },
            1 => Form::Ellipse { width, height },
            2 => Form::Polygon { sides: corners, radius: width },
            3 => Form::Star { points: corners, radius: width, inner: dice.number(limits::SHARE) },
            4 => Form::Line { length: width },
            5 => Form::Path { d: format!("M0 0 L{width} 0 Q 1 {height} 2 3 Z"), width },
            _ => Form::Qr { text, width },
        };
        let stroke = if matches!(form, Form::Line { .. }) { Some(dice.stroke()) } else { dice.maybe(Dice::stroke) };
        Shape { form, fill: dice.maybe(Dice::paint), stroke }
    }

    fn words_with_blanks(&mut self) -> String {
        let words = self.dice.words();
        if self.n_fields == 0 { words } else { format!("{words}\n{{{{field-{}}}}}", self.dice.below(self.n_fields)) }
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.coin().then(|| make(self))
    }

    fn list<T>(&mut self, max: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let length = self.below(max + 1);
        (0..length).map(|index| make(self, index)).collect()
    }

    /// Often one of the ends or a short decimal, else any number in between with all its bits.
    fn number(&mut self, bounds: Bounds) -> f64 {
        let share = (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        let number = bounds.min + share * (bounds.max - bounds.min);
        let number = match self.below(6) {
            0 => bounds.min,
            1 => bounds.max,
            2 | 3 => (number * 100.0).round() / 100.0,
            _ => number,
        };
        number.clamp(bounds.min, bounds.max) + 0.0
    }

    fn whole(&mut self, bounds: Bounds) -> f64 {
        self.number(bounds).round()
    }

    fn words(&mut self) -> String {
        self.pick(&["Rowing Club", "été 2026", "مرحبا", "日本", "👩‍🚀 crew", "a\u{301}", "\"quoted\" \\ <b>&", "{{{{"])
            .to_owned()
    }

    fn paint(&mut self) -> Paint {
        let [r, g, b, kind, ..] = self.roll().to_le_bytes();
        if kind < 64 { Paint::Ink("scarlet-2".to_owned()) } else { Paint::Rgb(Color::new(r, g, b)) }
    }

    fn shadow(&mut self) -> Shadow {
        Shadow {
            dx: self.number(limits::SHADOW_SHIFT),
            dy: self.number(limits::SHADOW_SHIFT),
            blur: self.number(limits::SHADOW_BLUR),
            color: self.paint(),
            opacity: self.number(limits::OPACITY),
        }
    }

    fn extrude(&mut self) -> Extrude {
        Extrude { depth: self.number(limits::EXTRUDE_DEPTH), angle: self.number(limits::ANGLE), color: self.paint() }
    }

    fn stroke(&mut self) -> Stroke {
        Stroke {
            width: self.number(limits::STROKE_WIDTH),
            color: self.paint(),
            dash: self.list(limits::DASHES, |dice, _| dice.number(limits::DASH)),
            round: self.coin(),
        }
    }

    fn image(&mut self) -> Image {
        let recolor: BTreeMap<_, _> = self
            .list(3, |dice, index| (Color::new(index as u8, 0, 255).to_string(), dice.paint()))
            .into_iter()
            .collect();
        Image {
            asset: self.pick(&ASSETS).to_owned(),
            width: self.number(limits::EXTENT),
            height: self.maybe(|dice| dice.number(limits::EXTENT)),
            crop: self.maybe(Self::crop),
            trim: self.coin(),
            remove_background: self.maybe(Self::remove_background),
            recolor,
            tint: self.maybe(Self::paint),
        }
    }

    fn production(&mut self) -> Production {
        Production {
            knock_out: self.maybe(|dice| KnockOut { tolerance: dice.number(limits::TOLERANCE) }),
            least_gap: self.maybe(|dice| dice.number(limits::STROKE_LEAST)),
            least_line: self.maybe(|dice| dice.number(limits::STROKE_LEAST)),
            edges: self.maybe(|dice| {
                if dice.coin() {
                    return Edges::Hard { threshold: dice.number(limits::THRESHOLD) };
                }
                Edges::Halftone { lpi: dice.number(limits::LPI), dot: dice.number(limits::DOT) }
            }),
        }
    }

    fn remove_background(&mut self) -> RemoveBackground {
        let (tolerance, holes) = (self.number(limits::TOLERANCE), self.coin());
        RemoveBackground { tolerance, holes, strokes: self.list(3, |dice, _| dice.brush_stroke()) }
    }

    fn brush_stroke(&mut self) -> BrushStroke {
        let mut points = vec![[self.number(limits::SHARE), self.number(limits::SHARE)]];
        points.extend(self.list(4, |dice, _| [dice.number(limits::SHARE), dice.number(limits::SHARE)]));
        BrushStroke { mode: self.pick(&BrushMode::ALL), radius: self.number(limits::BRUSH_RADIUS), points }
    }

    fn crop(&mut self) -> Crop {
        let half = Bounds::new(0.0, 0.5);
        let (x, y) = (self.number(half), self.number(half));
        let visible = Bounds::new(limits::VISIBLE_SHARE.min, 0.5);
        Crop { x, y, width: self.number(visible), height: self.number(visible) }
    }
}
