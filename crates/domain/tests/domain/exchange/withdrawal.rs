//! A withdrawal wins.

use freigabe_domain::{
    Error,
    audit::{Operation, Outcome},
    consent::{ConsentStatus, Decision},
    disclosure::{DisclosureState, SealReason},
    exchange::{CollectionDesk, ConsentDesk, WithdrawalDesk},
    withdrawal::{NoticeAnswer, NoticeCause},
};

use time::Duration;

use super::{Field, ask, assert_not_found, assert_withheld, request_of};
use crate::{given, memory::Fault};

#[test]
fn a_withdrawal_seals_what_was_not_collected() {
    let field = Field::new();
    let held = field.held();
    field.store.advance(Duration::HOUR);
    let outcome = field.withdraw(held.consent);
    assert_eq!(outcome.head.status, ConsentStatus::Withdrawn);
    assert!(outcome.head.changed_at >= given::NOW.plus(Duration::HOUR));
    assert_eq!(outcome.head.withdrawn_at, Some(outcome.head.changed_at));
    assert_eq!((outcome.sealed, outcome.notices), (1, 0));
    let stored = field.stored(held.id);
    assert_eq!(stored.record.state, DisclosureState::Sealed);
    assert_eq!(stored.record.seal_reason, Some(SealReason::Withdrawn));
    assert!(stored.content.is_none());
    assert!(field.inbox().is_empty());
    assert_not_found(field.collect(3, held.id));
    assert_not_found(ask(field.app.addressed_disclosure(&field.office, held.id)));
}

#[test]
fn a_withdrawal_tells_the_office_that_already_collected() {
    let field = Field::new();
    let collected = field.collected();
    let outcome = field.withdraw(collected.consent);
    assert_eq!((outcome.sealed, outcome.notices), (0, 1));
    assert!(field.stored(collected.id).content.is_none());
    assert_withheld(field.collect(4, collected.id));
    assert_eq!(
        field.log().last(),
        Some(&(Operation::DisclosureCollected, Outcome::Refused))
    );

    let notices = field.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].disclosure, collected.id);
    assert_eq!(notices[0].person, collected.person_for_recipient);
    assert_eq!(notices[0].cause, NoticeCause::Withdrawn);
}

#[test]
fn a_withdrawal_tells_the_office_that_already_acknowledged() {
    let field = Field::new();
    let collected = field.collected();
    let request = request_of(&field.office, 4);
    let _ = ask(field
        .app
        .acknowledge_disclosure(&field.office, &request, collected.id))
    .unwrap();
    assert_eq!(field.withdraw(collected.consent).notices, 1);
}

#[test]
fn a_repeated_collection_replays_no_content_after_a_withdrawal() {
    let field = Field::new();
    let held = field.held();
    assert!(field.collect(3, held.id).unwrap().content().is_some());
    assert!(field.collect(3, held.id).unwrap().content().is_some());
    field.withdraw(held.consent);
    assert_withheld(field.collect(3, held.id));
}

#[test]
fn a_withdrawal_that_overtakes_a_collection_wins() {
    let field = Field::new();
    let held = field.held();
    let (store, centre) = (field.store.clone(), field.centre.clone());
    field.store.interrupt(move || {
        // On another node, after the collection was decided and before it is committed.
        let node = Field::node(&store, 99);
        let _ = ask(node.withdraw_consent(&centre, held.consent)).unwrap();
    });
    assert_not_found(field.collect(3, held.id));
    assert_eq!(field.store.pauses(), 1);
    field.assert_state(held.id, DisclosureState::Sealed);
    let done = (Operation::DisclosureCollected, Outcome::Done);
    assert!(!field.log().contains(&done));
}

#[test]
fn a_collection_that_overtakes_a_withdrawal_is_followed_by_a_notice() {
    let field = Field::new();
    let held = field.held();
    let (store, office) = (field.store.clone(), field.office.clone());
    field.store.interrupt(move || {
        let node = Field::node(&store, 99);
        let request = request_of(&office, 3);
        let _ = ask(node.collect_disclosure(&office, &request, held.id)).unwrap();
    });
    let outcome = field.withdraw(held.consent);
    assert_eq!((outcome.sealed, outcome.notices), (0, 1));
}

#[test]
fn a_withdrawal_that_overtakes_a_release_wins() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    let (store, centre) = (field.store.clone(), field.centre.clone());
    field.store.interrupt(move || {
        let node = Field::node(&store, 99);
        let _ = ask(node.withdraw_consent(&centre, consent.id)).unwrap();
    });
    let released = field.try_release(2, given::draft(consent.id));
    assert!(matches!(released, Err(Error::Refused(_))), "{released:?}");
    assert!(field.store.committed().disclosures.is_empty());
}

#[test]
fn withdrawing_again_changes_nothing_and_answers_the_same() {
    let field = Field::new();
    let collected = field.collected();
    let further = field
        .try_release(4, given::draft(collected.consent))
        .unwrap();
    let first = field.withdraw(collected.consent);
    assert_eq!((first.sealed, first.notices), (1, 1));
    let events = field.log().len();
    assert_eq!(field.withdraw(collected.consent), first);
    assert_eq!(field.log().len(), events);
    assert_eq!(field.notices().len(), 1);
    field.assert_state(further.id, DisclosureState::Sealed);
}

#[test]
fn a_withdrawal_with_an_unknown_commit_happens_once() {
    for fault in [Fault::Lost, Fault::Unheard] {
        let field = Field::new();
        let collected = field.collected();
        field.store.fail([fault]);
        let outcome = field.withdraw(collected.consent);
        assert_eq!((outcome.sealed, outcome.notices), (0, 1));
        assert_eq!(field.notices().len(), 1);
        let withdrawn = (Operation::ConsentWithdrawn, Outcome::Done);
        let log = field.log();
        assert_eq!(log.iter().filter(|event| **event == withdrawn).count(), 1);
    }
}

#[test]
fn a_withdrawal_is_possible_in_every_state() {
    for decision in [Decision::Refused, Decision::NotAsked] {
        let field = Field::new();
        let consent = field.decision(1, decision).head;
        assert_eq!(
            field.withdraw(consent.id).head.status,
            ConsentStatus::Withdrawn
        );
    }
    // An expired one too: an office that collected before is still told.
    let field = Field::new();
    let collected = field.collected();
    field
        .store
        .advance(given::END.to_datetime() - given::NOW.to_datetime());
    let outcome = field.withdraw(collected.consent);
    assert_eq!(outcome.head.status, ConsentStatus::Withdrawn);
    assert_eq!(outcome.notices, 1);
}

#[test]
fn a_withdrawn_consent_stays_withdrawn() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head;
    field.withdraw(consent.id);
    let decision = Decision::Given(Box::new(given::consent_terms()));
    let revise = |number, seen| {
        let request = request_of(&field.centre, number);
        ask(field
            .app
            .revise_consent(&field.centre, &request, consent.id, seen, decision.clone()))
    };
    let withdrawn = ask(field.app.consent(&field.centre, consent.id)).unwrap();
    let seen = Some(withdrawn.head.version_at(withdrawn.read_at));
    assert!(matches!(revise(2, seen), Err(Error::InvalidState(_))));
    let before = crate::given::as_given(1);
    assert!(matches!(revise(3, before), Err(Error::Stale)));
    assert!(matches!(revise(4, None), Err(Error::Stale)));
}

#[test]
fn the_office_answers_a_notice_once() {
    let field = Field::new();
    let collected = field.collected();
    field.withdraw(collected.consent);
    let notice = field.notices().remove(0);
    let answer = |number, answer| {
        let request = request_of(&field.office, number);
        ask(field
            .app
            .answer_withdrawal_notice(&field.office, &request, notice.id, answer))
    };
    let answered = answer(5, NoticeAnswer::Erased).unwrap();
    assert_eq!(answer(5, NoticeAnswer::Erased).unwrap(), answered);
    assert!(matches!(
        answer(6, NoticeAnswer::Restricted),
        Err(Error::InvalidState(_))
    ));
    assert_eq!(field.notices(), [answered.value]);
    assert_eq!(field.last_payload()["answer"], "erased");
}
