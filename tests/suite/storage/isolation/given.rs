//! The network in which the database is asked what it holds back.

use freigabe_domain::{
    access::{
        AtIssuer, Caller, CentreCaller, ClientId, InvitationSecret, Keeper, OfficeCaller, Operator,
        Partner,
    },
    contact::{ContactContent, ContactDraft, ContactItem, ContactItemKind},
    contact_pair::Side,
    directory::CentreEntry,
    exchange::{
        CollectionDesk as _, ContactConsentDesk as _, ContactReleaseDesk as _, HandoverDesk as _,
        InvolvementDesk as _, KeeperDesk as _, LogDesk as _, NewContactConsent, OfferDesk as _,
        OnboardingDesk as _, Presenter, ProofUse, ReferralDesk as _, RegionalDesk as _,
        SecurityNoticeDesk as _, WithdrawalDesk as _,
    },
    handover::{Handler, NewHandover},
    ids::{
        CaseId, CentreId, ConsentId, ContactConsentId, ContactDetailsId, ContactPairId,
        DisclosureId, HandoverId, InvolvementId, InvolvementOfferId, OrganisationId,
        RegionalAgreementId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{HelpNeeded, NewInvolvement, OfferAnswer},
    known_person::KnownFrom,
    office::Land,
    referral::{NewReferral, ReferralMedium},
    security_notice::{NewAudience, SecurityNoticeKind},
    store::{Lock, Mode, PageRequest, Scope, prelude::*, unit_of_work},
    text::ShortText,
    vocabulary::Language,
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{
    Backend, TestStore,
    admission::admit_one,
    store::{good_contact_terms, references},
};

use crate::storage::{contact_pairs, regional::an_agreement, security_notices::a_notice};

pub(super) const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 10,
};

/// A network in which every table has rows, all of one centre and one office, and others who have nothing.
pub(in crate::storage) struct Given {
    pub(in crate::storage) test: TestStore,
    pub(in crate::storage) other_centre: CentreCaller,
    pub(in crate::storage) other_office: OfficeCaller,
    pub(super) consent: ConsentId,
    pub(super) case: CaseId,
    pub(super) message: DisclosureId,
    pub(super) notice: WithdrawalNoticeId,
    pub(super) involvement: InvolvementId,
    pub(super) offer: InvolvementOfferId,
    pub(in crate::storage) allowed: ContactConsentId,
    pub(super) told: ContactDetailsId,
    pub(in crate::storage) security_notice: SecurityNoticeId,
    pub(super) handover: HandoverId,
    pub(in crate::storage) contact_pair: ContactPairId,
    /// Proposed by the office; the centre has not confirmed it.
    pub(super) agreement: RegionalAgreementId,
    /// Has a client of another issuer, and is invited to register two more.
    pub(super) elsewhere: OrganisationId,
    pub(super) invitation: InvitationSecret,
}

/// A client of another issuer.
fn at_issuer() -> AtIssuer {
    AtIssuer {
        issuer: "https://sso.example".to_owned(),
        client: "somebody".to_owned(),
    }
}

/// An entry of the directory that the centre keeps.
pub(in crate::storage) async fn entry_of(test: &TestStore) -> CentreId {
    let entry: CentreEntry = serde_json::from_str(ENTRY).unwrap();
    let keeper = Keeper::Centre(test.centre().clone());
    let request = test.request(test.centre());
    let added = test.application.add_centre(&keeper, &request, None, &entry);
    added.await.unwrap().value.0.id
}

/// The office told somebody about the centre, and asked it for help.
async fn asked_for_help(
    test: &TestStore,
    centre: CentreId,
    number: u32,
) -> (InvolvementId, InvolvementOfferId) {
    let (application, office) = (&test.application, test.office());
    let at = Instant::from_unix_micros(0);
    let referral = NewReferral {
        told_at: at,
        language: Language::Romanian.into(),
        medium: ReferralMedium::Spoken,
        leaflet_version: None,
        centres: vec![centre],
    };
    let request = test.request(office);
    let noted = application.note_referral(office, &request, referral).await;
    let _ = noted.unwrap();
    let new = NewInvolvement {
        references: references(number),
        suspicion_noted_at: at,
        needed: HelpNeeded::default(),
        offer_to: vec![centre],
    };
    let request = test.request(office);
    let noted = application.note_involvement(office, &request, new).await;
    let noted = noted.unwrap().value;
    (noted.involvement.id, noted.offers[0].id)
}

/// The centre helps, and is told who the person is; nobody has collected it.
async fn told_who_she_is(
    test: &TestStore,
    centre: CentreId,
) -> (ContactConsentId, ContactDetailsId) {
    let (involvement, offer) = asked_for_help(test, centre, 4).await;
    let (application, office) = (&test.application, test.office());
    let request = test.request(test.centre());
    let accepted = OfferAnswer::Accepted;
    let answered = application.answer_offer(test.centre(), &request, offer, accepted);
    let _ = answered.await.unwrap();
    let new = NewContactConsent {
        involvement,
        terms: good_contact_terms(centre),
    };
    let request = test.request(office);
    let recorded = application.record_contact_consent(office, &request, new);
    let consent = recorded.await.unwrap().value.consent.head.id;
    let draft = ContactDraft {
        consent,
        centre,
        content: ContactContent::new(vec![ContactItem {
            kind: ContactItemKind::Name,
            text: ShortText::parse("Kanarienvogel").unwrap(),
        }]),
    };
    let request = test.request(office);
    let told = application.release_contact(office, &request, draft).await;
    (consent, told.unwrap().value.id)
}

/// The office told the centre of a threat to the person of a message.
async fn told_of(test: &TestStore, collected: DisclosureId) -> SecurityNoticeId {
    let audience = NewAudience::Person(KnownFrom::Disclosure(collected));
    let new = a_notice(SecurityNoticeKind::ThreatPerson, audience);
    let (application, office) = (&test.application, test.office());
    let request = test.request(office);
    let issued = application.issue_security_notice(office, &request, new);
    issued.await.unwrap().value.notice.id
}

/// The office gave a case to a prosecution; a message of it waits.
async fn given_away(test: &TestStore) -> HandoverId {
    let message = test.release(test.consent(5).await.head.id).await;
    let new = NewHandover {
        known_from: KnownFrom::Disclosure(message),
        to: Handler::Prosecution {
            land: Land::Hamburg,
            unit: None,
        },
    };
    let request = test.request(test.office());
    let made = test.application.hand_over(test.office(), &request, new);
    made.await.unwrap().value.handover.id
}

/// The office proposes something to the centre.
async fn proposed(test: &TestStore, centre: CentreId) -> RegionalAgreementId {
    let office = Partner::Office(test.office().clone());
    let (request, new) = (test.request(&office), an_agreement(test, centre));
    let proposed = test
        .application
        .propose_regional_agreement(&office, &request, new);
    proposed.await.unwrap().value.agreement.id
}

const ENTRY: &str = r#"{"name":"Ahorn","regime":"gdpr","services":[{"name":"Beratung","status":"active","place":{"type":"remote","area":{"nationwide":true}}}]}"#;

impl Given {
    pub(in crate::storage) async fn start(backend: Backend) -> Self {
        let test = TestStore::start(backend).await;
        let withdrawn = test.consent(1).await.head.id;
        let collected = test.release(withdrawn).await;
        let request = test.request(test.office());
        let application = &test.application;
        let content = application.collect_disclosure(test.office(), &request, collected);
        assert!(content.await.unwrap().content().is_some());
        application
            .withdraw_consent(test.centre(), withdrawn)
            .await
            .unwrap();
        let notices = application.withdrawal_notices(test.office(), true, PAGE);
        let notice = notices.await.unwrap().items[0].id;
        let head = test.consent(2).await.head;
        let message = test.release(head.id).await;
        // The log has everything so far; what comes after it waits.
        assert!(application.sequence().await.unwrap().added > 0);
        assert!(application.sign_checkpoint(&[]).await.unwrap().is_some());
        let client = &test.centre().as_ref().client;
        let later = head.recorded_at.plus(time::Duration::minutes(5));
        let presenter = Presenter::Client(client.clone());
        let used = admit_one(application, &presenter, "once", later).await;
        assert!(matches!(used.unwrap(), ProofUse::Fresh(_)));
        let elsewhere = test.client_elsewhere(&at_issuer()).await;
        let invited = async |id| {
            let (by, id) = (Operator::AtTheMachine, ClientId::parse(id).unwrap());
            let invited = application.invite_client(&by, &id, elsewhere.organisation, None);
            invited.await.unwrap().value.1
        };
        let invitation = invited("invited").await;
        invited("invited.too").await;
        let entry = entry_of(&test).await;
        let (involvement, offer) = asked_for_help(&test, entry, 3).await;
        let (allowed, told) = told_who_she_is(&test, entry).await;
        Self {
            other_centre: test.another_centre().await,
            other_office: test.another_office("bpoli-kb-rostock").await,
            consent: head.id,
            case: head.case,
            message,
            notice,
            involvement,
            offer,
            allowed,
            told,
            security_notice: told_of(&test, collected).await,
            handover: given_away(&test).await,
            contact_pair: contact_pairs::known(&test, entry).await,
            agreement: proposed(&test, entry).await,
            elsewhere: elsewhere.organisation,
            invitation,
            test,
        }
    }

    /// Whoever was invited.
    pub(in crate::storage) fn registration(&self) -> Scope {
        Scope::Registration {
            secret: self.invitation.clone(),
        }
    }

    /// Everybody but those whom the rows concern.
    pub(super) fn strangers(&self) -> Vec<Scope> {
        let client = |caller: &Caller| caller.client.clone();
        vec![
            Scope::from(&self.other_centre),
            Scope::from(&self.other_office),
            Scope::Coordination {
                client: ClientId::parse("the.coordination").unwrap(),
            },
            Scope::Auditor {
                client: ClientId::parse("an.auditor").unwrap(),
            },
            Scope::Denied {
                client: Some(client(self.test.centre().as_ref())),
            },
            Scope::Denied { client: None },
            Scope::SignIn {
                client: client(self.test.centre().as_ref()),
            },
            Scope::Admission,
            self.registration(),
            Scope::Operator { client: None },
            Scope::Directory,
            Scope::Sequencer,
            Scope::Eraser,
        ]
    }

    /// What a transaction for this scope finds if it asks by id, without a condition of the application's.
    pub(super) async fn found_by(&self, scope: &Scope) -> Vec<(&'static str, bool)> {
        let found = unit_of_work(
            &self.test.store,
            scope,
            Mode::Write,
            async |tx: &mut SqlTx<'_>| {
                let now = tx.now().await?;
                Ok(vec![
                    ("message", tx.disclosure(self.message).await?.is_some()),
                    ("notice", tx.notice(self.notice).await?.is_some()),
                    ("head", tx.lock_head(self.consent).await?.is_some()),
                    (
                        "messages under the consent",
                        !tx.live_disclosures_of(self.consent).await?.is_empty(),
                    ),
                    (
                        "the centre's list",
                        !tx.disclosures(self.test.centre().centre(), PAGE)
                            .await?
                            .items
                            .is_empty(),
                    ),
                    (
                        "the office's inbox",
                        !tx.inbox(self.test.office().office(), now, PAGE)
                            .await?
                            .items
                            .is_empty(),
                    ),
                    (
                        "consent, held",
                        tx.lock_consent(self.consent, Lock::Shared).await?.is_some(),
                    ),
                    (
                        "involvement",
                        tx.lock_involvement(self.involvement).await?.is_some(),
                    ),
                    ("offer", tx.offer(self.offer).await?.is_some()),
                    (
                        "contact consent, held",
                        tx.lock_contact_consent(self.allowed, Lock::Shared)
                            .await?
                            .is_some(),
                    ),
                    (
                        "contact details",
                        tx.contact_details(self.told).await?.is_some(),
                    ),
                    (
                        "contact details under the consent",
                        !tx.contact_details_under(self.allowed).await?.is_empty(),
                    ),
                    (
                        "the centre's contact inbox",
                        !tx.contact_details_for(self.test.centre().centre(), now, PAGE)
                            .await?
                            .items
                            .is_empty(),
                    ),
                    (
                        "help needed",
                        !tx.help_needed(&[self.involvement]).await?.is_empty(),
                    ),
                    ("handover", tx.handover(self.handover).await?.is_some()),
                    (
                        "security notice",
                        tx.security_notice(self.security_notice).await?.is_some(),
                    ),
                    (
                        "regional agreement, held",
                        tx.lock_regional_agreement(self.agreement).await?.is_some(),
                    ),
                    (
                        "threat assessment",
                        tx.threat_assessment(self.security_notice).await?.is_some(),
                    ),
                    (
                        "whom the office names",
                        tx.pair_contacts(self.contact_pair, Side::Office)
                            .await?
                            .is_some(),
                    ),
                    (
                        "whom the centre names",
                        tx.pair_contacts(self.contact_pair, Side::Centre)
                            .await?
                            .is_some(),
                    ),
                    ("references", tx.case_references(self.case).await.is_ok()),
                ])
            },
        );
        found.await.unwrap()
    }
}
