//! `freigabe client`

use std::{fs, path::PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use freigabe_client::ClientKeyPair;
use freigabe_domain::{
    access::{ClientId, ClientKey},
    ids::OrganisationId,
};
use uuid::Uuid;

use super::{Failure, key, organisation::open, output::table, say};
use crate::{keys::secret_file, settings::CommonFlags, system::OsEntropy};

/// Add and list clients: the machines that speak for an organisation
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(Add),
    List(List),
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
    /// File with its public key, as JSON Web Key
    #[arg(long, value_name = "FILE", group = "key")]
    public_key: Option<PathBuf>,
    /// Make a key pair and write the private key, as JSON Web Key, to FILE (readable by its owner only)
    #[arg(long, value_name = "FILE", group = "key")]
    generate_key: Option<PathBuf>,
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
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let key = match (&self.public_key, &self.generate_key) {
            (Some(path), _) => {
                let jwk = fs::read_to_string(path)
                    .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
                acceptable(&jwk)
                    .map_err(|problem| Failure::new(format!("{}: {problem}", path.display())))?
            }
            (None, Some(path)) => {
                let pair = key::new_pair(&OsEntropy)?;
                secret_file::create(path, &format!("{}\n", *pair.private_jwk()))?;
                acceptable(&pair.public_jwk()).map_err(Failure::new)?
            }
            (None, None) => return Err(Failure::new("a key is needed")),
        };
        let added = async {
            let installation = open(self.common).await?;
            let organisation = OrganisationId::from_uuid(self.organisation);
            let added = installation
                .exchange
                .add_client(self.id.clone(), organisation, key)
                .await;
            installation.close().await;
            added.map_err(Failure::from)
        };
        match (added.await, self.generate_key) {
            (Ok(client), made) => {
                say(&format!(
                    "added client {} of {}",
                    client.id,
                    client.organisation.name.as_str()
                ))?;
                if let Some(path) = made {
                    say(&format!("its private key is in {}", path.display()))?;
                }
                Ok(())
            }
            (Err(failure), Some(path)) => {
                // The key that was just made belongs to no client.
                let _ = fs::remove_file(path);
                Err(failure)
            }
            (Err(failure), None) => Err(failure),
        }
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
        let found = installation.exchange.clients().await;
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
