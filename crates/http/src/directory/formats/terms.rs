//! Taxonomies of our own, for what HSDS has no field for. Their terms are attributes (`attribute`, `taxonomy_term`) of what they are
//! about. A term's identifier follows from its code, and never changes.

use std::{collections::HashMap, sync::LazyLock};

use freigabe_contract::vocabulary::{
    AccessibilityFeature, Channel, DataProtectionRegime, ExploitationForm, Offer, OnPublicHolidays,
    TargetGroup,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::NAMESPACE;

/// What our taxonomies' names begin with.
const PREFIX: &str = "freigabe:";

/// What stands at a place of its own in the contract, and at none in HSDS.
pub(super) mod mark {
    /// The taxonomy.
    pub(in super::super) const TAXONOMY: &str = "mark";
    /// A service: its people come to where a person is (`true`).
    pub(in super::super) const MOBILE: &str = "mobile";
    /// A service: it is a shelter, of which no location is told.
    pub(in super::super) const SHELTER: &str = "shelter";
    /// An address: the street isn't told, and `address_1` repeats the town.
    pub(in super::super) const NO_STREET: &str = "no_street";
    /// A schedule: it recurs daily, which HSDS has no `freq` for.
    pub(in super::super) const DAILY: &str = "daily";
    /// A schedule: `closes_at` is 24:00.
    pub(in super::super) const END_OF_DAY: &str = "end_of_day";
    /// A phone or contact: its number (`value`) among all of them, from 0, if phones don't come first.
    pub(in super::super) const POSITION: &str = "position";
    /// A contact: a language (`value`).
    pub(in super::super) const LANGUAGE: &str = "contact_language";
    /// A contact: what to know about it (`value`).
    pub(in super::super) const NOTE: &str = "contact_note";
    /// A phone or contact: when somebody answers (`value`, see `rule`).
    pub(in super::super) const HOURS: &str = "contact_hours";
}

const MARKS: &[(&str, &str)] = &[
    (
        mark::MOBILE,
        "the people of the service come to where a person is",
    ),
    (mark::SHELTER, "a shelter: where it is is never told"),
    (
        mark::NO_STREET,
        "the street is not told; address_1 repeats the town",
    ),
    (
        mark::DAILY,
        "recurs every day, or every so many days as the interval says",
    ),
    (mark::END_OF_DAY, "closes at 24:00"),
    (
        mark::POSITION,
        "the value is the position among all ways to reach the service, from 0",
    ),
    (
        mark::LANGUAGE,
        "the value is a language in which somebody answers",
    ),
    (mark::NOTE, "the value is what to know about it"),
    (mark::HOURS, "the value is a time at which somebody answers"),
];

/// The taxonomies, with what they are about.
const TAXONOMIES: &[(&str, &str)] = &[
    (
        "data_protection_regime",
        "The data-protection law that an organization falls under.",
    ),
    (
        "target_group",
        "For whom a service is; none: for everybody.",
    ),
    (
        "exploitation_form",
        "For which forms of exploitation a service is; none: for all.",
    ),
    ("offer", "What a service does."),
    (
        "accessibility",
        "What makes a place or a service accessible.",
    ),
    (
        "channel",
        "By which means a service is reached; the value is its address on the web, if it has one.",
    ),
    (
        "public_holidays",
        "Whether opening times hold on public holidays; none: they don't.",
    ),
    (mark::TAXONOMY, "Whatever else has no field."),
];

/// A term of a taxonomy of ours.
pub(super) struct Term {
    pub(super) taxonomy: &'static str,
    pub(super) code: &'static str,
    label: &'static str,
    pub(super) id: Uuid,
}

impl Term {
    fn new(taxonomy: &'static str, code: &'static str, label: &'static str) -> Self {
        Self {
            taxonomy,
            code,
            label,
            id: Uuid::new_v5(&NAMESPACE, format!("term/{taxonomy}:{code}").as_bytes()),
        }
    }

    /// As HSDS `taxonomy_term`.
    pub(super) fn written(&self) -> Value {
        json!({
            "id": self.id,
            "code": format!("{}:{}", self.taxonomy, self.code),
            "name": self.label,
            "description": self.label,
            "taxonomy": format!("{PREFIX}{}", self.taxonomy),
            "taxonomy_id": taxonomy_id(self.taxonomy),
        })
    }
}

/// What an attribute of a file says.
pub(super) enum Meaning {
    /// A term of ours.
    Ours(&'static Term),
    /// A taxonomy of ours, and no term of it.
    Unknown,
    /// Something else.
    Foreign,
}

/// The term with this identifier, or else with this code in a taxonomy of ours.
pub(super) fn meaning(id: Option<&str>, taxonomy: Option<&str>, code: Option<&str>) -> Meaning {
    let by_id = id
        .and_then(|id| Uuid::try_parse(id).ok())
        .and_then(|id| ALL.iter().find(|term| term.id == id));
    if let Some(term) = by_id {
        return Meaning::Ours(term);
    }
    let Some(taxonomy) = taxonomy.and_then(|name| name.strip_prefix(PREFIX)) else {
        return Meaning::Foreign;
    };
    let code = code.map(|code| code.rsplit(':').next().unwrap_or(code));
    code.and_then(|code| BY_CODE.get(&(taxonomy, code)))
        .and_then(|index| ALL.get(*index))
        .map_or(Meaning::Unknown, Meaning::Ours)
}

/// The term with this code.
pub(super) fn term(taxonomy: &str, code: &str) -> Option<&'static Term> {
    BY_CODE
        .get(&(taxonomy, code))
        .and_then(|index| ALL.get(*index))
}

/// Every term.
pub(super) fn all() -> &'static [Term] {
    &ALL
}

/// Every taxonomy as HSDS `taxonomy`.
pub(super) fn taxonomies() -> impl Iterator<Item = Value> {
    TAXONOMIES.iter().map(|(name, about)| {
        json!({
            "id": taxonomy_id(name),
            "name": format!("{PREFIX}{name}"),
            "description": about,
        })
    })
}

fn taxonomy_id(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("taxonomy/{name}").as_bytes())
}

macro_rules! terms {
    ($($taxonomy:literal: $vocabulary:ident),+) => {{
        let mut terms = Vec::new();
        $(for member in $vocabulary::ALL {
            terms.push(Term::new($taxonomy, member.code(), member.label()));
        })+
        terms
    }};
}

static ALL: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let mut terms = terms!(
        "data_protection_regime": DataProtectionRegime,
        "target_group": TargetGroup,
        "exploitation_form": ExploitationForm,
        "offer": Offer,
        "accessibility": AccessibilityFeature,
        "channel": Channel,
        "public_holidays": OnPublicHolidays
    );
    let marks = MARKS.iter();
    terms.extend(marks.map(|(code, label)| Term::new(mark::TAXONOMY, code, label)));
    terms
});

static BY_CODE: LazyLock<HashMap<(&'static str, &'static str), usize>> = LazyLock::new(|| {
    let terms = ALL.iter().enumerate();
    terms
        .map(|(index, term)| ((term.taxonomy, term.code), index))
        .collect()
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_term_is_found_by_its_identifier_and_by_its_code() {
        for term in all() {
            let id = term.id.to_string();
            let taxonomy = format!("{PREFIX}{}", term.taxonomy);
            let by_id = meaning(Some(&id), None, None);
            let by_code = meaning(Some("other"), Some(&taxonomy), Some(term.code));
            for found in [by_id, by_code] {
                assert!(matches!(found, Meaning::Ours(found) if found.id == term.id));
            }
            assert!(TAXONOMIES.iter().any(|(name, _)| *name == term.taxonomy));
        }
        let ids: HashSet<Uuid> = all().iter().map(|term| term.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(matches!(
            meaning(None, Some("freigabe:offer"), Some("x")),
            Meaning::Unknown
        ));
        assert!(matches!(
            meaning(None, Some("offer"), Some("shelter")),
            Meaning::Foreign
        ));
    }

    #[test]
    fn identifiers_of_terms_never_change() {
        let id = |code| term("offer", code).unwrap().id.to_string();
        assert_eq!(id("shelter"), "5ce98451-c53e-5762-a40e-a4800e27c950");
    }
}
