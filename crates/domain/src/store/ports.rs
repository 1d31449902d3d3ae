//! What a transaction can do, by the domain's nouns.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use freigabe_ledger::{Leaf, Salt};

use super::{
    AccessStore, ContactPairStore, ContactStore, DirectoryStore, ExaminationStore, HandoverStore,
    InvolvementStore, LogStore, Page, PageRequest, ReferralStore, RegionalStore,
    SecurityNoticeStore, StoreError,
};
use crate::{
    access::ClientId,
    audit::{AuditQuery, LoggedAs, SealedEvent, StoredEvent},
    consent::{
        CaseReferences, ConsentEvent, ConsentForm, ConsentHead, Decision, LockedConsent,
        RevisionRecord,
    },
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, Pseudonym, RedirectionPermit,
        ReleasePermit, SealReason,
    },
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::{Jurisdiction, Matter, OfCentre, Office, OfficeId, OfficeKind},
    withdrawal::{NoticeAnswer, WithdrawalNotice},
};

/// A transaction. See [`super::unit_of_work`].
pub trait Tx<'tx>:
    ConsentStore<'tx>
    + FormStore<'tx>
    + DisclosureStore<'tx>
    + NoticeStore<'tx>
    + OfficeStore<'tx>
    + DirectoryStore<'tx>
    + ReferralStore<'tx>
    + InvolvementStore<'tx>
    + ContactStore<'tx>
    + SecurityNoticeStore<'tx>
    + HandoverStore<'tx>
    + ContactPairStore<'tx>
    + RegionalStore<'tx>
    + AuditStore<'tx>
    + ExaminationStore<'tx>
    + OpeningStore<'tx>
    + LogStore<'tx>
    + AccessStore<'tx>
    + RequestStore<'tx>
{
    /// The database's clock, now (not at the transaction's beginning). Never goes back within a transaction.
    ///
    /// # Errors
    /// When the store fails.
    async fn now(&mut self) -> Result<Instant, StoreError>;

    /// Commits.
    ///
    /// # Errors
    /// [`StoreError::CommitUnknown`] when the connection broke meanwhile.
    async fn commit(self) -> Result<(), StoreError>;

    /// Rolls back.
    ///
    /// # Errors
    /// When the store fails; the transaction is gone all the same.
    async fn rollback(self) -> Result<(), StoreError>;
}

/// How a consent's row is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Together with other releases and collections, against changes.
    Shared,
    /// Alone.
    Exclusive,
}

/// A case: one person at one centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// Its identifier.
    pub id: CaseId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
}

/// Consents and their cases.
pub trait ConsentStore<'tx> {
    /// The centre's case with these references; made, with a key of its own, under the id `fresh` if it does not exist.
    ///
    /// # Errors
    /// When the store fails.
    async fn case_for(
        &mut self,
        centre: OrganisationId,
        references: &CaseReferences,
        fresh: CaseId,
        at: Instant,
    ) -> Result<StoredCase, StoreError>;

    /// The centre's references of a case, opened.
    ///
    /// # Errors
    /// When the store fails.
    async fn case_references(&mut self, case: CaseId) -> Result<CaseReferences, StoreError>;

    /// The person's pairwise pseudonym for an office.
    ///
    /// # Errors
    /// When the store fails.
    async fn pseudonym(&mut self, case: CaseId, office: &OfficeId)
    -> Result<Pseudonym, StoreError>;

    /// Takes a consent's row until the end of the transaction, then reads its latest revision. Never from a replica.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_consent(
        &mut self,
        id: ConsentId,
        lock: Lock,
    ) -> Result<Option<LockedConsent>, StoreError>;

    /// A consent's head, its row held alone, without opening anything sealed: a withdrawal must not depend on a key.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_head(&mut self, id: ConsentId) -> Result<Option<ConsentHead>, StoreError>;

    /// Stores a new record with its first revision and event.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_consent(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError>;

    /// Stores a further revision with its event; `head` is the head afterwards, its row held alone.
    ///
    /// # Errors
    /// When the store fails, or the row is not at the revision before.
    async fn insert_revision(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError>;

    /// Stores a changed head with its event, for a withdrawal or an expiry; the row is held alone.
    ///
    /// # Errors
    /// When the store fails.
    async fn update_head(
        &mut self,
        head: &ConsentHead,
        event: ConsentEvent,
    ) -> Result<(), StoreError>;

    /// A consent with its latest revision, without holding its row. For showing, never for deciding.
    ///
    /// # Errors
    /// When the store fails.
    async fn consent(&mut self, id: ConsentId) -> Result<Option<LockedConsent>, StoreError>;

    /// A consent's revisions and events, oldest first; events of the same moment by revision and kind.
    ///
    /// # Errors
    /// When the store fails.
    async fn consent_history(
        &mut self,
        id: ConsentId,
    ) -> Result<(Vec<RevisionRecord>, Vec<ConsentEvent>), StoreError>;

    /// A centre's consents, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn consents(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<ConsentHead>, StoreError>;

    /// Given consents whose validity ended at or before `now` and that are not marked as expired: those that ended first come
    /// first, of those that ended together the one with the smaller id.
    ///
    /// # Errors
    /// When the store fails.
    async fn consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ConsentId>, StoreError>;
}

/// The register of consent forms.
pub trait FormStore<'tx> {
    /// All known forms, by kind, version and language. They are few: versions times languages.
    ///
    /// # Errors
    /// When the store fails.
    async fn consent_forms(&mut self) -> Result<Vec<ConsentForm>, StoreError>;

    /// Adds a form. False when it is known already.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_consent_form(
        &mut self,
        form: &ConsentForm,
        at: Instant,
    ) -> Result<bool, StoreError>;
}

/// Disclosures.
pub trait DisclosureStore<'tx> {
    /// Stores a release with its content sealed under the case's key.
    ///
    /// # Errors
    /// When the store fails.
    async fn hold(&mut self, permit: &ReleasePermit<'tx>) -> Result<(), StoreError>;

    /// Opens the content of the permit's disclosure; none when it was destroyed.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn open_content(
        &mut self,
        permit: &CollectionPermit<'tx>,
    ) -> Result<Option<Content>, StoreError>;

    /// Marks the permit's disclosure as collected at the permit's time; a collected one stays so.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is neither held nor collected any more.
    async fn mark_collected(&mut self, permit: &CollectionPermit<'tx>) -> Result<(), StoreError>;

    /// Holds the permit's message for another office: its content stays sealed as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not held any more for the office that it waited for.
    async fn redirect(&mut self, permit: &RedirectionPermit<'tx>) -> Result<(), StoreError>;

    /// A disclosure, without content.
    ///
    /// # Errors
    /// When the store fails.
    async fn disclosure(
        &mut self,
        id: DisclosureId,
    ) -> Result<Option<DisclosureRecord>, StoreError>;

    /// A centre's disclosures, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn disclosures(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError>;

    /// What waits for an office: held, and under a given consent that is valid at `now`; oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn inbox(
        &mut self,
        office: &OfficeId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError>;

    /// All disclosures that rest on a consent and are held, collected or acknowledged; oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn live_disclosures_of(
        &mut self,
        consent: ConsentId,
    ) -> Result<Vec<DisclosureRecord>, StoreError>;

    /// All disclosures of a case for an office that are held, collected or acknowledged; oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn live_disclosures_for(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError>;

    /// How many disclosures of a consent ended in this state for this reason.
    ///
    /// # Errors
    /// When the store fails.
    async fn closed_disclosures_of(
        &mut self,
        consent: ConsentId,
        state: DisclosureState,
        reason: SealReason,
    ) -> Result<usize, StoreError>;

    /// Moves a disclosure from one state to another and destroys its content. False when it was not in that state.
    ///
    /// # Errors
    /// When the store fails.
    async fn close(
        &mut self,
        id: DisclosureId,
        from: DisclosureState,
        to: DisclosureState,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Seals these held disclosures for good and destroys their content; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn seal(
        &mut self,
        ids: &[DisclosureId],
        reason: SealReason,
        at: Instant,
    ) -> Result<usize, StoreError>;

    /// Destroys the content of disclosures that were collected and not yet acknowledged.
    ///
    /// # Errors
    /// When the store fails.
    async fn destroy_content(&mut self, ids: &[DisclosureId]) -> Result<(), StoreError>;
}

/// Withdrawal notices.
pub trait NoticeStore<'tx> {
    /// Stores new notices.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_notices(&mut self, notices: &[WithdrawalNotice]) -> Result<(), StoreError>;

    /// A notice.
    ///
    /// # Errors
    /// When the store fails.
    async fn notice(
        &mut self,
        id: WithdrawalNoticeId,
    ) -> Result<Option<WithdrawalNotice>, StoreError>;

    /// An office's notices, oldest first; only unanswered ones if `open_only`.
    ///
    /// # Errors
    /// When the store fails.
    async fn notices(
        &mut self,
        office: &OfficeId,
        open_only: bool,
        page: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, StoreError>;

    /// All notices about a consent, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn notices_of(&mut self, consent: ConsentId)
    -> Result<Vec<WithdrawalNotice>, StoreError>;

    /// Stores the answer to an unanswered notice. False when it was answered already.
    ///
    /// # Errors
    /// When the store fails.
    async fn answer_notice(
        &mut self,
        id: WithdrawalNoticeId,
        answer: &NoticeAnswer,
        at: Instant,
    ) -> Result<bool, StoreError>;
}

/// Which offices are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeQuery {
    /// Directly below this office.
    pub parent: Option<OfficeId>,
    /// Of this kind.
    pub kind: Option<OfficeKind>,
    /// After this office, in the order of ids.
    pub after: Option<OfficeId>,
}

/// Police offices.
pub trait OfficeStore<'tx> {
    /// The facts from which the competent office is told, in a constant number of statements; agreements among them, if it is the matter
    /// of a centre.
    ///
    /// # Errors
    /// When the store fails.
    async fn jurisdiction(
        &mut self,
        matter: &Matter,
        of: Option<OfCentre>,
    ) -> Result<Jurisdiction, StoreError>;

    /// An office.
    ///
    /// # Errors
    /// When the store fails.
    async fn office(&mut self, id: &OfficeId) -> Result<Option<Office>, StoreError>;

    /// Offices in the order of their ids, at most `limit` and one more to tell whether others follow.
    ///
    /// # Errors
    /// When the store fails.
    async fn offices(&mut self, query: &OfficeQuery, limit: u16)
    -> Result<Vec<Office>, StoreError>;

    /// Those of `ids` that are no office.
    ///
    /// # Errors
    /// When the store fails.
    async fn unknown_offices(&mut self, ids: &[OfficeId]) -> Result<Vec<OfficeId>, StoreError>;
}

/// The disclosure log.
pub trait AuditStore<'tx> {
    /// Appends an event: payload, salt and commitment, with the columns it is searched by. Its leaf then waits to be put
    /// into the tree. Writes no row that another transaction writes too.
    ///
    /// # Errors
    /// When the store fails.
    async fn append(&mut self, event: &SealedEvent) -> Result<(), StoreError>;

    /// Events that match, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn events(
        &mut self,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError>;

    /// One event.
    ///
    /// # Errors
    /// When the store fails.
    async fn event(&mut self, id: EventId) -> Result<Option<StoredEvent>, StoreError>;
}

/// What proves an event to whoever has its payload.
pub trait OpeningStore<'tx> {
    /// An event's leaf and salt; none when there is no such event, or it was erased.
    ///
    /// # Errors
    /// When the store fails.
    async fn opening(&mut self, id: EventId) -> Result<Option<(Leaf, Salt)>, StoreError>;
}

/// A client's own key for a request (the `Idempotency-Key` header): 8 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// Not an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an Idempotency-Key has 8 to 64 visible ASCII characters")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Checks and wraps a key.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdempotencyKeyError)
        }
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request that may be repeated: the client (not the token) and its key, with a hash of what was asked. The answer is
/// never stored: a repeated request finds its resource and is judged anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The client.
    pub client: ClientId,
    /// Its key.
    pub key: IdempotencyKey,
    /// SHA-256 of operation, path and body.
    pub fingerprint: [u8; 32],
}

/// A request that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRequest {
    /// SHA-256 of operation, path and body.
    pub fingerprint: [u8; 32],
    /// What it made or changed.
    pub resource: uuid::Uuid,
    /// The event that did it; none of requests from before leaves were kept.
    pub logged_as: Option<LoggedAs>,
}

/// Requests that were carried out.
pub trait RequestStore<'tx> {
    /// An earlier request with this key.
    ///
    /// # Errors
    /// When the store fails.
    async fn earlier_request(
        &mut self,
        request: &RequestKey,
    ) -> Result<Option<EarlierRequest>, StoreError>;

    /// Remembers a request that is carried out in this transaction, at this time, by the event with this leaf.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the same key is being used at the same moment.
    async fn remember_request(
        &mut self,
        request: &RequestKey,
        resource: uuid::Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// Forgets requests that were carried out before this time; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_requests(&mut self, before: Instant) -> Result<usize, StoreError>;
}
