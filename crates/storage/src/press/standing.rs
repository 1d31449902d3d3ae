//! Where a press release stands, in SQL: the same rule as `StoredPressRelease::standing`.

use freigabe_domain::{
    gathering::{Participant, Side},
    press::PressStanding,
};
use sea_orm::{
    ColumnTrait as _, Condition,
    sea_query::{Expr, ExprTrait as _, Query},
};

use super::form::{DISCARDED, OPEN};
use crate::entity::{
    press_release::{Column, Entity},
    press_release_approval as approval, press_release_participant as participant,
    press_release_publication as publication,
};

/// That it is this participant.
pub(super) fn is(who: &Participant) -> Expr {
    use participant::Column;
    match who {
        Participant::Office(office) => Column::OfficeId.eq(office.as_str()),
        Participant::Centre(centre) => Column::CentreOrganisation.eq(centre.as_uuid()),
        Participant::Coordination(coordination) => {
            Column::CoordinationOrganisation.eq(coordination.as_uuid())
        }
    }
}

/// That it is named in the release.
pub(super) fn named(who: &Participant) -> Expr {
    let of = Expr::col((participant::Entity, participant::Column::ReleaseId));
    let select = Query::select()
        .expr(Expr::value(1))
        .from(participant::Entity)
        .and_where(of.equals((Entity, Column::Id)))
        .and_where(is(who))
        .to_owned();
    Expr::exists(select)
}

/// That it is public.
pub(super) fn published() -> Expr {
    let of = Expr::col((publication::Entity, publication::Column::ReleaseId));
    let select = Query::select()
        .expr(Expr::value(1))
        .from(publication::Entity)
        .and_where(of.equals((Entity, Column::Id)))
        .to_owned();
    Expr::exists(select)
}

/// That a side approved the latest version.
fn approved_by(side: Side) -> Expr {
    let of = |column: approval::Column| Expr::col((approval::Entity, column));
    let select = Query::select()
        .expr(Expr::value(1))
        .from(approval::Entity)
        .and_where(of(approval::Column::ReleaseId).equals((Entity, Column::Id)))
        .and_where(of(approval::Column::Version).equals((Entity, Column::LatestVersion)))
        .and_where(of(approval::Column::Side).eq(side.code()))
        .to_owned();
    Expr::exists(select)
}

/// That it stands so.
pub(super) fn standing(wanted: PressStanding) -> Condition {
    let by_both = || {
        Condition::all()
            .add(approved_by(Side::Police))
            .add(approved_by(Side::Network))
    };
    let open = || {
        Condition::all()
            .add(Column::State.eq(OPEN))
            .add(published().not())
    };
    match wanted {
        PressStanding::Published => Condition::all().add(published()),
        PressStanding::Discarded => Condition::all().add(Column::State.eq(DISCARDED)),
        PressStanding::Approved => open().add(by_both()),
        PressStanding::Draft => open().add(by_both().not()),
    }
}
