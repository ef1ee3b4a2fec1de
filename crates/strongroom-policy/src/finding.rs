//! What is wrong, dangerous or odd in a document, with stable codes and places.

use strongroom_types::json::Span;

/// The most findings that one document gets; reading stops there.
pub const MAX_FINDINGS: usize = 100;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Could be written better.
    Suggestion,
    /// Probably not what was meant; accepted, as AWS accepts it.
    Warning,
    /// Accepted, and wider than is wise.
    Security,
    /// Refused.
    Error,
}

/// The exception that AWS answers a refused document with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyException {
    /// `MalformedPolicyDocumentException`.
    MalformedPolicyDocument,
    /// `LimitExceededException`.
    LimitExceeded,
    /// `InvalidArnException`.
    InvalidArn,
}

macro_rules! codes {
    ($($variant:ident, $code:literal, $severity:ident, $text:literal;)*) => {
        /// The kinds of finding. A code is never given to another kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = concat!("`", $code, "`: ", $text)] $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, `KP003` for one.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How much it matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// One sentence about it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    Json, "KP001", Error, "the text is not well-formed JSON, or is nested too deep";
    BadCharacter, "KP002", Error, "a character outside U+0009, U+000A, U+000D and U+0020 to U+00FF";
    DuplicateElement, "KP003", Error, "an element or condition key stands twice in one object";
    UnknownElement, "KP004", Error, "an element that the grammar does not have";
    WrongType, "KP005", Error, "a value of a JSON type that can't stand here";
    MissingStatement, "KP006", Error, "the document has no statement";
    BadVersion, "KP007", Error, "`Version` is neither `2008-10-17` nor `2012-10-17`";
    MissingEffect, "KP008", Error, "the statement has no `Effect`";
    BadEffect, "KP009", Error, "`Effect` is neither `Allow` nor `Deny`";
    MissingPrincipal, "KP010", Error, "a key policy's statement must contain one or more principals";
    PrincipalNotAllowed, "KP011", Error, "an identity policy can't name principals";
    ConflictingElements, "KP012", Error, "an element and its `Not…` form stand in one statement";
    BadSid, "KP013", Error, "an identity policy's `Sid` has a character outside A-Z, a-z, 0-9";
    DuplicateSid, "KP014", Error, "two statements have one `Sid`";
    BadAction, "KP015", Error, "an action is `*` or `service:Name`";
    UnknownOperator, "KP016", Error, "no such condition operator";
    BadConditionValue, "KP017", Error, "the value is not of the operator's type";
    UnsafeConditionKey, "KP018", Error, "an unknown condition key whose absence would allow more, or deny less, than was meant";
    BadVariable, "KP019", Error, "a policy variable that is not closed, not known, or can't stand for one text";
    InvalidPrincipal, "KP020", Error, "the statement has an invalid principal";
    IdNotAllowed, "KP021", Error, "an identity policy has no `Id`";
    BadResource, "KP022", Error, "a resource is `*` or an ARN";
    BadArnPattern, "KP023", Error, "an ARN pattern has six parts divided by colons";
    OverpermissiveCondition, "KP024", Error, "`ForAllValues` with a single-valued key matches requests without the key; remove `ForAllValues`";
    UnsafeEmptyList, "KP025", Error, "an empty list that would allow more, or deny less, than was meant";
    AllowNotPrincipal, "KP101", Security, "`Allow` with `NotPrincipal` allows everyone who is not named";
    AllowEveryone, "KP102", Security, "`Allow` for every principal, without a condition";
    MissingAction, "KP201", Warning, "a statement without `Action` has no effect";
    MissingResource, "KP202", Warning, "a statement without `Resource` has no effect";
    UnknownAction, "KP203", Warning, "the pattern fits no action of AWS KMS";
    UnknownConditionKey, "KP204", Warning, "an unknown condition key, which no request has";
    EmptyList, "KP205", Warning, "an empty list matches nothing";
    MultiValuedKey, "KP206", Warning, "a key of several values without `ForAllValues` or `ForAnyValue` fails closed";
    MissingVersion, "KP301", Suggestion, "without `Version` policy variables are plain text";
}

impl Code {
    /// The exception of a refusal for this reason.
    #[must_use]
    pub const fn exception(self) -> PolicyException {
        match self {
            Self::BadResource | Self::BadArnPattern => PolicyException::InvalidArn,
            _ => PolicyException::MalformedPolicyDocument,
        }
    }
}

/// One thing found in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// What.
    pub code: Code,
    /// Where, in bytes of the document.
    pub span: Span,
}

impl Finding {
    pub(crate) fn new(code: Code, span: Span) -> Self {
        Self { code, span }
    }

    /// Line (from 1) and column (from 0, in characters) of the finding's start in `text`: the
    /// convention of IAM Access Analyzer's `Position`.
    #[must_use]
    pub fn position(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count())
    }
}

/// Findings up to [`MAX_FINDINGS`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, code: Code, span: Span) {
        if !self.is_full() {
            self.0.push(Finding::new(code, span));
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= MAX_FINDINGS
    }

    pub(crate) fn any_at_least(&self, severity: Severity) -> bool {
        self.0.iter().any(|f| f.code.severity() >= severity)
    }

    pub(crate) fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    pub(crate) fn into_boxed(self) -> Box<[Finding]> {
        self.0.into_boxed_slice()
    }
}
