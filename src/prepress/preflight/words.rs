//! How preflight writes lengths and counts.

use crate::units::Length;

/// A length as both worlds read it: `12.5 mm (0.49 in)`.
pub(super) fn length(mm: f64) -> String {
    format!("{} mm ({:.2} in)", number(mm), Length::from_mm(mm).inches())
}

/// A small length with more places: letters are told in tenths of a millimetre.
pub(super) fn text_size(mm: f64) -> String {
    format!("{} mm ({:.1} pt)", number(mm), Length::from_mm(mm).inches() * 72.0)
}

/// Millimetres to a tenth, or to a hundredth below 10, without trailing zeros.
fn number(mm: f64) -> String {
    let text = if mm.abs() < 10.0 { format!("{mm:.2}") } else { format!("{mm:.1}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_millimetres_and_inches() {
        assert_eq!(length(25.4), "25.4 mm (1.00 in)");
        assert_eq!(length(200.0), "200 mm (7.87 in)");
        assert_eq!(length(0.5), "0.5 mm (0.02 in)");
        assert_eq!(text_size(2.822), "2.82 mm (8.0 pt)");
    }
}
