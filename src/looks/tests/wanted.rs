//! What may become a look: not what somebody never wants, what cannot be printed, or what cannot be read.

use super::*;

/// Inks that words and shapes have, and families of words.
fn worn(design: &Design) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut inks, mut families) = (BTreeSet::new(), BTreeSet::new());
    for layer in layers(design) {
        let paints: Vec<&Paint> = match &layer.content {
            Content::Text(text) => {
                families.insert(text.font.family.clone());
                text.paints().collect()
            }
            Content::Shape(shape) => shape.fill.iter().collect(),
            Content::Image(_) | Content::Group(_) => Vec::new(),
        };
        inks.extend(paints.into_iter().filter_map(|paint| match paint {
            Paint::Ink(id) => Some(id.clone()),
            Paint::Rgb(_) => None,
        }));
    }
    (inks, families)
}

#[test]
fn what_somebody_never_wants_is_in_no_look_and_not_beside_its_words_either() {
    let (shop, ideas) = opened();
    let (history, locks) = (History::new(), BTreeSet::new());
    let model = Model::new(&history, 0, Settings::default(), &mut BTreeSet::new());
    let design = example("camp.json");
    let drawing = |_: &str| Vec::new();
    let wish = Wish { n: 24, ..Wish::default() };
    let open = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
    let (_, own_families) = worn(&design);
    // What stands beside the main words of others.
    let (mut accents, mut small) = (BTreeSet::new(), BTreeSet::new());
    for Chosen { look, .. } in looks(&model, &history, &wish, &open) {
        let (inks, families) = worn(&look.design);
        accents.extend(inks.into_iter().filter(|ink| look.style.ink.as_deref() != Some(&*format!("ink:{ink}"))));
        let is_small = |family: &String| look.style.font.as_ref() != Some(family) && !own_families.contains(family);
        small.extend(families.into_iter().filter(is_small));
    }
    assert!(accents.len() > 3 && small.len() > 1, "{accents:?} {small:?}");
    let never = BTreeMap::from([
        (Attribute::TextColor, accents.into_iter().take(3).collect::<BTreeSet<_>>()),
        (Attribute::Font, small),
    ]);
    let found = looks(&model, &history, &wish, &open.without(&never));
    assert!(found.len() >= 8, "{}", found.len());
    for Chosen { look, .. } in found {
        let (inks, families) = worn(&look.design);
        assert!(inks.is_disjoint(&never[&Attribute::TextColor]), "{inks:?}");
        assert!(families.is_disjoint(&never[&Attribute::Font]), "{families:?}");
    }
}

#[test]
fn letters_that_the_press_holds_go_on_being_those() {
    let smallest = |technique: &str| {
        let mut design = Design { technique: technique.to_owned(), ..example("camp.json") };
        for layer in &mut design.placements[0].layers {
            if let Content::Text(text) = &mut layer.content {
                text.size = text.size.min(10.0);
                text.outline.clear();
            }
        }
        let mut sizes = Vec::new();
        for Chosen { look, .. } in chosen(&design, &BTreeSet::new()) {
            sizes.extend(layers(&look.design).into_iter().filter_map(|layer| match &layer.content {
                Content::Text(text) => Some(text.size),
                _ => None,
            }));
        }
        sizes.into_iter().fold(f64::INFINITY, f64::min)
    };
    let least = opened().0.catalog.technique("embroidery").unwrap().min_text.mm();
    assert!(least < 10.0 && smallest("dtf") < least, "other techniques hold smaller ones");
    assert!(smallest("embroidery") >= least);
}

#[test]
fn a_garment_that_is_not_printed_so_is_no_look() {
    let (shop, ideas) = opened();
    let (locks, drawing) = (BTreeSet::new(), |_: &str| Vec::new());
    let other = Recipe::default().with(Attribute::Garment, "long-sleeve");
    for (technique, is_printed) in [("screen-print", true), ("sublimation", false)] {
        let design = Design { color: "navy".to_owned(), technique: technique.to_owned(), ..example("camp.json") };
        let wardrobe = Wardrobe::new(&design, (shop, ideas), &locks, (&drawing, &Cancel::NEVER));
        assert_eq!(dress(&other, &Extras::default(), &wardrobe).is_some(), is_printed, "{technique}");
    }
}

#[test]
fn whatever_is_given_some_style_takes_it_over_and_can_be_read() {
    let (shop, ideas) = opened();
    let catalog = &shop.catalog;
    for garment in catalog.garments() {
        for color in &garment.colors {
            for ink in catalog.inks() {
                let given = Recipe::default()
                    .with(Attribute::Garment, &*garment.id)
                    .with(Attribute::GarmentColor, &*color.id)
                    .with(Attribute::TextColor, &*ink.id)
                    .with(Attribute::Font, "Creepster");
                let found = taken_over(ideas, &given, catalog);
                assert!(!found.is_empty(), "{given:?}");
                let is_given = can_be_read(&given, catalog);
                let takes_ink = catalog
                    .inks()
                    .iter()
                    .any(|ink| can_be_read(&given.clone().with(Attribute::TextColor, &*ink.id), catalog));
                for Candidate { recipe, .. } in found {
                    assert!(can_be_read(&recipe, catalog), "{recipe:?}");
                    assert!(garment.area(recipe.get(Attribute::Placement).unwrap()).is_ok(), "{recipe:?}");
                    assert_eq!(recipe.matches(&given), is_given, "{recipe:?}");
                    // On some heathers no ink at all is read well.
                    let keeps_cloth = recipe.get(Attribute::GarmentColor) == Some(&*color.id);
                    assert_eq!(keeps_cloth, takes_ink, "an ink that cannot be read changes, and nothing else does");
                }
            }
        }
    }
    // No garment has that.
    let given = Recipe::default().with(Attribute::Garment, "mug").with(Attribute::GarmentColor, "safety-green");
    let found = taken_over(ideas, &given, catalog);
    assert!(found.iter().all(|one| one.recipe.get(Attribute::Garment) == Some("mug")) && !found.is_empty());
}

#[test]
fn what_customers_chose_is_not_called_what_few_have_chosen() {
    let ideas = &opened().1;
    let chosen = &ideas.editorial[0].recipe;
    let mut history = History::new();
    let (day, now) = (crate::suggest::DAY_MS, 1_767_225_600_000_i64);
    for customer in 0..12_i64 {
        let line = format!(
            r#"{{"id":"o{customer}","customer":"c{customer}","at":{},"type":"order","recipe":{}}}"#,
            now - 8 * day + customer * 3_600_000,
            serde_json::to_string(chosen).unwrap()
        );
        let (events, errors) = crate::suggest::read_events(&line);
        assert!(errors.is_empty(), "{errors:?}");
        let _ = history.add(&events[0], now);
    }
    let model = Model::new(&history, now, Settings::default(), &mut BTreeSet::new());
    let unknown = unknown_looks(ideas, &model, 3);
    assert_eq!(unknown.len(), ideas.editorial.len() - 1);
    assert!(unknown.iter().all(|one| one.recipe != *chosen));
}
