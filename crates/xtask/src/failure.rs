use std::fmt;

/// Why a chore ended badly: a sentence for the reader and an exit status for the caller.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    status: u8,
}

impl Failure {
    /// Something went wrong here.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::with_status(message, 1)
    }

    /// A program is missing, and the message says how to get it.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::with_status(message, 2)
    }

    /// A program that was run failed with this status.
    pub(crate) fn with_status(message: impl Into<String>, status: u8) -> Self {
        let message = message.into();
        Self { message, status }
    }

    /// The user or the system asked to stop.
    pub(crate) fn interrupted() -> Self {
        Self::with_status("interrupted", 130)
    }

    /// The exit status, never 0.
    pub(crate) fn status(&self) -> u8 {
        self.status.max(1)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
