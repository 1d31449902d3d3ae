//! Settings of a witness: the file, then the environment, then the command line; what comes later wins.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Deserialize;

use crate::{cli::Failure, settings::LogFormat};

/// What can be set, on the command line and in the environment.
#[derive(Debug, Default, Args)]
pub(super) struct WitnessFlags {
    /// Settings file (TOML) with listen, store, key_file, logs, log_level and log_format [environment:
    /// FREIGABE_WITNESS_CONFIG]
    #[arg(
        long,
        value_name = "FILE",
        env = "FREIGABE_WITNESS_CONFIG",
        hide_env = true
    )]
    pub(super) config: Option<PathBuf>,

    /// Address and port to listen on, in plain HTTP; port 0 takes a free one [environment: FREIGABE_WITNESS_LISTEN; default:
    /// 127.0.0.1:8090]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "FREIGABE_WITNESS_LISTEN",
        hide_env = true
    )]
    pub(super) listen: Option<SocketAddr>,

    /// Where it keeps what it saw [environment: FREIGABE_WITNESS_STORE; default: witness.db]
    #[arg(
        long,
        value_name = "FILE",
        env = "FREIGABE_WITNESS_STORE",
        hide_env = true
    )]
    pub(super) store: Option<PathBuf>,

    /// File with its key, as `freigabe witness key generate` wrote it [environment: FREIGABE_WITNESS_KEY_FILE]
    #[arg(
        long,
        value_name = "FILE",
        env = "FREIGABE_WITNESS_KEY_FILE",
        hide_env = true
    )]
    pub(super) key: Option<PathBuf>,

    /// Key of a log that it watches, as `freigabe log key` prints it; may be given several times, and twice with one name
    /// while a log replaces its key [environment: FREIGABE_WITNESS_LOGS, with commas between them]
    #[arg(
        long = "log",
        value_name = "VKEY",
        value_delimiter = ',',
        env = "FREIGABE_WITNESS_LOGS",
        hide_env = true
    )]
    pub(super) logs: Vec<String>,

    /// What to log: error, warn, info, debug, trace [environment: FREIGABE_WITNESS_LOG_LEVEL; default: info]
    #[arg(
        long,
        value_name = "LEVEL",
        env = "FREIGABE_WITNESS_LOG_LEVEL",
        hide_env = true
    )]
    pub(super) log_level: Option<String>,

    /// How to log [environment: FREIGABE_WITNESS_LOG_FORMAT; default: text]
    #[arg(
        long,
        value_name = "FORMAT",
        env = "FREIGABE_WITNESS_LOG_FORMAT",
        hide_env = true
    )]
    pub(super) log_format: Option<LogFormat>,
}

/// What may stand in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessFile {
    listen: Option<SocketAddr>,
    store: Option<PathBuf>,
    key_file: Option<PathBuf>,
    #[serde(default)]
    logs: Vec<String>,
    log_level: Option<String>,
    log_format: Option<LogFormat>,
}

/// Settings put together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WitnessSettings {
    pub(super) listen: SocketAddr,
    pub(super) store: PathBuf,
    pub(super) key_file: PathBuf,
    pub(super) logs: Vec<String>,
    pub(super) log_level: String,
    pub(super) log_format: LogFormat,
}

impl WitnessFlags {
    pub(super) fn settings(self) -> Result<WitnessSettings, Failure> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => WitnessFile::default(),
        };
        let Some(key_file) = self.key.or(file.key_file) else {
            return Err(Failure::new(
                "a witness needs its key: give --key FILE (make one with: freigabe witness key generate FILE --name NAME)",
            ));
        };
        // An empty variable counts as not set, as in a compose file that passes one on.
        let given: Vec<String> = self
            .logs
            .into_iter()
            .filter(|log| !log.is_empty())
            .collect();
        let logs = if given.is_empty() { file.logs } else { given };
        if logs.is_empty() {
            return Err(Failure::new(
                "a witness needs a log to watch: give --log VKEY, which the log's operator prints with: freigabe log key",
            ));
        }
        Ok(WitnessSettings {
            listen: self
                .listen
                .or(file.listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8090))),
            store: self
                .store
                .or(file.store)
                .unwrap_or_else(|| PathBuf::from("witness.db")),
            key_file,
            logs,
            log_level: self
                .log_level
                .or(file.log_level)
                .unwrap_or_else(|| "info".to_owned()),
            log_format: self.log_format.or(file.log_format).unwrap_or_default(),
        })
    }
}

fn read(path: &Path) -> Result<WitnessFile, Failure> {
    let unusable =
        |problem: &dyn std::fmt::Display| Failure::new(format!("{}: {problem}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unusable(&error))?;
    toml::from_str(&text).map_err(|error| unusable(&error.to_string().trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn flags_beat_the_file_and_the_file_beats_defaults() {
        let scratch = Scratch::new("witness-settings");
        let path = scratch.path().join("witness.toml");
        let text = "listen = \"127.0.0.1:9\"\nkey_file = \"a.key\"\nlogs = [\"one\", \"two\"]\n";
        std::fs::write(&path, text).unwrap();
        let flags = WitnessFlags {
            config: Some(path.clone()),
            key: Some(PathBuf::from("b.key")),
            ..WitnessFlags::default()
        };
        let settings = flags.settings().unwrap();
        assert_eq!(settings.listen.port(), 9);
        assert_eq!(settings.key_file, PathBuf::from("b.key"));
        assert_eq!(settings.logs, ["one", "two"]);
        assert_eq!(settings.store, PathBuf::from("witness.db"));
        std::fs::write(&path, "listn = 1\n").unwrap();
        let flags = WitnessFlags {
            config: Some(path),
            ..WitnessFlags::default()
        };
        let message = flags.settings().unwrap_err().to_string();
        assert!(message.contains("listn"), "{message}");
    }

    #[test]
    fn a_witness_without_a_key_or_a_log_is_told_what_to_give() {
        let without = WitnessFlags::default().settings().unwrap_err();
        assert!(without.to_string().contains("--key FILE"));
        let flags = WitnessFlags {
            key: Some(PathBuf::from("k")),
            ..WitnessFlags::default()
        };
        assert!(
            flags
                .settings()
                .unwrap_err()
                .to_string()
                .contains("--log VKEY")
        );
    }
}
