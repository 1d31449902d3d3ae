//! What a person allowed, for how long, and how it was formally given.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    LongText, OfficeId, Reference, Sha256, ShortText, Timestamp,
    vocabulary::{
        Action, Capacity, Category, EvidenceMedium, ExpressScope, Handling, Language, Purpose,
        RepresentativeBasis,
    },
};

/// What a person allowed, for how long, and how it was formally given. Immutable once recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::terms))]
pub struct ConsentTerms {
    /// What is allowed. An item of a disclosure must be covered by one grant in every dimension; two grants never add up.
    #[schema(min_items = 1, max_items = 20)]
    pub grants: Vec<Grant>,
    /// What is ruled out, whatever the grants say.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub exclusions: Vec<Exclusion>,
    /// First moment of validity.
    pub valid_from: Timestamp,
    /// First moment after validity. There is no consent without an end.
    pub valid_until: Timestamp,
    /// The signed data-protection consent (Art. 6, 7, 9 GDPR). Without it the consent is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub data_protection_consent: Option<LegalHalf>,
    /// The signed release from confidentiality (§ 203 StGB). Without it the consent is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confidentiality_release: Option<LegalHalf>,
    /// What the person was told beforehand.
    pub notice: Notice,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: Grantor,
    /// The talk in which the consent was given.
    pub conversation: Conversation,
    /// Evidence of the consent (Art. 7(1) GDPR). Without it the consent is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub evidence: Option<Evidence>,
    /// The centre's reference for the counsellor who took the consent.
    pub collected_by: Reference,
    /// How long the evidence is kept; not shorter than the consent is valid.
    pub retention: Retention,
}

/// One thing the person allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The exact offices that may receive. A superior or subordinate office is another recipient.
    #[schema(value_type = BTreeSet<OfficeId>, min_items = 1, max_items = 20)]
    pub recipients: Vec<OfficeId>,
    /// What for.
    #[schema(value_type = BTreeSet<Purpose>, min_items = 1, max_items = 3)]
    pub purposes: Vec<Purpose>,
    /// Which kinds of information.
    #[schema(value_type = BTreeSet<Category>, min_items = 1, max_items = 25)]
    pub categories: Vec<Category>,
    /// Which specially protected data, each named expressly (Art. 9 GDPR, §§ 48, 51 BDSG).
    #[serde(default)]
    #[schema(value_type = BTreeSet<ExpressScope>, max_items = 7)]
    pub express_scopes: Vec<ExpressScope>,
    /// What the office may do. `collect` is needed for anything to be released.
    #[schema(value_type = BTreeSet<Action>, min_items = 1, max_items = 2)]
    pub actions: Vec<Action>,
    /// The least restrictive handling code that items may carry.
    pub handling: Handling,
    /// Instructions that go with the content; needed for the handling code `H3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub handling_instructions: Option<LongText>,
}

/// Something the person ruled out. It matches when each dimension that it names matches; it names at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct Exclusion {
    /// Not to this office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub recipient: Option<OfficeId>,
    /// Not this kind of information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub category: Option<Category>,
    /// Nothing that touches this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub express_scope: Option<ExpressScope>,
    /// Not for this purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub purpose: Option<Purpose>,
}

/// One of the two declarations that must both be there, each a signed form of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalHalf {
    /// Version of the form, as published by the coordination: one that `/v1/consent-forms` lists in this language.
    pub form_version: Reference,
    /// Language of the form.
    pub language: Language,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// What the person was told beforehand (Art. 7(3), 13 GDPR; § 51(3) BDSG). All three are needed for the consent to be in
/// force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// That she can withdraw at any time, and how.
    pub right_to_withdraw: bool,
    /// What consenting and what refusing means; help does not depend on it (agreement, point 1).
    pub consequences: bool,
    /// That police cannot un-know what they collected (§ 163 StPO) and that defence counsel may see files (§ 147 StPO).
    pub police_cannot_undo: bool,
}

/// Who gave the consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Grantor {
    /// The affected person.
    Person {},
    /// A representative.
    Representative {
        /// Legal ground of the representation.
        basis: RepresentativeBasis,
        /// The centre's reference for the representative.
        representative: Reference,
        /// Whether the representative is suspected in the case. Such a representative never counts.
        suspected: bool,
        /// The represented person's assent.
        assent: Assent,
    },
}

/// Whether the represented person agrees, as far as able.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assent {
    /// Agreed.
    Given {
        /// When.
        at: Timestamp,
    },
    /// Disagreed: then nothing is allowed, whatever the representative says.
    Refused {},
    /// Too young or otherwise unable to form a will; the centre says why.
    NotAble {
        /// The centre's reason.
        reason: ShortText,
    },
    /// Nothing was recorded.
    NotRecorded {},
}

/// The talk in which the consent was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Its language.
    pub language: Language,
    /// How the two sides understood each other.
    pub mediation: Mediation,
    /// When the whole text was read back to the person and confirmed. Needed when the talk was interpreted, or a form is in
    /// another language than the talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_back_at: Option<Timestamp>,
}

/// How the two sides understood each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mediation {
    /// Counsellor and person share the language.
    Direct {},
    /// An interpreter took part.
    Interpreted {
        /// The centre's reference for the interpreter.
        interpreter: Reference,
    },
    /// Nothing was recorded. Enough only for a talk in German.
    NotRecorded {},
}

/// Evidence of the consent. The document itself stays with the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256 of the signed form.
    pub sha256: Sha256,
    /// What it is.
    pub medium: EvidenceMedium,
    /// Where the centre keeps it.
    pub kept_at: ShortText,
}

/// How long the evidence is kept, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Until when.
    pub until: Timestamp,
    /// The ground, in the centre's words.
    pub basis: ShortText,
}
