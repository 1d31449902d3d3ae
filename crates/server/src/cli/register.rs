//! `freigabe register`

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use clap::{ArgGroup, Args};
use freigabe_client::{
    ClientKeyPair, Error,
    contract::{onboarding::PublicJwk, registration::ClientMetadata},
    register,
};
use freigabe_http::KeySetUri;
use zeroize::Zeroizing;

use super::{Failure, key, say};
use crate::{keys::secret_file, system::OsEntropy};

/// Register an invited client at a server: the partner's side
///
/// The operator of the server handed over a registration token, good once and for seven days. This command runs on the
/// partner's machine, makes the client's key there (or takes one), and registers its public half with the token. The private
/// key never leaves the machine. A token that is refused for what it was used with stays good; ask the operator for another
/// one if it is lost, used or over.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe register --server https://freigabe.example --token-file token --generate-key hafenlicht-akte.jwk
  freigabe register --server https://freigabe.example --token-file - --key hafenlicht-akte.jwk < token
  freigabe register --server https://freigabe.example --token-file token --jwks-uri https://hafenlicht.example/jwks.json")]
#[command(group = ArgGroup::new("key-choice").required(true).multiple(false))]
pub(super) struct Register {
    /// Address of the server
    #[arg(long, value_name = "URL")]
    server: String,
    /// File with the registration token; - is standard input
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// File with the client's private key, as JSON Web Key; only its public half is sent
    #[arg(long, value_name = "FILE", group = "key-choice")]
    key: Option<PathBuf>,
    /// Make a key pair and write the private key, as JSON Web Key, to FILE (readable by its owner only)
    #[arg(long, value_name = "FILE", group = "key-choice")]
    generate_key: Option<PathBuf>,
    /// Address at which the organisation publishes its public keys (https)
    #[arg(long, value_name = "URL", group = "key-choice")]
    jwks_uri: Option<String>,
}

impl Register {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let token = token(&self.token_file)?;
        let metadata = self.metadata()?;
        let registered = register(self.server.as_str(), token.trim(), &metadata).await;
        let registered = registered.map_err(|error| {
            // A key that was just made and is known to nobody is removed, unless nobody knows whether the server has it.
            if let (Some(path), false) = (&self.generate_key, matches!(error, Error::Transport(_)))
            {
                let _ = fs::remove_file(path);
            }
            self.explain(&error)
        })?;
        say(&format!(
            "registered client {}, which may: {}",
            registered.client_id.as_str(),
            registered.scope
        ))?;
        match self.key.as_ref().or(self.generate_key.as_ref()) {
            Some(path) => {
                if self.generate_key.is_some() {
                    say(&format!("its private key is in {}", path.display()))?;
                }
                say(&format!(
                    "sign in, for example: freigabe request --server {} --client {} --key {} /v1/offices",
                    self.server,
                    registered.client_id.as_str(),
                    path.display()
                ))?;
            }
            None => say("it signs in with any of the keys at that address")?,
        }
        Ok(())
    }

    fn metadata(&self) -> Result<ClientMetadata, Failure> {
        if let Some(address) = &self.jwks_uri {
            let address = KeySetUri::parse(address)
                .map_err(|problem| Failure::new(format!("--jwks-uri: {problem}")))?;
            return Ok(ClientMetadata::with_keys_at(address.as_str()));
        }
        let pair = match (&self.key, &self.generate_key) {
            (Some(path), _) => ClientKeyPair::from_private_jwk(&secret_file::read(path)?)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?,
            (None, Some(path)) => {
                let pair = key::new_pair(&OsEntropy)?;
                secret_file::create(path, &format!("{}\n", *pair.private_jwk()))?;
                pair
            }
            (None, None) => return Err(Failure::new("a key is needed")),
        };
        PublicJwk::parse(&pair.public_jwk())
            .map(ClientMetadata::with_key)
            .ok_or_else(|| Failure::new("the key has no public half"))
    }

    /// What went wrong, with what may help.
    fn explain(&self, error: &Error) -> Failure {
        let hint = match error {
            Error::Transport(_) => {
                " (is the server running? whether it registered the client nobody knows; the key is kept: try again with --key)"
            }
            Error::Registration(refused) if refused.error == "invalid_token" => {
                " (the token is unknown, over, used, or was replaced by a later one: ask the operator for another)"
            }
            _ => "",
        };
        Failure::new(format!("{}: {error}{hint}", self.server))
    }
}

fn token(file: &Path) -> Result<Zeroizing<String>, Failure> {
    if file.as_os_str() != "-" {
        return Ok(secret_file::read(file)?);
    }
    let mut token = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(1024)
        .read_to_string(&mut token)?;
    Ok(token)
}
