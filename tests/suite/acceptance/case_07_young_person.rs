//! A fifteen-year-old whose representative is the suspect.

use freigabe_client::{Client, Tagged};
use freigabe_contract::{
    ProblemType,
    consent::{Assent, Consent, Grantor},
    disclosure::Needed,
    vocabulary::{Capacity, RefusalReason, RepresentativeBasis},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    consent::{ConsentBuilder, at},
    expect::reasons,
    network::KB_HAMBURG,
    on_both_databases,
};

use crate::support::{collected, recorded, released, revised};

on_both_databases! {
    async fn a_suspected_representative_never_counts_an_appointed_one_with_assent_does(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, of_a_minor(RepresentativeBasis::ParentalCustody, true, assented())).await;
        assert_eq!(
            refusals(&centre, &consent).await,
            [(RefusalReason::RepresentativeRequired, Needed::Representative)]
        );

        let appointed = of_a_minor(RepresentativeBasis::SupplementaryCarer, false, Assent::NotRecorded {});
        let consent = revised(&centre, &consent, appointed).await;
        assert_eq!(refusals(&centre, &consent).await, [(RefusalReason::AssentRequired, Needed::Assent)]);

        let appointed = of_a_minor(RepresentativeBasis::SupplementaryCarer, false, assented());
        let consent = revised(&centre, &consent, appointed).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        assert_eq!(disclosure.consent_revision, 3);
        assert_eq!(collected(&office, disclosure.id).await.items.len(), 1);
    }

    async fn a_suspected_representative_and_a_missing_assent_are_both_told(app: TestApp) {
        let centre = app.centre_a();
        let consent = of_a_minor(RepresentativeBasis::ParentalCustody, true, Assent::NotRecorded {});
        let consent = recorded(&centre, consent).await;
        let mut told: Vec<_> = refusals(&centre, &consent).await.into_iter().map(|(reason, _)| reason).collect();
        told.sort_unstable();
        assert_eq!(told, [RefusalReason::RepresentativeRequired, RefusalReason::AssentRequired]);
    }

    async fn a_young_person_who_disagrees_is_not_overruled_and_one_too_young_to_say_is_represented(app: TestApp) {
        let centre = app.centre_a();
        let against = of_a_minor(RepresentativeBasis::Guardianship, false, Assent::Refused {});
        let against = recorded(&centre, against).await;
        assert_eq!(refusals(&centre, &against).await, [(RefusalReason::AssentRequired, Needed::Assent)]);

        let too_young = Assent::NotAble { reason: "drei Jahre alt".into() };
        let too_young = recorded(&centre, of_a_minor(RepresentativeBasis::Guardianship, false, too_young)).await;
        let _ = released(&centre, a_draft(too_young.record_id)).await;
    }

    async fn a_minor_alone_needs_a_representative_and_an_adult_speaks_for_herself(app: TestApp) {
        let centre = app.centre_a();
        let alone = recorded(&centre, a_consent().with(|terms| terms.capacity = Capacity::Minor)).await;
        assert_eq!(
            refusals(&centre, &alone).await,
            [(RefusalReason::RepresentativeRequired, Needed::Representative)]
        );

        let spoken_for = of_a_minor(RepresentativeBasis::ParentalCustody, false, assented());
        let spoken_for = recorded(&centre, spoken_for.with(|terms| terms.capacity = Capacity::Full)).await;
        assert!(matches!(spoken_for.terms.as_ref().unwrap().grantor, Grantor::Representative { .. }));
        assert_eq!(
            refusals(&centre, &spoken_for).await,
            [(RefusalReason::PersonMustConsent, Needed::OwnConsent)]
        );
    }
}

fn of_a_minor(basis: RepresentativeBasis, suspected: bool, assent: Assent) -> ConsentBuilder {
    a_consent().minor_represented_by(basis, suspected, assent)
}

fn assented() -> Assent {
    Assent::Given {
        at: at("2026-11-01T10:15:00+01:00"),
    }
}

/// The reasons against releasing anything under a consent, all of which concern the whole message.
async fn refusals(centre: &Client, consent: &Tagged<Consent>) -> Vec<(RefusalReason, Needed)> {
    let refused = centre
        .release_disclosure(&a_draft(consent.record_id).build(), None)
        .await;
    let problem = refused.expect_problem(ProblemType::DisclosureRefused);
    assert!(
        reasons(&problem).iter().all(|(_, item)| item.is_none()),
        "{:?}",
        reasons(&problem)
    );
    problem
        .refusals
        .into_iter()
        .map(|refusal| (refusal.reason, refusal.needed))
        .collect()
}
