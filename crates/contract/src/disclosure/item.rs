//! Items: structured, graded, facts apart from assessments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    CountryCode, LongText, ShortText, Timestamp,
    vocabulary::{
        Category, ExpressScope, Handling, InformationGrade, PersonRole, PlaceRole, SourceGrade,
        Statement,
    },
};

/// One item of a disclosure. It says something: `text`, `details`, or both.
///
/// Never accepted, whatever anybody allowed: `counselling_content`, `therapy_notes`, `other_residents`,
/// `counsellor_private_data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::item))]
pub struct Item {
    /// What it is about.
    pub category: Category,
    /// Specially protected data that it touches, empty if none. Each needs its own express scope.
    #[schema(value_type = BTreeSet<ExpressScope>, max_items = 7)]
    pub touches: Vec<ExpressScope>,
    /// Fact or assessment.
    pub statement: Statement,
    /// How reliable it is, and what the recipient may do with it.
    pub grading: Grading,
    /// When it was observed, or happened.
    pub observed_at: Timestamp,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<LongText>,
    /// The same in typed form, where there is one. `shelter_placed` takes details of type `yes_no` and no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<Details>,
}

/// Grading after the European 4x4 system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// Reliability of the source.
    pub source: SourceGrade,
    /// Accuracy of the information.
    pub information: InformationGrade,
    /// What the recipient may do with it.
    pub handling: Handling,
}

/// An item without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemProfile {
    /// What it is about.
    pub category: Category,
    /// Specially protected data that it touches.
    pub touches: Vec<ExpressScope>,
    /// Fact or assessment.
    pub statement: Statement,
    /// How reliable it is, and what the recipient may do with it.
    pub grading: Grading,
}

/// Typed details of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Details {
    /// A vehicle.
    Vehicle {
        /// Number plate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        registration: Option<ShortText>,
        /// Country of registration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        country: Option<CountryCode>,
        /// Make and model.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        make_and_model: Option<ShortText>,
        /// Colour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
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
    /// A place. One of the role `stay` touches `region_of_stay`, one of the role `shelter` touches `shelter_address`.
    Place {
        /// What the place is in the story.
        role: PlaceRole,
        /// Where it is, as told.
        description: ShortText,
        /// Country.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        country: Option<CountryCode>,
    },
    /// A person. The role `affected_person` touches `identity`, the role `relative_abroad` touches `family_abroad`.
    Person {
        /// What the person is in the story.
        role: PersonRole,
        /// Name or alias, as told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        name: Option<ShortText>,
        /// Description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        description: Option<ShortText>,
    },
    /// A journey.
    Route {
        /// Where it began.
        from: ShortText,
        /// Where it ended.
        to: ShortText,
        /// By what means.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        means: Option<ShortText>,
    },
    /// An identity document.
    Document {
        /// Kind of document.
        kind: ShortText,
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        number: Option<ShortText>,
        /// Issuing country.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        country: Option<CountryCode>,
    },
    /// Nothing but yes or no.
    YesNo {
        /// The answer.
        answer: bool,
    },
}
