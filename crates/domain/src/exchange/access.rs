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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Presenter {
    /// A client of this server's own issuer.
    Client(ClientId),
    /// Whoever another issuer gave a token to.
    AtIssuer(AtIssuer),
}

/// A client that is let in with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// As the register has it at this moment.
    pub client: RegisteredClient,
    /// Its requests in this minute by the store's clock, on all nodes together, with this one.
    pub requests: u32,
    /// Seconds until the minute ends.
    pub minute_ends_in: u32,
}

/// What became of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofUse {
    /// It counts, this once, for a client that is let in.
    Fresh(Box<Admission>),
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

    /// Uses up a client assertion (RFC 7523), by which a client gets a token. The client is looked at in the same transaction,
    /// so that one that is suspended is out at once.
    ///
    /// # Errors
    /// The store's failure; then the assertion counts for nothing.
    async fn use_assertion(
        &self,
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error>;

    /// Uses up a proof of possession (RFC 9449), by which one request is let in. The client is looked at in the same
    /// transaction, so that one that is suspended is out at once, whatever tokens it still has. It is on disk before whatever
    /// the request changes ([`Mode::Provisional`]).
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
    async fn admit(&self, presenter: &Presenter) -> Result<Option<Admission>, Error>;

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

    async fn use_assertion(
        &self,
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error> {
        self.use_up(Mode::Write, presenter, jti, expires_at).await
    }

    async fn use_proof(
        &self,
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error> {
        self.use_up(Mode::Provisional, presenter, jti, expires_at)
            .await
    }

    async fn admit(&self, presenter: &Presenter) -> Result<Option<Admission>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(presenter),
            Mode::Provisional,
            async |tx: &mut S::Tx<'_>| {
                let Some(client) = active(tx, presenter).await? else {
                    return Ok(None);
                };
                let minute = Minute::of(tx.now().await?);
                let requests = tx.count_request(&client.id, minute.number).await?;
                Ok(Some(minute.admission(client, requests)))
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

impl<S: Store> Application<S> {
    async fn use_up(
        &self,
        mode: Mode,
        presenter: &Presenter,
        jti: &str,
        expires_at: Instant,
    ) -> Result<ProofUse, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(presenter),
            mode,
            async |tx: &mut S::Tx<'_>| {
                let Some(client) = active(tx, presenter).await? else {
                    return Ok(ProofUse::NoClient);
                };
                let minute = Minute::of(tx.now().await?);
                // The last statement: requests of one client wait for each other here.
                let used = tx
                    .use_proof(&client.id, jti, expires_at, minute.number)
                    .await?;
                Ok(match used {
                    Some(requests) => ProofUse::Fresh(Box::new(minute.admission(client, requests))),
                    None => ProofUse::UsedBefore,
                })
            },
        )
        .await
    }
}

/// A minute by the store's clock.
struct Minute {
    /// Since 1970.
    number: i64,
    ends_in: u32,
}

impl Minute {
    const SECONDS: i64 = 60;

    fn of(now: Instant) -> Self {
        let seconds = now.as_unix_seconds();
        let left = Self::SECONDS.saturating_sub(seconds.rem_euclid(Self::SECONDS));
        Self {
            number: seconds.div_euclid(Self::SECONDS),
            ends_in: u32::try_from(left).unwrap_or(0),
        }
    }

    fn admission(&self, client: RegisteredClient, requests: u32) -> Admission {
        Admission {
            client,
            requests,
            minute_ends_in: self.ends_in,
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
