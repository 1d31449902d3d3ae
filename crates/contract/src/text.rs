//! Texts with bounds. The bounds are part of the schema and enforced by the server; the types here only name them.
//! Texts that may tell something about a person never show it in `Debug`.

/// Any text of one line or several: something visible, no control characters but tab and line feed.
pub const VISIBLE_TEXT: &str = r"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$";

/// Printable ASCII without spaces: addresses, and identifiers at other issuers.
pub const PRINTABLE: &str = "^[!-~]+$";

/// Each pattern of the schemas, and what it means in words.
pub const PATTERNS: &[(&str, &str)] = &[
    (
        VISIBLE_TEXT,
        "must not be blank and must not contain control characters other than tab and line feed",
    ),
    (
        Reference::PATTERN,
        "must be 1 to 64 characters from A-Z a-z 0-9 . _ / - and start with a letter or digit",
    ),
    (
        OfficeId::PATTERN,
        "must be 2 to 64 characters from a-z 0-9 - and start with a letter or digit",
    ),
    (
        Postcode::PATTERN,
        "must be the five digits of a German postcode",
    ),
    (
        Sha256::PATTERN,
        "must be a SHA-256 as 64 lower-case hexadecimal digits",
    ),
    (
        Pseudonym::PATTERN,
        "must be 'p-' and 32 lower-case hexadecimal digits",
    ),
    (
        CountryCode::PATTERN,
        "must be a country code of ISO 3166-1 alpha-2, in capitals",
    ),
    (
        ClientId::PATTERN,
        "must be 3 to 64 characters from a-z 0-9 . - and start with a letter or digit",
    ),
    (
        PostcodeRegion::PATTERN,
        "must be the first one or two digits of postcodes",
    ),
    (
        PostcodePrefix::PATTERN,
        "must be the first one to five digits of postcodes",
    ),
    (
        LanguageCode::PATTERN,
        "must be a language code: two letters of ISO 639-1, or three of ISO 639-3, in small letters",
    ),
    (
        WebAddress::PATTERN,
        "must be an address on the web that begins with https:// or http://, without spaces",
    ),
    (CalendarDate::PATTERN, "must be a day as YYYY-MM-DD"),
    (
        TimeOfDay::PATTERN,
        "must be a time of day as HH:MM, 24:00 at the latest",
    ),
    (
        "^[A-Za-z0-9, +-]+$",
        "must be days of the week with a comma between them, such as MO,WE or 1MO,-1FR",
    ),
    (
        "^[0-9, +-]+$",
        "must be days of the month with a comma between them, 1 to 31 or -1 to -31",
    ),
    (
        PRINTABLE,
        "must be printable ASCII characters without spaces",
    ),
    (
        crate::log::RECEIPT_PATTERN,
        "must be base64url without padding, as it stood in the header Freigabe-Receipt",
    ),
];

macro_rules! text {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($shown:ident) { pattern: $pattern:expr, min: $min:literal, max: $max:literal, example: $example:literal }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// What it must look like, as a regular expression (ECMA-262).
            pub const PATTERN: &'static str = $pattern;

            /// Wraps a text without looking at it: the bounds are the server's to enforce.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, owned.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        text!(@debug $name $shown);

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .description(Some(concat!($($doc, "\n"),+).trim()))
                    .examples([$example])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
    (@debug $name:ident public) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
    (@debug $name:ident private) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }
    };
}

text! {
    /// A line: names, places, numbers. 1 to 200 characters.
    ShortText(private) { pattern: VISIBLE_TEXT, min: 1, max: 200, example: "Frankfurt (Oder), railway station" }

    /// A paragraph or several. 1 to 4000 characters.
    LongText(private) { pattern: VISIBLE_TEXT, min: 1, max: 4000, example: "A white van brought the women to the flat each evening." }

    /// A party's own reference: a case number, a pseudonym, a counsellor's code. The narrow alphabet keeps names in plain
    /// language out; what a reference means stays with the party.
    Reference(private) { pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$", min: 1, max: 64, example: "2026/KL.017-b" }

    /// Identifier of a police office in the directory. Public.
    OfficeId(public) { pattern: "^[a-z0-9][a-z0-9-]{1,63}$", min: 2, max: 64, example: "bpoli-kb-rostock" }

    /// OAuth client identifier (RFC 6749 §2.2). Public.
    ClientId(public) { pattern: "^[a-z0-9][a-z0-9.-]{2,63}$", min: 3, max: 64, example: "hafenlicht-akte" }

    /// A German postcode.
    Postcode(public) { pattern: "^[0-9]{5}$", min: 5, max: 5, example: "18055" }

    /// A SHA-256, in lower-case hexadecimal digits.
    Sha256(public) { pattern: "^[0-9a-f]{64}$", min: 64, max: 64, example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }

    /// What one recipient knows a person by. Another recipient knows the same person by another pseudonym.
    Pseudonym(public) { pattern: "^p-[0-9a-f]{32}$", min: 34, max: 34, example: "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0" }

    /// The first one or two digits of postcodes: a part of Germany.
    PostcodeRegion(public) { pattern: "^[0-9]{1,2}$", min: 1, max: 2, example: "18" }

    /// The first one to five digits of postcodes: a part of Germany, down to one postcode.
    PostcodePrefix(public) { pattern: "^[0-9]{1,5}$", min: 1, max: 5, example: "1814" }

    /// A language: two letters of ISO 639-1, or three of ISO 639-3 where 639-1 has none.
    LanguageCode(public) { pattern: "^[a-z]{2,3}$", min: 2, max: 3, example: "ro" }

    /// An address on the web (RFC 3986), `https` or `http`.
    WebAddress(public) { pattern: "^https?://[!#-;=?-\\[\\]_a-z~]+$", min: 11, max: 400, example: "https://example.org/help" }

    /// A day, `YYYY-MM-DD` (RFC 3339).
    CalendarDate(public) { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", min: 10, max: 10, example: "2026-11-28" }

    /// A time of day in Germany, `HH:MM`; `24:00` is the end of a day.
    TimeOfDay(public) { pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", min: 5, max: 5, example: "09:00" }

    /// A country, ISO 3166-1 alpha-2.
    CountryCode(public) { pattern: "^[A-Z]{2}$", min: 2, max: 2, example: "DE" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_what_a_private_text_says() {
        let texts = (
            ShortText::from("Hafenstraße"),
            LongText::from("x"),
            Reference::from("KL-7"),
        );
        assert_eq!(
            format!("{texts:?}"),
            "(ShortText(11 characters), LongText(1 characters), Reference(4 characters))"
        );
    }
}
