//! Counselling centres, in both directions.

use freigabe_contract::{self as contract, Fault, directory as wire};
use freigabe_domain::{
    Error as DomainError,
    directory::{
        Centre, CentreEntry, ConfirmationRules, Contact, LanguageCode, Location, NameMatch,
        NamedPlace, PostcodeRegion, Service, ServiceArea, ServicePlace, SpokenLanguage,
        StreetAddress, WebAddress, hours::OpeningState,
    },
    exchange::{Exchange, Found, SearchedPlace},
    instant::Instant,
    office::{GeoPoint, Land, Postcode},
    text::{LongText, ShortText},
};

use super::{
    Faults, count, hours, timestamp,
    vocabulary::{Mirror, mirror_all},
};
use crate::problem::ApiError;

/// An entry that came in at this place of the body. What it leaves out about its places is looked up.
pub(crate) async fn entry(
    entry: wire::CentreEntry,
    at: &str,
    exchange: &dyn Exchange,
) -> Result<CentreEntry, ApiError> {
    read_entry(entry, at, exchange)
        .await?
        .map_err(ApiError::InvalidBody)
}

/// The same, or its faults.
pub(crate) async fn read_entry(
    entry: wire::CentreEntry,
    at: &str,
    exchange: &dyn Exchange,
) -> Result<Result<CentreEntry, Vec<Fault>>, DomainError> {
    let mut reader = Reader {
        faults: Faults::default(),
        exchange,
    };
    let read = reader.entry(entry, at).await?;
    Ok(read.ok_or(reader.faults.0))
}

struct Reader<'e> {
    faults: Faults,
    exchange: &'e dyn Exchange,
}

impl Reader<'_> {
    async fn entry(
        &mut self,
        entry: wire::CentreEntry,
        at: &str,
    ) -> Result<Option<CentreEntry>, DomainError> {
        let name = self.short(format!("{at}/name"), entry.name.as_str());
        let alternate_name = self.maybe_short(format!("{at}/alternate_name"), entry.alternate_name);
        let description = self.maybe_long(format!("{at}/description"), entry.description);
        let website = match entry.website {
            None => Some(None),
            Some(page) => {
                let read = WebAddress::parse(page.as_str());
                self.faults.keep(|| format!("{at}/website"), read).map(Some)
            }
        };
        let mut services = Some(Vec::new());
        for (index, service) in entry.services.into_iter().enumerate() {
            let place = format!("{at}/services/{index}");
            let read = self.service(service, &place).await?;
            services = services.zip(read).map(|(mut services, service)| {
                services.push(service);
                services
            });
        }
        let whole = || {
            Some(CentreEntry {
                name: name?,
                alternate_name: alternate_name?,
                description: description?,
                website: website?,
                regime: entry.data_protection_regime.mirror(),
                services: services?,
            })
        };
        Ok(whole())
    }

    async fn service(
        &mut self,
        service: wire::Service,
        at: &str,
    ) -> Result<Option<Service>, DomainError> {
        let name = self.short(format!("{at}/name"), service.name.as_str());
        let description = self.maybe_long(format!("{at}/description"), service.description);
        let place = self.place(service.place, &format!("{at}/place")).await?;
        let languages = self.languages(service.languages, at);
        let contacts = self.contacts(service.contacts, at);
        let schedules = hours::read(
            &mut self.faults,
            &format!("{at}/schedules"),
            service.schedules,
        );
        let whole = || {
            Some(Service {
                name: name?,
                description: description?,
                status: service.status.mirror(),
                place: place?,
                mobile: service.mobile.unwrap_or_default(),
                languages: languages?,
                target_groups: service
                    .target_groups
                    .into_iter()
                    .map(Mirror::mirror)
                    .collect(),
                exploitation_forms: service
                    .exploitation_forms
                    .into_iter()
                    .map(Mirror::mirror)
                    .collect(),
                offers: service.offers.into_iter().map(Mirror::mirror).collect(),
                contacts: contacts?,
                hours: schedules?,
                accessibility: service
                    .accessibility
                    .into_iter()
                    .map(Mirror::mirror)
                    .collect(),
            })
        };
        Ok(whole())
    }

    async fn place(
        &mut self,
        place: wire::ServicePlace,
        at: &str,
    ) -> Result<Option<ServicePlace>, DomainError> {
        Ok(match place {
            wire::ServicePlace::Location { location, area } => {
                let location = self.location(location, &format!("{at}/location")).await?;
                let area = match area {
                    None => Some(None),
                    Some(area) => self.area(area, at).map(Some),
                };
                location
                    .zip(area)
                    .map(|(location, area)| ServicePlace::Location { location, area })
            }
            wire::ServicePlace::Remote { area } => self
                .area(area, at)
                .map(|area| ServicePlace::Remote { area }),
            wire::ServicePlace::Shelter { area } => self
                .area(area, at)
                .map(|area| ServicePlace::Shelter { area }),
        })
    }

    /// Whatever is left out follows from the postcode, or else from the town's name.
    async fn location(
        &mut self,
        location: wire::Location,
        at: &str,
    ) -> Result<Option<Location>, DomainError> {
        let city = self.short(format!("{at}/city"), location.city.as_str());
        let postcode = match &location.postcode {
            None => Some(None),
            Some(postcode) => {
                let read = Postcode::parse(postcode.as_str());
                self.faults
                    .keep(|| format!("{at}/postcode"), read)
                    .map(Some)
            }
        };
        let point = match location.point {
            None => Some(None),
            Some(point) => {
                let read = GeoPoint::new(point.lat, point.lon);
                self.faults.keep(|| format!("{at}/point"), read).map(Some)
            }
        };
        let address = match location.address {
            None => Some(None),
            Some(address) => self.address(address, &format!("{at}/address")).map(Some),
        };
        let land: Option<Land> = location.land.map(Mirror::mirror);
        let (Some(city), Some(postcode), Some(point), Some(address)) =
            (city, postcode, point, address)
        else {
            return Ok(None);
        };
        let known = match (land, point) {
            (Some(land), Some(point)) => Some((land, point)),
            _ => self.known(&city, postcode.as_ref(), land).await?,
        };
        let Some((known_land, known_point)) = known else {
            let field = if postcode.is_some() {
                "postcode"
            } else {
                "city"
            };
            self.faults.add(
                &format!("{at}/{field}"),
                "is not a place that is known: give land and point as well",
            );
            return Ok(None);
        };
        Ok(Some(Location {
            city,
            postcode,
            land: land.unwrap_or(known_land),
            address,
            point: point.unwrap_or(known_point),
        }))
    }

    /// Land and middle of a place.
    async fn known(
        &self,
        city: &ShortText,
        postcode: Option<&Postcode>,
        land: Option<Land>,
    ) -> Result<Option<(Land, GeoPoint)>, DomainError> {
        if let Some(postcode) = postcode {
            let place = self.exchange.place_of(postcode).await?;
            return Ok(place.map(|place| (place.land, place.point)));
        }
        let found = self.exchange.places(city.as_str(), land, 1).await?;
        // A town is named as it is called; a misspelt one is not guessed at.
        let named = found.into_iter().find(|(_, by)| *by == NameMatch::Exact);
        Ok(named.map(|(place, _)| (place.land, place.point)))
    }

    fn address(&mut self, address: wire::StreetAddress, at: &str) -> Option<StreetAddress> {
        let street = self.short(format!("{at}/street"), address.street.as_str());
        let details = self.maybe_short(format!("{at}/details"), address.details);
        Some(StreetAddress {
            street: street?,
            details: details?,
        })
    }

    fn area(&mut self, area: wire::ServiceArea, at: &str) -> Option<ServiceArea> {
        let nationwide = area.nationwide.unwrap_or_default();
        if nationwide && area.laender.is_empty() && area.postcodes.is_empty() {
            return Some(ServiceArea::Nationwide);
        }
        if nationwide {
            let detail = "must not be given together with Länder or postcodes";
            self.faults.add(&format!("{at}/area/nationwide"), detail);
            return None;
        }
        let mut regions = Vec::new();
        for (index, region) in area.postcodes.iter().enumerate() {
            let read = PostcodeRegion::parse(region.as_str());
            let read = self
                .faults
                .keep(|| format!("{at}/area/postcodes/{index}"), read);
            regions.push(read?);
        }
        let laender = area.laender.into_iter().map(Mirror::mirror);
        self.faults.keep(
            || format!("{at}/area"),
            ServiceArea::of_parts(laender, regions),
        )
    }

    fn language(&mut self, at: String, code: &contract::LanguageCode) -> Option<LanguageCode> {
        self.faults.keep(|| at, LanguageCode::parse(code.as_str()))
    }

    fn languages(
        &mut self,
        languages: Vec<wire::SpokenLanguage>,
        at: &str,
    ) -> Option<Vec<SpokenLanguage>> {
        let read: Vec<Option<SpokenLanguage>> = languages
            .iter()
            .enumerate()
            .map(|(index, spoken)| {
                let place = format!("{at}/languages/{index}/language");
                Some(SpokenLanguage {
                    language: self.language(place, &spoken.language)?,
                    mode: spoken.mode.mirror(),
                })
            })
            .collect();
        read.into_iter().collect()
    }

    fn contacts(&mut self, contacts: Vec<wire::Contact>, at: &str) -> Option<Vec<Contact>> {
        let read: Vec<Option<Contact>> = contacts
            .into_iter()
            .enumerate()
            .map(|(index, contact)| self.contact(contact, &format!("{at}/contacts/{index}")))
            .collect();
        read.into_iter().collect()
    }

    fn contact(&mut self, contact: wire::Contact, at: &str) -> Option<Contact> {
        let made = Contact::new(contact.channel.mirror(), contact.address.as_str());
        let made = self.faults.keep(|| format!("{at}/address"), made);
        let note = self.maybe_short(format!("{at}/note"), contact.note);
        let languages: Vec<Option<LanguageCode>> = contact
            .languages
            .iter()
            .enumerate()
            .map(|(index, code)| self.language(format!("{at}/languages/{index}"), code))
            .collect();
        let languages: Option<Vec<LanguageCode>> = languages.into_iter().collect();
        let schedules = hours::read(
            &mut self.faults,
            &format!("{at}/schedules"),
            contact.schedules,
        );
        let made = made?.noted(note?).at(schedules?).in_languages(languages?);
        self.faults.keep(|| format!("{at}/languages"), made)
    }

    fn short(&mut self, at: String, text: &str) -> Option<ShortText> {
        self.faults.keep(|| at, ShortText::parse(text))
    }

    fn maybe_short(
        &mut self,
        at: String,
        text: Option<contract::ShortText>,
    ) -> Option<Option<ShortText>> {
        match text {
            None => Some(None),
            Some(text) => self.short(at, text.as_str()).map(Some),
        }
    }

    fn maybe_long(
        &mut self,
        at: String,
        text: Option<contract::LongText>,
    ) -> Option<Option<LongText>> {
        match text {
            None => Some(None),
            Some(text) => self
                .faults
                .keep(|| at, LongText::parse(text.as_str()))
                .map(Some),
        }
    }
}

/// An entry of the directory.
pub(crate) fn centre(
    centre: &Centre,
    rules: ConfirmationRules,
    at: Instant,
) -> wire::CounsellingCentre {
    let standing = rules.standing(centre.version, centre.assurance, at);
    wire::CounsellingCentre {
        id: centre.id.as_uuid(),
        version: centre.version,
        changed_at: timestamp(centre.changed_at),
        assured_at: centre.assurance.map(|assurance| timestamp(assurance.at)),
        standing: standing.mirror(),
        standing_de: standing.german().to_owned(),
        standing_en: standing.english().to_owned(),
        entry: wire_entry(&centre.entry),
    }
}

/// An entry with its keeper.
pub(crate) fn kept_centre(
    kept: &Centre,
    rules: ConfirmationRules,
    at: Instant,
) -> wire::KeptCentre {
    wire::KeptCentre {
        organisation_id: kept.organisation.map(super::organisation),
        centre: centre(kept, rules, at),
    }
}

fn wire_entry(entry: &CentreEntry) -> wire::CentreEntry {
    wire::CentreEntry {
        name: short(&entry.name),
        alternate_name: entry.alternate_name.as_ref().map(short),
        description: entry.description.as_ref().map(long),
        website: entry.website.as_ref().map(|page| page.as_str().into()),
        data_protection_regime: entry.regime.mirror(),
        services: entry.services.iter().map(wire_service).collect(),
    }
}

fn wire_service(service: &Service) -> wire::Service {
    wire::Service {
        name: short(&service.name),
        description: service.description.as_ref().map(long),
        status: service.status.mirror(),
        place: wire_place(&service.place),
        mobile: service.mobile.then_some(true),
        languages: service
            .languages
            .iter()
            .map(|spoken| wire::SpokenLanguage {
                language: spoken.language.code().into(),
                mode: spoken.mode.mirror(),
            })
            .collect(),
        target_groups: mirror_all(service.target_groups.iter().copied()),
        exploitation_forms: mirror_all(service.exploitation_forms.iter().copied()),
        offers: mirror_all(service.offers.iter().copied()),
        contacts: service.contacts.iter().map(wire_contact).collect(),
        schedules: hours::write(&service.hours),
        accessibility: mirror_all(service.accessibility.iter().copied()),
    }
}

fn wire_place(place: &ServicePlace) -> wire::ServicePlace {
    match place {
        ServicePlace::Location { location, area } => wire::ServicePlace::Location {
            location: wire::Location {
                city: short(&location.city),
                postcode: location
                    .postcode
                    .as_ref()
                    .map(|postcode| postcode.as_str().into()),
                land: Some(location.land.mirror()),
                address: location
                    .address
                    .as_ref()
                    .map(|address| wire::StreetAddress {
                        street: short(&address.street),
                        details: address.details.as_ref().map(short),
                    }),
                point: Some(contract::office::GeoPoint {
                    lat: location.point.lat(),
                    lon: location.point.lon(),
                }),
            },
            area: area.as_ref().map(wire_area),
        },
        ServicePlace::Remote { area } => wire::ServicePlace::Remote {
            area: wire_area(area),
        },
        ServicePlace::Shelter { area } => wire::ServicePlace::Shelter {
            area: wire_area(area),
        },
    }
}

fn wire_area(area: &ServiceArea) -> wire::ServiceArea {
    wire::ServiceArea {
        nationwide: (*area == ServiceArea::Nationwide).then_some(true),
        laender: mirror_all(area.laender()),
        postcodes: area
            .postcodes()
            .map(|region| region.as_str().into())
            .collect(),
    }
}

fn wire_contact(contact: &Contact) -> wire::Contact {
    wire::Contact {
        channel: contact.channel().mirror(),
        address: contact.address().as_str().into(),
        note: contact.note().map(short),
        languages: contact
            .languages()
            .iter()
            .map(|code| code.code().into())
            .collect(),
        schedules: hours::write(contact.hours()),
    }
}

/// A page of what a search found.
pub(crate) fn found(found: &Found, next: Option<String>) -> wire::FoundServicePage {
    wire::FoundServicePage {
        place: found.place.as_ref().map(searched_place),
        total: count(found.matches.total),
        at: timestamp(found.at),
        items: found_services(found),
        next,
    }
}

fn found_services(found: &Found) -> Vec<wire::FoundService> {
    let of_match = |hit: &freigabe_domain::directory::Match| {
        let centre = found.centres.get(&hit.centre)?;
        let mut services = centre.entry.services.iter();
        let service = services.find(|service| service.id(centre.id) == hit.service)?;
        Some(wire::FoundService {
            centre_id: centre.id.as_uuid(),
            centre: short(&centre.entry.name),
            website: centre
                .entry
                .website
                .as_ref()
                .map(|page| page.as_str().into()),
            service_id: hit.service.as_uuid(),
            service: wire_service(service),
            distance_km: hit.metres.map(kilometres),
            opening: opening(&hit.opening),
            standing: hit.standing.mirror(),
            assured_at: centre.assurance.map(|assurance| timestamp(assurance.at)),
            reasons: hit
                .reasons
                .iter()
                .map(|reason| wire::MatchReasonText {
                    code: reason.mirror(),
                    text_de: reason.german().to_owned(),
                    text_en: reason.english().to_owned(),
                })
                .collect(),
        })
    };
    found.matches.items.iter().filter_map(of_match).collect()
}

/// To a hundred metres: the middle of a town is no better.
fn kilometres(metres: u32) -> f64 {
    (f64::from(metres) / 100.0).round() / 10.0
}

fn opening(state: &OpeningState) -> wire::Opening {
    use contract::vocabulary::OpeningKind;
    let (state, closes, opens) = match state {
        OpeningState::NotStated => (OpeningKind::NotStated, None, None),
        OpeningState::Open { until } => (OpeningKind::Open, *until, None),
        OpeningState::Closed { opens } => (OpeningKind::Closed, None, *opens),
    };
    wire::Opening {
        state,
        closes: closes.map(timestamp),
        opens: opens.map(timestamp),
    }
}

fn searched_place(place: &SearchedPlace) -> wire::FoundPlace {
    use contract::vocabulary::PlaceMatch;
    wire::FoundPlace {
        name: place.name.clone(),
        land: place.land.mirror(),
        postcode: place
            .postcode
            .as_ref()
            .map(|postcode| postcode.as_str().into()),
        found_by: match place.by {
            None => PlaceMatch::Postcode,
            Some(NameMatch::Exact) => PlaceMatch::Exact,
            Some(NameMatch::Beginning) => PlaceMatch::Beginning,
            Some(NameMatch::Similar(_)) => PlaceMatch::Similar,
        },
        others: place.others.iter().map(named_place).collect(),
    }
}

/// A place with its name.
pub(crate) fn named_place(place: &NamedPlace) -> wire::NamedPlace {
    wire::NamedPlace {
        name: place.name.clone(),
        land: place.land.mirror(),
    }
}

fn short(text: &ShortText) -> contract::ShortText {
    text.as_str().into()
}

fn long(text: &LongText) -> contract::LongText {
    text.as_str().into()
}
