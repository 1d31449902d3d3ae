//! Police offices and their areas.

use freigabe_domain::{
    office::{
        AgreedOffice, GeoPoint, Jurisdiction, Land, Matter, OfCentre, Office, OfficeId, OfficeKind,
        Place, Postcode, Specialism,
    },
    store::{OfficeQuery, OfficeStore, StoreError},
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, JoinType,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, RelationDef, sea_query::ExprTrait as _,
};

use crate::{
    backend::by_bytes,
    entity::{direktion_area, office, postcode},
    failure::failed,
    regional::Named,
    rows::Cell,
    tx::SqlTx,
};

impl From<&Office> for office::Model {
    fn from(office: &Office) -> Self {
        Self {
            id: office.id.as_str().to_owned(),
            kind: office.kind.code().to_owned(),
            name: office.name.clone(),
            parent_id: office.parent.as_ref().map(|id| id.as_str().to_owned()),
            city: office.city.clone(),
            land: office.land.map(|land| land.code().to_owned()),
            lat: office.point.map(|point| point.lat()),
            lon: office.point.map(|point| point.lon()),
            specialism: office.specialism.code().to_owned(),
            active: office.active,
        }
    }
}

pub(crate) fn office_of(row: office::Model) -> Result<Office, StoreError> {
    let cell = Cell {
        table: "offices",
        row: &row.id,
    };
    let point = match (row.lat, row.lon) {
        (Some(lat), Some(lon)) => {
            Some(GeoPoint::new(lat, lon).map_err(|_| cell.corrupt("lat", "not on the earth"))?)
        }
        _ => None,
    };
    Ok(Office {
        id: cell.office("id", &row.id)?,
        kind: cell.code("kind", OfficeKind::from_code, &row.kind)?,
        parent: row
            .parent_id
            .as_deref()
            .map(|id| cell.office("parent_id", id))
            .transpose()?,
        land: row
            .land
            .as_deref()
            .map(|land| cell.code("land", Land::from_code, land))
            .transpose()?,
        specialism: cell.code("specialism", Specialism::from_code, &row.specialism)?,
        name: row.name.clone(),
        city: row.city.clone(),
        point,
        active: row.active,
    })
}

pub(crate) fn place_of(row: postcode::Model) -> Result<Place, StoreError> {
    let cell = Cell {
        table: "postcodes",
        row: &row.postcode,
    };
    Ok(Place {
        postcode: Postcode::parse(&row.postcode)
            .map_err(|_| cell.corrupt("postcode", "not a postcode"))?,
        land: cell.code("land", Land::from_code, &row.land)?,
        point: GeoPoint::new(row.lat, row.lon)
            .map_err(|_| cell.corrupt("lat", "not on the earth"))?,
        name: row.name.clone(),
    })
}

impl SqlTx<'_> {
    /// The place of a postcode, and the Direktion whose area contains its Land.
    async fn place_and_direktion(
        &mut self,
        postcode: &Postcode,
    ) -> Result<(Option<Place>, Option<String>), StoreError> {
        let in_area: RelationDef = postcode::Entity::belongs_to(direktion_area::Entity)
            .from(postcode::Column::Land)
            .to(direktion_area::Column::Land)
            .into();
        let row = postcode::Entity::find_by_id(postcode.as_str())
            .join(JoinType::LeftJoin, in_area)
            .select_also(direktion_area::Entity)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some((row, area)) = row else {
            return Ok((None, None));
        };
        Ok((Some(place_of(row)?), area.map(|area| area.office_id)))
    }
}

impl<'tx> OfficeStore<'tx> for SqlTx<'tx> {
    /// Three statements at most: the place with its Direktion's id, what the centre's agreements name there, and every office that matters.
    /// Agreements are asked for only where they could decide: there is a place, and nobody handles the case.
    async fn jurisdiction(
        &mut self,
        matter: &Matter,
        of: Option<OfCentre>,
    ) -> Result<Jurisdiction, StoreError> {
        let mut facts = Jurisdiction::default();
        let mut direktion = None;
        if let Some(postcode) = matter.place() {
            (facts.place, direktion) = self.place_and_direktion(postcode).await?;
        }
        let named = match (&facts.place, of) {
            (Some(place), Some(of)) if matter.handling_office().is_none() => {
                self.named_by_agreements(of, place, matter.task()).await?
            }
            _ => Vec::new(),
        };
        let mut wanted =
            Condition::any().add(office::Column::Kind.eq(OfficeKind::Praesidium.code()));
        let by_id = matter.handling_office().into_iter();
        for id in by_id.chain(named.iter().map(|one| &one.office)) {
            wanted = wanted.add(office::Column::Id.eq(id.as_str()));
        }
        if let Some(id) = &direktion {
            wanted = wanted
                .add(office::Column::Id.eq(id))
                .add(office::Column::ParentId.eq(id));
        }
        let rows = office::Entity::find()
            .filter(wanted)
            .order_by_asc(office::Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let offices = rows
            .into_iter()
            .map(office_of)
            .collect::<Result<Vec<_>, _>>()?;
        let find = |id: &str| {
            offices
                .iter()
                .find(|office| office.id.as_str() == id)
                .cloned()
        };
        facts.handling_office = matter.handling_office().and_then(|id| find(id.as_str()));
        // INVARIANT: an office that an agreement names is in the directory (foreign keys).
        let agreed = |one: Named| {
            find(one.office.as_str()).map(|office| AgreedOffice {
                office,
                precedence: one.precedence,
                rank: one.rank,
            })
        };
        facts.agreed = named.into_iter().filter_map(agreed).collect();
        facts.praesidium = offices
            .iter()
            .find(|office| office.kind == OfficeKind::Praesidium)
            .cloned();
        facts.direktion = direktion.as_deref().and_then(find);
        if let Some(direktion) = &facts.direktion {
            let below =
                |office: &&Office| office.active && office.parent.as_ref() == Some(&direktion.id);
            facts.subordinate = offices.iter().filter(below).cloned().collect();
        }
        Ok(facts)
    }

    async fn office(&mut self, id: &OfficeId) -> Result<Option<Office>, StoreError> {
        let row = office::Entity::find_by_id(id.as_str())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(office_of).transpose()
    }

    async fn offices(
        &mut self,
        query: &OfficeQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        let id = by_bytes(self.transaction.get_database_backend(), office::Column::Id);
        let mut select = office::Entity::find()
            .order_by_asc(id.clone())
            .limit(u64::from(limit) + 1);
        if let Some(parent) = &query.parent {
            select = select.filter(office::Column::ParentId.eq(parent.as_str()));
        }
        if let Some(kind) = query.kind {
            select = select.filter(office::Column::Kind.eq(kind.code()));
        }
        if let Some(after) = &query.after {
            select = select.filter(id.gt(after.as_str()));
        }
        let rows = select.all(&self.transaction).await.map_err(failed)?;
        rows.into_iter().map(office_of).collect()
    }

    async fn unknown_offices(&mut self, ids: &[OfficeId]) -> Result<Vec<OfficeId>, StoreError> {
        let known: Vec<String> = office::Entity::find()
            .select_only()
            .column(office::Column::Id)
            .filter(office::Column::Id.is_in(ids.iter().map(OfficeId::as_str)))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids
            .iter()
            .filter(|id| !known.iter().any(|k| k == id.as_str()))
            .cloned()
            .collect())
    }
}
