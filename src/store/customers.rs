//! Customers without accounts: whoever holds the token of a cookie.

use crate::store::{Store, StoreError, random_id, tag};

/// Names a customer inside the shop; never shown to strangers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CustomerId(pub(crate) String);

impl CustomerId {
    /// Nobody: owns nothing.
    #[must_use]
    pub const fn nobody() -> Self {
        Self(String::new())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for the customer where their id should not: in names of files that are kept for them.
    #[must_use]
    pub fn tag(&self) -> u128 {
        tag(&self.0)
    }
}

/// The secret of a customer's cookie. The database holds its hash only.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// If the system has no random numbers to give.
    pub fn random() -> Result<Self, StoreError> {
        Ok(Self(random_id()? + &random_id()?))
    }

    /// A token as a cookie brings it; `None` if it has not the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.is_ascii() && text.len() == 52;
        let well_formed = whole && crate::store::is_id(&text[..26]) && crate::store::is_id(&text[26..]);
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The secret, for the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> String {
        blake3::hash(self.0.as_bytes()).to_hex().to_string()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Store {
    /// The customer who holds `token`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn customer(&self, token: &Token) -> Result<Option<CustomerId>, StoreError> {
        let id = sqlx::query_scalar("SELECT id FROM customers WHERE token_hash = $1")
            .bind(token.hash())
            .fetch_optional(&self.pool)
            .await?;
        Ok(id.map(CustomerId))
    }

    /// When a customer came, and until when what they did is forgotten, milliseconds since 1970; `None` if the customer is not
    /// there any more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn customer_times(&self, customer: &CustomerId) -> Result<Option<(i64, i64)>, StoreError> {
        let sql = "SELECT created_at, forgotten_at FROM customers WHERE id = $1";
        Ok(sqlx::query_as(sql).bind(customer.as_str()).fetch_optional(&self.pool).await?)
    }

    /// Deletes a customer with what is left of them, unless they have orders, which stay, or pictures, whose files go first.
    /// Tells whether they are gone.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_customer(&self, customer: &CustomerId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM customers WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM upload_owners WHERE customer_id = $1)";
        Ok(sqlx::query(sql).bind(customer.as_str()).execute(&self.pool).await?.rows_affected() > 0)
    }

    /// Makes a customer of whoever is given `token`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_customer(&self, token: &Token, now: i64) -> Result<CustomerId, StoreError> {
        let id = random_id()?;
        sqlx::query("INSERT INTO customers (id, token_hash, created_at) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(token.hash())
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(CustomerId(id))
    }
}
