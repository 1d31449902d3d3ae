//! A centre records what a person allowed.

use freigabe_domain::{
    Error,
    consent::{CaseReferences, ConsentEventKind, ConsentStatus, Decision, NewConsent},
    exchange::ConsentDesk,
};

use super::{FIRST_PAGE, Field, ask, request_of};
use crate::given::{self, office_id};

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
    let new = NewConsent {
        references: CaseReferences {
            case_reference: given::reference("akte-1"),
            pii_principal_id: given::reference("person-1"),
        },
        decision: Decision::Given(Box::new(terms)),
    };
    let request = request_of(&field.centre, 1);
    let Err(Error::Invalid(faults)) = ask(field.app.record_consent(&field.centre, &request, new))
    else {
        panic!("recorded");
    };
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
