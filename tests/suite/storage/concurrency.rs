//! Transactions that meet on the same row.

use freigabe_domain::{
    Error,
    access::{ClientChange, ClientKey, Credential, Keeper, Operator},
    consent::Decision,
    directory::CentreEntry,
    exchange::{
        AccessDesk as _, Arrival, CollectionDesk as _, ConsentDesk as _, DirectoryDesk as _,
        ImportDesk as _, ImportedCentre, KeeperDesk as _, OnboardingDesk as _, Presenter, ProofUse,
        ReleaseDesk as _, WithdrawalDesk as _,
    },
    ids::CentreId,
    instant::Instant,
    store::{Mode, Scope, prelude::*, unit_of_work},
    vocabulary::Category,
};
use freigabe_storage::{SqlStore, SqlTx};
use freigabe_testkit::{
    TestStore,
    admission::admit_one,
    on_both_databases,
    store::{as_given, good_draft, good_terms},
};
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};

on_both_databases! {
    async fn a_key_that_is_replaced_meanwhile_does_not_let_a_suspended_client_in_again(test: TestStore) {
        let id = test.centre().as_ref().client.clone();
        let connection = test.connection().await;
        let suspending = connection.begin().await.unwrap();
        suspending.execute_unprepared("UPDATE clients SET active = false").await.unwrap();
        let change = ClientChange::Credential(Credential::Key(ClientKey { jwk: "{\"new\":1}".to_owned() }));
        let replacing = test.application.change_client(&Operator::AtTheMachine, &id, &change);
        let suspended = async {
            // On PostgreSQL the other has read the client by now, and waits for its row.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            suspending.commit().await.unwrap();
        };
        let (replaced, ()) = tokio::join!(replacing, suspended);
        replaced.unwrap();
        let client = test.application.registered_client(&id).await.unwrap().unwrap();
        assert!(!client.active, "it stays suspended");
        assert_eq!(client.credential, Credential::Key(ClientKey { jwk: "{\"new\":1}".to_owned() }));
        connection.close().await.unwrap();
    }

    async fn an_entry_that_is_changed_meanwhile_keeps_its_new_keeper(test: TestStore) {
        let keeper = Keeper::Operator(Operator::AtTheMachine);
        let entry = |name: &str| -> CentreEntry {
            serde_json::from_value(serde_json::json!({
                "name": name,
                "regime": "gdpr",
                "services": [{ "name": "Beratung", "status": "active",
                    "place": { "type": "remote", "area": { "nationwide": true } } }],
            }))
            .unwrap()
        };
        let id = CentreId::from_uuid(uuid::Uuid::from_u128(7));
        let first = ImportedCentre { id, entry: entry("Ahorn") };
        let _ = test.application.import_centres(&keeper, &[first], false).await.unwrap();

        let connection = test.connection().await;
        let giving = connection.begin().await.unwrap();
        let give = "UPDATE counselling_centres SET organisation_id = (SELECT id FROM organisations WHERE role = 'centre')";
        giving.execute_unprepared(give).await.unwrap();
        let renamed = entry("Ahorn neu");
        let changing = test.application.change_centre(&keeper, id, Some(1), &renamed);
        let given = async {
            // On PostgreSQL the other has read the entry by now, and waits for its row.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            giving.commit().await.unwrap();
        };
        let (changed, ()) = tokio::join!(changing, given);
        changed.unwrap();
        let (centre, _) = test.application.centre(id).await.unwrap();
        assert_eq!(centre.entry, renamed);
        assert_eq!(centre.organisation, Some(test.centre().centre()), "it keeps its new keeper");
        connection.close().await.unwrap();
    }

    async fn requests_of_a_client_are_counted_in_the_database(test: TestStore) {
        let client = Presenter::Client(test.centre().as_ref().client.clone());
        let later = test.consent(1).await.head.recorded_at.plus(time::Duration::minutes(5));
        let use_one = async |number: usize| {
            let used = admit_one(&test.application, &client, &format!("proof-{number}"), later).await.unwrap();
            let ProofUse::Fresh(admission) = used else { panic!("{used:?}") };
            assert!((1..=60).contains(&admission.minute_ends_in));
            admission.requests
        };
        let mut counted = Vec::new();
        for round in 0..10 {
            let (here, there) = tokio::join!(use_one(2 * round), use_one(2 * round + 1));
            counted.extend([here, there]);
        }
        counted.sort_unstable();
        assert_eq!(counted, (1..=20).collect::<Vec<_>>());
        let office = Presenter::Client(test.office().as_ref().client.clone());
        let without_proof = Arrival { presenter: office, proof: None };
        let of_another = test.application.admit(&[without_proof]).await.unwrap();
        assert!(matches!(of_another.as_slice(), [ProofUse::Fresh(admission)] if admission.requests == 1));
        test.advance(time::Duration::minutes(1));
        assert_eq!(use_one(100).await, 1, "another minute");
    }

    async fn the_same_request_at_the_same_moment_has_one_effect(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        for round in 1..=10 {
            let request = test.request(test.centre());
            let release =
                || test.application.release_disclosure(test.centre(), &request, good_draft(consent));
            let (a, b, c) = tokio::join!(release(), release(), release());
            let ids = [a.unwrap().id, b.unwrap().id, c.unwrap().id];
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            assert_eq!(test.number("SELECT count(*) FROM disclosures").await, round);
            let released = "SELECT count(*) FROM events WHERE operation = 'disclosure_released'";
            assert_eq!(test.number(released).await, round);
        }
    }

    async fn a_withdrawal_and_a_release_are_in_one_order_or_the_other(test: TestStore) {
        for number in 1..=40 {
            let consent = test.consent(number).await.head.id;
            let request = test.request(test.centre());
            let release = test.application.release_disclosure(test.centre(), &request, good_draft(consent));
            let withdrawal = test.application.withdraw_consent(test.centre(), consent);
            let (released, withdrawn) = tokio::join!(release, withdrawal);
            let sealed = withdrawn.expect("a withdrawal is never refused").sealed;
            match released {
                Ok(_) => assert_eq!(sealed, 1, "released before, so sealed by the withdrawal"),
                Err(Error::Refused(_)) => assert_eq!(sealed, 0, "refused because of the withdrawal"),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM disclosures WHERE state = 'held'").await, 0);
    }

    async fn a_withdrawal_and_a_collection_leave_a_notice_or_no_content(test: TestStore) {
        for number in 1..=40 {
            let consent = test.consent(number).await.head.id;
            let id = test.release(consent).await;
            let request = test.request(test.office());
            let collection = test.application.collect_disclosure(test.office(), &request, id);
            let withdrawal = test.application.withdraw_consent(test.centre(), consent);
            let (collected, withdrawn) = tokio::join!(collection, withdrawal);
            let withdrawn = withdrawn.expect("a withdrawal is never refused");
            match collected {
                Ok(collected) => {
                    assert!(collected.content().is_some());
                    assert_eq!((withdrawn.sealed, withdrawn.notices), (0, 1));
                }
                Err(Error::Withheld | Error::NotFound) => assert_eq!((withdrawn.sealed, withdrawn.notices), (1, 0)),
                Err(other) => panic!("{other:?}"),
            }
            let again = test.application.collect_disclosure(test.office(), &request, id).await;
            assert!(matches!(again, Err(Error::Withheld | Error::NotFound)), "{again:?}");
        }
    }

    async fn of_two_revisions_from_the_same_state_one_is_stale(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let (first, second) = (test.request(test.centre()), test.request(test.centre()));
        let decision = || Decision::Given(Box::new(good_terms()));
        let a = test.application.revise_consent(test.centre(), &first, consent, as_given(1), decision());
        let b = test.application.revise_consent(test.centre(), &second, consent, as_given(1), decision());
        let (a, b) = tokio::join!(a, b);
        let stale = [&a, &b].into_iter().filter(|outcome| matches!(outcome, Err(Error::Stale))).count();
        assert_eq!(stale, 1, "{a:?} {b:?}");
        assert_eq!(test.number("SELECT max(number) FROM consent_revisions").await, 2);
    }

    async fn an_office_is_told_of_a_narrowing_once_and_of_the_withdrawal_again(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let _ = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await.unwrap();
        let mut narrower = good_terms();
        narrower.grants[0].categories = vec![Category::TravelRoute];
        for (revision, terms) in [(1, narrower.clone()), (2, narrower), (3, good_terms())] {
            let request = test.request(test.centre());
            let decision = Decision::Given(Box::new(terms));
            let seen = as_given(revision);
            test.application.revise_consent(test.centre(), &request, consent, seen, decision).await.unwrap();
            assert_eq!(test.number("SELECT count(*) FROM withdrawal_notices").await, 1);
        }
        let again = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await;
        assert!(matches!(again, Err(Error::NotFound)), "gone, though it is allowed again: {again:?}");
        test.application.withdraw_consent(test.centre(), consent).await.unwrap();
        assert_eq!(test.number("SELECT count(*) FROM withdrawal_notices WHERE cause = 'withdrawn'").await, 1);
    }

    async fn a_narrower_revision_and_a_collection_are_in_one_order_or_the_other(test: TestStore) {
        for number in 1..=20 {
            let consent = test.consent(number).await.head.id;
            let id = test.release(consent).await;
            let mut narrower = good_terms();
            narrower.grants[0].categories = vec![Category::TravelRoute];
            let (collect, revise) = (test.request(test.office()), test.request(test.centre()));
            let collection = test.application.collect_disclosure(test.office(), &collect, id);
            let decision = Decision::Given(Box::new(narrower));
            let revision = test.application.revise_consent(test.centre(), &revise, consent, as_given(1), decision);
            let (collected, revised) = tokio::join!(collection, revision);
            revised.expect("a revision from the latest state is taken");
            let notices = test.application.withdrawal_notices(
                test.office(),
                true,
                freigabe_domain::store::PageRequest { after: None, limit: 200 },
            );
            let told = notices.await.unwrap().items.iter().any(|notice| notice.disclosure == id);
            assert_eq!(collected.is_ok(), told, "told if and only if collected: {collected:?}");
        }
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
    }

    async fn a_connection_is_free_again_while_the_thread_that_had_it_is_busy(test: TestStore) {
        for gives_up in [false, true] {
            let (ended, is_over) = tokio::sync::oneshot::channel();
            let (free, is_free) = std::sync::mpsc::channel::<()>();
            let store = test.store.clone();
            let busy = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    assert_eq!(write(&store, gives_up).await.is_err(), gives_up);
                    ended.send(()).unwrap();
                    // Answers are written, signatures made.
                    is_free.recv().unwrap();
                });
            });
            is_over.await.unwrap();
            write(&test.store, false).await.unwrap();
            free.send(()).unwrap();
            busy.join().unwrap();
        }
    }
}

/// A transaction that writes, and is committed or given up.
async fn write(store: &SqlStore, gives_up: bool) -> Result<(), Error> {
    unit_of_work(
        store,
        &Scope::Upkeep,
        Mode::Write,
        async |tx: &mut SqlTx<'_>| {
            let long_ago = Instant::from_unix_micros(0);
            tx.forget_requests(long_ago).await?;
            if gives_up {
                Err(Error::NotFound)
            } else {
                Ok(())
            }
        },
    )
    .await
}
