//! `freigabe`: see `freigabe --help`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A verifier reads a million events, each of dozens of names and values, on all cores: with the system's allocator, a third of
/// its time would be spent there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    freigabe_server::cli::main()
}
