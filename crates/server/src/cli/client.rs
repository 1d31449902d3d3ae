//! `freigabe client`

use std::{fs, path::PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use freigabe_client::ClientKeyPair;
use freigabe_domain::{
    Error,
    access::{
        ClientChange, ClientId, ClientKey, Credential, NewClient, Operator, RegisteredClient,
    },
    ids::OrganisationId,
};
use uuid::Uuid;

use super::{
    Failure, key,
    organisation::{PAGE, all, open},
    output::table,
    say,
};
use crate::{keys::secret_file, settings::CommonFlags, system::OsEntropy};

/// Add, list, suspend clients and replace their keys: the machines that speak for an organisation
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(Add),
    List(List),
    /// Suspend a client at once: its bound tokens are good for nothing from this moment on
    Suspend(Named),
    /// Let a suspended client in again
    Resume(Named),
    ReplaceKey(ReplaceKey),
}

/// Add a client of an organisation
///
/// A client signs in with a private key that never leaves its machine; here only the public key is kept. Either the
/// partner sends its public key (--public-key), or a new pair is made and the private key written to a file that is then
/// handed over in a safe way (--generate-key).
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client add --id hafenlicht-akte --organisation 0193… --public-key hafenlicht.public.jwk
  freigabe client add --id hafenlicht-akte --organisation 0193… --generate-key hafenlicht-akte.jwk")]
#[command(group = ArgGroup::new("key").required(true).multiple(false))]
pub(super) struct Add {
    /// The client's identifier: 3 to 64 characters from a-z 0-9 . -
    #[arg(long, value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    /// The organisation that it speaks for: the identifier from `freigabe organisation list`
    #[arg(long, value_name = "ID")]
    organisation: Uuid,
    #[command(flatten)]
    key: KeyChoice,
    #[command(flatten)]
    common: CommonFlags,
}

/// List the clients
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: CommonFlags,
}

impl Client {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
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
        let installation = open(self.common).await?;
        let change = ClientChange::Active(active);
        let exchange = &installation.exchange;
        let set = exchange.change_client(&BY, &self.id, &change).await;
        installation.close().await;
        set.map_err(|error| about(&self.id, error))?;
        let done = if active {
            "is let in again"
        } else {
            "is suspended"
        };
        say(&format!("client {} {done}", self.id))?;
        Ok(())
    }
}

/// Give a client another key
///
/// What is signed with the old key counts no longer; tokens that were issued stay good until their end.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client replace-key hafenlicht-akte --public-key new.public.jwk
  freigabe client replace-key hafenlicht-akte --generate-key hafenlicht-akte.2.jwk")]
#[command(group = ArgGroup::new("key").required(true).multiple(false))]
pub(super) struct ReplaceKey {
    /// The client's identifier
    #[arg(value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    #[command(flatten)]
    key: KeyChoice,
    #[command(flatten)]
    common: CommonFlags,
}

impl ReplaceKey {
    async fn run(self) -> Result<(), Failure> {
        let key = self.key.take()?;
        let replaced = async {
            let installation = open(self.common).await?;
            let change = ClientChange::Credential(Credential::Key(key));
            let exchange = &installation.exchange;
            let replaced = exchange.change_client(&BY, &self.id, &change).await;
            installation.close().await;
            replaced.map_err(|error| about(&self.id, error))
        };
        self.key.keep_if(replaced.await)?;
        say(&format!("client {} has another key", self.id))?;
        self.key.tell()
    }
}

/// Where a client's key comes from.
#[derive(Debug, Args)]
struct KeyChoice {
    /// File with its public key, as JSON Web Key
    #[arg(long, value_name = "FILE", group = "key")]
    public_key: Option<PathBuf>,
    /// Make a key pair and write the private key, as JSON Web Key, to FILE (readable by its owner only)
    #[arg(long, value_name = "FILE", group = "key")]
    generate_key: Option<PathBuf>,
}

impl KeyChoice {
    /// The public key; a new pair's private key is written.
    fn take(&self) -> Result<ClientKey, Failure> {
        match (&self.public_key, &self.generate_key) {
            (Some(path), _) => {
                let jwk = fs::read_to_string(path)
                    .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
                acceptable(&jwk)
                    .map_err(|problem| Failure::new(format!("{}: {problem}", path.display())))
            }
            (None, Some(path)) => {
                let pair = key::new_pair(&OsEntropy)?;
                secret_file::create(path, &format!("{}\n", *pair.private_jwk()))?;
                acceptable(&pair.public_jwk()).map_err(Failure::new)
            }
            (None, None) => Err(Failure::new("a key is needed")),
        }
    }

    /// Passes a result on; a key that was just made and belongs to no client is removed.
    fn keep_if<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        if let (Err(_), Some(path)) = (&result, &self.generate_key) {
            let _ = fs::remove_file(path);
        }
        result
    }

    /// Says where a key that was made lies.
    fn tell(&self) -> Result<(), Failure> {
        if let Some(path) = &self.generate_key {
            say(&format!("its private key is in {}", path.display()))?;
        }
        Ok(())
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let key = self.key.take()?;
        let added = async {
            let installation = open(self.common).await?;
            let new = NewClient {
                id: self.id.clone(),
                organisation: OrganisationId::from_uuid(self.organisation),
                credential: Credential::Key(key),
                scopes: None,
            };
            let added = installation.exchange.add_client(&BY, &new).await;
            installation.close().await;
            added.map_err(Failure::from)
        };
        let client = self.key.keep_if(added.await)?;
        say(&format!(
            "added client {} of {}",
            client.id,
            client.organisation.name.as_str()
        ))?;
        self.key.tell()
    }
}

/// Commands are the operator's.
const BY: Operator = Operator::AtTheMachine;

/// What went wrong with a client, in words for whoever named it.
fn about(id: &ClientId, error: Error) -> Failure {
    match error {
        Error::NotFound => Failure::new(format!(
            "there is no client {id}; see: freigabe client list"
        )),
        other => other.into(),
    }
}

/// Checks a public key; a private one is refused before it can be stored.
pub(crate) fn acceptable(jwk: &str) -> Result<ClientKey, String> {
    if ClientKeyPair::from_private_jwk(jwk).is_ok() {
        return Err(
            "this is a private key; it must stay with the client. Register its public half: freigabe key public FILE"
                .to_owned(),
        );
    }
    freigabe_http::jwk_is_acceptable(jwk)
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let installation = open(self.common).await?;
        let found = all(async |last: Option<&RegisteredClient>| {
            let after = last.map(|client| &client.id);
            installation.exchange.clients(&BY, after, PAGE).await
        });
        let found = found.await;
        installation.close().await;
        let rows = found?.into_iter().map(|client| {
            [
                client.id.to_string(),
                client.organisation.role.to_string(),
                if client.active { "yes" } else { "no" }.to_owned(),
                client.organisation.id.to_string(),
                client.organisation.name.as_str().to_owned(),
            ]
        });
        table(["ID", "ROLE", "ACTIVE", "ORGANISATION", "NAME"], rows)?;
        Ok(())
    }
}
