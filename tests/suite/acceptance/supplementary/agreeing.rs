//! How a supplementary agreement comes about and ends.

use freigabe_client::{AgreementFilter, Client, PageQuery};
use freigabe_contract::{
    ProblemType,
    gathering::Participant,
    vocabulary::{AgreementStanding, Operation},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{CENTRE_A, COORDINATION, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::{agreed, confirmed, proposed, terms, with, written};
use crate::support::{
    NOBODYS,
    trail::{text, trail_of},
};

use AgreementStanding::{Confirmed, Ended, InForce, Proposed};

async fn all(of: &Client, standing: Option<AgreementStanding>) -> Vec<Uuid> {
    let filter = AgreementFilter { standing };
    let page = PageQuery::default();
    let found = of.list_supplementary_agreements(&filter, &page).await;
    let items = found.expect("a page").items;
    items.into_iter().map(|one| one.id).collect()
}

async fn standing(of: &Client, id: Uuid) -> AgreementStanding {
    let found = of.get_supplementary_agreement(id).await;
    found.expect("an agreement").standing
}

on_both_databases! {
    async fn it_is_in_force_when_every_party_has_confirmed_it_and_its_time_has_come(app: TestApp) {
        let (office, a, coordination) = (app.office(KB_HAMBURG), app.centre_a(), app.coordination());
        let proposal = proposed(&office, terms(&app)).await;
        assert_eq!((proposal.standing, proposal.confirmed_at), (Proposed, None));
        assert_eq!(proposal.proposed_by, Participant::Office { office: KB_HAMBURG.into() });
        let shares: Vec<u64> = proposal.parties.iter().map(|party| party.share_cents).collect();
        assert_eq!(shares, [3334, 3333, 3333], "to the cent");
        assert_eq!(proposal.parties[0].confirmed_at, Some(proposal.proposed_at), "whoever proposes has said yes");
        office.confirm_supplementary_agreement(proposal.id, None).await.expect_problem(ProblemType::Conflict);

        assert_eq!(confirmed(&a, proposal.id).await.standing, Proposed, "one is missing");
        let key = fresh_key();
        let done = coordination.confirm_supplementary_agreement(proposal.id, Some(&key)).await.unwrap();
        assert_eq!((done.standing, done.confirmed_at.is_some()), (Confirmed, true), "its time has not come");
        let again = coordination.confirm_supplementary_agreement(proposal.id, Some(&key)).await.unwrap();
        assert_eq!(again, done, "once, however often it is sent");
        for reader in [&app.centre_b(), &app.office(HAMBURG), &coordination] {
            assert_eq!(reader.get_supplementary_agreement(proposal.id).await.unwrap(), done, "no secret among the partners");
        }
        for (time, expected) in [
            ("2026-12-31T23:59:59Z", Confirmed),
            ("2027-01-01T00:00:00Z", InForce),
            ("2027-12-31T23:59:59Z", InForce),
            ("2028-01-01T00:00:00Z", Ended),
        ] {
            app.set_database_time(time);
            assert_eq!(standing(&a, proposal.id).await, expected, "{time}");
            for wanted in [Proposed, Confirmed, InForce, Ended] {
                let listed = all(&a, Some(wanted)).await.contains(&proposal.id);
                assert_eq!(listed, wanted == expected, "{time}: {wanted:?}");
            }
        }
        a.end_supplementary_agreement(proposal.id, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn each_kind_of_party_proposes(app: TestApp) {
        for by in [app.office(KB_HAMBURG), app.centre_a(), app.coordination()] {
            let proposal = proposed(&by, terms(&app)).await;
            let said_yes = proposal.parties.iter().filter(|party| party.confirmed_at.is_some());
            assert_eq!(said_yes.map(|party| party.participant.clone()).collect::<Vec<_>>(), [proposal.proposed_by]);
        }
    }

    async fn only_parties_confirm_and_end(app: TestApp) {
        let proposal = proposed(&app.centre_a(), terms(&app)).await;
        for stranger in [app.centre_b(), app.office(HAMBURG)] {
            for id in [proposal.id, NOBODYS] {
                stranger.confirm_supplementary_agreement(id, None).await.expect_problem(ProblemType::NotFound);
                stranger.end_supplementary_agreement(id, None).await.expect_problem(ProblemType::NotFound);
            }
        }
        assert_eq!(standing(&app.centre_a(), proposal.id).await, Proposed);
    }

    async fn any_party_ends_it_at_once_and_for_good(app: TestApp) {
        let coordination = app.coordination();
        let one = agreed(&app, with(terms(&app), "valid_from", json!("2026-01-01T00:00:00Z"))).await;
        assert_eq!(one.standing, InForce);
        let key = fresh_key();
        let over = coordination.end_supplementary_agreement(one.id, Some(&key)).await.unwrap();
        let organisation_id = app.network().participant(COORDINATION).organisation;
        assert_eq!((over.standing, &over.ended_by), (Ended, &Some(Participant::Coordination { organisation_id })));
        assert_eq!(coordination.end_supplementary_agreement(one.id, Some(&key)).await.unwrap(), over);
        app.centre_a().end_supplementary_agreement(one.id, None).await.expect_problem(ProblemType::Conflict);

        let declined = proposed(&app.office(KB_HAMBURG), terms(&app)).await;
        let declined = app.centre_a().end_supplementary_agreement(declined.id, None).await.unwrap();
        coordination.confirm_supplementary_agreement(declined.id, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn the_list_is_newest_first_and_has_pages(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let mut made = Vec::new();
        for _ in 0..3 {
            made.insert(0, proposed(&office, terms(&app)).await.id);
            app.advance(Duration::seconds(1));
        }
        assert_eq!(all(&app.centre_c(), None).await, made);
        let first = PageQuery { limit: Some(2), cursor: None };
        let first = office.list_supplementary_agreements(&AgreementFilter::default(), &first).await.unwrap();
        let rest = PageQuery::at(first.next);
        let rest = office.list_supplementary_agreements(&AgreementFilter::default(), &rest).await.unwrap();
        assert_eq!(rest.items.iter().map(|one| one.id).collect::<Vec<_>>(), made[2..]);
        assert_eq!(rest.next, None);
    }

    async fn a_repeated_proposal_is_one_proposal(app: TestApp) {
        let (office, key) = (app.office(KB_HAMBURG), fresh_key());
        let new = written(terms(&app));
        let first = office.propose_supplementary_agreement(&new, Some(&key)).await.unwrap();
        assert_eq!(office.propose_supplementary_agreement(&new, Some(&key)).await.unwrap(), first);
        let other = written(with(terms(&app), "title", json!("Anderes")));
        let reused = office.propose_supplementary_agreement(&other, Some(&key)).await;
        reused.expect_problem(ProblemType::IdempotencyKeyReused);
        assert_eq!(all(&office, None).await, [first.id]);
    }

    async fn who_proposed_confirmed_and_ended_which_is_in_the_log_and_no_text(app: TestApp) {
        let one = agreed(&app, terms(&app)).await;
        app.centre_a().end_supplementary_agreement(one.id, None).await.unwrap();
        for (operation, by) in [
            (Operation::SupplementaryAgreementProposed, vec![KB_HAMBURG]),
            (Operation::SupplementaryAgreementConfirmed, vec![CENTRE_A, COORDINATION]),
            (Operation::SupplementaryAgreementEnded, vec![CENTRE_A]),
        ] {
            let events = trail_of(&app.auditor(), operation).await;
            let actors: Vec<String> = events.iter().map(|event| text(event, "/actor/client")).collect();
            assert_eq!(actors, by);
            for event in &events {
                assert_eq!(text(event, "/supplementary_agreement"), one.id.to_string());
                let written = serde_json::to_string(event).unwrap();
                assert!(!written.contains("Saal") && !written.contains("EUR"), "{written}");
            }
        }
    }
}
