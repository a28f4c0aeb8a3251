//! The shop's profile, with its history.

use sqlx::Row as _;

use crate::store::{Store, StoreError};

/// The profile in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    /// Counts its changes, from 1.
    pub revision: i64,
    /// The profile, JSON.
    pub document: String,
    /// When it was saved.
    pub created_at: i64,
}

/// How a change of the profile went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileUpdate {
    /// It is saved and in force.
    Saved(ProfileRow),
    /// Somebody else changed it since the revision that the caller knows.
    Stale {
        /// What the revision is now; 0 before the first change.
        revision: i64,
    },
}

const LAST: &str = "SELECT revision, document, created_at FROM shop_profiles ORDER BY revision DESC LIMIT 1";

impl Store {
    /// The profile in force; `None` before the first was saved.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn profile(&self) -> Result<Option<ProfileRow>, StoreError> {
        let Some(row) = sqlx::query(LAST).fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(ProfileRow {
            revision: row.try_get("revision")?,
            document: row.try_get("document")?,
            created_at: row.try_get("created_at")?,
        }))
    }

    /// Puts a profile in force; `known` is the revision that it was made from, if the caller says, 0 for none.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn set_profile(&self, document: &str, known: Option<i64>, now: i64) -> Result<ProfileUpdate, StoreError> {
        let mut transaction = self.begin().await?;
        let last = sqlx::query(LAST).fetch_optional(&mut *transaction).await?;
        let last: i64 = last.map(|row| row.try_get("revision")).transpose()?.unwrap_or(0);
        if known.is_some_and(|known| known != last) {
            return Ok(ProfileUpdate::Stale { revision: last });
        }
        let row = ProfileRow { revision: last + 1, document: document.to_owned(), created_at: now };
        // Where two transactions may read before either writes, one of them finds its revision taken.
        let written = sqlx::query(
            "INSERT INTO shop_profiles (revision, document, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (revision) DO NOTHING",
        )
        .bind(row.revision)
        .bind(document)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if written.rows_affected() == 0 {
            return Ok(ProfileUpdate::Stale { revision: row.revision });
        }
        transaction.commit().await?;
        Ok(ProfileUpdate::Saved(row))
    }
}
