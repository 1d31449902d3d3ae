//! Press releases of both sides (agreement, point 7): what is published is the latest version, which both sides approved.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LanguageCode, LongText, Sha256, ShortText, Timestamp,
    gathering::Participant,
    page::page,
    vocabulary::{PressStanding, Side},
};

/// What is to be published. A pseudonym in it is refused: it is about nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PressText {
    /// Its headline.
    pub title: ShortText,
    /// The release itself.
    pub text: LongText,
    /// The language of both.
    pub language: LanguageCode,
    /// Not to be published before. Default: as soon as both sides have approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub embargo_until: Option<Timestamp>,
}

/// A press release that somebody drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::draft_press_release))]
pub struct DraftPressRelease {
    /// Who works on it besides the caller: at least one of the other side. Nobody else sees the draft.
    #[schema(min_items = 1, max_items = 19)]
    pub participants: Vec<Participant>,
    /// The first version.
    pub content: PressText,
}

/// The next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::revise_press_release))]
pub struct RevisePressRelease {
    /// The version that it was written after: it must be the latest.
    #[schema(minimum = 1, maximum = 100)]
    pub based_on: u32,
    /// What it says.
    pub content: PressText,
}

/// Something about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::comment_press_release))]
pub struct CommentPressRelease {
    /// Which version.
    #[schema(minimum = 1, maximum = 100)]
    pub version: u32,
    /// What there is to say. A pseudonym in it is refused.
    pub text: LongText,
}

/// The yes of the caller's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::approve_press_release))]
pub struct ApprovePressRelease {
    /// To exactly this version: it must be the latest.
    #[schema(minimum = 1, maximum = 100)]
    pub version: u32,
}

/// A version. Nobody changes it once it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PressVersion {
    /// Counted from 1.
    pub number: u32,
    /// What it says.
    pub content: PressText,
    /// SHA-256 of the canonical JSON (RFC 8785) of an object with `title`, `text`, `language` and, if there is one, `embargo_until` in
    /// microseconds since 1970. The log names it with every approval.
    pub sha256: Sha256,
    /// Who wrote it.
    pub written_by: Participant,
    /// When.
    pub written_at: Timestamp,
}

/// What somebody said about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PressComment {
    /// Counted from 1.
    pub number: u32,
    /// Which version.
    pub version: u32,
    /// Who.
    pub written_by: Participant,
    /// When.
    pub written_at: Timestamp,
    /// What.
    pub text: LongText,
}

/// That a side approved the latest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PressApproval {
    /// Which side.
    pub side: Side,
    /// Which version.
    pub version: u32,
    /// Who approved it.
    pub approved_by: Participant,
    /// When.
    pub approved_at: Timestamp,
}

/// A press release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::press_release))]
pub struct PressRelease {
    /// Its identifier.
    pub id: Uuid,
    /// Where it stands.
    pub standing: PressStanding,
    /// Who works on it: first whoever drafted it.
    pub participants: Vec<Participant>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// The latest version; once it is published, that one.
    pub latest: PressVersion,
    /// Those before it, oldest first. None for whoever does not work on it.
    pub former_versions: Vec<PressVersion>,
    /// Comments, oldest first. None for whoever does not work on it.
    pub comments: Vec<PressComment>,
    /// Approvals of the latest version, at most one of each side. Those of former versions are void.
    pub approvals: Vec<PressApproval>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_by: Option<Participant>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_at: Option<Timestamp>,
    /// Who discarded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub discarded_by: Option<Participant>,
    /// When it was discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub discarded_at: Option<Timestamp>,
}

/// A press release in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedPressRelease {
    /// Its identifier.
    pub id: Uuid,
    /// Where it stands.
    pub standing: PressStanding,
    /// The headline of the latest version.
    pub title: ShortText,
    /// Its language.
    pub language: LanguageCode,
    /// Its number.
    pub latest_version: u32,
    /// Sides that have approved the latest version.
    pub approved_by: Vec<Side>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_at: Option<Timestamp>,
}

page! {
    /// A page of press releases, newest first.
    PressReleasePage of ListedPressRelease
}
