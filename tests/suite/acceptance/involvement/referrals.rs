//! That somebody was told about help.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    referral::NoteReferral,
    vocabulary::{Operation, ReferralMedium},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use uuid::Uuid;

use super::{listed, time};
use crate::support::{
    NOBODYS,
    trail::{field, text, trail_of},
};

fn told(centres: &[Uuid]) -> NoteReferral {
    NoteReferral {
        told_at: time("2026-01-01T07:45:31.5+02:00"),
        language: "bin".into(),
        medium: ReferralMedium::Leaflet,
        leaflet_version: Some(1),
        centres: centres.to_vec(),
    }
}

on_both_databases! {
    async fn an_office_notes_that_somebody_was_told(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let centre = listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await;
        let (referral, key) = (told(&[centre]), fresh_key());
        let noted = office.note_referral(&referral, Some(&key)).await.unwrap();
        assert_eq!(noted.told_at, time("2026-01-01T05:45:00Z"), "to the minute: a second could be somebody's");
        assert_eq!((noted.language.as_str(), noted.medium, noted.leaflet_version), ("bin", ReferralMedium::Leaflet, Some(1)));
        assert_eq!(noted.centres, [centre]);
        assert_eq!(office.note_referral(&referral, Some(&key)).await.unwrap(), noted, "once for one key");
        assert_eq!(office.get_referral_notice(noted.id).await.unwrap(), noted);
        let second = office.note_referral(&told(&[centre]), None).await.unwrap();
        let listed = office.list_referral_notices(&PageQuery::default()).await.unwrap();
        assert_eq!(listed.items.iter().map(|notice| notice.id).collect::<Vec<_>>(), [second.id, noted.id]);
        let others = app.office(HAMBURG).list_referral_notices(&PageQuery::default()).await.unwrap();
        assert!(others.items.is_empty());

        let events = trail_of(&app.auditor(), Operation::ReferralNoted).await;
        assert_eq!(events.len(), 2);
        assert_eq!(text(&events[0], "/referral"), noted.id.to_string());
        assert_eq!(text(&events[0], "/legal_basis"), "victim_information");
        for about_a_person in ["/person", "/case", "/person_for_recipient"] {
            assert_eq!(field(&events[0], about_a_person), None);
        }
    }

    async fn a_referral_that_makes_no_sense_is_refused_with_each_fault(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let centre = listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await;
        let before = app.inspect().rows().await;
        let nonsense = NoteReferral {
            told_at: time("2090-01-01T00:00:00Z"),
            medium: ReferralMedium::Spoken,
            ..told(&[centre, NOBODYS, centre])
        };
        let refused = office.note_referral(&nonsense, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/centres/1", "/centres/2", "/leaflet_version", "/told_at"]);
        for (fields, pointer) in [
            (json!({ "centres": [] }), "/centres"),
            (json!({ "name": "X" }), "/name"),
            (json!({ "language": "klingon" }), "/language"),
            (json!({ "language": "xx" }), "/language"),
            (json!({ "medium": "shouted" }), "/medium"),
            (json!({ "wants_help": true }), "/wants_help"),
        ] {
            let mut body = serde_json::to_value(told(&[centre])).unwrap();
            body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let answer = Raw::post("/v1/referral-notices").json(&body).send(&office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [pointer]);
        }
        assert_eq!(app.inspect().rows().await, before, "nothing is written");
    }
}
