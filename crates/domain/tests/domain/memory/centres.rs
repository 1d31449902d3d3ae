//! The directory of counselling centres.

use freigabe_domain::{
    directory::{Centre, NamedPlace},
    ids::CentreId,
    office::Place,
    store::{CentreQuery, DirectoryStore, StoreError},
};

use super::{MemoryTx, scope::KEEPERS};
use crate::given;

impl<'tx> DirectoryStore<'tx> for MemoryTx<'tx> {
    async fn directory_version(&mut self) -> Result<u64, StoreError> {
        Ok(self.state.centres.changes)
    }

    async fn centres(&mut self, query: CentreQuery, limit: u16) -> Result<Vec<Centre>, StoreError> {
        let all = self.state.centres.entries.values();
        let wanted = |centre: &&Centre| {
            query
                .keeper
                .is_none_or(|keeper| centre.organisation == Some(keeper))
                && query.after.is_none_or(|after| centre.id > after)
        };
        Ok(all
            .filter(wanted)
            .take(usize::from(limit) + 1)
            .cloned()
            .collect())
    }

    async fn centres_by_id(&mut self, ids: &[CentreId]) -> Result<Vec<Centre>, StoreError> {
        let all = self.state.centres.entries.values();
        Ok(all
            .filter(|centre| ids.contains(&centre.id))
            .cloned()
            .collect())
    }

    async fn insert_centre(&mut self, centre: &Centre) -> Result<bool, StoreError> {
        self.only(KEEPERS, "insert_centre")?;
        let centres = &mut self.writable()?.centres;
        if centres.entries.contains_key(&centre.id) {
            return Ok(false);
        }
        centres.entries.insert(centre.id, centre.clone());
        centres.changes += 1;
        Ok(true)
    }

    async fn update_centre(
        &mut self,
        centre: &Centre,
        before: &Centre,
    ) -> Result<bool, StoreError> {
        self.only(KEEPERS, "update_centre")?;
        let centres = &mut self.writable()?.centres;
        match centres.entries.get_mut(&centre.id) {
            Some(known)
                if (known.version, known.organisation, known.assurance)
                    == (before.version, before.organisation, before.assurance) =>
            {
                *known = centre.clone();
                centres.changes += 1;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn remove_centre(&mut self, id: CentreId, at: u64) -> Result<bool, StoreError> {
        self.only(KEEPERS, "remove_centre")?;
        let centres = &mut self.writable()?.centres;
        if centres
            .entries
            .get(&id)
            .is_none_or(|known| known.version != at)
        {
            return Ok(false);
        }
        centres.entries.remove(&id);
        centres.changes += 1;
        Ok(true)
    }

    async fn named_places(&mut self) -> Result<Vec<NamedPlace>, StoreError> {
        let place = given::place();
        Ok(vec![NamedPlace {
            name: place.name,
            land: place.land,
            point: place.point,
            population: None,
        }])
    }

    async fn postcodes(&mut self) -> Result<Vec<Place>, StoreError> {
        Ok(vec![given::place()])
    }
}
