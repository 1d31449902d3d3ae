//! Rules that concern more than one reason to refuse.

use freigabe_domain::{
    consent::{
        Assent, Capacity, ConsentStatus, Decision, Exclusion, ForceFault, Grantor, Mediation,
        RepresentativeBasis,
    },
    disclosure::{Needed, Refusal, RefusalReason},
    instant::Instant,
    vocabulary::{Action, Category, ExpressScope, ExpressScopes, Handling, Language, Purpose},
};

use crate::given::{self, NOW, Situation, exclusion, office_id};

#[track_caller]
fn reasons(situation: &Situation) -> Vec<RefusalReason> {
    match situation.assess() {
        Ok(grants) => panic!("authorised by the grants {grants:?}"),
        Err(refusals) => refusals.iter().map(|refusal| refusal.reason).collect(),
    }
}

#[test]
fn refused_not_asked_withdrawn_expired_and_superseded_never_authorise() {
    for decision in [Decision::Refused, Decision::NotAsked] {
        let mut situation = Situation::good();
        situation.consent = given::locked_consent(decision);
        assert_eq!(reasons(&situation), [RefusalReason::NoConsent]);
    }
    // The head decides even where the terms and the clock would still allow everything.
    for (status, reason) in [
        (ConsentStatus::Refused, RefusalReason::NoConsent),
        (ConsentStatus::NotAsked, RefusalReason::NoConsent),
        (ConsentStatus::Withdrawn, RefusalReason::Withdrawn),
        (ConsentStatus::Expired, RefusalReason::Expired),
    ] {
        assert_eq!(
            reasons(&Situation::good().with_status(status)),
            [reason],
            "{status}"
        );
    }
    for named in [0, 2, 4] {
        let mut situation = Situation::good();
        situation.disclosure.named_revision = Some(named);
        assert_eq!(
            reasons(&situation),
            [RefusalReason::Superseded],
            "revision {named}"
        );
    }
}

#[test]
fn naming_the_latest_revision_is_no_fault() {
    let mut situation = Situation::good();
    situation.disclosure.named_revision = Some(situation.consent.head.revision);
    assert!(situation.assess().is_ok());
}

#[test]
fn a_given_head_without_terms_authorises_nothing() {
    let mut situation = Situation::good().with_status(ConsentStatus::Given);
    situation.consent.decision = Decision::Refused;
    assert_eq!(reasons(&situation), [RefusalReason::NoConsent]);
}

#[test]
fn valid_until_is_exclusive_to_the_microsecond() {
    let end = given::END.as_unix_micros();
    let mut situation = Situation::good();
    situation.now = Instant::from_unix_micros(end - 1);
    assert!(situation.assess().is_ok());
    for late in [end, end + 1] {
        situation.now = Instant::from_unix_micros(late);
        assert_eq!(reasons(&situation), [RefusalReason::Expired]);
    }
}

#[test]
fn valid_from_is_inclusive_to_the_microsecond() {
    let begin = given::YESTERDAY.as_unix_micros();
    let mut situation = Situation::good();
    situation.now = Instant::from_unix_micros(begin);
    assert!(situation.assess().is_ok());
    situation.now = Instant::from_unix_micros(begin - 1);
    assert_eq!(reasons(&situation), [RefusalReason::NotYetValid]);
}

#[test]
fn each_item_is_covered_by_a_grant_of_its_own() {
    let mut situation = Situation::good();
    situation.grant().categories = vec![Category::PhoneNumber];
    let mut second = given::grant();
    second.categories = vec![Category::Vehicle];
    situation.terms().grants.push(second);
    assert_eq!(situation.assess(), Ok(vec![1, 0]));
}

#[test]
fn two_grants_never_add_up() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    let (mut for_danger, mut for_phones) = (given::grant(), given::grant());
    for_danger.purposes = vec![Purpose::DangerPrevention];
    for_phones.categories = vec![Category::PhoneNumber];
    situation.terms().grants = vec![for_danger, for_phones];
    // One allows vehicles, the other the criminal investigation; neither allows vehicles for it.
    assert_eq!(
        situation.assess(),
        Err(vec![Refusal {
            reason: RefusalReason::PurposeNotCovered,
            item: Some(0),
            needed: Needed::Purpose(Purpose::CriminalInvestigation),
        }])
    );
}

#[test]
fn express_scopes_of_two_grants_never_add_up() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    situation.item().touches = [ExpressScope::Health, ExpressScope::Identity]
        .into_iter()
        .collect();
    let (mut health, mut identity) = (given::grant(), given::grant());
    health.express_scopes = ExpressScopes::NONE.with(ExpressScope::Health);
    identity.express_scopes = ExpressScopes::NONE.with(ExpressScope::Identity);
    situation.terms().grants = vec![health, identity];
    assert_eq!(reasons(&situation), [RefusalReason::ExpressScopeMissing]);
}

#[test]
fn an_exclusion_always_wins() {
    let exclusions = [
        Exclusion {
            recipient: Some(office_id(given::ADDRESSED)),
            ..exclusion()
        },
        Exclusion {
            category: Some(Category::Vehicle),
            ..exclusion()
        },
        Exclusion {
            express_scope: Some(ExpressScope::Health),
            ..exclusion()
        },
        Exclusion {
            purpose: Some(Purpose::CriminalInvestigation),
            ..exclusion()
        },
    ];
    for ruled_out in exclusions {
        let mut situation = Situation::good();
        situation.disclosure.items.truncate(1);
        situation.item().touches = ExpressScopes::NONE.with(ExpressScope::Health);
        situation.grant().express_scopes = ExpressScopes::NONE.with(ExpressScope::Health);
        // However many grants say yes.
        let grant = situation.grant().clone();
        situation.terms().grants = vec![grant; 3];
        assert!(situation.assess().is_ok());
        situation.terms().exclusions.push(ruled_out.clone());
        assert_eq!(
            situation.assess(),
            Err(vec![Refusal {
                reason: RefusalReason::Excluded,
                item: Some(0),
                needed: Needed::ExclusionLifted(0),
            }]),
            "{ruled_out:?}"
        );
    }
}

#[test]
fn an_exclusion_matches_when_each_dimension_that_it_names_matches() {
    let health = ExpressScopes::NONE.with(ExpressScope::Health);
    let here = office_id(given::ADDRESSED);
    let all = Exclusion {
        recipient: Some(here.clone()),
        category: Some(Category::Vehicle),
        express_scope: Some(ExpressScope::Health),
        purpose: Some(Purpose::VictimProtection),
    };
    let (vehicle, protection) = (Category::Vehicle, Purpose::VictimProtection);
    assert!(all.matches(&here, vehicle, health, protection));
    assert!(all.matches(
        &here,
        vehicle,
        health.with(ExpressScope::Identity),
        protection
    ));
    assert!(!all.matches(&office_id(given::SUPERIOR), vehicle, health, protection));
    assert!(!all.matches(&here, Category::PhoneNumber, health, protection));
    assert!(!all.matches(&here, vehicle, ExpressScopes::NONE, protection));
    assert!(!all.matches(&here, vehicle, health, Purpose::DangerPrevention));
}

#[test]
fn an_exclusion_that_names_nothing_matches_nothing() {
    assert!(!exclusion().names_something());
    assert!(!exclusion().matches(
        &office_id(given::ADDRESSED),
        Category::Vehicle,
        ExpressScopes::NONE,
        Purpose::DangerPrevention,
    ));
}

#[test]
fn a_superior_office_is_another_recipient() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    situation.disclosure.recipient = office_id(given::SUPERIOR);
    assert_eq!(
        situation.assess(),
        Err(vec![Refusal {
            reason: RefusalReason::RecipientNotCovered,
            item: Some(0),
            needed: Needed::Recipient(office_id(given::SUPERIOR)),
        }])
    );
    // And the other way round: what a Direktion may know, its Inspektion may not.
    situation.grant().recipients = vec![office_id(given::SUPERIOR)];
    assert!(situation.assess().is_ok());
    situation.disclosure.recipient = office_id(given::ADDRESSED);
    assert_eq!(reasons(&situation), [RefusalReason::RecipientNotCovered]);
}

fn represented(capacity: Capacity, suspected: bool, assent: Assent) -> Situation {
    let mut situation = Situation::good();
    situation.terms().capacity = capacity;
    situation.terms().grantor = Grantor::Representative {
        basis: if capacity == Capacity::Represented {
            RepresentativeBasis::LegalGuardian
        } else {
            RepresentativeBasis::Guardianship
        },
        representative: given::reference("vormund-2"),
        suspected,
        assent,
    };
    situation
}

fn assents() -> [Assent; 2] {
    [
        Assent::Given {
            at: given::YESTERDAY,
        },
        Assent::NotAble {
            reason: given::line("drei Jahre alt"),
        },
    ]
}

#[test]
fn a_representative_counts_only_on_a_ground_that_reaches_the_person() {
    let [given, _] = assents();
    for capacity in [Capacity::Minor, Capacity::Represented] {
        for basis in RepresentativeBasis::ALL {
            let mut situation = represented(capacity, false, given.clone());
            if let Grantor::Representative { basis: ground, .. } = &mut situation.terms().grantor {
                *ground = *basis;
            }
            let for_adults = *basis == RepresentativeBasis::LegalGuardian;
            if for_adults == (capacity == Capacity::Represented) {
                assert!(situation.assess().is_ok(), "{capacity:?}, {basis:?}");
            } else {
                assert_eq!(
                    reasons(&situation),
                    [RefusalReason::RepresentativeRequired],
                    "{capacity:?}, {basis:?}"
                );
            }
        }
    }
}

#[test]
fn a_representative_counts_with_the_assent_of_whoever_is_able_to_give_it() {
    for capacity in [Capacity::Minor, Capacity::Represented] {
        for assent in assents() {
            assert!(represented(capacity, false, assent).assess().is_ok());
        }
    }
}

#[test]
fn a_suspected_representative_never_counts() {
    for capacity in [Capacity::Minor, Capacity::Represented] {
        for assent in assents() {
            assert_eq!(
                reasons(&represented(capacity, true, assent)),
                [RefusalReason::RepresentativeRequired]
            );
        }
    }
}

#[test]
fn assent_refused_beats_the_representative() {
    for capacity in [Capacity::Minor, Capacity::Represented] {
        for assent in [Assent::Refused, Assent::NotRecorded] {
            assert_eq!(
                reasons(&represented(capacity, false, assent)),
                [RefusalReason::AssentRequired]
            );
        }
    }
}

#[test]
fn a_shared_language_needs_no_interpreter() {
    let mut situation = Situation::good();
    let half = Some(given::legal_half(Language::Thai));
    situation.terms().conversation.language = Language::Thai;
    situation.terms().data_protection_consent = half.clone();
    situation.terms().confidentiality_release = half;
    assert!(situation.assess().is_ok());
}

#[test]
fn a_talk_in_german_needs_no_interpreter() {
    let mut situation = Situation::good();
    situation.terms().conversation.mediation = Mediation::NotRecorded;
    assert!(situation.assess().is_ok());
}

#[test]
fn either_form_in_another_language_than_the_talk_must_be_read_back() {
    let change_form: [fn(&mut Situation); 2] = [
        |s| s.terms().data_protection_consent = Some(given::legal_half(Language::English)),
        |s| s.terms().confidentiality_release = Some(given::legal_half(Language::English)),
    ];
    for change in change_form {
        let mut situation = Situation::good();
        change(&mut situation);
        assert_eq!(reasons(&situation), [RefusalReason::ReadBackRequired]);
        situation.terms().conversation.read_back_at = Some(given::YESTERDAY);
        assert!(situation.assess().is_ok());
    }
}

#[test]
fn a_form_in_another_language_must_be_read_back_even_when_the_other_form_is_missing() {
    let mut situation = Situation::good();
    situation.terms().data_protection_consent = Some(given::legal_half(Language::English));
    situation.terms().confidentiality_release = None;
    assert_eq!(
        reasons(&situation),
        [
            RefusalReason::ConfidentialityReleaseMissing,
            RefusalReason::ReadBackRequired
        ]
    );
}

#[test]
fn handling_instructions_are_kept_only_by_their_own_code() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    situation.grant().handling = Handling::H3;
    situation.grant().handling_instructions = Some(given::paragraph("Nur an die Sachbearbeitung"));
    for handling in [Handling::H0, Handling::H1, Handling::H2] {
        situation.item().handling = handling;
        assert_eq!(reasons(&situation), [RefusalReason::HandlingNotCovered]);
    }
    situation.item().handling = Handling::H3;
    assert!(situation.assess().is_ok());
}

#[test]
fn all_refusals_come_at_once() {
    let mut situation = Situation::good().with_status(ConsentStatus::Withdrawn);
    situation.now = given::END;
    let terms = situation.terms();
    terms.data_protection_consent = None;
    terms.confidentiality_release = None;
    terms.notice.consequences = false;
    terms.capacity = Capacity::Minor;
    terms.evidence = None;
    terms.conversation.language = Language::Edo;
    terms.conversation.mediation = Mediation::NotRecorded;
    terms.exclusions.push(Exclusion {
        category: Some(Category::PhoneNumber),
        ..exclusion()
    });
    situation.disclosure.named_revision = Some(1);
    situation.disclosure.recipient = office_id(given::NOT_COMPETENT);
    situation.disclosure.purpose = Purpose::VictimProtection;
    situation.disclosure.onward_transfer = true;
    situation.grant().actions.clear();
    situation.grant().handling = Handling::H1;
    situation.item().category = Category::FinanceDebt;
    situation.item().touches = [ExpressScope::Identity, ExpressScope::FamilyAbroad]
        .into_iter()
        .collect();

    let refusals = situation.assess().unwrap_err();
    let of = |item: Option<usize>| -> Vec<RefusalReason> {
        refusals
            .iter()
            .filter(|refusal| refusal.item == item)
            .map(|refusal| refusal.reason)
            .collect()
    };
    use RefusalReason::*;
    assert_eq!(
        of(None),
        [
            Withdrawn,
            Expired,
            DataProtectionConsentMissing,
            ConfidentialityReleaseMissing,
            NoticeIncomplete,
            RepresentativeRequired,
            InterpreterRequired,
            EvidenceMissing,
            Superseded,
            OfficeNotCompetent,
        ]
    );
    let grant_falls_short = [
        RecipientNotCovered,
        PurposeNotCovered,
        ActionNotCovered,
        ActionNotCovered,
        HandlingNotCovered,
    ];
    assert_eq!(
        of(Some(0)),
        [
            &[CategoryNotCovered][..],
            &grant_falls_short,
            &[ExpressScopeMissing, ExpressScopeMissing]
        ]
        .concat()
    );
    assert_eq!(of(Some(1)), [&[Excluded][..], &grant_falls_short].concat());
}

#[test]
fn what_is_missing_is_told_against_the_grant_that_comes_closest() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    let (mut far, mut near) = (given::grant(), given::grant());
    far.purposes.clear();
    far.actions.clear();
    near.actions.clear();
    situation.terms().grants = vec![far, near];
    assert_eq!(
        situation.assess(),
        Err(vec![Refusal {
            reason: RefusalReason::ActionNotCovered,
            item: Some(0),
            needed: Needed::Action(Action::Collect),
        }])
    );
}

#[test]
fn of_grants_that_come_equally_close_the_first_counts() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    let (mut first, mut second) = (given::grant(), given::grant());
    first.purposes.clear();
    second.actions.clear();
    situation.terms().grants = vec![first, second];
    assert_eq!(reasons(&situation), [RefusalReason::PurposeNotCovered]);
}

#[test]
fn a_grant_of_the_same_category_is_closer_than_any_of_another() {
    let mut situation = Situation::good();
    situation.disclosure.items.truncate(1);
    situation.item().touches = ExpressScope::ALL.iter().copied().collect();
    let mut of_another = given::grant();
    of_another.categories = vec![Category::SafeReturn];
    of_another.express_scopes = ExpressScope::ALL.iter().copied().collect();
    let mut of_the_same = given::grant();
    of_the_same.recipients.clear();
    of_the_same.purposes.clear();
    of_the_same.actions.clear();
    situation.terms().grants = vec![of_another, of_the_same];
    assert!(!reasons(&situation).contains(&RefusalReason::CategoryNotCovered));
}

#[test]
fn without_any_grant_the_category_is_not_covered() {
    let mut situation = Situation::good();
    situation.terms().grants.clear();
    situation.disclosure.items.truncate(1);
    assert_eq!(
        situation.assess(),
        Err(vec![Refusal {
            reason: RefusalReason::CategoryNotCovered,
            item: Some(0),
            needed: Needed::Category(Category::Vehicle),
        }])
    );
}

#[test]
fn a_refusal_has_a_reason_however_many_grants_there_are() {
    let mut situation = Situation::good();
    let mut elsewhere = given::grant();
    elsewhere.categories = vec![Category::SafeReturn];
    // One more than the evidence of an authorisation can number: the grant that would fit is the last one.
    let mut grants = vec![elsewhere; usize::from(u16::MAX) + 1];
    grants.push(given::grant());
    situation.terms().grants = grants;
    assert!(
        situation
            .assess()
            .is_err_and(|refusals| !refusals.is_empty())
    );
    situation.terms().grants.remove(0);
    assert_eq!(situation.assess(), Ok(vec![u16::MAX, u16::MAX]));
}

#[test]
fn faults_of_force_come_once_each_and_in_order() {
    let mut situation = Situation::good().with_status(ConsentStatus::Expired);
    // By the head and by the clock, and twice the representative: suspected, and without the assent.
    situation.now = given::END;
    situation.terms().capacity = Capacity::Minor;
    assert_eq!(
        situation.consent.force_faults(situation.now),
        [ForceFault::Expired, ForceFault::RepresentativeRequired]
    );
}

#[test]
fn the_scope_alone_decides_which_held_messages_survive_a_revision() {
    let mut situation = Situation::good();
    situation.terms().evidence = None;
    situation.terms().notice.consequences = false;
    situation.terms().valid_until = NOW;
    situation.disclosure.recipient = office_id(given::ADDRESSED);
    assert!(situation.assess().is_err());
    assert!(situation.disclosure.within_scope_of(&situation.consent));

    situation.terms().exclusions.push(Exclusion {
        category: Some(Category::PhoneNumber),
        ..exclusion()
    });
    assert!(!situation.disclosure.within_scope_of(&situation.consent));
}

#[test]
fn nothing_is_within_the_scope_of_a_refusal() {
    for decision in [Decision::Refused, Decision::NotAsked] {
        let consent = given::locked_consent(decision);
        assert!(!given::disclosure_terms().within_scope_of(&consent));
    }
}
