//! The tables of agreements refuse what makes no sense, what was confirmed can't be added to, and an agreed office that is gone is not replaced
//! by the federal default.

use freigabe_domain::{
    Error,
    access::{OfficeCaller, Partner},
    disclosure::{Needed, RefusalReason},
    exchange::{RegionalDesk as _, ReleaseDesk as _},
    ids::{CentreId, RegionalAgreementId},
    instant::Instant,
    office::{CompetenceError, Land, OfficeId, Task},
    regional::{
        AgreementArea, AgreementStanding, Hours, NewRegionalAgreement, NoticeDeadlines,
        OfferDeadlines, PostcodePrefix, Precedence,
    },
    store::Scope,
    text::ShortText,
};
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases, store::good_draft};

use super::{
    isolation::{Given, entry_of},
    raw::{self, Says},
    refusals::{
        Rule::{Check, Foreign, Unique},
        assert_refused,
    },
};

/// Between the office and a centre, for a Land where nothing else happens here.
pub(crate) fn an_agreement(test: &TestStore, centre: CentreId) -> NewRegionalAgreement {
    let office = test.office().office();
    let hours = |hours| Hours::new(hours).unwrap();
    NewRegionalAgreement {
        title: ShortText::parse("Kooperationsvereinbarung").unwrap(),
        reference: None,
        offices: vec![office.clone()],
        centres: vec![centre],
        area: AgreementArea::new([Land::Saarland], []).unwrap(),
        valid_from: Instant::from_unix_micros(0),
        valid_until: None,
        precedence: Precedence::Replaces,
        competent_offices: vec![(Task::CriminalInvestigation, office.clone())],
        offers: Some(OfferDeadlines {
            remind_after: hours(2),
            answer_within: hours(12),
        }),
        notices: Some(NoticeDeadlines {
            routine: hours(48),
            urgent: hours(2),
        }),
        replaces: None,
    }
}

/// For the middle of Hamburg, the centre and this other office have agreed that it investigates.
async fn in_force(test: &TestStore, office: &OfficeCaller) -> RegionalAgreementId {
    let named: OfficeId = office.office().clone();
    let new = NewRegionalAgreement {
        offices: vec![named.clone()],
        area: AgreementArea::new([], [PostcodePrefix::parse("20").unwrap()]).unwrap(),
        competent_offices: vec![(Task::CriminalInvestigation, named)],
        ..an_agreement(test, entry_of(test).await)
    };
    let centre = Partner::Centre(test.centre().clone());
    let request = test.request(&centre);
    let proposed = test
        .application
        .propose_regional_agreement(&centre, &request, new);
    let id = proposed.await.unwrap().value.agreement.id;
    let office = Partner::Office(office.clone());
    let request = test.request(&office);
    let confirmed = test
        .application
        .confirm_regional_agreement(&office, &request, id);
    assert_eq!(
        confirmed.await.unwrap().value.standing,
        AgreementStanding::InForce
    );
    id
}

on_both_databases! {
    async fn contradictory_agreements_are_refused_by_the_database(given: Given) {
        for (why, rule, statement) in [
            ("an agreement ends after it begins", Check, "UPDATE regional_agreements SET valid_until = valid_from"),
            ("a precedence is one of the vocabulary", Check, "UPDATE regional_agreements SET precedence = 'federal_default'"),
            ("somebody proposes", Check, "UPDATE regional_agreements SET proposed_by_office = NULL"),
            ("one of them proposes", Check, "UPDATE regional_agreements SET proposed_by_organisation = (SELECT organisation_id FROM regional_agreement_parties WHERE organisation_id IS NOT NULL)"),
            ("somebody ends", Check, "UPDATE regional_agreements SET ended_at = 1"),
            ("who ends says when", Check, "UPDATE regional_agreements SET ended_by_office = proposed_by_office"),
            ("two deadlines belong together", Check, "UPDATE regional_agreements SET offer_answer_within = NULL"),
            ("an answer is due after the reminder", Check, "UPDATE regional_agreements SET offer_remind_after = 13"),
            ("a deadline is thirty days at most", Check, "UPDATE regional_agreements SET notice_routine = 721"),
            ("an urgent notice is reminded of sooner", Check, "UPDATE regional_agreements SET notice_urgent = 49"),
            ("nothing replaces itself", Check, "UPDATE regional_agreements SET replaces = id"),
            ("a party is an office or a centre", Check, "UPDATE regional_agreement_parties SET office_id = NULL WHERE office_id IS NOT NULL"),
            ("a party is one of them", Check, "UPDATE regional_agreement_parties SET organisation_id = (SELECT id FROM organisations WHERE role = 'centre' AND id NOT IN (SELECT organisation_id FROM regional_agreement_parties WHERE organisation_id IS NOT NULL) LIMIT 1), centre_id = agreement_id WHERE office_id IS NOT NULL"),
            ("a party stands once", Unique, "INSERT INTO regional_agreement_parties SELECT agreement_id, number + 5, office_id, organisation_id, centre_id, confirmed_at FROM regional_agreement_parties"),
            ("a competent office is a party", Foreign, "UPDATE regional_agreement_offices SET office_id = 'bpoli-kb-rostock'"),
            ("a task is one of the vocabulary", Check, "UPDATE regional_agreement_offices SET task = 'everything'"),
            ("an area has a name", Check, "UPDATE regional_agreement_areas SET code = ''"),
        ] {
            assert_refused(&given.test, why, rule, statement).await;
        }
    }

    async fn an_agreed_office_that_is_gone_is_not_replaced_by_the_federal_default(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let office = test.another_office("bpoli-kb-rostock").await;
        in_force(&test, &office).await;
        let gone = "UPDATE offices SET active = false WHERE id = 'bpoli-kb-rostock'";
        assert_eq!(test.execute(gone).await.unwrap(), 1);
        let request = test.request(test.centre());
        let refused = test.application.release_disclosure(test.centre(), &request, good_draft(consent)).await;
        let Err(Error::Refused(refusals)) = refused else { panic!("the office by default took its place: {refused:?}") };
        assert_eq!(refusals.reasons.len(), 1);
        assert_eq!(refusals.reasons[0].reason, RefusalReason::OfficeNotCompetent);
        let inactive = CompetenceError::InactiveAgreedOffice { office: office.office().clone() };
        assert_eq!(refusals.reasons[0].needed, Needed::Competence(inactive));
    }

    async fn an_agreement_costs_no_statement_more(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let checked = async || {
            let check = async || test.application.check_disclosure(test.centre(), good_draft(consent)).await.unwrap();
            test.counting(check).await.1
        };
        let without = checked().await;
        let office = test.another_office("bpoli-kb-rostock").await;
        in_force(&test, &office).await;
        let with = checked().await;
        let asked = |statements: &[String]| statements.iter().filter(|sql| sql.contains("regional_agreements")).count();
        assert_eq!((asked(&without), asked(&with)), (1, 1), "{without:#?}");
        assert_eq!(with.len(), without.len());
    }
}

#[test]
fn what_another_party_has_confirmed_can_not_be_added_to() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let office = Says::of(&Scope::from(given.test.office()));
        let centre = Says::of(&Scope::from(given.test.centre()));
        let adds = |code: &str| {
            format!(
                "INSERT INTO regional_agreement_areas SELECT id, '{code}' FROM regional_agreements"
            )
        };
        let proposer = raw::execute(&connection, &office, &adds("DE-BY")).await;
        assert_eq!(proposer.unwrap(), 1, "as long as it writes its proposal");
        raw::assert_held_off(&connection, &centre, &adds("DE-BE")).await;
        let confirms =
            "UPDATE regional_agreement_parties SET confirmed_at = 1 WHERE confirmed_at IS NULL";
        assert_eq!(given.test.execute(confirms).await.unwrap(), 1);
        raw::assert_held_off(&connection, &office, &adds("DE-BE")).await;
        let office_too = "INSERT INTO regional_agreement_offices SELECT agreement_id, 'danger_prevention', office_id \
             FROM regional_agreement_parties WHERE office_id IS NOT NULL";
        raw::assert_held_off(&connection, &office, office_too).await;
    });
}
