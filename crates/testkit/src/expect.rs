//! What an answer is expected to be, in words. Failures point at the test.

use freigabe_client::{ApiError, Error, RawAnswer, header};
use freigabe_contract::{Problem, ProblemType, problem::PROBLEM_JSON, vocabulary::RefusalReason};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Expectations of a call that is to be refused.
pub trait ExpectRefusal: Sized {
    /// Refused with this status.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    fn expect_status(self, status: u16) -> ApiError;

    /// Refused with this kind of problem, and the status that goes with it.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    fn expect_problem(self, kind: ProblemType) -> Problem {
        let error = self.expect_status(kind.status());
        let problem = error
            .problem
            .unwrap_or_else(|| panic!("status {} came without a problem", error.status));
        check_problem(&problem, kind);
        *problem
    }
}

impl<T> ExpectRefusal for Result<T, Error> {
    fn expect_status(self, status: u16) -> ApiError {
        match self {
            Err(Error::Api(error)) if error.status == status => error,
            Err(Error::Api(error)) => panic!(
                "expected status {status}, got {}: {:#?}",
                error.status, error.problem
            ),
            Err(error) => panic!("expected status {status}, got: {error}"),
            Ok(_) => panic!("expected status {status}, but the call succeeded"),
        }
    }
}

/// Expectations of an answer as it came.
pub trait ExpectAnswer: Sized {
    /// Has this status.
    ///
    /// # Panics
    /// When it has another.
    #[track_caller]
    fn expect_status(self, status: u16) -> RawAnswer;

    /// Is this kind of problem: status, media type, type, title, and not to be stored.
    ///
    /// # Panics
    /// When it is something else.
    #[track_caller]
    fn expect_problem(self, kind: ProblemType) -> Problem;

    /// A header, if it is there.
    fn header(&self, name: &str) -> Option<&str>;

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[track_caller]
    fn json(&self) -> Value;

    /// The body as this type.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[track_caller]
    fn read<T: DeserializeOwned>(&self) -> T;

    /// The body as text, for failures.
    fn text(&self) -> String;
}

impl ExpectAnswer for RawAnswer {
    fn expect_status(self, status: u16) -> RawAnswer {
        assert_eq!(
            self.status.as_u16(),
            status,
            "unexpected status; the body is: {}",
            self.text()
        );
        self
    }

    fn expect_problem(self, kind: ProblemType) -> Problem {
        let answer = self.expect_status(kind.status());
        assert_eq!(
            answer.header("content-type"),
            Some(PROBLEM_JSON),
            "media type of a problem"
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "problems are not to be stored"
        );
        let problem: Problem = answer.read();
        check_problem(&problem, kind);
        problem
    }

    fn header(&self, name: &str) -> Option<&str> {
        let name = header::HeaderName::from_bytes(name.as_bytes()).ok()?;
        self.headers.get(name)?.to_str().ok()
    }

    fn json(&self) -> Value {
        self.read()
    }

    fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "the body is not what was expected ({error}): {}",
                self.text()
            )
        })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The reasons of a refusal, in its order, each with the item it concerns.
#[must_use]
pub fn reasons(problem: &Problem) -> Vec<(RefusalReason, Option<u32>)> {
    problem
        .refusals
        .iter()
        .map(|refusal| (refusal.reason, refusal.item))
        .collect()
}

/// The JSON pointers of a problem's faults, sorted, each once.
#[must_use]
pub fn pointers(problem: &Problem) -> Vec<String> {
    let mut pointers: Vec<String> = problem
        .errors
        .iter()
        .filter_map(|fault| fault.pointer.clone())
        .collect();
    pointers.sort();
    pointers.dedup();
    pointers
}

#[track_caller]
fn check_problem(problem: &Problem, kind: ProblemType) {
    assert_eq!(
        problem.problem_type,
        kind.urn(),
        "kind of problem: {problem:#?}"
    );
    assert_eq!(problem.status, kind.status(), "status in the body");
    assert_eq!(problem.title, kind.title(), "title of {}", kind.name());
}
