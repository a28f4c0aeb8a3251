//! How much is kept for one customer. It is counted by the transaction that adds to it, so that of two at once only one
//! has the last place.

use sqlx::{Any, Row as _, Transaction};

use crate::store::CustomerId;

/// How much is kept for one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Saved designs.
    pub designs: i64,
    /// Pictures.
    pub uploads: i64,
    /// Bytes of the pictures together, as they were uploaded.
    pub upload_bytes: i64,
}

/// What there is no more room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// As many designs as may be are kept.
    Designs,
    /// As many pictures as may be are kept.
    Uploads,
    /// The pictures would have more bytes than may be.
    UploadBytes,
}

/// How many pictures a customer has, and how many bytes their originals take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stock {
    pub(super) uploads: i64,
    pub(super) bytes: i64,
}

impl Stock {
    pub(super) async fn of(customer: &CustomerId, transaction: &mut Transaction<'static, Any>) -> sqlx::Result<Self> {
        // The sum of BIGINT is NUMERIC on PostgreSQL.
        let sql = "SELECT COUNT(*) AS uploads, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes \
                   FROM upload_owners WHERE customer_id = $1";
        let row = sqlx::query(sql).bind(customer.as_str()).fetch_one(&mut **transaction).await?;
        Ok(Self { uploads: row.try_get("uploads")?, bytes: row.try_get("bytes")? })
    }

    /// With one more picture.
    pub(super) const fn and(self, bytes: i64) -> Self {
        Self { uploads: self.uploads.saturating_add(1), bytes: self.bytes.saturating_add(bytes) }
    }

    /// What it is too much for, if it is.
    pub(super) const fn beyond(self, quota: &Quota) -> Option<Full> {
        if self.uploads > quota.uploads {
            Some(Full::Uploads)
        } else if self.bytes > quota.upload_bytes {
            Some(Full::UploadBytes)
        } else {
            None
        }
    }
}

/// Makes whoever else adds to what the customer has wait until the transaction ends.
pub(super) async fn lock(customer: &CustomerId, transaction: &mut Transaction<'static, Any>) -> sqlx::Result<()> {
    sqlx::query("UPDATE customers SET created_at = created_at WHERE id = $1")
        .bind(customer.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Whether there is room for one more design; the customer is locked.
pub(super) async fn has_room_for_a_design(
    customer: &CustomerId,
    quota: &Quota,
    transaction: &mut Transaction<'static, Any>,
) -> sqlx::Result<bool> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM designs WHERE customer_id = $1")
        .bind(customer.as_str())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(count < quota.designs)
}
