//! A centre records what a person allowed.

use freigabe_domain::{
    Error, InvalidInput,
    audit::Operation,
    consent::{
        ConsentEventKind, ConsentForm, ConsentStatus, ConsentTerms, Decision, FormKind, NewConsent,
    },
    exchange::{ConsentDesk, FormDesk},
    vocabulary::Language,
};

use super::{FIRST_PAGE, Field, ask, references, request_of};
use crate::given::{self, as_given, office_id};

#[test]
fn a_consent_keeps_its_whole_history() {
    let field = Field::new();
    let first = field.decision(1, Decision::NotAsked);
    assert_eq!(first.head.status, ConsentStatus::NotAsked);
    field.revise(2, first.head.id, given::consent_terms());
    field.withdraw(first.head.id);
    let view = ask(field.app.consent(&field.centre, first.head.id)).unwrap();
    assert_eq!(view.head.status, ConsentStatus::Withdrawn);
    assert_eq!(view.revisions[0].decision, Decision::NotAsked);
    assert_eq!(
        view.revisions[1].decision,
        Decision::Given(Box::new(given::consent_terms()))
    );
    let kinds: Vec<_> = view.events.iter().map(|event| event.kind).collect();
    use ConsentEventKind::{Recorded, Revised, Withdrawn};
    assert_eq!(kinds, [Recorded, Revised, Withdrawn]);
}

#[test]
fn the_same_person_has_one_pseudonym_in_the_log() {
    let field = Field::new();
    let one = field.consent(1, given::consent_terms()).head;
    let other = field.decision(2, Decision::Refused).head;
    assert_ne!(one.id, other.id);
    assert_eq!((one.case, &one.person), (other.case, &other.person));
    let (page, _) = ask(field.app.consents(&field.centre, FIRST_PAGE)).unwrap();
    let listed: Vec<_> = page.items.iter().map(|head| head.id).collect();
    assert_eq!(listed, [other.id, one.id]);
}

#[test]
fn terms_that_name_offices_which_do_not_exist_are_refused() {
    let field = Field::new();
    let mut terms = given::consent_terms();
    terms.grants[0].recipients.push(office_id("bpoli-nirgends"));
    terms.exclusions.push(given::exclusion());
    terms.exclusions[0].recipient = Some(office_id("bpoli-nirgendwo"));
    let faults = faults_of_recording(&field, terms);
    let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/terms/grants/0/recipients/1",
            "/terms/exclusions/0/recipient"
        ]
    );
    assert_eq!(field.store.commits(), 0);
}

#[test]
fn a_declaration_on_a_form_that_nobody_knows_is_refused() {
    let field = Field::new();
    let mut terms = given::consent_terms();
    terms.data_protection_consent.as_mut().unwrap().form_version = given::reference("2025-9");
    let faults = faults_of_recording(&field, terms.clone());
    let [fault] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    assert_eq!(fault.pointer, "/terms/data_protection_consent/form_version");
    assert!(fault.detail.contains("2026-1"), "{}", fault.detail);

    let form = |kind, language| ConsentForm {
        kind,
        version: given::reference("2025-9"),
        language,
    };
    let of_the_other_kind = form(FormKind::ConfidentialityRelease, Language::German);
    ask(field.app.add_consent_forms(&[of_the_other_kind])).unwrap();
    let still = faults_of_recording(&field, terms.clone());
    assert_eq!(still, faults, "each declaration has forms of its own");

    let in_another_language = form(FormKind::DataProtectionConsent, Language::Romanian);
    ask(field.app.add_consent_forms(&[in_another_language])).unwrap();
    let faults = faults_of_recording(&field, terms.clone());
    let [fault] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    assert_eq!(fault.pointer, "/terms/data_protection_consent/language");
    assert!(fault.detail.contains("ro"), "{}", fault.detail);

    let the_form = form(FormKind::DataProtectionConsent, Language::German);
    ask(field.app.add_consent_forms(&[the_form])).unwrap();
    field.consent(1, terms);
}

#[test]
fn a_revision_needs_known_forms_too() {
    let field = Field::new();
    let consent = field.consent(1, given::consent_terms()).head.id;
    let mut terms = given::consent_terms();
    terms.confidentiality_release.as_mut().unwrap().form_version = given::reference("2025-9");
    let request = request_of(&field.centre, 2);
    let revised = ask(field.app.revise_consent(
        &field.centre,
        &request,
        consent,
        as_given(1),
        Decision::Given(Box::new(terms)),
    ));
    let Err(Error::Invalid(faults)) = revised else {
        panic!("revised");
    };
    assert_eq!(
        faults[0].pointer,
        "/terms/confidentiality_release/form_version"
    );
}

#[test]
fn a_form_is_added_once_and_the_log_says_so() {
    let field = Field::new();
    let form = ConsentForm {
        kind: FormKind::DataProtectionConsent,
        version: given::reference("2027-1"),
        language: Language::Edo,
    };
    let before = field.store.committed().log.len();
    ask(field.app.add_consent_forms(std::slice::from_ref(&form))).unwrap();
    assert!(ask(field.app.consent_forms()).unwrap().contains(&form));
    let log = field.store.committed().log;
    let [added] = &log[before..] else {
        panic!("one event");
    };
    assert_eq!(added.projection.operation, Operation::ConsentFormAdded);
    let payload = String::from_utf8_lossy(&added.payload);
    assert!(
        payload.contains("data_protection_consent 2027-1 bin"),
        "{payload}"
    );

    let another = ConsentForm {
        language: Language::Fula,
        ..form.clone()
    };
    let both = [another.clone(), form];
    let Err(Error::Invalid(faults)) = ask(field.app.add_consent_forms(&both)) else {
        panic!("added twice");
    };
    assert_eq!(faults[0].pointer, "/version");
    assert!(
        !ask(field.app.consent_forms()).unwrap().contains(&another),
        "all or none"
    );
    assert_eq!(field.store.committed().log.len(), before + 1);
}

#[track_caller]
fn faults_of_recording(field: &Field, terms: ConsentTerms) -> Vec<InvalidInput> {
    let commits = field.store.commits();
    let new = NewConsent {
        references: references(),
        decision: Decision::Given(Box::new(terms)),
    };
    let request = request_of(&field.centre, 1);
    let Err(Error::Invalid(faults)) = ask(field.app.record_consent(&field.centre, &request, new))
    else {
        panic!("recorded");
    };
    assert_eq!(field.store.commits(), commits, "nothing is stored");
    faults
}
