//! The directory of counselling centres (agreement, points 1 and 2). Its names are those of Open Referral HSDS 3.

mod entry;
mod hours;
mod keeping;
mod search;

pub use entry::{
    CentreEntry, Contact, Location, Service, ServiceArea, ServicePlace, SpokenLanguage,
    StreetAddress,
};
pub use hours::{Opening, Schedule};
pub use keeping::{
    AddCounsellingCentre, CounsellingCentre, ImportCounsellingCentres, ImportReport, KeptCentre,
    KeptCentrePage, SetKeeper,
};
pub use search::{
    FoundPlace, FoundService, FoundServicePage, MatchReasonText, NamedPlace, PlaceList,
};
