//! A withdrawal wins, here as for point 4; and nothing of the involvement changes by it.

use freigabe_contract::{ProblemType, vocabulary::ContactState};
use freigabe_domain::{
    erasure::{ErasureTarget, Taken},
    exchange::RetentionDesk as _,
    ids::CaseId,
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, network::HAMBURG, on_both_databases,
};
use serde_json::Value;

use super::{CANARY, Helped};

on_both_databases! {
    async fn what_waits_is_sealed_at_once_and_stays_so(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let consent = helped.allowed().await;
        let told = helped.told(consent).await;
        let withdrawn = helped.office.withdraw_contact_consent(consent).await.unwrap();
        assert_eq!((withdrawn.sealed, withdrawn.to_erase), (1, 0));
        assert_eq!(app.inspect().rows_in("contact_contents").await, 0, "destroyed in the same transaction");
        helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        helped.centre.get_contact_details(told.id).await.expect_problem(ProblemType::NotFound);
        assert!(helped.centre.list_contact_details(&Default::default()).await.unwrap().items.is_empty());
        helped.office.release_contact_details(consent, &helped.details(), None).await.expect_problem(ProblemType::ContactRefused);
        assert_eq!(helped.office.withdraw_contact_consent(consent).await.unwrap(), withdrawn, "again it changes nothing");
        app.office(HAMBURG).withdraw_contact_consent(consent).await.expect_problem(ProblemType::NotFound);
        // Another consent opens nothing of what was sealed.
        helped.allowed().await;
        helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
    }

    async fn who_collected_is_asked_to_erase_and_says_so(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let consent = helped.allowed().await;
        let told = helped.told(consent).await;
        helped.centre.confirm_contact_erasure(told.id, None).await.expect_problem(ProblemType::Conflict);
        assert_eq!(helped.centre.collect_contact_details(told.id, None).await.unwrap().items[0].text.as_str(), CANARY);
        helped.centre.confirm_contact_erasure(told.id, None).await.expect_problem(ProblemType::Conflict);
        let withdrawn = helped.office.withdraw_contact_consent(consent).await.unwrap();
        assert_eq!((withdrawn.sealed, withdrawn.to_erase), (0, 1));
        assert_eq!(app.inspect().rows_in("contact_contents").await, 0);
        helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        let [asked] = helped.centre.list_contact_details(&Default::default()).await.unwrap().items.try_into().expect("one");
        assert!(asked.erasure_asked_at.is_some() && asked.erased_at.is_none());
        let erased = helped.centre.confirm_contact_erasure(told.id, None).await.unwrap();
        assert!(erased.erased_at.is_some());
        helped.centre.confirm_contact_erasure(told.id, None).await.expect_problem(ProblemType::Conflict);
        let seen = helped.office.get_contact_consent(consent).await.unwrap();
        assert_eq!((seen.details[0].state, seen.details[0].erased_at), (ContactState::Collected, erased.erased_at));
    }

    async fn of_a_withdrawal_and_a_collection_at_once_the_withdrawal_wins(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        for _ in 0..12 {
            let consent = helped.allowed().await;
            let told = helped.told(consent).await;
            let (withdrawn, collected) = tokio::join!(
                helped.office.withdraw_contact_consent(consent),
                helped.centre.collect_contact_details(told.id, None)
            );
            let withdrawn = withdrawn.unwrap();
            match collected {
                Ok(_) => assert_eq!((withdrawn.sealed, withdrawn.to_erase), (0, 1), "it came before, and is to be erased"),
                refused => {
                    refused.expect_problem(ProblemType::NotFound);
                    assert_eq!((withdrawn.sealed, withdrawn.to_erase), (1, 0));
                }
            }
            helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        }
    }

    async fn nothing_of_the_involvement_shows_whether_there_is_a_consent(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let told = async || {
            let mut told = Vec::new();
            for (client, path) in [
                (&helped.office, format!("/v1/involvements/{}", helped.involvement)),
                (&helped.office, "/v1/involvements".to_owned()),
                (&helped.centre, format!("/v1/involvement-offers/{}", helped.offer)),
                (&helped.centre, "/v1/involvement-offers".to_owned()),
            ] {
                let answer: Value = Raw::get(path).send(client).await.expect_status(200).json();
                told.push(answer.to_string());
            }
            told
        };
        let before = told().await;
        let consent = helped.allowed().await;
        assert_eq!(told().await, before, "allowed");
        let details = helped.told(consent).await;
        helped.centre.collect_contact_details(details.id, None).await.unwrap();
        assert_eq!(told().await, before, "told");
        helped.office.withdraw_contact_consent(consent).await.unwrap();
        assert_eq!(told().await, before, "taken back");
    }

    async fn a_case_of_an_office_is_erased_with_everything_of_it(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let case = helped.office.get_involvement(helped.involvement).await.unwrap().case_id;
        let consent = helped.allowed().await;
        let told = helped.told(consent).await;
        helped.centre.collect_contact_details(told.id, None).await.unwrap();
        app.publish_log().await;
        let target = ErasureTarget::Case(CaseId::from_uuid(case));
        let eraser = app.eraser().await;
        let announce = async || eraser.announce(target).await;
        assert!(announce().await.is_err(), "the involvement is open");
        helped.office.close_involvement(helped.involvement, None).await.unwrap();
        assert!(announce().await.is_err(), "the consent is still given");
        helped.office.withdraw_contact_consent(consent).await.unwrap();
        assert!(announce().await.is_err(), "the centre has not erased it yet");
        helped.centre.confirm_contact_erasure(told.id, None).await.unwrap();
        app.publish_log().await;
        let announced = announce().await.expect("an announced erasure");
        assert!(announced.is_some(), "all of it is in the log");
        app.publish_log().await;
        while let Taken::Some(_) = eraser.carry_out(target).await.expect("erased") {}
        for table in ["involvements", "involvement_offers", "contact_consents", "contact_details", "contact_contents"] {
            assert_eq!(app.inspect().rows_in(table).await, 0, "{table}");
        }
        helped.office.get_involvement(helped.involvement).await.expect_problem(ProblemType::NotFound);
    }
}
