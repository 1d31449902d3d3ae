//! Examples of requests and responses: fictional, complete, and valid against the schemas. They stand in the published API
//! description and serve as a starting point for tests.

mod contact;
mod contact_pair;
mod directory;
mod handover;
mod involvement;
mod leaflet;
mod regional;
mod security_notice;

use serde_json::{Value, json};

pub use self::contact::{record_contact_consent, release_contact_details};
pub use self::contact_pair::{
    contact_pair, listed_contact_pair, office_without_contact, open_contact_pair, set_pair_contacts,
};
pub use self::directory::{
    add_counselling_centre, centre_entry, counselling_centre, found_services,
    import_counselling_centres, schedule, set_keeper,
};
pub use self::handover::{hand_case_over, made_handover, told_handover};
pub use self::involvement::{
    agree_contact, answer_offer, involvement, involvement_offer, note_involvement, note_referral,
    offer_involvement, referral_notice,
};
pub use self::leaflet::leaflet;
pub use self::regional::{propose_regional_agreement, regional_agreement};
pub use self::security_notice::{
    acknowledge_security_notice, inbox_security_notice, issue_security_broadcast,
    issue_security_notice, read_security_notice, revise_security_notice, security_notice,
};

const RECORD_ID: &str = "019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01";
const CENTRE_ID: &str = "019a6b2e-0000-7c00-8a00-000000000017";
const CASE_ID: &str = "019a6b2e-7c40-7e10-8b21-3c4d5e6f7a02";
const DISCLOSURE_ID: &str = "019a6b31-2f80-7a55-b6c7-d8e9f0a1b203";
const NOTICE_ID: &str = "019a6c00-11aa-7b22-9c33-4d55e66f7704";
const PERSON: &str = "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// Terms: an adult allows two kinds of findings for the investigation, and her region of stay to nobody.
#[must_use]
pub fn terms() -> Value {
    json!({
        "grants": [{
            "recipients": ["bpoli-kb-rostock"],
            "purposes": ["criminal_investigation"],
            "categories": ["vehicle", "exploitation_place"],
            "express_scopes": [],
            "actions": ["collect"],
            "handling": "H1"
        }],
        "exclusions": [{ "express_scope": "region_of_stay" }],
        "valid_from": "2026-11-24T08:00:00.000000Z",
        "valid_until": "2027-05-24T08:00:00.000000Z",
        "data_protection_consent": {
            "form_version": "KOK-DS-2026-1",
            "language": "ro",
            "signed_at": "2026-11-24T07:40:00.000000Z"
        },
        "confidentiality_release": {
            "form_version": "KOK-SP-2026-1",
            "language": "ro",
            "signed_at": "2026-11-24T07:45:00.000000Z"
        },
        "notice": {
            "right_to_withdraw": true,
            "consequences": true,
            "police_cannot_undo": true
        },
        "capacity": "full",
        "grantor": { "type": "person" },
        "conversation": {
            "language": "ro",
            "mediation": { "type": "interpreted", "interpreter": "DOLM-31" },
            "read_back_at": "2026-11-24T07:50:00.000000Z"
        },
        "evidence": {
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "medium": "signed_paper",
            "kept_at": "Locked cabinet 2, folder 17"
        },
        "collected_by": "BERAT-04",
        "retention": {
            "until": "2030-12-31T23:00:00.000000Z",
            "basis": "Art. 7(1) GDPR, three years after the end of validity"
        }
    })
}

/// `recordConsent`: a consent that was given.
#[must_use]
pub fn record_consent() -> Value {
    json!({
        "case_reference": "2026/KL.017-b",
        "pii_principal_id": "KL-017",
        "decision": "given",
        "terms": terms()
    })
}

/// `recordConsent`: a refusal.
#[must_use]
pub fn record_refusal() -> Value {
    json!({
        "case_reference": "2026/KL.018",
        "pii_principal_id": "KL-018",
        "decision": "refused"
    })
}

/// `reviseConsent`.
#[must_use]
pub fn revise_consent() -> Value {
    json!({ "decision": "given", "terms": terms() })
}

/// A recorded consent.
#[must_use]
pub fn consent() -> Value {
    json!({
        "schema_version": crate::consent::SCHEMA_VERSION,
        "record_id": RECORD_ID,
        "pii_controller": CENTRE_ID,
        "pii_principal_id": "KL-017",
        "case_reference": "2026/KL.017-b",
        "case_id": CASE_ID,
        "status": "given",
        "revision": 1,
        "recorded_at": "2026-11-24T08:15:00.000000Z",
        "changed_at": "2026-11-24T08:15:00.000000Z",
        "terms": terms(),
        "revisions": [{
            "number": 1,
            "state": "current",
            "decision": "given",
            "recorded_at": "2026-11-24T08:15:00.000000Z",
            "terms": terms()
        }],
        "events": [{
            "event_type": "recorded",
            "event_time": "2026-11-24T08:15:00.000000Z",
            "revision": 1
        }],
        "read_at": "2026-11-24T08:15:00.000000Z"
    })
}

/// A withdrawal's outcome.
#[must_use]
pub fn withdrawal() -> Value {
    json!({
        "record_id": RECORD_ID,
        "status": "withdrawn",
        "revision": 1,
        "withdrawn_at": "2026-12-01T10:30:00.000000Z",
        "sealed_disclosures": 1,
        "withdrawal_notices": 1
    })
}

/// `releaseDisclosure` and `checkDisclosure`.
#[must_use]
pub fn draft_disclosure() -> Value {
    json!({
        "consent_id": RECORD_ID,
        "consent_revision": 1,
        "recipient": "bpoli-kb-rostock",
        "purpose": "criminal_investigation",
        "onward_transfer": false,
        "matter": { "postcode": "18055" },
        "items": [item()]
    })
}

/// One item.
#[must_use]
pub fn item() -> Value {
    json!({
        "category": "vehicle",
        "touches": [],
        "statement": "fact",
        "grading": { "source": "B", "information": "2", "handling": "H1" },
        "observed_at": "2026-11-20T19:30:00.000000Z",
        "text": "A white van brought the women to the flat each evening.",
        "details": {
            "type": "vehicle",
            "registration": "HRO XY 123",
            "country": "DE",
            "colour": "white"
        }
    })
}

fn profile() -> Value {
    json!({
        "category": "vehicle",
        "touches": [],
        "statement": "fact",
        "grading": { "source": "B", "information": "2", "handling": "H1" }
    })
}

/// A released disclosure, as its centre sees it.
#[must_use]
pub fn disclosure() -> Value {
    json!({
        "id": DISCLOSURE_ID,
        "consent_id": RECORD_ID,
        "consent_revision": 1,
        "case_id": CASE_ID,
        "recipient": "bpoli-kb-rostock",
        "purpose": "criminal_investigation",
        "onward_transfer": false,
        "matter": { "postcode": "18055" },
        "competence": "place_and_task",
        "items": [profile()],
        "person": PERSON,
        "state": "held",
        "released_at": "2026-11-24T08:20:00.000000Z"
    })
}

/// A disclosure, as the addressed office sees it.
#[must_use]
pub fn addressed_disclosure() -> Value {
    json!({
        "id": DISCLOSURE_ID,
        "centre_id": CENTRE_ID,
        "recipient": "bpoli-kb-rostock",
        "purpose": "criminal_investigation",
        "onward_transfer": false,
        "competence": "place_and_task",
        "items": [profile()],
        "person": PERSON,
        "state": "held",
        "released_at": "2026-11-24T08:20:00.000000Z"
    })
}

/// A refusal: the consent does not cover phone numbers.
#[must_use]
pub fn refusal() -> Value {
    json!({
        "reason": "CATEGORY_NOT_COVERED",
        "item": 1,
        "consent_id": RECORD_ID,
        "consent_revision": 1,
        "needed": { "kind": "category", "category": "phone_number" },
        "text_de": "Art der Information nicht umfasst. Nötig: „Rufnummer“ in einer Erlaubnis für diesen Empfänger und Zweck.",
        "text_en": "category is not covered. Needed: \"phone number\" in a grant for this recipient and purpose."
    })
}

/// `checkDisclosure`: it would be refused.
#[must_use]
pub fn check_result() -> Value {
    json!({
        "authorized": false,
        "consent_id": RECORD_ID,
        "consent_revision": 1,
        "refusals": [refusal()],
        "passing_items": [0]
    })
}

/// A withdrawal notice that waits for an answer.
#[must_use]
pub fn withdrawal_notice() -> Value {
    json!({
        "id": NOTICE_ID,
        "disclosure_id": DISCLOSURE_ID,
        "centre_id": CENTRE_ID,
        "person": PERSON,
        "cause": "withdrawn",
        "issued_at": "2026-12-01T10:30:00.000000Z"
    })
}

/// `answerWithdrawalNotice`.
#[must_use]
pub fn answer_withdrawal_notice() -> Value {
    json!({ "answer": "retained", "legal_basis": "§ 163 StPO, file of the public prosecutor" })
}

/// The forms that are known.
#[must_use]
pub fn consent_forms() -> Value {
    json!({ "items": [
        { "kind": "data_protection_consent", "version": "2026-1", "language": "de" },
        { "kind": "data_protection_consent", "version": "2026-1", "language": "ro" },
        { "kind": "confidentiality_release", "version": "2026-1", "language": "de" },
        { "kind": "confidentiality_release", "version": "2026-1", "language": "ro" }
    ] })
}

/// An office.
#[must_use]
pub fn office() -> Value {
    json!({
        "id": "bpoli-kb-rostock",
        "kind": "inspektion",
        "name": "Bundespolizeiinspektion Kriminalitätsbekämpfung Rostock",
        "parent": "bpold-bad-bramstedt",
        "city": "Rostock",
        "land": "DE-MV",
        "point": { "lat": 54.0887, "lon": 12.14049 },
        "specialism": "serious_crime",
        "active": true
    })
}

/// A counselling centre that is to take part.
#[must_use]
pub fn add_organisation() -> Value {
    json!({ "role": "centre", "name": "Beispielberatung Hafenlicht", "regime": "kdg" })
}

/// A counselling centre that takes part.
#[must_use]
pub fn organisation() -> Value {
    json!({
        "id": CENTRE_ID,
        "role": "centre",
        "name": "Beispielberatung Hafenlicht",
        "regime": "kdg"
    })
}

/// A client that a centre may register.
#[must_use]
pub fn invite_client() -> Value {
    json!({ "client_id": "hafenlicht-akte" })
}

/// What the operator hands to the centre.
#[must_use]
pub fn invitation() -> Value {
    json!({
        "client_id": "hafenlicht-akte",
        "organisation_id": CENTRE_ID,
        "registration_token": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "registration_endpoint": "https://freigabe.example/oauth2/register",
        "expires_at": "2026-12-01T09:00:00.000000Z"
    })
}

/// A public key: the one of RFC 8037, appendix A.2.
#[must_use]
pub fn public_jwk() -> Value {
    json!({
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "alg": "EdDSA",
        "use": "sig"
    })
}

/// A client with a key of its own, for case files only.
#[must_use]
pub fn add_client() -> Value {
    json!({
        "organisation_id": CENTRE_ID,
        "credential": { "type": "jwk", "jwk": public_jwk() },
        "scopes": ["consents:read", "consents:write"]
    })
}

/// A client that gets its tokens elsewhere.
#[must_use]
pub fn add_client_of_issuer() -> Value {
    json!({
        "organisation_id": CENTRE_ID,
        "credential": {
            "type": "issuer",
            "issuer": "https://sso.hafenlicht.example/realms/beratung",
            "issuer_client_id": "fallsoftware"
        }
    })
}

/// Keys that the centre publishes itself from now on.
#[must_use]
pub fn replace_client_credential() -> Value {
    json!({
        "credential": {
            "type": "jwks_uri",
            "jwks_uri": "https://hafenlicht.example/freigabe/jwks.json"
        }
    })
}

/// A client that may only read.
#[must_use]
pub fn set_client_scopes() -> Value {
    json!({ "scopes": ["consents:read", "disclosures:read", "directory:read"] })
}

/// A client of a centre.
#[must_use]
pub fn registered_client() -> Value {
    json!({
        "client_id": "hafenlicht-akte",
        "organisation_id": CENTRE_ID,
        "role": "centre",
        "credential": { "type": "jwk", "jwk": public_jwk() },
        "scopes": ["consents:read", "consents:write"],
        "allowed": ["consents:read", "consents:write"],
        "active": true
    })
}

/// What an invited client says about itself.
#[must_use]
pub fn client_metadata() -> Value {
    json!({
        "jwks": { "keys": [public_jwk()] },
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"]
    })
}

/// What it gets.
#[must_use]
pub fn client_registration() -> Value {
    json!({
        "client_id": "hafenlicht-akte",
        "client_id_issued_at": 1_795_507_200,
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"],
        "scope": "consents:read consents:write disclosures:read disclosures:write directory:read",
        "jwks": { "keys": [public_jwk()] }
    })
}

/// A sample that is to be drawn.
#[must_use]
pub fn draw_audit_sample() -> Value {
    json!({
        "size": 25,
        "seed": "5f0c3a1e9b7d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246",
    })
}

/// A receipt whose standing is asked for.
#[must_use]
pub fn check_receipt() -> Value {
    json!({ "receipt": "ZnJlaWdhYmUtcmVjZWlwdC92MQ" })
}

/// A receipt whose promise was kept.
#[must_use]
pub fn receipt_check() -> Value {
    json!({
        "status": "included",
        "generation": 0,
        "leaf_index": 4711,
        "tlog_proof": "c2sp.org/tlog-proof@v1\nindex 4711\n…"
    })
}

/// That an event is in the log.
#[must_use]
pub fn audit_event_proof() -> Value {
    json!({
        "event_id": "019a6b2e-7c41-7f00-8b2a-1c2d3e4f5a09",
        "generation": 0,
        "leaf_index": 4711,
        "leaf": "AQIH6xVpeUfnJin8YCXYmIXnzCwkYVM8JrYo7wQe5mJci2HlEA==",
        "salt": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "tlog_proof": "c2sp.org/tlog-proof@v1\nindex 4711\n…"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent, contact_pair as pairs, directory, disclosure, handover as handovers,
        involvement as involvements, office as offices, onboarding, regional, registration,
        security_notice as notices, withdrawal as withdrawals,
    };

    #[track_caller]
    fn reads_and_writes_back<T: serde::Serialize + serde::de::DeserializeOwned>(example: Value) {
        let read: T = serde_json::from_value(example.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), example);
    }

    #[test]
    fn every_example_is_one() {
        reads_and_writes_back::<consent::RecordConsent>(record_consent());
        reads_and_writes_back::<consent::RecordConsent>(record_refusal());
        reads_and_writes_back::<consent::ReviseConsent>(revise_consent());
        reads_and_writes_back::<consent::Consent>(consent());
        reads_and_writes_back::<consent::Withdrawal>(withdrawal());
        reads_and_writes_back::<consent::ConsentForms>(consent_forms());
        reads_and_writes_back::<disclosure::DraftDisclosure>(draft_disclosure());
        reads_and_writes_back::<disclosure::Disclosure>(disclosure());
        reads_and_writes_back::<disclosure::AddressedDisclosure>(addressed_disclosure());
        reads_and_writes_back::<disclosure::CheckResult>(check_result());
        reads_and_writes_back::<withdrawals::WithdrawalNotice>(withdrawal_notice());
        reads_and_writes_back::<withdrawals::AnswerWithdrawalNotice>(answer_withdrawal_notice());
        reads_and_writes_back::<offices::Office>(office());
        reads_and_writes_back::<onboarding::AddOrganisation>(add_organisation());
        reads_and_writes_back::<onboarding::Organisation>(organisation());
        reads_and_writes_back::<onboarding::InviteClient>(invite_client());
        reads_and_writes_back::<onboarding::Invitation>(invitation());
        reads_and_writes_back::<onboarding::AddClient>(add_client());
        reads_and_writes_back::<onboarding::AddClient>(add_client_of_issuer());
        reads_and_writes_back::<onboarding::ReplaceClientCredential>(replace_client_credential());
        reads_and_writes_back::<onboarding::SetClientScopes>(set_client_scopes());
        reads_and_writes_back::<crate::audit::DrawAuditSample>(draw_audit_sample());
        reads_and_writes_back::<onboarding::RegisteredClient>(registered_client());
        reads_and_writes_back::<registration::ClientMetadata>(client_metadata());
        reads_and_writes_back::<registration::ClientRegistration>(client_registration());
        reads_and_writes_back::<crate::log::CheckReceipt>(check_receipt());
        reads_and_writes_back::<crate::log::ReceiptCheck>(receipt_check());
        reads_and_writes_back::<crate::log::AuditEventProof>(audit_event_proof());
        reads_and_writes_back::<directory::Schedule>(schedule());
        reads_and_writes_back::<directory::CentreEntry>(centre_entry());
        reads_and_writes_back::<directory::CounsellingCentre>(counselling_centre());
        reads_and_writes_back::<directory::AddCounsellingCentre>(add_counselling_centre());
        reads_and_writes_back::<directory::SetKeeper>(set_keeper());
        reads_and_writes_back::<directory::ImportCounsellingCentres>(import_counselling_centres());
        reads_and_writes_back::<directory::FoundServicePage>(found_services());
        reads_and_writes_back::<crate::contact::RecordContactConsent>(record_contact_consent());
        reads_and_writes_back::<crate::contact::ReleaseContactDetails>(release_contact_details());
        reads_and_writes_back::<crate::leaflet::Leaflet>(leaflet());
        reads_and_writes_back::<crate::referral::NoteReferral>(note_referral());
        reads_and_writes_back::<crate::referral::ReferralNotice>(referral_notice());
        reads_and_writes_back::<involvements::NoteInvolvement>(note_involvement());
        reads_and_writes_back::<involvements::OfferInvolvement>(offer_involvement());
        reads_and_writes_back::<involvements::AgreeContact>(agree_contact());
        reads_and_writes_back::<involvements::Involvement>(involvement());
        reads_and_writes_back::<involvements::InvolvementOffer>(involvement_offer());
        reads_and_writes_back::<involvements::AnswerOffer>(answer_offer());
        reads_and_writes_back::<notices::IssueSecurityNotice>(issue_security_notice());
        reads_and_writes_back::<notices::IssueSecurityNotice>(issue_security_broadcast());
        reads_and_writes_back::<notices::ReviseSecurityNotice>(revise_security_notice());
        reads_and_writes_back::<notices::SecurityNotice>(security_notice());
        reads_and_writes_back::<notices::InboxSecurityNotice>(inbox_security_notice());
        reads_and_writes_back::<notices::ReadSecurityNotice>(read_security_notice());
        reads_and_writes_back::<notices::AcknowledgeSecurityNotice>(acknowledge_security_notice());
        reads_and_writes_back::<handovers::HandCaseOver>(hand_case_over());
        reads_and_writes_back::<handovers::HandoverView>(made_handover());
        reads_and_writes_back::<handovers::HandoverView>(told_handover());
        reads_and_writes_back::<pairs::OpenContactPair>(open_contact_pair());
        reads_and_writes_back::<pairs::SetPairContacts>(set_pair_contacts());
        reads_and_writes_back::<pairs::ContactPair>(contact_pair());
        reads_and_writes_back::<pairs::ListedContactPair>(listed_contact_pair());
        reads_and_writes_back::<pairs::OfficeWithoutContact>(office_without_contact());
        reads_and_writes_back::<regional::ProposeRegionalAgreement>(propose_regional_agreement());
        reads_and_writes_back::<regional::RegionalAgreement>(regional_agreement());
    }

    #[test]
    fn the_two_views_of_a_disclosure_are_told_apart() {
        let centre: disclosure::DisclosureView = serde_json::from_value(disclosure()).unwrap();
        let office: disclosure::DisclosureView =
            serde_json::from_value(addressed_disclosure()).unwrap();
        assert!(matches!(centre, disclosure::DisclosureView::Centre(_)));
        assert!(matches!(office, disclosure::DisclosureView::Office(_)));
    }

    #[test]
    fn requests_refuse_unknown_fields_at_every_depth() {
        let mut unknown = record_consent();
        unknown["terms"]["grantor"]["cooperates"] = json!(true);
        assert!(serde_json::from_value::<consent::RecordConsent>(unknown).is_err());
        let mut unknown = draft_disclosure();
        unknown["items"][0]["details"]["owner"] = json!("x");
        assert!(serde_json::from_value::<disclosure::DraftDisclosure>(unknown).is_err());
    }
}
