//! Where visitors reach the service, as their browsers see it: scheme, host and port.

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

use crate::server::Config;

/// The scheme of the visitor's own address: what whoever runs the service says, else what a proxy of ours says, else as
/// the service listens.
pub(super) fn scheme(config: &Config, headers: &HeaderMap) -> &'static str {
    let forwarded = headers.get_all("x-forwarded-proto").into_iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    // As with addresses: each proxy of ours appends one, or the only one writes it anew.
    let told = config.proxies.checked_sub(1).and_then(|back| forwarded.iter().rev().nth(back).or(forwarded.last()));
    if config.https || told.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) { "https" } else { "http" }
}

/// Whether a page of `origin`, as its browser names it, is one of ours.
pub(super) fn is_own(config: &Config, headers: &HeaderMap, origin: &str) -> bool {
    let own = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let page = origin.parse::<Uri>().ok();
    let Some((own, page)) = own.zip(page) else { return false };
    let (Some(page_scheme), Some(authority)) = (page.scheme_str(), page.authority()) else { return false };
    let own_scheme = scheme(config, headers);
    own_scheme == page_scheme
        && own.host().eq_ignore_ascii_case(authority.host())
        && port(own_scheme, &own) == port(page_scheme, authority)
}

/// The port that an authority names, or its scheme's own.
fn port(scheme: &str, authority: &Authority) -> Option<u16> {
    authority.port_u16().or(match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use axum::http::HeaderValue;

    use super::*;

    fn config(https: bool, proxies: usize) -> Config {
        Config { https, proxies, ..Config::new(PathBuf::new(), PathBuf::new()) }
    }

    fn headers(host: &'static str, forwarded: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        headers.extend(
            forwarded.map(|value| {
                (axum::http::HeaderName::from_static("x-forwarded-proto"), HeaderValue::from_static(value))
            }),
        );
        headers
    }

    #[test]
    fn scheme_host_and_port_must_all_be_ours() {
        let plain = config(false, 0);
        let own = |config: &Config, host, origin| is_own(config, &headers(host, None), origin);
        assert!(own(&plain, "shop.example", "http://shop.example"));
        assert!(own(&plain, "Shop.Example:80", "http://shop.example"), "80 is the port of http");
        assert!(own(&plain, "[::1]:8080", "http://[::1]:8080"));
        for other in [
            "https://shop.example",
            "http://shop.example:8081",
            "http://evil.example",
            "http://shop.example.evil.example",
            "null",
            "",
            "shop.example",
        ] {
            assert!(!own(&plain, "shop.example", other), "{other}");
        }
        let secure = config(true, 0);
        assert!(own(&secure, "shop.example", "https://shop.example"));
        assert!(own(&secure, "shop.example:443", "https://shop.example"));
        assert!(!own(&secure, "shop.example", "http://shop.example"), "a page that anybody between could write");
    }

    #[test]
    fn only_our_own_proxies_say_which_scheme_it_was() {
        let scheme = |proxies, forwarded| scheme(&config(false, proxies), &headers("shop.example", Some(forwarded)));
        assert_eq!(scheme(0, "https"), "http");
        assert_eq!([scheme(1, "https"), scheme(1, "http"), scheme(1, "http, https")], ["https", "http", "https"]);
        assert_eq!(scheme(2, "https"), "https", "the inner one hands on what the outer one wrote");
        assert_eq!(scheme(2, "http, https, http"), "https");
    }
}
