//! Telling the story: cases, steps, and whether each came out as told.

use std::{
    fmt::Debug,
    io::{self, IsTerminal as _},
    path::Path,
};

use crate::cli::say;
use crate::language::{Language, tell};

/// Something came out otherwise than told.
#[derive(Debug)]
pub(super) struct Mismatch {
    expected: String,
    came: String,
}

impl Mismatch {
    pub(super) fn new(expected: impl Into<String>, came: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            came: came.into(),
        }
    }
}

/// A case that can't go on: the step was shown already.
#[derive(Debug)]
pub(super) enum Broken {
    /// A step came out otherwise than told.
    Step,
    /// Nobody listens any more.
    Output(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The story as far as it was told.
pub(super) struct Story {
    pub(super) language: Language,
    colours: bool,
    steps: usize,
    failed_steps: usize,
    cases: usize,
    failed_cases: usize,
}

impl Story {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            colours: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            steps: 0,
            failed_steps: 0,
            cases: 0,
            failed_cases: 0,
        }
    }

    pub(super) fn opening(&self, url: &str, folder: &Path) -> io::Result<()> {
        let folder = folder.display();
        say(&tell!(
            self.language,
            "Freigabe antwortet auf {url}; Daten und Schlüssel liegen in {folder}.",
            "Freigabe answers on {url}; data and keys are in {folder}."
        ))?;
        say(self.language.of(
            "Alle Namen, Personen und Ereignisse sind erfunden.",
            "All names, people and events are invented.",
        ))
    }

    /// Begins a case.
    pub(super) fn case(&mut self, german: &str, english: &str) -> io::Result<()> {
        self.cases += 1;
        let title = self.language.of(german, english);
        let number = self.cases;
        say("")?;
        say(&self.painted("1", &format!("{number}. {title}")))
    }

    /// Ends a case.
    pub(super) fn case_ended(&mut self, outcome: Result<(), Broken>) -> io::Result<()> {
        match outcome {
            Ok(()) => Ok(()),
            Err(Broken::Step) => {
                self.failed_cases += 1;
                Ok(())
            }
            Err(Broken::Output(error)) => Err(error),
        }
    }

    /// A step, and what came of it.
    pub(super) fn step<T>(
        &mut self,
        told: impl AsRef<str>,
        outcome: Result<T, Mismatch>,
    ) -> Result<T, Broken> {
        self.steps += 1;
        let told = told.as_ref();
        match outcome {
            Ok(value) => {
                say(&format!("   {} {told}", self.painted("32", "✓")))?;
                Ok(value)
            }
            Err(Mismatch { expected, came }) => {
                self.failed_steps += 1;
                let (label_expected, label_came) = self
                    .language
                    .of(("erwartet", "gekommen"), ("expected", "came"));
                say(&format!("   {} {told}", self.painted("31", "✗")))?;
                say(&format!("       {label_expected}: {expected}"))?;
                say(&format!("       {label_came}: {came}"))?;
                Err(Broken::Step)
            }
        }
    }

    /// The last line; true when everything came out as told.
    pub(super) fn ending(&self) -> io::Result<bool> {
        let (steps, cases) = (self.steps, self.cases);
        let (failed_steps, failed_cases) = (self.failed_steps, self.failed_cases);
        let well = failed_steps == 0 && failed_cases == 0 && steps > 0;
        say("")?;
        let line = if well {
            tell!(
                self.language,
                "Alle {cases} Fälle mit {steps} Schritten gingen aus wie erzählt.",
                "All {cases} cases with {steps} steps came out as told."
            )
        } else {
            tell!(
                self.language,
                "{failed_cases} von {cases} Fällen gingen anders aus als erzählt ({failed_steps} Schritte).",
                "{failed_cases} of {cases} cases came out otherwise than told ({failed_steps} steps)."
            )
        };
        say(&self.painted(if well { "32" } else { "31" }, &line))?;
        Ok(well)
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A call that must succeed.
pub(super) fn succeeds<T>(result: Result<T, freigabe_client::Error>) -> Result<T, Mismatch> {
    result.map_err(|error| Mismatch::new("success", error.to_string()))
}

/// A call that must be answered with this status.
pub(super) fn is_refused<T>(
    result: Result<T, freigabe_client::Error>,
    status: u16,
) -> Result<freigabe_client::ApiError, Mismatch> {
    let expected = format!("status {status}");
    match result {
        Ok(_) => Err(Mismatch::new(expected, "success")),
        Err(freigabe_client::Error::Api(error)) if error.status == status => Ok(error),
        Err(error) => Err(Mismatch::new(expected, error.to_string())),
    }
}

/// Two values that must be the same.
pub(super) fn same<T: PartialEq + Debug>(came: &T, expected: &T) -> Result<(), Mismatch> {
    holds(came == expected, || {
        (format!("{expected:?}"), format!("{came:?}"))
    })
}

/// Something that must hold; `otherwise` says what was expected and what came.
pub(super) fn holds<E: Into<String>, C: Into<String>>(
    condition: bool,
    otherwise: impl FnOnce() -> (E, C),
) -> Result<(), Mismatch> {
    if condition {
        Ok(())
    } else {
        let (expected, came) = otherwise();
        Err(Mismatch::new(expected, came))
    }
}
