//! Leaflets that tell a person about help (agreement, point 2; §§ 406i–406k StPO).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::vocabulary::{Language, LeafletReview, LeafletTopic, TextDirection};

/// Which leaflet there is in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafletSummary {
    /// Its language.
    pub language: Language,
    /// What the language calls itself.
    pub own_name: String,
    /// Counts the changes of the text, from 1.
    #[schema(minimum = 1)]
    pub version: u32,
    /// In which direction it is written.
    pub direction: TextDirection,
    /// Whether somebody whose language it is has read it.
    pub review: LeafletReview,
}

/// The leaflets that there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafletList {
    /// One for each language.
    pub items: Vec<LeafletSummary>,
}

/// A leaflet: a text for whoever may be affected, in her language. As a page to print, with a centre or without: `/leaflets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::leaflet))]
pub struct Leaflet {
    /// Which it is.
    #[serde(flatten)]
    pub summary: LeafletSummary,
    /// That no native speaker has checked it, in its own language; absent once one has. It is to be shown wherever the text is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unchecked: Option<String>,
    /// Its title.
    pub title: String,
    /// What it says, topic by topic.
    pub sections: Vec<LeafletSection>,
}

/// What a leaflet says about one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafletSection {
    /// About what.
    pub topic: LeafletTopic,
    /// Its heading.
    pub heading: String,
    /// Whole sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paragraphs: Vec<String>,
    /// A list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<String>,
}
