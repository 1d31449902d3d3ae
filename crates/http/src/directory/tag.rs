//! The entity tag of what has versions. Of an entry of the directory it is the entry's: when it was confirmed is no part of it, so that
//! whoever changes an entry need not read it again only because it was confirmed meanwhile. Half of a contact pair is the same.

use freigabe_domain::directory::Centre;

/// The tag of an entry.
pub(super) fn of(centre: &Centre) -> String {
    write(centre.version)
}

/// Reads a tag; none when it can't be one. A weak tag never matches (RFC 9110 §13.1.1).
pub(crate) fn read(text: &str) -> Option<u64> {
    let version = text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
    (write(version) == text).then_some(version)
}

/// The tag of a version.
pub(crate) fn write(version: u64) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_has_one_form() {
        assert_eq!(read(&write(12)), Some(12));
        for other in ["\"+1\"", "\"01\"", "W/\"1\"", "1", "\"\"", "\"-1\""] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
