//! Reads the file of a leaflet, and refuses one that lacks something.

use serde_json::Value;

use super::{Leaflet, LeafletText, LeafletTopic};
use crate::vocabulary::Language;

/// What is wrong with the file of a leaflet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafletError {
    /// Not the form of a leaflet: a field is missing, or one too many.
    #[error("not a leaflet: {0}")]
    Form(String),
    /// Versions count from 1.
    #[error("the version must be 1 or more")]
    Version,
    /// The sections are not those that every leaflet has, in their order.
    #[error("the sections must be all topics, each once and in order")]
    Topics,
    /// A section has a heading and nothing else.
    #[error("the section {0} says nothing")]
    SaysNothing(LeafletTopic),
    /// A text is empty, has blanks at an end, or characters that control something.
    #[error("{0:?} is empty, or has blanks around it or control characters in it")]
    Text(String),
}

impl Leaflet {
    /// Reads the file of a leaflet.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn read(language: Language, file: &str) -> Result<Self, LeafletError> {
        let value: Value = serde_json::from_str(file).map_err(form)?;
        check_texts(&value)?;
        let text: LeafletText = serde_json::from_value(value).map_err(form)?;
        if text.version == 0 {
            return Err(LeafletError::Version);
        }
        let topics = text.sections.iter().map(|section| &section.topic);
        if !topics.eq(LeafletTopic::ALL) {
            return Err(LeafletError::Topics);
        }
        let silent = text
            .sections
            .iter()
            .find(|section| section.paragraphs.is_empty() && section.points.is_empty());
        match silent {
            Some(section) => Err(LeafletError::SaysNothing(section.topic)),
            None => Ok(Self { language, text }),
        }
    }
}

fn form(error: serde_json::Error) -> LeafletError {
    LeafletError::Form(error.to_string())
}

/// Every text anywhere in the file.
fn check_texts(value: &Value) -> Result<(), LeafletError> {
    match value {
        Value::String(text)
            if text.trim().is_empty()
                || text.trim() != text
                || text.chars().any(char::is_control) =>
        {
            Err(LeafletError::Text(text.clone()))
        }
        Value::Array(items) => items.iter().try_for_each(check_texts),
        Value::Object(fields) => fields.values().try_for_each(check_texts),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn german() -> Value {
        serde_json::from_str(include_str!("../../leaflets/de.json")).unwrap()
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Value)) -> LeafletError {
        let mut value = german();
        change(&mut value);
        Leaflet::read(Language::German, &value.to_string()).unwrap_err()
    }

    #[test]
    fn a_leaflet_that_lacks_something_is_refused() {
        assert!(Leaflet::read(Language::German, &german().to_string()).is_ok());
        let label = refused(|value| {
            value["labels"].as_object_mut().unwrap().remove("address");
        });
        assert!(matches!(label, LeafletError::Form(text) if text.contains("address")));
        assert_eq!(
            refused(|value| value["version"] = json!(0)),
            LeafletError::Version
        );
        assert_eq!(
            refused(|value| {
                value["sections"].as_array_mut().unwrap().remove(4);
            }),
            LeafletError::Topics
        );
        assert_eq!(
            refused(|value| value["sections"].as_array_mut().unwrap().swap(0, 1)),
            LeafletError::Topics
        );
        assert_eq!(
            refused(|value| value["sections"][1]["paragraphs"] = json!([])),
            LeafletError::SaysNothing(LeafletTopic::Free)
        );
        for text in ["", " ", "Hilfe ", "Hilfe\n"] {
            assert_eq!(
                refused(|value| value["title"] = json!(text)),
                LeafletError::Text(text.to_owned())
            );
        }
    }
}
