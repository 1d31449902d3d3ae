//! A lost key: the next log begins with an event that says where the one before it ended.

use freigabe_domain::{
    Error,
    exchange::{Application, LogDesk as _},
    log::{Generation, LeafState, LogRules, Tile},
};
use freigabe_ledger::{Leaf, Note, NoteSigner, merkle};
use freigabe_storage::SqlStore;
use freigabe_testkit::{TestStore, on_both_databases, store::ORIGIN, stored_log::StoredLog};
use sea_orm::{ConnectionTrait as _, Statement};

use super::{concurrency::node_with, let_happen, sequence_all};

const NEXT: &str = "log.example.org/freigabe-2";

async fn next_node(test: &TestStore) -> Application<SqlStore> {
    let mut rules = LogRules::new(NEXT);
    rules.signers = vec![NoteSigner::from_seed(NEXT, &[8; 32]).unwrap()];
    node_with(test, rules).await
}

on_both_databases! {
    async fn the_next_log_begins_where_the_last_signed_tree_ended(test: TestStore) {
        let_happen(&test, 300).await;
        sequence_all(&test.application).await;
        let ended = test.application.sign_checkpoint(&[]).await.unwrap().unwrap();
        // Some of this is in the tree, and nobody ever saw it there; some waits.
        let_happen(&test, 280).await;
        sequence_all(&test.application).await;
        let_happen(&test, 7).await;
        let next = next_node(&test).await;
        let head = next.continue_log(NEXT).await.unwrap();
        assert_eq!((head.generation, head.size), (Generation::FIRST.next(), 1));
        StoredLog::of(&test).await.is_whole();
        sequence_all(&next).await;
        let stored = StoredLog::of(&test).await;
        stored.is_whole_of_ended();
        assert_eq!(stored.heads[&0], (ended.size, ended.root), "the former log ends with what was signed");
        let first = payload(&test, &stored.leaves[&1][0]).await;
        assert_eq!(first["operation"], "log_continued");
        assert_eq!(first["former_log"]["origin"], ORIGIN);
        assert_eq!(first["former_log"]["size"], ended.size);
        assert_eq!(first["former_log"]["root"], ended.root.to_string());
        assert_eq!(first["former_log"]["checkpoint"], ended.note);

        let signed = next.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert!(signed.note.starts_with(NEXT));
        for (generation, end) in [(0, &ended), (1, &signed)] {
            let places = stored.entries[&generation].iter().zip(&stored.leaves[&generation]);
            for (entry, commitment) in places {
                let state = next.leaf_state(commitment).await.unwrap();
                let LeafState::Included(proof) = state else { panic!("{state:?}") };
                let leaf = Leaf::decode(entry).unwrap();
                merkle::verify_inclusion(proof.place.index, end.size, leaf.leaf_hash(), &proof.proof, end.root).unwrap();
            }
        }
        let former = Some(Generation::FIRST);
        assert_eq!(next.published_checkpoint(former).await.unwrap(), Some(ended.clone()));
        let last = Tile { level: 0, index: ended.size / 256 };
        let width = (ended.size % 256) as usize;
        assert!(next.log_tile(former, last, width).await.unwrap().is_some());
        assert_eq!(next.log_tile(former, last, width + 1).await.unwrap(), None, "what was never signed is not served");
        assert!(next.log_bundle(former, 0, 256).await.unwrap().is_some());
    }

    async fn whoever_still_has_the_old_settings_leaves_the_new_log_alone(test: TestStore) {
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap();
        next_node(&test).await.continue_log(NEXT).await.unwrap();
        let_happen(&test, 3).await;
        assert!(test.application.sequence().await.is_err());
        assert!(test.application.sign_checkpoint(&[]).await.is_err());
        let next = next_node(&test).await;
        sequence_all(&next).await;
        next.sign_checkpoint(&[]).await.unwrap().unwrap();
    }

    async fn a_log_that_was_never_signed_begins_anew(test: TestStore) {
        let_happen(&test, 30).await;
        sequence_all(&test.application).await;
        let next = next_node(&test).await;
        next.continue_log(NEXT).await.unwrap();
        sequence_all(&next).await;
        let stored = StoredLog::of(&test).await;
        stored.is_whole_of_ended();
        assert_eq!(stored.heads[&0].0, 0);
        assert_eq!(stored.leaves[&1].len(), stored.events.len());
        assert!(Note::parse(next.sign_checkpoint(&[]).await.unwrap().unwrap().note).is_ok());
    }

    async fn a_log_is_continued_under_a_name_that_none_had(test: TestStore) {
        let early = test.application.continue_log(NEXT).await;
        assert!(matches!(early, Err(Error::InvalidState(_))), "there is none: {early:?}");
        sequence_all(&test.application).await;
        let same = test.application.continue_log(ORIGIN).await;
        assert!(matches!(same, Err(Error::InvalidState(_))), "{same:?}");
    }
}

async fn payload(test: &TestStore, commitment: &freigabe_ledger::Commitment) -> serde_json::Value {
    let connection = test.connection().await;
    let sql = "SELECT payload, commitment FROM events WHERE operation = 'log_continued'";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        &freigabe_testkit::stored_log::commitment(&rows[0]),
        commitment,
        "leaf 0 is this event"
    );
    serde_json::from_slice(&rows[0].try_get::<Vec<u8>>("", "payload").unwrap()).unwrap()
}
