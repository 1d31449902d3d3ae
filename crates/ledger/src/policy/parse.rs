//! Reading policy files.

use super::{Group, Log, NONE, Policy, Witness};
use crate::cosignature::CosignatureVerifier;
use crate::key::KeyError;
use crate::note::NoteVerifier;
use crate::text;

/// The longest policy that is read, in bytes.
const MAX_LENGTH: usize = 1_000_000;

/// A policy file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {fault}")]
pub struct PolicyParseError {
    /// The number of the line, from 1; that of the last one if something is missing.
    pub line: usize,
    /// What is wrong with it.
    pub fault: PolicyFault,
}

/// What is wrong with a line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The file is longer than a megabyte.
    #[error("the policy is too long")]
    TooLong,
    /// Not UTF-8, or a control character other than tab and newline.
    #[error("the policy is not in UTF-8 or holds control characters")]
    BadCharacter,
    /// The last line does not end.
    #[error("the last line does not end in a newline")]
    Unended,
    /// Neither `log`, `witness`, `group` nor `quorum`, or with too few or too many parts.
    #[error("not a log, a witness, a group or a quorum")]
    Malformed,
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key stands in two lines of the same kind.
    #[error("the key stands there twice")]
    KeyTwice,
    /// A name is defined twice, or it is `none`.
    #[error("the name {0} is taken")]
    NameTaken(String),
    /// A name is used that no line before defines.
    #[error("nothing before is named {0}")]
    Undefined(String),
    /// A name is a member of two groups, or of one twice.
    #[error("{0} is a member already")]
    MemberTwice(String),
    /// A group asks for none of its members, or for more than it has.
    #[error("a group asks for at least one and at most all of its members")]
    BadThreshold,
    /// There is no quorum line, or a second one.
    #[error("a policy has exactly one quorum line")]
    NotOneQuorum,
}

pub(super) fn parse(file: &[u8]) -> Result<Policy, PolicyParseError> {
    let whole = |fault| PolicyParseError { line: 1, fault };
    if file.len() > MAX_LENGTH {
        return Err(whole(PolicyFault::TooLong));
    }
    let file = std::str::from_utf8(file).map_err(|_| whole(PolicyFault::BadCharacter))?;
    let mut draft = Draft::default();
    let mut number = 0;
    for line in file.split_inclusive('\n') {
        number += 1;
        draft.line(line).map_err(|fault| PolicyParseError {
            line: number,
            fault,
        })?;
    }
    let policy = draft.finish();
    policy.map_err(|fault| PolicyParseError {
        line: number.max(1),
        fault,
    })
}

impl Group {
    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member == name)
    }
}

/// What the lines so far say.
#[derive(Default)]
struct Draft {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
}

impl Draft {
    fn line(&mut self, line: &str) -> Result<(), PolicyFault> {
        let line = line.strip_suffix('\n').ok_or(PolicyFault::Unended)?;
        if line
            .chars()
            .any(|c| c != '\t' && (text::is_forbidden(c) || c == '\u{7f}'))
        {
            return Err(PolicyFault::BadCharacter);
        }
        // Only space and tab part words; other white space of Unicode is part of a name.
        let words: Vec<&str> = line
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey] => self.log(vkey, None),
            ["log", vkey, url] => self.log(vkey, Some(url)),
            ["witness", name, vkey] => self.witness(name, vkey, None),
            ["witness", name, vkey, url] => self.witness(name, vkey, Some(url)),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyFault::Malformed),
        }
    }

    fn log(&mut self, vkey: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        let verifier = NoteVerifier::parse(vkey)?;
        let key = verifier.public_key();
        if self.logs.iter().any(|log| log.verifier.public_key() == key) {
            return Err(PolicyFault::KeyTwice);
        }
        let url = url.map(str::to_owned);
        self.logs.push(Log { verifier, url });
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        self.expect_free(name)?;
        let verifier = CosignatureVerifier::parse(vkey)?;
        let key = verifier.public_key();
        let mut others = self.witnesses.iter();
        if others.any(|other| other.verifier.public_key() == key) {
            return Err(PolicyFault::KeyTwice);
        }
        self.witnesses.push(Witness {
            name: name.to_owned(),
            verifier,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), PolicyFault> {
        self.expect_free(name)?;
        let mut group = Group {
            name: name.to_owned(),
            threshold: match threshold {
                "all" => members.len(),
                "any" => 1,
                number => text::decimal(number)
                    .and_then(|number| usize::try_from(number).ok())
                    .ok_or(PolicyFault::BadThreshold)?,
            },
            members: Vec::new(),
        };
        if group.threshold == 0 || group.threshold > members.len() {
            return Err(PolicyFault::BadThreshold);
        }
        for member in members {
            self.expect_defined(member)?;
            let mut groups = self.groups.iter();
            let elsewhere = groups.any(|group| group.has(member));
            if elsewhere || group.has(member) {
                return Err(PolicyFault::MemberTwice((*member).to_owned()));
            }
            group.members.push((*member).to_owned());
        }
        self.groups.push(group);
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::NotOneQuorum);
        }
        self.quorum = Some(if name == NONE {
            None
        } else {
            self.expect_defined(name)?;
            Some(name.to_owned())
        });
        Ok(())
    }

    fn finish(self) -> Result<Policy, PolicyFault> {
        Ok(Policy {
            logs: self.logs,
            witnesses: self.witnesses,
            groups: self.groups,
            quorum: self.quorum.ok_or(PolicyFault::NotOneQuorum)?,
        })
    }

    fn is_defined(&self, name: &str) -> bool {
        self.witnesses.iter().any(|witness| witness.name == name)
            || self.groups.iter().any(|group| group.name == name)
    }

    fn expect_free(&self, name: &str) -> Result<(), PolicyFault> {
        if name == NONE || self.is_defined(name) {
            return Err(PolicyFault::NameTaken(name.to_owned()));
        }
        Ok(())
    }

    fn expect_defined(&self, name: &str) -> Result<(), PolicyFault> {
        if self.is_defined(name) {
            Ok(())
        } else {
            Err(PolicyFault::Undefined(name.to_owned()))
        }
    }
}
