//! How much is kept for one customer, and what is left of uploads that never came to be.

use std::collections::BTreeSet;

use super::*;
use crate::store::quotas::Stock;
use crate::store::uploads::GRACE_MS;

async fn stock(store: &Store, customer: &CustomerId) -> (i64, i64) {
    let stock = Stock::of(customer, &mut store.begin().await.unwrap()).await.unwrap();
    (stock.uploads, stock.bytes)
}

/// Brings an upload whose original has eight bytes.
async fn try_bring(
    store: &Store,
    customer: &CustomerId,
    (row, owner): &(UploadRow, UploadOwner),
    quota: &Quota,
) -> Result<UploadOwner, Full> {
    let files = (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
    store.add_upload(row, (customer, owner), files, quota).await.unwrap()
}

#[tokio::test]
async fn a_customers_pictures_are_counted_with_their_bytes() {
    for place in places() {
        let store = place.store().await;
        let (owner, stranger) = (customer(&store).await, customer(&store).await);
        assert_eq!(stock(&store, &owner).await, (0, 0));
        for letter in ["a", "b", "a"] {
            bring(&store, &owner, &upload(letter, 5)).await;
        }
        bring(&store, &stranger, &upload("a", 5)).await;
        assert_eq!((stock(&store, &owner).await, stock(&store, &stranger).await), ((2, 16), (1, 8)));
    }
}

#[tokio::test]
async fn what_there_is_no_room_for_is_refused_before_it_is_written() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let two = Quota { designs: 1, uploads: 2, upload_bytes: 100 };
        for letter in ["a", "b"] {
            try_bring(&store, &owner, &upload(letter, 5), &two).await.unwrap();
        }
        let written = store.files.names().await.unwrap();
        assert_eq!(try_bring(&store, &owner, &upload("c", 5), &two).await, Err(Full::Uploads));
        let bytes = Quota { uploads: 9, upload_bytes: 23, ..two };
        assert_eq!(try_bring(&store, &owner, &upload("c", 5), &bytes).await, Err(Full::UploadBytes));
        assert_eq!(store.files.names().await.unwrap(), written);
        // One that is kept already takes no room.
        assert_eq!(try_bring(&store, &owner, &upload("a", 9), &two).await.unwrap().created_at, 5);
        store.add_design(&owner, ("One", "{}"), &two, 1).await.unwrap().unwrap();
        assert_eq!(store.add_design(&owner, ("Two", "{}"), &two, 1).await.unwrap(), Err(Full::Designs));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_only_so_many_find_room() {
    for place in places() {
        let store = place.store().await;
        let owner = customer(&store).await;
        let quota = Quota { designs: 3, uploads: 3, upload_bytes: 1_000 };
        let racing = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|letter| {
            let (store, owner) = (store.clone(), owner.clone());
            tokio::spawn(async move {
                let design = store.add_design(&owner, (letter, "{}"), &quota, 1).await.unwrap();
                (design.is_ok(), try_bring(&store, &owner, &upload(letter, 5), &quota).await.is_ok())
            })
        });
        let (mut designs, mut uploads) = (0, 0);
        for one in racing {
            let (design, upload) = one.await.unwrap();
            designs += u32::from(design);
            uploads += u32::from(upload);
        }
        assert_eq!((designs, uploads), (3, 3));
        assert_eq!(store.designs(&owner, None, 99).await.unwrap().len(), 3);
        assert_eq!(stock(&store, &owner).await, (3, 24));
        // What was written before it was refused is taken away.
        store.sweep_files(5 + GRACE_MS).await.unwrap();
        assert_eq!(store.files.names().await.unwrap().len(), 6);
    }
}

#[tokio::test]
async fn the_same_picture_of_another_file_leaves_no_file_behind() {
    for place in places() {
        let store = place.store().await;
        let (owner, other) = (customer(&store).await, customer(&store).await);
        let first = upload("a", 5);
        bring(&store, &owner, &first).await;
        let mut second = upload("a", 6);
        (second.1.name, second.1.original) = ("edited.png".to_owned(), "e".repeat(64));
        assert_eq!(try_bring(&store, &owner, &second, &ROOM).await.unwrap(), first.1, "the first time counts");
        assert_eq!(stock(&store, &owner).await, (1, 8));
        store.sweep_files(6 + GRACE_MS).await.unwrap();
        let picture = UploadRow::file(&first.0.id);
        assert_eq!(store.files.names().await.unwrap(), [first.1.file(&first.0.id), picture.clone()]);
        // Whoever else brings it has it, however often the first does.
        bring(&store, &other, &second).await;
        try_bring(&store, &owner, &second, &ROOM).await.unwrap();
        store.sweep_files(6 + GRACE_MS).await.unwrap();
        let kept = [first.1.file(&first.0.id), second.1.file(&first.0.id), picture];
        assert_eq!(store.files.names().await.unwrap(), kept);
    }
}

#[tokio::test]
async fn files_that_are_written_are_left_alone_for_an_hour_and_then_taken_if_nobody_claims_them() {
    for place in places() {
        let store = place.store().await;
        // Fails between the bytes and the row.
        let slow = Store {
            files: store.files.slowed(Duration::from_secs(60), (Duration::ZERO, Duration::ZERO)),
            ..store.clone()
        };
        let (owner, other, mine) = (customer(&store).await, customer(&store).await, upload("a", 5));
        let files = (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
        let failed = slow.add_upload(&mine.0, (&owner, &mine.1), files, &ROOM).await;
        assert!(matches!(failed, Err(StoreError::FilesSlow)), "{failed:?}");
        let left = async |now: i64| {
            store.sweep_files(now).await.unwrap();
            store.files.names().await.unwrap().len()
        };
        assert_eq!((left(4 + GRACE_MS).await, left(5 + GRACE_MS).await), (2, 0));
        // A removal does not take what somebody is bringing meanwhile.
        bring(&store, &other, &mine).await;
        let files = (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
        let failed = slow.add_upload(&mine.0, (&owner, &mine.1), files, &ROOM).await;
        assert!(matches!(failed, Err(StoreError::FilesSlow)), "{failed:?}");
        assert_eq!(store.remove_upload(&other, &mine.0.id).await.unwrap(), Removal::Removed);
        assert_eq!((left(4 + GRACE_MS).await, left(5 + GRACE_MS).await), (2, 0));
    }
}

#[tokio::test]
async fn a_copy_claims_pictures_without_their_originals_and_writes_no_file() {
    for place in places() {
        let store = place.store().await;
        let (owner, guest) = (customer(&store).await, customer(&store).await);
        for letter in ["a", "b"] {
            bring(&store, &owner, &upload(letter, 5)).await;
        }
        bring(&store, &guest, &upload("b", 6)).await;
        let shared = save(&store, &owner, ("Shared", "{}"), 1).await;
        let pictures = BTreeSet::from(["a".repeat(64), "b".repeat(64), "graphic".to_owned()]);
        let files = store.files.names().await.unwrap();
        let copy = async |uploads, upload_bytes| {
            let quota = Quota { designs: 2, uploads, upload_bytes };
            store.copy_design(&guest, (&shared, &pictures), &quota, 7).await.unwrap()
        };
        assert_eq!(copy(1, 100).await, Err(Full::Uploads));
        assert_eq!(copy(9, 15).await, Err(Full::UploadBytes));
        assert_eq!((stock(&store, &guest).await, store.designs(&guest, None, 9).await.unwrap().len()), ((1, 8), 0));
        let copied = copy(2, 16).await.unwrap();
        assert!(copied.id != shared.id && copied.customer == guest && copied.title == "Shared");
        let claimed = store.upload(&guest, &"a".repeat(64)).await.unwrap().unwrap().1;
        assert_eq!(
            (claimed.name.as_str(), claimed.file(&"a".repeat(64))),
            ("picture.png", UploadRow::file(&"a".repeat(64)))
        );
        assert_eq!(store.upload(&guest, &"b".repeat(64)).await.unwrap().unwrap().1, upload("b", 6).1, "theirs stays");
        // Both pictures are there: there is room for the design, whatever the pictures' bounds are now.
        copy(0, 0).await.unwrap();
        assert_eq!(copy(9, 100).await, Err(Full::Designs));
        assert_eq!((store.files.names().await.unwrap(), stock(&store, &guest).await), (files, (2, 16)));

        // The picture stays when its first owner goes, and goes with the last.
        let id = "a".repeat(64);
        for (who, is_there) in [(&owner, true), (&guest, false)] {
            assert_eq!(store.remove_upload(who, &id).await.unwrap(), Removal::Removed);
            store.sweep_files(9).await.unwrap();
            assert_eq!(store.files.has(&UploadRow::file(&id)).await.unwrap(), is_there);
        }
    }
}
