//! Style sheets and `style` attributes: what it costs to apply them, and what they declare.
//!
//! The SVG library reads them with `simplecss`, and so does this, to see the same rules for the same elements. That
//! crate tries every rule on every element, goes back over all ancestors for each space in a selector, and counts lines
//! from the start of the text for every word that it cannot read: hence the bounds.

use std::cell::Cell;

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Declaration, DeclarationTokenizer, Element, PseudoClass, StyleSheet};

use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// Steps of applying styles for each of [`SvgLimits::css_matches`]; tens of nanoseconds each.
const STEPS: u64 = 4;
/// Bytes that are counted through in one step.
const BYTES_A_STEP: u64 = 256;

/// All style sheets of an SVG.
pub(super) struct Styles<'a> {
    sheet: StyleSheet<'a>,
}

impl<'a> Styles<'a> {
    /// Reads the style sheets of `document`, which has so many elements.
    pub(super) fn read(document: &'a Document<'_>, elements: u64, limits: &SvgLimits) -> Result<Self, AssetError> {
        let is_sheet = |node: &Node<'_, '_>| {
            node.has_tag_name("style") && node.attribute("type").is_none_or(|kind| kind == "text/css")
        };
        let texts: Vec<&str> = document.descendants().filter(is_sheet).filter_map(|node| node.text()).collect();
        let counts: Vec<Counts> = texts.iter().map(|text| Counts::of(text)).collect();
        let sum = |of: fn(&Counts) -> u64| counts.iter().map(of).sum::<u64>();
        let (rules, declarations) = (sum(|counts| counts.rules), sum(|counts| counts.declarations));
        within("CSS rules times elements", rules * elements, limits.css_matches)?;
        // Every selector of a list gets a copy of all declarations.
        within("CSS rules times declarations", rules * declarations, STEPS * limits.css_matches)?;
        within("steps to read the CSS", sum(|counts| counts.steps), most_steps(limits))?;
        let mut sheet = StyleSheet::new();
        texts.into_iter().for_each(|text| sheet.parse_more(text));
        Ok(Self { sheet })
    }

    /// Hands every name and value that is declared for an element to `declared`. Returns the steps that it took; once
    /// there are more than `most`, it stops.
    pub(super) fn apply(&self, node: Node<'a, '_>, most: u64, declared: &mut dyn FnMut(&'a str, &'a str)) -> u64 {
        let steps = Cell::new(0);
        let matched = Matched { node, steps: &steps, most };
        for rule in &self.sheet.rules {
            let applies = rule.selector.matches(&matched);
            for declaration in rule.declarations.iter().filter(|_| applies) {
                matched.step(steps_to_set(declaration));
                declared(declaration.name, declaration.value);
                if matched.is_over() {
                    return steps.get();
                }
            }
        }
        if let Some(style) = node.attribute("style") {
            matched.step(Counts::of(style).steps);
            for declaration in DeclarationTokenizer::from(style) {
                if matched.is_over() {
                    break;
                }
                matched.step(steps_to_set(&declaration));
                declared(declaration.name, declaration.value);
            }
        }
        steps.get()
    }
}

/// The steps that applying all styles may take, with every element as often as it is used.
pub(super) fn most_steps(limits: &SvgLimits) -> u64 {
    STEPS.saturating_mul(limits.css_matches)
}

/// A declaration is copied to the element, in place of an earlier one; `font` stands for many.
fn steps_to_set(declaration: &Declaration<'_>) -> u64 {
    let copies = match declaration.name {
        "font" => 20,
        "marker" => 3,
        _ => 1,
    };
    copies * (4 + declaration.value.len() as u64 / 64)
}

/// What a text of CSS holds at most.
#[derive(Default)]
struct Counts {
    rules: u64,
    declarations: u64,
    /// Steps to read it.
    steps: u64,
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut words = 0;
        let mut in_number = false;
        let mut rest = text.as_bytes();
        while let Some(&byte) = rest.first() {
            rest = &rest[embedded(rest).max(1)..];
            counts.rules += u64::from(matches!(byte, b'{' | b','));
            counts.declarations += u64::from(matches!(byte, b'{' | b';'));
            // Letters and spaces are read without a look back; a number is looked back from once.
            let digit = byte.is_ascii_digit();
            let plain = byte.is_ascii_alphabetic() || byte.is_ascii_whitespace() || (digit && in_number);
            words += u64::from(!plain);
            in_number = digit;
        }
        counts.declarations += 1;
        counts.steps = words.saturating_mul(text.len() as u64) / BYTES_A_STEP;
        counts
    }
}

/// The bytes of `url(data:...)` at the start of `text`: a font, say, which is skipped in one go. Only what no reader
/// could take for anything else.
fn embedded(text: &[u8]) -> usize {
    let Some(inner) = text.strip_prefix(b"url(") else { return 0 };
    let quote = inner.first().filter(|byte| matches!(byte, b'"' | b'\''));
    let inner = &inner[usize::from(quote.is_some())..];
    if !inner.starts_with(b"data:") {
        return 0;
    }
    let of_data = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=:;,-.".contains(byte);
    let length = inner.iter().take_while(|byte| of_data(byte)).count();
    let closed = match quote {
        Some(quote) => inner[length..].starts_with(&[*quote, b')']),
        None => inner[length..].starts_with(b")"),
    };
    // Up to what closes it, which is counted as usual.
    if closed { text.len() - inner.len() + length } else { 0 }
}

/// An element that counts how often it is looked at.
struct Matched<'a, 'input, 'c> {
    node: Node<'a, 'input>,
    steps: &'c Cell<u64>,
    most: u64,
}

impl Matched<'_, '_, '_> {
    fn step(&self, steps: u64) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    fn is_over(&self) -> bool {
        self.steps.get() > self.most
    }
}

impl Element for Matched<'_, '_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.step(1);
        // Without ancestors the search ends at once.
        let node = self.node.parent_element().filter(|_| !self.is_over())?;
        Some(Self { node, ..*self })
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        let mut siblings = self.node.prev_siblings().skip(1).inspect(|_| self.step(1));
        let node = siblings.find(Node::is_element).filter(|_| !self.is_over())?;
        Some(Self { node, ..*self })
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.step(1);
        self.node.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        let value = self.node.attribute(name);
        self.step(1 + value.map_or(0, |value| value.len() as u64 / 64));
        value.is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}
