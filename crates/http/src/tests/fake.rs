//! An exchange that fails as it is told, and keeps the denials that it is given.

mod contact;
mod contact_pair;
mod directory;
mod handover;
mod involvement;
mod regional;
mod security_notice;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{
        AccessScopes, AuditorCaller, Caller, CentreCaller, ClientChange, ClientId, CountingCaller,
        Credential, Invitation, InvitationSecret, NewClient, NewOrganisation, OfficeCaller,
        Operator, Organisation, RegisteredClient,
    },
    audit::{
        AuditQuery, Denial, EventCounts, Evidence, ExportBatch, ExportFormat, ExportPlan,
        ExportPosition, ExportRequest, Logged, LoggedAs, Sample, SampleRequest, StoredEvent,
    },
    consent::{ConsentForm, ConsentHead, Decision, NewConsent},
    disclosure::{Disclosure, DisclosureRecord, Draft, Released},
    exchange::{
        AccessDesk, Arrival, AuditDesk, CheckOutcome, CollectionDesk, ConsentDesk, ConsentView,
        EventProof, EvidenceDesk, ExaminationDesk, Exchange, FormDesk, LogDesk, OfficeDesk,
        OfficeView, OnboardingDesk, Presenter, ProofUse, ReceiptDesk, ReleaseDesk, UpkeepDesk,
        WithdrawalDesk,
    },
    ids::{ConsentId, DisclosureId, EventId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    log::{
        Commitment, Generation, Hash, LeafState, LogHead, LogRules, ReceiptError, ReceiptState,
        Sequenced, StoredCheckpoint, Tile, WitnessSaw,
    },
    office::{Competence, CompetenceError, Matter, Office, OfficeId},
    store::{OfficeQuery, Page, PageRequest, RequestKey, SingleUse, StoreError},
    withdrawal::{NoticeAnswer, WithdrawalNotice, WithdrawalOutcome},
};
use uuid::Uuid;

use super::register::Register;

pub(crate) struct FakeExchange {
    /// The error of the first use case that is asked.
    error: Mutex<Option<Error>>,
    has_log: bool,
    rules: LogRules,
    pub(crate) register: Register,
    /// The caller's requests in this minute, on all nodes.
    pub(super) requests: AtomicU32,
    pub(crate) denials: Mutex<Vec<Denial>>,
}

impl FakeExchange {
    pub(crate) fn failing_with(error: Error) -> Arc<Self> {
        Arc::new(Self {
            error: Mutex::new(Some(error)),
            has_log: true,
            rules: LogRules::default(),
            register: Register::default(),
            requests: AtomicU32::new(1),
            denials: Mutex::default(),
        })
    }

    pub(super) fn without_log() -> Arc<Self> {
        Arc::new(Self {
            error: Mutex::new(None),
            has_log: false,
            rules: LogRules::default(),
            register: Register::default(),
            requests: AtomicU32::new(1),
            denials: Mutex::default(),
        })
    }

    fn fail<T>(&self) -> Result<T, Error> {
        let error = self
            .error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        Err(error.expect("one use case is asked"))
    }
}

impl Exchange for FakeExchange {}

#[async_trait(?Send)]
impl ConsentDesk for FakeExchange {
    async fn record_consent(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: NewConsent,
    ) -> Result<Logged<ConsentView>, Error> {
        self.fail()
    }

    async fn revise_consent(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: ConsentId,
        _: Option<freigabe_domain::consent::ConsentVersion>,
        _: Decision,
    ) -> Result<Logged<ConsentView>, Error> {
        self.fail()
    }

    async fn consent(&self, _: &CentreCaller, _: ConsentId) -> Result<ConsentView, Error> {
        self.fail()
    }

    async fn consent_for_receipt(
        &self,
        _: &CentreCaller,
        _: ConsentId,
    ) -> Result<ConsentView, Error> {
        self.fail()
    }

    async fn consents(
        &self,
        _: &CentreCaller,
        _: PageRequest,
    ) -> Result<(Page<ConsentHead>, Instant), Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl WithdrawalDesk for FakeExchange {
    async fn withdraw_consent(
        &self,
        _: &CentreCaller,
        _: ConsentId,
    ) -> Result<Logged<WithdrawalOutcome>, Error> {
        self.fail()
    }

    async fn withdrawal_notices(
        &self,
        _: &OfficeCaller,
        _: bool,
        _: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, Error> {
        self.fail()
    }

    async fn withdrawal_notice(
        &self,
        _: &OfficeCaller,
        _: WithdrawalNoticeId,
    ) -> Result<WithdrawalNotice, Error> {
        self.fail()
    }

    async fn answer_withdrawal_notice(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: WithdrawalNoticeId,
        _: NoticeAnswer,
    ) -> Result<Logged<WithdrawalNotice>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ReleaseDesk for FakeExchange {
    async fn check_disclosure(
        &self,
        _: &CentreCaller,
        _: Draft,
    ) -> Result<Logged<CheckOutcome>, Error> {
        self.fail()
    }

    async fn release_disclosure(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: Draft,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        self.fail()
    }

    async fn released_disclosure(
        &self,
        _: &CentreCaller,
        _: DisclosureId,
    ) -> Result<DisclosureRecord, Error> {
        self.fail()
    }

    async fn released_disclosures(
        &self,
        _: &CentreCaller,
        _: PageRequest,
    ) -> Result<Page<DisclosureRecord>, Error> {
        self.fail()
    }

    async fn recall_disclosure(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl CollectionDesk for FakeExchange {
    async fn inbox(&self, _: &OfficeCaller, _: PageRequest) -> Result<Page<OfficeView>, Error> {
        self.fail()
    }

    async fn addressed_disclosure(
        &self,
        _: &OfficeCaller,
        _: DisclosureId,
    ) -> Result<OfficeView, Error> {
        self.fail()
    }

    async fn collect_disclosure(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: DisclosureId,
    ) -> Result<Logged<Disclosure<Released>>, Error> {
        self.fail()
    }

    async fn acknowledge_disclosure(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: DisclosureId,
    ) -> Result<Logged<OfficeView>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl OfficeDesk for FakeExchange {
    async fn offices(&self, _: &OfficeQuery, _: u16) -> Result<Page<Office, OfficeId>, Error> {
        self.fail()
    }

    async fn office(&self, _: &Caller, _: &OfficeId) -> Result<Office, Error> {
        self.fail()
    }

    async fn competent_office(
        &self,
        _: &Caller,
        _: &Matter,
    ) -> Result<Result<Competence, CompetenceError>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl FormDesk for FakeExchange {
    async fn consent_forms(&self) -> Result<Vec<ConsentForm>, Error> {
        self.fail()
    }

    async fn add_consent_forms(&self, _: &[ConsentForm]) -> Result<Vec<LoggedAs>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl AccessDesk for FakeExchange {
    async fn registered_client(&self, id: &ClientId) -> Result<Option<RegisteredClient>, Error> {
        Ok(self.register.client(id))
    }

    async fn use_assertion(&self, id: &ClientId, proof: SingleUse) -> Result<ProofUse, Error> {
        let arrival = Arrival {
            presenter: Presenter::Client(id.clone()),
            proof: Some(proof),
        };
        Ok(self.register.admit(&arrival, 1))
    }

    async fn admit(&self, arrivals: &[Arrival]) -> Result<Vec<ProofUse>, Error> {
        let requests = self.requests.load(Ordering::Relaxed);
        let admitted = arrivals
            .iter()
            .map(|arrival| self.register.admit(arrival, requests));
        Ok(admitted.collect())
    }

    async fn own_organisation(&self, _: &CentreCaller) -> Result<Organisation, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl OnboardingDesk for FakeExchange {
    async fn add_organisation(
        &self,
        _: &Operator,
        _: Option<&RequestKey>,
        _: &NewOrganisation,
    ) -> Result<Logged<Organisation>, Error> {
        self.fail()
    }

    async fn organisation(&self, _: &Operator, _: OrganisationId) -> Result<Organisation, Error> {
        self.fail()
    }

    async fn organisations(
        &self,
        _: &Operator,
        _: Option<OrganisationId>,
        _: u16,
    ) -> Result<Page<Organisation, OrganisationId>, Error> {
        self.fail()
    }

    async fn add_client(
        &self,
        _: &Operator,
        _: &NewClient,
    ) -> Result<Logged<RegisteredClient>, Error> {
        self.fail()
    }

    async fn invite_client(
        &self,
        _: &Operator,
        _: &ClientId,
        _: OrganisationId,
        _: Option<&AccessScopes>,
    ) -> Result<Logged<(Invitation, InvitationSecret)>, Error> {
        self.fail()
    }

    async fn register_client(
        &self,
        _: &InvitationSecret,
        _: &Credential,
    ) -> Result<Logged<RegisteredClient>, Error> {
        self.fail()
    }

    async fn change_client(
        &self,
        _: &Operator,
        _: &ClientId,
        _: &ClientChange,
    ) -> Result<Logged<RegisteredClient>, Error> {
        self.fail()
    }

    async fn client(&self, _: &Operator, _: &ClientId) -> Result<RegisteredClient, Error> {
        self.fail()
    }

    async fn clients(
        &self,
        _: &Operator,
        _: Option<&ClientId>,
        _: u16,
    ) -> Result<Page<RegisteredClient, ClientId>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl UpkeepDesk for FakeExchange {
    async fn mark_expired_consents(&self) -> Result<usize, Error> {
        self.fail()
    }

    async fn forget_old_requests(&self) -> Result<usize, Error> {
        self.fail()
    }

    async fn forget_used_proofs(&self) -> Result<usize, Error> {
        self.fail()
    }

    async fn ready(&self) -> Result<(), Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ExaminationDesk for FakeExchange {
    async fn audit_sample(&self, _: &AuditorCaller, _: SampleRequest) -> Result<Sample, Error> {
        self.fail()
    }

    async fn begin_export(
        &self,
        _: &AuditorCaller,
        _: ExportFormat,
        _: ExportRequest,
    ) -> Result<ExportPlan, Error> {
        self.fail()
    }

    async fn export_batch(
        &self,
        _: &AuditorCaller,
        _: &ExportPlan,
        _: ExportPosition,
    ) -> Result<ExportBatch, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl EvidenceDesk for FakeExchange {
    async fn audit_evidence(&self, _: &AuditorCaller, _: EventId) -> Result<Evidence, Error> {
        self.fail()
    }

    async fn leaf_evidence(&self, _: &AuditorCaller, _: u64) -> Result<Evidence, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl AuditDesk for FakeExchange {
    async fn audit_events(
        &self,
        _: &AuditorCaller,
        _: &AuditQuery,
        _: PageRequest,
    ) -> Result<Page<StoredEvent>, Error> {
        self.fail()
    }

    async fn audit_event(&self, _: &AuditorCaller, _: EventId) -> Result<StoredEvent, Error> {
        self.fail()
    }

    async fn audit_gone(&self, _: &AuditorCaller) -> Result<u64, Error> {
        self.fail()
    }

    async fn audit_counts(
        &self,
        _: &CountingCaller,
        _: Option<Instant>,
        _: Option<Instant>,
    ) -> Result<EventCounts, Error> {
        self.fail()
    }

    async fn record_denial(&self, denial: Denial) -> Result<(), Error> {
        if !self.has_log {
            return Err(StoreError::Unavailable("gone".to_owned()).into());
        }
        self.denials
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(denial);
        Ok(())
    }
}

#[async_trait(?Send)]
impl ReceiptDesk for FakeExchange {
    async fn check_receipt(&self, _: &str) -> Result<Result<ReceiptState, ReceiptError>, Error> {
        self.fail()
    }

    async fn event_proof(
        &self,
        _: &AuditorCaller,
        _: EventId,
    ) -> Result<Option<EventProof>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl LogDesk for FakeExchange {
    fn log_rules(&self) -> &LogRules {
        &self.rules
    }

    async fn sequence(&self) -> Result<Sequenced, Error> {
        self.fail()
    }

    async fn pending_events(&self) -> Result<u64, Error> {
        self.fail()
    }

    fn must_ask_witnesses(&self) -> bool {
        false
    }

    async fn sign_checkpoint(&self, _: &[WitnessSaw]) -> Result<Option<StoredCheckpoint>, Error> {
        self.fail()
    }

    async fn signed_checkpoint(&self) -> Result<Option<StoredCheckpoint>, Error> {
        self.fail()
    }

    async fn consistency(&self, _: u64, _: u64) -> Result<Vec<Hash>, Error> {
        self.fail()
    }

    async fn lease_cosigning(&self, _: Uuid, _: time::Duration) -> Result<bool, Error> {
        self.fail()
    }

    async fn record_cosignatures(
        &self,
        _: Generation,
        _: u64,
        _: &str,
    ) -> Result<StoredCheckpoint, Error> {
        self.fail()
    }

    async fn logs(&self) -> Result<Vec<LogHead>, Error> {
        self.fail()
    }

    async fn published_checkpoint(
        &self,
        _: Option<Generation>,
    ) -> Result<Option<StoredCheckpoint>, Error> {
        self.fail()
    }

    async fn log_tile(
        &self,
        _: Option<Generation>,
        _: Tile,
        _: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.fail()
    }

    async fn log_bundle(
        &self,
        _: Option<Generation>,
        _: u64,
        _: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.fail()
    }

    async fn leaf_state(&self, _: &Commitment) -> Result<LeafState, Error> {
        self.fail()
    }

    async fn continue_log(&self, _: &str) -> Result<LogHead, Error> {
        self.fail()
    }
}
