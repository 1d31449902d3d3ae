//! `freigabe client`

mod credential;
mod invite;
mod scope;

use clap::{ArgGroup, Args, Subcommand};
use freigabe_domain::{
    Error,
    access::{
        AccessScopes, ClientChange, ClientId, Credential, NewClient, Operator, RegisteredClient,
    },
    ids::OrganisationId,
};
use uuid::Uuid;

pub(crate) use self::credential::acceptable;
use self::{
    credential::CredentialChoice,
    scope::{ScopeOrAll, Scopes},
};
use super::{
    Failure,
    organisation::{PAGE, all, open},
    output::table,
    say,
};
use crate::settings::CommonFlags;

/// Invite, add, list, narrow and suspend clients: the machines that speak for an organisation
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Invite(invite::Invite),
    Add(Add),
    List(List),
    SetScopes(SetScopes),
    /// Suspend a client at once: its bound tokens are good for nothing from this moment on
    Suspend(Named),
    /// Let a suspended client in again
    Resume(Named),
    ReplaceKey(ReplaceKey),
}

/// Add a client of an organisation whose credential is known
///
/// A client signs in with a private key that never leaves its machine; here only the public key is kept. The best way is to
/// invite the organisation instead (`freigabe client invite`): its machine makes the key. Otherwise say what the client is
/// known by: its public key (--public-key), the address where the organisation publishes its keys (--jwks-uri), or another
/// issuer from which it gets its tokens (--issuer with --issuer-client-id). With --generate-key a new pair is made here and
/// the private key written to a file that is then handed over in a safe way.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client add --id hafenlicht-akte --organisation 0193… --public-key hafenlicht.public.jwk
  freigabe client add --id hafenlicht-akte --organisation 0193… --generate-key hafenlicht-akte.jwk
  freigabe client add --id hafenlicht-akte --organisation 0193… --jwks-uri https://hafenlicht.example/jwks.json
  freigabe client add --id lesesystem --organisation 0193… --issuer https://sso.example/realms/x \\
      --issuer-client-id lesesystem --scope 'consents:read disclosures:read'")]
#[command(group = ArgGroup::new("key").required(true).multiple(false))]
pub(super) struct Add {
    /// The client's identifier: 3 to 64 characters from a-z 0-9 . -
    #[arg(long, value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    /// The organisation that it speaks for: the identifier from `freigabe organisation list`
    #[arg(long, value_name = "ID")]
    organisation: Uuid,
    #[command(flatten)]
    credential: CredentialChoice,
    #[command(flatten)]
    scopes: Scopes,
    #[command(flatten)]
    common: CommonFlags,
}

/// List the clients: what they are known by, and what they may do
///
/// Under SCOPES stands what a client was given; a dash means all that its organisation's role may ever do.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: CommonFlags,
}

impl Client {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Invite(invite) => invite.run().await,
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::SetScopes(set) => set.run().await,
            Self::Suspend(named) => named.set_active(false).await,
            Self::Resume(named) => named.set_active(true).await,
            Self::ReplaceKey(replace) => replace.run().await,
        }
    }
}

/// The client that is meant.
#[derive(Debug, Args)]
pub(super) struct Named {
    /// The client's identifier
    #[arg(value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    #[command(flatten)]
    common: CommonFlags,
}

impl Named {
    async fn set_active(self, active: bool) -> Result<(), Failure> {
        change(self.common, &self.id, ClientChange::Active(active)).await?;
        let done = if active {
            "is let in again"
        } else {
            "is suspended"
        };
        say(&format!("client {} {done}", self.id))?;
        Ok(())
    }
}

/// Set what a client may do, within what its organisation's role may ever do
///
/// It counts at once: a token that was good for more is so no longer.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client set-scopes hafenlicht-akte --scope 'consents:read disclosures:read'
  freigabe client set-scopes hafenlicht-akte --scope consents:read --scope disclosures:read
  freigabe client set-scopes hafenlicht-akte --all")]
#[command(group = ArgGroup::new("what").required(true).multiple(false))]
pub(super) struct SetScopes {
    /// The client's identifier
    #[arg(value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    #[command(flatten)]
    scopes: ScopeOrAll,
    #[command(flatten)]
    common: CommonFlags,
}

impl SetScopes {
    async fn run(self) -> Result<(), Failure> {
        let scopes = self.scopes.take()?;
        let client = change(self.common, &self.id, ClientChange::Scopes(scopes)).await?;
        say(&format!("client {} may: {}", client.id, client.allowed()))?;
        Ok(())
    }
}

/// Give a client another key, or something else that it is known by
///
/// What is signed with the old key counts no longer; tokens that were issued stay good until their end.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client replace-key hafenlicht-akte --public-key new.public.jwk
  freigabe client replace-key hafenlicht-akte --generate-key hafenlicht-akte.2.jwk
  freigabe client replace-key hafenlicht-akte --jwks-uri https://hafenlicht.example/jwks.json")]
#[command(group = ArgGroup::new("key").required(true).multiple(false))]
pub(super) struct ReplaceKey {
    /// The client's identifier
    #[arg(value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    #[command(flatten)]
    credential: CredentialChoice,
    #[command(flatten)]
    common: CommonFlags,
}

impl ReplaceKey {
    async fn run(self) -> Result<(), Failure> {
        let credential = self.credential.take()?;
        let has = match credential {
            Credential::Key(_) => "has another key",
            Credential::KeySet(_) => "is known by the keys at that address",
            Credential::Issuer(_) => "is known by that issuer's tokens",
        };
        let replaced = change(self.common, &self.id, ClientChange::Credential(credential)).await;
        self.credential.keep_if(replaced)?;
        say(&format!("client {} {has}", self.id))?;
        self.credential.tell()
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let scopes = self.scopes.take()?;
        let credential = self.credential.take()?;
        let added = async {
            let installation = open(self.common).await?;
            let new = NewClient {
                id: self.id.clone(),
                organisation: OrganisationId::from_uuid(self.organisation),
                credential,
                scopes,
            };
            let added = installation.exchange.add_client(&BY, &new).await;
            installation.close().await;
            added.map_err(Failure::from)
        };
        let client = self.credential.keep_if(added.await)?;
        say(&format!(
            "added client {} of {}",
            client.id,
            client.organisation.name.as_str()
        ))?;
        self.credential.tell()
    }
}

/// Commands are the operator's.
const BY: Operator = Operator::AtTheMachine;

async fn change(
    common: CommonFlags,
    id: &ClientId,
    change: ClientChange,
) -> Result<RegisteredClient, Failure> {
    let installation = open(common).await?;
    let changed = installation.exchange.change_client(&BY, id, &change).await;
    installation.close().await;
    let changed = changed.map_err(|error| match error {
        Error::NotFound => Failure::new(format!(
            "there is no client {id}; see: freigabe client list"
        )),
        other => other.into(),
    })?;
    Ok(changed.value)
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let installation = open(self.common).await?;
        let found = all(async |after: Option<ClientId>| {
            let exchange = &installation.exchange;
            exchange.clients(&BY, after.as_ref(), PAGE).await
        });
        let found = found.await;
        installation.close().await;
        let rows = found?.into_iter().map(|client| {
            [
                client.id.to_string(),
                client.organisation.role.to_string(),
                if client.active { "yes" } else { "no" }.to_owned(),
                known_by(&client.credential),
                client.organisation.id.to_string(),
                client.organisation.name.as_str().to_owned(),
                client
                    .scopes
                    .as_ref()
                    .map_or_else(|| "-".to_owned(), AccessScopes::to_string),
            ]
        });
        let heading = [
            "ID",
            "ROLE",
            "ACTIVE",
            "KNOWN BY",
            "ORGANISATION",
            "NAME",
            "SCOPES",
        ];
        table(heading, rows)?;
        Ok(())
    }
}

fn known_by(credential: &Credential) -> String {
    match credential {
        Credential::Key(_) => "key".to_owned(),
        Credential::KeySet(address) => address.clone(),
        Credential::Issuer(at) => format!("{} at {}", at.client, at.issuer),
    }
}
