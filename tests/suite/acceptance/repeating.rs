//! Requests that are sent again: one effect, and never more than is allowed now.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    vocabulary::{ConsentStatus, DisclosureState, NoticeAnswerKind, Operation},
    withdrawal::AnswerWithdrawalNotice,
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft, network::KB_HAMBURG,
    on_both_databases,
};
use tokio::task::JoinSet;

use crate::support::{collected, recorded, released, trail::trail_of_consent};

on_both_databases! {
    async fn a_consent_that_is_recorded_again_with_its_key_is_the_same_one(app: TestApp) {
        let centre = app.centre_a();
        let consent = a_consent().record();
        let first = centre.record_consent(&consent, Some("the-same-key")).await.unwrap();
        let again = centre.record_consent(&consent, Some("the-same-key")).await.unwrap();
        assert_eq!((again.record_id, &again.etag), (first.record_id, &first.etag));
        assert_eq!(centre.list_consents(&PageQuery::default()).await.unwrap().items.len(), 1);

        let raw = |key: &str| Raw::post("/v1/consents").key(key).json(&consent);
        let made = raw("another-key").send(&centre).await.expect_status(201);
        let repeated = raw("another-key").send(&centre).await;
        assert_eq!(repeated.header("location"), made.header("location"));
        assert!(repeated.status.is_success());
    }

    async fn a_release_that_is_sent_again_with_its_key_is_one_message(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let draft = a_draft(consent.record_id).build();
        let first = centre.release_disclosure(&draft, Some("one-message")).await.unwrap();
        let again = centre.release_disclosure(&draft, Some("one-message")).await.unwrap();
        assert_eq!(again, first);
        collected(&office, first.id).await;
        let later = centre.release_disclosure(&draft, Some("one-message")).await.unwrap();
        assert_eq!((later.id, later.state), (first.id, DisclosureState::Collected), "the answer tells how it stands now");
        let log = trail_of_consent(&app.auditor(), consent.record_id).await;
        assert_eq!(log.len(), 3, "recorded, released, collected, each once");
    }

    async fn a_refused_release_does_not_use_up_its_key(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent().valid_from("2026-12-01T00:00:00+01:00")).await;
        let draft = a_draft(consent.record_id).build();
        let refused = centre.release_disclosure(&draft, Some("sent-too-early")).await;
        let _ = refused.expect_problem(ProblemType::DisclosureRefused);
        app.set_database_time("2026-12-01T00:00:00+01:00");
        let _ = centre.release_disclosure(&draft, Some("sent-too-early")).await.expect("it is judged anew");
    }

    async fn a_collection_that_is_repeated_with_its_key_asks_the_consent_again(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        let first = office.collect_disclosure(disclosure.id, Some("fetch-it")).await.unwrap();
        let again = office.collect_disclosure(disclosure.id, Some("fetch-it")).await.unwrap();
        assert_eq!(again.items, first.items);
        assert_eq!(again.disclosure.collected_at, first.disclosure.collected_at);

        centre.withdraw_consent(consent.record_id).await.unwrap();
        let after = office.collect_disclosure(disclosure.id, Some("fetch-it")).await;
        let _ = after.expect_problem(ProblemType::NotFound);
    }

    async fn what_is_repeated_after_success_is_no_conflict_but_doing_it_twice_is(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let fetched = released(&centre, a_draft(consent.record_id)).await;
        let taken_back = released(&centre, a_draft(consent.record_id)).await;

        let early = office.acknowledge_disclosure(fetched.id, Some("acknowledge-1")).await;
        let _ = early.expect_problem(ProblemType::Conflict);
        collected(&office, fetched.id).await;
        for _ in 0..2 {
            let done = office.acknowledge_disclosure(fetched.id, Some("acknowledge-1")).await.unwrap();
            assert_eq!(done.state, DisclosureState::Acknowledged);
        }
        let twice = office.acknowledge_disclosure(fetched.id, Some("acknowledge-2")).await;
        let _ = twice.expect_problem(ProblemType::Conflict);
        let _ = office.collect_disclosure(fetched.id, None).await.expect_problem(ProblemType::Conflict);

        for _ in 0..2 {
            let done = centre.recall_disclosure(taken_back.id, Some("recall-1")).await.unwrap();
            assert_eq!(done.state, DisclosureState::Recalled);
        }
        let twice = centre.recall_disclosure(taken_back.id, Some("recall-2")).await;
        let _ = twice.expect_problem(ProblemType::Conflict);

        centre.withdraw_consent(consent.record_id).await.unwrap();
        let notices = office.list_withdrawal_notices(true, &PageQuery::default()).await.unwrap();
        let notice = notices.items[0].id;
        let erased = AnswerWithdrawalNotice { answer: NoticeAnswerKind::Erased, legal_basis: None };
        for _ in 0..2 {
            let answered = office.answer_withdrawal_notice(notice, &erased, Some("answer-1")).await.unwrap();
            assert_eq!(answered.answer.unwrap().answer, NoticeAnswerKind::Erased);
        }
        let twice = office.answer_withdrawal_notice(notice, &erased, Some("answer-2")).await;
        let _ = twice.expect_problem(ProblemType::Conflict);
    }

    async fn a_key_that_is_used_at_the_same_moment_has_one_effect(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let draft = a_draft(consent.record_id).build();
        let mut sending = JoinSet::new();
        for _ in 0..8 {
            let (centre, draft) = (centre.clone(), draft.clone());
            sending.spawn(async move { centre.release_disclosure(&draft, Some("all-at-once")).await.unwrap().id });
        }
        let mut made = sending.join_all().await;
        made.sort_unstable();
        made.dedup();
        assert_eq!(made.len(), 1, "eight attempts at one request are one message");
        assert_eq!(centre.list_disclosures(&PageQuery::default()).await.unwrap().items.len(), 1);
    }

    async fn a_revision_rests_on_the_version_that_was_read(app: TestApp) {
        let centre = app.centre_a();
        let first = recorded(&centre, a_consent()).await;
        let revision = a_consent().revise();
        let path = format!("/v1/consents/{}/revisions", first.record_id);
        let without = Raw::post(&path).json(&revision).send(&centre).await;
        let _ = without.expect_problem(ProblemType::PreconditionRequired);

        let second = centre.revise_consent(first.record_id, &first.etag, &revision, Some("revise-1")).await.unwrap();
        assert_eq!(second.revision, 2);
        assert_ne!(second.etag, first.etag);
        let lost = centre.revise_consent(first.record_id, &first.etag, &a_consent().revise(), None).await;
        let _ = lost.expect_problem(ProblemType::Stale);
        let repeated = centre.revise_consent(first.record_id, &first.etag, &revision, Some("revise-1")).await.unwrap();
        assert_eq!(repeated.revision, 2, "the same attempt again is no lost update");
        assert_eq!(centre.get_consent(first.record_id).await.unwrap().etag, second.etag);
    }

    async fn a_revision_of_what_expired_since_it_was_read_is_stale(app: TestApp) {
        let centre = app.centre_a();
        let given = recorded(&centre, a_consent().valid_until("2027-01-01T00:00:00+01:00")).await;
        app.set_database_time("2027-01-01T00:00:00+01:00");
        let expired = centre.get_consent(given.record_id).await.unwrap();
        assert_ne!(expired.etag, given.etag);
        let revision = a_consent().revise();
        let stale = centre.revise_consent(given.record_id, &given.etag, &revision, None).await;
        let _ = stale.expect_problem(ProblemType::Stale);
        let anew = centre.revise_consent(given.record_id, &expired.etag, &revision, None).await.unwrap();
        assert_eq!((anew.status, anew.revision), (ConsentStatus::Given, 2));
    }

    async fn of_revisions_at_the_same_moment_one_wins(app: TestApp) {
        let centre = app.centre_a();
        let first = recorded(&centre, a_consent()).await;
        let mut revising = JoinSet::new();
        for _ in 0..6 {
            let (centre, id, etag) = (centre.clone(), first.record_id, first.etag.clone());
            revising.spawn(async move {
                match centre.revise_consent(id, &etag, &a_consent().revise(), None).await {
                    Ok(_) => true,
                    refused => {
                        let _ = refused.expect_problem(ProblemType::Stale);
                        false
                    }
                }
            });
        }
        let won = revising.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1);
        assert_eq!(centre.get_consent(first.record_id).await.unwrap().revision, 2);
    }

    async fn the_tag_of_a_consent_changes_with_its_withdrawal(app: TestApp) {
        let centre = app.centre_a();
        let given = recorded(&centre, a_consent()).await;
        assert_eq!(centre.get_consent(given.record_id).await.unwrap().etag, given.etag);
        centre.withdraw_consent(given.record_id).await.unwrap();
        let withdrawn = centre.get_consent(given.record_id).await.unwrap();
        assert_eq!(withdrawn.status, ConsentStatus::Withdrawn);
        assert_ne!(withdrawn.etag, given.etag, "who holds the old tag holds an old version");
        let stale = Raw::get(format!("/v1/consents/{}", given.record_id)).header("if-none-match", &given.etag);
        let _ = stale.send(&centre).await.expect_status(200);
    }

    async fn withdrawals_at_the_same_moment_are_one_withdrawal(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let _ = released(&centre, a_draft(consent.record_id)).await;
        let mut withdrawing = JoinSet::new();
        for _ in 0..6 {
            let (centre, id) = (centre.clone(), consent.record_id);
            withdrawing.spawn(async move { centre.withdraw_consent(id).await.unwrap() });
        }
        let answers = withdrawing.join_all().await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        let log = trail_of_consent(&app.auditor(), consent.record_id).await;
        let withdrawals = log.iter().filter(|e| e.event["operation"] == Operation::ConsentWithdrawn.code()).count();
        assert_eq!(withdrawals, 1);
    }
}
