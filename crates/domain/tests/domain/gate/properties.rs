//! Properties of the gate over thousands of situations. The vocabularies are small, so that hits are as common as
//! misses, and each formality is wrong now and then. The sequence is the same on every run.

use std::cell::Cell;

use freigabe_domain::{
    consent::{
        Assent, Capacity, ConsentStatus, ConsentTerms, Conversation, Decision, Exclusion, Grant,
        Grantor, Mediation, NoticeConfirmations, RepresentativeBasis,
    },
    disclosure::{Disclosure, DisclosureTerms, Draft, ItemProfile},
    handover::Handler,
    instant::Instant,
    office::{CompetenceError, Land, OfficeId},
    vocabulary::{Action, Category, ExpressScope, ExpressScopes, Handling, Language, Purpose},
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use super::model;
use crate::given::{self, Situation};

const SITUATIONS: u32 = 4_000;

/// Runs a property over the same situations every time.
#[track_caller]
fn for_all<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    property: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: SITUATIONS,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    if let Err(error) = TestRunner::new_with_rng(config, rng).run(&strategy, property) {
        panic!("{error}");
    }
}

/// Counts on which side of the gate the situations fell.
#[derive(Default)]
struct Tally {
    authorised: Cell<u32>,
    refused: Cell<u32>,
}

impl Tally {
    fn count(&self, authorised: bool) {
        let side = if authorised {
            &self.authorised
        } else {
            &self.refused
        };
        side.set(side.get() + 1);
    }

    /// A property that is hardly ever tried on one side says nothing about it.
    #[track_caller]
    fn assert_both_sides_were_common(&self) {
        let (authorised, refused) = (self.authorised.get(), self.refused.get());
        assert!(
            authorised > SITUATIONS / 10 && refused > SITUATIONS / 10,
            "{authorised} authorised, {refused} refused"
        );
    }
}

#[test]
fn the_gate_agrees_with_the_rule_as_a_formula() {
    let tally = Tally::default();
    for_all(situations(), |situation| {
        let verdict = situation.assess();
        prop_assert_eq!(verdict.is_ok(), model::allowed(&situation));
        tally.count(verdict.is_ok());
        Ok(())
    });
    tally.assert_both_sides_were_common();
}

#[test]
fn the_grants_that_an_authorisation_names_are_the_ones_that_cover_it() {
    for_all(situations(), |mut situation| {
        if let Ok(grants) = situation.assess() {
            prop_assert_eq!(grants.len(), situation.disclosure.items.len());
            let all = situation.terms().grants.clone();
            for (item, grant) in situation.disclosure.items.clone().into_iter().zip(grants) {
                // This grant alone is enough for this item alone.
                situation.terms().grants = vec![all[usize::from(grant)].clone()];
                situation.disclosure.items = vec![item];
                prop_assert!(situation.assess().is_ok());
            }
        }
        Ok(())
    });
}

#[test]
fn a_refusal_is_never_without_a_reason_and_names_only_items_that_exist() {
    for_all(situations(), |situation| {
        if let Err(refusals) = situation.assess() {
            prop_assert!(!refusals.is_empty());
            for refusal in refusals {
                prop_assert!(
                    refusal
                        .item
                        .is_none_or(|item| item < situation.disclosure.items.len())
                );
            }
        }
        Ok(())
    });
}

#[test]
fn a_refusal_names_every_item_that_would_fail_alone_and_no_other() {
    for_all(situations(), |situation| {
        let Some(terms) = situation.consent.decision.terms() else {
            return Ok(());
        };
        let refusals = situation.assess().err().unwrap_or_default();
        for (index, item) in situation.disclosure.items.iter().enumerate() {
            let named = refusals.iter().any(|refusal| refusal.item == Some(index));
            let allowed = model::item_allowed(terms, &situation.disclosure, item);
            prop_assert_eq!(named, !allowed, "item {}", index);
        }
        Ok(())
    });
}

#[test]
fn a_narrowed_draft_passes_and_nothing_more_would() {
    let tally = Tally::default();
    for_all(situations(), |mut situation| {
        let original = situation.disclosure.clone();
        let kept: Vec<ItemProfile> = match draft(&original).narrowed_to(&situation.circumstances())
        {
            Some(narrowed) => {
                situation.disclosure = narrowed.terms().clone();
                prop_assert!(situation.assess().is_ok());
                narrowed.terms().items.clone()
            }
            None => Vec::new(),
        };
        tally.count(!kept.is_empty());
        let mut unmatched = kept.iter().peekable();
        for item in &original.items {
            // In the original's order, so that equal items are told apart.
            if unmatched.next_if(|next| *next == item).is_some() {
                continue;
            }
            situation.disclosure.items = [kept.clone(), vec![item.clone()]].concat();
            prop_assert!(
                situation.assess().is_err(),
                "was dropped and would have passed: {:?}",
                item
            );
        }
        prop_assert!(unmatched.peek().is_none(), "something was added");
        Ok(())
    });
    tally.assert_both_sides_were_common();
}

#[test]
fn saying_less_never_turns_a_refusal_into_an_authorisation() {
    let tally = Tally::default();
    for_all(
        (situations(), exclusion(), any::<prop::sample::Index>()),
        |(mut situation, further, which)| {
            let refused = situation.assess().is_err();
            tally.count(!refused);
            if situation.consent.decision.terms().is_none() {
                return Ok(());
            }
            let before = situation.terms().clone();

            situation.terms().exclusions.push(further);
            prop_assert!(
                !refused || situation.assess().is_err(),
                "one more exclusion"
            );

            *situation.terms() = before.clone();
            let index = which.index(before.grants.len());
            situation.terms().grants.remove(index);
            prop_assert!(!refused || situation.assess().is_err(), "one grant less");
            Ok(())
        },
    );
    tally.assert_both_sides_were_common();
}

#[test]
fn what_is_over_or_never_began_authorises_nothing_whatever_else_is_so() {
    let over = select(vec![
        ConsentStatus::NotAsked,
        ConsentStatus::Refused,
        ConsentStatus::Withdrawn,
        ConsentStatus::Expired,
    ]);
    for_all((situations(), over, 1..4_u32), |(situation, status, by)| {
        prop_assert!(situation.clone().with_status(status).assess().is_err());

        let mut superseded = situation.clone();
        superseded.disclosure.named_revision = Some(superseded.consent.head.revision + by);
        prop_assert!(superseded.assess().is_err());

        let mut without_terms = situation.clone();
        without_terms.consent.decision = Decision::Refused;
        prop_assert!(without_terms.assess().is_err());

        if let Some(terms) = situation.consent.decision.terms() {
            let mut late = situation.clone();
            late.now = terms
                .valid_until
                .plus(time::Duration::microseconds(i64::from(by) - 1));
            prop_assert!(late.assess().is_err());
        }
        Ok(())
    });
}

fn draft(terms: &DisclosureTerms) -> Disclosure<freigabe_domain::disclosure::Requested> {
    let items = terms
        .items
        .iter()
        .map(|profile| given::item(profile.clone(), "gesehen"))
        .collect();
    Disclosure::draft(
        terms.centre,
        Draft {
            consent: terms.consent,
            named_revision: terms.named_revision,
            recipient: terms.recipient.clone(),
            purpose: terms.purpose,
            onward_transfer: terms.onward_transfer,
            matter: terms.matter.clone(),
            items,
        },
    )
}

// Small vocabularies.

fn recipient() -> impl Strategy<Value = OfficeId> {
    prop_oneof![
        10 => Just(given::ADDRESSED),
        4 => Just(given::SUPERIOR),
        1 => Just(given::NOT_COMPETENT),
    ]
    .prop_map(given::office_id)
}

fn purpose() -> impl Strategy<Value = Purpose> {
    prop_oneof![
        3 => Just(Purpose::CriminalInvestigation),
        1 => Just(Purpose::VictimProtection),
    ]
}

fn category() -> impl Strategy<Value = Category> {
    select(vec![
        Category::Vehicle,
        Category::PhoneNumber,
        Category::SafeReturn,
    ])
}

fn handling() -> impl Strategy<Value = Handling> {
    prop_oneof![
        9 => Just(Handling::H0),
        1 => Just(Handling::H1),
        1 => Just(Handling::H2),
        1 => Just(Handling::H3),
    ]
}

/// Each of two scopes with this probability.
fn scopes(probability: f64) -> impl Strategy<Value = ExpressScopes> {
    let each = prop::bool::weighted(probability);
    (each, prop::bool::weighted(probability)).prop_map(|(health, identity)| {
        let named = [
            (health, ExpressScope::Health),
            (identity, ExpressScope::Identity),
        ];
        named
            .into_iter()
            .filter(|(there, _)| *there)
            .map(|(_, scope)| scope)
            .collect()
    })
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let grant = (
        btree_set(recipient(), 1..=3),
        btree_set(purpose(), 1..=2),
        btree_set(category(), 2..=3),
        scopes(0.7),
        prop_oneof![
            6 => Just(vec![Action::Collect, Action::OnwardTransfer]),
            3 => Just(vec![Action::Collect]),
            1 => Just(vec![Action::OnwardTransfer]),
        ],
        handling(),
    );
    let grant = grant.prop_map(
        |(recipients, purposes, categories, express_scopes, actions, handling)| Grant {
            recipients: recipients.into_iter().collect(),
            purposes: purposes.into_iter().collect(),
            categories: categories.into_iter().collect(),
            express_scopes,
            actions,
            handling,
            handling_instructions: None,
        },
    );
    vec(grant, 1..=5)
}

fn exclusion() -> impl Strategy<Value = Exclusion> {
    let scope = select(vec![ExpressScope::Health, ExpressScope::Identity]);
    (
        option::of(recipient()),
        option::of(category()),
        option::of(scope),
        option::of(purpose()),
    )
        .prop_map(|(recipient, category, express_scope, purpose)| Exclusion {
            recipient,
            category,
            express_scope,
            purpose,
        })
}

/// True nearly always.
fn nearly_always() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.98)
}

fn language() -> impl Strategy<Value = Language> {
    prop_oneof![12 => Just(Language::German), 1 => Just(Language::Edo)]
}

fn conversation() -> impl Strategy<Value = Conversation> {
    let mediation = prop_oneof![
        9 => Just(Mediation::Direct),
        2 => Just(Mediation::Interpreted { interpreter: given::reference("dolmetsch-9") }),
        1 => Just(Mediation::NotRecorded),
    ];
    let read_back_at = option::weighted(0.9, Just(given::YESTERDAY));
    (language(), mediation, read_back_at).prop_map(|(language, mediation, read_back_at)| {
        Conversation {
            language,
            mediation,
            read_back_at,
        }
    })
}

/// Mostly those who may consent, and in which capacity.
fn consenting() -> impl Strategy<Value = (Capacity, Grantor)> {
    let assent = prop_oneof![
        5 => Just(Assent::Given { at: given::YESTERDAY }),
        2 => Just(Assent::NotAble { reason: given::line("drei Jahre alt") }),
        1 => Just(Assent::Refused),
        1 => Just(Assent::NotRecorded),
    ];
    let suspected = prop::bool::weighted(0.1);
    let representative = (basis(), suspected, assent).prop_map(|(basis, suspected, assent)| {
        Grantor::Representative {
            basis,
            representative: given::reference("vormund-2"),
            suspected,
            assent,
        }
    });
    let represented = select(vec![
        Capacity::Minor,
        Capacity::Minor,
        Capacity::Minor,
        Capacity::Represented,
    ]);
    prop_oneof![
        24 => Just((Capacity::Full, Grantor::Person)),
        6 => (represented.clone(), representative.clone()),
        1 => (Just(Capacity::Full), representative),
        1 => (represented, Just(Grantor::Person)),
    ]
}

/// Mostly a ground on which minors are represented.
fn basis() -> impl Strategy<Value = RepresentativeBasis> + Clone {
    prop_oneof![
        4 => Just(RepresentativeBasis::Guardianship),
        1 => select(RepresentativeBasis::ALL.to_vec()),
        1 => Just(RepresentativeBasis::LegalGuardian),
    ]
}

fn consent_terms() -> impl Strategy<Value = ConsentTerms> {
    let half = || option::weighted(0.98, language().prop_map(given::legal_half));
    let notice = (nearly_always(), nearly_always(), nearly_always()).prop_map(
        |(right_to_withdraw, consequences, police_cannot_undo)| NoticeConfirmations {
            right_to_withdraw,
            consequences,
            police_cannot_undo,
        },
    );
    (
        grants(),
        prop_oneof![3 => Just(Vec::new()), 1 => vec(exclusion(), 1..=2)],
        half(),
        half(),
        notice,
        consenting(),
        conversation(),
        nearly_always(),
    )
        .prop_map(
            |(grants, exclusions, consent, release, notice, who, conversation, evidence)| {
                let good = given::consent_terms();
                ConsentTerms {
                    grants,
                    exclusions,
                    data_protection_consent: consent,
                    confidentiality_release: release,
                    notice,
                    capacity: who.0,
                    grantor: who.1,
                    conversation,
                    evidence: good.evidence.clone().filter(|_| evidence),
                    ..good
                }
            },
        )
}

fn items() -> impl Strategy<Value = Vec<ItemProfile>> {
    let item = (category(), scopes(0.1), handling()).prop_map(|(category, touches, handling)| {
        ItemProfile {
            touches,
            handling,
            ..given::profile(category)
        }
    });
    vec(item, 1..=3)
}

/// Mostly within the validity, and on its edges.
fn now() -> impl Strategy<Value = Instant> {
    let micros = |instant: Instant| instant.as_unix_micros();
    let (begin, end) = (micros(given::YESTERDAY), micros(given::END));
    prop_oneof![
        16 => begin..end,
        1 => select(vec![begin - 1, begin, end - 1, end]),
    ]
    .prop_map(Instant::from_unix_micros)
}

fn situations() -> impl Strategy<Value = Situation> {
    let decision = prop_oneof![
        40 => consent_terms().prop_map(|terms| Decision::Given(Box::new(terms))),
        1 => Just(Decision::Refused),
        1 => Just(Decision::NotAsked),
    ];
    let status = prop_oneof![
        30 => Just(None),
        1 => select(ConsentStatus::ALL).prop_map(Some),
    ];
    let named_revision =
        prop_oneof![4 => Just(None), 4 => Just(Some(3)), 1 => (0..6_u32).prop_map(Some)];
    let disclosure = (
        named_revision,
        recipient(),
        purpose(),
        prop::bool::weighted(0.2),
        items(),
    );
    let known = (nearly_always(), nearly_always());
    (decision, status, disclosure, known, now()).prop_map(
        |(decision, status, disclosure, (competence_known, has_the_case), now)| {
            let mut consent = given::locked_consent(decision);
            consent.head.status = status.unwrap_or(consent.head.status);
            let (named_revision, recipient, purpose, onward_transfer, items) = disclosure;
            let competence = if competence_known {
                Ok(given::competence())
            } else {
                Err(CompetenceError::EmptyDirectory)
            };
            Situation {
                consent,
                disclosure: DisclosureTerms {
                    named_revision,
                    recipient,
                    purpose,
                    onward_transfer,
                    items,
                    ..given::disclosure_terms()
                },
                competence,
                handler: (!has_the_case).then_some(Handler::Prosecution {
                    land: Land::Hamburg,
                    unit: None,
                }),
                now,
            }
        },
    )
}
