//! A store in memory: each transaction works on a copy of everything; a commit puts the copy in place if nobody else
//! committed meanwhile, and dropping it discards the copy. That is serialisable, and small enough to be believed.

mod centres;
mod contact_pairs;
mod contacts;
mod directory;
mod examination;
mod handovers;
mod involvements;
mod log;
mod ports;
mod regional;
mod scope;
mod security_notices;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
};

use freigabe_domain::{
    access::{ClientId, Invitation, InvitationSecret, Organisation, RegisteredClient},
    audit::SealedEvent,
    consent::{CaseReferences, ConsentEvent, ConsentForm, ConsentHead, RevisionRecord},
    contact::{ContactContent, ContactRecord, LockedContactConsent},
    contact_pair::{ContactPair, HalfContacts, Side},
    directory::Centre,
    disclosure::{Content, DisclosureRecord, Pseudonym},
    handover::Handover,
    ids::{
        CaseId, CentreId, ConsentId, ContactConsentId, ContactDetailsId, ContactPairId,
        DisclosureId, InvolvementId, InvolvementOfferId, OrganisationId, ReferralNoticeId,
        RegionalAgreementId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{HelpNeeded, Involvement, InvolvementOffer},
    referral::ReferralNotice,
    regional::RegionalAgreement,
    security_notice::{NoticeDelivery, SecurityNotice, ThreatAssessment},
    store::{Begin, Brand, EarlierRequest, Mode, Scope, Store, StoreError},
    withdrawal::WithdrawalNotice,
};
use time::Duration;

pub(crate) use self::log::Tree;
use crate::given;

/// What is stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    cases: BTreeMap<CaseId, Case>,
    consents: BTreeMap<ConsentId, Consent>,
    pub(crate) disclosures: BTreeMap<DisclosureId, Message>,
    notices: BTreeMap<WithdrawalNoticeId, WithdrawalNotice>,
    /// In the order in which it was appended.
    pub(crate) log: Vec<SealedEvent>,
    pub(crate) tree: Tree,
    requests: BTreeMap<(ClientId, String), EarlierRequest>,
    organisations: BTreeMap<OrganisationId, Organisation>,
    clients: BTreeMap<ClientId, RegisteredClient>,
    assertions: BTreeMap<(ClientId, String), Instant>,
    requests_by_minute: BTreeMap<ClientId, (i64, u32)>,
    invitations: Vec<(Invitation, InvitationSecret)>,
    forms: BTreeSet<ConsentForm>,
    centres: Centres,
    referrals: BTreeMap<ReferralNoticeId, ReferralNotice>,
    involvements: BTreeMap<InvolvementId, (Involvement, HelpNeeded)>,
    offers: BTreeMap<InvolvementOfferId, InvolvementOffer>,
    contact_consents: BTreeMap<ContactConsentId, LockedContactConsent>,
    /// What they say is none once it was destroyed.
    contact_details: BTreeMap<ContactDetailsId, (ContactRecord, Option<ContactContent>)>,
    security_notices: BTreeMap<SecurityNoticeId, (SecurityNotice, Option<ThreatAssessment>)>,
    /// In the order in which they were made.
    handovers: Vec<Handover>,
    deliveries: BTreeMap<(SecurityNoticeId, OrganisationId), NoticeDelivery>,
    pairs: BTreeMap<ContactPairId, ContactPair>,
    pair_contacts: BTreeMap<(ContactPairId, Side), HalfContacts>,
    regional_agreements: BTreeMap<RegionalAgreementId, RegionalAgreement>,
}

/// The directory, and how often it was changed.
#[derive(Debug, Clone, Default)]
struct Centres {
    entries: BTreeMap<CentreId, Centre>,
    changes: u64,
}

#[derive(Debug, Clone)]
struct Case {
    centre: OrganisationId,
    references: CaseReferences,
    person: Pseudonym,
}

#[derive(Debug, Clone)]
struct Consent {
    head: ConsentHead,
    revisions: Vec<RevisionRecord>,
    events: Vec<ConsentEvent>,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) record: DisclosureRecord,
    /// None once it was destroyed.
    pub(crate) content: Option<Content>,
}

/// What goes wrong at a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Another transaction was in the way.
    Conflict,
    /// The connection breaks, and the commit never arrived.
    Lost,
    /// The connection breaks after the commit took place.
    Unheard,
    /// The disk is full.
    Full,
}

type Interruption = Box<dyn FnOnce() + Send>;

struct Shared {
    /// How often something was committed, and what there is now.
    committed: Mutex<(u64, State)>,
    clock: Mutex<Instant>,
    faults: Mutex<VecDeque<Fault>>,
    interruption: Mutex<Option<Interruption>>,
    /// How long the next consent's row has to be waited for.
    wait: Mutex<Duration>,
    pauses: AtomicU32,
}

/// The store; clones share everything.
#[derive(Clone)]
pub(crate) struct MemoryStore(Arc<Shared>);

/// A transaction.
pub(crate) struct MemoryTx<'tx> {
    store: MemoryStore,
    scope: Scope,
    mode: Mode,
    began_at: u64,
    state: State,
    _brand: Brand<'tx>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

impl MemoryStore {
    /// Empty, but for the offices and the forms.
    pub(crate) fn new() -> Self {
        let state = State {
            forms: given::forms().into_iter().collect(),
            ..State::default()
        };
        Self(Arc::new(Shared {
            committed: Mutex::new((0, state)),
            clock: Mutex::new(given::NOW),
            faults: Mutex::default(),
            interruption: Mutex::default(),
            wait: Mutex::new(Duration::ZERO),
            pauses: AtomicU32::new(0),
        }))
    }

    /// A copy of what was committed.
    pub(crate) fn committed(&self) -> State {
        lock(&self.0.committed).1.clone()
    }

    /// How often something was committed.
    pub(crate) fn commits(&self) -> u64 {
        lock(&self.0.committed).0
    }

    /// Changes what was committed, past all rules.
    pub(crate) fn tamper(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.0.committed).1);
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, by: Duration) {
        let mut clock = lock(&self.0.clock);
        *clock = clock.plus(by);
    }

    /// Lets time pass while the next transaction waits for a consent's row.
    pub(crate) fn delay_next_lock(&self, by: Duration) {
        *lock(&self.0.wait) = by;
    }

    /// Lets the next writing commits go wrong, one after the other.
    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.0.faults).extend(faults);
    }

    /// Lets something happen between the work of the next writing transaction and its commit.
    pub(crate) fn interrupt(&self, what: impl FnOnce() + Send + 'static) {
        *lock(&self.0.interruption) = Some(Box::new(what));
    }

    /// How often a unit of work was about to be run again.
    pub(crate) fn pauses(&self) -> u32 {
        self.0.pauses.load(Ordering::Relaxed)
    }

    fn wait_for_row(&self) {
        let waited = std::mem::replace(&mut *lock(&self.0.wait), Duration::ZERO);
        self.advance(waited);
    }

    fn now(&self) -> Instant {
        let mut clock = lock(&self.0.clock);
        // A clock that never says the same twice keeps the order of things visible.
        *clock = clock.plus(Duration::MICROSECOND);
        *clock
    }
}

impl Store for MemoryStore {
    type Tx<'tx> = MemoryTx<'tx>;

    async fn begin<'tx>(
        &self,
        begin: Begin<'tx>,
        scope: &Scope,
        mode: Mode,
    ) -> Result<MemoryTx<'tx>, StoreError> {
        let (began_at, state) = lock(&self.0.committed).clone();
        Ok(MemoryTx {
            store: self.clone(),
            scope: scope.clone(),
            mode,
            began_at,
            state,
            _brand: begin.brand(),
        })
    }

    async fn pause(&self, _attempt: u32) {
        self.0.pauses.fetch_add(1, Ordering::Relaxed);
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl MemoryTx<'_> {
    /// What this transaction may change: nothing, if it said that it only reads.
    fn writable(&mut self) -> Result<&mut State, StoreError> {
        if self.mode == Mode::Read {
            return Err(StoreError::Defect(
                "a reading transaction writes".to_owned(),
            ));
        }
        Ok(&mut self.state)
    }

    fn finish(self) -> Result<(), StoreError> {
        if self.mode == Mode::Read {
            return Ok(());
        }
        let interruption = lock(&self.store.0.interruption).take();
        if let Some(happens) = interruption {
            happens();
        }
        let fault = lock(&self.store.0.faults).pop_front();
        match fault {
            None => self.put_in_place(),
            Some(Fault::Conflict) => Err(StoreError::Conflict),
            Some(Fault::Lost) => Err(StoreError::CommitUnknown),
            Some(Fault::Unheard) => {
                self.put_in_place()?;
                Err(StoreError::CommitUnknown)
            }
            Some(Fault::Full) => Err(StoreError::Unavailable("disk full".to_owned())),
        }
    }

    fn put_in_place(self) -> Result<(), StoreError> {
        let mut committed = lock(&self.store.0.committed);
        if committed.0 != self.began_at {
            return Err(StoreError::Conflict);
        }
        *committed = (self.began_at + 1, self.state);
        Ok(())
    }
}
