//! What waits enters the tree, each event exactly once.

use freigabe_domain::{
    Error,
    exchange::LogDesk as _,
    log::{BATCH, Commitment, LeafState, LogError, Tile},
};
use freigabe_ledger::{Leaf, Note, merkle};
use freigabe_testkit::{TestStore, on_both_databases, store::ORIGIN, stored_log::StoredLog};

use super::{
    concurrency::{another_node, node_with},
    let_happen, names_the_log, sequence_all,
};

on_both_databases! {
    async fn each_event_enters_the_tree_once_and_can_be_proven(test: TestStore) {
        let before = StoredLog::of(&test).await;
        before.is_whole();
        assert_eq!(before.pending.len(), before.events.len(), "all wait at first");
        assert!(before.heads.is_empty());
        let _ = test.release(test.consent(1).await.head.id).await;
        let added = test.application.sequence().await.unwrap();
        assert_eq!(added.backlog, 0);
        let stored = StoredLog::of(&test).await;
        stored.is_complete();
        assert_eq!(added.added, stored.events.len() as u64);
        for commitment in &stored.events {
            let unsigned = test.application.leaf_state(commitment).await.unwrap();
            assert_eq!(unsigned, LeafState::Pending, "nothing is published yet");
        }
        let signed = test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert!(names_the_log(&signed.note));
        for (entry, commitment) in stored.entries[&0].iter().zip(&stored.leaves[&0]) {
            is_proven(&test, commitment, &Leaf::decode(entry).unwrap()).await;
        }
        let stranger = Commitment::from_bytes([9; 32]);
        assert_eq!(test.application.leaf_state(&stranger).await.unwrap(), LeafState::Unknown);
    }

    async fn events_enter_in_the_order_in_which_they_happened(test: TestStore) {
        sequence_all(&test.application).await;
        let_happen(&test, 300).await;
        sequence_all(&test.application).await;
        let stored = StoredLog::of(&test).await;
        let happened: Vec<_> = stored.leaves[&0].iter().rev().take(300).rev().collect();
        let mut sorted = happened.clone();
        sorted.sort_unstable_by_key(|commitment| *commitment.as_bytes());
        assert_eq!(happened, sorted, "their commitments count upwards");
    }

    async fn a_round_takes_no_more_than_its_batch(test: TestStore) {
        let_happen(&test, u32::from(BATCH) + 900).await;
        let first = test.application.sequence().await.unwrap();
        assert_eq!(first.added, u64::from(BATCH));
        assert!(first.backlog > 900);
        StoredLog::of(&test).await.is_whole();
        let second = test.application.sequence().await.unwrap();
        assert_eq!((second.added, second.backlog), (first.backlog, 0));
        assert!(test.application.sign_checkpoint(&[]).await.unwrap().is_some());
        StoredLog::of(&test).await.is_complete();
    }

    async fn nothing_is_written_when_nothing_waits(test: TestStore) {
        sequence_all(&test.application).await;
        let (outcome, statements) = test.counting(async || test.application.sequence().await).await;
        assert_eq!(outcome.unwrap().added, 0);
        let writes = statements.iter().filter(|sql| !sql.starts_with("SELECT"));
        assert_eq!(writes.count(), 0, "{statements:#?}");
    }

    async fn two_sequencers_at_once_take_turns(test: TestStore) {
        let_happen(&test, 3_000).await;
        let other = another_node(&test).await;
        for _ in 0..5 {
            let (one, two) = tokio::join!(test.application.sequence(), other.sequence());
            one.unwrap();
            two.unwrap();
            let_happen(&test, 500).await;
            let (one, two) = tokio::join!(test.application.sign_checkpoint(&[]), other.sign_checkpoint(&[]));
            let signed = [one.unwrap(), two.unwrap()].into_iter().flatten().count();
            assert!(signed <= 2);
        }
        sequence_all(&other).await;
        StoredLog::of(&test).await.is_complete();
        test.application.sign_checkpoint(&[]).await.unwrap();
    }

    async fn a_log_of_another_name_is_left_alone(test: TestStore) {
        sequence_all(&test.application).await;
        let_happen(&test, 5).await;
        let rules = freigabe_domain::log::LogRules::new("log.example.org/another");
        let other = node_with(&test, rules).await;
        let refused = other.sequence().await;
        assert!(matches!(refused, Err(Error::Log(LogError::Fault(_)))), "{refused:?}");
        assert_eq!(StoredLog::of(&test).await.pending.len(), 5);
    }

    async fn what_is_served_ends_with_the_published_tree(test: TestStore) {
        let_happen(&test, 700).await;
        sequence_all(&test.application).await;
        let application = &test.application;
        let tile = Tile { level: 0, index: 0 };
        assert_eq!(application.log_tile(None, tile, 1).await.unwrap(), None, "nothing is published");
        let published = application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let_happen(&test, 700).await;
        sequence_all(&test.application).await;
        let size = published.size;
        let (full, rest) = (size / 256, (size % 256) as usize);
        let whole = application.log_tile(None, tile, 256).await.unwrap().unwrap();
        assert_eq!(whole.len(), 256 * 32);
        let part = application.log_tile(None, tile, 17).await.unwrap().unwrap();
        assert_eq!(part, whole[..17 * 32], "a narrower tile is its beginning");
        let last = Tile { level: 0, index: full };
        assert!(application.log_tile(None, last, rest).await.unwrap().is_some());
        assert_eq!(application.log_tile(None, last, rest + 1).await.unwrap(), None, "beyond the published tree");
        assert_eq!(application.log_tile(None, last, 0).await.unwrap(), None);
        let upper = Tile { level: 1, index: 0 };
        let above = application.log_tile(None, upper, full as usize).await.unwrap();
        assert_eq!(above.unwrap().len() as u64, full * 32);
        let entries = application.log_bundle(None, full, rest).await.unwrap().unwrap();
        assert_eq!(freigabe_ledger::bundle::leaves(&entries).unwrap().len(), rest);
        assert_eq!(application.log_bundle(None, full, rest + 1).await.unwrap(), None);
        assert_eq!(application.log_bundle(None, full + 1, 1).await.unwrap(), None);
    }

    async fn a_tree_that_grew_is_proven_to_continue_each_signed_one(test: TestStore) {
        let mut signed = Vec::new();
        for events in [1, 254, 1, 700, 3] {
            let_happen(&test, events).await;
            sequence_all(&test.application).await;
            signed.push(test.application.sign_checkpoint(&[]).await.unwrap().unwrap());
        }
        let newest = signed.last().unwrap().clone();
        for old in &signed {
            let proof = test.application.consistency(old.size, newest.size).await.unwrap();
            merkle::verify_consistency(old.size, old.root, newest.size, newest.root, &proof).unwrap();
        }
        let beyond = test.application.consistency(1, newest.size + 1).await;
        assert!(matches!(beyond, Err(Error::NotFound)), "{beyond:?}");
    }

    async fn a_leafs_proof_reads_only_the_tiles_it_needs(test: TestStore) {
        let_happen(&test, 9_000).await;
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        let stored = StoredLog::of(&test).await;
        for place in [0, 255, 256, 4_321, stored.leaves[&0].len() - 1] {
            let commitment = stored.leaves[&0][place];
            let leaf = Leaf::decode(&stored.entries[&0][place]).unwrap();
            let (_, statements) = test.counting(async || is_proven(&test, &commitment, &leaf).await).await;
            assert!(statements.len() <= 6, "{statements:#?}");
            let entries = statements.iter().filter(|sql| sql.contains("log_entries"));
            assert_eq!(entries.count(), 0, "no entry is read");
        }
    }
}

/// A published checkpoint covers the leaf, and its proof leads to the checkpoint's root.
async fn is_proven(test: &TestStore, commitment: &Commitment, leaf: &Leaf) {
    let state = test.application.leaf_state(commitment).await.unwrap();
    let LeafState::Included(proof) = state else {
        panic!("{state:?}");
    };
    let (size, root) = (proof.checkpoint.size, proof.checkpoint.root);
    merkle::verify_inclusion(
        proof.place.index,
        size,
        leaf.leaf_hash(),
        &proof.proof,
        root,
    )
    .unwrap();
    let note = Note::parse(&proof.checkpoint.note).unwrap();
    assert!(
        note.text()
            .starts_with(&format!("{ORIGIN}\n{size}\n{root}\n"))
    );
}
