//! Who wants no mail any more.

use futures_util::TryStreamExt as _;
use sqlx::Row as _;

use crate::store::{Store, StoreError};

/// Somebody who wants no mail any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressionRow {
    /// The address, in small letters.
    pub email: String,
    /// The campaign whose mail they answered.
    pub campaign: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

impl Store {
    /// Notes that nobody is to write to an address. What was said first stays.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn suppress(&self, row: &SuppressionRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO suppressions (email, campaign, at) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING";
        sqlx::query(sql).bind(&row.email).bind(&row.campaign).bind(row.at).execute(&self.pool).await?;
        Ok(())
    }

    /// Everybody who wants no mail any more, by address.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn suppressions(&self) -> Result<Vec<SuppressionRow>, StoreError> {
        let mut rows = sqlx::query("SELECT email, campaign, at FROM suppressions ORDER BY email").fetch(&self.pool);
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            all.push(SuppressionRow {
                email: row.try_get("email")?,
                campaign: row.try_get("campaign")?,
                at: row.try_get("at")?,
            });
        }
        Ok(all)
    }
}
