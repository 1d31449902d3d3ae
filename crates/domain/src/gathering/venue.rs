//! Where something takes place, and who pays for it.

use super::ShortGeneralText;
use crate::{directory::WebAddress, ids::SupplementaryAgreementId};

/// Neither a place nor an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("needs a place, an address on the web, or both")]
pub struct VenueError;

/// Where something takes place: somewhere, on the web, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    // INVARIANT: at least one of the two is there (`Venue::new`).
    place: Option<ShortGeneralText>,
    online: Option<WebAddress>,
}

impl Venue {
    /// Puts a venue together.
    ///
    /// # Errors
    /// When it has neither.
    pub fn new(
        place: Option<ShortGeneralText>,
        online: Option<WebAddress>,
    ) -> Result<Self, VenueError> {
        if place.is_none() && online.is_none() {
            return Err(VenueError);
        }
        Ok(Self { place, online })
    }

    /// Where people meet.
    #[must_use]
    pub const fn place(&self) -> Option<&ShortGeneralText> {
        self.place.as_ref()
    }

    /// Where they meet on the web.
    #[must_use]
    pub const fn online(&self) -> Option<&WebAddress> {
        self.online.as_ref()
    }
}

/// Who pays (agreement, point 10): each side bears its own costs, unless a supplementary agreement says otherwise. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostBearing {
    /// Each its own: neutral to the other.
    Own,
    /// As a supplementary agreement shares them.
    Shared(SupplementaryAgreementId),
}

impl CostBearing {
    /// The supplementary agreement, if there is one.
    #[must_use]
    pub const fn agreement(self) -> Option<SupplementaryAgreementId> {
        match self {
            Self::Own => None,
            Self::Shared(agreement) => Some(agreement),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_venue_is_somewhere() {
        assert_eq!(Venue::new(None, None), Err(VenueError));
        let place = ShortGeneralText::parse("Berlin").unwrap();
        assert!(Venue::new(Some(place), None).unwrap().online().is_none());
    }
}
