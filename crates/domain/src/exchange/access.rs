//! Who is let in: what the token endpoint and the edge need.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{AtIssuer, CentreCaller, ClientId, Organisation, RegisteredClient},
    error::Error,
    instant::Instant,
    store::prelude::*,
    store::{Mode, Scope, Store, Tx, unit_of_work},
};

/// Who made a proof, as far as what came with it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presenter {
    /// A client of this server's own issuer.
    Client(ClientId),
    /// Whoever another issuer gave a token to.
    AtIssuer(AtIssuer),
}

/// What became of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofUse {
    /// It counts, this once, for this client, which is let in.
    Fresh(Box<RegisteredClient>),
    /// It was used before, on whatever node.
    UsedBefore,
    /// The client is suspended, gone, or was never known.
    NoClient,
}

/// Who is let in.
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
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error>;

    /// The client by whom a request comes that has no proof to be used up; none when it is not let in.
    ///
    /// # Errors
    /// The store's failure.
    async fn admitted_client(
        &self,
        presenter: &Presenter,
    ) -> Result<Option<RegisteredClient>, Error>;

    /// The centre that calls.
    ///
    /// # Errors
    /// It takes part no longer; the store's failure.
    async fn own_organisation(&self, caller: &CentreCaller) -> Result<Organisation, Error>;
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
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(presenter),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let Some(client) = active(tx, presenter).await? else {
                    return Ok(ProofUse::NoClient);
                };
                let now = tx.now().await?;
                let fresh = tx
                    .consume_assertion(&client.id, jti, expires_at, now)
                    .await?;
                Ok(if fresh {
                    ProofUse::Fresh(Box::new(client))
                } else {
                    ProofUse::UsedBefore
                })
            },
        )
        .await
    }

    async fn admitted_client(
        &self,
        presenter: &Presenter,
    ) -> Result<Option<RegisteredClient>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(presenter),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| active(tx, presenter).await,
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
}

impl From<&Presenter> for Scope {
    fn from(presenter: &Presenter) -> Self {
        match presenter {
            Presenter::Client(client) => Self::SignIn {
                client: client.clone(),
            },
            Presenter::AtIssuer(at) => Self::SignInAt(at.clone()),
        }
    }
}

async fn active<'tx, T: Tx<'tx>>(
    tx: &mut T,
    presenter: &Presenter,
) -> Result<Option<RegisteredClient>, Error> {
    let client = match presenter {
        Presenter::Client(id) => tx.client(id).await?,
        Presenter::AtIssuer(at) => tx.client_at(at).await?,
    };
    Ok(client.filter(|client| client.active))
}
