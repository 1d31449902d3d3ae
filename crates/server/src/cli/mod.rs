//! The command line.

pub(crate) mod client;
mod directory;
mod export;
mod failure;
mod form;
mod health;
pub(crate) mod key;
mod log;
mod migrate;
mod openapi;
mod organisation;
mod output;
mod register;
mod request;
mod retention;
pub(crate) mod serve;
mod signals;
mod token;
mod verify;
mod witness;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use self::failure::Failure;
pub(crate) use self::output::{say, warn};
use crate::{
    demo, logging,
    settings::{self, CommonFlags, ServeFlags, Settings, Sources},
};

/// Consent-gated information exchange between counselling centres and the police.
///
/// Freigabe lets specialised counselling centres tell the competent office of the Bundespolizei what an affected person
/// allowed, and nothing else: no consent, no content; a withdrawal wins; every step is in a log that can be checked.
///
/// One program does everything. Without any settings it keeps its data in a SQLite file in the current folder.
#[derive(Debug, Parser)]
#[command(
    name = "freigabe",
    version,
    max_term_width = 100,
    after_long_help = "\
Try it first (needs nothing, touches nothing but the folder ./freigabe-demo):
  freigabe demo

Begin for real, on one machine:
  freigabe organisation add --role centre --name 'Beratung Hafenlicht' --regime gdpr
  freigabe client invite --id hafenlicht-akte --organisation ID > token      # for the partner, who then runs:
  freigabe register --server URL --token-file token --generate-key hafenlicht-akte.jwk
  freigabe form add 2026-1 --language de,en,ro
  freigabe serve

Settings come from defaults, freigabe.toml (or --config), FREIGABE_… variables, and flags; of these,
what comes later wins. deploy/freigabe.example.toml lists them all.

Exit status: 0 when all went well, 1 when not, 2 when the command line makes no sense."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Openapi(openapi::Openapi),
    #[command(subcommand)]
    Organisation(organisation::Organisation),
    #[command(subcommand)]
    Client(client::Client),
    Register(register::Register),
    #[command(subcommand)]
    Form(form::Form),
    #[command(subcommand)]
    Directory(directory::Directory),
    Token(token::Token),
    Request(request::Request),
    Export(export::Export),
    Health(health::Health),
    #[command(subcommand)]
    Key(key::Key),
    #[command(subcommand)]
    Log(log::Log),
    #[command(subcommand)]
    Witness(witness::Witness),
    Verify(verify::Verify),
    #[command(subcommand)]
    Retention(retention::Retention),
    Demo(demo::Demo),
}

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Requests are answered by threads of their own (`workers`); what is left is little, and a thread is memory.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(Failure::new(format!("no threads can be started: {error}"))),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(serve) => serve.run().await?,
        Command::Migrate(migrate) => migrate.run().await?,
        Command::Openapi(openapi) => return openapi.run(),
        Command::Organisation(organisation) => organisation.run().await?,
        Command::Client(client) => client.run().await?,
        Command::Register(register) => register.run().await?,
        Command::Form(form) => form.run().await?,
        Command::Directory(directory) => directory.run().await?,
        Command::Token(token) => token.run().await?,
        Command::Request(request) => request.run().await?,
        Command::Export(export) => export.run().await?,
        Command::Health(health) => health.run().await?,
        Command::Key(key) => key.run()?,
        Command::Log(log) => log.run().await?,
        Command::Witness(witness) => witness.run().await?,
        Command::Verify(verify) => return Ok(verify.run().await),
        Command::Retention(retention) => return retention.run().await,
        Command::Demo(demo) => return demo.run().await,
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings of a command that only works on the database, and its log.
fn quiet_settings(common: CommonFlags) -> Result<Settings, Failure> {
    let sources = Sources::of_process(common, ServeFlags::default());
    let settings = settings::load(&sources)?;
    logging::init_quietly(&settings)?;
    for name in settings::unknown_variables(&sources.environment) {
        warn(&format!("{name} is not a setting and is ignored"));
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_every_flag_explains_itself() {
        let mut command = Arguments::command();
        command.build();
        let mut waiting = vec![&command];
        while let Some(command) = waiting.pop() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let explained = argument.get_help().is_some();
                assert!(explained, "{} {}", command.get_name(), argument.get_id());
            }
            waiting.extend(command.get_subcommands());
        }
    }
}
