//! The directory of counselling centres (agreement, points 1 and 2): who helps, where, in which languages, when.
//!
//! Anybody may search it: nothing here knows who asks, and nothing here can say that help depends on anything a person does.
//! Its shape follows Open Referral HSDS 3 (organization, service, location, schedule, phone, language, service area). A shelter
//! has an area that it is there for, and no place: [`Place::Shelter`](entry::ServicePlace::Shelter) has no room for an address.

mod area;
mod contact;
mod entry;
mod gazetteer;
pub mod hours;
mod language;
mod search;
mod standing;
mod vocabulary;

pub use area::{PostcodeRegion, PostcodeRegionError, ServiceArea, ServiceAreaError};
pub use contact::{Address, AddressError, Contact, ContactError, WebAddress, WebAddressError};
pub use entry::{
    Centre, CentreEntry, EntryError, Location, Service, ServicePlace, SpokenLanguage, StreetAddress,
};
pub use gazetteer::{FoundPlace, Gazetteer, NameMatch, NamedPlace};
pub use hours::{Frequency, OnPublicHolidays};
pub use language::{LanguageCode, LanguageCodeError};
pub use search::{
    DirectoryIndex, Indexed, Match, MatchPosition, MatchReason, Matches, Search, SearchOrder, Spot,
};
pub use standing::{Assurance, ConfirmationRules, EntryStanding};
pub use vocabulary::{
    AccessibilityFeature, Channel, ExploitationForm, LanguageMode, Offer, ServiceStatus,
    TargetGroup,
};
