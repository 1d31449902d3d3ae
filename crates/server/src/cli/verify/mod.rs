//! `freigabe verify`

mod file;
mod package;
mod public;
mod text;
mod words;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use freigabe_domain::instant::{Clock as _, Instant};
use freigabe_ledger::{
    Note, NoteVerifier, Policy,
    verify::{GivenReceipt, Report, Setup, Trust},
};

use super::{Failure, output::say_text};
use crate::{language::Language, system::SystemClock};

/// Exit status when there is nothing that could be verified.
const UNUSABLE: u8 = 2;
/// Ending of the files in which receipts are kept.
const RECEIPT: &str = "receipt";

/// Verify the disclosure log: an export, the public log of a server, or the evidence of one event
///
/// Needs no trust in the operator: only the keys of the log and of its witnesses, which you must have from elsewhere. Checked
/// are signatures, the quorum of witnesses, that the log only grew since the checkpoint that you saw last, that every event is
/// the one that its leaf commits to, that the columns by which auditors search say what the events say, that consents stand
/// before the disclosures that rely on them, that receipts were honoured, that nothing is left out of a range, and that every
/// event that is gone was erased by the calendar or by an erasure that the log tells of.
///
/// The event's contents are in an export (freigabe export) and in packages of evidence; the public log has none.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0 verified; 1 something is wrong, the report says what; 2 there was nothing that could be verified.

Each leaf of an export is one of:
  OPEN     the event is there, and is the one that the leaf commits to
  EXPIRED  the year that the leaf names is over, and the event is gone, as the law asks
  ERASED   the event is gone, and the log tells which erasure took it, and on which legal basis
  MISSING  the event is gone, and nothing explains it: a violation

Examples:
  freigabe verify log.ndjson --policy log.policy
  freigabe verify log.ndjson --policy log.policy --last-seen seen.note --update-last-seen --language de
  freigabe verify https://freigabe.example --policy log.policy --receipts receipts
  freigabe verify freigabe-evidence-019a….zip --key 'freigabe.example/log+1f3a5b7c+AQ…'
  freigabe verify log.ndjson --policy log.policy --format json --output report.json")]
pub(super) struct Verify {
    /// An export (NDJSON), a package of evidence (.zip), or the address of a server
    #[arg(value_name = "FILE|URL")]
    what: String,
    /// Whom to trust: keys of the log and its witnesses, and how many must cosign (C2SP tlog-policy)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A key of the log (as `freigabe log key` prints it); may be given several times. Without --policy no witness is required
    #[arg(long, value_name = "VKEY", value_parser = |text: &str| NoteVerifier::parse(text))]
    key: Vec<NoteVerifier>,
    /// The checkpoint that you saw last
    #[arg(long, value_name = "FILE")]
    last_seen: Option<PathBuf>,
    /// Put the verified checkpoint in place of the one that was seen last, if nothing is wrong
    #[arg(long, requires = "last_seen")]
    update_last_seen: bool,
    /// A folder with receipts (*.receipt), as `freigabe request --receipts` keeps them
    #[arg(long, value_name = "FOLDER")]
    receipts: Option<PathBuf>,
    /// Verify as of this time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME", value_parser = |text: &str| Instant::parse(text))]
    at: Option<Instant>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the report
    #[arg(long, value_enum, default_value_t)]
    language: Language,
    /// Write the report to this file rather than to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl Verify {
    pub(super) async fn run(self) -> ExitCode {
        match self.verify().await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(failure) => {
                failure.report();
                ExitCode::from(UNUSABLE)
            }
        }
    }

    async fn verify(&self) -> Result<bool, Failure> {
        let verified = if self.what.starts_with("http://") || self.what.starts_with("https://") {
            public::verify(&self.what, &self.setup()?).await?
        } else {
            let path = Path::new(&self.what);
            let package = path.extension().is_some_and(|ending| ending == "zip");
            if package {
                self.evidence(path)?
            } else {
                file::verify(path, &self.setup()?)?
            }
        };
        let report = match self.format {
            Format::Text => text::written(&verified.report, self.language),
            Format::Json => json(&verified.report)?,
        };
        match &self.output {
            Some(file) => put(file, report.as_bytes())?,
            None => say_text(&report)?,
        }
        if let (true, true, Some(file)) = (
            verified.report.verified,
            self.update_last_seen,
            &self.last_seen,
        ) {
            put(file, verified.checkpoint.as_bytes())?;
        }
        Ok(verified.report.verified)
    }

    fn evidence(&self, path: &Path) -> Result<Verified, Failure> {
        if self.last_seen.is_some() || self.receipts.is_some() {
            return Err(Failure::new(
                "the evidence of one event tells nothing about receipts or an earlier checkpoint; leave --last-seen and --receipts out",
            ));
        }
        let trust = self.trust()?;
        package::verify(path, trust, self.at())
    }

    fn setup(&self) -> Result<Setup, Failure> {
        let trust = self.trust()?.ok_or_else(|| {
            Failure::new(
                "say whom to trust: --policy FILE, or --key VKEY, from whoever you had it handed over by",
            )
        })?;
        Ok(Setup {
            trust,
            last_seen: self.last_seen()?,
            receipts: self.receipts()?,
            at: self.at(),
        })
    }

    fn at(&self) -> u64 {
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        u64::try_from(at.as_unix_seconds()).unwrap_or_default()
    }

    fn trust(&self) -> Result<Option<Trust>, Failure> {
        let policy = match &self.policy {
            None if self.key.is_empty() => return Ok(None),
            None => None,
            Some(file) => {
                let bytes = read(file)?;
                let policy = Policy::parse(bytes);
                Some(policy.map_err(|error| about(file, error))?)
            }
        };
        let trust = Trust::new(policy, self.key.clone());
        trust
            .map(Some)
            .map_err(|error| Failure::new(error.to_string()))
    }

    /// The first time there is nothing that was seen, if it is to be written afterwards.
    fn last_seen(&self) -> Result<Option<Note>, Failure> {
        let Some(file) = &self.last_seen else {
            return Ok(None);
        };
        match fs::read(file) {
            Ok(bytes) => Note::parse(bytes)
                .map(Some)
                .map_err(|error| about(file, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.update_last_seen => {
                Ok(None)
            }
            Err(error) => Err(about(file, error)),
        }
    }

    fn receipts(&self) -> Result<Vec<GivenReceipt>, Failure> {
        let Some(folder) = &self.receipts else {
            return Ok(Vec::new());
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| about(folder, error))? {
            let path = entry.map_err(|error| about(folder, error))?.path();
            if path.extension().is_some_and(|ending| ending == RECEIPT) {
                files.push(path);
            }
        }
        files.sort_unstable();
        files
            .into_iter()
            .map(|path| {
                let name = path.file_name().unwrap_or_default();
                Ok(GivenReceipt {
                    name: name.to_string_lossy().into_owned(),
                    bytes: read(&path)?,
                })
            })
            .collect()
    }
}

/// What came of a verification.
struct Verified {
    report: Report,
    /// The checkpoint's note.
    checkpoint: String,
}

fn json(report: &Report) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::new(format!("the report can't be written: {error}")))?;
    text.push('\n');
    Ok(text)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| about(file, error))
}

/// Writes a file whole or not at all.
fn put(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, file))
        .map_err(|error| about(file, error))
}

fn about(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {error}", file.display()))
}
