//! Withdrawn after collection: the office is told, and must answer what it did.

use freigabe_client::{AuditFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    vocabulary::{DisclosureState, NoticeAnswerKind, NoticeCause, Operation},
    withdrawal::{AnswerWithdrawalNotice, WithdrawalNotice},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
};

use crate::support::{
    collected, followed, inbox_of, recorded, released,
    trail::{text, trail},
};

on_both_databases! {
    async fn every_office_that_collected_gets_a_notice_about_each_message(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(HAMBURG));
        let consent = recorded(&centre, a_consent().recipient(HAMBURG)).await;
        let fetched = released(&centre, a_draft(consent.record_id)).await;
        let acknowledged = released(&centre, a_draft(consent.record_id)).await;
        let waiting = released(&centre, a_draft(consent.record_id)).await;
        let waiting_elsewhere = released(&centre, a_draft(consent.record_id).recipient(HAMBURG)).await;
        collected(&office, fetched.id).await;
        collected(&office, acknowledged.id).await;
        office.acknowledge_disclosure(acknowledged.id, None).await.unwrap();

        let withdrawal = centre.withdraw_consent(consent.record_id).await.unwrap();
        assert_eq!((withdrawal.sealed_disclosures, withdrawal.withdrawal_notices), (2, 2));

        let notices = open_notices(&office).await;
        let mut about: Vec<_> = notices.iter().map(|notice| notice.disclosure_id).collect();
        about.sort_unstable();
        let mut expected = vec![fetched.id, acknowledged.id];
        expected.sort_unstable();
        assert_eq!(about, expected);
        for notice in &notices {
            assert_eq!((notice.cause, &notice.answer), (NoticeCause::Withdrawn, &None));
            assert_eq!(notice.person, fetched.person, "the office recognises the person by its own pseudonym");
            assert_eq!(notice.issued_at, withdrawal.withdrawn_at);
            assert_eq!(notice.centre_id, consent.pii_controller);
        }
        assert!(open_notices(&other).await.is_empty(), "who collected nothing is told nothing");
        assert!(inbox_of(&other).await.is_empty());
        assert_eq!(followed(&centre, waiting.id).await.state, DisclosureState::Sealed);
        assert_eq!(followed(&centre, waiting_elsewhere.id).await.state, DisclosureState::Sealed);
        assert_eq!(followed(&centre, fetched.id).await.state, DisclosureState::Collected);
    }

    async fn what_was_collected_can_not_be_collected_again_after_the_withdrawal(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        collected(&office, disclosure.id).await;
        collected(&office, disclosure.id).await;

        centre.withdraw_consent(consent.record_id).await.unwrap();
        let _ = office.collect_disclosure(disclosure.id, None).await.expect_problem(ProblemType::NotFound);
        assert!(!app.inspect().holds_content_of(disclosure.id).await, "the server's own copy is gone");
    }

    async fn a_notice_is_answered_once_with_what_the_office_did(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        for (answer, legal_basis) in [
            (NoticeAnswerKind::Erased, None),
            (NoticeAnswerKind::Restricted, None),
            (NoticeAnswerKind::Retained, Some("§ 163 StPO, Akte der Staatsanwaltschaft")),
        ] {
            let notice = withdrawn_after_collection(&app).await;
            let said = AnswerWithdrawalNotice { answer, legal_basis: legal_basis.map(Into::into) };
            let answered = office.answer_withdrawal_notice(notice.id, &said, None).await.unwrap();
            let given = answered.answer.expect("the answer given");
            assert_eq!((given.answer, given.legal_basis), (answer, said.legal_basis.clone()));

            let again = office.answer_withdrawal_notice(notice.id, &said, None).await;
            let _ = again.expect_problem(ProblemType::Conflict);
        }
        assert!(open_notices(&office).await.is_empty(), "nothing waits for an answer");
        let all = office.list_withdrawal_notices(false, &PageQuery::default()).await.unwrap();
        assert_eq!(all.items.len(), 3, "answered notices stay");

        let filter = AuditFilter { operation: Some(Operation::WithdrawalNoticeAnswered), ..AuditFilter::default() };
        let answers: Vec<String> =
            trail(&app.auditor(), &filter).await.iter().map(|event| text(event, "/answer")).collect();
        assert_eq!(answers, ["erased", "restricted", "retained"]);
    }

    async fn to_retain_needs_a_legal_basis_and_nothing_else_may_have_one(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let notice = withdrawn_after_collection(&app).await;
        for (answer, legal_basis) in [
            (NoticeAnswerKind::Retained, None),
            (NoticeAnswerKind::Erased, Some("§ 163 StPO")),
            (NoticeAnswerKind::Restricted, Some("§ 163 StPO")),
        ] {
            let said = AnswerWithdrawalNotice { answer, legal_basis: legal_basis.map(Into::into) };
            let refused = office.answer_withdrawal_notice(notice.id, &said, None).await;
            let problem = refused.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), ["/legal_basis"], "{answer}");
        }
        assert_eq!(open_notices(&office).await, [notice], "it still waits for an answer");
    }

    async fn another_office_sees_nothing_of_a_notice(app: TestApp) {
        let (office, other) = (app.office(KB_HAMBURG), app.office(HAMBURG));
        let notice = withdrawn_after_collection(&app).await;
        assert!(open_notices(&other).await.is_empty());
        let _ = other.get_withdrawal_notice(notice.id).await.expect_problem(ProblemType::NotFound);
        let erased = AnswerWithdrawalNotice { answer: NoticeAnswerKind::Erased, legal_basis: None };
        let answered = other.answer_withdrawal_notice(notice.id, &erased, None).await;
        let _ = answered.expect_problem(ProblemType::NotFound);
        assert_eq!(office.get_withdrawal_notice(notice.id).await.unwrap(), notice, "nothing happened to it");
    }
}

/// A message to the Inspektion for serious crime in Hamburg that was collected and then withdrawn.
async fn withdrawn_after_collection(app: &TestApp) -> WithdrawalNotice {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let consent = recorded(&centre, a_consent()).await;
    let disclosure = released(&centre, a_draft(consent.record_id)).await;
    collected(&office, disclosure.id).await;
    centre.withdraw_consent(consent.record_id).await.unwrap();
    let notices = open_notices(&office).await;
    notices
        .into_iter()
        .find(|notice| notice.disclosure_id == disclosure.id)
        .expect("a notice about it")
}

async fn open_notices(office: &freigabe_client::Client) -> Vec<WithdrawalNotice> {
    office
        .list_withdrawal_notices(true, &PageQuery::default())
        .await
        .unwrap()
        .items
}
