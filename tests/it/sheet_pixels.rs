//! The pixels of a TIFF as sheets are written, read apart from the code that writes them: deflated differences to the pixel
//! before. The library reads the directory; it is built without deflate.

use std::io::{Cursor, Read as _};

use tiff::decoder::Decoder;
use tiff::tags::Tag;

pub(crate) fn of(file: &[u8], size: (u32, u32)) -> Vec<u8> {
    let mut decoder = Decoder::new(Cursor::new(file)).unwrap();
    assert_eq!(decoder.dimensions().unwrap(), size);
    assert_eq!(decoder.colortype().unwrap(), tiff::ColorType::RGBA(8));
    let offsets = decoder.get_tag_u32_vec(Tag::StripOffsets).unwrap();
    let lengths = decoder.get_tag_u32_vec(Tag::StripByteCounts).unwrap();
    let mut pixels = Vec::new();
    for (offset, length) in offsets.iter().zip(&lengths) {
        let strip = &file[*offset as usize..(*offset + *length) as usize];
        flate2::read::ZlibDecoder::new(strip).read_to_end(&mut pixels).unwrap();
    }
    for row in pixels.chunks_exact_mut(size.0 as usize * 4) {
        for at in 4..row.len() {
            row[at] = row[at].wrapping_add(row[at - 4]);
        }
    }
    pixels
}
