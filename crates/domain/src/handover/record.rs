//! What is kept of a handover.

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
    /// When, by the database's clock.
    pub handed_over_at: Instant,
    /// When the centre acknowledged it.
    pub acknowledged_at: Option<Instant>,
}

impl Handover {
    /// The case that is handed over: the centre's, or the office's own.
    #[must_use]
    pub const fn case(&self) -> CaseId {
        self.known.case
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
    /// What becomes of a message, under a consent that is in force or not; nothing to be said of one that was taken back or sealed.
    #[must_use]
    pub const fn of(record: &DisclosureRecord, in_force: bool) -> Option<Self> {
        let standing = match record.state {
            DisclosureState::Held => Accompanies::StaysSealed,
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

/// Handovers that are followed from one office to the next. More of one case are not to be expected; the last that is reached is told.
const FOLLOWED: usize = 16;

/// Who handles a case in the place of this office, if the office has handed it over and did not get it back. As far as the transaction's
/// scope sees handovers: a centre follows them all, an office its own.
///
/// # Errors
/// When the store fails.
pub async fn current_handler<'tx, T: Tx<'tx>>(
    tx: &mut T,
    case: CaseId,
    office: &OfficeId,
) -> Result<Option<Handler>, StoreError> {
    let mut asked = office.clone();
    let mut handler = None;
    for _ in 0..FOLLOWED {
        let latest = tx.latest_handover(case, &asked).await?;
        let Some(handed_over) = latest.filter(|latest| latest.office == asked) else {
            break;
        };
        let next = handed_over.to.office().cloned();
        handler = Some(handed_over.to);
        match next {
            Some(next) => asked = next,
            None => break,
        }
    }
    Ok(handler)
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
