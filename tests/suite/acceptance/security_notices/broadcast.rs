//! What goes to several centres: about counsellors, centres or a country, and without room for a person.

use freigabe_contract::{
    ProblemType, examples,
    security_notice::ToldSubject,
    vocabulary::{AcknowledgingRole, Land},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, expect::pointers, network::KB_HAMBURG,
    on_both_databases, request::fresh_key,
};
use serde_json::{Value, json};

use super::{acknowledged_as, inbox, issued, known, somebody};
use crate::support::directory::{entry_at, entry_of, location};

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut notice = examples::issue_security_broadcast();
    change(&mut notice);
    notice
}

on_both_databases! {
    async fn a_notice_to_several_centres_can_not_carry_a_person(app: TestApp) {
        let (disclosure, _) = known(&app).await;
        let office = app.office(KB_HAMBURG);
        let from = json!({ "type": "disclosure", "disclosure_id": disclosure });
        let pseudonym = "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let region = |subject: Value| json!({ "type": "region", "laender": ["DE-HH"], "subject": subject });
        // So that a region has somebody to be told.
        entry_at(&app.centre_b(), location("Hamburg", "20095")).await;
        let refused = [
            ("/audience/subject/type", with(|notice| notice["audience"]["subject"] = json!({ "type": "person", "known_from": from }))),
            ("/audience/subject/type", with(|notice| notice["audience"]["subject"] = json!({ "type": "family", "known_from": from }))),
            ("/audience/subject/type", with(|notice| notice["audience"] = region(json!({ "type": "person", "known_from": from })))),
            ("/audience/subject/known_from", with(|notice| notice["audience"]["subject"]["known_from"] = from.clone())),
            ("/audience/subject/person", with(|notice| notice["audience"]["subject"]["person"] = json!(pseudonym))),
            ("/audience/disclosure_id", with(|notice| notice["audience"]["disclosure_id"] = json!(disclosure))),
            ("/person", with(|notice| notice["person"] = json!(pseudonym))),
            ("/assessment/person", with(|notice| notice["assessment"]["person"] = json!(pseudonym))),
            ("/audience", with(|notice| notice["kind"] = json!("threat_person"))),
            ("/audience", with(|notice| notice["kind"] = json!("threat_family"))),
            ("/audience", with(|notice| notice["kind"] = json!("suspect_released"))),
            ("/audience", with(|notice| notice["kind"] = json!("handover"))),
            (
                "/assessment/statements/0/text",
                with(|notice| notice["assessment"]["statements"][0]["text"] = json!(format!("Betrifft {}.", pseudonym.to_uppercase()))),
            ),
        ];
        for (pointer, body) in refused {
            let answer = Raw::post("/v1/security-notices").key(&fresh_key()).json(&body).send(&office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [pointer], "{body}");
        }
        for centre in [app.centre_a(), app.centre_b(), app.centre_c()] {
            assert!(inbox(&centre).await.is_empty(), "nothing was issued");
        }
        // The same without any of that is issued.
        issued(&office, with(|notice| notice["audience"] = region(json!({ "type": "country", "country": "RO" })))).await;
    }

    async fn nor_can_a_later_version_of_it(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let first = issued(&office, examples::issue_security_broadcast()).await;
        let (disclosure, _) = known(&app).await;
        let pseudonym = "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let revised = |change: &dyn Fn(&mut Value)| {
            let mut version = examples::revise_security_notice();
            change(&mut version);
            version
        };
        let from = json!({ "type": "disclosure", "disclosure_id": disclosure });
        let to_her_centre = json!({ "type": "centre", "subject": { "type": "person", "known_from": from } });
        let path = format!("/v1/security-notices/{}/revisions", first.id);
        for (pointer, body) in [
            ("/assessment/statements/1/text", revised(&|version| version["assessment"]["statements"][1]["text"] = json!(format!("siehe {pseudonym}")))),
            ("/audience", revised(&|version| version["audience"] = to_her_centre.clone())),
            ("/kind", revised(&|version| version["kind"] = json!("threat_person"))),
            ("/person", revised(&|version| version["person"] = json!(pseudonym))),
            ("/disclosure_id", revised(&|version| version["disclosure_id"] = json!(disclosure))),
            ("/assessment/person", revised(&|version| version["assessment"]["person"] = json!(pseudonym))),
        ] {
            let answer = Raw::post(path.clone()).key(&fresh_key()).json(&body).send(&office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [pointer], "{body}");
        }
        let [listed] = inbox(&app.centre_a()).await.try_into().expect("the first version alone");
        assert_eq!((listed.id, listed.version), (first.id, 1));
        let good = serde_json::from_value(revised(&|_| {})).unwrap();
        assert_eq!(office.revise_security_notice(first.id, &good, None).await.unwrap().counts.addressed, 3);
    }

    async fn all_are_told_and_each_centre_answers_for_itself(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let notice = issued(&office, examples::issue_security_broadcast()).await;
        let centres = [app.centre_a(), app.centre_b(), app.centre_c()];
        assert_eq!(notice.counts.addressed, 3);
        for centre in &centres {
            let [listed] = inbox(centre).await.try_into().expect("one notice");
            assert_eq!((listed.id, listed.acknowledged_at), (notice.id, None));
        }
        let counsellor = somebody(&centres[1]);
        let read = counsellor.read_security_notice(notice.id, None).await.unwrap();
        assert_eq!(read.subject, ToldSubject::Country { country: "RO".into() });
        let role = acknowledged_as(AcknowledgingRole::Counsellor);
        counsellor.acknowledge_security_notice(notice.id, &role, None).await.expect("it is not urgent");
        let counts = office.get_security_notice(notice.id).await.unwrap().counts;
        assert_eq!((counts.addressed, counts.delivered, counts.read, counts.acknowledged), (3, 3, 1, 1));
        assert_eq!(inbox(&centres[0]).await[0].acknowledged_at, None, "another's acknowledgement is not its own");
    }

    async fn a_region_is_told_as_the_directory_says_when_it_is_issued(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let notice = |laender: Value| with(|notice| {
            notice["kind"] = json!("threat_counsellor");
            notice["audience"] = json!({ "type": "region", "laender": laender, "subject": { "type": "counsellors" } });
        });
        let nobody = serde_json::from_value(notice(json!(["DE-HH"]))).unwrap();
        let refused = office.issue_security_notice(&nobody, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/audience"], "no centre is known there");

        let shelter = json!({ "type": "shelter", "area": { "laender": ["DE-HH", "DE-SH"] } });
        for (centre, place) in [
            (app.centre_a(), location("Hamburg", "20095")),
            (app.centre_b(), shelter),
            (app.centre_c(), location("München", "80331")),
        ] {
            entry_at(&centre, place).await;
        }
        let told = issued(&office, notice(json!(["DE-HH"]))).await;
        assert_eq!(told.counts.addressed, 2);
        assert!(inbox(&app.centre_c()).await.is_empty(), "Munich is not told");
        for centre in [app.centre_a(), app.centre_b()] {
            assert_eq!(inbox(&centre).await[0].id, told.id);
            let read = somebody(&centre).read_security_notice(told.id, None).await.unwrap();
            assert_eq!((read.subject, read.laender), (ToldSubject::Counsellors {}, vec![Land::Hamburg]));
        }
        let both = issued(&office, notice(json!(["DE-HH", "DE-BY"]))).await;
        assert_eq!(both.counts.addressed, 3);
    }

    async fn a_centre_is_told_what_concerns_itself_by_its_entry_in_the_directory(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let entry = entry_of(&app.centre_b()).await;
        let notice = |centre: Value| with(|notice| {
            notice["kind"] = json!("threat_centre");
            notice["audience"] = json!({ "type": "centre", "subject": { "type": "centre", "centre_id": centre } });
        });
        let told = issued(&office, notice(json!(entry))).await;
        assert_eq!(inbox(&app.centre_b()).await[0].id, told.id);
        assert!(inbox(&app.centre_a()).await.is_empty());
        let nobody = serde_json::from_value(notice(json!(crate::support::NOBODYS))).unwrap();
        let refused = office.issue_security_notice(&nobody, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/audience/subject/centre_id"]);
    }
}

/// The published description leaves no room either: whatever lies under an audience of several centres.
#[test]
fn the_description_has_no_field_for_a_person_under_an_audience_of_several_centres() {
    let description: Value = serde_json::from_str(&freigabe_http::openapi_json()).unwrap();
    let schema = &description["components"]["schemas"]["PublicSubject"];
    let mut fields: Vec<&str> = Vec::new();
    for subject in schema["oneOf"].as_array().expect("one of several") {
        assert_eq!(subject["additionalProperties"], json!(false), "{subject}");
        fields.extend(
            subject["properties"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str),
        );
    }
    fields.sort_unstable();
    fields.dedup();
    assert_eq!(fields, ["country", "type"]);
    let audience = &description["components"]["schemas"]["NoticeAudience"];
    for several in audience["oneOf"].as_array().unwrap() {
        let kind = &several["properties"]["type"];
        let fields: Vec<&str> = several["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        if kind.to_string().contains("\"centre\"") {
            assert!(several.to_string().contains("CentreSubject"), "{several}");
        } else {
            assert!(
                fields
                    .iter()
                    .all(|field| ["type", "laender", "subject"].contains(field)),
                "{fields:?}"
            );
            assert!(
                several.to_string().contains("PublicSubject")
                    && !several.to_string().contains("CentreSubject")
            );
        }
    }
}
