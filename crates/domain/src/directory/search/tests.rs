use proptest::{prelude::*, sample::select};
use time::Duration;
use uuid::Uuid;

use super::*;
use crate::{
    access::DataProtectionRegime,
    directory::{CentreEntry, Contact, Location, PostcodeRegion},
    text::ShortText,
};

const NOW: Instant = Instant::from_unix_micros(1_795_507_200_000_000);

fn line(text: &str) -> ShortText {
    ShortText::parse(text).unwrap()
}

fn point(lat: f64, lon: f64) -> GeoPoint {
    GeoPoint::new(lat, lon).unwrap()
}

fn language(code: &str) -> LanguageCode {
    LanguageCode::parse(code).unwrap()
}

fn at(point: GeoPoint, land: Land, area: Option<ServiceArea>) -> ServicePlace {
    ServicePlace::Location {
        location: Location {
            city: line("Ort"),
            postcode: None,
            land,
            address: None,
            point,
        },
        area,
    }
}

fn land_area(land: Land) -> ServiceArea {
    ServiceArea::of_parts([land], []).unwrap()
}

fn service(name: &str, place: ServicePlace) -> Service {
    Service {
        name: line(name),
        description: None,
        status: ServiceStatus::Active,
        place,
        mobile: false,
        languages: Vec::new(),
        target_groups: BTreeSet::new(),
        exploitation_forms: BTreeSet::new(),
        offers: BTreeSet::new(),
        contacts: Vec::new(),
        hours: OpeningHours::default(),
        accessibility: BTreeSet::new(),
    }
}

fn centre(number: u128, services: Vec<Service>) -> Centre {
    Centre {
        id: CentreId::from_uuid(Uuid::from_u128(number)),
        organisation: None,
        version: 1,
        changed_at: NOW,
        assurance: Some(Assurance {
            at: NOW,
            version: 1,
        }),
        entry: CentreEntry {
            name: line("Beratung"),
            alternate_name: None,
            description: None,
            website: None,
            regime: DataProtectionRegime::Gdpr,
            services,
        },
    }
}

fn index(centres: &[Centre]) -> DirectoryIndex {
    DirectoryIndex::new(7, centres.iter().flat_map(Indexed::of).collect())
}

fn ask(index: &DirectoryIndex, search: &Search) -> Matches {
    index.search(search, ConfirmationRules::default(), NOW, None, 200)
}

/// The centres of an answer, by their numbers.
fn numbers(found: &Matches) -> Vec<u128> {
    found
        .items
        .iter()
        .map(|hit| hit.centre.as_uuid().as_u128())
        .collect()
}

const BERLIN: (f64, f64) = (52.52, 13.405);

fn berlin() -> Spot {
    Spot {
        point: point(BERLIN.0, BERLIN.1),
        land: Land::Berlin,
        postcode: Some(Postcode::parse("10115").unwrap()),
    }
}

#[test]
fn what_is_there_for_the_place_comes_first_then_what_speaks_the_language_then_the_nearest() {
    let spoken = |mode| SpokenLanguage {
        language: language("ro"),
        mode,
    };
    let with = |place, mode| Service {
        languages: vec![spoken(mode)],
        ..service("Beratung", place)
    };
    let (near, far) = (point(52.51, 13.4), point(52.4, 13.1));
    let centres = [
        centre(
            1,
            vec![with(
                at(near, Land::Brandenburg, Some(land_area(Land::Brandenburg))),
                LanguageMode::Spoken,
            )],
        ),
        centre(
            2,
            vec![with(
                at(near, Land::Berlin, None),
                LanguageMode::Interpreter,
            )],
        ),
        centre(
            3,
            vec![with(at(far, Land::Berlin, None), LanguageMode::Spoken)],
        ),
        centre(
            4,
            vec![with(
                at(near, Land::Berlin, Some(land_area(Land::Berlin))),
                LanguageMode::Spoken,
            )],
        ),
        centre(
            5,
            vec![with(
                at(near, Land::Brandenburg, None),
                LanguageMode::Spoken,
            )],
        ),
        centre(
            6,
            vec![with(
                ServicePlace::Shelter {
                    area: land_area(Land::Berlin),
                },
                LanguageMode::Spoken,
            )],
        ),
        centre(7, vec![service("Beratung", at(near, Land::Berlin, None))]),
    ];
    let search = Search {
        near: Some(berlin()),
        language: Some(language("ro")),
        ..Search::default()
    };
    let found = ask(&index(&centres), &search);
    assert_eq!(numbers(&found), [4, 3, 6, 2, 5, 1]);
    let reasons: Vec<_> = found.items.iter().map(|hit| hit.reasons[0]).collect();
    use MatchReason::{AreaNotStated, OutsideArea, SameLand, ServesPlace};
    assert_eq!(
        reasons,
        [
            ServesPlace,
            SameLand,
            ServesPlace,
            SameLand,
            AreaNotStated,
            OutsideArea
        ]
    );
    assert_eq!(found.items[3].reasons[1], MatchReason::ByInterpreter);
    // A shelter shows no place, so that there is no distance.
    assert_eq!(found.items[2].metres, None);
    let spoken_only = Search {
        spoken_only: true,
        ..search
    };
    assert_eq!(
        numbers(&ask(&index(&centres), &spoken_only)),
        [4, 3, 6, 5, 1]
    );
}

#[test]
fn every_condition_holds_and_who_names_nobody_is_for_everybody() {
    let here = || at(point(52.5, 13.4), Land::Berlin, None);
    let everybody = service("Beratung", here());
    let women = Service {
        target_groups: BTreeSet::from([TargetGroup::Women]),
        exploitation_forms: BTreeSet::from([ExploitationForm::Sexual]),
        offers: BTreeSet::from([Offer::Counselling]),
        contacts: vec![Contact::new(Channel::Phone, "030 123456").unwrap()],
        mobile: true,
        ..service("Beratung", here())
    };
    let shelter = service(
        "Unterkunft",
        ServicePlace::Shelter {
            area: land_area(Land::Berlin),
        },
    );
    let resting = Service {
        status: ServiceStatus::Inactive,
        ..service("Beratung", here())
    };
    let centres = [
        centre(1, vec![everybody]),
        centre(2, vec![women]),
        centre(3, vec![shelter]),
        centre(4, vec![resting]),
    ];
    let index = index(&centres);
    let of = |search: Search| {
        let mut found = numbers(&ask(&index, &search));
        found.sort_unstable();
        found
    };
    let any = Search::default;
    assert_eq!(of(any()), [1, 2, 3]);
    assert_eq!(
        of(Search {
            target_group: Some(TargetGroup::Women),
            ..any()
        }),
        [1, 2, 3]
    );
    assert_eq!(
        of(Search {
            target_group: Some(TargetGroup::Men),
            ..any()
        }),
        [1, 3]
    );
    assert_eq!(
        of(Search {
            exploitation_form: Some(ExploitationForm::Labour),
            ..any()
        }),
        [1, 3]
    );
    assert_eq!(
        of(Search {
            offer: Some(Offer::Counselling),
            ..any()
        }),
        [2]
    );
    // A shelter is one without saying so once more.
    assert_eq!(
        of(Search {
            offer: Some(Offer::Shelter),
            ..any()
        }),
        [3]
    );
    assert_eq!(
        of(Search {
            channel: Some(Channel::Phone),
            ..any()
        }),
        [2]
    );
    assert_eq!(
        of(Search {
            in_person: true,
            ..any()
        }),
        [1, 2]
    );
    assert_eq!(
        of(Search {
            mobile: true,
            ..any()
        }),
        [2]
    );
    assert_eq!(
        of(Search {
            land: Some(Land::Berlin),
            ..any()
        }),
        [1, 2, 3]
    );
    assert_eq!(
        of(Search {
            land: Some(Land::Hesse),
            ..any()
        }),
        []
    );
    assert_eq!(
        of(Search {
            open_now: true,
            ..any()
        }),
        []
    );
}

#[test]
fn what_is_temporarily_closed_is_found_and_never_open() {
    let place = at(point(52.5, 13.4), Land::Berlin, None);
    let closed = Service {
        status: ServiceStatus::TemporarilyClosed,
        ..service("Beratung", place)
    };
    let found = ask(&index(&[centre(1, vec![closed])]), &Search::default());
    assert_eq!(found.items[0].opening, OpeningState::Closed { opens: None });
    assert_eq!(found.items[0].reasons, [MatchReason::TemporarilyClosed]);
}

#[test]
fn an_entry_that_is_not_confirmed_says_so_and_yields_to_one_that_is() {
    let place = || at(point(52.5, 13.4), Land::Berlin, None);
    let unconfirmed = Centre {
        assurance: None,
        ..centre(1, vec![service("Beratung", place())])
    };
    let old = Centre {
        assurance: Some(Assurance {
            at: NOW.plus(Duration::days(-366)),
            version: 1,
        }),
        ..centre(2, vec![service("Beratung", place())])
    };
    let confirmed = centre(3, vec![service("Beratung", place())]);
    let found = ask(&index(&[unconfirmed, old, confirmed]), &Search::default());
    let standings: Vec<_> = found.items.iter().map(|hit| hit.standing).collect();
    assert_eq!(found.items[0].centre.as_uuid().as_u128(), 3);
    assert!(standings[1..].contains(&EntryStanding::NeverConfirmed));
    assert!(standings[1..].contains(&EntryStanding::Overdue));
    assert!(found.items[1].reasons.contains(&MatchReason::NotConfirmed));
}

fn a_place() -> impl Strategy<Value = ServicePlace> {
    let lands = select(vec![
        Land::Berlin,
        Land::Brandenburg,
        Land::Saxony,
        Land::Bavaria,
    ]);
    let area = prop_oneof![
        Just(None),
        Just(Some(ServiceArea::Nationwide)),
        lands.clone().prop_map(|land| Some(land_area(land))),
        (0..10_u8).prop_map(|digit| {
            let region = PostcodeRegion::parse(&digit.to_string()).unwrap();
            Some(ServiceArea::of_parts([], [region]).unwrap())
        }),
    ];
    (47.3..55.0_f64, 6.0..15.0_f64, lands, area, 0..5_u8).prop_map(
        |(lat, lon, land, area, kind)| match (kind, area) {
            (0, Some(area)) => ServicePlace::Shelter { area },
            (1, Some(area)) => ServicePlace::Remote { area },
            (_, area) => at(point(lat, lon), land, area),
        },
    )
}

proptest! {
    /// Looked up place by place, along the great circle: the same services at the same distances, the nearest first.
    #[test]
    fn the_nearest_are_those_of_a_search_of_everything(
        places in prop::collection::vec(a_place(), 1..60),
        lat in 47.3..55.0_f64,
        lon in 6.0..15.0_f64,
    ) {
        let centres: Vec<Centre> = (1..).zip(places)
            .map(|(number, place)| centre(number, vec![service("Beratung", place)]))
            .collect();
        let from = point(lat, lon);
        let spot = Spot { point: from, land: Land::Berlin, postcode: None };
        let search = Search { near: Some(spot), order: SearchOrder::Distance, ..Search::default() };
        let found = ask(&index(&centres), &search);
        let mut expected: Vec<(Option<u32>, ServiceId)> = centres.iter()
            .map(|centre| {
                let service = &centre.entry.services[0];
                let metres = service.place.location().map(|location| {
                    // The spherical law of cosines, not the formula that is used.
                    let (a, b) = (from, location.point);
                    let (la, lb) = (a.lat().to_radians(), b.lat().to_radians());
                    let cosine = la.sin() * lb.sin() + la.cos() * lb.cos() * (b.lon() - a.lon()).to_radians().cos();
                    6_371_008.8 * cosine.clamp(-1.0, 1.0).acos()
                });
                (metres.map(|metres| metres.round() as u32), service.id(centre.id))
            })
            .collect();
        expected.sort_by_key(|(metres, id)| (metres.is_none(), *metres, *id));
        prop_assert_eq!(found.total, expected.len());
        for (hit, (metres, id)) in found.items.iter().zip(&expected) {
            match (hit.metres, metres) {
                (Some(one), Some(other)) => prop_assert!(one.abs_diff(*other) <= 1, "{} {}", one, other),
                (one, other) => {
                    prop_assert_eq!(one, *other);
                    prop_assert_eq!(hit.service, *id);
                }
            }
        }
    }

    /// However small the pages are, together they are the whole answer.
    #[test]
    fn pages_put_together_are_the_whole_answer(
        places in prop::collection::vec(a_place(), 1..40),
        limit in 1..9_u16,
        suitable in any::<bool>(),
    ) {
        let centres: Vec<Centre> = (1..).zip(places)
            .map(|(number, place)| centre(number, vec![service("Beratung", place)]))
            .collect();
        let index = index(&centres);
        let order = if suitable { SearchOrder::Suitable } else { SearchOrder::Distance };
        let search = Search { near: Some(berlin()), order, ..Search::default() };
        let whole = ask(&index, &search);
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let page = index.search(&search, ConfirmationRules::default(), NOW, after, limit);
            prop_assert_eq!(page.total, whole.total);
            prop_assert!(page.items.len() <= usize::from(limit));
            pages.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(pages, whole.items);
    }

    /// What is told first never fits worse than what comes later.
    #[test]
    fn suitable_ones_come_first(places in prop::collection::vec(a_place(), 1..40)) {
        let centres: Vec<Centre> = (1..).zip(places)
            .map(|(number, place)| centre(number, vec![service("Beratung", place)]))
            .collect();
        let search = Search { near: Some(berlin()), ..Search::default() };
        let found = ask(&index(&centres), &search);
        let rank = |hit: &Match| match hit.reasons[0] {
            MatchReason::ServesPlace | MatchReason::SameLand => 0,
            MatchReason::AreaNotStated => 1,
            _ => 2,
        };
        let ranks: Vec<_> = found.items.iter().map(|hit| (rank(hit), hit.metres.unwrap_or(u32::MAX))).collect();
        prop_assert!(ranks.is_sorted(), "{:?}", ranks);
    }
}
