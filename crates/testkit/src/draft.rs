//! A draft that a consent from [`crate::a_consent`] covers. Each test changes the one thing that it is about.

use freigabe_contract::{
    OfficeId,
    disclosure::{Details, DraftDisclosure, Grading, Item, Matter},
    vocabulary::{
        Category, ExpressScope, Handling, InformationGrade, Purpose, SourceGrade, Statement,
    },
};
use uuid::Uuid;

use crate::{consent::at, network::KB_HAMBURG};

/// A postcode in the middle of Hamburg.
pub const IN_HAMBURG: &str = "20095";

/// One vehicle, for the Inspektion for serious crime in Hamburg, about something that happened there.
pub fn a_draft(consent: Uuid) -> DraftBuilder {
    DraftBuilder(DraftDisclosure {
        consent_id: consent,
        consent_revision: None,
        recipient: OfficeId::from(KB_HAMBURG),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: Matter {
            handling_office: None,
            postcode: Some(IN_HAMBURG.into()),
        },
        items: vec![an_item(Category::Vehicle).build()],
    })
}

/// A graded fact with a text of its own, observed in November 2026.
pub fn an_item(category: Category) -> ItemBuilder {
    ItemBuilder(Item {
        category,
        touches: Vec::new(),
        statement: Statement::Fact,
        grading: Grading {
            source: SourceGrade::B,
            information: InformationGrade::Two,
            handling: Handling::H1,
        },
        observed_at: at("2026-11-20T19:30:00+01:00"),
        text: Some("Ein weißer Transporter brachte sie jeden Abend zur Wohnung.".into()),
        details: None,
    })
}

/// Puts a draft together.
#[derive(Debug, Clone)]
#[must_use]
pub struct DraftBuilder(DraftDisclosure);

impl DraftBuilder {
    /// The office may pass it on.
    pub const fn passing_on(mut self) -> Self {
        self.0.onward_transfer = true;
        self
    }

    /// The draft.
    #[must_use]
    pub fn build(self) -> DraftDisclosure {
        self.0
    }

    /// Addressed to this office.
    pub fn recipient(mut self, office: &str) -> Self {
        self.0.recipient = OfficeId::from(office);
        self
    }

    /// For this purpose.
    pub const fn purpose(mut self, purpose: Purpose) -> Self {
        self.0.purpose = purpose;
        self
    }

    /// About something that happened here.
    pub fn postcode(mut self, postcode: &str) -> Self {
        self.0.matter.postcode = Some(postcode.into());
        self
    }

    /// About a case that this office handles.
    pub fn handled_by(mut self, office: &str) -> Self {
        self.0.matter.handling_office = Some(OfficeId::from(office));
        self
    }

    /// Names the revision that the centre has before it.
    pub const fn revision(mut self, revision: u32) -> Self {
        self.0.consent_revision = Some(revision);
        self
    }

    /// With these items and no others.
    pub fn items(mut self, items: impl IntoIterator<Item = ItemBuilder>) -> Self {
        self.0.items = items.into_iter().map(ItemBuilder::build).collect();
        self
    }

    /// With one item of this category and no other.
    pub fn category(self, category: Category) -> Self {
        self.items([an_item(category)])
    }

    /// With one item that says this, and no other.
    pub fn text(self, text: &str) -> Self {
        self.items([an_item(Category::Vehicle).text(text)])
    }
}

/// Puts an item together.
#[derive(Debug, Clone)]
#[must_use]
pub struct ItemBuilder(Item);

impl ItemBuilder {
    /// The item.
    #[must_use]
    pub fn build(self) -> Item {
        self.0
    }

    /// Says this.
    pub fn text(mut self, text: &str) -> Self {
        self.0.text = Some(text.into());
        self
    }

    /// Says nothing in words.
    pub fn without_text(mut self) -> Self {
        self.0.text = None;
        self
    }

    /// In typed form.
    pub fn details(mut self, details: Details) -> Self {
        self.0.details = Some(details);
        self
    }

    /// Touches specially protected data.
    pub fn touching(mut self, scope: ExpressScope) -> Self {
        self.0.touches.push(scope);
        self
    }

    /// With this handling code.
    pub const fn handling(mut self, handling: Handling) -> Self {
        self.0.grading.handling = handling;
        self
    }
}
