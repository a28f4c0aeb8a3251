//! Calls for the shop's own programs: whoever bears a key of the shop, and what that key may do.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

use crate::server::clock::now_ms;
use crate::server::error::ApiError;
use crate::server::state::App;
use crate::store::{KeyRow, KeySecret, Scope, StoreError};

/// What a request's `Authorization` header brought. [`identify`] leaves it with every request that has one.
#[derive(Debug, Clone)]
pub(super) enum Bearer {
    /// A key of the shop.
    Known(Arc<KeyRow>),
    /// Something that is no key of the shop, or not any more.
    Unknown,
}

/// A key of the shop. Handlers take it before everything that may refuse, and ask [`ShopKey::require`] for their scope
/// first, so that nothing is told to those who may not call.
#[derive(Debug, Clone)]
pub(super) struct ShopKey(pub(super) Arc<KeyRow>);

impl ShopKey {
    /// Goes on only if the key has the scope.
    ///
    /// # Errors
    /// 403 with the scope that is missing.
    pub(super) fn require(&self, scope: Scope) -> Result<(), ApiError> {
        if self.0.scopes.contains(&scope) {
            return Ok(());
        }
        let detail = format!("this call needs a key with the scope {scope}");
        Err(ApiError::new(StatusCode::FORBIDDEN, "missing-scope", detail))
    }
}

impl FromRequestParts<Arc<App>> for ShopKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        match parts.extensions.get::<Bearer>() {
            Some(Bearer::Known(key)) => Ok(Self(Arc::clone(key))),
            Some(Bearer::Unknown) => Err(unauthorized("this is no key of the shop, or it was revoked")
                .challenge("Bearer realm=\"Platen\", error=\"invalid_token\"")),
            None => Err(unauthorized("this call needs a shop key: Authorization: Bearer platen_…")
                .challenge("Bearer realm=\"Platen\"")),
        }
    }
}

/// A key of the shop, for calls that tell more to those who bear one. A key that opens nothing is refused here, too.
#[derive(Debug, Clone)]
pub(super) struct MaybeShopKey(pub(super) Option<ShopKey>);

impl FromRequestParts<Arc<App>> for MaybeShopKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        if parts.extensions.get::<Bearer>().is_none() {
            return Ok(Self(None));
        }
        Ok(Self(Some(ShopKey::from_request_parts(parts, app).await?)))
    }
}

fn unauthorized(detail: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "no-shop-key", detail)
}

/// Looks a request's key up once, for the bucket that it is charged to and for the handler.
pub(super) async fn identify(app: &App, request: &mut Request) -> Result<(), ApiError> {
    if request.uri().path().starts_with("/api/v1/")
        && let Some(token) = bearer_token(request.headers())
    {
        let bearer = known(app, token).await?;
        request.extensions_mut().insert(bearer);
    }
    Ok(())
}

/// Keys that opened nothing a moment ago: a program that goes on with one costs no read of the database each time.
#[derive(Debug)]
pub(super) struct Refused(moka::future::Cache<blake3::Hash, ()>);

/// How many are remembered, about 1 MB.
const MOST_REFUSED: u64 = 10_000;
/// How long. A key that is made meanwhile is a new one, which nobody can have tried.
const REMEMBERED: Duration = Duration::from_secs(10);

impl Default for Refused {
    fn default() -> Self {
        Self(moka::future::Cache::builder().max_capacity(MOST_REFUSED).time_to_live(REMEMBERED).build())
    }
}

async fn known(app: &App, token: &str) -> Result<Bearer, StoreError> {
    let Some(secret) = KeySecret::parse(token) else { return Ok(Bearer::Unknown) };
    let hash = blake3::hash(token.as_bytes());
    if app.refused.0.contains_key(&hash) {
        return Ok(Bearer::Unknown);
    }
    let Some(key) = app.store.key(&secret).await? else {
        app.refused.0.insert(hash, ()).await;
        return Ok(Bearer::Unknown);
    };
    // Whoever may call must not be refused because the time of it cannot be written down.
    if let Err(error) = app.store.note_key_use(&key, now_ms()).await {
        tracing::warn!(%error, key = key.id, "a key's use could not be noted");
    }
    Ok(Bearer::Known(Arc::new(key)))
}

/// The token of `Authorization: Bearer TOKEN`; the scheme is written in any case (RFC 9110, 11.1).
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn a_token_is_found_behind_its_scheme_only() {
        let token = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            bearer_token(&headers).map(str::to_owned)
        };
        assert_eq!(token("Bearer platen_x").as_deref(), Some("platen_x"));
        assert_eq!(token("bearer  platen_x ").as_deref(), Some("platen_x"));
        assert_eq!(token("Basic platen_x"), None);
        assert_eq!(token("platen_x"), None);
    }

    #[test]
    fn a_scope_that_a_key_lacks_is_named() {
        let row = KeyRow {
            id: "a".to_owned(),
            name: "press".to_owned(),
            scopes: vec![Scope::OrdersRead],
            created_at: 0,
            last_used_at: None,
            revoked_at: None,
        };
        let key = ShopKey(Arc::new(row));
        assert!(key.require(Scope::OrdersRead).is_ok());
        for scope in [Scope::OrdersWrite, Scope::ShopRead, Scope::ShopWrite, Scope::Batches] {
            let response = key.require(scope).unwrap_err().into_response();
            assert_eq!(response.status(), StatusCode::FORBIDDEN);
        }
        assert!(format!("{:?}", key.require(Scope::ShopWrite)).contains("scope shop:write"));
    }
}
