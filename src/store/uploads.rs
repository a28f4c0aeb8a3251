//! Uploaded pictures: what is known of each, and who may use it.

use std::time::Duration;

use bytes::Bytes;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use crate::store::quotas::{Full, Quota, Stock, lock};
use crate::store::{CustomerId, Store, StoreError};

/// What is known of a picture. Its normalised bytes lie in the files under [`UploadRow::file`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// BLAKE3 of the normalised bytes, 64 hexadecimal digits.
    pub id: String,
    /// `raster` or `svg`.
    pub kind: String,
    /// Width in pixels, or in user units of an SVG.
    pub width_px: i64,
    /// Height in pixels, or in user units of an SVG.
    pub height_px: i64,
    /// Colours, notes and margins, JSON.
    pub facts: String,
    /// When it first came.
    pub created_at: i64,
}

/// A customer's claim on a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadOwner {
    /// The file's name as the customer had it, for people.
    pub name: String,
    /// BLAKE3 of the original bytes, 64 hexadecimal digits. Where it is the picture's own id, the normalised bytes are the
    /// original, and there is no other file: see [`UploadOwner::file`].
    pub original: String,
    /// The original's media type.
    pub media_type: String,
    /// When the customer first brought it.
    pub created_at: i64,
}

impl UploadRow {
    /// Where the normalised bytes lie.
    #[must_use]
    pub fn file(id: &str) -> String {
        format!("uploads/{}/{id}", &id[..id.len().min(2)])
    }

    /// Where an original lies, by the hash of its bytes.
    #[must_use]
    pub fn original_file(hash: &str) -> String {
        format!("originals/{}/{hash}", &hash[..hash.len().min(2)])
    }
}

impl UploadOwner {
    /// Where the customer's original of the picture `id` lies.
    #[must_use]
    pub fn file(&self, id: &str) -> String {
        if self.original == id { UploadRow::file(id) } else { UploadRow::original_file(&self.original) }
    }
}

/// How long the sweeper leaves files alone that are being written, milliseconds: an hour.
pub(super) const GRACE_MS: i64 = 3_600_000;

/// A removal that has not ended by then, milliseconds, is done again by whoever sweeps next: five minutes, more than a call
/// of the file store is waited for.
pub(super) const ABANDONED_MS: i64 = 300_000;

/// How often is looked whether a removal has ended that somebody waits for.
const LOOK: Duration = Duration::from_millis(20);

/// How often an upload's files are written anew because somebody else's copies of them were taken away meanwhile.
const ROUNDS: usize = 20;

/// How the removal of an upload went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It is not the customer's any more.
    Removed,
    /// Saved designs of the customer show it.
    Used {
        /// What some of them are called, at most ten.
        titles: Vec<String>,
    },
    /// The customer has no such upload.
    Missing,
}

const COLUMNS: &str = "u.id, u.kind, u.width_px, u.height_px, u.facts, u.created_at, \
                       o.name, o.original, o.media_type, o.created_at AS claimed_at";

fn read_owner(row: &AnyRow) -> Result<UploadOwner, sqlx::Error> {
    Ok(UploadOwner {
        name: row.try_get("name")?,
        original: row.try_get("original")?,
        media_type: row.try_get("media_type")?,
        created_at: row.try_get("claimed_at")?,
    })
}

fn read(row: &AnyRow) -> Result<(UploadRow, UploadOwner), sqlx::Error> {
    let upload = UploadRow {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        width_px: row.try_get("width_px")?,
        height_px: row.try_get("height_px")?,
        facts: row.try_get("facts")?,
        created_at: row.try_get("created_at")?,
    };
    Ok((upload, read_owner(row)?))
}

impl Store {
    /// Keeps a picture's normalised bytes and its original, and notes that the customer may use it. A picture that the
    /// customer has already stays as it was first brought, whatever it was made of then; what is answered is the claim
    /// that counts.
    ///
    /// # Errors
    /// If the database or the files fail; then nothing is noted, and what was written is taken away later. While the same
    /// files are being taken away, that is waited for, for two seconds at most.
    pub async fn add_upload(
        &self,
        upload: &UploadRow,
        (customer, owner): (&CustomerId, &UploadOwner),
        (normalized, original): (Bytes, Bytes),
        quota: &Quota,
    ) -> Result<Result<UploadOwner, Full>, StoreError> {
        let bytes = i64::try_from(original.len()).unwrap_or(i64::MAX);
        let mut files = vec![(UploadRow::file(&upload.id), normalized)];
        if owner.original != upload.id {
            files.push((UploadRow::original_file(&owner.original), original));
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        for _ in 0..ROUNDS {
            if let Some(full) = self.announce_when_gone(&upload.id, (customer, owner, bytes), &names, quota).await? {
                return Ok(Err(full));
            }
            // The bytes first: a row never leads to a file that is not there.
            for (name, bytes) in &files {
                self.files.put(name, bytes.clone()).await?;
            }
            if let Some(noted) = self.note_upload(upload, (customer, owner, bytes), &names, quota).await? {
                return Ok(noted);
            }
        }
        Err(StoreError::Contended)
    }

    /// As [`Store::announce`], once nobody takes one of the files away any more. Tells whether there is no room for them.
    async fn announce_when_gone(
        &self,
        id: &str,
        owner: (&CustomerId, &UploadOwner, i64),
        names: &[&str],
        quota: &Quota,
    ) -> Result<Option<Full>, StoreError> {
        let looks = self.files.patience.as_millis() / LOOK.as_millis();
        for look in 0..=looks {
            match self.announce(id, owner, names, quota).await? {
                Announced::Listed => return Ok(None),
                Announced::Full(full) => return Ok(Some(full)),
                Announced::BeingRemoved if look < looks => tokio::time::sleep(LOOK).await,
                Announced::BeingRemoved => {}
            }
        }
        Err(StoreError::BeingRemoved)
    }

    /// Lists files that are about to be written for the sweeper, who takes them in an hour if nobody has claimed them by
    /// then.
    async fn announce(
        &self,
        id: &str,
        (customer, owner, bytes): (&CustomerId, &UploadOwner, i64),
        names: &[&str],
        quota: &Quota,
    ) -> Result<Announced, StoreError> {
        let mut transaction = self.begin().await?;
        if claim(&mut transaction, customer, id).await?.is_none()
            && let Some(full) = Stock::of(customer, &mut transaction).await?.and(bytes).beyond(quota)
        {
            return Ok(Announced::Full(full));
        }
        let due = owner.created_at.saturating_add(GRACE_MS);
        for name in names {
            if list(&mut transaction, name, due).await? {
                transaction.rollback().await?;
                return Ok(Announced::BeingRemoved);
            }
        }
        transaction.commit().await?;
        Ok(Announced::Listed)
    }

    /// Notes an upload whose files were written, and tells whose original counts; `None` if one of the files is gone
    /// again, or about to go.
    async fn note_upload(
        &self,
        upload: &UploadRow,
        (customer, owner, bytes): (&CustomerId, &UploadOwner, i64),
        names: &[&str],
        quota: &Quota,
    ) -> Result<Option<Result<UploadOwner, Full>>, StoreError> {
        let mut transaction = self.begin().await?;
        lock(customer, &mut transaction).await?;
        // Not DO NOTHING: whoever removes the same picture now must wait for this row, or this for them.
        sqlx::query(
            "INSERT INTO uploads (id, kind, width_px, height_px, facts, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (id) DO UPDATE SET created_at = uploads.created_at",
        )
        .bind(&upload.id)
        .bind(&upload.kind)
        .bind(upload.width_px)
        .bind(upload.height_px)
        .bind(&upload.facts)
        .bind(upload.created_at)
        .execute(&mut *transaction)
        .await?;
        let kept = match claim(&mut transaction, customer, &upload.id).await? {
            Some(kept) => kept,
            None => {
                // Looked at before the bytes were written, too; others may have come since.
                if let Some(full) = Stock::of(customer, &mut transaction).await?.and(bytes).beyond(quota) {
                    transaction.rollback().await?;
                    return Ok(Some(Err(full)));
                }
                insert_claim(&mut transaction, &upload.id, (customer, owner, bytes)).await?;
                owner.clone()
            }
        };
        // What the picture was made of this time, if it is another file than the first time, stays listed: nobody has it.
        let (picture, original) = (UploadRow::file(&upload.id), kept.file(&upload.id));
        let claimed = names.iter().filter(|name| **name == picture || **name == original);
        for name in claimed.clone() {
            // Listed again before it is taken from the list: whoever wants to remove the file now waits for that row, even
            // where there was none.
            if list(&mut transaction, name, 0).await? {
                transaction.rollback().await?;
                return Ok(None);
            }
            sqlx::query("DELETE FROM removed_files WHERE name = $1").bind(*name).execute(&mut *transaction).await?;
        }
        // Somebody else's copy may have been taken away since the bytes were written. That is looked at before the
        // commit, while the sweeper cannot begin to take anything away: after it, a crash would leave a row without its
        // file. It is a question about two names; bytes are never written here.
        for name in claimed {
            if !self.files.within_patience(self.files.has(name)).await? {
                transaction.rollback().await?;
                return Ok(None);
            }
        }
        transaction.commit().await?;
        Ok(Some(Ok(kept)))
    }

    /// Whether the customer may draw with a picture: it is the customer's upload, or one of the customer's orders needs it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn may_draw(&self, customer: &CustomerId, id: &str) -> Result<bool, StoreError> {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT upload_id FROM upload_owners WHERE upload_id = $1 AND customer_id = $2 UNION ALL \
             SELECT p.upload_id FROM order_pictures p JOIN orders o ON o.id = p.order_id \
             WHERE p.upload_id = $1 AND o.customer_id = $2 LIMIT 1",
        )
        .bind(id)
        .bind(customer.as_str())
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.is_some())
    }

    /// The picture, if the customer may use it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn upload(
        &self,
        customer: &CustomerId,
        id: &str,
    ) -> Result<Option<(UploadRow, UploadOwner)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM uploads u JOIN upload_owners o ON o.upload_id = u.id \
             WHERE u.id = $1 AND o.customer_id = $2"
        );
        let row =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(customer.as_str()).fetch_optional(&self.pool).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    /// The customer's pictures, the last brought first, from those brought before `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn uploads(
        &self,
        customer: &CustomerId,
        before: Option<(i64, &str)>,
        limit: u32,
    ) -> Result<Vec<(UploadRow, UploadOwner)>, StoreError> {
        let (time, id) = before.unwrap_or((i64::MAX, ""));
        let sql = format!(
            "SELECT {COLUMNS} FROM uploads u JOIN upload_owners o ON o.upload_id = u.id WHERE o.customer_id = $1 \
             AND (o.created_at < $2 OR (o.created_at = $2 AND u.id < $3)) \
             ORDER BY o.created_at DESC, u.id DESC LIMIT $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(customer.as_str())
            .bind(time)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Takes a picture from the customer, unless a saved design of theirs shows it as it is now. If nobody else has it,
    /// its files are listed for [`Store::sweep_files`].
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn remove_upload(&self, customer: &CustomerId, id: &str) -> Result<Removal, StoreError> {
        let mut transaction = self.begin().await?;
        // Waits for whoever brings the same picture at this moment, and makes them wait.
        sqlx::query("UPDATE uploads SET created_at = created_at WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        let original: Option<String> =
            sqlx::query_scalar("SELECT original FROM upload_owners WHERE upload_id = $1 AND customer_id = $2")
                .bind(id)
                .bind(customer.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(original) = original else { return Ok(Removal::Missing) };
        // Documents are kept as this program writes them, so a picture's name always stands like this.
        let titles: Vec<String> = sqlx::query_scalar(
            "SELECT title FROM designs WHERE customer_id = $1 AND document LIKE $2 ORDER BY updated_at DESC LIMIT 10",
        )
        .bind(customer.as_str())
        .bind(format!("%\"asset\":\"{id}\"%"))
        .fetch_all(&mut *transaction)
        .await?;
        if !titles.is_empty() {
            return Ok(Removal::Used { titles });
        }
        sqlx::query("DELETE FROM upload_owners WHERE upload_id = $1 AND customer_id = $2")
            .bind(id)
            .bind(customer.as_str())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM uploads WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM upload_owners WHERE upload_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM order_pictures WHERE upload_id = $1)",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        for name in [UploadRow::file(id), UploadRow::original_file(&original)] {
            // One that somebody is writing at this moment stays with them until they are done. Not DO NOTHING: a sweeper who
            // looks now whether the file is needed must wait until it is not, or it would leave the list and stay for ever.
            sqlx::query(
                "INSERT INTO removed_files (name, due_at) VALUES ($1, 0) \
                 ON CONFLICT (name) DO UPDATE SET due_at = removed_files.due_at",
            )
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(Removal::Removed)
    }

    /// Deletes the files that removals listed and that nobody has brought again since, and those that were written for an
    /// upload more than an hour before `now` that never came to be. Nobody waits for the file store meanwhile but those who
    /// bring one of these files; a removal that somebody began and did not end is done again after five minutes.
    ///
    /// # Errors
    /// If the database or the files fail; what is left is deleted later.
    pub async fn sweep_files(&self, now: i64) -> Result<(), StoreError> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM removed_files WHERE due_at <= $1 AND (removing_at = 0 OR removing_at <= $2)",
        )
        .bind(now)
        .bind(now.saturating_sub(ABANDONED_MS))
        .fetch_all(&self.pool)
        .await?;
        for name in names {
            if self.begin_removal(&name, now).await? {
                // Where this fails, the file store may take the file at any time: the mark stays.
                self.files.remove(&name).await?;
                sqlx::query("DELETE FROM removed_files WHERE name = $1 AND removing_at = $2")
                    .bind(&name)
                    .bind(now)
                    .execute(&self.pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// Marks a listed file as being taken away, so that nobody notes it until it is gone; false if it is not to be taken
    /// away, or if somebody else does.
    async fn begin_removal(&self, name: &str, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let marked = sqlx::query(
            "UPDATE removed_files SET removing_at = $2 WHERE name = $1 AND due_at <= $2 \
             AND (removing_at = 0 OR removing_at <= $3)",
        )
        .bind(name)
        .bind(now)
        .bind(now.saturating_sub(ABANDONED_MS))
        .execute(&mut *transaction)
        .await?;
        let is_ours = marked.rows_affected() > 0;
        let is_wanted = is_ours && is_needed(&mut transaction, name).await?;
        if is_wanted {
            sqlx::query("DELETE FROM removed_files WHERE name = $1").bind(name).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(is_ours && !is_wanted)
    }
}

/// How the announcement of files went.
enum Announced {
    /// They may be written.
    Listed,
    /// There is no room for them.
    Full(Full),
    /// One of them is being taken away.
    BeingRemoved,
}

/// Lists a file, to be taken away from `due` on or later, and makes whoever else lists it wait. Tells whether it is being
/// taken away already.
async fn list(transaction: &mut Transaction<'static, Any>, name: &str, due: i64) -> Result<bool, sqlx::Error> {
    let removing_at: i64 = sqlx::query_scalar(
        "INSERT INTO removed_files (name, due_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET due_at = \
         CASE WHEN removed_files.due_at < excluded.due_at THEN excluded.due_at ELSE removed_files.due_at END \
         RETURNING removing_at",
    )
    .bind(name)
    .bind(due)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(removing_at != 0)
}

/// The customer's claim on a picture, if there is one.
async fn claim(
    transaction: &mut Transaction<'static, Any>,
    customer: &CustomerId,
    id: &str,
) -> Result<Option<UploadOwner>, sqlx::Error> {
    let sql = "SELECT name, original, media_type, created_at AS claimed_at FROM upload_owners \
               WHERE upload_id = $1 AND customer_id = $2";
    let row = sqlx::query(sql).bind(id).bind(customer.as_str()).fetch_optional(&mut **transaction).await?;
    row.as_ref().map(read_owner).transpose()
}

async fn insert_claim(
    transaction: &mut Transaction<'static, Any>,
    id: &str,
    (customer, owner, bytes): (&CustomerId, &UploadOwner, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO upload_owners (upload_id, customer_id, name, original, media_type, created_at, bytes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(customer.as_str())
    .bind(&owner.name)
    .bind(&owner.original)
    .bind(&owner.media_type)
    .bind(owner.created_at)
    .bind(bytes)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Gives `to` the picture of `from` as it is drawn, and tells whether it is new to them. The picture's own file is the
/// original of this claim, so that neither bytes nor what it was made of change hands; it counts with as many bytes as
/// that of `from`.
pub(super) async fn hand_on(
    transaction: &mut Transaction<'static, Any>,
    id: &str,
    (from, to): (&CustomerId, &CustomerId),
    now: i64,
) -> Result<bool, sqlx::Error> {
    // Waits for whoever removes the picture at this moment, and makes them wait.
    let locked = sqlx::query(
        "UPDATE uploads SET created_at = created_at WHERE id = $1 \
         AND EXISTS (SELECT 1 FROM upload_owners WHERE upload_id = $1 AND customer_id = $2) \
         AND NOT EXISTS (SELECT 1 FROM upload_owners WHERE upload_id = $1 AND customer_id = $3)",
    )
    .bind(id)
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(&mut **transaction)
    .await?;
    if locked.rows_affected() == 0 {
        return Ok(false);
    }
    let row = sqlx::query(
        "SELECT u.kind, o.bytes FROM uploads u JOIN upload_owners o ON o.upload_id = u.id \
         WHERE u.id = $1 AND o.customer_id = $2",
    )
    .bind(id)
    .bind(from.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(row) = row else { return Ok(false) };
    let is_svg = row.try_get::<String, _>("kind")? == "svg";
    let (name, media_type) = if is_svg { ("picture.svg", "image/svg+xml") } else { ("picture.png", "image/png") };
    let owner = UploadOwner {
        name: name.to_owned(),
        original: id.to_owned(),
        media_type: media_type.to_owned(),
        created_at: now,
    };
    insert_claim(transaction, id, (to, &owner, row.try_get("bytes")?)).await?;
    Ok(true)
}

/// Whether a row leads to the file.
async fn is_needed(transaction: &mut Transaction<'static, Any>, name: &str) -> Result<bool, sqlx::Error> {
    let hash = name.rsplit('/').next().unwrap_or_default();
    let sql = if name == UploadRow::file(hash) {
        "SELECT COUNT(*) FROM uploads WHERE id = $1"
    } else {
        "SELECT COUNT(*) FROM upload_owners WHERE original = $1"
    };
    let count: i64 = sqlx::query_scalar(sql).bind(hash).fetch_one(&mut **transaction).await?;
    Ok(count > 0)
}
