//! Orders and what is told of them.

use super::*;

const DAY: i64 = 24 * 3_600_000;

async fn place_order(store: &Store, customer: &CustomerId, key: &str, pictures: &[String]) -> Placed {
    let new = NewContent { hash: "h1", content: "{\"n\":1}", summary: "{}", pictures };
    let caller = Caller::customer(customer);
    store.place_order(customer, (&caller, key, "body"), new, None, ("received", 10)).await.unwrap()
}

async fn new_order(store: &Store, customer: &CustomerId, key: &str, pictures: &[String]) -> OrderRow {
    match place_order(store, customer, key, pictures).await {
        Placed::New(row) => row,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_orders_with_one_key_one_is_placed() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let racing = (0..20).map(|_| {
            let (store, owner) = (store.clone(), owner.clone());
            tokio::spawn(async move { place_order(&store, &owner, "key", &[]).await })
        });
        let (mut new, mut ids) = (0, std::collections::BTreeSet::new());
        for placed in racing.collect::<Vec<_>>() {
            let placed = placed.await.unwrap();
            new += u32::from(matches!(placed, Placed::New(_)));
            let (Placed::New(row) | Placed::Again(row)) = placed else { panic!("{placed:?}") };
            ids.insert(row.id);
        }
        assert_eq!((new, ids.len()), (1, 1));
        assert_eq!(store.orders(Some(&owner), (None, ""), None, 10).await.unwrap().len(), 1, "none is left behind");
        let sender = Caller::customer(&owner);
        let other = store.placed_before(&sender, "key", "another body").await.unwrap();
        assert_eq!(other, Some(Placed::KeyTaken));
        for stranger in [Caller::customer(&customer(&store).await), Caller::shop_key("a")] {
            assert_eq!(store.placed_before(&stranger, "key", "body").await.unwrap(), None);
        }
        // A key is known until it is forgotten.
        assert_eq!(store.forget_keys(10).await.unwrap(), 0);
        assert_eq!(store.forget_keys(11).await.unwrap(), 1);
        assert!(matches!(place_order(&store, &owner, "key", &[]).await, Placed::New(_)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_orders_only_as_many_are_placed_as_a_day_may_have() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let order = |key: String, most: Option<u32>, now: i64| {
            let (store, owner) = (store.clone(), owner.clone());
            async move {
                let new = NewContent { hash: "h1", content: "{}", summary: "{}", pictures: &[] };
                let caller = if most.is_some() { Caller::customer(&owner) } else { Caller::shop_key("k") };
                store.place_order(&owner, (&caller, &key, "body"), new, most, ("received", now)).await.unwrap()
            }
        };
        let racing: Vec<_> = (0..12).map(|n| tokio::spawn(order(n.to_string(), Some(3), 10))).collect();
        let mut placed = Vec::new();
        for one in racing {
            placed.push(one.await.unwrap());
        }
        let new: Vec<&Placed> = placed.iter().filter(|placed| matches!(placed, Placed::New(_))).collect();
        let refused = placed.iter().filter(|placed| **placed == Placed::TooMany).count();
        assert_eq!((new.len(), refused), (3, 9));
        let Placed::New(first) = new[0] else { panic!() };
        assert_eq!(store.orders(Some(&owner), (None, ""), None, 99).await.unwrap().len(), 3, "nothing is left behind");
        // The same order again is no further one, and the shop's own are not counted.
        let known = placed.iter().position(|placed| matches!(placed, Placed::New(row) if row.id == first.id)).unwrap();
        assert_eq!(order(known.to_string(), Some(3), 11).await, Placed::Again(first.clone()));
        assert!(matches!(order("shop".to_owned(), None, 12).await, Placed::New(_)));
        assert_eq!(order("late".to_owned(), Some(3), 10 + DAY).await, Placed::TooMany);
        assert!(matches!(order("later".to_owned(), Some(3), 11 + DAY).await, Placed::New(_)));
    }
}

#[tokio::test]
async fn an_order_changes_only_from_what_is_known_of_it() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let first = new_order(&store, &owner, "key", &[]).await;
        let approved = store.approve_order(&first, "Jo", ("approved", 20)).await.unwrap();
        let OrderUpdate::Done(approved) = approved else { panic!("{approved:?}") };
        assert!(matches!(store.approve_order(&first, "Jo", ("approved", 21)).await.unwrap(), OrderUpdate::Closed(_)));

        // Any change waits for a new approval, also one that makes the same.
        let same = NewContent { hash: "h1", content: "{\"n\":2}", summary: "{\"pieces\":2}", pictures: &[] };
        let OrderUpdate::Done(second) = store.change_order(&approved, (same, "note"), ("received", 30)).await.unwrap()
        else {
            panic!()
        };
        assert_eq!((second.status.as_str(), second.revision), ("received", 2));
        let other = NewContent { hash: "h2", content: "{\"n\":3}", summary: "{\"pieces\":3}", pictures: &[] };
        let stale = store.change_order(&approved, (other, "lines"), ("received", 31)).await.unwrap();
        assert_eq!(stale, OrderUpdate::Stale(second.clone()));
        let OrderUpdate::Done(third) = store.change_order(&second, (other, "lines"), ("received", 32)).await.unwrap()
        else {
            panic!()
        };
        assert_eq!((third.status.as_str(), third.revision, third.hash.as_str()), ("received", 3, "h2"));
        assert_eq!(third.summary.as_deref(), Some("{\"pieces\":3}"));
        // The list finds it by the beginning of its id, and by no other.
        let found = async |start: &str| store.orders(Some(&owner), (None, start), None, 9).await.unwrap().len();
        assert_eq!((found("").await, found(&third.id[..8]).await, found(&third.id).await), (1, 1, 1));
        let last = if third.id.starts_with('0') { "1" } else { "0" };
        assert_eq!((found(last).await, found(&format!("{}x", third.id)).await), (0, 0));
        let placed = async |now| store.orders_of_a_day(&owner, now).await.unwrap();
        assert_eq!((placed(10 + DAY).await, placed(11 + DAY).await), (1, 0));
        let contents = async |revision| store.order_content(&third.id, revision).await.unwrap();
        assert_eq!(contents(1).await.as_deref(), Some("{\"n\":1}"));
        assert_eq!((contents(3).await.as_deref(), contents(4).await), (Some("{\"n\":3}"), None));
        let word = store.approval(&third.id).await.unwrap().unwrap();
        assert_eq!((word.hash.as_str(), word.revision, word.name.as_str()), ("h1", 1, "Jo"));
        let events = store.order_events(&third.id).await.unwrap();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["placed", "approved", "changed", "changed"]);
    }
}

#[tokio::test]
async fn a_picture_that_an_order_needs_outlives_its_upload() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let mine = upload("a", 5);
        bring(&store, &owner, &mine).await;
        let id = mine.0.id.clone();
        new_order(&store, &owner, "key", std::slice::from_ref(&id)).await;
        assert_eq!(store.remove_upload(&owner, &id).await.unwrap(), Removal::Removed);
        store.sweep_files(9).await.unwrap();
        assert!(store.upload(&owner, &id).await.unwrap().is_none(), "it is no upload any more");
        assert!(store.may_draw(&owner, &id).await.unwrap() && store.files.has(&UploadRow::file(&id)).await.unwrap());
        assert!(!store.may_draw(&customer(&store).await, &id).await.unwrap());
    }
}

#[tokio::test]
async fn what_happens_is_told_to_whoever_is_listed_by_one_of_many() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        new_order(&store, &owner, "before", &[]).await;
        let added = store.add_webhook("https://shop.example/", "whsec_x", 1, 5).await.unwrap();
        let NewWebhook::Added(hook) = added else { panic!("{added:?}") };
        let again = store.add_webhook("https://shop.example/", "whsec_y", 1, 5).await.unwrap();
        assert_eq!(again, NewWebhook::Known { id: hook.id.clone() }, "whoever is told need not be told twice");
        let more = store.add_webhook("https://shop.example/2", "whsec_y", 1, 5).await.unwrap();
        assert_eq!(more, NewWebhook::Full, "one is all");
        assert!(!format!("{hook:?}").contains("whsec_"), "no log shows a secret");
        let order = new_order(&store, &owner, "after", &[]).await;
        let due = store.due_deliveries(10, 10).await.unwrap();
        assert_eq!((due.len(), store.due_deliveries(9, 10).await.unwrap().len()), (1, 0));
        assert!(due[0].body.contains(&order.id) && due[0].webhook == hook);
        let racing = (0..8).map(|_| {
            let (store, delivery) = (store.clone(), due[0].clone());
            tokio::spawn(async move { store.claim_delivery(&delivery, 1_000).await.unwrap() })
        });
        let mut claimed = 0;
        for claim in racing.collect::<Vec<_>>() {
            claimed += u32::from(claim.await.unwrap());
        }
        assert_eq!((claimed, store.due_deliveries(999, 10).await.unwrap().len()), (1, 0));
        // Whoever claimed it may have died: it comes again.
        let again = &store.due_deliveries(1_000, 10).await.unwrap()[0];
        assert_eq!((again.id.as_str(), again.tries), (due[0].id.as_str(), 1));
        store.settle_delivery(&again.id, Outcome::Again(2_000), "status 500").await.unwrap();
        assert_eq!(store.due_deliveries(1_999, 10).await.unwrap().len(), 0);
        store.settle_delivery(&again.id, Outcome::Delivered, "status 204").await.unwrap();
        let told = store.deliveries(&hook.id, 10).await.unwrap().unwrap();
        assert_eq!((told[0].state.as_str(), told[0].answer.as_str()), ("delivered", "status 204"));
        assert_eq!((store.forget_deliveries(10).await.unwrap(), store.forget_deliveries(11).await.unwrap()), (0, 1));
        assert!(store.delete_webhook(&hook.id).await.unwrap() && !store.delete_webhook(&hook.id).await.unwrap());
        assert_eq!(store.deliveries(&hook.id, 10).await.unwrap(), None);
    }
}
