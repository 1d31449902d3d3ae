//! Headers: keys, entity tags, references of persons, and what proxies say about their clients.

use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use freigabe_domain::access::UserReference;

use super::CANARY;
use crate::{
    extract::{IfMatch, Key},
    problem::ApiError,
    proxy::{AddressHeader, told_address},
};

/// Separates what a client sent from what its proxy added.
const NEXT: u8 = 0;

/// Good inputs of the targets here; none of another.
pub(super) fn seeds(target: &str) -> Option<Vec<Vec<u8>>> {
    let seeds: &[&str] = match target {
        "headers" => &[
            "12345678",
            "019a6b2e-7c41-7f00-8b2a-1c2d3e4f5a06",
            "Kanarienvogel",
            "\"1-given\"",
            "W/\"1-given\"",
            "\"a\", \"b\"",
            "P-4711",
        ],
        "forwarded" => &[
            "for=192.0.2.8\x00for=192.0.2.7",
            "for=\"\x00for=192.0.2.7;host=\"a,b;for=192.0.2.8\"",
            "\\\x00proto=https; for=\"[2001:db8::7]:4711\" ;; by=_a, for=10.0.0.1",
            "192.0.2.8\x00192.0.2.7:4711, 10.0.0.1",
            "unknown\x00[2001:db8::7]:4711",
            // A quote that the proxy leaves open.
            "a;b\x00r=\"[s; for=\"[2001:db8::7]:41\" ;; by=",
            // A quote in a name.
            ";=8\"b\x00\"r= [s; for=\"[2001:db8::7]:41\";",
        ],
        _ => return None,
    };
    Some(seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect())
}

fn with(name: &'static str, value: &HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static(name), value.clone());
    headers
}

fn tells_nothing(error: &ApiError) {
    let told = format!("{:?}", error.problem());
    assert!(!told.contains(CANARY), "what was sent came back: {told}");
}

pub(super) fn fields(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let headers = with("idempotency-key", &value);
    match Key::told(&headers) {
        Ok(key) => {
            assert_eq!(key.as_str().as_bytes(), data, "a key is taken as it came");
            assert!((8..=64).contains(&data.len()));
            assert!(data.iter().all(u8::is_ascii_graphic));
        }
        Err(error) => tells_nothing(&error),
    }
    let mut twice = headers;
    twice.append(HeaderName::from_static("idempotency-key"), value.clone());
    assert!(Key::told(&twice).is_err(), "a key stands once");
    let headers = with("if-match", &value);
    match IfMatch::told(&headers) {
        Ok(IfMatch(tag)) => {
            assert_eq!(tag.as_bytes(), data.trim_ascii());
            let opaque = tag.strip_prefix("W/").unwrap_or(&tag);
            assert!(opaque.starts_with('"') && opaque.ends_with('"') && !opaque.contains(','));
            assert!(
                opaque.matches('"').count() == 2 && tag.len() <= 64,
                "one tag"
            );
        }
        Err(error) => tells_nothing(&error),
    }
    let mut twice = headers;
    twice.append(HeaderName::from_static("if-match"), value.clone());
    assert!(IfMatch::told(&twice).is_err(), "a tag stands once");
    if let Ok(text) = value.to_str()
        && let Ok(user) = UserReference::parse(text)
    {
        assert_eq!(user.as_str(), text, "a reference is taken as it came");
    }
}

/// Whatever a client wrote does not change from where it is thought to come.
pub(super) fn forwarded(data: &[u8]) {
    let (sent, added) = match data.iter().position(|byte| *byte == NEXT) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (&data[..0], data),
    };
    let proxy: IpAddr = [10, 0, 0, 1].into();
    for header in [AddressHeader::Forwarded, AddressHeader::XForwardedFor] {
        let told = |lines: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header.name(), HeaderValue::from_bytes(line).ok()?);
            }
            told_address(&headers, header, |address| address == proxy)
                .ok()
                .flatten()
        };
        let Some(address) = told(&[added]) else {
            continue;
        };
        assert_ne!(address, proxy, "a proxy is nobody's client");
        if HeaderValue::from_bytes(sent).is_ok() {
            let joined = [sent, b", ", added].concat();
            assert_eq!(told(&[&joined]), Some(address), "in one line");
            assert_eq!(told(&[sent, added]), Some(address), "in two lines");
        }
    }
}
