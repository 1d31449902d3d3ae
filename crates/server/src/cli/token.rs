//! `freigabe token`

use std::path::PathBuf;

use clap::Args;
use freigabe_client::{Client, Credentials};

use super::{Failure, say};
use crate::keys::secret_file;

/// Get an access token, for use with curl
///
/// Signs in at a running server as a client does by itself, and prints the token and nothing else. It is good for a few
/// minutes; whoever has it can do what the client may do.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  TOKEN=$(freigabe token --client hafenlicht-akte --key hafenlicht-akte.jwk)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/v1/consents")]
pub(super) struct Token {
    /// The client's identifier
    #[arg(long, value_name = "ID")]
    client: String,
    /// File with its private key, as JSON Web Key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// Issuer of the server's tokens (its public_url), when that is not the address by which it is reached from here
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

impl Token {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let private_jwk = secret_file::read(&self.key)?.as_str().to_owned();
        let credentials = Credentials {
            client_id: self.client,
            private_jwk,
        };
        let mut client = Client::builder(self.server.as_str(), credentials);
        if let Some(issuer) = self.issuer {
            client = client.issuer(issuer);
        }
        let token = client.build()?.access_token().await.map_err(|error| {
            let hint = match &error {
                freigabe_client::Error::Transport(_) => " (is the server running?)",
                freigabe_client::Error::Token(_) => {
                    " (are the client's id, its key and the server's address those that belong together?)"
                }
                _ => "",
            };
            Failure::new(format!("{}: {error}{hint}", self.server))
        })?;
        say(&token.token)?;
        Ok(())
    }
}
