//! `freigabe log status`

use clap::Args;
use freigabe_domain::log::{LogHead, StoredCheckpoint};
use freigabe_ledger::{Note, Policy};

use crate::{
    cli::{Failure, quiet_settings, say, warn},
    settings::CommonFlags,
    wiring::{Installation, Pending},
};

/// Tell how far the disclosure log is, and who cosigned it
///
/// Reads the database only; no witness is asked. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe log status")]
pub(in crate::cli) struct Status {
    #[command(flatten)]
    common: CommonFlags,
}

impl Status {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = quiet_settings(self.common)?;
        let installation = Installation::open(&settings, Pending::ApplyToSqlite).await?;
        installation.notices.iter().for_each(|notice| warn(notice));
        let lines = lines(&installation).await;
        installation.close().await;
        for line in lines? {
            say(&line)?;
        }
        Ok(())
    }
}

async fn lines(installation: &Installation) -> Result<Vec<String>, Failure> {
    let exchange = &installation.exchange;
    let rules = exchange.log_rules();
    let mut former = exchange.logs().await?;
    let waiting = row(
        "waiting",
        &format!("{} events", exchange.pending_events().await?),
    );
    let Some(newest) = former.pop() else {
        return Ok(vec![
            format!("the log {} has not begun", rules.origin),
            waiting,
        ]);
    };
    let mut lines = vec![
        format!("log {}: {}", newest.generation, newest.origin),
        row("leaves", &newest.size.to_string()),
        waiting,
    ];
    let signed = exchange.signed_checkpoint().await?;
    lines.push(row("signed", &reached(signed.as_ref())));
    let published = exchange.published_checkpoint(None).await?;
    lines.push(row("published", &reached(published.as_ref())));
    if let Some(since) = newest.unpublished_since {
        lines.push(row("unpublished", &format!("since {since}")));
    }
    for signer in &rules.signers {
        lines.push(row("key", &signer.verifier().to_string()));
    }
    match &rules.policy {
        None => lines.push(row("witnesses", "none are asked for (log_policy_file)")),
        Some(policy) => lines.extend(witnesses(policy, signed.as_ref())),
    }
    lines.extend(former.iter().map(ended));
    Ok(lines)
}

fn row(name: &str, value: &str) -> String {
    format!("  {name:12} {value}")
}

fn reached(checkpoint: Option<&StoredCheckpoint>) -> String {
    checkpoint.map_or_else(
        || "nothing yet".to_owned(),
        |checkpoint| {
            format!(
                "{} leaves at {}, root {}",
                checkpoint.size, checkpoint.signed_at, checkpoint.root
            )
        },
    )
}

/// Who cosigned what was signed last.
fn witnesses(policy: &Policy, signed: Option<&StoredCheckpoint>) -> Vec<String> {
    let note = signed.and_then(|signed| Note::parse(&signed.note).ok());
    let quorum = policy.quorum().unwrap_or("none");
    let mut lines = vec![row("quorum", quorum)];
    for witness in policy.witnesses() {
        let time = note.as_ref().map(|note| witness.verifier.cosigned(note));
        let said = match time {
            Some(Ok(Some(time))) => format!("cosigned this at {}", moment(time)),
            Some(Err(_)) => "there is a wrong signature in its name".to_owned(),
            _ => "has not cosigned this".to_owned(),
        };
        lines.push(row("witness", &format!("{}: {said}", witness.name)));
    }
    lines
}

/// A witness's time, as others are written.
fn moment(seconds: u64) -> String {
    let micros = i64::try_from(seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000);
    freigabe_domain::instant::Instant::from_unix_micros(micros).to_string()
}

fn ended(log: &LogHead) -> String {
    format!(
        "former log {}: {}, {} leaves, root {}",
        log.generation, log.origin, log.size, log.root
    )
}
