//! What a centre does: see what it was told, read it, acknowledge.

use async_trait::async_trait;

use crate::{
    access::CentreCaller,
    audit::{self, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::SecurityNoticeId,
    security_notice::{
        AcknowledgingRole, NoticeDelivery, SecurityNotice, SecurityNoticeState, ThreatAssessment,
    },
    store::prelude::*,
    store::{Lock, Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// A notice at a centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxNotice {
    /// The version.
    pub notice: SecurityNotice,
    /// What became of it here.
    pub delivery: NoticeDelivery,
}

/// Security notices as a centre gets them (agreement, point 5).
#[async_trait(?Send)]
pub trait SecurityInboxDesk {
    /// What the centre was told, newest first. What is listed for the first time is delivered with that.
    ///
    /// # Errors
    /// The store's failure.
    async fn security_inbox(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<InboxNotice>, Error>;

    /// Reads what a notice says; nothing once it was withdrawn. Every reading is an event. It is never put off, however many events wait: a
    /// warning that nobody reads protects nobody.
    ///
    /// # Errors
    /// No such notice; a reused key; the store's failure.
    async fn read_security_notice(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
    ) -> Result<Logged<(InboxNotice, Option<ThreatAssessment>)>, Error>;

    /// Acknowledges a notice that was read and is neither superseded nor withdrawn, also after its time.
    ///
    /// # Errors
    /// No such notice; it was not read, was acknowledged, or no longer holds; a role that can't acknowledge an urgent one; a reused key;
    /// the store's failure.
    async fn acknowledge_security_notice(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
        role: AcknowledgingRole,
    ) -> Result<Logged<InboxNotice>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> SecurityInboxDesk for Application<S> {
    async fn security_inbox(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<InboxNotice>, Error> {
        let mut listed = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let Page { items, next } = tx.deliveries_to(caller.centre(), page).await?;
                let ids: Vec<SecurityNoticeId> = items.iter().map(|one| one.notice).collect();
                let notices = tx.security_notices_by_id(&ids).await?;
                let of = |delivery: NoticeDelivery| {
                    let notice = notices.iter().find(|one| one.id == delivery.notice);
                    let notice = notice.cloned().ok_or(Error::NotFound)?;
                    Ok(InboxNotice { notice, delivery })
                };
                let items = items
                    .into_iter()
                    .map(of)
                    .collect::<Result<Vec<_>, Error>>()?;
                Ok(Page { items, next })
            },
        )
        .await?;
        let new = listed
            .items
            .iter()
            .any(|one| one.delivery.delivered_at.is_none());
        if new {
            self.deliver(caller, &mut listed.items).await?;
        }
        Ok(listed)
    }

    async fn read_security_notice(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
    ) -> Result<Logged<(InboxNotice, Option<ThreatAssessment>)>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let InboxNotice { notice, delivery } = held(tx, caller, id).await?;
                // Read as it is now, also for a request that is repeated: it may have been withdrawn since.
                let said = tx.threat_assessment(id).await?;
                // Each reading is an event of its own, a repeated one too.
                let repeated = earlier(tx, request).await?.is_some();
                let at = tx.now().await?;
                let delivery = delivery.read(at);
                tx.update_delivery(&delivery).await?;
                let operation = Operation::SecurityNoticeRead;
                let event = self
                    .notice_event(Some(caller.as_ref()), operation, &notice, at)?
                    .at_centre(&delivery);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                if !repeated {
                    tx.remember_request(request, id.as_uuid(), &leaf, at)
                        .await?;
                }
                let read = (InboxNotice { notice, delivery }, said);
                Ok(Logged::new(read, leaf, at))
            },
        )
        .await;
        self.logged(caller, "readSecurityNotice", outcome).await
    }

    async fn acknowledge_security_notice(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
        role: AcknowledgingRole,
    ) -> Result<Logged<InboxNotice>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let InboxNotice { notice, delivery } = held(tx, caller, id).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| InboxNotice { notice, delivery }));
                }
                let at = tx.now().await?;
                if !role.may_acknowledge(notice.urgency) {
                    return Err(Error::invalid(
                        "/role",
                        "an urgent notice is acknowledged by the management, the security officer or the counsellor on call",
                    ));
                }
                may_be_acknowledged(&notice, &delivery)?;
                let delivery = NoticeDelivery {
                    acknowledged: Some((at, role)),
                    ..delivery
                };
                tx.update_delivery(&delivery).await?;
                let operation = Operation::SecurityNoticeAcknowledged;
                let event = self
                    .notice_event(Some(caller.as_ref()), operation, &notice, at)?
                    .at_centre(&delivery)
                    .acknowledged_as(role);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(InboxNotice { notice, delivery }, leaf, at))
            },
        )
        .await;
        self.logged(caller, "acknowledgeSecurityNotice", outcome)
            .await
    }
}

impl<S: Store> Application<S> {
    /// Marks as delivered what is listed for the first time, unless another client of the centre was first; each as it is afterwards.
    async fn deliver(
        &self,
        caller: &CentreCaller,
        listed: &mut [InboxNotice],
    ) -> Result<(), Error> {
        let delivered = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let mut delivered = Vec::new();
                let open = listed
                    .iter()
                    .filter(|one| one.delivery.delivered_at.is_none());
                for InboxNotice { notice, .. } in open {
                    let held = tx.lock_delivery(notice.id, caller.centre()).await?;
                    let Some(delivery) = held else { continue };
                    if delivery.delivered_at.is_some() {
                        delivered.push(delivery);
                        continue;
                    }
                    let at = tx.now().await?;
                    let delivery = delivery.delivered(at);
                    tx.update_delivery(&delivery).await?;
                    let operation = Operation::SecurityNoticeDelivered;
                    let event = self
                        .notice_event(Some(caller.as_ref()), operation, notice, at)?
                        .at_centre(&delivery);
                    audit::append(tx, self.entropy(), event).await?;
                    delivered.push(delivery);
                }
                Ok(delivered)
            },
        )
        .await?;
        for delivery in delivered {
            let mut all = listed.iter_mut();
            if let Some(one) = all.find(|one| one.notice.id == delivery.notice) {
                one.delivery = delivery;
            }
        }
        Ok(())
    }
}

fn may_be_acknowledged(notice: &SecurityNotice, delivery: &NoticeDelivery) -> Result<(), Error> {
    Err(Error::InvalidState(match notice.state {
        SecurityNoticeState::Superseded => {
            "there is a later version of this notice: read and acknowledge that one"
        }
        SecurityNoticeState::Withdrawn => "this notice was withdrawn",
        SecurityNoticeState::Current if delivery.acknowledged.is_some() => {
            "this notice was acknowledged already"
        }
        SecurityNoticeState::Current if delivery.read_at.is_none() => {
            "this notice was not read yet"
        }
        SecurityNoticeState::Current => return Ok(()),
    }))
}

/// A notice that the centre was told, with what became of it here. The rows of both are held, the notice's beside others that read it:
/// what its office takes back or says anew comes before this, or after it.
async fn held<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &CentreCaller,
    id: SecurityNoticeId,
) -> Result<InboxNotice, Error> {
    let notice = tx.lock_security_notice(id, Lock::Shared).await?;
    let notice = notice.ok_or(Error::NotFound)?;
    let delivery = tx.lock_delivery(id, caller.centre()).await?;
    let delivery = delivery.ok_or(Error::NotFound)?;
    Ok(InboxNotice { notice, delivery })
}
