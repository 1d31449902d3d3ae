use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{PROFILES, audit_event};

const SITE: &str = "https://freigabe.example";

fn resource(event: &Value) -> Value {
    let mut event = event.as_object().unwrap().clone();
    for (name, value) in [
        ("id", json!("019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01")),
        ("at", json!("2026-11-24T08:00:00.000000Z")),
        ("outcome", json!("done")),
    ] {
        event.entry(name).or_insert(value);
    }
    let resource = audit_event(&event, SITE);
    assert_is_an_audit_event(&resource);
    resource
}

fn codes(value: &Value) -> Vec<String> {
    let of = |coding: &Value| {
        format!(
            "{}#{}",
            coding["system"].as_str().unwrap(),
            coding["code"].as_str().unwrap()
        )
    };
    match value {
        Value::Array(codings) => codings.iter().map(of).collect(),
        coding => vec![of(coding)],
    }
}

/// What FHIR R4 asks of every `AuditEvent`.
#[track_caller]
fn assert_is_an_audit_event(resource: &Value) {
    assert_eq!(resource["resourceType"], "AuditEvent");
    let known = [
        "resourceType",
        "id",
        "meta",
        "type",
        "subtype",
        "action",
        "recorded",
        "outcome",
        "outcomeDesc",
        "purposeOfEvent",
        "agent",
        "source",
        "entity",
    ];
    for name in resource.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "{name} is no element");
    }
    assert_eq!(codes(&resource["type"]).len(), 1);
    assert!(["C", "R", "U", "D", "E"].contains(&resource["action"].as_str().unwrap()));
    assert!(["0", "4", "8", "12"].contains(&resource["outcome"].as_str().unwrap()));
    assert!(resource["recorded"].as_str().unwrap().ends_with('Z'));
    assert!(resource["source"]["observer"].is_object());
    let agents = resource["agent"].as_array().unwrap();
    assert!(!agents.is_empty());
    let requestors = agents.iter().filter(|agent| agent["requestor"] == true);
    assert!(requestors.count() <= 1, "one requestor");
    for agent in agents {
        assert!(agent["requestor"].is_boolean());
        assert!(agent["who"].is_object());
        assert_eq!(codes(&agent["type"]["coding"]).len(), 1);
        if let Some(network) = agent.get("network") {
            assert!(["1", "2", "3", "4", "5"].contains(&network["type"].as_str().unwrap()));
        }
    }
    if let Some(entities) = resource.get("entity") {
        for entity in entities.as_array().unwrap() {
            assert!(!entity.as_object().unwrap().is_empty());
            // sev-1: a name or a query, not both.
            assert!(entity.get("name").is_none() || entity.get("query").is_none());
        }
    }
}

#[track_caller]
fn assert_profile(resource: &Value, name: &str) {
    assert_eq!(
        resource["meta"]["profile"],
        json!([format!("{PROFILES}{name}")])
    );
}

/// The agents in this role.
fn agents<'r>(resource: &'r Value, code: &str) -> Vec<&'r Value> {
    let all = resource["agent"].as_array().unwrap().iter();
    all.filter(|agent| codes(&agent["type"]["coding"])[0].ends_with(&format!("#{code}")))
        .collect()
}

fn entities<'r>(resource: &'r Value, code: &str) -> Vec<&'r Value> {
    let all = resource["entity"].as_array().unwrap().iter();
    all.filter(|entity| codes(&entity["type"])[0].ends_with(&format!("#{code}")))
        .collect()
}

#[track_caller]
fn assert_patient(resource: &Value, pseudonym: &str) {
    let patients = entities(resource, "1");
    assert_eq!(patients.len(), 1, "one patient");
    assert_eq!(
        codes(&patients[0]["role"]),
        ["http://terminology.hl7.org/CodeSystem/object-role#1"]
    );
    assert_eq!(patients[0]["what"]["type"], "Patient");
    assert_eq!(patients[0]["what"]["identifier"]["value"], pseudonym);
}

fn a_collection() -> Value {
    json!({
        "operation": "disclosure_collected",
        "actor": {"client": "kb.hamburg", "organisation": "o-1", "role": "office", "user": "P-4711"},
        "centre": "o-2", "recipient": "bpol-kb-hamburg", "case": "c-1", "consent": "k-1", "consent_revision": 1,
        "disclosure": "d-1", "person": "p-1", "person_for_recipient": "p-2", "purpose": "criminal_investigation",
        "legal_basis": "consent", "categories": ["vehicle"],
    })
}

#[test]
fn a_collection_is_a_privacy_disclosure() {
    let resource = resource(&a_collection());
    assert_profile(&resource, "PrivacyDisclosure.Source");
    assert_eq!(
        codes(&resource["type"]),
        ["http://dicom.nema.org/resources/ontology/DCM#110106"]
    );
    assert!(codes(&resource["subtype"]).contains(
        &"http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle#disclose".to_owned()
    ));
    assert_eq!(resource["action"], "R");
    for code in ["110153", "110152"] {
        let found = agents(&resource, code);
        assert_eq!(found.len(), 1, "{code}");
        assert!(found[0]["network"]["address"].is_string());
    }
    // val-audit-source
    assert_eq!(
        agents(&resource, "110153")[0]["who"],
        resource["source"]["observer"]
    );
    assert_eq!(
        agents(&resource, "110152")[0]["who"]["identifier"]["value"],
        "bpol-kb-hamburg"
    );
    assert_eq!(agents(&resource, "159541003").len(), 1, "custodian");
    assert_eq!(agents(&resource, "429577009").len(), 1, "authorizer");
    assert_patient(&resource, "p-1");
    assert_eq!(
        entities(&resource, "2")[0]["what"]["identifier"]["value"],
        "d-1"
    );
    assert_eq!(
        codes(&resource["purposeOfEvent"][0]["coding"]),
        ["urn:freigabe:purpose#criminal_investigation"]
    );
    assert_eq!(
        codes(&resource["purposeOfEvent"][1]["coding"]),
        ["urn:freigabe:legal_basis#consent"]
    );
}

#[test]
fn a_refusal_is_a_decision_about_a_consent_and_says_why() {
    let mut event = a_collection();
    event["outcome"] = json!("refused");
    event["refusal_reasons"] = json!(["withdrawn", "expired"]);
    let resource = resource(&event);
    assert_profile(&resource, "AuthZconsent");
    assert_eq!(
        codes(&resource["type"]),
        ["http://dicom.nema.org/resources/ontology/DCM#110113"]
    );
    assert_eq!(
        codes(&resource["subtype"]),
        ["https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType#AuthZ-Consent"]
    );
    assert_eq!(
        (&resource["action"], &resource["outcome"]),
        (&json!("E"), &json!("8"))
    );
    assert_eq!(resource["outcomeDesc"], "withdrawn, expired");
    for code in ["110150", "IRCP", "PROV", "authserver"] {
        assert_eq!(agents(&resource, code).len(), 1, "{code}");
    }
    assert!(agents(&resource, "110150")[0]["network"]["address"].is_string());
    assert!(agents(&resource, "IRCP")[0].get("network").is_none());
    assert_eq!(
        agents(&resource, "authserver")[0]["who"],
        resource["source"]["observer"]
    );
    assert_patient(&resource, "p-1");
    assert_eq!(entities(&resource, "Consent").len(), 1);
    assert_eq!(
        resource["entity"].as_array().unwrap().len(),
        2,
        "the entities are a closed set"
    );
}

#[test]
fn what_is_recorded_released_or_changed_is_a_restful_operation() {
    let centre = json!({"client": "hafenlicht", "organisation": "o-2", "role": "centre"});
    for (operation, profile, interaction, action) in [
        ("consent_recorded", "PatientCreate", "create", "C"),
        ("disclosure_released", "PatientCreate", "create", "C"),
        ("consent_withdrawn", "PatientUpdate", "update", "U"),
        ("disclosure_recalled", "PatientUpdate", "update", "U"),
    ] {
        let mut event =
            json!({"operation": operation, "actor": centre, "consent": "k-1", "person": "p-1"});
        if operation.starts_with("disclosure") {
            event["disclosure"] = json!("d-1");
        }
        let resource = resource(&event);
        assert_profile(&resource, profile);
        assert_eq!(
            codes(&resource["type"]),
            ["http://terminology.hl7.org/CodeSystem/audit-event-type#rest"]
        );
        assert!(codes(&resource["subtype"]).contains(&format!(
            "http://hl7.org/fhir/restful-interaction#{interaction}"
        )));
        assert_eq!(
            (&resource["action"], &resource["outcome"]),
            (&json!(action), &json!("0"))
        );
        for code in ["110153", "110152"] {
            assert_eq!(agents(&resource, code).len(), 1);
            assert!(agents(&resource, code)[0]["network"]["address"].is_string());
        }
        assert_eq!(agents(&resource, "AUT")[0]["requestor"], true);
        assert_patient(&resource, "p-1");
        let objects = entities(&resource, "2");
        assert_eq!(objects.len(), 1, "{operation}: one object");
        let role = codes(&objects[0]["role"])[0].clone();
        assert!(
            ["#3", "#4", "#20"].iter().any(|end| role.ends_with(end)),
            "{role}"
        );
    }
    let event = json!({"operation": "client_added", "participant": "hafenlicht.akte"});
    assert_profile(&resource(&event), "Create");
}

#[test]
fn a_use_of_the_log_is_a_query_with_what_was_asked() {
    let auditor = json!({"client": "bfdi", "organisation": "o-3", "role": "auditor"});
    let event = json!({"operation": "audit_queried", "actor": auditor, "query": {"outcome": "refused"}, "hits": 3});
    let resource = resource(&event);
    assert_profile(&resource, "Query");
    let queries = entities(&resource, "2");
    assert_eq!(queries.len(), 1);
    assert_eq!(
        codes(&queries[0]["role"]),
        ["http://terminology.hl7.org/CodeSystem/object-role#24"]
    );
    assert!(queries[0].get("what").is_none());
    let asked = STANDARD
        .decode(queries[0]["query"].as_str().unwrap())
        .unwrap();
    let asked: Value = serde_json::from_slice(&asked).unwrap();
    assert_eq!(asked, json!({"query": {"outcome": "refused"}, "hits": 3}));
    let event = json!({"operation": "audit_queried", "actor": auditor, "query": {"pseudonym": "p-1"}, "hits": 0});
    let about_a_person = self::resource(&event);
    assert_profile(&about_a_person, "PatientQuery");
    assert_patient(&about_a_person, "p-1");
}

#[test]
fn whatever_happened_is_an_audit_event() {
    use freigabe_domain::audit::{Operation, Outcome};
    for operation in Operation::ALL {
        for outcome in Outcome::ALL {
            let event = json!({"operation": operation.code(), "outcome": outcome.code()});
            let _ = resource(&event);
        }
    }
    let denial = json!({"operation": "access_denied", "outcome": "denied", "denial": "no_token", "attempted": "getConsent"});
    let resource = resource(&denial);
    assert!(resource.get("meta").is_none());
    assert_eq!(resource["outcomeDesc"], "no_token");
    assert_eq!(
        codes(&resource["type"]),
        ["http://dicom.nema.org/resources/ontology/DCM#110113"]
    );
}
