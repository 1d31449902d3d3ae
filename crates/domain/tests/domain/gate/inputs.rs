//! Faults in what a centre sends, found before the gate is asked: what makes no sense whatever anybody allowed.

use freigabe_domain::{
    consent::{Assent, ConsentTerms, Grantor, LegalHalf, RepresentativeBasis, TermsFaultKind},
    disclosure::{Details, Item, ItemFaultKind, PersonRole, PlaceRole},
    instant::Instant,
    vocabulary::{Category, ExpressScope, ExpressScopes, Handling},
};
use time::Duration;

use crate::given;

#[track_caller]
fn assert_terms_fault(change: fn(&mut ConsentTerms), pointer: &str, kind: TermsFaultKind) {
    let mut terms = given::consent_terms();
    change(&mut terms);
    let faults: Vec<_> = terms
        .faults(given::NOW)
        .into_iter()
        .map(|fault| (fault.pointer, fault.kind))
        .collect();
    assert_eq!(faults, [(pointer.to_owned(), kind)]);
}

#[test]
fn good_terms_and_good_items_have_no_faults() {
    assert_eq!(given::consent_terms().faults(given::NOW), []);
    assert!(given::items().iter().all(|item| item.faults().is_empty()));
}

#[test]
fn what_is_shown_of_evidence_does_not_lead_to_it() {
    let terms = given::consent_terms();
    let shown = format!("{:?}", terms.evidence.expect("evidence"));
    assert_eq!(shown, "Evidence { medium: SignedPaper, .. }");
}

#[test]
fn what_was_signed_read_back_or_assented_to_lies_in_the_past() {
    use TermsFaultKind::NotYet;
    assert_terms_fault(
        |terms| half(&mut terms.data_protection_consent).signed_at = soon(),
        "/data_protection_consent/signed_at",
        NotYet,
    );
    assert_terms_fault(
        |terms| half(&mut terms.confidentiality_release).signed_at = soon(),
        "/confidentiality_release/signed_at",
        NotYet,
    );
    assert_terms_fault(
        |terms| terms.conversation.read_back_at = Some(soon()),
        "/conversation/read_back_at",
        NotYet,
    );
    assert_terms_fault(
        |terms| {
            terms.grantor = Grantor::Representative {
                basis: RepresentativeBasis::Guardianship,
                representative: given::reference("vormund-2"),
                suspected: false,
                assent: Assent::Given { at: soon() },
            }
        },
        "/grantor/assent/at",
        NotYet,
    );
    let mut just_now = given::consent_terms();
    half(&mut just_now.data_protection_consent).signed_at = given::NOW.plus(Duration::minutes(4));
    assert_eq!(just_now.faults(given::NOW), [], "clocks differ a little");
}

#[test]
fn clocks_may_differ_by_five_minutes() {
    let mut terms = given::consent_terms();
    half(&mut terms.data_protection_consent).signed_at = given::NOW.plus(Duration::minutes(5));
    assert_eq!(terms.faults(given::NOW), []);
}

fn soon() -> Instant {
    given::NOW.plus(Duration::minutes(6))
}

fn half(half: &mut Option<LegalHalf>) -> &mut LegalHalf {
    half.as_mut().unwrap()
}

#[test]
fn terms_that_make_no_sense_are_told_where() {
    use TermsFaultKind as Kind;
    assert_terms_fault(
        |terms| terms.valid_from = terms.valid_until,
        "/valid_until",
        Kind::EndsBeforeItBegins,
    );
    assert_terms_fault(
        |terms| terms.retention.until = given::NOW,
        "/retention/until",
        Kind::RetentionTooShort,
    );
    assert_terms_fault(
        |terms| terms.grants.clear(),
        "/grants",
        Kind::NothingGranted,
    );
    assert_terms_fault(
        |terms| {
            terms.grants.push(given::grant());
            terms.grants[1].recipients.clear();
        },
        "/grants/1/recipients",
        Kind::EmptyDimension,
    );
    assert_terms_fault(
        |terms| terms.grants[0].actions.clear(),
        "/grants/0/actions",
        Kind::EmptyDimension,
    );
    assert_terms_fault(
        |terms| terms.grants[0].handling = Handling::H3,
        "/grants/0/handling_instructions",
        Kind::InstructionsMissing,
    );
    assert_terms_fault(
        |terms| terms.exclusions.push(given::exclusion()),
        "/exclusions/0",
        Kind::EmptyExclusion,
    );
}

#[test]
fn stored_terms_with_a_field_that_nobody_knows_are_refused_not_trimmed() {
    let stored = serde_json::to_value(given::consent_terms()).unwrap();
    assert_eq!(
        serde_json::from_value::<ConsentTerms>(stored.clone()).unwrap(),
        given::consent_terms()
    );
    for place in [
        "",
        "/grants/0",
        "/notice",
        "/evidence",
        "/retention",
        "/conversation",
    ] {
        let mut changed = stored.clone();
        changed.pointer_mut(place).unwrap()["only_if"] = serde_json::json!("something");
        assert!(
            serde_json::from_value::<ConsentTerms>(changed).is_err(),
            "a field was dropped from {place:?}"
        );
    }
}

fn kinds(item: &Item) -> Vec<ItemFaultKind> {
    item.faults().into_iter().map(|fault| fault.kind).collect()
}

#[test]
fn an_item_must_say_something() {
    let mut item = given::items().remove(0);
    item.text = None;
    assert_eq!(kinds(&item), [ItemFaultKind::SaysNothing]);
}

#[test]
fn a_shelter_is_yes_or_no_and_never_a_place() {
    let mut item = given::item(given::profile(Category::ShelterPlaced), "im Norden");
    assert_eq!(kinds(&item), [ItemFaultKind::YesOrNoOnly]);
    item.details = Some(Details::YesNo { answer: true });
    assert_eq!(kinds(&item), [ItemFaultKind::YesOrNoOnly]);
    item.text = None;
    assert_eq!(kinds(&item), []);
}

#[test]
fn details_that_touch_protected_data_must_be_declared() {
    let place = |role| Details::Place {
        role,
        description: given::line("Hafen"),
        country: None,
    };
    let person = |role| Details::Person {
        role,
        name: None,
        description: Some(given::line("blond")),
    };
    for (details, scope) in [
        (place(PlaceRole::Stay), ExpressScope::RegionOfStay),
        (place(PlaceRole::Shelter), ExpressScope::ShelterAddress),
        (person(PersonRole::AffectedPerson), ExpressScope::Identity),
        (
            person(PersonRole::RelativeAbroad),
            ExpressScope::FamilyAbroad,
        ),
    ] {
        let mut item = given::items().remove(0);
        item.details = Some(details);
        assert_eq!(kinds(&item), [ItemFaultKind::TouchesUndeclared]);
        item.profile.touches = ExpressScopes::NONE.with(scope);
        assert_eq!(kinds(&item), []);
    }
    let mut item = given::items().remove(0);
    item.details = Some(place(PlaceRole::Exploitation));
    assert_eq!(kinds(&item), []);
}
