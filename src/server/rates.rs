//! How much one visitor or one key may ask for: a bucket of points for each, filled evenly, and each call takes what it costs.

use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::server::costs::Costs;
use crate::server::error::ApiError;
use crate::server::keys::Bearer;
use crate::server::state::App;

/// The buckets of all visitors, and of all keys of the shop: a key's calls come from one address for many customers.
pub(super) struct Rates {
    visitors: Buckets<IpAddr>,
    keys: Buckets<String>,
}

/// A bucket for each of them.
struct Buckets<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
    per_minute: NonZeroU32,
}

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

impl Rates {
    pub(super) fn new(points_per_minute: u32, key_points_per_minute: u32) -> Self {
        Self { visitors: Buckets::new(points_per_minute), keys: Buckets::new(key_points_per_minute) }
    }

    /// Forgets those whose buckets are full again, so that the list does not grow for ever.
    pub(super) fn forget_the_gone(&self) {
        self.visitors.forget_the_gone();
        self.keys.forget_the_gone();
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(points_per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(points_per_minute).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware();
        Self { limiter, per_minute }
    }

    fn forget_the_gone(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    /// Takes `cost` points of the bucket of `who`: what is left, or how long to wait.
    fn take(&self, who: &K, cost: NonZeroU32) -> Result<u32, Duration> {
        // A call that costs more than a bucket holds takes a whole one; nobody could ever make it otherwise.
        match self.limiter.check_key_n(who, cost.min(self.per_minute)) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(wait)) => Err(wait.wait_time_from(DefaultClock::default().now())),
            Err(_) => Err(Duration::from_secs(60)),
        }
    }
}

/// What a call costs before it is looked at; reading what is there costs nothing. What only a handler knows, it takes
/// from the [`Account`].
fn cost(method: &Method, path: &str, costs: &Costs) -> u32 {
    let Some(call) = path.strip_prefix("/api/v1/") else { return 0 };
    let of_order = call.starts_with("orders/") || call.starts_with("batches/");
    let draws = call.contains("/previews/")
        || call.ends_with("/proof.pdf")
        || (call.starts_with("uploads/") && (call.ends_with("/proxy") || call.ends_with("/original")))
        || of_order && (["/preview", "/changes"].iter().any(|end| call.ends_with(end)) || call.contains("/files/"));
    match (method, call) {
        (&Method::POST, "uploads") => costs.upload,
        (&Method::GET | &Method::HEAD, _) if !draws => 0,
        _ => costs.call,
    }
}

/// The bucket that a call is charged to. [`limit`] leaves it with every request.
#[derive(Clone)]
pub(super) struct Account {
    app: Arc<App>,
    who: Who,
    /// What became of the last charge.
    last: Arc<Mutex<Option<Charge>>>,
}

#[derive(Clone)]
enum Who {
    Visitor(IpAddr),
    Key(String),
}

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Charge {
    /// Points that are left.
    remaining: u32,
    /// How long to wait for what was refused, seconds.
    wait_s: Option<u32>,
}

impl Account {
    /// Takes points.
    ///
    /// # Errors
    /// 429 if the bucket does not hold them at the moment.
    pub(super) fn spend(&self, points: u32) -> Result<(), ApiError> {
        let Some(points) = NonZeroU32::new(points) else { return Ok(()) };
        let (taken, per_minute) = match &self.who {
            Who::Visitor(address) => (self.app.rates.visitors.take(address, points), self.per_minute()),
            Who::Key(id) => (self.app.rates.keys.take(id, points), self.per_minute()),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match taken {
            Ok(remaining) => {
                *last = Some(Charge { remaining, wait_s: None });
                Ok(())
            }
            Err(wait) => {
                let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(60);
                // What was left behind the charge before is still there.
                let remaining = last.map_or(0, |charge| charge.remaining);
                *last = Some(Charge { remaining, wait_s: Some(seconds) });
                let detail = format!(
                    "this costs {points} points, and {per_minute} may be spent in a minute; try again in {seconds} s"
                );
                Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).retry_after(seconds))
            }
        }
    }

    /// Names whoever is charged, within the service.
    pub(super) fn name(&self) -> String {
        match &self.who {
            Who::Visitor(address) => address.to_string(),
            Who::Key(id) => id.clone(),
        }
    }

    /// As [`Account::spend`], for a call of so many points in all: that it was let in is paid already.
    ///
    /// # Errors
    /// 429 if the bucket does not hold them at the moment.
    pub(super) fn spend_rest(&self, points: u32) -> Result<(), ApiError> {
        self.spend(points.saturating_sub(self.app.config.limits.costs.call))
    }

    /// What all requests share: the account's own, for handlers that take much else.
    pub(super) const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Whether the last charge was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.last().is_some_and(|charge| charge.wait_s.is_some())
    }

    fn last(&self) -> Option<Charge> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn per_minute(&self) -> u32 {
        match &self.who {
            Who::Visitor(_) => self.app.rates.visitors.per_minute.get(),
            Who::Key(_) => self.app.rates.keys.per_minute.get(),
        }
    }
}

impl FromRequestParts<Arc<App>> for Account {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || ApiError::internal(&std::io::Error::other("a call passed no rate limit"));
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

/// Lets a request pass if its bucket holds what it costs: the key's, or the visitor's if it bears none.
pub(super) async fn limit(app: Arc<App>, mut request: Request, next: Next) -> Response {
    let costs = &app.config.limits.costs;
    let (who, least) = match request.extensions().get::<Bearer>() {
        Some(Bearer::Known(key)) => (Who::Key(key.id.clone()), 0),
        bearer => {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
            // Nobody shall try keys for nothing.
            let least = if bearer.is_some() { costs.call } else { 0 };
            (Who::Visitor(visitor(peer, request.headers(), app.config.proxies)), least)
        }
    };
    let points = cost(request.method(), request.uri().path(), costs).max(least);
    let account = Account { app, who, last: Arc::default() };
    let mut response = match account.spend(points) {
        Ok(()) => {
            request.extensions_mut().insert(account.clone());
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    if let Some(Charge { remaining, wait_s }) = account.last() {
        let per_minute = account.per_minute();
        let refill_s = (u64::from(per_minute - remaining.min(per_minute)) * 60).div_ceil(u64::from(per_minute));
        let reset = wait_s.unwrap_or(0).max(u32::try_from(refill_s).unwrap_or(60));
        let headers = response.headers_mut();
        headers.insert(LIMIT, HeaderValue::from(per_minute));
        headers.insert(REMAINING, HeaderValue::from(remaining));
        headers.insert(RESET, HeaderValue::from(reset));
    }
    response
}

/// Who asks. Behind `proxies` of our own, each of which appends the address that it was asked from, the visitor is the
/// last but that many; whatever stands before was written by the visitor and is not believed.
fn visitor(peer: Option<IpAddr>, headers: &HeaderMap, proxies: usize) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let told = proxies.checked_sub(1).and_then(|back| forwarded.iter().rev().nth(back));
    network(told.and_then(|address| address.trim().parse().ok()).unwrap_or(peer))
}

/// One visitor of IPv6 has a whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(forwarded: &str, proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(forwarded).unwrap());
        visitor(Some(IpAddr::from([10, 0, 0, 1])), &headers, proxies).to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(from("6.6.6.6, 203.0.113.9", 0), "10.0.0.1");
        assert_eq!(from("6.6.6.6, 203.0.113.9", 1), "203.0.113.9");
        assert_eq!(from("6.6.6.6, 203.0.113.9, 10.0.0.2", 2), "203.0.113.9");
        assert_eq!(from("nonsense", 1), "10.0.0.1");
        assert_eq!(from("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::");
        assert_eq!(from("::ffff:203.0.113.9", 1), "203.0.113.9");
    }

    #[test]
    fn a_bucket_runs_dry_for_its_visitor_only() {
        let rates = Buckets::new(100);
        let [mine, other] = [IpAddr::from([1, 1, 1, 1]), IpAddr::from([2, 2, 2, 2])];
        let fifty = NonZeroU32::new(50).unwrap();
        assert_eq!(rates.take(&mine, fifty), Ok(50));
        assert!(rates.take(&mine, fifty).is_ok());
        assert!(rates.take(&mine, fifty).is_err_and(|wait| wait > Duration::from_secs(20)));
        assert_eq!(rates.take(&other, fifty), Ok(50));
    }

    #[test]
    fn a_call_that_costs_more_than_a_bucket_takes_a_whole_one() {
        let rates = Buckets::new(100);
        let who = IpAddr::from([1, 1, 1, 1]);
        let much = NonZeroU32::new(1000).unwrap();
        assert_eq!(rates.take(&who, much), Ok(0));
        assert!(rates.take(&who, much).is_err_and(|wait| wait > Duration::from_secs(50)));
    }

    #[test]
    fn drawing_costs_and_reading_does_not() {
        let points = |method, path: &str| cost(&method, &format!("/api/v1/{path}"), &Costs::default());
        for path in ["garments", "orders/x", "orders/x/files", "uploads/x"] {
            assert_eq!(points(Method::GET, path), 0, "{path}");
        }
        assert_eq!(cost(&Method::GET, "/", &Costs::default()), 0);
        assert_eq!(points(Method::GET, "shared/x"), 0);
        assert_eq!(points(Method::GET, "designs/x/proof.pdf"), 1);
        assert_eq!(points(Method::GET, "shared/x/proof.pdf"), 1);
        let drawn = ["designs/x/previews/front", "orders/x/preview", "orders/x/changes", "orders/x/proof.pdf"];
        for path in drawn.iter().chain(&["orders/x/files/1-front.png", "uploads/x/proxy", "uploads/x/original"]) {
            assert_eq!(points(Method::GET, path), 1, "{path}");
        }
        assert_eq!(points(Method::POST, "previews"), 1);
        assert_eq!(points(Method::POST, "artworks"), 1, "the rest is known once it is read");
        assert_eq!(points(Method::POST, "uploads"), 20);
    }
}
