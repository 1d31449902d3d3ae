//! The area that an agreement is for.
//!
//! Not the directory's [`ServiceArea`](crate::directory::ServiceArea): that one is never finer than two digits of a postcode, so that nobody
//! finds a shelter by it, and may be all of Germany. An agreement is regional, and its parties know each other.

use std::collections::BTreeSet;

use crate::office::{Land, Postcode};

/// Not the beginning of a postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the first one to five digits of postcodes")]
pub struct PostcodePrefixError;

/// The first one to five digits of postcodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostcodePrefix(String);

impl PostcodePrefix {
    /// Checks and wraps digits.
    ///
    /// # Errors
    /// When it is not one to five digits.
    pub fn parse(text: &str) -> Result<Self, PostcodePrefixError> {
        if (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PostcodePrefixError)
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a postcode begins so.
    #[must_use]
    pub fn contains(&self, postcode: &Postcode) -> bool {
        postcode.as_str().starts_with(&self.0)
    }

    /// Everything that this postcode begins with, the shortest first.
    pub fn all_of(postcode: &Postcode) -> impl Iterator<Item = Self> {
        // INVARIANT: a postcode is five ASCII digits, so that each of its bytes is a character.
        let digits = postcode.as_str();
        (1..=digits.len()).filter_map(|length| digits.get(..length).map(|text| Self(text.into())))
    }
}

/// Not an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must name at least one Land or the beginning of a postcode")]
pub struct AgreementAreaError;

/// Länder, and postcodes by how they begin: whatever lies in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementArea {
    // INVARIANT: not both are empty (`AgreementArea::new`).
    laender: BTreeSet<Land>,
    postcodes: BTreeSet<PostcodePrefix>,
}

impl AgreementArea {
    /// An area of these.
    ///
    /// # Errors
    /// When there are none.
    pub fn new(
        laender: impl IntoIterator<Item = Land>,
        postcodes: impl IntoIterator<Item = PostcodePrefix>,
    ) -> Result<Self, AgreementAreaError> {
        let area = Self {
            laender: laender.into_iter().collect(),
            postcodes: postcodes.into_iter().collect(),
        };
        if area.laender.is_empty() && area.postcodes.is_empty() {
            return Err(AgreementAreaError);
        }
        Ok(area)
    }

    /// Its Länder.
    #[must_use]
    pub const fn laender(&self) -> &BTreeSet<Land> {
        &self.laender
    }

    /// How its postcodes begin.
    #[must_use]
    pub const fn postcodes(&self) -> &BTreeSet<PostcodePrefix> {
        &self.postcodes
    }

    /// Whether a place lies in it. The Land is unknown where the directory does not know the postcode.
    #[must_use]
    pub fn contains(&self, land: Option<Land>, postcode: &Postcode) -> bool {
        land.is_some_and(|land| self.laender.contains(&land)) || self.digits(postcode) > 0
    }

    /// By how many digits it names this postcode: the more, the narrower. Zero where it is named by its Land alone, or not at all.
    #[must_use]
    pub fn digits(&self, postcode: &Postcode) -> usize {
        let named = self.postcodes.iter().filter(|one| one.contains(postcode));
        named.map(|one| one.0.len()).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(digits: &str) -> PostcodePrefix {
        PostcodePrefix::parse(digits).unwrap()
    }

    #[test]
    fn a_prefix_is_one_to_five_digits() {
        for refused in ["", "123456", "1a", "٠", " 1", "DE-HH"] {
            assert_eq!(
                PostcodePrefix::parse(refused),
                Err(PostcodePrefixError),
                "{refused}"
            );
        }
        let hamburg = Postcode::parse("20095").unwrap();
        let all: Vec<_> = PostcodePrefix::all_of(&hamburg).collect();
        let digits: Vec<_> = all.iter().map(PostcodePrefix::as_str).collect();
        assert_eq!(digits, ["2", "20", "200", "2009", "20095"]);
        assert!(all.iter().all(|one| one.contains(&hamburg)));
        assert!(!prefix("0").contains(&hamburg));
    }

    #[test]
    fn an_area_has_a_part() {
        assert_eq!(AgreementArea::new([], []), Err(AgreementAreaError));
    }

    #[test]
    fn a_place_lies_in_its_land_or_under_its_first_digits() {
        let area = AgreementArea::new([Land::Hamburg], [prefix("21"), prefix("213")]).unwrap();
        let postcode = |text| Postcode::parse(text).unwrap();
        assert!(area.contains(Some(Land::Hamburg), &postcode("20095")));
        assert!(area.contains(Some(Land::LowerSaxony), &postcode("21335")));
        assert!(area.contains(None, &postcode("21335")));
        assert!(!area.contains(Some(Land::LowerSaxony), &postcode("30159")));
        assert!(!area.contains(None, &postcode("20095")));
        let digits = ["20095", "21029", "21335"].map(|text| area.digits(&postcode(text)));
        assert_eq!(digits, [0, 2, 3], "the longest beginning counts");
    }
}
