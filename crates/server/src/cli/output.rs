//! What a command says: results on standard output, everything else on standard error.

use std::io::{self, Write as _};

/// A line of the result.
///
/// # Errors
/// When standard output is closed.
pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// A text of the result as it is.
///
/// # Errors
/// When standard output is closed.
pub(crate) fn say_text(text: &str) -> io::Result<()> {
    say_bytes(text.as_bytes())
}

/// A result as it is, text or not.
///
/// # Errors
/// When standard output is closed.
pub(super) fn say_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Something to know besides the result.
pub(crate) fn warn(text: &str) {
    warn_line(&format!("note: {text}"));
}

pub(super) fn warn_line(line: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Rows under a heading, each column as wide as its widest cell.
///
/// # Errors
/// When standard output is closed.
pub(super) fn table<const N: usize>(
    heading: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut lines = vec![heading.map(str::to_owned)];
    lines.extend(rows);
    let mut widths = [0_usize; N];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        say(cells.join("  ").trim_end())?;
    }
    Ok(())
}
