//! `freigabe key`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use freigabe_client::{ClientKeyPair, KeyError, RandomnessError};
use freigabe_domain::entropy::Entropy;
use freigabe_storage::MasterKey;

use super::{Failure, say, warn};
use crate::{
    keys::{secret_file, signing},
    system::OsEntropy,
};

/// Make keys: for clients, and for an installation
#[derive(Debug, Subcommand)]
pub(super) enum Key {
    Generate(Generate),
    Public(Public),
}

/// Make a key and write it to a file that only its owner can read
///
/// Without a flag it is a client's key pair (Ed25519, JSON Web Key): the private key goes to the file, the public key to
/// standard output, for `freigabe client add --public-key`. An existing file is never overwritten.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe key generate hafenlicht-akte.jwk > hafenlicht-akte.public.jwk
  freigabe key generate --master /etc/freigabe/master.key
  freigabe key generate --token-signing /etc/freigabe/token.key
  freigabe key generate --log-signing /etc/freigabe/log.key")]
pub(super) struct Generate {
    /// Where to write it
    #[arg(value_name = "OUTFILE")]
    file: PathBuf,
    /// Make a master key, which protects all content of an installation
    #[arg(long, group = "kind")]
    master: bool,
    /// Make a key that signs an installation's access tokens
    #[arg(long, group = "kind")]
    token_signing: bool,
    /// Make a key that signs an installation's disclosure log; `freigabe log key` prints its public half
    #[arg(long, group = "kind")]
    log_signing: bool,
}

/// Print the public half of a client's private key
#[derive(Debug, Args)]
pub(super) struct Public {
    /// File with the private key
    file: PathBuf,
}

impl Key {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Generate(generate) => generate.run(),
            Self::Public(Public { file }) => {
                let jwk = secret_file::read(&file)?;
                let pair = ClientKeyPair::from_private_jwk(&jwk)
                    .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
                Ok(say(&pair.public_jwk())?)
            }
        }
    }
}

impl Generate {
    fn run(self) -> Result<(), Failure> {
        if self.master {
            let key = MasterKey::generate(&OsEntropy)?.to_base64();
            write(&self.file, &format!("{}\n", *key))?;
            warn(
                "keep a copy in a safe place apart from the database; whoever loses this key loses all content",
            );
        } else if self.token_signing || self.log_signing {
            write(&self.file, &signing::generate(&OsEntropy)?)?;
        } else {
            let pair = new_pair(&OsEntropy)?;
            write(&self.file, &format!("{}\n", *pair.private_jwk()))?;
            say(&pair.public_jwk())?;
        }
        Ok(())
    }
}

fn write(path: &Path, secret: &str) -> Result<(), Failure> {
    secret_file::create(path, secret)?;
    warn(&format!("wrote {}", path.display()));
    Ok(())
}

/// A client's new key pair.
pub(crate) fn new_pair(entropy: &dyn Entropy) -> Result<ClientKeyPair, KeyError> {
    ClientKeyPair::generate(&|buffer: &mut [u8]| entropy.fill(buffer).map_err(|_| RandomnessError))
}
