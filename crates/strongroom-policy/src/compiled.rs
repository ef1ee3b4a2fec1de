//! The compiled form.

use crate::document::Effect;
use crate::finding::Finding;
use strongroom_types::json::Span;

/// stub
#[derive(Debug)]
pub struct Compiled {
    findings: Box<[Finding]>,
}

/// What the record wants to know of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement<'a> {
    /// Its `Sid`.
    pub sid: Option<&'a str>,
    /// Its effect.
    pub effect: Effect,
    /// Where it stands in the document, in bytes.
    pub span: Span,
}

impl Compiled {
    /// What was odd about the document.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
    /// The statement at `index`, as [`StatementRef`](crate::StatementRef) counts.
    #[must_use]
    pub fn statement(&self, _index: u16) -> Option<Statement<'_>> {
        None
    }
    pub(crate) fn new() -> Self {
        Self { findings: Box::default() }
    }
}
