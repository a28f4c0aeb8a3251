//! The picture that a link to a design shows: as wide and high as such cards are, cut from a preview about its print.

use crate::mockup::composite::Preview;

/// Width of a card, and of the preview that it is cut from, pixels.
pub const CARD_WIDTH_PX: u32 = 1200;
/// Height of a card, pixels.
pub const CARD_HEIGHT_PX: u32 = 630;

/// Cuts `preview` to the rows of a card: those about the middle of its prints, or of the chest if it has none. One that is
/// no higher stays as it is.
#[must_use]
pub fn card(preview: &Preview) -> Preview {
    let height = CARD_HEIGHT_PX.min(preview.height);
    let printed = &preview.printed_rows;
    // A bare garment is seen from the collar down.
    let middle = if printed.is_empty() { preview.height * 2 / 5 } else { printed.start + printed.len() as u32 / 2 };
    let top = middle.saturating_sub(height / 2).min(preview.height - height);
    let row = preview.width as usize * preview.channels.count();
    let pixels = preview.pixels[top as usize * row..(top + height) as usize * row].to_vec();
    Preview {
        width: preview.width,
        height,
        channels: preview.channels,
        pixels: pixels.into(),
        printed_columns: preview.printed_columns.clone(),
        printed_rows: printed.start.saturating_sub(top).min(height)..printed.end.saturating_sub(top).min(height),
        artwork_hash: preview.artwork_hash.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mockup::Channels;

    /// A picture whose pixels say in which row they lie.
    fn rows(height: u32, printed: std::ops::Range<u32>) -> Preview {
        Preview {
            width: 2,
            height,
            channels: Channels::Rgb,
            pixels: (0..height)
                .flat_map(|y| [(y / 256) as u8, (y % 256) as u8, 0].repeat(2))
                .collect::<Vec<_>>()
                .into(),
            printed_columns: 0..2,
            printed_rows: printed,
            artwork_hash: "hash".to_owned(),
        }
    }

    fn first_row(card: &Preview) -> u32 {
        u32::from(card.pixels[0]) * 256 + u32::from(card.pixels[1])
    }

    #[test]
    fn a_card_has_the_print_in_its_middle_and_never_leaves_the_picture() {
        for (printed, top, inside) in
            [(400..800, 285, 115..515), (0..100, 0, 0..100), (1400..1500, 870, 530..630), (300..1400, 535, 0..630)]
        {
            let cut = card(&rows(1500, printed.clone()));
            assert_eq!((cut.width, cut.height, cut.pixels.len()), (2, 630, 630 * 6), "{printed:?}");
            assert_eq!((first_row(&cut), cut.printed_rows), (top, inside), "{printed:?}");
        }
        assert_eq!(first_row(&card(&rows(1500, 0..0))), 285, "a bare garment");
        assert_eq!(card(&rows(600, 100..200)), rows(600, 100..200));
    }
}
