//! The area that a service is there for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize, de};

use crate::office::{Land, Postcode};

/// Not the beginning of postcodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the first one or two digits of postcodes")]
pub struct PostcodeRegionError;

/// All postcodes that begin with the same one or two digits: a part of Germany of a million people or so. Nothing smaller, so
/// that the area of a shelter does not tell where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PostcodeRegion(String);

impl PostcodeRegion {
    /// Checks and wraps the digits.
    ///
    /// # Errors
    /// When they are not one or two ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PostcodeRegionError> {
        if matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PostcodeRegionError)
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
}

impl<'de> Deserialize<'de> for PostcodeRegion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// Why something is no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServiceAreaError {
    /// Nothing is in it.
    #[error("must name at least one Land or postcode region, or be nationwide")]
    Empty,
}

/// The area that a service is there for (HSDS `service_area`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenArea", into = "WrittenArea")]
pub enum ServiceArea {
    /// All of Germany.
    Nationwide,
    /// Parts of it.
    Parts(AreaParts),
}

/// Länder and postcode regions, at least one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaParts {
    // INVARIANT: not both are empty (`ServiceArea::of_parts`).
    laender: BTreeSet<Land>,
    postcodes: BTreeSet<PostcodeRegion>,
}

impl ServiceArea {
    /// The Länder and postcode regions together.
    ///
    /// # Errors
    /// When there is neither.
    pub fn of_parts(
        laender: impl IntoIterator<Item = Land>,
        postcodes: impl IntoIterator<Item = PostcodeRegion>,
    ) -> Result<Self, ServiceAreaError> {
        let parts = AreaParts {
            laender: laender.into_iter().collect(),
            postcodes: postcodes.into_iter().collect(),
        };
        if parts.laender.is_empty() && parts.postcodes.is_empty() {
            return Err(ServiceAreaError::Empty);
        }
        Ok(Self::Parts(parts))
    }

    /// Whether a place lies in it. A place whose postcode isn't known lies in an area of postcodes only if its Land does.
    #[must_use]
    pub fn contains(&self, land: Land, postcode: Option<&Postcode>) -> bool {
        match self {
            Self::Nationwide => true,
            Self::Parts(parts) => {
                parts.laender.contains(&land)
                    || postcode.is_some_and(|postcode| {
                        parts
                            .postcodes
                            .iter()
                            .any(|region| region.contains(postcode))
                    })
            }
        }
    }

    /// Whether a Land lies in it, or a part of one may.
    #[must_use]
    pub fn touches(&self, land: Land) -> bool {
        match self {
            Self::Nationwide => true,
            Self::Parts(parts) => parts.laender.contains(&land),
        }
    }

    /// The Länder in it; none when it is nationwide.
    pub fn laender(&self) -> impl Iterator<Item = Land> {
        self.parts()
            .into_iter()
            .flat_map(|parts| parts.laender.iter().copied())
    }

    /// The postcode regions in it; none when it is nationwide.
    pub fn postcodes(&self) -> impl Iterator<Item = &PostcodeRegion> {
        self.parts()
            .into_iter()
            .flat_map(|parts| parts.postcodes.iter())
    }

    const fn parts(&self) -> Option<&AreaParts> {
        match self {
            Self::Nationwide => None,
            Self::Parts(parts) => Some(parts),
        }
    }
}

/// An area as it is written: nationwide, or its parts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenArea {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nationwide: bool,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    laender: BTreeSet<Land>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    postcodes: BTreeSet<PostcodeRegion>,
}

impl TryFrom<WrittenArea> for ServiceArea {
    type Error = ServiceAreaError;

    fn try_from(written: WrittenArea) -> Result<Self, ServiceAreaError> {
        if written.nationwide {
            return Ok(Self::Nationwide);
        }
        Self::of_parts(written.laender, written.postcodes)
    }
}

impl From<ServiceArea> for WrittenArea {
    fn from(area: ServiceArea) -> Self {
        let nothing = || (BTreeSet::new(), BTreeSet::new());
        let (nationwide, (laender, postcodes)) = match area {
            ServiceArea::Nationwide => (true, nothing()),
            ServiceArea::Parts(parts) => (false, (parts.laender, parts.postcodes)),
        };
        Self {
            nationwide,
            laender,
            postcodes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(digits: &str) -> PostcodeRegion {
        PostcodeRegion::parse(digits).unwrap()
    }

    #[test]
    fn a_region_is_never_smaller_than_two_digits() {
        for refused in ["", "123", "12345", "a", "1a", "٠"] {
            assert_eq!(
                PostcodeRegion::parse(refused),
                Err(PostcodeRegionError),
                "{refused}"
            );
        }
        let jena = Postcode::parse("07743").unwrap();
        assert!(region("0").contains(&jena) && region("07").contains(&jena));
        assert!(!region("7").contains(&jena));
    }

    #[test]
    fn an_area_has_a_part_or_is_all_of_germany() {
        assert_eq!(ServiceArea::of_parts([], []), Err(ServiceAreaError::Empty));
        assert!(serde_json::from_str::<ServiceArea>("{}").is_err());
        let everywhere: ServiceArea = serde_json::from_str("{\"nationwide\":true}").unwrap();
        assert!(everywhere.contains(Land::Saarland, None));
        let north = ServiceArea::of_parts([Land::Hamburg], [region("21")]).unwrap();
        assert!(north.contains(Land::Hamburg, None));
        assert!(north.contains(Land::LowerSaxony, Some(&Postcode::parse("21335").unwrap())));
        assert!(!north.contains(Land::LowerSaxony, Some(&Postcode::parse("30159").unwrap())));
        assert!(!north.contains(Land::LowerSaxony, None));
    }

    #[test]
    fn an_area_reads_back_as_it_was_written() {
        for area in [
            ServiceArea::Nationwide,
            ServiceArea::of_parts([Land::Bavaria, Land::Hesse], [region("6")]).unwrap(),
        ] {
            let written = serde_json::to_string(&area).unwrap();
            assert_eq!(
                serde_json::from_str::<ServiceArea>(&written).unwrap(),
                area,
                "{written}"
            );
        }
    }
}
