//! The smaller draft that would pass: made only when the centre asks for it, and as large as the consent allows.

use freigabe_domain::{
    consent::{ConsentStatus, Exclusion},
    disclosure::{Disclosure, Draft, Requested},
    vocabulary::Category,
};

use crate::given::{self, Situation};

fn draft_of(categories: &[Category]) -> Disclosure<Requested> {
    let items = categories
        .iter()
        .map(|category| given::item(given::profile(*category), "gesehen"))
        .collect();
    let consent = given::disclosure_terms().consent;
    Disclosure::draft(
        given::centre(),
        Draft {
            items,
            ..given::draft(consent)
        },
    )
}

fn categories(disclosure: &Disclosure<Requested>) -> Vec<Category> {
    disclosure
        .terms()
        .items
        .iter()
        .map(|item| item.category)
        .collect()
}

#[test]
fn narrowing_keeps_what_passes_in_the_centres_order() {
    use Category::{PhoneNumber, SafeReturn, TravelRoute, Vehicle};
    let situation = Situation::good();
    let narrowed = draft_of(&[SafeReturn, PhoneNumber, TravelRoute, Vehicle, PhoneNumber])
        .narrowed_to(&situation.circumstances())
        .unwrap();
    assert_eq!(categories(&narrowed), [PhoneNumber, Vehicle, PhoneNumber]);
}

#[test]
fn narrowing_drops_what_was_ruled_out() {
    let mut situation = Situation::good();
    situation.terms().exclusions.push(Exclusion {
        category: Some(Category::Vehicle),
        ..given::exclusion()
    });
    let narrowed = draft_of(&[Category::Vehicle, Category::PhoneNumber])
        .narrowed_to(&situation.circumstances())
        .unwrap();
    assert_eq!(categories(&narrowed), [Category::PhoneNumber]);
}

#[test]
fn narrowing_a_draft_that_passes_changes_nothing() {
    let situation = Situation::good();
    let draft = draft_of(&[Category::Vehicle, Category::PhoneNumber]);
    let before = draft.terms().clone();
    let narrowed = draft.narrowed_to(&situation.circumstances()).unwrap();
    assert_eq!(*narrowed.terms(), before);
}

#[test]
fn no_narrowing_helps_a_consent_that_is_not_in_force() {
    let situation = Situation::good().with_status(ConsentStatus::Withdrawn);
    let draft = draft_of(&[Category::Vehicle]);
    assert!(draft.narrowed_to(&situation.circumstances()).is_none());
}

#[test]
fn there_is_no_narrowing_to_nothing() {
    let draft = draft_of(&[Category::SafeReturn]);
    assert!(
        draft
            .narrowed_to(&Situation::good().circumstances())
            .is_none()
    );
}
