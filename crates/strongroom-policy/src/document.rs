//! The document: what was written, with its places, before anyone asks what it means.

mod parse;

use strongroom_types::json::Span;

use crate::error::PolicyError;
use crate::finding::{Finding, Findings};

/// What a statement does when it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the language has two effects")]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever else allows.
    Deny,
}

/// A text of the document: where it stands, and where its unescaped form is in the document's pool.
///
/// INVARIANT: a document has at most 32,768 bytes, so every offset fits 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Text {
    start: u16,
    end: u16,
    at: u16,
    len: u16,
}

impl Text {
    pub(crate) fn span(self) -> Span {
        Span { start: usize::from(self.start), end: usize::from(self.end) }
    }
}

/// A run of entries in one of the document's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Run {
    pub(crate) first: u16,
    pub(crate) count: u16,
}

impl Run {
    #[inline]
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        let first = usize::from(self.first);
        table.get(first..first + usize::from(self.count)).unwrap_or_default()
    }
}

/// `Action` or `NotAction`, `Resource` or `NotResource`: the texts, and which of the two it was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element {
    pub(crate) negated: bool,
    pub(crate) texts: Run,
    pub(crate) span: (u16, u16),
}

impl Element {
    pub(crate) fn place(self) -> Span {
        Span { start: usize::from(self.span.0), end: usize::from(self.span.1) }
    }
}

/// The types of principal that the grammar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalType {
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

/// One named principal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedPrincipal {
    pub(crate) kind: PrincipalType,
    pub(crate) text: Text,
}

/// One operator on one key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConditionEntry {
    pub(crate) operator: Text,
    pub(crate) key: Text,
    pub(crate) values: Run,
}

/// One statement as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawStatement {
    pub(crate) start: u16,
    pub(crate) end: u16,
    pub(crate) sid: Option<Text>,
    pub(crate) effect: Effect,
    pub(crate) principal: Option<Element>,
    pub(crate) action: Option<Element>,
    pub(crate) resource: Option<Element>,
    pub(crate) conditions: Run,
}

impl RawStatement {
    pub(crate) fn span(&self) -> Span {
        Span { start: usize::from(self.start), end: usize::from(self.end) }
    }
}

/// A parsed policy document: well-formed by the grammar of the policy language, not yet compiled.
///
/// ```
/// use strongroom_policy::Document;
/// let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;
/// let document = Document::parse(text).unwrap();
/// assert_eq!((document.len(), document.sid(0)), (1, Some("all")));
/// assert!(Document::parse(r#"{"Statement":[],"Statement":[]}"#).is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) pool: String,
    pub(crate) texts: Vec<Text>,
    pub(crate) principals: Vec<NamedPrincipal>,
    pub(crate) conditions: Vec<ConditionEntry>,
    pub(crate) statements: Vec<RawStatement>,
    pub(crate) variables: bool,
    pub(crate) id: Option<Text>,
    pub(crate) findings: Findings,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`PolicyError::TooLarge`] before anything is allocated; [`PolicyError::Refused`] with every
    /// finding up to [`MAX_FINDINGS`](crate::MAX_FINDINGS).
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        parse::parse(text)
    }

    /// How many statements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there are none. A document without statements is refused, so: never.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The `Sid` of statement `index`.
    #[must_use]
    pub fn sid(&self, index: usize) -> Option<&str> {
        self.statements.get(index)?.sid.map(|sid| self.text(sid))
    }

    /// The effect of statement `index`.
    #[must_use]
    pub fn effect(&self, index: usize) -> Option<Effect> {
        self.statements.get(index).map(|s| s.effect)
    }

    /// Where statement `index` stands.
    #[must_use]
    pub fn span(&self, index: usize) -> Option<Span> {
        self.statements.get(index).map(RawStatement::span)
    }

    /// What is odd about it.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.findings.as_slice()
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        let at = usize::from(text.at);
        self.pool.get(at..at + usize::from(text.len)).unwrap_or_default()
    }
}
