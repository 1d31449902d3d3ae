//! Go and its packages for logs, with which a test looks at our log: found, or installed where that is one command.

use std::path::Path;

use crate::debian;
use crate::failure::Failure;
use crate::process;

/// Debian's packages.
const PACKAGES: [&str; 2] = ["golang-go", "golang-golang-x-mod-dev"];

/// Where the test looks for the sources of golang.org/x/mod.
const SOURCES: &str = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

/// Makes sure that the test can be built.
pub(crate) fn ensure() -> Result<(), Failure> {
    if is_here() {
        return Ok(());
    }
    if debian::is_here() {
        eprintln!("Go or golang.org/x/mod is not installed; installing Debian's packages");
        debian::install(&PACKAGES)?;
        if is_here() {
            return Ok(());
        }
    }
    Err(Failure::missing(format!(
        "a test needs Go 1.19 or newer on PATH and the sources of golang.org/x/mod in {SOURCES}; on Debian and Ubuntu: {}",
        debian::by_hand(&PACKAGES)
    )))
}

fn is_here() -> bool {
    process::folder_on_path(&["go"]).is_some() && Path::new(SOURCES).is_dir()
}
