//! Repository chores: `cargo xtask --help`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its standard streams"
)]

mod bench;
mod ci;
mod debian;
mod deps;
mod failure;
mod golang;
mod interrupt;
mod postgres;
mod process;
mod suite;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use failure::Failure;
use suite::TestOptions;

/// Chores of the Freigabe repository.
///
/// `cargo xtask test` runs every test of the workspace and sets up what they need, `cargo xtask ci` runs every
/// check that a change has to pass.
///
/// Exit status: 0 when everything passed, 2 when something is missing that has to be installed by hand, 130 after
/// Ctrl-C, otherwise the status of the command that failed, or 1.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check who depends on whom
    ///
    /// Holds the manifests and the resolved dependency graph against the house's rules: which crate of the
    /// workspace may use which other, which foreign crates are out of bounds where, and what must not be reached
    /// even through others (the HTTP crate must not reach the storage crate, the domain no runtime). Lists every
    /// violation. The rules are a table in crates/xtask/src/deps/rules.rs.
    CheckDeps,

    /// Run all tests, on a PostgreSQL server started for them
    ///
    /// Starts a throw-away PostgreSQL server (15 or newer) on a free port of the loopback interface, runs
    /// `cargo nextest run --workspace` with its address in FREIGABE_TEST_POSTGRES, then the documentation tests,
    /// and removes the server and its folder again, whatever happens. Nothing is skipped: missing PostgreSQL
    /// binaries are installed on Debian and Ubuntu (as root, or by `sudo -n`) and asked for elsewhere, and so are Go
    /// and its package golang.org/x/mod, which verify our log; a missing cargo-nextest is installed with cargo.
    ///
    /// Example: `cargo xtask test -- -p freigabe-ledger one_changed_byte`
    Test(TestArgs),

    /// Run every check of a change, stopping at the first that fails
    ///
    /// In this order: formatting, clippy, dependency rules, the checked-in OpenAPI document, all tests, the lint of
    /// deploy/ where there is one, then licences, bans and sources by cargo-deny (installed when missing), and the
    /// advisories if their database can be fetched; if it cannot, the output says so.
    Ci,

    /// Measure what the whole costs, against the same SQL alone
    ///
    /// Starts a throw-away PostgreSQL server that writes durably, builds the program as it is delivered, and lets 1, 8
    /// and 32 clients release, collect, withdraw, check and query, on PostgreSQL and on SQLite. Beside each stands its
    /// floor: the same statements in the same transactions without HTTP, tokens, encryption and log; and pgbench with the
    /// same statements. Takes about three quarters of an hour of a machine with nothing else to do. Ends with
    /// status 1 if a limit is missed.
    ///
    /// Example: `cargo xtask bench -- --only release --clients 8 --write docs/evidence/cost-table.md`
    Bench(BenchArgs),

    /// Start a throw-away PostgreSQL server and keep it until Ctrl-C
    ///
    /// Prints the server's URL on standard output, for `cargo xtask test --postgres-url URL` or for
    /// `FREIGABE_TEST_POSTGRES=URL cargo nextest run`. The data are gone afterwards.
    Cluster(ClusterArgs),
}

#[derive(Args)]
struct TestArgs {
    /// Use this server instead of starting one; the role needs the right to create databases and roles
    #[arg(long, value_name = "URL")]
    postgres_url: Option<String>,

    /// Leave the documentation tests out
    #[arg(long)]
    no_doc: bool,

    #[command(flatten)]
    cluster: ClusterArgs,

    /// Arguments for `cargo nextest run`; naming packages replaces `--workspace`
    #[arg(last = true, value_name = "NEXTEST ARGS")]
    nextest: Vec<String>,
}

#[derive(Args)]
struct BenchArgs {
    /// Arguments for the benchmark: `-- --help` lists them
    #[arg(last = true, value_name = "BENCH ARGS")]
    bench: Vec<String>,
}

#[derive(Args, Clone, Copy)]
struct ClusterArgs {
    /// Let the server write durably (fsync): slower, and only needed by who cuts the power
    #[arg(long)]
    durable: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::from(failure.status())
        }
    }
}

fn run(chore: Chore) -> Result<(), Failure> {
    interrupt::listen()?;
    process::enter_workspace()?;
    match chore {
        Chore::CheckDeps => deps::check(),
        Chore::Test(args) => suite::run(&TestOptions {
            postgres_url: args.postgres_url,
            durable: args.cluster.durable,
            doc_tests: !args.no_doc,
            nextest_args: args.nextest,
        }),
        Chore::Ci => ci::run(),
        Chore::Bench(args) => bench::run(&args.bench),
        Chore::Cluster(args) => postgres::keep_until_interrupted(args.durable),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_go_to_nextest() {
        let cli = Cli::parse_from(["xtask", "test", "--no-doc", "--", "-p", "xtask"]);
        let Chore::Test(args) = cli.chore else {
            panic!("parsed as another chore");
        };
        assert!(args.no_doc);
        assert_eq!(args.nextest, ["-p", "xtask"]);
    }
}
