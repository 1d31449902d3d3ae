//! What an office does: issue, follow, say anew, withdraw.

use async_trait::async_trait;

use super::addressees::addressed;
use crate::{
    access::{Caller, OfficeCaller},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{EventId, OrganisationId, SecurityNoticeId},
    instant::Instant,
    regional::notice_rules,
    security_notice::{
        NewSecurityNotice, NoticeDelivery, NoticeVersion, SecurityNotice, SecurityNoticeState,
    },
    store::prelude::*,
    store::{Lock, Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// A notice as its office sees it: what became of it, and not what it says, which the office wrote itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityNoticeView {
    /// The version.
    pub notice: SecurityNotice,
    /// What became of it at each centre.
    pub deliveries: Vec<NoticeDelivery>,
}

/// Security notices of an office (agreement, point 5).
#[async_trait(?Send)]
pub trait SecurityNoticeDesk {
    /// Issues a notice to the centres that it concerns, which are fixed from here on.
    ///
    /// # Errors
    /// What makes no sense; a person or a centre that can't be addressed; a reused key; the store's failure.
    async fn issue_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewSecurityNotice,
    ) -> Result<Logged<SecurityNoticeView>, Error>;

    /// One of the office's notices.
    ///
    /// # Errors
    /// No such notice; the store's failure.
    async fn security_notice(
        &self,
        caller: &OfficeCaller,
        id: SecurityNoticeId,
    ) -> Result<SecurityNoticeView, Error>;

    /// The office's notices, newest first, every version of them.
    ///
    /// # Errors
    /// The store's failure.
    async fn security_notices(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<SecurityNoticeView>, Error>;

    /// Puts a new version in the place of one that holds. It is addressed to the same centres and about the same; each of them is told anew.
    ///
    /// # Errors
    /// No such notice; what makes no sense; it no longer holds; a reused key; the store's failure.
    async fn supersede_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
        version: NoticeVersion,
    ) -> Result<Logged<SecurityNoticeView>, Error>;

    /// Withdraws a version: that there was one is still seen, and what it said is destroyed.
    ///
    /// # Errors
    /// No such notice; it is withdrawn already; a reused key; the store's failure.
    async fn withdraw_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
    ) -> Result<Logged<SecurityNoticeView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> SecurityNoticeDesk for Application<S> {
    async fn issue_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewSecurityNotice,
    ) -> Result<Logged<SecurityNoticeView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = SecurityNoticeId::from_uuid(earlier.value);
                    let found = tx.security_notice(id).await?;
                    let known = own(tx, caller, found).await?;
                    return Ok(earlier.map(|_| known));
                }
                let at = tx.now().await?;
                let faults = new.faults(at);
                if !faults.is_empty() {
                    return Err(Error::Invalid(faults));
                }
                let (audience, centres) = addressed(tx, caller, &new.audience).await?;
                let id = SecurityNoticeId::fresh(at, self.entropy())?;
                let notice = SecurityNotice {
                    id,
                    series: id,
                    version: 1,
                    office: caller.office().clone(),
                    kind: new.kind,
                    urgency: new.version.urgency,
                    audience,
                    valid_from: new.version.valid_from,
                    valid_until: new.version.valid_until,
                    issued_at: at,
                    state: SecurityNoticeState::Current,
                    ended_at: None,
                };
                let deliveries = self.deliveries(tx, &notice, centres).await?;
                tx.insert_security_notice(&notice, &new.version.assessment)
                    .await?;
                tx.insert_deliveries(&deliveries).await?;
                let operation = Operation::SecurityNoticeIssued;
                let event = self.notice_event(Some(caller.as_ref()), operation, &notice, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, notice.id.as_uuid(), &leaf, at)
                    .await?;
                let view = SecurityNoticeView { notice, deliveries };
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await
    }

    async fn security_notice(
        &self,
        caller: &OfficeCaller,
        id: SecurityNoticeId,
    ) -> Result<SecurityNoticeView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.security_notice(id).await?;
                own(tx, caller, found).await
            },
        )
        .await;
        self.logged(caller, "getSecurityNotice", outcome).await
    }

    async fn security_notices(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<SecurityNoticeView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let Page { items, next } = tx.security_notices(caller.office(), page).await?;
                let ids: Vec<SecurityNoticeId> = items.iter().map(|notice| notice.id).collect();
                let mut all = tx.deliveries_of(&ids).await?;
                let view = |notice: SecurityNotice| SecurityNoticeView {
                    deliveries: all
                        .extract_if(.., |delivery| delivery.notice == notice.id)
                        .collect(),
                    notice,
                };
                let items = items.into_iter().map(view).collect();
                Ok(Page { items, next })
            },
        )
        .await
    }

    async fn supersede_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
        version: NoticeVersion,
    ) -> Result<Logged<SecurityNoticeView>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_security_notice(id, Lock::Exclusive).await?;
                let before = own(tx, caller, held).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let new = SecurityNoticeId::from_uuid(earlier.value);
                    let found = tx.security_notice(new).await?;
                    let known = own(tx, caller, found).await?;
                    return Ok(earlier.map(|_| known));
                }
                let at = tx.now().await?;
                if before.notice.state != SecurityNoticeState::Current {
                    return Err(Error::InvalidState(
                        "this version no longer holds: only the current one can be superseded",
                    ));
                }
                let faults = version.faults(at);
                if !faults.is_empty() {
                    return Err(Error::Invalid(faults));
                }
                let notice = SecurityNotice {
                    id: SecurityNoticeId::fresh(at, self.entropy())?,
                    version: before.notice.version.saturating_add(1),
                    urgency: version.urgency,
                    valid_from: version.valid_from,
                    valid_until: version.valid_until,
                    issued_at: at,
                    ..before.notice.clone()
                };
                let centres = before.deliveries.iter().map(|one| one.organisation);
                let deliveries = self.deliveries(tx, &notice, centres.collect()).await?;
                let ended = before.notice.ended(SecurityNoticeState::Superseded, at);
                tx.end_security_notice(&ended).await?;
                tx.insert_security_notice(&notice, &version.assessment)
                    .await?;
                tx.insert_deliveries(&deliveries).await?;
                let operation = Operation::SecurityNoticeSuperseded;
                let event = self
                    .notice_event(Some(caller.as_ref()), operation, &notice, at)?
                    .superseding(id);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, notice.id.as_uuid(), &leaf, at)
                    .await?;
                let view = SecurityNoticeView { notice, deliveries };
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await;
        self.logged(caller, "reviseSecurityNotice", outcome).await
    }

    async fn withdraw_security_notice(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: SecurityNoticeId,
    ) -> Result<Logged<SecurityNoticeView>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_security_notice(id, Lock::Exclusive).await?;
                let view = own(tx, caller, held).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| view));
                }
                let at = tx.now().await?;
                if view.notice.state == SecurityNoticeState::Withdrawn {
                    return Err(Error::InvalidState("this version is withdrawn already"));
                }
                let notice = view.notice.ended(SecurityNoticeState::Withdrawn, at);
                tx.end_security_notice(&notice).await?;
                let operation = Operation::SecurityNoticeWithdrawn;
                let event = self.notice_event(Some(caller.as_ref()), operation, &notice, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let view = SecurityNoticeView {
                    notice,
                    deliveries: view.deliveries,
                };
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await;
        self.logged(caller, "withdrawSecurityNotice", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What is to become of a new version at each centre. It is reminded when this is usual, or when office and centre have agreed on
    /// (point 9).
    async fn deliveries<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        notice: &SecurityNotice,
        centres: Vec<OrganisationId>,
    ) -> Result<Vec<NoticeDelivery>, Error> {
        let at = notice.issued_at;
        let agreed = tx.deadlines_agreed(&notice.office, None, at).await?;
        let remind_at =
            |centre| notice_rules(&agreed, centre, self.notices).remind_at(notice.urgency, at);
        let to = |organisation| NoticeDelivery {
            notice: notice.id,
            office: notice.office.clone(),
            organisation,
            case: notice.audience.known().map(|known| known.case),
            issued_at: notice.issued_at,
            remind_at: remind_at(organisation),
            delivered_at: None,
            read_at: None,
            reminded_at: None,
            acknowledged: None,
        };
        Ok(centres.into_iter().map(to).collect())
    }

    /// An event about a notice.
    pub(super) fn notice_event(
        &self,
        caller: Option<&Caller>,
        operation: Operation,
        notice: &SecurityNotice,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by_if_known(caller)
            .about_security_notice(notice))
    }
}

/// With what became of it, if it is the office's.
async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    found: Option<SecurityNotice>,
) -> Result<SecurityNoticeView, Error> {
    let own = found.filter(|notice| notice.office == *caller.office());
    let notice = own.ok_or(Error::NotFound)?;
    Ok(SecurityNoticeView {
        deliveries: tx.deliveries_of(&[notice.id]).await?,
        notice,
    })
}
