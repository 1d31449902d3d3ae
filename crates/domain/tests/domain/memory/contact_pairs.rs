//! Contact pairs.

use freigabe_domain::{
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, Side},
    ids::ContactPairId,
    office::{Office, OfficeId},
    store::{
        ContactPairStore, Cursor, GapQuery, OfficeQuery, OfficeStore as _, Page, PageRequest,
        PairsOf, Scope, StoreError,
    },
};

use super::{
    MemoryTx,
    ports::{Order, page},
    scope::{CENTRE_OFFICE, CENTRE_OFFICE_COORDINATION, OFFICE_COORDINATION},
};

impl MemoryTx<'_> {
    /// Only this side of the pair does this.
    fn only_side(&self, pair: &ContactPair, side: Side, what: &str) -> Result<(), StoreError> {
        match side {
            Side::Office => self.only_office(&pair.office, what),
            Side::Centre => self.only_centre(pair.centre, what),
        }
    }

    fn own_side(&self) -> Side {
        match self.scope {
            Scope::Office { .. } => Side::Office,
            _ => Side::Centre,
        }
    }
}

impl<'tx> ContactPairStore<'tx> for MemoryTx<'tx> {
    async fn insert_contact_pair(&mut self, pair: &ContactPair) -> Result<bool, StoreError> {
        self.only_side(pair, self.own_side(), "insert_contact_pair")?;
        let pairs = &mut self.writable()?.pairs;
        let of_both =
            |known: &ContactPair| known.office == pair.office && known.centre == pair.centre;
        if pairs.values().any(of_both) {
            return Ok(false);
        }
        let bare = ContactPair {
            halves: Halves::default(),
            ..pair.clone()
        };
        pairs.insert(pair.id, bare);
        Ok(true)
    }

    async fn contact_pair(&mut self, id: ContactPairId) -> Result<Option<ContactPair>, StoreError> {
        self.only(CENTRE_OFFICE, "contact_pair")?;
        Ok(self.state.pairs.get(&id).cloned())
    }

    async fn contact_pairs(
        &mut self,
        of: &PairsOf,
        request: PageRequest,
    ) -> Result<Page<ContactPair>, StoreError> {
        self.only(CENTRE_OFFICE_COORDINATION, "contact_pairs")?;
        let all = self.state.pairs.values();
        let wanted = all.filter(|pair| match of {
            PairsOf::Office(office) => pair.office == *office,
            PairsOf::Centre(centre) => pair.centre == *centre,
            PairsOf::All => true,
        });
        let wanted = wanted.cloned().collect();
        Ok(page(wanted, Order::NewestFirst, request, |pair| Cursor {
            at: pair.opened_at,
            id: pair.id.as_uuid(),
        }))
    }

    async fn pair_contacts(
        &mut self,
        id: ContactPairId,
        side: Side,
    ) -> Result<Option<HalfContacts>, StoreError> {
        self.only(CENTRE_OFFICE, "pair_contacts")?;
        Ok(self.state.pair_contacts.get(&(id, side)).cloned())
    }

    async fn insert_half(
        &mut self,
        pair: &ContactPair,
        side: Side,
        dates: HalfDates,
        contacts: &HalfContacts,
    ) -> Result<bool, StoreError> {
        self.only_side(pair, side, "insert_half")?;
        let state = self.writable()?;
        let Some(known) = state.pairs.get_mut(&pair.id) else {
            return Err(StoreError::Defect("a half of no pair".to_owned()));
        };
        if known.halves.of(side).is_some() {
            return Ok(false);
        }
        known.halves = known.halves.with(side, dates);
        state
            .pair_contacts
            .insert((pair.id, side), contacts.clone());
        Ok(true)
    }

    async fn update_half(
        &mut self,
        id: ContactPairId,
        side: Side,
        (before, after): (HalfDates, HalfDates),
        contacts: Option<&HalfContacts>,
    ) -> Result<bool, StoreError> {
        if let Some(pair) = self.state.pairs.get(&id) {
            self.only_side(pair, side, "update_half")?;
        }
        let state = self.writable()?;
        let known = state.pairs.get_mut(&id);
        let Some(pair) = known.filter(|pair| pair.halves.of(side) == Some(before)) else {
            return Ok(false);
        };
        pair.halves = pair.halves.with(side, after);
        if let Some(contacts) = contacts {
            state.pair_contacts.insert((id, side), contacts.clone());
        }
        Ok(true)
    }

    async fn offices_without_contact(
        &mut self,
        query: &GapQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        self.only(OFFICE_COORDINATION, "offices_without_contact")?;
        let all = OfficeQuery {
            parent: query.parent.clone(),
            kind: None,
            after: query.after.clone(),
        };
        let mut found = self.offices(&all, u16::MAX).await?;
        let counts = |half: Option<HalfDates>| {
            half.is_some_and(|half| half.confirmed_at > query.confirmed_after)
        };
        let has_one = |office: &Office| {
            let mut own = self
                .state
                .pairs
                .values()
                .filter(|pair| pair.office == office.id);
            own.any(|pair| counts(pair.halves.office) && counts(pair.halves.centre))
        };
        found.retain(|office| office.active && query.kinds.contains(&office.kind));
        found.retain(|office| !has_one(office));
        found.truncate(usize::from(limit) + 1);
        Ok(found)
    }

    async fn halves_of_offices(
        &mut self,
        offices: &[OfficeId],
    ) -> Result<Vec<(OfficeId, Halves)>, StoreError> {
        self.only(OFFICE_COORDINATION, "halves_of_offices")?;
        let all = self.state.pairs.values();
        let wanted = all.filter(|pair| offices.contains(&pair.office));
        Ok(wanted
            .map(|pair| (pair.office.clone(), pair.halves))
            .collect())
    }
}
