//! `freigabe form`

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use freigabe_domain::{
    consent::{ConsentForm, FormKind},
    text::Reference,
    vocabulary::{Language, UnknownCodeError},
};

use super::{Failure, organisation::open, output::table, say};
use crate::settings::CommonFlags;

/// Add and list the consent forms that affected persons may have signed
#[derive(Debug, Subcommand)]
pub(super) enum Form {
    Add(Add),
    List(List),
}

/// Make a version of the consent forms known; prints what was added
///
/// A consent is only recorded when both of its declarations were signed on forms that are known here, in a language in
/// which that form exists. Forms stay known: what was signed on them was signed. Each addition is in the disclosure log.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe form add 2026-1 --language de,en,ro
  freigabe form add 2026-2 --kind confidentiality_release --language de")]
pub(super) struct Add {
    /// The version, as printed on the form; 1 to 64 characters, as in references
    #[arg(value_parser = |text: &str| Reference::parse(text))]
    version: Reference,
    /// Languages in which the form exists, such as de,en,ro
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',', required = true, value_parser = one_of(Language::ALL, Language::code, Language::from_code))]
    language: Vec<Language>,
    /// Declaration it is for [default: both]
    #[arg(long, value_parser = one_of(FormKind::ALL, FormKind::code, FormKind::from_code))]
    kind: Option<FormKind>,
    #[command(flatten)]
    common: CommonFlags,
}

/// List the consent forms that are known
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: CommonFlags,
}

/// A member of a vocabulary; the help lists its codes.
fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    code: fn(T) -> &'static str,
    from_code: fn(&str) -> Result<T, UnknownCodeError>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|member| code(*member)))
        .try_map(move |text| from_code(&text))
}

impl Form {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let forms = self.forms();
        let installation = open(self.common).await?;
        let added = installation.exchange.add_consent_forms(&forms).await;
        installation.close().await;
        added?;
        for form in forms {
            say(&form.to_string())?;
        }
        Ok(())
    }

    fn forms(&self) -> Vec<ConsentForm> {
        let kinds = match &self.kind {
            Some(kind) => std::slice::from_ref(kind),
            None => FormKind::ALL,
        };
        let mut languages = self.language.clone();
        languages.sort_unstable();
        languages.dedup();
        ConsentForm::of_version(&self.version, kinds, &languages)
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let installation = open(self.common).await?;
        let found = installation.exchange.consent_forms().await;
        installation.close().await;
        let rows = found?.into_iter().map(|form| {
            [
                form.kind.to_string(),
                form.version.as_str().to_owned(),
                form.language.to_string(),
            ]
        });
        table(["KIND", "VERSION", "LANGUAGE"], rows)?;
        Ok(())
    }
}
