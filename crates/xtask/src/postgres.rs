//! A throw-away PostgreSQL server.

mod account;
mod cluster;
mod installation;

use std::time::Duration;

use crate::failure::Failure;
use crate::interrupt;

pub(crate) use cluster::Cluster;

/// Where tests and benchmarks look for their PostgreSQL server.
pub(crate) const SERVER_VARIABLE: &str = "FREIGABE_TEST_POSTGRES";

/// `cargo xtask cluster`.
pub(crate) fn keep_until_interrupted(durable: bool) -> Result<(), Failure> {
    let cluster = Cluster::start(durable)?;
    eprintln!(
        "PostgreSQL {} runs until Ctrl-C; its data go with it",
        cluster.version()
    );
    println!("{}", cluster.url());
    while !interrupt::requested() {
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(cluster);
    eprintln!("stopped and removed");
    Ok(())
}
