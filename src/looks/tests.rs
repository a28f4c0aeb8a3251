//! Looks of real designs.

mod seen;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::*;
use crate::cancel::Cancel;
use crate::catalog::Fabric;
use crate::design::{Content, Layer, Paint};
use crate::shop::Choice;
use crate::suggest::{History, Model, Settings};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> Design {
    Design::from_json(&std::fs::read(root().join("examples").join(name)).unwrap()).unwrap()
}

/// Shop and ideas, opened once.
fn opened() -> &'static (Shop, Ideas) {
    static OPENED: std::sync::OnceLock<(Shop, Ideas)> = std::sync::OnceLock::new();
    OPENED.get_or_init(|| {
        let shop = Shop::open(root()).unwrap();
        let ideas = Ideas::open(root(), &shop).unwrap();
        (shop, ideas)
    })
}

/// Looks while nobody has done anything yet.
fn looks_of(design: &Design, locks: &BTreeSet<Attribute>, seed: u32) -> Vec<Look> {
    let (shop, ideas) = opened();
    let history = History::new();
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let drawing = |_: &str| Vec::new();
    let wardrobe = Wardrobe::new(design, (shop, ideas), locks, (&drawing, &Cancel::NEVER));
    let wish = Wish { n: 8, seed, ..Wish::default() };
    looks(&model, &history, &wish, &wardrobe).into_iter().map(|chosen| chosen.look).collect()
}

/// Everything of the first looks.
fn chosen(design: &Design, locks: &BTreeSet<Attribute>) -> Vec<Chosen<Vec<crate::suggest::Reason>>> {
    let (shop, ideas) = opened();
    let history = History::new();
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let drawing = |_: &str| Vec::new();
    let wardrobe = Wardrobe::new(design, (shop, ideas), locks, (&drawing, &Cancel::NEVER));
    looks(&model, &history, &Wish { n: 24, ..Wish::default() }, &wardrobe)
}

/// Looks that may show what few have chosen yet, each with why it is shown.
fn looks_and_reasons(design: &Design) -> Vec<(Look, Vec<crate::suggest::Reason>)> {
    let (shop, ideas) = opened();
    let history = History::new();
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let wardrobe = Wardrobe::new(design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let wish = Wish { n: 8, explore: true, ..Wish::default() };
    looks(&model, &history, &wish, &wardrobe).into_iter().map(|chosen| (chosen.look, chosen.about)).collect()
}

fn layers(design: &Design) -> Vec<&Layer> {
    fn walk<'a>(layers: &'a [Layer], all: &mut Vec<&'a Layer>) {
        for layer in layers {
            all.push(layer);
            if let Content::Group(group) = &layer.content {
                walk(&group.layers, all);
            }
        }
    }
    let mut all = Vec::new();
    design.placements.iter().for_each(|placement| walk(&placement.layers, &mut all));
    all
}

/// What a customer brought: words and pictures.
fn own(design: &Design) -> Vec<String> {
    let words = layers(design).into_iter().filter_map(|layer| match &layer.content {
        Content::Text(text) => Some(text.text.clone()),
        Content::Image(image) => Some(image.asset.clone()),
        Content::Shape(_) | Content::Group(_) => None,
    });
    words.collect()
}

/// Width and height of each text's ink.
fn sizes(design: &Design) -> BTreeMap<String, (f64, f64)> {
    let set = opened().0.set_texts(design, &Choice::default(), &Cancel::NEVER).unwrap();
    set.into_iter().map(|layer| (layer.id, (layer.lettering.ink.width(), layer.lettering.ink.height()))).collect()
}

#[test]
fn a_design_has_eight_looks_with_its_own_words_in_its_own_places_that_can_be_read() {
    for name in ["camp.json", "band.json", "jersey.json", "reunion.json", "qr.json"] {
        let design = example(name);
        let found = looks_of(&design, &BTreeSet::new(), 0);
        assert_eq!(found.len(), 8, "{name}");
        let styles: BTreeSet<&Style> = found.iter().map(|look| &look.style).collect();
        assert_eq!(styles.len(), 8, "{name}: no two alike");
        let before = sizes(&design);
        for look in &found {
            assert_eq!(own(&look.design), own(&design), "{name}");
            assert!(look.contrast.wcag >= 3.0 && look.contrast.apca >= 45.0, "{name}: {look:?}");
            for (id, (width, height)) in sizes(&look.design) {
                let (most_width, most_height) = before[&id];
                let fits = width <= most_width * 1.01 + 0.1 && height <= most_height * 1.01 + 0.1;
                assert!(fits, "{name} {id}: {width} x {height} in {most_width} x {most_height}");
            }
        }
    }
}

/// Where each text's ink lies on its print area, with `fields` filled in; of designs without groups.
fn inks(design: &Design, fields: &BTreeMap<String, String>) -> BTreeMap<String, kurbo::Rect> {
    let choice = Choice { fields: fields.clone(), ..Choice::default() };
    let set = opened().0.set_texts(design, &choice, &Cancel::NEVER).unwrap();
    let all = layers(design);
    let place = |id: &str| crate::scene::place(all.iter().find(|layer| layer.id == id).unwrap());
    set.into_iter().map(|layer| (layer.id.clone(), place(&layer.id).transform_rect_bbox(layer.lettering.ink))).collect()
}

#[test]
fn words_lie_in_the_middle_of_their_old_places() {
    for name in ["class.json", "ringer.json", "reunion.json"] {
        let design = example(name);
        let before = inks(&design, &BTreeMap::new());
        for one in chosen(&design, &BTreeSet::new()) {
            for (id, ink) in inks(&one.look.design, &BTreeMap::new()) {
                let far = ink.center() - before[&id].center();
                assert!(far.x.abs().max(far.y.abs()) < 1.0, "{name} {id}: {far:?} in {:?}", one.look.style);
            }
        }
    }
}

#[test]
fn rings_run_together_only_where_they_did_and_then_letters_are_told_apart() {
    let locks = BTreeSet::from([Attribute::GarmentColor]);
    let catalog = &opened().0.catalog;
    let gap = |design: &Design, id: &str| {
        let set = opened().0.set_texts(design, &Choice::default(), &Cancel::NEVER).unwrap();
        rings::gap_of(&set.iter().find(|layer| layer.id == id).unwrap().lettering)
    };
    let text =
        |design: &Design, id: &str| match &layers(design).into_iter().find(|layer| layer.id == id).unwrap().content {
            Content::Text(text) => text.clone(),
            _ => panic!("{id} is no text"),
        };
    let width = |text: &crate::design::Text| text.outline.iter().map(|ring| ring.width).sum::<f64>();
    for (tracking, runs) in [(10.0, true), (400.0, false)] {
        let mut design = Design { color: "white".to_owned(), ..example("camp.json") };
        let Content::Text(arch) = &mut design.placements[0].layers[0].content else { panic!() };
        arch.tracking = tracking;
        assert_eq!(2.0 * width(&text(&design, "arch")) > gap(&design, "arch"), runs);
        let looks = chosen(&design, &locks);
        assert!(looks.len() > 8);
        let mut ringed = 0;
        for Chosen { look, .. } in &looks {
            let arch = text(&look.design, "arch");
            let Some(inner) = arch.outline.first() else { continue };
            ringed += 1;
            if 2.0 * width(&arch) > gap(&look.design, "arch") + 0.05 {
                assert!(runs, "{:?}", look.style);
                let color = |paint: &Paint| paints::color_of(catalog, paint).unwrap();
                let told = crate::color::contrast::contrast_ratio(color(&arch.fill), color(&inner.color));
                assert!(told >= 3.0, "{told}: {:?}", look.style);
            }
        }
        assert!(ringed > 0, "not all rings are taken away");
    }
}

#[test]
fn names_in_higher_letters_become_small_enough_to_touch_no_other_words() {
    let design = example("reunion.json");
    let fields = |family: &str| BTreeMap::from([("family".to_owned(), family.to_owned())]);
    let meets = |design: &Design, family: &str| {
        let inks = inks(design, &fields(family));
        inks["the"].overlaps(inks["family"])
    };
    assert!(!meets(&design, "Hollidays") && meets(&design, "田中家"), "it is the letters of the name");
    let (sized, smaller) = keep_apart(&design, &fields("田中家"), &opened().0);
    assert!(!meets(&sized, "田中家"));
    assert_eq!(smaller, ["family"]);
    assert_eq!(keep_apart(&design, &fields("Okafor"), &opened().0), (design, Vec::new()), "others stay as they are");
}

#[test]
fn what_a_drawing_showed_is_seen_on_its_new_cloth() {
    use crate::assets::Library;

    let (shop, ideas) = opened();
    let (history, locks) = (History::new(), BTreeSet::new());
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let library = Library::with_base(root().join("examples"));
    let cloth = |design: &Design| shop.catalog.garment(&design.garment).unwrap().color(&design.color).unwrap();
    for name in ["camp.json", "reunion.json"] {
        let design = example(name);
        let drawing = |asset: &str| library.facts(asset).unwrap().drawn_colors();
        let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
        let found = looks(&model, &history, &Wish { n: 24, ..Wish::default() }, &wardrobe);
        assert_eq!(found.len(), 24, "{name}");
        let mut drawings = 0;
        for Chosen { look, .. } in found {
            for layer in layers(&look.design) {
                let Content::Image(image) = &layer.content else { continue };
                if image.tint.is_some() || !image.recolor.is_empty() {
                    continue;
                }
                let seen = |cloth: &GarmentColor| -> f32 {
                    let mut colors = drawing(&image.asset);
                    colors.retain(|(color, _)| {
                        let contrast = Contrast::on_dye(*color, cloth.base, Fabric::Solid);
                        contrast.wcag >= 2.25 && contrast.apca >= 15.0
                    });
                    colors.into_iter().map(|(_, share)| share).sum()
                };
                let (was, is) = (seen(cloth(&design)), seen(cloth(&look.design)));
                assert!(is >= was * 0.75, "{name}, {} on {}: {is} of {was}", image.asset, look.design.color);
                drawings += 1;
            }
        }
        assert!(drawings > 0, "{name}");
    }
}

#[test]
fn what_is_told_of_a_look_is_the_design_as_it_would_be_worn() {
    let design = example("camp.json");
    for (look, worn) in chosen(&design, &BTreeSet::new()).into_iter().map(|one| (one.look, one.worn)) {
        let of_the_look = Recipe::of(&look.design, &opened().0.catalog, |_| None);
        for attribute in [Attribute::Garment, Attribute::GarmentColor, Attribute::Font, Attribute::Placement] {
            assert_eq!(worn.get(attribute), of_the_look.get(attribute), "{attribute:?} of {worn:?}");
        }
        assert_eq!(worn.get(Attribute::Placement), Some("front"), "where prints are never changes");
        assert_eq!(worn.get(Attribute::Occasion), None, "nor what they are for");
    }
}

#[test]
fn designers_are_named_where_most_of_what_they_thought_out_is_left() {
    let design = example("camp.json");
    let ideas = &opened().1;
    let mut named = 0;
    let locks =
        [vec![], vec![Attribute::GarmentColor, Attribute::Font], vec![Attribute::GarmentColor, Attribute::TextColor]];
    for locks in locks {
        let locks: BTreeSet<Attribute> = locks.into_iter().collect();
        for (worn, reasons) in chosen(&design, &locks).into_iter().map(|one| (one.worn, one.about)) {
            for reason in reasons {
                let crate::suggest::Reason::Editorial { name } = reason else { continue };
                let seen = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
                let shares = |one: &&crate::suggest::Editorial| {
                    let same = |attribute: &&Attribute| one.recipe.get(**attribute) == worn.get(**attribute);
                    one.name == name && seen.iter().filter(same).count() >= 2
                };
                assert!(ideas.editorial.iter().any(|one| shares(&one)), "{name} in {worn:?}");
                named += 1;
            }
        }
    }
    assert!(named > 4, "{named}");
}

#[test]
fn a_code_can_be_scanned_in_every_look() {
    use crate::color::contrast::contrast_ratio;

    let shop = &opened().0;
    let fill = |design: &Design, id: &str| {
        let found = layers(design).into_iter().find(|layer| layer.id == id).unwrap();
        let Content::Shape(shape) = &found.content else { panic!("{id} is no shape") };
        match shape.fill.as_ref().unwrap() {
            Paint::Rgb(color) => *color,
            Paint::Ink(id) => shop.catalog.ink(id).unwrap().color,
        }
    };
    // On a card of its own, which is as white as the words.
    let design = example("qr.json");
    for seed in 0..3 {
        for look in looks_of(&design, &BTreeSet::new(), seed) {
            assert_eq!(fill(&look.design, "code"), fill(&design, "code"));
            assert_eq!(fill(&look.design, "card"), fill(&design, "card"));
        }
    }
    // On the cloth itself, in the colour of the words and in one of its own.
    for code in ["ink:black", "#14284b"] {
        let text = format!(
            r##"{{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{{"area":"front","layers":[
            {{"id":"a","type":"text","text":"Scan me","font":"Anton","size":60,"fill":"ink:black","x":150,"y":60}},
            {{"id":"code","type":"shape","shape":"qr","text":"HELLO","width":90,"fill":"{code}","x":150,"y":200}}]}}]}}"##
        );
        let design = Design::from_json(text.as_bytes()).unwrap();
        let found: Vec<Look> = (0..3).flat_map(|seed| looks_of(&design, &BTreeSet::new(), seed)).collect();
        assert!(found.len() >= 8, "{code}: {}", found.len());
        for look in found {
            let cloth = shop.catalog.garment(&look.design.garment).unwrap().color(&look.design.color).unwrap().base;
            let contrast = contrast_ratio(fill(&look.design, "code"), cloth);
            assert!(contrast >= 4.5, "{code} on {}: {contrast}", look.design.color);
        }
    }
}

#[test]
fn there_is_always_something_whatever_the_cloth_is_and_however_small_the_words() {
    let garment = opened().0.catalog.garment("tee").unwrap();
    for cloth in &garment.colors {
        for ink in ["ink:black", "ink:white"] {
            let text = format!(
                r##"{{"version":1,"garment":"tee","color":"{}","technique":"dtf","placements":[{{"area":"front","layers":[
                {{"id":"a","type":"text","text":"Harbour","font":"Anton","size":60,"fill":"{ink}","x":150,"y":100}},
                {{"id":"b","type":"text","text":"since 1921","font":"Anton","size":9,"fill":"{ink}","x":150,"y":160}}]}}]}}"##,
                cloth.id
            );
            let design = Design::from_json(text.as_bytes()).unwrap();
            for locks in [vec![Attribute::GarmentColor], vec![Attribute::GarmentColor, Attribute::TextColor]] {
                let found = looks_of(&design, &locks.iter().copied().collect(), 0);
                assert!(found.len() >= 4, "{} in {ink}, {locks:?}: {}", cloth.id, found.len());
                for look in found {
                    let is_thin = ["Amatic SC", "Great Vibes", "Monoton"]
                        .iter()
                        .any(|thin| look.style.font.as_deref() == Some(*thin));
                    assert!(
                        !is_thin || (look.contrast.apca >= 75.0 && look.contrast.wcag >= 7.0),
                        "thin lines need more: {look:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn words_in_capitals_are_not_set_in_script() {
    let fonts = |words: &str| -> BTreeSet<String> {
        let text = format!(
            r##"{{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{{"area":"front","layers":[
            {{"id":"a","type":"text","text":"{words}","font":"Anton","size":60,"fill":"ink:white","x":150,"y":100}}]}}]}}"##
        );
        let design = Design::from_json(text.as_bytes()).unwrap();
        let found = (0..6).flat_map(|seed| looks_of(&design, &BTreeSet::new(), seed));
        found.filter_map(|look| look.style.font).collect()
    };
    let script = |fonts: &BTreeSet<String>| {
        let is_script = |name: &&String| opened().0.fonts.family(name).unwrap().category == "script";
        fonts.iter().filter(|name| is_script(name) || *name == "UnifrakturMaguntia").count()
    };
    let written = fonts("Harbour Crew");
    for words in ["HARBOUR CREW", r"HARBOUR\nTrail Crew", "Harbour CREW 24"] {
        let capitals = fonts(words);
        assert_eq!(script(&capitals), 0, "{words}: {capitals:?}");
    }
    assert!(script(&written) >= 2, "{written:?}");
}

#[test]
fn words_get_families_that_have_their_letters() {
    let text = r##"{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"مخيم الصيف","font":"Anton","size":60,"fill":"ink:white","x":150,"y":100}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    let found: Vec<Look> = (0..3).flat_map(|seed| looks_of(&design, &BTreeSet::new(), seed)).collect();
    let new: BTreeSet<&str> = found
        .iter()
        .filter(|look| look.changed.contains(&Attribute::Font))
        .filter_map(|look| look.style.font.as_deref())
        .collect();
    assert_eq!(new, ["Cairo", "Lalezar"].into(), "what has Arabic letters, and nothing that borrows them");
}

#[test]
fn nobody_is_said_to_have_chosen_what_only_shares_something_with_what_they_chose() {
    let (shop, ideas) = opened();
    let recipe = Recipe::default()
        .with(Attribute::Garment, "tee")
        .with(Attribute::GarmentColor, "navy")
        .with(Attribute::TextColor, "white")
        .with(Attribute::Font, "Bungee");
    let mut history = History::new();
    for customer in 0..20 {
        let event = crate::suggest::Event {
            id: "o".to_owned(),
            customer: format!("c{customer}"),
            at: 0,
            kind: crate::suggest::Kind::Order,
            recipe: recipe.clone(),
            of: None,
            segment: None,
            quantity: 1,
        };
        history.add(&event, 0).unwrap();
    }
    let now = 2 * crate::suggest::DAY_MS;
    let model = Model::new(&history, now, Settings::default(), &mut BTreeSet::new());
    let design = example("band.json");
    let drawing = |_: &str| Vec::new();
    let told = |locks: &[Attribute]| {
        let locks = locks.iter().copied().collect();
        let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
        let found = looks(&model, &history, &Wish { n: 8, ..Wish::default() }, &wardrobe);
        let first = found.into_iter().find(|one| one.recipe == recipe).unwrap();
        (first.look.style.font, first.about)
    };
    let (font, about) = told(&[]);
    assert_eq!(font.as_deref(), Some("Bungee"));
    assert!(matches!(about[0], crate::suggest::Reason::Popular { customers: 10 }), "{about:?}");
    let (font, about) = told(&[Attribute::Font]);
    assert_ne!(font.as_deref(), Some("Bungee"));
    assert_eq!(about, [crate::suggest::Reason::Legible]);
}

#[test]
fn of_looks_that_are_liked_alike_the_cheaper_come_first() {
    let (shop, ideas) = opened();
    let design = example("band.json");
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let history = History::new();
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let cloths = |price: &dyn Fn(&Garment, &GarmentColor) -> Option<i64>| {
        let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER)).priced(price);
        let found = looks(&model, &history, &Wish { n: 8, ..Wish::default() }, &wardrobe);
        found.into_iter().map(|one| one.look.style.color).collect::<Vec<_>>()
    };
    let even = cloths(&|_, _| Some(1_000));
    let first = even[0].clone();
    let place = |list: &[String]| list.iter().position(|color| *color == first);
    let mut before = 1;
    for price in [1_100, 1_300, 1_800] {
        let dear = cloths(&|_, color| Some(if color.id == first { price } else { 1_000 }));
        let now = place(&dear).unwrap_or(dear.len());
        assert!(now >= before, "{price}: {even:?} {dear:?}");
        before = now;
    }
    assert_eq!(cloths(&|_, _| None), even, "a shop without prices");
}

#[test]
fn what_is_locked_never_changes() {
    let design = example("camp.json");
    let style = style(&design);
    for lock in [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font] {
        let found = looks_of(&design, &[lock].into(), 0);
        assert_eq!(found.len(), 8, "{lock:?}");
        for look in found {
            assert!(!look.changed.contains(&lock), "{lock:?}");
            match lock {
                Attribute::GarmentColor => assert_eq!(look.style.color, style.color),
                Attribute::TextColor => assert_eq!(look.style.ink, style.ink),
                _ => assert_eq!(look.style.font, style.font),
            }
        }
    }
    let all = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
    assert!(looks_of(&design, &all.into(), 0).is_empty(), "nothing is left to change");
}

#[test]
fn a_locked_layer_stays_as_it_is() {
    let mut design = example("camp.json");
    let first = &mut design.placements[0].layers[0];
    first.locked = true;
    let first = first.clone();
    for look in looks_of(&design, &BTreeSet::new(), 0) {
        assert_eq!(look.design.placements[0].layers[0], first);
    }
}

#[test]
fn the_patch_makes_the_look_of_the_design() {
    let design = example("band.json");
    for look in looks_of(&design, &BTreeSet::new(), 0) {
        let mut document = serde_json::to_value(&design).unwrap();
        for change in patch(&design, &look.design).unwrap() {
            let (parent, key) = change.path.rsplit_once('/').unwrap();
            match document.pointer_mut(parent).unwrap() {
                Value::Object(object) => object.insert(key.to_owned(), change.value),
                other => panic!("{other} is no object"),
            };
        }
        let read = Design::from_json(document.to_string().as_bytes()).unwrap();
        assert_eq!(read, look.design);
    }
}

#[test]
fn the_next_handful_shows_others() {
    let design = example("camp.json");
    let styles =
        |seed| looks_of(&design, &BTreeSet::new(), seed).into_iter().map(|look| look.style).collect::<BTreeSet<_>>();
    let (first, second) = (styles(0), styles(1));
    assert!(second.len() == 8 && first.is_disjoint(&second), "{first:?} {second:?}");
    assert_eq!(styles(0), first, "the same seed, the same looks");
}

#[test]
fn no_look_needs_more_inks() {
    let paints = |design: &Design| {
        let all = layers(design).into_iter().flat_map(|layer| match &layer.content {
            Content::Text(text) => text.paints().map(ToString::to_string).collect(),
            Content::Shape(shape) => {
                let stroke = shape.stroke.iter().map(|stroke| &stroke.color);
                shape.fill.iter().chain(stroke).map(ToString::to_string).collect()
            }
            Content::Image(image) => image.tint.iter().map(ToString::to_string).collect::<Vec<_>>(),
            Content::Group(_) => Vec::new(),
        });
        all.collect::<BTreeSet<String>>().len()
    };
    for name in ["camp.json", "band.json", "vintage.json"] {
        let design = example(name);
        for look in looks_of(&design, &BTreeSet::new(), 0) {
            assert!(paints(&look.design) <= paints(&design), "{name}");
        }
    }
}

#[test]
fn prints_stay_on_garments_whose_areas_are_as_their_own() {
    let (shop, ideas) = opened();
    let design = example("camp.json");
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let on = |garment: &str| {
        let recipe = Recipe::default().with(Attribute::Garment, garment).with(Attribute::GarmentColor, "navy");
        dress(&recipe.with(Attribute::TextColor, "white"), &Extras::default(), &wardrobe).map(|look| look.style.garment)
    };
    let area = |garment: &str| {
        let garment = shop.catalog.garment(garment).unwrap();
        garment.area("front").ok().map(|area| area.sizes[&garment.mockup_size].size.width.mm())
    };
    let own = area("tee").unwrap();
    let mut tried = (0, 0);
    for garment in shop.catalog.garments().iter().filter(|garment| garment.id != "tee") {
        let is_same = area(&garment.id).is_some_and(|width| (width - own).abs() < 1.0);
        if is_same {
            tried.0 += 1;
        } else {
            assert_eq!(on(&garment.id), None, "{}", garment.id);
            tried.1 += 1;
        }
    }
    assert!(tried.0 > 0 && tried.1 > 0, "{tried:?}");
    assert_eq!(on("long-sleeve").as_deref(), Some("long-sleeve"));
}

#[test]
fn what_nobody_could_read_is_no_look() {
    let (shop, ideas) = opened();
    let design = example("camp.json");
    let drawing = |_: &str| Vec::new();
    let locks = BTreeSet::new();
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let recipe =
        |cloth: &str, ink: &str| Recipe::default().with(Attribute::GarmentColor, cloth).with(Attribute::TextColor, ink);
    assert!(dress(&recipe("navy", "black"), &Extras::default(), &wardrobe).is_none());
    assert!(dress(&recipe("white", "lemon"), &Extras::default(), &wardrobe).is_none());
    assert!(dress(&recipe("navy", "white"), &Extras::default(), &wardrobe).is_some());
}

#[test]
fn letters_that_a_family_lacks_are_not_set_in_it() {
    let (shop, ideas) = opened();
    let text = r##"{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"Привет","font":"Oswald","size":60,"fill":"#101010","x":150,"y":100}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    let drawing = |_: &str| Vec::new();
    let locks = BTreeSet::new();
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    // Anton has no Cyrillic, Montserrat has.
    let in_font = |font: &str| dress(&Recipe::default().with(Attribute::Font, font), &Extras::default(), &wardrobe);
    assert!(in_font("Anton").is_none());
    assert_eq!(in_font("Montserrat").unwrap().style.font.as_deref(), Some("Montserrat"));
}

#[test]
fn the_editorial_looks_are_as_legible_as_their_file_says() {
    use crate::color::contrast::{contrast_ratio, perceptual_contrast};

    let (shop, ideas) = opened();
    let mut occasions: BTreeMap<&str, usize> = BTreeMap::new();
    for look in &ideas.editorial {
        let value = |attribute| look.recipe.get(attribute).unwrap();
        let garment = shop.catalog.garment(value(Attribute::Garment)).unwrap();
        let cloth = garment.color(value(Attribute::GarmentColor)).unwrap().base;
        let ink = |id: &str| shop.catalog.ink(id).unwrap().color;
        let words = ink(value(Attribute::TextColor));
        assert!(can_be_read(&look.recipe, &shop.catalog), "thin letters too: {look:?}");
        assert!(contrast_ratio(words, cloth) >= 4.5 && perceptual_contrast(words, cloth).abs() >= 60.0, "{look:?}");
        assert!(contrast_ratio(ink(look.accent.as_deref().unwrap()), cloth) >= 3.0, "{look:?}");
        assert!(shop.fonts.family(look.small_font.as_deref().unwrap()).is_some(), "{look:?}");
        *occasions.entry(value(Attribute::Occasion)).or_default() += 1;
        let alike = |other: &&crate::suggest::Editorial| {
            Attribute::ALL.iter().filter(|one| look.recipe.get(**one) == other.recipe.get(**one)).count() > 5
        };
        assert_eq!(ideas.editorial.iter().filter(alike).count(), 1, "none is like {}", look.id);
    }
    assert!(occasions.len() == 10 && occasions.values().all(|looks| *looks == 8), "{occasions:?}");
}

#[test]
fn made_up_customers_choose_what_the_shop_has() {
    let (_, ideas) = opened();
    for event in crate::suggest::simulate(2_000, 100, 0, 3) {
        assert_eq!(ideas.vocabulary.stranger(&event.recipe), None, "{event:?}");
    }
}

#[test]
fn faint_words_are_no_reason_for_a_faint_look() {
    let (shop, ideas) = opened();
    let text = r##"{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"GHOST","font":"Anton","size":60,"fill":"ink:white","x":150,"y":100}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let recipe = Recipe::default().with(Attribute::GarmentColor, "navy").with(Attribute::TextColor, "black");
    assert!(dress(&recipe, &Extras::default(), &wardrobe).is_none());
    assert!(wardrobe.contrast().unwrap().wcag < 1.5);
}

#[test]
fn words_that_no_other_family_has_get_other_inks_and_cloths() {
    let text = r##"{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"여름 캠프","font":"Noto Sans KR","size":60,"fill":"ink:black","x":150,"y":100}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    assert_eq!(looks_of(&design, &BTreeSet::new(), 0).len(), 8);
    let both = [Attribute::TextColor, Attribute::Font].into();
    assert_eq!(looks_of(&design, &both, 0).len(), 8, "on other cloths");
}

#[test]
fn nothing_is_made_for_whoever_has_gone() {
    let (shop, ideas) = opened();
    let design = example("camp.json");
    let cancel = Cancel::default();
    cancel.set();
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &cancel));
    let recipe = ideas.editorial[0].recipe.clone();
    assert!(dress(&recipe, &Extras::default(), &wardrobe).is_none());
}

#[test]
fn words_are_set_once_for_each_family_and_as_if_alone() {
    let (shop, ideas) = opened();
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    for name in ["camp.json", "band.json", "vintage.json", "jersey.json"] {
        let design = example(name);
        let together = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
        let mut worn = 0;
        for look in &ideas.editorial {
            let extras = Extras { accent: look.accent.clone(), small_font: look.small_font.clone() };
            // Nothing was set before.
            let ideas = Ideas::open(root(), shop).unwrap();
            let alone = Wardrobe::new(&design, (shop, &ideas), &locks, (&drawing, &Cancel::NEVER));
            let one = dress(&look.recipe, &extras, &together);
            assert_eq!(one, dress(&look.recipe, &extras, &alone), "{name} {}", look.id);
            worn += usize::from(one.is_some());
        }
        let tried = together.fits.borrow().len();
        assert!(worn > 8 && tried < ideas.editorial.len(), "{name}: {worn} looks, {tried} pairs of families");
    }
}

#[test]
fn what_few_have_chosen_stands_on_another_cloth_and_in_other_letters_than_what_is_beside_it() {
    for name in ["camp.json", "band.json"] {
        let found = looks_and_reasons(&example(name));
        let explored: Vec<_> =
            found.iter().filter(|(_, reasons)| reasons.contains(&crate::suggest::Reason::Explore)).collect();
        assert_eq!(explored.len(), 1, "{name}");
        let (new, _) = explored[0];
        for (look, _) in found.iter().filter(|(look, _)| look.style != new.style) {
            assert!(
                look.style.color != new.style.color && look.style.font != new.style.font,
                "{name}: {look:?} {new:?}"
            );
        }
    }
}
