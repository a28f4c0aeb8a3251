//! What a price promises, and what is counted on real scenes.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use kurbo::{Point, Rect, Shape as _};
use proptest::prelude::*;

use super::*;
use crate::assets::text_files::read_catalog_files;
use crate::cancel::Cancel;
use crate::catalog::Catalog;
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::profile::{Currency, Prices};
use crate::scene::{
    ArtworkHash, Extend, FillRule, Gradient, GradientGeometry, Group, Item as Drawn, LayerFacts, Paint, Scene,
    SceneLayer,
};
use crate::units::PhysicalSize;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let files = read_catalog_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups")).unwrap();
    Catalog::parse(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))).unwrap()
});

static PROFILE: LazyLock<Profile> = LazyLock::new(Profile::shipped);

const RED: Color = Color::new(200, 16, 46);
const SCARLET: Color = Color::new(206, 24, 54);
const BLUE: Color = Color::new(20, 52, 107);
const WHITE: Color = Color::WHITE;

/// A print of `colors` that covers 100 square centimetres, on a garment of `cloth`.
fn location(area: &str, cloth: &str, colors: &[Color]) -> Location {
    let garment = CATALOG.garment("tee").unwrap();
    let area = garment.area(area).unwrap();
    let ink = |(index, color): (usize, &Color)| Ink {
        color: *color,
        lab: Lab::from(*color),
        nearest: None,
        share: 0.5 / (index + 1) as f64,
        halftone: false,
    };
    Location {
        area: area.id.clone(),
        name: area.name.clone(),
        artwork: area.id.clone(),
        cloth: garment.color(cloth).unwrap().of_part(&area.part),
        inks: colors.iter().enumerate().map(ink).collect(),
        full_color: false,
        open: Vec::new(),
        box_mm2: 10_000,
        inked_mm2: 5_000,
    }
}

fn job(cloth: &str, technique: &str, locations: Vec<Location>, items: &[(&str, u32)]) -> Job<'static> {
    let garment = CATALOG.garment("tee").unwrap();
    Job {
        profile: &PROFILE,
        garment,
        color: garment.color(cloth).unwrap(),
        technique: CATALOG.technique(technique).unwrap(),
        techniques: CATALOG.techniques(),
        locations,
        items: items.iter().map(|(size, quantity)| Item { size: (*size).to_owned(), quantity: *quantity }).collect(),
        rush: None,
        repeat: false,
        rest: None,
    }
}

/// Code, quantity, unit and amount of each line.
fn lines(quote: &Quote) -> Vec<(&str, u64, i64, i64)> {
    quote.lines.iter().map(|line| (line.code, line.quantity, line.unit.0, line.amount.0)).collect()
}

fn advised<'a>(quote: &'a Quote, code: &str) -> Vec<&'a Advice> {
    quote.advice.iter().filter(|advice| advice.code == code).collect()
}

#[test]
fn two_inks_on_white_are_two_screens() {
    let job = job("white", "screen-print", vec![location("front", "white", &[RED, BLUE])], &[("M", 12), ("L", 12)]);
    let quote = quote(&job).unwrap();
    assert_eq!(
        lines(&quote),
        [
            ("blank", 24, 450, 10_800),
            ("first-ink", 24, 150, 3600),
            ("extra-inks", 24, 75, 1800),
            ("discount", 1, -810, -810),
            ("screens", 2, 2000, 4000),
        ]
    );
    assert_eq!((quote.total, quote.per_piece), (Money(19_390), Money(808)), "807.9 is rounded");
}

#[test]
fn colors_on_dark_cloth_take_white_below_a_screen_and_a_flash() {
    let priced = |colors: &[Color]| {
        let job = job("navy", "screen-print", vec![location("front", "navy", colors)], &[("M", 10)]);
        let quote = quote(&job).unwrap();
        let codes: Vec<&str> = quote.lines.iter().map(|line| line.code).collect();
        (quote.locations[0].screens, quote.locations[0].underbase, codes.join(" "))
    };
    assert_eq!(priced(&[RED]), (2, true, "blank first-ink underbase flash screens".to_owned()));
    assert_eq!(priced(&[WHITE]), (1, false, "blank first-ink double-light flash screens".to_owned()));
    assert_eq!(priced(&[Color::new(232, 226, 210)]).0, 1, "so does cream");
    assert_eq!(priced(&[Color::new(255, 210, 63)]).0, 2, "and yellow does not");
    assert_eq!(priced(&[Color::new(59, 59, 64)]), (1, false, "blank first-ink screens".to_owned()), "grey covers");
    let two =
        job("navy", "screen-print", vec![location("front", "navy", &[WHITE, Color::new(232, 226, 210)])], &[("M", 10)]);
    assert!(lines(&quote(&two).unwrap()).contains(&("double-light", 20, 75, 1500)), "each light ink is printed twice");
    let (screens, _, codes) = priced(&[WHITE, RED]);
    assert_eq!((screens, codes.as_str()), (3, "blank first-ink extra-inks underbase flash screens"));
}

#[test]
fn the_white_below_can_be_the_white_of_the_artwork() {
    let job = job("navy", "screen-print", vec![location("front", "navy", &[WHITE, RED])], &[("M", 24)]);
    let first = quote(&job).unwrap();
    let advice = advised(&first, "shared-white");
    // One screen, and one print of 0.75 less 5 % on 24 pieces.
    assert_eq!(advice[0].saves, Some(Money(2000 + 1710)), "{advice:?}");
    let mut profile = PROFILE.clone();
    if let Some(Prices::Screens(prices)) = profile.techniques.get_mut("screen-print") {
        prices.highlight_white = false;
    }
    let shared = quote(&Job { profile: &profile, ..job.clone() }).unwrap();
    assert_eq!(Some(shared.total), advice[0].total);
    assert_eq!(shared.locations[0].screens, 2);
    let reasons: String = shared.lines.iter().map(|line| line.reason.as_str()).collect();
    assert!(reasons.contains("it also is the white of the artwork") && !reasons.contains("#ffffff"), "{reasons}");
}

#[test]
fn one_ink_on_two_locations_is_two_screens() {
    let locations = vec![location("front", "white", &[RED]), location("back", "white", &[RED])];
    let quote = quote(&job("white", "screen-print", locations, &[("M", 10)])).unwrap();
    let screens: Vec<_> = quote.lines.iter().filter(|line| line.code == "screens").collect();
    assert_eq!(screens.iter().map(|line| line.quantity).sum::<u64>(), 2);
    assert_eq!(screens.len(), 2, "each location says its own");
}

#[test]
fn like_inks_are_advised_to_be_one_with_what_that_saves() {
    let difference = ciede2000(Lab::from(RED), Lab::from(SCARLET));
    let job =
        job("white", "screen-print", vec![location("front", "white", &[RED, BLUE, SCARLET])], &[("M", 12), ("L", 12)]);
    let first = quote(&job).unwrap();
    let advice = advised(&first, "merge-inks");
    assert_eq!(advice.len(), 1, "blue is no red: {advice:?}");
    let wanted = format!("merge #c8102e and #ce1836 on Front (dE {difference:.1}): one screen less, saves 37.10 USD");
    assert_eq!(advice[0].text, wanted);
    let merged = job.locations[0].merged(0, 2);
    assert_eq!(merged.inks.iter().map(|ink| ink.color).collect::<Vec<_>>(), [RED, BLUE]);
    let again = quote(&Job { locations: vec![merged], ..job.clone() }).unwrap();
    assert_eq!((Some(again.total), Some(first.total - again.total)), (advice[0].total, advice[0].saves));
}

/// `count` colours that are all plainly different.
fn hues(count: usize) -> Vec<Color> {
    let all = [0_u8, 120, 240].into_iter().flat_map(|r| [0_u8, 120, 240].map(|g| (r, g)));
    let mut all: Vec<Color> = all.flat_map(|(r, g)| [0_u8, 120, 220].map(|b| Color::new(r, g, b))).collect();
    all.truncate(count);
    all
}

#[test]
fn more_inks_than_heads_are_separated_and_other_ways_are_named() {
    let order = [("M", 24)];
    let fits = quote(&job("white", "screen-print", vec![location("front", "white", &hues(6))], &order)).unwrap();
    assert_eq!((fits.locations[0].way, fits.locations[0].screens), (Way::Spot, 6));
    let many = job("white", "screen-print", vec![location("front", "white", &hues(7))], &order);
    let priced = quote(&many).unwrap();
    assert_eq!((priced.locations[0].way, priced.locations[0].screens), (Way::Process, 6));
    assert!(lines(&priced).contains(&("separation", 6, 1000, 6000)));
    let advice = advised(&priced, "too-many-inks")[0];
    let dtf = priced.alternatives.iter().find(|other| other.technique == "dtf").unwrap();
    let named = format!("{} costs {}", dtf.name, PROFILE.currency.show(dtf.total));
    assert!(advice.text.contains("process separation") && advice.text.contains(&named), "{}", advice.text);
    let dark = quote(&job("navy", "screen-print", vec![location("front", "navy", &hues(6))], &order)).unwrap();
    assert_eq!(dark.locations[0].way, Way::Process, "white below is a screen, too");

    let mut profile = PROFILE.clone();
    if let Some(Prices::Screens(prices)) = profile.techniques.get_mut("screen-print") {
        prices.separation = None;
    }
    let error = quote(&Job { profile: &profile, ..many.clone() }).unwrap_err();
    assert!(error.to_string().contains("has 7 inks, and the press has 6 heads; "), "{error}");
    assert!(error.to_string().contains(&named), "{error}");
    let mut small = PROFILE.clone();
    small.presses[0].heads = 3;
    let error = quote(&Job { profile: &small, ..many }).unwrap_err();
    assert!(error.to_string().contains("the press has 3 heads"), "three heads print no process: {error}");
    let vinyl = quote(&job("white", "vinyl", vec![location("front", "white", &hues(4))], &order)).unwrap_err();
    assert!(vinyl.to_string().contains("Cut vinyl holds 3"), "{vinyl}");
}

#[test]
fn inks_that_nearly_fit_are_joined_until_they_do() {
    let mut colors = hues(5);
    colors.extend([RED, SCARLET]);
    let priced = quote(&job("white", "screen-print", vec![location("front", "white", &colors)], &[("M", 24)])).unwrap();
    let advice = advised(&priced, "fit-press")[0];
    assert!(advice.text.starts_with("join #ce1836 with #c8102e on Front"), "{}", advice.text);
    let six = quote(&job("white", "screen-print", vec![location("front", "white", &colors[..6])], &[("M", 24)]));
    assert_eq!(advice.total, Some(six.unwrap().total));
}

#[test]
fn area_counts_where_inks_do_not() {
    let priced = |technique: &str, cloth: &str, area: &str| {
        let job = job(cloth, technique, vec![location(area, cloth, &[RED, BLUE])], &[("M", 10)]);
        lines(&quote(&job).unwrap())[1..]
            .iter()
            .map(|(code, n, unit, _)| format!("{code} {n} {unit}"))
            .collect::<Vec<_>>()
    };
    // 100 cm2 of the rectangle, 50 of them covered.
    assert_eq!(priced("dtg", "white", "front"), ["print 10 245"]);
    assert_eq!(priced("dtg", "navy", "front"), ["print 10 245", "dark 10 150"]);
    assert_eq!(priced("dtf", "navy", "front"), ["print 10 135"]);
    assert_eq!(priced("vinyl", "navy", "front"), ["print 10 210", "extra-inks 10 200"]);
    assert_eq!(priced("embroidery", "navy", "left-chest"), ["print 10 850", "setup 1 4500"]);
}

#[test]
fn sizes_cost_what_the_catalogue_or_the_profile_says() {
    let order = [("2XL", 3), ("M", 2), ("2XL", 1)];
    let base = job("navy", "dtf", Vec::new(), &order);
    assert!(lines(&quote(&base).unwrap()).contains(&("size", 4, 200, 800)));
    let mut profile = PROFILE.clone();
    profile.garments.get_mut("tee").unwrap().surcharges.insert("2XL".to_owned(), Money(333));
    assert!(lines(&quote(&Job { profile: &profile, ..base.clone() }).unwrap()).contains(&("size", 4, 333, 1332)));
    profile.garments.clear();
    let brought = quote(&Job { profile: &profile, ..base }).unwrap();
    assert_eq!(brought.lines[0].code, "size");
    assert!(!advised(&brought, "garment-not-priced").is_empty());
}

#[test]
fn the_minimum_comes_before_the_rush() {
    let mut small = job("white", "dtf", vec![location("front", "white", &[RED])], &[("M", 1)]);
    assert_eq!(quote(&small).unwrap().ready_in_days, PROFILE.usual_days);
    small.rush = PROFILE.rush.first();
    let quote = quote(&small).unwrap();
    assert_eq!(quote.ready_in_days, Some(PROFILE.rush[0].days));
    let codes: Vec<(&str, i64)> = quote.lines.iter().map(|line| (line.code, line.amount.0)).collect();
    assert_eq!(codes, [("blank", 450), ("print", 135), ("minimum", 2415), ("rush", 750)]);
}

#[test]
fn a_repeat_pays_half_of_its_screens_and_no_separation() {
    let mut again = job("white", "screen-print", vec![location("front", "white", &hues(9))], &[("M", 24)]);
    again.repeat = true;
    let codes: Vec<_> = quote(&again).unwrap().lines.iter().map(|line| (line.code, line.unit.0)).collect();
    assert!(codes.contains(&("screens", 1000)) && !codes.iter().any(|(code, _)| *code == "separation"), "{codes:?}");
}

#[test]
fn a_near_break_is_told_with_what_a_piece_costs_then() {
    let order =
        |n: u32| job("white", "screen-print", vec![location("front", "white", &[RED])], &[("S", 3), ("M", n - 3)]);
    let near = quote(&order(23)).unwrap();
    let advice = advised(&near, "quantity-break")[0];
    let reached = quote(&order(26)).unwrap();
    let piece = PROFILE.currency.number(reached.per_piece);
    assert!(advice.text.starts_with("3 more pieces reach the next break at 26, 10 % off: "), "{}", advice.text);
    assert!(advice.text.contains(&format!("{piece} a piece instead of")) && advice.total == Some(reached.total));
    assert!(advised(&quote(&order(12)).unwrap(), "quantity-break").is_empty(), "14 more are not near");
    assert!(advised(&quote(&order(600)).unwrap(), "quantity-break").is_empty(), "there is none behind the last");
}

#[test]
fn what_is_not_offered_or_not_possible_has_no_price() {
    let on_front = || vec![location("front", "white", &[RED])];
    let error = quote(&job("white", "embroidery", on_front(), &[("M", 1)])).unwrap_err();
    assert!(
        error.to_string().starts_with("Embroidery is not possible on Front; possible are: screen-print"),
        "{error}"
    );
    let mut profile = PROFILE.clone();
    profile.techniques.remove("dtf");
    let error = quote(&Job { profile: &profile, ..job("white", "dtf", on_front(), &[("M", 1)]) }).unwrap_err();
    assert!(error.to_string().contains("does not offer dtf; it offers: dtg"), "{error}");
    assert_eq!(quote(&job("white", "dtf", on_front(), &[])), Err(QuoteError::Empty));
}

#[test]
fn currencies_without_minor_units_work() {
    let mut profile = PROFILE.clone();
    profile.currency = Currency { code: "JPY".to_owned(), digits: 0 };
    let quote = quote(&Job { profile: &profile, ..job("white", "dtf", Vec::new(), &[("2XL", 11)]) }).unwrap();
    assert_eq!(lines(&quote)[1], ("size", 11, 2, 22), "the catalogue's 2.00");
    assert_eq!((quote.currency.as_str(), quote.digits), ("JPY", 0));
}

fn any_color() -> impl Strategy<Value = Color> + Clone {
    (0..6_u8, 0..6_u8, 0..6_u8).prop_map(|(r, g, b)| Color::new(r * 50, g * 50, b * 50))
}

#[test]
fn an_order_in_two_colors_is_one_order() {
    let inks = |cloth: &str| vec![location("front", cloth, &[RED, BLUE])];
    let (white, navy) = (("white", [("M", 16)]), ("navy", [("M", 12)]));
    let part = |(cloth, items): (&str, [(&str, u32); 1])| job(cloth, "screen-print", inks(cloth), &items);
    let rush = PROFILE.rush.first();
    let priced = quote_order(vec![vec![Job { rush, ..part(white) }], vec![Job { rush, ..part(navy) }]]).unwrap();
    let [first, second] = &priced.quotes[..] else { panic!("{priced:?}") };

    // 28 pieces together reach a break that 16 and 12 do not.
    let alone: Vec<i64> = [white, navy].map(|one| discount_percent(&quote(&part(one)).unwrap())).to_vec();
    let together: Vec<i64> = [first, second].map(discount_percent).to_vec();
    let whole = i64::from(PROFILE.discount(28));
    assert_eq!(together, [whole, whole]);
    assert!(alone.iter().all(|percent| *percent < whole), "{alone:?}");

    // The two inks of the white shirt are printed on the navy one, too; only the white below is new.
    let screens = |quote: &Quote| quote.lines.iter().find(|line| line.code == "screens").unwrap().clone();
    assert_eq!((screens(first).quantity, screens(second).quantity), (2, 1), "{:?}", second.lines);
    assert!(screens(second).reason.contains("2 that the order has already"), "{}", screens(second).reason);
    assert_eq!(second.locations[0].screens, 3, "it takes three heads of the press all the same");

    // The same the other way round: all are there already.
    let turned = quote_order(vec![vec![part(navy)], vec![part(white)]]).unwrap();
    let again = screens(&turned.quotes[1]);
    assert_eq!((again.quantity, again.reason.as_str()), (0, "those that the order has already are used again"));
    let without_rush = quote_order(vec![vec![part(white)], vec![part(navy)]]).unwrap();
    assert_eq!(turned.total, without_rush.total, "the same screens, whichever color comes first");

    // The rush is on everything, once.
    let [charge] = &priced.charges[..] else { panic!("{:?}", priced.charges) };
    assert_eq!((charge.code, charge.quantity), ("rush", 1));
    assert_eq!(charge.amount, without_rush.total.percent(rush.unwrap().percent));
    assert_eq!(priced.total, first.total + second.total + charge.amount);
    assert!(priced.quotes.iter().all(|quote| quote.lines.iter().all(|line| line.code != "rush")));

    // Other artwork needs screens of its own.
    let mut other = part(navy);
    other.locations[0].artwork = "other".to_owned();
    assert_eq!(screens(&quote_order(vec![vec![part(white)], vec![other]]).unwrap().quotes[1]).quantity, 3);
}

/// The discount of the first line that has one, percent of what it is on.
fn discount_percent(quote: &Quote) -> i64 {
    let Some(at) = quote.lines.iter().position(|line| line.code == "discount") else { return 0 };
    let sum: i64 = quote.lines[..at].iter().map(|line| line.amount.0).sum();
    (-quote.lines[at].amount.0 * 100 + sum / 2) / sum
}

#[test]
fn every_name_is_priced_with_its_own_artwork() {
    // The back of the first shirt is left blank, the others have names of two lengths.
    let named = |technique, back: Location, pieces| {
        job("white", technique, vec![location("front", "white", &[RED]), back], &[("M", pieces)])
    };
    let back = |name: &str, mm2: u64| Location {
        artwork: name.to_owned(),
        box_mm2: mm2,
        ..location("back", "white", &[BLUE])
    };
    let blank = || location("back", "white", &[]);
    let [short, long] = [("LEE", 8_000), ("OKAFOR", 16_000)].map(|(name, mm2)| back(name, mm2));
    let jobs = |technique| {
        vec![named(technique, blank(), 1), named(technique, short.clone(), 2), named(technique, long.clone(), 3)]
    };
    let film = quote_order(vec![jobs("dtf")]).unwrap();
    let [part] = &film.quotes[..] else { panic!("{film:?}") };
    let backs: Vec<(u64, i64)> = part
        .lines
        .iter()
        .filter(|line| line.label.ends_with("Back"))
        .map(|line| (line.quantity, line.unit.0))
        .collect();
    let [(2, less), (3, more)] = backs[..] else { panic!("{:?}", part.lines) };
    assert!(less < more, "a long name has more film");
    let fronts: Vec<u64> =
        part.lines.iter().filter(|line| line.label.ends_with("Front")).map(|line| line.quantity).collect();
    assert_eq!((fronts, part.pieces), (vec![6], 6), "the front is the same on all");
    assert_eq!(part.locations.iter().map(|location| location.way).collect::<Vec<_>>(), [Way::Area, Way::Area]);
    assert_eq!(part.total, part.lines.iter().map(|line| line.amount).sum());

    // Each name is a screen of its own, the front is one for all.
    let screens = quote_order(vec![jobs("screen-print")]).unwrap();
    let made: Vec<(&str, u64)> = screens.quotes[0]
        .lines
        .iter()
        .filter(|line| line.code == "screens")
        .map(|line| (line.label.as_str(), line.quantity))
        .collect();
    assert_eq!(made, [("Screens, Front", 1), ("Screens, Back", 2)]);
    assert!(screens.quotes[0].advice.is_empty(), "what would cost less is for whoever has not ordered yet");
}

#[test]
fn the_least_that_an_order_costs_is_asked_for_once() {
    let mut profile = PROFILE.clone();
    profile.minimum_order = Money(1_000_000);
    let part = |cloth: &str| Job {
        profile: &profile,
        ..job(cloth, "dtf", vec![location("front", cloth, &[RED])], &[("M", 1)])
    };
    let priced = quote_order(vec![vec![part("white")], vec![part("navy")]]).unwrap();
    assert_eq!(priced.charges.iter().map(|line| line.code).collect::<Vec<_>>(), ["minimum"]);
    assert_eq!(priced.total, Money(1_000_000));
    let lines = priced.quotes.iter().flat_map(|quote| &quote.lines);
    assert!(lines.clone().all(|line| line.code != "minimum") && lines.count() > 0);
}

#[test]
fn one_job_as_an_order_costs_what_it_costs_alone() {
    let (one, rush) =
        (job("navy", "screen-print", vec![location("front", "navy", &[RED])], &[("M", 3)]), PROFILE.rush.first());
    for rush in [None, rush] {
        let one = Job { rush, ..one.clone() };
        assert_eq!(quote_order(vec![vec![one.clone()]]).unwrap().total, quote(&one).unwrap().total);
    }
}

#[test]
fn ink_of_the_color_of_the_cloth_is_said_to_be_left_open() {
    let mut front = location("front", "white", &[]);
    front.open = vec![WHITE];
    let quote = quote(&job("white", "dtf", vec![front], &[("M", 1)])).unwrap();
    let [advice] = advised(&quote, "nothing-printed")[..] else { panic!("{:?}", quote.advice) };
    assert!(advice.text.contains("has the color of the cloth and is left open"), "{}", advice.text);
}

#[test]
fn what_saves_nothing_tells_no_saving() {
    // Two pieces more reach the break and cost more in all.
    let step = PROFILE.breaks.iter().find(|step| step.from > 12).unwrap();
    let quote = quote(&job("white", "dtf", vec![location("front", "white", &[RED])], &[("M", step.from - 2)])).unwrap();
    for advice in &quote.advice {
        assert!(advice.saves.is_none_or(|saves| saves > Money::ZERO), "{advice:?}");
    }
    let [near] = advised(&quote, "quantity-break")[..] else { panic!("{:?}", quote.advice) };
    assert!(near.saves.is_none() && near.total.unwrap() > quote.total, "{near:?}");
}

/// Any order of any artwork on one garment, printed in a way that takes any number of inks.
fn any_job() -> impl Strategy<Value = Job<'static>> {
    let technique = prop::sample::select(vec!["screen-print", "dtg", "dtf"]);
    let colors = prop::collection::vec(any_color(), 0..9);
    let items = prop::collection::vec((0..8_usize, 1..400_u32), 1..6);
    (technique, prop::bool::ANY, colors.clone(), colors, items, 0..3_usize, prop::bool::ANY).prop_map(
        |(technique, dark, front, back, items, rush, repeat)| {
            let cloth = if dark { "navy" } else { "white" };
            let sizes: Vec<&str> = CATALOG.garment("tee").unwrap().sizes.iter().map(|size| size.id.as_str()).collect();
            let items: Vec<(&str, u32)> = items.iter().map(|(size, quantity)| (sizes[*size], *quantity)).collect();
            let locations = vec![location("front", cloth, &front), location("back", cloth, &back)];
            let mut job = job(cloth, technique, locations, &items);
            job.rush = PROFILE.rush.get(rush);
            job.repeat = repeat;
            job
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_total_is_the_sum_of_the_lines(job in any_job()) {
        let quote = quote(&job).unwrap();
        prop_assert_eq!(quote.total, quote.lines.iter().map(|line| line.amount).sum());
        for line in &quote.lines {
            prop_assert_eq!(line.amount, line.unit.times(line.quantity));
            prop_assert!(line.amount > Money::ZERO || matches!(line.code, "discount" | "rush"), "{:?}", line);
            prop_assert!(!line.reason.is_empty());
        }
        for advice in &quote.advice {
            if let (Some(saves), Some(total)) = (advice.saves, advice.total) {
                prop_assert_eq!(quote.total - saves, total, "{}", advice.text);
            }
        }
    }

    #[test]
    fn more_pieces_of_a_size_never_cost_more_each(mut job in any_job(), more in 1..500_u32) {
        job.items.truncate(1);
        let fewer = quote(&job).unwrap();
        job.items[0].quantity += more;
        let larger = quote(&job).unwrap();
        // Each rounding moves a total by half a minor unit: discount, rush and the price of a piece.
        prop_assert!(larger.per_piece.0 <= fewer.per_piece.0 + 2, "{} after {}", larger.per_piece.0, fewer.per_piece.0);
    }

    #[test]
    fn merging_inks_never_costs_more(job in any_job(), first in 0..9_usize, second in 0..9_usize) {
        let before = quote(&job).unwrap();
        let merged = Job { locations: vec![job.locations[0].merged(first, second), job.locations[1].clone()], ..job };
        prop_assert!(quote(&merged).unwrap().total <= before.total);
    }

    /// Colours between which nobody sees a difference form chains: the first looks like the second, the second like the
    /// third, and the first not like the third.
    #[test]
    fn the_order_of_colors_does_not_matter(
        cloths in prop::collection::vec((prop::sample::select(vec!["white", "navy", "red", "black"]), prop::collection::vec(0..12_u8, 1..5)), 2..5),
        turn in 0..5_usize,
    ) {
        let part = |(cloth, shades): &(&str, Vec<u8>)| {
            let mut colors: Vec<Color> = shades.iter().map(|shade| Color::new(120 + shade, 40, 40)).collect();
            colors.dedup_by(|a, b| ciede2000(Lab::from(*a), Lab::from(*b)) < SAME_INK);
            vec![job(cloth, "screen-print", vec![location("front", cloth, &colors)], &[("M", 12)])]
        };
        let total = |cloths: &[(&str, Vec<u8>)]| {
            let priced = quote_order(cloths.iter().map(part).collect()).unwrap();
            let screens = priced.quotes.iter().flat_map(|quote| &quote.lines).filter(|line| line.code == "screens");
            (screens.map(|line| line.quantity).sum::<u64>(), priced.total)
        };
        let first = total(&cloths);
        let mut turned = cloths.clone();
        turned.rotate_left(turn % cloths.len());
        prop_assert_eq!(total(&turned), first);
        turned.reverse();
        prop_assert_eq!(total(&turned), first);
    }

    #[test]
    fn the_order_of_sizes_does_not_matter(job in any_job()) {
        let mut turned = job.clone();
        turned.items.reverse();
        let (first, second) = (quote(&job).unwrap(), quote(&turned).unwrap());
        prop_assert_eq!(first.lines, second.lines);
        prop_assert_eq!(first.total, second.total);
    }
}

fn scene(items: Vec<Drawn>) -> Scene {
    let layer = SceneLayer {
        id: "layer".to_owned(),
        pointer: String::new(),
        items,
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    Scene { size: PhysicalSize::from_mm(200.0, 100.0), layers: vec![layer], finish: None, hash: ArtworkHash([0; 32]) }
}

fn rectangle(x: f64, y: f64, width: f64, height: f64, paint: Paint) -> Drawn {
    let path = Rect::new(x, y, x + width, y + height).to_path(0.1);
    Drawn::Fill { path: Arc::new(path), rule: FillRule::NonZero, paint }
}

fn flat(x: f64, color: Color) -> Drawn {
    rectangle(x, 10.0, 20.0, 50.0, Paint::Solid(color, 1.0))
}

fn measured(items: Vec<Drawn>, cloth: Color) -> Location {
    let area = CATALOG.garment("tee").unwrap().area("front").unwrap();
    let shelf: Vec<&crate::catalog::Ink> = CATALOG.inks().iter().collect();
    Location::measure(&scene(items), area, cloth, &shelf, &Cancel::NEVER).unwrap()
}

fn colors(location: &Location) -> Vec<Color> {
    location.inks.iter().map(|ink| ink.color).collect()
}

#[test]
fn flat_inks_are_counted_exactly_and_only_if_they_show() {
    let near_red = Color::new(201, 16, 46);
    let items = vec![
        flat(10.0, BLUE), // covered below
        flat(10.0, RED),
        flat(50.0, near_red),
        rectangle(80.0, 10.0, 1.0, 50.0, Paint::Solid(Color::new(255, 210, 63), 1.0)),
        flat(100.0, Color::new(246, 246, 244)),
        rectangle(150.0, 10.0, 10.0, 10.0, Paint::Solid(Color::BLACK, 0.01)),
    ];
    let found = measured(items, Color::new(247, 247, 245));
    assert_eq!(colors(&found), [RED, Color::new(255, 210, 63)], "both reds are one ink");
    assert_eq!(found.open, [Color::new(246, 246, 244)], "the cloth shows there");
    assert!(!found.full_color);
    assert_eq!(found.inks[0].nearest.as_ref().map(|(id, ..)| id.as_str()), Some("scarlet"));
}

#[test]
fn fades_and_gradients_are_dots_of_their_inks() {
    let gradient = Gradient {
        geometry: GradientGeometry::Linear { start: Point::new(50.0, 0.0), end: Point::new(90.0, 0.0) },
        stops: vec![(0.0, RED, 1.0), (1.0, BLUE, 1.0)],
        extend: Extend::Pad,
        transform: kurbo::Affine::IDENTITY,
    };
    let shadow = Drawn::Group(Group { items: vec![flat(100.0, Color::BLACK)], opacity: 0.4, ..Group::default() });
    let found = measured(vec![rectangle(50.0, 10.0, 40.0, 50.0, Paint::Gradient(gradient)), shadow], WHITE);
    let mut seen = colors(&found);
    seen.sort_unstable();
    assert_eq!(seen, [Color::BLACK, BLUE, RED]);
    assert!(found.inks.iter().all(|ink| ink.halftone));
}

#[test]
fn the_area_is_that_of_what_is_printed() {
    let found = measured(vec![flat(10.0, RED), flat(90.0, BLUE)], WHITE);
    // From 10 to 110 mm, 50 mm high; two of five fifths are covered. Edges touch one pixel of 0.17 mm more.
    assert!((5000..5100).contains(&found.box_mm2), "{}", found.box_mm2);
    assert!((1990..2040).contains(&found.inked_mm2), "{}", found.inked_mm2);
    let nothing = measured(Vec::new(), WHITE);
    assert_eq!((nothing.box_mm2, nothing.inked_mm2, nothing.inks.len()), (0, 0, 0));
}

#[test]
fn a_scene_of_very_many_colors_is_full_color() {
    let all = (0..4_u8).flat_map(|r| (0..4_u8).flat_map(move |g| (0..4_u8).map(move |b| (r, g, b))));
    let items = all.enumerate().map(|(index, (r, g, b))| {
        let color = Color::new(r * 80, g * 80, b * 80);
        rectangle(index as f64 * 3.0, 10.0, 3.0, 10.0, Paint::Solid(color, 1.0))
    });
    let found = measured(items.collect(), WHITE);
    assert!(found.full_color && found.inks.len() == MOST_INKS);
}

#[test]
fn measuring_stops_when_it_is_called_off() {
    let cancel = Cancel::new();
    cancel.set();
    let area = CATALOG.garment("tee").unwrap().area("front").unwrap();
    assert_eq!(Location::measure(&scene(vec![flat(10.0, RED)]), area, WHITE, &[], &cancel), None);
}
