//! Supplementary agreements (agreement, point 10): who bears what share of the costs of something that police and network do together. Without one
//! each side bears its own. Nobody who is affected pays for anything, and nothing here has a place for her.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    CurrencyCode, ShortText, Timestamp, gathering::Participant, page::page,
    vocabulary::AgreementStanding,
};

/// An amount of money: whole hundredths of the currency's unit, such as euro cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Hundredths of the unit.
    #[schema(minimum = 1, maximum = 999999999999i64)]
    pub cents: u64,
    /// The currency.
    pub currency: CurrencyCode,
}

/// A party and what it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyShare {
    /// Who.
    pub participant: Participant,
    /// Hundredths of the currency's unit. Nothing is a share too.
    #[schema(minimum = 0, maximum = 999999999999i64)]
    pub share_cents: u64,
}

/// A party and how many parts of the total it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyParts {
    /// Who.
    pub participant: Participant,
    /// So many parts of all parts together.
    #[schema(minimum = 0, maximum = 1000000)]
    pub parts: u32,
}

/// How the total is shared. Parties are of both sides, each named once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sharing {
    /// By amounts, which add up to the total exactly.
    Amounts {
        /// The parties.
        #[schema(min_items = 2, max_items = 20)]
        parties: Vec<PartyShare>,
    },
    /// By parts, from which the amounts are told: whole hundredths of each exact share, and what is left one by one to those who lost most by
    /// that, so that they add up.
    Parts {
        /// The parties.
        #[schema(min_items = 2, max_items = 20)]
        parties: Vec<PartyParts>,
    },
}

/// A supplementary agreement that a party proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::propose_supplementary_agreement))]
pub struct ProposeSupplementaryAgreement {
    /// What it is called. No person is named in it: a pseudonym is refused.
    pub title: ShortText,
    /// Where the signed text lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// What is to be shared.
    pub total: Money,
    /// Who bears what of it. The caller is one of the parties.
    pub sharing: Sharing,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_until: Timestamp,
}

/// A party of a supplementary agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SupplementaryParty {
    /// Who.
    pub participant: Participant,
    /// What it bears, in hundredths of the currency's unit.
    #[schema(minimum = 0, maximum = 999999999999i64)]
    pub share_cents: u64,
    /// When it confirmed; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<Timestamp>,
}

/// A supplementary agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::supplementary_agreement))]
pub struct SupplementaryAgreement {
    /// Its identifier.
    pub id: Uuid,
    /// Where it stands now.
    pub standing: AgreementStanding,
    /// What it is called.
    pub title: ShortText,
    /// Where the signed text lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// What is shared: the sum of all shares.
    pub total: Money,
    /// Who bears what of it.
    #[schema(min_items = 2, max_items = 20)]
    pub parties: Vec<SupplementaryParty>,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_until: Timestamp,
    /// Who proposed it.
    pub proposed_by: Participant,
    /// When.
    pub proposed_at: Timestamp,
    /// When the last party confirmed it; absent as long as one is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<Timestamp>,
    /// Who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_by: Option<Participant>,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Timestamp>,
}

page! {
    /// A page of supplementary agreements, newest first.
    SupplementaryAgreementPage of SupplementaryAgreement
}
