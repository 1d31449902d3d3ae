//! `freigabe directory`

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use freigabe_client::contract::vocabulary::DirectoryFormat;
use freigabe_domain::access::{Keeper, Operator};
use freigabe_http::directory::files::{ImportError, export_file, import_file};

use super::{Failure, organisation::open, say, warn};
use crate::settings::CommonFlags;

/// Bring counselling centres into the directory, and take it along
#[derive(Debug, Subcommand)]
pub(super) enum Directory {
    Import(Import),
    Export(Export),
}

/// Bring in the counselling centres of a file: all of them, or none
///
/// New entries are added, those that say something else are changed; the same file again changes nothing. Every fault is told with its
/// line and column, or its place in the JSON, and nothing is half brought in. What is brought in can be found at once and says that nobody
/// has confirmed it yet: that is for the coordination to do.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe directory import centres.csv --rehearse      # what would become of it
  freigabe directory import centres.csv
  freigabe directory import hsds.zip                    # Open Referral HSDS 3, tabular data package")]
pub(super) struct Import {
    /// The file; - for standard input
    file: PathBuf,
    /// How it is written: hsds_json, hsds_package, csv [default: by its name: .json, .zip, .csv]
    #[arg(long, value_parser = |code: &str| DirectoryFormat::from_code(code))]
    format: Option<DirectoryFormat>,
    /// Only say what would become of the entries
    #[arg(long)]
    rehearse: bool,
    #[command(flatten)]
    common: CommonFlags,
}

/// Take all counselling centres along into a file
///
/// Another directory can read it; the same directory is the same bytes.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file; - for standard output
    file: PathBuf,
    /// How to write it: hsds_json, hsds_package, csv [default: by its name: .json, .zip, .csv]
    #[arg(long, value_parser = |code: &str| DirectoryFormat::from_code(code))]
    format: Option<DirectoryFormat>,
    #[command(flatten)]
    common: CommonFlags,
}

impl Directory {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run().await,
            Self::Export(export) => export.run().await,
        }
    }
}

impl Import {
    async fn run(self) -> Result<(), Failure> {
        let format = format_of(self.format, &self.file)?;
        let bytes = read(&self.file)?;
        let installation = open(self.common).await?;
        let keeper = Keeper::Operator(Operator::AtTheMachine);
        let exchange = installation.exchange.as_ref();
        let done = import_file(exchange, &keeper, format, &bytes, self.rehearse).await;
        installation.close().await;
        let outcome = done.map_err(|error| match error {
            ImportError::Faults(faults) => {
                for fault in &faults {
                    warn(fault);
                }
                let count = faults.len();
                Failure::new(format!(
                    "nothing was brought in: {count} faults in the file"
                ))
            }
            ImportError::Failed(error) => Failure::new(error.to_string()),
        })?;
        let (added, changed, unchanged) = (outcome.added, outcome.changed, outcome.unchanged);
        let rehearsed = if self.rehearse {
            " (only a rehearsal)"
        } else {
            ""
        };
        say(&format!(
            "{added} added, {changed} changed, {unchanged} as they were{rehearsed}"
        ))?;
        Ok(())
    }
}

impl Export {
    async fn run(self) -> Result<(), Failure> {
        let format = format_of(self.format, &self.file)?;
        let installation = open(self.common).await?;
        let file = export_file(installation.exchange.as_ref(), format).await;
        installation.close().await;
        let file = file.map_err(|error| Failure::new(error.to_string()))?;
        let written = if self.file.as_os_str() == "-" {
            std::io::stdout().lock().write_all(&file)
        } else {
            fs::write(&self.file, &file)
        };
        written.map_err(|error| {
            Failure::new(format!("{} can't be written: {error}", self.file.display()))
        })
    }
}

/// What was said, or what the file's name says.
fn format_of(said: Option<DirectoryFormat>, file: &Path) -> Result<DirectoryFormat, Failure> {
    let named = match file.extension().and_then(|ending| ending.to_str()) {
        Some("json") => Some(DirectoryFormat::HsdsJson),
        Some("zip") => Some(DirectoryFormat::HsdsPackage),
        Some("csv") => Some(DirectoryFormat::Csv),
        _ => None,
    };
    said.or(named).ok_or_else(|| {
        Failure::new("say how the file is written: --format hsds_json, hsds_package, or csv")
    })
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    } else {
        fs::read(file)
    };
    read.map_err(|error| Failure::new(format!("{} can't be read: {error}", file.display())))
}
