//! Tests of lettering.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::assets::Limits;
use crate::design::{Align, Extrude, Fit, Font, Ring, Shadow, Text, Warp};

static FONTS: LazyLock<Fonts> =
    LazyLock::new(|| Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap());

const KINDS: [WarpKind; 11] = [
    WarpKind::Arc,
    WarpKind::Arch,
    WarpKind::Bridge,
    WarpKind::Rise,
    WarpKind::Circle,
    WarpKind::Wave,
    WarpKind::Flag,
    WarpKind::Bulge,
    WarpKind::Pinch,
    WarpKind::Trapezoid,
    WarpKind::Slant,
];

fn text(family: &str) -> Text {
    Text {
        text: String::new(),
        font: Font { family: family.to_owned(), weight: 400, italic: false },
        size: 20.0,
        align: Align::Center,
        tracking: 0.0,
        leading: 1.2,
        fill: design::Paint::Rgb(Color::BLACK),
        emoji: Emoji::Color,
        outline: Vec::new(),
        shadow: None,
        extrude: None,
        warp: None,
        fit_width: None,
        fit: Fit::Fill,
        max_width: None,
    }
}

fn color_of(paint: &design::Paint) -> Color {
    match paint {
        design::Paint::Rgb(color) => *color,
        design::Paint::Ink(_) => Color::BLACK,
    }
}

fn try_set(text: &Text, words: &str) -> Result<Lettering, TextError> {
    let budget = Budget::new(&Limits::default());
    set(text, words, &color_of, &FONTS, Effort { budget: &budget, cancel: &Cancel::NEVER })
}

fn lettering(text: &Text, words: &str) -> Lettering {
    try_set(text, words).unwrap()
}

fn warped(kind: WarpKind, amount: f64) -> Text {
    Text { warp: Some(Warp { kind, amount }), ..text("Anton") }
}

fn plain_width(words: &str) -> f64 {
    lettering(&text("Anton"), words).frame.width()
}

fn letters(lettering: &Lettering) -> usize {
    lettering.clusters.iter().filter(|cluster| !cluster.path.elements().is_empty()).count()
}

fn glyph_ids(text: &Text, words: &str) -> Vec<(String, u16)> {
    let stack = stack::choose(text, words, &FONTS).unwrap();
    let sheet = layout::lay_out(text, words, &FONTS, &stack).unwrap();
    let face = |index: usize| stack.entries[index].face.path().file_stem().unwrap().to_string_lossy().into_owned();
    let cells = sheet.rows.iter().flat_map(|row| &row.cells);
    cells.flat_map(|cell| cell.glyphs.iter().map(|glyph| (face(glyph.face), glyph.id))).collect()
}

#[test]
fn kerning_brings_a_and_v_together() {
    let apart = plain_width("A") + plain_width("V");
    assert!(plain_width("AV") < apart - 0.1, "{} {apart}", plain_width("AV"));
}

#[test]
fn f_and_i_are_one_glyph_until_they_are_spaced_out() {
    assert_eq!(glyph_ids(&text("Lobster"), "fi").len(), 1);
    assert_eq!(glyph_ids(&Text { tracking: 100.0, ..text("Lobster") }, "fi").len(), 2);
}

#[test]
fn a_ligature_keeps_a_caret_between_its_letters() {
    let set = lettering(&text("Lobster"), "fi");
    assert_eq!((set.clusters.len(), set.carets.len(), letters(&set)), (2, 3, 1));
    assert!(set.carets[0].top.x < set.carets[1].top.x && set.carets[1].top.x < set.carets[2].top.x);
}

#[test]
fn arabic_letters_join_and_run_from_right_to_left() {
    let joined: Vec<_> = glyph_ids(&text("Cairo"), "ببب").into_iter().map(|(_, id)| id).collect();
    assert!(joined[0] != joined[1] && joined[1] != joined[2], "three forms of one letter: {joined:?}");
    let set = lettering(&text("Cairo"), "مرحبا");
    let mut clusters: Vec<_> = set.clusters.iter().collect();
    clusters.sort_by_key(|cluster| cluster.range.start);
    assert!(clusters.windows(2).all(|pair| pair[0].quad[0].x > pair[1].quad[0].x));
    assert!(set.lines[0].rtl && clusters.iter().all(|cluster| cluster.rtl));
}

#[test]
fn tracking_leaves_joined_scripts_alone() {
    for words in ["مرحبا", "नमस्ते"] {
        let width = |tracking| lettering(&Text { tracking, ..text("Anton") }, words).frame.width();
        assert!((width(0.0) - width(300.0)).abs() < 1e-6, "{words}");
    }
}

#[test]
fn tracking_goes_between_letters_only() {
    let width = |tracking| lettering(&Text { tracking, ..text("Anton") }, "HHH").frame.width();
    assert!((width(100.0) - width(0.0) - 2.0 * 2.0).abs() < 1e-3, "two gaps of a tenth of 20 mm");
}

#[test]
fn a_fitted_text_is_as_wide_as_asked() {
    let fitted =
        |fit, wanted, words| lettering(&Text { fit, fit_width: Some(wanted), ..text("Anton") }, words).frame.width();
    for words in ["A", "SUMMER CAMP", "two\nlines here", "Team مرحبا 2026", "trailing   "] {
        assert!((fitted(Fit::Fill, 123.0, words) - 123.0).abs() < 0.01, "{words}");
    }
    assert!((fitted(Fit::Shrink, 500.0, "AB") - plain_width("AB")).abs() < 1e-9);
    assert!((fitted(Fit::Shrink, 5.0, "AB") - 5.0).abs() < 0.01);
}

#[test]
fn what_is_too_wide_is_narrowed_to_three_quarters_before_it_shrinks() {
    let words = "MACKENZIE-SMYTHE";
    let plain = lettering(&text("Anton"), words);
    let natural = plain.frame.width();
    for (share, narrow, em) in [(1.4, 1.0, 1.0), (0.9, 0.9, 1.0), (0.75, 0.75, 1.0), (0.6, 0.75, 0.8)] {
        let wanted = natural * share;
        let condensed = Text { fit: Fit::Condense, fit_width: Some(wanted), ..text("Anton") };
        let set = lettering(&condensed, words);
        assert!((set.frame.width() - natural * narrow * em).abs() < 1e-6, "{share}");
        assert!(
            (set.em - 20.0 * em).abs() < 1e-9 && fitted_size(&condensed, words, &FONTS).unwrap() == set.em,
            "{share}"
        );
        assert!((set.ink.height() - plain.ink.height() * em).abs() < 1e-6, "{share}: as high as its size says");
        assert!((set.ink.width() - plain.ink.width() * narrow * em).abs() < 1e-6, "{share}: narrowed evenly");
    }
}

#[test]
fn fitting_scales_the_em_and_the_leading() {
    let plain = lettering(&text("Anton"), "ONE\nTWO");
    let width = plain.frame.width() * 2.0;
    let large = lettering(&Text { fit_width: Some(width), ..text("Anton") }, "ONE\nTWO");
    assert!((large.em - 40.0).abs() < 1e-6 && (large.frame.height() - 2.0 * plain.frame.height()).abs() < 1e-6);
}

#[test]
fn long_lines_are_wrapped_at_words() {
    let set = lettering(&Text { max_width: Some(60.0), ..text("Anton") }, "one two three four five six seven");
    assert!(set.lines.len() > 1 && set.frame.width() <= 60.0 + 1e-3);
    assert!(set.lines.iter().all(|line| line.width <= 60.0 + 1e-3));
}

#[test]
fn wrapping_comes_before_fitting() {
    let text = Text { max_width: Some(60.0), fit_width: Some(100.0), ..text("Anton") };
    let set = lettering(&text, "one two three four five six seven");
    assert!(set.lines.len() > 1 && (set.frame.width() - 100.0).abs() < 0.01);
}

#[test]
fn lines_stand_as_the_alignment_says() {
    let edges = |align| {
        let set = lettering(&Text { align, ..text("Anton") }, "wide line\nI");
        (set.frame, set.lines[1].baseline.map(|point| point.x))
    };
    let (frame, [left, _]) = edges(Align::Left);
    assert!((left - frame.x0).abs() < 1e-9);
    let (_, [left, right]) = edges(Align::Center);
    assert!((left + right).abs() < 1e-9);
    let (frame, [_, right]) = edges(Align::Right);
    assert!((right - frame.x1).abs() < 1e-9);
}

#[test]
fn each_paragraph_has_its_own_direction() {
    let words = "שלום {5}\nHello (שלום) 5\n\nend";
    let set = lettering(&text("Heebo"), words);
    let rtl: Vec<bool> = set.lines.iter().map(|line| line.rtl).collect();
    assert_eq!(rtl, [true, false, false, false]);
    let bounds: Vec<usize> = set.lines.iter().flat_map(|line| [line.range.start, line.range.end]).collect();
    let second = words.find('\n').unwrap() + 1;
    let third = words.find("\n\n").unwrap() + 1;
    assert_eq!(bounds, [0, second, second, third, third, third + 1, third + 1, words.len()]);
    let left_of = |line: &Line| {
        let clusters = &set.clusters[line.clusters.clone()];
        clusters.iter().min_by(|a, b| a.quad[0].x.total_cmp(&b.quad[0].x)).unwrap().range.start
    };
    assert_eq!(&words[left_of(&set.lines[1])..][..1], "H", "a line that begins in Latin runs to the right");
    assert_eq!(&words[left_of(&set.lines[0])..][..1], "}", "one that begins in Hebrew runs to the left");
}

#[test]
fn the_baseline_does_not_depend_on_the_words() {
    let baseline = |words| lettering(&text("Anton"), words).lines[0].baseline[0].y;
    let expected = baseline("Hxg");
    for words in ["...", "Ågj", "日本", "مرحبا", "🎉", " "] {
        assert!((baseline(words) - expected).abs() < 1e-9, "{words}");
    }
}

#[test]
fn only_what_the_face_lacks_comes_from_another() {
    let faces: Vec<_> = glyph_ids(&text("Anton"), "Team مرحبا 2026").into_iter().map(|(face, _)| face).collect();
    let from = |name: &str| faces.iter().filter(|face| face.starts_with(name)).count();
    assert_eq!(from("Anton"), "Team  2026".len());
    assert_eq!(from("NotoSansArabic") + from("Anton"), faces.len());
    assert!(from("NotoSansArabic") >= 5);
}

#[test]
fn a_text_reads_only_the_faces_that_it_needs() {
    let fonts = Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
    let budget = Budget::new(&Limits::default());
    set(&text("Anton"), "Café 2026", &color_of, &fonts, Effort { budget: &budget, cancel: &Cancel::NEVER }).unwrap();
    let loaded = fonts.families().iter().flat_map(|family| &family.faces).filter(|face| face.is_loaded()).count();
    assert_eq!(loaded, 1);
}

#[test]
fn characters_that_no_font_has_are_named_and_left_out() {
    let set = lettering(&text("Anton"), "AሀBሀ");
    assert_eq!((set.missing.as_slice(), letters(&set)), (&['ሀ'][..], 2));
    assert!(lettering(&text("Anton"), "A\u{200B}B\u{AD}C").missing.is_empty());
}

#[test]
fn flags_and_families_are_one_cluster_and_one_glyph() {
    for words in ["🇫🇷", "👩‍👩‍👧‍👦", "🏴‍☠️", "❤️", "1️⃣", "👍🏽"] {
        let set = lettering(&text("Anton"), words);
        assert_eq!((set.clusters.len(), glyph_ids(&text("Anton"), words).len()), (1, 1), "{words}");
        assert!(set.missing.is_empty() && set.ink.area() > 50.0, "{words}");
    }
}

#[test]
fn emoji_have_their_colors_or_the_texts() {
    let solid_fills = |emoji| {
        let set = lettering(&Text { emoji, ..text("Anton") }, "🎉");
        set.items.len() == 1 && matches!(&set.items[0], Item::Fill { paint: Paint::Solid(Color::BLACK, _), .. })
    };
    assert!(solid_fills(Emoji::Mono) && !solid_fills(Emoji::Color));
}

#[test]
fn what_a_flag_only_uses_to_shade_itself_is_not_its_edge() {
    let flag = lettering(&text("Anton"), "🇫🇷").ink;
    assert!(flag.height() / flag.width() < 0.76, "the waving cloth is 17.2 by 23.1 mm: {flag:?}");
}

#[test]
fn a_line_has_one_caret_more_than_clusters() {
    let set = lettering(&text("Anton"), "Team مرحبا\n\n🇫🇷 fi ");
    assert_eq!(set.lines.len(), 3);
    for line in &set.lines {
        assert_eq!(line.carets.len(), line.clusters.len() + 1);
    }
    assert!(set.carets.windows(2).all(|pair| pair[0].position <= pair[1].position));
    assert_eq!(lettering(&text("Anton"), "").carets.len(), 1);
}

#[test]
fn rings_bodies_and_shadows_widen_the_ink_by_their_size() {
    let plain = lettering(&text("Anton"), "HI").ink;
    let ring = |width| Ring { width, color: design::Paint::Rgb(Color::WHITE) };
    let ringed = lettering(&Text { outline: vec![ring(1.0), ring(0.5)], ..text("Anton") }, "HI");
    assert!((ringed.ink.width() - plain.width() - 3.0).abs() < 1e-9);
    let widths: Vec<_> = ringed
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Stroke { style, .. } => Some(style.width),
            _ => None,
        })
        .collect();
    assert_eq!(widths, [3.0, 2.0], "the outermost first, centred on the edge");
    let color = design::Paint::Rgb(Color::WHITE);
    let extrude = Some(Extrude { depth: 4.0, angle: 90.0, color: color.clone() });
    let body = lettering(&Text { extrude, ..text("Anton") }, "HI");
    assert!((body.ink.height() - plain.height() - 4.0).abs() < 1e-9);
    let shadow = Some(Shadow { dx: 2.0, dy: 0.0, blur: 1.0, color, opacity: 0.5 });
    let shadowed = lettering(&Text { shadow, ..text("Anton") }, "HI");
    assert!((shadowed.ink.x1 - plain.x1 - 5.0).abs() < 1e-9);
}

#[test]
fn a_body_fills_what_its_edges_sweep() {
    let extrude = Extrude { depth: 6.0, angle: 30.0, color: design::Paint::Rgb(Color::WHITE) };
    let set = lettering(&Text { extrude: Some(extrude), ..text("Anton") }, "SO8");
    let plain = lettering(&text("Anton"), "SO8");
    let path = |set: &Lettering| match &set.items[0] {
        Item::Fill { path, .. } => Arc::clone(path),
        other => panic!("{other:?}"),
    };
    let (body, letters) = (path(&set), path(&plain));
    let (sin, cos) = crate::math::sin_cos(30.0_f64.to_radians());
    let mut inside = 0;
    for x in -40..40 {
        for y in -30..30 {
            let point = Point::new(f64::from(x) * 0.5 + 0.01, f64::from(y) * 0.5 + 0.02);
            // A point is in the body if a letter lies within the body's length behind it.
            let behind = |step: i32| point - kurbo::Vec2::new(cos, sin) * (6.0 * f64::from(step) / 200.0);
            let hits = (0..=200).filter(|&step| letters.winding(behind(step)) != 0).count();
            if hits > 1 {
                inside += 1;
                assert_ne!(body.winding(point), 0, "a hole at {point:?}");
            } else if hits == 0 {
                assert_eq!(body.winding(point), 0, "too much at {point:?}");
            }
        }
    }
    assert!(inside > 500);
}

#[test]
fn warps_keep_the_ink_in_the_frame_and_the_letters_in_order() {
    for kind in KINDS {
        for amount in [-100.0, -60.0, 60.0, 100.0] {
            let set = lettering(&warped(kind, amount), "SUMMER CAMP");
            let frame = set.frame.inflate(0.5, 0.5);
            assert!(frame.contains_rect(set.ink), "{kind:?} {amount}: {:?} {:?}", set.ink, set.frame);
            assert!(set.frame.center().to_vec2().hypot() < 1e-6, "{kind:?} {amount}");
            if kind != WarpKind::Circle {
                let left = |cluster: &Cluster| cluster.quad[0].midpoint(cluster.quad[3]).x;
                let in_order = set.clusters.windows(2).all(|pair| left(&pair[0]) < left(&pair[1]) + 1e-6);
                assert!(in_order, "{kind:?} {amount}");
            }
        }
    }
}

#[test]
fn the_ends_of_a_half_circle_lie_opposite() {
    let set = lettering(&warped(WarpKind::Arc, 100.0), "SUMMER CAMP FOREVER");
    let [start, end] = set.lines[0].baseline;
    let diameter = 2.0 * set.lines[0].width / std::f64::consts::PI;
    assert!((start.y - end.y).abs() < 1e-6 && (start.distance(end) - diameter).abs() < 1e-6);
}

#[test]
fn a_circle_is_centred_and_runs_clockwise_outside_and_along_the_bottom_inside() {
    for (amount, side) in [(50.0, -1.0), (-50.0, 1.0)] {
        let set = lettering(&warped(WarpKind::Circle, amount), "AROUND THE LAKE");
        let middles: Vec<_> = set.clusters.iter().map(|it| it.quad[0].midpoint(it.quad[2])).collect();
        let radius = middles[0].to_vec2().hypot();
        assert!(middles.iter().all(|point| (point.to_vec2().hypot() - radius).abs() < 0.3), "{amount}");
        assert!(middles[0].x < 0.0 && middles[middles.len() - 1].x > 0.0);
        assert!(side * middles[middles.len() / 2].y > 0.9 * radius, "{amount}");
        let angle = |point: Point| crate::math::atan2(point.x, side * point.y).abs();
        let share = angle(set.lines[0].baseline[0]) + angle(set.lines[0].baseline[1]);
        assert!((share - std::f64::consts::PI).abs() < 0.02, "half of the circle: {share}");
        let first = &set.clusters[0].quad;
        assert_eq!(first[0].to_vec2().hypot() > first[3].to_vec2().hypot(), amount > 0.0, "which end is up");
    }
}

/// The heights of the letters' tops and feet, from left to right.
fn edges(set: &Lettering) -> (Vec<f64>, Vec<f64>) {
    let boxes = set.clusters.iter().map(|cluster| cluster.path.bounding_box());
    boxes.map(|bounds| (bounds.y0, bounds.y1)).unzip()
}

fn spread(heights: &[f64]) -> f64 {
    heights.iter().copied().fold(f64::MIN, f64::max) - heights.iter().copied().fold(f64::MAX, f64::min)
}

#[test]
fn the_still_edge_of_an_arch_and_of_a_bridge_is_that_of_the_capitals() {
    for amount in [60.0, -60.0] {
        let (heads, feet) = edges(&lettering(&warped(WarpKind::Arch, amount), "HHHHHHHHHH"));
        assert!(spread(&feet) < 0.01 && spread(&heads) > 1.0, "arch {amount}: {heads:?} {feet:?}");
        let (heads, feet) = edges(&lettering(&warped(WarpKind::Bridge, amount), "HHHHHHHHHH"));
        assert!(spread(&heads) < 0.01 && spread(&feet) > 1.0, "bridge {amount}: {heads:?} {feet:?}");
        let (heads, feet) = edges(&lettering(&warped(WarpKind::Bulge, amount), "HHHHHHHHHH"));
        assert!((spread(&heads) - spread(&feet)).abs() < 0.01, "bulge {amount}: {heads:?} {feet:?}");
    }
}

#[test]
fn a_variation_selector_decides_between_emoji_and_symbol() {
    let face = |words: &str| glyph_ids(&text("Oswald"), words)[0].0.clone();
    for character in ['\u{2600}', '\u{2708}', '\u{2764}'] {
        assert_eq!(face(&format!("{character}\u{FE0F}")), "NotoColorEmoji-Regular", "{character}");
        let symbol = face(&format!("{character}\u{FE0E}"));
        assert!(symbol.starts_with("NotoSansSymbols"), "{character}: {symbol}");
    }
    // No face has it as a symbol: better the emoji than nothing.
    assert_eq!(face("\u{1F680}\u{FE0E}"), "NotoColorEmoji-Regular");
}

#[test]
fn no_warp_and_no_strength_are_the_same() {
    let plain = lettering(&text("Anton"), "same");
    for kind in KINDS {
        assert_eq!(lettering(&warped(kind, 0.0), "same").ink, plain.ink);
    }
}

#[test]
fn bent_curves_follow_the_map() {
    let sheet_text = warped(WarpKind::Wave, 80.0);
    let stack = stack::choose(&sheet_text, "OOO", &FONTS).unwrap();
    let sheet = layout::lay_out(&sheet_text, "OOO", &FONTS, &stack).unwrap();
    let bend = Bend::new(sheet_text.warp.unwrap(), &sheet).unwrap();
    let track = bend.track(&sheet.rows[0]);
    let flat = Rect::new(-10.0, -5.0, 10.0, 5.0).to_path(0.1);
    let bent = bend::path(&bend, track, &flat);
    // The slow twin: every edge as many short lines.
    let slow = flat
        .segments()
        .flat_map(|edge| (0..500).map(move |step| kurbo::ParamCurve::eval(&edge, f64::from(step) / 500.0)));
    for point in slow.map(|point| bend.map(track, point)) {
        let nearest = bent
            .segments()
            .map(|segment| kurbo::ParamCurveNearest::nearest(&segment, point, 1e-6).distance_sq)
            .fold(f64::MAX, f64::min);
        assert!(nearest.sqrt() < 0.006, "{point:?} is {} off", nearest.sqrt());
    }
}

#[test]
fn an_unknown_family_and_a_flood_of_words_are_errors() {
    assert!(matches!(try_set(&text("Comic Sans"), "a"), Err(TextError::UnknownFamily { .. })));
    let long = "a".repeat(MAX_CHARACTERS + 1);
    assert!(matches!(try_set(&text("Anton"), &long), Err(TextError::TooManyCharacters { .. })));
    let tall = "\n".repeat(MAX_LINES);
    assert!(matches!(try_set(&text("Anton"), &tall), Err(TextError::TooManyLines { .. })));
}

#[test]
fn a_text_that_nobody_waits_for_ends_between_its_lines() {
    let cancel = Cancel::new();
    cancel.set();
    let budget = Budget::new(&Limits::default());
    let called_off = set(&text("Anton"), "A\nB", &color_of, &FONTS, Effort { budget: &budget, cancel: &cancel });
    assert!(matches!(called_off, Err(TextError::CalledOff)));
    assert_eq!(budget.charge_outlines(Limits::default().request_outlines), Ok(()), "no line was drawn");
}

#[test]
fn the_same_words_give_the_same_bits() {
    let once = |words| format!("{:?}", lettering(&warped(WarpKind::Wave, 70.0), words));
    let mixed = "Team مرحبا 🎉 नमस्ते";
    let first = once(mixed);
    once("日本語 한국어");
    assert_eq!(first, once(mixed));
}

fn is_finite(set: &Lettering) -> bool {
    let rect = |rect: Rect| [rect.x0, rect.y0, rect.x1, rect.y1].iter().all(|value| value.is_finite());
    rect(set.frame)
        && rect(set.ink)
        && set.em.is_finite()
        && set.clusters.iter().all(|it| it.path.is_finite() && it.quad.iter().all(|point| point.is_finite()))
        && set.carets.iter().all(|caret| caret.top.is_finite() && caret.bottom.is_finite())
        && set.items.iter().all(|item| match item {
            Item::Fill { path, .. } | Item::Stroke { path, .. } => path.is_finite(),
            _ => true,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_lands_nowhere(
        words in proptest::collection::vec(
            prop_oneof![
                "[a-zA-Z0-9 .,-]{0,8}", "[ا-ي ]{0,6}", "[א-ת]{0,5}", "[क-ह][ा-्]?[क-ह]?", "[ก-ฮ][ะ-ู]?", "[あ-ん漢字]{0,3}",
                "[가-나]{0,3}", Just("🎉".to_owned()), Just("🇫🇷".to_owned()), Just("\n".to_owned()), Just("\u{301}".to_owned()),
                any::<char>().prop_map(String::from),
            ],
            0..5,
        ),
        size in 0.5_f64..300.0,
        tracking in -200.0_f64..1000.0,
        kind in prop::sample::select(&KINDS[..]),
        amount in -100.0_f64..=100.0,
        fit_width in prop::option::of(1.0_f64..500.0),
        max_width in prop::option::of(1.0_f64..500.0),
        extruded in any::<bool>(),
    ) {
        let color = design::Paint::Rgb(Color::WHITE);
        let text = Text {
            size, tracking, fit_width, max_width,
            warp: Some(Warp { kind, amount }),
            extrude: extruded.then(|| Extrude { depth: 3.0, angle: amount, color: color.clone() }),
            outline: vec![Ring { width: 1.0, color }],
            ..text("Anton")
        };
        let set = try_set(&text, &words.concat()).unwrap();
        prop_assert!(is_finite(&set));
    }
}
