//! What the store promises, on SQLite.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder of its own for each test, taken away at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("platen-store-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    async fn store(&self) -> Store {
        Store::open(&self.0, None, None).await.unwrap()
    }

    /// Whether the database's files hold `text` anywhere.
    fn holds(&self, text: &str) -> bool {
        ["platen.db", "platen.db-wal"].iter().any(|name| {
            let bytes = std::fs::read(self.0.join(name)).unwrap_or_default();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn customer(store: &Store) -> CustomerId {
    store.add_customer(&Token::random().unwrap(), 1).await.unwrap()
}

#[tokio::test]
async fn a_token_finds_its_customer_and_no_other() {
    let folder = Folder::new();
    let store = folder.store().await;
    let (mine, other) = (Token::random().unwrap(), Token::random().unwrap());
    let id = store.add_customer(&mine, 1).await.unwrap();
    assert_eq!(store.customer(&mine).await.unwrap(), Some(id));
    assert_eq!(store.customer(&other).await.unwrap(), None);
    let known = Token::parse(mine.reveal()).unwrap();
    assert!(known == mine && Token::parse("short").is_none() && !format!("{mine:?}").contains(mine.reveal()));
    assert!(!folder.holds(mine.reveal()), "only its hash is kept");
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say_until_it_is_revoked() {
    let folder = Folder::new();
    let store = folder.store().await;
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
    assert!(!folder.holds(secret.reveal()) && !folder.holds(&secret.reveal()["platen_".len()..]));
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
    let folder = Folder::new();
    let store = folder.store().await;
    let (owner, stranger) = (customer(&store).await, customer(&store).await);
    let first = store.add_design(&owner, "Camp", "{\"a\":1}", 10).await.unwrap();
    let id = first.id.as_str();
    let changed = store.update_design((&owner, id), Some(1), (None, "{\"a\":2}"), 20).await.unwrap();
    let Update::Saved(second) = changed else { panic!("{changed:?}") };
    assert_eq!((second.revision, second.title.as_str(), second.created_at, second.updated_at), (2, "Camp", 10, 20));
    let stale = store.update_design((&owner, id), Some(1), (None, "{\"a\":3}"), 30).await.unwrap();
    assert_eq!(stale, Update::Stale { revision: 2 });
    let foreign = store.update_design((&stranger, id), None, (None, "{}"), 30).await.unwrap();
    assert_eq!(foreign, Update::Missing);
    assert_eq!(store.design(id).await.unwrap().unwrap(), second);
    let revisions: Vec<i64> = store.revisions(id).await.unwrap().iter().map(|row| row.revision).collect();
    assert_eq!(revisions, [2, 1]);
    assert_eq!(store.revision(id, 1).await.unwrap().as_deref(), Some("{\"a\":1}"));
    assert!(!store.delete_design(&stranger, id).await.unwrap());
    let link = store.share(id, 40).await.unwrap();
    assert_eq!(store.shared(&link).await.unwrap().unwrap().id, id);
    assert!(store.delete_design(&owner, id).await.unwrap());
    assert_eq!((store.design(id).await.unwrap(), store.shared(&link).await.unwrap()), (None, None));
    assert!(store.revisions(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn lists_are_paged_by_the_last_change() {
    let folder = Folder::new();
    let store = folder.store().await;
    let owner = customer(&store).await;
    for time in [5, 7, 7, 9] {
        store.add_design(&owner, &format!("at {time}"), "{}", time).await.unwrap();
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

#[tokio::test]
async fn of_racing_changes_of_one_revision_one_is_saved() {
    let folder = Folder::new();
    let store = folder.store().await;
    let owner = customer(&store).await;
    let id = store.add_design(&owner, "Race", "{}", 1).await.unwrap().id;
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

#[tokio::test]
async fn uploads_belong_to_those_who_brought_them() {
    let folder = Folder::new();
    let store = folder.store().await;
    let (owner, stranger) = (customer(&store).await, customer(&store).await);
    let id = "a".repeat(64);
    let upload = UploadRow {
        id: id.clone(),
        kind: "raster".to_owned(),
        width_px: 3,
        height_px: 2,
        facts: "{}".to_owned(),
        created_at: 5,
    };
    let claim =
        UploadOwner { name: "logo.png".to_owned(), original: "o".to_owned(), media_type: "image/png".to_owned() };
    store.add_upload(&upload, &owner, &claim).await.unwrap();
    store.add_upload(&upload, &owner, &claim).await.unwrap();
    assert_eq!(store.upload(&owner, &id).await.unwrap(), Some((upload, claim)));
    assert_eq!(store.upload(&stranger, &id).await.unwrap(), None);
    let name = UploadRow::file(&id);
    assert_eq!(store.files.get(&name).await.unwrap(), None);
    store.files.put(&name, bytes::Bytes::from_static(b"picture")).await.unwrap();
    assert_eq!(store.files.get(&name).await.unwrap().as_deref(), Some(&b"picture"[..]));
}

#[tokio::test]
async fn what_was_saved_is_there_after_opening_again() {
    let folder = Folder::new();
    let store = folder.store().await;
    let owner = customer(&store).await;
    let id = store.add_design(&owner, "Kept", "{}", 1).await.unwrap().id;
    store.close().await;
    assert!(folder.store().await.design(&id).await.unwrap().is_some());
}

#[tokio::test]
async fn urls_that_are_not_understood_are_named_without_their_password() {
    let folder = Folder::new();
    let refused = |database, storage| {
        let path = folder.0.clone();
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
