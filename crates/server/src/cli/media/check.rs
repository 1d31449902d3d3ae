//! `freigabe media check`

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use clap::Args;
use freigabe_client::{
    Client, MediaReferenceFilter, PageQuery,
    contract::{
        prevention::{MediaPlace, MediaReference, RecordMediaReferenceCheck},
        vocabulary::MediaCheckedBy,
    },
};
use freigabe_domain::office::OfficeId;
use freigabe_http::Network;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ask::Asker;
use crate::cli::{Failure, say, token::SignIn};

/// Look whether the pages are still there that an office keeps
///
/// Signs in as a client of the office, and takes its pages at which nobody has looked for too long. Without --execute it only says which it would
/// ask for, and asks nobody. With it, each is asked for once, one after the other, and what was found is recorded: that a page is there, that it
/// is gone (404, 410), or that this is unknown. Leaflets are for people to look at.
///
/// Only https is asked, no redirect leads to another host, and no address that is not public is connected to unless its network is named.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe media check --office bpoli-kb-hamburg --client bpoli-kb-hamburg --key kb.jwk
  freigabe media check --office bpoli-kb-hamburg --client bpoli-kb-hamburg --key kb.jwk --all --execute")]
pub(in crate::cli) struct Check {
    /// The office whose pages are looked at: that of the client
    #[arg(long, value_name = "ID", value_parser = |text: &str| OfficeId::parse(text))]
    office: OfficeId,
    /// All pages, and not only those at which nobody has looked for too long
    #[arg(long)]
    all: bool,
    /// Ask, and record what was found; otherwise only say what would be asked for
    #[arg(long)]
    execute: bool,
    /// Seconds to wait for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    timeout: u64,
    /// Seconds between two pages
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=60))]
    pause: u64,
    /// A network of one's own that may be connected to, such as 10.1.0.0/16; can be given more than once
    #[arg(long, value_name = "NETWORK")]
    allow_network: Vec<Network>,
    #[command(flatten)]
    sign_in: SignIn,
}

impl Check {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let client = self.sign_in.client()?.build()?;
        let pages = self.pages(&client).await?;
        if !self.execute {
            for (_, address) in &pages {
                say(&format!("would ask for {address}"))?;
            }
            say(&format!(
                "{} pages; nobody was asked; --execute asks",
                pages.len()
            ))?;
            return Ok(());
        }
        self.ask(&client, &pages).await
    }

    /// The pages that are looked at, each with its reference.
    async fn pages(&self, client: &Client) -> Result<Vec<(MediaReference, String)>, Failure> {
        let filter = MediaReferenceFilter {
            office: Some(self.office.as_str().into()),
            stale: (!self.all).then_some(true),
        };
        let (mut pages, mut page) = (Vec::new(), PageQuery::default());
        loop {
            let found = client.list_media_references(&filter, &page).await;
            let found = found.map_err(|error| self.sign_in.explain(&error))?;
            for reference in found.items {
                if let MediaPlace::Page { address } = &reference.place {
                    let address = address.as_str().to_owned();
                    pages.push((reference, address));
                }
            }
            match found.next {
                Some(next) => page = PageQuery::at(Some(next)),
                None => return Ok(pages),
            }
        }
    }

    async fn ask(
        &self,
        client: &Client,
        pages: &[(MediaReference, String)],
    ) -> Result<(), Failure> {
        let timeout = Duration::from_secs(self.timeout);
        let asker = Asker::new(timeout, self.allow_network.clone())?;
        let bar = progress(pages.len());
        let mut told = Vec::with_capacity(pages.len());
        for (index, (reference, address)) in pages.iter().enumerate() {
            if index > 0 {
                tokio::time::sleep(Duration::from_secs(self.pause)).await;
            }
            let answer = asker.ask(address).await;
            let check = RecordMediaReferenceCheck {
                still_live: answer.found,
                checked_by: MediaCheckedBy::Program,
            };
            let recorded = client
                .record_media_reference_check(reference.id, &check, None)
                .await;
            recorded.map_err(|error| self.sign_in.explain(&error))?;
            told.push(format!(
                "{}: {address} ({})",
                answer.found.code(),
                answer.because
            ));
            bar.inc(1);
        }
        bar.finish_and_clear();
        for line in told {
            say(&line)?;
        }
        say(&format!("{} pages were asked for", pages.len()))?;
        Ok(())
    }
}

/// A bar up to a number; nothing where nobody looks.
fn progress(until: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(until).unwrap_or(u64::MAX));
    if !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} pages, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
