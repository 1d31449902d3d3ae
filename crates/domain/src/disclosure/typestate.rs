//! The typestate: the one road from a draft to content in the office's hands.

use freigabe_ledger::Commitment;

use super::{
    CollectionPermit, Content, DisclosureRecord, DisclosureState, Item, ItemProfile, Pseudonym,
    RedirectionPermit, Refusals, ReleasePermit, assess,
    assess::{Circumstances, general_refusals, item_refusals},
};
use crate::{
    access::Caller,
    audit::{self, Event, LoggedAs, Operation},
    consent::{ConsentHead, LockedConsent},
    entropy::Entropy,
    error::Error,
    handover::{CaseAtOffice, case_at_office},
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId, RegionalAgreementId},
    instant::Instant,
    office::{Competence, CompetenceReason, Matter, OfCentre, OfficeId, resolve},
    store::{Brand, Lock, StoreError, Tx},
    text::LongText,
    vocabulary::Purpose,
};

/// A disclosure in one of its states. See the [module](super) for the road from one to the next.
#[derive(Debug)]
pub struct Disclosure<S> {
    terms: DisclosureTerms,
    state: S,
}

/// Asked for, not decided.
#[derive(Debug)]
pub struct Requested(Intent);

/// Allowed by a consent that this transaction holds. It carries what it rests on; it can't be cloned, kept or read back
/// from anywhere, and only [`Disclosure::authorize`] makes one.
#[derive(Debug)]
pub struct Authorized<'tx> {
    intent: Option<Intent>,
    evidence: AuthorizationEvidence,
    _brand: Brand<'tx>,
}

/// Effect and log event are written; the transaction is not committed yet, so nothing may leave. The brand keeps it in
/// its transaction: only [`crate::store::unit_of_work_releasing`] lets it out, after the commit.
#[derive(Debug)]
pub struct Recorded<'tx> {
    logged_as: LoggedAs,
    record: DisclosureRecord,
    content: Option<Content>,
    handling_instructions: Vec<LongText>,
    _brand: Brand<'tx>,
}

/// Committed.
#[derive(Debug)]
pub struct Released {
    logged_as: LoggedAs,
    record: DisclosureRecord,
    content: Option<Content>,
    handling_instructions: Vec<LongText>,
}

/// What is asked for.
#[derive(Debug)]
enum Intent {
    /// A centre wants to send this.
    Release(Content),
    /// An office wants to collect what is held for it.
    Collection(Box<DisclosureRecord>),
    /// A centre wants what is held for an office that handed the case over to be held for the one that took it.
    Redirection(Box<DisclosureRecord>),
}

/// What a centre wants to send, as it came from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The consent it relies on.
    pub consent: ConsentId,
    /// The revision that the centre had before it, if it says so.
    pub named_revision: Option<u32>,
    /// The addressed office.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on.
    pub onward_transfer: bool,
    /// What it is about.
    pub matter: Matter,
    /// The items.
    pub items: Vec<Item>,
}

/// Everything that the gate looks at: the draft without what the items say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureTerms {
    /// The centre that asks, or asked.
    pub centre: OrganisationId,
    /// The consent.
    pub consent: ConsentId,
    /// The revision that the centre named.
    pub named_revision: Option<u32>,
    /// The addressed office.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on.
    pub onward_transfer: bool,
    /// What it is about.
    pub matter: Matter,
    /// The items' profiles.
    pub items: Vec<ItemProfile>,
}

/// What an authorisation rests on.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorizationEvidence {
    /// The consent.
    pub consent: ConsentId,
    /// Its revision.
    pub revision: u32,
    /// Commitment of the log event that recorded that revision.
    pub relied_on: Commitment,
    /// The case.
    pub case: CaseId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// Why the office is competent.
    pub competence: CompetenceReason,
    /// The regional agreement by which it is, if one says so (point 9).
    pub agreement: Option<RegionalAgreementId>,
    /// For each item, the index of the grant that covers it.
    pub grants: Vec<u16>,
    /// The person's instructions that go with the content.
    pub handling_instructions: Vec<LongText>,
    /// The database's time of the decision.
    pub at: Instant,
}

/// A refused disclosure, unchanged, with every reason.
#[derive(Debug)]
pub struct Refused {
    /// What was asked for.
    pub disclosure: Disclosure<Requested>,
    /// Why not.
    pub refusals: Refusals,
    /// The consent's head.
    pub head: ConsentHead,
    /// The database's time of the decision.
    pub at: Instant,
}

/// Why there is no authorisation.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The consent, or the clock, or the competence is against it.
    #[error("the disclosure is refused")]
    Refused(Box<Refused>),
    /// The centre has no such consent.
    #[error("no such consent")]
    NoSuchConsent,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S> Disclosure<S> {
    /// What the gate looks at.
    #[must_use]
    pub const fn terms(&self) -> &DisclosureTerms {
        &self.terms
    }
}

impl Disclosure<Requested> {
    /// A centre's draft.
    #[must_use]
    pub fn draft(centre: OrganisationId, draft: Draft) -> Self {
        let Draft {
            consent,
            named_revision,
            recipient,
            purpose,
            onward_transfer,
            matter,
            items,
        } = draft;
        let profiles = items.iter().map(|item| item.profile.clone()).collect();
        Self {
            terms: DisclosureTerms {
                centre,
                consent,
                named_revision,
                recipient,
                purpose,
                onward_transfer,
                matter,
                items: profiles,
            },
            state: Requested(Intent::Release(Content::new(items))),
        }
    }

    /// An office's wish to collect what is held for it. The stored record carries no authority: the consent is asked again.
    #[must_use]
    pub fn collection(record: DisclosureRecord) -> Self {
        Self {
            terms: DisclosureTerms::from(&record),
            state: Requested(Intent::Collection(Box::new(record))),
        }
    }

    /// A centre's wish that a held message wait for the office that handles the case now. It is a new recipient: everything is asked
    /// again, as for a release to it.
    #[must_use]
    pub fn redirection(record: DisclosureRecord, to: OfficeId) -> Self {
        let terms = DisclosureTerms {
            recipient: to,
            ..DisclosureTerms::from(&record)
        };
        Self {
            terms,
            state: Requested(Intent::Redirection(Box::new(record))),
        }
    }

    /// Asks the consent, inside the transaction that will act on the answer: takes its row, then reads the database's
    /// clock, then judges everything.
    ///
    /// # Errors
    /// Every refusal at once; or that the centre has no such consent; or the store's failure.
    pub async fn authorize<'tx, T: Tx<'tx>>(
        mut self,
        tx: &mut T,
    ) -> Result<Disclosure<Authorized<'tx>>, AuthorizeError> {
        let consent = tx
            .lock_consent(self.terms.consent, Lock::Shared)
            .await?
            .filter(|consent| consent.head.centre == self.terms.centre)
            .ok_or(AuthorizeError::NoSuchConsent)?;
        // After the lock: a transaction that waited for the row must not judge by the time at which it began to wait.
        let now = tx.now().await?;
        // Whoever took the case over handles it, whatever else is said of it.
        let case = case_at_office(tx, consent.head.case, &self.terms.recipient).await?;
        if case == CaseAtOffice::TakenOver {
            self.terms.matter = self.terms.matter.handled_by(self.terms.recipient.clone());
        }
        // The centre's own agreements decide, whoever asks: the same at the release and at the collection.
        let of = OfCentre {
            centre: self.terms.centre,
            at: now,
        };
        let facts = tx.jurisdiction(&self.terms.matter, Some(of)).await?;
        let competence = resolve(&self.terms.matter, &facts);
        let circumstances = Circumstances {
            consent: &consent,
            competence: &competence,
            handler: case.handler(),
            now,
        };
        match (assess(&self.terms, &circumstances), &competence) {
            (Ok(grants), Ok(competence)) => {
                let evidence =
                    AuthorizationEvidence::new(&self.terms, &consent, competence, grants, now);
                // INVARIANT: the only place where `Authorized` is made. `'tx` is the brand of the transaction that
                // holds the consent's row; `assess` found no reason against it at the database's time `now`.
                Ok(Disclosure {
                    terms: self.terms,
                    state: Authorized {
                        intent: Some(self.state.0),
                        evidence,
                        _brand: std::marker::PhantomData,
                    },
                })
            }
            (decided, _) => {
                let reasons = decided.err().unwrap_or_default();
                let passing_items = self.passing_items(&circumstances);
                let refusals = Refusals {
                    consent: consent.head.id,
                    revision: consent.head.revision,
                    reasons,
                    passing_items,
                };
                let refused = Refused {
                    disclosure: self,
                    refusals,
                    head: consent.head,
                    at: now,
                };
                Err(AuthorizeError::Refused(Box::new(refused)))
            }
        }
    }

    /// The smaller draft that the consent would let pass: an explicit act of the centre, never done for it. None when
    /// nothing would pass, or when this is a collection.
    #[must_use]
    pub fn narrowed_to(self, circumstances: &Circumstances<'_>) -> Option<Self> {
        let passing = self.passing_items(circumstances);
        let Intent::Release(content) = self.state.0 else {
            return None;
        };
        if passing.is_empty() {
            return None;
        }
        let keep = |index: &usize| passing.contains(index);
        let items: Vec<Item> = content
            .items()
            .iter()
            .enumerate()
            .filter(|(i, _)| keep(i))
            .map(|(_, item)| item.clone())
            .collect();
        let profiles = items.iter().map(|item| item.profile.clone()).collect();
        Some(Self {
            terms: DisclosureTerms {
                items: profiles,
                ..self.terms
            },
            state: Requested(Intent::Release(Content::new(items))),
        })
    }

    fn passing_items(&self, circumstances: &Circumstances<'_>) -> Vec<usize> {
        if !general_refusals(&self.terms, circumstances).is_empty() {
            return Vec::new();
        }
        let passes = |index: usize, item: &ItemProfile| {
            item_refusals(
                &self.terms,
                circumstances.consent,
                index,
                item,
                &mut Vec::new(),
            )
            .is_some()
        };
        self.terms
            .items
            .iter()
            .enumerate()
            .filter(|(i, item)| passes(*i, item))
            .map(|(i, _)| i)
            .collect()
    }
}

impl<'tx> Disclosure<Authorized<'tx>> {
    /// What the authorisation rests on.
    #[must_use]
    pub const fn evidence(&self) -> &AuthorizationEvidence {
        &self.state.evidence
    }

    /// Writes the effect and its log event: a release is sealed and held for the office; a collection is noted and its
    /// content opened. Nothing can be read from the result before the commit.
    ///
    /// # Errors
    /// When the store or the source of randomness fails; then the whole transaction is to be given up.
    pub async fn record<T: Tx<'tx>>(
        mut self,
        tx: &mut T,
        by: &Caller,
        entropy: &dyn Entropy,
    ) -> Result<Disclosure<Recorded<'tx>>, Error> {
        // Each intent is acted on once: it leaves the witness, which stays to be shown.
        let (record, content, operation) = match self.state.intent.take() {
            Some(Intent::Release(content)) => {
                let record = self.new_record(tx, entropy).await?;
                let permit = ReleasePermit::new(&self.state, record, content);
                tx.hold(&permit).await?;
                (permit.into_record(), None, Operation::DisclosureReleased)
            }
            Some(Intent::Collection(held)) => {
                let permit = CollectionPermit::new(&self.state, *held, self.evidence().at);
                // What was destroyed (a revision took it back, or its receipt was acknowledged) stays gone, whatever is
                // allowed now.
                let content = tx.open_content(&permit).await?.ok_or(Error::NotFound)?;
                tx.mark_collected(&permit).await?;
                let at = permit.at();
                let held = permit.into_record();
                let record = DisclosureRecord {
                    state: DisclosureState::Collected,
                    collected_at: Some(held.collected_at.unwrap_or(at)),
                    ..held
                };
                (record, Some(content), Operation::DisclosureCollected)
            }
            Some(Intent::Redirection(held)) => {
                let permit = self.redirected(tx, *held).await?;
                tx.redirect(&permit).await?;
                (permit.into_record(), None, Operation::DisclosureRedirected)
            }
            // INVARIANT: `authorize` puts an intent in, and `record` consumes the witness.
            None => return Err(Error::NotFound),
        };
        let evidence = self.state.evidence;
        let event = Event::new(
            EventId::fresh(evidence.at, entropy)?,
            evidence.at,
            operation,
        )
        .by(by)
        .about_disclosure(&record)
        .relying_on(&evidence);
        let at = evidence.at;
        let leaf = audit::append(tx, entropy, event).await?;
        Ok(Disclosure {
            terms: self.terms,
            state: Recorded {
                logged_as: LoggedAs { leaf, at },
                record,
                content,
                handling_instructions: evidence.handling_instructions,
                _brand: std::marker::PhantomData,
            },
        })
    }

    /// A held message, as it is to be held for the recipient that was allowed.
    async fn redirected<T: Tx<'tx>>(
        &self,
        tx: &mut T,
        held: DisclosureRecord,
    ) -> Result<RedirectionPermit<'tx>, Error> {
        let evidence = self.evidence();
        let recipient = self.terms.recipient.clone();
        let person_for_recipient = tx.pseudonym(evidence.case, &recipient).await?;
        let former = held.recipient.clone();
        let record = DisclosureRecord {
            consent_revision: evidence.revision,
            recipient,
            matter: self.terms.matter.clone(),
            competence: evidence.competence,
            person_for_recipient,
            released_at: evidence.at,
            ..held
        };
        Ok(RedirectionPermit::new(&self.state, former, record))
    }

    async fn new_record<T: Tx<'tx>>(
        &self,
        tx: &mut T,
        entropy: &dyn Entropy,
    ) -> Result<DisclosureRecord, Error> {
        let evidence = self.evidence();
        Ok(DisclosureRecord {
            id: DisclosureId::fresh(evidence.at, entropy)?,
            centre: self.terms.centre,
            case: evidence.case,
            consent: evidence.consent,
            consent_revision: evidence.revision,
            recipient: self.terms.recipient.clone(),
            purpose: self.terms.purpose,
            onward_transfer: self.terms.onward_transfer,
            matter: self.terms.matter.clone(),
            competence: evidence.competence,
            items: self.terms.items.clone(),
            person: evidence.person.clone(),
            person_for_recipient: tx.pseudonym(evidence.case, &self.terms.recipient).await?,
            state: DisclosureState::Held,
            seal_reason: None,
            released_at: evidence.at,
            collected_at: None,
            closed_at: None,
        })
    }
}

impl Disclosure<Recorded<'_>> {
    /// The event that was written with it.
    pub(crate) const fn logged_as(&self) -> &LoggedAs {
        &self.state.logged_as
    }

    /// What was recorded, without content.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.state.record
    }

    // INVARIANT: called by the unit of work alone, after the commit of the transaction whose brand this carries.
    pub(crate) fn released(self) -> Disclosure<Released> {
        let Recorded {
            logged_as,
            record,
            content,
            handling_instructions,
            _brand,
        } = self.state;
        Disclosure {
            terms: self.terms,
            state: Released {
                logged_as,
                record,
                content,
                handling_instructions,
            },
        }
    }
}

impl Disclosure<Released> {
    /// What was recorded, without content.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.state.record
    }

    /// The commitment of the event that says so in the log.
    pub(crate) const fn logged_as(&self) -> &LoggedAs {
        &self.state.logged_as
    }

    /// The content, when this was a collection.
    #[must_use]
    pub const fn content(&self) -> Option<&Content> {
        self.state.content.as_ref()
    }

    /// The person's instructions that go with the content.
    #[must_use]
    pub fn handling_instructions(&self) -> &[LongText] {
        &self.state.handling_instructions
    }
}

impl From<&DisclosureRecord> for DisclosureTerms {
    fn from(record: &DisclosureRecord) -> Self {
        Self {
            centre: record.centre,
            consent: record.consent,
            // A held message follows the consent's latest revision; revising seals what the new one does not cover.
            named_revision: None,
            recipient: record.recipient.clone(),
            purpose: record.purpose,
            onward_transfer: record.onward_transfer,
            matter: record.matter.clone(),
            items: record.items.clone(),
        }
    }
}

impl DisclosureTerms {
    /// Whether the items themselves are within the consent's scope, leaving aside the clock, the formalities and the
    /// competence: what decides, when a consent is revised, which held messages survive.
    #[must_use]
    pub fn within_scope_of(&self, consent: &LockedConsent) -> bool {
        let covered =
            |(index, item)| item_refusals(self, consent, index, item, &mut Vec::new()).is_some();
        self.items.iter().enumerate().all(covered)
    }
}

impl AuthorizationEvidence {
    fn new(
        terms: &DisclosureTerms,
        consent: &LockedConsent,
        competence: &Competence,
        grants: Vec<u16>,
        at: Instant,
    ) -> Self {
        let mut handling_instructions = Vec::new();
        if let Some(consent_terms) = consent.decision.terms() {
            for (number, grant) in consent_terms.grants.iter().enumerate() {
                let used = grants.iter().any(|g| usize::from(*g) == number);
                if let (true, Some(text)) = (used, &grant.handling_instructions) {
                    handling_instructions.push(text.clone());
                }
            }
        }
        Self {
            consent: consent.head.id,
            revision: consent.head.revision,
            relied_on: consent.head.commitment,
            case: consent.head.case,
            person: consent.head.person.clone(),
            competence: competence
                .admits(&terms.recipient)
                .unwrap_or(competence.reason),
            agreement: competence.agreement_for(&terms.recipient),
            grants,
            handling_instructions,
            at,
        }
    }
}
