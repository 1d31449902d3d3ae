//! `freigabe witness key`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use freigabe_domain::entropy::Entropy as _;
use freigabe_ledger::CosignatureSigner;
use zeroize::Zeroizing;

use crate::{
    cli::{Failure, say, warn},
    keys::secret_file,
    system::OsEntropy,
};

/// Make the key of a witness, and print its public half
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Key {
    Generate(Generate),
    Public(Public),
}

/// Make a key and write it to a file that only its owner can read
///
/// Prints the public key (C2SP signed-note), which goes into the policy of the log's operator and of whoever verifies. An
/// existing file is never overwritten.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe witness key generate witness.key --name witness.hafenlicht.example")]
pub(in crate::cli) struct Generate {
    /// Where to write it
    #[arg(value_name = "OUTFILE")]
    file: PathBuf,
    /// Name of the witness, such as a host of one's own; without spaces and plus signs
    #[arg(long)]
    name: String,
}

/// Print the public half of a witness's key
#[derive(Debug, Args)]
pub(in crate::cli) struct Public {
    /// File with the key
    file: PathBuf,
}

impl Key {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Generate(generate) => generate.run(),
            Self::Public(Public { file }) => Ok(say(&read(&file)?.verifier().to_string())?),
        }
    }
}

impl Generate {
    fn run(self) -> Result<(), Failure> {
        let mut seed = Zeroizing::new([0; 32]);
        OsEntropy.fill(seed.as_mut_slice())?;
        let key = CosignatureSigner::from_seed(&self.name, &seed)
            .map_err(|error| Failure::new(format!("--name: {error}")))?;
        secret_file::create(&self.file, &format!("{}\n", *key.to_text()))?;
        warn(&format!("wrote {}", self.file.display()));
        say(&key.verifier().to_string())?;
        Ok(())
    }
}

/// The key in a file.
pub(super) fn read(path: &Path) -> Result<CosignatureSigner, Failure> {
    CosignatureSigner::parse(secret_file::read(path)?.trim()).map_err(|error| {
        Failure::new(format!(
            "{}: {error}; make one with: freigabe witness key generate FILE --name NAME",
            path.display()
        ))
    })
}
