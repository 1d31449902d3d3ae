//! Bodies of requests: strict JSON, the schema, the types of the contract and of the domain.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a rule that is broken is a panic"
)]

use std::fmt::{self, Debug};
use std::sync::LazyLock;

use freigabe_contract::{
    Fault,
    audit::DrawAuditSample,
    consent::ReviseConsent,
    contact::{RecordContactConsent, ReleaseContactDetails},
    directory::{AddCounsellingCentre, CentreEntry, ImportCounsellingCentres, SetKeeper},
    disclosure::DraftDisclosure,
    examples,
    involvement::OfferInvolvement,
    log::CheckReceipt,
    onboarding::{
        AddClient, AddOrganisation, InviteClient, ReplaceClientCredential, SetClientScopes,
    },
    registration::ClientMetadata,
    security_notice::AcknowledgeSecurityNotice,
    withdrawal::AnswerWithdrawalNotice,
};
use freigabe_domain::{
    access::ClientId,
    ids::{ContactConsentId, InvolvementId},
};
use serde::{
    Deserialize, Serialize,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use uuid::Uuid;

use super::{RequestBody, Schemas, interpret, parse};
use crate::{convert, fuzzing::CANARY, problem::ApiError, problem::MOST_FAULTS};

/// A type of body: what must hold of its bytes, and good ones.
type Kind = (fn(&[u8]), fn() -> Vec<Value>);

/// The first byte of an input says which.
const KINDS: &[Kind] = &[
    (
        |bytes| judge(bytes, convert::new_consent),
        || vec![examples::record_consent(), examples::record_refusal()],
    ),
    (
        |bytes| judge::<ReviseConsent, _>(bytes, convert::decision),
        || vec![examples::revise_consent()],
    ),
    (
        |bytes| judge::<DraftDisclosure, _>(bytes, convert::draft),
        || vec![examples::draft_disclosure()],
    ),
    (
        |bytes| judge::<AnswerWithdrawalNotice, _>(bytes, convert::answer),
        || vec![examples::answer_withdrawal_notice()],
    ),
    (
        |bytes| judge::<AddOrganisation, _>(bytes, convert::onboarding::new_organisation),
        || vec![examples::add_organisation()],
    ),
    (
        |bytes| judge::<InviteClient, _>(bytes, convert::onboarding::invited),
        || vec![examples::invite_client()],
    ),
    (
        |bytes| {
            judge::<AddClient, _>(bytes, |body| {
                let id = ClientId::parse("fbs-nord").expect("an identifier");
                convert::onboarding::new_client(id, body)
            });
        },
        || vec![examples::add_client(), examples::add_client_of_issuer()],
    ),
    (
        |bytes| {
            judge::<ReplaceClientCredential, _>(bytes, |body| {
                convert::onboarding::credential(body.credential)
            });
        },
        || vec![examples::replace_client_credential()],
    ),
    (
        |bytes| {
            judge::<SetClientScopes, _>(bytes, |body| Ok(convert::onboarding::scopes(body.scopes)));
        },
        || vec![examples::set_client_scopes()],
    ),
    (
        |bytes| judge::<DrawAuditSample, _>(bytes, Ok),
        || vec![examples::draw_audit_sample()],
    ),
    (
        |bytes| judge::<ClientMetadata, _>(bytes, Ok),
        || vec![examples::client_metadata()],
    ),
    (
        |bytes| judge::<CheckReceipt, _>(bytes, Ok),
        || vec![examples::check_receipt()],
    ),
    (
        |bytes| judge::<AddCounsellingCentre, _>(bytes, Ok),
        || vec![examples::add_counselling_centre()],
    ),
    (
        |bytes| judge::<CentreEntry, _>(bytes, Ok),
        || vec![examples::centre_entry()],
    ),
    (
        |bytes| judge::<SetKeeper, _>(bytes, Ok),
        || vec![examples::set_keeper()],
    ),
    (
        |bytes| judge::<ImportCounsellingCentres, _>(bytes, Ok),
        || vec![examples::import_counselling_centres()],
    ),
    (
        |bytes| judge(bytes, convert::involvement::new_referral),
        || vec![examples::note_referral()],
    ),
    (
        |bytes| judge(bytes, convert::involvement::new_involvement),
        || vec![examples::note_involvement()],
    ),
    (
        |bytes| {
            judge::<OfferInvolvement, _>(bytes, |body| {
                Ok(convert::involvement::centres(body.centres))
            });
        },
        || vec![examples::offer_involvement()],
    ),
    (
        |bytes| judge(bytes, convert::involvement::contact),
        || vec![examples::agree_contact()],
    ),
    (
        |bytes| judge(bytes, convert::involvement::offer_answer),
        || vec![examples::answer_offer()],
    ),
    (
        |bytes| {
            judge::<RecordContactConsent, _>(bytes, |body| {
                convert::contact::new_consent(InvolvementId::from_uuid(Uuid::nil()), body)
            });
        },
        || vec![examples::record_contact_consent()],
    ),
    (
        |bytes| {
            judge::<ReleaseContactDetails, _>(bytes, |body| {
                convert::contact::draft(ContactConsentId::from_uuid(Uuid::nil()), body)
            });
        },
        || vec![examples::release_contact_details()],
    ),
    (
        |bytes| judge(bytes, convert::regional::new_agreement),
        || vec![examples::propose_regional_agreement()],
    ),
    (
        |bytes| judge(bytes, convert::security_notice::new_notice),
        || {
            vec![
                examples::issue_security_notice(),
                examples::issue_security_broadcast(),
            ]
        },
    ),
    (
        |bytes| judge(bytes, convert::security_notice::new_version),
        || vec![examples::revise_security_notice()],
    ),
    (
        |bytes| {
            judge::<AcknowledgeSecurityNotice, _>(bytes, |body| {
                Ok(convert::security_notice::role(&body))
            });
        },
        || vec![examples::acknowledge_security_notice()],
    ),
    (
        |bytes| judge(bytes, convert::handover::new_handover),
        || vec![examples::hand_case_over()],
    ),
    (
        |bytes| judge(bytes, convert::contact_pair::new_pair),
        || vec![examples::open_contact_pair()],
    ),
    (
        |bytes| judge(bytes, convert::contact_pair::contacts),
        || vec![examples::set_pair_contacts()],
    ),
];

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| {
    let description = serde_json::from_str(&crate::openapi_json()).expect("JSON");
    Schemas::compile(&description).expect("schemas")
});

/// Good inputs of the targets here; none of another.
pub(crate) fn seeds(target: &str) -> Option<Vec<Vec<u8>>> {
    if target != "body" {
        return None;
    }
    let mut seeds = Vec::new();
    for (which, (_, good)) in (0_u8..).zip(KINDS) {
        let mut add = |body: &str| seeds.push([&[which], body.as_bytes()].concat());
        for good in good() {
            add(&good.to_string());
            // One member after the other is something else.
            let mut places = Vec::new();
            pointers(&good, "", &mut places);
            for place in places {
                for other in [Value::from(CANARY), Value::from(-0.5), Value::Null] {
                    let mut changed = good.clone();
                    *changed.pointer_mut(&place).expect("a place") = other;
                    add(&changed.to_string());
                }
            }
            if let Value::Object(mut members) = good {
                members.insert("~a/b".to_owned(), CANARY.into());
                members.insert(
                    "a".repeat(200),
                    serde_json::json!({ "b": { "c": "\u{1}" } }),
                );
                add(&Value::Object(members).to_string());
            }
        }
        add(r#"{"a":{"b":1,"b":{"c":"\u0001"}},"a":[1e400,9007199254740993]}"#);
        add(&format!("{}1{}", "[".repeat(20), "]".repeat(20)));
    }
    Some(seeds)
}

fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let mut below = |name: &str, value: &Value| {
        let place = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(place.clone());
        pointers(value, &place, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.for_each(|(number, value)| below(&number.to_string(), value));
        }
        _ => {}
    }
}

pub(crate) fn body(data: &[u8]) {
    if let Some((which, body)) = data.split_first() {
        let (judge, _) = KINDS[usize::from(*which) % KINDS.len()];
        judge(body);
    }
}

/// What must hold of these bytes as a body of this type, which becomes something of the domain.
fn judge<T, D>(bytes: &[u8], into_domain: impl Fn(T) -> Result<D, ApiError>)
where
    T: RequestBody + Serialize + PartialEq + Debug,
{
    let document: Option<Document> = serde_json::from_slice(bytes).ok();
    match interpret::<T>(&SCHEMAS, bytes) {
        Ok(body) => {
            let document = document.expect("what is taken is JSON");
            let written = serde_json::to_vec(&body).expect("JSON");
            match interpret::<T>(&SCHEMAS, &written) {
                Ok(again) => {
                    assert_eq!(again, body, "a body says the same when it is written again")
                }
                Err(error) => {
                    panic!("what was taken is refused when it is written again: {error:?}")
                }
            }
            match into_domain(body) {
                Ok(_) => {}
                Err(ApiError::InvalidBody(faults)) => are_told(&faults, &document),
                Err(other) => panic!("{other:?}"),
            }
        }
        Err(ApiError::MalformedJson(faults)) => {
            assert!(parse(bytes).is_err());
            match document {
                Some(document) => are_told(&faults, &document),
                None => are_words(&faults),
            }
        }
        Err(ApiError::InvalidBody(faults) | ApiError::NeverAccepted(faults)) => {
            are_told(
                &faults,
                &document.expect("what follows no schema is JSON all the same"),
            );
        }
        Err(other) => panic!("{other:?}"),
    }
}

fn are_words(faults: &[Fault]) {
    assert!(!faults.is_empty(), "refused, and nobody says why");
    // What may never be sent is told besides.
    assert!(faults.len() <= 2 * MOST_FAULTS);
    for fault in faults {
        assert!(
            !fault.detail.is_empty() && !fault.detail.contains(CANARY),
            "{fault:?}"
        );
        assert!(fault.parameter.is_none() && fault.header.is_none());
    }
}

/// Each fault has words, and a place that is in the document or would be in something that is.
fn are_told(faults: &[Fault], document: &Document) {
    are_words(faults);
    for fault in faults {
        let pointer = fault.pointer.as_deref().expect("a place");
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        assert!(
            document.has(pointer) || document.has(parent),
            "there is no {pointer:?} in the document"
        );
    }
}

/// A document in which members may stand twice.
enum Document {
    Scalar,
    Items(Vec<Self>),
    Members(Vec<(String, Self)>),
}

impl Document {
    fn has(&self, pointer: &str) -> bool {
        let Some(steps) = pointer.strip_prefix('/') else {
            return pointer.is_empty();
        };
        let (step, rest) = match steps.find('/') {
            Some(at) => steps.split_at(at),
            None => (steps, ""),
        };
        match self {
            Self::Scalar => false,
            Self::Items(items) => {
                let item = step.parse().ok().and_then(|at: usize| items.get(at));
                item.is_some_and(|item| item.has(rest))
            }
            Self::Members(members) => {
                let step = step.replace("~1", "/").replace("~0", "~");
                let mut named = members.iter().filter(|(name, _)| *name == step);
                named.any(|(_, value)| value.has(rest))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Document, E> {
        Ok(Document::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Document, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Document::Items(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(Document::Members(all))
    }
}
