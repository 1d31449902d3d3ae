//! Finds places by their names, also misspelt ones, and by postcodes. Uses nothing but the data that the installation brings.

use strsim::generic_damerau_levenshtein;

use crate::office::{GeoPoint, Land, Place, Postcode};

/// A place with a name. Several may share it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPlace {
    /// Its name.
    pub name: String,
    /// Its Land.
    pub land: Land,
    /// Its middle.
    pub point: GeoPoint,
    /// Its inhabitants, where known.
    pub population: Option<u32>,
}

/// How a name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameMatch {
    /// It is the name, but for capitals, umlauts and marks.
    Exact,
    /// The name goes on after it, or it goes on after the name (`Freiburg im Breisgau`).
    Beginning,
    /// So many letters have to be changed, left out, added or swapped.
    Similar(u8),
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlace<'a> {
    /// The place.
    pub place: &'a NamedPlace,
    /// How.
    pub by: NameMatch,
}

/// All known places.
#[derive(Debug, Default)]
pub struct Gazetteer {
    /// Sorted by name as compared.
    places: Vec<Entry>,
    /// Sorted by postcode.
    postcodes: Vec<Place>,
}

#[derive(Debug)]
struct Entry {
    folded: Box<[u8]>,
    letters: u32,
    place: NamedPlace,
}

impl Gazetteer {
    /// Of these places and postcodes.
    #[must_use]
    pub fn new(places: impl IntoIterator<Item = NamedPlace>, postcodes: Vec<Place>) -> Self {
        let mut places: Vec<Entry> = places
            .into_iter()
            .map(|place| {
                let folded = fold(&place.name).into_boxed_slice();
                Entry {
                    letters: letters(&folded),
                    folded,
                    place,
                }
            })
            .collect();
        places.sort_by(|a, b| a.folded.cmp(&b.folded));
        let mut postcodes = postcodes;
        postcodes.sort_by(|a, b| a.postcode.cmp(&b.postcode));
        Self { places, postcodes }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && self.postcodes.is_empty()
    }

    /// The place of a postcode.
    #[must_use]
    pub fn postcode(&self, postcode: &Postcode) -> Option<&Place> {
        let found = self
            .postcodes
            .binary_search_by(|place| place.postcode.cmp(postcode));
        found.ok().and_then(|index| self.postcodes.get(index))
    }

    /// Places with this name or one like it, at most `limit`: exact ones first, then those that begin so, then similar ones,
    /// the fewer changes the earlier; of equals the larger. Similar ones only where no name is or begins so.
    ///
    /// Capitals, umlauts and marks don't count (`Koeln`, `Köln`, `KOLN`). Names of up to three letters must be right, those of up to
    /// seven may have one fault, longer ones two.
    #[must_use]
    pub fn find(&self, name: &str, land: Option<Land>, limit: usize) -> Vec<FoundPlace<'_>> {
        let wanted = fold(name);
        if wanted.is_empty() {
            return Vec::new();
        }
        let in_land = |entry: &&Entry| land.is_none_or(|land| entry.place.land == land);
        let mut found: Vec<FoundPlace<'_>> = self
            .beginning(&wanted)
            .filter(in_land)
            .map(|entry| FoundPlace {
                place: &entry.place,
                by: if *entry.folded == *wanted {
                    NameMatch::Exact
                } else {
                    NameMatch::Beginning
                },
            })
            .chain(
                self.shorter(name, &wanted)
                    .filter(in_land)
                    .map(|entry| FoundPlace {
                        place: &entry.place,
                        by: NameMatch::Beginning,
                    }),
            )
            .collect();
        if found.is_empty() {
            found = self.similar(&wanted, land);
        }
        found.sort_by(|a, b| {
            a.by.cmp(&b.by)
                .then_with(|| b.place.population.cmp(&a.place.population))
                .then_with(|| a.place.name.cmp(&b.place.name))
                .then_with(|| a.place.land.cmp(&b.place.land))
                .then_with(|| a.place.point.lat().total_cmp(&b.place.point.lat()))
        });
        found.truncate(limit);
        found
    }

    /// Places whose names begin so.
    fn beginning(&self, wanted: &[u8]) -> impl Iterator<Item = &Entry> {
        let from = self.places.partition_point(|entry| *entry.folded < *wanted);
        self.places
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |entry| entry.folded.starts_with(wanted))
    }

    /// Places whose whole name is the beginning of what was asked, up to the end of a word: `Freiburg` of `Freiburg im Breisgau`.
    fn shorter<'a>(
        &'a self,
        asked: &str,
        folded: &[u8],
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let mut heads: Vec<Vec<u8>> = asked
            .char_indices()
            .filter(|(_, character)| !character.is_alphanumeric())
            .filter_map(|(end, _)| asked.get(..end))
            .map(fold)
            .filter(|head| head.len() >= 3 && head != folded)
            .collect();
        heads.dedup();
        // The longest head that is a name: the others are only its beginning.
        let name = heads.into_iter().rev().find(|head| {
            self.places
                .binary_search_by(|entry| (*entry.folded).cmp(head))
                .is_ok()
        });
        name.into_iter().flat_map(|name| {
            let from = self.places.partition_point(|entry| *entry.folded < *name);
            let same = self.places.get(from..).unwrap_or_default();
            let count = same.partition_point(|entry| *entry.folded == *name);
            same.get(..count).unwrap_or_default()
        })
    }

    fn similar(&self, wanted: &[u8], land: Option<Land>) -> Vec<FoundPlace<'_>> {
        let most: usize = match wanted.len() {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let wanted_letters = letters(wanted);
        self.places
            .iter()
            .filter(|entry| land.is_none_or(|land| entry.place.land == land))
            .filter(|entry| entry.folded.len().abs_diff(wanted.len()) <= most)
            // Each change takes away at most one kind of letter and brings one.
            .filter(|entry| {
                let different = (entry.letters ^ wanted_letters).count_ones();
                usize::try_from(different).is_ok_and(|different| different <= 2 * most)
            })
            .filter_map(|entry| {
                let changes = generic_damerau_levenshtein(&entry.folded, wanted);
                let changes = u8::try_from(changes)
                    .ok()
                    .filter(|changes| usize::from(*changes) <= most)?;
                Some(FoundPlace {
                    place: &entry.place,
                    by: NameMatch::Similar(changes),
                })
            })
            .collect()
    }
}

/// Which letters a folded name has.
fn letters(folded: &[u8]) -> u32 {
    folded
        .iter()
        .filter(|byte| byte.is_ascii_lowercase())
        .fold(0, |letters, byte| letters | (1 << (byte - b'a')))
}

/// A name as it is compared: small letters and digits of ASCII, nothing else. `ä`, `ae` and `a` are the same, so are `ß` and `ss`
/// and `s`, and marks of other languages don't count.
fn fold(name: &str) -> Vec<u8> {
    let mut folded: Vec<u8> = Vec::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        let plain: &[u8] = match character {
            'ä' | 'à' | 'á' | 'â' | 'å' | 'æ' => b"a",
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' | 'œ' => b"o",
            'ü' | 'ù' | 'ú' | 'û' => b"u",
            'é' | 'è' | 'ê' | 'ë' | 'ě' => b"e",
            'í' | 'ì' | 'î' | 'ï' => b"i",
            'ß' | 'š' | 'ś' | 'ş' => b"s",
            'ç' | 'č' | 'ć' => b"c",
            'ń' | 'ň' | 'ñ' => b"n",
            'ł' => b"l",
            'ž' | 'ź' | 'ż' => b"z",
            'ř' => b"r",
            'a'..='z' | '0'..='9' => {
                let byte = u8::try_from(character).unwrap_or(b'?');
                folded.push(byte);
                continue;
            }
            _ => continue,
        };
        folded.extend_from_slice(plain);
    }
    // `ae`, `oe`, `ue` for the umlauts, and doubled `s`.
    let mut short: Vec<u8> = Vec::with_capacity(folded.len());
    for byte in folded {
        let before = short.last().copied();
        let written_out = byte == b'e' && matches!(before, Some(b'a' | b'o' | b'u'));
        let doubled = byte == b's' && before == Some(b's');
        if !written_out && !doubled {
            short.push(byte);
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(name: &str, land: Land, population: u32) -> NamedPlace {
        NamedPlace {
            name: name.to_owned(),
            land,
            point: GeoPoint::new(50.0, 10.0).unwrap(),
            population: Some(population),
        }
    }

    fn some() -> Gazetteer {
        let places = [
            place("Köln", Land::NorthRhineWestphalia, 1_000_000),
            place("Freiburg", Land::BadenWuerttemberg, 230_000),
            place("Freiburg", Land::LowerSaxony, 2_000),
            place("Frankfurt am Main", Land::Hesse, 750_000),
            place("Frankfurt (Oder)", Land::Brandenburg, 57_000),
            place("Gießen", Land::Hesse, 90_000),
            place("Ulm", Land::BadenWuerttemberg, 126_000),
            place("Ibbenbueren", Land::NorthRhineWestphalia, 51_000),
        ];
        Gazetteer::new(places, Vec::new())
    }

    #[track_caller]
    fn found(gazetteer: &Gazetteer, name: &str) -> Vec<(String, NameMatch)> {
        let found = gazetteer.find(name, None, 5);
        found
            .iter()
            .map(|hit| (format!("{} {}", hit.place.name, hit.place.land), hit.by))
            .collect()
    }

    #[test]
    fn capitals_umlauts_and_marks_do_not_count() {
        let gazetteer = some();
        for name in ["Köln", "koeln", "KOLN", " Köln ", "Kö-ln"] {
            assert_eq!(
                found(&gazetteer, name),
                [("Köln DE-NW".to_owned(), NameMatch::Exact)],
                "{name}"
            );
        }
        for name in ["Giessen", "Gießen", "giesen"] {
            assert_eq!(found(&gazetteer, name)[0].1, NameMatch::Exact, "{name}");
        }
        assert_eq!(found(&gazetteer, "Ibbenbüren")[0].1, NameMatch::Exact);
    }

    #[test]
    fn of_several_with_the_same_beginning_the_larger_comes_first() {
        let gazetteer = some();
        let names: Vec<String> = found(&gazetteer, "Frankfurt")
            .into_iter()
            .map(|hit| hit.0)
            .collect();
        assert_eq!(names, ["Frankfurt am Main DE-HE", "Frankfurt (Oder) DE-BB"]);
        let names: Vec<String> = found(&gazetteer, "freiburg")
            .into_iter()
            .map(|hit| hit.0)
            .collect();
        assert_eq!(names, ["Freiburg DE-BW", "Freiburg DE-NI"]);
        let there = gazetteer.find("Freiburg", Some(Land::LowerSaxony), 5);
        assert_eq!(there.len(), 1);
    }

    #[test]
    fn a_name_may_go_on_after_the_one_that_is_known() {
        let gazetteer = some();
        let by = found(&gazetteer, "Freiburg im Breisgau");
        assert_eq!(by[0], ("Freiburg DE-BW".to_owned(), NameMatch::Beginning));
        // Not in the middle of a word.
        assert!(found(&gazetteer, "Ulmenhof am See").is_empty());
    }

    #[test]
    fn longer_names_may_be_misspelt_and_short_ones_not() {
        let gazetteer = some();
        for (name, expected) in [
            ("Freibrug", 1),
            ("Fraiburg", 1),
            ("Freibur", 0),
            ("Frankfurd am Mein", 2),
            ("Kölnn", 1),
        ] {
            let hits = found(&gazetteer, name);
            let expected = if expected == 0 {
                NameMatch::Beginning
            } else {
                NameMatch::Similar(expected)
            };
            assert_eq!(
                hits.first().map(|hit| hit.1),
                Some(expected),
                "{name}: {hits:?}"
            );
        }
        for name in ["Uln", "Xyz", "", "…", "Fxxiburg im", "Kxxn"] {
            assert!(found(&gazetteer, name).is_empty(), "{name}");
        }
    }

    proptest! {
        /// The quick look at letters and lengths never leaves out what a full comparison finds.
        #[test]
        fn no_similar_name_is_passed_over(names in prop::collection::vec("[a-eä ]{4,10}", 1..40), wanted in "[a-e]{4,10}") {
            let gazetteer = Gazetteer::new(names.iter().map(|name| place(name, Land::Hesse, 1)), Vec::new());
            let folded = fold(&wanted);
            let most = if folded.len() <= 3 { 0 } else if folded.len() <= 7 { 1 } else { 2 };
            let mut expected: Vec<(String, usize)> = names.iter()
                .map(|name| (name.clone(), generic_damerau_levenshtein(&fold(name), &folded)))
                .filter(|(_, changes)| *changes <= most && folded.len() > 3)
                .collect();
            let mut similar: Vec<(String, usize)> = gazetteer.similar(&folded, None).into_iter()
                .map(|hit| match hit.by {
                    NameMatch::Similar(changes) => (hit.place.name.clone(), usize::from(changes)),
                    _ => unreachable!(),
                })
                .collect();
            expected.sort();
            similar.sort();
            prop_assert_eq!(similar, expected);
        }
    }
}
