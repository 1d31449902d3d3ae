//! Police offices, and which of them is competent.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{Caller, CentreCaller},
    error::Error,
    office::{Competence, CompetenceError, Matter, OfCentre, Office, OfficeId, resolve},
    store::prelude::*,
    store::{Mode, OfficeQuery, Page, Scope, Store, unit_of_work},
};

/// Offices, for every caller.
#[async_trait(?Send)]
pub trait OfficeDesk {
    /// Offices in the order of their ids, at most `limit`.
    ///
    /// # Errors
    /// The store's failure.
    async fn offices(
        &self,
        query: &OfficeQuery,
        limit: u16,
    ) -> Result<Page<Office, OfficeId>, Error>;

    /// One office.
    ///
    /// # Errors
    /// No such office; the store's failure.
    async fn office(&self, caller: &Caller, id: &OfficeId) -> Result<Office, Error>;

    /// Which office is competent for a matter, and why; or why that can't be told. For a centre its own agreements count, as they will
    /// when it releases something.
    ///
    /// # Errors
    /// The store's failure.
    async fn competent_office(
        &self,
        caller: &Caller,
        matter: &Matter,
    ) -> Result<Result<Competence, CompetenceError>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> OfficeDesk for Application<S> {
    async fn offices(
        &self,
        query: &OfficeQuery,
        limit: u16,
    ) -> Result<Page<Office, OfficeId>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.offices(query, limit).await?;
                Ok(Page::cut(found, limit, |office| office.id.clone()))
            },
        )
        .await
    }

    async fn office(&self, caller: &Caller, id: &OfficeId) -> Result<Office, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| tx.office(id).await?.ok_or(Error::NotFound),
        )
        .await;
        self.logged(caller, "getOffice", outcome).await
    }

    async fn competent_office(
        &self,
        caller: &Caller,
        matter: &Matter,
    ) -> Result<Result<Competence, CompetenceError>, Error> {
        let centre = CentreCaller::try_from(caller.clone()).ok();
        let scope = centre.as_ref().map_or(Scope::Directory, Scope::from);
        unit_of_work(
            &self.store,
            &scope,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let of = match &centre {
                    Some(caller) => Some(OfCentre {
                        centre: caller.centre(),
                        at: tx.now().await?,
                    }),
                    None => None,
                };
                Ok(resolve(matter, &tx.jurisdiction(matter, of).await?))
            },
        )
        .await
    }
}
