//! Who is competent follows what was agreed: at the check, at the release, and again at the collection.

use freigabe_client::{Client, MatterQuery};
use freigabe_contract::{
    ProblemType,
    disclosure::Needed,
    office::CompetentOffice,
    vocabulary::{CompetenceReason, Operation, RefusalReason, Task},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    draft::{DraftBuilder, IN_HAMBURG},
    expect::reasons,
    network::{HAMBURG, HANNOVER, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;
use uuid::Uuid;

use super::{AGREED, REPLACES, SUPPLEMENTS, agreed, confirmed, ended, proposed, terms, with};
use crate::support::{
    collected,
    directory::entry_of,
    inbox_of, recorded, released,
    trail::{text, trail_of},
};

/// A consent of this centre that names every office of these tests.
async fn allowed(centre: &Client) -> Uuid {
    let consent = a_consent()
        .recipient(AGREED)
        .recipient(HAMBURG)
        .recipient(HANNOVER);
    recorded(centre, consent).await.record_id
}

async fn competent_at(client: &Client, postcode: &str, task: Task) -> CompetentOffice {
    let matter = MatterQuery {
        handling_office: None,
        postcode: Some(postcode.into()),
        task,
    };
    let found = client.get_competent_office(&matter).await;
    found.expect("a competent office")
}

/// Who is suggested for an investigation in the middle of Hamburg, why, and by which agreement.
async fn suggested(client: &Client) -> (String, CompetenceReason, Option<Uuid>) {
    let found = competent_at(client, IN_HAMBURG, Task::CriminalInvestigation).await;
    let office = found.office.id.as_str().to_owned();
    (office, found.reason, found.regional_agreement_id)
}

fn by_default() -> (String, CompetenceReason, Option<Uuid>) {
    (KB_HAMBURG.to_owned(), CompetenceReason::PlaceAndTask, None)
}

fn by_agreement(id: Uuid) -> (String, CompetenceReason, Option<Uuid>) {
    (
        AGREED.to_owned(),
        CompetenceReason::RegionalAgreement,
        Some(id),
    )
}

/// That a release is refused because this office alone is competent, by agreement.
async fn assert_refused_for_agreed(centre: &Client, draft: DraftBuilder) {
    let refused = centre.release_disclosure(&draft.build(), None).await;
    let problem = refused.expect_problem(ProblemType::DisclosureRefused);
    assert_eq!(
        reasons(&problem),
        [(RefusalReason::OfficeNotCompetent, None)]
    );
    let needed = Needed::CompetentOffice {
        office: AGREED.into(),
        reason: CompetenceReason::RegionalAgreement,
    };
    assert_eq!(problem.refusals[0].needed, needed);
}

on_both_databases! {
    async fn what_replaces_the_federal_default_decides_from_the_last_confirmation_to_the_end(app: TestApp) {
        let centre = app.centre_a();
        let consent = allowed(&centre).await;
        let to = |office: &str| a_draft(consent).recipient(office);
        let proposal = proposed(&centre, terms(entry_of(&centre).await, REPLACES)).await;
        assert_eq!(suggested(&centre).await, by_default(), "a proposal decides nothing");
        let before = released(&centre, to(KB_HAMBURG)).await;

        confirmed(&app.office(AGREED), proposal.id).await;
        assert_eq!(suggested(&centre).await, by_agreement(proposal.id));
        for office in [KB_HAMBURG, HAMBURG, HANNOVER] {
            assert_refused_for_agreed(&centre, to(office)).await;
        }
        let passes = released(&centre, to(AGREED)).await;
        assert_eq!(passes.competence, CompetenceReason::RegionalAgreement);
        assert!(collected(&app.office(AGREED), passes.id).await.disclosure.competence == CompetenceReason::RegionalAgreement);

        let default_office = app.office(KB_HAMBURG);
        default_office.collect_disclosure(before.id, None).await.expect_problem(ProblemType::NotFound);
        default_office.get_disclosure(before.id).await.expect_problem(ProblemType::NotFound);
        assert!(inbox_of(&default_office).await.is_empty(), "what can't be collected is not listed");
        assert!(app.inspect().holds_content_of(before.id).await, "it still waits");
        let waits = released(&centre, to(AGREED)).await;

        ended(&centre, proposal.id).await;
        assert_eq!(suggested(&centre).await, by_default());
        assert_eq!(inbox_of(&default_office).await, [before.id]);
        assert!(inbox_of(&app.office(AGREED)).await.is_empty());
        collected(&default_office, before.id).await;
        app.office(AGREED).collect_disclosure(waits.id, None).await.expect_problem(ProblemType::NotFound);
        let refused = centre.release_disclosure(&to(AGREED).build(), None).await;
        assert_eq!(reasons(&refused.expect_problem(ProblemType::DisclosureRefused)), [(RefusalReason::OfficeNotCompetent, None)]);

        let log = trail_of(&app.auditor(), Operation::DisclosureReleased).await;
        let by_agreement: Vec<_> = log.iter().filter(|event| text(event, "/outcome") == "done" && text(event, "/recipient") == AGREED).collect();
        assert_eq!(by_agreement.len(), 2);
        for event in by_agreement {
            assert_eq!(text(event, "/regional_agreement"), proposal.id.to_string(), "the log says by which agreement");
            assert_eq!(text(event, "/competence"), "regional_agreement");
        }
    }

    async fn whoever_took_the_case_over_is_shown_what_waits_there_whatever_was_agreed(app: TestApp) {
        let centre = app.centre_a();
        let consent = allowed(&centre).await;
        let waits = released(&centre, a_draft(consent)).await.id;
        agreed(&app, &centre, terms(entry_of(&centre).await, REPLACES)).await;
        let told = released(&centre, a_draft(consent).recipient(AGREED)).await.id;
        let default_office = app.office(KB_HAMBURG);
        assert!(inbox_of(&default_office).await.is_empty());

        let handover = json!({
            "known_from": { "type": "disclosure", "disclosure_id": told },
            "to": { "type": "office", "office": KB_HAMBURG }
        });
        let handover = serde_json::from_value(handover).unwrap();
        app.office(AGREED).hand_case_over(&handover, None).await.unwrap();
        assert_eq!(inbox_of(&default_office).await, [waits]);
        default_office.get_disclosure(waits).await.unwrap();
        collected(&default_office, waits).await;
    }

    async fn an_agreement_is_not_enough_the_person_must_have_named_the_office(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await.record_id;
        agreed(&app, &centre, terms(entry_of(&centre).await, REPLACES)).await;
        let refused = centre.release_disclosure(&a_draft(consent).recipient(AGREED).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::RecipientNotCovered, Some(0))]);
        let check = centre.check_disclosure(&a_draft(consent).recipient(AGREED).build()).await.unwrap();
        assert!(!check.authorized, "the check says the same");
    }

    async fn what_supplements_the_federal_default_admits_both(app: TestApp) {
        let centre = app.centre_a();
        let consent = allowed(&centre).await;
        let agreement = agreed(&app, &centre, terms(entry_of(&centre).await, SUPPLEMENTS)).await;
        assert_eq!(suggested(&centre).await, by_default(), "the suggestion stays");
        let also = competent_at(&centre, IN_HAMBURG, Task::CriminalInvestigation).await.also_competent;
        assert_eq!(also[0].office.as_str(), AGREED);
        assert_eq!((also[0].reason, also[0].regional_agreement_id), (CompetenceReason::RegionalAgreement, Some(agreement.id)));
        assert!(also[1..].iter().all(|other| other.regional_agreement_id.is_none()) && also.len() > 1);
        for (office, reason) in [
            (KB_HAMBURG, CompetenceReason::PlaceAndTask),
            (HAMBURG, CompetenceReason::PlaceAndTask),
            (HANNOVER, CompetenceReason::DirektionOfLand),
            (AGREED, CompetenceReason::RegionalAgreement),
        ] {
            let passes = released(&centre, a_draft(consent).recipient(office)).await;
            assert_eq!(passes.competence, reason, "{office}");
            collected(&app.office(office), passes.id).await;
        }
    }

    async fn it_decides_neither_outside_its_area_nor_for_another_task_or_time_nor_for_a_centre_that_is_no_party(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let timed = with(terms(entry, REPLACES), "valid_until", json!("2026-12-01T00:00:00Z"));
        let agreement = agreed(&app, &centre, timed).await;
        assert_eq!(suggested(&centre).await, by_agreement(agreement.id));
        for (postcode, task) in [("22041", Task::CriminalInvestigation), ("18055", Task::CriminalInvestigation), (IN_HAMBURG, Task::VictimProtection)] {
            let found = competent_at(&centre, postcode, task).await;
            assert_eq!((found.reason, found.regional_agreement_id), (CompetenceReason::PlaceAndTask, None), "{postcode} {task:?}");
        }
        for other in [app.centre_b(), app.office(AGREED), app.office(KB_HAMBURG), app.coordination()] {
            assert_eq!(suggested(&other).await, by_default());
        }
        let others = allowed(&app.centre_b()).await;
        released(&app.centre_b(), a_draft(others)).await;
        app.set_database_time("2026-12-01T00:00:00Z");
        assert_eq!(suggested(&centre).await, by_default());
    }

    async fn the_office_that_handles_the_case_comes_before_every_agreement(app: TestApp) {
        let centre = app.centre_a();
        let consent = allowed(&centre).await;
        agreed(&app, &centre, terms(entry_of(&centre).await, REPLACES)).await;
        let handled = released(&centre, a_draft(consent).handled_by(KB_HAMBURG)).await;
        assert_eq!(handled.competence, CompetenceReason::HandlesCase);
        collected(&app.office(KB_HAMBURG), handled.id).await;
        let refused = centre.release_disclosure(&a_draft(consent).handled_by(KB_HAMBURG).recipient(AGREED).build(), None).await;
        assert_eq!(reasons(&refused.expect_problem(ProblemType::DisclosureRefused)), [(RefusalReason::OfficeNotCompetent, None)]);
    }

    async fn the_narrower_area_comes_first_and_a_supplement_does_not_bring_the_default_back(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let of = |office: &str, precedence: &str, area| {
            let mut terms = with(with(terms(entry, precedence), "area", area), "offices", json!([office]));
            terms["deviations"]["competent_offices"][0]["office"] = json!(office);
            terms
        };
        let made = async |office: &str, precedence: &str, area| {
            let proposal = proposed(&centre, of(office, precedence, area)).await;
            confirmed(&app.office(office), proposal.id).await.id
        };
        let whole_land = made(HANNOVER, REPLACES, json!({ "laender": ["DE-HH"] })).await;
        assert_eq!(suggested(&centre).await, (HANNOVER.to_owned(), CompetenceReason::RegionalAgreement, Some(whole_land)));
        let beside = made(HAMBURG, SUPPLEMENTS, json!({ "postcodes": ["20"], "laender": ["DE-BY"] })).await;
        let found = competent_at(&centre, IN_HAMBURG, Task::CriminalInvestigation).await;
        assert_eq!((found.office.id.as_str(), found.regional_agreement_id), (HANNOVER, Some(whole_land)));
        assert_eq!(found.also_competent.iter().map(|one| (one.office.as_str(), one.regional_agreement_id)).collect::<Vec<_>>(), [(HAMBURG, Some(beside))]);
        let narrower = made(AGREED, REPLACES, json!({ "postcodes": ["2009"] })).await;
        assert_eq!(suggested(&centre).await, by_agreement(narrower));
        let found = competent_at(&centre, "20146", Task::CriminalInvestigation).await;
        assert_eq!(found.office.id.as_str(), HANNOVER, "the narrower one ends at its digits");
        // As narrow, and valid from a later time on.
        let mut later = of(KB_HAMBURG, REPLACES, json!({ "postcodes": ["2009"] }));
        later["valid_from"] = json!("2026-06-01T00:00:00Z");
        let later = proposed(&centre, later).await;
        confirmed(&app.office(KB_HAMBURG), later.id).await;
        assert_eq!(suggested(&centre).await, (KB_HAMBURG.to_owned(), CompetenceReason::RegionalAgreement, Some(later.id)));
    }

    async fn what_is_replaced_decides_until_the_new_one_begins(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let former = agreed(&app, &centre, terms(entry, REPLACES)).await;
        let mut next = with(with(terms(entry, REPLACES), "replaces", json!(former.id)), "valid_from", json!("2026-12-01T00:00:00Z"));
        next["deviations"] = json!({});
        let next = agreed(&app, &centre, next).await;
        assert_eq!(suggested(&centre).await, by_agreement(former.id));
        app.set_database_time("2026-12-01T00:00:00Z");
        assert_eq!(suggested(&centre).await, by_default(), "the new one says nothing about it");
        ended(&centre, next.id).await;
        assert_eq!(suggested(&centre).await, by_default(), "and nothing comes back");
    }
}
