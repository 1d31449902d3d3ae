//! The conditions of a query of the log.

use freigabe_domain::{
    access::{ClientId, UserReference},
    audit::{AuditQuery, LegalBasis, Operation, Outcome, Queried, Retention},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    office::OfficeId,
    vocabulary::{Category, Purpose},
};

use crate::{
    extract::{time, uuid},
    query::{Parameters, code},
};

pub(super) const A_TIME: &str = "a date and time in RFC 3339 form, between the years 1970 and 9999";
const A_UUID: &str = "a UUID with its four hyphens";
const A_PSEUDONYM: &str = "'p-' and 32 lower-case hexadecimal digits";
/// The largest whole number that every reader of JSON keeps exactly.
pub(super) const LARGEST: u64 = (1 << 53) - 1;

/// Takes the conditions, and finds those that can't be asked together.
pub(super) fn read(parameters: &mut Parameters) -> AuditQuery {
    let query = AuditQuery {
        from: parameters.optional("from", A_TIME, time),
        until: parameters.optional("until", A_TIME, time),
        actor: parameters.optional("actor", "a client id", |text| ClientId::parse(text).ok()),
        user: parameters.optional(
            "user",
            "a partner's reference of a person: 1 to 64 characters from A-Z a-z 0-9 . _ : -",
            |text| UserReference::parse(text).ok(),
        ),
        organisation: parameters.optional("organisation", A_UUID, |text| {
            uuid(text).map(OrganisationId::from_uuid)
        }),
        recipient: parameters.optional("recipient", "the identifier of an office", |text| {
            OfficeId::parse(text).ok()
        }),
        operation: code!(parameters, "operation", Operation),
        purpose: code!(parameters, "purpose", Purpose),
        legal_basis: code!(parameters, "legal_basis", LegalBasis),
        outcome: code!(parameters, "outcome", Outcome),
        refusal_reason: code!(parameters, "refusal_reason", RefusalReason),
        category: code!(parameters, "category", Category),
        case: parameters.optional("case", A_UUID, |text| uuid(text).map(CaseId::from_uuid)),
        consent: parameters.optional("consent", A_UUID, |text| {
            uuid(text).map(ConsentId::from_uuid)
        }),
        revision: parameters.optional("revision", "a whole number from 1", |text| {
            whole(text, u64::from(u32::MAX))
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| *number > 0)
        }),
        event: parameters.optional("event", A_UUID, |text| uuid(text).map(EventId::from_uuid)),
        pseudonym: parameters
            .optional("pseudonym", A_PSEUDONYM, |text| Pseudonym::parse(text).ok()),
        min_hits: number(parameters, "min_hits"),
        max_hits: number(parameters, "max_hits"),
        queried: parameters.optional(
            "queried",
            "the UUID of a case or consent, or a pseudonym",
            |text| {
                let id = uuid(text).map(Queried::Id);
                id.or_else(|| Pseudonym::parse(text).ok().map(Queried::Person))
            },
        ),
        retention: code!(parameters, "retention", Retention),
    };
    if query.revision.is_some() && query.consent.is_none() {
        parameters.fault("revision", "can only be asked together with consent");
    }
    if query.retention == Some(Retention::Gone) && query.is_narrowed() {
        parameters.fault(
            "retention",
            "gone can't be asked together with another condition: of what was erased nothing is known but the number",
        );
    }
    query
}

/// Takes a whole number that may be missing.
pub(super) fn number(parameters: &mut Parameters, name: &'static str) -> Option<u64> {
    let expected = format!("a whole number from 0 to {LARGEST}");
    parameters.optional(name, &expected, |text| whole(text, LARGEST))
}

fn whole(text: &str, most: u64) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| is_plain && *number <= most)
}
