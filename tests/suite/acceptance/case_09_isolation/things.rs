//! What operations are about, and requests about it.

use std::sync::Arc;

use freigabe_client::{Client, PageQuery, RecentReceipts};
use freigabe_contract::{
    examples,
    involvement::AnswerOffer,
    vocabulary::{
        AgreementStanding, ConsentStatus, ContactState, DisclosureState, InvolvementState,
        OfferAnswerKind, OfferStanding, SecurityNoticeState,
    },
};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft,
    forms::FORM_VERSION,
    network::{CENTRE_A, COORDINATION, FRANKFURT_ODER, HANNOVER, KB_HAMBURG},
    request::fresh_key,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::description::{Described, operations};
use crate::support::{NOBODYS, collected, directory::entry_of, followed, recorded, released};

/// What operations are about.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    consent: Uuid,
    disclosure: Uuid,
    notice: Uuid,
    event: Uuid,
    leaf: u64,
    organisation: Uuid,
    office: String,
    /// An entry of the directory.
    centre: Uuid,
    /// An entry of another centre, which was not asked for help.
    unasked: Uuid,
    referral: Uuid,
    involvement: Uuid,
    offer: Uuid,
    contact_consent: Uuid,
    contact_details: Uuid,
    /// A message that the office has collected.
    fetched: Uuid,
    /// About the person of that message.
    security_notice: Uuid,
    handover: Uuid,
    /// A message that waits for an office which has handed its case over.
    stranded: Uuid,
    /// A message of a case that can be handed over.
    movable: Uuid,
    contact_pair: Uuid,
    /// Proposed by another office; centre and office are parties, and neither has confirmed.
    agreement: Uuid,
    client: String,
    receipt: String,
}

impl Objects {
    /// Well-formed, but nothing is there.
    pub(crate) fn missing() -> Self {
        Self {
            consent: NOBODYS,
            disclosure: NOBODYS,
            notice: NOBODYS,
            event: NOBODYS,
            leaf: 1_000_000,
            organisation: NOBODYS,
            office: "bpoli-nirgendwo".to_owned(),
            centre: NOBODYS,
            unasked: NOBODYS,
            referral: NOBODYS,
            involvement: NOBODYS,
            offer: NOBODYS,
            contact_consent: NOBODYS,
            contact_details: NOBODYS,
            fetched: NOBODYS,
            security_notice: NOBODYS,
            handover: NOBODYS,
            stranded: NOBODYS,
            movable: NOBODYS,
            contact_pair: NOBODYS,
            agreement: NOBODYS,
            client: "nobody-at-all".to_owned(),
            receipt: "AAAA".to_owned(),
        }
    }

    /// What stands in the path for a parameter.
    fn named(&self, parameter: &str) -> String {
        match parameter {
            "consent_id" => self.consent.to_string(),
            "disclosure_id" => self.disclosure.to_string(),
            "notice_id" => self.notice.to_string(),
            "event_id" => self.event.to_string(),
            "index" => self.leaf.to_string(),
            "organisation_id" => self.organisation.to_string(),
            "office_id" => self.office.clone(),
            "centre_id" => self.centre.to_string(),
            "referral_id" => self.referral.to_string(),
            "involvement_id" => self.involvement.to_string(),
            "offer_id" => self.offer.to_string(),
            "contact_consent_id" => self.contact_consent.to_string(),
            "contact_details_id" => self.contact_details.to_string(),
            "security_notice_id" => self.security_notice.to_string(),
            "handover_id" => self.handover.to_string(),
            "contact_pair_id" => self.contact_pair.to_string(),
            "regional_agreement_id" => self.agreement.to_string(),
            "client_id" => self.client.clone(),
            other => panic!("nothing is known for the parameter {other}: add it here"),
        }
    }
}

/// Whether an operation is about something: what its path names, or its body. To add a client is about none yet.
pub(crate) fn is_about_something(operation: &Described) -> bool {
    if operation.id == "addClient" {
        return false;
    }
    operation.in_path().next().is_some() || names_a_consent(operation)
}

fn names_a_consent(operation: &Described) -> bool {
    matches!(
        operation.id.as_str(),
        "checkDisclosure" | "releaseDisclosure"
    )
}

/// Whether what an operation is about belongs to somebody: then there are others to whom it does not.
pub(crate) fn belongs_to_somebody(operation: &Described) -> bool {
    let owned = [
        "consent_id",
        "disclosure_id",
        "notice_id",
        "centre_id",
        "referral_id",
        "involvement_id",
        "offer_id",
        "contact_consent_id",
        "contact_details_id",
        "security_notice_id",
        "handover_id",
        "contact_pair_id",
    ];
    // Every partner may read what was agreed; a party alone decides about it.
    let of_its_parties = ["confirmRegionalAgreement", "endRegionalAgreement"];
    operation.in_path().any(|name| owned.contains(&name))
        || names_a_consent(operation)
        || of_its_parties.contains(&operation.id.as_str())
}

/// A well-formed request of an operation about these.
pub(crate) fn request(operation: &Described, about: &Objects) -> Raw {
    let mut path = operation.path.clone();
    let redirected = Objects {
        disclosure: about.stranded,
        ..about.clone()
    };
    let about = if operation.id == "redirectDisclosure" {
        &redirected
    } else {
        about
    };
    for parameter in operation.in_path() {
        path = path.replace(&format!("{{{parameter}}}"), &about.named(parameter));
    }
    let of_directory = operation.id == "exportCounsellingCentres";
    let given = [
        ("postcode", "20095"),
        ("task", "criminal_investigation"),
        ("format", if of_directory { "csv" } else { "ndjson" }),
    ];
    let query: Vec<String> = given
        .iter()
        .filter(|(name, _)| operation.query.iter().any(|known| known == name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let mut request = Raw::new(operation.method.clone(), path);
    if operation.is_keyed {
        request = request.key(&fresh_key());
    }
    if operation.if_match {
        let numbered = ["centre_id", "contact_pair_id"];
        let numbered = operation.in_path().any(|name| numbered.contains(&name));
        let tag = if numbered { "\"1\"" } else { "\"1-given\"" };
        request = request.header("if-match", tag);
    }
    if operation.path.starts_with("/v1/security-inbox/") {
        request = request.header("freigabe-user", "LEITUNG-1");
    }
    if operation.has_body {
        request = request.json(&body(&operation.id, about));
    }
    request
}

/// A body that is good if what it names is there.
fn body(operation: &str, about: &Objects) -> Value {
    let written = match operation {
        "recordConsent" => serde_json::to_value(a_consent().record()),
        "reviseConsent" => serde_json::to_value(a_consent().revise()),
        "checkDisclosure" | "releaseDisclosure" => {
            serde_json::to_value(a_draft(about.consent).build())
        }
        "answerWithdrawalNotice" => Ok(json!({ "answer": "erased" })),
        "addOrganisation" => Ok(examples::add_organisation()),
        "inviteClient" => Ok(examples::invite_client()),
        "addClient" => {
            Ok(json!({ "organisation_id": about.organisation, "credential": a_credential() }))
        }
        "replaceClientCredential" => Ok(json!({ "credential": a_credential() })),
        "checkReceipt" => Ok(json!({ "receipt": about.receipt })),
        "setClientScopes" => Ok(json!({ "scopes": null })),
        "addCounsellingCentre" => Ok(examples::add_counselling_centre()),
        "changeCounsellingCentre" => Ok(with(examples::centre_entry(), "name", json!("Anders"))),
        "setCounsellingCentreKeeper" => Ok(json!({})),
        "importCounsellingCentres" => {
            let file = examples::import_counselling_centres();
            Ok(with(file, "rehearsal", json!(false)))
        }
        "noteReferral" => Ok(with(
            examples::note_referral(),
            "centres",
            json!([about.centre]),
        )),
        "noteInvolvement" => Ok(with(
            examples::note_involvement(),
            "offer_to",
            json!([about.centre]),
        )),
        "recordContactConsent" => Ok(contact_consent(about.centre)),
        "releaseContactDetails" => Ok(with(
            examples::release_contact_details(),
            "centre_id",
            json!(about.centre),
        )),
        "offerInvolvement" => Ok(json!({ "centres": [about.unasked] })),
        "agreeContact" => Ok(examples::agree_contact()),
        "answerInvolvementOffer" => Ok(examples::answer_offer()),
        "handCaseOver" => Ok(json!({
            "known_from": { "type": "disclosure", "disclosure_id": about.movable },
            "to": { "type": "land_police", "land": "DE-HH" }
        })),
        "issueSecurityNotice" => Ok(about_person(about.fetched)),
        "reviseSecurityNotice" => Ok(examples::revise_security_notice()),
        "acknowledgeSecurityNotice" => Ok(examples::acknowledge_security_notice()),
        // As a centre opens one; an office does with `opened_by_office`.
        "openContactPair" => {
            let with = json!({ "type": "office", "office": FRANKFURT_ODER });
            Ok(json!({ "with": with, "contacts": of_either_side() }))
        }
        "setPairContacts" => Ok(json!({ "contacts": of_either_side() })),
        "proposeRegionalAgreement" => Ok(an_agreement(about.centre)),
        "drawAuditSample" => Ok(examples::draw_audit_sample()),
        other => panic!("no body is known for the operation {other}: add one here"),
    };
    written.expect("JSON")
}

/// The same with another value.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// A client's key that signs nothing here.
fn a_credential() -> Value {
    json!({ "type": "jwk", "jwk": examples::public_jwk() })
}

/// The office told somebody about the centre, and asks it for help.
async fn asked_for_help(office: &Client, centre: Uuid) -> (Uuid, Uuid, Uuid) {
    let referral = with(examples::note_referral(), "centres", json!([centre]));
    let referral = serde_json::from_value(referral).expect("a referral");
    let referral = office.note_referral(&referral, None).await.expect("noted");
    let new = with(examples::note_involvement(), "offer_to", json!([centre]));
    let new = serde_json::from_value(new).expect("a suspected case");
    let noted = office.note_involvement(&new, None).await.expect("noted");
    (referral.id, noted.id, noted.offers[0].id)
}

/// In another involvement the centre helps, and is told who the person is.
async fn told_who_she_is(app: &TestApp, centre: Uuid) -> (Uuid, Uuid) {
    let office = app.office(KB_HAMBURG);
    let (_, involvement, offer) = asked_for_help(&office, centre).await;
    accept(app, offer).await;
    let consent = serde_json::from_value(contact_consent(centre)).expect("a consent");
    let consent = office.record_contact_consent(involvement, &consent, None);
    let consent = consent.await.expect("a recorded consent").id;
    let details = with(
        examples::release_contact_details(),
        "centre_id",
        json!(centre),
    );
    let details = serde_json::from_value(details).expect("details");
    let released = office.release_contact_details(consent, &details, None);
    (consent, released.await.expect("released details").id)
}

async fn accept(app: &TestApp, offer: Uuid) {
    let accepted = AnswerOffer {
        answer: OfferAnswerKind::Accepted,
        reason: None,
    };
    let centre = app.client(CENTRE_A);
    let answered = centre.answer_involvement_offer(offer, &accepted, None);
    answered.await.expect("an answered offer");
}

/// In force from before the tests on, for this centre.
fn contact_consent(centre: Uuid) -> Value {
    let mut consent = examples::record_contact_consent();
    consent["terms"]["recipients"] = json!([centre]);
    consent["terms"]["data_protection_consent"]["form_version"] = json!(FORM_VERSION);
    consent
}

/// For a part of Germany where nothing else happens here.
fn an_agreement(centre: Uuid) -> Value {
    let mut agreement = examples::propose_regional_agreement();
    agreement["offices"] = json!([KB_HAMBURG, HANNOVER]);
    agreement["centres"] = json!([centre]);
    agreement["deviations"]["competent_offices"][0]["office"] = json!(KB_HAMBURG);
    agreement
}

/// A notice about the person of a message.
fn about_person(disclosure: Uuid) -> Value {
    let mut notice = examples::issue_security_notice();
    notice["audience"]["subject"]["known_from"]["disclosure_id"] = json!(disclosure);
    notice
}

/// A message of a case that nothing else here belongs to; it may go to two offices.
async fn of_another_case(centre: &Client) -> Uuid {
    let case = fresh_key();
    let consent = a_consent().of(&case, "KL-1").recipient(FRANKFURT_ODER);
    let consent = recorded(centre, consent).await.record_id;
    released(centre, a_draft(consent)).await.id
}

/// A message that waits for the Inspektion for serious crime in Hamburg, which has handed the case over.
async fn given_away(app: &TestApp) -> (Uuid, Uuid) {
    let message = of_another_case(&app.client(CENTRE_A)).await;
    let body = json!({
        "known_from": { "type": "disclosure", "disclosure_id": message },
        "to": { "type": "office", "office": FRANKFURT_ODER }
    });
    let body = serde_json::from_value(body).expect("a handover");
    let made = app.office(KB_HAMBURG).hand_case_over(&body, None).await;
    (message, made.expect("a handover").handover.id)
}

/// Contacts that an office can name as well as a centre.
fn of_either_side() -> Value {
    json!([{ "role": "management", "channel": "phone", "value": "+49 40 555 0100" }])
}

/// A pair of the office and of the centre that was never asked.
pub(crate) fn opened_by_office(about: &Objects) -> Value {
    let with = json!({ "type": "centre", "centre_id": about.unasked });
    json!({ "with": with, "contacts": of_either_side() })
}

/// The pair of the office and the centre, in which both have named somebody. There is one of both, also where things are prepared
/// several times.
async fn know_each_other(app: &TestApp, entry: Uuid) -> Uuid {
    let (centre, office) = (app.client(CENTRE_A), app.office(KB_HAMBURG));
    let known = centre.list_contact_pairs(&PageQuery::default()).await;
    let known = known.expect("pairs").items.into_iter();
    if let Some(pair) = known.rev().find(|pair| pair.office.as_str() == KB_HAMBURG) {
        return pair.id;
    }
    let with = json!({ "type": "centre", "centre_id": entry });
    let new = json!({ "with": with, "contacts": of_either_side() });
    let new = serde_json::from_value(new).expect("a pair");
    let opened = office.open_contact_pair(&new, None).await.expect("opened");
    let own = serde_json::from_value(json!({ "contacts": of_either_side() })).expect("contacts");
    let named = centre.set_pair_contacts(opened.id, "\"0\"", &own).await;
    named.expect("both have named somebody").id
}

/// Centre A and the Inspektion for serious crime in Hamburg have a consent, a message that waits and an open notice.
pub(crate) struct Things {
    pub(crate) objects: Objects,
}

impl Things {
    pub(crate) async fn prepare(app: &TestApp) -> Self {
        let (centre, office) = (app.client(CENTRE_A), app.office(KB_HAMBURG));
        let withdrawn = recorded(&centre, a_consent()).await;
        let fetched = released(&centre, a_draft(withdrawn.record_id)).await;
        collected(&office, fetched.id).await;
        centre.withdraw_consent(withdrawn.record_id).await.unwrap();
        let notices = office
            .list_withdrawal_notices(true, &PageQuery::default())
            .await
            .unwrap();
        let receipts = Arc::new(RecentReceipts::default());
        let keeping = centre.keeping_receipts(receipts.clone());
        let consent = recorded(&keeping, a_consent()).await.record_id;
        let disclosure = released(&centre, a_draft(consent)).await.id;
        let entry = entry_of(&centre).await;
        let unasked = entry_of(&app.centre_b()).await;
        let (referral, involvement, offer) = asked_for_help(&office, entry).await;
        let (contact_consent, contact_details) = told_who_she_is(app, entry).await;
        let notice = serde_json::from_value(about_person(fetched.id)).expect("a notice");
        let security_notice = office
            .issue_security_notice(&notice, None)
            .await
            .unwrap()
            .id;
        let movable = of_another_case(&centre).await;
        let (stranded, handover) = given_away(app).await;
        let contact_pair = know_each_other(app, entry).await;
        let agreement = serde_json::from_value(an_agreement(entry)).expect("an agreement");
        let agreement = app
            .office(HANNOVER)
            .propose_regional_agreement(&agreement, None)
            .await
            .unwrap()
            .id;
        app.publish_log().await;
        let events = app
            .auditor()
            .query_audit_events(&Default::default(), &PageQuery::default())
            .await
            .unwrap();
        let objects = Objects {
            consent,
            disclosure,
            notice: notices.items.last().expect("a notice").id,
            event: events.items[0].id,
            leaf: 0,
            organisation: app.network().participant(COORDINATION).organisation,
            office: KB_HAMBURG.to_owned(),
            centre: entry,
            unasked,
            referral,
            involvement,
            offer,
            contact_consent,
            contact_details,
            fetched: fetched.id,
            security_notice,
            handover,
            stranded,
            movable,
            contact_pair,
            agreement,
            client: "coordination.reports".to_owned(),
            receipt: receipts.last().expect("a receipt").to_header(),
        };
        let adds = operations()
            .into_iter()
            .find(|operation| operation.id == "addClient");
        let added = request(&adds.expect("described"), &objects);
        // There already, and changed meanwhile, where things are prepared several times.
        let added = added.send(&app.operator()).await;
        assert!(
            matches!(added.status.as_u16(), 201 | 409),
            "{}",
            added.text()
        );
        Self { objects }
    }

    /// The centre helps.
    pub(crate) async fn are_accepted(&self, app: &TestApp) {
        accept(app, self.objects.offer).await;
    }

    /// The centre fetches what it is told of the person.
    pub(crate) async fn are_fetched(&self, app: &TestApp) {
        let centre = app.client(CENTRE_A);
        let fetched = centre.collect_contact_details(self.objects.contact_details, None);
        fetched.await.expect("collected details");
    }

    /// The person takes back what the centre has fetched.
    pub(crate) async fn are_taken_back(&self, app: &TestApp) {
        self.are_fetched(app).await;
        let office = app.office(KB_HAMBURG);
        let withdrawn = office.withdraw_contact_consent(self.objects.contact_consent);
        withdrawn.await.expect("withdrawn");
    }

    /// The centre reads what it was told.
    pub(crate) async fn are_read(&self, app: &TestApp) {
        let centre = app.client(CENTRE_A).on_behalf_of("LEITUNG-1").unwrap();
        let read = centre.read_security_notice(self.objects.security_notice, None);
        read.await.expect("a read notice");
    }

    /// The office fetches the message that waits.
    pub(crate) async fn are_collected(&self, app: &TestApp) {
        collected(&app.office(KB_HAMBURG), self.objects.disclosure).await;
    }

    /// Nobody changed anything.
    pub(crate) async fn are_untouched(&self, app: &TestApp) {
        let (centre, office) = (app.client(CENTRE_A), app.office(KB_HAMBURG));
        let consent = centre.get_consent(self.objects.consent).await.unwrap();
        assert_eq!(
            (consent.status, consent.revision),
            (ConsentStatus::Given, 1)
        );
        assert_eq!(
            followed(&centre, self.objects.disclosure).await.state,
            DisclosureState::Held
        );
        let notice = office.get_withdrawal_notice(self.objects.notice).await;
        assert_eq!(notice.unwrap().answer, None);
        let entry = centre.get_counselling_centre(self.objects.centre).await;
        assert_eq!(entry.unwrap().version, 1);
        let involvement = office
            .get_involvement(self.objects.involvement)
            .await
            .unwrap();
        assert_eq!(involvement.state, InvolvementState::Offered);
        assert_eq!(involvement.offers[0].standing, OfferStanding::Open);
        let contact = office
            .get_contact_consent(self.objects.contact_consent)
            .await
            .unwrap();
        assert_eq!(contact.status, ConsentStatus::Given);
        assert_eq!(contact.details[0].state, ContactState::Held);
        let told = office
            .get_security_notice(self.objects.security_notice)
            .await
            .unwrap();
        let agreement = office.get_regional_agreement(self.objects.agreement).await;
        assert_eq!(agreement.unwrap().standing, AgreementStanding::Proposed);
        assert_eq!(
            (told.state, told.counts.read),
            (SecurityNoticeState::Current, 0)
        );
        let pair = office.get_contact_pair(self.objects.contact_pair).await;
        let pair = pair.unwrap();
        for half in [&pair.office_half, &pair.centre_half] {
            let half = half.as_ref().expect("a half");
            assert_eq!((half.version, half.confirmed_at), (1, half.changed_at));
        }
    }
}
