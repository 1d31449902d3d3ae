//! Press releases, in both directions.

use freigabe_contract::press as wire;
use freigabe_domain::{
    directory::LanguageCode,
    gathering::{LongGeneralText, Participant},
    press::{
        NewPressRelease, PressApproval, PressComment, PressText, PressVersion, StoredPressRelease,
    },
};

use super::{
    Faults,
    gathering::{general, of_participant, participant},
    instant, timestamp,
    vocabulary::Mirror,
};
use crate::problem::ApiError;

/// What somebody drafts.
pub(crate) fn new_release(body: wire::DraftPressRelease) -> Result<NewPressRelease, ApiError> {
    let mut faults = Faults::default();
    let mut participants: Vec<Participant> = Vec::with_capacity(body.participants.len());
    for (index, one) in body.participants.iter().enumerate() {
        let pointer = format!("/participants/{index}");
        participants.extend(participant(&mut faults, &pointer, one));
    }
    let content = text(&mut faults, body.content);
    let whole = content.map(|content| NewPressRelease {
        participants,
        content,
    });
    faults.finish(whole)
}

/// The next version, and the one that it was written after.
pub(crate) fn revision(body: wire::RevisePressRelease) -> Result<(u32, PressText), ApiError> {
    let mut faults = Faults::default();
    let content = text(&mut faults, body.content);
    faults.finish(content.map(|content| (body.based_on, content)))
}

/// A comment, and the version that it is about.
pub(crate) fn new_comment(
    body: wire::CommentPressRelease,
) -> Result<(u32, LongGeneralText), ApiError> {
    let mut faults = Faults::default();
    let said = general(&mut faults, "/text", body.text.into_string());
    faults.finish(said.map(|said| (body.version, said)))
}

fn text(faults: &mut Faults, text: wire::PressText) -> Option<PressText> {
    let title = general(faults, "/content/title", text.title.into_string());
    let words = general(faults, "/content/text", text.text.into_string());
    let language = LanguageCode::parse(text.language.as_str());
    let language = faults.keep(|| "/content/language".to_owned(), language);
    // What may be left out is missing at a fault as well; then there is a fault.
    let embargo_until = text
        .embargo_until
        .and_then(|until| faults.keep(|| "/content/embargo_until".to_owned(), instant(until)));
    Some(PressText {
        title: title?,
        text: words?,
        language: language?,
        embargo_until,
    })
}

/// A release, as its reader may see it.
pub(crate) fn release(release: &StoredPressRelease) -> wire::PressRelease {
    let (published, discarded) = (release.published.as_ref(), release.discarded.as_ref());
    wire::PressRelease {
        id: release.id.as_uuid(),
        standing: release.standing().mirror(),
        participants: release.participants.iter().map(of_participant).collect(),
        drafted_at: timestamp(release.drafted_at),
        latest: version(&release.latest),
        former_versions: release.former.iter().map(version).collect(),
        comments: release.comments.iter().map(comment).collect(),
        approvals: release.approvals.iter().map(approval).collect(),
        published_by: published.map(|one| of_participant(&one.by)),
        published_at: published.map(|one| timestamp(one.at)),
        discarded_by: discarded.map(|one| of_participant(&one.by)),
        discarded_at: discarded.map(|one| timestamp(one.at)),
    }
}

/// A release in a list.
pub(crate) fn listed(release: &StoredPressRelease) -> wire::ListedPressRelease {
    let latest = &release.latest;
    let sides = release.approvals.iter().map(PressApproval::side);
    wire::ListedPressRelease {
        id: release.id.as_uuid(),
        standing: release.standing().mirror(),
        title: latest.content.title.as_str().into(),
        language: latest.content.language.code().into(),
        latest_version: latest.number,
        approved_by: super::vocabulary::mirror_all(sides),
        drafted_at: timestamp(release.drafted_at),
        published_at: release.published.as_ref().map(|one| timestamp(one.at)),
    }
}

fn version(version: &PressVersion) -> wire::PressVersion {
    let content = &version.content;
    wire::PressVersion {
        number: version.number,
        content: wire::PressText {
            title: content.title.as_str().into(),
            text: content.text.as_str().into(),
            language: content.language.code().into(),
            embargo_until: content.embargo_until.map(timestamp),
        },
        sha256: version.sha256.to_string().into(),
        written_by: of_participant(&version.by),
        written_at: timestamp(version.at),
    }
}

fn comment(comment: &PressComment) -> wire::PressComment {
    wire::PressComment {
        number: comment.number,
        version: comment.version,
        written_by: of_participant(&comment.by),
        written_at: timestamp(comment.at),
        text: comment.text.as_str().into(),
    }
}

fn approval(approval: &PressApproval) -> wire::PressApproval {
    wire::PressApproval {
        side: approval.side().mirror(),
        version: approval.version,
        approved_by: of_participant(&approval.by),
        approved_at: timestamp(approval.at),
    }
}
