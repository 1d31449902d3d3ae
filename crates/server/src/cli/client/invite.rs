//! `freigabe client invite`

use clap::Args;
use freigabe_domain::{Error, access::ClientId, ids::OrganisationId};
use uuid::Uuid;

use super::{BY, scope::Scopes};
use crate::{
    cli::{Failure, organisation::open, say, warn},
    settings::CommonFlags,
};

/// Invite an organisation to register a client with a key of its own; prints the registration token
///
/// The token is good once, and for seven days. Whoever has it can register in the organisation's place: hand it to the
/// organisation alone, in a way that keeps it secret. It is kept nowhere here, only a hash of it. Inviting again for the same
/// client makes another token and leaves the earlier one good for nothing.
///
/// The partner registers at the running server with `freigabe register`, or with any client of RFC 7591.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe client invite --id hafenlicht-akte --organisation 0193…
  freigabe client invite --id lesesystem --organisation 0193… --scope 'consents:read disclosures:read' > token")]
pub(in crate::cli) struct Invite {
    /// The identifier that the client will have: 3 to 64 characters from a-z 0-9 . -
    #[arg(long, value_parser = |text: &str| ClientId::parse(text))]
    id: ClientId,
    /// The organisation that it will speak for: the identifier from `freigabe organisation list`
    #[arg(long, value_name = "ID")]
    organisation: Uuid,
    #[command(flatten)]
    scopes: Scopes,
    #[command(flatten)]
    common: CommonFlags,
}

impl Invite {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let scopes = self.scopes.take()?;
        let organisation = OrganisationId::from_uuid(self.organisation);
        let installation = open(self.common).await?;
        let exchange = &installation.exchange;
        let invited = exchange
            .invite_client(&BY, &self.id, organisation, scopes.as_ref())
            .await;
        installation.close().await;
        let invited = invited.map_err(|error| match error {
            Error::NotFound => Failure::new(format!(
                "there is no organisation {organisation}; see: freigabe organisation list"
            )),
            other => other.into(),
        })?;
        let (invitation, secret) = &invited.value;
        say(&secret.reveal())?;
        warn(&format!(
            "this is the registration token for {}, good once and until {}; give it to nobody but the organisation",
            invitation.client, invitation.expires_at
        ));
        warn(
            "the partner runs: freigabe register --server URL --token-file FILE --generate-key KEYFILE \
             (or registers at URL/oauth2/register as RFC 7591 says)",
        );
        Ok(())
    }
}
