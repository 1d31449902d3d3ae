//! Organisations and clients: what the token endpoint and the operator need.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{
        CentreCaller, ClientChange, ClientId, ClientKey, DataProtectionRegime, Organisation,
        RegisteredClient, Role,
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

/// What became of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofUse {
    /// It counts, this once.
    Fresh,
    /// It was used before, on whatever node.
    UsedBefore,
    /// The client is suspended, or gone.
    ClientSuspended,
}

/// Who takes part.
#[async_trait(?Send)]
pub trait AccessDesk {
    /// A client, active or not.
    ///
    /// # Errors
    /// The store's failure.
    async fn registered_client(&self, id: &ClientId) -> Result<Option<RegisteredClient>, Error>;

    /// Uses up what proves who calls: a client assertion (RFC 7523) or a proof of possession (RFC 9449). The client is
    /// looked at in the same transaction, so that one that is suspended is out at once, whatever tokens it still has.
    ///
    /// # Errors
    /// The store's failure; then the proof counts for nothing.
    async fn use_proof(
        &self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error>;

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

    /// Suspends a client, lets it in again, or gives it another key. The bound tokens of a suspended client are good for
    /// nothing from that moment on; what is signed with an old key counts no longer.
    ///
    /// # Errors
    /// No such client, or it is so already; the store's failure.
    async fn change_client(&self, id: &ClientId, change: &ClientChange) -> Result<(), Error>;

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

    async fn use_proof(
        &self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error> {
        let scope = Scope::SignIn {
            client: client.clone(),
        };
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let registered = tx.client(client).await?;
                if registered.is_none_or(|registered| !registered.active) {
                    return Ok(ProofUse::ClientSuspended);
                }
                let now = tx.now().await?;
                let fresh = tx.consume_assertion(client, jti, expires_at, now).await?;
                Ok(if fresh {
                    ProofUse::Fresh
                } else {
                    ProofUse::UsedBefore
                })
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
                .about_participant(id.to_string());
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
                .about_participant(id.as_str());
                audit::append(tx, self.entropy(), event).await?;
                Ok(client)
            },
        )
        .await
    }

    async fn change_client(&self, id: &ClientId, change: &ClientChange) -> Result<(), Error> {
        let operation = match change {
            ClientChange::Active(true) => Operation::ClientResumed,
            ClientChange::Active(false) => Operation::ClientSuspended,
            ClientChange::Key(_) => Operation::ClientKeyReplaced,
        };
        unit_of_work(
            &self.store,
            &Scope::Operator,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                if !tx.change_client(id, change).await? {
                    return Err(match tx.client(id).await? {
                        None => invalid("/id", "there is no such client"),
                        Some(_) => Error::InvalidState("the client is so already"),
                    });
                }
                let at = tx.now().await?;
                let event = Event::new(EventId::fresh(at, self.entropy())?, at, operation)
                    .about_participant(id.as_str());
                audit::append(tx, self.entropy(), event).await?;
                Ok(())
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
