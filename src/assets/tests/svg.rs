//! Drawings from strangers. Whole attacks are in `tests/it/hostile.rs`; here are the rules by themselves.

use std::collections::BTreeMap;

use resvg::usvg;

use super::fixtures;
use super::generated::{data_url, repeated};
use crate::assets::fonts::Fonts;
use crate::assets::{Asset, AssetError, Kind, Library, Limits, SvgLimits};
use crate::color::Color;

fn import(source: &str) -> Result<std::sync::Arc<Asset>, AssetError> {
    Library::in_memory().decode(source.as_bytes())
}

/// A 100 by 100 drawing with `body` in it.
fn svg(body: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100">{body}</svg>"#
    )
}

fn refused(source: &str) -> AssetError {
    import(source).expect_err("refused")
}

fn too_large(source: &str) -> &'static str {
    match refused(source) {
        AssetError::TooLarge { what, .. } => what,
        other => panic!("{other}"),
    }
}

fn source(asset: &Asset) -> &str {
    match &asset.kind {
        Kind::Svg { source, .. } => source,
        Kind::Raster { .. } => panic!("a raster picture"),
    }
}

fn flat_png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::GrayImage::new(side, side).write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn a_drawing_keeps_its_size_and_is_written_anew() {
    let asset = import(&svg(r##"<rect style="fill:red" width="50" height="50"/>"##)).unwrap();
    assert_eq!((asset.width_px, asset.height_px), (100, 100));
    assert!(source(&asset).contains(r##"fill="#ff0000""##));
    assert!(asset.notes.is_empty());
}

#[test]
fn files_of_the_machine_are_never_opened() {
    let secret = fixtures().join("pictures/rgb.png");
    for href in [
        secret.to_str().unwrap(),
        "../tests/fixtures/pictures/rgb.png",
        "/dev/zero",
        "file:///etc/passwd",
        "http://localhost/x.png",
    ] {
        let asset =
            import(&svg(&format!(r#"<image width="9" height="9" href="{href}"/><rect width="9" height="9"/>"#)))
                .unwrap();
        assert!(!source(&asset).contains("<image"), "{href}");
        assert_eq!(asset.notes, ["a picture outside the file was left out"]);
    }
}

#[test]
fn pictures_inside_keep_the_limits_of_uploads() {
    let header = |width: u32, height: u32| {
        let mut png = flat_png(1);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        svg(&format!(r#"<image href="{}"/>"#, data_url(&png)))
    };
    assert_eq!(too_large(&header(30_000, 30_000)), "pixels of the picture");
    assert_eq!(too_large(&header(65_535, 65_535)), "pixels of the picture");
    let cut = data_url(&flat_png(50)[..60]);
    assert!(matches!(refused(&svg(&format!(r#"<image href="{cut}"/>"#))), AssetError::Truncated { format: "PNG" }));
}

#[test]
fn a_picture_inside_is_drawn() {
    let asset =
        import(&svg(&format!(r#"<image width="50" height="50" href="{}"/>"#, data_url(&flat_png(10))))).unwrap();
    assert!(source(&asset).contains("<image"));
    let Kind::Svg { tree, .. } = &asset.kind else { panic!() };
    assert_eq!(tree.root().abs_bounding_box().width(), 50.0);
}

#[test]
fn drawings_inside_drawings_are_refused() {
    let inner = "data:image/svg+xml;utf8,&lt;svg xmlns='http://www.w3.org/2000/svg'/&gt;";
    assert!(matches!(refused(&svg(&format!(r#"<image href="{inner}"/>"#))), AssetError::Refused { .. }));
}

#[test]
fn markers_that_carry_markers_multiply() {
    let nested = |points: usize| {
        let path = format!(r#"<path d="M0 0{}" marker-mid="url(#b)"/>"#, "L1 1".repeat(points));
        svg(&format!(
            r#"<marker id="b"><path d="M0 0L1 1"/></marker><marker id="a">{path}</marker>{}"#,
            path.replace("#b", "#a")
        ))
    };
    assert!(import(&nested(20)).is_ok());
    assert_eq!(too_large(&nested(200)), "elements that markers may add");
}

#[test]
fn dashes_without_number_are_refused() {
    let dashes = r##"<path d="M0 0L100 100" stroke="#000" stroke-dasharray="0.000001"/>"##;
    assert_eq!(too_large(&svg(dashes)), "path segments of the SVG, dashes included");
}

#[test]
fn dashes_of_a_straight_line_are_counted() {
    let line = |dash: f64| svg(&format!(r##"<path d="M0 50H100" stroke="#000" stroke-dasharray="{dash}"/>"##));
    // 100 units in dashes and gaps of 0.0003 are 333 000 segments; in those of 0.002 they are 50 000.
    assert_eq!(too_large(&line(0.0003)), "path segments of the SVG, dashes included");
    assert!(import(&line(0.002)).is_ok());
}

#[test]
fn uses_and_layers_are_counted() {
    assert_eq!(too_large(&svg(&r##"<use href="#a"/>"##.repeat(6000))), "<use> elements of the SVG");
    let opacity = |n: usize| r#"<g opacity="0.9"><rect width="9" height="9"/>"#.repeat(n) + &"</g>".repeat(n);
    assert_eq!(too_large(&svg(&opacity(100))), "layers inside layers in the SVG");
}

#[test]
fn references_that_multiply_are_counted_before_parsing() {
    let groups = repeated(10, |i| {
        let uses = repeated(10, |_| format!(r##"<use href="#g{}"/>"##, i64::try_from(i).unwrap() - 1));
        if i == 0 {
            r#"<g id="g0"><rect width="1" height="1"/></g>"#.to_owned()
        } else {
            format!(r#"<g id="g{i}">{uses}</g>"#)
        }
    });
    assert_eq!(too_large(&svg(&groups)), "elements of the SVG after references are followed");
}

#[test]
fn references_in_circles_are_refused() {
    for body in [
        r##"<g id="a"><use href="#a"/></g>"##,
        r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>"##,
        r##"<pattern id="p" width="9" height="9"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/>"##,
        r##"<mask id="m" mask="url(#m)"><rect width="9" height="9"/></mask><rect width="9" height="9" mask="url(#m)"/>"##,
        r##"<clipPath id="c" clip-path="url(#c)"><rect width="9" height="9"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>"##,
    ] {
        assert_eq!(refused(&svg(body)), AssetError::Refused { what: "references that lead in a circle" }, "{body}");
    }
}

#[test]
fn links_lead_nowhere() {
    let body = r##"<g id="a"><a href="#a"><rect width="9" height="9"/></a><animate href="#a"/></g>"##;
    assert!(import(&svg(body)).is_ok());
}

#[test]
fn what_is_used_inherits_paints_and_markers() {
    let shapes = r#"<path d="M0 0L9 9"/>"#.repeat(400);
    let tile = r#"<rect width="1" height="1"/>"#.repeat(400);
    let pattern = format!(r#"<pattern id="p" width="9" height="9">{tile}</pattern>"#);
    let used = format!(r##"{pattern}<defs><g id="g">{shapes}</g></defs><use href="#g" fill="url(#p)"/>"##);
    assert_eq!(too_large(&svg(&used)), "elements of the SVG after references are followed");
    let marker = format!(r#"<marker id="m">{tile}</marker>"#);
    let above = format!(r##"{marker}<defs><g id="g">{shapes}</g></defs><g marker-end="url(#m)"><use href="#g"/></g>"##);
    assert_eq!(too_large(&svg(&above)), "elements that markers may add");
}

#[test]
fn a_mask_that_is_inherited_is_refused() {
    for body in [r#"<rect mask="inherit"/>"#, r#"<rect style="clip-path: inherit"/>"#] {
        assert_eq!(refused(&svg(body)), AssetError::Refused { what: "a mask, clip path or filter that is inherited" });
    }
}

#[test]
fn ids_are_cut_out_as_the_parser_does() {
    // Each of these draws the mask, which holds the circle.
    for reference in [
        r##"mask="url(#m)""##,
        r##"mask=" url( #m )""##,
        r##"mask="url('#m')""##,
        r##"mask="url( '#m ' )""##,
        r##"style='mask:url("#m")'"##,
        r##"style="mask/**/:/**/url(#m) !important""##,
        r##"mask="&#117;rl(#&#x6d;)""##,
    ] {
        let body = format!(r#"<mask id="m"><rect width="9" height="9" {reference}/></mask>"#);
        assert_eq!(refused(&svg(&body)), AssetError::Refused { what: "references that lead in a circle" }, "{body}");
    }
}

#[test]
fn drawings_of_other_programs_pass() {
    let illustrator = r##"<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 27.0.0, SVG Export Plug-In -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
	<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
	<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
	<!ENTITY ns_svg "http://www.w3.org/2000/svg">
	<!ENTITY ns_xlink "http://www.w3.org/1999/xlink">
]>
<svg version="1.1" id="Layer_1" xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;" x="0px" y="0px" viewBox="0 0 100 100" style="enable-background:new 0 0 100 100;" xml:space="preserve">
<style type="text/css"><![CDATA[
	.st0{fill:#E30613;}
	.st1{clip-path:url(#SVGID_00000018194271218_);}
	.st2{fill:url(#SVGID_2_);stroke:#000000;stroke-width:0.5;stroke-miterlimit:10;}
	.st3{font-family:'MyriadPro-Regular';} .st0,.st2{opacity:0.9;}
	@font-face{font-family:"A";src:url("data:font/woff2;base64,d09GMgABAAAAAAOw1234567890+/==")}
]]></style>
<switch><foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"><i:pgfRef xlink:href="#adobe_illustrator_pgf"></i:pgfRef></foreignObject>
<g i:extraneous="self"><g><defs><rect id="SVGID_1_" width="90" height="90"/></defs>
<clipPath id="SVGID_00000018194271218_"><use xlink:href="#SVGID_1_" style="overflow:visible;"/></clipPath>
<linearGradient id="SVGID_2_" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="9" y2="9"><stop offset="0" style="stop-color:#FFFFFF"/><stop offset="1" style="stop-color:#000000"/></linearGradient>
<g class="st1"><path class="st0" d="M0,0h50v50H0V0z"/><path class="st2" d="M0,0h50v50H0V0z"/></g></g></g></switch>
<i:pgf id="adobe_illustrator_pgf">abc</i:pgf></svg>"##;
    let inkscape = r##"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="210mm" height="297mm" viewBox="0 0 210 297" version="1.1" id="svg5" inkscape:version="1.2.2" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg">
<sodipodi:namedview id="namedview7" pagecolor="#ffffff" inkscape:current-layer="layer1"/>
<defs id="defs2"><linearGradient id="linearGradient1"><stop style="stop-color:#000000;stop-opacity:1;" offset="0" id="stop1"/><stop style="stop-color:#fff;stop-opacity:0;" offset="1" id="stop2"/></linearGradient>
<linearGradient xlink:href="#linearGradient1" id="linearGradient2" x1="1" y1="1" x2="9" y2="9" gradientUnits="userSpaceOnUse"/>
<marker style="overflow:visible" id="Arrow1" refX="0" refY="0" orient="auto"><path transform="scale(0.5)" style="fill:context-stroke;fill-rule:evenodd;stroke:context-stroke;stroke-width:1pt" d="M 5.77,0 -2.88,5 V -5 Z" id="path1"/></marker></defs>
<g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1"><path style="fill:url(#linearGradient2);fill-opacity:1;stroke:#000000;stroke-width:0.264583;marker-end:url(#Arrow1)" d="M 10,10 H 90 V 90 Z" id="path2" inkscape:connection-start="#path3"/>
<use x="0" y="0" xlink:href="#path2" id="use1" transform="translate(9)"/></g></svg>"##;
    for source in [illustrator, inkscape] {
        let asset = import(source).unwrap();
        assert!(self::source(&asset).contains("<path"), "{}", self::source(&asset));
    }
    // A thousand paths in 300 classes, and four thousand that say everything themselves.
    let classes = repeated(300, |i| {
        format!(".cls-{i}{{fill:#{:03x};stroke-width:2px;}}.cls-{i},.cls-{}{{stroke:#000;}}", i * 9, i + 1)
    });
    let paths = repeated(1000, |i| {
        format!(r#"<path class="cls-{}" d="M10.5,10.25c3.1,4.2,5.7,6.3,9.5,{}z"/>"#, i % 300, i % 50)
    });
    assert!(import(&svg(&format!("<defs><style>{classes}</style></defs>{paths}"))).is_ok());
    let styled = repeated(4000, |i| {
        format!(
            r#"<path style="color:#000000;fill:#{:06x};fill-opacity:1;fill-rule:evenodd;stroke:none;stroke-width:0.26458332;stroke-linecap:butt;stroke-linejoin:miter;stroke-miterlimit:4;stroke-dasharray:none;stroke-opacity:1;paint-order:markers fill stroke;-inkscape-stroke:none" d="M 10.5,10.25 C 3.1,4.2 5.7,6.3 9.5,{} Z" id="path{i}"/>"#,
            i,
            i % 50
        )
    });
    assert!(import(&svg(&styled)).is_ok());
}

#[test]
fn entities_are_bounded() {
    let laughs = r#"<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>"#;
    assert_eq!(
        refused(&(laughs.to_owned() + &svg("<title>&c;</title>"))),
        AssetError::Refused { what: "an entity that holds markup or other entities" }
    );
    let looped = r#"<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>"#;
    assert!(import(&(looped.to_owned() + &svg("<title>&a;</title>"))).is_err());
    let long = format!(r#"<!DOCTYPE svg [<!ENTITY a "{}">]>"#, "x".repeat(100_000));
    assert_eq!(
        too_large(&(long + &svg(&format!("<title>{}</title>", "&a;".repeat(1000))))),
        "bytes that entities expand to"
    );
    let outside = r#"<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#;
    if let Ok(asset) = import(&(outside.to_owned() + &svg("<title>&a;</title>"))) {
        assert!(!source(&asset).contains("root"));
    }
    let illustrator = r#"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>"#;
    let body = r#"<svg xmlns="&ns_svg;" width="9" height="9"><rect width="9" height="9"/></svg>"#;
    assert!(import(&(illustrator.to_owned() + body)).is_ok(), "as Illustrator writes them");
}

#[test]
fn coordinates_beyond_reason_are_refused() {
    for body in [
        r#"<circle r="1e30"/>"#,
        r#"<rect width="1e9" height="5"/>"#,
        r#"<g transform="scale(1e20)"><rect width="9" height="9"/></g>"#,
    ] {
        let error = refused(&svg(body));
        assert!(matches!(error, AssetError::TooLarge { .. } | AssetError::Damaged { .. }), "{body}: {error}");
    }
}

#[test]
fn text_without_any_fonts_is_told() {
    let asset = import(&svg(r#"<text y="50">Hello</text><rect width="9" height="9"/>"#)).unwrap();
    assert!(asset.notes[0].contains("convert it to outlines"), "{:?}", asset.notes);
}

fn with_our_fonts(body: &str) -> std::sync::Arc<Asset> {
    static FONTS: std::sync::LazyLock<std::sync::Arc<Fonts>> =
        std::sync::LazyLock::new(|| Fonts::open(&fixtures().join("../../fonts")).unwrap().into());
    let mut library = Library::in_memory();
    library.fonts = Some(FONTS.clone());
    library.decode(svg(body).as_bytes()).unwrap()
}

#[test]
fn text_becomes_outlines_of_our_fonts() {
    let asset = with_our_fonts(r#"<text y="50" font-family="Anton" font-size="20">Hi</text>"#);
    assert!(source(&asset).contains("<path") && !source(&asset).contains("<text"), "{}", source(&asset));
    assert!(asset.notes.is_empty(), "{:?}", asset.notes);
    let Kind::Svg { tree, .. } = &asset.kind else { panic!() };
    let bounds = tree.root().abs_bounding_box();
    assert!((10.0..25.0).contains(&bounds.width()) && (14.0..22.0).contains(&bounds.height()), "{bounds:?}");
}

#[test]
fn another_font_draws_another_outline_and_has_another_hash() {
    let set = |family: &str, rest: &str| {
        with_our_fonts(&format!(r#"<text y="50" font-family="{family}" font-size="20" {rest}>Hi</text>"#))
    };
    let serif = set("serif", "");
    assert!(serif.notes.is_empty(), "a kind is no font that we lack: {:?}", serif.notes);
    assert_ne!(source(&serif), source(&set("sans-serif", "")));
    assert_ne!(source(&serif), source(&set("serif", r#"font-weight="bold""#)));
    assert_ne!(source(&serif), source(&set("serif", r#"font-style="italic""#)));
    assert_eq!(source(&serif), source(&set("Playfair Display", "")));
    assert_eq!(source(&set("RobotoSlab-Bold", "")), source(&set("'Roboto Slab'", r#"font-weight="700""#)));
    let plain = with_our_fonts(r#"<rect width="9" height="9"/>"#);
    let bytes = svg(r#"<rect width="9" height="9"/>"#);
    assert_eq!(plain.hash, *blake3::hash(bytes.as_bytes()).as_bytes());
    let bytes = svg(r#"<text y="50" font-family="serif" font-size="20" >Hi</text>"#);
    assert_ne!(serif.hash, *blake3::hash(bytes.as_bytes()).as_bytes(), "the fonts are part of what it looks like");
}

#[test]
fn a_font_that_the_library_lacks_is_replaced_and_said() {
    let asset = with_our_fonts(
        r#"<text y="50"><tspan font-family="Times New Roman">A</tspan><tspan font-family="Helvetica, Arial">B</tspan>
        <tspan font-family="Helvetica Neue, Anton">C</tspan></text>"#,
    );
    let said = |wanted: &str, used: &str| {
        format!("text in the SVG: the font \"{wanted}\" is not in the library and was replaced by \"{used}\"")
    };
    let expected =
        [said("Helvetica", "Noto Sans"), said("Helvetica Neue", "Anton"), said("Times New Roman", "Playfair Display")];
    assert_eq!(asset.notes, expected);
}

#[test]
fn letters_that_a_font_lacks_come_from_the_fallbacks() {
    let asset = with_our_fonts(r#"<text y="50" font-family="Anton" font-size="10">Aя漢ع</text>"#);
    assert!(asset.notes.is_empty(), "{:?}", asset.notes);
    let unknown = with_our_fonts("<text y=\"50\" font-family=\"Anton\">A\u{1F9FF}\u{13000}</text>");
    assert!(unknown.notes.iter().any(|note| note.contains("no font has \"\u{13000}\"")), "{:?}", unknown.notes);
}

#[test]
fn damaged_xml_is_told_with_its_place() {
    for source in ["<svg", "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "<html></html>", "<svg>\u{0}</svg>"] {
        assert!(import(source).is_err(), "{source}");
    }
    assert!(refused("<svg xmlns='http://www.w3.org/2000/svg'>\n<g></b></svg>").to_string().contains("2:"));
}

#[test]
fn each_limit_of_a_drawing_bites() {
    let d = SvgLimits::default();
    let two = r#"<g><g><rect width="9" height="9"/></g></g>"#;
    let style = "<style>rect{fill:red}</style><rect width='9' height='9'/>";
    let stroke = r##"<path d="M0 0L9 9L0 9" stroke="#000"/>"##;
    let layers = r#"<g opacity="0.5"><g opacity="0.5"><rect width="9" height="9"/><rect width="8" height="8"/></g><rect width="8" height="8"/></g>"#;
    let marker = r##"<marker id="m"><rect width="1" height="1"/></marker><path d="M0 0L9 9" marker-end="url(#m)"/>"##;
    let image = format!(r#"<image href="{}"/>"#, data_url(&flat_png(10)));
    let turbulence = r##"<filter id="f"><feTurbulence baseFrequency="1" numOctaves="2"/><feOffset dx="1"/></filter><rect width="9" height="9" filter="url(#f)"/>"##;
    let entity =
        r#"<!DOCTYPE svg [<!ENTITY a "xyz">]>"#.to_owned() + &svg("<title>&a;</title><rect width='9' height='9'/>");
    for (limits, source) in [
        (SvgLimits { bytes: 20, ..d }, svg(two)),
        (SvgLimits { elements: 3, ..d }, svg(two)),
        (SvgLimits { attributes: 2, ..d }, svg(two)),
        (SvgLimits { depth: 2, ..d }, svg(two)),
        (SvgLimits { uses: 0, ..d }, svg(r##"<rect id="r" width="9" height="9"/><use href="#r"/>"##)),
        (SvgLimits { css_matches: 2, ..d }, svg(style)),
        (SvgLimits { entity_bytes: 2, ..d }, entity),
        (SvgLimits { marker_elements: 1, ..d }, svg(marker)),
        (SvgLimits { segments: 3, ..d }, svg(two)),
        (SvgLimits { stroked_segments: 2, ..d }, svg(stroke)),
        (SvgLimits { layer_depth: 1, ..d }, svg(layers)),
        (SvgLimits { filter_primitives: 1, ..d }, svg(turbulence)),
        (SvgLimits { octaves: 1, ..d }, svg(turbulence)),
        (SvgLimits { extent: 1, ..d }, svg(r#"<rect x="95" width="9" height="9"/>"#)),
        (SvgLimits { images: 0, ..d }, svg(&image)),
        (SvgLimits { image_pixels: 99, ..d }, svg(&image)),
        (SvgLimits { passes: 0, ..d }, svg(turbulence)),
        (SvgLimits { drawing_bytes: 1_000_000, ..d }, svg(layers)),
    ] {
        assert!(import(&source).is_ok(), "{source}");
        let library = Library::with_limits(Limits { svg: limits, ..Limits::default() });
        let error = library.decode(source.as_bytes()).err();
        assert!(matches!(error, Some(AssetError::TooLarge { .. })), "{limits:?}: {error:?}");
    }
}

#[test]
fn colors_are_exchanged_exactly_and_tints_keep_opacity() {
    let asset = import(&svg(
        r##"<linearGradient id="g"><stop stop-color="#ff0000" stop-opacity="0.5"/><stop offset="1" stop-color="#00ff00"/></linearGradient>
        <rect width="50" height="50" fill="url(#g)"/><circle r="5" fill="red" stroke="#00f"/>"##,
    ))
    .unwrap();
    let map = BTreeMap::from([(Color::new(255, 0, 0), Color::new(18, 52, 86))]);
    let recolored = asset.recolored(&map, None).unwrap();
    assert_eq!(source(&recolored).matches("#123456").count(), 2);
    assert!(!source(&recolored).contains("#ff0000"));
    assert!(source(&recolored).contains("#00ff00") && source(&recolored).contains("#0000ff"));
    let tinted = asset.recolored(&map, Some(Color::WHITE)).unwrap();
    assert!(source(&tinted).contains(r#"stop-opacity="0.5""#));
    let Kind::Svg { tree, .. } = &tinted.kind else { panic!() };
    assert!(paints(tree.root()).iter().all(|color| *color == usvg::Color::white()));
}

fn paints(group: &usvg::Group) -> Vec<usvg::Color> {
    let of = |paint: &usvg::Paint| match paint {
        usvg::Paint::Color(color) => vec![*color],
        usvg::Paint::LinearGradient(gradient) => gradient.stops().iter().map(usvg::Stop::color).collect(),
        usvg::Paint::RadialGradient(_) | usvg::Paint::Pattern(_) => panic!("not in this drawing"),
    };
    let mut all = Vec::new();
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => all.extend(paints(group)),
            usvg::Node::Path(path) => {
                all.extend(path.fill().iter().flat_map(|fill| of(fill.paint())));
                all.extend(path.stroke().iter().flat_map(|stroke| of(stroke.paint())));
            }
            usvg::Node::Image(_) | usvg::Node::Text(_) => panic!("not in this drawing"),
        }
    }
    assert!(!all.is_empty());
    all
}
