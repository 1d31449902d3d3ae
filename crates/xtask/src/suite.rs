//! `cargo xtask test`: every test of the workspace, with the set-up they need.

use std::process::Command;
use std::time::Instant;

use crate::failure::Failure;
use crate::golang;
use crate::postgres::{Cluster, SERVER_VARIABLE};
use crate::process;

/// What the command line asks for.
pub(crate) struct TestOptions {
    pub(crate) postgres_url: Option<String>,
    pub(crate) durable: bool,
    pub(crate) doc_tests: bool,
    pub(crate) nextest_args: Vec<String>,
}

impl Default for TestOptions {
    /// Everything.
    fn default() -> Self {
        Self {
            postgres_url: None,
            durable: false,
            doc_tests: true,
            nextest_args: Vec::new(),
        }
    }
}

/// Runs the tests, then says what ran. The first failure decides the exit status, but hides nothing that follows.
pub(crate) fn run(options: &TestOptions) -> Result<(), Failure> {
    process::ensure_cargo_tool("nextest", &[])?;
    if tests_the_log(&options.nextest_args) {
        golang::ensure()?;
    }
    let cluster = match options.postgres_url {
        Some(_) => None,
        None => Some(Cluster::start(options.durable)?),
    };
    let (url, server) = match (&options.postgres_url, &cluster) {
        (Some(url), _) => (url.as_str(), "the PostgreSQL server given".to_owned()),
        (None, Some(cluster)) => (
            cluster.url(),
            format!("a throw-away PostgreSQL {} server", cluster.version()),
        ),
        (None, None) => return Err(Failure::new("there is no PostgreSQL server to test on")),
    };
    println!("Testing with {server}");

    let mut report = Vec::new();
    let mut first_failure = None;
    for mut part in parts(options) {
        let began = Instant::now();
        let result = process::run(part.command.env(SERVER_VARIABLE, url));
        let outcome = if result.is_ok() { "passed" } else { "FAILED" };
        let seconds = began.elapsed().as_secs_f32();
        report.push(format!("  {}: {outcome} after {seconds:.1} s", part.name));
        if let Err(failure) = result {
            if crate::interrupt::requested() {
                return Err(failure);
            }
            first_failure.get_or_insert(failure);
        }
    }
    if !options.doc_tests {
        report.push("  documentation tests: left out (--no-doc)".to_owned());
    }
    drop(cluster);

    println!("\nWhat ran, with {server}:");
    report.iter().for_each(|line| println!("{line}"));
    first_failure.map_or(Ok(()), Err)
}

struct Part {
    name: String,
    command: Command,
}

fn parts(options: &TestOptions) -> Vec<Part> {
    let mut nextest = process::cargo();
    nextest.args(["nextest", "run", "--locked"]);
    if !names_packages(&options.nextest_args) {
        nextest.arg("--workspace");
    }
    nextest.args(&options.nextest_args);
    let mut name = "cargo nextest run".to_owned();
    for argument in &options.nextest_args {
        name.push(' ');
        name.push_str(argument);
    }
    let mut parts = vec![Part {
        name,
        command: nextest,
    }];
    if options.doc_tests {
        let mut doc = process::cargo();
        doc.args(["test", "--doc", "--workspace", "--locked"]);
        parts.push(Part {
            name: "documentation tests".to_owned(),
            command: doc,
        });
    }
    parts
}

fn names_packages(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("--package") || argument.starts_with("-p"))
}

/// Whether the crate is among those tested whose tests run a verifier written in Go.
fn tests_the_log(arguments: &[String]) -> bool {
    !names_packages(arguments)
        || arguments
            .iter()
            .take_while(|argument| *argument != "--")
            .any(|argument| argument.contains("freigabe-ledger"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(part: &Part) -> Vec<String> {
        let arguments = part.command.get_args();
        arguments
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn everything_runs_unless_something_is_asked_for() {
        let parts = parts(&TestOptions::default());
        assert_eq!(
            line(&parts[0]),
            ["nextest", "run", "--locked", "--workspace"]
        );
        assert_eq!(
            line(&parts[1]),
            ["test", "--doc", "--workspace", "--locked"]
        );
    }

    #[test]
    fn named_packages_replace_the_workspace() {
        let options = TestOptions {
            nextest_args: vec!["-p".to_owned(), "xtask".to_owned()],
            doc_tests: false,
            ..TestOptions::default()
        };
        let parts = parts(&options);
        assert_eq!(parts.len(), 1);
        assert_eq!(
            line(&parts[0]),
            ["nextest", "run", "--locked", "-p", "xtask"]
        );
    }

    #[test]
    fn go_is_asked_for_where_the_log_is_tested() {
        let asked = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
            tests_the_log(&arguments)
        };
        assert!(asked(&[]) && asked(&["-p", "freigabe-ledger"]) && asked(&["some_name"]));
        assert!(!asked(&["-p", "xtask"]));
    }

    #[test]
    fn a_package_flag_for_the_test_binary_is_not_ours() {
        let arguments = ["some_name", "--", "-p"].map(str::to_owned);
        assert!(!names_packages(&arguments));
    }
}
