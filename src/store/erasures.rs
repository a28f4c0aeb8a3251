//! What was taken away lately, for other services on the same database: they have it in memory still.

use sqlx::{Any, Row as _, Transaction};

use crate::store::{Store, StoreError};

/// What was taken away of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Erased {
    /// Some or all of what they did.
    Deeds,
    /// Designs or pictures.
    Pictures,
}

/// That something was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// What.
    pub what: Erased,
    /// [`tag`] of whom it was of.
    pub tag: u128,
    /// When it last was, milliseconds since 1970.
    pub at: i64,
}

/// What stands for a customer, or the shop's name for somebody, where that should not stand itself.
#[must_use]
pub fn tag(customer: &str) -> u128 {
    let hash = blake3::derive_key("platen customer tag", customer.as_bytes());
    hash.iter().take(16).fold(0, |tag, byte| tag << 8 | u128::from(*byte))
}

impl Erased {
    const fn name(self) -> &'static str {
        match self {
            Self::Deeds => "deeds",
            Self::Pictures => "pictures",
        }
    }
}

/// Notes that something is taken away, in the transaction that does it.
pub(super) async fn note(
    transaction: &mut Transaction<'static, Any>,
    Erasure { what, tag, at }: Erasure,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO erasures (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at";
    let query = sqlx::query(sql).bind(format!("{}/{tag:032x}", what.name())).bind(at);
    query.execute(&mut **transaction).await?;
    Ok(())
}

impl Store {
    /// Notes that something was taken away.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_erasure(&self, erasure: Erasure) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        note(&mut transaction, erasure).await?;
        Ok(transaction.commit().await?)
    }

    /// What was taken away since a moment.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn erasures(&self, since: i64) -> Result<Vec<Erasure>, StoreError> {
        let rows =
            sqlx::query("SELECT name, at FROM erasures WHERE at >= $1").bind(since).fetch_all(&self.pool).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let (name, at): (String, i64) = (row.try_get("name")?, row.try_get("at")?);
            let known = [Erased::Deeds, Erased::Pictures].into_iter().find_map(|what| {
                let hash = name.strip_prefix(what.name())?.strip_prefix('/')?;
                Some(Erasure { what, tag: u128::from_str_radix(hash, 16).ok()?, at })
            });
            // A newer version may take away what this one does not have.
            all.extend(known);
        }
        Ok(all)
    }

    /// Forgets what was taken away before a moment.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_erasures(&self, before: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM erasures WHERE at < $1").bind(before).execute(&self.pool).await?;
        Ok(())
    }
}
