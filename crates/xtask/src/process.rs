//! Running other programs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::interrupt;

const POLL: Duration = Duration::from_millis(50);

/// How long a child may take to end by itself after Ctrl-C, which the terminal sends to it as well.
const GRACE: Duration = Duration::from_secs(10);

/// Cargo, the one that runs us if there is one.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Makes the workspace's root the current folder.
pub(crate) fn enter_workspace() -> Result<(), Failure> {
    let manifest = read(cargo().args(["locate-project", "--workspace", "--message-format=plain"]))?;
    let root = Path::new(manifest.trim())
        .parent()
        .unwrap_or(Path::new("."));
    std::env::set_current_dir(root)
        .map_err(|error| Failure::new(format!("cannot enter {}: {error}", root.display())))
}

/// Runs a command with our output streams; fails when it fails, with its exit status.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    let status = status(command)?;
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Err(Failure::with_status(
        format!("`{shown}` failed ({status})"),
        code.unwrap_or(1),
    ))
}

/// Runs a command with our output streams to its end.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    let shown = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("cannot start `{shown}`: {error}")))?;
    let status = wait(&mut child)
        .map_err(|error| Failure::new(format!("lost sight of `{shown}`: {error}")))?;
    if interrupt::requested() {
        return Err(Failure::interrupted());
    }
    Ok(status)
}

/// Waits for a child. Once we are asked to stop, it gets time to end, then a signal, then the end.
fn wait(child: &mut Child) -> std::io::Result<ExitStatus> {
    let mut asked: Option<Instant> = None;
    let mut signalled = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupt::requested() {
            let since = asked.get_or_insert_with(Instant::now).elapsed();
            if since > GRACE * 2 {
                child.kill()?;
            } else if since > GRACE && !signalled {
                signalled = true;
                terminate(child);
            }
        }
        std::thread::sleep(POLL);
    }
}

/// Sends SIGTERM, by the shell's own `kill`. When that fails, the child is killed later.
fn terminate(child: &Child) {
    let id = child.id().to_string();
    let _ = Command::new("sh")
        .args(["-c", r#"kill -TERM "$1""#, "sh", &id])
        .status();
}

/// Runs a command quietly and returns its standard output; its error output is part of the failure.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(format!("cannot start `{shown}`: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!(
            "`{shown}` failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a command can be started and succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Makes sure that `cargo NAME` works, installing it from its crate if need be.
pub(crate) fn ensure_cargo_tool(name: &str, install_args: &[&str]) -> Result<(), Failure> {
    if succeeds(cargo().args([name, "--version"])) {
        return Ok(());
    }
    let package = format!("cargo-{name}");
    println!("{package} is not installed; installing it, which takes some minutes");
    run(cargo()
        .args(["install", &package, "--locked"])
        .args(install_args))
    .map_err(|failure| {
        Failure::missing(format!(
            "{failure}\nInstall it by hand: cargo install {package} --locked"
        ))
    })
}

/// The first folder of PATH in which all these programs lie.
pub(crate) fn folder_on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| {
        programs
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_hands_on_its_status() {
        let failure = run(Command::new("sh").args(["-c", "exit 100"])).unwrap_err();
        assert_eq!(failure.status(), 100);
        assert!(
            failure.to_string().starts_with("`sh -c exit 100` failed"),
            "{failure}"
        );
    }

    #[test]
    fn what_a_program_complains_of_is_reported() {
        let failure =
            read(Command::new("sh").args(["-c", "echo no luck >&2; exit 3"])).unwrap_err();
        assert!(failure.to_string().ends_with("no luck"), "{failure}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = run(&mut Command::new("/nowhere/no-such-program")).unwrap_err();
        assert!(
            failure.to_string().contains("`no-such-program`"),
            "{failure}"
        );
    }
}
