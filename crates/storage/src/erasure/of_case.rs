//! What belongs to a case, and goes with it.

use freigabe_domain::store::StoreError;
use sea_orm::{
    ColumnTrait as _, EntityTrait, QueryFilter as _, QuerySelect as _, QueryTrait as _, Select,
};
use uuid::Uuid;

use crate::{
    audit::PERSON,
    entity::{
        case, consent, consent_event, consent_revision, contact_consent, contact_content,
        contact_details, content, disclosure, event, event_term, handover, involvement,
        involvement_offer, request, security_notice, security_notice_delivery, withdrawal_notice,
    },
    failure::{exactly_one, failed},
    tx::SqlTx,
};

impl SqlTx<'_> {
    /// Deletes a case with everything that belongs to it, its key included.
    pub(super) async fn delete_case(&mut self, id: Uuid) -> Result<(), StoreError> {
        let consents = || consents_of(id).into_query();
        let disclosures = || {
            let of_case = disclosure::Entity::find().filter(disclosure::Column::CaseId.eq(id));
            let ids = of_case.select_only().column(disclosure::Column::Id);
            ids.into_query()
        };
        let of_consents = withdrawal_notice::Column::ConsentId.in_subquery(consents());
        let notices = withdrawal_notice::Entity::find().filter(of_consents);
        let notices = notices.select_only().column(withdrawal_notice::Column::Id);
        let involvements = || {
            let of_case = involvement::Entity::find().filter(involvement::Column::CaseId.eq(id));
            let ids = of_case.select_only().column(involvement::Column::Id);
            ids.into_query()
        };
        let offers = involvement_offer::Entity::find()
            .filter(involvement_offer::Column::CaseId.eq(id))
            .select_only()
            .column(involvement_offer::Column::Id);
        let contact_consents = contact_consent::Entity::find()
            .filter(contact_consent::Column::CaseId.eq(id))
            .select_only()
            .column(contact_consent::Column::Id);
        let contact_details = || {
            let of_case =
                contact_details::Entity::find().filter(contact_details::Column::CaseId.eq(id));
            let ids = of_case.select_only().column(contact_details::Column::Id);
            ids.into_query()
        };
        let told = security_notice::Entity::find()
            .filter(security_notice::Column::CaseId.eq(id))
            .select_only()
            .column(security_notice::Column::Id);
        let handed_over = handover::Entity::find()
            .filter(handover::Column::CaseId.eq(id))
            .select_only()
            .column(handover::Column::Id);
        for made in [
            contact_consents.into_query(),
            contact_details(),
            consents(),
            disclosures(),
            notices.into_query(),
            involvements(),
            offers.into_query(),
            told.into_query(),
            handed_over.into_query(),
        ] {
            let made = request::Column::Resource.in_subquery(made);
            self.delete::<request::Entity>(made).await?;
        }
        // What refers to something goes before it.
        self.delete::<handover::Entity>(handover::Column::CaseId.eq(id))
            .await?;
        let of_case = security_notice_delivery::Column::CaseId.eq(id);
        self.delete::<security_notice_delivery::Entity>(of_case)
            .await?;
        self.delete::<security_notice::Entity>(security_notice::Column::CaseId.eq(id))
            .await?;
        let of_disclosures = content::Column::DisclosureId.in_subquery(disclosures());
        self.delete::<content::Entity>(of_disclosures).await?;
        let of_consents = withdrawal_notice::Column::ConsentId.in_subquery(consents());
        self.delete::<withdrawal_notice::Entity>(of_consents)
            .await?;
        self.delete::<disclosure::Entity>(disclosure::Column::CaseId.eq(id))
            .await?;
        let of_consents = consent_event::Column::ConsentId.in_subquery(consents());
        self.delete::<consent_event::Entity>(of_consents).await?;
        let of_consents = consent_revision::Column::ConsentId.in_subquery(consents());
        self.delete::<consent_revision::Entity>(of_consents).await?;
        self.delete::<consent::Entity>(consent::Column::CaseId.eq(id))
            .await?;
        let of_contacts = contact_content::Column::DetailsId.in_subquery(contact_details());
        self.delete::<contact_content::Entity>(of_contacts).await?;
        self.delete::<contact_details::Entity>(contact_details::Column::CaseId.eq(id))
            .await?;
        self.delete::<contact_consent::Entity>(contact_consent::Column::CaseId.eq(id))
            .await?;
        self.delete::<involvement_offer::Entity>(involvement_offer::Column::CaseId.eq(id))
            .await?;
        self.delete::<involvement::Entity>(involvement::Column::CaseId.eq(id))
            .await?;
        let gone = self.delete::<case::Entity>(case::Column::Id.eq(id)).await?;
        exactly_one("erase a case", gone)
    }

    /// The person's pseudonyms for everybody who was sent or asked something in this case.
    pub(super) async fn pseudonyms_of(&mut self, case: Uuid) -> Result<Vec<String>, StoreError> {
        let mut pseudonyms: Vec<String> = disclosure::Entity::find()
            .select_only()
            .column(disclosure::Column::PersonForRecipient)
            .distinct()
            .filter(disclosure::Column::CaseId.eq(case))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let for_centres: Vec<String> = involvement_offer::Entity::find()
            .select_only()
            .column(involvement_offer::Column::PersonForCentre)
            .distinct()
            .filter(involvement_offer::Column::CaseId.eq(case))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        pseudonyms.extend(for_centres);
        // What a message was for before it was redirected, its events alone say.
        let of_events = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .filter(event::Column::CaseId.eq(case));
        let in_events: Vec<String> = event_term::Entity::find()
            .select_only()
            .column(event_term::Column::Value)
            .distinct()
            .filter(event_term::Column::Dimension.eq(PERSON))
            .filter(event_term::Column::EventId.in_subquery(of_events.into_query()))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        pseudonyms.extend(in_events);
        Ok(pseudonyms)
    }

    /// Deletes the rows that meet a condition; how many there were.
    async fn delete<E: EntityTrait>(
        &mut self,
        condition: sea_orm::sea_query::SimpleExpr,
    ) -> Result<u64, StoreError> {
        let delete = E::delete_many().filter(condition);
        let done = delete.exec(&self.transaction).await.map_err(failed)?;
        Ok(done.rows_affected)
    }
}

pub(super) fn consents_of(case: Uuid) -> Select<consent::Entity> {
    consent::Entity::find()
        .select_only()
        .column(consent::Column::Id)
        .filter(consent::Column::CaseId.eq(case))
}
