//! Leaflets, on their way out.

use freigabe_contract::{leaflet as wire, vocabulary::TextDirection};
use freigabe_domain::leaflet::{self, Leaflet, LeafletReview};

use super::vocabulary::Mirror;

/// Which leaflet there is.
pub(crate) fn summary(leaflet: &Leaflet) -> wire::LeafletSummary {
    let text = leaflet.text();
    wire::LeafletSummary {
        language: leaflet.language().mirror(),
        own_name: text.own_name.clone(),
        version: text.version,
        direction: match leaflet.direction() {
            leaflet::TextDirection::LeftToRight => TextDirection::LeftToRight,
            leaflet::TextDirection::RightToLeft => TextDirection::RightToLeft,
        },
        review: text.review.mirror(),
    }
}

/// What it says.
pub(crate) fn leaflet(leaflet: &Leaflet) -> wire::Leaflet {
    let text = leaflet.text();
    let unchecked = match text.review {
        LeafletReview::Unchecked => Some(text.unchecked.clone()),
        LeafletReview::NativeSpeaker => None,
    };
    wire::Leaflet {
        summary: summary(leaflet),
        unchecked,
        title: text.title.clone(),
        sections: text
            .sections
            .iter()
            .map(|section| wire::LeafletSection {
                topic: section.topic.mirror(),
                heading: section.heading.clone(),
                paragraphs: section.paragraphs.clone(),
                points: section.points.clone(),
            })
            .collect(),
    }
}
