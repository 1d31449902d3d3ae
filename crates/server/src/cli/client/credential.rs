//! What a client is known by, as the command line says it.

use std::{fs, path::PathBuf};

use clap::Args;
use freigabe_client::ClientKeyPair;
use freigabe_domain::access::{AtIssuer, ClientKey, Credential};
use freigabe_http::KeySetUri;

use crate::{
    cli::{Failure, key, say},
    keys::secret_file,
    system::OsEntropy,
};

/// What a client is known by.
#[derive(Debug, Args)]
pub(super) struct CredentialChoice {
    /// File with its public key, as JSON Web Key
    #[arg(long, value_name = "FILE", group = "key")]
    public_key: Option<PathBuf>,
    /// Make a key pair and write the private key, as JSON Web Key, to FILE (readable by its owner only)
    #[arg(long, value_name = "FILE", group = "key")]
    generate_key: Option<PathBuf>,
    /// Address at which its organisation publishes its public keys (https)
    #[arg(long, value_name = "URL", group = "key")]
    jwks_uri: Option<String>,
    /// Another issuer from which it gets its tokens, exactly as they name it
    #[arg(long, value_name = "URL", group = "key", requires = "issuer_client_id")]
    issuer: Option<String>,
    /// The client's identifier at that issuer
    #[arg(long, value_name = "ID", requires = "issuer")]
    issuer_client_id: Option<String>,
}

impl CredentialChoice {
    /// The credential; a new pair's private key is written.
    pub(super) fn take(&self) -> Result<Credential, Failure> {
        if let Some(path) = &self.public_key {
            let about = |problem: String| Failure::new(format!("{}: {problem}", path.display()));
            let jwk = fs::read_to_string(path).map_err(|error| about(error.to_string()))?;
            return acceptable(&jwk).map(Credential::Key).map_err(about);
        }
        if let Some(path) = &self.generate_key {
            let pair = key::new_pair(&OsEntropy)?;
            secret_file::create(path, &format!("{}\n", *pair.private_jwk()))?;
            let key = acceptable(&pair.public_jwk()).map_err(Failure::new)?;
            return Ok(Credential::Key(key));
        }
        let about =
            |flag: &'static str| move |problem: String| Failure::new(format!("{flag}: {problem}"));
        if let Some(address) = &self.jwks_uri {
            return KeySetUri::parse(address)
                .map(|address| Credential::KeySet(address.into()))
                .map_err(|error| about("--jwks-uri")(error.to_string()));
        }
        match (&self.issuer, &self.issuer_client_id) {
            (Some(issuer), Some(client)) => Ok(Credential::Issuer(AtIssuer {
                issuer: freigabe_http::issuer_is_acceptable(issuer).map_err(about("--issuer"))?,
                client: freigabe_http::client_at_issuer_is_acceptable(client)
                    .map_err(about("--issuer-client-id"))?,
            })),
            _ => Err(Failure::new("a key is needed")),
        }
    }

    /// Passes a result on; a key that was just made and belongs to no client is removed.
    pub(super) fn keep_if<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        if let (Err(_), Some(path)) = (&result, &self.generate_key) {
            let _ = fs::remove_file(path);
        }
        result
    }

    /// Says where a key that was made lies.
    pub(super) fn tell(&self) -> Result<(), Failure> {
        if let Some(path) = &self.generate_key {
            say(&format!("its private key is in {}", path.display()))?;
        }
        Ok(())
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
