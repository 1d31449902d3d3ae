//! Languages of talks and forms: ISO 639-1, or ISO 639-3 where 639-1 has none.

use super::vocabulary;

vocabulary! {
    /// A language that consent talks are held in.
    Language {
        German = "de", "German (Deutsch)";
        English = "en", "English (Englisch)";
        French = "fr", "French (Französisch)";
        Romanian = "ro", "Romanian (Rumänisch)";
        Bulgarian = "bg", "Bulgarian (Bulgarisch)";
        Hungarian = "hu", "Hungarian (Ungarisch)";
        Chinese = "zh", "Chinese (Chinesisch)";
        Spanish = "es", "Spanish (Spanisch)";
        Vietnamese = "vi", "Vietnamese (Vietnamesisch)";
        Thai = "th", "Thai (Thailändisch)";
        Arabic = "ar", "Arabic (Arabisch)";
        Russian = "ru", "Russian (Russisch)";
        NigerianPidgin = "pcm", "Nigerian Pidgin (Nigerianisches Pidgin)";
        Edo = "bin", "Edo (Bini)";
        Mandinka = "mnk", "Mandinka";
        Fula = "ff", "Fula (Fulfulde)";
        Albanian = "sq", "Albanian (Albanisch)";
        Polish = "pl", "Polish (Polnisch)";
        Turkish = "tr", "Turkish (Türkisch)";
        Ukrainian = "uk", "Ukrainian (Ukrainisch)";
    }
}
