//! The log on standard error.

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// The log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The level is not one.
    #[error(
        "log_level {level:?} is not understood: use error, warn, info, debug, trace, or directives such as info,sqlx=warn"
    )]
    Level {
        /// What was set.
        level: String,
    },
    /// Something in this process logs already.
    #[error("logging is set up already")]
    Twice,
}

/// Logs as the settings say.
///
/// # Errors
/// When the level is not understood.
pub fn init(settings: &Settings) -> Result<(), LoggingError> {
    start(&settings.log_level, settings.log_format)
}

/// Logs warnings and errors only, unless the settings say otherwise: for commands that speak for themselves.
///
/// # Errors
/// When the level is not understood.
pub fn init_quietly(settings: &Settings) -> Result<(), LoggingError> {
    let level = if settings.log_level == Settings::default().log_level {
        "warn"
    } else {
        &settings.log_level
    };
    start(level, settings.log_format)
}

/// Libraries that report their own comings and goings at the level at which we report ours.
const TALKATIVE: &str = "actix_server=warn,sea_orm_migration=warn,sqlx=warn";

/// Logs at a level and in a format: for what runs without an installation's settings.
///
/// # Errors
/// When the level is not understood.
pub fn start(level: &str, format: LogFormat) -> Result<(), LoggingError> {
    let directives = if level == "info" {
        format!("{level},{TALKATIVE}")
    } else {
        level.to_owned()
    };
    let filter = EnvFilter::builder()
        .parse(directives)
        .map_err(|_| LoggingError::Level {
            level: level.to_owned(),
        })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            log.with_ansi(colours).try_init()
        }
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|_| LoggingError::Twice)
}
