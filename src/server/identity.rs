//! Customers without accounts: a cookie that scripts cannot read says who owns what.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

use crate::server::clock;
use crate::server::error::ApiError;
use crate::server::state::App;
use crate::store::{CustomerId, Token};

/// Name of the cookie.
const COOKIE_NAME: &str = "platen_customer";
/// Browsers keep a cookie for 400 days at most.
const COOKIE_SECONDS: u32 = 400 * 24 * 3600;

/// Whoever has a cookie that this service gave.
#[derive(Debug, Clone)]
pub(super) struct MaybeCustomer(pub(super) Option<CustomerId>);

/// A customer; one without a cookie is given one with the answer.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) id: CustomerId,
    /// Part of the answer: the cookie, if it is new.
    pub(super) cookie: NewCookie,
}

/// A cookie to set, if there is one.
#[derive(Debug, Clone)]
pub(super) struct NewCookie(Option<HeaderValue>);

/// A cookie as browsers take it, for so many seconds.
fn set_cookie(app: &App, value: &str, seconds: u32) -> Result<NewCookie, ApiError> {
    let secure = if app.config.https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::from_str(&cookie).map_err(|error| ApiError::internal(&error))?;
    cookie.set_sensitive(true);
    Ok(NewCookie(Some(cookie)))
}

impl NewCookie {
    /// Takes the cookie away.
    pub(super) fn gone(app: &App) -> Result<Self, ApiError> {
        set_cookie(app, "", 0)
    }
}

fn token_in(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE_NAME).find_map(|(_, value)| Token::parse(value))
}

impl FromRequestParts<Arc<App>> for MaybeCustomer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Some(token) = token_in(&parts.headers) else { return Ok(Self(None)) };
        Ok(Self(app.store.customer(&token).await?))
    }
}

impl FromRequestParts<Arc<App>> for Customer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        MaybeCustomer::from_request_parts(parts, app).await?.or_new(app).await
    }
}

impl MaybeCustomer {
    /// The customer, or a new one: for calls that look first whether there is anything to own.
    pub(super) async fn or_new(self, app: &App) -> Result<Customer, ApiError> {
        if let Some(id) = self.0 {
            return Ok(Customer { id, cookie: NewCookie(None) });
        }
        let token = Token::random()?;
        let id = app.store.add_customer(&token, clock::now_ms()).await?;
        Ok(Customer { id, cookie: set_cookie(app, token.reveal(), COOKIE_SECONDS)? })
    }
}

impl IntoResponseParts for NewCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Some(cookie) = self.0 {
            parts.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}
