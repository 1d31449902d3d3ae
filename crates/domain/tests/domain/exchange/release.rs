//! A centre checks, releases and recalls.

use freigabe_domain::{
    Error,
    audit::{Operation, Outcome},
    consent::Decision,
    disclosure::{DisclosureState, RefusalReason},
    exchange::{CheckOutcome, ReleaseDesk},
    office::CompetenceReason,
    vocabulary::Category,
};

use super::{Field, ask, request_of};
use crate::given;

#[test]
fn a_release_holds_the_message_for_the_office_with_its_event() {
    let field = Field::new();
    let held = field.held();
    assert_eq!(held.state, DisclosureState::Held);
    assert_eq!(held.competence, CompetenceReason::PlaceAndTask);
    let stored = field.stored(held.id);
    assert_eq!(stored.record, held);
    assert_eq!(stored.content.unwrap().items(), given::items());
    assert_eq!(
        field.log(),
        [
            (Operation::ConsentRecorded, Outcome::Done),
            (Operation::DisclosureReleased, Outcome::Done)
        ]
    );
}

#[test]
fn a_release_relies_on_the_event_that_recorded_the_consent() {
    let field = Field::new();
    field.held();
    let log = field.store.committed().log;
    let payload = field.last_payload();
    assert_eq!(payload["relied_on"], log[0].commitment.to_string());
}

#[test]
fn two_offices_know_the_person_by_two_pseudonyms() {
    let field = Field::new();
    let mut terms = given::consent_terms();
    terms.grants[0]
        .recipients
        .push(given::office_id(given::SUPERIOR));
    let consent = field.consent(1, terms).head;
    let to_one = field.try_release(2, given::draft(consent.id)).unwrap();
    let mut draft = given::draft(consent.id);
    draft.recipient = given::office_id(given::SUPERIOR);
    let to_other = field.try_release(3, draft).unwrap();
    let pseudonyms = [
        to_one.person,
        to_one.person_for_recipient,
        to_other.person_for_recipient,
    ];
    assert_eq!(pseudonyms[0], to_other.person);
    assert_ne!(pseudonyms[0], pseudonyms[1]);
    assert_ne!(pseudonyms[0], pseudonyms[2]);
    assert_ne!(pseudonyms[1], pseudonyms[2]);
}

#[test]
fn a_refused_release_leaves_only_an_event() {
    let field = Field::new();
    let consent = field.decision(1, Decision::Refused).head;
    let commits = field.store.commits();
    let refused = field.try_release(2, given::draft(consent.id));
    let Err(Error::Refused(refusals)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(refusals.reasons[0].reason, RefusalReason::NoConsent);
    assert!(refusals.passing_items.is_empty());
    assert_eq!(field.store.commits(), commits + 1);
    assert!(field.store.committed().disclosures.is_empty());
    let event = field.last_event().projection;
    assert_eq!(event.outcome, Outcome::Refused);
    assert_eq!(event.refusal_reasons, [RefusalReason::NoConsent]);

    // Its key was not used up: refused is not done.
    let given = field.consent(3, given::consent_terms()).head;
    assert!(field.try_release(2, given::draft(given.id)).is_ok());
}

#[test]
fn a_release_is_whole_or_not_at_all() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    let mut draft = given::draft(consent.id);
    draft.items.push(given::item(
        given::profile(Category::SafeReturn),
        "Rückflug gebucht",
    ));
    let refused = field.try_release(2, draft);
    let Err(Error::Refused(refusals)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(refusals.passing_items, [0, 1]);
    assert!(field.store.committed().disclosures.is_empty());
}

#[test]
fn a_check_changes_nothing_but_the_log() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    let draft = given::draft(consent.id);
    let outcome = ask(field.app.check_disclosure(&field.centre, draft.clone())).unwrap();
    assert_eq!(
        outcome.value,
        CheckOutcome::Authorized {
            competence: CompetenceReason::PlaceAndTask,
            revision: 1
        }
    );
    field.withdraw(consent.id);
    let outcome = ask(field.app.check_disclosure(&field.centre, draft)).unwrap();
    let CheckOutcome::Refused(refusals) = &outcome.value else {
        panic!("{outcome:?}");
    };
    assert_eq!(refusals.reasons[0].reason, RefusalReason::Withdrawn);
    assert!(field.store.committed().disclosures.is_empty());
    assert_eq!(
        field.log()[1..],
        [
            (Operation::DisclosureChecked, Outcome::Done),
            (Operation::ConsentWithdrawn, Outcome::Done),
            (Operation::DisclosureChecked, Outcome::Refused)
        ]
    );
}

#[test]
fn a_draft_that_makes_no_sense_is_told_where_before_any_consent_is_asked() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    let mut draft = given::draft(consent.id);
    draft.items[1].text = None;
    let Err(Error::Invalid(faults)) = field.try_release(2, draft.clone()) else {
        panic!("taken");
    };
    assert_eq!(faults[0].pointer, "/items/1");
    draft.items.clear();
    let Err(Error::Invalid(faults)) = field.try_release(2, draft) else {
        panic!("taken");
    };
    assert_eq!(faults[0].pointer, "/items");
}

#[test]
fn recall_takes_back_what_was_not_collected() {
    let field = Field::new();
    let held = field.held();
    let request = request_of(&field.centre, 9);
    let recall = || {
        ask(field
            .app
            .recall_disclosure(&field.centre, &request, held.id))
    };
    let recalled = recall().unwrap();
    assert_eq!(recalled.state, DisclosureState::Recalled);
    let closed_at = field.stored(held.id).record.closed_at;
    assert!(closed_at.is_some() && recalled.closed_at == closed_at);
    assert!(field.stored(held.id).content.is_none());
    assert!(field.inbox().is_empty());
    super::assert_not_found(field.collect(3, held.id));
    // Asked again, the same.
    assert_eq!(recall().unwrap().state, DisclosureState::Recalled);
}

#[test]
fn what_was_collected_cannot_be_recalled() {
    let field = Field::new();
    let collected = field.collected();
    let request = request_of(&field.centre, 9);
    let recalled = ask(field
        .app
        .recall_disclosure(&field.centre, &request, collected.id));
    assert!(matches!(recalled, Err(Error::InvalidState(_))));
    field.assert_state(collected.id, DisclosureState::Collected);
}
