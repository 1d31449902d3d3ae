//! `freigabe demo`: a fictional network on a real server, and a story in fourteen cases. Each step is checked; none is only told.

mod cases;
mod directory;
mod material;
mod network;
mod stage;
mod story;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use freigabe_domain::access::Operator;
use freigabe_storage::OpenError;

use self::{directory::Directory, network::Network, stage::Stage, story::Story};
use crate::{
    cli::{self, Failure, say},
    keys,
    language::Language,
    logging,
    settings::{Database, DatabaseUrl, Settings, TokenBinding},
    system::OsEntropy,
    wiring::{self, Installation, Pending, RunningServer, StartError},
};

/// Show what Freigabe does, on a fictional network in a folder of its own
///
/// Starts a real server on a real port over a fresh database, adds a fictional network of three counselling centres, four
/// police offices, the coordination, an auditor and an operator, and then tells a story in fourteen cases over HTTP. Every
/// step is checked against what should come of it. Afterwards the server stays up and shows how to go on by hand; with
/// --exit it ends, with status 0 only if every step came out as told.
///
/// All names, people and events are invented.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe demo
  freigabe demo --exit --language de
  freigabe demo --database-url postgres://owner@localhost/freigabe_demo")]
pub(crate) struct Demo {
    /// End after the story
    #[arg(long)]
    exit: bool,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Folder for the database and the keys; made anew each time, if it is an earlier demonstration's or empty
    #[arg(long, value_name = "DIR", default_value = "freigabe-demo")]
    directory: PathBuf,
    /// Language of the story
    #[arg(long, value_enum, default_value_t)]
    language: Language,
    /// An empty database to use instead of a SQLite file in the folder
    #[arg(long, value_name = "URL")]
    database_url: Option<DatabaseUrl>,
}

impl Demo {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let language = self.language;
        let directory = Directory::prepare(&self.directory)?;
        let settings = self.settings(&directory)?;
        logging::init_quietly(&settings)?;
        let in_use = || {
            Failure::new(format!(
                "{} is in use already; the demonstration wants an empty database of its own",
                settings.database_url
            ))
        };
        let installation = match Installation::open(&settings, Pending::Apply).await {
            Ok(installation) => installation,
            // Begun with the key of an earlier demonstration, or of somebody else.
            Err(StartError::Database {
                error: OpenError::WrongMasterKey,
                ..
            }) => return Err(in_use()),
            Err(error) => return Err(error.into()),
        };
        let exchange = &installation.exchange;
        let present = exchange
            .organisations(&Operator::AtTheMachine, None, 1)
            .await?;
        if !present.items.is_empty() {
            return Err(in_use());
        }
        let network = Network::build(installation.exchange.as_ref(), &directory).await?;
        let server = wiring::start(&settings, installation).await?;

        let mut story = Story::new(language);
        story.opening(&server.url, directory.path())?;
        let stage = Stage::new(&network, &server.url, language)?;
        cases::tell_all(&stage, &mut story).await?;
        let all_well = story.ending()?;

        if self.exit {
            server.stop().await;
        } else {
            self.stay(&network, server).await?;
        }
        Ok(if all_well {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn settings(&self, directory: &Directory) -> Result<Settings, Failure> {
        let embedded = || DatabaseUrl::new(format!("sqlite://{}", directory.database().display()));
        let mut settings = Settings {
            database_url: self.database_url.clone().unwrap_or_else(embedded),
            listen: self.listen,
            log_level: "warn".to_owned(),
            // For curl and the documentation page, which can't prove possession of a key. The story's clients do.
            token_binding: TokenBinding::Development,
            // The story tells of 200 withdrawals at the same moment.
            rate_limit_per_client: NonZeroU32::MAX,
            rate_limit_per_address: NonZeroU32::MAX,
            // The story waits for no marking, but whoever looks around afterwards should see it soon.
            expiry_interval_seconds: 5,
            shutdown_timeout_seconds: 5,
            ..Settings::default()
        };
        if self.listen.ip().is_unspecified() && self.listen.port() != 0 {
            settings.public_url = Some(format!("http://localhost:{}", self.listen.port()));
        }
        let database = settings.database_url.database().map_err(StartError::from)?;
        if database == Database::Postgres {
            let (master, signing) = (directory.master_key(), directory.signing_key());
            let key = freigabe_storage::MasterKey::generate(&OsEntropy)?.to_base64();
            keys::secret_file::create(&master, &key)?;
            let log = directory.log_key();
            for file in [&signing, &log] {
                keys::secret_file::create(file, &keys::signing::generate(&OsEntropy)?)?;
            }
            settings.master_key_file = Some(master);
            settings.token_signing_key_file = Some(signing);
            settings.log_signing_key_file = Some(log);
        }
        Ok(settings)
    }

    /// Says how to go on by hand, and serves until told to stop.
    async fn stay(&self, network: &Network, server: RunningServer) -> Result<(), Failure> {
        let language = self.language;
        let url = &server.url;
        let program = std::env::current_exe().ok();
        let program = program.map_or_else(|| "freigabe".to_owned(), |path| quoted(&path));
        say("")?;
        say(language.of("Wie es weitergeht:", "Where to go from here:"))?;
        let docs = language.of("Dokumentation zum Ausprobieren", "documentation to try out");
        say(&format!("  {url}/docs/   {docs}"))?;
        say(&format!("  {url}/openapi.json   OpenAPI 3.1"))?;
        say("")?;
        say(language.of("Zugänge und ihre Schlüssel:", "Clients and their keys:"))?;
        for member in network.members() {
            let key_file = member.key_file.display();
            say(&format!(
                "  {:<28} {:<42} {key_file}",
                member.client_id, member.name
            ))?;
        }
        say("")?;
        say(language.of(
            "Zum Einfügen in eine andere Konsole:",
            "To paste into another terminal:",
        ))?;
        let examples = [
            (&network.hafenlicht, "/v1/consents"),
            (&network.kb_hamburg, "/v1/inbox"),
            (&network.auditor, "/v1/audit/events?limit=5"),
        ];
        for (member, path) in examples {
            let (client, key) = (&member.client_id, quoted(&member.key_file));
            say(&format!(
                "  curl -s -H \"Authorization: Bearer $({program} token --client {client} --key {key} --server {url})\" '{url}{path}'"
            ))?;
        }
        say("")?;
        say(language.of(
            "Der Server läuft, bis Strg-C gedrückt wird.",
            "The server runs until you press Ctrl-C.",
        ))?;
        cli::serve::until_told_to_stop(server).await
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    if path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted(Path::new("/tmp/a-b_c.jwk")), "/tmp/a-b_c.jwk");
        assert_eq!(quoted(Path::new("/tmp/a b")), "'/tmp/a b'");
        assert_eq!(quoted(Path::new("/tmp/it's")), r"'/tmp/it'\''s'");
    }
}
