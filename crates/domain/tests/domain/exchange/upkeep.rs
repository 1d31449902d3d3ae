//! What the server does by itself: nothing depends on it.

use freigabe_domain::{
    audit::Operation,
    consent::{ConsentEventKind, ConsentStatus, Decision, NewConsent},
    disclosure::{DisclosureState, SealReason},
    exchange::{ConsentDesk, REQUESTS_ARE_REMEMBERED, UpkeepDesk},
};
use time::Duration;

use super::{Field, ask, references, request_of};
use crate::given;

#[test]
fn consents_past_their_end_are_marked_once_and_what_they_held_is_sealed() {
    let field = Field::new();
    let held = field.held();
    assert_eq!(ask(field.app.mark_expired_consents()).unwrap(), 0);
    field
        .store
        .advance(given::END.to_datetime() - given::NOW.to_datetime());
    assert_eq!(ask(field.app.mark_expired_consents()).unwrap(), 1);
    assert_eq!(ask(field.app.mark_expired_consents()).unwrap(), 0);

    let stored = field.stored(held.id);
    assert_eq!(stored.record.state, DisclosureState::Sealed);
    assert_eq!(stored.record.seal_reason, Some(SealReason::Expired));
    let view = ask(field.app.consent(&field.centre, held.consent)).unwrap();
    assert_eq!(view.head.status, ConsentStatus::Expired);
    assert_eq!(view.events.last().unwrap().kind, ConsentEventKind::Expired);
    assert_eq!(
        field.last_event().projection.operation,
        Operation::ConsentExpired
    );
    assert!(field.notices().is_empty());
}

#[test]
fn a_consent_revised_between_listing_and_marking_is_left_alone() {
    let field = Field::new();
    let held = field.held();
    field
        .store
        .advance(given::END.to_datetime() - given::NOW.to_datetime());
    let (store, centre) = (field.store.clone(), field.centre.clone());
    field.store.interrupt(move || {
        let node = Field::node(&store, 99);
        let mut terms = given::consent_terms();
        terms.valid_until = given::END.plus(time::Duration::days(90));
        terms.retention.until = terms.valid_until;
        let decision = freigabe_domain::consent::Decision::Given(Box::new(terms));
        let request = super::request_of(&centre, 9);
        let read = ask(node.consent(&centre, held.consent)).unwrap();
        let seen = Some(read.head.version_at(read.read_at));
        let _ = ask(node.revise_consent(&centre, &request, held.consent, seen, decision)).unwrap();
    });
    assert_eq!(ask(field.app.mark_expired_consents()).unwrap(), 0);
    let view = ask(field.app.consent(&field.centre, held.consent)).unwrap();
    assert_eq!(view.head.status, ConsentStatus::Given);
}

#[test]
fn a_request_is_remembered_for_thirty_days_and_then_forgotten() {
    let field = Field::new();
    let new = || NewConsent {
        references: references(),
        decision: Decision::Refused,
    };
    let request = request_of(&field.centre, 1);
    let record = || {
        ask(field.app.record_consent(&field.centre, &request, new()))
            .unwrap()
            .head
            .id
    };
    let first = record();
    field
        .store
        .advance(REQUESTS_ARE_REMEMBERED - Duration::MINUTE);
    assert_eq!(ask(field.app.forget_old_requests()).unwrap(), 0);
    assert_eq!(record(), first, "repeated: the same one");
    field.store.advance(Duration::HOUR);
    assert_eq!(ask(field.app.forget_old_requests()).unwrap(), 1);
    assert_ne!(record(), first, "forgotten: another one");
}
