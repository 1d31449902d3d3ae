//! Proxies as the server sees them, over real sockets.

use std::num::NonZeroU32;

use super::*;
use crate::{
    Listening, RateLimits,
    tls::tests::harness::{Running, ask},
};

/// Requests that one address may send.
const QUOTA: u32 = 3;

/// A server for which a machine of this address is a proxy, and which believes this header of it.
fn behind(proxy: &str, header: Option<AddressHeader>) -> Running {
    let proxies = Proxies::at(vec![proxy.parse().unwrap()]);
    let proxies = match header {
        Some(header) => proxies.with_clients_in(header),
        None => proxies.with_certificates_in("client-cert").unwrap(),
    };
    let listening = Listening {
        workers: 1,
        proxies: Some(proxies),
        ..Listening::default()
    };
    let limits = RateLimits {
        per_address: NonZeroU32::new(QUOTA).unwrap(),
        ..RateLimits::NONE
    };
    Running::limited(listening, limits)
}

/// Requests that are left to whoever sends these headers; none if this one was refused.
fn left(server: &Running, headers: &str) -> Option<u32> {
    let (head, _) = ask(&mut server.socket(), "/health/live", headers).unwrap();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let told = field("ratelimit: \"address\";r=").unwrap();
    let left = told.split(';').next().unwrap().parse().unwrap();
    match head.split(' ').nth(1).unwrap() {
        "200" => Some(left),
        "429" => None,
        other => panic!("status {other}"),
    }
}

#[test]
fn each_client_behind_a_proxy_has_a_count_of_its_own() {
    for (header, one, other) in [
        (
            AddressHeader::Forwarded,
            "Forwarded: for=192.0.2.1;proto=https\r\n",
            "Forwarded: for=\"[2001:db8::2]:4711\"\r\n",
        ),
        (
            AddressHeader::XForwardedFor,
            "X-Forwarded-For: 192.0.2.1\r\n",
            "X-Forwarded-For: 2001:db8::2\r\n",
        ),
    ] {
        let server = behind("127.0.0.1", Some(header));
        let all = [Some(2), Some(1), Some(0), None];
        assert_eq!([(); 4].map(|()| left(&server, one)), all);
        assert_eq!([(); 4].map(|()| left(&server, other)), all);
        assert_eq!(left(&server, ""), Some(2), "what the proxy itself asks");
        let malformed = format!("{}: unknown\r\n", header.name());
        assert_eq!(left(&server, &malformed), Some(1), "counts as the proxy's");
    }
}

#[test]
fn no_client_escapes_its_count_by_a_header_of_its_own() {
    for (header, added) in [
        (AddressHeader::Forwarded, "for=192.0.2.1"),
        (AddressHeader::XForwardedFor, "192.0.2.1"),
    ] {
        let server = behind("127.0.0.1", Some(header));
        let name = header.name();
        let sent = [
            format!("{name}: for=192.0.2.99, {added}\r\n"),
            format!("{name}: 192.0.2.98\r\n{name}: {added}\r\n"),
            format!("{name}: for=\"\\, {added}\r\n"),
            format!("{name}: {added}\r\nX-Forwarded-Foo: 192.0.2.97\r\n"),
        ];
        let counted: Vec<_> = sent.iter().map(|headers| left(&server, headers)).collect();
        assert_eq!(counted, [Some(2), Some(1), Some(0), None], "{name}");
    }
}

#[test]
fn only_the_named_header_of_a_named_proxy_counts() {
    let both = |last: u8| {
        format!("X-Forwarded-For: 192.0.2.{last}\r\nForwarded: for=198.51.100.{last}\r\n")
    };
    // From somebody else nothing counts, nor from a proxy whose header nobody named: these are all one.
    for server in [
        behind("192.0.2.1", Some(AddressHeader::Forwarded)),
        behind("192.0.2.1", Some(AddressHeader::XForwardedFor)),
        behind("127.0.0.1", None),
    ] {
        let counted = [1, 2, 3, 4].map(|last| left(&server, &both(last)));
        assert_eq!(counted, [Some(2), Some(1), Some(0), None]);
    }
    // The other header is the client's own.
    for (header, other) in [
        (AddressHeader::Forwarded, "X-Forwarded-For: 203.0.113."),
        (AddressHeader::XForwardedFor, "Forwarded: for=203.0.113."),
    ] {
        let server = behind("127.0.0.1", Some(header));
        let same = match header {
            AddressHeader::Forwarded => "Forwarded: for=192.0.2.1\r\n",
            AddressHeader::XForwardedFor => "X-Forwarded-For: 192.0.2.1\r\n",
        };
        let counted = [1, 2, 3, 4].map(|last| left(&server, &format!("{other}{last}\r\n{same}")));
        assert_eq!(counted, [Some(2), Some(1), Some(0), None]);
    }
}
