//! Uploaded pictures: what is known of each, and who may use it.

use sqlx::Row as _;

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
    /// Where the original bytes lie in the files.
    pub original: String,
    /// The original's media type.
    pub media_type: String,
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

impl Store {
    /// Notes a picture and that the customer may use it. Doing it again changes nothing.
    ///
    /// # Errors
    /// If the database fails; then nothing is noted.
    pub async fn add_upload(
        &self,
        upload: &UploadRow,
        customer: &CustomerId,
        owner: &UploadOwner,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO uploads (id, kind, width_px, height_px, facts, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&upload.id)
        .bind(&upload.kind)
        .bind(upload.width_px)
        .bind(upload.height_px)
        .bind(&upload.facts)
        .bind(upload.created_at)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO upload_owners (upload_id, customer_id, name, original, media_type, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (upload_id, customer_id) DO NOTHING",
        )
        .bind(&upload.id)
        .bind(customer.as_str())
        .bind(&owner.name)
        .bind(&owner.original)
        .bind(&owner.media_type)
        .bind(upload.created_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
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
        let row = sqlx::query(
            "SELECT u.id, u.kind, u.width_px, u.height_px, u.facts, u.created_at, o.name, o.original, o.media_type \
             FROM uploads u JOIN upload_owners o ON o.upload_id = u.id WHERE u.id = $1 AND o.customer_id = $2",
        )
        .bind(id)
        .bind(customer.as_str())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let upload = UploadRow {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            width_px: row.try_get("width_px")?,
            height_px: row.try_get("height_px")?,
            facts: row.try_get("facts")?,
            created_at: row.try_get("created_at")?,
        };
        let owner = UploadOwner {
            name: row.try_get("name")?,
            original: row.try_get("original")?,
            media_type: row.try_get("media_type")?,
        };
        Ok(Some((upload, owner)))
    }
}
