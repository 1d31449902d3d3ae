//! Items: structured, graded, facts apart from assessments.

use serde::{Deserialize, Serialize};

use crate::{
    instant::Instant,
    text::{LongText, ShortText},
    vocabulary::{
        Category, ExpressScope, ExpressScopes, Handling, InformationGrade, SourceGrade, Statement,
        vocabulary,
    },
};

/// What the consent gate, the inbox and the auditor see of an item: everything but what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemProfile {
    /// What it is about.
    pub category: Category,
    /// Specially protected data that it touches; each needs its own express scope.
    pub touches: ExpressScopes,
    /// Fact or assessment.
    pub statement: Statement,
    /// Reliability of the source.
    pub source: SourceGrade,
    /// Accuracy of the information.
    pub information: InformationGrade,
    /// What the recipient may do with it.
    pub handling: Handling,
}

/// One item of a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What the gate sees.
    pub profile: ItemProfile,
    /// When it was observed, or happened.
    pub observed_at: Instant,
    /// What it says.
    pub text: Option<LongText>,
    /// The same in typed form, where there is one.
    pub details: Option<Details>,
}

/// What an office receives, in the centre's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(Vec<Item>);

vocabulary! {
    /// What a place is in the story.
    PlaceRole as "role of a place" {
        Exploitation = "exploitation", "Ort der Ausbeutung", "place of exploitation";
        Crossing = "crossing", "Grenzübertritt", "border crossing";
        Evidence = "evidence", "Ort von Beweismitteln", "location of evidence";
        Meeting = "meeting", "Treffpunkt", "meeting place";
        Stay = "stay", "Aufenthalt der betroffenen Person", "where the affected person stays";
        Shelter = "shelter", "Schutzunterkunft", "shelter";
    }
}

vocabulary! {
    /// What a person is in the story.
    PersonRole as "role of a person" {
        Suspect = "suspect", "tatverdächtig", "suspect";
        FurtherVictim = "further_victim", "weitere betroffene Person", "further victim";
        Witness = "witness", "Zeugin oder Zeuge", "witness";
        AffectedPerson = "affected_person", "die betroffene Person", "the affected person";
        RelativeAbroad = "relative_abroad", "Angehörige im Ausland", "relative abroad";
    }
}

/// Typed details of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Details {
    /// A vehicle.
    Vehicle {
        /// Number plate.
        registration: Option<ShortText>,
        /// Country of registration, ISO 3166-1 alpha-2.
        country: Option<ShortText>,
        /// Make and model.
        make_and_model: Option<ShortText>,
        /// Colour.
        colour: Option<ShortText>,
    },
    /// A phone number.
    Phone {
        /// The number, as told.
        number: ShortText,
    },
    /// An account in an online service.
    OnlineAccount {
        /// The service.
        service: ShortText,
        /// The account's name.
        handle: ShortText,
    },
    /// A place.
    Place {
        /// What the place is in the story.
        role: PlaceRole,
        /// Where it is, as told.
        description: ShortText,
        /// Country, ISO 3166-1 alpha-2.
        country: Option<ShortText>,
    },
    /// A person.
    Person {
        /// What the person is in the story.
        role: PersonRole,
        /// Name or alias, as told.
        name: Option<ShortText>,
        /// Description.
        description: Option<ShortText>,
    },
    /// A journey.
    Route {
        /// Where it began.
        from: ShortText,
        /// Where it ended.
        to: ShortText,
        /// By what means.
        means: Option<ShortText>,
    },
    /// An identity document.
    Document {
        /// Kind of document.
        kind: ShortText,
        /// Its number.
        number: Option<ShortText>,
        /// Issuing country, ISO 3166-1 alpha-2.
        country: Option<ShortText>,
    },
    /// Nothing but yes or no.
    YesNo {
        /// The answer.
        answer: bool,
    },
}

impl Details {
    /// The specially protected data that such details touch by what they are.
    #[must_use]
    pub const fn touches(&self) -> ExpressScopes {
        match self {
            Self::Place {
                role: PlaceRole::Stay,
                ..
            } => ExpressScopes::NONE.with(ExpressScope::RegionOfStay),
            Self::Place {
                role: PlaceRole::Shelter,
                ..
            } => ExpressScopes::NONE.with(ExpressScope::ShelterAddress),
            Self::Person {
                role: PersonRole::AffectedPerson,
                ..
            } => ExpressScopes::NONE.with(ExpressScope::Identity),
            Self::Person {
                role: PersonRole::RelativeAbroad,
                ..
            } => ExpressScopes::NONE.with(ExpressScope::FamilyAbroad),
            _ => ExpressScopes::NONE,
        }
    }
}

/// A fault inside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFault {
    /// JSON pointer (RFC 6901) relative to the item.
    pub pointer: &'static str,
    /// What is wrong.
    pub kind: ItemFaultKind,
}

/// What can be wrong with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemFaultKind {
    /// Neither text nor details.
    #[error("an item must say something: text, details, or both")]
    SaysNothing,
    /// More than yes or no where only that is allowed.
    #[error("shelter_placed is yes or no only: details of type yes_no, and no text")]
    YesOrNoOnly,
    /// The declaration leaves out what the details touch.
    #[error("these details touch specially protected data that touches must name")]
    TouchesUndeclared,
}

impl Item {
    /// Everything that is wrong with the item itself, whatever was allowed.
    #[must_use]
    pub fn faults(&self) -> Vec<ItemFault> {
        let mut faults = Vec::new();
        if self.text.is_none() && self.details.is_none() {
            faults.push(ItemFault {
                pointer: "",
                kind: ItemFaultKind::SaysNothing,
            });
        }
        let yes_or_no = matches!(self.details, Some(Details::YesNo { .. })) && self.text.is_none();
        if self.profile.category == Category::ShelterPlaced && !yes_or_no {
            faults.push(ItemFault {
                pointer: "",
                kind: ItemFaultKind::YesOrNoOnly,
            });
        }
        let implied = self
            .details
            .as_ref()
            .map_or(ExpressScopes::NONE, Details::touches);
        if !implied.minus(self.profile.touches).is_empty() {
            faults.push(ItemFault {
                pointer: "/touches",
                kind: ItemFaultKind::TouchesUndeclared,
            });
        }
        faults
    }
}

impl Content {
    /// Wraps items.
    #[must_use]
    pub const fn new(items: Vec<Item>) -> Self {
        Self(items)
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.0
    }
}
