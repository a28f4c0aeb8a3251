//! Bytes of a spreadsheet as text: UTF-8 and UTF-16 with or without a mark, else Windows-1252, of which Latin-1 is a part.

use std::borrow::Cow;

/// What the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8. What is no UTF-8 in it has become U+FFFD.
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Windows-1252, which spreadsheets of western Europe write where nobody asks for anything else.
    Windows1252,
}

/// What 0x80 to 0x9F mean in Windows-1252; the five that mean nothing stay control characters.
const UPPER: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

/// The text, without its mark, and what it was.
///
/// A file with bytes that are no UTF-8 is still UTF-8 if more of its letters are whole ones of that kind than are not:
/// then it is damaged in places, and those are told. In Windows-1252 a whole one comes up by chance only.
#[must_use]
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    for (mark, unit) in [([0xff, 0xfe], u16::from_le_bytes as fn([u8; 2]) -> u16), ([0xfe, 0xff], u16::from_be_bytes)] {
        if let Some(rest) = bytes.strip_prefix(&mark) {
            let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            return (Cow::Owned(text), Encoding::Utf16);
        }
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Encoding::Utf8);
    }
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if whole > broken {
        return (String::from_utf8_lossy(bytes), Encoding::Utf8);
    }
    let letter = |byte: &u8| match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        byte => char::from(*byte),
    };
    (Cow::Owned(bytes.iter().map(letter).collect()), Encoding::Windows1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_apart() {
        let said = |bytes: &[u8]| {
            let (text, encoding) = decode(bytes);
            (text.into_owned(), encoding)
        };
        assert_eq!(said("\u{feff}Müller".as_bytes()), ("Müller".to_owned(), Encoding::Utf8));
        assert_eq!(said(b"M\xfcller \x80 5"), ("Müller € 5".to_owned(), Encoding::Windows1252));
        assert_eq!(said(b"\xff\xfeM\0\xfc\0"), ("Mü".to_owned(), Encoding::Utf16));
        assert_eq!(said(b"\xfe\xff\0M\0\xfc"), ("Mü".to_owned(), Encoding::Utf16));
        let damaged = ["Müller, Jörg, Łódź".as_bytes(), b"\xff"].concat();
        assert_eq!(said(&damaged), ("Müller, Jörg, Łódź\u{fffd}".to_owned(), Encoding::Utf8));
    }
}
