//! What the whole promises: nothing that few did is shown, nobody moves much alone, off is a stranger.

use std::collections::BTreeSet;

use super::*;

const NOW: i64 = 20_000 * DAY_MS;

fn recipe(color: &str, font: &str) -> Recipe {
    Recipe::default().with(Attribute::Garment, "tee").with(Attribute::GarmentColor, color).with(Attribute::Font, font)
}

fn event(id: &str, customer: &str, days_ago: i64, kind: Kind, recipe: &Recipe) -> Event {
    Event {
        id: id.to_owned(),
        customer: customer.to_owned(),
        at: NOW - days_ago * DAY_MS,
        kind,
        recipe: recipe.clone(),
        of: None,
        segment: None,
        quantity: 1,
    }
}

/// A history in which so many customers ordered each recipe three days ago.
fn ordered(recipes: &[(&Recipe, usize)]) -> History {
    let mut history = History::new();
    for (r, (recipe, customers)) in recipes.iter().enumerate() {
        for c in 0..*customers {
            history.add(&event(&format!("{r}-{c}"), &format!("c{r}-{c}"), 3, Kind::Order, recipe), NOW).unwrap();
        }
    }
    history
}

fn model(history: &History) -> Model {
    Model::new(history, NOW, Settings::default(), &mut BTreeSet::new())
}

fn ask(n: usize) -> Ask<'static> {
    Ask { n, ..Ask::default() }
}

#[test]
fn nothing_is_shown_that_fewer_than_ten_did_and_it_leaves_below_seven() {
    let (rare, common) = (recipe("navy", "Rye"), recipe("white", "Anton"));
    let mut history = ordered(&[(&rare, 9), (&common, 10)]);
    let mut shown = BTreeSet::new();
    let recipes = |history: &History, shown: &mut BTreeSet<RecipeId>| {
        Model::new(history, NOW, Settings::default(), shown).recipes().cloned().collect::<Vec<_>>()
    };
    assert_eq!(recipes(&history, &mut shown), std::slice::from_ref(&common));
    (0..3).for_each(|c| history.erase(&format!("c1-{c}")));
    assert_eq!(recipes(&history, &mut shown), [common], "seven are left");
    history.erase("c1-3");
    assert_eq!(recipes(&history, &mut shown), [], "six are left");
}

#[test]
fn nobody_sees_in_which_minute_the_tenth_customer_came() {
    let style = recipe("navy", "Rye");
    let mut history = ordered(&[(&style, 9)]);
    history.add(&event("tenth", "ada", 0, Kind::Order, &style), NOW).unwrap();
    let shows = |now: i64| Model::new(&history, now, Settings::default(), &mut BTreeSet::new()).recipes().count() == 1;
    assert!(!shows(NOW) && !shows(NOW + DAY_MS - 1), "it is the same day");
    assert!(shows(NOW + DAY_MS));
}

#[test]
fn who_saves_again_today_has_counted_since_the_first_time() {
    let style = recipe("navy", "Rye");
    let mut history = ordered(&[(&style, 4)]);
    for n in 0..6 {
        for (id, days) in [("first", 8), ("again", 0)] {
            history.add(&event(id, &format!("c{n}"), days, Kind::Save, &style), NOW).unwrap();
        }
    }
    assert_eq!(model(&history).recipes().count(), 1);
}

#[test]
fn as_many_cookies_as_somebody_likes_bring_no_style_in_unless_some_bought_it_or_the_shop_says_so() {
    let style = recipe("navy", "Rye");
    let shows = |buyers: usize, savers: usize, named: usize| {
        let mut history = ordered(&[(&style, buyers)]);
        for (name, count) in [("s", savers), ("+n", named)] {
            for n in 0..count {
                history.add(&event("save", &format!("{name}{n}"), 3, Kind::Save, &style), NOW).unwrap();
            }
        }
        model(&history).recipes().count() == 1
    };
    assert!(!shows(0, 500, 0) && !shows(3, 500, 0));
    assert!(shows(4, 6, 0) && shows(0, 6, 4));
}

#[test]
fn who_comes_back_after_the_days_that_count_is_new_like_everybody_else() {
    let style = recipe("navy", "Rye");
    let mut history = ordered(&[(&style, 9)]);
    for (id, days) in [("long-ago", 200), ("again", 0)] {
        history.add(&event(id, "ada", days, Kind::Save, &style), NOW).unwrap();
    }
    let shows = |now: i64| Model::new(&history, now, Settings::default(), &mut BTreeSet::new()).recipes().count() == 1;
    assert!(!shows(NOW), "it would be seen in which minute she came");
    assert!(shows(NOW + DAY_MS));
}

#[test]
fn who_comes_every_day_counts_today_as_yesterday() {
    let style = recipe("navy", "Rye");
    let mut history = ordered(&[(&style, 9)]);
    // The first time is long ago, the last one today: what counts is between them, however it is told.
    for (id, days) in [("today", 0), ("long-ago", 200), ("lately", 20), ("before", 60)] {
        history.add(&event(id, "ada", days, Kind::Save, &style), NOW).unwrap();
    }
    assert_eq!(model(&history).recipes().count(), 1);
}

#[test]
fn whoever_only_refused_two_styles_is_none_of_the_ten_who_have_both() {
    let (one, other) = (recipe("navy", "Rye"), recipe("white", "Anton"));
    let mut history = ordered(&[(&one, 20), (&other, 20)]);
    for (style, id) in [(&one, "a"), (&other, "b")] {
        history.add(&event(id, "ada", 3, Kind::Order, style), NOW).unwrap();
        for n in 0..9 {
            history.add(&event(id, &format!("no{n}"), 3, Kind::Dismiss, style), NOW).unwrap();
        }
    }
    let visit = [one];
    let list = model(&history).suggest(&history, &Ask { recent: &visit, ..ask(2) });
    let of_other = list.iter().find(|suggestion| suggestion.recipe == other).unwrap();
    let because = |reason: &Reason| matches!(reason, Reason::BecauseYou { .. });
    assert!(!of_other.reasons.iter().any(because), "what one customer has together: {list:?}");
}

#[test]
fn what_fewer_than_ten_have_together_leads_to_nobody() {
    let (one, other, third) = (recipe("navy", "Rye"), recipe("white", "Anton"), recipe("red", "Bangers"));
    let because = |both: usize| {
        let mut history = ordered(&[(&one, 20), (&other, 20), (&third, 21)]);
        for c in 0..both {
            history.add(&event(&format!("a{c}"), &format!("both{c}"), 3, Kind::Order, &one), NOW).unwrap();
            history.add(&event(&format!("b{c}"), &format!("both{c}"), 3, Kind::Order, &other), NOW).unwrap();
        }
        history.add(&event("ada", "ada", 2, Kind::Order, &one), NOW).unwrap();
        let list = model(&history).suggest(&history, &Ask { customer: Some("ada"), only_new: true, ..ask(3) });
        list[0].recipe == other && matches!(list[0].reasons[0], Reason::BecauseYou { .. })
    };
    assert!(!because(1) && !because(9), "one person's taste is nobody else's business");
    assert!(because(10));
}

#[test]
fn who_came_today_and_bought_nothing_moves_no_list() {
    let (loved, pushed) = (recipe("white", "Anton"), recipe("red", "Bangers"));
    let mut history = ordered(&[(&loved, 14), (&pushed, 12)]);
    let list = |history: &History| {
        model(history).suggest(history, &ask(2)).into_iter().map(|one| one.recipe).collect::<Vec<_>>()
    };
    let before = list(&history);
    for n in 0..500 {
        history.add(&event(&format!("e{n}"), &format!("bot{n}"), 0, Kind::Save, &pushed), NOW).unwrap();
    }
    assert_eq!(list(&history), before);
}

#[test]
fn ten_thousand_events_of_one_customer_are_one_customer() {
    let (loud, loved) = (recipe("red", "Bangers"), recipe("white", "Anton"));
    let mut history = ordered(&[(&loud, 12), (&loved, 14)]);
    let before = model(&history).suggest(&history, &ask(5));
    for n in 0..10_000 {
        let shout = Event { quantity: 1000, ..event(&format!("shout-{n}"), "c0-0", 1, Kind::Order, &loud) };
        history.add(&shout, NOW).unwrap();
    }
    let after = model(&history).suggest(&history, &ask(5));
    let recipes = |list: &[Suggestion]| list.iter().map(|one| one.recipe.clone()).collect::<Vec<_>>();
    assert_eq!(recipes(&before), recipes(&after));
    assert_eq!(recipes(&after)[0], loved);
}

#[test]
fn views_alone_and_newcomers_do_not_bring_a_recipe_in() {
    let (seen, fresh) = (recipe("red", "Bangers"), recipe("white", "Anton"));
    let mut history = History::new();
    for c in 0..50 {
        history.add(&event(&format!("v{c}"), &format!("v{c}"), 3, Kind::View, &seen), NOW).unwrap();
        history.add(&event(&format!("n{c}"), &format!("n{c}"), 0, Kind::Save, &fresh), NOW).unwrap();
    }
    assert_eq!(model(&history).recipes().count(), 0);
}

#[test]
fn what_is_given_never_changes_and_what_was_dismissed_does_not_come_back() {
    let recipes = ["Anton", "Rye", "Lobster", "Oswald"].map(|font| recipe("navy", font));
    let white = recipe("white", "Anton");
    let mut history =
        ordered(&[(&recipes[0], 30), (&recipes[1], 20), (&recipes[2], 15), (&recipes[3], 12), (&white, 90)]);
    let given = Recipe::default().with(Attribute::GarmentColor, "navy");
    let question = Ask { given: given.clone(), n: 4, customer: Some("ada"), ..Ask::default() };
    let fonts = |history: &History| -> Vec<String> {
        let list = model(history).suggest(history, &question);
        assert!(list.iter().all(|one| one.recipe.matches(&given)));
        list.iter().map(|one| one.recipe.get(Attribute::Font).unwrap().to_owned()).collect()
    };
    assert_eq!(fonts(&history), ["Anton", "Rye", "Lobster", "Oswald"]);
    history.add(&event("d", "ada", 1, Kind::Dismiss, &recipes[1]), NOW).unwrap();
    assert_eq!(fonts(&history), ["Anton", "Lobster", "Oswald"]);
}

#[test]
fn taste_moves_the_list_and_without_it_the_list_is_a_strangers() {
    // Who has a has b; c is more popular.
    let (a, b, c) = (recipe("navy", "Rye"), recipe("forest", "Rye"), recipe("white", "Anton"));
    let mut history = History::new();
    for n in 0..40 {
        history.add(&event(&format!("a{n}"), &format!("west{n}"), 9, Kind::Order, &a), NOW).unwrap();
        history.add(&event(&format!("b{n}"), &format!("west{n}"), 5, Kind::Order, &b), NOW).unwrap();
        history.add(&event(&format!("c{n}"), &format!("east{n}"), 2, Kind::Order, &c), NOW).unwrap();
        if n < 10 {
            history.add(&event(&format!("d{n}"), &format!("else{n}"), 2, Kind::Order, &c), NOW).unwrap();
        }
    }
    history.add(&event("ada", "ada", 1, Kind::Order, &a), NOW).unwrap();
    let model = model(&history);
    let settings = Ask { n: 2, only_new: true, ..Ask::default() };
    let stranger = model.suggest(&history, &settings);
    let hers = model.suggest(&history, &Ask { customer: Some("ada"), ..settings.clone() });
    assert_eq!((&stranger[0].recipe, &hers[0].recipe), (&c, &b));
    assert_eq!(hers[0].reasons[0], Reason::BecauseYou { shared: vec![Attribute::Garment, Attribute::Font] });
    assert!(stranger.iter().flat_map(|one| &one.reasons).all(|reason| !matches!(reason, Reason::BecauseYou { .. })));
    assert_eq!(model.suggest(&history, &Ask { customer: Some("nobody"), ..settings }), stranger);
}

#[test]
fn customers_are_told_in_steps_only() {
    let (some, many) = (recipe("navy", "Rye"), recipe("white", "Anton"));
    let history = ordered(&[(&some, 37), (&many, 130)]);
    let list = model(&history).suggest(&history, &ask(2));
    let told = list.iter().flat_map(|one| one.reasons.clone());
    let told: Vec<Reason> = told.filter(|reason| !matches!(reason, Reason::PairsWell { .. })).collect();
    assert_eq!(told, [Reason::Popular { customers: 100 }, Reason::Popular { customers: 10 }]);
}

#[test]
fn no_more_than_three_of_one_color_unless_nothing_else_is_there() {
    let fonts = ["Anton", "Rye", "Lobster", "Oswald", "Bangers"].map(|font| recipe("navy", font));
    let white = recipe("white", "Anton");
    let history =
        ordered(&[(&fonts[0], 60), (&fonts[1], 50), (&fonts[2], 40), (&fonts[3], 30), (&fonts[4], 20), (&white, 11)]);
    let list = model(&history).suggest(&history, &ask(5));
    let colors: Vec<_> = list.iter().map(|one| one.recipe.get(Attribute::GarmentColor).unwrap()).collect();
    assert_eq!(colors.iter().filter(|color| **color == "white").count(), 1);
    assert_eq!(colors.len(), 5);
    assert!(colors[..4].contains(&"white"), "{colors:?}");
}

#[test]
fn the_order_in_which_events_came_changes_no_bit_of_an_answer() {
    let events = simulate(4_000, 60, NOW, 3);
    let told = |events: &mut dyn Iterator<Item = &Event>| {
        let mut history = History::new();
        events.for_each(|event| history.add(event, NOW).unwrap());
        let model = model(&history);
        let customers = (1..200).map(|n| format!("simulated-{n}"));
        let list = |name: String| model.suggest(&history, &Ask { customer: Some(&name), ..ask(10) });
        customers.map(list).collect::<Vec<_>>()
    };
    let forwards = told(&mut events.iter());
    assert!(forwards.iter().flatten().any(|one| matches!(one.reasons[0], Reason::BecauseYou { .. })));
    assert_eq!(forwards, told(&mut events.iter().rev()));
    let (even, odd): (Vec<&Event>, Vec<&Event>) = events.iter().partition(|event| event.at / 60_000 % 2 == 0);
    assert_eq!(forwards, told(&mut odd.into_iter().chain(even)));
}

#[test]
fn a_kind_of_customer_that_few_are_is_not_told_apart() {
    let (theirs, common) = (recipe("red", "Bangers"), recipe("white", "Anton"));
    let first_for = |customers: usize| {
        let mut history = ordered(&[(&theirs, 12), (&common, 14)]);
        for c in 0..customers {
            let of_kind = Event {
                segment: Some("club".to_owned()),
                ..event(&format!("k{c}"), &format!("k{c}"), 3, Kind::Order, &theirs)
            };
            history.add(&of_kind, NOW).unwrap();
        }
        Model::new(&history, NOW, Settings::default(), &mut BTreeSet::new()).popularity(Some("club"))
            != Model::new(&history, NOW, Settings::default(), &mut BTreeSet::new()).popularity(None)
    };
    assert!(!first_for(9));
    assert!(first_for(10));
}

#[test]
fn nobody_sees_in_which_minute_the_tenth_of_a_kind_came() {
    let (theirs, common) = (recipe("red", "Bangers"), recipe("white", "Anton"));
    let club = |id: &str, customer: &str, days: i64| Event {
        segment: Some("club".to_owned()),
        ..event(id, customer, days, Kind::Order, &theirs)
    };
    let mut history = ordered(&[(&theirs, 12), (&common, 14)]);
    (0..9).for_each(|c| history.add(&club("o", &format!("k{c}"), 3), NOW).unwrap());
    // Known for long, and of another kind until today.
    history.add(&Event { segment: Some("team".to_owned()), ..club("first", "ada", 5) }, NOW).unwrap();
    history.add(&club("today", "ada", 0), NOW).unwrap();
    let knows = |now: i64| {
        let model = Model::new(&history, now, Settings::default(), &mut BTreeSet::new());
        model.segments().any(|name| name == "club")
    };
    assert!(!knows(NOW) && !knows(NOW + DAY_MS - 1), "it is the same day");
    assert!(knows(NOW + DAY_MS));
}

#[test]
fn methods_are_tried_on_what_came_after_the_split_only() {
    let (a, b, c) = (recipe("navy", "Rye"), recipe("forest", "Rye"), recipe("white", "Anton"));
    let mut events = Vec::new();
    for n in 0..40 {
        events.push(event(&format!("a{n}"), &format!("west{n}"), 19, Kind::Order, &a));
        events.push(event(&format!("b{n}"), &format!("west{n}"), 18, Kind::Order, &b));
        events.push(event(&format!("c{n}"), &format!("east{n}"), 16, Kind::Order, &c));
        if n < 10 {
            events.push(event(&format!("d{n}"), &format!("else{n}"), 16, Kind::Order, &c));
        }
    }
    // Each of these has the one recipe and takes the other up after the split.
    for n in 0..10 {
        events.push(event(&format!("x{n}"), &format!("new{n}"), 17, Kind::Order, &a));
        events.push(event(&format!("y{n}"), &format!("new{n}"), 2, Kind::Order, &b));
        // What they had already is no hit.
        events.push(event(&format!("z{n}"), &format!("west{n}"), 2, Kind::Order, &a));
    }
    let scores = evaluate(&events, NOW - 14 * DAY_MS, Settings::default());
    let of = |method: Method| scores.iter().find(|score| score.method == method).unwrap();
    assert!(scores.iter().all(|score| score.customers == 10));
    assert!((of(Method::Platen).mrr - 1.0).abs() < 1e-9 && (of(Method::ItemNeighbours).mrr - 1.0).abs() < 1e-9);
    assert!((of(Method::Trend).mrr - 0.5).abs() < 1e-9, "the white one is more popular: {scores:#?}");
}

#[test]
fn customers_of_ours_who_come_all_within_a_minute_do_not_count() {
    let settings = Settings { burst: 0.5, ..Settings::default() };
    let style = Recipe::default().with(Attribute::GarmentColor, "navy").with(Attribute::Font, "Rye");
    let shown = |named: &str, step: i64| {
        let mut history = History::new();
        for n in 0..20 {
            let event = Event {
                id: "o".to_owned(),
                customer: format!("{named}c{n}"),
                at: NOW - 5 * DAY_MS + n * step,
                kind: Kind::Order,
                recipe: style.clone(),
                of: None,
                segment: None,
                quantity: 1,
            };
            history.add(&event, NOW).unwrap();
        }
        Model::new(&history, NOW, settings, &mut BTreeSet::new()).recipes().count()
    };
    assert_eq!(shown("", 10), 0, "a program did it");
    assert_eq!(shown("", 10 * 60_000), 1);
    assert_eq!(shown("+", 10), 1, "the shop may tell its past all at once");
}

#[test]
fn what_a_stranger_took_up_in_this_visit_moves_their_list_and_nobody_elses() {
    let (a, b, c) = (recipe("navy", "Rye"), recipe("forest", "Rye"), recipe("white", "Anton"));
    let mut history = ordered(&[(&c, 44)]);
    for n in 0..40 {
        history.add(&event("a", &format!("west{n}"), 3, Kind::Order, &a), NOW).unwrap();
        history.add(&event("b", &format!("west{n}"), 3, Kind::Order, &b), NOW).unwrap();
    }
    let made = model(&history);
    let list = |recent: &[Recipe]| made.suggest(&history, &Ask { recent, ..ask(3) });
    assert_eq!(list(&[])[0].recipe, c);
    let visit = [a.clone()];
    let own = list(&visit);
    let place = |list: &[Suggestion], wanted: &Recipe| list.iter().position(|one| one.recipe == *wanted).unwrap();
    assert!(place(&own, &b) < place(&list(&[]), &b) || own[0].recipe == b, "{own:?}");
    let of_b = &own[place(&own, &b)].reasons[0];
    assert!(matches!(of_b, Reason::BecauseYou { .. }), "{of_b:?}");
    assert_eq!(list(&[recipe("red", "Bangers")]), list(&[]), "what nobody else chose says nothing");
}

#[test]
fn what_a_kind_of_customers_has_more_than_others_is_said_to_be_popular_among_them_and_not_of_few() {
    let (own, common) = (recipe("navy", "Rye"), recipe("white", "Anton"));
    let told = |teams: usize| {
        let mut history = ordered(&[(&common, 300), (&own, 40)]);
        for n in 0..teams {
            let team =
                Event { segment: Some("team".to_owned()), ..event("o", &format!("team{n}"), 3, Kind::Order, &own) };
            history.add(&team, NOW).unwrap();
        }
        for n in 0..20 {
            let view = event("v", &format!("other{n}"), 3, Kind::View, &common);
            history.add(&Event { segment: Some("team".to_owned()), ..view }, NOW).unwrap();
        }
        let list = model(&history).suggest(&history, &Ask { segment: Some("team"), ..ask(2) });
        let of_own = list.into_iter().find(|one| one.recipe == own).unwrap();
        of_own.reasons.contains(&Reason::PopularAmong { segment: "team".to_owned() })
    };
    assert!(!told(9), "nine teams are told nothing of");
    assert!(told(200));
}

#[test]
fn a_program_that_came_long_ago_moves_no_list() {
    let (loved, pushed) = (recipe("white", "Anton"), recipe("red", "Bangers"));
    let list = |bots: i64| {
        let mut history = History::new();
        for (style, customers) in [(&loved, 14), (&pushed, 12)] {
            for n in 0..customers {
                // As the shop tells its past: each is believed.
                let customer = format!("+{customers}-{n}");
                history.add(&event("o", &customer, 3, Kind::Order, style), NOW).unwrap();
            }
        }
        for n in 0..bots {
            let at = NOW - 5 * DAY_MS + n;
            let save = Event { at, ..event("save", &format!("bot{n}"), 0, Kind::Save, &pushed) };
            history.add(&save, NOW).unwrap();
        }
        let model = Model::new(&history, NOW, Settings::live(), &mut BTreeSet::new());
        model.suggest(&history, &ask(2)).into_iter().map(|one| (one.recipe, one.reasons)).collect::<Vec<_>>()
    };
    assert_eq!(list(500), list(0));
}

#[test]
fn what_stands_together_is_told_behind_how_many_chose_it_and_not_of_few() {
    let lists = |customers| {
        let history = ordered(&[(&recipe("navy", "Rye"), customers), (&recipe("white", "Anton"), 100)]);
        model(&history).suggest(&history, &ask(2))
    };
    let of = |customers: usize| {
        let list = lists(customers);
        list.into_iter().find(|one| one.recipe == recipe("navy", "Rye")).map(|one| one.reasons).unwrap_or_default()
    };
    let told = of(30);
    assert!(matches!(&told[0], Reason::Popular { customers: 10 }), "{told:?}");
    // 30 of 130 have Rye, and all on navy: 4.3 times; the lower end of that is told.
    let Reason::PairsWell { color, with, tenths } = &told[1] else { panic!("{told:?}") };
    assert!(color == "navy" && with == "Rye" && (25..=43).contains(tenths), "{told:?}");
    assert!(of(9).is_empty(), "few are told nothing of");
}
