//! Bodies that are JSON and say what they must not.

use freigabe_contract::ProblemType;
use freigabe_testkit::on_both_databases;
use serde_json::{Value, json};

use super::{
    CANARY, Desk, Target,
    changes::{changes_of_a_consent, changes_of_a_draft},
};

on_both_databases! {
    async fn a_consent_with_one_fault_is_refused_with_its_place(desk: Desk) {
        for (what, place, value, expected) in changes_of_a_consent() {
            let body = changed(desk.good(Target::Consent), place, value.clone());
            let told = desk.faults(what, Target::Consent, body.to_string(), ProblemType::InvalidBody).await;
            assert_eq!(told, [expected], "{what}");
            if place.starts_with("/terms") {
                let body = changed(desk.good(Target::Revision), place, value);
                let told = desk.faults(what, Target::Revision, body.to_string(), ProblemType::InvalidBody).await;
                assert_eq!(told, [expected], "{what}, as a revision");
            }
        }
    }

    async fn a_draft_with_one_fault_is_refused_with_its_place(desk: Desk) {
        for (what, place, value, expected) in changes_of_a_draft() {
            let body = changed(desk.good(Target::Release), place, value);
            for target in [Target::Release, Target::Check] {
                let told = desk.faults(what, target, body.to_string(), ProblemType::InvalidBody).await;
                assert_eq!(told, [expected], "{what}, {target:?}");
            }
        }
    }

    async fn an_answer_with_one_fault_is_refused_with_its_place(desk: Desk) {
        for (what, body, expected) in [
            ("an unknown answer", json!({ "answer": CANARY }), "/answer"),
            ("no answer", json!({ "legal_basis": "§ 163 StPO" }), ""),
            ("an unknown field", json!({ "answer": "erased", "excuse": CANARY }), "/excuse"),
            ("a blank legal basis", json!({ "answer": "retained", "legal_basis": " " }), "/legal_basis"),
            ("no legal basis", json!({ "answer": "retained" }), "/legal_basis"),
            ("a list", json!([]), ""),
            ("null", json!(null), ""),
        ] {
            let told = desk.faults(what, Target::Answer, body.to_string(), ProblemType::InvalidBody).await;
            assert_eq!(told, [expected], "{what}");
        }
    }

    async fn what_is_refused_or_not_asked_has_no_terms(desk: Desk) {
        for decision in ["refused", "not_asked"] {
            let body = changed(desk.good(Target::Consent), "/decision", Some(json!(decision)));
            let told = desk.faults(decision, Target::Consent, body.to_string(), ProblemType::InvalidBody).await;
            assert_eq!(told, ["/terms"], "{decision}");
        }
    }

    async fn what_is_never_accepted_is_refused_with_the_reason_why(desk: Desk) {
        for never in ["counselling_content", "therapy_notes", "other_residents", "counsellor_private_data"] {
            for target in [Target::Release, Target::Check] {
                let body = changed(desk.good(target), "/items/0/category", Some(json!(never)));
                let told = desk.faults(never, target, body.to_string(), ProblemType::NeverAccepted).await;
                assert_eq!(told, ["/items/0/category"], "{never}, {target:?}");
            }
            for target in [Target::Consent, Target::Revision] {
                let body = changed(desk.good(target), "/terms/grants/0/categories/0", Some(json!(never)));
                let told = desk.faults(never, target, body.to_string(), ProblemType::NeverAccepted).await;
                assert_eq!(told, ["/terms/grants/0/categories/0"], "nobody can even allow {never}, {target:?}");
            }
        }
    }

    async fn never_more_than_fifty_items(desk: Desk) {
        let mut body = desk.good(Target::Release);
        let item = body["items"][0].clone();
        body["items"] = Value::Array(vec![item.clone(); 51]);
        let told = desk.faults("51 items", Target::Release, body.to_string(), ProblemType::InvalidBody).await;
        assert_eq!(told, ["/items"]);
        body["items"] = Value::Array(vec![item; 50]);
        let (request, sender) = desk.request(Target::Release);
        assert_eq!(request.json(&body).send(sender).await.status.as_u16(), 201, "50 items pass");
    }

    async fn all_faults_of_the_schema_are_told_at_once(desk: Desk) {
        let mut body = desk.good(Target::Consent);
        for (place, value) in [
            ("/case_reference", json!("Kanarienvogel Muster")),
            ("/surprise", json!(1)),
            ("/terms/grants/0/handling", json!("H7")),
            ("/terms/grants/0/purposes", json!([])),
            ("/terms/valid_until", json!("tomorrow")),
            ("/terms/notice/right_to_withdraw", json!("yes")),
            ("/terms/evidence/sha256", json!("ff")),
            ("/terms/retention/basis", json!("\t")),
        ] {
            body = changed(body, place, Some(value));
        }
        let told = desk.faults("eight faults", Target::Consent, body.to_string(), ProblemType::InvalidBody).await;
        assert_eq!(told, [
            "/case_reference",
            "/surprise",
            "/terms/evidence/sha256",
            "/terms/grants/0/handling",
            "/terms/grants/0/purposes",
            "/terms/notice/right_to_withdraw",
            "/terms/retention/basis",
            "/terms/valid_until",
        ]);
    }

    async fn all_contradictions_are_told_at_once(desk: Desk) {
        let mut body = desk.good(Target::Consent);
        for (place, value) in [
            ("/terms/valid_until", json!("2026-10-01T00:00:00Z")),
            ("/terms/retention/until", json!("2026-09-01T00:00:00Z")),
            ("/terms/grants/0/handling", json!("H3")),
            ("/terms/grants/0/recipients", json!(["bpoli-atlantis", "bpolp", "bpoli-eldorado"])),
        ] {
            body = changed(body, place, Some(value));
        }
        let told = desk.faults("five contradictions", Target::Consent, body.to_string(), ProblemType::InvalidBody).await;
        assert_eq!(told, [
            "/terms/grants/0/handling_instructions",
            "/terms/grants/0/recipients/0",
            "/terms/grants/0/recipients/2",
            "/terms/retention/until",
            "/terms/valid_until",
        ]);

        let mut body = desk.good(Target::Release);
        let mut silent = body["items"][0].clone();
        silent.as_object_mut().unwrap().remove("text");
        let mut shelter = body["items"][0].clone();
        shelter["category"] = json!("shelter_placed");
        body["items"] = json!([silent, body["items"][0], shelter]);
        let told = desk.faults("two contradictions", Target::Release, body.to_string(), ProblemType::InvalidBody).await;
        assert_eq!(told, ["/items/0", "/items/2"]);
    }

    async fn a_flood_of_faults_is_cut_not_endless(desk: Desk) {
        let mut body = desk.good(Target::Consent);
        for number in 0..5_000 {
            body[format!("field_{number}")] = json!(number);
        }
        let told = desk.faults("5000 unknown fields", Target::Consent, body.to_string(), ProblemType::InvalidBody).await;
        assert!((1..=100).contains(&told.len()), "{} faults are told", told.len());
    }
}

/// The body with a change at a place: a value put there, or what is there taken out.
fn changed(mut body: Value, place: &str, value: Option<Value>) -> Value {
    let (parent, name) = place.rsplit_once('/').expect("a pointer");
    let name = name.replace("~1", "/").replace("~0", "~");
    match body
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{parent} is not in the body"))
    {
        Value::Object(object) => match value {
            Some(value) => {
                object.insert(name, value);
            }
            None => {
                object
                    .remove(&name)
                    .unwrap_or_else(|| panic!("{place} is not in the body"));
            }
        },
        Value::Array(array) => {
            let index: usize = name.parse().expect("an index");
            array[index] = value.expect("a value for an array");
        }
        _ => panic!("{parent} holds nothing"),
    }
    body
}
