//! The log of events, and who wants no mail.

use super::*;

fn row(customer: &str, id: &str, at: i64) -> EventRow {
    EventRow {
        customer: customer.to_owned(),
        id: id.to_owned(),
        at,
        kind: "view".to_owned(),
        body: r#"{"recipe":{}}"#.to_owned(),
    }
}

#[tokio::test]
async fn events_are_known_once_in_a_list_among_lists_and_for_each_customer() {
    for place in places() {
        let store = place.store().await;
        // More than one statement takes, out of order, some of them twice.
        let mut rows: Vec<EventRow> =
            (0..12_500).rev().map(|n| row(&format!("+c{}", n % 7), &format!("e{n}"), n)).collect();
        rows.extend((0..10).map(|n| row(&format!("+c{}", n % 7), &format!("e{n}"), n)));
        rows[0].body = "{\"recipe\":{\"text\":\"\u{e9} \\\" \\\\ \u{1f3bd}\"}}".to_owned();
        let new = store.add_events(rows.clone()).await.unwrap();
        assert!(new[..12_500].iter().all(|new| *new) && new[12_500..] == [false; 10], "of two the first");
        assert_eq!(store.add_events(rows[..1_200].to_vec()).await.unwrap(), [false; 1_200], "known already");
        assert_eq!(store.add_events(vec![row("+other", "e1", 1)]).await.unwrap(), [true], "somebody else's is another");
        assert!(store.add_events(Vec::new()).await.unwrap().is_empty());
        let mixed = vec![rows[3].clone(), row("+other", "e2", 1), row("+other", "e1", 9)];
        assert_eq!(store.add_events(mixed).await.unwrap(), [false, true, false], "each is told by itself");
        let mut read = Vec::new();
        store.each_event(|row| read.push(row)).await.unwrap();
        let mut expected: Vec<EventRow> = rows[..12_500].to_vec();
        expected.extend([row("+other", "e1", 1), row("+other", "e2", 1)]);
        for all in [&mut read, &mut expected] {
            all.sort_by(|a, b| (&a.customer, &a.id).cmp(&(&b.customer, &b.id)));
        }
        assert!(read == expected, "every event once, as it was told");
        assert_eq!(store.forget_events("+c3", 1).await.unwrap(), 1_786);
    }
}

#[tokio::test]
async fn what_a_customer_of_ours_did_is_found_by_time() {
    for place in places() {
        let store = place.store().await;
        let rows: Vec<EventRow> = (0..50).map(|n| row("ada", &format!("e{n}"), n)).collect();
        store.add_events(rows.clone()).await.unwrap();
        let page = store.events_of("ada", Some((40, "e40".to_owned())), (3, true)).await.unwrap();
        assert_eq!(page.iter().map(|row| row.at).collect::<Vec<_>>(), [39, 38, 37]);
        assert_eq!(store.count_events("ada", 45, false).await.unwrap(), 5);
        let shown = EventRow { kind: "impression".to_owned(), ..row("ada", "s", 50) };
        store.add_events(vec![shown]).await.unwrap();
        let counts =
            [store.count_events("ada", 45, false).await.unwrap(), store.count_events("ada", 45, true).await.unwrap()];
        assert_eq!(counts, [5, 1], "what was only shown counts by itself");
    }
}

/// The shop's own customers come in great numbers: for them there is no index by time, and for ours it must be found.
#[tokio::test]
async fn the_index_by_time_is_used() {
    let place = Place::local();
    let store = place.store().await;
    for sql in [
        "SELECT COUNT(*) FROM events WHERE customer = $1 AND substr(customer, 1, 1) <> '+' AND at >= $2",
        "SELECT id FROM events WHERE customer = $1 AND substr(customer, 1, 1) <> '+' ORDER BY at DESC, id DESC LIMIT 9",
    ] {
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let plan = plan.bind("ada").bind(1_i64).fetch_all(&store.pool).await.unwrap();
        let told: Vec<String> = plan.iter().map(|row| sqlx::Row::get::<String, _>(row, "detail")).collect();
        assert!(told.iter().any(|step| step.contains("events_by_time")), "{told:?}");
    }
}

#[tokio::test]
async fn who_wants_no_mail_is_noted_once_and_what_was_said_first_stays() {
    for place in places() {
        let store = place.store().await;
        let row = |email: &str, at| SuppressionRow { email: email.to_owned(), campaign: "reunion".to_owned(), at };
        for told in [row("bob@x.example", 5), row("ada@x.example", 6), row("bob@x.example", 7)] {
            store.suppress(&told).await.unwrap();
        }
        assert_eq!(store.suppressions().await.unwrap(), [row("ada@x.example", 6), row("bob@x.example", 5)]);
    }
}

#[tokio::test]
async fn the_styles_that_are_shown_are_those_that_were_noted_last() {
    for place in places() {
        let store = place.store().await;
        let told = |styles: &[&str]| styles.iter().map(|style| (*style).to_owned()).collect::<Vec<_>>();
        store.set_shown_styles(&told(&["b", "a"])).await.unwrap();
        store.set_shown_styles(&told(&["c", "a"])).await.unwrap();
        assert_eq!(store.shown_styles().await.unwrap(), ["a", "c"]);
    }
}

#[tokio::test]
async fn what_was_taken_away_is_told_to_others_without_a_name_and_by_its_last_time() {
    for place in places() {
        let store = place.store().await;
        store.add_events(vec![row("+anna@x.example", "a", 1), row("+anna@x.example", "b", 1)]).await.unwrap();
        assert!(store.forget_event("+anna@x.example", "a", 5).await.unwrap());
        assert!(!store.forget_event("+anna@x.example", "a", 6).await.unwrap(), "it was gone");
        let anna = |at| Erasure { what: Erased::Deeds, tag: tag("+anna@x.example"), at };
        assert_eq!(store.erasures(0).await.unwrap(), [anna(5)]);
        assert_eq!(store.forget_events("+anna@x.example", 7).await.unwrap(), 1);
        assert_eq!(store.forget_events("+nobody", 8).await.unwrap(), 0);
        let bob = Erasure { what: Erased::Pictures, tag: tag("bob"), at: 9 };
        store.note_erasure(bob).await.unwrap();
        let mut all = store.erasures(7).await.unwrap();
        all.sort_by_key(|erasure| erasure.at);
        assert_eq!(all, [anna(7), bob]);
        assert_eq!(store.erasures(9).await.unwrap(), [bob]);
        let names: Vec<String> = sqlx::query_scalar("SELECT name FROM erasures").fetch_all(&store.pool).await.unwrap();
        assert!(names.iter().all(|name| !name.contains("anna") && !name.contains("bob")), "{names:?}");
        store.forget_erasures(9).await.unwrap();
        assert_eq!(store.erasures(0).await.unwrap(), [bob]);
    }
}
