//! Who reads: in German or in English. Both stand beside each other wherever something is said, so that none is forgotten.

use actix_web::{HttpRequest, http::header::ACCEPT_LANGUAGE};
use freigabe_domain::{
    access::DataProtectionRegime,
    directory::{
        AccessibilityFeature, Channel, EntryStanding, ExploitationForm, LanguageMode, MatchReason,
        Offer, OnPublicHolidays, SearchOrder, ServiceStatus, TargetGroup,
    },
    leaflet::LeafletReview,
    office::Land,
    vocabulary::Language,
};
use url::form_urlencoded;

/// The language of the pages. Leaflets have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    German,
    English,
}

impl Reader {
    /// The name of the parameter, and of the field, that asks for a language.
    pub(crate) const PARAMETER: &str = "lang";

    pub(crate) const fn code(self) -> &'static str {
        self.pick("de", "en")
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        match code {
            "de" => Some(Self::German),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::German => Self::English,
            Self::English => Self::German,
        }
    }

    /// What is said to this reader.
    pub(crate) const fn pick<'a>(self, german: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::German => german,
            Self::English => english,
        }
    }

    /// What the address asks for, or the browser; German otherwise. What else stands in the query is passed over: a link that
    /// somebody's messenger added something to shall still lead a person to help.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let asked = form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(name, _)| name == Self::PARAMETER)
            .and_then(|(_, code)| Self::from_code(&code));
        asked.unwrap_or_else(|| Self::of_browser(request))
    }

    /// What the browser prefers (RFC 9110 §12.5.4).
    pub(crate) fn of_browser(request: &HttpRequest) -> Self {
        let header = request.headers().get(ACCEPT_LANGUAGE);
        let header = header.and_then(|value| value.to_str().ok());
        header.and_then(preferred).unwrap_or(Self::German)
    }
}

fn preferred(header: &str) -> Option<Reader> {
    let ranked = header.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next()?.split('-').next()?.to_ascii_lowercase();
        let weight = match parts.next() {
            None => 1.0,
            Some(weight) => weight.strip_prefix("q=")?.parse::<f32>().ok()?,
        };
        let reader = Reader::from_code(&tag)?;
        (weight > 0.0).then_some((reader, weight))
    });
    // Of equals the first.
    let best = ranked.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(reader, _)| reader)
}

/// What a member of a vocabulary is called.
pub(crate) trait Words: Copy {
    fn words(self, reader: Reader) -> &'static str;
}

macro_rules! words {
    ($( $vocabulary:ty ),+ $(,)?) => {
        $( impl Words for $vocabulary {
            fn words(self, reader: Reader) -> &'static str {
                reader.pick(self.german(), self.english())
            }
        } )+

        #[cfg(test)]
        mod vocabularies {
            use super::*;

            #[test]
            fn every_member_has_words_in_both_languages() {
                $( for member in <$vocabulary>::ALL {
                    for reader in [Reader::German, Reader::English] {
                        assert!(!member.words(reader).trim().is_empty(), "{member}");
                    }
                } )+
            }
        }
    };
}

words! {
    AccessibilityFeature,
    Channel,
    DataProtectionRegime,
    EntryStanding,
    ExploitationForm,
    Land,
    Language,
    LanguageMode,
    LeafletReview,
    MatchReason,
    Offer,
    OnPublicHolidays,
    SearchOrder,
    ServiceStatus,
    TargetGroup,
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_address_decides_then_the_browser_then_german() {
        for (uri, header, reader) in [
            ("/help", None, Reader::German),
            ("/help?lang=en", None, Reader::English),
            ("/help?lang=de", Some("en"), Reader::German),
            ("/help?fbclid=1&lang=en", None, Reader::English),
            ("/help?lang=xx", Some("en-GB"), Reader::English),
            (
                "/help",
                Some("ro-RO,ro;q=0.9,en;q=0.7,de;q=0.3"),
                Reader::English,
            ),
            ("/help", Some("fr;q=1, de;q=0.4, en;q=0.3"), Reader::German),
            ("/help", Some("en;q=0, ro"), Reader::German),
            ("/help", Some("ro"), Reader::German),
            ("/help", Some("de, en"), Reader::German),
            ("/help", Some(";;,=,q=en"), Reader::German),
        ] {
            let mut request = TestRequest::with_uri(uri);
            if let Some(header) = header {
                request = request.insert_header((ACCEPT_LANGUAGE, header));
            }
            let request = request.to_http_request();
            assert_eq!(Reader::of(&request), reader, "{uri} {header:?}");
        }
    }
}
