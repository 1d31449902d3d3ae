//! `cargo xtask bench`: what the whole costs, on a PostgreSQL server of its own and on SQLite.

use crate::failure::Failure;
use crate::postgres::{Cluster, SERVER_VARIABLE};
use crate::process;

/// Runs the benchmark with these arguments.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    // What is not written through to the disk costs nothing, and measures nothing.
    let cluster = Cluster::start(true)?;
    eprintln!(
        "Measuring with PostgreSQL {}; let nothing else run meanwhile",
        cluster.version()
    );
    let mut command = process::cargo();
    command
        .args([
            "bench",
            "--locked",
            "-p",
            "freigabe-tests",
            "--bench",
            "cost",
            "--",
        ])
        .args(arguments)
        .env(SERVER_VARIABLE, cluster.url());
    process::run(&mut command)
}
