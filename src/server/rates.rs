//! How much one visitor or one key may ask for: a bucket of points for each, filled evenly, and each call takes what it costs.

use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

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
        match self.limiter.check_key_n(who, cost) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(wait)) => Err(wait.wait_time_from(DefaultClock::default().now())),
            // A bucket that never holds as much as the call costs.
            Err(_) => Err(Duration::from_secs(60)),
        }
    }
}

/// What a call costs; reading what is there costs nothing.
fn cost(method: &Method, path: &str) -> Option<NonZeroU32> {
    let call = path.strip_prefix("/api/v1/")?;
    let draws = call.contains("/previews/");
    let points = match (method, call) {
        (&Method::POST, "artworks") => 50,
        (&Method::POST, "uploads") => 20,
        (&Method::GET | &Method::HEAD, _) if !draws => return None,
        _ => 1,
    };
    NonZeroU32::new(points)
}

/// Lets a request pass if its bucket holds what it costs: the key's, or the visitor's if it bears none.
pub(super) async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let bearer = request.extensions().get::<Bearer>();
    let cost = match (cost(request.method(), request.uri().path()), bearer) {
        // Nobody shall try keys for nothing.
        (None, Some(Bearer::Unknown)) => NonZeroU32::MIN,
        (None, _) => return next.run(request).await,
        (Some(cost), _) => cost,
    };
    let (taken, per_minute) = if let Some(Bearer::Known(key)) = bearer {
        (app.rates.keys.take(&key.id, cost), app.rates.keys.per_minute.get())
    } else {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let visitor = visitor(peer, request.headers(), app.config.proxies);
        (app.rates.visitors.take(&visitor, cost), app.rates.visitors.per_minute.get())
    };
    let (mut response, remaining, wait) = match taken {
        Ok(remaining) => (next.run(request).await, remaining, 0),
        Err(wait) => {
            let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(60);
            let error = ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                format!("{per_minute} points may be spent in a minute; try again in {seconds} s"),
            );
            (error.retry_after(seconds).into_response(), 0, seconds)
        }
    };
    let reset = wait.max((per_minute - remaining.min(per_minute)) * 60 / per_minute);
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(per_minute));
    headers.insert(REMAINING, HeaderValue::from(remaining));
    headers.insert(RESET, HeaderValue::from(reset));
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
    fn drawing_costs_and_reading_does_not() {
        let points = |method, path| cost(&method, path).map_or(0, NonZeroU32::get);
        assert_eq!(points(Method::GET, "/api/v1/garments"), 0);
        assert_eq!(points(Method::GET, "/"), 0);
        assert_eq!(points(Method::GET, "/api/v1/designs/x/previews/front"), 1);
        assert_eq!(points(Method::POST, "/api/v1/previews"), 1);
        assert_eq!(points(Method::POST, "/api/v1/artworks"), 50);
    }
}
