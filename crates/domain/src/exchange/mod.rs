//! The use cases: what the three kinds of system ask of Freigabe. Each is one unit of work.
//!
//! HTTP holds the application as `Arc<dyn Exchange>` and never learns which store is behind it.

mod access;
mod audit;
mod collection;
mod consent;
mod contact;
mod contact_pair;
mod directory;
mod evidence;
mod examination;
mod form;
mod handover;
mod involvement;
mod known_person;
mod log;
mod office;
mod onboarding;
mod receipt;
mod referral;
mod regional;
mod release;
mod retention;
mod security_notice;
mod upkeep;
mod withdrawal;

use std::sync::Arc;

use self::directory::DirectoryMemory;
pub use self::{
    access::{AccessDesk, Admission, Arrival, Presenter, ProofUse},
    audit::AuditDesk,
    collection::{CollectionDesk, OfficeView},
    consent::{ConsentDesk, ConsentView},
    contact::{
        ContactConsentDesk, ContactConsentView, ContactInboxDesk, ContactReleaseDesk, ContactView,
        NewContactConsent,
    },
    contact_pair::{ContactGapDesk, ContactPairDesk, ListedPair, PairView},
    directory::{
        DirectoryDesk, Found, ImportDesk, ImportOutcome, ImportedCentre, KeeperDesk, Near,
        SearchedPlace, UnknownPlace,
    },
    evidence::EvidenceDesk,
    examination::ExaminationDesk,
    form::FormDesk,
    handover::{HandoverDesk, HandoverView, RedirectionDesk, ToldHandover, ToldHandoverDesk},
    involvement::{EscalationDesk, InvolvementDesk, InvolvementView, OfferDesk, OfferView},
    log::LogDesk,
    office::OfficeDesk,
    onboarding::{INVITATIONS_LAST, OnboardingDesk},
    receipt::{EventProof, ReceiptDesk},
    referral::ReferralDesk,
    regional::{RegionalAgreementView, RegionalDesk},
    release::{CheckOutcome, ReleaseDesk},
    retention::RetentionDesk,
    security_notice::{
        InboxNotice, NoticeReminderDesk, SecurityInboxDesk, SecurityNoticeDesk, SecurityNoticeView,
    },
    upkeep::{REQUESTS_ARE_REMEMBERED, UpkeepDesk},
    withdrawal::WithdrawalDesk,
};
use crate::{
    access::Caller,
    audit::{Denial, DenialReason, Event, Logged, Operation},
    contact_pair::ContactPairRules,
    directory::ConfirmationRules,
    entropy::Entropy,
    error::Error,
    ids::EventId,
    involvement::InvolvementRules,
    log::{LogRules, LogState},
    security_notice::NoticeRules,
    store::{Mode, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// Everything that can be asked.
pub trait Exchange:
    ConsentDesk
    + WithdrawalDesk
    + ReleaseDesk
    + CollectionDesk
    + OfficeDesk
    + DirectoryDesk
    + KeeperDesk
    + ImportDesk
    + ReferralDesk
    + InvolvementDesk
    + OfferDesk
    + EscalationDesk
    + ContactConsentDesk
    + ContactReleaseDesk
    + ContactInboxDesk
    + SecurityNoticeDesk
    + SecurityInboxDesk
    + NoticeReminderDesk
    + HandoverDesk
    + ToldHandoverDesk
    + RedirectionDesk
    + ContactPairDesk
    + ContactGapDesk
    + RegionalDesk
    + FormDesk
    + AuditDesk
    + ExaminationDesk
    + EvidenceDesk
    + AccessDesk
    + OnboardingDesk
    + UpkeepDesk
    + LogDesk
    + ReceiptDesk
    + Send
    + Sync
{
}

impl<S: Store + Send + Sync + 'static> Exchange for Application<S> {}

/// The use cases over a store.
pub struct Application<S> {
    store: S,
    entropy: Arc<dyn Entropy>,
    log: Log,
    confirmation: ConfirmationRules,
    involvement: InvolvementRules,
    notices: NoticeRules,
    pairs: ContactPairRules,
    directory: DirectoryMemory,
}

/// How the log is kept, and what this process knows of it.
#[derive(Default)]
struct Log {
    rules: LogRules,
    state: LogState,
}

impl<S: Store> Application<S> {
    /// The use cases over this store, with this source of randomness, and the usual rules for the log.
    pub fn new(store: S, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            store,
            entropy,
            log: Log::default(),
            confirmation: ConfirmationRules::default(),
            involvement: InvolvementRules::default(),
            notices: NoticeRules::default(),
            pairs: ContactPairRules::default(),
            directory: DirectoryMemory::default(),
        }
    }

    /// Keeps the log by these rules.
    #[must_use]
    pub fn with_log(mut self, rules: LogRules) -> Self {
        self.log.rules = rules;
        self
    }

    /// Takes confirmations of entries in the directory for as good as these rules say.
    #[must_use]
    pub fn with_confirmation(mut self, rules: ConfirmationRules) -> Self {
        self.confirmation = rules;
        self
    }

    /// Reminds and escalates as these rules say.
    #[must_use]
    pub fn with_involvement(mut self, rules: InvolvementRules) -> Self {
        self.involvement = rules;
        self
    }

    /// Reminds of security notices as these rules say.
    #[must_use]
    pub fn with_notices(mut self, rules: NoticeRules) -> Self {
        self.notices = rules;
        self
    }

    /// Counts confirmations of contact pairs as these rules say.
    #[must_use]
    pub fn with_contact_pairs(mut self, rules: ContactPairRules) -> Self {
        self.pairs = rules;
        self
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Logs a denied access in a unit of work of its own: a denial has no other effect.
    async fn log_denial(&self, denial: &Denial) -> Result<(), Error> {
        let scope = Scope::of_denied(denial.caller.as_ref());
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::AccessDenied,
                )
                .denied(denial);
                crate::audit::append(tx, self.entropy(), event).await
            },
        )
        .await?;
        Ok(())
    }

    /// Passes a result on, after logging the denial if what was asked for is missing or another's.
    async fn logged<R>(
        &self,
        caller: impl AsRef<Caller>,
        attempted: &'static str,
        outcome: Result<R, Error>,
    ) -> Result<R, Error> {
        if matches!(outcome, Err(Error::NotFound)) {
            let caller = Some(caller.as_ref().clone());
            let reason = DenialReason::NotFoundOrNotYours;
            self.log_denial(&Denial {
                caller,
                attempted,
                reason,
                unrecorded_before: 0,
            })
            .await?;
        }
        outcome
    }

    /// As [`Application::logged`], if a client calls.
    async fn logged_if_known<R>(
        &self,
        caller: Option<&Caller>,
        attempted: &'static str,
        outcome: Result<R, Error>,
    ) -> Result<R, Error> {
        match caller {
            Some(caller) => self.logged(caller, attempted, outcome).await,
            None => outcome,
        }
    }
}

/// Why a row was not changed. If it had been read as it must be, somebody came between, and everything is asked anew: it may have been the
/// same request at another server, which is then the earlier one.
const fn unchanged(raced: bool, otherwise: &'static str) -> Error {
    if raced {
        Error::Store(crate::store::StoreError::Conflict)
    } else {
        Error::InvalidState(otherwise)
    }
}

/// The resource of an earlier request with the same key and the same content, with the event that did it.
async fn earlier<'tx, T: Tx<'tx>>(
    tx: &mut T,
    request: &RequestKey,
) -> Result<Option<Logged<uuid::Uuid>>, Error> {
    match tx.earlier_request(request).await? {
        Some(earlier) if earlier.fingerprint == request.fingerprint => {
            Ok(Some(Logged::before(earlier.resource, earlier.logged_as)))
        }
        Some(_) => Err(Error::KeyReused),
        None => Ok(None),
    }
}
