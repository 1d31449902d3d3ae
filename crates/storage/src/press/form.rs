//! Rows of press releases, and back.

use freigabe_domain::{
    directory::LanguageCode,
    gathering::{Participant, Side},
    ids::PressReleaseId,
    press::{
        Discard, PressApproval, PressComment, PressText, PressVersion, Publication,
        StoredPressRelease, TextDigest,
    },
    store::StoreError,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    entity::{
        press_release::{ActiveModel, Model},
        press_release_approval as approval, press_release_comment as comment,
        press_release_participant as participant, press_release_publication as publication,
        press_release_version as version,
    },
    gathering::{ParticipantColumns, general},
    rows::{Cell, instant},
};

/// A release to which something can still be done.
pub(super) const OPEN: &str = "open";
/// One that was given up.
pub(super) const DISCARDED: &str = "discarded";

/// The rows of some releases.
pub(super) struct Rows {
    pub(super) releases: Vec<Model>,
    /// By release and number.
    pub(super) participants: Vec<participant::Model>,
    /// By release and number.
    pub(super) versions: Vec<version::Model>,
    /// By release and number.
    pub(super) comments: Vec<comment::Model>,
    pub(super) approvals: Vec<approval::Model>,
    pub(super) publications: Vec<publication::Model>,
}

impl Rows {
    /// The releases, in the order of their rows.
    pub(super) fn read(&self) -> Result<Vec<StoredPressRelease>, StoreError> {
        self.releases.iter().map(|row| self.one(row)).collect()
    }

    fn one(&self, row: &Model) -> Result<StoredPressRelease, StoreError> {
        let cell = Cell {
            table: "press_releases",
            row: &row.id,
        };
        let participants = self.participants_of(row.id)?;
        let mut former = self.versions_of(row.id, &participants)?;
        let latest = former
            .pop()
            .filter(|latest| i64::from(latest.number) == i64::from(row.latest_version))
            .ok_or_else(|| cell.corrupt("latest_version", "no such version"))?;
        let discarded = match (row.discarded_at, row.discarded_by) {
            (Some(at), Some(by)) => Some(Discard {
                by: named(&cell, "discarded_by", &participants, by)?,
                at: instant(at),
            }),
            _ => None,
        };
        Ok(StoredPressRelease {
            id: PressReleaseId::from_uuid(row.id),
            drafted_at: instant(row.drafted_at),
            former,
            comments: self.comments_of(row.id, &participants)?,
            approvals: self.approvals_of(row, &latest, &participants)?,
            published: self.publication_of(row.id, &participants)?,
            discarded,
            latest,
            participants,
        })
    }

    fn participants_of(&self, id: Uuid) -> Result<Vec<Participant>, StoreError> {
        let own = self.participants.iter().filter(|row| row.release_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "press_release_participants",
                row: &row.release_id,
            };
            let columns = ParticipantColumns {
                office: row.office_id.clone(),
                centre: row.centre_organisation,
                coordination: row.coordination_organisation,
            };
            columns.read(&cell, "office_id")
        })
        .collect()
    }

    fn versions_of(&self, id: Uuid, all: &[Participant]) -> Result<Vec<PressVersion>, StoreError> {
        let own = self.versions.iter().filter(|row| row.release_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "press_release_versions",
                row: &row.release_id,
            };
            let content = PressText {
                title: general(&cell, "title", &row.title)?,
                text: general(&cell, "content", &row.content)?,
                language: LanguageCode::parse(&row.language)
                    .map_err(|_| cell.corrupt("language", "not a language"))?,
                embargo_until: row.embargo_until.map(instant),
            };
            let number = cell.number("number", i64::from(row.number))?;
            let by = named(&cell, "written_by", all, row.written_by)?;
            let version = PressVersion::new(number, content, by, instant(row.written_at))?;
            if version.sha256.as_bytes().as_slice() != row.sha256.as_slice() {
                return Err(cell.corrupt("sha256", "not the digest of what it says"));
            }
            Ok(version)
        })
        .collect()
    }

    fn comments_of(&self, id: Uuid, all: &[Participant]) -> Result<Vec<PressComment>, StoreError> {
        let own = self.comments.iter().filter(|row| row.release_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "press_release_comments",
                row: &row.release_id,
            };
            Ok(PressComment {
                number: cell.number("number", i64::from(row.number))?,
                version: cell.number("version", i64::from(row.version))?,
                by: named(&cell, "written_by", all, row.written_by)?,
                at: instant(row.written_at),
                text: general(&cell, "content", &row.content)?,
            })
        })
        .collect()
    }

    /// Those of the latest version: others are void.
    fn approvals_of(
        &self,
        release: &Model,
        latest: &PressVersion,
        all: &[Participant],
    ) -> Result<Vec<PressApproval>, StoreError> {
        let counts = |row: &&approval::Model| {
            row.release_id == release.id && row.version == release.latest_version
        };
        let mut read = Vec::with_capacity(2);
        for row in self.approvals.iter().filter(counts) {
            let cell = Cell {
                table: "press_release_approvals",
                row: &row.release_id,
            };
            let side = cell.code("side", Side::from_code, &row.side)?;
            let by = named(&cell, "approved_by", all, row.approved_by)?;
            if by.side() != side {
                return Err(cell.corrupt("approved_by", "not of that side"));
            }
            if row.sha256.as_slice() != latest.sha256.as_bytes().as_slice() {
                return Err(cell.corrupt("sha256", "not the digest of the version"));
            }
            read.push(PressApproval {
                version: latest.number,
                by,
                at: instant(row.approved_at),
            });
        }
        read.sort_by_key(|one| one.at);
        Ok(read)
    }

    fn publication_of(
        &self,
        id: Uuid,
        all: &[Participant],
    ) -> Result<Option<Publication>, StoreError> {
        let own = self.publications.iter().find(|row| row.release_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "press_release_publications",
                row: &row.release_id,
            };
            Ok(Publication {
                version: cell.number("version", i64::from(row.version))?,
                by: named(&cell, "published_by", all, row.published_by)?,
                at: instant(row.published_at),
            })
        })
        .transpose()
    }
}

fn named(
    cell: &Cell<'_>,
    column: &'static str,
    all: &[Participant],
    number: i16,
) -> Result<Participant, StoreError> {
    let index = usize::try_from(number).ok();
    let found = index.and_then(|index| all.get(index)).cloned();
    found.ok_or_else(|| cell.corrupt(column, "not one of the participants"))
}

/// A number in a column.
pub(super) fn number<N: TryInto<T>, T>(number: N) -> Result<T, StoreError> {
    number
        .try_into()
        .map_err(|_| StoreError::Defect("a number that fits in no column".to_owned()))
}

pub(super) fn release_row(release: &StoredPressRelease) -> Result<ActiveModel, StoreError> {
    let drafter = release.participants.first();
    let columns = drafter.map(ParticipantColumns::of);
    let columns = columns.ok_or_else(|| StoreError::Defect("a release of nobody".to_owned()))?;
    Ok(ActiveModel {
        id: Set(release.id.as_uuid()),
        drafted_at: Set(release.drafted_at.as_unix_micros()),
        drafted_by_office: Set(columns.office),
        drafted_by_centre: Set(columns.centre),
        drafted_by_coordination: Set(columns.coordination),
        participants: Set(number(release.participants.len())?),
        latest_version: Set(number(release.latest.number)?),
        state: Set(OPEN.to_owned()),
        discarded_at: Set(None),
        discarded_by: Set(None),
    })
}

pub(super) fn participant_rows(
    release: &StoredPressRelease,
) -> Result<Vec<participant::ActiveModel>, StoreError> {
    let rows = release.participants.iter().enumerate().map(|(index, one)| {
        let columns = ParticipantColumns::of(one);
        Ok(participant::ActiveModel {
            release_id: Set(release.id.as_uuid()),
            number: Set(number(index)?),
            side: Set(one.side().code().to_owned()),
            office_id: Set(columns.office),
            centre_organisation: Set(columns.centre),
            coordination_organisation: Set(columns.coordination),
        })
    });
    rows.collect()
}

pub(super) fn version_row(
    release: Uuid,
    version: &PressVersion,
    by: i16,
) -> Result<version::ActiveModel, StoreError> {
    let PressVersion { content, at, .. } = version;
    let embargo = content.embargo_until;
    Ok(version::ActiveModel {
        release_id: Set(release),
        number: Set(number(version.number)?),
        title: Set(content.title.as_str().to_owned()),
        content: Set(content.text.as_str().to_owned()),
        language: Set(content.language.code().to_owned()),
        embargo_until: Set(embargo.map(|until| until.as_unix_micros())),
        publishable_from: Set(embargo.unwrap_or(*at).as_unix_micros()),
        sha256: Set(digest(&version.sha256)),
        written_by: Set(by),
        written_at: Set(at.as_unix_micros()),
    })
}

/// As it stands in a column.
pub(super) fn digest(digest: &TextDigest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}
