//! Words.

use schemars::JsonSchema;
use serde::Serialize;

use crate::color::Color;
use crate::design::effect::{Extrude, Ring, Shadow};
use crate::design::field::check_blanks;
use crate::design::font::{Font, FontForm};
use crate::design::paint::Paint;
use crate::design::reader::Object;
use crate::design::warp::Warp;
use crate::design::{default, limits};

/// Words in any script, several lines allowed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Text {
    /// The words; `\n` starts a line, `{{id}}` is a field, `{{{{` writes `{{`.
    #[schemars(length(min = 1, max = limits::TEXT_CHARS), regex(pattern = limits::LINES_PATTERN))]
    pub text: String,
    /// Which face: a family, or an object with family, weight and italic.
    #[schemars(with = "FontForm")]
    pub font: Font,
    /// Em size, mm: 0.5 to 1000.
    #[schemars(range(min = limits::TEXT_SIZE.min, max = limits::TEXT_SIZE.max))]
    pub size: f64,
    /// How lines stand to each other. Default: center.
    #[schemars(default)]
    pub align: Align,
    /// Extra space between letters, thousandths of the size: -500 to 2000. Ignored inside joined scripts. Default: 0.
    #[schemars(default, range(min = limits::TRACKING.min, max = limits::TRACKING.max))]
    pub tracking: f64,
    /// Distance of baselines in multiples of the size: 0.1 to 10. Default: 1.2.
    #[schemars(default = "default::leading", range(min = limits::LEADING.min, max = limits::LEADING.max))]
    pub leading: f64,
    /// Colour of the letters.
    pub fill: Paint,
    /// How emoji are printed. Default: color.
    #[schemars(default)]
    pub emoji: Emoji,
    /// Rings around the letters, the innermost first; at most two. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::RINGS))]
    pub outline: Vec<Ring>,
    /// A shadow behind everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
    /// A solid body behind the letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extrude: Option<Extrude>,
    /// A bend of the whole text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warp: Option<Warp>,
    /// The text is scaled so that its widest line measures this, mm: 0.1 to 2000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
    pub fit_width: Option<f64>,
    /// What `fit_width` may do. Default: fill.
    #[schemars(default)]
    pub fit: Fit,
    /// Lines longer than this are wrapped at words, mm: 0.1 to 2000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
    pub max_width: Option<f64>,
}

impl Text {
    /// Black letters of `size` mm, set from the left without anything else, for words of our own such as labels; what it
    /// says is given when it is set.
    #[must_use]
    pub fn plain(font: Font, size: f64) -> Self {
        Self {
            text: String::new(),
            font,
            size,
            align: Align::Left,
            tracking: 0.0,
            leading: 1.0,
            fill: Paint::Rgb(Color::BLACK),
            emoji: Emoji::Mono,
            outline: Vec::new(),
            shadow: None,
            extrude: None,
            warp: None,
            fit_width: None,
            fit: Fit::default(),
            max_width: None,
        }
    }

    /// Every colour that it is drawn in.
    pub fn paints(&self) -> impl Iterator<Item = &Paint> {
        let rings = self.outline.iter().map(|ring| &ring.color);
        let shadow = self.shadow.iter().map(|shadow| &shadow.color);
        let extrude = self.extrude.iter().map(|extrude| &extrude.color);
        [&self.fill].into_iter().chain(rings).chain(shadow).chain(extrude)
    }

    pub(super) fn read(object: &mut Object<'_>) -> Option<Self> {
        let text = object.required("text", |node| {
            let text = node.lines(limits::TEXT_CHARS)?;
            check_blanks(&node, &text);
            Some(text)
        });
        let font = object.required("font", |node| Font::read(&node));
        let size = object.required("size", |node| node.number(limits::TEXT_SIZE));
        let align = object.or("align", Align::default(), |node| node.choice(&Align::ALL));
        let tracking = object.or("tracking", 0.0, |node| node.number(limits::TRACKING));
        let leading = object.or("leading", default::leading(), |node| node.number(limits::LEADING));
        let fill = object.required("fill", |node| node.paint());
        let emoji = object.or("emoji", Emoji::default(), |node| node.choice(&Emoji::ALL));
        let outline = object.or("outline", Vec::new(), |node| node.list(limits::RINGS, |node| Ring::read(&node)));
        let shadow = object.optional("shadow", |node| Shadow::read(&node));
        let extrude = object.optional("extrude", |node| Extrude::read(&node));
        let warp = object.optional("warp", |node| Warp::read(&node));
        let fit_width = object.optional("fit_width", |node| node.number(limits::EXTENT));
        let fit = object.or("fit", Fit::default(), |node| node.choice(&Fit::ALL));
        let max_width = object.optional("max_width", |node| node.number(limits::EXTENT));
        Some(Self {
            text: text?,
            font: font?,
            size: size?,
            align,
            tracking,
            leading,
            fill: fill?,
            emoji,
            outline,
            shadow,
            extrude,
            warp,
            fit_width,
            fit,
            max_width,
        })
    }
}

/// How lines stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Flush left.
    Left,
    /// Centred.
    #[default]
    Center,
    /// Flush right.
    Right,
}

impl Align {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Left, Self::Center, Self::Right];
}

/// How emoji are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Emoji {
    /// In their own colours.
    #[default]
    Color,
    /// As outlines in the text's fill.
    Mono,
}

impl Emoji {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Color, Self::Mono];
}

/// What `fit_width` may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Grow or shrink to the width.
    #[default]
    Fill,
    /// Only shrink what is too wide.
    Shrink,
    /// Narrow what is too wide, to three quarters of its width at most, and shrink only what is wider still. Where a team
    /// is made together, what any of its names has to shrink, all of them do.
    Condense,
}

impl Fit {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Fill, Self::Shrink, Self::Condense];
}
