//! Searches the directory: what fits, the nearest first, and why.

use std::{cmp::Ordering, collections::BTreeSet};

use super::{
    Assurance, Centre, Channel, ConfirmationRules, EntryStanding, ExploitationForm, LanguageCode,
    LanguageMode, Offer, Service, ServiceArea, ServicePlace, ServiceStatus, SpokenLanguage,
    TargetGroup,
    hours::{LocalMoment, OpeningHours, OpeningState},
};
use crate::{
    ids::{CentreId, ServiceId},
    instant::Instant,
    office::{GeoPoint, Land, Postcode},
    vocabulary::vocabulary,
};

vocabulary! {
    /// Why a service is where it is in the answer.
    MatchReason as "reason" {
        ServesPlace = "serves_place", "ist für diesen Ort da", "is there for this place";
        SameLand = "same_land", "liegt in demselben Land", "is in the same Land";
        AreaNotStated = "area_not_stated", "sagt nicht, für welches Gebiet es da ist", "does not say which area it is there for";
        OutsideArea = "outside_area", "ist für ein anderes Gebiet da", "is there for another area";
        SpeaksLanguage = "speaks_language", "spricht die Sprache", "speaks the language";
        ByInterpreter = "by_interpreter", "in der Sprache durch Sprachmittlung", "in the language by an interpreter";
        ForTargetGroup = "for_target_group", "ausdrücklich für diese Zielgruppe", "expressly for this target group";
        ForExploitationForm = "for_exploitation_form", "ausdrücklich bei dieser Form der Ausbeutung", "expressly for this form of exploitation";
        ComesToPerson = "comes_to_person", "kommt dorthin, wo die Person ist", "comes to where the person is";
        OpenNow = "open_now", "ist jetzt erreichbar", "is open now";
        TemporarilyClosed = "temporarily_closed", "ist vorübergehend geschlossen", "is temporarily closed";
        NotConfirmed = "not_confirmed", "der Eintrag ist nicht bestätigt", "the entry is not confirmed";
    }
}

vocabulary! {
    /// In which order services are told.
    SearchOrder as "order" {
        /// What is there for the place comes before what is not, what speaks the language before what needs an interpreter; then
        /// the nearest first.
        Suitable = "suitable", "passende zuerst", "suitable ones first";
        /// The nearest first, whatever they are there for. What shows no place comes last.
        Distance = "distance", "nächste zuerst", "nearest first";
    }
}

/// Where help is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// On the map.
    pub point: GeoPoint,
    /// Its Land.
    pub land: Land,
    /// Its postcode, if it was named by it.
    pub postcode: Option<Postcode>,
}

/// What is looked for. Nothing here is about a person: there is no room for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Search {
    /// Where.
    pub near: Option<Spot>,
    /// In this Land, or there for it.
    pub land: Option<Land>,
    /// In this language.
    pub language: Option<LanguageCode>,
    /// Only where the language is spoken; not by an interpreter.
    pub spoken_only: bool,
    /// For these people.
    pub target_group: Option<TargetGroup>,
    /// For this form of exploitation.
    pub exploitation_form: Option<ExploitationForm>,
    /// With this offer.
    pub offer: Option<Offer>,
    /// Reached so.
    pub channel: Option<Channel>,
    /// Only what one can come to.
    pub in_person: bool,
    /// Only what comes to where a person is.
    pub mobile: bool,
    /// Only what is open now.
    pub open_now: bool,
    /// In which order.
    pub order: SearchOrder,
}

#[expect(
    clippy::derivable_impls,
    reason = "the vocabulary's macro makes the type"
)]
impl Default for SearchOrder {
    fn default() -> Self {
        Self::Suitable
    }
}

/// A service as far as searches look at it.
#[derive(Debug, Clone)]
pub struct Indexed {
    centre: CentreId,
    service: ServiceId,
    closed: bool,
    point: Option<GeoPoint>,
    /// Of the place, or of the area if that is one Land.
    land: Option<Land>,
    area: Option<ServiceArea>,
    mobile: bool,
    languages: Box<[SpokenLanguage]>,
    target_groups: BTreeSet<TargetGroup>,
    exploitation_forms: BTreeSet<ExploitationForm>,
    offers: BTreeSet<Offer>,
    channels: BTreeSet<Channel>,
    hours: OpeningHours,
    version: u64,
    assurance: Option<Assurance>,
}

impl Indexed {
    /// A centre's services that can be found: those that are there, or will be again.
    pub fn of(centre: &Centre) -> impl Iterator<Item = Self> {
        let offered = |service: &&Service| {
            matches!(
                service.status,
                ServiceStatus::Active | ServiceStatus::TemporarilyClosed
            )
        };
        centre
            .entry
            .services
            .iter()
            .filter(offered)
            .map(|service| Self {
                centre: centre.id,
                service: service.id(centre.id),
                closed: service.status == ServiceStatus::TemporarilyClosed,
                point: service.place.location().map(|location| location.point),
                land: service.place.land(),
                area: service.place.area().cloned(),
                mobile: service.mobile,
                languages: service.languages.as_slice().into(),
                target_groups: service.target_groups.clone(),
                exploitation_forms: service.exploitation_forms.clone(),
                offers: service
                    .offers
                    .iter()
                    .copied()
                    .chain(by_place(&service.place))
                    .collect(),
                channels: service
                    .contacts
                    .iter()
                    .map(super::Contact::channel)
                    .collect(),
                hours: service.hours.clone(),
                version: centre.version,
                assurance: centre.assurance,
            })
    }

    fn mode(&self, language: LanguageCode) -> Option<LanguageMode> {
        let modes = self
            .languages
            .iter()
            .filter(|spoken| spoken.language == language);
        modes.map(|spoken| spoken.mode).min()
    }

    /// Whether everything that was asked for is there.
    fn fits(&self, search: &Search) -> bool {
        let in_land = |land| {
            self.land == Some(land) || self.area.as_ref().is_some_and(|area| area.touches(land))
        };
        let in_language = |language| match self.mode(language) {
            Some(LanguageMode::Spoken) => true,
            Some(LanguageMode::Interpreter) => !search.spoken_only,
            None => false,
        };
        search.land.is_none_or(in_land)
            && search.language.is_none_or(in_language)
            && search
                .target_group
                .is_none_or(|group| covers(&self.target_groups, group))
            && search
                .exploitation_form
                .is_none_or(|form| covers(&self.exploitation_forms, form))
            && search
                .offer
                .is_none_or(|offer| self.offers.contains(&offer))
            && search
                .channel
                .is_none_or(|channel| self.channels.contains(&channel))
            && (!search.in_person || self.point.is_some())
            && (!search.mobile || self.mobile)
    }

    /// Whether it is there for the place, and why.
    fn reach(&self, spot: &Spot) -> MatchReason {
        match &self.area {
            Some(area) if area.contains(spot.land, spot.postcode.as_ref()) => {
                MatchReason::ServesPlace
            }
            Some(_) => MatchReason::OutsideArea,
            None if self.land == Some(spot.land) => MatchReason::SameLand,
            None => MatchReason::AreaNotStated,
        }
    }

    fn position(&self, search: &Search, standing: EntryStanding) -> MatchPosition {
        let metres = search.near.as_ref().zip(self.point);
        let metres = metres.map_or(NO_DISTANCE, |(spot, point)| whole_metres(spot.point, point));
        let suitable = search.order == SearchOrder::Suitable;
        let reach = match search.near.as_ref().filter(|_| suitable) {
            None => 0,
            Some(spot) => match self.reach(spot) {
                MatchReason::AreaNotStated => 1,
                MatchReason::OutsideArea => 2,
                _ => 0,
            },
        };
        let interpreted = suitable
            && search
                .language
                .is_some_and(|language| self.mode(language) == Some(LanguageMode::Interpreter));
        MatchPosition {
            reach,
            interpreted,
            metres,
            unconfirmed: standing != EntryStanding::Confirmed,
            service: self.service,
        }
    }

    fn reasons(&self, search: &Search, standing: EntryStanding, open: bool) -> Vec<MatchReason> {
        let by_language = search.language.and_then(|language| self.mode(language));
        let expressly = |expressly: bool, reason| expressly.then_some(reason);
        [
            search.near.as_ref().map(|spot| self.reach(spot)),
            by_language.map(|mode| match mode {
                LanguageMode::Spoken => MatchReason::SpeaksLanguage,
                LanguageMode::Interpreter => MatchReason::ByInterpreter,
            }),
            expressly(
                search
                    .target_group
                    .is_some_and(|group| self.target_groups.contains(&group)),
                MatchReason::ForTargetGroup,
            ),
            expressly(
                search
                    .exploitation_form
                    .is_some_and(|form| self.exploitation_forms.contains(&form)),
                MatchReason::ForExploitationForm,
            ),
            expressly(self.mobile, MatchReason::ComesToPerson),
            expressly(open, MatchReason::OpenNow),
            expressly(self.closed, MatchReason::TemporarilyClosed),
            expressly(
                standing != EntryStanding::Confirmed,
                MatchReason::NotConfirmed,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What a place is by itself.
fn by_place(place: &ServicePlace) -> Option<Offer> {
    matches!(place, ServicePlace::Shelter { .. }).then_some(Offer::Shelter)
}

/// Nobody named is everybody.
fn covers<T: Ord>(named: &BTreeSet<T>, wanted: T) -> bool {
    named.is_empty() || named.contains(&wanted)
}

/// Further than anything on earth: no place is shown.
const NO_DISTANCE: u32 = u32::MAX;

/// Great-circle distance in whole metres: the last digits of a sine differ between machines, and must not decide.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a distance on earth is from 0 to 20,037,508 metres, and casts of floats saturate"
)]
fn whole_metres(from: GeoPoint, to: GeoPoint) -> u32 {
    (from.distance_km(to) * 1000.0).round() as u32
}

/// Where a service stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatchPosition {
    /// 0 where it is there for the place, or no place was asked for; 1 where it does not say; 2 where it is for another.
    pub reach: u8,
    /// The language needs an interpreter.
    pub interpreted: bool,
    /// Distance in metres; [`u32::MAX`] without one.
    pub metres: u32,
    /// The entry is not confirmed.
    pub unconfirmed: bool,
    /// Which service.
    pub service: ServiceId,
}

/// A service that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Its centre.
    pub centre: CentreId,
    /// Itself.
    pub service: ServiceId,
    /// Great-circle distance in metres, where a place was asked for and it shows one.
    pub metres: Option<u32>,
    /// Whether it is open, and until when or from when on.
    pub opening: OpeningState,
    /// How far its entry can be relied on.
    pub standing: EntryStanding,
    /// Why it is where it is.
    pub reasons: Vec<MatchReason>,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// How many services fit altogether.
    pub total: usize,
    /// Those of this part, in order.
    pub items: Vec<Match>,
    /// After what the next part begins, if there is one.
    pub next: Option<MatchPosition>,
}

/// Everything that can be found, as of one version of the directory.
#[derive(Debug, Default)]
pub struct DirectoryIndex {
    version: u64,
    services: Vec<Indexed>,
}

impl DirectoryIndex {
    /// Of these services.
    #[must_use]
    pub const fn new(version: u64, services: Vec<Indexed>) -> Self {
        Self { version, services }
    }

    /// The version of the directory that it was made of.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The services that fit, at most `limit` of them, after `after`.
    #[must_use]
    pub fn search(
        &self,
        search: &Search,
        rules: ConfirmationRules,
        now: Instant,
        after: Option<MatchPosition>,
        limit: u16,
    ) -> Matches {
        let moment = LocalMoment::at(now);
        let standing = |service: &Indexed| rules.standing(service.version, service.assurance, now);
        let open =
            |service: &Indexed| !service.closed && service.hours.is_open(&moment, service.land);
        let mut total = 0;
        let mut fitting: Vec<(MatchPosition, &Indexed)> = Vec::new();
        for service in &self.services {
            if !service.fits(search) || (search.open_now && !open(service)) {
                continue;
            }
            total += 1;
            let position = service.position(search, standing(service));
            if after.is_none_or(|after| position > after) {
                fitting.push((position, service));
            }
        }
        let by_position = |a: &(MatchPosition, &Indexed),
                           b: &(MatchPosition, &Indexed)|
         -> Ordering { a.0.cmp(&b.0) };
        let limit = usize::from(limit);
        let more = fitting.len() > limit;
        if more {
            fitting.select_nth_unstable_by(limit, by_position);
            fitting.truncate(limit);
        }
        fitting.sort_unstable_by(by_position);
        let next = fitting
            .last()
            .filter(|_| more)
            .map(|(position, _)| *position);
        let items = fitting
            .into_iter()
            .map(|(position, service)| {
                let opening = if service.closed {
                    OpeningState::Closed { opens: None }
                } else {
                    service.hours.state(service.land, now)
                };
                let standing = standing(service);
                Match {
                    centre: service.centre,
                    service: service.service,
                    metres: Some(position.metres).filter(|metres| *metres != NO_DISTANCE),
                    reasons: service.reasons(
                        search,
                        standing,
                        matches!(opening, OpeningState::Open { .. }),
                    ),
                    opening,
                    standing,
                }
            })
            .collect();
        Matches { total, items, next }
    }
}

#[cfg(test)]
mod tests;
