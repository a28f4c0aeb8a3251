//! What the store promises, wherever it lies.

mod events;
mod orders;
mod place;
mod quotas;

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::store::tests::place::{Place, places};
use crate::store::uploads::ABANDONED_MS;

/// Room for all that a test brings.
const ROOM: Quota = Quota { designs: 1_000, uploads: 1_000, upload_bytes: 1_000_000 };

/// Saves a design.
async fn save(store: &Store, customer: &CustomerId, (title, document): (&str, &str), now: i64) -> DesignRow {
    store.add_design(customer, (title, document), &ROOM, now).await.unwrap().unwrap()
}

async fn customer(store: &Store) -> CustomerId {
    store.add_customer(&Token::random().unwrap(), 1).await.unwrap()
}

#[tokio::test]
async fn a_customer_who_goes_takes_all_along_and_what_comes_late_has_no_owner() {
    for place in places() {
        let store = place.store().await;
        let (gone, buyer) = (customer(&store).await, customer(&store).await);
        save(&store, &gone, ("HARBOUR", "{}"), 1).await;
        store.set_preferences(&gone, "{}", 1).await.unwrap();
        assert!(store.delete_customer(&gone).await.unwrap());
        assert!(!store.delete_customer(&gone).await.unwrap(), "once");
        assert_eq!(store.customer_times(&gone).await.unwrap(), None);
        assert_eq!(
            (store.designs(&gone, None, 9).await.unwrap().len(), store.preferences(&gone).await.unwrap()),
            (0, None)
        );
        let late = store.add_design(&gone, ("LATE", "{}"), &ROOM, 2).await.unwrap_err();
        assert!(late.lacks_owner(), "{late:?}");
        assert_eq!(store.customer_times(&buyer).await.unwrap(), Some((1, 0)), "nobody else goes");
        for (now, until) in [(7, 7), (5, 7), (9, 9)] {
            store.forget_events(buyer.as_str(), now).await.unwrap();
            assert_eq!(
                store.customer_times(&buyer).await.unwrap(),
                Some((1, until)),
                "a clock that goes back forgets no less"
            );
        }
    }
}

#[tokio::test]
async fn a_token_finds_its_customer_and_no_other() {
    for place in places() {
        let store = place.store().await;
        let (mine, other) = (Token::random().unwrap(), Token::random().unwrap());
        let id = store.add_customer(&mine, 1).await.unwrap();
        assert_eq!(store.customer(&mine).await.unwrap(), Some(id));
        assert_eq!(store.customer(&other).await.unwrap(), None);
        let known = Token::parse(mine.reveal()).unwrap();
        assert!(known == mine && Token::parse("short").is_none() && !format!("{mine:?}").contains(mine.reveal()));
        assert!(!place.holds(mine.reveal()), "only its hash is kept");
    }
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say_until_it_is_revoked() {
    for place in places() {
        let store = place.store().await;
        assert!(!store.has_active_key().await.unwrap());
        let (secret, other) = (KeySecret::random().unwrap(), KeySecret::random().unwrap());
        let scopes = [Scope::Batches, Scope::OrdersRead, Scope::Batches];
        let made = store.add_key(&secret, "press room", &scopes, 10).await.unwrap();
        assert_eq!(made.scopes, [Scope::OrdersRead, Scope::Batches], "each once");
        let brought = KeySecret::parse(secret.reveal()).unwrap();
        assert_eq!(store.key(&brought).await.unwrap(), Some(made.clone()));
        assert_eq!(store.key(&other).await.unwrap(), None);
        assert!(store.has_active_key().await.unwrap());

        // A use is noted to within a minute.
        for (now, noted) in [(1_000, 1_000), (60_999, 1_000), (61_000, 61_000)] {
            let key = store.key(&secret).await.unwrap().unwrap();
            store.note_key_use(&key, now).await.unwrap();
            assert_eq!(store.key(&secret).await.unwrap().unwrap().last_used_at, Some(noted), "at {now}");
        }

        assert!(!store.revoke_key(&random_id().unwrap(), 20).await.unwrap());
        assert!(store.revoke_key(&made.id, 20).await.unwrap());
        assert!(store.revoke_key(&made.id, 30).await.unwrap(), "twice is no failure");
        assert_eq!(store.key(&secret).await.unwrap(), None);
        assert!(!store.has_active_key().await.unwrap());
        let all = store.keys().await.unwrap();
        assert_eq!(all, [KeyRow { last_used_at: Some(61_000), revoked_at: Some(20), ..made }], "the first time counts");
        assert!(!place.holds(secret.reveal()) && !place.holds(&secret.reveal()["platen_".len()..]));
    }
}

#[test]
fn keys_have_a_form_that_tells_them_from_other_secrets() {
    let secret = KeySecret::random().unwrap();
    let key = secret.reveal();
    assert!(key.starts_with("platen_") && key.len() == 59, "52 characters of 5 bits are 260 bits");
    assert_ne!(key, KeySecret::random().unwrap().reveal());
    assert!(!format!("{secret:?}").contains(&key[7..]));
    for wrong in
        ["", "platen_", &key[7..], &key[..58], &format!("{key}0"), &key.to_uppercase(), "platen_éééééééééééééé"]
    {
        assert!(KeySecret::parse(wrong).is_none(), "{wrong}");
    }
    for scope in Scope::ALL {
        assert_eq!(Scope::parse(scope.name()), Some(scope));
    }
    assert_eq!(Scope::parse("everything"), None);
}

#[tokio::test]
async fn a_design_keeps_its_history_and_refuses_a_stale_change() {
    for place in places() {
        let store = place.store().await;
        let (owner, stranger) = (customer(&store).await, customer(&store).await);
        let first = save(&store, &owner, ("Camp", "{\"a\":1}"), 10).await;
        let id = first.id.as_str();
        let changed = store.update_design((&owner, id), Some(1), (None, "{\"a\":2}"), 20).await.unwrap();
        let Update::Saved(second) = changed else { panic!("{changed:?}") };
        assert_eq!((second.revision, second.title.as_str(), second.created_at, second.updated_at), (2, "Camp", 10, 20));
        let stale = store.update_design((&owner, id), Some(1), (None, "{\"a\":3}"), 30).await.unwrap();
        assert_eq!(stale, Update::Stale { revision: 2 });
        let foreign = store.update_design((&stranger, id), None, (None, "{}"), 30).await.unwrap();
        assert_eq!(foreign, Update::Missing);
        assert_eq!(store.design(id).await.unwrap().unwrap(), second);
        let revisions = async |before, limit| -> Vec<i64> {
            store.revisions(id, before, limit).await.unwrap().iter().map(|row| row.revision).collect()
        };
        assert_eq!(
            (revisions(None, 9).await, revisions(None, 1).await, revisions(Some(2), 9).await),
            (vec![2, 1], vec![2], vec![1])
        );
        let first = RevisionRow { revision: 1, title: "Camp".to_owned(), created_at: 10 };
        assert_eq!(store.revision(id, 1).await.unwrap(), Some((first, "{\"a\":1}".to_owned())));
        assert_eq!(store.revision(id, 3).await.unwrap(), None);
        assert!(!store.delete_design(&stranger, id).await.unwrap());
        let link = store.share(id, 40).await.unwrap();
        assert_eq!(store.shared(&link).await.unwrap().unwrap().id, id);
        assert!(store.delete_design(&owner, id).await.unwrap());
        assert_eq!((store.design(id).await.unwrap(), store.shared(&link).await.unwrap()), (None, None));
        assert!(revisions(None, 9).await.is_empty());
    }
}

#[tokio::test]
async fn the_oldest_revisions_go_when_there_are_too_many() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let id = save(&store, &owner, ("Camp", "{}"), 10).await.id;
        for time in 0..REVISIONS + 2 {
            store.update_design((&owner, &id), None, (None, "{}"), time).await.unwrap();
        }
        let kept = store.revisions(&id, None, 1000).await.unwrap();
        assert_eq!(i64::try_from(kept.len()).unwrap(), REVISIONS);
        assert_eq!((kept[0].revision, kept.last().unwrap().revision), (REVISIONS + 3, 4));
    }
}

#[tokio::test]
async fn lists_are_paged_by_the_last_change() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        for time in [5, 7, 7, 9] {
            save(&store, &owner, (&format!("at {time}"), "{}"), time).await;
        }
        let mut seen = Vec::new();
        let mut after: Option<(i64, String)> = None;
        loop {
            let before = after.as_ref().map(|(time, id)| (*time, id.as_str()));
            let page = store.designs(&owner, before, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.updated_at, last.id.clone()));
            seen.extend(page.iter().map(|row| row.updated_at));
        }
        assert_eq!(seen, [9, 7, 7, 5]);
    }
}

#[tokio::test]
async fn of_racing_changes_of_one_revision_one_is_saved() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let id = save(&store, &owner, ("Race", "{}"), 1).await.id;
        let changes = (0..20).map(|n| {
            let (store, owner, id) = (store.clone(), owner.clone(), id.clone());
            tokio::spawn(async move {
                let document = format!("{{\"n\":{n}}}");
                store.update_design((&owner, &id), Some(1), (None, &document), 2).await.unwrap()
            })
        });
        let mut saved = 0;
        for change in changes.collect::<Vec<_>>() {
            saved += usize::from(matches!(change.await.unwrap(), Update::Saved(_)));
        }
        assert_eq!(saved, 1);
        assert_eq!(store.design(&id).await.unwrap().unwrap().revision, 2);
    }
}

fn upload(letter: &str, created_at: i64) -> (UploadRow, UploadOwner) {
    let row = UploadRow {
        id: letter.repeat(64),
        kind: "raster".to_owned(),
        width_px: 3,
        height_px: 2,
        facts: "{}".to_owned(),
        created_at,
    };
    let owner = UploadOwner {
        name: "logo.png".to_owned(),
        original: format!("0{}", letter.repeat(63)),
        media_type: "image/png".to_owned(),
        created_at,
    };
    (row, owner)
}

/// Brings the upload.
async fn bring(store: &Store, customer: &CustomerId, (row, owner): &(UploadRow, UploadOwner)) {
    let files = (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
    store.add_upload(row, (customer, owner), files, &ROOM).await.unwrap().unwrap();
}

#[tokio::test]
async fn uploads_belong_to_those_who_brought_them() {
    for place in places() {
        let store = place.store().await;
        let (owner, stranger) = (customer(&store).await, customer(&store).await);
        let mine = upload("a", 5);
        bring(&store, &owner, &mine).await;
        bring(&store, &owner, &upload("a", 6)).await;
        assert_eq!(store.upload(&owner, &mine.0.id).await.unwrap(), Some(mine.clone()), "the first time counts");
        assert_eq!(store.upload(&stranger, &mine.0.id).await.unwrap(), None);
        let bytes = async |name: String| store.files.get(&name).await.unwrap();
        assert_eq!(bytes(UploadRow::file(&mine.0.id)).await.as_deref(), Some(&b"picture"[..]));
        assert_eq!(bytes(UploadRow::original_file(&mine.1.original)).await.as_deref(), Some(&b"original"[..]));

        for (letter, time) in [("c", 7), ("b", 7), ("d", 9)] {
            bring(&store, &owner, &upload(letter, time)).await;
        }
        let page = async |before: Option<(i64, &str)>| -> Vec<String> {
            let letter = before.map(|(time, letter)| (time, letter.repeat(64)));
            let before = letter.as_ref().map(|(time, id)| (*time, id.as_str()));
            let rows = store.uploads(&owner, before, 2).await.unwrap();
            rows.into_iter().map(|(row, _)| row.id[..1].to_owned()).collect()
        };
        assert_eq!(page(None).await, ["d", "c"]);
        assert_eq!(page(Some((7, "c"))).await, ["b", "a"]);
        assert_eq!(page(Some((5, "a"))).await, [""; 0]);
        assert!(store.uploads(&stranger, None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_upload_goes_when_nobody_has_it_and_no_design_shows_it() {
    for place in places() {
        let store = place.store().await;
        let (owner, other) = (customer(&store).await, customer(&store).await);
        let mine = upload("a", 5);
        let id = mine.0.id.as_str();
        for who in [&owner, &other] {
            bring(&store, who, &mine).await;
        }
        let names = [UploadRow::file(id), UploadRow::original_file(&mine.1.original)];
        let are_there = async || {
            store.sweep_files(9).await.unwrap();
            [store.files.has(&names[0]).await.unwrap(), store.files.has(&names[1]).await.unwrap()]
        };
        let document = format!("{{\"layers\":[{{\"asset\":\"{id}\"}}]}}");
        let design = save(&store, &owner, ("Crest", &document), 1).await.id;
        let used = Removal::Used { titles: vec!["Crest".to_owned()] };
        assert_eq!(store.remove_upload(&owner, id).await.unwrap(), used);
        assert_eq!(store.upload(&owner, id).await.unwrap().unwrap(), mine);
        store.update_design((&owner, &design), None, (None, "{}"), 2).await.unwrap();
        assert_eq!(store.remove_upload(&owner, id).await.unwrap(), Removal::Removed);
        assert_eq!(store.remove_upload(&owner, id).await.unwrap(), Removal::Missing);
        assert_eq!(
            (store.upload(&owner, id).await.unwrap(), are_there().await),
            (None, [true; 2]),
            "the other has it still"
        );
        assert_eq!(store.remove_upload(&other, id).await.unwrap(), Removal::Removed);
        // Brought again before the files are gone: they stay.
        bring(&store, &owner, &mine).await;
        assert_eq!(are_there().await, [true; 2]);
        assert_eq!(store.remove_upload(&owner, id).await.unwrap(), Removal::Removed);
        assert_eq!(are_there().await, [false; 2]);
        bring(&store, &owner, &mine).await;
        assert_eq!(are_there().await, [true; 2]);
    }
}

/// Whoever has a picture has its files, whatever others do at the same time.
#[tokio::test]
async fn racing_removals_never_take_a_file_that_somebody_has() {
    for place in places() {
        let store = place.store().await;
        let mine = upload("a", 5);
        let mut customers = Vec::new();
        for _ in 0..4 {
            customers.push(customer(&store).await);
        }
        let turns = customers.into_iter().map(|customer| {
            let (store, mine) = (store.clone(), mine.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    bring(&store, &customer, &mine).await;
                    assert!(store.files.has(&UploadRow::file(&mine.0.id)).await.unwrap());
                    assert!(store.files.has(&UploadRow::original_file(&mine.1.original)).await.unwrap());
                    assert_eq!(store.remove_upload(&customer, &mine.0.id).await.unwrap(), Removal::Removed);
                    store.sweep_files(9).await.unwrap();
                }
            })
        });
        for turn in turns.collect::<Vec<_>>() {
            turn.await.unwrap();
        }
        store.sweep_files(9).await.unwrap();
        assert!(!store.files.has(&UploadRow::file(&mine.0.id)).await.unwrap());
    }
}

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(20);

/// A file store that hangs while the database is locked ends with an error before others have waited for long.
#[tokio::test]
async fn a_slow_file_store_keeps_nobody_waiting_and_nothing_is_lost() {
    for place in places() {
        let store = place.store().await;
        let slow = Store { files: store.files.slowed(HOUR, (MOMENT, MOMENT)), ..store.clone() };
        let (owner, mine) = (customer(&store).await, upload("a", 5));
        let files = || (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
        let refused = slow.add_upload(&mine.0, (&owner, &mine.1), files(), &ROOM).await;
        assert!(matches!(refused, Err(StoreError::FilesSlow)), "{refused:?}");
        assert_eq!(store.upload(&owner, &mine.0.id).await.unwrap(), None, "nothing is noted");
        // The lock is given back.
        bring(&store, &owner, &mine).await;
        assert_eq!(store.remove_upload(&owner, &mine.0.id).await.unwrap(), Removal::Removed);
        assert!(matches!(slow.sweep_files(9).await, Err(StoreError::FilesSlow)));
        let picture = UploadRow::file(&mine.0.id);
        assert!(store.files.has(&picture).await.unwrap());
        store.sweep_files(9 + ABANDONED_MS).await.unwrap();
        assert!(!store.files.has(&picture).await.unwrap(), "what was left is still listed");
    }
}

/// A removal that nobody waits for any more may still reach the file store: whoever brings the file again meanwhile is
/// asked to come again, and has it for good afterwards.
#[tokio::test]
async fn a_removal_that_comes_late_takes_no_file_that_was_brought_again() {
    for place in places() {
        let store = place.store().await;
        let slow = Store { files: store.files.slowed(HOUR, (MOMENT, MOMENT)), ..store.clone() };
        let mut hasty = store.clone();
        hasty.files.patience = MOMENT;
        let (owner, mine) = (customer(&store).await, upload("a", 5));
        let id = mine.0.id.as_str();
        bring(&store, &owner, &mine).await;
        assert_eq!(store.remove_upload(&owner, id).await.unwrap(), Removal::Removed);
        let mut names = vec![UploadRow::file(id), UploadRow::original_file(&mine.1.original)];
        names.sort_unstable();
        // Each sweep ends with the first file that does not go.
        for _ in &names {
            assert!(matches!(slow.sweep_files(9).await, Err(StoreError::FilesSlow)));
        }
        slow.sweep_files(10).await.unwrap();

        let files = || (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
        let again = hasty.add_upload(&mine.0, (&owner, &mine.1), files(), &ROOM).await;
        assert!(matches!(again, Err(StoreError::BeingRemoved)), "{again:?}");
        for name in &names {
            store.files.remove(name).await.unwrap();
        }
        assert_eq!(store.upload(&owner, id).await.unwrap(), None, "there is no row without its file");

        store.sweep_files(9 + ABANDONED_MS).await.unwrap();
        bring(&store, &owner, &mine).await;
        store.sweep_files(10 + 2 * ABANDONED_MS).await.unwrap();
        for name in &names {
            assert!(store.files.has(name).await.unwrap(), "{name}");
        }
    }
}

#[tokio::test]
async fn who_brings_a_file_waits_until_it_is_gone_and_nobody_else_does() {
    for place in places() {
        let store = place.store().await;
        let slow = Store { files: store.files.slowed(Duration::from_millis(200), (HOUR, HOUR)), ..store.clone() };
        let (owner, mine) = (customer(&store).await, upload("a", 5));
        bring(&store, &owner, &mine).await;
        assert_eq!(store.remove_upload(&owner, &mine.0.id).await.unwrap(), Removal::Removed);
        let removal = tokio::spawn({
            let slow = slow.clone();
            async move { slow.sweep_files(9).await }
        });
        let is_marked = async || {
            let marked = sqlx::query_scalar("SELECT COUNT(*) FROM removed_files WHERE removing_at > 0");
            let marked: i64 = marked.fetch_one(&store.pool).await.unwrap();
            marked > 0
        };
        while !is_marked().await {
            tokio::task::yield_now().await;
        }
        save(&store, &owner, ("Others go on", "{}"), 9).await;
        assert!(!removal.is_finished(), "the database was free while the file store took its time");
        bring(&store, &owner, &mine).await;
        removal.await.unwrap().unwrap();
        store.sweep_files(20).await.unwrap();
        assert!(store.files.has(&UploadRow::file(&mine.0.id)).await.unwrap());
        assert!(store.files.has(&UploadRow::original_file(&mine.1.original)).await.unwrap());
    }
}

#[tokio::test]
async fn a_profile_is_changed_from_the_revision_that_is_known() {
    for place in places() {
        let store = place.store().await;
        assert_eq!(store.profile().await.unwrap(), None);
        assert_eq!(store.set_profile("{}", Some(1), 5).await.unwrap(), ProfileUpdate::Stale { revision: 0 });
        let first = ProfileRow { revision: 1, document: "{\"a\":1}".to_owned(), created_at: 10 };
        let saved = store.set_profile("{\"a\":1}", Some(0), 10).await.unwrap();
        assert_eq!(saved, ProfileUpdate::Saved(first.clone()));
        assert_eq!(store.set_profile("{}", Some(0), 20).await.unwrap(), ProfileUpdate::Stale { revision: 1 });
        assert_eq!(store.profile().await.unwrap(), Some(first));
        let racing = (0..8).map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.set_profile(&format!("{{\"n\":{n}}}"), Some(1), 30).await.unwrap() })
        });
        let mut saved = 0;
        for change in racing.collect::<Vec<_>>() {
            saved += usize::from(matches!(change.await.unwrap(), ProfileUpdate::Saved(_)));
        }
        assert_eq!((saved, store.profile().await.unwrap().unwrap().revision), (1, 2));
    }
}

#[tokio::test]
async fn what_was_saved_is_there_after_opening_again() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let id = save(&store, &owner, ("Kept", "{}"), 1).await.id;
        store.close().await;
        assert!(place.store().await.design(&id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn urls_that_are_not_understood_are_named_without_their_password() {
    let place = Place::local();
    let refused = |database, storage| {
        let path = place.folder.clone();
        async move { Store::open(&path, database, storage).await.unwrap_err().to_string() }
    };
    let message = refused(Some("mysql://shop:secret@host/db"), None).await;
    assert!(message.contains("mysql://…@host/db") && !message.contains("secret"), "{message}");
    assert!(refused(None, Some("ftp://host/x")).await.contains("storage URL ftp://host/x"));
}

#[test]
fn ids_are_recognised() {
    let id = random_id().unwrap();
    assert!(is_id(&id) && id.len() == 26 && random_id().unwrap() != id);
    assert!(!is_id("") && !is_id(&id.to_uppercase()) && !is_id(&format!("{id}0")) && !is_id(&"u".repeat(26)));
}
