//! `freigabe openapi`

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{
    Failure,
    output::{say, say_text, warn_line},
};

const DEFAULT_FILE: &str = "openapi/freigabe.json";

/// Print the API's OpenAPI document, or compare it with a file
///
/// The document is generated from the program; the copy in the repository is what partners read and what changes are
/// reviewed by. --check fails when the two differ and shows the first difference.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe openapi > freigabe.json
  freigabe openapi --check
  freigabe openapi --write")]
pub(super) struct Openapi {
    /// Compare with FILE; exit status 1 when it differs [default file: openapi/freigabe.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = DEFAULT_FILE, conflicts_with = "write")]
    check: Option<PathBuf>,
    /// Write to FILE [default file: openapi/freigabe.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = DEFAULT_FILE)]
    write: Option<PathBuf>,
}

impl Openapi {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let document = document();
        if let Some(path) = &self.check {
            return check(path, &document);
        }
        if let Some(path) = &self.write {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
            }
            fs::write(path, &document).map_err(|error| failed(path, &error))?;
            say(&format!("wrote {}", path.display()))?;
            return Ok(ExitCode::SUCCESS);
        }
        say_text(&document)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The document with a line feed at its end.
fn document() -> String {
    let mut document = freigabe_http::openapi_json();
    if !document.ends_with('\n') {
        document.push('\n');
    }
    document
}

fn check(path: &Path, document: &str) -> Result<ExitCode, Failure> {
    let text = fs::read_to_string(path).map_err(|error| failed(path, &error))?;
    let shown = path.display().to_string();
    match first_difference(&text, document, &shown) {
        None => {
            say(&format!("{shown} is up to date"))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(difference) => {
            warn_line(&format!(
                "{difference}\nerror: {shown} is not what this program offers; run: freigabe openapi --write {shown}"
            ));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

/// The first line in which two texts differ, with a line of context, like a unified diff.
fn first_difference(old: &str, new: &str, name: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let mut before = None;
    let (mut old_lines, mut new_lines) = (old.split_inclusive('\n'), new.split_inclusive('\n'));
    let mut number = 0_usize;
    loop {
        number += 1;
        match (old_lines.next(), new_lines.next()) {
            (Some(o), Some(n)) if o == n => before = Some(o),
            // INVARIANT: the texts differ, so some line does.
            (old_line, new_line) => {
                let show = |sign: char, line: Option<&str>| {
                    line.map(|line| format!("\n{sign}{}", line.trim_end_matches('\n')))
                        .unwrap_or_default()
                };
                let ending = match (old_line, new_line) {
                    (Some(o), Some(n)) if o.trim_end() == n.trim_end() => {
                        "\n(the lines differ in white space at their ends only)"
                    }
                    _ => "",
                };
                return Some(format!(
                    "--- {name}\n+++ generated\n@@ line {number} @@{}{}{}{ending}",
                    show(' ', before),
                    show('-', old_line),
                    show('+', new_line)
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_first_difference_is_shown_with_its_line() {
        let shown =
            first_difference("{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n", "api.json").unwrap();
        assert_eq!(
            shown,
            "--- api.json\n+++ generated\n@@ line 2 @@\n {\n-  \"a\": 1\n+  \"a\": 2"
        );
        assert_eq!(first_difference("same\n", "same\n", "x"), None);
    }

    #[test]
    fn a_missing_end_and_a_surplus_line_are_differences_too() {
        let shown = first_difference("{\n", "{\n}\n", "x").unwrap();
        assert!(shown.ends_with("@@ line 2 @@\n {\n+}"), "{shown}");
        let shown = first_difference("a", "a\n", "x").unwrap();
        assert!(shown.contains("white space"), "{shown}");
    }

    #[test]
    fn a_written_document_passes_its_check_and_a_changed_one_does_not() {
        let scratch = Scratch::new("openapi");
        let path = scratch.path().join("folder/api.json");
        let write = Openapi {
            check: None,
            write: Some(path.clone()),
        };
        assert_eq!(write.run().unwrap(), ExitCode::SUCCESS);
        let check = |path: &Path| {
            let check = Openapi {
                check: Some(path.to_owned()),
                write: None,
            };
            check.run().unwrap()
        };
        assert_eq!(check(&path), ExitCode::SUCCESS);
        let changed = fs::read_to_string(&path).unwrap().replace("3.1", "3.0");
        fs::write(&path, changed).unwrap();
        assert_eq!(check(&path), ExitCode::FAILURE);
    }
}
