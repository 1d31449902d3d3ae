//! Which offices a centre's agreements name for a place and a task. Asked at every release and collection: one statement.

use std::collections::BTreeMap;

use freigabe_domain::{
    ids::RegionalAgreementId,
    office::{OfCentre, OfficeId, Place, Task},
    regional::{PostcodePrefix, Precedence, Rank},
    store::StoreError,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _, RelationDef,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{digits_of, form::TABLE, standing::in_force};
use crate::{
    entity::{
        regional_agreement::{Column, Entity},
        regional_agreement_area as area, regional_agreement_office as office,
        regional_agreement_party as party,
    },
    failure::failed,
    rows::{Cell, instant},
    tx::SqlTx,
};

/// What an agreement names; the office is still to be read.
pub(crate) struct Named {
    pub(crate) office: OfficeId,
    pub(crate) precedence: Precedence,
    pub(crate) rank: Rank,
}

/// Identifier, precedence, beginning, office, part of the area.
type Row = (Uuid, String, i64, String, String);

impl SqlTx<'_> {
    /// What the centre's agreements in force name, one for each agreement, in any order.
    pub(crate) async fn named_by_agreements(
        &mut self,
        of: OfCentre,
        place: &Place,
        task: Task,
    ) -> Result<Vec<Named>, StoreError> {
        let mut here = digits_of(&place.postcode);
        here.push(place.land.code().to_owned());
        let rows: Vec<Row> = Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::Precedence)
            .column(Column::ValidFrom)
            .column_as(
                Expr::col((office::Entity, office::Column::OfficeId)),
                "office_id",
            )
            .column_as(Expr::col((area::Entity, area::Column::Code)), "code")
            .join(JoinType::InnerJoin, to_parties())
            .join(JoinType::InnerJoin, to_offices())
            .join(JoinType::InnerJoin, to_areas())
            .filter(party::Column::OrganisationId.eq(of.centre.as_uuid()))
            .filter(office::Column::Task.eq(task.code()))
            .filter(area::Column::Code.is_in(here))
            .filter(in_force(of.at.as_unix_micros()))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut named: BTreeMap<Uuid, Named> = BTreeMap::new();
        for row in rows {
            let one = named_of(&row)?;
            let nearer = named
                .get(&row.0)
                .is_none_or(|other| other.rank.digits < one.rank.digits);
            if nearer {
                named.insert(row.0, one);
            }
        }
        Ok(named.into_values().collect())
    }
}

fn named_of((id, precedence, valid_from, office, code): &Row) -> Result<Named, StoreError> {
    let cell = Cell {
        table: TABLE,
        row: id,
    };
    // What is no beginning of a postcode is the Land.
    let digits = PostcodePrefix::parse(code).map_or(0, |prefix| prefix.as_str().len());
    Ok(Named {
        office: cell.office("office_id", office)?,
        precedence: cell.code("precedence", Precedence::from_code, precedence)?,
        rank: Rank {
            digits,
            valid_from: instant(*valid_from),
            agreement: RegionalAgreementId::from_uuid(*id),
        },
    })
}

fn to_parties() -> RelationDef {
    Entity::belongs_to(party::Entity)
        .from(Column::Id)
        .to(party::Column::AgreementId)
        .into()
}

fn to_offices() -> RelationDef {
    Entity::belongs_to(office::Entity)
        .from(Column::Id)
        .to(office::Column::AgreementId)
        .into()
}

fn to_areas() -> RelationDef {
    Entity::belongs_to(area::Entity)
        .from(Column::Id)
        .to(area::Column::AgreementId)
        .into()
}
