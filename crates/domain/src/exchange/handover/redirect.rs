//! A centre lets a held message wait for the office that handles the case now.

use async_trait::async_trait;

use crate::{
    access::CentreCaller,
    audit::{Logged, LoggedAs, Operation},
    disclosure::{AuthorizeError, Disclosure, DisclosureRecord, DisclosureState, Refusals},
    error::Error,
    exchange::{Application, earlier},
    handover::{CaseAtOffice, Handler, case_at_office},
    ids::DisclosureId,
    office::OfficeId,
    store::prelude::*,
    store::{Mode, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// Messages that wait for an office which has handed the case over (agreement, points 4 and 9).
#[async_trait(?Send)]
pub trait RedirectionDesk {
    /// Redirects a held message to the office that handles the case now. That is a new recipient: the consent is asked as for a release
    /// to it, and unless it covers that office too, the message stays sealed where it is. Nobody opens it.
    ///
    /// # Errors
    /// Every refusal; no such message; it is not held any more; the case is still with the office that it waits for, or with a body that
    /// does not take part; a reused key; the store's failure.
    async fn redirect_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> RedirectionDesk for Application<S> {
    async fn redirect_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.disclosure(id).await?;
                let record = found.filter(|record| record.centre == caller.centre());
                let record = record.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(Ok(earlier.map(|_| record)));
                }
                self.expect_cosigned(tx).await?;
                let to = successor(tx, &record).await?;
                match Disclosure::redirection(record, to).authorize(tx).await {
                    Ok(authorized) => {
                        let recorded = authorized
                            .record(tx, caller.as_ref(), self.entropy())
                            .await?;
                        let record = recorded.record().clone();
                        let LoggedAs { leaf, at } = *recorded.logged_as();
                        tx.remember_request(request, id.as_uuid(), &leaf, at)
                            .await?;
                        Ok(Ok(Logged::new(record, leaf, at)))
                    }
                    Err(AuthorizeError::Refused(refused)) => {
                        self.log_refusal(tx, caller, &refused, Operation::DisclosureRedirected)
                            .await?;
                        Ok(Err(refused.refusals))
                    }
                    Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                    Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
                }
            },
        )
        .await;
        self.logged(caller, "redirectDisclosure", outcome)
            .await?
            .map_err(|refusals: Refusals| Error::Refused(Box::new(refusals)))
    }
}

/// The office that handles the case of a held message now, in the place of the one that it waits for.
async fn successor<'tx, T: Tx<'tx>>(
    tx: &mut T,
    record: &DisclosureRecord,
) -> Result<OfficeId, Error> {
    if record.state != DisclosureState::Held {
        return Err(Error::InvalidState(
            "only a message that is still held can be redirected",
        ));
    }
    match case_at_office(tx, record.case, &record.recipient).await? {
        CaseAtOffice::GivenAway(Handler::Office(office)) => Ok(office),
        CaseAtOffice::GivenAway(Handler::LandPolice { .. } | Handler::Prosecution { .. }) => {
            Err(Error::InvalidState(
                "the case was handed over to a body that takes no messages here: recall the message, and reach that body another way",
            ))
        }
        CaseAtOffice::Untouched | CaseAtOffice::TakenOver => Err(Error::InvalidState(
            "the office that this message waits for has not handed the case over",
        )),
    }
}
