//! Contacts as links.

use freigabe_domain::directory::{Channel, Contact};
use maud::{Markup, html};

/// What leads to a contact. Its characters run from the left in every language.
pub(crate) fn link(contact: &Contact) -> Markup {
    let address = contact.address().as_str();
    html! {
        bdi dir="ltr" {
            @match href(contact.channel(), address) {
                Some(href) => a href=(href) rel="noreferrer noopener" { (address) },
                None => (address),
            }
        }
    }
}

/// An address on the web as a link, written without what everybody knows.
pub(crate) fn web(address: &str) -> Markup {
    let shown = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .unwrap_or(address);
    let shown = shown.strip_suffix('/').unwrap_or(shown);
    html! { bdi dir="ltr" { a href=(address) rel="noreferrer noopener" { (shown) } } }
}

fn href(channel: Channel, address: &str) -> Option<String> {
    match channel {
        Channel::Phone => Some(format!("tel:{}", digits(address))),
        Channel::TextMessage => Some(format!("sms:{}", digits(address))),
        Channel::Email => Some(mailto(address)),
        Channel::Messenger | Channel::Chat | Channel::Video | Channel::WebForm => {
            address.starts_with("http").then(|| address.to_owned())
        }
    }
}

/// RFC 6068: what an address may have and a link would take for something else is written by its number.
fn mailto(address: &str) -> String {
    let mut link = "mailto:".to_owned();
    for character in address.chars() {
        match character {
            '%' => link.push_str("%25"),
            '?' => link.push_str("%3F"),
            '&' => link.push_str("%26"),
            '#' => link.push_str("%23"),
            '/' => link.push_str("%2F"),
            plain => link.push(plain),
        }
    }
    link
}

/// A number as RFC 3966 writes it. `+49 (0)30` is a usual way to write two numbers at once: the zero is dialled within the country only.
fn digits(number: &str) -> String {
    let number = if number.starts_with('+') {
        number.replace("(0)", "")
    } else {
        number.to_owned()
    };
    number
        .chars()
        .filter(|character| character.is_ascii_digit() || *character == '+')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_links_where_something_opens_them() {
        for (channel, address, leads) in [
            (Channel::Phone, "+49 (0)30 / 123-45", Some("tel:+493012345")),
            (Channel::Phone, "(0381) 555 0100", Some("tel:03815550100")),
            (
                Channel::TextMessage,
                "0151 2345678",
                Some("sms:01512345678"),
            ),
            (
                Channel::Email,
                "hilfe@example.org",
                Some("mailto:hilfe@example.org"),
            ),
            (
                Channel::Email,
                "a?b&c@example.org",
                Some("mailto:a%3Fb%26c@example.org"),
            ),
            (Channel::Messenger, "+49 151 2345678", None),
            (
                Channel::Chat,
                "https://chat.example.org/",
                Some("https://chat.example.org/"),
            ),
        ] {
            let contact = Contact::new(channel, address).unwrap();
            assert_eq!(href(channel, contact.address().as_str()).as_deref(), leads);
            let link = link(&contact).into_string();
            assert!(link.starts_with(r#"<bdi dir="ltr">"#), "{link}");
            assert!(link.contains(&address.replace('&', "&amp;")));
        }
    }
}
