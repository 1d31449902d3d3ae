//! What holds for every page: well-formed, accessible in its outline, private in its headers, and with nothing from elsewhere.

use std::collections::BTreeSet;

use freigabe_console::CSP;

use crate::browser::Answer;

/// Elements without an end.
const VOID: &[&str] = &["meta", "link", "input", "br"];

/// Where pages may lead, besides this server and what entries say.
const ELSEWHERE: &str = "https://www.wikipedia.org/";

/// One tag of a document.
#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut found = self.attributes.iter().filter(|(known, _)| *known == name);
        let value = found.next().map(|(_, value)| *value);
        assert!(found.next().is_none(), "{name} stands twice in {self:?}");
        value
    }
}

#[track_caller]
pub(crate) fn check(answer: &Answer) {
    headers(answer);
    let tags = tags(&answer.body);
    outline(&tags);
    let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "an id stands twice: {ids:?}");
    for tag in &tags {
        assert!(!matches!(
            tag.name,
            "script" | "style" | "iframe" | "img" | "base"
        ));
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on") && *name != "style", "{tag:?}");
            if matches!(*name, "href" | "action" | "src") {
                check_link(tag, value);
            }
        }
        for reference in ["for", "aria-describedby"] {
            for id in tag
                .attribute(reference)
                .unwrap_or_default()
                .split_whitespace()
            {
                assert!(known.contains(id), "{tag:?} refers to nothing");
            }
        }
        if tag.name == "form" {
            assert_eq!(tag.attribute("method"), Some("post"), "{tag:?}");
            assert_eq!(tag.attribute("action"), Some("/help"), "{tag:?}");
        }
    }
    labels(&tags);
}

#[track_caller]
fn headers(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-security-policy"), CSP);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.headers.get("set-cookie").is_none());
}

/// One title, one main part, one first heading, and no level of headings left out.
#[track_caller]
fn outline(tags: &[Tag<'_>]) {
    for once in ["html", "title", "main", "h1"] {
        let count = tags.iter().filter(|tag| tag.name == once).count();
        assert_eq!(count, 1, "{once}");
    }
    let mut level = 0;
    for tag in tags {
        let Some(next) = tag
            .name
            .strip_prefix('h')
            .and_then(|level| level.parse::<u8>().ok())
        else {
            continue;
        };
        assert!(next <= level + 1, "h{next} follows h{level}");
        level = next;
    }
    let html = tags.iter().find(|tag| tag.name == "html").unwrap();
    assert!(matches!(html.attribute("lang"), Some("de" | "en")));
}

#[track_caller]
fn check_link(tag: &Tag<'_>, value: &str) {
    let own = value.starts_with('/') && !value.starts_with("//");
    let number = ["tel:", "sms:", "mailto:"]
        .iter()
        .any(|scheme| value.starts_with(scheme));
    let elsewhere = value.starts_with("https://") || value.starts_with("http://");
    assert!(own || number || elsewhere, "{tag:?}");
    if elsewhere {
        assert_eq!(tag.name, "a");
        assert_eq!(tag.attribute("rel"), Some("noreferrer noopener"), "{tag:?}");
        assert!(value == ELSEWHERE || value.contains("example"), "{tag:?}");
    }
}

/// Whatever can be filled in has a label.
#[track_caller]
fn labels(tags: &[Tag<'_>]) {
    let labelled: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag.name == "label")
        .filter_map(|tag| tag.attribute("for"))
        .collect();
    for tag in tags {
        let filled = tag.name == "select"
            || (tag.name == "input" && tag.attribute("type") != Some("hidden"));
        if filled {
            assert!(labelled.contains(tag.attribute("id").unwrap()), "{tag:?}");
        }
    }
}

/// All tags in order. Whatever is opened is closed, in the right order.
#[track_caller]
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut rest = html
        .strip_prefix("<!DOCTYPE html>")
        .expect("a document type");
    let (mut open, mut tags) = (Vec::new(), Vec::new());
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a stray > in {text:?}");
        if let Some(closed) = after.strip_prefix('/') {
            let (name, after) = closed.split_once('>').unwrap();
            assert_eq!(open.pop(), Some(name), "wrong order before {after:.80}");
            rest = after;
            continue;
        }
        let (tag, after) = opened(after);
        if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        tags.push(tag);
        rest = after;
    }
    assert!(open.is_empty(), "left open: {open:?}");
    tags
}

/// The tag that begins here, without its bracket, and what follows.
#[track_caller]
fn opened(text: &str) -> (Tag<'_>, &str) {
    let end = text.find([' ', '>']).unwrap();
    let (name, mut rest) = text.split_at(end);
    assert!(
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
        "{name:?}"
    );
    let mut attributes = Vec::new();
    while let Some(more) = rest.strip_prefix(' ') {
        let end = more.find(['=', ' ', '>']).unwrap();
        let (name, after) = more.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            None => ("", after),
            Some(after) => after.split_once('"').unwrap(),
        };
        attributes.push((name, value));
        rest = after;
    }
    let rest = rest.strip_prefix('>').expect("the end of a tag");
    (Tag { name, attributes }, rest)
}
