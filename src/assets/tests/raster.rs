//! PNG, JPEG, WebP and GIF: the good, the cut off, the oversized.

use std::io::Write as _;

use super::{decode, fixture, fixtures, pixels};
use crate::assets::{AssetError, Library, Limits, raster};

/// The quadrants that every fixture shows, read in their middles.
fn corners(name: &str) -> [[u8; 4]; 4] {
    let asset = decode(&fixture(name));
    assert_eq!((asset.width_px, asset.height_px), (24, 16), "{name}");
    [(5, 3), (18, 3), (5, 12), (18, 12)].map(|(x, y)| pixels(&asset).pixel(x, y).unwrap())
}

const QUADRANTS: [[u8; 4]; 4] = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255; 4]];

fn assert_near(name: &str, seen: [[u8; 4]; 4], wanted: [[u8; 4]; 4], tolerance: u8) {
    let apart = seen.as_flattened().iter().zip(wanted.as_flattened()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(apart <= tolerance, "{name}: {seen:?}");
}

#[test]
fn lossless_formats_give_the_exact_colors() {
    for name in
        ["rgb.png", "rgb-16.png", "srgb-profile.png", "animated.png", "lossless.webp", "animated.webp", "still.gif"]
    {
        assert_eq!(corners(name), QUADRANTS, "{name}");
    }
    assert_near("animated.gif", corners("animated.gif"), QUADRANTS, 3);
}

#[test]
fn lossy_formats_come_close() {
    for name in ["baseline.jpg", "progressive.jpg"] {
        assert_near(name, corners(name), QUADRANTS, 4);
    }
    assert_near("lossy.webp", corners("lossy.webp"), QUADRANTS, 24);
}

#[test]
fn all_eight_orientations_come_out_upright() {
    for value in 1..=8 {
        let name = format!("orientation-{value}.jpg");
        assert_near(&name, corners(&name), QUADRANTS, 4);
    }
}

#[test]
fn transparency_of_palettes_and_key_colors_is_kept_and_premultiplied() {
    let transparent_white = [QUADRANTS[0], QUADRANTS[1], QUADRANTS[2], [0; 4]];
    assert_eq!(corners("palette.png"), transparent_white);
    assert_eq!(corners("key-color.png"), transparent_white);
    assert_eq!(corners("grey-alpha.png")[0], [100, 100, 100, 128]);
    assert_eq!(corners("alpha.webp")[0], [128, 0, 0, 128]);
}

#[test]
fn sixteen_bits_are_rounded_and_gamma_is_honoured() {
    // 0x8100 of 0xffff is 128.5 of 255, just below the half; its high byte alone would be 129.
    assert_eq!(corners("grey-16.png")[0], [128, 128, 128, 255]);
    // Linear 55/255 is 21.6 % light: sRGB 128.
    assert_eq!(corners("gamma.png")[0], [128, 128, 128, 255]);
}

#[test]
fn embedded_rgb_profiles_are_converted_to_srgb() {
    let swapped = [QUADRANTS[2], QUADRANTS[1], QUADRANTS[0], QUADRANTS[3]];
    for name in ["profile.png", "profile.jpg"] {
        assert_near(name, corners(name), swapped, 6);
        assert!(decode(&fixture(name)).notes.iter().any(|note| note.contains("embedded profile")), "{name}");
    }
}

#[test]
fn inks_become_light_whichever_way_they_are_stored() {
    for name in ["cmyk-adobe.jpg", "cmyk-plain.jpg", "ycck-adobe.jpg"] {
        assert_near(name, corners(name), QUADRANTS, 6);
        assert_eq!(decode(&fixture(name)).notes, ["CMYK without a profile: the colors are an estimate"]);
    }
}

#[test]
fn inks_follow_their_profile() {
    // The fixture's profile calls full cyan Lab 50, 60, 0, which is sRGB 213, 54, 121 by D50 adaptation.
    let [r, g, b, _] = corners("cmyk-profile.jpg")[0];
    assert!(r > 180 && g < 90 && (80..160).contains(&b), "{r} {g} {b}");
    assert_eq!(decode(&fixture("cmyk-profile.jpg")).notes, ["CMYK converted with the embedded profile"]);
}

#[test]
fn of_animations_the_first_frame_is_used_and_said() {
    for name in ["animated.png", "animated.webp", "animated.gif"] {
        assert_eq!(decode(&fixture(name)).notes, ["animation: only the first frame is used"], "{name}");
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    for entry in std::fs::read_dir(fixtures().join("pictures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "py") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let library = Library::in_memory();
        // An animation is read up to its first frame; what is missing behind that was not asked for.
        let whole = if path.ends_with("animated.png") { bytes.len() * 6 / 10 } else { bytes.len() };
        for length in (0..whole).step_by(3).chain([whole / 2, whole * 9 / 10, whole - 2]) {
            let result = library.decode(&bytes[..length]);
            assert!(result.is_err(), "{} cut at {length} of {}", path.display(), bytes.len());
        }
    }
}

/// A photo-like JPEG, plain, with restart markers, progressive, and with fewer colour samples.
fn photos() -> Vec<(&'static str, Vec<u8>)> {
    let mut photo = image::RgbImage::new(400, 300);
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        pixel.0 = [(x * 7 % 256) as u8, (y * 5 % 256) as u8, (x * y % 251) as u8];
    }
    let encode = |set: &dyn Fn(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        set(&mut encoder);
        encoder.encode(&photo, 400, 300, jpeg_encoder::ColorType::Rgb).unwrap();
        bytes
    };
    vec![
        ("plain", encode(&|_| {})),
        ("restarts", encode(&|encoder| encoder.set_restart_interval(7))),
        ("progressive", encode(&|encoder| encoder.set_progressive(true))),
        ("4:2:0", encode(&|encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2))),
        ("fitted tables", encode(&|encoder| encoder.set_optimized_huffman_tables(true))),
    ]
}

#[test]
fn a_large_jpeg_cut_in_its_scan_is_an_error() {
    for (name, bytes) in photos() {
        assert!(Library::in_memory().decode(&bytes).is_ok(), "{name}");
        for percent in [50, 90] {
            let cut = &bytes[..bytes.len() * percent / 100];
            let error = Library::in_memory().decode(cut).unwrap_err();
            assert_eq!(error, AssetError::Truncated { format: "JPEG" }, "{name}");
        }
    }
}

#[test]
fn a_jpeg_that_lacks_bytes_in_the_middle_is_an_error_though_its_end_is_there() {
    for (name, bytes) in photos() {
        for percent in (10..90).step_by(7) {
            // A few bytes may be a block or two, and the garbage behind them as many: then nothing tells.
            for gap in [bytes.len() / 30, bytes.len() / 12] {
                let at = bytes.len() * percent / 100;
                let holed = [&bytes[..at], &bytes[at + gap..]].concat();
                let error = Library::in_memory().decode(&holed).expect_err(name);
                // The seam may happen to look like a marker whose segment reaches beyond the end.
                let named = matches!(
                    error,
                    AssetError::Damaged { format: "JPEG", .. } | AssetError::Truncated { format: "JPEG" }
                );
                assert!(named, "{name} at {at}: {error}");
            }
        }
        let end_alone = [&bytes[..bytes.len() / 2], &[0xff, 0xd9]].concat();
        let error = Library::in_memory().decode(&end_alone).unwrap_err();
        let causes = ["missing", "garbled", "lacks a scan"];
        assert!(causes.iter().any(|cause| error.to_string().contains(cause)), "{name}: {error}");
    }
}

#[test]
fn a_progressive_jpeg_without_its_last_scan_is_an_error() {
    let bytes = fixture("progressive.jpg");
    let last_scan = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let error = Library::in_memory().decode(&[&bytes[..last_scan], &[0xff, 0xd9]].concat()).unwrap_err();
    assert_eq!(error.to_string(), "the JPEG file is damaged: it lacks a scan");
}

#[test]
fn filling_behind_the_last_block_of_a_jpeg_is_no_damage() {
    for (name, bytes) in photos() {
        let filled = |filling: &[u8]| [&bytes[..bytes.len() - 2], filling, &[0xff, 0xd9]].concat();
        for filling in [&[0; 50][..], &[0xff; 3], &[0xff, 0xd3]] {
            assert!(Library::in_memory().decode(&filled(filling)).is_ok(), "{name}: {filling:?}");
        }
        let error = Library::in_memory().decode(&filled(&[0x12; 50])).unwrap_err();
        assert!(error.to_string().contains("goes on behind the last block"), "{name}: {error}");
    }
}

#[test]
fn a_flipped_bit_in_a_png_is_an_error() {
    let mut bytes = fixture("rgb.png");
    let middle = bytes.len() - 25;
    bytes[middle] ^= 0x10;
    assert!(matches!(Library::in_memory().decode(&bytes).unwrap_err(), AssetError::Damaged { format: "PNG", .. }));
}

#[test]
fn the_header_tells_the_size_that_comes_out() {
    for entry in std::fs::read_dir(fixtures().join("pictures")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let Some(format) = raster::Format::of(&bytes) else { continue };
        let (width, height) = raster::size(format, &bytes, &Limits::default()).unwrap();
        let asset = decode(&bytes);
        // Turning a picture upright may exchange the two.
        let sizes = [(width, height), (height, width)];
        assert!(sizes.contains(&(asset.width_px, asset.height_px)), "{}: {width} x {height}", path.display());
    }
}

#[test]
fn sizes_are_refused_from_the_header() {
    let mut png = fixture("rgb.png");
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut gif = fixture("still.gif");
    gif[6..10].copy_from_slice(&[0xff; 4]);
    let mut jpeg = fixture("baseline.jpg");
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let mut canvas = fixture("animated.webp");
    canvas[24..30].copy_from_slice(&[0xff; 6]);
    let mut lossy = fixture("lossy.webp");
    let start = lossy.windows(3).position(|code| code == [0x9d, 0x01, 0x2a]).unwrap();
    lossy[start + 3..start + 7].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    for (name, bytes) in [("png", png), ("gif", gif), ("jpeg", jpeg), ("canvas", canvas), ("lossy", lossy)] {
        let error = Library::in_memory().decode(&bytes).unwrap_err();
        assert!(matches!(error, AssetError::TooLarge { what: "pixels of the picture", .. }), "{name}: {error}");
    }
}

#[test]
fn the_limits_on_pixels_bytes_and_memory_bite() {
    for limits in [
        Limits { pixels: 24 * 16 - 1, ..Limits::default() },
        Limits { raster_bytes: 60, ..Limits::default() },
        Limits { decoded_bytes: 1000, ..Limits::default() },
    ] {
        for name in ["rgb.png", "baseline.jpg", "lossless.webp", "still.gif"] {
            let library = Library::with_limits(limits);
            let error = library.decode(&fixture(name)).unwrap_err();
            assert!(matches!(error, AssetError::TooLarge { .. }), "{name}: {error}");
        }
    }
}

/// `png` with a chunk behind its header.
fn with_chunk(png: &[u8], kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&png[..33], &length, &kind, data, &crc.sum().to_be_bytes(), &png[33..]].concat()
}

#[test]
fn a_hundred_million_pixels_may_be_unpacked() {
    // The header states them, and then the file ends: whatever the limits refuse is refused before that is seen.
    for (depth, kind) in [(8, 0), (8, 2), (8, 3), (8, 4), (8, 6), (16, 0), (16, 2), (16, 4), (16, 6)] {
        let mut bytes = fixture("rgb.png");
        bytes[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
        bytes[24..26].copy_from_slice(&[depth, kind]);
        let error = Library::in_memory().decode(&bytes).unwrap_err();
        assert!(!matches!(error, AssetError::TooLarge { .. }), "{depth} bits, kind {kind}: {error}");
    }
}

#[test]
fn what_a_picture_takes_while_it_is_unpacked_is_counted() {
    for (name, per_pixel) in [
        ("rgb.png", 4),
        ("grey-16.png", 6),
        ("grey-alpha.png", 6),
        ("rgb-16.png", 8),
        ("baseline.jpg", 4),
        ("progressive.jpg", 10),
        ("lossless.webp", 8),
    ] {
        let at = |bytes: usize| {
            let sized = Library::in_memory().decode(&fixture(name)).unwrap();
            let n_pixels = sized.width_px as usize * sized.height_px as usize;
            let limits = Limits { decoded_bytes: n_pixels * bytes, ..Limits::default() };
            Library::with_limits(limits).decode(&fixture(name)).map_err(|error| error.to_string())
        };
        let refused = at(per_pixel - 1).unwrap_err();
        assert!(refused.contains("bytes to unpack the picture"), "{name}: {refused}");
    }
    // Turned upright, there is a copy.
    let turned = fixture("orientation-6.jpg");
    let upright = Library::in_memory().decode(&turned).unwrap();
    let n_pixels = upright.width_px as usize * upright.height_px as usize;
    let limits = Limits { decoded_bytes: n_pixels * 8 - 1, ..Limits::default() };
    assert!(matches!(Library::with_limits(limits).decode(&turned), Err(AssetError::TooLarge { .. })));
}

#[test]
fn a_compressed_profile_that_unpacks_to_gigabytes_is_left_out() {
    let mut deflate = flate2::write::ZlibEncoder::new(b"bomb\0\0".to_vec(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..64).for_each(|_| deflate.write_all(&zeros).unwrap());
    let chunk = deflate.finish().unwrap();
    assert!(chunk.len() < 100_000, "the chunk itself is small: {}", chunk.len());
    let bomb = with_chunk(&fixture("rgb.png"), *b"iCCP", &chunk);
    // A limit that the picture keeps and the profile does not.
    let library = Library::with_limits(Limits { decoded_bytes: 1 << 20, ..Limits::default() });
    let asset = library.decode(&bomb).unwrap();
    assert_eq!(pixels(&asset).pixel(5, 3), Some(QUADRANTS[0]));
    assert!(asset.notes[0].contains("profile cannot be used"), "{:?}", asset.notes);
}

#[test]
fn a_profile_that_cannot_be_unpacked_is_said() {
    let asset = decode(&with_chunk(&fixture("rgb.png"), *b"iCCP", b"damaged\0\0no zlib stream"));
    assert_eq!(pixels(&asset).pixel(5, 3), Some(QUADRANTS[0]));
    assert!(asset.notes[0].contains("profile cannot be used"), "{:?}", asset.notes);
}

#[test]
fn a_flipped_bit_in_the_transparency_of_a_png_is_an_error() {
    for (name, kind) in [("palette.png", b"tRNS"), ("profile.png", b"iCCP"), ("gamma.png", b"gAMA")] {
        let mut bytes = fixture(name);
        let at = bytes.windows(4).position(|word| word == kind).unwrap();
        bytes[at + 4] ^= 1;
        let error = Library::in_memory().decode(&bytes).unwrap_err();
        assert!(matches!(error, AssetError::Damaged { format: "PNG", .. }), "{name}: {error}");
    }
}

#[test]
fn other_formats_are_refused_by_name() {
    for (bytes, found) in [
        (&b"II*\0rest"[..], "a TIFF file"),
        (b"\x1f\x8b\x08rest", "a compressed file (svgz is not read)"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\0\0\0\x20ftypavif", "an AVIF file"),
        (b"hello", "a file of this kind"),
        (b"", "an empty file"),
    ] {
        let error = Library::in_memory().decode(bytes).unwrap_err();
        assert_eq!(error, AssetError::Format { found });
        assert!(error.hint().contains("PNG, JPEG, WebP, GIF or plain SVG"));
    }
}

#[test]
fn no_single_changed_byte_makes_a_decoder_panic() {
    for name in ["palette.png", "progressive.jpg", "ycck-adobe.jpg", "animated.webp", "lossy.webp", "animated.gif"] {
        let good = fixture(name);
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 0x81;
            // An error or a picture; what matters is that it comes back, within the limits.
            if let Ok(asset) = Library::in_memory().decode(&bytes) {
                assert!(u64::from(asset.width_px) * u64::from(asset.height_px) <= Limits::default().pixels);
            }
        }
    }
}
