//! A store over the store: whoever wants one of its methods to do something else says so in [`Hooks`], and everything else is
//! passed on. No program can be built with it: it stands in the test kit.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use std::ops::Range;

use freigabe_domain::{
    access::{
        AtIssuer, ClientChange, ClientId, Invitation, InvitationSecret, Organisation,
        RegisteredClient,
    },
    audit::{AuditQuery, EventCount, LeafRange, LoggedLeaf, Period, SealedEvent, StoredEvent},
    consent::{
        CaseReferences, ConsentEvent, ConsentForm, ConsentHead, Decision, LockedConsent,
        RevisionRecord,
    },
    contact::{
        ContactCollectionPermit, ContactConsent, ContactContent, ContactRecord,
        ContactReleasePermit, LockedContactConsent,
    },
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, Side},
    directory::{Centre, NamedPlace},
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, Pseudonym, RedirectionPermit,
        ReleasePermit, SealReason,
    },
    erasure::{
        CaseStanding, Erasure, ErasurePlan, ErasureTarget, EventOfCase, KeptGroup, ReportedErasure,
    },
    handover::Handover,
    ids::{
        CaseId, CentreId, ConsentId, ContactConsentId, ContactDetailsId, ContactPairId,
        DisclosureId, EventId, HandoverId, InvolvementId, InvolvementOfferId, OrganisationId,
        ReferralNoticeId, RegionalAgreementId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{HelpNeeded, Involvement, InvolvementOffer},
    log::{Generation, LeafPlace, LogHead, LogLag, PendingLeaf, StoredCheckpoint},
    office::{Jurisdiction, Matter, OfCentre, Office, OfficeId, Place, Postcode},
    referral::ReferralNotice,
    regional::{AgreementStanding, Party, RegionalAgreement},
    security_notice::{NoticeDelivery, SecurityNotice, ThreatAssessment},
    store::{
        AccessStore, AuditStore, Begin, CentreQuery, ConsentStore, ContactPairStore, ContactStore,
        CountedRequest, Cursor, DirectoryStore, DisclosureStore, EarlierRequest, ErasureStore,
        ExaminationStore, FormStore, GapQuery, HandoverStore, InvolvementStore, Lock, LogStore,
        Mode, NoticeStore, OfficeQuery, OfficeStore, OpeningStore, Page, PageRequest, PairsOf,
        ReferralStore, RegionalStore, RequestKey, RequestStore, Scope, SecurityNoticeStore, Store,
        StoreError, StoredCase, Tx,
    },
    withdrawal::{NoticeAnswer, WithdrawalNotice},
};
use freigabe_ledger::{Commitment, Leaf, Salt, tile::Tile};
use freigabe_storage::SqlStore;
use uuid::Uuid;

/// A transaction of the store below.
pub type SqlTx<'tx> = <SqlStore as Store>::Tx<'tx>;

/// The store with something else in the place of some of its methods.
#[derive(Clone)]
pub struct Over<H> {
    store: SqlStore,
    hooks: H,
}

impl<H> Over<H> {
    /// Over this store.
    pub const fn new(store: SqlStore, hooks: H) -> Self {
        Self { store, hooks }
    }
}

/// One of its transactions.
pub struct OverTx<'tx, H> {
    transaction: SqlTx<'tx>,
    hooks: H,
}

impl<H: Hooks> Store for Over<H> {
    type Tx<'tx> = OverTx<'tx, H>;

    async fn begin<'tx>(
        &self,
        begin: Begin<'tx>,
        scope: &Scope,
        mode: Mode,
    ) -> Result<OverTx<'tx, H>, StoreError> {
        Ok(OverTx {
            transaction: self.store.begin(begin, scope, mode).await?,
            hooks: self.hooks.clone(),
        })
    }

    async fn pause(&self, attempt: u32) {
        if self.hooks.pauses() {
            self.store.pause(attempt).await;
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
}

impl<'tx, H: Hooks> Tx<'tx> for OverTx<'tx, H> {
    async fn now(&mut self) -> Result<Instant, StoreError> {
        self.hooks.before("now")?;
        self.hooks.now(&mut self.transaction).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.hooks.commit(self.transaction).await
    }

    async fn rollback(self) -> Result<(), StoreError> {
        self.hooks.rollback(self.transaction).await
    }
}

/// Every method of every port: in [`Hooks`], where it does what the store does unless somebody says otherwise, and in the
/// transaction, which asks the hooks.
macro_rules! ports {
    ($( $port:ident { $( fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty; )+ } )+) => {
        /// What is done in the place of a transaction's methods. Each does by default what the store does.
        pub trait Hooks: Clone + Send + Sync + 'static {
            /// What comes before each method, and may take its place by failing. The commit is asked for itself.
            ///
            /// # Errors
            /// Whatever the method shall fail with.
            fn before(&self, _method: &'static str) -> Result<(), StoreError> {
                Ok(())
            }

            /// Whether there is a pause before work is run again.
            fn pauses(&self) -> bool {
                true
            }

            /// The database's clock.
            async fn now(&self, transaction: &mut SqlTx<'_>) -> Result<Instant, StoreError> {
                transaction.now().await
            }

            /// The commit.
            async fn commit(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
                transaction.commit().await
            }

            /// The rollback of work that is given up.
            async fn rollback(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
                transaction.rollback().await
            }
            $($(
                #[doc = concat!("In the place of [`", stringify!($port), "::", stringify!($name), "`].")]
                async fn $name<'tx>(&self, transaction: &mut SqlTx<'tx>, $($argument: $type),*) -> Result<$result, StoreError> {
                    <SqlTx<'tx> as $port<'tx>>::$name(transaction, $($argument),*).await
                }
            )+)+
        }
        $(
            impl<'tx, H: Hooks> $port<'tx> for OverTx<'tx, H> {$(
                async fn $name(&mut self, $($argument: $type),*) -> Result<$result, StoreError> {
                    self.hooks.before(stringify!($name))?;
                    self.hooks.$name(&mut self.transaction, $($argument),*).await
                }
            )+}
        )+
    };
}

ports! {
    ConsentStore {
        fn case_for(centre: OrganisationId, references: &CaseReferences, fresh: CaseId, at: Instant) -> StoredCase;
        fn case_references(case: CaseId) -> CaseReferences;
        fn pseudonym(case: CaseId, office: &OfficeId) -> Pseudonym;
        fn lock_consent(id: ConsentId, lock: Lock) -> Option<LockedConsent>;
        fn lock_head(id: ConsentId) -> Option<ConsentHead>;
        fn insert_consent(head: &ConsentHead, decision: &Decision) -> ();
        fn insert_revision(head: &ConsentHead, decision: &Decision) -> ();
        fn update_head(head: &ConsentHead, event: ConsentEvent) -> ();
        fn consent(id: ConsentId) -> Option<LockedConsent>;
        fn consent_history(id: ConsentId) -> (Vec<RevisionRecord>, Vec<ConsentEvent>);
        fn consents(centre: OrganisationId, page: PageRequest) -> Page<ConsentHead>;
        fn consents_past_their_end(now: Instant, limit: u16) -> Vec<ConsentId>;
    }
    FormStore {
        fn consent_forms() -> Vec<ConsentForm>;
        fn insert_consent_form(form: &ConsentForm, at: Instant) -> bool;
    }
    DisclosureStore {
        fn hold(permit: &ReleasePermit<'tx>) -> ();
        fn open_content(permit: &CollectionPermit<'tx>) -> Option<Content>;
        fn mark_collected(permit: &CollectionPermit<'tx>) -> ();
        fn redirect(permit: &RedirectionPermit<'tx>) -> ();
        fn disclosure(id: DisclosureId) -> Option<DisclosureRecord>;
        fn disclosures(centre: OrganisationId, page: PageRequest) -> Page<DisclosureRecord>;
        fn inbox(office: &OfficeId, now: Instant, page: PageRequest) -> Page<DisclosureRecord>;
        fn live_disclosures_of(consent: ConsentId) -> Vec<DisclosureRecord>;
        fn live_disclosures_for(case: CaseId, office: &OfficeId) -> Vec<DisclosureRecord>;
        fn closed_disclosures_of(consent: ConsentId, state: DisclosureState, reason: SealReason) -> usize;
        fn close(id: DisclosureId, from: DisclosureState, to: DisclosureState, at: Instant) -> bool;
        fn seal(ids: &[DisclosureId], reason: SealReason, at: Instant) -> usize;
        fn destroy_content(ids: &[DisclosureId]) -> ();
    }
    NoticeStore {
        fn insert_notices(notices: &[WithdrawalNotice]) -> ();
        fn notice(id: WithdrawalNoticeId) -> Option<WithdrawalNotice>;
        fn notices(office: &OfficeId, open_only: bool, page: PageRequest) -> Page<WithdrawalNotice>;
        fn notices_of(consent: ConsentId) -> Vec<WithdrawalNotice>;
        fn answer_notice(id: WithdrawalNoticeId, answer: &NoticeAnswer, at: Instant) -> bool;
    }
    OfficeStore {
        fn jurisdiction(matter: &Matter, of: Option<OfCentre>) -> Jurisdiction;
        fn office(id: &OfficeId) -> Option<Office>;
        fn offices(query: &OfficeQuery, limit: u16) -> Vec<Office>;
        fn unknown_offices(ids: &[OfficeId]) -> Vec<OfficeId>;
    }
    DirectoryStore {
        fn directory_version() -> u64;
        fn centres(query: CentreQuery, limit: u16) -> Vec<Centre>;
        fn centres_by_id(ids: &[CentreId]) -> Vec<Centre>;
        fn insert_centre(centre: &Centre) -> bool;
        fn update_centre(centre: &Centre, before: &Centre) -> bool;
        fn remove_centre(id: CentreId, at: u64) -> bool;
        fn named_places() -> Vec<NamedPlace>;
        fn postcodes() -> Vec<Place>;
    }
    ReferralStore {
        fn insert_referral(notice: &ReferralNotice) -> ();
        fn referral(id: ReferralNoticeId) -> Option<ReferralNotice>;
        fn referrals(office: &OfficeId, page: PageRequest) -> Page<ReferralNotice>;
    }
    InvolvementStore {
        fn pseudonym_for_centre(case: CaseId, centre: OrganisationId) -> Pseudonym;
        fn insert_involvement(involvement: &Involvement, needed: &HelpNeeded) -> ();
        fn help_needed(ids: &[InvolvementId]) -> Vec<(InvolvementId, HelpNeeded)>;
        fn involvement(id: InvolvementId) -> Option<Involvement>;
        fn involvements_by_id(ids: &[InvolvementId]) -> Vec<Involvement>;
        fn lock_involvement(id: InvolvementId) -> Option<Involvement>;
        fn involvements(office: &OfficeId, page: PageRequest) -> Page<Involvement>;
        fn update_involvement(involvement: &Involvement) -> ();
        fn insert_offers(offers: &[InvolvementOffer]) -> ();
        fn offer(id: InvolvementOfferId) -> Option<InvolvementOffer>;
        fn offers_within(involvements: &[InvolvementId]) -> Vec<InvolvementOffer>;
        fn offers_to(centre: OrganisationId, page: PageRequest) -> Page<InvolvementOffer>;
        fn update_offer(offer: &InvolvementOffer) -> ();
        fn due_offers(now: Instant, limit: u16) -> Vec<InvolvementOfferId>;
        fn unanswered_offers(page: PageRequest) -> Page<InvolvementOffer>;
    }
    ContactStore {
        fn insert_contact_consent(consent: &LockedContactConsent) -> ();
        fn lock_contact_consent(id: ContactConsentId, lock: Lock) -> Option<LockedContactConsent>;
        fn lock_contact_head(id: ContactConsentId) -> Option<ContactConsent>;
        fn contact_consent(id: ContactConsentId) -> Option<LockedContactConsent>;
        fn end_contact_consent(consent: &ContactConsent) -> ();
        fn contact_consents_past_their_end(now: Instant, limit: u16) -> Vec<ContactConsentId>;
        fn hold_contact(permit: &ContactReleasePermit<'tx>) -> ();
        fn open_contact(permit: &ContactCollectionPermit<'tx>) -> Option<ContactContent>;
        fn mark_contact_collected(permit: &ContactCollectionPermit<'tx>) -> ();
        fn contact_details(id: ContactDetailsId) -> Option<ContactRecord>;
        fn contact_details_under(consent: ContactConsentId) -> Vec<ContactRecord>;
        fn contact_details_for(centre: OrganisationId, now: Instant, page: PageRequest) -> Page<ContactRecord>;
        fn seal_contact(id: ContactDetailsId, reason: SealReason, at: Instant) -> bool;
        fn acknowledge_contact(id: ContactDetailsId, at: Instant) -> bool;
        fn ask_to_erase_contact(id: ContactDetailsId, at: Instant) -> bool;
        fn note_contact_erased(id: ContactDetailsId, at: Instant) -> bool;
    }
    SecurityNoticeStore {
        fn centres_taking_part() -> Vec<OrganisationId>;
        fn insert_security_notice(notice: &SecurityNotice, assessment: &ThreatAssessment) -> ();
        fn security_notice(id: SecurityNoticeId) -> Option<SecurityNotice>;
        fn lock_security_notice(id: SecurityNoticeId, lock: Lock) -> Option<SecurityNotice>;
        fn security_notices_by_id(ids: &[SecurityNoticeId]) -> Vec<SecurityNotice>;
        fn security_notices(office: &OfficeId, page: PageRequest) -> Page<SecurityNotice>;
        fn threat_assessment(id: SecurityNoticeId) -> Option<ThreatAssessment>;
        fn end_security_notice(notice: &SecurityNotice) -> ();
        fn insert_deliveries(deliveries: &[NoticeDelivery]) -> ();
        fn deliveries_of(ids: &[SecurityNoticeId]) -> Vec<NoticeDelivery>;
        fn lock_delivery(id: SecurityNoticeId, centre: OrganisationId) -> Option<NoticeDelivery>;
        fn deliveries_to(centre: OrganisationId, page: PageRequest) -> Page<NoticeDelivery>;
        fn update_delivery(delivery: &NoticeDelivery) -> ();
        fn due_deliveries(now: Instant, limit: u16) -> Vec<(SecurityNoticeId, OrganisationId)>;
    }
    HandoverStore {
        fn insert_handover(handover: &Handover) -> ();
        fn handover(id: HandoverId) -> Option<Handover>;
        fn handovers_by(office: &OfficeId, page: PageRequest) -> Page<Handover>;
        fn handovers_told_to(centre: OrganisationId, page: PageRequest) -> Page<Handover>;
        fn latest_handover(case: CaseId, office: &OfficeId) -> Option<Handover>;
        fn acknowledge_handover(id: HandoverId, at: Instant) -> bool;
    }
    ContactPairStore {
        fn insert_contact_pair(pair: &ContactPair) -> bool;
        fn contact_pair(id: ContactPairId) -> Option<ContactPair>;
        fn contact_pairs(of: &PairsOf, page: PageRequest) -> Page<ContactPair>;
        fn pair_contacts(id: ContactPairId, side: Side) -> Option<HalfContacts>;
        fn insert_half(pair: &ContactPair, side: Side, dates: HalfDates, contacts: &HalfContacts) -> bool;
        fn update_half(id: ContactPairId, side: Side, dates: (HalfDates, HalfDates), contacts: Option<&HalfContacts>) -> bool;
        fn offices_without_contact(query: &GapQuery, limit: u16) -> Vec<Office>;
        fn halves_of_offices(offices: &[OfficeId]) -> Vec<(OfficeId, Halves)>;
    }
    RegionalStore {
        fn insert_regional_agreement(agreement: &RegionalAgreement) -> ();
        fn regional_agreement(id: RegionalAgreementId) -> Option<RegionalAgreement>;
        fn lock_regional_agreement(id: RegionalAgreementId) -> Option<RegionalAgreement>;
        fn regional_agreements(standing: Option<AgreementStanding>, now: Instant, page: PageRequest) -> Page<RegionalAgreement>;
        fn confirm_regional_agreement(id: RegionalAgreementId, party: &Party, at: Instant) -> ();
        fn end_regional_agreement(id: RegionalAgreementId, by: &Party, at: Instant) -> ();
        fn deadlines_agreed(office: &OfficeId, place: Option<&Postcode>, now: Instant) -> Vec<RegionalAgreement>;
    }
    ExaminationStore {
        fn count_events(period: Period) -> Vec<EventCount>;
        fn first_event() -> Option<Instant>;
        fn erased_events() -> u64;
        fn kept_between(generation: Generation, places: Range<u64>, years: &[u16]) -> Vec<LoggedLeaf>;
        fn kept_at(generation: Generation, places: &[u64], years: &[u16]) -> Vec<LoggedLeaf>;
        fn count_kept(population: LeafRange) -> u64;
        fn matching(query: &AuditQuery, population: LeafRange, page: PageRequest) -> Page<LoggedLeaf>;
        fn count_matching(query: &AuditQuery, population: LeafRange, after: Option<Cursor>, most: u16) -> (u64, Option<Cursor>);
    }
    OpeningStore {
        fn opening(id: EventId) -> Option<(Leaf, Salt)>;
    }
    LogStore {
        fn count_pending(most: u64) -> u64;
        fn take_pending(most: u16) -> Vec<PendingLeaf>;
        fn take_pending_event(event: EventId) -> PendingLeaf;
        fn put_pending(leaves: &[PendingLeaf]) -> ();
        fn is_pending(commitment: &Commitment) -> bool;
        fn log_heads() -> Vec<LogHead>;
        fn lock_log_head() -> Option<LogHead>;
        fn insert_log_head(head: &LogHead) -> ();
        fn advance_log_head(from: &LogHead, to: &LogHead) -> ();
        fn log_tiles(generation: Generation, tiles: &[Tile]) -> Vec<(Tile, Vec<u8>)>;
        fn put_log_tiles(generation: Generation, tiles: &[(Tile, Vec<u8>)]) -> ();
        fn log_bundles(generation: Generation, bundles: Range<u64>) -> Vec<(u64, Vec<u8>)>;
        fn put_log_bundles(generation: Generation, bundles: &[(u64, Vec<u8>)]) -> ();
        fn insert_log_leaves(first: LeafPlace, commitments: &[Commitment]) -> ();
        fn log_leaves(generation: Generation, places: Range<u64>) -> Vec<(u64, Commitment)>;
        fn forget_log_leaves(from: LeafPlace) -> u64;
        fn leaf_place(commitment: &Commitment) -> Option<LeafPlace>;
        fn insert_checkpoint(checkpoint: &StoredCheckpoint) -> ();
        fn signed_checkpoint(generation: Generation) -> Option<StoredCheckpoint>;
        fn checkpoint_at(generation: Generation, size: u64) -> Option<StoredCheckpoint>;
        fn published_checkpoint(generation: Generation) -> Option<StoredCheckpoint>;
        fn update_checkpoint(checkpoint: &StoredCheckpoint) -> ();
        fn log_lag() -> LogLag;
        fn lease_cosigning(generation: Generation, holder: Uuid, now: Instant, until: Instant) -> bool;
    }
    AccessStore {
        fn client(id: &ClientId) -> Option<RegisteredClient>;
        fn client_at(at: &AtIssuer) -> Option<RegisteredClient>;
        fn clients(after: Option<&ClientId>, limit: u16) -> Vec<RegisteredClient>;
        fn organisation(id: OrganisationId) -> Option<Organisation>;
        fn organisations(after: Option<OrganisationId>, limit: u16) -> Vec<Organisation>;
        fn insert_organisation(organisation: &Organisation, at: Instant) -> bool;
        fn insert_client(client: &RegisteredClient, at: Instant) -> bool;
        fn change_client(id: &ClientId, change: &ClientChange) -> bool;
        fn put_invitation(invitation: &Invitation, secret: &InvitationSecret, at: Instant) -> ();
        fn lock_invitation(secret: &InvitationSecret) -> Option<Invitation>;
        fn remove_invitation(client: &ClientId) -> bool;
        fn count_requests(requests: &[CountedRequest], minute: i64) -> Vec<Option<u32>>;
        fn forget_proofs(expired_before: Instant) -> usize;
    }
    RequestStore {
        fn earlier_request(request: &RequestKey) -> Option<EarlierRequest>;
        fn remember_request(request: &RequestKey, resource: Uuid, leaf: &Leaf, at: Instant) -> ();
        fn forget_requests(before: Instant) -> usize;
    }
    ErasureStore {
        fn kept_groups(year: Option<u16>) -> Vec<KeptGroup>;
        fn kept_apart(year: u16) -> Option<Vec<KeptGroup>>;
        fn drop_year(year: u16) -> ();
        fn events_of_plan(plan: &ErasurePlan, year: u16, most: u64) -> Vec<EventId>;
        fn erase_events(events: &[EventId], years: &[u16]) -> ();
        fn case_standing(case: CaseId) -> Option<CaseStanding>;
        fn hold_case(case: CaseId) -> Option<CaseStanding>;
        fn events_of_case(case: CaseId) -> Vec<EventOfCase>;
        fn erase_case(case: CaseId) -> ();
        fn insert_erasure(erasure: &Erasure) -> ();
        fn announced_erasures(target: Option<ErasureTarget>) -> Vec<Erasure>;
        fn lock_announced(target: ErasureTarget) -> Vec<Erasure>;
        fn forget_erasure(intent: &Commitment) -> ();
        fn finish_erasure(intent: &Commitment, done: &Commitment, at: Instant) -> ();
        fn uncleaned_erasures() -> Vec<ReportedErasure>;
        fn note_cleaned(intent: &Commitment, at: Instant) -> ();
    }
    AuditStore {
        fn append(event: &SealedEvent) -> ();
        fn events(query: &AuditQuery, page: PageRequest) -> Page<StoredEvent>;
        fn event(id: EventId) -> Option<StoredEvent>;
    }
}
