//! What can be seen and told apart on every look: drawings, lines, rings, and words that were hard to read.

use super::*;
use crate::suggest::Reason;

/// A design with a logo beneath its words, on a cloth.
fn with_logo(color: &str, ink: &str, below: &str) -> Design {
    let text = format!(
        r##"{{"version":1,"garment":"tee","color":"{color}","technique":"dtf","placements":[{{"area":"front","layers":[
        {{"id":"a","type":"text","text":"Harbour\nTrail Crew","font":"Anton","size":40,"fill":"ink:{ink}","x":170,"y":90}},{below}
        {{"id":"logo","type":"image","asset":"logo.png","width":100,"x":170,"y":230}}]}}]}}"##
    );
    Design::from_json(text.as_bytes()).unwrap()
}

fn looks_with(design: &Design, locks: &[Attribute], colors: &[(Color, f32)]) -> Vec<Look> {
    let (shop, ideas) = opened();
    let (history, locks) = (History::new(), locks.iter().copied().collect());
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let drawing = |_: &str| colors.to_vec();
    let wardrobe = Wardrobe::new(design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let found = looks(&model, &history, &Wish { n: 24, ..Wish::default() }, &wardrobe);
    found.into_iter().map(|chosen| chosen.look).collect()
}

fn tint(design: &Design) -> Option<Paint> {
    layers(design).into_iter().find_map(|layer| match &layer.content {
        Content::Image(image) => Some(image.tint.clone()),
        _ => None,
    })?
}

/// Whether a colour of a drawing can be made out on a look's cloth.
fn shows(color: Color, look: &Look) -> bool {
    let cloth = opened().0.catalog.garment(&look.style.garment).unwrap().color(&look.style.color).unwrap();
    let contrast = Contrast::on_dye(color, cloth.base, Fabric::Solid);
    contrast.wcag >= 2.25 && contrast.apca >= 15.0
}

#[test]
fn a_logo_that_cannot_be_seen_now_is_seen_in_every_look() {
    for (cloth, ink, logo) in [
        ("black", "white", Color::BLACK),
        ("black", "black", Color::BLACK),
        ("white", "black", Color::WHITE),
        ("white", "white", Color::WHITE),
        ("white", "black", Color::BLACK),
    ] {
        let found = looks_with(&with_logo(cloth, ink, ""), &[], &[(logo, 1.0)]);
        assert_eq!(found.len(), 24, "{logo:?} on {cloth}");
        let mut tinted = 0;
        for look in found {
            let color = match tint(&look.design) {
                Some(paint) => {
                    tinted += 1;
                    paints::color_of(&opened().0.catalog, &paint).unwrap()
                }
                None => logo,
            };
            assert!(shows(color, &look), "{logo:?} on {cloth}: {color:?} in {:?}", look.style);
        }
        assert!(tinted > 0, "{logo:?} on {cloth}: some cloth would swallow it");
    }
}

#[test]
fn a_drawing_of_several_colors_is_put_on_cloths_that_show_it() {
    let dark = [(Color::BLACK, 0.6), (Color::new(20, 20, 40), 0.4)];
    let design = with_logo("black", "white", "");
    let found = looks_with(&design, &[], &dark);
    assert!(found.len() >= 8, "{}", found.len());
    for look in found {
        assert!(dark.iter().any(|(color, _)| shows(*color, &look)), "{:?}", look.style);
        assert_eq!(tint(&look.design), None, "it would become a blot");
    }
    assert!(looks_with(&design, &[Attribute::GarmentColor], &dark).len() >= 8, "on that cloth nothing shows it");
}

#[test]
fn a_logo_on_a_badge_need_not_stand_out_from_the_cloth() {
    let badge = r##"{"id":"badge","type":"shape","shape":"ellipse","width":150,"height":150,"fill":"ink:white","x":170,"y":230},"##;
    let found = looks_with(&with_logo("black", "white", badge), &[], &[(Color::BLACK, 1.0)]);
    assert!(found.len() >= 8 && found.iter().all(|look| tint(&look.design).is_none()));
}

/// How far the lines of the words stand apart, and their em size, mm.
fn lines_of(design: &Design) -> (f64, f64) {
    let set = opened().0.set_texts(design, &Choice::default(), &Cancel::NEVER).unwrap();
    (lines::apart(&set[0].lettering), set[0].lettering.em)
}

#[test]
fn lines_that_stand_apart_do_so_in_other_letters() {
    let (shop, ideas) = opened();
    let text = r##"{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"Ridgeline\nTrail Crew","font":"Anton","size":40,"fill":"ink:black","x":170,"y":90}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    assert!(lines_of(&design).0 > 0.0);
    let (drawing, locks) = (|_: &str| Vec::new(), BTreeSet::new());
    let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let leading = |design: &Design| match &design.placements[0].layers[0].content {
        Content::Text(text) => text.leading,
        _ => panic!("no text"),
    };
    let mut opened = BTreeSet::new();
    for family in shop.fonts.families() {
        let recipe = Recipe::default().with(Attribute::Font, &*family.name);
        let Some(look) = dress(&recipe, &Extras::default(), &wardrobe) else { continue };
        let (apart, em) = lines_of(&look.design);
        assert!(apart > 0.03 * em, "{}: {apart} mm of {em}", family.name);
        if leading(&look.design) > leading(&design) {
            opened.insert(family.name.as_str());
            let mut tight = look.design.clone();
            let Content::Text(text) = &mut tight.placements[0].layers[0].content else { panic!("no text") };
            text.leading = leading(&design);
            assert!(lines_of(&tight).0 < 0.04 * em, "{}: no need", family.name);
        }
    }
    assert!(opened.contains("Pacifico"), "{opened:?}");
}

#[test]
fn a_line_that_runs_into_the_next_is_told_from_one_that_does_not() {
    let apart = |words: &str, leading: f64| {
        let text = format!(
            r##"{{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{{"area":"front","layers":[
            {{"id":"a","type":"text","text":"{words}","font":"Anton","size":40,"leading":{leading},"fill":"ink:black","x":170,"y":90}}]}}]}}"##
        );
        lines_of(&Design::from_json(text.as_bytes()).unwrap()).0
    };
    let (wide, close) = (apart(r"HHH\nHHH", 1.5), apart(r"HHH\nHHH", 1.0));
    assert!((wide - close - 20.0).abs() < 1e-6, "half an em: {wide} {close}");
    assert!(apart(r"HHH\nHHH", 0.5) < 0.0);
    assert!(apart("HHH", 1.0).is_infinite());
    assert!(apart(r"H\n\nH", 1.0) > wide, "over an empty line");
}

#[test]
fn faint_words_are_mended_first_by_an_ink_on_the_cloth_and_in_the_letters_that_were_chosen() {
    for (cloth, ink, clear) in [("navy", "black", "white"), ("kelly", "black", "white"), ("white", "white", "black")] {
        let mut design = with_logo(cloth, ink, "");
        design.placements[0].layers.pop();
        let (look, reasons) = looks_and_reasons(&design).into_iter().next().unwrap();
        assert_eq!(look.changed, [Attribute::TextColor].into(), "{cloth}");
        assert_eq!(look.style.ink.as_deref(), Some(&*format!("ink:{clear}")), "{cloth}");
        assert_eq!(reasons, [Reason::Legible]);
    }
}

#[test]
fn words_in_any_script_are_shown_on_as_many_cloths() {
    for (words, font) in
        [("مخيم الصيف", "Cairo"), ("מחנה קיץ", "Heebo"), ("夏キャンプ", "Dela Gothic One"), ("Лагерь", "Oswald")]
    {
        let text = format!(
            r##"{{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{{"area":"front","layers":[
            {{"id":"a","type":"text","text":"{words}","font":"{font}","size":60,"fill":"ink:black","x":150,"y":100}}]}}]}}"##
        );
        let found = looks_of(&Design::from_json(text.as_bytes()).unwrap(), &BTreeSet::new(), 0);
        let cloths: BTreeSet<&str> = found.iter().map(|look| look.style.color.as_str()).collect();
        let inks: BTreeSet<&str> = found.iter().filter_map(|look| look.style.ink.as_deref()).collect();
        assert_eq!((found.len(), cloths.len()), (8, 8), "{words}: {cloths:?}");
        assert!(inks.len() >= 3, "{words}: {inks:?}");
    }
}

#[test]
fn rings_stay_in_most_looks() {
    let text = r##"{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{"area":"front","layers":[
        {"id":"a","type":"text","text":"Harbour","font":"Anton","size":60,"fill":"ink:white","x":170,"y":100,
        "outline":[{"width":1.6,"color":"ink:scarlet"}]}]}]}"##;
    let design = Design::from_json(text.as_bytes()).unwrap();
    let found = looks_of(&design, &BTreeSet::new(), 0);
    let ringed = found.iter().filter(|look| rings::stay(&design, &look.design)).count();
    assert_eq!((found.len(), ringed), (8, 8));
    let cloths: BTreeSet<&str> = found.iter().map(|look| look.style.color.as_str()).collect();
    assert_eq!(cloths.len(), 8, "{cloths:?}");
}
