//! Every file that is made to harm, brought to the real service on a real port: a 4xx that names what was too much, or a
//! harmless picture and a note; within the bounds of the process that reads it, and the service goes on.
//!
//! Fonts are missing from the list since nobody can bring one: no call takes a font, and an SVG's own are not read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::attacks::{
    CIRCLES, attributes, blurs, convolution, elements, entities_in_a_circle, far_offset, flat_png, gif_that_claims,
    huge_circle, jpeg_that_claims, laughs, markers, masks, merge, morphology, nested, opacities, patterns,
    picture_from, picture_inside, png_that_claims, rules, segments, stroked_curves, svg, svgz, turbulence, uses,
};
use crate::served::{Data, Served, cookie_in};
use crate::server::fixture;
use crate::watch::{Watch, has};

/// What has to come of a file.
enum End {
    /// This status, and a detail that holds this.
    Refused(u16, &'static str),
    /// It is harmless: it is kept, with this note, and can be shown.
    Kept(&'static str),
}
use End::{Kept, Refused};

type Row = (&'static str, Vec<u8>, End);

fn drawings() -> Vec<Row> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/rgb.png");
    let outside = || Kept("a picture outside the file was left out");
    let passes = || Refused(413, "estimated passes to draw the SVG");
    let after = || Refused(413, "elements of the SVG after references are followed");
    let circle = || Refused(422, "references that lead in a circle");
    let entity = || Refused(422, "an entity that holds markup or other entities");
    let [itself, each_other, pattern, mask] = CIRCLES.map(svg);
    let rows: Vec<(&str, String, End)> = vec![
        ("a file by its path", picture_from(own), outside()),
        ("a file by its URL", picture_from(&format!("file://{own}")), outside()),
        ("a file above", picture_from("../../../../../../etc/passwd"), outside()),
        ("an endless file", picture_from("/dev/zero"), outside()),
        ("30000 x 30000 inside", picture_inside(&flat_png(30_000)), Refused(413, "pixels of the picture: 900000000")),
        ("65535 x 65535 claimed inside", picture_inside(&png_that_claims(65_535, 65_535)), Refused(413, "pixels of")),
        ("patterns in patterns", svg(&patterns(10, 8)), after()),
        ("masks in masks", svg(&masks(30)), after()),
        ("markers at every point", markers(), Refused(413, "elements that markers may add")),
        ("a far morphology", morphology(300), passes()),
        ("a farther morphology", morphology(1_000_000), passes()),
        ("a turbulence", turbulence(1_000_000_000), Refused(413, "octaves of a turbulence")),
        ("a convolution", convolution(101), passes()),
        ("2000 blurs", blurs(2000), Refused(413, "primitives of one filter")),
        ("a merge of 10000", merge(10_000), Refused(413, "inputs of one merge")),
        ("5000 uses of a picture", uses(5000), Refused(413, "pictures drawn inside the SVG")),
        ("a million segments", segments(1_000_000), Refused(413, "path segments of the SVG")),
        ("100000 stroked curves", stroked_curves(100_000), Refused(413, "segments of one stroked path")),
        ("100000 attributes", attributes(100_000), Refused(413, "attributes of one element")),
        ("3000 rules x 3000 elements", rules(3000), Refused(413, "CSS rules times elements")),
        ("900 groups", opacities(900), Refused(413, "levels of nested elements")),
        ("a circle of 1e30", huge_circle(), Refused(413, "largest coordinate of the SVG")),
        ("an offset of 1e30", far_offset(), Refused(413, "largest coordinate of the SVG")),
        ("a billion laughs", laughs(), entity()),
        ("entities in a circle", entities_in_a_circle(), entity()),
        ("100000 levels", nested(100_000), Refused(413, "levels of nested elements")),
        ("a use of itself", itself, circle()),
        ("uses of each other", each_other, circle()),
        ("a pattern of itself", pattern, circle()),
        ("a mask of itself", mask, circle()),
        ("a million elements", elements(1_000_000), Refused(413, "elements of the SVG")),
    ];
    let compressed = || Refused(415, "a compressed file (svgz is not read)");
    let bombs = [("an svgz of 300 MB", svgz(300), compressed()), ("an svgz of 4 GB", svgz(4000), compressed())];
    rows.into_iter().map(|(name, file, end)| (name, file.into_bytes(), end)).chain(bombs).collect()
}

fn pictures() -> Vec<Row> {
    let cut = |percent: usize| {
        let whole = fixture("pictures/dusk.jpg");
        whole[..whole.len() * percent / 100].to_vec()
    };
    let mut webp = fixture("pictures/animated.webp");
    webp[24..30].fill(0xff);
    let mut bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bmp.extend([0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 24, 0]);
    bmp.resize(70, 0);
    let tiff =
        b"II*\0\x08\0\0\0\x02\0\0\x01\x04\0\x01\0\0\0\xff\xff\xff\0\x01\x01\x04\0\x01\0\0\0\xff\xff\xff\0\0\0\0\0";
    let first = || Kept("animation: only the first frame is used");
    vec![
        ("a JPEG cut at 50 %", cut(50), Refused(422, "the JPEG file is cut off")),
        ("a JPEG cut at 90 %", cut(90), Refused(422, "the JPEG file is cut off")),
        ("a PNG bomb", flat_png(30_000), Refused(413, "pixels of the picture: 900000000")),
        ("a PNG that claims", png_that_claims(65_535, 65_535), Refused(413, "pixels of the picture")),
        ("a JPEG that claims", jpeg_that_claims(), Refused(413, "pixels of the picture")),
        ("a GIF that claims", gif_that_claims(), Refused(413, "pixels of the picture")),
        ("a WebP that claims", webp, Refused(413, "pixels of the picture")),
        ("a BMP", bmp, Refused(415, "a BMP file")),
        ("a TIFF", tiff.to_vec(), Refused(415, "a TIFF file")),
        ("an animated WebP", fixture("pictures/animated.webp"), first()),
        ("an animated GIF", fixture("pictures/animated.gif"), first()),
        ("an animated PNG", fixture("pictures/animated.png"), first()),
    ]
}

/// Uploads a file as a browser does: status and answer.
pub(crate) fn upload(served: &Served, name: &str, bytes: &[u8], cookie: &str) -> (u16, String, Value) {
    let head = format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat();
    let headers = format!("Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=line\r\n");
    let (status, head, body) = served.send("POST", "/api/v1/uploads", &headers, &body);
    (status, head, serde_json::from_slice(&body).unwrap())
}

/// A design that shows an upload.
pub(crate) fn showing(asset: &str) -> String {
    let layer = json!({ "id": "a", "type": "image", "asset": asset, "x": 177.8, "y": 200, "width": 300 });
    json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
        "placements": [{ "area": "front", "layers": [layer] }] })
    .to_string()
}

/// What is wrong with how a file ended; nothing if it ended well.
fn judge(served: &Served, file: &[u8], end: &End) -> Vec<String> {
    let mut wrong = Vec::new();
    let (status, head, answer) = upload(served, "file", file, "");
    let mut expect = |is_so: bool, what: &str| {
        if !is_so {
            wrong.push(format!("{what}: {status} {answer}"));
        }
    };
    match end {
        Refused(wanted, cause) => {
            expect(status == *wanted, "status");
            expect(head.contains("content-type: application/problem+json"), "media type");
            expect(answer["code"] == "picture", "code");
            let detail = answer["detail"].as_str().unwrap_or_default();
            expect(detail.contains(cause) && detail.contains("; "), "what was too much, and what to do about it");
        }
        Kept(note) => {
            expect(status == 201, "status");
            let notes = answer["notes"].as_array().cloned().unwrap_or_default();
            expect(notes.iter().any(|told| told == note), "note");
            if status == 201 {
                let (cookie, id) = (cookie_in(&head), answer["id"].as_str().unwrap());
                let proxy = served.call("GET", &format!("/api/v1/uploads/{id}/proxy"), &cookie, "");
                expect(proxy.0 == 200 && proxy.2.starts_with(b"\x89PNG"), "proxy");
                let preview = served.call("POST", "/api/v1/previews?width=200", &cookie, &showing(id));
                expect(preview.0 == 200, "preview");
            }
        }
    }
    let health = served.call("GET", "/healthz", "", "");
    expect((health.0, &health.2[..]) == (200, b"ok"), "the service answers");
    wrong
}

/// What the service and its children may have together, bytes.
const MEMORY: u64 = 300_000_000;
/// Processor time for one file and all that is shown of it, seconds; unoptimised, the costliest takes 0.4.
const CPU_S: f64 = 2.0;

/// Brings all files to one service; the bounds at which the system stops a child, as far as children were seen.
fn go_through(rows: Vec<Row>) -> BTreeSet<(u64, u64)> {
    let data = Data::new();
    let served = data.serve();
    let watch = Watch::new(served.child.id(), served.port());
    let (mut wrong, mut child_peak, mut bounds) = (Vec::new(), 0, BTreeSet::new());
    for (name, file, end) in rows {
        let (own_before, children_before) = watch.cpu();
        wrong.extend(judge(&served, &file, &end).into_iter().map(|what| format!("{name}: {what}")));
        let (own, children) = watch.cpu();
        let (own, children) = (own - own_before, children - children_before);
        if own + children > CPU_S {
            wrong.push(format!("{name}: {own} s of the service and {children} s of its children"));
        }
        let seen = watch.take();
        if !seen.strangers.is_empty() {
            wrong.push(format!("{name}: connected to {:?}", seen.strangers));
        }
        child_peak = child_peak.max(seen.child_peak);
        bounds.extend(seen.bounds);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(watch.own_peak() + child_peak < MEMORY, "{} + {child_peak} bytes", watch.own_peak());
    bounds
}

#[test]
fn drawings_that_harm_are_refused_or_harmless_within_their_bounds() {
    // The reader of 100 000 curves is there long enough to be seen. Compressed files are read as pictures are.
    let bounds = go_through(drawings());
    assert!(bounds.contains(&(512 << 20, 2)), "what the system stops a child at: {bounds:?}");
}

#[test]
fn pictures_that_harm_are_refused_or_harmless_within_their_bounds() {
    go_through(pictures());
}

/// An EXIF block (TIFF 6.0, least byte first) of a turned picture with a camera's serial number and a place.
fn exif() -> Vec<u8> {
    fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    }
    let (ascii, short, long, rational) = (2, 3, 4, 5);
    let letter = |letter: u8| u32::from(letter);
    let triple = |parts: [u32; 3]| parts.map(|part| [part.to_le_bytes(), SECONDS.1.to_le_bytes()].concat()).concat();
    [
        b"II*\0\x08\0\0\0\x04\0".to_vec(),
        entry(0x010f, ascii, 13, 62),
        entry(0x0112, short, 1, 6),
        entry(0xa431, ascii, 13, 62),
        entry(0x8825, long, 1, 76),
        vec![0; 4],
        b"SNOOPCAM4711\0\0".to_vec(),
        b"\x04\0".to_vec(),
        entry(1, ascii, 2, letter(b'N')),
        entry(2, rational, 3, 130),
        entry(3, ascii, 2, letter(b'E')),
        entry(4, rational, 3, 154),
        vec![0; 4],
        triple([52_0000, 31_0000, SECONDS.0]),
        triple([13_0000, 24_0000, SECONDS.0]),
    ]
    .concat()
}

/// Numerator and denominator of the seconds of latitude and longitude.
const SECONDS: (u32, u32) = (0x0001_e241, 10_000);

fn chunks(png: &[u8]) -> Vec<String> {
    let mut kinds = Vec::new();
    let mut rest = &png[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        kinds.push(String::from_utf8(rest[4..8].to_vec()).unwrap());
        rest = &rest[12 + length..];
    }
    kinds.dedup();
    kinds
}

#[test]
fn where_a_picture_was_taken_is_neither_kept_nor_served() {
    let data = Data::new();
    let served = data.serve();
    let exif = exif();
    let mut jpeg = fixture("pictures/baseline.jpg");
    let block = [&b"Exif\0\0"[..], &exif].concat();
    jpeg.splice(2..2, [&[0xff, 0xe1], &(block.len() as u16 + 2).to_be_bytes()[..], &block].concat());
    let mut png = fixture("pictures/rgb.png");
    let mut crc = flate2::Crc::new();
    crc.update(b"eXIf");
    crc.update(&exif);
    let chunk = [&(exif.len() as u32).to_be_bytes()[..], b"eXIf", &exif, &crc.sum().to_be_bytes()].concat();
    png.splice(33..33, chunk);
    for (name, file) in [("photo.jpg", jpeg), ("photo.png", png)] {
        let (status, head, answer) = upload(&served, name, &file, "");
        assert_eq!(status, 201, "{name}: {answer}");
        let size = (&answer["width_px"], &answer["height_px"]);
        assert_eq!(size, (&json!(16), &json!(24)), "{name}: the block was read, since it is upright now");
        let (cookie, id) = (cookie_in(&head), answer["id"].as_str().unwrap());
        let kept = std::fs::read(data.0.join("files/uploads").join(&id[..2]).join(id)).unwrap();
        let proxy = served.call("GET", &format!("/api/v1/uploads/{id}/proxy"), &cookie, "").2;
        let preview = served.call("POST", "/api/v1/previews?width=200&format=png", &cookie, &showing(id)).2;
        let print = served.call("POST", "/api/v1/artworks?area=front&dpi=72", &cookie, &showing(id)).2;
        assert_eq!(chunks(&kept), ["IHDR", "IDAT", "IEND"], "{name}");
        let seconds = SECONDS.0.to_le_bytes();
        let traces = [&b"SNOOPCAM"[..], b"Exif", b"eXIf", &seconds];
        assert!(traces[..1].iter().chain(&traces[3..]).all(|trace| has(&file, trace)), "{name} carries them");
        for (what, bytes) in [("kept", &kept), ("proxy", &proxy), ("preview", &preview), ("print", &print)] {
            assert!(bytes.starts_with(b"\x89PNG"), "{name}: {what}");
            assert!(!traces.iter().any(|trace| has(bytes, trace)), "{name}: {what} {:?}", chunks(bytes));
        }
    }
}
