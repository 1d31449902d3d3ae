//! What waits for the log, what the log being behind holds up, and what nothing ever holds up.

use std::time::Duration;

use freigabe_domain::{
    Error,
    consent::{Decision, NewConsent},
    exchange::{
        Application, CollectionDesk as _, ConsentDesk as _, LogDesk as _, ReleaseDesk as _,
        WithdrawalDesk as _,
    },
    log::{LogError, LogRules},
};
use freigabe_ledger::{CosignatureSigner, Policy};
use freigabe_storage::SqlStore;
use freigabe_testkit::{
    TestStore, on_both_databases,
    store::{good_draft, good_terms, log_rules, references},
};
use tokio::time::sleep;

use super::{let_happen, sequence_all};

fn patient() -> LogRules {
    LogRules {
        before_disclose: true,
        ..log_rules()
    }
}

/// A policy whose only witness nobody asks, with so many seconds of patience.
fn unwitnessed(seconds: i64) -> LogRules {
    let mut rules = log_rules();
    let witness = CosignatureSigner::from_seed("police.example", &[1; 32]).unwrap();
    let policy = format!(
        "log {}\nwitness police {}\nquorum police\n",
        rules.signers[0].verifier(),
        witness.verifier()
    );
    rules.policy = Some(Policy::parse(policy).unwrap());
    rules.quorum_timeout = Some(time::Duration::seconds(seconds));
    rules
}

async fn publish(application: &Application<SqlStore>) {
    sequence_all(application).await;
    application.sign_checkpoint(&[]).await.unwrap();
}

on_both_databases! {
    async fn content_is_handed_out_once_its_event_is_published(test: TestStore) {
        let application = test.with_log(patient());
        let id = test.release(test.consent(1).await.head.id).await;
        let request = test.request(test.office());
        let collection = application.collect_disclosure(test.office(), &request, id);
        let later = async {
            sleep(Duration::from_millis(400)).await;
            let collected = "SELECT count(*) FROM events WHERE operation = 'disclosure_collected'";
            assert_eq!(test.number(collected).await, 1, "recorded, and not handed out");
            publish(&test.application).await;
            std::time::Instant::now()
        };
        let (collected, published) = tokio::join!(
            async { (collection.await, std::time::Instant::now()) },
            later
        );
        assert!(collected.0.unwrap().content().is_some());
        assert!(collected.1 >= published);
    }

    async fn what_is_withdrawn_while_the_log_takes_its_time_is_withheld(test: TestStore) {
        let application = test.with_log(patient());
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let request = test.request(test.office());
        let collection = application.collect_disclosure(test.office(), &request, id);
        let later = async {
            sleep(Duration::from_millis(200)).await;
            let outcome = application.withdraw_consent(test.centre(), consent).await.unwrap();
            assert_eq!(outcome.notices, 1, "it was collected, as far as the log goes");
            publish(&test.application).await;
        };
        let (collected, ()) = tokio::join!(collection, later);
        assert!(matches!(collected, Err(Error::Withheld)), "{collected:?}");
        let refused = "SELECT count(*) FROM events WHERE operation = 'disclosure_collected' AND outcome = 'refused'";
        assert_eq!(test.number(refused).await, 1);
    }

    async fn without_a_published_checkpoint_nothing_is_handed_out_and_it_can_be_asked_again(test: TestStore) {
        let application = test.with_log(patient());
        let id = test.release(test.consent(1).await.head.id).await;
        let request = test.request(test.office());
        let collection = application.collect_disclosure(test.office(), &request, id);
        let later = async {
            sleep(Duration::from_millis(300)).await;
            test.advance(time::Duration::seconds(16));
        };
        let (collected, ()) = tokio::join!(collection, later);
        assert!(matches!(collected, Err(Error::Log(LogError::NotPublished))), "{collected:?}");
        let again = application.collect_disclosure(test.office(), &request, id);
        let later = async {
            sleep(Duration::from_millis(100)).await;
            publish(&test.application).await;
        };
        let (collected, ()) = tokio::join!(again, later);
        assert!(collected.unwrap().content().is_some(), "the same key");
    }

    async fn without_a_quorum_for_too_long_nothing_moves_but_withdrawals(test: TestStore) {
        let application = test.with_log(unwitnessed(60));
        let (consent, other) = (test.consent(1).await.head.id, test.consent(2).await.head.id);
        let id = test.release(consent).await;
        sequence_all(&application).await;
        let saw = freigabe_domain::log::WitnessSaw { witness: "police".to_owned(), newest: None };
        let signed = application.sign_checkpoint(&[saw]).await.unwrap().unwrap();
        let release = async || {
            let request = test.request(test.centre());
            application.release_disclosure(test.centre(), &request, good_draft(consent)).await
        };
        release().await.expect("not for too long yet");
        sequence_all(&application).await;
        test.advance(time::Duration::seconds(61));
        let stuck = release().await;
        assert!(matches!(stuck, Err(Error::Log(LogError::NotCosigned { .. }))), "{stuck:?}");
        let request = test.request(test.office());
        let stuck = application.collect_disclosure(test.office(), &request, id).await;
        assert!(matches!(stuck, Err(Error::Log(LogError::NotCosigned { .. }))), "{stuck:?}");
        assert_eq!(application.withdraw_consent(test.centre(), other).await.unwrap().sealed, 0);

        let witness = CosignatureSigner::from_seed("police.example", &[1; 32]).unwrap();
        let resume = application.sign_checkpoint(&[]).await.unwrap();
        for checkpoint in [Some(signed), resume].into_iter().flatten() {
            let text = freigabe_ledger::Note::parse(&checkpoint.note).unwrap();
            let text = freigabe_ledger::Checkpoint::parse(text.text()).unwrap();
            let line = format!("{}\n", witness.cosign(&text, 1).unwrap());
            let recorded = application.record_cosignatures(checkpoint.generation, checkpoint.size, &line).await;
            assert!(recorded.unwrap().published_at.is_some());
        }
        release().await.expect("cosigned again");
    }

    async fn an_event_that_waits_for_too_long_counts_as_a_missing_quorum(test: TestStore) {
        let application = test.with_log(unwitnessed(60));
        let consent = test.consent(1).await.head.id;
        test.advance(time::Duration::seconds(61));
        let request = test.request(test.centre());
        let stuck = application.release_disclosure(test.centre(), &request, good_draft(consent)).await;
        assert!(matches!(stuck, Err(Error::Log(LogError::NotCosigned { .. }))), "{stuck:?}");
    }

    async fn with_too_many_waiting_events_nothing_is_taken_on_but_withdrawals(test: TestStore) {
        let application = test.with_log(LogRules { backlog_limit: 100, ..log_rules() });
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let_happen(&test, 4_200).await;
        let round = application.sequence().await.unwrap();
        assert!(round.backlog > 100);
        let behind = |outcome: Option<Error>| match outcome {
            Some(Error::Log(LogError::Backlog(events))) => assert!(events > 100),
            other => panic!("{other:?}"),
        };
        let request = test.request(test.centre());
        behind(application.release_disclosure(test.centre(), &request, good_draft(consent)).await.err());
        behind(application.check_disclosure(test.centre(), good_draft(consent)).await.err());
        let new = NewConsent { references: references(7), decision: Decision::Given(Box::new(good_terms())) };
        behind(application.record_consent(test.centre(), &request, new).await.err());
        let request = test.request(test.office());
        behind(application.collect_disclosure(test.office(), &request, id).await.err());
        assert_eq!(application.withdraw_consent(test.centre(), consent).await.unwrap().sealed, 1);
        sequence_all(&application).await;
        test.consent(2).await;
    }

    async fn a_log_that_refuses_to_go_on_is_not_buried_in_events(test: TestStore) {
        let application = test.with_log(LogRules { backlog_limit: 3, ..log_rules() });
        let consent = test.consent(1).await.head.id;
        sequence_all(&application).await;
        test.execute("UPDATE log_heads SET size = size + 1").await.unwrap();
        let_happen(&test, 10).await;
        assert!(application.sequence().await.is_err());
        let request = test.request(test.centre());
        let outcome = application.release_disclosure(test.centre(), &request, good_draft(consent)).await;
        assert!(matches!(outcome, Err(Error::Log(LogError::Backlog(_)))), "{outcome:?}");
        application.withdraw_consent(test.centre(), consent).await.unwrap();
    }
}
