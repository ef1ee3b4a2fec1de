//! A row of the table, and the words that it is written in.

use std::fmt;

use serde_json::Value;
use strongroom::{Client, Error, Operation};
use strongroom_types::structure::Structure;

use super::answer::Told;
use super::names::Names;
use super::stage::{Stage, Who};

/// Where an expectation is from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// AWS's API reference: `Operation.Member: what it says`. That the member exists is tested.
    Api(&'static str),
    /// A page of AWS's developer guide.
    Guide(&'static str),
    /// What the live service answered to somebody, as quoted in public.
    Seen(&'static str),
    /// AWS says nothing: our decision, and its reason.
    Ours(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(place) => write!(f, "AWS's API reference, {place}"),
            Self::Guide(page) => write!(f, "AWS's developer guide, {page}"),
            Self::Seen(issue) => write!(f, "the service, as quoted in {issue}"),
            Self::Ours(reason) => write!(f, "our decision: {reason}"),
        }
    }
}

/// What comes back.
#[derive(Debug)]
pub(crate) enum Expected {
    /// 200 and this JSON, whole.
    Answer(Value),
    /// 200 and no body.
    Nothing,
    /// AWS's error.
    Error { code: &'static str, message: String },
}

type Given = Box<dyn Fn(&Stage, &mut Names) + Send + Sync>;
type Built = Box<dyn Fn(&Client, &Names) -> Told + Send + Sync>;

/// How a Rust caller says the same.
pub(crate) enum Builder {
    Call(Built),
    /// He can't: the row runs two ways.
    Unsayable,
}

pub(crate) struct Row {
    /// A claim.
    pub(crate) name: &'static str,
    pub(crate) operation: Operation,
    pub(crate) source: Source,
    pub(crate) given: Vec<Given>,
    pub(crate) who: Who,
    pub(crate) region: Option<&'static str>,
    /// JSON, with placeholders.
    pub(crate) request: String,
    pub(crate) builder: Builder,
    pub(crate) expected: Expected,
    /// Questions that are asked then, and their answers.
    pub(crate) afterwards: Vec<(Operation, Value, Expected)>,
}

/// A row; what it lacks is said by the methods below.
pub(crate) fn row(operation: Operation, name: &'static str, source: Source) -> Row {
    Row {
        name,
        operation,
        source,
        given: Vec::new(),
        who: Who::Root,
        region: None,
        request: "{}".into(),
        builder: Builder::Unsayable,
        expected: Expected::Nothing,
        afterwards: Vec::new(),
    }
}

impl Row {
    /// What is there before the call.
    pub(crate) fn given(mut self, given: impl Fn(&Stage, &mut Names) + Send + Sync + 'static) -> Self {
        self.given.push(Box::new(given));
        self
    }

    /// Who calls, if not the root user of the account.
    pub(crate) fn by(mut self, who: Who) -> Self {
        self.who = who;
        self
    }

    /// Where to, if not to the strongroom's own Region.
    pub(crate) fn in_region(mut self, region: &'static str) -> Self {
        self.region = Some(region);
        self
    }

    /// The request as a client sends it.
    pub(crate) fn request(mut self, request: Value) -> Self {
        self.request = request.to_string();
        self
    }

    /// The same, letter by letter.
    pub(crate) fn request_text(mut self, request: &str) -> Self {
        self.request = request.to_owned();
        self
    }

    /// The request as a Rust caller builds it; where its combination does not compile, as the request that says anything.
    pub(crate) fn built<T: Structure + 'static>(
        mut self,
        call: impl Fn(&Client, &Names) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Self {
        self.builder = Builder::Call(Box::new(move |client, names| Told::of(call(client, names))));
        self
    }

    /// Only JSON can say it: `why` is what keeps a Rust caller from it.
    pub(crate) fn only_json(self, why: &str) -> Self {
        assert!(!why.is_empty() && matches!(self.builder, Builder::Unsayable));
        self
    }

    pub(crate) fn answers(mut self, answer: Value) -> Self {
        self.expected = Expected::Answer(answer);
        self
    }

    pub(crate) fn answers_nothing(mut self) -> Self {
        self.expected = Expected::Nothing;
        self
    }

    /// What the root user of the account is answered to this, after the call.
    pub(crate) fn afterwards(mut self, operation: Operation, request: Value, answer: Value) -> Self {
        self.afterwards.push((operation, request, Expected::Answer(answer)));
        self
    }

    pub(crate) fn fails(mut self, code: &'static str, message: &str) -> Self {
        self.expected = Expected::Error { code, message: message.to_owned() };
        self
    }

    /// A `ValidationException` that lists these violations, in AWS's words.
    pub(crate) fn violates(self, violations: &[&str]) -> Self {
        let plural = if violations.len() == 1 { "" } else { "s" };
        let message = format!("{} validation error{plural} detected: {}", violations.len(), violations.join("; "));
        self.fails("ValidationException", &message)
    }

    /// AWS's one answer to whoever may not.
    pub(crate) fn denied(self, who: Who, action: &str) -> Self {
        let message = format!(
            "User: {} is not authorized to perform: kms:{action} on this resource because the resource does not exist in this \
             Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
            who.arn()
        );
        self.fails("AccessDeniedException", &message)
    }

    pub(crate) fn is_error(&self) -> bool {
        matches!(self.expected, Expected::Error { .. })
    }
}
