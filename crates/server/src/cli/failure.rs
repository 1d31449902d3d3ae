//! Failures of a command: one clear line, and what to do.

use std::process::ExitCode;

use freigabe_domain::Error as DomainError;

use super::output::warn_line;
use crate::{
    keys::{KeysError, secret_file::SecretFileError},
    logging::LoggingError,
    settings::SettingsError,
    wiring::StartError,
};

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    message: String,
    // The reader went away (`freigabe openapi | head`): nothing is wrong, and nobody is left to tell.
    silent: bool,
}

impl Failure {
    /// A failure with this to say.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            silent: false,
        }
    }

    /// Says it on standard error; the exit code that goes with it.
    pub(super) fn report(&self) -> ExitCode {
        if self.silent {
            return ExitCode::SUCCESS;
        }
        warn_line(&format!("error: {}", self.message));
        ExitCode::FAILURE
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// Standard output could not be written.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self {
            silent: error.kind() == std::io::ErrorKind::BrokenPipe,
            message: error.to_string(),
        }
    }
}

impl From<DomainError> for Failure {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::InvalidState(why) => Self::new(why),
            DomainError::Invalid(faults) => {
                let details: Vec<String> = faults
                    .into_iter()
                    .map(|fault| {
                        format!(
                            "{}: {}",
                            fault.pointer.trim_start_matches('/'),
                            fault.detail
                        )
                    })
                    .collect();
                Self::new(details.join("; "))
            }
            other => Self::new(other.to_string()),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::new(error.to_string())
    }
}

macro_rules! from_message {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.to_string())
            }
        }
    )+};
}
from_message!(
    SettingsError,
    LoggingError,
    KeysError,
    SecretFileError,
    freigabe_client::Error,
    freigabe_witness::StoreError,
    freigabe_client::KeyError,
    freigabe_domain::entropy::EntropyError
);
