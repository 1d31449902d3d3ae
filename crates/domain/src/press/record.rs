//! A press release as it is stored.

use super::{PressText, TextDigest};
use crate::{
    gathering::{LongGeneralText, Participant, Side},
    ids::PressReleaseId,
    instant::Instant,
    store::StoreError,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where a press release stands. It follows from what is stored, and is stored nowhere.
    PressStanding as "standing of a press release" {
        /// At least one side has not approved the latest version.
        Draft = "draft", "Entwurf: noch nicht von beiden Seiten freigegeben", "draft: not approved by both sides yet";
        /// Both sides have approved the latest version.
        Approved = "approved", "von beiden Seiten freigegeben", "approved by both sides";
        /// It is public.
        Published = "published", "veröffentlicht", "published";
        /// Given up.
        Discarded = "discarded", "verworfen", "discarded";
    }
}

/// What somebody drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPressRelease {
    /// Who else works on it; at least one of the other side.
    pub participants: Vec<Participant>,
    /// The first version.
    pub content: PressText,
}

/// One version. Nobody changes it once it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressVersion {
    /// Counted from 1.
    pub number: u32,
    /// What it says.
    pub content: PressText,
    /// Of what it says.
    pub sha256: TextDigest,
    /// Who wrote it.
    pub by: Participant,
    /// When.
    pub at: Instant,
}

impl PressVersion {
    /// A version, with its digest.
    ///
    /// # Errors
    /// As [`PressText::digest`].
    pub fn new(
        number: u32,
        content: PressText,
        by: Participant,
        at: Instant,
    ) -> Result<Self, StoreError> {
        let sha256 = content.digest()?;
        Ok(Self {
            number,
            content,
            sha256,
            by,
            at,
        })
    }
}

/// What somebody says about a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressComment {
    /// Counted from 1, over all versions.
    pub number: u32,
    /// Which version it is about.
    pub version: u32,
    /// Who says it.
    pub by: Participant,
    /// When.
    pub at: Instant,
    /// What.
    pub text: LongGeneralText,
}

/// That a side approved one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressApproval {
    /// Which version, and no other.
    pub version: u32,
    /// Who approved it, for its side.
    pub by: Participant,
    /// When.
    pub at: Instant,
}

impl PressApproval {
    /// For which side.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.by.side()
    }
}

/// That it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Which version: the latest.
    pub version: u32,
    /// Who published it.
    pub by: Participant,
    /// When.
    pub at: Instant,
}

/// That it was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discard {
    /// Who gave it up.
    pub by: Participant,
    /// When.
    pub at: Instant,
}

/// Why a release can't be published now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicationObstacle {
    /// It is public.
    #[error("this press release is published already")]
    Published,
    /// It was given up.
    #[error("this press release was discarded")]
    Discarded,
    /// A side has not approved the latest version.
    #[error("the police have not approved the latest version")]
    NotByPolice,
    /// A side has not approved the latest version.
    #[error("the network has not approved the latest version")]
    NotByNetwork,
    /// It is too early.
    #[error("the embargo of the latest version is not over")]
    Embargo,
}

impl PublicationObstacle {
    /// What is told.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Published => "this press release is published already",
            Self::Discarded => "this press release was discarded",
            Self::NotByPolice => "the police have not approved the latest version",
            Self::NotByNetwork => "the network has not approved the latest version",
            Self::Embargo => "the embargo of the latest version is not over",
        }
    }
}

/// A press release with all that belongs to it. It carries no authority: see [`super::PressRelease`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPressRelease {
    /// Its identifier.
    pub id: PressReleaseId,
    /// Who works on it: whoever drafted it, then the others as they were named. At least one of each side.
    pub participants: Vec<Participant>,
    /// When it was drafted.
    pub drafted_at: Instant,
    /// The latest version.
    pub latest: PressVersion,
    /// Those before it, oldest first.
    pub former: Vec<PressVersion>,
    /// What was said about them, oldest first.
    pub comments: Vec<PressComment>,
    /// Of the latest version, at most one of each side. Those of former versions are void.
    pub approvals: Vec<PressApproval>,
    /// That it is public.
    pub published: Option<Publication>,
    /// That it was given up.
    pub discarded: Option<Discard>,
}

impl StoredPressRelease {
    /// So many may work on one.
    pub const MOST_PARTICIPANTS: usize = 20;
    /// So many versions it may have.
    pub const MOST_VERSIONS: u32 = 100;
    /// So many comments it may have.
    pub const MOST_COMMENTS: u32 = 500;

    /// Whether this one works on it.
    #[must_use]
    pub fn names(&self, participant: &Participant) -> bool {
        self.participants.contains(participant)
    }

    /// What a side approved, if that is the latest version.
    #[must_use]
    pub fn approval_of(&self, side: Side) -> Option<&PressApproval> {
        let latest = self.latest.number;
        let holds = |one: &&PressApproval| one.version == latest && one.side() == side;
        self.approvals.iter().find(holds)
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> PressStanding {
        let approved = |side| self.approval_of(side).is_some();
        if self.published.is_some() {
            PressStanding::Published
        } else if self.discarded.is_some() {
            PressStanding::Discarded
        } else if approved(Side::Police) && approved(Side::Network) {
            PressStanding::Approved
        } else {
            PressStanding::Draft
        }
    }

    /// The two approvals of the latest version, if nothing is against publishing it at `now`: the police's, then the network's.
    ///
    /// # Errors
    /// What is against it.
    pub fn publishable(
        &self,
        now: Instant,
    ) -> Result<(&PressApproval, &PressApproval), PublicationObstacle> {
        if self.published.is_some() {
            return Err(PublicationObstacle::Published);
        }
        if self.discarded.is_some() {
            return Err(PublicationObstacle::Discarded);
        }
        let police = self.approval_of(Side::Police);
        let police = police.ok_or(PublicationObstacle::NotByPolice)?;
        let network = self.approval_of(Side::Network);
        let network = network.ok_or(PublicationObstacle::NotByNetwork)?;
        let embargo = self.latest.content.embargo_until;
        if embargo.is_some_and(|until| now < until) {
            return Err(PublicationObstacle::Embargo);
        }
        Ok((police, network))
    }

    /// As `reader` may see it: whoever works on it sees all of it, everybody else the version that is public and who approved it.
    #[must_use]
    pub fn seen_by(self, reader: &Participant) -> Option<Self> {
        if self.names(reader) {
            return Some(self);
        }
        self.published.is_some().then(|| Self {
            former: Vec::new(),
            comments: Vec::new(),
            ..self
        })
    }

    /// With a further version: what was approved is void.
    #[must_use]
    pub fn revised(mut self, version: PressVersion) -> Self {
        let former = std::mem::replace(&mut self.latest, version);
        self.former.push(former);
        self.approvals.clear();
        self
    }
}

#[cfg(test)]
mod tests;
