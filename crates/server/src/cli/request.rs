//! `freigabe request`

use std::{
    io::{IsTerminal as _, Read as _},
    path::PathBuf,
};

use clap::Args;
use freigabe_client::{
    Client, Error, KeptReceipt, Method, RandomSource as _, RawAnswer, ReceiptFolder,
    ReceiptStore as _, SystemRandom,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use freigabe_domain::access::UserReference;

use super::{
    Failure,
    output::{say_bytes, say_text},
    token::SignIn,
    warn,
};

/// Ask a running server something as a client, and print the answer
///
/// Signs in with the client's key, proves possession with the request (DPoP, RFC 9449), and prints the body of the answer.
/// With --data it is a POST. The exit status is 0 for a success and 1 for everything else; the status of the answer and its
/// ETag go to standard error.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe request --client hafenlicht-akte --key hafenlicht-akte.jwk /v1/consents
  freigabe request --client hafenlicht-akte --key hafenlicht-akte.jwk /v1/disclosure-checks --data draft.json
  freigabe request --client bpoli-kb-hamburg --key kb.jwk --user P-4711 --method POST /v1/disclosures/ID/collection
  freigabe request --client pruefung --key pruefung.jwk /v1/audit/events/ID/evidence > freigabe-evidence-ID.zip
  freigabe request --client hafenlicht-akte --key hafenlicht-akte.jwk --receipts receipts --method POST /v1/consents/ID/withdrawal")]
pub(super) struct Request {
    /// Path with query, such as '/v1/audit/events?limit=5'
    path: String,
    /// Method [default: GET, or POST with --data]
    #[arg(long, value_parser = ["GET", "POST", "PUT"])]
    method: Option<String>,
    /// File with the JSON body; - is standard input
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Key of the request, the same for every attempt; a POST gets one by itself
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// The ETag under which the resource was read, for a change
    #[arg(long, value_name = "ETAG")]
    if_match: Option<String>,
    /// On whose behalf: your own reference of the person, no name. Police offices need it to collect, and to tell who a person is
    #[arg(long, value_name = "REFERENCE", value_parser = |text: &str| UserReference::parse(text))]
    user: Option<UserReference>,
    /// Folder in which the receipt of a change is kept, in a file of its own
    #[arg(long, value_name = "FOLDER")]
    receipts: Option<PathBuf>,
    #[command(flatten)]
    sign_in: SignIn,
}

impl Request {
    pub(super) async fn run(self) -> Result<(), Failure> {
        if !self.path.starts_with('/') {
            return Err(Failure::new("the path must begin with a slash"));
        }
        // Before anything is asked: a change whose receipt has no place to go is not made.
        let receipts = self.receipts.as_ref().map(|folder| {
            ReceiptFolder::open(folder)
                .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))
        });
        let receipts = receipts.transpose()?;
        let mut client = self.sign_in.client()?.build()?;
        if let Some(user) = &self.user {
            client = client.on_behalf_of(user.as_str())?;
        }
        let body = match &self.data {
            None => None,
            Some(file) => Some(
                read(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?,
            ),
        };
        let answer = self.send(&client, body).await;
        let answer = answer.map_err(|error| self.sign_in.explain(&error))?;
        if let Some(receipts) = &receipts {
            keep(receipts, &answer);
        }
        say_bytes(&answer.body)?;
        if std::io::stdout().is_terminal() {
            say_text("\n")?;
        }
        let etag = answer.headers.get("etag").and_then(|tag| tag.to_str().ok());
        if let Some(etag) = etag {
            warn(&format!("ETag {etag}"));
        }
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(Failure::new(format!("status {}", answer.status)))
        }
    }

    async fn send(&self, client: &Client, body: Option<Vec<u8>>) -> Result<RawAnswer, Error> {
        let method = match self.method.as_deref() {
            Some("PUT") => Method::PUT,
            Some("GET") => Method::GET,
            None if body.is_none() => Method::GET,
            _ => Method::POST,
        };
        let mut headers = HeaderMap::new();
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let key = match &self.idempotency_key {
            Some(key) => Some(key.clone()),
            None if method == Method::POST => Some(fresh_key()?),
            None => None,
        };
        let mut add = |name: &'static str, value: Option<&str>| {
            if let Some(value) = value {
                let value = HeaderValue::from_str(value)
                    .map_err(|_| Error::Malformed("a header can't hold this value"))?;
                headers.insert(HeaderName::from_static(name), value);
            }
            Ok::<_, Error>(())
        };
        add("idempotency-key", key.as_deref())?;
        add("if-match", self.if_match.as_deref())?;
        client.raw(method, &self.path, headers, body).await
    }
}

/// Keeps the receipt of an answer. The answer is printed in any case: what was done was done.
fn keep(receipts: &ReceiptFolder, answer: &RawAnswer) {
    match KeptReceipt::of(answer) {
        Ok(Some(receipt)) => receipts.keep(&receipt),
        Ok(None) => {}
        Err(fault) => warn(&fault.to_string()),
    }
    for failure in receipts.take_failures() {
        let folder = receipts.path().display();
        warn(&format!("the receipt was not kept in {folder}: {failure}"));
    }
}

fn read(file: &PathBuf) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut body = Vec::new();
        std::io::stdin().lock().read_to_end(&mut body)?;
        Ok(body)
    } else {
        std::fs::read(file)
    }
}

fn fresh_key() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    SystemRandom.fill(&mut bytes)?;
    Ok(uuid::Uuid::from_bytes(bytes).simple().to_string())
}
