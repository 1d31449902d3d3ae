//! `freigabe`: see `freigabe --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    freigabe_server::cli::main()
}
