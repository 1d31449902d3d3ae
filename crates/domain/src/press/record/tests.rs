use super::*;
use crate::{
    directory::LanguageCode, gathering::ShortGeneralText, ids::OrganisationId, office::OfficeId,
};

fn at(second: i64) -> Instant {
    Instant::from_unix_micros(second * 1_000_000)
}

fn office() -> Participant {
    Participant::Office(OfficeId::parse("bpoli-kiel").unwrap())
}

fn centre() -> Participant {
    Participant::Centre(OrganisationId::from_uuid(uuid::Uuid::from_u128(7)))
}

fn stranger() -> Participant {
    Participant::Coordination(OrganisationId::from_uuid(uuid::Uuid::from_u128(8)))
}

fn version(number: u32, embargo: Option<i64>) -> PressVersion {
    let content = PressText {
        title: ShortGeneralText::parse(format!("Fassung {number}")).unwrap(),
        text: LongGeneralText::parse("Heute beginnt die Kampagne.").unwrap(),
        language: LanguageCode::parse("de").unwrap(),
        embargo_until: embargo.map(at),
    };
    PressVersion::new(number, content, office(), at(0)).unwrap()
}

fn approval(by: Participant, version: u32) -> PressApproval {
    PressApproval {
        version,
        by,
        at: at(1),
    }
}

fn release() -> StoredPressRelease {
    StoredPressRelease {
        id: PressReleaseId::from_uuid(uuid::Uuid::from_u128(1)),
        participants: vec![office(), centre()],
        drafted_at: at(0),
        latest: version(1, None),
        former: Vec::new(),
        comments: Vec::new(),
        approvals: Vec::new(),
        published: None,
        discarded: None,
    }
}

#[test]
fn both_sides_must_have_approved_the_latest_version() {
    let mut release = release();
    assert_eq!(
        release.publishable(at(2)),
        Err(PublicationObstacle::NotByPolice)
    );
    release.approvals.push(approval(office(), 1));
    assert_eq!(
        release.publishable(at(2)),
        Err(PublicationObstacle::NotByNetwork)
    );
    assert_eq!(release.standing(), PressStanding::Draft);
    release.approvals.push(approval(centre(), 1));
    assert_eq!(release.standing(), PressStanding::Approved);
    assert!(release.publishable(at(2)).is_ok());
    let revised = release.clone().revised(version(2, None));
    assert_eq!(revised.standing(), PressStanding::Draft);
    assert_eq!(
        revised.publishable(at(2)),
        Err(PublicationObstacle::NotByPolice)
    );
    // Even if a store brought approvals of a former version back.
    let stale = StoredPressRelease {
        approvals: release.approvals,
        ..revised
    };
    assert_eq!(
        stale.publishable(at(2)),
        Err(PublicationObstacle::NotByPolice)
    );
}

#[test]
fn an_embargo_ends_at_its_instant() {
    let mut release = release().revised(version(2, Some(10)));
    release.approvals = vec![approval(office(), 2), approval(centre(), 2)];
    assert_eq!(
        release.publishable(at(9)),
        Err(PublicationObstacle::Embargo)
    );
    assert!(release.publishable(at(10)).is_ok());
}

#[test]
fn what_is_over_is_not_published() {
    let mut release = release();
    release.approvals = vec![approval(office(), 1), approval(centre(), 1)];
    let discarded = StoredPressRelease {
        discarded: Some(Discard {
            by: centre(),
            at: at(2),
        }),
        ..release.clone()
    };
    assert_eq!(
        discarded.publishable(at(3)),
        Err(PublicationObstacle::Discarded)
    );
    release.published = Some(Publication {
        version: 1,
        by: office(),
        at: at(2),
    });
    assert_eq!(
        release.publishable(at(3)),
        Err(PublicationObstacle::Published)
    );
}

#[test]
fn who_does_not_work_on_it_sees_what_is_public_and_nothing_else() {
    let mut release = release().revised(version(2, None));
    release.comments.push(PressComment {
        number: 1,
        version: 1,
        by: centre(),
        at: at(1),
        text: LongGeneralText::parse("Bitte kürzer.").unwrap(),
    });
    assert_eq!(release.clone().seen_by(&stranger()), None);
    assert_eq!(release.clone().seen_by(&centre()), Some(release.clone()));
    release.published = Some(Publication {
        version: 2,
        by: office(),
        at: at(2),
    });
    let seen = release.seen_by(&stranger()).unwrap();
    assert!(seen.former.is_empty() && seen.comments.is_empty());
    assert_eq!(seen.latest.number, 2);
}
