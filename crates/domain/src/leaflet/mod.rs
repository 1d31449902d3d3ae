//! Leaflets that tell a person about help (agreement, point 2; §§ 406i–406k StPO): early, in a language the person understands,
//! and naming who helps. One for each [`Language`].
//!
//! The texts are data (`crates/domain/leaflets`), each with its version. **None of them was checked by a native speaker**; each
//! says so itself, in its own language, and whoever prints it sees it. None may make help depend on anything: that is what
//! [`LeafletTopic::Unconditional`] says, and every leaflet has it.

mod bundled;
mod read;

use serde::Deserialize;

pub use self::read::LeafletError;
use crate::{
    directory::{Channel, OnPublicHolidays},
    vocabulary::{Language, vocabulary},
};

vocabulary! {
    /// Whether somebody whose language it is has read a leaflet.
    LeafletReview as "review of a leaflet" {
        Unchecked = "unchecked", "von keiner Person geprüft, deren Muttersprache es ist", "not checked by a native speaker";
        NativeSpeaker = "native_speaker", "von einer Person geprüft, deren Muttersprache es ist", "checked by a native speaker";
    }
}

vocabulary! {
    /// What every leaflet speaks of, in this order.
    LeafletTopic as "topic of a leaflet" {
        /// So that a person recognises her situation without having to know a term for it.
        Who = "who", "wer Hilfe bekommt", "who can get help";
        /// Agreement, point 10: there is no fee on help.
        Free = "free", "Hilfe kostet nichts", "help costs nothing";
        /// § 203 StGB.
        Confidential = "confidential", "Schweigepflicht", "confidentiality";
        /// Agreement, point 4: the police learn something only as far as the person allows it, and she can take that back.
        YourDecision = "your_decision", "die Person entscheidet", "the person decides";
        /// Agreement, point 1: help never depends on cooperation.
        Unconditional = "unconditional", "Hilfe ohne Bedingung", "help without a condition";
        YourLanguage = "your_language", "in der eigenen Sprache", "in one's own language";
        WithoutPapers = "without_papers", "auch ohne Papiere", "without papers as well";
        WhatIsDone = "what_is_done", "was eine Beratungsstelle tut", "what a centre does";
        /// 110 and 112.
        Danger = "danger", "bei Gefahr", "in danger";
    }
}

/// In which direction a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextDirection {
    /// As Latin letters are.
    LeftToRight,
    /// As Arabic letters are.
    RightToLeft,
}

impl TextDirection {
    /// That of a language.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        // Every language is named, so that a new one is not written from the left by oversight.
        match language {
            Language::Arabic => Self::RightToLeft,
            Language::German
            | Language::English
            | Language::French
            | Language::Romanian
            | Language::Bulgarian
            | Language::Hungarian
            | Language::Chinese
            | Language::Spanish
            | Language::Vietnamese
            | Language::Thai
            | Language::Russian
            | Language::NigerianPidgin
            | Language::Edo
            | Language::Mandinka
            | Language::Fula
            | Language::Albanian
            | Language::Polish
            | Language::Turkish
            | Language::Ukrainian => Self::LeftToRight,
        }
    }

    /// As HTML writes it: `ltr` or `rtl`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// A leaflet in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaflet {
    language: Language,
    // INVARIANT: the version begins at 1, the sections are those of `LeafletTopic::ALL` in that order and each says something, and no
    // text is empty (`Leaflet::read`).
    text: LeafletText,
}

/// What stands in a leaflet, as it is written in its file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafletText {
    /// Counts the changes of the text, from 1.
    pub version: u32,
    /// Whether somebody whose language it is has read it.
    pub review: LeafletReview,
    /// What the language calls itself.
    pub own_name: String,
    /// The sentence that no native speaker has checked this text.
    pub unchecked: String,
    /// The title.
    pub title: String,
    /// One for each topic, in order.
    pub sections: Vec<LeafletSection>,
    /// What stands before the facts about a centre.
    pub labels: LeafletLabels,
}

/// What a leaflet says about one topic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafletSection {
    /// About what.
    pub topic: LeafletTopic,
    /// Its heading.
    pub heading: String,
    /// Whole sentences.
    #[serde(default)]
    pub paragraphs: Vec<String>,
    /// A list.
    #[serde(default)]
    pub points: Vec<String>,
}

/// The words that a leaflet puts before the facts about a centre.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafletLabels {
    /// "You can get help here", above the centre.
    pub helps_here: String,
    /// A telephone number.
    pub telephone: String,
    /// A number for text messages.
    pub text_message: String,
    /// A messenger.
    pub messenger: String,
    /// An e-mail address.
    pub email: String,
    /// A chat.
    pub chat: String,
    /// A video call.
    pub video: String,
    /// A form on the web.
    pub web_form: String,
    /// A page on the web.
    pub internet: String,
    /// Where people come to.
    pub address: String,
    /// When it is open.
    pub opening_hours: String,
    /// In which languages.
    pub languages: String,
    /// After a language that needs an interpreter.
    pub by_interpreter: String,
    /// For which area.
    pub area: String,
    /// All of Germany.
    pub nationwide: String,
    /// Instead of a shelter's address: none is shown, to keep people safe.
    pub no_address: String,
    /// It costs nothing.
    pub free_of_charge: String,
    /// Before the version of the leaflet.
    pub version: String,
    /// Where no opening hours are stated: ask first.
    pub ask_first: String,
    /// After opening hours that don't hold on public holidays.
    pub not_on_public_holidays: String,
    /// After opening hours that hold on public holidays too.
    pub also_on_public_holidays: String,
    /// After opening hours of public holidays alone.
    pub only_on_public_holidays: String,
    /// Instead of opening hours, while it is closed.
    pub temporarily_closed: String,
    /// Its people come to where a person is.
    pub comes_to_you: String,
    /// Monday to Sunday.
    pub weekdays: [String; 7],
}

impl Leaflet {
    /// The leaflet in a language.
    #[must_use]
    pub fn in_language(language: Language) -> &'static Self {
        bundled::in_language(language)
    }

    /// All leaflets, in the order of the languages.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        Language::ALL
            .iter()
            .map(|language| Self::in_language(*language))
    }

    /// Its language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// In which direction it is written.
    #[must_use]
    pub const fn direction(&self) -> TextDirection {
        TextDirection::of(self.language)
    }

    /// What stands in it.
    #[must_use]
    pub const fn text(&self) -> &LeafletText {
        &self.text
    }
}

impl LeafletLabels {
    /// The word for a channel.
    #[must_use]
    pub fn channel(&self, channel: Channel) -> &str {
        match channel {
            Channel::Phone => &self.telephone,
            Channel::TextMessage => &self.text_message,
            Channel::Messenger => &self.messenger,
            Channel::Email => &self.email,
            Channel::Chat => &self.chat,
            Channel::Video => &self.video,
            Channel::WebForm => &self.web_form,
        }
    }

    /// What opening hours do on public holidays.
    #[must_use]
    pub fn public_holidays(&self, kind: OnPublicHolidays) -> &str {
        match kind {
            OnPublicHolidays::Closed => &self.not_on_public_holidays,
            OnPublicHolidays::Open => &self.also_on_public_holidays,
            OnPublicHolidays::Only => &self.only_on_public_holidays,
        }
    }
}
