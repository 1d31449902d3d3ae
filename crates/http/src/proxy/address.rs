//! The address from which a proxy's client comes, in `Forwarded` (RFC 7239) or `X-Forwarded-For`.
//!
//! Each proxy adds its part at the right, and whatever a client sent stands left of it. So everything is read from the right,
//! and nothing of what stands left of the address that counts is looked at: nothing that a client writes there changes whom it
//! is counted as.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::{self, HeaderMap, HeaderName};

/// The header in which proxies say from which address a client comes.
///
/// Only one is looked at: a proxy that writes one of them passes the other on as its client sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressHeader {
    /// `Forwarded` (RFC 7239), of which `for` is read.
    Forwarded,
    /// `X-Forwarded-For`: addresses with commas between them.
    XForwardedFor,
}

/// What a proxy wrote is not what the settings say it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the proxy's header does not say from which address its client comes: the request counts as the proxy's own"
)]
pub(crate) struct Malformed;

impl AddressHeader {
    pub(crate) const fn name(self) -> HeaderName {
        match self {
            Self::Forwarded => header::FORWARDED,
            Self::XForwardedFor => header::X_FORWARDED_FOR,
        }
    }

    /// The last element of a list, and what stands before it.
    fn split(self, list: &[u8]) -> (Option<&[u8]>, &[u8]) {
        match self {
            Self::Forwarded => split_last(list, b','),
            Self::XForwardedFor => match list.iter().rposition(|byte| *byte == b',') {
                Some(comma) => cut(list, comma),
                None => (None, list),
            },
        }
    }

    fn address(self, element: &[u8]) -> Option<IpAddr> {
        match self {
            Self::Forwarded => forwarded_for(element),
            Self::XForwardedFor => {
                let text = std::str::from_utf8(element).ok()?;
                text.parse().ok().or_else(|| node(text))
            }
        }
    }
}

/// The rightmost address that is not a proxy's; none if there are only proxies, or nothing.
///
/// # Errors
/// When what stands where that address is expected is none.
pub(crate) fn read(
    headers: &HeaderMap,
    header: AddressHeader,
    is_proxy: impl Fn(IpAddr) -> bool,
) -> Result<Option<IpAddr>, Malformed> {
    let lines: Vec<_> = headers.get_all(header.name()).collect();
    for line in lines.iter().rev() {
        let mut rest = Some(line.as_bytes());
        while let Some(list) = rest {
            let (before, element) = header.split(list);
            rest = before;
            let element = element.trim_ascii();
            if element.is_empty() {
                continue;
            }
            let address = header.address(element).ok_or(Malformed)?;
            if !is_proxy(address) {
                return Ok(Some(address));
            }
        }
    }
    Ok(None)
}

/// Cuts a list at its last separator that does not stand in quotes. Quotes are counted from the right as well, where they
/// are well formed as long as a proxy wrote them.
fn split_last(list: &[u8], separator: u8) -> (Option<&[u8]>, &[u8]) {
    let mut quoted = false;
    for (at, byte) in list.iter().enumerate().rev() {
        if *byte == b'"' {
            let before = list.iter().take(at).rev();
            let escapes = before.take_while(|byte| **byte == b'\\').count();
            quoted ^= escapes % 2 == 0;
        } else if *byte == separator && !quoted {
            return cut(list, at);
        }
    }
    (None, list)
}

/// What stands before the byte at `at`, and what stands after it.
fn cut(list: &[u8], at: usize) -> (Option<&[u8]>, &[u8]) {
    let after = list.get(at.saturating_add(1)..).unwrap_or_default();
    (list.get(..at), after)
}

/// The one `for` of an element (RFC 7239 §4), if it is an address. Blanks around pairs are let pass.
fn forwarded_for(element: &[u8]) -> Option<IpAddr> {
    let mut found = None;
    let mut rest = Some(element);
    while let Some(pairs) = rest {
        let (before, pair) = split_last(pairs, b';');
        rest = before;
        let pair = std::str::from_utf8(pair).ok()?.trim_matches([' ', '\t']);
        if pair.is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=')?;
        // A quote that is left open would reach into what stands left of the element; in a name it may stand nowhere.
        if !is_name(name) || !is_value(value) {
            return None;
        }
        if name.eq_ignore_ascii_case("for") && found.replace(value).is_some() {
            return None;
        }
    }
    let value = found?;
    match value.strip_prefix('"') {
        Some(quoted) => node(quoted.strip_suffix('"')?),
        // Whatever has a colon must stand in quotes.
        None => value.parse().ok().map(IpAddr::V4),
    }
}

/// Whether a name is a token (RFC 9110 §5.6.2).
fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// Whether the quotes of a value are those of a quoted string, or there are none (RFC 7239 §4).
fn is_value(value: &str) -> bool {
    let Some(quoted) = value.strip_prefix('"') else {
        return !value.contains('"');
    };
    let mut rest = quoted.chars();
    while let Some(character) = rest.next() {
        match character {
            '"' => return rest.as_str().is_empty(),
            '\\' => drop(rest.next()),
            _ => {}
        }
    }
    false
}

/// An address with or without a port, that of an IPv6 in brackets (RFC 7239 §6). `unknown` and made-up names are none.
fn node(text: &str) -> Option<IpAddr> {
    let (address, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (address.parse::<Ipv6Addr>().ok()?.into(), port)
        }
        None => {
            let (address, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (address.parse::<Ipv4Addr>().ok()?.into(), port)
        }
    };
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(address)
}

/// A port, or a made-up name of one (RFC 7239 §6.2, §6.3).
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            let named = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            !name.is_empty() && name.bytes().all(named)
        }
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// What these lines of a header say, behind the proxies 10.0.0.1 and 10.0.0.2.
    fn told(header: AddressHeader, lines: &[&[u8]]) -> Result<Option<IpAddr>, Malformed> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header.name(), HeaderValue::from_bytes(line).unwrap());
        }
        read(&headers, header, |address| {
            ["10.0.0.1", "10.0.0.2"].contains(&address.to_canonical().to_string().as_str())
        })
    }

    #[track_caller]
    fn is_told(header: AddressHeader, lines: &[&str], expected: &str) {
        let bytes: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let expected = Ok(Some(expected.parse().unwrap()));
        assert_eq!(told(header, &bytes), expected, "{lines:?}");
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        use AddressHeader::{Forwarded, XForwardedFor};
        for (line, expected) in [
            ("for=192.0.2.7", "192.0.2.7"),
            ("For=\"192.0.2.7\"", "192.0.2.7"),
            ("for=\"192.0.2.7:4711\"", "192.0.2.7"),
            ("for=\"192.0.2.7:_port-1\"", "192.0.2.7"),
            ("for=\"[2001:db8::7]\"", "2001:db8::7"),
            ("FOR=\"[2001:DB8::7]:4711\"", "2001:db8::7"),
            ("for=\"[::ffff:192.0.2.7]\"", "::ffff:192.0.2.7"),
            (
                "proto=https;for=192.0.2.7;by=10.0.0.1;host=\"f.example\"",
                "192.0.2.7",
            ),
            ("proto=https; for=192.0.2.7 ;; by=_a", "192.0.2.7"),
            ("for=192.0.2.7;host=\"a,b;for=192.0.2.8\"", "192.0.2.7"),
            ("for=192.0.2.7;x=\"\\\"\\\\\", ,", "192.0.2.7"),
        ] {
            is_told(Forwarded, &[line], expected);
        }
        for (line, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("\t192.0.2.7 , ", "192.0.2.7"),
        ] {
            is_told(XForwardedFor, &[line], expected);
        }
    }

    #[test]
    fn the_rightmost_that_is_no_proxy_counts() {
        use AddressHeader::{Forwarded, XForwardedFor};
        for lines in [
            &["192.0.2.8, 192.0.2.7"][..],
            &["192.0.2.8, 192.0.2.7, 10.0.0.2, ::ffff:10.0.0.1"],
            &["192.0.2.8", "192.0.2.7"],
            &["192.0.2.8, 192.0.2.7", "10.0.0.2"],
            // Whatever a client sends stands left of that.
            &["10.0.0.1, 192.0.2.7"],
            &["unknown, 192.0.2.7"],
            &["\"; DROP, 192.0.2.7"],
            &["\"", "192.0.2.7"],
        ] {
            is_told(XForwardedFor, lines, "192.0.2.7");
        }
        for lines in [
            &["for=192.0.2.8, for=192.0.2.7"][..],
            &["for=192.0.2.8", "for=192.0.2.7;proto=https, for=10.0.0.2"],
            &["for=10.0.0.1, for=192.0.2.7"],
            &["for=\", for=192.0.2.7"],
            &["for=\"\\, for=192.0.2.7"],
            &["for=\"\\", "for=192.0.2.7"],
            &["for=\"x, for=192.0.2.7;host=\"f.example\""],
            &["for=unknown;for=1, for=192.0.2.7"],
        ] {
            is_told(Forwarded, lines, "192.0.2.7");
        }
        for header in [Forwarded, XForwardedFor] {
            let proxy_wrote: &[u8] = match header {
                Forwarded => b"\xff\xfe for=1, for=192.0.2.7",
                XForwardedFor => b"\xff\xfe, 192.0.2.7",
            };
            let expected = Ok(Some("192.0.2.7".parse().unwrap()));
            assert_eq!(told(header, &[proxy_wrote]), expected);
        }
    }

    #[test]
    fn without_a_client_there_is_none() {
        use AddressHeader::{Forwarded, XForwardedFor};
        assert_eq!(told(Forwarded, &[]), Ok(None));
        assert_eq!(told(XForwardedFor, &[]), Ok(None));
        assert_eq!(told(XForwardedFor, &[b"", b" , "]), Ok(None));
        assert_eq!(told(XForwardedFor, &[b"10.0.0.2, 10.0.0.1"]), Ok(None));
        assert_eq!(told(Forwarded, &[b"for=10.0.0.2;by=10.0.0.1"]), Ok(None));
    }

    #[test]
    fn what_is_malformed_is_not_guessed_at() {
        for line in [
            "192.0.2.7",
            "for",
            "for=",
            "for=\"\"",
            "for=unknown",
            "for=_hidden",
            "for=client.example",
            "for=192.0.2.7:4711",
            "for=[2001:db8::7]",
            "for=\"2001:db8::7\"",
            "for=\"[2001:db8::7\"",
            "for=\"[2001:db8::7]4711\"",
            "for=\"[192.0.2.7]\"",
            "for=\"192.0.2.7:\"",
            "for=\"192.0.2.7:123456\"",
            "for=\"192.0.2.7:_\"",
            "for=\"192.0.2.7",
            "for=192.0.2.7\"",
            "for=\"192.0.2.\\7\"",
            "for=192.0.2.07",
            "for=192.0.2.7;for=192.0.2.7",
            "for = 192.0.2.7",
            "by=192.0.2.7",
            "for=192.0.2.7;proto",
            "for=192.0.2.8, proto=https",
            "host=\"f.example;for=192.0.2.7",
            "host=\"f.example\\\";for=192.0.2.7",
            "host=f\"example\";for=192.0.2.7",
            "\"by=_a;for=\"[2001:db8::7]:4711\"",
            "\"by=_a;for=192.0.2.7",
        ] {
            let told = told(AddressHeader::Forwarded, &[line.as_bytes()]);
            assert_eq!(told, Err(Malformed), "{line}");
        }
        for line in [
            "unknown",
            "for=192.0.2.7",
            "\"192.0.2.7\"",
            "192.0.2.7 192.0.2.8",
            "192.0.2",
            "192.0.2.7/32",
            "fe80::1%eth0",
            "[2001:db8::7",
            "2001:db8::7]:1",
            "192.0.2.8, \u{fc}",
        ] {
            let told = told(AddressHeader::XForwardedFor, &[line.as_bytes()]);
            assert_eq!(told, Err(Malformed), "{line}");
        }
    }
}
