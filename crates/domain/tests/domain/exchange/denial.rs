//! What belongs to others does not exist, and asking for it is in the log.

use freigabe_domain::{
    Error,
    audit::{AuditQuery, DenialReason, Operation, Outcome},
    consent::Decision,
    exchange::{AuditDesk, CollectionDesk, ConsentDesk, OfficeDesk, ReleaseDesk, WithdrawalDesk},
    ids::{ConsentId, DisclosureId, EventId, WithdrawalNoticeId},
    withdrawal::NoticeAnswer,
};
use uuid::Uuid;

use super::{FIRST_PAGE, Field, ask, request_of};
use crate::given::{self, office_id};

/// Not found, and exactly one more event: a denial that names the client and what it tried.
#[track_caller]
fn assert_denied<T: std::fmt::Debug>(
    field: &Field,
    attempt: impl FnOnce() -> Result<T, Error>,
    attempted: &str,
) {
    let before = field.store.committed();
    let result = attempt();
    assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    let after = field.store.committed();
    assert_eq!(after.log.len(), before.log.len() + 1, "{attempted}");
    let event = field.last_event().projection;
    assert_eq!(
        (event.operation, event.outcome),
        (Operation::AccessDenied, Outcome::Denied)
    );
    assert!(event.actor.is_some());
    let payload = field.last_payload();
    assert_eq!(payload["attempted"], attempted);
    assert_eq!(payload["denial"], DenialReason::NotFoundOrNotYours.code());
    // The denial does not say whose it would have been.
    assert!(payload.get("consent").is_none() && payload.get("centre").is_none());
    for (id, message) in &before.disclosures {
        assert_eq!(after.disclosures[id].record, message.record);
    }
}

#[test]
fn another_centre_finds_neither_consents_nor_messages() {
    let field = Field::new();
    let held = field.held();
    let foreign = &field.other_centre;
    let request = request_of(foreign, 1);
    let consents = [held.consent, ConsentId::from_uuid(Uuid::from_u128(0xFFFF))];
    for consent in consents {
        let app = &field.app;
        assert_denied(&field, || ask(app.consent(foreign, consent)), "getConsent");
        assert_denied(
            &field,
            || {
                let decision = Decision::Refused;
                ask(app.revise_consent(
                    foreign,
                    &request,
                    consent,
                    crate::given::as_given(1),
                    decision,
                ))
            },
            "reviseConsent",
        );
        assert_denied(
            &field,
            || ask(app.withdraw_consent(foreign, consent)),
            "withdrawConsent",
        );
        assert_denied(
            &field,
            || ask(app.check_disclosure(foreign, given::draft(consent))),
            "checkDisclosure",
        );
        assert_denied(
            &field,
            || ask(app.release_disclosure(foreign, &request, given::draft(consent))),
            "releaseDisclosure",
        );
    }
    for id in [held.id, DisclosureId::from_uuid(Uuid::from_u128(0xFFFF))] {
        assert_denied(
            &field,
            || ask(field.app.released_disclosure(foreign, id)),
            "getDisclosure",
        );
        assert_denied(
            &field,
            || ask(field.app.recall_disclosure(foreign, &request, id)),
            "recallDisclosure",
        );
    }
    let listed = ask(field.app.released_disclosures(foreign, FIRST_PAGE)).unwrap();
    assert!(listed.items.is_empty());
    let (listed, _) = ask(field.app.consents(foreign, FIRST_PAGE)).unwrap();
    assert!(listed.items.is_empty());
}

#[test]
fn another_office_finds_no_messages_not_even_the_superior_one() {
    let field = Field::new();
    let held = field.held();
    let foreign = &field.other_office;
    let request = request_of(foreign, 1);
    assert!(
        ask(field.app.inbox(foreign, FIRST_PAGE))
            .unwrap()
            .items
            .is_empty()
    );
    for id in [held.id, DisclosureId::from_uuid(Uuid::from_u128(0xFFFF))] {
        assert_denied(
            &field,
            || ask(field.app.addressed_disclosure(foreign, id)),
            "getDisclosure",
        );
        assert_denied(
            &field,
            || ask(field.app.collect_disclosure(foreign, &request, id)),
            "collectDisclosure",
        );
        assert_denied(
            &field,
            || ask(field.app.acknowledge_disclosure(foreign, &request, id)),
            "acknowledgeDisclosure",
        );
    }
}

#[test]
fn another_office_finds_no_notices() {
    let field = Field::new();
    let collected = field.collected();
    field.withdraw(collected.consent);
    let notice = field.notices().remove(0);
    let foreign = &field.other_office;
    let request = request_of(foreign, 1);
    let listed = ask(field.app.withdrawal_notices(foreign, false, FIRST_PAGE)).unwrap();
    assert!(listed.items.is_empty());
    for id in [
        notice.id,
        WithdrawalNoticeId::from_uuid(Uuid::from_u128(0xFFFF)),
    ] {
        assert_denied(
            &field,
            || ask(field.app.withdrawal_notice(foreign, id)),
            "getWithdrawalNotice",
        );
        assert_denied(
            &field,
            || {
                let answer = NoticeAnswer::Erased;
                ask(field
                    .app
                    .answer_withdrawal_notice(foreign, &request, id, answer))
            },
            "answerWithdrawalNotice",
        );
    }
    assert_eq!(field.notices(), [notice]);
}

#[test]
fn an_event_that_does_not_exist_and_an_office_that_does_not_exist_are_denials_too() {
    let field = Field::new();
    let unknown = EventId::from_uuid(Uuid::from_u128(0xFFFF));
    assert_denied(
        &field,
        || ask(field.app.audit_event(&field.auditor, unknown)),
        "getAuditEvent",
    );
    let nowhere = office_id("bpoli-nirgends");
    assert_denied(
        &field,
        || ask(field.app.office(field.auditor.as_ref(), &nowhere)),
        "getOffice",
    );
}

#[test]
fn a_denial_that_cannot_be_logged_is_a_failure_and_not_silence() {
    let field = Field::new();
    field.store.fail([crate::memory::Fault::Full]);
    let unknown = EventId::from_uuid(Uuid::from_u128(0xFFFF));
    let result = ask(field.app.audit_event(&field.auditor, unknown));
    // The query itself commits nothing, so that the fault meets the denial.
    assert!(matches!(result, Err(Error::Store(_))), "{result:?}");
}

#[test]
fn auditors_find_events_and_are_in_the_log_themselves() {
    let field = Field::new();
    let held = field.held();
    let query = AuditQuery {
        consent: Some(held.consent),
        ..AuditQuery::default()
    };
    let page = ask(field.app.audit_events(&field.auditor, &query, FIRST_PAGE)).unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(
        field.last_event().projection.operation,
        Operation::AuditQueried
    );
    let payload = field.last_payload();
    assert_eq!(payload["hits"], 2);
    assert_eq!(payload["query"]["consent"], held.consent.to_string());

    let event = ask(field.app.audit_event(&field.auditor, page.items[0].id)).unwrap();
    assert_eq!(event, page.items[0]);
    assert_eq!(field.last_payload()["query"]["event"], event.id.to_string());
}
