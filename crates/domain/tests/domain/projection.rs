//! Columns follow from payloads: what is stored beside an event is what its bytes say.

use std::collections::BTreeMap;

use freigabe_domain::{
    access::{Caller, ClientId, Standing, UserReference},
    audit::{
        AuditQuery, Denial, DenialReason, Event, EventReader, Operation, ProjectedEvent,
        SealedEvent,
    },
    consent::{ConsentHead, Decision},
    disclosure::{
        AuthorizationEvidence, DisclosureRecord, DisclosureState, Pseudonym, Refusal,
        RefusalReason, Refusals,
    },
    entropy::SequentialEntropy,
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::CompetenceReason,
    vocabulary::{Category, Purpose},
    withdrawal::{NoticeAnswer, NoticeCause, WithdrawalNotice},
};
use freigabe_ledger::{
    Commitment, Leaf, LeafClass, canonical_json,
    verify::{ErasureKind, LogEvent, ReadPayload as _, Reading},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::given;

/// Columns that follow from a payload and that no table has yet.
const NOT_STORED: [&str; 5] = [
    "user_reference",
    "consent_revision",
    "purpose",
    "legal_basis",
    "hits",
];

/// The columns of an event as the database has them.
fn stored(event: &ProjectedEvent) -> Map<String, Value> {
    let mut terms: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut term = |dimension, value: String| terms.entry(dimension).or_default().push(value);
    for category in &event.categories {
        term("category", category.code().to_owned());
    }
    for reason in &event.refusal_reasons {
        term("refusal_reason", reason.code().to_owned());
    }
    for organisation in [event.organisation, event.centre].into_iter().flatten() {
        term("organisation", organisation.to_string());
    }
    for person in [&event.person, &event.person_for_recipient]
        .into_iter()
        .flatten()
    {
        term("person", person.as_str().to_owned());
    }
    for terms in terms.values_mut() {
        terms.sort_unstable();
        terms.dedup();
    }
    let all = json!({
        "id": event.id.as_uuid(),
        "at": event.at.as_unix_micros(),
        "operation": event.operation.code(),
        "outcome": event.outcome.code(),
        "actor": event.actor.as_ref().map(ClientId::as_str),
        "recipient": event.recipient.as_ref().map(|office| office.as_str()),
        "case_id": event.case.map(|id| id.as_uuid()),
        "consent_id": event.consent.map(|id| id.as_uuid()),
        "disclosure_id": event.disclosure.map(|id| id.as_uuid()),
        "terms": terms,
    });
    let Value::Object(mut columns) = all else {
        unreachable!("an object")
    };
    columns.retain(|_, value| !value.is_null());
    columns
}

fn leaf(event: &SealedEvent) -> Leaf {
    Leaf {
        class: event.class,
        expiry_year: event.expiry_year,
        commitment: event.commitment,
    }
}

#[track_caller]
fn assert_follows(event: &SealedEvent) -> Reading<'_> {
    let reading = EventReader.read(&event.payload, &leaf(event)).unwrap();
    let mut columns: Map<String, Value> = (&reading.columns).into();
    for name in NOT_STORED {
        columns.remove(name);
    }
    if let Some(Value::Object(terms)) = columns.get_mut("terms") {
        terms.remove("queried");
    }
    assert_eq!(columns, stored(&event.projection));
    assert!(reading.fits_leaf, "{columns:?}");
    reading
}

#[test]
fn the_columns_of_everything_that_can_happen_follow_from_its_payload() {
    let log = crate::log::eventful_field().store.committed().log;
    let mut relying = 0;
    for event in &log {
        let reading = assert_follows(event);
        relying += usize::from(reading.relied_on.is_some());
        assert_eq!(
            reading.referable,
            event.projection.operation.code().starts_with("consent_")
        );
        assert_eq!(reading.log_event, None);
    }
    assert!(relying >= 4, "{relying} of {} events rely", log.len());
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn person(number: u8) -> Pseudonym {
    Pseudonym::from_bytes([number; 16])
}

fn head(number: u8) -> ConsentHead {
    let decision = Decision::Given(Box::new(given::consent_terms()));
    ConsentHead {
        person: person(number),
        case: CaseId::from_uuid(id(u128::from(number))),
        revision: u32::from(number),
        ..given::locked_consent(decision).head
    }
}

fn record(number: u8, categories: &[Category]) -> DisclosureRecord {
    DisclosureRecord {
        id: DisclosureId::from_uuid(id(u128::from(number) + 300)),
        centre: given::centre(),
        case: CaseId::from_uuid(id(7)),
        consent: ConsentId::from_uuid(id(8)),
        consent_revision: u32::from(number),
        recipient: given::office_id(given::ADDRESSED),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: given::matter(),
        competence: CompetenceReason::PlaceAndTask,
        items: categories.iter().copied().map(given::profile).collect(),
        person: person(number),
        person_for_recipient: person(number.wrapping_mul(3)),
        state: DisclosureState::Held,
        seal_reason: None,
        released_at: given::NOW,
        collected_at: None,
        closed_at: None,
    }
}

fn notice(number: u8) -> WithdrawalNotice {
    WithdrawalNotice {
        id: WithdrawalNoticeId::from_uuid(id(u128::from(number))),
        disclosure: DisclosureId::from_uuid(id(2)),
        consent: ConsentId::from_uuid(id(3)),
        centre: given::centre(),
        office: given::office_id(given::SUPERIOR),
        person: person(number),
        cause: NoticeCause::Narrowed,
        issued_at: given::NOW,
        answer: Some((NoticeAnswer::Erased, given::NOW)),
    }
}

fn caller(number: u8) -> Caller {
    Caller {
        client: ClientId::parse(format!("akte-{number}")).unwrap(),
        organisation: OrganisationId::from_uuid(id(u128::from(number))),
        standing: Standing::Centre,
        user: number
            .is_multiple_of(2)
            .then(|| UserReference::parse("kollegin-3").unwrap()),
    }
}

/// One more thing that an event says.
#[derive(Debug, Clone)]
enum Saying {
    By(u8),
    Consent(u8),
    Disclosure(u8, Vec<Category>),
    Terms,
    Relying(u8),
    Refused(u8, Vec<RefusalReason>),
    Consequences(u8),
    Answer(u8),
    Denied(u8),
    Query(u8),
    Participant,
}

fn say(event: Event, saying: Saying) -> Event {
    match saying {
        Saying::By(number) => event.by(&caller(number)),
        Saying::Consent(number) => event.about_consent(&head(number)),
        Saying::Disclosure(number, categories) => {
            event.about_disclosure(&record(number, &categories))
        }
        Saying::Terms => event.about_terms(&given::disclosure_terms()),
        Saying::Relying(number) => event.relying_on(&AuthorizationEvidence {
            consent: ConsentId::from_uuid(id(9)),
            revision: u32::from(number),
            relied_on: Commitment::from_bytes([number; 32]),
            case: CaseId::from_uuid(id(10)),
            person: person(number),
            competence: CompetenceReason::HandlesCase,
            agreement: None,
            grants: vec![0],
            handling_instructions: Vec::new(),
            at: given::NOW,
        }),
        Saying::Refused(number, reasons) => {
            let reasons = reasons.into_iter().map(|reason| Refusal {
                reason,
                item: None,
                needed: freigabe_domain::disclosure::Needed::NewConsent,
            });
            let refusals = Refusals {
                consent: ConsentId::from_uuid(id(9)),
                revision: 1,
                reasons: reasons.collect(),
                passing_items: Vec::new(),
            };
            event.refused(&head(number), &refusals)
        }
        Saying::Consequences(number) => event.with_consequences(
            vec![DisclosureId::from_uuid(id(u128::from(number)))],
            &[notice(number)],
        ),
        Saying::Answer(number) => event.about_answer(&notice(number), "erased"),
        Saying::Denied(number) => event.denied(&Denial {
            caller: Some(caller(number)),
            attempted: "getConsent",
            reason: DenialReason::InsufficientScope,
            unrecorded_before: u64::from(number),
        }),
        Saying::Query(number) => {
            let query = AuditQuery {
                from: Some(given::YESTERDAY),
                consent: Some(ConsentId::from_uuid(id(u128::from(number)))),
                pseudonym: Some(person(number)),
                ..AuditQuery::default()
            };
            event.of_query(&query, usize::from(number))
        }
        Saying::Participant => event.about_participant("beratung-3"),
    }
}

fn any_saying() -> impl Strategy<Value = Saying> {
    let some = |from| prop::collection::vec(prop::sample::select(from), 0..4);
    prop_oneof![
        any::<u8>().prop_map(Saying::By),
        any::<u8>().prop_map(Saying::Consent),
        (any::<u8>(), some(Category::ALL))
            .prop_map(|(number, categories)| Saying::Disclosure(number, categories)),
        Just(Saying::Terms),
        any::<u8>().prop_map(Saying::Relying),
        (
            any::<u8>(),
            prop::collection::vec(prop::sample::select(RefusalReason::ALL), 1..4)
        )
            .prop_map(|(number, reasons)| Saying::Refused(number, reasons)),
        any::<u8>().prop_map(Saying::Consequences),
        any::<u8>().prop_map(Saying::Answer),
        any::<u8>().prop_map(Saying::Denied),
        any::<u8>().prop_map(Saying::Query),
        Just(Saying::Participant),
    ]
}

/// Kinds of events that can be put together here; a log's continuation says where the other log ended, and an erasure what it took.
fn any_operation() -> impl Strategy<Value = Operation> {
    prop::sample::select(Operation::ALL).prop_filter("says more", |operation| {
        let code = operation.code();
        code != "log_continued" && !code.starts_with("erasure_")
    })
}

proptest! {
    #[test]
    fn columns_follow_from_the_payload_of_any_event(
        operation in any_operation(),
        micros in 0_i64..253_402_300_799_999_999,
        number: u128,
        sayings in prop::collection::vec(any_saying(), 0..6),
    ) {
        let event = Event::new(
            EventId::from_uuid(id(number)),
            Instant::from_unix_micros(micros),
            operation,
        );
        let event = sayings.into_iter().fold(event, say);
        let sealed = event.seal(&SequentialEntropy::starting_at(1)).unwrap();
        let reading = assert_follows(&sealed);
        let seconds = u64::try_from(micros / 1_000_000).unwrap();
        prop_assert_eq!(reading.at, seconds);
    }

    #[test]
    fn another_class_or_year_does_not_fit_an_event(year in 0_u16..3_000) {
        let event = Event::new(EventId::from_uuid(id(1)), given::NOW, Operation::AccessDenied);
        let sealed = event.seal(&SequentialEntropy::starting_at(1)).unwrap();
        let fits = |class| {
            let leaf = Leaf { class, expiry_year: year, commitment: sealed.commitment };
            EventReader.read(&sealed.payload, &leaf).unwrap().fits_leaf
        };
        prop_assert_eq!(fits(LeafClass::Operations), year == 2027);
        prop_assert!(!fits(LeafClass::ConsentEvidence));
    }
}

fn some_leaf(expiry_year: u16) -> Leaf {
    Leaf {
        class: LeafClass::Operations,
        expiry_year,
        commitment: Commitment::from_bytes([0; 32]),
    }
}

fn read(event: &Value) -> Result<Reading<'static>, String> {
    let payload = canonical_json(event).unwrap().leak();
    let read = EventReader.read(payload, &some_leaf(2031));
    read.map_err(|error| error.pointer)
}

fn erasure_done() -> Value {
    json!({
        "v": 1,
        "id": id(5),
        "at": "2027-06-01T08:00:00.000000Z",
        "operation": "erasure_done",
        "outcome": "done",
        "erasure": {
            "kind": "case",
            "legal_basis": "bdsg_75_2",
            "cutoff": "2027-06-01",
            "count": 3,
            "ranges": [[1, 3], [7, 8]],
            "intent": "ab".repeat(32),
        },
    })
}

#[test]
fn an_erasure_says_what_why_and_who_announced_it_and_outlives_what_it_erased() {
    let reading = read(&erasure_done()).unwrap();
    assert!(reading.fits_leaf, "kept longer than other events");
    let Some(LogEvent::Erased(erasure)) = reading.log_event else {
        panic!("{:?}", reading.log_event)
    };
    assert_eq!(erasure.kind, ErasureKind::Case);
    assert_eq!(erasure.legal_basis, "bdsg_75_2");
    assert_eq!(erasure.ranges, [1..3, 7..8]);
    assert_eq!(erasure.count, 3);
    assert_eq!(erasure.intent, Commitment::from_bytes([0xAB; 32]));
    assert_eq!((erasure.log, erasure.class), (None, None));
}

#[test]
fn what_is_no_event_is_refused_with_the_place() {
    for (pointer, value) in [
        ("/at", json!("yesterday")),
        ("/operation", json!(7)),
        ("/id", json!(7)),
        ("/hits", json!("many")),
        ("/categories", json!([1])),
        ("/relied_on", json!("AB")),
        ("/erasure/kind", json!("whim")),
        ("/erasure/legal_basis", Value::Null),
        ("/erasure/count", json!(-1)),
        ("/erasure/ranges", json!([[1, 2, 3]])),
    ] {
        let mut event = erasure_done();
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        let place = parts
            .iter()
            .fold(&mut event, |value, part| &mut value[*part]);
        *place = value;
        assert_eq!(read(&event).unwrap_err(), pointer);
    }
}

#[test]
fn only_the_canonical_bytes_are_an_event() {
    let payload = erasure_done().to_string().replace(':', ": ");
    assert!(
        EventReader
            .read(payload.as_bytes(), &some_leaf(2031))
            .is_err()
    );
    let twice = br#"{"at":"2027-06-01T08:00:00.000000Z","id":"a","id":"b","operation":"x"}"#;
    assert!(EventReader.read(twice, &some_leaf(2031)).is_err());
}

#[test]
fn a_continued_log_names_the_one_before() {
    let root = freigabe_ledger::Hash::EMPTY;
    let mut event = json!({
        "v": 1,
        "id": id(5),
        "at": "2027-06-01T08:00:00.000000Z",
        "operation": "log_continued",
        "outcome": "done",
        "former_log": { "origin": "log.example/0", "size": 0, "root": root },
    });
    let expected = |checkpoint| LogEvent::Continued {
        origin: "log.example/0".to_owned(),
        size: 0,
        root,
        checkpoint,
    };
    assert_eq!(read(&event).unwrap().log_event, Some(expected(None)));
    event["former_log"]["checkpoint"] = json!("note");
    let note = Some("note".to_owned());
    assert_eq!(read(&event).unwrap().log_event, Some(expected(note)));
}

#[test]
fn a_hit_of_a_selection_meets_all_its_conditions() {
    let event = Event::new(
        EventId::from_uuid(id(5)),
        given::NOW,
        Operation::AuditQueried,
    )
    .by(&caller(4))
    .about_disclosure(&record(1, &[Category::Vehicle]))
    .of_query(&AuditQuery::default(), 12)
    .seal(&SequentialEntropy::starting_at(1))
    .unwrap();
    let columns = EventReader
        .read(&event.payload, &leaf(&event))
        .unwrap()
        .columns;
    let matches = |query: Value| {
        let Value::Object(query) = query else {
            unreachable!("an object")
        };
        EventReader.matches(&query, &columns)
    };
    let pseudonym = person(1);
    for (met, missed) in [
        (
            json!({ "from": "2026-11-24T08:00:00.000000Z" }),
            json!({ "from": "2026-11-24T08:00:00.000001Z" }),
        ),
        (
            json!({ "until": "2026-11-24T08:00:00.000001Z" }),
            json!({ "until": "2026-11-24T08:00:00.000000Z" }),
        ),
        (json!({ "actor": "akte-4" }), json!({ "actor": "akte-5" })),
        (json!({ "user": "kollegin-3" }), json!({ "user": "x" })),
        (
            json!({ "organisation": id(4) }),
            json!({ "organisation": id(5) }),
        ),
        (
            json!({ "category": "vehicle" }),
            json!({ "category": "phone_number" }),
        ),
        (json!({ "revision": 1 }), json!({ "revision": 2 })),
        (
            json!({ "pseudonym": pseudonym.as_str() }),
            json!({ "pseudonym": person(2).as_str() }),
        ),
        (json!({ "min_hits": 12 }), json!({ "min_hits": 13 })),
        (json!({ "max_hits": 12 }), json!({ "max_hits": 11 })),
        (
            json!({ "retention": "open", "outcome": "done" }),
            json!({ "retention": "open", "outcome": "refused" }),
        ),
    ] {
        assert_eq!(matches(met.clone()), Some(true), "{met}");
        assert_eq!(matches(missed.clone()), Some(false), "{missed}");
    }
    assert_eq!(matches(json!({})), Some(true));
    assert_eq!(matches(json!({ "weather": "fine" })), None);
}
