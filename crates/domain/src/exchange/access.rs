//! Organisations and clients: what the token endpoint and the operator need.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{
        CentreCaller, ClientId, ClientKey, DataProtectionRegime, Organisation, RegisteredClient,
        Role,
    },
    audit::{self, Event, Operation},
    error::{Error, InvalidInput},
    ids::{EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::prelude::*,
    store::{Mode, Scope, Store, unit_of_work},
    text::ShortText,
};

/// Who takes part.
#[async_trait(?Send)]
pub trait AccessDesk {
    /// A client, active or not.
    ///
    /// # Errors
    /// The store's failure.
    async fn registered_client(&self, id: &ClientId) -> Result<Option<RegisteredClient>, Error>;

    /// Uses up a client assertion (RFC 7523): false when it was used before, on whatever node.
    ///
    /// # Errors
    /// The store's failure; then no token may be issued.
    async fn consume_assertion(
        &self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
    ) -> Result<bool, Error>;

    /// Adds an organisation. A police office names the office it is; nobody else does.
    ///
    /// # Errors
    /// An office that is unknown or missing; the store's failure.
    async fn add_organisation(
        &self,
        role: Role,
        name: ShortText,
        office: Option<OfficeId>,
        regime: DataProtectionRegime,
    ) -> Result<Organisation, Error>;

    /// Adds a client of an organisation.
    ///
    /// # Errors
    /// No such organisation; the id is taken; the store's failure.
    async fn add_client(
        &self,
        id: ClientId,
        organisation: OrganisationId,
        key: ClientKey,
    ) -> Result<RegisteredClient, Error>;

    /// The centre that calls.
    ///
    /// # Errors
    /// It takes part no longer; the store's failure.
    async fn own_organisation(&self, caller: &CentreCaller) -> Result<Organisation, Error>;

    /// All organisations.
    ///
    /// # Errors
    /// The store's failure.
    async fn organisations(&self) -> Result<Vec<Organisation>, Error>;

    /// All clients.
    ///
    /// # Errors
    /// The store's failure.
    async fn clients(&self) -> Result<Vec<RegisteredClient>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> AccessDesk for Application<S> {
    async fn registered_client(&self, id: &ClientId) -> Result<Option<RegisteredClient>, Error> {
        let scope = Scope::SignIn { client: id.clone() };
        unit_of_work(
            &self.store,
            &scope,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.client(id).await?),
        )
        .await
    }

    async fn consume_assertion(
        &self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
    ) -> Result<bool, Error> {
        let scope = Scope::SignIn {
            client: client.clone(),
        };
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                Ok(tx.consume_assertion(client, jti, expires_at, now).await?)
            },
        )
        .await
    }

    async fn add_organisation(
        &self,
        role: Role,
        name: ShortText,
        office: Option<OfficeId>,
        regime: DataProtectionRegime,
    ) -> Result<Organisation, Error> {
        unit_of_work(
            &self.store,
            &Scope::Operator,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                match (&office, role) {
                    (Some(id), Role::Office) if tx.office(id).await?.is_none() => {
                        return Err(invalid("/office", "there is no such office"));
                    }
                    (None, Role::Office) => {
                        return Err(invalid("/office", "an office must say which one it is"));
                    }
                    (Some(_), other) if other != Role::Office => {
                        return Err(invalid(
                            "/office",
                            "only an organisation with the role office is a police office",
                        ));
                    }
                    _ => {}
                }
                let at = tx.now().await?;
                let id = OrganisationId::fresh(at, self.entropy())?;
                let organisation = Organisation {
                    id,
                    role,
                    name: name.clone(),
                    office: office.clone(),
                    regime,
                };
                if !tx.insert_organisation(&organisation, at).await? {
                    return Err(invalid("/office", "this office takes part already"));
                }
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::OrganisationAdded,
                )
                .about_added(id.to_string());
                audit::append(tx, self.entropy(), event).await?;
                Ok(organisation)
            },
        )
        .await
    }

    async fn add_client(
        &self,
        id: ClientId,
        organisation: OrganisationId,
        key: ClientKey,
    ) -> Result<RegisteredClient, Error> {
        unit_of_work(
            &self.store,
            &Scope::Operator,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.organisation(organisation).await?;
                let organisation = found
                    .ok_or_else(|| invalid("/organisation", "there is no such organisation"))?;
                let at = tx.now().await?;
                let client = RegisteredClient {
                    id: id.clone(),
                    organisation,
                    key: key.clone(),
                    active: true,
                };
                if !tx.insert_client(&client, at).await? {
                    return Err(invalid("/id", "there is a client with this id already"));
                }
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::ClientAdded,
                )
                .about_added(id.as_str());
                audit::append(tx, self.entropy(), event).await?;
                Ok(client)
            },
        )
        .await
    }

    async fn own_organisation(&self, caller: &CentreCaller) -> Result<Organisation, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                tx.organisation(caller.centre())
                    .await?
                    .ok_or(Error::NotFound)
            },
        )
        .await
    }

    async fn organisations(&self) -> Result<Vec<Organisation>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Operator,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.organisations().await?),
        )
        .await
    }

    async fn clients(&self) -> Result<Vec<RegisteredClient>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Operator,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.clients().await?),
        )
        .await
    }
}

fn invalid(pointer: &str, detail: &str) -> Error {
    Error::Invalid(vec![InvalidInput {
        pointer: pointer.to_owned(),
        detail: detail.to_owned(),
    }])
}
