//! Who is let in: what the token endpoint and the edge need.

use std::collections::HashMap;

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{AtIssuer, CentreCaller, ClientId, Organisation, RegisteredClient},
    error::Error,
    instant::Instant,
    store::prelude::*,
    store::{CountedRequest, Mode, Scope, SingleUse, Store, Tx, unit_of_work},
};

/// Who made a proof, as far as what came with it says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Presenter {
    /// A client of this server's own issuer.
    Client(ClientId),
    /// Whoever another issuer gave a token to.
    AtIssuer(AtIssuer),
}

/// A request that wants to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// By whom.
    pub presenter: Presenter,
    /// The proof of possession, which is used up; none where the connection's certificate proves whose the token is.
    pub proof: Option<SingleUse>,
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
        client: &ClientId,
        assertion: SingleUse,
    ) -> Result<ProofUse, Error>;

    /// Lets requests in, and uses up the proofs of possession (RFC 9449) that they came with; says what became of each. All
    /// of them are one transaction, in which their clients are looked at too: one that is suspended is out at once, whatever
    /// tokens it still has. That a proof is used up is on disk before whatever its request changes ([`Mode::Provisional`]).
    ///
    /// # Errors
    /// The store's failure; then nobody is let in, and no proof counts for anything.
    async fn admit(&self, arrivals: &[Arrival]) -> Result<Vec<ProofUse>, Error>;

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
        client: &ClientId,
        assertion: SingleUse,
    ) -> Result<ProofUse, Error> {
        let arrival = Arrival {
            presenter: Presenter::Client(client.clone()),
            proof: Some(assertion),
        };
        let scope = Scope::SignIn {
            client: client.clone(),
        };
        let used = self.let_in(&scope, Mode::Write, &[arrival]).await?;
        Ok(used.into_iter().next().unwrap_or(ProofUse::NoClient))
    }

    async fn admit(&self, arrivals: &[Arrival]) -> Result<Vec<ProofUse>, Error> {
        self.let_in(&Scope::Admission, Mode::Provisional, arrivals)
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

impl<S: Store> Application<S> {
    async fn let_in(
        &self,
        scope: &Scope,
        mode: Mode,
        arrivals: &[Arrival],
    ) -> Result<Vec<ProofUse>, Error> {
        unit_of_work(&self.store, scope, mode, async |tx: &mut S::Tx<'_>| {
            let mut clients = HashMap::new();
            for Arrival { presenter, .. } in arrivals {
                if !clients.contains_key(presenter) {
                    clients.insert(presenter, active(tx, presenter).await?);
                }
            }
            let known = |arrival: &Arrival| clients.get(&arrival.presenter)?.as_ref();
            let request = |arrival: &Arrival| {
                let client = known(arrival)?.id.clone();
                let proof = arrival.proof.clone();
                Some(CountedRequest { client, proof })
            };
            let requests: Vec<_> = arrivals.iter().filter_map(request).collect();
            let minute = Minute::of(tx.now().await?);
            // The last statement: requests of one client wait for each other here.
            let counted = match requests.as_slice() {
                [] => Vec::new(),
                requests => tx.count_requests(requests, minute.number).await?,
            };
            let mut counted = counted.into_iter();
            let used = arrivals.iter().map(|arrival| match known(arrival) {
                None => ProofUse::NoClient,
                Some(client) => match counted.next().flatten() {
                    Some(requests) => {
                        ProofUse::Fresh(Box::new(minute.admission(client.clone(), requests)))
                    }
                    None => ProofUse::UsedBefore,
                },
            });
            Ok(used.collect())
        })
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
