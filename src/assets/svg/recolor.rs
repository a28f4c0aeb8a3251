//! Other colours for an SVG, exactly: they are exchanged in its source.

use std::collections::BTreeMap;

use crate::color::Color;

/// The attributes that hold a colour, as the normalised source writes them.
const COLOR_ATTRIBUTES: [&str; 5] =
    [" fill=\"", " stroke=\"", " stop-color=\"", " flood-color=\"", " lighting-color=\""];

/// `source` with each colour that is a key of `map` replaced by its value. Pictures inside keep their colours.
pub(crate) fn recolor(source: &str, map: &BTreeMap<Color, Color>) -> String {
    replace_colors(source, |color| map.get(&color).copied().unwrap_or(color))
}

/// `source` with every colour replaced by `color`. Opacity stays, and so do the pictures inside.
pub(crate) fn tint(source: &str, color: Color) -> String {
    replace_colors(source, |_| color)
}

/// Works on normalised sources only: there `#rrggbb` is the one way to write a colour, and attribute values hold no
/// quotation marks.
fn replace_colors(source: &str, replace: impl Fn(Color) -> Color) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(quote) = rest.find("=\"#") {
        let value = quote + 2;
        let (before, after) = rest.split_at(value);
        out.push_str(before);
        let is_color = COLOR_ATTRIBUTES.iter().any(|name| before.ends_with(name));
        match after.get(..7).and_then(Color::from_hex) {
            Some(color) if is_color && after.as_bytes().get(7) == Some(&b'"') => {
                out.push_str(&replace(color).to_string());
                rest = &after[7..];
            }
            _ => rest = after,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colors_of_paints_are_exchanged() {
        let source = r##"<svg id="#ff0000"><a fill="#ff0000" x="#ff0000"/><b stroke="#00ff00"/><c stop-color="#FF0000"/></svg>"##;
        let map = BTreeMap::from([(Color::new(255, 0, 0), Color::new(1, 2, 3))]);
        assert_eq!(
            recolor(source, &map),
            r##"<svg id="#ff0000"><a fill="#010203" x="#ff0000"/><b stroke="#00ff00"/><c stop-color="#010203"/></svg>"##
        );
    }

    #[test]
    fn a_tint_takes_every_paint_but_none() {
        let source =
            r##"<a fill="#ff0000" stroke="none"/><b fill="url(#g)"/><c stop-color="#00ff00" stop-opacity="0.5"/>"##;
        assert_eq!(
            tint(source, Color::new(0, 0, 255)),
            r##"<a fill="#0000ff" stroke="none"/><b fill="url(#g)"/><c stop-color="#0000ff" stop-opacity="0.5"/>"##
        );
    }
}
