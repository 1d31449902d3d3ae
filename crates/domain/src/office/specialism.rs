//! What an office is there for.

use super::OfficeId;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What an office is there for. Only general and serious-crime offices are ever suggested for a place.
    Specialism as "specialism" {
        General = "general", "allgemein", "general";
        SeriousCrime = "serious_crime", "Kriminalitätsbekämpfung", "serious crime";
        Airport = "airport", "Flughafen", "airport";
        Sea = "sea", "See", "sea";
        /// No territory and no competence for the public.
        Support = "support", "Unterstützung", "support";
    }
}

/// Offices without territory, by name: the riot police, the special forces, the special police services, the guards of the
/// Deutsche Bundesbank.
const SUPPORT: &[&str] = &[
    "direktion-bundesbereitschaftspolizei",
    "bpold-11",
    "bpoli-polizeiliche-sonderdienste",
    "bpoli-deutsche-bundesbank",
];

/// What the second part of an identifier says: `bpoli-kb-rostock` is the Inspektion Kriminalitätsbekämpfung Rostock.
/// An office that fights crime at an airport (`bpoli-kb-flughafen-frankfurt`) is a serious-crime office.
const SECOND_PART: &[(&str, Specialism)] = &[
    ("kb", Specialism::SeriousCrime),
    ("flughafen", Specialism::Airport),
    ("see", Specialism::Sea),
];

impl Specialism {
    /// The specialism that the identifier of an office in the reference data tells.
    ///
    /// Used once, at import; afterwards the stored value counts. Looking only at the second part keeps a town whose name
    /// contains "See" from becoming a sea office.
    #[must_use]
    pub fn of_office_id(id: &OfficeId) -> Self {
        if SUPPORT.contains(&id.as_str()) {
            return Self::Support;
        }
        let second = id.as_str().split('-').nth(1);
        SECOND_PART
            .iter()
            .find(|(part, _)| Some(*part) == second)
            .map_or(Self::General, |(_, specialism)| *specialism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_tells_the_specialism() {
        let cases = [
            ("bpolp", Specialism::General),
            ("bpold-pirna", Specialism::General),
            ("bpoli-frankfurt-oder", Specialism::General),
            ("bpoli-weissensee", Specialism::General),
            ("bpoli-neustadt-am-see", Specialism::General),
            ("bpoli-kb-rostock", Specialism::SeriousCrime),
            ("bpoli-kb-flughafen-frankfurt", Specialism::SeriousCrime),
            ("bpold-flughafen-frankfurt", Specialism::Airport),
            ("bpoli-flughafen-koeln-bonn", Specialism::Airport),
            ("bpolr-flughafen-hahn", Specialism::Airport),
            ("bpoli-see-warnemuende", Specialism::Sea),
            ("bpold-11", Specialism::Support),
            ("direktion-bundesbereitschaftspolizei", Specialism::Support),
            ("bpoli-polizeiliche-sonderdienste", Specialism::Support),
            ("bpoli-deutsche-bundesbank", Specialism::Support),
        ];
        for (id, specialism) in cases {
            assert_eq!(
                Specialism::of_office_id(&OfficeId::parse(id).unwrap()),
                specialism,
                "{id}"
            );
        }
    }
}
