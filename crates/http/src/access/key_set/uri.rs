//! Where a key set is published.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Characters of a URI at most.
const MOST_CHARACTERS: usize = 500;

/// The address of a key set (`jwks_uri`, RFC 8414 §2, RFC 7591 §2), in its normal form.
///
/// It begins with `https://`. `http://` is taken only for an address of this machine (`127.0.0.1`, `[::1]`, `localhost`), for
/// development. Whether its host may be asked is judged each time it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeySetUri(Url);

/// Not the address of a key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetUriError {
    /// Too long.
    #[error("must not be longer than 500 characters")]
    Length,
    /// Not a URI with a host.
    #[error("must be a URI with a host, such as https://login.example/keys")]
    Form,
    /// Another scheme.
    #[error("must begin with https://")]
    Scheme,
    /// `http` to another machine.
    #[error(
        "must begin with https://: http:// is only for this machine (127.0.0.1, [::1] or localhost)"
    )]
    PlainHttp,
    /// `user:password@`.
    #[error("must not hold a user name or a password")]
    UserInfo,
    /// `#…`.
    #[error("must not hold a fragment (#)")]
    Fragment,
    /// An IPv4 address in a spelling that programs read differently.
    #[error("must hold an IPv4 address as four decimal numbers, such as 192.0.2.1")]
    Address,
}

impl KeySetUri {
    /// Reads a URI.
    ///
    /// # Errors
    /// When no key set may be fetched from there.
    pub fn parse(text: &str) -> Result<Self, KeySetUriError> {
        if text.chars().count() > MOST_CHARACTERS {
            return Err(KeySetUriError::Length);
        }
        // What a browser would silently repair is refused.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(KeySetUriError::Form);
        }
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(KeySetUriError::Scheme)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(KeySetUriError::UserInfo);
        }
        if authority.is_empty() {
            return Err(KeySetUriError::Form);
        }
        let url = Url::parse(text).map_err(|_| KeySetUriError::Form)?;
        if url.fragment().is_some() {
            return Err(KeySetUriError::Fragment);
        }
        // Escapes make it longer.
        if url.as_str().len() > MOST_CHARACTERS {
            return Err(KeySetUriError::Length);
        }
        if let Some(Host::Ipv4(address)) = url.host() {
            let host = authority.split(':').next().unwrap_or_default();
            if host != address.to_string() {
                return Err(KeySetUriError::Address);
            }
        }
        if url.scheme() != "https" && !is_this_machine(&url) {
            return Err(KeySetUriError::PlainHttp);
        }
        Ok(Self(url))
    }

    /// The URI in its normal form (RFC 3986 §6.2): a host in lower case, no port that goes without saying.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host alone, for the log.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host, if it is an address and not a name.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    pub(super) const fn url(&self) -> &Url {
        &self.0
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl FromStr for KeySetUri {
    type Err = KeySetUriError;
    fn from_str(text: &str) -> Result<Self, KeySetUriError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for KeySetUri {
    type Error = KeySetUriError;
    fn try_from(text: String) -> Result<Self, KeySetUriError> {
        Self::parse(&text)
    }
}

impl From<KeySetUri> for String {
    fn from(uri: KeySetUri) -> Self {
        uri.0.into()
    }
}

impl fmt::Display for KeySetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_set_is_at_an_https_uri() {
        for (text, normal) in [
            (
                "https://sso.example/realms/a/protocol/openid-connect/certs",
                "https://sso.example/realms/a/protocol/openid-connect/certs",
            ),
            ("https://SSO.Example:443/keys", "https://sso.example/keys"),
            ("https://sso.example", "https://sso.example/"),
            (
                "https://sso.example:8443/keys?p=sign",
                "https://sso.example:8443/keys?p=sign",
            ),
            ("https://192.0.2.1/keys", "https://192.0.2.1/keys"),
            ("https://[2001:DB8::1]/keys", "https://[2001:db8::1]/keys"),
            (
                "https://straße.example/keys",
                "https://xn--strae-oqa.example/keys",
            ),
        ] {
            assert_eq!(KeySetUri::parse(text).unwrap().as_str(), normal);
        }
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for text in [
            "http://127.0.0.1:8081/keys",
            "http://127.8.9.10/keys",
            "http://[::1]:8081/keys",
            "http://[::ffff:127.0.0.1]/keys",
            "http://localhost:8081/keys",
            "http://LOCALHOST/keys",
        ] {
            assert!(KeySetUri::parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://sso.example/keys",
            "http://10.0.0.1/keys",
            "http://0.0.0.0/keys",
            "http://localhost.example/keys",
            "http://localhost./keys",
            "http://app.localhost/keys",
            "http://[::]/keys",
        ] {
            assert_eq!(
                KeySetUri::parse(text),
                Err(KeySetUriError::PlainHttp),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_has_one_spelling() {
        for host in [
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "127.0.0.1.",
            "127.000.000.001",
            "017700000001",
            "１２７.0.0.1",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "10.1",
            "0xa9fea9fe",
        ] {
            for scheme in ["http", "https"] {
                let text = format!("{scheme}://{host}:8081/keys");
                assert_eq!(
                    KeySetUri::parse(&text),
                    Err(KeySetUriError::Address),
                    "{text}"
                );
            }
        }
        for host in ["256.0.0.1", "1.2.3.4.5", "0x7g.1", "[::1%25eth0]", "[::1"] {
            let text = format!("https://{host}/keys");
            assert_eq!(KeySetUri::parse(&text), Err(KeySetUriError::Form), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let long = format!("https://sso.example/{}", "a".repeat(481));
        let escaped = format!("https://sso.example/{}", "ü".repeat(200));
        for (text, error) in [
            (long.as_str(), KeySetUriError::Length),
            (&escaped, KeySetUriError::Length),
            ("", KeySetUriError::Scheme),
            ("sso.example/keys", KeySetUriError::Scheme),
            ("ftp://sso.example/keys", KeySetUriError::Scheme),
            ("file:///etc/passwd", KeySetUriError::Scheme),
            ("https:/sso.example/keys", KeySetUriError::Scheme),
            ("https:sso.example/keys", KeySetUriError::Scheme),
            (" https://sso.example/keys", KeySetUriError::Form),
            ("https://sso.example/a b", KeySetUriError::Form),
            ("https://sso.exa\nmple/keys", KeySetUriError::Form),
            ("https://sso.example\\@other.example/", KeySetUriError::Form),
            ("https://", KeySetUriError::Form),
            ("https:///keys", KeySetUriError::Form),
            ("https://?keys", KeySetUriError::Form),
            ("https://sso.example:99999/keys", KeySetUriError::Form),
            ("https://me@sso.example/keys", KeySetUriError::UserInfo),
            ("https://me:secret@sso.example/", KeySetUriError::UserInfo),
            ("https://@sso.example/keys", KeySetUriError::UserInfo),
            ("http://127.0.0.1@sso.example/", KeySetUriError::UserInfo),
            ("https://sso.example/keys#one", KeySetUriError::Fragment),
            ("https://sso.example/keys#", KeySetUriError::Fragment),
        ] {
            assert_eq!(text.parse::<KeySetUri>(), Err(error), "{text:?}");
        }
        let longest = format!("https://sso.example/{}", "a".repeat(480));
        assert_eq!(longest.len(), 500);
        assert!(KeySetUri::parse(&longest).is_ok());
    }

    #[test]
    fn it_is_a_text_in_settings() {
        let uri = KeySetUri::parse("https://sso.example/keys").unwrap();
        let text = serde_json::to_string(&uri).unwrap();
        assert_eq!(text, "\"https://sso.example/keys\"");
        assert_eq!(serde_json::from_str::<KeySetUri>(&text).unwrap(), uri);
        assert_eq!(uri.to_string(), "https://sso.example/keys");
        let error = serde_json::from_str::<KeySetUri>("\"http://sso.example/keys\"").unwrap_err();
        assert!(
            error.to_string().contains("must begin with https://"),
            "{error}"
        );
    }
}
