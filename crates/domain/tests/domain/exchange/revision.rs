//! A revision counts alone from then on.

use freigabe_domain::{
    Error,
    audit::{Operation, Outcome},
    consent::{ConsentStatus, ConsentTerms, Decision},
    disclosure::{DisclosureState, RefusalReason, SealReason},
    exchange::ConsentDesk,
    ids::ConsentId,
    vocabulary::Category,
    withdrawal::NoticeCause,
};
use time::Duration;

use super::{Field, ask, assert_not_found, assert_withheld, request_of};
use crate::given;

fn without_phone_numbers() -> ConsentTerms {
    let mut terms = given::consent_terms();
    terms.grants[0].categories = vec![Category::Vehicle];
    terms
}

/// A draft of a vehicle alone: within the scope of either revision.
fn vehicle_alone(consent: ConsentId) -> freigabe_domain::disclosure::Draft {
    let mut draft = given::draft(consent);
    draft.items.truncate(1);
    draft
}

#[test]
fn a_narrower_revision_seals_what_it_does_not_cover_and_nothing_else() {
    let field = Field::new();
    let uncovered = field.held();
    let covered = field
        .try_release(3, vehicle_alone(uncovered.consent))
        .unwrap();
    let view = field.revise(4, uncovered.consent, without_phone_numbers());
    assert_eq!(view.head.revision, 2);

    let stored = field.stored(uncovered.id);
    assert_eq!(stored.record.state, DisclosureState::Sealed);
    assert_eq!(stored.record.seal_reason, Some(SealReason::Superseded));
    assert!(stored.content.is_none());
    assert_not_found(field.collect(5, uncovered.id));
    assert!(field.collect(6, covered.id).unwrap().content().is_some());
    assert!(field.notices().is_empty());
}

#[test]
fn a_narrower_revision_tells_the_office_that_already_collected() {
    let field = Field::new();
    let collected = field.collected();
    field.revise(4, collected.consent, without_phone_numbers());
    assert!(field.stored(collected.id).content.is_none());
    assert_withheld(field.collect(5, collected.id));
    let notices = field.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].cause, NoticeCause::Narrowed);
}

#[test]
fn an_office_is_told_once_of_each_message_that_a_revision_takes() {
    let field = Field::new();
    let first = field.collected();
    let second = field.try_release(4, vehicle_alone(first.consent)).unwrap();
    field.collect(5, second.id).unwrap();
    field.revise(6, first.consent, without_phone_numbers());
    let mut nothing_of_it = given::consent_terms();
    nothing_of_it.grants[0].categories = vec![Category::SafeReturn];
    field.revise(7, first.consent, nothing_of_it);
    let told: Vec<_> = field.notices().iter().map(|n| n.disclosure).collect();
    assert_eq!(told, [first.id, second.id]);
}

#[test]
fn what_an_office_was_told_to_give_up_does_not_come_back_with_a_wider_revision() {
    let field = Field::new();
    let collected = field.collected();
    field.revise(4, collected.consent, without_phone_numbers());
    field.revise(5, collected.consent, given::consent_terms());
    // The consent allows it again, but its content is gone, and the notice stands.
    assert_not_found(field.collect(3, collected.id));
    assert_not_found(field.collect(6, collected.id));
    assert_eq!(
        field.log().last(),
        Some(&(Operation::AccessDenied, Outcome::Denied))
    );
}

#[test]
fn a_draft_made_for_an_earlier_revision_is_superseded() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    field.revise(2, consent.id, given::consent_terms());
    let mut draft = given::draft(consent.id);
    draft.named_revision = Some(1);
    let Err(Error::Refused(refusals)) = field.try_release(3, draft.clone()) else {
        panic!("released");
    };
    assert_eq!(refusals.reasons.len(), 1);
    assert_eq!(refusals.reasons[0].reason, RefusalReason::Superseded);
    draft.named_revision = Some(2);
    assert!(field.try_release(3, draft).is_ok());
}

#[test]
fn an_expired_consent_given_anew_leaves_sealed_what_it_held_and_keeps_no_content() {
    let field = Field::new();
    let held = field.held();
    let collected = field.try_release(7, given::draft(held.consent)).unwrap();
    field.collect(8, collected.id).unwrap();
    let past_its_end = given::END.to_datetime() - given::NOW.to_datetime();
    field.store.advance(past_its_end);
    let mut terms = given::consent_terms();
    terms.valid_until = given::END.plus(Duration::days(90));
    terms.retention.until = terms.valid_until;
    let view = field.revise(3, held.consent, terms);
    assert_eq!(view.head.status, ConsentStatus::Given);

    let stored = field.stored(held.id);
    assert_eq!(stored.record.state, DisclosureState::Sealed);
    assert_eq!(stored.record.seal_reason, Some(SealReason::Expired));
    assert!(stored.content.is_none());
    assert_not_found(field.collect(4, held.id));
    // What was collected before goes without a word: the office may have it.
    assert!(field.stored(collected.id).content.is_none());
    assert!(field.notices().is_empty());
    // A new message under it goes its way.
    let anew = field.try_release(5, given::draft(held.consent)).unwrap();
    assert!(field.collect(6, anew.id).is_ok());
}

#[test]
fn refusing_after_all_seals_everything() {
    for decision in [Decision::Refused, Decision::NotAsked] {
        let field = Field::new();
        let held = field.held();
        let request = request_of(&field.centre, 3);
        field.store.advance(Duration::HOUR);
        let status = decision.status();
        let revised = ask(field.app.revise_consent(
            &field.centre,
            &request,
            held.consent,
            crate::given::as_given(1),
            decision,
        ));
        let head = revised.unwrap().value.head;
        assert_eq!((head.status, head.revision), (status, 2));
        assert_eq!((head.valid_from, head.valid_until), (None, None));
        assert!(head.changed_at >= given::NOW.plus(Duration::HOUR));
        field.assert_state(held.id, DisclosureState::Sealed);
        assert_not_found(field.collect(4, held.id));
    }
}

#[test]
fn a_revision_names_the_revision_that_it_follows() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    for expected in [0, 2] {
        let request = request_of(&field.centre, 2);
        let decision = Decision::Given(Box::new(without_phone_numbers()));
        let revised = ask(field.app.revise_consent(
            &field.centre,
            &request,
            consent.id,
            crate::given::as_given(expected),
            decision,
        ));
        assert!(matches!(revised, Err(Error::Stale)));
    }
}
