//! The files that are made to harm: what shared/SAFETY.md calls its first table, written out in code since most are large.

use std::io::Write as _;

use crate::generated::{data_url, repeated};

/// A 1000 by 1000 drawing with `body` in it.
pub(crate) fn svg(body: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1000" height="1000">{body}</svg>"#
    )
}

/// A drawing that is one shape under a filter.
pub(crate) fn filtered(primitives: &str) -> String {
    svg(&format!(
        r##"<filter id="f" x="0" y="0" width="1" height="1">{primitives}</filter><rect width="1000" height="1000" fill="#c8102e" filter="url(#f)"/>"##
    ))
}

/// A black PNG of one bit a pixel, written row by row.
pub(crate) fn flat_png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0; side.div_ceil(8) as usize];
    (0..side).for_each(|_| stream.write_all(&row).unwrap());
    stream.finish().unwrap();
    writer.finish().unwrap();
    bytes
}

/// A tiny PNG whose header states another size.
pub(crate) fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut png = flat_png(1);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}

/// A picture from elsewhere beside a rectangle of its own.
pub(crate) fn picture_from(href: &str) -> String {
    svg(&format!(r#"<image width="900" height="900" href="{href}"/><rect width="9" height="9"/>"#))
}

/// A drawing of one PNG.
pub(crate) fn picture_inside(png: &[u8]) -> String {
    svg(&format!(r#"<image href="{}"/>"#, data_url(png)))
}

/// A compressed drawing of `megabytes`, most of them blanks; as many members of 100 MB as it takes.
pub(crate) fn svgz(megabytes: usize) -> Vec<u8> {
    let member = |text: &[u8], times: usize| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        (0..times).for_each(|_| gzip.write_all(text).unwrap());
        gzip.finish().unwrap()
    };
    let blanks = member(&vec![b' '; 1_000_000], megabytes.min(100));
    [member(svg("").as_bytes(), 1), blanks.repeat(megabytes.div_ceil(100))].concat()
}

pub(crate) fn patterns(levels: usize, shapes: usize) -> String {
    let pattern = |i: usize| {
        let fill = if i == 0 { "#f00".to_owned() } else { format!("url(#p{})", i - 1) };
        let rects = repeated(shapes, |x| format!(r#"<rect x="{x}" width="1" height="8" fill="{fill}"/>"#));
        format!(r#"<pattern id="p{i}" width="8" height="8" patternUnits="userSpaceOnUse">{rects}</pattern>"#)
    };
    format!(r#"{}<rect width="900" height="900" fill="url(#p{})"/>"#, repeated(levels, pattern), levels - 1)
}

pub(crate) fn masks(levels: usize) -> String {
    let mask = |i: usize| {
        let inner = if i == 0 { String::new() } else { format!(r#"mask="url(#m{})""#, i - 1) };
        format!(
            r##"<mask id="m{i}"><g {inner}><rect width="900" height="900" fill="#fff"/></g><g {inner}><rect width="90" height="90" fill="#fff"/></g></mask>"##
        )
    };
    format!(r#"{}<rect width="900" height="900" mask="url(#m{})"/>"#, repeated(levels, mask), levels - 1)
}

/// A marker of a thousand shapes at each of 100 000 points.
pub(crate) fn markers() -> String {
    let shapes = r#"<rect width="1" height="1"/>"#.repeat(1000);
    let points = repeated(100_000, |i| format!("{i},{} ", i % 7));
    svg(&format!(r#"<marker id="m">{shapes}</marker><polyline points="{points}" marker-mid="url(#m)"/>"#))
}

pub(crate) fn morphology(radius: u32) -> String {
    filtered(&format!(r#"<feMorphology operator="dilate" radius="{radius}"/>"#))
}

pub(crate) fn turbulence(octaves: u32) -> String {
    filtered(&format!(r#"<feTurbulence baseFrequency="0.05" numOctaves="{octaves}"/>"#))
}

pub(crate) fn convolution(order: usize) -> String {
    let matrix = "1 ".repeat(order * order);
    filtered(&format!(r#"<feConvolveMatrix order="{order}" kernelMatrix="{matrix}"/>"#))
}

pub(crate) fn blurs(count: usize) -> String {
    filtered(&r#"<feGaussianBlur stdDeviation="3"/>"#.repeat(count))
}

pub(crate) fn merge(nodes: usize) -> String {
    filtered(&format!("<feMerge>{}</feMerge>", "<feMergeNode/>".repeat(nodes)))
}

/// One picture of a million pixels, used often.
pub(crate) fn uses(count: usize) -> String {
    let picture = format!(r#"<defs><image id="i" href="{}"/></defs>"#, data_url(&flat_png(1000)));
    svg(&(picture + &r##"<use href="#i"/>"##.repeat(count)))
}

pub(crate) fn segments(count: usize) -> String {
    let lines = repeated(count, |i| format!("L{} {}", i % 7, i % 5));
    svg(&format!(r#"<path d="M0 0{lines}"/>"#))
}

pub(crate) fn stroked_curves(count: usize) -> String {
    let curves = repeated(count, |i| format!("Q{} {} {} {}", i % 97, i % 89, i % 83, i % 79));
    svg(&format!(r##"<path d="M0 0{curves}" stroke="#000" fill="none"/>"##))
}

pub(crate) fn attributes(count: usize) -> String {
    svg(&format!("<g{}/>", repeated(count, |i| format!(" a{i}=\"1\""))))
}

/// So many rules of a style sheet for as many elements.
pub(crate) fn rules(count: usize) -> String {
    let rules = repeated(count, |i| format!(".c{i} rect{{fill:red}}"));
    svg(&format!("<style>{rules}</style>{}", "<rect/>".repeat(count)))
}

pub(crate) fn opacities(levels: usize) -> String {
    let level = r##"<g opacity="0.99"><rect width="900" height="900" fill="#0a0"/>"##;
    svg(&(level.repeat(levels) + &"</g>".repeat(levels)))
}

pub(crate) fn huge_circle() -> String {
    svg(r#"<circle r="1e30"/>"#)
}

pub(crate) fn far_offset() -> String {
    filtered(r#"<feOffset dx="1e30" dy="1e30"/>"#)
}

pub(crate) fn laughs() -> String {
    let laughs = repeated(9, |i| format!(r#"<!ENTITY l{} "{}">"#, i + 1, format!("&l{i};").repeat(10)));
    format!("<!DOCTYPE svg [<!ENTITY l0 \"lol\">{laughs}]>{}", svg("<text>&l9;</text>"))
}

pub(crate) fn entities_in_a_circle() -> String {
    r#"<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>"#.to_owned() + &svg("<text>&a;</text>")
}

pub(crate) fn nested(levels: usize) -> String {
    svg(&("<g>".repeat(levels) + &"</g>".repeat(levels)))
}

pub(crate) fn elements(count: usize) -> String {
    svg(&"<g/>".repeat(count))
}

/// Bodies of drawings that use, fill or mask themselves, or each other.
pub(crate) const CIRCLES: [&str; 4] = [
    r##"<g id="a"><rect width="9" height="9"/><use href="#a"/></g>"##,
    r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>"##,
    r##"<pattern id="p" width="9" height="9"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/>"##,
    r##"<mask id="m" mask="url(#m)"><rect width="9" height="9"/></mask><rect width="9" height="9" mask="url(#m)"/>"##,
];

/// A JPEG whose frame header states 65535 x 65535.
pub(crate) fn jpeg_that_claims() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let small = image::RgbImage::new(8, 8);
    small.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    jpeg
}

/// A GIF whose screen is 65535 x 65535.
pub(crate) fn gif_that_claims() -> Vec<u8> {
    [&b"GIF89a"[..], &[0xff; 4], &[0, 0, 0, 0x3b]].concat()
}
