//! What is signed, when it is published, and what is never signed again.

use freigabe_domain::{
    Error,
    exchange::{Application, LogDesk as _},
    log::{Hash, LogError, LogFault, LogRules, WitnessSaw},
};
use freigabe_ledger::{Checkpoint, CosignatureSigner, Note, NoteSigner, Policy, SignedCheckpoint};
use freigabe_storage::SqlStore;
use freigabe_testkit::{
    TestStore, on_both_databases,
    store::{ORIGIN, log_rules},
};
use time::Duration;
use uuid::Uuid;

use super::{concurrency::node_with, let_happen, sequence_all};

/// The witnesses of both parties.
fn witnesses() -> [CosignatureSigner; 2] {
    [("police.example", 1), ("network.example", 2)]
        .map(|(name, seed)| CosignatureSigner::from_seed(name, &[seed; 32]).unwrap())
}

/// Both must cosign.
fn with_witnesses() -> LogRules {
    let mut rules = log_rules();
    let [police, network] = witnesses();
    let policy = format!(
        "log {}\nwitness police {}\nwitness network {}\ngroup both all police network\nquorum both\n",
        rules.signers[0].verifier(),
        police.verifier(),
        network.verifier()
    );
    rules.policy = Some(Policy::parse(policy).unwrap());
    rules
}

fn saw(witness: &str, newest: Option<(u64, Hash)>) -> WitnessSaw {
    WitnessSaw {
        witness: witness.to_owned(),
        newest,
    }
}

fn nothing_seen() -> [WitnessSaw; 2] {
    [saw("police", None), saw("network", None)]
}

/// A witness's line under a checkpoint.
fn cosigned(witness: &CosignatureSigner, note: &str) -> String {
    let checkpoint = Checkpoint::parse(Note::parse(note).unwrap().text()).unwrap();
    format!("{}\n", witness.cosign(&checkpoint, 1_800_000_000).unwrap())
}

async fn witnessed(test: &TestStore) -> Application<SqlStore> {
    node_with(test, with_witnesses()).await
}

on_both_databases! {
    async fn a_tree_is_signed_when_it_has_grown_and_only_then(test: TestStore) {
        let application = &test.application;
        assert_eq!(application.sign_checkpoint(&[]).await.unwrap(), None, "there is no log yet");
        sequence_all(application).await;
        let first = application.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert_eq!(application.sign_checkpoint(&[]).await.unwrap(), None);
        let keys = [log_rules().signers[0].verifier().clone()];
        let signed = SignedCheckpoint::open(Note::parse(&first.note).unwrap(), &keys).unwrap();
        assert_eq!((signed.checkpoint().size, signed.checkpoint().root), (first.size, first.root));
        assert_eq!(first.published_at, Some(first.signed_at), "nobody else has to sign");
        assert_eq!(application.published_checkpoint(None).await.unwrap(), Some(first.clone()));
        assert_eq!(application.logs().await.unwrap()[0].unpublished_since, None);
        let_happen(&test, 2).await;
        sequence_all(application).await;
        assert!(application.logs().await.unwrap()[0].unpublished_since.is_some());
        assert!(application.sign_checkpoint(&[]).await.unwrap().unwrap().size > first.size);
    }

    async fn without_a_key_nothing_is_signed(test: TestStore) {
        sequence_all(&test.application).await;
        let keyless = node_with(&test, LogRules::new(ORIGIN)).await;
        let outcome = keyless.sign_checkpoint(&[]).await;
        assert!(matches!(outcome, Err(Error::Log(LogError::NoSigner))), "{outcome:?}");
    }

    async fn a_key_is_replaced_by_one_that_signed_beside_it(test: TestStore) {
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let new = NoteSigner::from_seed(ORIGIN, &[8; 32]).unwrap();
        let mut both = log_rules();
        both.signers.push(new.clone());
        let mut only = LogRules::new(ORIGIN);
        only.signers.push(new);
        let (both, only) = (node_with(&test, both).await, node_with(&test, only).await);
        let_happen(&test, 2).await;
        sequence_all(&test.application).await;
        let early = only.sign_checkpoint(&[]).await;
        let refused = matches!(early, Err(Error::Log(LogError::Fault(LogFault::Checkpoint { .. }))));
        assert!(refused, "the new key never signed this log: {early:?}");
        let overlap = both.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert_eq!(Note::parse(&overlap.note).unwrap().signatures().len(), 2);
        let_happen(&test, 2).await;
        sequence_all(&test.application).await;
        assert!(only.sign_checkpoint(&[]).await.unwrap().is_some());
    }

    async fn a_key_that_comes_signs_what_is_there_so_that_a_silent_log_can_change_keys(test: TestStore) {
        sequence_all(&test.application).await;
        let first = test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let new = NoteSigner::from_seed(ORIGIN, &[8; 32]).unwrap();
        let mut both = log_rules();
        both.signers.push(new.clone());
        let mut only = LogRules::new(ORIGIN);
        only.signers.push(new.clone());
        let both = node_with(&test, both).await;
        let again = both.sign_checkpoint(&[]).await.unwrap().expect("the other key signs as well");
        assert_eq!((again.size, again.root, again.signed_at), (first.size, first.root, first.signed_at));
        assert_eq!(again.published_at, first.published_at);
        let note = Note::parse(&again.note).unwrap();
        let keys = [log_rules().signers[0].verifier().clone(), new.verifier().clone()];
        assert_eq!(note.open(&keys).unwrap().len(), 2);
        assert_eq!(both.published_checkpoint(None).await.unwrap(), Some(again), "and it is shown");
        assert_eq!(both.sign_checkpoint(&[]).await.unwrap(), None, "once");
        // Not a single event came in between.
        let only = node_with(&test, only).await;
        assert_eq!(only.sign_checkpoint(&[]).await.unwrap(), None);
        let_happen(&test, 2).await;
        sequence_all(&only).await;
        assert!(only.sign_checkpoint(&[]).await.unwrap().is_some());
        // A node that was not changed yet is not disturbed by a signature that it does not know.
        let_happen(&test, 2).await;
        sequence_all(&both).await;
        both.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert_eq!(test.application.sign_checkpoint(&[]).await.unwrap(), None);
    }

    async fn a_checkpoint_is_published_once_both_witnesses_have_cosigned_it(test: TestStore) {
        let application = witnessed(&test).await;
        sequence_all(&application).await;
        let signed = application.sign_checkpoint(&nothing_seen()).await.unwrap().unwrap();
        assert_eq!(signed.published_at, None);
        assert_eq!(application.published_checkpoint(None).await.unwrap(), None);
        assert_eq!(application.signed_checkpoint().await.unwrap(), Some(signed.clone()));
        let [police, network] = witnesses();
        let stranger = CosignatureSigner::from_seed("stranger.example", &[9; 32]).unwrap();
        let impostor = CosignatureSigner::from_seed("network.example", &[9; 32]).unwrap();
        let record = async |lines: String| {
            application.record_cosignatures(signed.generation, signed.size, &lines).await.unwrap()
        };
        let one = record(cosigned(&police, &signed.note)).await;
        assert_eq!(one.published_at, None);
        let again = record(cosigned(&police, &signed.note)).await;
        assert_eq!(again, one, "the same witness twice is one witness");
        for other in [stranger, impostor] {
            assert_eq!(record(cosigned(&other, &signed.note)).await, one, "left out");
        }
        let both = record(cosigned(&network, &signed.note)).await;
        assert!(both.published_at.is_some());
        let verified = with_witnesses().policy.unwrap();
        verified.verify(Note::parse(&both.note).unwrap()).unwrap();
        assert_eq!(application.published_checkpoint(None).await.unwrap(), Some(both));
        assert_eq!(application.logs().await.unwrap()[0].unpublished_since, None);
    }

    async fn what_came_after_a_published_tree_counts_from_its_signing(test: TestStore) {
        let application = witnessed(&test).await;
        sequence_all(&application).await;
        let signed = application.sign_checkpoint(&nothing_seen()).await.unwrap().unwrap();
        let_happen(&test, 2).await;
        sequence_all(&application).await;
        let lines: String = witnesses().iter().map(|witness| cosigned(witness, &signed.note)).collect();
        application.record_cosignatures(signed.generation, signed.size, &lines).await.unwrap();
        let head = application.logs().await.unwrap().pop().unwrap();
        assert_eq!(head.unpublished_since, Some(signed.signed_at));
    }

    async fn nothing_is_signed_before_a_quorum_has_said_what_it_saw(test: TestStore) {
        let application = witnessed(&test).await;
        sequence_all(&application).await;
        assert!(application.must_ask_witnesses());
        for silent in [&[][..], &[saw("police", None)], &[saw("police", None), saw("stranger", None)]] {
            let outcome = application.sign_checkpoint(silent).await;
            assert!(matches!(outcome, Err(Error::Log(LogError::WitnessesSilent))), "{outcome:?}");
        }
        assert!(application.sign_checkpoint(&nothing_seen()).await.unwrap().is_some());
        assert!(!application.must_ask_witnesses());
        let_happen(&test, 2).await;
        sequence_all(&application).await;
        assert!(application.sign_checkpoint(&[]).await.unwrap().is_some(), "asked once");
    }

    async fn nothing_is_signed_below_what_a_witness_has_seen(test: TestStore) {
        let_happen(&test, 600).await;
        sequence_all(&test.application).await;
        let before = test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let_happen(&test, 20).await;
        sequence_all(&test.application).await;
        let head = test.application.logs().await.unwrap().pop().unwrap();
        let another = Hash::from_bytes([5; 32]);
        for (seen, forked) in [
            ((head.size + 1, another), false),
            ((head.size, another), true),
            ((before.size, another), true),
            ((256, another), true),
        ] {
            let application = witnessed(&test).await;
            let seen = [saw("police", Some(seen)), saw("network", None)];
            let outcome = application.sign_checkpoint(&seen).await;
            let Err(Error::Log(LogError::Fault(fault))) = outcome else { panic!("{outcome:?}") };
            assert_eq!(matches!(fault, LogFault::Forked { .. }), forked, "{fault}");
            assert_eq!(matches!(fault, LogFault::RolledBack { .. }), !forked, "{fault}");
            assert!(application.must_ask_witnesses());
        }
        let application = witnessed(&test).await;
        let seen = [saw("police", Some((before.size, before.root))), saw("network", Some((0, Hash::EMPTY)))];
        assert!(application.sign_checkpoint(&seen).await.unwrap().is_some());
    }

    async fn a_process_signs_nothing_below_what_it_signed(test: TestStore) {
        let_happen(&test, 30).await;
        sequence_all(&test.application).await;
        // The database as a backup has it.
        let tables = ["log_pending", "log_heads", "log_entries", "log_tiles", "log_leaves", "log_checkpoints"];
        for table in tables {
            test.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
        }
        let_happen(&test, 30).await;
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        for table in tables.iter().rev() {
            test.execute(&format!("DELETE FROM {table}")).await.unwrap();
        }
        for table in tables {
            test.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await.unwrap();
        }
        let outcome = test.application.sign_checkpoint(&[]).await;
        let refused = matches!(outcome, Err(Error::Log(LogError::Fault(LogFault::RolledBack { .. }))));
        assert!(refused, "{outcome:?}");
        // It grows past what was signed, and is another tree all the same.
        let_happen(&test, 3).await;
        test.execute("UPDATE log_pending SET expiry_year = 2030").await.unwrap();
        let_happen(&test, 60).await;
        sequence_all(&test.application).await;
        let outcome = test.application.sign_checkpoint(&[]).await;
        let refused = matches!(outcome, Err(Error::Log(LogError::Fault(LogFault::Forked { .. }))));
        assert!(refused, "{outcome:?}");
    }

    async fn a_round_of_signing_reads_what_came_since_the_last(test: TestStore) {
        let_happen(&test, 12_000).await;
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let_happen(&test, 10).await;
        sequence_all(&test.application).await;
        let (signed, statements) = test.counting(async || test.application.sign_checkpoint(&[]).await).await;
        assert!(signed.unwrap().is_some());
        let read = statements.iter().filter(|sql| sql.contains("log_entries")).count();
        assert!(read <= 2, "the begun bundle and those since: {statements:#?}");
        assert!(statements.len() <= 14, "{statements:#?}");
    }

    async fn one_node_at_a_time_asks_the_witnesses(test: TestStore) {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let a_minute = Duration::minutes(1);
        let lease = async |holder| test.application.lease_cosigning(holder, a_minute).await.unwrap();
        assert!(!lease(one).await, "there is no log yet");
        sequence_all(&test.application).await;
        assert!(lease(one).await);
        assert!(!lease(other).await);
        assert!(lease(one).await, "kept");
        test.advance(Duration::seconds(61));
        assert!(lease(other).await, "over");
        assert!(!lease(one).await);
    }
}
