//! The style: what stands on what can be read (WCAG 2.2, 1.4.3).

use std::collections::HashMap;

const STYLE: &str = include_str!("../../src/style.css");

/// Text, and what it stands on.
const PAIRS: &[(&str, &str)] = &[
    ("ink", "paper"),
    ("ink", "soft"),
    ("quiet", "paper"),
    ("quiet", "soft"),
    ("accent", "paper"),
    ("accent", "soft"),
    ("on-accent", "accent"),
    ("warn", "paper"),
    ("warn", "warn-soft"),
    ("alarm", "paper"),
    ("alarm", "soft"),
    // The way out.
    ("paper", "alarm"),
];

/// The colours of a scheme: those of the rule that begins after `start`.
fn colours(start: &str) -> HashMap<&'static str, f64> {
    let (_, rule) = STYLE.split_once(start).unwrap();
    let (rule, _) = rule.split_once('}').unwrap();
    let lines = rule
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--"));
    lines
        .map(|line| {
            let (name, value) = line.split_once(": #").unwrap();
            (name, luminance(value.trim_end_matches(';')))
        })
        .collect()
}

fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

#[test]
fn every_text_stands_out_by_day_and_by_night() {
    for start in [":root {", "(prefers-color-scheme: dark) {\n  :root {"] {
        let colours = colours(start);
        for (text, ground) in PAIRS {
            let (text_on, on) = (colours[text], colours[ground]);
            let contrast = (text_on.max(on) + 0.05) / (text_on.min(on) + 0.05);
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
        }
    }
}

/// Arabic runs from the right: nothing is left or right.
#[test]
fn no_rule_knows_left_and_right() {
    for physical in ["left", "right"] {
        assert!(
            !STYLE.replace("from the right", "").contains(physical),
            "{physical}"
        );
    }
}
