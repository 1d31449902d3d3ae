//! The addressed office lists, collects and acknowledges.

use freigabe_domain::{
    Error,
    audit::{Operation, Outcome},
    disclosure::{DisclosureState, SealReason},
    exchange::CollectionDesk,
    vocabulary::Handling,
};

use super::{Field, ask, request_of};
use crate::given;

#[test]
fn from_release_to_acknowledgement() {
    let field = Field::new();
    let held = field.held();
    assert_eq!(field.inbox(), [held.id]);

    let released = field.collect(3, held.id).unwrap();
    assert_eq!(released.content().unwrap().items(), given::items());
    assert_eq!(released.record().state, DisclosureState::Collected);
    assert!(field.inbox().is_empty());

    let request = request_of(&field.office, 4);
    let acknowledge = || {
        ask(field
            .app
            .acknowledge_disclosure(&field.office, &request, held.id))
    };
    let view = acknowledge().unwrap();
    assert_eq!(view.record().state, DisclosureState::Acknowledged);
    assert!(field.stored(held.id).content.is_none());
    assert_eq!(acknowledge().unwrap(), view);
    assert_eq!(
        field.log(),
        [
            (Operation::ConsentRecorded, Outcome::Done),
            (Operation::DisclosureReleased, Outcome::Done),
            (Operation::DisclosureCollected, Outcome::Done),
            (Operation::DisclosureAcknowledged, Outcome::Done)
        ]
    );
}

#[test]
fn an_office_can_collect_again_until_it_acknowledges() {
    let field = Field::new();
    let held = field.held();
    let first = field.collect(3, held.id).unwrap();
    let second = field.collect(4, held.id).unwrap();
    assert_eq!(first.content(), second.content());
    assert_eq!(
        first.record().collected_at,
        second.record().collected_at,
        "the first time counts"
    );

    let request = request_of(&field.office, 5);
    let _ = ask(field
        .app
        .acknowledge_disclosure(&field.office, &request, held.id))
    .unwrap();
    assert!(matches!(
        field.collect(6, held.id),
        Err(Error::InvalidState(_))
    ));
}

#[test]
fn every_collection_asks_the_consent_and_has_its_event() {
    let field = Field::new();
    let collected = field.collected();
    field.collect(4, collected.id).unwrap();
    // The same request again: no exception.
    field.collect(4, collected.id).unwrap();
    let collections = field.log();
    let collections = collections
        .iter()
        .filter(|(operation, _)| *operation == Operation::DisclosureCollected);
    assert_eq!(collections.count(), 3);
}

#[test]
fn what_was_not_collected_cannot_be_acknowledged() {
    let field = Field::new();
    let held = field.held();
    let request = request_of(&field.office, 3);
    let result = ask(field
        .app
        .acknowledge_disclosure(&field.office, &request, held.id));
    assert!(matches!(result, Err(Error::InvalidState(_))));
    field.assert_state(held.id, DisclosureState::Held);
}

#[test]
fn the_persons_instructions_go_with_the_content() {
    let field = Field::new();
    let instructions = given::paragraph("Nur an die Sachbearbeitung");
    let mut terms = given::consent_terms();
    terms.grants[0].handling = Handling::H3;
    terms.grants[0].handling_instructions = Some(instructions.clone());
    let consent = field.consent(1, terms).head;
    let mut draft = given::draft(consent.id);
    for item in &mut draft.items {
        item.profile.handling = Handling::H3;
    }
    let held = field.try_release(2, draft).unwrap();
    let released = field.collect(3, held.id).unwrap();
    assert_eq!(released.handling_instructions(), [instructions]);
}

#[test]
fn a_collection_whose_event_cannot_be_committed_hands_out_nothing() {
    let field = Field::new();
    let held = field.held();
    field.store.fail([crate::memory::Fault::Full]);
    assert!(matches!(field.collect(3, held.id), Err(Error::Store(_))));
    field.assert_state(held.id, DisclosureState::Held);
}

#[test]
fn a_message_whose_consent_has_run_out_does_not_exist_for_the_office() {
    let field = Field::new();
    let held = field.held();
    field
        .store
        .advance(given::END.to_datetime() - given::NOW.to_datetime());
    assert!(field.inbox().is_empty());
    super::assert_not_found(ask(field.app.addressed_disclosure(&field.office, held.id)));
    let request = request_of(&field.office, 5);
    super::assert_not_found(ask(field.app.acknowledge_disclosure(
        &field.office,
        &request,
        held.id,
    )));
    super::assert_withheld(field.collect(3, held.id));
    // Once it has been asked for in vain it is sealed for good.
    field.assert_state(held.id, DisclosureState::Sealed);
    assert!(field.stored(held.id).content.is_none());
    super::assert_not_found(field.collect(4, held.id));
}

#[test]
fn a_message_that_a_withdrawal_missed_is_withheld_and_sealed_when_it_is_asked_for() {
    let field = Field::new();
    let held = field.held();
    let before = field.stored(held.id);
    field.withdraw(held.consent);
    // No withdrawal misses one; should it ever, the consent is asked again.
    field
        .store
        .tamper(|state| drop(state.disclosures.insert(held.id, before)));
    super::assert_withheld(field.collect(3, held.id));
    let sealed = field.stored(held.id);
    assert_eq!(sealed.record.state, DisclosureState::Sealed);
    assert_eq!(sealed.record.seal_reason, Some(SealReason::Withdrawn));
    assert!(sealed.content.is_none());
}

#[test]
fn what_was_collected_in_time_is_still_known_and_acknowledged_when_its_consent_has_run_out() {
    let field = Field::new();
    let collected = field.collected();
    field
        .store
        .advance(given::END.to_datetime() - given::NOW.to_datetime());
    let view = ask(field.app.addressed_disclosure(&field.office, collected.id)).unwrap();
    assert_eq!(view.record().state, DisclosureState::Collected);
    let request = request_of(&field.office, 5);
    let acknowledged = ask(field
        .app
        .acknowledge_disclosure(&field.office, &request, collected.id));
    assert_eq!(
        acknowledged.unwrap().record().state,
        DisclosureState::Acknowledged
    );
    field.assert_state(collected.id, DisclosureState::Acknowledged);
}

#[test]
fn whoever_waited_for_the_consents_row_judges_by_the_time_after_the_wait() {
    let field = Field::new();
    let held = field.held();
    let until_the_end = given::END.to_datetime() - given::NOW.to_datetime();
    field.store.advance(until_the_end - time::Duration::SECOND);
    field.store.delay_next_lock(time::Duration::SECOND);
    super::assert_withheld(field.collect(3, held.id));
}
