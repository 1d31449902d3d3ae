//! Random samples of the log: the same seed over the same leaves is the same sample, for everybody.

use freigabe_contract::{
    ProblemType,
    audit::{AuditSample, DrawAuditSample},
    vocabulary::{EventState, Operation},
};
use freigabe_ledger::{Leaf, sample};
use freigabe_testkit::{ExpectRefusal as _, TestApp, a_consent, on_both_databases};
use serde_json::json;

use crate::support::{
    A_MINUTE,
    log::{leaf, opened},
    recorded,
    trail::{field, text, trail_of},
};

const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn of(size: u16) -> DrawAuditSample {
    DrawAuditSample {
        size,
        from_leaf: None,
        to_leaf: None,
        seed: None,
    }
}

fn chosen(sample: &AuditSample) -> Vec<u64> {
    sample.leaves.iter().map(|leaf| leaf.index).collect()
}

fn leaf_of(text: &str) -> Leaf {
    leaf(&json!(text))
}

on_both_databases! {
    async fn a_sample_is_drawn_again_from_its_seed_and_is_in_the_log(app: TestApp) {
        for _ in 0..3 {
            let _ = recorded(&app.centre_a(), a_consent()).await;
        }
        app.publish_log().await;
        let auditor = app.auditor();
        let drawn = auditor.draw_audit_sample(&of(5)).await.unwrap();
        let checkpoint = opened(&drawn.checkpoint);
        assert_eq!(drawn.population.from, 0);
        assert_eq!(drawn.population.until, checkpoint.size);
        assert_eq!(drawn.leaves.len(), 5);

        let seed = freigabe_domain::audit::SampleSeed::parse(&drawn.seed).unwrap();
        let ours: Vec<u64> = sample::sample(seed.as_bytes(), checkpoint.size, 5).collect();
        assert_eq!(chosen(&drawn), ours, "whoever has the seed draws the same");
        let again = DrawAuditSample { seed: Some(drawn.seed.clone()), ..of(5) };
        let again = auditor.draw_audit_sample(&again).await.unwrap();
        assert_eq!(again, drawn);
        let other = auditor.draw_audit_sample(&of(5)).await.unwrap();
        assert_ne!(other.seed, drawn.seed);

        for sampled in &drawn.leaves {
            assert_eq!(sampled.state, EventState::Open);
            let event = sampled.event.as_ref().expect("its event");
            assert_eq!(leaf_of(&sampled.leaf).commitment.to_string(), event.commitment);
        }
        app.advance(A_MINUTE);
        let log = trail_of(&auditor, Operation::AuditSampled).await;
        assert_eq!(log.len(), 3);
        assert_eq!(text(&log[0], "/seed"), drawn.seed);
        assert_eq!(
            field(&log[0], "/population"),
            Some(&json!({ "generation": 0, "from": 0, "until": checkpoint.size }))
        );
        assert_eq!((field(&log[0], "/size"), field(&log[0], "/hits")), (Some(&json!(5)), Some(&json!(5))));
    }

    async fn a_sample_is_of_the_leaves_that_were_asked_for_and_has_each_once(app: TestApp) {
        let _ = recorded(&app.centre_a(), a_consent()).await;
        app.publish_log().await;
        let wanted = DrawAuditSample {
            from_leaf: Some(3),
            to_leaf: Some(9),
            seed: Some(SEED.to_owned()),
            size: 500,
        };
        let drawn = app.auditor().draw_audit_sample(&wanted).await.unwrap();
        let mut indexes = chosen(&drawn);
        indexes.sort_unstable();
        assert_eq!(indexes, (3..9).collect::<Vec<_>>());
        let nothing = DrawAuditSample { from_leaf: Some(9), ..wanted };
        assert!(app.auditor().draw_audit_sample(&nothing).await.unwrap().leaves.is_empty());
    }

    async fn before_anything_is_published_there_is_nothing_to_draw(app: TestApp) {
        let refused = app.auditor().draw_audit_sample(&of(1)).await;
        let _ = refused.expect_problem(ProblemType::Conflict);
    }

    async fn what_is_no_sample_is_refused_with_its_fault(app: TestApp) {
        app.publish_log().await;
        for (wanted, pointer) in [
            (of(0), "/size"),
            (of(501), "/size"),
            (DrawAuditSample { seed: Some(SEED.to_uppercase()), ..of(1) }, "/seed"),
            (DrawAuditSample { seed: Some(SEED[1..].to_owned()), ..of(1) }, "/seed"),
        ] {
            let refused = app.auditor().draw_audit_sample(&wanted).await;
            let problem = refused.expect_problem(ProblemType::InvalidBody);
            assert_eq!(problem.errors[0].pointer.as_deref(), Some(pointer));
        }
    }
}
