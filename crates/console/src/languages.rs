//! What languages are called: in German, in English, and by themselves.

use freigabe_domain::{directory::LanguageCode, leaflet::Leaflet, vocabulary::Language};

use crate::reader::{Reader, Words as _};

/// Languages that no leaflet is written in, but that centres speak: code, German, English, and their own names.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("ak", "Akan (Twi)", "Akan (Twi)", "Akan"),
    ("am", "Amharisch", "Amharic", "አማርኛ"),
    ("arc", "Aramäisch", "Aramaic", "ܐܪܡܝܐ"),
    ("az", "Aserbaidschanisch", "Azerbaijani", "azərbaycanca"),
    ("be", "Belarussisch", "Belarusian", "беларуская"),
    ("bn", "Bengalisch", "Bengali", "বাংলা"),
    ("bs", "Bosnisch", "Bosnian", "bosanski"),
    ("cs", "Tschechisch", "Czech", "čeština"),
    ("da", "Dänisch", "Danish", "dansk"),
    ("ee", "Ewe", "Ewe", "Eʋegbe"),
    ("el", "Griechisch", "Greek", "Ελληνικά"),
    ("et", "Estnisch", "Estonian", "eesti"),
    ("fa", "Persisch (Farsi)", "Persian (Farsi)", "فارسی"),
    ("fil", "Filipino", "Filipino", "Filipino"),
    ("ha", "Hausa", "Hausa", "Hausa"),
    ("hbs", "Serbokroatisch", "Serbo-Croatian", "srpskohrvatski"),
    ("hi", "Hindi", "Hindi", "हिन्दी"),
    ("hr", "Kroatisch", "Croatian", "hrvatski"),
    ("hy", "Armenisch", "Armenian", "հայերեն"),
    ("id", "Indonesisch", "Indonesian", "Bahasa Indonesia"),
    ("ig", "Igbo", "Igbo", "Igbo"),
    ("it", "Italienisch", "Italian", "italiano"),
    ("ja", "Japanisch", "Japanese", "日本語"),
    ("ka", "Georgisch", "Georgian", "ქართული"),
    (
        "kmr",
        "Kurdisch (Kurmandschi)",
        "Kurdish (Kurmanji)",
        "Kurmancî",
    ),
    ("ko", "Koreanisch", "Korean", "한국어"),
    ("ku", "Kurdisch", "Kurdish", "Kurdî"),
    ("ln", "Lingala", "Lingala", "Lingála"),
    ("lt", "Litauisch", "Lithuanian", "lietuvių"),
    ("lv", "Lettisch", "Latvian", "latviešu"),
    ("mk", "Mazedonisch", "Macedonian", "македонски"),
    ("mn", "Mongolisch", "Mongolian", "монгол"),
    ("ne", "Nepali", "Nepali", "नेपाली"),
    ("nl", "Niederländisch", "Dutch", "Nederlands"),
    ("pa", "Panjabi", "Punjabi", "ਪੰਜਾਬੀ"),
    ("prs", "Dari", "Dari", "دری"),
    ("ps", "Paschtu", "Pashto", "پښتو"),
    ("pt", "Portugiesisch", "Portuguese", "português"),
    ("rom", "Romani", "Romani", "romani ćhib"),
    ("sk", "Slowakisch", "Slovak", "slovenčina"),
    ("sl", "Slowenisch", "Slovenian", "slovenščina"),
    ("so", "Somali", "Somali", "Soomaali"),
    ("sr", "Serbisch", "Serbian", "српски"),
    ("sv", "Schwedisch", "Swedish", "svenska"),
    ("sw", "Swahili", "Swahili", "Kiswahili"),
    ("ta", "Tamil", "Tamil", "தமிழ்"),
    ("ti", "Tigrinisch", "Tigrinya", "ትግርኛ"),
    ("tl", "Tagalog", "Tagalog", "Tagalog"),
    ("ur", "Urdu", "Urdu", "اردو"),
    ("wo", "Wolof", "Wolof", "Wolof"),
    ("yo", "Yoruba", "Yoruba", "Yorùbá"),
];

/// The language of a leaflet with this code.
pub(crate) fn of_leaflet(code: LanguageCode) -> Option<Language> {
    Language::from_code(code.code()).ok()
}

/// What a language is called. One that nobody gave a name here is told by its code.
pub(crate) fn name(code: LanguageCode, reader: Reader) -> &'static str {
    if let Some(language) = of_leaflet(code) {
        return language.words(reader);
    }
    other(code).map_or(code.code(), |(_, german, english, _)| {
        reader.pick(german, english)
    })
}

/// What a language calls itself: whoever speaks no other one finds it by that.
pub(crate) fn own_name(code: LanguageCode) -> &'static str {
    if let Some(language) = of_leaflet(code) {
        return &Leaflet::in_language(language).text().own_name;
    }
    other(code).map_or(code.code(), |(_, _, _, own)| own)
}

/// All languages with a name, sorted by it.
pub(crate) fn named(reader: Reader) -> Vec<(LanguageCode, &'static str)> {
    let others = OTHERS
        .iter()
        .filter_map(|(code, ..)| LanguageCode::parse(code).ok());
    let codes = Language::ALL
        .iter()
        .map(|language| LanguageCode::from(*language))
        .chain(others);
    let mut named: Vec<_> = codes.map(|code| (code, name(code, reader))).collect();
    named.sort_by_key(|(_, name)| sorted_as(name));
    named
}

/// As in a dictionary (DIN 5007-1): an umlaut as its vowel.
fn sorted_as(name: &str) -> String {
    let vowel = |letter| match letter {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    };
    name.to_lowercase().chars().map(vowel).collect()
}

fn other(
    code: LanguageCode,
) -> Option<&'static (&'static str, &'static str, &'static str, &'static str)> {
    OTHERS.iter().find(|(known, ..)| *known == code.code())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_language_with_a_name_has_one_code_and_three_names() {
        for (written, german, english, own) in OTHERS {
            let code = LanguageCode::parse(written).unwrap();
            assert_eq!(code.code(), *written);
            assert_eq!(of_leaflet(code), None, "{written}");
            assert!([german, english, own].iter().all(|name| !name.is_empty()));
        }
        for reader in [Reader::German, Reader::English] {
            let named = named(reader);
            assert_eq!(named.len(), OTHERS.len() + Language::ALL.len());
            let names: BTreeSet<_> = named.iter().map(|(_, name)| name).collect();
            assert_eq!(names.len(), named.len());
        }
        let romanian = LanguageCode::parse("ro").unwrap();
        assert_eq!(name(romanian, Reader::German), "Rumänisch");
        assert_eq!(own_name(romanian), "română");
        let unnamed = LanguageCode::parse("is").unwrap();
        assert_eq!(name(unnamed, Reader::English), "is");
    }
}
