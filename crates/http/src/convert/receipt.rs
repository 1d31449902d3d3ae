//! The receipt that a person gets, in fields and in words.

use std::fmt::Write as _;

use freigabe_contract::consent::{self as wire, SCHEMA_VERSION};
use freigabe_domain::{
    consent::{ConsentStatus, ConsentTerms, Exclusion, Grant},
    exchange::ConsentView,
    office::OfficeId,
    vocabulary::ExpressScope,
};

use super::{
    berlin, organisation, timestamp,
    vocabulary::{Mirror, mirror_all},
};

/// Names for people of what a receipt mentions.
pub(crate) struct Named {
    /// The centre's.
    pub(crate) centre: String,
    /// The offices', by their ids.
    pub(crate) offices: Vec<(OfficeId, String)>,
}

impl Named {
    fn office<'n>(&'n self, id: &'n OfficeId) -> &'n str {
        self.offices
            .iter()
            .find(|(known, _)| known == id)
            .map_or(id.as_str(), |(_, name)| name.as_str())
    }
}

/// The receipt of a consent's latest revision.
pub(crate) fn receipt(view: &ConsentView, named: &Named) -> wire::ConsentReceipt {
    let head = &view.head;
    let terms = latest_terms(view);
    wire::ConsentReceipt {
        schema_version: SCHEMA_VERSION.to_owned(),
        record_id: head.id.as_uuid(),
        jurisdiction: "DE".to_owned(),
        receipt_time: timestamp(view.read_at),
        pii_controller: organisation(head.centre),
        pii_controller_name: named.centre.clone(),
        pii_principal_id: view.references.pii_principal_id.as_str().into(),
        status: head.status_at(view.read_at).mirror(),
        revision: head.revision,
        consent_timestamp: timestamp(head.recorded_at),
        withdrawn_at: head.withdrawn_at.map(timestamp),
        valid_from: head.valid_from.map(timestamp),
        valid_until: head.valid_until.map(timestamp),
        language: terms.map(|terms| terms.conversation.language.mirror()),
        services: terms
            .map(|terms| terms.grants.iter().map(service).collect())
            .unwrap_or_default(),
        text: wire::ReceiptText {
            de: text(&GERMAN, view, terms, named),
            en: text(&ENGLISH, view, terms, named),
        },
    }
}

/// The offices that a receipt names.
pub(crate) fn offices(view: &ConsentView) -> Vec<OfficeId> {
    let mut ids: Vec<OfficeId> = latest_terms(view)
        .into_iter()
        .flat_map(|terms| {
            let granted = terms.grants.iter().flat_map(|grant| &grant.recipients);
            let excluded = terms
                .exclusions
                .iter()
                .filter_map(|exclusion| exclusion.recipient.as_ref());
            granted.chain(excluded).cloned()
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn latest_terms(view: &ConsentView) -> Option<&ConsentTerms> {
    view.revisions.last()?.decision.terms()
}

fn service(grant: &Grant) -> wire::ReceiptService {
    wire::ReceiptService {
        recipients: grant
            .recipients
            .iter()
            .map(|id| id.as_str().into())
            .collect(),
        purposes: mirror_all(grant.purposes.iter().copied()),
        pii_types: mirror_all(grant.categories.iter().copied()),
        sensitive_pii_categories: mirror_all(grant.express_scopes.iter()),
        processing_operations: mirror_all(grant.actions.iter().copied()),
        handling: grant.handling.mirror(),
    }
}

/// The words of a receipt in one language.
struct Words {
    title: &'static str,
    centre: &'static str,
    pseudonym: &'static str,
    number: &'static str,
    status: &'static str,
    revision: &'static str,
    recorded: &'static str,
    withdrawn: &'static str,
    validity: &'static str,
    until: &'static str,
    allowed: &'static str,
    was_allowed: &'static str,
    to: &'static str,
    purposes: &'static str,
    information: &'static str,
    expressly: &'static str,
    actions: &'static str,
    handling: &'static str,
    excluded: &'static str,
    nothing: &'static str,
    rights: &'static str,
    time: fn(freigabe_domain::instant::Instant) -> String,
    label: fn(Label) -> &'static str,
}

/// Something with a label in both languages.
#[derive(Clone, Copy)]
enum Label {
    Status(ConsentStatus),
    Purpose(freigabe_domain::vocabulary::Purpose),
    Category(freigabe_domain::vocabulary::Category),
    Scope(ExpressScope),
    Action(freigabe_domain::vocabulary::Action),
    Handling(freigabe_domain::vocabulary::Handling),
}

const GERMAN: Words = Words {
    title: "Quittung über eine Einwilligung",
    centre: "Fachberatungsstelle",
    pseudonym: "Kennung der Person bei der Beratungsstelle",
    number: "Nummer der Einwilligung",
    status: "Stand",
    revision: "Fassung",
    recorded: "Erfasst am",
    withdrawn: "Widerrufen am",
    validity: "Gilt von",
    until: "bis",
    allowed: "Erlaubt ist",
    was_allowed: "Erlaubt war, und gilt nicht mehr",
    to: "An",
    purposes: "Wozu",
    information: "Was",
    expressly: "Ausdrücklich auch Angaben zu",
    actions: "Die Dienststelle darf",
    handling: "Verwendung",
    excluded: "Ausgeschlossen ist",
    nothing: "Es ist nichts erlaubt. Die Hilfe der Beratungsstelle hängt davon nicht ab.",
    rights: "Sie können Ihre Einwilligung jederzeit widerrufen, ohne Angabe von Gründen; ein Wort an Ihre Beratungsstelle genügt. \
Was noch nicht abgeholt ist, wird dann nie mehr herausgegeben. Was die Polizei schon abgeholt hat, war rechtmäßig und bleibt \
ihr bekannt (§ 163 StPO); sie muss mitteilen, was sie damit gemacht hat. Verteidigerinnen und Verteidiger können Akten \
einsehen (§ 147 StPO). Die Hilfe der Beratungsstelle hängt nicht davon ab, ob Sie einwilligen oder widerrufen.",
    time: berlin::german,
    label: |label| match label {
        Label::Status(status) => status.german(),
        Label::Purpose(purpose) => purpose.german(),
        Label::Category(category) => category.german(),
        Label::Scope(scope) => scope.german(),
        Label::Action(action) => action.german(),
        Label::Handling(handling) => handling.german(),
    },
};

const ENGLISH: Words = Words {
    title: "Receipt for a consent",
    centre: "Counselling centre",
    pseudonym: "The centre's pseudonym for the person",
    number: "Number of the consent",
    status: "Status",
    revision: "Revision",
    recorded: "Recorded on",
    withdrawn: "Withdrawn on",
    validity: "Valid from",
    until: "until",
    allowed: "Allowed is",
    was_allowed: "Allowed was, and no longer is",
    to: "To",
    purposes: "What for",
    information: "What",
    expressly: "Expressly also information about",
    actions: "The office may",
    handling: "Use",
    excluded: "Excluded is",
    nothing: "Nothing is allowed. The centre's help does not depend on it.",
    rights: "You can withdraw your consent at any time and without giving reasons; a word to your counselling centre is enough. \
What was not collected yet is then never handed out any more. What the police have collected already was lawful and stays known \
to them (§ 163 StPO); they must say what they did with it. Defence counsel may see files (§ 147 StPO). The centre's help does \
not depend on whether you consent or withdraw.",
    time: berlin::english,
    label: |label| match label {
        Label::Status(status) => status.english(),
        Label::Purpose(purpose) => purpose.english(),
        Label::Category(category) => category.english(),
        Label::Scope(scope) => scope.english(),
        Label::Action(action) => action.english(),
        Label::Handling(handling) => handling.english(),
    },
};

fn text(words: &Words, view: &ConsentView, terms: Option<&ConsentTerms>, named: &Named) -> String {
    let head = &view.head;
    let mut text = format!("{}\n\n", words.title);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name}: {value}");
    };
    line(words.centre, &named.centre);
    line(words.pseudonym, view.references.pii_principal_id.as_str());
    line(words.number, &head.id.to_string());
    let status = head.status_at(view.read_at);
    line(words.status, (words.label)(Label::Status(status)));
    line(words.revision, &head.revision.to_string());
    line(words.recorded, &(words.time)(head.recorded_at));
    if let Some(at) = head.withdrawn_at {
        line(words.withdrawn, &(words.time)(at));
    }
    if let Some(terms) = terms {
        let (from, until) = (terms.valid_from, terms.valid_until);
        let period = format!(
            "{} {} {}",
            (words.time)(from),
            words.until,
            (words.time)(until)
        );
        line(words.validity, &period);
        let allowed = if status == ConsentStatus::Given {
            words.allowed
        } else {
            words.was_allowed
        };
        for (index, grant) in terms.grants.iter().enumerate() {
            let _ = write!(text, "\n{allowed} ({}):\n", index + 1);
            text.push_str(&of_grant(words, grant, named));
        }
        for exclusion in &terms.exclusions {
            let _ = write!(text, "\n{}: ", words.excluded);
            text.push_str(&of_exclusion(words, exclusion, named));
            text.push('\n');
        }
    } else {
        let _ = write!(text, "\n{}\n", words.nothing);
    }
    let _ = write!(text, "\n{}\n", words.rights);
    text
}

fn of_grant(words: &Words, grant: &Grant, named: &Named) -> String {
    let labels = |all: Vec<Label>| -> String {
        let all: Vec<&str> = all.into_iter().map(|label| (words.label)(label)).collect();
        all.join("; ")
    };
    let recipients: Vec<&str> = grant.recipients.iter().map(|id| named.office(id)).collect();
    let mut lines = vec![
        (words.to, recipients.join("; ")),
        (
            words.purposes,
            labels(grant.purposes.iter().copied().map(Label::Purpose).collect()),
        ),
        (
            words.information,
            labels(
                grant
                    .categories
                    .iter()
                    .copied()
                    .map(Label::Category)
                    .collect(),
            ),
        ),
    ];
    if !grant.express_scopes.is_empty() {
        let scopes = grant.express_scopes.iter().map(Label::Scope).collect();
        lines.push((words.expressly, labels(scopes)));
    }
    let actions = grant.actions.iter().copied().map(Label::Action).collect();
    lines.push((words.actions, labels(actions)));
    let mut handling = format!(
        "{} ({})",
        (words.label)(Label::Handling(grant.handling)),
        grant.handling
    );
    if let Some(instructions) = &grant.handling_instructions {
        handling.push_str(": ");
        handling.push_str(instructions.as_str());
    }
    lines.push((words.handling, handling));
    lines
        .into_iter()
        .map(|(name, value)| format!("  {name}: {value}\n"))
        .collect()
}

fn of_exclusion(words: &Words, exclusion: &Exclusion, named: &Named) -> String {
    let recipient = exclusion.recipient.as_ref().map(|id| named.office(id));
    let label = |label: Label| (words.label)(label);
    let all: Vec<&str> = [
        recipient,
        exclusion.category.map(Label::Category).map(label),
        exclusion.express_scope.map(Label::Scope).map(label),
        exclusion.purpose.map(Label::Purpose).map(label),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.join(" + ")
}
