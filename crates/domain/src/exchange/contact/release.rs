//! An office tells the centre that helps who the person is, as far as she allowed it.

use async_trait::async_trait;

use crate::{
    access::{Caller, OfficeCaller},
    audit::{self, Event, Logged, LoggedAs, Operation},
    contact::{ContactAuthorizeError, ContactDetails, ContactDraft, ContactRecord, ContactRefused},
    error::{Error, InvalidInput},
    exchange::{Application, earlier},
    ids::{ContactDetailsId, EventId},
    store::prelude::*,
    store::{Mode, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// Releases of contact details (agreement, point 3).
#[async_trait(?Send)]
pub trait ContactReleaseDesk {
    /// Releases details for the centre that helps: whole or not at all. A refusal is logged and nothing else is kept.
    ///
    /// # Errors
    /// Every refusal; no such consent; details that make no sense; a reused key; the store's failure.
    async fn release_contact(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        draft: ContactDraft,
    ) -> Result<Logged<ContactRecord>, Error>;

    /// One of the office's releases, without what it says.
    ///
    /// # Errors
    /// No such details; the store's failure.
    async fn released_contact(
        &self,
        caller: &OfficeCaller,
        id: ContactDetailsId,
    ) -> Result<ContactRecord, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ContactReleaseDesk for Application<S> {
    async fn release_contact(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        draft: ContactDraft,
    ) -> Result<Logged<ContactRecord>, Error> {
        self.expect_room()?;
        reject_faults(&draft)?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = ContactDetailsId::from_uuid(earlier.value);
                    let known = own(tx, caller, id).await?;
                    return Ok(Ok(earlier.map(|_| known)));
                }
                self.expect_cosigned(tx).await?;
                let office = caller.office().clone();
                match ContactDetails::draft(office, draft.clone())
                    .authorize(tx)
                    .await
                {
                    Ok(authorized) => {
                        let recorded = authorized
                            .record(tx, caller.as_ref(), self.entropy())
                            .await?;
                        let record = recorded.record().clone();
                        let LoggedAs { leaf, at } = *recorded.logged_as();
                        tx.remember_request(request, record.id.as_uuid(), &leaf, at)
                            .await?;
                        Ok(Ok(Logged::new(record, leaf, at)))
                    }
                    Err(ContactAuthorizeError::Refused(refused)) => {
                        let operation = Operation::ContactReleased;
                        self.refuse_contact(tx, caller.as_ref(), operation, &refused)
                            .await?;
                        Ok(Err(refused.refusals))
                    }
                    Err(ContactAuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                    Err(ContactAuthorizeError::Store(error)) => Err(Error::Store(error)),
                }
            },
        )
        .await;
        self.logged(caller, "releaseContactDetails", outcome)
            .await?
            .map_err(|refusals| Error::ContactRefused(Box::new(refusals)))
    }

    async fn released_contact(
        &self,
        caller: &OfficeCaller,
        id: ContactDetailsId,
    ) -> Result<ContactRecord, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| own(tx, caller, id).await,
        )
        .await;
        self.logged(caller, "getContactDetails", outcome).await
    }
}

impl<S: Store> Application<S> {
    pub(super) async fn refuse_contact<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &Caller,
        operation: Operation,
        refused: &ContactRefused,
    ) -> Result<(), Error> {
        let id = EventId::fresh(refused.at, self.entropy())?;
        let event = Event::new(id, refused.at, operation)
            .by(caller)
            .refused_contact(refused);
        audit::append(tx, self.entropy(), event).await?;
        Ok(())
    }
}

async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    id: ContactDetailsId,
) -> Result<ContactRecord, Error> {
    let found = tx.contact_details(id).await?;
    let own = found.filter(|details| details.office == *caller.office());
    own.ok_or(Error::NotFound)
}

/// Refuses details that make no sense whatever was allowed.
fn reject_faults(draft: &ContactDraft) -> Result<(), Error> {
    let kinds = draft.content.kinds();
    let mut faults = Vec::new();
    if kinds.is_empty() {
        faults.push(InvalidInput::new("/items", "must hold at least one item"));
    }
    for (index, kind) in kinds.iter().enumerate() {
        if kinds.iter().take(index).any(|other| other == kind) {
            faults.push(InvalidInput::new(
                format!("/items/{index}/kind"),
                "stands twice",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
