//! Cells with several values, and values with several parts.

use freigabe_contract::{directory as wire, vocabulary::Channel};

use crate::directory::formats::{rule, sheet};

/// Stands between the values of a cell.
const VALUES: char = '|';
/// Stands between the parts of a value.
const PARTS: char = ';';
/// Takes its meaning from what follows.
const ESCAPE: char = '\\';

/// Whether a spreadsheet would compute the cell, or take it for a number that has no zero at the beginning.
pub(super) fn is_misread(column: &str, cell: &str) -> bool {
    let loses_zero = column != "postcode"
        && cell.len() > 1
        && cell.starts_with('0')
        && cell.bytes().all(|byte| byte.is_ascii_digit());
    sheet::is_formula(cell) || loses_zero
}

/// Several values in one cell.
pub(super) fn joined(values: impl IntoIterator<Item = String>) -> String {
    values.into_iter().collect::<Vec<_>>().join("|")
}

/// The values of a cell, without space around them; empty ones are none. They are still escaped.
pub(super) fn values(cell: &str) -> Vec<String> {
    let values = split(cell, VALUES)
        .into_iter()
        .map(|value| value.trim().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

/// A text as a value.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, VALUES | PARTS | ESCAPE) {
            escaped.push(ESCAPE);
        }
        escaped.push(character);
    }
    escaped
}

/// The text of a value.
pub(super) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            // One at the end stands for itself.
            ESCAPE => text.push(characters.next().unwrap_or(ESCAPE)),
            other => text.push(other),
        }
    }
    text
}

fn split(text: &str, at: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for character in text.chars() {
        if character == at && !is_escaped {
            parts.push(String::new());
            continue;
        }
        is_escaped = character == ESCAPE && !is_escaped;
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
}

/// A contact as a value of its channel's column. The position is told if the columns don't tell it.
pub(super) fn contact(contact: &wire::Contact, position: Option<usize>) -> String {
    let mut parts = vec![escaped(contact.address.as_str())];
    if !contact.languages.is_empty() {
        let codes: Vec<&str> = contact.languages.iter().map(AsRef::as_ref).collect();
        parts.push(format!("languages={}", codes.join(",")));
    }
    for hours in &contact.schedules {
        parts.push(format!("hours={}", escaped(&rule::write(hours))));
    }
    if let Some(position) = position {
        parts.push(format!("position={position}"));
    }
    if let Some(note) = &contact.note {
        parts.push(format!("note={}", escaped(note.as_str())));
    }
    parts.join("; ")
}

/// A contact, and its position if it tells that.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_contact(
    channel: Channel,
    value: &str,
) -> Result<(Option<usize>, wire::Contact), &'static str> {
    let mut parts = split(value, PARTS)
        .into_iter()
        .map(|part| unescaped(part.trim()));
    let mut contact = wire::Contact {
        channel,
        address: parts.next().unwrap_or_default().into(),
        note: None,
        languages: Vec::new(),
        schedules: Vec::new(),
    };
    let mut position = None;
    for part in parts.filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("languages", codes)) => {
                contact.languages = codes.split(',').map(|code| code.trim().into()).collect();
            }
            Some(("hours", line)) => contact.schedules.push(rule::read(line)?),
            Some(("note", note)) => contact.note = Some(note.into()),
            Some(("position", number)) => {
                position = Some(number.parse().map_err(|_| "position must be a number")?);
            }
            _ => return Err("has a part other than languages, hours, position and note"),
        }
    }
    Ok((position, contact))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_parts_keep_what_separates_others() {
        let texts = ["a|b", "a;b", "a\\", "\\|", "", "a\\;|b"];
        for text in texts {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        let cell = joined(texts.iter().map(|text| escaped(text)));
        let read: Vec<String> = values(&cell).iter().map(|value| unescaped(value)).collect();
        assert_eq!(read, ["a|b", "a;b", "a\\", "\\|", "a\\;|b"]);
    }

    #[test]
    fn leading_zeros_stay() {
        assert!(is_misread("phone", "015750452769"));
        assert!(!is_misread("postcode", "01067"));
        assert!(!is_misread("phone", "0381 555"));
    }
}
