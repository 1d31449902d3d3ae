//! The typestate: the one road from a draft to what is public.

use super::{PressApproval, Publication, StoredPressRelease, TextDigest};
use crate::{
    access::Caller,
    audit::{self, Event, Logged, Operation},
    entropy::Entropy,
    error::Error,
    gathering::Participant,
    ids::{EventId, PressReleaseId},
    instant::Instant,
    store::{Brand, Tx},
};

/// A press release in one of its states. See the [module](super) for the road from one to the next.
#[derive(Debug)]
pub struct PressRelease<S> {
    id: PressReleaseId,
    by: Participant,
    state: S,
}

/// Somebody wants to publish it; nothing is decided.
#[derive(Debug)]
pub struct Draft(());

/// Both sides approved the latest version, and this transaction holds the row. It carries what that rests on; it can't be cloned, kept or
/// read back from anywhere, and only [`PressRelease::approved`] makes one.
#[derive(Debug)]
pub struct Approved<'tx> {
    record: StoredPressRelease,
    evidence: ApprovalEvidence,
    _brand: Brand<'tx>,
}

/// What a publication rests on.
#[derive(Debug, PartialEq, Eq)]
pub struct ApprovalEvidence {
    /// The version that both sides approved: the latest.
    pub version: u32,
    /// Of what it says.
    pub sha256: TextDigest,
    /// Who of the police approved it, and when.
    pub police: PressApproval,
    /// Who of the network approved it, and when.
    pub network: PressApproval,
    /// The database's time of the decision.
    pub at: Instant,
}

/// The permit to publish. Only [`PressRelease::publish`] makes one, out of the approvals that the same transaction found.
#[derive(Debug)]
pub struct PublicationPermit<'tx> {
    id: PressReleaseId,
    publication: Publication,
    sha256: TextDigest,
    _brand: Brand<'tx>,
}

impl PressRelease<Draft> {
    /// A participant's wish to publish this release.
    #[must_use]
    pub const fn draft(id: PressReleaseId, by: Participant) -> Self {
        Self {
            id,
            by,
            state: Draft(()),
        }
    }

    /// Asks both sides' approvals, inside the transaction that will publish: takes the row, then reads the database's clock, then judges.
    /// Whoever approves, revises or discards takes the same row, and so comes before or after, never between.
    ///
    /// # Errors
    /// No such release, or its caller does not work on it; what is against publishing it; the store's failure.
    pub async fn approved<'tx, T: Tx<'tx>>(
        self,
        tx: &mut T,
    ) -> Result<PressRelease<Approved<'tx>>, Error> {
        let held = tx.lock_press_release(self.id).await?;
        let own = held.filter(|release| release.names(&self.by));
        let record = own.ok_or(Error::NotFound)?;
        // After the lock: a transaction that waited for the row must not judge by the time at which it began to wait.
        let at = tx.now().await?;
        let approvals = record.publishable(at);
        let (police, network) =
            approvals.map_err(|obstacle| Error::InvalidState(obstacle.detail()))?;
        let evidence = ApprovalEvidence {
            version: record.latest.number,
            sha256: record.latest.sha256,
            police: police.clone(),
            network: network.clone(),
            at,
        };
        // INVARIANT: the only place where `Approved` is made. `'tx` is the brand of the transaction that holds the release's row;
        // `publishable` found one approval of each side for its latest version, and its embargo over at the database's time `at`.
        Ok(PressRelease {
            id: self.id,
            by: self.by,
            state: Approved {
                record,
                evidence,
                _brand: std::marker::PhantomData,
            },
        })
    }
}

impl<'tx> PressRelease<Approved<'tx>> {
    /// What publishing rests on.
    #[must_use]
    pub const fn evidence(&self) -> &ApprovalEvidence {
        &self.state.evidence
    }

    /// Publishes exactly the approved version, with its log event.
    ///
    /// # Errors
    /// When the store or the source of randomness fails; then the whole transaction is to be given up.
    pub async fn publish<T: Tx<'tx>>(
        self,
        tx: &mut T,
        by: &Caller,
        entropy: &dyn Entropy,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        let Approved {
            record, evidence, ..
        } = self.state;
        let at = evidence.at;
        // INVARIANT: the only place where a permit is made; the version is the one that the evidence is about.
        let permit = PublicationPermit {
            id: self.id,
            publication: Publication {
                version: evidence.version,
                by: self.by,
                at,
            },
            sha256: evidence.sha256,
            _brand: std::marker::PhantomData,
        };
        tx.publish_press_release(&permit).await?;
        let record = StoredPressRelease {
            published: Some(permit.publication),
            ..record
        };
        let id = EventId::fresh(at, entropy)?;
        let event = Event::new(id, at, Operation::PressReleasePublished)
            .by(by)
            .about_press_release(&record)
            .resting_on_approvals(&evidence);
        let leaf = audit::append(tx, entropy, event).await?;
        Ok(Logged::new(record, leaf, at))
    }
}

impl PublicationPermit<'_> {
    /// The release.
    #[must_use]
    pub const fn id(&self) -> PressReleaseId {
        self.id
    }

    /// The digest of what both sides approved.
    #[must_use]
    pub const fn sha256(&self) -> &TextDigest {
        &self.sha256
    }

    /// What is to be stored: version, who, when.
    #[must_use]
    pub const fn publication(&self) -> &Publication {
        &self.publication
    }
}
