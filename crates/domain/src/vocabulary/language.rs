//! Languages of talks, forms and leaflets: ISO 639-1, or ISO 639-3 where 639-1 has none.

use super::vocabulary;

vocabulary! {
    /// A language that consent talks are held in.
    Language as "language" {
        German = "de", "Deutsch", "German";
        English = "en", "Englisch", "English";
        French = "fr", "Französisch", "French";
        Romanian = "ro", "Rumänisch", "Romanian";
        Bulgarian = "bg", "Bulgarisch", "Bulgarian";
        Hungarian = "hu", "Ungarisch", "Hungarian";
        Chinese = "zh", "Chinesisch", "Chinese";
        Spanish = "es", "Spanisch", "Spanish";
        Vietnamese = "vi", "Vietnamesisch", "Vietnamese";
        Thai = "th", "Thailändisch", "Thai";
        Arabic = "ar", "Arabisch", "Arabic";
        Russian = "ru", "Russisch", "Russian";
        NigerianPidgin = "pcm", "Nigerianisches Pidgin", "Nigerian Pidgin";
        Edo = "bin", "Edo (Bini)", "Edo (Bini)";
        Mandinka = "mnk", "Mandinka", "Mandinka";
        Fula = "ff", "Fulfulde", "Fula";
        Albanian = "sq", "Albanisch", "Albanian";
        Polish = "pl", "Polnisch", "Polish";
        Turkish = "tr", "Türkisch", "Turkish";
        Ukrainian = "uk", "Ukrainisch", "Ukrainian";
    }
}
