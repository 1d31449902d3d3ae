//! `cargo xtask ci`: all checks of a change, cheap ones first.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::deps;
use crate::failure::Failure;
use crate::process::{self, cargo};
use crate::suite::{self, TestOptions};

/// The generated document that is checked in.
const OPENAPI: &str = "openapi/freigabe.json";

/// A script that checks what a deployment is made of, when there is one.
const DEPLOY_LINT: &str = "deploy/lint.sh";

struct Step {
    name: &'static str,
    run: fn() -> Result<(), Failure>,
}

const STEPS: &[Step] = &[
    Step {
        name: "formatting",
        run: || process::run(cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "clippy",
        run: || {
            process::run(
                cargo()
                    .args(["clippy", "--workspace", "--all-targets", "--locked"])
                    .args(["--", "-D", "warnings"]),
            )
        },
    },
    Step {
        name: "dependency rules",
        run: deps::check,
    },
    Step {
        name: "OpenAPI document",
        run: openapi_document,
    },
    Step {
        name: "tests",
        run: || suite::run(&TestOptions::default()),
    },
    Step {
        name: "deployment files",
        run: deployment_files,
    },
    // Late, because building cargo-deny takes minutes where it is not installed.
    Step {
        name: "licences, bans, sources",
        run: || {
            ensure_deny()?;
            process::run(cargo().args(["deny", "--locked", "check", "licenses", "bans", "sources"]))
        },
    },
    Step {
        name: "advisories",
        run: advisories,
    },
];

/// Compares the checked-in document with what the server generates. Until the server is a member of the workspace there
/// is nothing to compare, and that is said.
fn openapi_document() -> Result<(), Failure> {
    if !Path::new(OPENAPI).exists() {
        println!("there is no {OPENAPI} yet, so nothing to compare");
        return Ok(());
    }
    process::run(
        cargo()
            .args(["run", "--quiet", "--locked", "-p", "freigabe-server"])
            .args(["--", "openapi", "--check", OPENAPI]),
    )
}

/// Runs the steps in order and stops at the first that fails.
pub(crate) fn run() -> Result<(), Failure> {
    let began = Instant::now();
    for (number, step) in (1..).zip(STEPS) {
        println!("\n=== {number}/{} {} ===", STEPS.len(), step.name);
        let step_began = Instant::now();
        let result = (step.run)();
        let seconds = step_began.elapsed().as_secs_f32();
        let outcome = if result.is_ok() { "done" } else { "FAILED" };
        println!("--- {}: {outcome} after {seconds:.1} s", step.name);
        result?;
    }
    println!(
        "\nAll {} steps passed after {:.0} s",
        STEPS.len(),
        began.elapsed().as_secs_f32()
    );
    Ok(())
}

fn deployment_files() -> Result<(), Failure> {
    if !Path::new(DEPLOY_LINT).is_file() {
        println!("there is no {DEPLOY_LINT}, so nothing to check");
        return Ok(());
    }
    process::run(Command::new("bash").arg(DEPLOY_LINT))
}

fn ensure_deny() -> Result<(), Failure> {
    process::ensure_cargo_tool("deny", &["--debug"])
}

/// Known vulnerabilities in dependencies. The database is fetched apart from the check, so that not reaching it and
/// finding something in it cannot be confused: the first is said and passes, the second fails.
fn advisories() -> Result<(), Failure> {
    ensure_deny()?;
    if let Err(failure) = process::read(cargo().args(["deny", "fetch", "db"])) {
        let failure = failure.to_string();
        let reason = failure.lines().last().unwrap_or_default();
        println!("advisories were NOT checked, their database could not be fetched: {reason}");
        return Ok(());
    }
    process::run(cargo().args(["deny", "--locked", "check", "--disable-fetch", "advisories"]))
}
