//! `--scope`

use clap::Args;
use freigabe_domain::access::AccessScopes;

use crate::cli::Failure;

/// What a client is allowed, if less than its organisation's role.
#[derive(Debug, Args)]
pub(super) struct Scopes {
    /// What it may do, such as 'consents:read disclosures:read'; can be repeated [default: all that its organisation's role may ever do]
    #[arg(long, value_name = "SCOPES", num_args = 1..)]
    scope: Vec<String>,
}

/// What a client is allowed.
#[derive(Debug, Args)]
pub(super) struct ScopeOrAll {
    /// What it may do, such as 'consents:read disclosures:read'; can be repeated
    #[arg(long, value_name = "SCOPES", num_args = 1.., group = "what")]
    scope: Vec<String>,
    /// All that its organisation's role may ever do, in versions to come as well
    #[arg(long, group = "what")]
    all: bool,
}

impl Scopes {
    /// The scopes; none when none were named.
    pub(super) fn take(&self) -> Result<Option<AccessScopes>, Failure> {
        (!self.scope.is_empty())
            .then(|| read(&self.scope))
            .transpose()
    }
}

impl ScopeOrAll {
    /// The scopes; none for all.
    pub(super) fn take(&self) -> Result<Option<AccessScopes>, Failure> {
        if self.all {
            Ok(None)
        } else {
            read(&self.scope).map(Some)
        }
    }
}

fn read(texts: &[String]) -> Result<AccessScopes, Failure> {
    let named: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split([' ', ',']))
        .filter(|name| !name.is_empty())
        .collect();
    AccessScopes::parse(&named.join(" ")).map_err(|error| {
        let known = freigabe_domain::access::AccessScope::ALL;
        let known: Vec<&str> = known.iter().map(|scope| scope.code()).collect();
        Failure::new(format!("--scope: {error}; there are: {}", known.join(", ")))
    })
}
