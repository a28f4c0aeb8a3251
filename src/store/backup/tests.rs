//! Backups that were changed, cut or made by somebody else.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;

use super::*;
use crate::store::{Token, UploadOwner};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("platen-backup-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Restores an archive into a new folder inside; what is in it afterwards.
    async fn restore(&self, archive: &[u8]) -> (Result<BackupReport, BackupError>, Vec<String>) {
        let target = self.0.join("restored");
        let report = restore(archive, &target, None).await;
        let names = std::fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names = names.collect();
        std::fs::remove_dir_all(target).unwrap();
        (report, names)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store with one upload of one customer, and its backup.
async fn backed_up(folder: &Folder) -> (Store, Vec<u8>, BackupReport) {
    let store = Store::open(&folder.0, None, None).await.unwrap();
    let customer = store.add_customer(&Token::random().unwrap(), 1).await.unwrap();
    let upload = UploadRow {
        id: "a".repeat(64),
        kind: "raster".to_owned(),
        width_px: 3,
        height_px: 2,
        facts: "{}".to_owned(),
        created_at: 5,
    };
    let owner = UploadOwner {
        name: "logo.png".to_owned(),
        original: "b".repeat(64),
        media_type: "image/png".to_owned(),
        created_at: 5,
    };
    let files = (Bytes::from_static(b"picture"), Bytes::from_static(b"original"));
    let quota = crate::store::Quota { designs: 1, uploads: 1, upload_bytes: 100 };
    store.add_upload(&upload, (&customer, &owner), files, &quota).await.unwrap().unwrap();
    let mut archive = Vec::new();
    let report = store.backup(&folder.0.join("snapshot"), 1_000, &mut archive).await.unwrap();
    (store, archive, report)
}

/// An archive of these entries, and a manifest that says so.
fn archive_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = Archive::new(&mut bytes, 0);
    for (name, content) in entries {
        archive.add((*name).to_owned(), content).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

#[tokio::test]
async fn a_backup_brings_everything_back() {
    let folder = Folder::new();
    let (_store, archive, report) = backed_up(&folder).await;
    assert_eq!((report.files, report.taken_at, report.lost.len()), (2, 1_000, 0));
    let target = folder.0.join("restored");
    let restored = restore(&*archive, &target, None).await.unwrap();
    assert_eq!(restored, report);
    let store = Store::open(&target, None, None).await.unwrap();
    let name = UploadRow::file(&"a".repeat(64));
    assert_eq!(store.files.get(&name).await.unwrap().as_deref(), Some(&b"picture"[..]));
    let again = restore(&*archive, &target, None).await.unwrap_err();
    assert!(matches!(again, BackupError::NotEmpty(_)), "{again}");
}

#[tokio::test]
async fn a_file_that_is_lost_is_told_and_one_that_was_removed_is_left_out() {
    let folder = Folder::new();
    let (store, _, _) = backed_up(&folder).await;
    let name = UploadRow::file(&"a".repeat(64));
    store.files.remove(&name).await.unwrap();
    let mut archive = Vec::new();
    let report = store.backup(&folder.0.join("second"), 2_000, &mut archive).await.unwrap();
    assert_eq!(report.lost, [name]);

    // As if its owner had removed it just after the snapshot.
    let snapshot = folder.0.join("third");
    sqlx::query("VACUUM INTO $1").bind(snapshot.to_str().unwrap()).execute(&store.pool).await.unwrap();
    sqlx::query("DELETE FROM uploads").execute(&store.pool).await.unwrap();
    let manifest = Manifest { version: VERSION, taken_at: 0, entries: BTreeMap::new() };
    assert_eq!(store.settle(&snapshot, &manifest).await.unwrap(), [""; 0]);
    let mut copy = AnyConnection::connect(&format!("sqlite://{}", snapshot.display())).await.unwrap();
    for table in ["uploads", "upload_owners"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut copy).await.unwrap();
        assert_eq!(count, 0, "{table} names no file that is not there");
    }
}

#[tokio::test]
async fn an_archive_that_is_not_whole_leaves_an_empty_folder() {
    let folder = Folder::new();
    let (_store, archive, _) = backed_up(&folder).await;
    let end = archive.len();
    let unpacked = |bytes: &[u8]| {
        let mut all = Vec::new();
        Read::read_to_end(&mut GzDecoder::new(bytes), &mut all).ok().map(|_| all)
    };
    let whole = unpacked(&archive);
    // Some flips only say the same in other words: a run of zeros copied from elsewhere.
    let flipped = |from: usize| {
        let flip = |at: usize| {
            let mut bytes = archive.clone();
            bytes[at] ^= 0x10;
            bytes
        };
        (from..end).map(flip).find(|bytes| unpacked(bytes) != whole).unwrap()
    };
    for (what, bytes) in [
        ("cut in half", &archive[..end / 2]),
        ("without its last bytes", &archive[..end - 30]),
        ("without its last byte", &archive[..end - 1]),
        ("flipped in the first third", &flipped(end / 3)),
        ("flipped in the middle", &flipped(end / 2)),
        ("flipped in its checksum", &flipped(end - 6)),
        ("empty", &[]),
        ("something else", b"a letter to a friend"),
    ] {
        let (report, left) = folder.restore(bytes).await;
        assert!(matches!(report, Err(BackupError::Damaged(_))), "{what}: {report:?}");
        assert!(left.is_empty(), "{what} left {left:?}");
    }
}

#[tokio::test]
async fn what_does_not_belong_into_a_backup_is_refused() {
    let folder = Folder::new();
    let database: (&str, &[u8]) = (DATABASE, b"rows");
    for (entries, told) in [
        (vec![("files/a", &b"x"[..])], "no database"),
        (vec![database, ("etc/passwd", b"x")], "etc/passwd does not belong"),
        (vec![database, database], "does not belong"),
    ] {
        let (report, left) = folder.restore(&archive_of(&entries)).await;
        let message = report.unwrap_err().to_string();
        assert!(message.contains(told) && left.is_empty(), "{message} {left:?}");
    }
    // Names that lead outside, and links, as no writer of ours makes them.
    for (name, kind) in [
        (&b"files/../../outside"[..], tar::EntryType::Regular),
        (b"/outside", tar::EntryType::Regular),
        (b"files/link", tar::EntryType::Symlink),
    ] {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_cksum();
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        tar.append(&header, &b""[..]).unwrap();
        let bytes = tar.into_inner().unwrap().finish().unwrap();
        let (report, left) = folder.restore(&bytes).await;
        let message = report.unwrap_err().to_string();
        assert!(message.contains("no plain file") && left.is_empty(), "{message} {left:?}");
    }
    let newer = {
        let mut bytes = Vec::new();
        let mut archive = Archive::new(&mut bytes, 0);
        archive.manifest.version = VERSION + 1;
        archive.finish().unwrap();
        bytes
    };
    assert!(folder.restore(&newer).await.0.unwrap_err().to_string().contains("version 2"));
}
