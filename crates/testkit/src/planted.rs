//! What a system like this could do wrong, planted below the use cases: whoever looks for mistakes must find each of these.
//!
//! They stand in the test kit, over the store, so that no program can be built with one.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use freigabe_domain::{
    audit::{Operation, Outcome, SealedEvent},
    consent::{ConsentEvent, ConsentHead, ConsentStatus, Decision, LockedConsent},
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, RedirectionPermit, SealReason,
    },
    handover::Handover,
    ids::{CaseId, ConsentId, DisclosureId},
    instant::Instant,
    log::{Generation, LeafPlace, PendingLeaf},
    office::OfficeId,
    store::{EarlierRequest, Lock, PageRequest, RequestKey, StoreError, prelude::*},
    withdrawal::WithdrawalNotice,
};
use freigabe_ledger::{Commitment, Leaf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::over::{Hooks, SqlTx};

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    /// Releases and collections read the consent without holding its row.
    HoldsNothing,
    /// A withdrawal reads the consent without holding its row.
    WithdrawsUnheld,
    /// The consent is read first, and its row held afterwards.
    ReadsBeforeHolding,
    /// A consent that was once read is taken from memory.
    CachesConsents,
    /// The clock is a moment behind.
    ClockBehind,
    /// No request is remembered.
    ForgetsKeys,
    /// Requests are remembered by the process that carried them out, in memory.
    KeysInMemory,
    /// That a key is used by another at the same moment goes unnoticed.
    IgnoresConflicts,
    /// Some events are not written.
    LosesEvents,
    /// A withdrawal seals nothing.
    SealsNothing,
    /// A withdrawal seals the first message.
    SealsOne,
    /// No office is told of a withdrawal.
    TellsNobody,
    /// What was taken back keeps its content.
    KeepsContent,
    /// The newest message is overlooked when a consent changes.
    OverlooksNewest,
    /// That a message was collected is not written down.
    MarksNothing,
    /// A message can be collected in whatever state it is.
    MarksAnything,
    /// A message can be closed in whatever state it is.
    ClosesAnything,
    /// Some commits are answered and don't take place.
    LosesCommits,
    /// Some withdrawals are not written to the consent's row.
    KeepsHead,
    /// Some revisions are taken for written that are not.
    LosesRevisions,
    /// Some content can't be found.
    LosesContent,
    /// Nobody remembers a handover.
    ForgetsHandovers,
    /// That an office gave a case away is overlooked.
    OverlooksHandovers,
    /// A case is handed over while collections of its messages have begun.
    HandsOverUnheld,
    /// Whoever took a case over is taken for covered by the consent.
    CoversSuccessors,
    /// A redirected message leaves its content behind.
    LeavesContent,
    /// A redirection is not written to the log.
    RedirectsUnlogged,
    /// A redirection is written to the log alone.
    RedirectsNothing,
    /// The newest event of a round leaves the queue and enters no tree.
    SkipsNewest,
    /// Where a leaf stands is noted one place on.
    NotesWrongPlaces,
    /// The log's head is moved on and what stands below it is not written.
    WritesNoBundles,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::HoldsNothing,
        Self::WithdrawsUnheld,
        Self::ReadsBeforeHolding,
        Self::CachesConsents,
        Self::ClockBehind,
        Self::ForgetsKeys,
        Self::KeysInMemory,
        Self::IgnoresConflicts,
        Self::LosesEvents,
        Self::SealsNothing,
        Self::SealsOne,
        Self::TellsNobody,
        Self::KeepsContent,
        Self::OverlooksNewest,
        Self::MarksNothing,
        Self::MarksAnything,
        Self::ClosesAnything,
        Self::LosesCommits,
        Self::KeepsHead,
        Self::LosesRevisions,
        Self::LosesContent,
        Self::ForgetsHandovers,
        Self::OverlooksHandovers,
        Self::HandsOverUnheld,
        Self::CoversSuccessors,
        Self::LeavesContent,
        Self::RedirectsUnlogged,
        Self::RedirectsNothing,
        Self::SkipsNewest,
        Self::NotesWrongPlaces,
        Self::WritesNoBundles,
    ];
}

/// How far a clock is behind: longer than from one step of a client to the next.
const BEHIND: time::Duration = time::Duration::milliseconds(400);
/// How long a transaction takes between reading and holding.
const BETWEEN: Duration = Duration::from_millis(5);
/// One in so many is lost.
const LOST: u64 = 4;

/// The hooks by which a mistake is made.
#[derive(Clone)]
pub struct Planted {
    mistake: Mistake,
    memory: Arc<Memory>,
}

/// What a process remembers that should not.
#[derive(Default)]
struct Memory {
    consents: Mutex<BTreeMap<Uuid, LockedConsent>>,
    requests: Mutex<BTreeMap<(String, String), EarlierRequest>>,
    counter: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Planted {
    /// This mistake.
    #[must_use]
    pub fn new(mistake: Mistake) -> Self {
        Self {
            mistake,
            memory: Arc::default(),
        }
    }

    /// Which it is.
    #[must_use]
    pub const fn mistake(&self) -> Mistake {
        self.mistake
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    /// Whether it is the turn of one of the few that are lost.
    fn loses(&self, mistake: Mistake) -> bool {
        self.makes(mistake) && self.memory.counter.fetch_add(1, Ordering::SeqCst) % LOST == LOST - 1
    }

    fn request(request: &RequestKey) -> (String, String) {
        (
            request.client.as_str().to_owned(),
            request.key.as_str().to_owned(),
        )
    }
}

impl Hooks for Planted {
    async fn now(&self, transaction: &mut SqlTx<'_>) -> Result<Instant, StoreError> {
        let now = transaction.now().await?;
        if self.makes(Mistake::ClockBehind) {
            return Ok(now.plus(-BEHIND));
        }
        Ok(now)
    }

    async fn commit(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
        if self.loses(Mistake::LosesCommits) {
            return transaction.rollback().await;
        }
        transaction.commit().await
    }

    async fn lock_consent<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ConsentId,
        lock: Lock,
    ) -> Result<Option<LockedConsent>, StoreError> {
        match (self.mistake, lock) {
            (Mistake::HoldsNothing, Lock::Shared) => {
                let read = transaction.consent(id).await;
                tokio::time::sleep(BETWEEN).await;
                read
            }
            (Mistake::ReadsBeforeHolding, _) => {
                let read = transaction.consent(id).await?;
                tokio::time::sleep(BETWEEN).await;
                let _ = transaction.lock_consent(id, lock).await?;
                Ok(read)
            }
            (Mistake::CachesConsents, Lock::Shared) => {
                let known = locked(&self.memory.consents).get(&id.as_uuid()).cloned();
                if known.is_some() {
                    return Ok(known);
                }
                let read = transaction.lock_consent(id, lock).await?;
                if let Some(consent) = &read {
                    locked(&self.memory.consents).insert(id.as_uuid(), consent.clone());
                }
                Ok(read)
            }
            (Mistake::CoversSuccessors, Lock::Shared) => {
                let mut read = transaction.lock_consent(id, lock).await?;
                if let Some(consent) = &mut read {
                    cover_successors(transaction, consent).await?;
                }
                Ok(read)
            }
            _ => transaction.lock_consent(id, lock).await,
        }
    }

    async fn lock_head<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ConsentId,
    ) -> Result<Option<ConsentHead>, StoreError> {
        if self.makes(Mistake::WithdrawsUnheld) {
            let read = transaction.consent(id).await?;
            tokio::time::sleep(BETWEEN).await;
            return Ok(read.map(|consent| consent.head));
        }
        transaction.lock_head(id).await
    }

    async fn update_head<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        head: &ConsentHead,
        event: ConsentEvent,
    ) -> Result<(), StoreError> {
        if head.status == ConsentStatus::Withdrawn && self.loses(Mistake::KeepsHead) {
            return Ok(());
        }
        transaction.update_head(head, event).await
    }

    async fn insert_revision<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        if self.loses(Mistake::LosesRevisions) {
            return Ok(());
        }
        transaction.insert_revision(head, decision).await
    }

    async fn earlier_request<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        request: &RequestKey,
    ) -> Result<Option<EarlierRequest>, StoreError> {
        match self.mistake {
            Mistake::ForgetsKeys => Ok(None),
            Mistake::KeysInMemory => Ok(locked(&self.memory.requests)
                .get(&Self::request(request))
                .cloned()),
            _ => transaction.earlier_request(request).await,
        }
    }

    async fn remember_request<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        request: &RequestKey,
        resource: Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError> {
        match self.mistake {
            Mistake::ForgetsKeys => Ok(()),
            Mistake::KeysInMemory => {
                let earlier = EarlierRequest {
                    fingerprint: request.fingerprint,
                    resource,
                    logged_as: None,
                };
                locked(&self.memory.requests).insert(Self::request(request), earlier);
                Ok(())
            }
            Mistake::IgnoresConflicts => {
                let remembered = transaction.remember_request(request, resource, leaf, at);
                let _ = remembered.await;
                Ok(())
            }
            _ => {
                transaction
                    .remember_request(request, resource, leaf, at)
                    .await
            }
        }
    }

    async fn append<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        event: &SealedEvent,
    ) -> Result<(), StoreError> {
        let redirected = event.projection.operation == Operation::DisclosureRedirected
            && event.projection.outcome == Outcome::Done;
        let unlogged = self.makes(Mistake::RedirectsUnlogged) && redirected;
        if unlogged || self.loses(Mistake::LosesEvents) {
            return Ok(());
        }
        transaction.append(event).await
    }

    async fn seal<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        ids: &[DisclosureId],
        reason: SealReason,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let sealed = match self.mistake {
            Mistake::SealsNothing => &[],
            Mistake::SealsOne => ids.get(..1).unwrap_or(ids),
            _ => return transaction.seal(ids, reason, at).await,
        };
        if !sealed.is_empty() {
            let _ = transaction.seal(sealed, reason, at).await?;
        }
        Ok(ids.len())
    }

    async fn insert_notices<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        notices: &[WithdrawalNotice],
    ) -> Result<(), StoreError> {
        if self.makes(Mistake::TellsNobody) {
            return Ok(());
        }
        transaction.insert_notices(notices).await
    }

    async fn destroy_content<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        ids: &[DisclosureId],
    ) -> Result<(), StoreError> {
        if self.makes(Mistake::KeepsContent) {
            return Ok(());
        }
        transaction.destroy_content(ids).await
    }

    async fn live_disclosures_of<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        consent: ConsentId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let mut live = transaction.live_disclosures_of(consent).await?;
        if self.makes(Mistake::OverlooksNewest) {
            live.pop();
        }
        Ok(live)
    }

    async fn live_disclosures_for<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        if self.makes(Mistake::HandsOverUnheld) {
            return Ok(Vec::new());
        }
        transaction.live_disclosures_for(case, office).await
    }

    async fn insert_handover<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        handover: &Handover,
    ) -> Result<(), StoreError> {
        if self.makes(Mistake::ForgetsHandovers) {
            return Ok(());
        }
        transaction.insert_handover(handover).await?;
        if self.makes(Mistake::HandsOverUnheld) {
            tokio::time::sleep(6 * BETWEEN).await;
        }
        Ok(())
    }

    async fn latest_handover<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Option<Handover>, StoreError> {
        let latest = transaction.latest_handover(case, office).await?;
        let overlooks = self.makes(Mistake::OverlooksHandovers);
        Ok(latest.filter(|latest| !overlooks || latest.office != *office))
    }

    async fn redirect<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &RedirectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        if self.makes(Mistake::RedirectsNothing) {
            return Ok(());
        }
        transaction.redirect(permit).await?;
        if self.makes(Mistake::LeavesContent) {
            return transaction.destroy_content(&[permit.record().id]).await;
        }
        Ok(())
    }

    async fn open_content<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &CollectionPermit<'tx>,
    ) -> Result<Option<Content>, StoreError> {
        if self.loses(Mistake::LosesContent) {
            return Ok(None);
        }
        transaction.open_content(permit).await
    }

    async fn mark_collected<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &CollectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        match self.mistake {
            Mistake::MarksNothing => Ok(()),
            Mistake::MarksAnything => {
                tokio::time::sleep(6 * BETWEEN).await;
                match transaction.mark_collected(permit).await {
                    Err(StoreError::Conflict) => Ok(()),
                    marked => marked,
                }
            }
            _ => transaction.mark_collected(permit).await,
        }
    }

    async fn close<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: DisclosureId,
        from: DisclosureState,
        to: DisclosureState,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let closed = transaction.close(id, from, to, at).await?;
        Ok(closed || self.makes(Mistake::ClosesAnything))
    }

    async fn take_pending<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        most: u16,
    ) -> Result<Vec<PendingLeaf>, StoreError> {
        let mut taken = transaction.take_pending(most).await?;
        if self.makes(Mistake::SkipsNewest) && taken.len() > 1 {
            taken.pop();
        }
        Ok(taken)
    }

    async fn insert_log_leaves<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        first: LeafPlace,
        commitments: &[Commitment],
    ) -> Result<(), StoreError> {
        let place = LeafPlace {
            index: first.index + u64::from(self.makes(Mistake::NotesWrongPlaces)),
            ..first
        };
        transaction.insert_log_leaves(place, commitments).await
    }

    async fn put_log_bundles<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        generation: Generation,
        bundles: &[(u64, Vec<u8>)],
    ) -> Result<(), StoreError> {
        if self.makes(Mistake::WritesNoBundles) {
            return Ok(());
        }
        transaction.put_log_bundles(generation, bundles).await
    }
}

/// Takes every office to which the case was handed over for one that the consent names.
async fn cover_successors(
    transaction: &mut SqlTx<'_>,
    consent: &mut LockedConsent,
) -> Result<(), StoreError> {
    let page = PageRequest {
        after: None,
        limit: 200,
    };
    let told = transaction.handovers_told_to(consent.head.centre, page);
    let told = told.await?.items.into_iter();
    let of_case = told.filter(|handover| handover.case() == consent.head.case);
    let offices = of_case.filter_map(|handover| handover.to.office().cloned());
    if let Decision::Given(terms) = &mut consent.decision {
        for office in offices {
            for grant in &mut terms.grants {
                grant.recipients.push(office.clone());
            }
        }
    }
    Ok(())
}
