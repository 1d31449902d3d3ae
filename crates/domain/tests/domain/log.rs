//! What an event's payload is, and what it never holds.

use freigabe_domain::{
    audit::{Denial, DenialReason, Event, Operation},
    consent::Decision,
    entropy::SequentialEntropy,
    exchange::{ConsentDesk, UpkeepDesk, WithdrawalDesk as _},
    ids::EventId,
    log::RetentionSchedule,
    vocabulary::Category,
};
use freigabe_ledger::{LeafClass, canonical_json};
use uuid::Uuid;

use crate::{
    exchange::{CASE_REFERENCE, Field, PERSON_REFERENCE, ask, request_of},
    given,
};

fn event() -> Event {
    let id = EventId::from_uuid(Uuid::from_u128(5));
    Event::new(id, given::NOW, Operation::AccessDenied).denied(&Denial {
        caller: None,
        attempted: "getConsent",
        reason: DenialReason::NoToken,
        unrecorded_before: 3,
    })
}

#[test]
fn a_payload_is_canonical_json_and_says_only_what_there_is_to_say() {
    let sealed = event().seal(&SequentialEntropy::starting_at(1)).unwrap();
    assert_eq!(
        String::from_utf8(sealed.payload).unwrap(),
        concat!(
            r#"{"at":"2026-11-24T08:00:00.000000Z","attempted":"getConsent","denial":"no_token","#,
            r#""id":"00000000-0000-0000-0000-000000000005","operation":"access_denied","#,
            r#""outcome":"denied","unrecorded_before":3,"v":1}"#
        )
    );
    assert_eq!(sealed.class, LeafClass::Operations);
    assert_eq!(sealed.expiry_year, 2027);
}

#[test]
fn the_same_event_is_never_committed_to_twice_in_the_same_way() {
    let entropy = SequentialEntropy::starting_at(1);
    let (one, other) = (
        event().seal(&entropy).unwrap(),
        event().seal(&entropy).unwrap(),
    );
    assert_eq!(one.payload, other.payload);
    assert_ne!(one.salt.as_bytes(), other.salt.as_bytes());
    assert_ne!(one.commitment, other.commitment);
    assert!(one.commitment.verify(&one.salt, &one.payload));
    assert!(!one.commitment.verify(&other.salt, &one.payload));
    assert!(!one.commitment.verify(&one.salt, b"{}"));
}

/// Everything that can happen to a consent and its messages.
pub(crate) fn eventful_field() -> Field {
    let field = Field::new();
    let collected = field.collected();
    let mut refused = given::draft(collected.consent);
    refused.items = vec![given::item(
        given::profile(Category::SafeReturn),
        "Rückflug gebucht",
    )];
    assert!(field.try_release(10, refused).is_err());
    field
        .try_release(11, given::draft(collected.consent))
        .unwrap();
    field.revise(12, collected.consent, given::consent_terms());
    field.withdraw(collected.consent);
    assert!(field.collect(13, collected.id).is_err());
    field.consent(14, given::consent_terms());
    field.store.advance(time::Duration::days(100));
    ask(field.app.mark_expired_consents()).unwrap();
    let foreign = field.other_centre.clone();
    let request = request_of(&foreign, 1);
    let revised = field.app.revise_consent(
        &foreign,
        &request,
        collected.consent,
        crate::given::as_given(1),
        Decision::Refused,
    );
    assert!(ask(revised).is_err());
    field
}

#[test]
fn every_payload_is_canonical_and_its_commitment_verifies() {
    let log = eventful_field().store.committed().log;
    assert!(log.len() >= 9);
    for event in log {
        let parsed: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
        assert_eq!(canonical_json(&parsed).unwrap(), event.payload);
        assert!(event.commitment.verify(&event.salt, &event.payload));
        assert_eq!(parsed["operation"], event.projection.operation.code());
        assert_eq!(parsed["id"], event.projection.id.to_string());
    }
}

#[test]
fn no_payload_holds_the_centres_references_or_what_an_item_says() {
    let secrets = [
        CASE_REFERENCE,
        PERSON_REFERENCE,
        "beratung-3",
        "Aktenschrank",
        "Transporter",
        "Nummer endet auf",
        "Rückflug",
    ];
    for event in eventful_field().store.committed().log {
        let payload = String::from_utf8(event.payload).unwrap();
        for secret in secrets {
            assert!(!payload.contains(secret), "{secret:?} in {payload}");
        }
    }
}

#[test]
fn whatever_was_done_or_refused_relies_on_an_event_before_it() {
    let log = eventful_field().store.committed().log;
    let mut relying = 0;
    for (index, event) in log.iter().enumerate() {
        let payload: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
        if let Some(relied_on) = payload.get("relied_on") {
            relying += 1;
            let earlier = &log[..index];
            assert!(
                earlier
                    .iter()
                    .any(|e| *relied_on == e.commitment.to_string()),
                "{payload}"
            );
        }
    }
    assert!(relying >= 4, "{relying} events rely on another");
}

#[test]
fn evidence_of_consent_outlives_the_consent_and_everything_else_one_year() {
    let field = Field::new();
    let consent = field.held().consent;
    ask(field.app.withdraw_consent(&field.centre, consent)).unwrap();
    let log = field.store.committed().log;
    let of = |operation| {
        let mut found = log.iter();
        let found = found.find(|event| event.projection.operation == operation);
        let found = found.expect("an event of this kind");
        (found.class, found.expiry_year)
    };
    let made = given::NOW.year();
    let ends = given::consent_terms().valid_until.year();
    assert!(ends >= made);
    let evidence = (LeafClass::ConsentEvidence, ends + 3);
    assert_eq!(of(Operation::ConsentRecorded), evidence);
    assert_eq!(of(Operation::ConsentWithdrawn), evidence);
    let operations = (LeafClass::Operations, made + 1);
    assert_eq!(of(Operation::DisclosureReleased), operations);
}

#[test]
fn the_years_of_evidence_are_the_installations_and_those_of_the_rest_are_the_laws() {
    let entropy = SequentialEntropy::starting_at(1);
    let schedule = RetentionSchedule { evidence_years: 10 };
    let id = EventId::from_uuid(Uuid::from_u128(5));
    for (operation, class, years) in [
        (Operation::ConsentExpired, LeafClass::ConsentEvidence, 10),
        (Operation::AccessDenied, LeafClass::Operations, 1),
        (Operation::LogContinued, LeafClass::Operations, 1),
    ] {
        let event = Event::new(id, given::NOW, operation).kept_by(schedule);
        let sealed = event.seal(&entropy).unwrap();
        assert_eq!(sealed.class, class, "{operation:?}");
        assert_eq!(
            sealed.expiry_year,
            given::NOW.year() + years,
            "{operation:?}"
        );
    }
}
