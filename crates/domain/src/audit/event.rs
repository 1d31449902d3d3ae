//! One event of the log.

mod contact_pair;
mod denial;
mod handover;
mod help;
mod regional;
mod security;

use std::collections::BTreeSet;

use freigabe_ledger::{Commitment, Hash, Leaf, LeafClass, Salt, canonical_json};
use serde::Serialize;

pub use self::denial::Denial;
use super::{
    AuditQuery, DenialReason, ExportFormat, LeafRange, LegalBasis, Operation, Outcome, Period,
    ProjectedEvent, SampleSeed,
};
use crate::{
    access::{Caller, ClientId, Role, UserReference},
    consent::{ConsentForm, ConsentHead},
    contact::ContactItemKind,
    disclosure::{
        AuthorizationEvidence, DisclosureRecord, DisclosureTerms, Pseudonym, Refusal,
        RefusalReason, Refusals,
    },
    entropy::Entropy,
    erasure::ErasureTerms,
    error::Error,
    ids::{
        CaseId, CentreId, ConsentId, ContactConsentId, ContactDetailsId, ContactPairId,
        DisclosureId, EventId, HandoverId, InvolvementId, InvolvementOfferId, OrganisationId,
        ReferralNoticeId, RegionalAgreementId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    log::{LogHead, RetentionSchedule},
    office::{CompetenceReason, OfficeId},
    store::{StoreError, Tx},
    vocabulary::{Category, Purpose},
    withdrawal::WithdrawalNotice,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Actor {
    client: ClientId,
    organisation: OrganisationId,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserReference>,
}

/// Where the log before this one ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct FormerLog {
    origin: String,
    size: u64,
    root: Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

/// An event as it is built; fields that say nothing are left out of the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    v: u8,
    id: EventId,
    at: Instant,
    operation: Operation,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    centre: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<OfficeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_revision: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relied_on: Option<Commitment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disclosure: Option<DisclosureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<WithdrawalNoticeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Pseudonym>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person_for_recipient: Option<Pseudonym>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_basis: Option<LegalBasis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    competence: Option<CompetenceReason>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Category>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refusal_reasons: Vec<RefusalReason>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sealed: Vec<DisclosureId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notified: Vec<WithdrawalNoticeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denial: Option<DenialReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempted: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unrecorded_before: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<AuditQuery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<LeafRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<SampleSeed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<ExportFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referral: Option<ReferralNoticeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    involvement: Option<InvolvementId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    offers: Vec<InvolvementOfferId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_consent: Option<ContactConsentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_details: Option<ContactDetailsId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contact_items: Vec<ContactItemKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_notice: Option<SecurityNoticeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supersedes: Option<SecurityNoticeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regional_agreement: Option<RegionalAgreementId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_pair: Option<ContactPairId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handover: Option<HandoverId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_form: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    former_log: Option<FormerLog>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erasure: Option<ErasureTerms>,
    /// Kept at least until the end of this year.
    #[serde(skip)]
    kept_until: Option<u16>,
    /// Until when the consent is valid that this is evidence of.
    #[serde(skip)]
    valid_until: Option<Instant>,
    #[serde(skip)]
    schedule: RetentionSchedule,
}

impl Event {
    /// An event that was done by nobody in particular and says nothing else yet.
    #[must_use]
    pub const fn new(id: EventId, at: Instant, operation: Operation) -> Self {
        let legal_basis = operation.legal_basis();
        Self {
            v: 1,
            id,
            at,
            operation,
            outcome: Outcome::Done,
            actor: None,
            centre: None,
            recipient: None,
            case: None,
            consent: None,
            consent_revision: None,
            relied_on: None,
            disclosure: None,
            notice: None,
            answer: None,
            person: None,
            person_for_recipient: None,
            purpose: None,
            legal_basis,
            competence: None,
            categories: Vec::new(),
            refusal_reasons: Vec::new(),
            sealed: Vec::new(),
            notified: Vec::new(),
            denial: None,
            attempted: None,
            unrecorded_before: None,
            query: None,
            population: None,
            seed: None,
            size: None,
            format: None,
            period: None,
            hits: None,
            participant: None,
            entry_version: None,
            referral: None,
            involvement: None,
            offers: Vec::new(),
            contact_consent: None,
            contact_details: None,
            contact_items: Vec::new(),
            security_notice: None,
            supersedes: None,
            regional_agreement: None,
            contact_pair: None,
            handover: None,
            consent_form: None,
            former_log: None,
            erasure: None,
            kept_until: None,
            valid_until: None,
            schedule: RetentionSchedule::USUAL,
        }
    }

    /// Done by this caller.
    #[must_use]
    pub fn by(mut self, caller: &Caller) -> Self {
        self.actor = Some(Actor {
            client: caller.client.clone(),
            organisation: caller.organisation,
            role: caller.standing.role(),
            user: caller.user.clone(),
        });
        self
    }

    /// Done by this caller if there is one; otherwise by nobody in particular, as at the machine.
    #[must_use]
    pub fn by_if_known(self, caller: Option<&Caller>) -> Self {
        match caller {
            Some(caller) => self.by(caller),
            None => self,
        }
    }

    /// About a consent.
    #[must_use]
    pub fn about_consent(mut self, head: &ConsentHead) -> Self {
        self.centre = Some(head.centre);
        self.case = Some(head.case);
        self.consent = Some(head.id);
        self.consent_revision = Some(head.revision);
        self.person = Some(head.person.clone());
        self.valid_until = head.valid_until;
        self
    }

    /// Kept as this schedule says.
    #[must_use]
    pub const fn kept_by(mut self, schedule: RetentionSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// About the end of the log before this one, and the last checkpoint that was signed of it.
    #[must_use]
    pub fn continuing(mut self, ended: &LogHead, checkpoint: Option<String>) -> Self {
        self.former_log = Some(FormerLog {
            origin: ended.origin.clone(),
            size: ended.size,
            root: ended.root,
            checkpoint,
        });
        self
    }

    /// About an erasure of other events. What explains why they are gone is kept as long as they would have been.
    #[must_use]
    pub fn about_erasure(mut self, erasure: ErasureTerms, kept_until: u16) -> Self {
        self.legal_basis = Some(erasure.legal_basis);
        self.erasure = Some(erasure);
        self.kept_until = Some(kept_until);
        self
    }

    /// About a stored disclosure.
    #[must_use]
    pub fn about_disclosure(mut self, record: &DisclosureRecord) -> Self {
        self.centre = Some(record.centre);
        self.case = Some(record.case);
        self.consent = Some(record.consent);
        self.consent_revision = Some(record.consent_revision);
        self.disclosure = Some(record.id);
        self.recipient = Some(record.recipient.clone());
        self.purpose = Some(record.purpose);
        self.person = Some(record.person.clone());
        self.person_for_recipient = Some(record.person_for_recipient.clone());
        self.categories = each_once(record.items.iter().map(|item| item.category));
        self
    }

    /// About a disclosure that is not stored: a check, or a refused release.
    #[must_use]
    pub fn about_terms(mut self, terms: &DisclosureTerms) -> Self {
        self.centre = Some(terms.centre);
        self.consent = Some(terms.consent);
        self.recipient = Some(terms.recipient.clone());
        self.purpose = Some(terms.purpose);
        self.categories = each_once(terms.items.iter().map(|item| item.category));
        self
    }

    /// Allowed by this; the commitment puts the consent's event before this one without any index.
    #[must_use]
    pub fn relying_on(mut self, evidence: &AuthorizationEvidence) -> Self {
        self.case = Some(evidence.case);
        self.person = Some(evidence.person.clone());
        self.consent_revision = Some(evidence.revision);
        self.relied_on = Some(evidence.relied_on);
        self.competence = Some(evidence.competence);
        self.regional_agreement = evidence.agreement;
        self
    }

    /// Refused for these reasons.
    #[must_use]
    pub fn refused(mut self, head: &ConsentHead, refusals: &Refusals) -> Self {
        self.outcome = Outcome::Refused;
        self.case = Some(head.case);
        self.person = Some(head.person.clone());
        self.consent_revision = Some(head.revision);
        self.relied_on = Some(head.commitment);
        self.refusal_reasons = reasons(&refusals.reasons);
        self
    }

    /// With these held messages sealed and these offices told.
    #[must_use]
    pub fn with_consequences(
        mut self,
        sealed: Vec<DisclosureId>,
        notices: &[WithdrawalNotice],
    ) -> Self {
        self.sealed = sealed;
        self.notified = notices.iter().map(|notice| notice.id).collect();
        self
    }

    /// About a withdrawal notice and its answer.
    #[must_use]
    pub fn about_answer(mut self, notice: &WithdrawalNotice, answer: &'static str) -> Self {
        self.centre = Some(notice.centre);
        self.consent = Some(notice.consent);
        self.disclosure = Some(notice.disclosure);
        self.notice = Some(notice.id);
        self.recipient = Some(notice.office.clone());
        self.person_for_recipient = Some(notice.person.clone());
        self.answer = Some(answer);
        self.legal_basis = match answer {
            "erased" => Some(LegalBasis::ErasureDuty),
            "restricted" => Some(LegalBasis::Restriction),
            _ => Some(LegalBasis::OwnBasis),
        };
        self
    }

    /// On another legal basis than that of its operation.
    #[must_use]
    pub const fn under(mut self, basis: LegalBasis) -> Self {
        self.legal_basis = Some(basis);
        self
    }

    /// A query of the log, and how many events it found on its page.
    #[must_use]
    pub fn of_query(mut self, query: &AuditQuery, hits: usize) -> Self {
        self.query = Some(query.clone());
        self.hits = u64::try_from(hits).ok();
        self
    }

    /// A random sample of these leaves: `size` of them were asked for, and `hits` of the chosen still have their event.
    #[must_use]
    pub const fn of_sample(
        mut self,
        population: LeafRange,
        seed: SampleSeed,
        size: u64,
        hits: u64,
    ) -> Self {
        self.population = Some(population);
        self.seed = Some(seed);
        self.size = Some(size);
        self.hits = Some(hits);
        self
    }

    /// A count of the events of a period.
    #[must_use]
    pub const fn of_counts(mut self, period: Period, hits: u64) -> Self {
        self.period = Some(period);
        self.hits = Some(hits);
        self
    }

    /// An export of what matches among these leaves, or of all of them if there is no query.
    #[must_use]
    pub fn of_export(
        mut self,
        format: ExportFormat,
        query: Option<&AuditQuery>,
        population: LeafRange,
        hits: u64,
    ) -> Self {
        self.format = Some(format);
        self.query = query.cloned();
        self.population = Some(population);
        self.hits = Some(hits);
        self
    }

    /// About a consent form.
    #[must_use]
    pub fn about_form(mut self, form: &ConsentForm) -> Self {
        self.consent_form = Some(form.to_string());
        self
    }

    /// About an organisation or a client, by its identifier.
    #[must_use]
    pub fn about_participant(mut self, identifier: impl Into<String>) -> Self {
        self.participant = Some(identifier.into());
        self
    }

    /// About an entry of the directory, as it is afterwards.
    #[must_use]
    pub fn about_centre(mut self, id: CentreId, version: u64) -> Self {
        self.participant = Some(id.to_string());
        self.entry_version = Some(version);
        self
    }

    /// So many things were changed together.
    #[must_use]
    pub const fn of_changes(mut self, changes: u64) -> Self {
        self.hits = Some(changes);
        self
    }

    /// Builds payload and commitment, once and for all.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn seal(self, entropy: &dyn Entropy) -> Result<SealedEvent, Error> {
        let payload =
            canonical_json(&self).map_err(|error| StoreError::Defect(error.to_string()))?;
        let mut salt = [0_u8; 32];
        entropy.fill(&mut salt)?;
        let salt = Salt::from_bytes(salt);
        let commitment = Commitment::over(&salt, &payload);
        let (class, expiry_year) = self.retention();
        Ok(SealedEvent {
            projection: self.project(),
            payload,
            salt,
            commitment,
            class,
            expiry_year,
        })
    }

    /// Class, and the year at whose end payload and salt are erased.
    fn retention(&self) -> (LeafClass, u16) {
        let made = self.at.year();
        match self.operation {
            Operation::ConsentRecorded
            | Operation::ConsentRevised
            | Operation::ConsentWithdrawn
            | Operation::ConsentExpired
            | Operation::ContactConsentRecorded
            | Operation::ContactConsentWithdrawn
            | Operation::ContactConsentExpired => {
                let year = self.schedule.evidence_expires(self.at, self.valid_until);
                (LeafClass::ConsentEvidence, year)
            }
            _ => {
                let next = made.saturating_add(1);
                let year = self.kept_until.map_or(next, |year| year.max(next));
                (LeafClass::Operations, year)
            }
        }
    }

    fn project(self) -> ProjectedEvent {
        let user = self.actor.as_ref().and_then(|actor| actor.user.clone());
        ProjectedEvent {
            id: self.id,
            at: self.at,
            operation: self.operation,
            outcome: self.outcome,
            actor: self.actor.as_ref().map(|actor| actor.client.clone()),
            user,
            organisation: self.actor.map(|actor| actor.organisation),
            centre: self.centre,
            recipient: self.recipient,
            case: self.case,
            consent: self.consent,
            consent_revision: self.consent_revision,
            disclosure: self.disclosure,
            person: self.person,
            person_for_recipient: self.person_for_recipient,
            purpose: self.purpose,
            legal_basis: self.legal_basis,
            categories: self.categories,
            refusal_reasons: self.refusal_reasons,
            hits: self.hits,
            queried: self.query.map(|query| query.subjects()).unwrap_or_default(),
        }
    }
}

/// An event ready to be stored.
#[derive(Debug, Clone)]
pub struct SealedEvent {
    /// Search columns.
    pub projection: ProjectedEvent,
    /// Canonical JSON.
    pub payload: Vec<u8>,
    /// 32 random bytes, for this event alone.
    pub salt: Salt,
    /// What the log will show.
    pub commitment: Commitment,
    /// Retention class.
    pub class: LeafClass,
    /// Deleted after the end of this year (§ 76(4) BDSG: the year after the one in which it was made; evidence of consent
    /// by [`RetentionSchedule`]).
    pub expiry_year: u16,
}

impl SealedEvent {
    /// What the log will show of it.
    #[must_use]
    pub const fn leaf(&self) -> Leaf {
        Leaf {
            class: self.class,
            expiry_year: self.expiry_year,
            commitment: self.commitment,
        }
    }
}

/// An event as an auditor reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its identifier.
    pub id: EventId,
    /// The database's time.
    pub at: Instant,
    /// Canonical JSON.
    pub payload: Vec<u8>,
    /// What the log shows.
    pub commitment: Commitment,
    /// Deleted after the end of this year.
    pub expiry_year: u16,
}

/// Seals an event and appends it in this transaction; returns its leaf.
///
/// # Errors
/// When the store or the source of randomness fails.
pub async fn append<'tx, T: Tx<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    event: Event,
) -> Result<Leaf, Error> {
    let sealed = event.seal(entropy)?;
    tx.append(&sealed).await?;
    Ok(sealed.leaf())
}

fn reasons(refusals: &[Refusal]) -> Vec<RefusalReason> {
    each_once(refusals.iter().map(|refusal| refusal.reason))
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}
