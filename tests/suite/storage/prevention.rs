//! The tables of supplementary agreements, prevention days and media references refuse what makes no sense; shares that don't add up are never
//! read; and nobody adds to what was proposed, or answers for another.

use freigabe_domain::{
    Error,
    access::{Partner, PartnerOrCoordination},
    directory::WebAddress,
    exchange::{
        MediaDesk as _, NewInvitations, NewMediaReference, PreventionDesk as _,
        SupplementaryDesk as _,
    },
    gathering::{CostBearing, LongGeneralText, Participant, ShortGeneralText, Span, Venue},
    ids::{CentreId, SupplementaryAgreementId},
    instant::Instant,
    media::{MediaPlace, MediaSubject},
    prevention::NewPreventionEvent,
    store::{Scope, StoreError},
    supplementary::{CurrencyCode, Money, NewSupplementaryAgreement, Shares},
};
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases};

use super::{
    isolation::Given,
    raw::{self, Says},
};

fn text(text: &str) -> ShortGeneralText {
    ShortGeneralText::parse(text).unwrap()
}

fn office_of(test: &TestStore) -> PartnerOrCoordination {
    PartnerOrCoordination::Partner(Partner::Office(test.office().clone()))
}

/// The office proposes that it and the centre share a hundred euros.
async fn proposed(test: &TestStore) -> SupplementaryAgreementId {
    let euros = Money::new(10_000, CurrencyCode::parse("EUR").unwrap()).unwrap();
    let parts = vec![
        (Participant::Office(test.office().office().clone()), 1),
        (Participant::Centre(test.centre().centre()), 2),
    ];
    let new = NewSupplementaryAgreement {
        title: text("Saal"),
        reference: Some(text("VG 3")),
        shares: Shares::by_parts(euros, parts).unwrap(),
        valid_from: Instant::from_unix_micros(0),
        valid_until: Instant::parse("2030-01-01T00:00:00Z").unwrap(),
    };
    let office = office_of(test);
    let request = test.request(&office);
    let proposed = test
        .application
        .propose_supplementary_agreement(&office, &request, new);
    proposed.await.unwrap().value.agreement.id
}

/// The office proposes something, plans a day to which it invites the centre, and names the coordination somewhere.
pub(super) async fn gathered(test: &TestStore, centre: CentreId) {
    proposed(test).await;
    let (application, office) = (&test.application, test.office());
    let at = |time: &str| Instant::parse(time).unwrap();
    let day = NewPreventionEvent {
        title: text("Präventionstag"),
        description: LongGeneralText::parse("Wer hilft").unwrap(),
        span: Span::new(at("2029-05-01T09:00:00Z"), at("2029-05-01T16:00:00Z")).unwrap(),
        venue: Venue::new(Some(text("Kiel")), None).unwrap(),
        public: true,
        costs: CostBearing::Own,
    };
    let request = test.request(office);
    let planned = application.plan_prevention_event(office, &request, day);
    let event = planned.await.unwrap().value.id;
    let who = NewInvitations {
        centres: vec![centre],
        ..NewInvitations::default()
    };
    let invited = application.invite_prevention_event(office, event, Some(1), who);
    assert_eq!(invited.await.unwrap().value.invitations.len(), 1);
    let page = WebAddress::parse("https://www.example.org/hilfe").unwrap();
    let reference = NewMediaReference {
        place: MediaPlace::Page(page),
        names: MediaSubject::Coordination,
    };
    let request = test.request(office);
    let added = application.add_media_reference(office, &request, reference);
    added.await.unwrap();
}

on_both_databases! {
    async fn contradictions_are_refused_by_the_database(given: Given) {
        for (rule, statement) in [
            ("an agreement ends after it begins", "UPDATE supplementary_agreements SET valid_until = valid_from"),
            ("something is shared", "UPDATE supplementary_agreements SET total_cents = 0"),
            ("a currency has three letters", "UPDATE supplementary_agreements SET currency = 'EURO'"),
            ("somebody proposes", "UPDATE supplementary_agreements SET proposed_by_office = NULL"),
            ("somebody ends", "UPDATE supplementary_agreements SET ended_at = 1"),
            ("nobody gets money", "UPDATE supplementary_agreement_parties SET share_cents = -1"),
            ("a party is somebody", "UPDATE supplementary_agreement_parties SET office_id = NULL, centre_organisation = NULL"),
            (
                "a party stands once",
                "INSERT INTO supplementary_agreement_parties SELECT agreement_id, number + 5, office_id, centre_organisation, \
                 coordination_organisation, share_cents, confirmed_at FROM supplementary_agreement_parties",
            ),
            ("a day has a length", "UPDATE prevention_events SET ends_at = starts_at"),
            ("a day is somewhere", "UPDATE prevention_events SET place = NULL"),
            ("a state is one of the vocabulary", "UPDATE prevention_events SET state = 'postponed', closed_at = 1"),
            ("what is over has an end", "UPDATE prevention_events SET state = 'cancelled'"),
            ("nothing is held before it begins", "UPDATE prevention_events SET state = 'held', closed_at = starts_at - 1"),
            ("an answer has its time", "UPDATE prevention_invitations SET answer = 'accepted'"),
            ("an answer is one of the vocabulary", "UPDATE prevention_invitations SET answer = 'maybe', answered_at = invited_at"),
            ("somebody is invited", "UPDATE prevention_invitations SET centre_organisation = NULL"),
            ("a page is no leaflet", "UPDATE media_references SET leaflet_title = 'x'"),
            ("it is something", "UPDATE media_references SET page = NULL"),
            ("whoever found something has looked", "UPDATE media_references SET found = 'yes'"),
            ("whoever has not looked has not", "UPDATE media_references SET looked_at = looked_at + 1"),
        ] {
            assert!(given.test.execute(statement).await.is_err(), "{rule}, but the database took: {statement}");
        }
    }

    async fn shares_that_do_not_add_up_are_never_read(test: TestStore) {
        let agreement = proposed(&test).await;
        let read = async || test.application.supplementary_agreement(&office_of(&test), agreement).await;
        assert_eq!(read().await.unwrap().agreement.shares.total().cents(), 10_000);
        for damage in [
            "UPDATE supplementary_agreement_parties SET share_cents = share_cents + 1 WHERE number = 0",
            "UPDATE supplementary_agreements SET total_cents = total_cents + 2",
            "UPDATE supplementary_agreements SET parties = 3",
        ] {
            assert_eq!(test.execute(damage).await.unwrap(), 1);
            let refused = read().await;
            assert!(matches!(refused, Err(Error::Store(StoreError::Corrupt(_)))), "{damage}: {refused:?}");
        }
    }
}

#[test]
fn nobody_adds_to_a_proposal_or_does_what_is_anothers() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let office = Says::of(&Scope::from(given.test.office()));
        let centre = Says::of(&Scope::from(given.test.centre()));
        let stranger = Says::of(&Scope::from(&given.other_centre));
        let third = "INSERT INTO supplementary_agreement_parties (agreement_id, number, office_id, share_cents) \
             SELECT id, 2, 'bpoli-kiel', 0 FROM supplementary_agreements";
        for (says, statement) in [
            (&office, third),
            (&centre, third),
            (
                &stranger,
                "INSERT INTO prevention_invitations (event_id, number, centre_organisation, invited_at) \
                 SELECT id, 7, freigabe_organisation(), 1 FROM prevention_events",
            ),
        ] {
            raw::assert_held_off(&connection, says, statement).await;
        }
        let confirms = "UPDATE supplementary_agreement_parties SET confirmed_at = 1";
        assert_eq!(
            raw::execute(&connection, &stranger, confirms)
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            raw::execute(&connection, &centre, confirms).await.unwrap(),
            1,
            "for itself"
        );
        let answers =
            "UPDATE prevention_invitations SET answer = 'accepted', answered_at = invited_at";
        for (says, expected) in [(&stranger, 0), (&office, 0), (&centre, 1)] {
            assert_eq!(
                raw::execute(&connection, says, answers).await.unwrap(),
                expected
            );
        }
        let cancels = "UPDATE prevention_events SET state = 'cancelled', closed_at = 1";
        assert_eq!(
            raw::execute(&connection, &stranger, cancels).await.unwrap(),
            0
        );
        raw::assert_held_off(&connection, &centre, cancels).await;
        let looks = "UPDATE media_references SET removed_at = added_at";
        for (says, expected) in [(&stranger, 0), (&centre, 0), (&office, 1)] {
            assert_eq!(
                raw::execute(&connection, says, looks).await.unwrap(),
                expected
            );
        }
    });
}
