//! The closed vocabularies: what partners see must stay what it is.

use std::collections::BTreeSet;

use freigabe_domain::vocabulary::{
    Category, CategoryKind, ExpressScope, ExpressScopes, NeverAccepted,
};

/// Defines the same test for each vocabulary.
macro_rules! vocabularies {
    ($( $test:ident: $name:path; )+) => {$(
        #[test]
        fn $test() {
            type Vocabulary = $name;
            let mut codes = BTreeSet::new();
            for member in Vocabulary::ALL {
                let code = member.code();
                assert!(codes.insert(code), "{code} stands twice");
                assert!(code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)), "{code:?}");
                assert_eq!(Vocabulary::from_code(code), Ok(*member));
                let json = serde_json::to_string(member).unwrap();
                assert_eq!(json, format!("\"{code}\""));
                assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), *member);
                assert!(!member.german().trim().is_empty() && !member.english().trim().is_empty(), "{code}");
            }
            for unknown in ["", " ", "no such code"] {
                assert!(Vocabulary::from_code(unknown).is_err());
                assert!(serde_json::from_value::<Vocabulary>(unknown.into()).is_err());
            }
        }
    )+};
}

vocabularies! {
    categories_read_back: Category;
    kinds_of_category_read_back: CategoryKind;
    never_accepted_reads_back: NeverAccepted;
    express_scopes_read_back: ExpressScope;
    purposes_read_back: freigabe_domain::vocabulary::Purpose;
    actions_read_back: freigabe_domain::vocabulary::Action;
    source_grades_read_back: freigabe_domain::vocabulary::SourceGrade;
    information_grades_read_back: freigabe_domain::vocabulary::InformationGrade;
    handling_codes_read_back: freigabe_domain::vocabulary::Handling;
    statements_read_back: freigabe_domain::vocabulary::Statement;
    languages_read_back: freigabe_domain::vocabulary::Language;
    consent_statuses_read_back: freigabe_domain::consent::ConsentStatus;
    consent_events_read_back: freigabe_domain::consent::ConsentEventKind;
    kinds_of_form_read_back: freigabe_domain::consent::FormKind;
    capacities_read_back: freigabe_domain::consent::Capacity;
    representations_read_back: freigabe_domain::consent::RepresentativeBasis;
    evidence_media_read_back: freigabe_domain::consent::EvidenceMedium;
    place_roles_read_back: freigabe_domain::disclosure::PlaceRole;
    person_roles_read_back: freigabe_domain::disclosure::PersonRole;
    disclosure_states_read_back: freigabe_domain::disclosure::DisclosureState;
    seal_reasons_read_back: freigabe_domain::disclosure::SealReason;
    refusal_reasons_read_back: freigabe_domain::disclosure::RefusalReason;
    notice_causes_read_back: freigabe_domain::withdrawal::NoticeCause;
    operations_read_back: freigabe_domain::audit::Operation;
    outcomes_read_back: freigabe_domain::audit::Outcome;
    denial_reasons_read_back: freigabe_domain::audit::DenialReason;
    tasks_read_back: freigabe_domain::office::Task;
    competence_reasons_read_back: freigabe_domain::office::CompetenceReason;
    competence_notes_read_back: freigabe_domain::office::CompetenceNote;
    office_kinds_read_back: freigabe_domain::office::OfficeKind;
    specialisms_read_back: freigabe_domain::office::Specialism;
    laender_read_back: freigabe_domain::office::Land;
    roles_read_back: freigabe_domain::access::Role;
    regimes_read_back: freigabe_domain::access::DataProtectionRegime;
}

#[test]
fn what_is_never_accepted_is_no_category_and_no_scope() {
    for never in NeverAccepted::ALL {
        assert!(Category::from_code(never.code()).is_err());
        assert!(ExpressScope::from_code(never.code()).is_err());
    }
}

#[test]
fn point_4_knows_fifteen_findings_and_ten_measures() {
    let of = |kind| Category::ALL.iter().filter(|c| c.kind() == kind).count();
    assert_eq!(of(CategoryKind::InvestigativeFinding), 15);
    assert_eq!(of(CategoryKind::ProtectiveMeasure), 10);
}

#[test]
fn a_set_of_scopes_tells_all_of_them_apart() {
    for scope in ExpressScope::ALL {
        let alone = ExpressScopes::NONE.with(*scope);
        assert_eq!(alone.iter().collect::<Vec<_>>(), [*scope]);
    }
    let all: ExpressScopes = ExpressScope::ALL.iter().copied().collect();
    assert_eq!(all.iter().collect::<Vec<_>>(), ExpressScope::ALL);
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<ExpressScopes>(&json).unwrap(), all);
    let health = ExpressScopes::NONE.with(ExpressScope::Health);
    assert!(health.minus(all).is_empty());
    assert!(!all.minus(health).contains(ExpressScope::Health));
    assert_eq!(all.minus(health).union(health), all);
}
