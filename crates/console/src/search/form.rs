//! The form.

use freigabe_domain::{
    directory::{Channel, ExploitationForm, Offer, TargetGroup},
    vocabulary::Language,
};
use maud::{Markup, html};

use super::wanted::{CHECKED, Wanted};
use crate::{
    languages, page,
    reader::{Reader, Words},
};

/// What is wrong with the place that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NotAPostcode,
    NotAName,
    UnknownPlace,
}

impl Fault {
    const fn words(self, reader: Reader) -> &'static str {
        match self {
            Self::NotAPostcode => reader.pick(
                "Eine Postleitzahl hat fünf Ziffern, zum Beispiel 18055.",
                "A postcode has five digits, for example 18055.",
            ),
            Self::NotAName => reader.pick(
                "Bitte den Namen eines Ortes oder eine Postleitzahl eingeben.",
                "Please enter the name of a place, or a postcode.",
            ),
            Self::UnknownPlace => reader.pick(
                "Diesen Ort kennen wir nicht. Bitte prüfen Sie die Schreibweise, nehmen Sie einen größeren Ort in der Nähe, oder lassen Sie das Feld leer.",
                "We don't know this place. Please check the spelling, take a larger place nearby, or leave the field empty.",
            ),
        }
    }
}

/// The page with the form alone.
pub(super) fn whole(reader: Reader, wanted: &Wanted, fault: Option<Fault>) -> Markup {
    html! {
        h1 { (reader.pick("Beratung und Hilfe finden", "Find counselling and help")) }
        p {
            (reader.pick(
                "Beratungsstellen für Menschen, die von Menschenhandel oder Ausbeutung betroffen sind. Die Beratung ist vertraulich und kostet nichts. Sie brauchen keine Anmeldung.",
                "Counselling centres for people affected by human trafficking or exploitation. Counselling is confidential and costs nothing. You need not sign in.",
            ))
        }
        (form(reader, wanted, fault))
        p {
            a href=(page::leaflets(reader)) {
                (reader.pick("Merkblätter zum Weitergeben", "Leaflets to hand out"))
                ", " (Language::ALL.len()) " " (reader.pick("Sprachen", "languages"))
            }
        }
    }
}

/// The form. It comes by `POST`, so that what is looked for stands in no address.
pub(super) fn form(reader: Reader, wanted: &Wanted, fault: Option<Fault>) -> Markup {
    let search = &wanted.search;
    let described = fault
        .map(|_| "place-fault place-hint")
        .unwrap_or("place-hint");
    html! {
        form.search method="post" action="/help" autocomplete="off" {
            (page::hidden(reader, &[]))
            div.field {
                label for="place" { (reader.pick("Ort oder Postleitzahl", "Place or postcode")) }
                @if let Some(fault) = fault {
                    p.fault id="place-fault" role="alert" { (fault.words(reader)) }
                }
                input id="place" name="place" type="text" value=(wanted.place) maxlength="100" aria-describedby=(described)
                    aria-invalid=[fault.map(|_| "true")] autofocus[fault.is_some()];
                p.hint id="place-hint" {
                    (reader.pick("Leer lassen, um überall zu suchen.", "Leave empty to search everywhere."))
                }
            }
            (select("language", reader.pick("Sprache der Beratung", "Language of the counselling"), reader.pick("alle Sprachen", "any language"),
                languages::named(reader).into_iter().map(|(code, name)| (code.code(), name)), search.language.map(|code| code.code())))
            (checkbox("open_now", reader.pick("nur, was jetzt erreichbar ist", "only what is open now"), search.open_now))
            details open[wanted.is_particular()] {
                summary { (reader.pick("Genauer suchen", "More conditions")) }
                (vocabulary("target_group", reader.pick("Für wen", "For whom"), reader, TargetGroup::ALL, |it| it.code(), search.target_group))
                (vocabulary("exploitation_form", reader.pick("Form der Ausbeutung", "Form of exploitation"), reader, ExploitationForm::ALL, |it| it.code(), search.exploitation_form))
                (vocabulary("offer", reader.pick("Angebot", "What is offered"), reader, Offer::ALL, |it| it.code(), search.offer))
                (vocabulary("channel", reader.pick("Erreichbar über", "Reached by"), reader, Channel::ALL, |it| it.code(), search.channel))
                (checkbox("spoken_only", reader.pick("Sprache ohne Dolmetschen", "language without an interpreter"), search.spoken_only))
                (checkbox("mobile", reader.pick("kommt dorthin, wo die Person ist", "comes to where the person is"), search.mobile))
                (checkbox("in_person", reader.pick("man kann dorthin kommen", "one can go there"), search.in_person))
            }
            button.main type="submit" { (reader.pick("Suchen", "Search")) }
        }
    }
}

fn vocabulary<T: Words + PartialEq>(
    name: &str,
    label: &str,
    reader: Reader,
    all: &[T],
    code: impl Fn(T) -> &'static str,
    chosen: Option<T>,
) -> Markup {
    let options = all
        .iter()
        .map(|member| (code(*member), member.words(reader)));
    select(
        name,
        label,
        reader.pick("egal", "any"),
        options,
        chosen.map(&code),
    )
}

fn select<'a>(
    name: &str,
    label: &str,
    any: &str,
    options: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: Option<&str>,
) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { (any) }
                @for (code, words) in options {
                    option value=(code) selected[chosen == Some(code)] { (words) }
                }
            }
        }
    }
}

fn checkbox(name: &str, label: &str, checked: bool) -> Markup {
    html! {
        div.check {
            input id=(name) name=(name) type="checkbox" value=(CHECKED) checked[checked];
            label for=(name) { (label) }
        }
    }
}
