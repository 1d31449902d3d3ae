//! Where agreements stand, as conditions: the same as `RegionalAgreement::standing` says of what was read.

use freigabe_domain::regional::AgreementStanding;
use sea_orm::{
    ColumnTrait as _, Condition,
    sea_query::{Alias, Expr, ExprTrait as _, IntoIden, Query, SelectStatement},
};

use crate::entity::{
    regional_agreement::{Column, Entity},
    regional_agreement_party as party,
};

/// Those that are in force at `now`.
pub(crate) fn in_force(now: i64) -> Condition {
    standing(AgreementStanding::InForce, now)
}

/// Those that stand so at `now`.
pub(super) fn standing(standing: AgreementStanding, now: i64) -> Condition {
    let going_on = || Condition::all().add(is_over(now).not());
    let unconfirmed = || Expr::exists(missing_party(Entity, now));
    match standing {
        AgreementStanding::Ended => is_over(now),
        AgreementStanding::Proposed => going_on().add(unconfirmed()),
        AgreementStanding::Confirmed => going_on()
            .add(unconfirmed().not())
            .add(Column::ValidFrom.gt(now)),
        AgreementStanding::InForce => going_on()
            .add(unconfirmed().not())
            .add(Column::ValidFrom.lte(now)),
    }
}

/// Ended by a party, past its time, or replaced.
fn is_over(now: i64) -> Condition {
    // Never null, so that its opposite is its opposite.
    let passed = |column: Column| column.is_not_null().and(column.lte(now));
    Condition::any()
        .add(passed(Column::EndedAt))
        .add(passed(Column::ValidUntil))
        .add(Expr::exists(began_in_its_place(now)))
}

/// Another that replaces it, which all have confirmed, whose time has begun, and which nobody had ended before.
fn began_in_its_place(now: i64) -> SelectStatement {
    let later = || Alias::new("later");
    let of = |column: Column| Expr::col((later(), column));
    let not_ended_before = of(Column::EndedAt)
        .is_null()
        .or(of(Column::EndedAt).gt(of(Column::ValidFrom)));
    Query::select()
        .expr(Expr::value(1))
        .from_as(Entity, later())
        .and_where(of(Column::Replaces).equals((Entity, Column::Id)))
        .and_where(of(Column::ValidFrom).lte(now))
        .and_where(not_ended_before)
        .and_where(Expr::exists(missing_party(later(), now)).not())
        .to_owned()
}

/// A party of the agreement that has not confirmed until then.
fn missing_party(agreement: impl IntoIden, now: i64) -> SelectStatement {
    let of = |column: party::Column| Expr::col((party::Entity, column));
    let confirmed = || of(party::Column::ConfirmedAt);
    let not_yet = confirmed().is_null().or(confirmed().gt(now));
    Query::select()
        .expr(Expr::value(1))
        .from(party::Entity)
        .and_where(of(party::Column::AgreementId).equals((agreement, Column::Id)))
        .and_where(not_yet)
        .to_owned()
}
