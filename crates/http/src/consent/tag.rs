//! The entity tag of a consent: revision and status, so that it never outlives a withdrawal.

use freigabe_domain::{
    consent::{ConsentStatus, ConsentVersion},
    exchange::ConsentView,
};

/// The tag of a consent as it was read.
pub(super) fn of(view: &ConsentView) -> String {
    write(view.head.version_at(view.read_at))
}

/// Reads a tag; none when it can't be one of a consent. A weak tag never matches (RFC 9110 §13.1.1).
pub(super) fn read(text: &str) -> Option<ConsentVersion> {
    let (revision, status) = text.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
    let version = ConsentVersion {
        revision: revision.parse().ok()?,
        status: ConsentStatus::from_code(status).ok()?,
    };
    (write(version) == text).then_some(version)
}

fn write(version: ConsentVersion) -> String {
    format!("\"{}-{}\"", version.revision, version.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_has_one_form() {
        for status in ConsentStatus::ALL {
            let version = ConsentVersion {
                revision: 12,
                status: *status,
            };
            assert_eq!(read(&write(version)), Some(version));
        }
        for other in [
            "\"1\"",
            "\"+1-given\"",
            "\"01-given\"",
            "W/\"1-given\"",
            "\"1-x\"",
            "\"\"",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
