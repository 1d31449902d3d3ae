//! An office notes that somebody was told about help.

use async_trait::async_trait;

use super::{Application, earlier};
use crate::{
    access::OfficeCaller,
    audit::{self, Event, Logged, Operation},
    error::{Error, InvalidInput},
    ids::{CentreId, EventId, ReferralNoticeId},
    referral::{NewReferral, ReferralNotice},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// Referral notices (agreement, point 2).
#[async_trait(?Send)]
pub trait ReferralDesk {
    /// Notes that somebody was told about help.
    ///
    /// # Errors
    /// What makes no sense; no such centre in the directory; a reused key; the store's failure.
    async fn note_referral(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        referral: NewReferral,
    ) -> Result<Logged<ReferralNotice>, Error>;

    /// One of the office's notices.
    ///
    /// # Errors
    /// No such notice; the store's failure.
    async fn referral(
        &self,
        caller: &OfficeCaller,
        id: ReferralNoticeId,
    ) -> Result<ReferralNotice, Error>;

    /// The office's notices, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn referrals(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<ReferralNotice>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ReferralDesk for Application<S> {
    async fn note_referral(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        referral: NewReferral,
    ) -> Result<Logged<ReferralNotice>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = ReferralNoticeId::from_uuid(earlier.value);
                    let known = tx.referral(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                let at = tx.now().await?;
                let mut faults = referral.faults(at);
                faults.extend(unknown_centres(tx, referral.centres.iter(), "/centres").await?);
                if !faults.is_empty() {
                    return Err(Error::Invalid(faults));
                }
                let notice = ReferralNotice {
                    id: ReferralNoticeId::fresh(at, self.entropy())?,
                    office: caller.office().clone(),
                    recorded_at: at,
                    referral: NewReferral {
                        told_at: referral.told_at.minute(),
                        ..referral.clone()
                    },
                };
                tx.insert_referral(&notice).await?;
                let event = EventId::fresh(at, self.entropy())?;
                let event = Event::new(event, at, Operation::ReferralNoted)
                    .by(caller.as_ref())
                    .about_referral(notice.id);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, notice.id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(notice, leaf, at))
            },
        )
        .await
    }

    async fn referral(
        &self,
        caller: &OfficeCaller,
        id: ReferralNoticeId,
    ) -> Result<ReferralNotice, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                tx.referral(id)
                    .await?
                    .filter(|notice| notice.office == *caller.office())
                    .ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getReferralNotice", outcome).await
    }

    async fn referrals(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<ReferralNotice>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.referrals(caller.office(), page).await?),
        )
        .await
    }
}

/// A fault for each that is no entry of the directory, at its place in the list.
pub(super) async fn unknown_centres<'tx, T: Tx<'tx>>(
    tx: &mut T,
    named: impl Iterator<Item = &CentreId>,
    pointer: &str,
) -> Result<Vec<InvalidInput>, Error> {
    let named: Vec<CentreId> = named.copied().collect();
    let known = tx.centres_by_id(&named).await?;
    let faults = named.iter().enumerate().filter_map(|(index, id)| {
        let known = known.iter().any(|centre| centre.id == *id);
        (!known).then(|| InvalidInput {
            pointer: format!("{pointer}/{index}"),
            detail: "there is no such centre in the directory".to_owned(),
        })
    });
    Ok(faults.collect())
}
