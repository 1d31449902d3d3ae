//! `freigabe organisation`

use clap::{Args, Subcommand};
use freigabe_domain::{
    Error,
    access::{DataProtectionRegime, NewOrganisation, Operator, Role},
    office::OfficeId,
    store::Page,
    text::ShortText,
};

use super::{Failure, output::table, quiet_settings, say, warn};
use crate::{
    settings::CommonFlags,
    wiring::{Installation, Pending},
};

/// Add and list organisations: centres, police offices, the coordination, auditors, operators
#[derive(Debug, Subcommand)]
pub(super) enum Organisation {
    Add(Add),
    List(List),
}

/// Add an organisation; prints its identifier
///
/// A police office names the office of the directory that it is, such as bpoli-kb-hamburg; nobody else does. The
/// addition is in the disclosure log.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe organisation add --role centre --name 'Beratung Hafenlicht' --regime gdpr
  freigabe organisation add --role office --name 'BPOLI KB Hamburg' --office bpoli-kb-hamburg")]
pub(super) struct Add {
    /// What it is: centre, office, coordination, auditor, operator
    #[arg(long, value_parser = Role::from_code)]
    role: Role,
    /// Its name, for people
    #[arg(long, value_parser = |text: &str| ShortText::parse(text))]
    name: ShortText,
    /// The police office it is; for the role office only
    #[arg(long, value_name = "OFFICE", value_parser = OfficeId::parse, required_if_eq("role", "office"))]
    office: Option<OfficeId>,
    /// Data-protection law it falls under: gdpr, bdsg, kdg, dsg_ekd [default: bdsg for an office, else gdpr]
    #[arg(long, value_parser = DataProtectionRegime::from_code)]
    regime: Option<DataProtectionRegime>,
    #[command(flatten)]
    common: CommonFlags,
}

/// List the organisations
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: CommonFlags,
}

impl Organisation {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let installation = open(self.common).await?;
        let usual = DataProtectionRegime::usual_for(self.role);
        let regime = self.regime.unwrap_or(usual);
        let added = installation
            .exchange
            .add_organisation(
                &Operator::AtTheMachine,
                None,
                &NewOrganisation {
                    role: self.role,
                    name: self.name,
                    office: self.office,
                    regime,
                },
            )
            .await;
        installation.close().await;
        say(&added?.id.to_string())?;
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let installation = open(self.common).await?;
        let found = all(async |after| {
            let exchange = &installation.exchange;
            exchange
                .organisations(&Operator::AtTheMachine, after, PAGE)
                .await
        });
        let found = found.await;
        installation.close().await;
        let rows = found?.into_iter().map(|organisation| {
            [
                organisation.id.to_string(),
                organisation.role.to_string(),
                organisation
                    .office
                    .map_or_else(|| "-".to_owned(), |id| id.to_string()),
                organisation.regime.to_string(),
                organisation.name.as_str().to_owned(),
            ]
        });
        table(["ID", "ROLE", "OFFICE", "REGIME", "NAME"], rows)?;
        Ok(())
    }
}

/// Rows asked for at once.
pub(super) const PAGE: u16 = 500;

/// Everything of a list that comes in pages.
pub(super) async fn all<R, P>(
    page: impl AsyncFn(Option<P>) -> Result<Page<R, P>, Error>,
) -> Result<Vec<R>, Error> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let Page { items, next } = page(after).await?;
        rows.extend(items);
        if next.is_none() {
            return Ok(rows);
        }
        after = next;
    }
}

/// Opens the installation for a command that works on it; a SQLite database is brought up to date.
pub(super) async fn open(common: CommonFlags) -> Result<Installation, Failure> {
    let settings = quiet_settings(common)?;
    let installation = Installation::open(&settings, Pending::ApplyToSqlite).await?;
    installation.notices.iter().for_each(|notice| warn(notice));
    Ok(installation)
}
