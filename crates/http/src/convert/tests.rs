use freigabe_contract::{
    ProblemType,
    consent::{self as wire, RecordConsent, ReviseConsent},
    disclosure::{DraftDisclosure, Item},
    examples,
    withdrawal::AnswerWithdrawalNotice,
};
use freigabe_domain::consent::Decision;
use serde_json::{Value, json};

use super::{Faults, consent, draft, item, new_consent, withdrawal};
use crate::problem::ApiError;

/// Into the domain and back.
fn terms_and_back(terms: &Value) -> Value {
    let body: RecordConsent = serde_json::from_value(json!({
        "case_reference": "A", "pii_principal_id": "B", "decision": "given", "terms": terms
    }))
    .unwrap();
    let new = new_consent(body).unwrap();
    let Decision::Given(terms) = new.decision else {
        panic!("given");
    };
    serde_json::to_value(consent::terms(&terms)).unwrap()
}

fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap()[name] = new;
    value
}

#[test]
fn terms_come_back_as_they_were_sent() {
    let mut all = vec![examples::terms()];
    for assent in [
        json!({ "type": "given", "at": "2026-11-24T08:00:00.000001Z" }),
        json!({ "type": "refused" }),
        json!({ "type": "not_able", "reason": "four years old" }),
        json!({ "type": "not_recorded" }),
    ] {
        let grantor = json!({
            "type": "representative", "basis": "youth_welfare_office",
            "representative": "JA-1", "suspected": true, "assent": assent
        });
        all.push(with(examples::terms(), "/grantor", grantor));
    }
    for mediation in [
        json!({ "type": "direct" }),
        json!({ "type": "not_recorded" }),
    ] {
        all.push(with(
            examples::terms(),
            "/conversation/mediation",
            mediation,
        ));
    }
    let full = json!([{
        "recipients": ["bpolp", "bpoli-kiel"],
        "purposes": ["victim_protection", "criminal_investigation"],
        "categories": ["shelter_placed", "vehicle"],
        "express_scopes": ["identity", "shelter_address"],
        "actions": ["onward_transfer", "collect"],
        "handling": "H3",
        "handling_instructions": "Only by word of mouth.\nNot on paper."
    }]);
    all.push(with(examples::terms(), "/grants", full));
    let exclusions = json!([
        { "recipient": "bpolp", "category": "vehicle", "express_scope": "health", "purpose": "danger_prevention" }
    ]);
    all.push(with(examples::terms(), "/exclusions", exclusions));
    for terms in all {
        assert_eq!(terms_and_back(&terms), terms);
    }
}

#[test]
fn items_come_back_as_they_were_sent() {
    for details in [
        json!({ "type": "vehicle" }),
        json!({ "type": "vehicle", "registration": "HRO XY 123", "country": "DE", "make_and_model": "Van", "colour": "white" }),
        json!({ "type": "phone", "number": "+40 700 000 000" }),
        json!({ "type": "online_account", "service": "chat", "handle": "@x" }),
        json!({ "type": "place", "role": "shelter", "description": "north", "country": "DE" }),
        json!({ "type": "person", "role": "affected_person", "name": "A.", "description": "tall" }),
        json!({ "type": "route", "from": "Cluj", "to": "Rostock", "means": "bus" }),
        json!({ "type": "document", "kind": "passport", "number": "1", "country": "RO" }),
        json!({ "type": "yes_no", "answer": false }),
    ] {
        let sent = with(examples::item(), "/details", details);
        let sent = with(sent, "/touches", json!(["identity", "shelter_address"]));
        let read: Item = serde_json::from_value(sent.clone()).unwrap();
        let mut faults = Faults::default();
        let ours = item::item(&mut faults, 0, read).unwrap();
        assert_eq!(serde_json::to_value(item::of_item(&ours)).unwrap(), sent);
    }
}

#[track_caller]
fn faults<T>(outcome: Result<T, ApiError>) -> Vec<String> {
    match outcome {
        Ok(_) => panic!("should be refused"),
        Err(ApiError::InvalidBody(faults)) => faults
            .into_iter()
            .map(|fault| fault.pointer.unwrap())
            .collect(),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_fault_is_found_even_behind_the_schema() {
    // The contract's types hold whatever text they are given; the domain's don't.
    let mut body: RecordConsent = serde_json::from_value(examples::record_consent()).unwrap();
    body.case_reference = "not a reference".into();
    if let Some(terms) = &mut body.terms {
        terms.grants[0].recipients = vec!["bpolp".into(), "NOT AN OFFICE".into()];
        terms.retention.basis = " ".into();
        terms.grantor = wire::Grantor::Representative {
            basis: freigabe_contract::vocabulary::RepresentativeBasis::Guardianship,
            representative: "?".into(),
            suspected: false,
            assent: wire::Assent::NotAble { reason: "".into() },
        };
    }
    assert_eq!(
        faults(new_consent(body)),
        [
            "/case_reference",
            "/terms/grants/0/recipients/1",
            "/terms/grantor/representative",
            "/terms/grantor/assent/reason",
            "/terms/retention/basis",
        ]
    );

    let mut body: DraftDisclosure = serde_json::from_value(examples::draft_disclosure()).unwrap();
    body.matter.postcode = Some("1".into());
    body.items[0].text = Some("\u{0}".into());
    assert_eq!(faults(draft(body)), ["/matter/postcode", "/items/0/text"]);
}

#[test]
fn terms_belong_to_a_given_consent_and_to_no_other() {
    let revise =
        |body: Value| super::decision(serde_json::from_value::<ReviseConsent>(body).unwrap());
    assert!(revise(json!({ "decision": "refused" })).is_ok());
    assert_eq!(faults(revise(json!({ "decision": "given" }))), ["/terms"]);
    for decision in ["refused", "not_asked"] {
        let body = json!({ "decision": decision, "terms": examples::terms() });
        assert_eq!(faults(revise(body)), ["/terms"]);
    }
}

#[test]
fn only_what_is_retained_has_a_legal_basis() {
    let answer = |body: Value| {
        withdrawal::answer(serde_json::from_value::<AnswerWithdrawalNotice>(body).unwrap())
    };
    assert!(answer(examples::answer_withdrawal_notice()).is_ok());
    assert!(answer(json!({ "answer": "erased" })).is_ok());
    assert_eq!(
        faults(answer(json!({ "answer": "retained" }))),
        ["/legal_basis"]
    );
    let both = json!({ "answer": "restricted", "legal_basis": "x" });
    assert_eq!(faults(answer(both)), ["/legal_basis"]);
    assert_eq!(
        ApiError::InvalidBody(Vec::new()).kind(),
        ProblemType::InvalidBody
    );
}

fn view(status: freigabe_domain::consent::ConsentStatus) -> freigabe_domain::exchange::ConsentView {
    use freigabe_domain::{
        consent::{CaseReferences, ConsentHead, RevisionRecord},
        disclosure::Pseudonym,
        ids::{CaseId, ConsentId, OrganisationId},
        instant::Instant,
        text::Reference,
    };
    let body: RecordConsent = serde_json::from_value(examples::record_consent()).unwrap();
    let new = new_consent(body).unwrap();
    let at = Instant::parse("2026-11-24T08:15:00Z").unwrap();
    // A commitment can only be read from its digits here: the edge knows no ledger.
    let commitment = serde_json::from_value(json!("00".repeat(32))).unwrap();
    freigabe_domain::exchange::ConsentView {
        head: ConsentHead {
            id: ConsentId::from_uuid(uuid::Uuid::from_u128(1)),
            centre: OrganisationId::from_uuid(uuid::Uuid::from_u128(2)),
            case: CaseId::from_uuid(uuid::Uuid::from_u128(3)),
            person: Pseudonym::from_bytes([7; 16]),
            status,
            revision: 1,
            recorded_at: at,
            changed_at: at,
            withdrawn_at: None,
            valid_from: new.decision.terms().map(|terms| terms.valid_from),
            valid_until: new.decision.terms().map(|terms| terms.valid_until),
            commitment,
        },
        references: CaseReferences {
            case_reference: Reference::parse("A-1").unwrap(),
            pii_principal_id: Reference::parse("P-1").unwrap(),
        },
        revisions: vec![RevisionRecord {
            number: 1,
            recorded_at: at,
            decision: new.decision,
        }],
        events: Vec::new(),
        read_at: at,
    }
}

#[test]
fn a_receipt_names_everything_in_both_languages_and_never_says_that_what_is_over_is_allowed() {
    use freigabe_domain::consent::ConsentStatus;
    let named = super::Named {
        centre: "Fachberatungsstelle Nord".to_owned(),
        offices: vec![(
            freigabe_domain::office::OfficeId::parse("bpoli-kb-rostock").unwrap(),
            "BPOLI KB Rostock".to_owned(),
        )],
    };
    let given = super::receipt(&view(ConsentStatus::Given), &named).text;
    for part in [
        "Fachberatungsstelle Nord",
        "BPOLI KB Rostock",
        "Fahrzeug; Ort der Ausbeutung",
        "24.11.2026, 09:00 Uhr (MEZ) bis 24.05.2027, 10:00 Uhr (MESZ)",
        "Ausgeschlossen ist: Aufenthaltsregion",
        "jederzeit widerrufen",
        "Erlaubt ist (1)",
    ] {
        assert!(given.de.contains(part), "{part}: {}", given.de);
    }
    assert!(given.en.contains("vehicle; place of exploitation"));
    let withdrawn = super::receipt(&view(ConsentStatus::Withdrawn), &named).text;
    assert!(withdrawn.de.contains("Erlaubt war") && !withdrawn.de.contains("Erlaubt ist"));
    assert!(withdrawn.en.contains("Allowed was") && !withdrawn.en.contains("Allowed is"));
}

#[test]
fn an_office_sees_nothing_by_which_two_offices_could_join_a_person() {
    let value = examples::addressed_disclosure();
    let names: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for hidden in [
        "consent_id",
        "consent_revision",
        "case_id",
        "matter",
        "seal_reason",
    ] {
        assert!(!names.contains(&hidden), "{hidden}");
    }
    let _: freigabe_contract::disclosure::AddressedDisclosure =
        serde_json::from_value(value).unwrap();
}
