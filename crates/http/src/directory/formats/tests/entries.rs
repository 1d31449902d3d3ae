//! Any entry that the directory can hold.

use freigabe_contract::{
    directory as wire,
    office::GeoPoint,
    vocabulary::{
        AccessibilityFeature, Channel, DataProtectionRegime, ExploitationForm, Frequency, Land,
        LanguageMode, Offer, OnPublicHolidays, ServiceStatus, TargetGroup,
    },
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};

const DAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const CODES: &[&str] = &["de", "en", "ro", "bg", "bin", "hbs", "ti"];
/// Texts that files take for something else.
const TRICKY: &[&str] = &[
    "=1+1",
    "'=1",
    "''+x",
    "@home",
    "-",
    "'s Haus",
    "a|b;c\\d",
    "\\|",
    "note=x",
    "a; note=b",
    "007",
    "DE",
    "unknown",
    "\"quoted\", text",
    "two\nlines",
    "MO-FR 09:00-17:00",
    "Straße – „Ecke“",
    "true",
    "1e5",
    "{\"a\":1}",
    "null",
];

/// A line that isn't blank, without white space at its ends.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(TRICKY).prop_map(str::to_owned),
        "[a-zA-ZäÖß|;=+@'\"\\\\,][a-zA-Z0-9äÖß |;=+@'\"\\\\,\n-]{0,20}[a-z0-9|;\\\\'\"]",
    ]
}

fn codes<T: Clone + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    subsequence(all, 0..=all.len().min(4)).prop_shuffle()
}

fn date() -> impl Strategy<Value = String> {
    (2024..2030u16, 1..=12u8, 1..=28u8)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn time() -> impl Strategy<Value = String> {
    (0..24u8, 0..60u8).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"))
}

/// On which days, as the domain writes it.
fn recurrence() -> impl Strategy<Value = wire::Schedule> {
    let schedule = |freq,
                    byday: Option<Vec<&str>>,
                    bymonthday: Option<&str>,
                    dtstart: Option<String>| wire::Schedule {
        freq,
        interval: None,
        byday: byday.map(|days| days.join(",")),
        bymonthday: bymonthday.map(str::to_owned),
        dtstart: dtstart.map(Into::into),
        until: None,
        opens_at: "00:00".into(),
        closes_at: "24:00".into(),
        valid_from: None,
        valid_to: None,
        on_public_holidays: None,
        description: None,
    };
    let days = || subsequence(DAYS, 1..=7);
    let monthly = vec![vec!["1MO"], vec!["1MO", "-1FR"], vec!["WE"]];
    prop_oneof![
        date().prop_map(move |day| schedule(None, None, None, Some(day))),
        option::of(date()).prop_map(move |from| schedule(Some(Frequency::Daily), None, None, from)),
        (days(), option::of(date())).prop_map(move |(days, from)| schedule(
            Some(Frequency::Weekly),
            Some(days),
            None,
            from
        )),
        date().prop_map(move |from| schedule(Some(Frequency::Weekly), None, None, Some(from))),
        select(monthly).prop_map(move |days| schedule(
            Some(Frequency::Monthly),
            Some(days),
            None,
            None
        )),
        select(&["1", "1,15,-1"][..]).prop_map(move |days| schedule(
            Some(Frequency::Monthly),
            None,
            Some(days),
            None
        )),
    ]
}

pub(super) fn schedule() -> impl Strategy<Value = wire::Schedule> {
    let rest = (
        option::of(1..=12u8),
        option::of(date()),
        time(),
        prop_oneof![time(), Just("24:00".to_owned()), Just("00:00".to_owned())],
        option::of(date()),
        option::of(date()),
        option::of(select(OnPublicHolidays::ALL)),
        option::of(text()),
    );
    (recurrence(), rest).prop_map(|(recurrence, rest)| {
        let (
            interval,
            until,
            opens_at,
            closes_at,
            valid_from,
            valid_to,
            on_public_holidays,
            description,
        ) = rest;
        let recurs = recurrence.freq.is_some();
        wire::Schedule {
            interval: interval.filter(|_| recurs && recurrence.dtstart.is_some()),
            until: until.filter(|_| recurs).map(Into::into),
            opens_at: opens_at.into(),
            closes_at: closes_at.into(),
            valid_from: valid_from.map(Into::into),
            valid_to: valid_to.map(Into::into),
            on_public_holidays,
            description: description.map(Into::into),
            ..recurrence
        }
    })
}

fn contact() -> impl Strategy<Value = wire::Contact> {
    let number = || select(&["0381 555 0100", "+49 30 123", "015750452769", "116016"][..]);
    let page = || select(&["https://example.org/a;b?x=1", "http://example.org"][..]);
    let way = prop_oneof![
        number().prop_map(|number| (Channel::Phone, number)),
        number().prop_map(|number| (Channel::TextMessage, number)),
        number().prop_map(|number| (Channel::Messenger, number)),
        page().prop_map(|page| (Channel::Messenger, page)),
        Just((Channel::Email, "hilfe@hafenlicht.example")),
        Just((Channel::Email, "zwei@hafenlicht.example")),
        page().prop_map(|page| (Channel::Chat, page)),
        page().prop_map(|page| (Channel::Video, page)),
        page().prop_map(|page| (Channel::WebForm, page)),
    ];
    (way, option::of(text()), codes(CODES), vec(schedule(), 0..3)).prop_map(
        |((channel, address), note, languages, schedules)| wire::Contact {
            channel,
            address: address.into(),
            note: note.map(Into::into),
            languages: languages.into_iter().map(Into::into).collect(),
            schedules,
        },
    )
}

fn area() -> impl Strategy<Value = wire::ServiceArea> {
    let parts = (codes(Land::ALL), codes(&["0", "18", "03", "99"]));
    let parts = parts.prop_filter("an area has a part", |(laender, regions)| {
        !laender.is_empty() || !regions.is_empty()
    });
    prop_oneof![
        Just(wire::ServiceArea {
            nationwide: Some(true),
            laender: Vec::new(),
            postcodes: Vec::new()
        }),
        parts.prop_map(|(laender, regions)| wire::ServiceArea {
            nationwide: None,
            laender,
            postcodes: regions.into_iter().map(Into::into).collect(),
        }),
    ]
}

fn location() -> impl Strategy<Value = wire::Location> {
    let address = (text(), option::of(text()));
    let point = (-90_000_000..=90_000_000i32, -180_000_000..=180_000_000i32);
    (
        text(),
        option::of(select(&["01067", "18055"][..])),
        option::of(select(Land::ALL)),
        option::of(address),
        option::of(point),
    )
        .prop_map(|(city, postcode, land, address, point)| wire::Location {
            city: city.into(),
            postcode: postcode.map(Into::into),
            land,
            address: address.map(|(street, details)| wire::StreetAddress {
                street: street.into(),
                details: details.map(Into::into),
            }),
            point: point.map(|(lat, lon)| GeoPoint {
                lat: f64::from(lat) / 1e6,
                lon: f64::from(lon) / 1e6,
            }),
        })
}

fn place() -> impl Strategy<Value = wire::ServicePlace> {
    prop_oneof![
        (location(), option::of(area()))
            .prop_map(|(location, area)| wire::ServicePlace::Location { location, area }),
        area().prop_map(|area| wire::ServicePlace::Remote { area }),
        area().prop_map(|area| wire::ServicePlace::Shelter { area }),
    ]
}

fn service() -> impl Strategy<Value = wire::Service> {
    let languages = codes(CODES).prop_flat_map(|codes| {
        let modes = vec(select(LanguageMode::ALL), codes.len());
        modes.prop_map(move |modes| {
            codes
                .iter()
                .zip(modes)
                .map(|(code, mode)| wire::SpokenLanguage {
                    language: (*code).into(),
                    mode,
                })
                .collect::<Vec<_>>()
        })
    });
    let for_whom = (
        codes(TargetGroup::ALL),
        codes(ExploitationForm::ALL),
        codes(Offer::ALL),
        codes(AccessibilityFeature::ALL),
    );
    (
        (
            text(),
            option::of(text()),
            select(ServiceStatus::ALL),
            place(),
            any::<bool>(),
        ),
        (
            languages,
            for_whom,
            vec(contact(), 0..4),
            vec(schedule(), 0..4),
        ),
    )
        .prop_map(
            |(
                (name, description, status, place, mobile),
                (languages, for_whom, contacts, schedules),
            )| {
                let (target_groups, exploitation_forms, offers, accessibility) = for_whom;
                wire::Service {
                    name: name.into(),
                    description: description.map(Into::into),
                    status,
                    place,
                    mobile: mobile.then_some(true),
                    languages,
                    target_groups,
                    exploitation_forms,
                    offers,
                    contacts,
                    schedules,
                    accessibility,
                }
            },
        )
}

/// Any entry that the directory can hold, without white space at the ends of its texts.
pub(super) fn entry() -> impl Strategy<Value = wire::CentreEntry> {
    (
        (text(), option::of(text()), option::of(text())),
        option::of(select(
            &["https://hafenlicht.example", "http://example.org/?a=b&c=d"][..],
        )),
        select(DataProtectionRegime::ALL),
        vec(service(), 1..4),
    )
        .prop_map(
            |((name, alternate_name, description), website, regime, mut services)| {
                for (index, service) in services.iter_mut().enumerate() {
                    // No two services of a centre have the same name.
                    service.name = format!("{} {index}", service.name.as_str()).into();
                }
                wire::CentreEntry {
                    // One that repeats the name is none in HSDS.
                    description: description.filter(|text| *text != name).map(Into::into),
                    name: name.into(),
                    alternate_name: alternate_name.map(Into::into),
                    website: website.map(Into::into),
                    data_protection_regime: regime,
                    services,
                }
            },
        )
}
