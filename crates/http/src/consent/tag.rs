//! The entity tag of a consent: revision and status, so that it never outlives a withdrawal.

use freigabe_domain::{consent::ConsentStatus, exchange::ConsentView};

/// What a tag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    /// The revision.
    pub(super) revision: u32,
    /// The status.
    pub(super) status: ConsentStatus,
}

impl Tag {
    /// The tag of a consent as it was read.
    pub(super) fn of(view: &ConsentView) -> Self {
        Self {
            revision: view.head.revision,
            status: view.head.status_at(view.read_at),
        }
    }

    /// Reads a tag; none when it can't be one of a consent. A weak tag never matches (RFC 9110 §13.1.1).
    pub(super) fn read(text: &str) -> Option<Self> {
        let (revision, status) = text.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
        let tag = Self {
            revision: revision.parse().ok()?,
            status: ConsentStatus::from_code(status).ok()?,
        };
        (tag.to_string() == text).then_some(tag)
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}-{}\"", self.revision, self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_has_one_form() {
        for status in ConsentStatus::ALL {
            let tag = Tag {
                revision: 12,
                status: *status,
            };
            assert_eq!(Tag::read(&tag.to_string()), Some(tag));
        }
        for other in [
            "\"1\"",
            "\"+1-given\"",
            "\"01-given\"",
            "W/\"1-given\"",
            "\"1-x\"",
            "\"\"",
        ] {
            assert_eq!(Tag::read(other), None, "{other}");
        }
    }
}
