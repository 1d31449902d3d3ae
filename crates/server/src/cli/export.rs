//! `freigabe export`

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use freigabe_client::{
    AuditFilter, Export as Exported, ExportQuery,
    contract::{
        OfficeId, Pseudonym, Timestamp,
        vocabulary::{
            Category, ExportFormat, LegalBasis, Operation, Outcome, Purpose, RefusalReason,
        },
    },
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use uuid::Uuid;

use super::{Failure, say, token::SignIn};

/// Export the log of a running server, or what matches in it, to a file: for auditors
///
/// Without conditions and without a range the whole published log is exported, leaf by leaf. NDJSON can be verified with
/// `freigabe verify`; a range is complete, so that nothing can be left out of it. CSV is for spreadsheets, FHIR for systems that
/// take AuditEvent resources. The file has its name only when it is complete: until then it is FILE.part. The export is in
/// the log itself, with what was asked.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe export --client bfdi.pruefung --key bfdi.jwk --output log.ndjson
  freigabe export --client bfdi.pruefung --key bfdi.jwk --from-leaf 0 --to-leaf 4096 --output first.ndjson
  freigabe export --client bfdi.pruefung --key bfdi.jwk --format csv --outcome refused --from 2026-01-01T00:00:00Z --output refused.csv")]
pub(super) struct Export {
    #[command(flatten)]
    sign_in: SignIn,
    /// File to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// How it is written: ndjson, csv or fhir
    #[arg(long, default_value = "ndjson", value_parser = |text: &str| ExportFormat::from_code(text))]
    format: ExportFormat,
    /// Index of the first leaf of a range
    #[arg(long, value_name = "INDEX")]
    from_leaf: Option<u64>,
    /// Index after the last leaf of a range [default: the size of the published log]
    #[arg(long, value_name = "INDEX")]
    to_leaf: Option<u64>,
    #[command(flatten)]
    conditions: Conditions,
}

/// What events must meet, all of it.
#[derive(Debug, Args)]
struct Conditions {
    /// Not before this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = |text: &str| Timestamp::parse(text))]
    from: Option<Timestamp>,
    /// Before this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = |text: &str| Timestamp::parse(text))]
    until: Option<Timestamp>,
    /// Done by this client
    #[arg(long, value_name = "CLIENT")]
    actor: Option<String>,
    /// On behalf of this person, by the partner's own reference
    #[arg(long, value_name = "REFERENCE")]
    user: Option<String>,
    /// Done by this organisation, or about one of its consents
    #[arg(long, value_name = "ID")]
    organisation: Option<Uuid>,
    /// Addressed to this office
    #[arg(long, value_name = "OFFICE")]
    recipient: Option<String>,
    /// Of this kind, such as disclosure_collected
    #[arg(long, value_name = "CODE", value_parser = |text: &str| Operation::from_code(text))]
    operation: Option<Operation>,
    /// For this purpose
    #[arg(long, value_name = "CODE", value_parser = |text: &str| Purpose::from_code(text))]
    purpose: Option<Purpose>,
    /// On this legal basis
    #[arg(long, value_name = "CODE", value_parser = |text: &str| LegalBasis::from_code(text))]
    legal_basis: Option<LegalBasis>,
    /// With this outcome: done, refused or denied
    #[arg(long, value_name = "CODE", value_parser = |text: &str| Outcome::from_code(text))]
    outcome: Option<Outcome>,
    /// Refused for this reason, among others
    #[arg(long, value_name = "CODE", value_parser = |text: &str| RefusalReason::from_code(text))]
    refusal_reason: Option<RefusalReason>,
    /// With an item of this category
    #[arg(long, value_name = "CODE", value_parser = |text: &str| Category::from_code(text))]
    category: Option<Category>,
    /// Of this case
    #[arg(long, value_name = "ID")]
    case: Option<Uuid>,
    /// Of this consent
    #[arg(long, value_name = "ID")]
    consent: Option<Uuid>,
    /// Of this revision of the consent
    #[arg(long, value_name = "NUMBER", requires = "consent")]
    revision: Option<u32>,
    /// Of the person with this pseudonym
    #[arg(long, value_name = "PSEUDONYM")]
    pseudonym: Option<String>,
    /// A use of the log that found at least so many events
    #[arg(long, value_name = "NUMBER")]
    min_hits: Option<u64>,
    /// A use of the log that found at most so many events
    #[arg(long, value_name = "NUMBER")]
    max_hits: Option<u64>,
    /// A use of the log in which somebody asked for this case, consent or pseudonym
    #[arg(long, value_name = "ID")]
    queried: Option<String>,
}

impl Conditions {
    fn filter(&self) -> AuditFilter {
        AuditFilter {
            from: self.from,
            until: self.until,
            actor: self.actor.clone(),
            user: self.user.clone(),
            organisation: self.organisation,
            recipient: self.recipient.as_deref().map(OfficeId::from),
            operation: self.operation,
            purpose: self.purpose,
            legal_basis: self.legal_basis,
            outcome: self.outcome,
            refusal_reason: self.refusal_reason,
            category: self.category,
            case: self.case,
            consent: self.consent,
            revision: self.revision,
            event: None,
            pseudonym: self.pseudonym.clone().map(Pseudonym::from),
            min_hits: self.min_hits,
            max_hits: self.max_hits,
            queried: self.queried.clone(),
            retention: None,
        }
    }
}

impl Export {
    pub(super) async fn run(self) -> Result<(), Failure> {
        if self.output.exists() {
            let there = self.output.display();
            return Err(Failure::new(format!("{there} is there already")));
        }
        let client = self.sign_in.client()?.build()?;
        let query = ExportQuery {
            format: self.format,
            from_leaf: self.from_leaf,
            to_leaf: self.to_leaf,
        };
        let export = client
            .export_audit_events(&query, &self.conditions.filter())
            .await
            .map_err(|error| self.sign_in.explain(&error))?;
        let part = Part::create(&self.output)?;
        let bar = bar(export.records());
        let written = written(export, &part, self.format, &bar).await;
        bar.finish_and_clear();
        let records = written.map_err(|problem| {
            let kept = part.path.display();
            Failure::new(format!("{problem}; what came so far is in {kept}"))
        })?;
        part.complete(&self.output)?;
        say(&format!("{records} records in {}", self.output.display()))?;
        Ok(())
    }
}

/// Writes all pieces; how many records there were, if they are all there.
async fn written(
    mut export: Exported,
    part: &Part,
    format: ExportFormat,
    bar: &ProgressBar,
) -> Result<u64, String> {
    let mut out = BufWriter::new(&part.file);
    let mut count = Count::of(format);
    while let Some(piece) = export.piece().await.map_err(|error| error.to_string())? {
        out.write_all(&piece).map_err(|error| error.to_string())?;
        count.read(&piece);
        bar.set_position(count.records());
    }
    out.flush().map_err(|error| error.to_string())?;
    part.file.sync_all().map_err(|error| error.to_string())?;
    count.checked(export.records())
}

/// A file that is being written, beside the one that it will be.
struct Part {
    file: File,
    path: PathBuf,
}

impl Part {
    fn create(output: &Path) -> io::Result<Self> {
        let mut name = output.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Who reads the log is not for others on the machine to know.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            file: options.open(&path)?,
            path,
        })
    }

    fn complete(self, output: &Path) -> io::Result<()> {
        drop(self.file);
        fs::rename(&self.path, output)
    }
}

fn bar(records: u64) -> ProgressBar {
    let bar = ProgressBar::new(records);
    if !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:40} {human_pos} of {human_len} records, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    bar
}

/// Counts records as they pass by, without keeping any.
struct Count {
    format: ExportFormat,
    lines: u64,
    /// CSV: within a cell, where a line break ends no line.
    quoted: bool,
    /// The present line, as far as it may matter: the end line is short.
    line: Vec<u8>,
    last: Vec<u8>,
}

/// A line is kept up to this length.
const KEPT: usize = 128;

impl Count {
    const fn of(format: ExportFormat) -> Self {
        Self {
            format,
            lines: 0,
            quoted: false,
            line: Vec::new(),
            last: Vec::new(),
        }
    }

    fn read(&mut self, piece: &[u8]) {
        for byte in piece {
            match byte {
                b'"' if self.format == ExportFormat::Csv => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    self.lines += 1;
                    self.last = std::mem::take(&mut self.line);
                    continue;
                }
                _ => {}
            }
            if self.line.len() < KEPT {
                self.line.push(*byte);
            }
        }
    }

    /// Records so far: lines without those that are none.
    fn records(&self) -> u64 {
        let others = match self.format {
            ExportFormat::Ndjson if self.has_end() => 2,
            ExportFormat::Ndjson | ExportFormat::Csv => 1,
            ExportFormat::Fhir => 0,
        };
        self.lines.saturating_sub(others)
    }

    fn has_end(&self) -> bool {
        self.last.starts_with(b"{\"type\":\"end\"")
    }

    fn checked(&self, promised: u64) -> Result<u64, String> {
        let records = self.records();
        if !self.line.is_empty() || (self.format == ExportFormat::Ndjson && !self.has_end()) {
            return Err("the export was cut off".to_owned());
        }
        if records != promised {
            return Err(format!(
                "the export holds {records} records, but {promised} were announced: it was cut off, or events were erased meanwhile"
            ));
        }
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(format: ExportFormat, text: &str) -> Count {
        let mut count = Count::of(format);
        // As pieces arrive: broken anywhere.
        for piece in text.as_bytes().chunks(3) {
            count.read(piece);
        }
        count
    }

    #[test]
    fn an_export_is_complete_when_all_its_records_and_its_end_are_there() {
        let ndjson = "{\"type\":\"freigabe-log-export/v1\"}\n{\"index\":0}\n{\"index\":1}\n{\"type\":\"end\",\"count\":2}\n";
        assert_eq!(counted(ExportFormat::Ndjson, ndjson).checked(2), Ok(2));
        assert!(counted(ExportFormat::Ndjson, ndjson).checked(3).is_err());
        for end in 0..ndjson.len() {
            let cut = counted(ExportFormat::Ndjson, &ndjson[..end]);
            assert!(cut.checked(2).is_err(), "cut at {end}");
        }
        let csv =
            "\"id\",\"answer\"\r\n\"1\",\"two\r\nlines, and \"\"quotes\"\"\"\r\n\"2\",\"\"\r\n";
        assert_eq!(counted(ExportFormat::Csv, csv).checked(2), Ok(2));
        for end in 0..csv.len() {
            let cut = counted(ExportFormat::Csv, &csv[..end]);
            assert!(cut.checked(2).is_err(), "cut at {end}");
        }
        let fhir = "{\"resourceType\":\"AuditEvent\"}\n{\"resourceType\":\"AuditEvent\"}\n";
        assert_eq!(counted(ExportFormat::Fhir, fhir).checked(2), Ok(2));
        for end in 0..fhir.len() {
            let cut = counted(ExportFormat::Fhir, &fhir[..end]);
            assert!(cut.checked(2).is_err(), "cut at {end}");
        }
        assert_eq!(counted(ExportFormat::Fhir, "").checked(0), Ok(0));
    }
}
