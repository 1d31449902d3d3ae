//! The leaflets that the program brings with it.

use std::sync::LazyLock;

use super::Leaflet;
use crate::vocabulary::Language;

/// A file for each language: one without a file does not compile.
macro_rules! bundled {
    ($( $language:ident = $code:literal ),+ $(,)?) => {
        /// The leaflet in a language.
        pub(super) fn in_language(language: Language) -> &'static Leaflet {
            match language {
                $( Language::$language => {
                    static LEAFLET: LazyLock<Leaflet> = LazyLock::new(|| {
                        proven(
                            Language::$language,
                            include_str!(concat!("../../leaflets/", $code, ".json")),
                        )
                    });
                    &LEAFLET
                } )+
            }
        }

        #[cfg(test)]
        const FILES: &[(Language, &str)] = &[$((Language::$language, $code)),+];
    };
}

bundled! {
    German = "de",
    English = "en",
    French = "fr",
    Romanian = "ro",
    Bulgarian = "bg",
    Hungarian = "hu",
    Chinese = "zh",
    Spanish = "es",
    Vietnamese = "vi",
    Thai = "th",
    Arabic = "ar",
    Russian = "ru",
    NigerianPidgin = "pcm",
    Edo = "bin",
    Mandinka = "mnk",
    Fula = "ff",
    Albanian = "sq",
    Polish = "pl",
    Turkish = "tr",
    Ukrainian = "uk",
}

#[expect(
    clippy::expect_used,
    reason = "the files are part of the program, and a test reads each of them"
)]
fn proven(language: Language, file: &str) -> Leaflet {
    Leaflet::read(language, file).expect("a leaflet that a test has read")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::leaflet::{LeafletReview, LeafletTopic, TextDirection};

    #[test]
    fn there_is_a_complete_leaflet_in_every_language() {
        assert_eq!(Leaflet::all().len(), Language::ALL.len());
        for (language, code) in FILES {
            assert_eq!(language.code(), *code);
        }
        for leaflet in Leaflet::all() {
            assert!(leaflet.text().version >= 1);
            assert_eq!(leaflet.text().sections.len(), LeafletTopic::ALL.len());
        }
        let titles: BTreeSet<&str> = Leaflet::all()
            .map(|leaflet| leaflet.text().title.as_str())
            .collect();
        assert_eq!(titles.len(), Language::ALL.len());
    }

    /// Whoever changes this names who has read the text.
    #[test]
    fn no_leaflet_claims_that_somebody_checked_it() {
        for leaflet in Leaflet::all() {
            assert_eq!(leaflet.text().review, LeafletReview::Unchecked);
        }
    }

    #[test]
    fn every_leaflet_says_whom_to_call_in_danger_and_nothing_less_than_another() {
        let german = &Leaflet::in_language(Language::German).text().sections;
        for leaflet in Leaflet::all() {
            let sections = &leaflet.text().sections;
            let danger = sections
                .iter()
                .find(|section| section.topic == LeafletTopic::Danger)
                .unwrap();
            let text = danger.paragraphs.concat();
            assert!(
                text.contains("110") && text.contains("112"),
                "{}",
                leaflet.language()
            );
            for (section, in_german) in sections.iter().zip(german) {
                assert_eq!(
                    (section.paragraphs.len(), section.points.len()),
                    (in_german.paragraphs.len(), in_german.points.len()),
                    "{} {}",
                    leaflet.language(),
                    section.topic
                );
            }
        }
    }

    #[test]
    fn arabic_alone_is_written_from_the_right() {
        let from_the_right: Vec<Language> = Leaflet::all()
            .filter(|leaflet| leaflet.direction() == TextDirection::RightToLeft)
            .map(Leaflet::language)
            .collect();
        assert_eq!(from_the_right, [Language::Arabic]);
        assert_eq!(TextDirection::RightToLeft.code(), "rtl");
        assert_eq!(TextDirection::LeftToRight.code(), "ltr");
    }
}
