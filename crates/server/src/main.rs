//! `freigabe`: see `freigabe --help`.

use std::process::ExitCode;

/// Takes less time and memory than glibc's, for what a server does (decision 0023). How it is set stands in `.cargo/config.toml`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    freigabe_server::cli::main()
}
