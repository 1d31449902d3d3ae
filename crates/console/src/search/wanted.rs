//! What somebody looks for, as the form sends it.

use freigabe_domain::{
    directory::{
        Channel, ExploitationForm, LanguageCode, MatchPosition, Offer, Search, TargetGroup,
    },
    exchange::Near,
    ids::ServiceId,
    office::{Land, Postcode},
};
use url::form_urlencoded;
use uuid::Uuid;

use crate::reader::Reader;

/// A name of a place has so many characters at most.
const LONGEST_NAME: usize = 100;

/// What somebody looks for. Everything but the place is chosen from lists, so that only there something can be mistyped.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Wanted {
    /// The language of the answer.
    pub(super) reader: Option<Reader>,
    /// A place or a postcode, as it was typed.
    pub(super) place: String,
    /// The Land of the place, where several places have the name.
    pub(super) land: Option<Land>,
    /// Everything else.
    pub(super) search: Search,
    /// After what the page of results begins.
    pub(super) after: Option<MatchPosition>,
}

/// What was typed can't be a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceFault {
    /// Digits, but not five.
    NotAPostcode,
    /// Too long, or without a letter.
    NotAName,
}

impl Wanted {
    /// Reads what the form sent. None: it is not what this form sends.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut wanted = Self::default();
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if seen.contains(&name) {
                return None;
            }
            wanted.take(&name, &value)?;
            seen.push(name);
        }
        Some(wanted)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        let search = &mut self.search;
        match name {
            Reader::PARAMETER => self.reader = Some(Reader::from_code(value)?),
            "place" => value.trim().clone_into(&mut self.place),
            "land" => self.land = chosen(value, |code| Land::from_code(code).ok())?,
            "language" => {
                search.language = chosen(value, |code| LanguageCode::parse(code).ok())?;
            }
            "target_group" => {
                search.target_group = chosen(value, |code| TargetGroup::from_code(code).ok())?;
            }
            "exploitation_form" => {
                search.exploitation_form =
                    chosen(value, |code| ExploitationForm::from_code(code).ok())?;
            }
            "offer" => search.offer = chosen(value, |code| Offer::from_code(code).ok())?,
            "channel" => search.channel = chosen(value, |code| Channel::from_code(code).ok())?,
            "spoken_only" => search.spoken_only = checked(value)?,
            "open_now" => search.open_now = checked(value)?,
            "mobile" => search.mobile = checked(value)?,
            "in_person" => search.in_person = checked(value)?,
            "after" => self.after = chosen(value, read_position)?,
            _ => return None,
        }
        Some(())
    }

    /// Around where. A postcode may be followed by the name of its place.
    pub(super) fn near(&self) -> Result<Option<Near>, PlaceFault> {
        let Some(first) = self.place.split_whitespace().next() else {
            return Ok(None);
        };
        if let Ok(postcode) = Postcode::parse(first) {
            return Ok(Some(Near::Postcode(postcode)));
        }
        if first.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(PlaceFault::NotAPostcode);
        }
        let is_name = self.place.chars().count() <= LONGEST_NAME
            && self.place.chars().any(char::is_alphabetic)
            // U+FFFD stands where bytes were no text.
            && !self.place.chars().any(|c| c.is_control() || c == '\u{fffd}');
        is_name
            .then(|| {
                Some(Near::Named {
                    name: self.place.clone(),
                    land: self.land,
                })
            })
            .ok_or(PlaceFault::NotAName)
    }

    /// The fields that say all this again, from the first page on; without the language of the answer.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let search = &self.search;
        let typed = (!self.place.is_empty()).then(|| self.place.clone());
        let code = |code: &'static str| code.to_owned();
        let flag = |set: bool| set.then(|| code(CHECKED));
        [
            ("place", typed),
            ("land", self.land.map(|land| code(land.code()))),
            ("language", search.language.map(|it| code(it.code()))),
            (
                "target_group",
                search.target_group.map(|it| code(it.code())),
            ),
            (
                "exploitation_form",
                search.exploitation_form.map(|it| code(it.code())),
            ),
            ("offer", search.offer.map(|it| code(it.code()))),
            ("channel", search.channel.map(|it| code(it.code()))),
            ("spoken_only", flag(search.spoken_only)),
            ("open_now", flag(search.open_now)),
            ("mobile", flag(search.mobile)),
            ("in_person", flag(search.in_person)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The same, for this page of results.
    pub(super) fn fields_with_cursor(&self) -> Vec<(&'static str, String)> {
        let mut fields = self.fields();
        fields.extend(self.after.map(|after| ("after", write_position(&after))));
        fields
    }

    /// Whether conditions are set that few need.
    pub(super) fn is_particular(&self) -> bool {
        let search = &self.search;
        search.target_group.is_some()
            || search.exploitation_form.is_some()
            || search.offer.is_some()
            || search.channel.is_some()
            || search.spoken_only
            || search.mobile
            || search.in_person
    }
}

/// What a box sends that is checked.
pub(super) const CHECKED: &str = "on";

fn checked(value: &str) -> Option<bool> {
    (value == CHECKED).then_some(true)
}

/// One of a list, or nothing of it; the outer none is a code that is not in the list.
#[expect(
    clippy::option_option,
    reason = "a code that is no code differs from no code"
)]
fn chosen<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if value.is_empty() {
        return Some(None);
    }
    read(value).map(Some)
}

/// After what the next page begins, as text: no secret, and nothing that a search would not tell.
pub(super) fn write_position(position: &MatchPosition) -> String {
    let MatchPosition {
        reach,
        interpreted,
        metres,
        unconfirmed,
        service,
    } = position;
    format!(
        "{reach}.{}.{metres}.{}.{service}",
        u8::from(*interpreted),
        u8::from(*unconfirmed),
    )
}

fn read_position(text: &str) -> Option<MatchPosition> {
    let mut parts = text.splitn(5, '.');
    let bit = |text: &str| match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    let position = MatchPosition {
        reach: parts.next()?.parse().ok()?,
        interpreted: bit(parts.next()?)?,
        metres: parts.next()?.parse().ok()?,
        unconfirmed: bit(parts.next()?)?,
        service: ServiceId::from_uuid(Uuid::parse_str(parts.next()?).ok()?),
    };
    // One position has one form.
    (write_position(&position) == text).then_some(position)
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    /// Names and values of the form, and some that are not.
    fn body() -> impl Strategy<Value = String> {
        let names = select(vec![
            "lang",
            "place",
            "land",
            "language",
            "target_group",
            "offer",
            "channel",
            "open_now",
            "after",
            "x",
        ]);
        let values = prop_oneof![
            select(vec![
                "", "de", "on", "DE-NW", "ro", "women", "shelter", "phone", "18055"
            ])
            .prop_map(str::to_owned),
            any::<String>(),
            (
                any::<u8>(),
                any::<u8>(),
                any::<u32>(),
                any::<u8>(),
                any::<u128>()
            )
                .prop_map(|(reach, interpreted, metres, unconfirmed, service)| {
                    let service = Uuid::from_u128(service);
                    format!(
                        "{reach}.{}.{metres}.{}.{service}",
                        interpreted % 3,
                        unconfirmed % 3
                    )
                }),
        ];
        prop::collection::vec((names, values), 0..6).prop_map(|fields| {
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish()
        })
    }

    proptest! {
        /// Whatever is sent is refused, or says the same when it is sent again.
        #[test]
        fn what_is_read_is_read_again(body in body()) {
            if let Some(wanted) = Wanted::read(body.as_bytes()) {
                let again = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(wanted.reader.map(|reader| (Reader::PARAMETER, reader.code())))
                    .extend_pairs(wanted.fields_with_cursor())
                    .finish();
                let _ = wanted.near();
                prop_assert_eq!(Wanted::read(again.as_bytes()), Some(wanted));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(wanted) = Wanted::read(&bytes) {
                let _ = wanted.near();
            }
        }
    }

    fn position() -> MatchPosition {
        MatchPosition {
            reach: 2,
            interpreted: true,
            metres: u32::MAX,
            unconfirmed: false,
            service: ServiceId::from_uuid(Uuid::from_u128(7)),
        }
    }

    #[test]
    fn what_was_sent_is_sent_again() {
        let body = "lang=en&place=+K%C3%B6ln+&land=DE-NW&language=ro&target_group=women&exploitation_form=labour&offer=shelter\
                    &channel=phone&spoken_only=on&open_now=on&mobile=on&in_person=on";
        let wanted = Wanted::read(body.as_bytes()).unwrap();
        assert_eq!(wanted.place, "Köln");
        assert!(wanted.is_particular());
        let mut again = form_urlencoded::Serializer::new(String::new());
        again
            .append_pair("lang", "en")
            .extend_pairs(wanted.fields());
        assert_eq!(
            Wanted::read(again.finish().as_bytes()),
            Some(wanted.clone())
        );
        let further = Wanted {
            after: Some(position()),
            ..wanted
        };
        assert_eq!(
            further.fields().len() + 1,
            further.fields_with_cursor().len()
        );
    }

    #[test]
    fn a_form_that_is_not_this_one_is_refused() {
        assert_eq!(Wanted::read(b""), Some(Wanted::default()));
        assert_eq!(
            Wanted::read(b"place=&land=&language=&offer=&channel=&after="),
            Some(Wanted::default())
        );
        for refused in [
            "name=1",
            "place=a&place=b",
            "language=xx",
            "land=AT-7",
            "offer=Shelter",
            "open_now=off",
            "open_now=",
            "lang=fr",
            "after=1",
            "after=2.1.1.0.x",
        ] {
            assert_eq!(Wanted::read(refused.as_bytes()), None, "{refused}");
        }
    }

    #[test]
    fn a_place_is_a_postcode_or_a_name() {
        let near = |place: &str| {
            let wanted = Wanted {
                place: place.to_owned(),
                ..Wanted::default()
            };
            wanted.near()
        };
        let postcode = || Near::Postcode(Postcode::parse("18055").unwrap());
        assert_eq!(near(""), Ok(None));
        assert_eq!(near("18055"), Ok(Some(postcode())));
        assert_eq!(near("18055 Rostock"), Ok(Some(postcode())));
        assert!(matches!(near("Rostock"), Ok(Some(Near::Named { .. }))));
        for digits in ["1", "1805", "180555", "1805 5"] {
            assert_eq!(near(digits), Err(PlaceFault::NotAPostcode), "{digits}");
        }
        for no_name in ["?", "a\u{1}b", "a\u{fffd}", &"a".repeat(101)] {
            assert_eq!(near(no_name), Err(PlaceFault::NotAName), "{no_name}");
        }
    }

    #[test]
    fn a_cursor_has_one_form() {
        let written = write_position(&position());
        assert_eq!(read_position(&written), Some(position()));
        for other in [
            "",
            "2.1",
            &format!("+{written}"),
            &format!("{written}0"),
            &written.replace('2', "256"),
        ] {
            assert_eq!(read_position(other), None, "{other}");
        }
    }
}
