//! Packages of Debian and Ubuntu, installed where that is one command.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// Whether packages can be installed here.
pub(crate) fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && process::folder_on_path(&["apt-get"]).is_some()
}

/// Installs packages, as root or by `sudo -n`; the failure says how to do it by hand.
pub(crate) fn install(packages: &[&str]) -> Result<(), Failure> {
    let root = are_we_root()?;
    let apt = |arguments: &[&str]| {
        let mut command = if root {
            Command::new("env")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env"]);
            sudo
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command.args(arguments);
        process::run(&mut command)
    };
    // A package list that cannot be refreshed may still do.
    if let Err(failure) = apt(&["update", "--quiet"]) {
        eprintln!("{failure}; trying with the package list as it is");
    }
    let options = ["install", "--quiet", "--yes", "--no-install-recommends"];
    apt(&[&options, packages].concat()).map_err(|failure| {
        let by_hand = by_hand(packages);
        Failure::missing(format!("{failure}\nInstall it by hand: {by_hand}"))
    })
}

/// The line that installs packages.
pub(crate) fn by_hand(packages: &[&str]) -> String {
    let packages = packages.join(" ");
    format!("sudo apt-get update && sudo apt-get install --yes {packages}")
}

/// Whether we may do everything, and so must not run a server.
pub(crate) fn are_we_root() -> Result<bool, Failure> {
    let own = process::read(Command::new("id").arg("-u"))
        .ok()
        .and_then(|printed| printed.trim().parse::<u32>().ok())
        .ok_or_else(|| Failure::new("cannot find out who we are: `id -u` failed"))?;
    Ok(own == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_packages_are_named_in_the_line_to_run() {
        assert_eq!(
            by_hand(&["golang-go", "postgresql"]),
            "sudo apt-get update && sudo apt-get install --yes golang-go postgresql"
        );
    }
}
