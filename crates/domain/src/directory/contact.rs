//! How a service is reached.

use serde::{Deserialize, Serialize, de};

use super::{Channel, LanguageCode, hours::OpeningHours};
use crate::text::ShortText;

/// Not an address on the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an address on the web that begins with https:// or http:// and has at most 400 characters, without user or password"
)]
pub struct WebAddressError;

/// A page on the web.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WebAddress(String);

impl WebAddress {
    /// Checks and wraps an address.
    ///
    /// # Errors
    /// When it is not `http` or `https` with a host, is too long, has characters that no address has, or names a user.
    pub fn parse(text: impl Into<String>) -> Result<Self, WebAddressError> {
        let text = text.into();
        let named = url::Url::parse(&text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url
                    .domain()
                    .is_some_and(|domain| domain.trim_matches('.').contains('.'))
                && url.username().is_empty()
                && url.password().is_none()
        });
        let plain = text.len() <= 400
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        if named && plain {
            Ok(Self(text))
        } else {
            Err(WebAddressError)
        }
    }

    /// The address itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for WebAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Why a text can't be reached by its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a telephone number.
    #[error(
        "must be a telephone number: 3 to 15 digits, with a leading + for one of another country, and spaces, - / ( ) between them"
    )]
    NotANumber,
    /// Not an e-mail address.
    #[error("must be an e-mail address of at most 254 characters")]
    NotAnEmail,
    /// Not an address on the web.
    #[error(transparent)]
    NotAWebAddress(#[from] WebAddressError),
}

/// Where a channel leads: a number, an e-mail address, an address on the web.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// Checks and wraps an address of this channel.
    ///
    /// # Errors
    /// When nothing can be reached so.
    pub fn parse(channel: Channel, text: impl Into<String>) -> Result<Self, AddressError> {
        let text = text.into();
        match channel {
            Channel::Phone | Channel::TextMessage => is_number(&text)
                .then_some(Self(text))
                .ok_or(AddressError::NotANumber),
            Channel::Email => is_email(&text)
                .then_some(Self(text))
                .ok_or(AddressError::NotAnEmail),
            Channel::Messenger if is_number(&text) => Ok(Self(text)),
            Channel::Messenger | Channel::Chat | Channel::Video | Channel::WebForm => {
                Ok(Self(WebAddress::parse(text)?.0))
            }
        }
    }

    /// The address itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let ends_well = rest
        .bytes()
        .last()
        .is_some_and(|byte| byte.is_ascii_digit());
    (3..=15).contains(&digits)
        && text.len() <= 40
        && ends_well
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b" -/()".contains(&byte))
}

/// Good enough to write to it (the HTML standard's rule, and a dot in the domain): whether anybody reads it, nobody knows before.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let in_local =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.bytes().all(in_local)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Why something is no contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The address is not one of the channel.
    #[error("address {0}")]
    Address(#[from] AddressError),
    /// Too many languages.
    #[error("languages must be at most 40")]
    TooManyLanguages,
}

/// One way to reach a service (HSDS `phone`, `email`, `url`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenContact")]
pub struct Contact {
    // INVARIANT: the address is one of the channel (`Contact::new`).
    channel: Channel,
    address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<ShortText>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    languages: Vec<LanguageCode>,
    #[serde(skip_serializing_if = "OpeningHours::is_empty")]
    hours: OpeningHours,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenContact {
    channel: Channel,
    address: String,
    note: Option<ShortText>,
    #[serde(default)]
    languages: Vec<LanguageCode>,
    #[serde(default)]
    hours: OpeningHours,
}

impl TryFrom<WrittenContact> for Contact {
    type Error = ContactError;

    fn try_from(written: WrittenContact) -> Result<Self, ContactError> {
        let contact = Self::new(written.channel, written.address)?;
        if written.languages.len() > 40 {
            return Err(ContactError::TooManyLanguages);
        }
        Ok(Self {
            note: written.note,
            languages: written.languages,
            hours: written.hours,
            ..contact
        })
    }
}

impl Contact {
    /// A way to reach a service.
    ///
    /// # Errors
    /// When the address is not one of the channel.
    pub fn new(channel: Channel, address: impl Into<String>) -> Result<Self, ContactError> {
        Ok(Self {
            channel,
            address: Address::parse(channel, address)?,
            note: None,
            languages: Vec::new(),
            hours: OpeningHours::default(),
        })
    }

    /// With a note for whoever uses it.
    #[must_use]
    pub fn noted(self, note: Option<ShortText>) -> Self {
        Self { note, ..self }
    }

    /// In these languages; none: in those of the service.
    ///
    /// # Errors
    /// When they are more than 40.
    pub fn in_languages(self, languages: Vec<LanguageCode>) -> Result<Self, ContactError> {
        if languages.len() > 40 {
            return Err(ContactError::TooManyLanguages);
        }
        Ok(Self { languages, ..self })
    }

    /// At these hours; not stated: at those of the service.
    #[must_use]
    pub fn at(self, hours: OpeningHours) -> Self {
        Self { hours, ..self }
    }

    /// By which means.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// Where.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// What to know about it.
    #[must_use]
    pub const fn note(&self) -> Option<&ShortText> {
        self.note.as_ref()
    }

    /// In which languages, if not in those of the service.
    #[must_use]
    pub fn languages(&self) -> &[LanguageCode] {
        &self.languages
    }

    /// When, if not at the hours of the service.
    #[must_use]
    pub const fn hours(&self) -> &OpeningHours {
        &self.hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_its_channel() {
        for (channel, good, bad) in [
            (Channel::Phone, "+49 (0)30 263 911-76", "030 263x"),
            (Channel::TextMessage, "116016", "12"),
            (Channel::Email, "info@kok-buero.de", "info@localhost"),
            (
                Channel::Chat,
                "https://example.org/chat?x=1",
                "javascript:alert(1)",
            ),
            (Channel::Messenger, "+49 151 23456789", "@somebody"),
            (
                Channel::WebForm,
                "http://example.org",
                "https://user:word@example.org/",
            ),
            (
                Channel::Video,
                "https://example.org/v",
                "https://exa mple.org",
            ),
        ] {
            assert!(Address::parse(channel, good).is_ok(), "{good}");
            assert!(Address::parse(channel, bad).is_err(), "{bad}");
        }
        for bad in [
            "", "@a.de", "a@", "a@.de", "a@a..de", "a b@a.de", "a@a.de\n", "a@-a.de", "ä@a.de",
        ] {
            assert_eq!(
                Address::parse(Channel::Email, bad),
                Err(AddressError::NotAnEmail),
                "{bad:?}"
            );
        }
        for bad in ["", "+", "1+23", "123-", "0123456789012345", "٠٣٠٢٦٣"] {
            assert_eq!(
                Address::parse(Channel::Phone, bad),
                Err(AddressError::NotANumber),
                "{bad:?}"
            );
        }
        for bad in [
            "https://",
            "https://.de",
            "https://a",
            "ftp://a.de",
            "https://a.de/<b>",
        ] {
            assert_eq!(WebAddress::parse(bad), Err(WebAddressError), "{bad:?}");
        }
    }

    #[test]
    fn a_contact_is_checked_when_it_is_read() {
        let read = |text: &str| serde_json::from_str::<Contact>(text);
        let hotline =
            read(r#"{"channel":"phone","address":"08000 116 016","languages":["de","bin"]}"#)
                .unwrap();
        assert_eq!(hotline.languages().len(), 2);
        assert_eq!(
            read(&serde_json::to_string(&hotline).unwrap()).unwrap(),
            hotline
        );
        assert!(read(r#"{"channel":"email","address":"08000 116 016"}"#).is_err());
        assert!(read(r#"{"channel":"phone","address":"110","street":"x"}"#).is_err());
    }
}
