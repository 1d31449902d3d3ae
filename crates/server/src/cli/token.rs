//! `freigabe token`

use std::path::PathBuf;

use clap::Args;
use freigabe_client::{Client, ClientBuilder, Credentials, Error};

use super::{Failure, say};
use crate::keys::secret_file;

/// Get a plain access token from a server in development mode, for use with curl
///
/// Signs in at a running server and prints the token and nothing else. It is good for a few minutes; whoever has it can do
/// what the client may do, so only a server with token_binding = development issues it. `freigabe request` asks any server.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  TOKEN=$(freigabe token --client hafenlicht-akte --key hafenlicht-akte.jwk)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/v1/consents")]
pub(super) struct Token {
    #[command(flatten)]
    sign_in: SignIn,
}

/// Who signs in where.
#[derive(Debug, Args)]
pub(super) struct SignIn {
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

impl SignIn {
    /// A client that is put together for this server.
    pub(super) fn client(&self) -> Result<ClientBuilder, Failure> {
        let credentials = Credentials {
            client_id: self.client.clone(),
            private_jwk: secret_file::read(&self.key)?.as_str().to_owned(),
        };
        let client = Client::builder(self.server.as_str(), credentials);
        Ok(match &self.issuer {
            Some(issuer) => client.issuer(issuer).public_url(issuer),
            None => client,
        })
    }

    /// What went wrong, with what may help.
    pub(super) fn explain(&self, error: &Error) -> Failure {
        let hint = match error {
            Error::Transport(_) => " (is the server running?)",
            Error::Token(error) if error.error == "invalid_dpop_proof" => {
                " (a server that is not in development mode issues no plain tokens: use `freigabe request`; \
                 and is the server's public_url the address given with --issuer?)"
            }
            Error::Token(error) if error.is_transient() => {
                " (nothing is wrong with the client: try again in a moment)"
            }
            Error::Token(_) => {
                " (are the client's id, its key and the server's address those that belong together?)"
            }
            _ => "",
        };
        Failure::new(format!("{}: {error}{hint}", self.server))
    }
}

impl Token {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let client = self.sign_in.client()?.with_plain_tokens().build()?;
        let token = client.access_token().await;
        let token = token.map_err(|error| self.sign_in.explain(&error))?;
        say(&token.token)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use freigabe_client::TokenError;

    use super::*;

    #[test]
    fn a_server_that_is_not_well_is_not_blamed_on_the_client() {
        let sign_in = SignIn {
            client: "fallakte".to_owned(),
            key: "fallakte.jwk".into(),
            server: "http://127.0.0.1:8080".to_owned(),
            issuer: None,
        };
        let explained = |status, error: &str| {
            let error = TokenError {
                status,
                error: error.to_owned(),
                description: None,
            };
            sign_in.explain(&Error::Token(error)).to_string()
        };
        let down = explained(503, "temporarily_unavailable");
        assert!(down.ends_with("(nothing is wrong with the client: try again in a moment)"));
        let unknown = explained(401, "invalid_client");
        assert!(unknown.contains("are the client's id, its key"));
    }
}
