//! Which help is needed.

use serde::{Deserialize, Serialize};

use crate::{
    directory::{ExploitationForm, LanguageCode, Offer, PostcodeRegion, Search, TargetGroup},
    office::{Land, Postcode},
};

/// Which help is needed, and where. It is sealed where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpNeeded {
    /// Where the person is. Centres are told its region alone.
    pub place: Option<Postcode>,
    /// In which Land.
    pub land: Option<Land>,
    /// In which language.
    pub language: Option<LanguageCode>,
    /// For whom.
    pub target_group: Option<TargetGroup>,
    /// After which form of exploitation, as far as it is suspected.
    pub exploitation_form: Option<ExploitationForm>,
    /// Which help above all.
    pub offer: Option<Offer>,
    /// Whether somebody has to come to where the person is.
    pub mobile: bool,
}

/// The same as a centre is told: no place, only its region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpNeededByCentre {
    /// The first two digits of the postcode.
    pub region: Option<PostcodeRegion>,
    /// In which Land.
    pub land: Option<Land>,
    /// In which language.
    pub language: Option<LanguageCode>,
    /// For whom.
    pub target_group: Option<TargetGroup>,
    /// After which form of exploitation.
    pub exploitation_form: Option<ExploitationForm>,
    /// Which help above all.
    pub offer: Option<Offer>,
    /// Whether somebody has to come to where the person is.
    pub mobile: bool,
}

impl HelpNeeded {
    /// What to look for in the directory. The place is named beside it.
    #[must_use]
    pub fn search(&self) -> Search {
        Search {
            land: self.land,
            language: self.language,
            target_group: self.target_group,
            exploitation_form: self.exploitation_form,
            offer: self.offer,
            mobile: self.mobile,
            ..Search::default()
        }
    }

    /// What a centre is told of it.
    #[must_use]
    pub fn for_centre(&self) -> HelpNeededByCentre {
        let region = |place: &Postcode| PostcodeRegion::parse(place.as_str().get(..2)?).ok();
        HelpNeededByCentre {
            region: self.place.as_ref().and_then(region),
            land: self.land,
            language: self.language,
            target_group: self.target_group,
            exploitation_form: self.exploitation_form,
            offer: self.offer,
            mobile: self.mobile,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_is_told_a_region_and_no_place() {
        let needed = HelpNeeded {
            place: Some(Postcode::parse("01067").unwrap()),
            ..HelpNeeded::default()
        };
        let told = needed.for_centre();
        assert_eq!(told.region, PostcodeRegion::parse("01").ok());
        assert!(!format!("{told:?}").contains("01067"));
    }
}
