//! Events as FHIR R4 `AuditEvent` resources, in the shapes of IHE BALP (Basic Audit Log Patterns, 1.1.3).
//!
//! | event | profile |
//! | --- | --- |
//! | a disclosure is collected | `IHE.BasicAudit.PrivacyDisclosure.Source` |
//! | a disclosure is checked, or refused | `IHE.BasicAudit.AuthZconsent` |
//! | something is recorded or released | `IHE.BasicAudit.PatientCreate`, `.Create` |
//! | something is changed | `IHE.BasicAudit.PatientUpdate`, `.Update` |
//! | the log is used | `IHE.BasicAudit.PatientQuery`, `.Query` |
//! | anything else | none; the code of DICOM for it |
//!
//! Persons, offices and clients have no FHIR resources here: references are logical, by identifier. Addresses of machines are
//! not in the log; where a profile asks for one, the URI of the client or office stands there.

mod parts;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use self::parts::{agent, coding, entity, identified, text};

/// Where the profiles of BALP are.
const PROFILES: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const AUTHZ_SUBTYPE: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType";
const AUDIT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";

/// The shape of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Disclosure,
    Decision,
    Create,
    Update,
    Query,
    Other,
}

impl Shape {
    fn of(event: &Map<String, Value>) -> Self {
        let done = text(event, "outcome") == Some("done");
        match text(event, "operation").unwrap_or_default() {
            "disclosure_checked" => Self::Decision,
            "disclosure_released" | "disclosure_collected" if !done => Self::Decision,
            _ if !done => Self::Other,
            "disclosure_collected" => Self::Disclosure,
            "consent_recorded"
            | "disclosure_released"
            | "organisation_added"
            | "client_added"
            | "client_invited"
            | "consent_form_added" => Self::Create,
            "consent_revised"
            | "consent_withdrawn"
            | "consent_expired"
            | "disclosure_acknowledged"
            | "disclosure_recalled"
            | "withdrawal_notice_answered"
            | "client_suspended"
            | "client_resumed"
            | "client_key_replaced"
            | "client_scopes_changed" => Self::Update,
            "audit_queried" | "audit_sampled" | "audit_exported" | "audit_counted" => Self::Query,
            _ => Self::Other,
        }
    }

    /// Name of the profile; another one where a person is known.
    fn profile(self, about_person: bool) -> Option<&'static str> {
        match (self, about_person) {
            (Self::Disclosure, true) => Some("PrivacyDisclosure.Source"),
            (Self::Decision, true) => Some("AuthZconsent"),
            (Self::Create, true) => Some("PatientCreate"),
            (Self::Create, false) => Some("Create"),
            (Self::Update, true) => Some("PatientUpdate"),
            (Self::Update, false) => Some("Update"),
            (Self::Query, true) => Some("PatientQuery"),
            (Self::Query, false) => Some("Query"),
            (Self::Disclosure | Self::Decision, false) | (Self::Other, _) => None,
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Disclosure => "R",
            Self::Create => "C",
            Self::Update => "U",
            Self::Decision | Self::Query | Self::Other => "E",
        }
    }

    fn kind(self, denied: bool) -> Value {
        match self {
            Self::Disclosure => coding(DCM, "110106", "Export"),
            Self::Decision => coding(DCM, "110113", "Security Alert"),
            Self::Create | Self::Update | Self::Query => {
                coding(AUDIT_TYPE, "rest", "Restful Operation")
            }
            Self::Other if denied => coding(DCM, "110113", "Security Alert"),
            Self::Other => coding(DCM, "110100", "Application Activity"),
        }
    }

    fn subtype(self) -> Option<Value> {
        match self {
            Self::Disclosure => Some(coding(
                LIFECYCLE,
                "disclose",
                "Disclose Record Lifecycle Event",
            )),
            Self::Decision => Some(coding(
                AUTHZ_SUBTYPE,
                "AuthZ-Consent",
                "Authorization Decision using Roles and Consent",
            )),
            Self::Create => Some(coding(INTERACTION, "create", "create")),
            Self::Update => Some(coding(INTERACTION, "update", "update")),
            Self::Query => Some(coding(INTERACTION, "search", "search")),
            Self::Other => None,
        }
    }
}

/// The resource of an event. `site` is the address of this installation.
pub(super) fn audit_event(event: &Map<String, Value>, site: &str) -> Value {
    let shape = Shape::of(event);
    let person = person(event);
    let mut resource = Map::new();
    resource.insert("resourceType".to_owned(), json!("AuditEvent"));
    copy(event, "id", &mut resource, "id");
    if let Some(profile) = shape.profile(person.is_some()) {
        let profile = format!("{PROFILES}{profile}");
        resource.insert("meta".to_owned(), json!({ "profile": [profile] }));
    }
    let outcome = text(event, "outcome").unwrap_or_default();
    resource.insert("type".to_owned(), shape.kind(outcome == "denied"));
    let operation = text(event, "operation").unwrap_or_default();
    let own = coding("urn:freigabe:operation", operation, operation);
    // The subtypes of a decision are a closed set.
    let own = (shape != Shape::Decision).then_some(own);
    let subtypes: Vec<Value> = shape.subtype().into_iter().chain(own).collect();
    resource.insert("subtype".to_owned(), Value::Array(subtypes));
    resource.insert("action".to_owned(), json!(shape.action()));
    copy(event, "at", &mut resource, "recorded");
    let code = if outcome == "done" { "0" } else { "8" };
    resource.insert("outcome".to_owned(), json!(code));
    if let Some(why) = why(event) {
        resource.insert("outcomeDesc".to_owned(), json!(why));
    }
    let purposes: Vec<Value> = ["purpose", "legal_basis"]
        .into_iter()
        .filter_map(|name| Some((name, text(event, name)?)))
        .map(|(name, code)| json!({ "coding": [coding(&format!("urn:freigabe:{name}"), code, code)] }))
        .collect();
    if !purposes.is_empty() {
        resource.insert("purposeOfEvent".to_owned(), Value::Array(purposes));
    }
    resource.insert("agent".to_owned(), agents(event, shape, site));
    resource.insert(
        "source".to_owned(),
        json!({
            "site": site,
            "observer": observer(site),
            "type": [coding(SOURCE_TYPE, "4", "Application Server")],
        }),
    );
    let entities = entities(event, shape, person);
    if !entities.is_empty() {
        resource.insert("entity".to_owned(), Value::Array(entities));
    }
    Value::Object(resource)
}

fn copy(event: &Map<String, Value>, from: &str, resource: &mut Map<String, Value>, to: &str) {
    if let Some(value) = event.get(from) {
        resource.insert(to.to_owned(), value.clone());
    }
}

/// The pseudonym by which the person stands in the log, or by which an auditor asked.
fn person(event: &Map<String, Value>) -> Option<&str> {
    let asked = event.get("query").and_then(|query| query.get("pseudonym"));
    text(event, "person")
        .or_else(|| text(event, "person_for_recipient"))
        .or_else(|| asked.and_then(Value::as_str))
}

fn why(event: &Map<String, Value>) -> Option<String> {
    let reasons = event.get("refusal_reasons").and_then(Value::as_array);
    let reasons: Vec<&str> = reasons
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if reasons.is_empty() {
        text(event, "denial").map(str::to_owned)
    } else {
        Some(reasons.join(", "))
    }
}

/// This installation, as who recorded the event.
fn observer(site: &str) -> Value {
    identified("Device", "urn:ietf:rfc:3986", site)
}

fn agents(event: &Map<String, Value>, shape: Shape, site: &str) -> Value {
    let actor = event.get("actor").and_then(Value::as_object);
    let field = |name: &str| actor.and_then(|actor| text(actor, name));
    let client = field("client");
    let who_calls = match client {
        Some(client) => identified("Device", "urn:freigabe:client", client),
        // What the server does by itself.
        None => observer(site),
    };
    let calling_from = client.map_or_else(
        || site.to_owned(),
        |client| format!("urn:freigabe:client:{client}"),
    );
    let user = match (field("user"), field("organisation")) {
        (Some(user), _) => Some(identified("Practitioner", "urn:freigabe:user", user)),
        (None, Some(organisation)) => Some(identified(
            "Organization",
            "urn:freigabe:organisation",
            organisation,
        )),
        (None, None) => None,
    };
    let office = text(event, "recipient");
    let mut agents = Vec::new();
    match shape {
        Shape::Disclosure => {
            agents.push(agent(parts::SOURCE, observer(site), false).at(site));
            if let Some(office) = office {
                let who = identified("Organization", "urn:freigabe:office", office);
                let address = format!("urn:freigabe:office:{office}");
                agents.push(agent(parts::DESTINATION, who, false).at(&address));
            }
            if let Some(centre) = text(event, "centre") {
                let who = identified("Organization", "urn:freigabe:organisation", centre);
                agents.push(agent(parts::CUSTODIAN, who, false));
            }
            if let Some(person) = person(event) {
                let who = identified("Patient", "urn:freigabe:pseudonym", person);
                agents.push(agent(parts::AUTHORIZER, who, false));
            }
            agents.extend(user.map(|who| agent(parts::RECIPIENT_USER, who, true)));
        }
        Shape::Decision => {
            agents.push(agent(parts::APPLICATION, who_calls, false).at(&calling_from));
            agents.extend(user.map(|who| agent(parts::RECIPIENT_USER, who, true)));
            if let Some(organisation) = field("organisation") {
                let who = identified("Organization", "urn:freigabe:organisation", organisation);
                agents.push(agent(parts::PROVIDER, who, false));
            }
            agents.push(agent(parts::AUTHORIZATION_SERVER, observer(site), false));
        }
        Shape::Create | Shape::Update | Shape::Query | Shape::Other => {
            agents.push(agent(parts::SOURCE, who_calls, user.is_none()).at(&calling_from));
            agents.push(agent(parts::DESTINATION, observer(site), false).at(site));
            let role = match shape {
                Shape::Query => parts::RECIPIENT_USER,
                _ => parts::AUTHOR,
            };
            agents.extend(user.map(|who| agent(role, who, true)));
        }
    }
    agents.into_iter().map(parts::Agent::into_value).collect()
}

fn entities(event: &Map<String, Value>, shape: Shape, person: Option<&str>) -> Vec<Value> {
    let mut entities = Vec::new();
    if let Some(person) = person {
        let what = identified("Patient", "urn:freigabe:pseudonym", person);
        entities.push(entity(parts::PERSON, Some(parts::PATIENT), what));
    }
    let consent = text(event, "consent");
    if shape == Shape::Query {
        entities.push(parts::query(event));
        return entities;
    }
    let consent_is_object = matches!(shape, Shape::Create | Shape::Update)
        && text(event, "disclosure").is_none()
        && consent.is_some();
    if let Some(consent) = consent.filter(|_| !consent_is_object) {
        let what = identified("Consent", "urn:freigabe:consent", consent);
        entities.push(entity(parts::CONSENT, None, what));
    }
    if shape == Shape::Decision {
        return entities;
    }
    let object = [
        ("disclosure", "urn:freigabe:disclosure"),
        ("consent", "urn:freigabe:consent"),
        ("participant", "urn:freigabe:participant"),
        ("consent_form", "urn:freigabe:consent-form"),
        ("attempted", "urn:freigabe:operation-id"),
    ]
    .into_iter()
    .find_map(|(name, system)| Some((system, text(event, name)?)));
    if let Some((system, value)) = object {
        let role = if text(event, "disclosure").is_some() {
            parts::REPORT
        } else {
            parts::DOMAIN_RESOURCE
        };
        let what = json!({ "identifier": { "system": system, "value": value } });
        entities.push(entity(parts::SYSTEM_OBJECT, Some(role), what));
    }
    entities
}
