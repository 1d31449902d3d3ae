//! A person withdraws; offices that collected are told and must answer.

use async_trait::async_trait;
use freigabe_ledger::{Commitment, Leaf, LeafClass};

use super::{Application, consent::Consequences, earlier, unchanged};
use crate::{
    access::{CentreCaller, OfficeCaller},
    audit::{self, Event, Logged, LoggedAs, Operation},
    consent::{ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus},
    disclosure::{DisclosureState, SealReason},
    error::Error,
    ids::{ConsentId, EventId, WithdrawalNoticeId},
    instant::Instant,
    log,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
    withdrawal::{NoticeAnswer, WithdrawalNotice, WithdrawalOutcome},
};

/// Withdrawals and the notices that follow from them.
#[async_trait(?Send)]
pub trait WithdrawalDesk {
    /// Withdraws a consent in whatever state it is. Held messages are sealed in the same transaction, and each office
    /// that already collected gets a notice. Withdrawing again changes nothing and answers the same.
    ///
    /// # Errors
    /// Only when the centre has no such consent, or the store fails.
    async fn withdraw_consent(
        &self,
        caller: &CentreCaller,
        id: ConsentId,
    ) -> Result<Logged<WithdrawalOutcome>, Error>;

    /// An office's notices, oldest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn withdrawal_notices(
        &self,
        caller: &OfficeCaller,
        open_only: bool,
        page: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, Error>;

    /// One of the office's notices.
    ///
    /// # Errors
    /// No such notice; the store's failure.
    async fn withdrawal_notice(
        &self,
        caller: &OfficeCaller,
        id: WithdrawalNoticeId,
    ) -> Result<WithdrawalNotice, Error>;

    /// Answers a notice, once.
    ///
    /// # Errors
    /// No such notice; answered already; the store's failure.
    async fn answer_withdrawal_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: WithdrawalNoticeId,
        answer: NoticeAnswer,
    ) -> Result<Logged<WithdrawalNotice>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> WithdrawalDesk for Application<S> {
    async fn withdraw_consent(
        &self,
        caller: &CentreCaller,
        id: ConsentId,
    ) -> Result<Logged<WithdrawalOutcome>, Error> {
        // Repeatable without a key: the second time it finds the consent withdrawn. Nothing sealed is opened on this
        // path, so that no lost key can stand in a withdrawal's way.
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let head = tx
                    .lock_head(id)
                    .await?
                    .filter(|head| head.centre == caller.centre());
                let before = head.ok_or(Error::NotFound)?;
                if before.status == ConsentStatus::Withdrawn {
                    return self.earlier_withdrawal(tx, before).await;
                }
                let at = tx.now().await?;
                let mut head = ConsentHead {
                    status: ConsentStatus::Withdrawn,
                    changed_at: at,
                    withdrawn_at: Some(at),
                    ..before
                };
                let consequences = Consequences::of_withdrawal(tx.live_disclosures_of(id).await?);
                let notices = consequences.carry_out(tx, self, at).await?;
                let sealed = consequences.sealed.len();
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::ConsentWithdrawn,
                )
                .by(caller.as_ref())
                .about_consent(&head)
                .kept_by(self.log.rules.schedule)
                .with_consequences(consequences.sealed.iter().map(|d| d.id).collect(), &notices);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                head.commitment = leaf.commitment;
                let event = ConsentEvent {
                    kind: ConsentEventKind::Withdrawn,
                    revision: head.revision,
                    at,
                };
                tx.update_head(&head, event).await?;
                let outcome = WithdrawalOutcome {
                    head,
                    sealed,
                    notices: notices.len(),
                };
                Ok(Logged::new(outcome, leaf, at))
            },
        )
        .await;
        self.logged(caller, "withdrawConsent", outcome).await
    }

    async fn withdrawal_notices(
        &self,
        caller: &OfficeCaller,
        open_only: bool,
        page: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.notices(caller.office(), open_only, page).await?),
        )
        .await
    }

    async fn withdrawal_notice(
        &self,
        caller: &OfficeCaller,
        id: WithdrawalNoticeId,
    ) -> Result<WithdrawalNotice, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                tx.notice(id)
                    .await?
                    .filter(|notice| notice.office == *caller.office())
                    .ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getWithdrawalNotice", outcome).await
    }

    async fn answer_withdrawal_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: WithdrawalNoticeId,
        answer: NoticeAnswer,
    ) -> Result<Logged<WithdrawalNotice>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let notice = tx
                    .notice(id)
                    .await?
                    .filter(|notice| notice.office == *caller.office());
                let notice = notice.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| notice));
                }
                let at = tx.now().await?;
                if !tx.answer_notice(id, &answer, at).await? {
                    let raced = notice.answer.is_none();
                    return Err(unchanged(raced, "this notice was answered already"));
                }
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::WithdrawalNoticeAnswered,
                )
                .by(caller.as_ref())
                .about_answer(&notice, answer.code());
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let answered = WithdrawalNotice {
                    answer: Some((answer.clone(), at)),
                    ..notice
                };
                Ok(Logged::new(answered, leaf, at))
            },
        )
        .await;
        self.logged(caller, "answerWithdrawalNotice", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What an earlier withdrawal answered, with its event.
    async fn earlier_withdrawal<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        head: ConsentHead,
    ) -> Result<Logged<WithdrawalOutcome>, Error> {
        let notices = tx
            .notices_of(head.id)
            .await?
            .into_iter()
            .filter(|n| Some(n.issued_at) == head.withdrawn_at)
            .count();
        let sealed = tx
            .closed_disclosures_of(head.id, DisclosureState::Sealed, SealReason::Withdrawn)
            .await?;
        let logged_as = self
            .logged_withdrawal(tx, head.commitment, head.valid_until, head.withdrawn_at)
            .await?;
        let outcome = WithdrawalOutcome {
            head,
            sealed,
            notices,
        };
        Ok(Logged::before(outcome, logged_as))
    }

    /// The event by which a consent was withdrawn: as the log has it, or, while it waits, as it was made.
    pub(super) async fn logged_withdrawal<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        commitment: Commitment,
        valid_until: Option<Instant>,
        withdrawn_at: Option<Instant>,
    ) -> Result<Option<LoggedAs>, Error> {
        let Some(at) = withdrawn_at else {
            return Ok(None);
        };
        // A log that can't be read stands in no withdrawal's way.
        let leaf = match log::leaf(tx, &commitment).await {
            Ok(Some(leaf)) => leaf,
            _ => Leaf {
                class: LeafClass::ConsentEvidence,
                expiry_year: self.log.rules.schedule.evidence_expires(at, valid_until),
                commitment,
            },
        };
        Ok(Some(LoggedAs { leaf, at }))
    }
}
