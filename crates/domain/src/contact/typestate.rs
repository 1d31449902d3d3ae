//! The typestate: the one road from what an office wants to tell to contact details in the centre's hands.

use freigabe_ledger::Commitment;

use super::{
    ContactCollectionPermit, ContactConsent, ContactContent, ContactRecord, ContactRefusals,
    ContactReleasePermit, ContactState,
    assess::{Circumstances, assess},
};
use crate::{
    access::Caller,
    audit::{self, Event, LoggedAs, Operation},
    entropy::Entropy,
    error::Error,
    ids::{CentreId, ContactConsentId, ContactDetailsId, EventId},
    instant::Instant,
    involvement::InvolvementOffer,
    office::OfficeId,
    store::{Brand, Lock, StoreError, Tx},
};

/// Contact details in one of their states. See the [module](super) for the road from one to the next.
#[derive(Debug)]
pub struct ContactDetails<S> {
    terms: Terms,
    state: S,
}

/// Asked for, not decided.
#[derive(Debug)]
pub struct Requested(Intent);

/// Allowed by a contact consent that this transaction holds. It carries what it rests on; it can't be cloned, kept or read back from
/// anywhere, and only [`ContactDetails::authorize`] makes one.
#[derive(Debug)]
pub struct Authorized<'tx> {
    intent: Option<Intent>,
    evidence: ContactEvidence,
    /// The offer under which they are told.
    offer: InvolvementOffer,
    _brand: Brand<'tx>,
}

/// Effect and log event are written; the transaction is not committed yet, so nothing may leave.
#[derive(Debug)]
pub struct Recorded<'tx> {
    logged_as: LoggedAs,
    record: ContactRecord,
    content: Option<ContactContent>,
    _brand: Brand<'tx>,
}

/// Committed.
#[derive(Debug)]
pub struct Released {
    logged_as: LoggedAs,
    record: ContactRecord,
    content: Option<ContactContent>,
}

#[derive(Debug)]
enum Intent {
    /// An office wants to tell this.
    Release(ContactContent),
    /// A centre wants to collect what is held for it.
    Collection(Box<ContactRecord>),
}

/// What an office wants to tell, as it came from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDraft {
    /// The consent it relies on.
    pub consent: ContactConsentId,
    /// The centre, by its entry in the directory.
    pub centre: CentreId,
    /// The details.
    pub content: ContactContent,
}

/// Everything that the gate looks at: without what the details say.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    office: OfficeId,
    consent: ContactConsentId,
    centre: CentreId,
    kinds: Vec<super::ContactItemKind>,
}

/// What an authorisation rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactEvidence {
    /// The consent, its row held.
    pub consent: ContactConsent,
    /// Commitment of the log event that recorded it.
    pub relied_on: Commitment,
    /// The database's time of the decision.
    pub at: Instant,
}

/// Refused, with every reason.
#[derive(Debug)]
pub struct ContactRefused {
    /// Why not.
    pub refusals: ContactRefusals,
    /// The consent.
    pub consent: ContactConsent,
    /// Whom it was for.
    pub centre: CentreId,
    /// The database's time of the decision.
    pub at: Instant,
}

/// Why there is no authorisation.
#[derive(Debug, thiserror::Error)]
pub enum ContactAuthorizeError {
    /// The consent, the clock or the involvement is against it.
    #[error("the contact details are refused")]
    Refused(Box<ContactRefused>),
    /// The office has no such consent.
    #[error("no such consent")]
    NoSuchConsent,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ContactDetails<Requested> {
    /// What an office wants to tell.
    #[must_use]
    pub fn draft(office: OfficeId, draft: ContactDraft) -> Self {
        Self {
            terms: Terms {
                office,
                consent: draft.consent,
                centre: draft.centre,
                kinds: draft.content.kinds(),
            },
            state: Requested(Intent::Release(draft.content)),
        }
    }

    /// A centre's wish to collect what is held for it. The stored record carries no authority: the consent is asked again.
    #[must_use]
    pub fn collection(record: ContactRecord) -> Self {
        Self {
            terms: Terms {
                office: record.office.clone(),
                consent: record.consent,
                centre: record.centre,
                kinds: record.kinds.clone(),
            },
            state: Requested(Intent::Collection(Box::new(record))),
        }
    }

    /// Asks the consent, inside the transaction that will act on the answer: takes its row, then reads the database's clock, then
    /// judges everything.
    ///
    /// # Errors
    /// Every refusal at once; or that the office has no such consent; or the store's failure.
    pub async fn authorize<'tx, T: Tx<'tx>>(
        self,
        tx: &mut T,
    ) -> Result<ContactDetails<Authorized<'tx>>, ContactAuthorizeError> {
        let consent = tx
            .lock_contact_consent(self.terms.consent, Lock::Shared)
            .await?
            .filter(|consent| consent.head.office == self.terms.office)
            .ok_or(ContactAuthorizeError::NoSuchConsent)?;
        let involvement = tx
            .involvement(consent.head.involvement)
            .await?
            .ok_or(ContactAuthorizeError::NoSuchConsent)?;
        let offer = match involvement.accepted {
            Some(offer) => tx.offer(offer).await?,
            None => None,
        };
        // After the lock: a transaction that waited for the row must not judge by the time at which it began to wait.
        let now = tx.now().await?;
        let refusals = assess(&Circumstances {
            consent: &consent,
            involvement: &involvement,
            offer: offer.as_ref(),
            centre: self.terms.centre,
            kinds: &self.terms.kinds,
            now,
        });
        match offer {
            Some(offer) if refusals.is_empty() => {
                // INVARIANT: the only place where `Authorized` is made. `'tx` is the brand of the transaction that holds the
                // consent's row; `assess` found no reason against it at the database's time `now`.
                Ok(ContactDetails {
                    terms: self.terms,
                    state: Authorized {
                        intent: Some(self.state.0),
                        evidence: ContactEvidence {
                            relied_on: consent.head.commitment,
                            consent: consent.head,
                            at: now,
                        },
                        offer,
                        _brand: std::marker::PhantomData,
                    },
                })
            }
            _ => {
                let refused = ContactRefused {
                    refusals: ContactRefusals {
                        consent: consent.head.id,
                        reasons: refusals,
                    },
                    centre: self.terms.centre,
                    consent: consent.head,
                    at: now,
                };
                Err(ContactAuthorizeError::Refused(Box::new(refused)))
            }
        }
    }
}

impl<'tx> ContactDetails<Authorized<'tx>> {
    /// What the authorisation rests on.
    #[must_use]
    pub const fn evidence(&self) -> &ContactEvidence {
        &self.state.evidence
    }

    /// Writes the effect and its log event: details are sealed and held for the centre, or their collection is noted and they are
    /// opened. Nothing can be read from the result before the commit.
    ///
    /// # Errors
    /// When the store or the source of randomness fails; then the whole transaction is to be given up.
    pub async fn record<T: Tx<'tx>>(
        mut self,
        tx: &mut T,
        by: &Caller,
        entropy: &dyn Entropy,
    ) -> Result<ContactDetails<Recorded<'tx>>, Error> {
        let at = self.state.evidence.at;
        // Each intent is acted on once: it leaves the witness, which stays to be shown.
        let (record, content, operation) = match self.state.intent.take() {
            Some(Intent::Release(content)) => {
                let record = self.new_record(entropy)?;
                let permit = ContactReleasePermit::new(&self.state, record, content);
                tx.hold_contact(&permit).await?;
                (permit.into_record(), None, Operation::ContactReleased)
            }
            Some(Intent::Collection(held)) => {
                let permit = ContactCollectionPermit::new(&self.state, *held, at);
                let content = tx.open_contact(&permit).await?.ok_or(Error::NotFound)?;
                tx.mark_contact_collected(&permit).await?;
                let held = permit.into_record();
                let record = ContactRecord {
                    state: ContactState::Collected,
                    collected_at: Some(held.collected_at.unwrap_or(at)),
                    ..held
                };
                (record, Some(content), Operation::ContactCollected)
            }
            // INVARIANT: `authorize` puts an intent in, and `record` consumes the witness.
            None => return Err(Error::NotFound),
        };
        let event = Event::new(EventId::fresh(at, entropy)?, at, operation)
            .by(by)
            .about_contact(&record)
            .relying_on_contact(&self.state.evidence);
        let leaf = audit::append(tx, entropy, event).await?;
        Ok(ContactDetails {
            terms: self.terms,
            state: Recorded {
                logged_as: LoggedAs { leaf, at },
                record,
                content,
                _brand: std::marker::PhantomData,
            },
        })
    }

    fn new_record(&self, entropy: &dyn Entropy) -> Result<ContactRecord, Error> {
        let Authorized {
            evidence, offer, ..
        } = &self.state;
        Ok(ContactRecord {
            id: ContactDetailsId::fresh(evidence.at, entropy)?,
            consent: evidence.consent.id,
            involvement: evidence.consent.involvement,
            office: evidence.consent.office.clone(),
            case: evidence.consent.case,
            offer: offer.id,
            centre: offer.centre,
            organisation: offer.organisation,
            person: evidence.consent.person.clone(),
            person_for_centre: offer.person_for_centre.clone(),
            kinds: self.terms.kinds.clone(),
            state: ContactState::Held,
            seal_reason: None,
            released_at: evidence.at,
            collected_at: None,
            closed_at: None,
            erasure_asked_at: None,
            erased_at: None,
        })
    }
}

impl ContactDetails<Recorded<'_>> {
    /// The event that was written with them.
    pub(crate) const fn logged_as(&self) -> &LoggedAs {
        &self.state.logged_as
    }

    /// What was recorded, without content.
    #[must_use]
    pub const fn record(&self) -> &ContactRecord {
        &self.state.record
    }

    // INVARIANT: called by the unit of work alone, after the commit of the transaction whose brand this carries.
    pub(crate) fn released(self) -> ContactDetails<Released> {
        let Recorded {
            logged_as,
            record,
            content,
            _brand,
        } = self.state;
        ContactDetails {
            terms: self.terms,
            state: Released {
                logged_as,
                record,
                content,
            },
        }
    }
}

impl ContactDetails<Released> {
    /// The event that was written with them.
    #[must_use]
    pub const fn logged_as(&self) -> &LoggedAs {
        &self.state.logged_as
    }

    /// What was recorded.
    #[must_use]
    pub const fn record(&self) -> &ContactRecord {
        &self.state.record
    }

    /// What they say; none of a release.
    #[must_use]
    pub const fn content(&self) -> Option<&ContactContent> {
        self.state.content.as_ref()
    }
}
