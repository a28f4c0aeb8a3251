//! Files that are made to harm: each attack that is known from other programs, written out in code since the files are
//! large. Every one ends in an error that names what was too much, or in a picture whose estimated work and memory keep
//! the limits; nothing here looks at a clock.
//!
//! A case is a test of its own, so that `/usr/bin/time -v` on the test program and one name shows what it really takes:
//! at most 2 s of CPU and 300 MB.

use std::path::Path;

use platen::artwork::for_each_band;
use platen::assets::{Budget, Limits};
use platen::design::{Design, Image, Paint};
use platen::scene::image::{SvgRaster, prepare};
use platen::shop::{Choice, RenderError, Shop};
use platen::units::Dpi;
use serde_json::json;

use crate::attacks::{
    CIRCLES, attributes, blurs, convolution, elements, entities_in_a_circle, far_offset, filtered, flat_png,
    gif_that_claims, huge_circle, jpeg_that_claims, laughs, markers, masks, merge, morphology, nested, opacities,
    patterns, picture_from, picture_inside, png_that_claims, rules, segments, stroked_curves, svg, svgz, turbulence,
    uses,
};
use crate::generated::{data_url, repeated};

fn shop() -> &'static Shop {
    static SHOP: std::sync::OnceLock<Shop> = std::sync::OnceLock::new();
    SHOP.get_or_init(|| Shop::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap())
}

/// Millimetres that the file is printed wide: nearly the whole front.
const WIDTH_MM: f64 = 300.0;

/// What became of a file.
#[derive(Debug)]
enum End {
    /// The message of the error.
    Refused(String),
    /// It was drawn at the resolution of print; how, if it stayed an SVG.
    Drawn(Option<SvgRaster>),
}

/// Takes a file the whole way from an upload to the rows of a print file.
fn end_of(file: &[u8]) -> End {
    let library = shop().library();
    library.insert("upload", file);
    let layer = json!({ "id": "a", "type": "image", "asset": "upload", "x": 160, "y": 200, "width": WIDTH_MM });
    let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
        "placements": [{ "area": "front", "layers": [layer] }] });
    let design = Design::from_json(document.to_string().as_bytes()).unwrap();
    let fitting = shop().fit(&design, &Choice::default()).unwrap();
    let scenes = match shop().scenes(&fitting, &library, |_| true) {
        Ok(scenes) => scenes,
        Err(RenderError::Design(problems)) => {
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].pointer, "/placements/0/layers/0/asset");
            assert!(problems[0].hint.is_some());
            return End::Refused(problems[0].message.clone());
        }
        Err(other) => panic!("{other}"),
    };
    for_each_band(&scenes[0].scene, Dpi::PRINT, |_| Ok::<_, ()>(())).unwrap();
    let image = Image {
        asset: "upload".to_owned(),
        width: WIDTH_MM,
        height: None,
        crop: None,
        trim: false,
        remove_background: None,
        recolor: std::collections::BTreeMap::new(),
        tint: None,
    };
    let limits = Limits::default();
    let prepared = prepare(&image, &library, &Budget::new(&limits), &|_: &Paint| None).unwrap();
    End::Drawn(prepared.svg_raster(prepared.size_mm(&image), Dpi::PRINT, &limits.svg))
}

/// Asserts that a file is refused with a message that holds `cause`.
fn refused(file: impl AsRef<[u8]>, cause: &str) {
    match end_of(file.as_ref()) {
        End::Refused(message) => assert!(message.contains(cause), "{message}"),
        End::Drawn(raster) => panic!("it was drawn: {raster:?}"),
    }
}

/// Asserts that a file is drawn within the limits on work and memory, and returns how.
fn drawn(file: impl AsRef<[u8]>) -> Option<SvgRaster> {
    let limits = Limits::default().svg;
    match end_of(file.as_ref()) {
        End::Refused(message) => panic!("it was refused: {message}"),
        End::Drawn(raster) => {
            if let Some(raster) = &raster {
                assert!(raster.passes <= f64::from(limits.passes) * 1e6 * 1.000_001, "{raster:?}");
                assert!(raster.bytes <= limits.drawing_bytes as u64, "{raster:?}");
            }
            raster
        }
    }
}

#[test]
fn files_of_the_machine_stay_closed() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/rgb.png");
    for href in [own, "../../../../etc/passwd", "/dev/zero", "file:///etc/passwd", "http://127.0.0.1/x.png"] {
        assert_eq!(drawn(picture_from(href)).unwrap().finest, None, "only the rectangle is left of {href}");
    }
}

#[test]
fn a_picture_inside_of_thirty_thousand_square() {
    let file = picture_inside(&flat_png(30_000));
    assert!(file.len() < 1_000_000, "a small file: {}", file.len());
    refused(file, "pixels of the picture: 900000000");
}

#[test]
fn a_picture_inside_that_claims_65535_square() {
    refused(picture_inside(&png_that_claims(65_535, 65_535)), "pixels of the picture");
}

#[test]
fn compressed_drawings() {
    refused(svgz(300), "svgz is not read");
}

#[test]
fn patterns_inside_patterns() {
    for file in spellings(&patterns(10, 8)) {
        refused(file, "elements of the SVG after references are followed");
    }
}

#[test]
fn a_pattern_whose_tile_is_scaled_up() {
    let pattern = |scale: f64| {
        svg(&format!(
            r##"<pattern id="p" width="1000" height="1000" patternUnits="userSpaceOnUse" patternTransform="scale({scale})">
            <rect width="500" height="1000" fill="#f00"/></pattern><rect width="900" height="900" fill="url(#p)"/>"##
        ))
    };
    refused(pattern(1000.0), "to draw the SVG");
    assert!(drawn(pattern(1.0)).unwrap().finest.is_some());
}

#[test]
fn masks_inside_masks() {
    for file in spellings(&masks(30)) {
        refused(file, "elements of the SVG after references are followed");
    }
}

#[test]
fn markers_on_a_long_path() {
    refused(markers(), "elements that markers may add");
}

#[test]
fn a_morphology_that_reaches_far() {
    refused(morphology(300), "estimated passes to draw the SVG");
    refused(morphology(1_000_000), "estimated passes to draw the SVG");
}

#[test]
fn a_turbulence_of_many_octaves() {
    refused(turbulence(1_000_000_000), "octaves of a turbulence");
}

#[test]
fn a_convolution_with_a_large_matrix() {
    refused(convolution(101), "estimated passes to draw the SVG");
}

#[test]
fn blurs_in_a_chain() {
    refused(blurs(2000), "primitives of one filter");
}

#[test]
fn a_merge_of_many() {
    refused(merge(10_000), "inputs of one merge");
}

#[test]
fn filters_on_filters() {
    let filter = r##"<filter id="f"><feGaussianBlur stdDeviation="3"/><feGaussianBlur stdDeviation="2"/></filter>"##;
    let nested = r##"<g filter="url(#f)"><rect width="900" height="900"/>"##.repeat(24) + &"</g>".repeat(24);
    refused(svg(&(filter.to_owned() + &nested)), "to draw the SVG");
}

#[test]
fn one_picture_drawn_five_thousand_times() {
    refused(uses(5000), "pictures drawn inside the SVG");
}

#[test]
fn a_path_of_a_million_segments() {
    refused(segments(1_000_000), "path segments of the SVG");
}

#[test]
fn a_stroke_along_a_hundred_thousand_curves() {
    refused(stroked_curves(100_000), "segments of one stroked path");
}

#[test]
fn a_hundred_thousand_attributes() {
    refused(attributes(100_000), "attributes of one element");
}

#[test]
fn three_thousand_rules_for_three_thousand_elements() {
    refused(rules(3000), "CSS rules times elements");
}

#[test]
fn nine_hundred_opacity_groups() {
    refused(opacities(900), "levels of nested elements");
}

#[test]
fn numbers_that_overflow() {
    refused(huge_circle(), "SVG");
    refused(far_offset(), "largest coordinate of the SVG");
    refused(svg(r#"<g transform="scale(1e20)"><rect width="9" height="9"/></g>"#), "SVG");
}

#[test]
fn entities_that_laugh() {
    refused(laughs(), "an entity that holds markup or other entities");
    refused(entities_in_a_circle(), "an entity that holds markup or other entities");
}

#[test]
fn a_hundred_thousand_levels() {
    refused(nested(100_000), "levels of nested elements");
}

#[test]
fn a_million_elements() {
    refused(elements(1_000_000), "elements of the SVG");
}

/// `body` with each of its ` name="url(#id)"` written in every way that reaches the renderer: as it is, in `style`, by a
/// class of a style sheet, with character references, and each of these behind a document type whose quotes do not
/// match.
fn spellings(body: &str) -> Vec<String> {
    let mut sheet = String::new();
    let as_style = respelled(body, |name, id| format!("style=\"{name}:url(#{id})\""));
    let as_class = respelled(body, |name, id| {
        sheet += &format!(".{name}-{id}{{{name}:url('#{id}')}}");
        format!("class=\"{name}-{id}\"")
    });
    let as_references = respelled(body, |name, id| format!("{name}=\"url&#40;&#x23;{id})\""));
    let bodies = [body.to_owned(), as_style, format!("<style>{sheet}</style>{as_class}"), as_references];
    bodies.iter().flat_map(|body| [svg(body), "<!DOCTYPE svg [<?x ' ?>]>".to_owned() + &svg(body)]).collect()
}

fn respelled(body: &str, mut spell: impl FnMut(&str, &str) -> String) -> String {
    let mut parts = body.split("=\"url(#");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let name = out.rsplit([' ', '\n']).next().unwrap().to_owned();
        out.truncate(out.len() - name.len());
        let (id, rest) = part.split_once(")\"").unwrap();
        out += &spell(&name, id);
        out += rest;
    }
    out
}

#[test]
fn references_in_circles() {
    for body in CIRCLES {
        spellings(body).iter().for_each(|file| refused(file, "references that lead in a circle"));
    }
}

#[test]
fn circles_of_three() {
    let circle = |element: &str, property: &str, rest: &str| {
        let one = |id: &str, next: &str| {
            format!(
                r#"<{element} id="{id}" {rest}><g {property}="url(#{next})"><path d="M0 0L9 0L9 9"/></g></{element}>"#
            )
        };
        let user = format!(r#"<path d="M0 0L9 0L9 9" {property}="url(#a)"/>"#);
        one("a", "b") + &one("b", "c") + &one("c", "a") + &user
    };
    let kinds = [
        ("mask", "mask", ""),
        ("clipPath", "clip-path", ""),
        ("pattern", "fill", r#"width="5" height="5" patternUnits="userSpaceOnUse""#),
        ("pattern", "stroke", r#"width="5" height="5""#),
        ("marker", "marker-end", ""),
    ];
    for (element, property, rest) in kinds {
        for file in spellings(&circle(element, property, rest)) {
            refused(file, "references that lead in a circle");
        }
    }
    // Children of a pattern inherit the paint of what the pattern lies in.
    let inside = r##"<g fill="url(#p)"><pattern id="p" width="9" height="9"><rect width="5" height="5"/></pattern><rect width="9" height="9"/></g>"##;
    spellings(inside).iter().for_each(|file| refused(file, "references that lead in a circle"));
}

#[test]
fn a_chain_of_ten_thousand_masks() {
    let chain = repeated(10_000, |i| {
        format!(r#"<mask id="m{i}"><g mask="url(#m{})"><rect width="9" height="9"/></g></mask>"#, i + 1)
    });
    let file = svg(&(chain + r#"<rect width="9" height="9" mask="url(#m0)"/>"#));
    refused(file, "levels of elements after references are followed");
}

#[test]
fn a_selector_that_backtracks() {
    for separator in [" ", "/**/ ", "\n"] {
        let sheet = format!("<style>q{}{{fill:red}}</style>", format!("{separator}*").repeat(10));
        let nested = "<g>".repeat(120) + &"<rect/>".repeat(5) + &"</g>".repeat(120);
        refused(svg(&(sheet + &nested)), "CSS");
    }
}

#[test]
fn a_rule_of_many_declarations() {
    let sheet = format!("<style>rect{{{}}}</style>", "fill:red;".repeat(250_000));
    refused(svg(&(sheet + &"<rect/>".repeat(90_000))), "CSS");
    let style = format!(r#"<rect width="9" height="9" style="{}"/>"#, "fill:red;".repeat(250_000));
    refused(svg(&style), "CSS");
    let used = format!(r#"<rect id="a" style="{}"/>"#, "fill:red;".repeat(500));
    refused(svg(&(used + &r##"<use href="#a"/>"##.repeat(5000))), "CSS");
    // Every selector of a list gets all of the declarations.
    let sheet = format!("<style>{}b{{{}}}</style>", "a,".repeat(5000), "fill:red;".repeat(5000));
    refused(svg(&(sheet + "<rect/>")), "CSS");
}

#[test]
fn style_sheets_in_disguise() {
    let rects = "<rect/>".repeat(40_000);
    for sheet in [
        format!("{}<![CDATA[.b{{fill:red}}]]>", ".a,".repeat(40_000)),
        format!("{}*&#123;fill:red}}", "*&#44;".repeat(40_000)),
    ] {
        refused(svg(&format!("<style>{sheet}</style>{rects}")), "CSS rules times elements");
    }
}

#[test]
fn markers_from_a_style_sheet() {
    let shapes = r#"<rect width="1" height="1"/>"#.repeat(1000);
    let lines = r#"<line x2="9" y2="9"/>"#.repeat(40_000);
    let body = format!(r#"<style>line{{marker:url(#m)}}</style><marker id="m">{shapes}</marker>{lines}"#);
    refused(svg(&body), "elements that markers may add");
    let used = format!(r##"<g id="u">{shapes}</g><marker id="m"><use href="#u"/></marker>"##);
    let path = format!(r#"<path d="M0 0{}" marker-mid="url(#m)"/>"#, "h1".repeat(20_000));
    for file in spellings(&(used + &path)) {
        refused(file, "elements that markers may add");
    }
}

#[test]
fn one_large_picture_used_through_groups() {
    let picture = format!(r#"<defs><image id="i" href="{}"/></defs>"#, data_url(&vec![0; 2_700_000]));
    let groups =
        format!(r##"<g id="a">{}</g>"##, r##"<use href="#i"/>"##.repeat(100)) + &r##"<use href="#a"/>"##.repeat(450);
    refused(svg(&(picture + &groups)), "pictures drawn inside the SVG");
}

#[test]
fn one_long_path_used_many_times() {
    let path = format!(r#"<path id="p" d="M0 0{}"/>"#, "h1v1".repeat(100_000));
    refused(svg(&(path + &r##"<use href="#p"/>"##.repeat(4000))), "bytes of attributes after references are followed");
}

#[test]
fn namespaces_that_pile_up() {
    let level = |i: usize| format!("<g{}>", repeated(200, |j| format!(" xmlns:n{i}-{j}='x'")));
    let leaves = "<g xmlns:q='x'/>".repeat(5000);
    refused(svg(&(repeated(100, level) + &leaves + &"</g>".repeat(100))), "namespaces");
}

#[test]
fn document_types_that_hide_the_rest() {
    let hostile = svg(&"<g>".repeat(100_000));
    for subset in ["<?x ' ?>", "<!ELEMENT g (#PCDATA)>", "<!ATTLIST g a CDATA '>'>", "<!-- ' -->", "<!ENTITY a '\">'>"]
    {
        match end_of(format!("<!DOCTYPE svg [{subset}]>{hostile}").as_bytes()) {
            End::Refused(message) => {
                assert!(message.contains("levels of nested") || message.contains("document type"), "{message}");
            }
            End::Drawn(raster) => panic!("{subset}: {raster:?}"),
        }
    }
}

#[test]
fn more_letters_than_a_book() {
    refused(svg(&format!("<text y=\"500\">{}</text>", "W".repeat(200_000))), "elements of the SVG");
    let used = format!(r#"<defs><text id="t" y="9">{}</text></defs>"#, "W".repeat(1000));
    refused(svg(&(used + &r##"<use href="#t"/>"##.repeat(1000))), "elements of the SVG");
}

#[test]
fn pictures_that_claim_to_be_huge() {
    refused(png_that_claims(65_535, 65_535), "pixels of the picture");
    refused(png_that_claims(30_000, 30_000), "pixels of the picture");
    refused(gif_that_claims(), "pixels of the picture");
    refused(jpeg_that_claims(), "pixels of the picture");
}

/// What the limits let through, at its worst: the figures that the limits were set by.
mod costliest_accepted {
    use super::*;

    #[test]
    fn a_morphology() {
        let raster = drawn(morphology(9)).unwrap();
        assert!(raster.reduced_dpi.is_some(), "at print size it would reach over three times as many pixels");
    }

    #[test]
    fn a_chain_of_blurs() {
        let raster = drawn(filtered(&r#"<feGaussianBlur stdDeviation="9"/>"#.repeat(15))).unwrap();
        assert!(raster.reduced_dpi.is_some());
    }

    #[test]
    fn a_turbulence() {
        drawn(turbulence(8));
    }

    #[test]
    fn a_convolution() {
        drawn(convolution(19));
    }

    #[test]
    fn lights() {
        let light = r##"<feSpecularLighting><fePointLight x="9" y="9" z="90"/></feSpecularLighting>"##;
        drawn(filtered(&light.repeat(20)));
    }

    #[test]
    fn opacity_groups() {
        drawn(opacities(22));
    }

    #[test]
    fn patterns_in_patterns() {
        drawn(svg(&patterns(3, 8)));
    }

    #[test]
    fn masks_in_masks() {
        drawn(svg(&masks(4)));
    }

    #[test]
    fn pictures_inside() {
        drawn(uses(30));
    }

    #[test]
    fn a_large_picture_inside() {
        drawn(svg(&format!(r#"<image width="1000" height="1000" href="{}"/>"#, data_url(&flat_png(5400)))));
    }

    #[test]
    fn a_drop_shadow() {
        let shadow = r#"<feDropShadow dx="9" dy="9" stdDeviation="9" flood-opacity="0.5"/>"#;
        assert!(drawn(filtered(shadow)).unwrap().reduced_dpi.is_none_or(|dpi| dpi > 200.0));
    }

    #[test]
    fn letters() {
        drawn(svg(&format!("<text y=\"500\" font-size=\"9\">{}</text>", "Wq".repeat(2_000))));
    }

    #[test]
    fn strokes() {
        drawn(stroked_curves(19_000));
    }
}
