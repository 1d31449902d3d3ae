//! Parts of an `AuditEvent`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

/// A code with its system and what it is called.
pub(super) type Code = (&'static str, &'static str, &'static str);

const DCM: &str = super::DCM;
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const SNOMED: &str = "http://snomed.info/sct";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

pub(super) const SOURCE: Code = (DCM, "110153", "Source Role ID");
pub(super) const DESTINATION: Code = (DCM, "110152", "Destination Role ID");
pub(super) const APPLICATION: Code = (DCM, "110150", "Application");
pub(super) const CUSTODIAN: Code = (SNOMED, "159541003", "Record keeping/library clerk");
pub(super) const AUTHORIZER: Code = (SNOMED, "429577009", "Patient Advocate");
pub(super) const AUTHOR: Code = (PARTICIPATION, "AUT", "author (originator)");
pub(super) const RECIPIENT_USER: Code = (PARTICIPATION, "IRCP", "information recipient");
pub(super) const PROVIDER: Code = (
    "http://terminology.hl7.org/CodeSystem/v3-RoleClass",
    "PROV",
    "healthcare provider",
);
pub(super) const AUTHORIZATION_SERVER: Code = (
    "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
    "authserver",
    "authorization server",
);

pub(super) const PERSON: Code = (ENTITY_TYPE, "1", "Person");
pub(super) const SYSTEM_OBJECT: Code = (ENTITY_TYPE, "2", "System Object");
pub(super) const CONSENT: Code = ("http://hl7.org/fhir/resource-types", "Consent", "Consent");

pub(super) const PATIENT: Code = (OBJECT_ROLE, "1", "Patient");
pub(super) const REPORT: Code = (OBJECT_ROLE, "3", "Report");
pub(super) const DOMAIN_RESOURCE: Code = (OBJECT_ROLE, "4", "Domain Resource");
const QUERY: Code = (OBJECT_ROLE, "24", "Query");

/// A field that is a text.
pub(super) fn text<'e>(event: &'e Map<String, Value>, name: &str) -> Option<&'e str> {
    event.get(name).and_then(Value::as_str)
}

pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn coded((system, code, display): Code) -> Value {
    coding(system, code, display)
}

/// A reference by identifier to a resource that is nowhere served.
pub(super) fn identified(kind: &str, system: &str, value: &str) -> Value {
    json!({ "type": kind, "identifier": { "system": system, "value": value } })
}

/// Who took part.
pub(super) struct Agent(Map<String, Value>);

/// Whoever took part in this role; `requestor` who wanted it.
pub(super) fn agent(role: Code, who: Value, requestor: bool) -> Agent {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), json!({ "coding": [coded(role)] }));
    fields.insert("who".to_owned(), who);
    fields.insert("requestor".to_owned(), json!(requestor));
    Agent(fields)
}

impl Agent {
    /// Under this URI.
    pub(super) fn at(mut self, uri: &str) -> Self {
        let network = json!({ "address": uri, "type": "5" });
        self.0.insert("network".to_owned(), network);
        self
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// What it was about.
pub(super) fn entity(kind: Code, role: Option<Code>, what: Value) -> Value {
    let mut fields = Map::new();
    fields.insert("what".to_owned(), what);
    fields.insert("type".to_owned(), coded(kind));
    if let Some(role) = role {
        fields.insert("role".to_owned(), coded(role));
    }
    Value::Object(fields)
}

/// What was asked of the log: the conditions as JSON, and the part of the log.
pub(super) fn query(event: &Map<String, Value>) -> Value {
    let asked: Map<String, Value> = [
        "query",
        "population",
        "seed",
        "size",
        "format",
        "hits",
        "period",
    ]
    .into_iter()
    .filter_map(|name| Some((name.to_owned(), event.get(name)?.clone())))
    .collect();
    let asked = Value::Object(asked).to_string();
    json!({
        "type": coded(SYSTEM_OBJECT),
        "role": coded(QUERY),
        "query": STANDARD.encode(asked),
    })
}
