//! Telling the shop's other programs what happens to orders: signed, tried again, and never to an address inside.
//!
//! The form is that of the Standard Webhooks specification 1.0: the headers `webhook-id`, `webhook-timestamp` and
//! `webhook-signature`, the last one `v1,` and the base 64 of HMAC-SHA256 over `id.timestamp.body`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use metrics::counter;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use sha2::Sha256;

use crate::server::clock::now_ms;
use crate::server::state::App;
use crate::store::{Delivery, Outcome, StoreError};

/// How long after each try the next one comes, seconds: over three days in all.
const PAUSES_S: [i64; 9] = [5, 60, 300, 1800, 7200, 18_000, 36_000, 72_000, 86_400];
/// How long an address may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a try holds its delivery.
const CLAIM_MS: i64 = 30_000;
/// Tries that run at once.
const AT_ONCE: u32 = 8;
/// How often the database is asked for what is due.
const PAUSE: Duration = Duration::from_secs(1);
/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";

/// Why an address cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    #[error("that is not an address; expected https://host/path")]
    NotAUrl,
    #[error("webhooks are sent over https only")]
    NotHttps,
    #[error("an address with a name or password in it is not accepted; the signature tells who sends")]
    Login,
    #[error("that address lies inside the network")]
    Private,
}

impl AddressError {
    /// What to do about it.
    pub(super) fn hint(&self) -> String {
        let hint = match self {
            Self::NotAUrl => "write it like https://shop.example/platen",
            Self::NotHttps => "write https://; only whoever runs the service can allow plain http",
            Self::Login => "leave the name and the password out",
            Self::Private => "use a name that the internet knows; only whoever runs the service can allow others",
        };
        hint.to_owned()
    }
}

/// Sends. Refuses addresses inside the network unless it is told otherwise.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    client: Client,
    allow_private: bool,
}

impl Sender {
    pub(super) fn new(allow_private: bool) -> Result<Self, reqwest::Error> {
        // Another part of the process may have chosen already; both are fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .dns_resolver(Arc::new(Outside { allow_private }))
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .user_agent(concat!("Platen/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, allow_private })
    }

    /// An address that may be told.
    pub(super) fn check(&self, address: &str) -> Result<Url, AddressError> {
        let url = Url::parse(address).map_err(|_| AddressError::NotAUrl)?;
        let Some(host) = url.host_str() else { return Err(AddressError::NotAUrl) };
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            "http" => return Err(AddressError::NotHttps),
            _ => return Err(AddressError::NotAUrl),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Login);
        }
        // Other names are looked at when they are resolved, at every try; a bare address never is.
        let bare = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_inside = bare.map_or_else(|_| is_inside_name(host), |address| !is_outside(address));
        if is_inside && !self.allow_private {
            return Err(AddressError::Private);
        }
        Ok(url)
    }

    /// Tries once: the answer's status, or what went wrong.
    async fn send(&self, delivery: &Delivery, now: i64) -> Result<u16, String> {
        let url = self.check(&delivery.webhook.url).map_err(|error| error.to_string())?;
        let seconds = (now / 1000).to_string();
        let signature =
            sign(&delivery.webhook.secret, &delivery.id, &seconds, &delivery.body).ok_or("the secret is damaged")?;
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", &delivery.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(delivery.body.clone());
        match request.send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) if error.is_timeout() => Err(format!("no answer within {} s", PATIENCE.as_secs())),
            Err(error) if error.is_connect() => Err("it could not be reached".to_owned()),
            Err(error) => Err(error.without_url().to_string()),
        }
    }
}

/// A new secret.
pub(super) fn secret() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Random)?;
    Ok(format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes)))
}

/// The signature of a delivery; `None` if the secret has not the form of one.
fn sign(secret: &str, id: &str, seconds: &str, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// Tells what is due, for as long as the service runs.
pub(super) async fn tell(app: Arc<App>) {
    let mut turns = tokio::time::interval(PAUSE);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        match app.store.due_deliveries(now_ms(), AT_ONCE).await {
            Ok(due) => {
                let tries = due.into_iter().map(|delivery| tokio::spawn(try_once(Arc::clone(&app), delivery)));
                for running in tries.collect::<Vec<_>>() {
                    let _ = running.await;
                }
            }
            Err(error) => tracing::warn!(%error, "what is to be told could not be read"),
        }
    }
}

async fn try_once(app: Arc<App>, delivery: Delivery) {
    let now = now_ms();
    match app.store.claim_delivery(&delivery, now + CLAIM_MS).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return tracing::warn!(%error, "a webhook's delivery could not be claimed"),
    }
    let (outcome, answer) = match app.sender.send(&delivery, now).await {
        Ok(status @ 200..=299) => (Outcome::Delivered, format!("status {status}")),
        // Gone: the receiver wants no more of it.
        Ok(410) => (Outcome::GivenUp, "status 410".to_owned()),
        Ok(status) => (next(delivery.tries, now), format!("status {status}")),
        Err(reason) => (next(delivery.tries, now), reason),
    };
    counter!("platen_webhook_tries_total", "outcome" => match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Again(_) => "again",
        Outcome::GivenUp => "given-up",
    })
    .increment(1);
    tracing::info!(delivery = delivery.id, webhook = delivery.webhook.id, answer, "told a webhook");
    if let Err(error) = app.store.settle_delivery(&delivery.id, outcome, &answer).await {
        tracing::warn!(%error, "what came of a webhook's delivery could not be noted");
    }
}

/// What follows a try that failed, after `tries` before it.
fn next(tries: i64, now: i64) -> Outcome {
    let pause = usize::try_from(tries).ok().and_then(|tries| PAUSES_S.get(tries));
    pause.map_or(Outcome::GivenUp, |seconds| Outcome::Again(now + seconds * 1000))
}

/// Resolves names to addresses outside the network, so that a name that moves inside is refused at the next try.
#[derive(Debug)]
struct Outside {
    allow_private: bool,
}

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|address| allow_private || is_outside(address.ip())).collect();
            if found.is_empty() {
                return Err(AddressError::Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether a name never leads out: RFC 6761 and RFC 6762 keep `localhost` and `local` for that, RFC 8375 `home.arpa`, and
/// ICANN keeps `internal`. `name` is in lower case.
fn is_inside_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    ["localhost", "local", "internal", "home.arpa"]
        .iter()
        .any(|inside| name.strip_suffix(inside).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether an address is one that anybody can reach: not this machine, not a private network, nothing special
/// (IANA's registries of special-purpose addresses).
fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_outside_v4(address),
        IpAddr::V6(address) => is_outside_v6(address),
    }
}

fn is_outside_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 198 && b & 0xfe == 18)
        || (a == 192 && b == 0 && c == 0))
}

fn is_outside_v6(address: Ipv6Addr) -> bool {
    // Addresses that carry one of version 4 are what that one is.
    if let Some(inner) = address.to_ipv4() {
        return is_outside_v4(inner);
    }
    let [first, second, ..] = address.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (first, second) {
        (0x64, 0xff9b) => is_outside_v4(inner(address.segments()[6], address.segments()[7])),
        (0x2002, high) => is_outside_v4(inner(high, address.segments()[2])),
        (0x2001, 0xdb8 | 0) => false,
        // What is given out to the world begins with 001.
        _ => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_the_specification_says() {
        // The example of the Standard Webhooks specification.
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(sign("secret", "a", "1", "{}"), None);
        let (one, two) = (secret().unwrap(), secret().unwrap());
        assert!(one != two && sign(&one, "a", "1", "{}").is_some());
    }

    #[test]
    fn addresses_inside_are_not_outside() {
        for inside in [
            "127.0.0.1",
            "127.8.9.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.1.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
            "4000::1",
        ] {
            assert!(!is_outside(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "8.8.8.8",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(is_outside(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn only_https_addresses_outside_are_accepted() {
        let sender = Sender::new(false).unwrap();
        for outside in ["https://shop.example/hook?x=1", "https://local.example/", "https://notlocalhost/"] {
            assert!(sender.check(outside).is_ok(), "{outside}");
        }
        for (address, wanted) in [
            ("shop.example/hook", AddressError::NotAUrl),
            ("file:///etc/passwd", AddressError::NotAUrl),
            ("ftp://shop.example/", AddressError::NotAUrl),
            ("http://shop.example/", AddressError::NotHttps),
            ("https://jo:secret@shop.example/", AddressError::Login),
            ("https://127.0.0.1/", AddressError::Private),
            ("https://2130706433/", AddressError::Private),
            ("https://0x7f.1/", AddressError::Private),
            ("https://[::1]:8080/", AddressError::Private),
            ("https://[::ffff:169.254.169.254]/", AddressError::Private),
            ("https://localhost/", AddressError::Private),
            ("https://LOCALHOST.:8443/", AddressError::Private),
            ("https://a.localhost/", AddressError::Private),
            ("https://press.local/", AddressError::Private),
            ("https://mis.shop.internal./", AddressError::Private),
            ("https://printer.home.arpa/", AddressError::Private),
        ] {
            assert_eq!(sender.check(address).unwrap_err(), wanted, "{address}");
        }
        let inside = Sender::new(true).unwrap();
        assert!(inside.check("https://localhost/").is_ok());
        assert!(inside.check("http://127.0.0.1:9000/hook").is_ok() && inside.check("file:///x").is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_when_it_is_resolved() {
        let resolve = async |allow_private| {
            let addresses = Outside { allow_private }.resolve("localhost".parse().unwrap()).await;
            addresses.map(Iterator::count).unwrap_or_default()
        };
        assert_eq!(resolve(false).await, 0);
        assert!(resolve(true).await > 0);
    }

    #[test]
    fn tries_come_ever_later_and_end() {
        let pause = |tries| match next(tries, 1000) {
            Outcome::Again(time) => time - 1000,
            _ => 0,
        };
        let pauses: Vec<i64> = (0..9).map(pause).collect();
        assert!(pauses.is_sorted() && pauses[0] == 5000);
        assert!(pauses.iter().sum::<i64>() > 2 * 24 * 3_600_000);
        assert_eq!(next(9, 1000), Outcome::GivenUp);
    }
}
