//! What is kept of a handover.

use time::Duration;

use crate::{
    disclosure::{DisclosureRecord, DisclosureState},
    ids::{CaseId, DisclosureId, HandoverId, OrganisationId},
    instant::Instant,
    known_person::{KnownFrom, KnownPerson},
    office::{Land, OfficeId},
    store::{StoreError, Tx},
    text::ShortText,
    vocabulary::vocabulary,
};

vocabulary! {
    /// What kind of body handles a case.
    HandlerKind as "kind of body" {
        Office = "office", "Dienststelle der Bundespolizei", "office of the Bundespolizei";
        LandPolice = "land_police", "Polizei eines Landes", "police of a Land";
        Prosecution = "prosecution", "Staatsanwaltschaft", "prosecution";
    }
}

/// Who handles a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handler {
    /// An office of the Bundespolizei.
    Office(OfficeId),
    /// The police of a Land.
    LandPolice {
        /// Which Land.
        land: Land,
        /// Which of its bodies, so that the centre knows whom to call. No person.
        unit: Option<ShortText>,
    },
    /// A prosecution.
    Prosecution {
        /// In which Land.
        land: Land,
        /// Which one, so that the centre knows whom to call. No person.
        unit: Option<ShortText>,
    },
}

impl Handler {
    /// What kind of body it is.
    #[must_use]
    pub const fn kind(&self) -> HandlerKind {
        match self {
            Self::Office(_) => HandlerKind::Office,
            Self::LandPolice { .. } => HandlerKind::LandPolice,
            Self::Prosecution { .. } => HandlerKind::Prosecution,
        }
    }

    /// The office, if it is one of the Bundespolizei.
    #[must_use]
    pub const fn office(&self) -> Option<&OfficeId> {
        match self {
            Self::Office(office) => Some(office),
            Self::LandPolice { .. } | Self::Prosecution { .. } => None,
        }
    }

    /// The Land, if it is a body of one.
    #[must_use]
    pub const fn land(&self) -> Option<Land> {
        match self {
            Self::Office(_) => None,
            Self::LandPolice { land, .. } | Self::Prosecution { land, .. } => Some(*land),
        }
    }

    /// Which of a Land's bodies it is, if that was said.
    #[must_use]
    pub const fn unit(&self) -> Option<&ShortText> {
        match self {
            Self::Office(_) => None,
            Self::LandPolice { unit, .. } | Self::Prosecution { unit, .. } => unit.as_ref(),
        }
    }
}

/// What an office says when it hands a case over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHandover {
    /// From what it knows the person: a message for it, or an accepted offer of its own.
    pub known_from: KnownFrom,
    /// Who handles the case from now on.
    pub to: Handler,
}

/// A handover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Its identifier.
    pub id: HandoverId,
    /// The office that handed the case over.
    pub office: OfficeId,
    /// The centre that helps the person, which is told.
    pub centre: OrganisationId,
    /// The person, as office and centre know her.
    pub known: KnownPerson,
    /// Who handles the case from then on.
    pub to: Handler,
    /// When, by the database's clock; later than whatever handover of the case its office knew of, whatever that clock says.
    pub handed_over_at: Instant,
    /// One more than that of the latest handover which its office knew of: of two at the same moment one is the next.
    pub turn: u32,
    /// When the centre acknowledged it.
    pub acknowledged_at: Option<Instant>,
}

impl Handover {
    /// The case that is handed over: the centre's, or the office's own.
    #[must_use]
    pub const fn case(&self) -> CaseId {
        self.known.case
    }

    /// The turn and the time of the handover that comes after the latest one, at `now`.
    #[must_use]
    pub fn next(latest: Option<&Self>, now: Instant) -> (u32, Instant) {
        latest.map_or((1, now), |latest| {
            let after = latest.handed_over_at.plus(Duration::microseconds(1));
            (latest.turn.saturating_add(1), now.max(after))
        })
    }
}

vocabulary! {
    /// What becomes of a message when the case that it belongs to is handed over.
    Accompanies as "standing of a message at a handover" {
        /// Nobody has collected it.
        StaysSealed = "stays_sealed", "bleibt versiegelt, bis sie umgeleitet wird", "stays sealed until it is redirected";
        /// The person allowed it to be passed on.
        MayGoAlong = "may_go_along", "darf mit der Akte weitergegeben werden", "may be passed on with the file";
        /// It was collected for this office alone (§ 51 BDSG).
        StaysHere = "stays_here", "bleibt bei dieser Dienststelle", "stays with this office";
    }
}

/// A message to the office that hands a case over, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccompanyingMessage {
    /// The message.
    pub disclosure: DisclosureId,
    /// What becomes of it.
    pub standing: Accompanies,
}

impl AccompanyingMessage {
    /// What becomes of a message, under a consent that is in force or not; nothing to be said of one that was taken back or sealed, and
    /// of one that waits for nobody any more, since it does not exist for the office.
    #[must_use]
    pub const fn of(record: &DisclosureRecord, in_force: bool) -> Option<Self> {
        let standing = match record.state {
            DisclosureState::Held if in_force => Accompanies::StaysSealed,
            DisclosureState::Held => return None,
            DisclosureState::Collected | DisclosureState::Acknowledged
                if record.onward_transfer && in_force =>
            {
                Accompanies::MayGoAlong
            }
            DisclosureState::Collected | DisclosureState::Acknowledged => Accompanies::StaysHere,
            DisclosureState::Recalled | DisclosureState::Sealed => return None,
        };
        Some(Self {
            disclosure: record.id,
            standing,
        })
    }
}

/// Where a case is, seen from one office, as far as handovers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseAtOffice {
    /// No handover has to do with this office.
    Untouched,
    /// It was handed over to this office, which has it still: the office that handles the case.
    TakenOver,
    /// This office gave it away, and who handles it now.
    GivenAway(Handler),
}

impl CaseAtOffice {
    /// Who handles the case in the place of this office.
    #[must_use]
    pub const fn handler(&self) -> Option<&Handler> {
        match self {
            Self::GivenAway(handler) => Some(handler),
            Self::Untouched | Self::TakenOver => None,
        }
    }
}

/// Handovers that are followed from one office to the next. More of one case are not to be expected; the last that is reached is told.
const FOLLOWED: usize = 16;

/// Where a case is, seen from this office: the latest handover that the office made or got says it. Who handles a case that was given away is
/// followed as far as the transaction's scope sees handovers: a centre follows them all, an office its own.
///
/// # Errors
/// When the store fails.
pub async fn case_at_office<'tx, T: Tx<'tx>>(
    tx: &mut T,
    case: CaseId,
    office: &OfficeId,
) -> Result<CaseAtOffice, StoreError> {
    let mut handler = match tx.latest_handover(case, office).await? {
        None => return Ok(CaseAtOffice::Untouched),
        Some(latest) if latest.office != *office => return Ok(CaseAtOffice::TakenOver),
        Some(latest) => latest.to,
    };
    for _ in 0..FOLLOWED {
        let Handler::Office(next) = &handler else {
            break;
        };
        match tx.latest_handover(case, next).await? {
            Some(latest) if latest.office == *next => handler = latest.to,
            _ => break,
        }
    }
    Ok(CaseAtOffice::GivenAway(handler))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_an_office_or_a_body_of_a_land() {
        let office = Handler::Office(OfficeId::parse("bpoli-kiel").unwrap());
        assert_eq!((office.kind(), office.land()), (HandlerKind::Office, None));
        assert!(office.office().is_some() && office.unit().is_none());
        let unit = Some(ShortText::parse("LKA Hamburg").unwrap());
        let land = Land::Hamburg;
        for (other, kind) in [
            (
                Handler::LandPolice {
                    land,
                    unit: unit.clone(),
                },
                HandlerKind::LandPolice,
            ),
            (
                Handler::Prosecution { land, unit },
                HandlerKind::Prosecution,
            ),
        ] {
            assert_eq!((other.kind(), other.land()), (kind, Some(land)));
            assert!(other.office().is_none() && other.unit().is_some());
        }
    }
}
