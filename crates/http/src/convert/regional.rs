//! Regional agreements, in both directions.

use freigabe_contract::{self as contract, regional as wire};
use freigabe_domain::{
    exchange::RegionalAgreementView,
    ids::{CentreId, RegionalAgreementId},
    office::{OfficeId, Task},
    regional::{
        AgreementArea, Deviations, Hours, NewRegionalAgreement, NoticeDeadlines, OfferDeadlines,
        Party, PostcodePrefix, RegionalAgreement,
    },
    text::ShortText,
};

use super::{Faults, instant, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// What a party proposes.
pub(crate) fn new_agreement(
    body: wire::ProposeRegionalAgreement,
) -> Result<NewRegionalAgreement, ApiError> {
    let mut faults = Faults::default();
    let said = body.deviations;
    // What may be left out is missing at a fault as well; then there is a fault.
    let title = text(&mut faults, "/title", body.title);
    let reference = body
        .reference
        .and_then(|reference| text(&mut faults, "/reference", reference));
    let offices = offices(&mut faults, body.offices);
    let area = area(&mut faults, body.area);
    let valid_from = faults.keep(|| "/valid_from".to_owned(), instant(body.valid_from));
    let valid_until = body
        .valid_until
        .and_then(|until| faults.keep(|| "/valid_until".to_owned(), instant(until)));
    let competent_offices = competent_offices(&mut faults, said.competent_offices);
    let offers = said
        .offer_deadlines
        .and_then(|deadlines| offer_deadlines(&mut faults, deadlines));
    let notices = said
        .notice_deadlines
        .and_then(|deadlines| notice_deadlines(&mut faults, deadlines));
    let whole = || {
        Some(NewRegionalAgreement {
            title: title?,
            reference,
            offices,
            centres: body.centres.into_iter().map(CentreId::from_uuid).collect(),
            area: area?,
            valid_from: valid_from?,
            valid_until,
            precedence: body.precedence.mirror(),
            competent_offices,
            offers,
            notices,
            replaces: body.replaces.map(RegionalAgreementId::from_uuid),
        })
    };
    faults.finish(whole())
}

fn text(faults: &mut Faults, pointer: &str, text: contract::ShortText) -> Option<ShortText> {
    faults.keep(|| pointer.to_owned(), ShortText::parse(text.into_string()))
}

fn offices(faults: &mut Faults, offices: Vec<contract::OfficeId>) -> Vec<OfficeId> {
    let mut read = Vec::with_capacity(offices.len());
    for (index, office) in offices.into_iter().enumerate() {
        let pointer = || format!("/offices/{index}");
        read.extend(faults.keep(pointer, OfficeId::parse(office.as_str())));
    }
    read
}

fn area(faults: &mut Faults, area: wire::AgreementArea) -> Option<AgreementArea> {
    let mut postcodes = Vec::with_capacity(area.postcodes.len());
    for (index, prefix) in area.postcodes.iter().enumerate() {
        let pointer = || format!("/area/postcodes/{index}");
        postcodes.extend(faults.keep(pointer, PostcodePrefix::parse(prefix.as_str())));
    }
    let laender = area.laender.into_iter().map(Mirror::mirror);
    let read = AgreementArea::new(laender, postcodes);
    faults.keep(|| "/area".to_owned(), read)
}

fn competent_offices(
    faults: &mut Faults,
    offices: Vec<wire::AgreedOffice>,
) -> Vec<(Task, OfficeId)> {
    let mut read = Vec::with_capacity(offices.len());
    for (index, one) in offices.into_iter().enumerate() {
        let pointer = || format!("/deviations/competent_offices/{index}/office");
        let office = faults.keep(pointer, OfficeId::parse(one.office.as_str()));
        read.extend(office.map(|office| (one.task.mirror(), office)));
    }
    read
}

fn hours(faults: &mut Faults, pointer: &str, hours: u16) -> Option<Hours> {
    let pointer = || format!("/deviations/{pointer}");
    faults.keep(pointer, Hours::new(hours))
}

fn offer_deadlines(faults: &mut Faults, deadlines: wire::OfferDeadlines) -> Option<OfferDeadlines> {
    let remind_after = hours(
        faults,
        "offer_deadlines/remind_after_hours",
        deadlines.remind_after_hours,
    );
    let answer_within = hours(
        faults,
        "offer_deadlines/answer_within_hours",
        deadlines.answer_within_hours,
    );
    Some(OfferDeadlines {
        remind_after: remind_after?,
        answer_within: answer_within?,
    })
}

fn notice_deadlines(
    faults: &mut Faults,
    deadlines: wire::NoticeDeadlines,
) -> Option<NoticeDeadlines> {
    let routine = hours(
        faults,
        "notice_deadlines/routine_hours",
        deadlines.routine_hours,
    );
    let urgent = hours(
        faults,
        "notice_deadlines/urgent_hours",
        deadlines.urgent_hours,
    );
    Some(NoticeDeadlines {
        routine: routine?,
        urgent: urgent?,
    })
}

/// An agreement, and where it stands.
pub(crate) fn agreement(view: &RegionalAgreementView) -> wire::RegionalAgreement {
    let agreement = &view.agreement;
    let end = agreement.ended.as_ref();
    wire::RegionalAgreement {
        id: agreement.id.as_uuid(),
        standing: view.standing.mirror(),
        title: agreement.title.as_str().into(),
        reference: agreement
            .reference
            .as_ref()
            .map(|reference| reference.as_str().into()),
        offices: office_parties(agreement),
        centres: centre_parties(agreement),
        area: wire::AgreementArea {
            laender: super::vocabulary::mirror_all(agreement.area.laender().iter().copied()),
            postcodes: agreement
                .area
                .postcodes()
                .iter()
                .map(|prefix| prefix.as_str().into())
                .collect(),
        },
        valid_from: timestamp(agreement.valid_from),
        valid_until: agreement.valid_until.map(timestamp),
        precedence: agreement.precedence.mirror(),
        deviations: deviations(&agreement.deviations),
        proposed_by: party(&agreement.proposed_by),
        proposed_at: timestamp(agreement.proposed_at),
        confirmed_at: agreement.confirmed_at().map(timestamp),
        replaces: agreement.replaces.map(|id| id.as_uuid()),
        replaced_by: agreement.replaced.map(|one| one.by.as_uuid()),
        replaced_at: agreement.replaced.map(|one| timestamp(one.at)),
        ended_by: end.map(|end| party(&end.by)),
        ended_at: end.map(|end| timestamp(end.at)),
    }
}

fn office_parties(agreement: &RegionalAgreement) -> Vec<wire::OfficeParty> {
    let offices = agreement.parties.iter().filter_map(|one| {
        Some(wire::OfficeParty {
            office: one.party.office()?.as_str().into(),
            confirmed_at: one.confirmed_at.map(timestamp),
        })
    });
    offices.collect()
}

fn centre_parties(agreement: &RegionalAgreement) -> Vec<wire::CentreParty> {
    let centres = agreement.parties.iter().filter_map(|one| {
        Some(wire::CentreParty {
            organisation_id: one.party.centre()?.as_uuid(),
            centre_id: one.entry?.as_uuid(),
            confirmed_at: one.confirmed_at.map(timestamp),
        })
    });
    centres.collect()
}

fn party(party: &Party) -> wire::AgreementParty {
    match party {
        Party::Office(office) => wire::AgreementParty::Office {
            office: office.as_str().into(),
        },
        Party::Centre(centre) => wire::AgreementParty::Centre {
            organisation_id: centre.as_uuid(),
        },
    }
}

fn deviations(deviations: &Deviations) -> wire::Deviations {
    let office = |(task, office): (&Task, &OfficeId)| wire::AgreedOffice {
        task: task.mirror(),
        office: office.as_str().into(),
    };
    wire::Deviations {
        competent_offices: deviations.competent_offices.iter().map(office).collect(),
        offer_deadlines: deviations.offers.map(|one| wire::OfferDeadlines {
            remind_after_hours: one.remind_after.get(),
            answer_within_hours: one.answer_within.get(),
        }),
        notice_deadlines: deviations.notices.map(|one| wire::NoticeDeadlines {
            routine_hours: one.routine.get(),
            urgent_hours: one.urgent.get(),
        }),
    }
}
