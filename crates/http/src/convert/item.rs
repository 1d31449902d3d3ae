//! Items, in both directions.

use freigabe_contract as contract;
use freigabe_contract::disclosure as wire;
use freigabe_domain::{
    disclosure::{Details, Item, ItemProfile},
    text::{LongText, ShortText},
};

use super::{
    Faults, instant, timestamp,
    vocabulary::{Mirror, mirror_all},
};

/// An item that came in.
pub(super) fn item(faults: &mut Faults, index: usize, item: wire::Item) -> Option<Item> {
    let place = format!("/items/{index}");
    let observed_at = faults.keep(|| format!("{place}/observed_at"), instant(item.observed_at));
    let text = match item.text {
        None => Some(None),
        Some(text) => faults
            .keep(|| format!("{place}/text"), LongText::parse(text.as_str()))
            .map(Some),
    };
    let details = match item.details {
        None => Some(None),
        Some(details) => Reader {
            faults,
            place: format!("{place}/details"),
        }
        .details(details)
        .map(Some),
    };
    Some(Item {
        profile: ItemProfile {
            category: item.category.mirror(),
            touches: item.touches.into_iter().map(Mirror::mirror).collect(),
            statement: item.statement.mirror(),
            source: item.grading.source.mirror(),
            information: item.grading.information.mirror(),
            handling: item.grading.handling.mirror(),
        },
        observed_at: observed_at?,
        text: text?,
        details: details?,
    })
}

struct Reader<'f> {
    faults: &'f mut Faults,
    place: String,
}

impl Reader<'_> {
    fn short(&mut self, name: &str, text: impl AsRef<str>) -> Option<ShortText> {
        let place = &self.place;
        self.faults.keep(
            || format!("{place}/{name}"),
            ShortText::parse(text.as_ref()),
        )
    }

    fn optional<T: AsRef<str>>(
        &mut self,
        name: &str,
        text: Option<T>,
    ) -> Option<Option<ShortText>> {
        match text {
            None => Some(None),
            Some(text) => self.short(name, text).map(Some),
        }
    }

    fn details(mut self, details: wire::Details) -> Option<Details> {
        use wire::Details as Wire;
        // Everything is read before the first `?`, so that all faults are found.
        match details {
            Wire::Vehicle {
                registration,
                country,
                make_and_model,
                colour,
            } => {
                let registration = self.optional("registration", registration);
                let country = self.optional("country", country);
                let make_and_model = self.optional("make_and_model", make_and_model);
                let colour = self.optional("colour", colour);
                Some(Details::Vehicle {
                    registration: registration?,
                    country: country?,
                    make_and_model: make_and_model?,
                    colour: colour?,
                })
            }
            Wire::Phone { number } => Some(Details::Phone {
                number: self.short("number", number)?,
            }),
            Wire::OnlineAccount { service, handle } => {
                let service = self.short("service", service);
                let handle = self.short("handle", handle);
                Some(Details::OnlineAccount {
                    service: service?,
                    handle: handle?,
                })
            }
            Wire::Place {
                role,
                description,
                country,
            } => {
                let description = self.short("description", description);
                let country = self.optional("country", country);
                Some(Details::Place {
                    role: role.mirror(),
                    description: description?,
                    country: country?,
                })
            }
            Wire::Person {
                role,
                name,
                description,
            } => {
                let name = self.optional("name", name);
                let description = self.optional("description", description);
                Some(Details::Person {
                    role: role.mirror(),
                    name: name?,
                    description: description?,
                })
            }
            Wire::Route { from, to, means } => {
                let from = self.short("from", from);
                let to = self.short("to", to);
                let means = self.optional("means", means);
                Some(Details::Route {
                    from: from?,
                    to: to?,
                    means: means?,
                })
            }
            Wire::Document {
                kind,
                number,
                country,
            } => {
                let kind = self.short("kind", kind);
                let number = self.optional("number", number);
                let country = self.optional("country", country);
                Some(Details::Document {
                    kind: kind?,
                    number: number?,
                    country: country?,
                })
            }
            Wire::YesNo { answer } => Some(Details::YesNo { answer }),
        }
    }
}

/// An item that an office collected.
pub(super) fn of_item(item: &Item) -> wire::Item {
    let profile = of_profile(&item.profile);
    wire::Item {
        category: profile.category,
        touches: profile.touches,
        statement: profile.statement,
        grading: profile.grading,
        observed_at: timestamp(item.observed_at),
        text: item.text.as_ref().map(|text| text.as_str().into()),
        details: item.details.as_ref().map(of_details),
    }
}

/// An item without what it says.
pub(super) fn of_profile(profile: &ItemProfile) -> wire::ItemProfile {
    wire::ItemProfile {
        category: profile.category.mirror(),
        touches: mirror_all(profile.touches.iter()),
        statement: profile.statement.mirror(),
        grading: wire::Grading {
            source: profile.source.mirror(),
            information: profile.information.mirror(),
            handling: profile.handling.mirror(),
        },
    }
}

fn of_details(details: &Details) -> wire::Details {
    use wire::Details as Wire;
    match details {
        Details::Vehicle {
            registration,
            country,
            make_and_model,
            colour,
        } => Wire::Vehicle {
            registration: text(registration.as_ref()),
            country: code(country.as_ref()),
            make_and_model: text(make_and_model.as_ref()),
            colour: text(colour.as_ref()),
        },
        Details::Phone { number } => Wire::Phone {
            number: number.as_str().into(),
        },
        Details::OnlineAccount { service, handle } => Wire::OnlineAccount {
            service: service.as_str().into(),
            handle: handle.as_str().into(),
        },
        Details::Place {
            role,
            description,
            country,
        } => Wire::Place {
            role: role.mirror(),
            description: description.as_str().into(),
            country: code(country.as_ref()),
        },
        Details::Person {
            role,
            name,
            description,
        } => Wire::Person {
            role: role.mirror(),
            name: text(name.as_ref()),
            description: text(description.as_ref()),
        },
        Details::Route { from, to, means } => Wire::Route {
            from: from.as_str().into(),
            to: to.as_str().into(),
            means: text(means.as_ref()),
        },
        Details::Document {
            kind,
            number,
            country,
        } => Wire::Document {
            kind: kind.as_str().into(),
            number: text(number.as_ref()),
            country: code(country.as_ref()),
        },
        Details::YesNo { answer } => Wire::YesNo { answer: *answer },
    }
}

fn text(text: Option<&ShortText>) -> Option<contract::ShortText> {
    text.map(|text| text.as_str().into())
}

fn code(text: Option<&ShortText>) -> Option<contract::CountryCode> {
    text.map(|text| text.as_str().into())
}
