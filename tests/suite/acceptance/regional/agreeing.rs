//! How an agreement comes about and ends: all say yes to the same text, any of them ends it, and who is no party has no part in it.

use freigabe_client::{AgreementFilter, Client, PageQuery};
use freigabe_contract::{
    ProblemType,
    regional::{AgreementParty, RegionalAgreement},
    vocabulary::{AgreementStanding, Operation, Precedence},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    expect::pointers,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::{
    AGREED, REPLACES, SUPPLEMENTS, agreed, confirmed, ended, proposed, terms, with, written,
};
use crate::support::{
    NOBODYS,
    directory::entry_of,
    trail::{text, trail_of},
};

use AgreementStanding::{Confirmed, Ended, InForce, Proposed};

async fn standing(of: &Client, id: Uuid) -> AgreementStanding {
    let found = of.get_regional_agreement(id).await;
    found.expect("an agreement").standing
}

/// All agreements that stand so, newest first.
async fn all(of: &Client, standing: Option<AgreementStanding>) -> Vec<Uuid> {
    let filter = AgreementFilter { standing };
    let found = of
        .list_regional_agreements(&filter, &PageQuery::default())
        .await;
    let items = found.expect("a page").items;
    items
        .into_iter()
        .map(|one: RegionalAgreement| one.id)
        .collect()
}

on_both_databases! {
    async fn an_agreement_is_in_force_when_every_party_has_confirmed_it(app: TestApp) {
        let (a, b) = (app.centre_a(), app.centre_b());
        let entries = [entry_of(&a).await, entry_of(&b).await];
        let two = with(with(terms(entries[0], REPLACES), "centres", json!(entries)), "offices", json!([AGREED, HAMBURG]));
        let proposal = proposed(&a, two).await;
        assert_eq!((proposal.standing, proposal.precedence, proposal.confirmed_at), (Proposed, Precedence::Replaces, None));
        let organisation = app.network().participant(CENTRE_A).organisation;
        assert_eq!(proposal.proposed_by, AgreementParty::Centre { organisation_id: organisation });
        assert_eq!(proposal.centres[0].confirmed_at, Some(proposal.proposed_at), "whoever proposes has said yes");
        assert_eq!((proposal.centres[0].organisation_id, proposal.centres[0].centre_id), (organisation, entries[0]));
        assert!(proposal.offices.iter().all(|party| party.confirmed_at.is_none()));

        for party in [&app.office(AGREED), &b] {
            assert_eq!(confirmed(party, proposal.id).await.standing, Proposed, "one is missing");
        }
        let key = fresh_key();
        let last = app.office(HAMBURG);
        let done = last.confirm_regional_agreement(proposal.id, Some(&key)).await.unwrap();
        assert_eq!(done.standing, InForce);
        assert!(done.confirmed_at >= Some(proposal.proposed_at));
        assert_eq!(last.confirm_regional_agreement(proposal.id, Some(&key)).await.unwrap(), done, "once, however often it is sent");
        last.confirm_regional_agreement(proposal.id, None).await.expect_problem(ProblemType::Conflict);
        for reader in [&a, &b, &app.centre_c(), &last, &app.office(KB_HAMBURG), &app.coordination()] {
            assert_eq!(reader.get_regional_agreement(proposal.id).await.unwrap(), done, "it is no secret among the partners");
        }
    }

    async fn only_parties_confirm_and_end(app: TestApp) {
        let centre = app.centre_a();
        let proposal = proposed(&centre, terms(entry_of(&centre).await, REPLACES)).await;
        for stranger in [app.centre_b(), app.office(HAMBURG)] {
            for id in [proposal.id, NOBODYS] {
                stranger.confirm_regional_agreement(id, None).await.expect_problem(ProblemType::NotFound);
                stranger.end_regional_agreement(id, None).await.expect_problem(ProblemType::NotFound);
            }
        }
        centre.confirm_regional_agreement(proposal.id, None).await.expect_problem(ProblemType::Conflict);
        app.coordination().confirm_regional_agreement(proposal.id, None).await.expect_problem(ProblemType::Forbidden);
        assert_eq!(standing(&centre, proposal.id).await, Proposed);
    }

    async fn any_party_ends_it_at_once_and_for_good(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let office = app.office(AGREED);
        let in_force = agreed(&app, &centre, terms(entry, REPLACES)).await;
        let key = fresh_key();
        let over = office.end_regional_agreement(in_force.id, Some(&key)).await.unwrap();
        assert_eq!((over.standing, over.ended_at.is_some()), (Ended, true));
        assert_eq!(over.ended_by, Some(AgreementParty::Office { office: AGREED.into() }));
        assert_eq!(office.end_regional_agreement(in_force.id, Some(&key)).await.unwrap(), over);
        office.end_regional_agreement(in_force.id, None).await.expect_problem(ProblemType::Conflict);
        centre.end_regional_agreement(in_force.id, None).await.expect_problem(ProblemType::Conflict);

        let declined = proposed(&centre, terms(entry, REPLACES)).await;
        assert_eq!(ended(&office, declined.id).await.standing, Ended, "a proposal is declined so");
        office.confirm_regional_agreement(declined.id, None).await.expect_problem(ProblemType::Conflict);
        let taken_back = proposed(&office, terms(entry, SUPPLEMENTS)).await;
        ended(&office, taken_back.id).await;
        centre.confirm_regional_agreement(taken_back.id, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn its_time_begins_and_ends_by_the_databases_clock(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let timed = with(terms(entry, REPLACES), "valid_from", json!("2026-11-25T00:00:00Z"));
        let timed = with(timed, "valid_until", json!("2026-11-26T00:00:00Z"));
        let late = proposed(&centre, timed.clone()).await;
        let agreement = agreed(&app, &centre, timed).await;
        assert_eq!(agreement.standing, Confirmed, "confirmed, and not in force yet");
        for (time, expected) in [
            ("2026-11-24T23:58:00Z", Confirmed),
            ("2026-11-25T00:00:01Z", InForce),
            ("2026-11-25T23:58:00Z", InForce),
            ("2026-11-26T00:00:00Z", Ended),
        ] {
            app.set_database_time(time);
            assert_eq!(standing(&centre, agreement.id).await, expected, "{time}");
            assert!(all(&centre, Some(expected)).await.contains(&agreement.id), "{time}");
        }
        let too_late = app.office(AGREED).confirm_regional_agreement(late.id, None).await;
        too_late.expect_problem(ProblemType::Conflict);
        let over = app.office(AGREED).end_regional_agreement(agreement.id, None).await;
        over.expect_problem(ProblemType::Conflict);
    }

    async fn a_change_is_a_new_agreement_that_replaces_the_former_when_it_begins(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(AGREED));
        let entry = entry_of(&centre).await;
        let former = agreed(&app, &centre, terms(entry, REPLACES)).await;
        let next = with(with(terms(entry, SUPPLEMENTS), "replaces", json!(former.id)), "valid_from", json!("2026-12-01T00:00:00Z"));
        let next = proposed(&office, next).await;
        assert_eq!(next.replaces, Some(former.id));
        assert_eq!(centre.get_regional_agreement(former.id).await.unwrap(), former, "nothing happens by a proposal");
        assert_eq!(confirmed(&centre, next.id).await.standing, Confirmed);
        let announced = centre.get_regional_agreement(former.id).await.unwrap();
        assert_eq!((announced.standing, announced.replaced_by, announced.replaced_at), (InForce, Some(next.id), Some(next.valid_from)));

        app.set_database_time("2026-12-01T00:00:01Z");
        assert_eq!(standing(&centre, former.id).await, Ended);
        assert_eq!(standing(&centre, next.id).await, InForce);
        assert_eq!(all(&centre, Some(InForce)).await, [next.id]);
        ended(&centre, next.id).await;
        assert_eq!(standing(&centre, former.id).await, Ended, "what was replaced does not come back");
        assert_eq!(all(&centre, Some(InForce)).await, Vec::<Uuid>::new());
    }

    async fn one_that_is_ended_before_its_time_replaces_nothing(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let former = agreed(&app, &centre, terms(entry, REPLACES)).await;
        let next = with(with(terms(entry, REPLACES), "replaces", json!(former.id)), "valid_from", json!("2026-12-01T00:00:00Z"));
        let next = agreed(&app, &centre, next).await;
        ended(&centre, next.id).await;
        app.set_database_time("2026-12-02T00:00:00Z");
        assert_eq!(standing(&centre, former.id).await, InForce);
        assert_eq!(all(&centre, Some(InForce)).await, [former.id]);
    }

    async fn the_list_has_all_of_them_or_those_that_stand_so(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(AGREED));
        let entry = entry_of(&centre).await;
        let mut made = Vec::new();
        for _ in 0..2 {
            made.push(proposed(&centre, terms(entry, REPLACES)).await.id);
            app.advance(Duration::seconds(1));
            made.push(agreed(&app, &centre, terms(entry, REPLACES)).await.id);
            app.advance(Duration::seconds(1));
            let over = proposed(&centre, terms(entry, REPLACES)).await.id;
            ended(&office, over).await;
            made.push(over);
            app.advance(Duration::seconds(1));
            let later = with(terms(entry, REPLACES), "valid_from", json!("2027-01-01T00:00:00Z"));
            made.push(agreed(&app, &centre, later).await.id);
            app.advance(Duration::seconds(1));
        }
        made.reverse();
        let [l2, e2, f2, p2, l1, e1, f1, p1] = made.clone().try_into().unwrap();
        for reader in [&app.centre_c(), &app.office(KB_HAMBURG), &app.coordination()] {
            assert_eq!(all(reader, None).await, made);
            assert_eq!(all(reader, Some(Proposed)).await, [p2, p1]);
            assert_eq!(all(reader, Some(Confirmed)).await, [l2, l1]);
            assert_eq!(all(reader, Some(InForce)).await, [f2, f1]);
            assert_eq!(all(reader, Some(Ended)).await, [e2, e1]);
        }
        let (mut paged, mut cursor) = (Vec::new(), None);
        loop {
            let asked = PageQuery { limit: Some(3), cursor };
            let page = centre.list_regional_agreements(&AgreementFilter::default(), &asked).await.unwrap();
            paged.extend(page.items.iter().map(|one| one.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, made);
    }

    async fn a_repeated_proposal_is_one_proposal(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let key = fresh_key();
        let first = centre.propose_regional_agreement(&written(terms(entry, REPLACES)), Some(&key)).await.unwrap();
        let again = centre.propose_regional_agreement(&written(terms(entry, REPLACES)), Some(&key)).await.unwrap();
        assert_eq!(first, again);
        let other = centre.propose_regional_agreement(&written(terms(entry, SUPPLEMENTS)), Some(&key)).await;
        other.expect_problem(ProblemType::IdempotencyKeyReused);
        assert_eq!(all(&centre, None).await, [first.id]);
    }

    async fn who_proposed_confirmed_and_ended_which_is_in_the_log(app: TestApp) {
        let centre = app.centre_a();
        let agreement = agreed(&app, &centre, terms(entry_of(&centre).await, REPLACES)).await;
        ended(&centre, agreement.id).await;
        for (operation, by) in [
            (Operation::RegionalAgreementProposed, CENTRE_A),
            (Operation::RegionalAgreementConfirmed, AGREED),
            (Operation::RegionalAgreementEnded, CENTRE_A),
        ] {
            let [event] = trail_of(&app.auditor(), operation).await.try_into().expect("one event");
            assert_eq!(text(&event, "/regional_agreement"), agreement.id.to_string());
            assert_eq!(text(&event, "/actor/client"), by);
        }
    }

    async fn only_what_all_its_parties_agree_to_replace_is_replaced(app: TestApp) {
        let (a, b) = (app.centre_a(), app.centre_b());
        let entries = [entry_of(&a).await, entry_of(&b).await];
        let both = with(terms(entries[0], REPLACES), "centres", json!(entries));
        let former = proposed(&a, both.clone()).await;
        let of_former = |terms: serde_json::Value| written(with(terms, "replaces", json!(former.id)));
        let faulty = async |by: &Client, terms| {
            let refused = by.propose_regional_agreement(&of_former(terms), None).await;
            assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/replaces"]);
        };
        faulty(&a, both.clone()).await; // It is only proposed.
        confirmed(&b, former.id).await;
        confirmed(&app.office(AGREED), former.id).await;
        faulty(&a, terms(entries[0], REPLACES)).await; // Centre B would not be asked.
        let stranger = entry_of(&app.centre_c()).await;
        faulty(&app.centre_c(), with(both.clone(), "centres", json!([entries[0], entries[1], stranger]))).await;
        let replaced = a.propose_regional_agreement(&of_former(both.clone()), None).await.unwrap();
        assert_eq!(replaced.replaces, Some(former.id));
        ended(&b, former.id).await;
        faulty(&a, both).await; // It is over.
    }
}
