//! Opaque cursors: base64url of a position in a listing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::{
    access::ClientId,
    directory::MatchPosition,
    ids::{CentreId, OrganisationId, ServiceId},
    instant::Instant,
    office::OfficeId,
    store::Cursor,
};
use uuid::Uuid;

use crate::extract::uuid;

/// A position in a listing, as partners see it.
pub(crate) trait Position: Sized {
    /// Reads a cursor.
    fn read(text: &str) -> Option<Self>;
    /// Writes it.
    fn write(&self) -> String;
}

impl Position for Cursor {
    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        let micros = i64::from_be_bytes(*at);
        let at = Instant::from_unix_micros(micros);
        let id = Uuid::from_slice(id).ok()?;
        (at.as_unix_micros() == micros).then_some(Self { at, id })
    }

    fn write(&self) -> String {
        let mut bytes = Vec::with_capacity(24);
        bytes.extend_from_slice(&self.at.as_unix_micros().to_be_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// Positions in listings that are in the order of identifiers: each kind with a letter, so that none is taken for another.
macro_rules! identifiers {
    ($($name:ident $letter:literal |$text:ident| $read:expr;)+) => {$(
        impl Position for $name {
            fn read(cursor: &str) -> Option<Self> {
                let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
                let $text = std::str::from_utf8(&bytes).ok()?.strip_prefix(concat!($letter, ":"))?;
                let read: Option<Self> = $read;
                // Only in the form in which it was given out: an identifier may be read in others as well.
                read.filter(|position| position.write() == cursor)
            }

            fn write(&self) -> String {
                URL_SAFE_NO_PAD.encode(format!(concat!($letter, ":{}"), self))
            }
        }
    )+};
}
identifiers! {
    OfficeId "o" |text| Self::parse(text).ok();
    OrganisationId "p" |text| uuid(text).map(Self::from_uuid);
    ClientId "c" |text| Self::parse(text).ok();
    CentreId "d" |text| uuid(text).map(Self::from_uuid);
}

/// A position in what a search found: its five parts, one after the other.
impl Position for MatchPosition {
    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (parts, service) = bytes.split_first_chunk::<7>()?;
        let [reach, interpreted, unconfirmed, metres @ ..] = *parts;
        let position = Self {
            reach,
            interpreted: interpreted == 1,
            metres: u32::from_be_bytes(metres),
            unconfirmed: unconfirmed == 1,
            service: ServiceId::from_uuid(Uuid::from_slice(service).ok()?),
        };
        (reach <= 2 && position.write() == text).then_some(position)
    }

    fn write(&self) -> String {
        let mut bytes = Vec::with_capacity(23);
        bytes.extend([
            self.reach,
            u8::from(self.interpreted),
            u8::from(self.unconfirmed),
        ]);
        bytes.extend(self.metres.to_be_bytes());
        bytes.extend_from_slice(self.service.as_uuid().as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_no_other_text_is_one() {
        let cursor = Cursor {
            at: Instant::from_unix_micros(1_795_507_200_000_001),
            id: Uuid::from_u128(7),
        };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        let office = OfficeId::parse("bpoli-kiel").unwrap();
        assert_eq!(OfficeId::read(&office.write()), Some(office.clone()));
        let client = ClientId::parse("bpoli-kiel").unwrap();
        assert_eq!(ClientId::read(&client.write()), Some(client.clone()));
        let organisation = OrganisationId::from_uuid(Uuid::from_u128(7));
        assert_eq!(
            OrganisationId::read(&organisation.write()),
            Some(organisation)
        );
        let found = MatchPosition {
            reach: 2,
            interpreted: true,
            metres: u32::MAX,
            unconfirmed: false,
            service: ServiceId::from_uuid(Uuid::from_u128(7)),
        };
        assert_eq!(MatchPosition::read(&found.write()), Some(found));
        let of_no_reach = MatchPosition { reach: 3, ..found };
        assert_eq!(MatchPosition::read(&of_no_reach.write()), None);
        assert_eq!(MatchPosition::read(&cursor.write()), None);
        assert_eq!(Cursor::read(&found.write()), None);
        assert_eq!(Cursor::read(&office.write()), None);
        assert_eq!(OfficeId::read(&client.write()), None);
        assert_eq!(ClientId::read(&organisation.write()), None);
        assert_eq!(OfficeId::read(&cursor.write()), None);
        let capitals = URL_SAFE_NO_PAD.encode("p:019A6B2E-7C40-7E11-9D3F-5A2B8C4D6E01");
        assert_eq!(OrganisationId::read(&capitals), None);
        let before_1970 = URL_SAFE_NO_PAD.encode([0xff; 24]);
        for text in ["", "=", "AAAA", "ä", &before_1970] {
            assert_eq!(Cursor::read(text), None, "{text}");
        }
    }
}
