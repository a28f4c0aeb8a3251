//! Keys for the shop's own programs: each is shown once and kept as a hash, and may do only what its scopes say.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError, is_id, random_id};

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Look at all orders and their files.
    OrdersRead,
    /// Place, change and approve orders.
    OrdersWrite,
    /// Look at the shop's profile and webhooks.
    ShopRead,
    /// Change the shop's profile and webhooks.
    ShopWrite,
    /// Start, watch and cancel batches.
    Batches,
    /// Tell what customers did, for suggestions.
    Events,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::OrdersRead, Self::OrdersWrite, Self::ShopRead, Self::ShopWrite, Self::Batches, Self::Events];

    /// Its name, on the command line, in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::ShopRead => "shop:read",
            Self::ShopWrite => "shop:write",
            Self::Batches => "batches",
            Self::Events => "events",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What every key begins with, so that people and scanners for leaked secrets recognise it.
const PREFIX: &str = "platen_";

/// A key itself: 260 random bits. The database holds its hash only.
#[derive(Clone)]
pub struct KeySecret(String);

impl KeySecret {
    /// A new one.
    ///
    /// # Errors
    /// If the system has no random numbers to give.
    pub fn random() -> Result<Self, StoreError> {
        Ok(Self(format!("{PREFIX}{}{}", random_id()?, random_id()?)))
    }

    /// A key as a request brings it; `None` if it has not the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.strip_prefix(PREFIX)?.split_at_checked(26)?;
        (is_id(first) && is_id(second)).then(|| Self(text.to_owned()))
    }

    /// The key, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    // A key is as hard to guess as its hash is to invert, so a fast hash serves; and since rows are found by the hash,
    // how long a look-up takes tells nothing of a key.
    fn hash(&self) -> String {
        blake3::hash(self.0.as_bytes()).to_hex().to_string()
    }
}

impl std::fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeySecret(…)")
    }
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Names it; no secret.
    pub id: String,
    /// What whoever made it calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<i64>,
    /// When it was revoked; from then on it opens nothing.
    pub revoked_at: Option<i64>,
}

const COLUMNS: &str = "id, name, scopes, created_at, last_used_at, revoked_at";
/// How far behind `last_used_at` may be, milliseconds: not every request shall be a write.
const USE_STEP_MS: i64 = 60_000;

impl KeyRow {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let scopes: String = row.try_get("scopes")?;
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            // A scope that only a later version knows allows nothing here.
            scopes: scopes.split(' ').filter_map(Scope::parse).collect(),
            created_at: row.try_get("created_at")?,
            last_used_at: row.try_get("last_used_at")?,
            revoked_at: row.try_get("revoked_at")?,
        })
    }
}

impl Store {
    /// Notes a new key.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_key(
        &self,
        secret: &KeySecret,
        name: &str,
        scopes: &[Scope],
        now: i64,
    ) -> Result<KeyRow, StoreError> {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let id = random_id()?;
        sqlx::query("INSERT INTO shop_keys (id, key_hash, name, scopes, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(&id)
            .bind(secret.hash())
            .bind(name)
            .bind(names.join(" "))
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(KeyRow { id, name: name.to_owned(), scopes, created_at: now, last_used_at: None, revoked_at: None })
    }

    /// The key that `secret` is, unless it was revoked.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn key(&self, secret: &KeySecret) -> Result<Option<KeyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM shop_keys WHERE key_hash = $1 AND revoked_at IS NULL");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(secret.hash()).fetch_optional(&self.pool).await?;
        Ok(row.as_ref().map(KeyRow::read).transpose()?)
    }

    /// All keys, revoked ones too, the oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM shop_keys ORDER BY created_at, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(KeyRow::read).collect::<Result<_, _>>()?)
    }

    /// Whether any key opens anything.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn has_active_key(&self) -> Result<bool, StoreError> {
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM shop_keys WHERE revoked_at IS NULL").fetch_one(&self.pool).await?;
        Ok(count > 0)
    }

    /// Revokes a key for good; one that was revoked before stays so. False if there is none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revoke_key(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        let revoked = sqlx::query("UPDATE shop_keys SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2")
            .bind(now)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(revoked.rows_affected() > 0)
    }

    /// Notes that a key is used, unless that was noted less than a minute ago.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_key_use(&self, key: &KeyRow, now: i64) -> Result<(), StoreError> {
        if key.last_used_at.is_some_and(|last| now < last + USE_STEP_MS) {
            return Ok(());
        }
        sqlx::query("UPDATE shop_keys SET last_used_at = $1 WHERE id = $2")
            .bind(now)
            .bind(&key.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
