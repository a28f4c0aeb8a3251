//! Saved designs with their history, and the links that share them.

use std::collections::BTreeSet;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::quotas::{Full, Quota, Stock, has_room_for_a_design, lock};
use crate::store::uploads::hand_on;
use crate::store::{CustomerId, Store, StoreError, random_id};

/// Revisions of a design that are kept; older ones go.
pub const REVISIONS: i64 = 500;

/// A saved design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignRow {
    /// Its id.
    pub id: String,
    /// Who owns it.
    pub customer: CustomerId,
    /// What its owner calls it.
    pub title: String,
    /// Counts its changes, from 1.
    pub revision: i64,
    /// The document, JSON.
    pub document: String,
    /// When it was first saved.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A saved design in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignSummary {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub title: String,
    /// Counts its changes, from 1.
    pub revision: i64,
    /// When it was first saved.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A design as it once was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRow {
    /// Which change.
    pub revision: i64,
    /// What it was called.
    pub title: String,
    /// When it was saved.
    pub created_at: i64,
}

/// A link that lets whoever has it look at a design.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Its secret.
    pub token: String,
    /// When it was made.
    pub created_at: i64,
}

impl std::fmt::Debug for ShareRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShareRow").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

/// How a change went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// It is saved.
    Saved(DesignRow),
    /// Somebody else changed the design since the revision that the caller knows.
    Stale {
        /// What the revision is now.
        revision: i64,
    },
    /// The customer has no such design.
    Missing,
}

const COLUMNS: &str = "id, customer_id, title, revision, document, created_at, updated_at";

impl DesignRow {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            customer: CustomerId(row.try_get("customer_id")?),
            title: row.try_get("title")?,
            revision: row.try_get("revision")?,
            document: row.try_get("document")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

impl RevisionRow {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            revision: row.try_get("revision")?,
            title: row.try_get("title")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

impl Store {
    /// Saves a new design, if there is room for it.
    ///
    /// # Errors
    /// If the database fails; then nothing is saved.
    pub async fn add_design(
        &self,
        customer: &CustomerId,
        (title, document): (&str, &str),
        quota: &Quota,
        now: i64,
    ) -> Result<Result<DesignRow, Full>, StoreError> {
        self.add_design_with(customer, (title, document), (None, quota), now).await
    }

    /// Makes a shared design one of the customer's own, with those of its `pictures` that are its owner's uploads. All of
    /// them fit into the quota, or nothing is copied; what the customer has already takes no room.
    ///
    /// # Errors
    /// If the database fails; then nothing is saved.
    pub async fn copy_design(
        &self,
        customer: &CustomerId,
        (shared, pictures): (&DesignRow, &BTreeSet<String>),
        quota: &Quota,
        now: i64,
    ) -> Result<Result<DesignRow, Full>, StoreError> {
        let pictures = Some((&shared.customer, pictures));
        self.add_design_with(customer, (&shared.title, &shared.document), (pictures, quota), now).await
    }

    async fn add_design_with(
        &self,
        customer: &CustomerId,
        (title, document): (&str, &str),
        (pictures, quota): (Option<(&CustomerId, &BTreeSet<String>)>, &Quota),
        now: i64,
    ) -> Result<Result<DesignRow, Full>, StoreError> {
        let row = DesignRow {
            id: random_id()?,
            customer: customer.clone(),
            title: title.to_owned(),
            revision: 1,
            document: document.to_owned(),
            created_at: now,
            updated_at: now,
        };
        let mut transaction = self.begin().await?;
        lock(customer, &mut transaction).await?;
        if !has_room_for_a_design(customer, quota, &mut transaction).await? {
            return Ok(Err(Full::Designs));
        }
        if let Some((from, pictures)) = pictures {
            let mut are_new = false;
            for id in pictures {
                are_new |= hand_on(&mut transaction, id, (from, customer), now).await?;
            }
            if are_new && let Some(full) = Stock::of(customer, &mut transaction).await?.beyond(quota) {
                transaction.rollback().await?;
                return Ok(Err(full));
            }
        }
        sqlx::query(
            "INSERT INTO designs (id, customer_id, title, revision, document, created_at, updated_at) \
             VALUES ($1, $2, $3, 1, $4, $5, $5)",
        )
        .bind(&row.id)
        .bind(customer.as_str())
        .bind(title)
        .bind(document)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        add_revision(&mut transaction, &row).await?;
        transaction.commit().await?;
        Ok(Ok(row))
    }

    /// A design by its id, whoever owns it: the caller decides who may see it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn design(&self, id: &str) -> Result<Option<DesignRow>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM designs WHERE id = $1"));
        let row = sqlx::query(sql).bind(id).fetch_optional(&self.pool).await?;
        Ok(row.as_ref().map(DesignRow::read).transpose()?)
    }

    /// The customer's designs, the last changed first, from those changed before `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn designs(
        &self,
        customer: &CustomerId,
        before: Option<(i64, &str)>,
        limit: u32,
    ) -> Result<Vec<DesignSummary>, StoreError> {
        let (time, id) = before.unwrap_or((i64::MAX, ""));
        let rows = sqlx::query(
            "SELECT id, title, revision, created_at, updated_at FROM designs WHERE customer_id = $1 \
             AND (updated_at < $2 OR (updated_at = $2 AND id < $3)) ORDER BY updated_at DESC, id DESC LIMIT $4",
        )
        .bind(customer.as_str())
        .bind(time)
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| {
            Ok(DesignSummary {
                id: row.try_get("id")?,
                title: row.try_get("title")?,
                revision: row.try_get("revision")?,
                created_at: row.try_get("created_at")?,
                updated_at: row.try_get("updated_at")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Saves a change of the customer's own design; `known` is the revision that it was made from, if the caller says.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn update_design(
        &self,
        (customer, id): (&CustomerId, &str),
        known: Option<i64>,
        (title, document): (Option<&str>, &str),
        now: i64,
    ) -> Result<Update, StoreError> {
        let mut transaction = self.begin().await?;
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM designs WHERE id = $1 AND customer_id = $2"));
        let row = sqlx::query(sql).bind(id).bind(customer.as_str()).fetch_optional(&mut *transaction).await?;
        let Some(mut design) = row.as_ref().map(DesignRow::read).transpose()? else { return Ok(Update::Missing) };
        if known.is_some_and(|known| known != design.revision) {
            return Ok(Update::Stale { revision: design.revision });
        }
        let last = design.revision;
        design.revision += 1;
        design.title = title.unwrap_or(&design.title).to_owned();
        document.clone_into(&mut design.document);
        design.updated_at = now;
        // The revision in the condition holds where two transactions may read before either writes.
        let changed = sqlx::query(
            "UPDATE designs SET title = $1, document = $2, revision = $3, updated_at = $4 \
             WHERE id = $5 AND revision = $6",
        )
        .bind(&design.title)
        .bind(document)
        .bind(design.revision)
        .bind(now)
        .bind(id)
        .bind(last)
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(Update::Stale { revision: design.revision });
        }
        add_revision(&mut transaction, &design).await?;
        transaction.commit().await?;
        Ok(Update::Saved(design))
    }

    /// Deletes the customer's own design with its history and links; false if there is none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_design(&self, customer: &CustomerId, id: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM designs WHERE id = $1 AND customer_id = $2")
            .bind(id)
            .bind(customer.as_str())
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// The history of a design, the latest first, from before the revision `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revisions(&self, id: &str, before: Option<i64>, limit: u32) -> Result<Vec<RevisionRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT revision, title, created_at FROM design_revisions WHERE design_id = $1 AND revision < $2 \
             ORDER BY revision DESC LIMIT $3",
        )
        .bind(id)
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(RevisionRow::read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// A design at a revision, with its document.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revision(&self, id: &str, revision: i64) -> Result<Option<(RevisionRow, String)>, StoreError> {
        let row = sqlx::query(
            "SELECT revision, title, created_at, document FROM design_revisions WHERE design_id = $1 AND revision = $2",
        )
        .bind(id)
        .bind(revision)
        .fetch_optional(&self.pool)
        .await?;
        let read = |row: AnyRow| Ok((RevisionRow::read(&row)?, row.try_get("document")?));
        Ok(row.map(read).transpose().map_err(|error: sqlx::Error| error)?)
    }

    /// Makes a link to a design; the caller has made sure that it is the customer's own.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn share(&self, design: &str, now: i64) -> Result<String, StoreError> {
        let token = random_id()?;
        sqlx::query("INSERT INTO shares (token, design_id, created_at) VALUES ($1, $2, $3)")
            .bind(&token)
            .bind(design)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(token)
    }

    /// The design that a link leads to.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shared(&self, token: &str) -> Result<Option<DesignRow>, StoreError> {
        let id: Option<String> = sqlx::query_scalar("SELECT design_id FROM shares WHERE token = $1")
            .bind(token)
            .fetch_optional(&self.pool)
            .await?;
        match id {
            Some(id) => self.design(&id).await,
            None => Ok(None),
        }
    }

    /// The links to a design, the last made first, from those made before `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shares(
        &self,
        design: &str,
        before: Option<(i64, &str)>,
        limit: u32,
    ) -> Result<Vec<ShareRow>, StoreError> {
        let (time, token) = before.unwrap_or((i64::MAX, ""));
        let rows = sqlx::query(
            "SELECT token, created_at FROM shares WHERE design_id = $1 \
             AND (created_at < $2 OR (created_at = $2 AND token < $3)) ORDER BY created_at DESC, token DESC LIMIT $4",
        )
        .bind(design)
        .bind(time)
        .bind(token)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| Ok(ShareRow { token: row.try_get("token")?, created_at: row.try_get("created_at")? });
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Takes one link of a design back; false if the design has no such link.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unshare_one(&self, design: &str, token: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM shares WHERE design_id = $1 AND token = $2")
            .bind(design)
            .bind(token)
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Takes all links of a design back.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unshare(&self, design: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM shares WHERE design_id = $1").bind(design).execute(&self.pool).await?;
        Ok(())
    }
}

async fn add_revision(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    design: &DesignRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO design_revisions (design_id, revision, title, document, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&design.id)
    .bind(design.revision)
    .bind(&design.title)
    .bind(&design.document)
    .bind(design.updated_at)
    .execute(&mut **transaction)
    .await?;
    sqlx::query("DELETE FROM design_revisions WHERE design_id = $1 AND revision <= $2")
        .bind(&design.id)
        .bind(design.revision - REVISIONS)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
