//! From text to [`Document`].

use strongroom_types::json::{JsonError, Reader, Span, Token};

use super::{ConditionEntry, Document, Effect, Element, NamedPrincipal, PrincipalType, RawStatement, Run, Text};
use crate::error::{MAX_POLICY_BYTES, PolicyError, Refused, TooLarge};
use crate::finding::{Code, Findings, Severity};

/// Deeper than any document of the grammar goes (`{[{{{[`: six).
const MAX_DEPTH: u32 = 8;

enum Stop {
    Json(JsonError),
    /// Enough findings.
    Full,
}

impl From<JsonError> for Stop {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

type Step<T> = Result<T, Stop>;

pub(super) fn parse(text: &str) -> Result<Document, PolicyError> {
    if text.len() > MAX_POLICY_BYTES {
        return Err(PolicyError::TooLarge(TooLarge::new(text.len())));
    }
    let document = Document {
        pool: String::with_capacity(text.len() / 2),
        texts: Vec::new(),
        principals: Vec::new(),
        conditions: Vec::new(),
        statements: Vec::new(),
        variables: false,
        id: None,
        findings: Findings::default(),
    };
    let mut parser = Parser { reader: Reader::new(text, MAX_DEPTH), document };
    if let Some(offset) = bad_character(text) {
        parser.find(Code::BadCharacter, Span { start: offset, end: offset + 1 });
    } else if let Err(Stop::Json(error)) = parser.document() {
        parser.find(Code::Json, Span { start: error.offset, end: error.offset });
    }
    let document = parser.document;
    if document.findings.any_at_least(Severity::Error) || document.findings.is_full() {
        return Err(PolicyError::Refused(Refused::new(document.findings.into_boxed())));
    }
    Ok(document)
}

/// The first character outside `[\u0009\u000A\u000D\u0020-\u00FF]` (the model's `PolicyType`).
fn bad_character(text: &str) -> Option<usize> {
    // In UTF-8, U+0080 to U+00FF are exactly the sequences that start with C2 or C3.
    text.bytes().position(|b| matches!(b, 0..=8 | 0x0b | 0x0c | 0x0e..=0x1f | 0xc4..=0xff))
}

fn short(n: usize) -> u16 {
    // INVARIANT: the document has at most 32,768 bytes, and no table more entries than that.
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn is_start(token: &Token<'_>) -> bool {
    matches!(token, Token::ObjectStart | Token::ArrayStart)
}

struct Parser<'a> {
    reader: Reader<'a>,
    document: Document,
}

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// Which of some names an object has had.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    fn again(&mut self, at: usize) -> bool {
        let bit = 1 << at;
        let before = self.0 & bit != 0;
        self.0 |= bit;
        before
    }
}

impl<'a> Parser<'a> {
    fn find(&mut self, code: Code, span: Span) {
        self.document.findings.add(code, span);
    }

    fn go_on(&self) -> Step<()> {
        if self.document.findings.is_full() { Err(Stop::Full) } else { Ok(()) }
    }

    fn next(&mut self) -> Step<(Token<'a>, Span)> {
        self.go_on()?;
        // `None` comes only after the whole text, and every caller is inside a container.
        self.reader.next()?.ok_or(Stop::Full)
    }

    /// Passes over what `token` has begun, and says that it can't stand here.
    fn wrong_type(&mut self, token: &Token<'a>, span: Span) -> Step<()> {
        self.find(Code::WrongType, span);
        self.pass_over(token)
    }

    fn pass_over(&mut self, token: &Token<'a>) -> Step<()> {
        if is_start(token) {
            let outside = self.reader.depth() - 1;
            while self.reader.depth() > outside {
                self.reader.next()?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, text: &str, span: Span) -> Text {
        let at = self.document.pool.len();
        self.document.pool.push_str(text);
        if bad_character(text).is_some() {
            self.find(Code::BadCharacter, span);
        }
        Text { start: short(span.start), end: short(span.end), at: short(at), len: short(text.len()) }
    }

    fn string(&mut self) -> Step<Option<Text>> {
        match self.next()? {
            (Token::Str(text), span) => Ok(Some(self.keep(&text, span))),
            (token, span) => self.wrong_type(&token, span).map(|()| None),
        }
    }

    /// The name at `span`, which is none of `known`, or has stood before.
    fn odd_name(&mut self, name: &str, span: Span, known: &[&str]) -> Step<()> {
        let only_case = known.iter().any(|k| k.eq_ignore_ascii_case(name) && *k != name);
        self.find(if only_case { Code::DuplicateElement } else { Code::UnknownElement }, span);
        Ok(self.reader.skip()?)
    }

    fn document(&mut self) -> Step<()> {
        match self.reader.next()? {
            Some((Token::ObjectStart, span)) => self.top(span)?,
            Some((token, span)) => self.wrong_type(&token, span)?,
            None => {}
        }
        self.reader.next()?;
        self.duplicate_sids();
        Ok(())
    }

    fn top(&mut self, place: Span) -> Step<()> {
        const NAMES: [&str; 3] = ["Version", "Id", "Statement"];
        let mut seen = Seen::default();
        loop {
            let (token, span) = self.next()?;
            let Token::Name(name) = token else { break };
            let Some(at) = NAMES.iter().position(|n| *n == name) else {
                let known = NAMES.iter().enumerate().filter(|(at, _)| seen.0 & (1 << at) != 0).map(|(_, n)| *n);
                self.odd_name(&name, span, &known.collect::<Vec<_>>())?;
                continue;
            };
            if seen.again(at) {
                self.find(Code::DuplicateElement, span);
                self.reader.skip()?;
                continue;
            }
            match at {
                0 => self.version()?,
                1 => self.document.id = self.string()?,
                _ => self.statements()?,
            }
        }
        if seen.0 & 1 == 0 {
            self.find(Code::MissingVersion, place);
        }
        if seen.0 & 4 == 0 {
            self.find(Code::MissingStatement, place);
        }
        Ok(())
    }

    fn version(&mut self) -> Step<()> {
        let Some(text) = self.string()? else { return Ok(()) };
        match self.document.text(text) {
            "2012-10-17" => self.document.variables = true,
            "2008-10-17" => {}
            _ => self.find(Code::BadVersion, text.span()),
        }
        Ok(())
    }

    fn statements(&mut self) -> Step<()> {
        match self.next()? {
            (Token::ObjectStart, span) => self.statement(span),
            (Token::ArrayStart, place) => {
                loop {
                    match self.next()? {
                        (Token::ArrayEnd, _) => break,
                        (Token::ObjectStart, span) => self.statement(span)?,
                        (token, span) => self.wrong_type(&token, span)?,
                    }
                }
                if self.document.statements.is_empty() {
                    self.find(Code::MissingStatement, place);
                }
                Ok(())
            }
            (token, span) => self.wrong_type(&token, span),
        }
    }

    fn statement(&mut self, open: Span) -> Step<()> {
        let mut seen = Seen::default();
        let mut effect = None;
        let mut statement = RawStatement {
            start: short(open.start),
            end: short(open.end),
            sid: None,
            effect: Effect::Deny,
            principal: None,
            action: None,
            resource: None,
            conditions: Run::default(),
        };
        let end = loop {
            let (token, span) = self.next()?;
            let Token::Name(name) = token else { break span.end };
            let Some(at) = ELEMENTS.iter().position(|n| *n == name) else {
                let known = ELEMENTS.iter().enumerate().filter(|(at, _)| seen.0 & (1 << at) != 0).map(|(_, n)| *n);
                self.odd_name(&name, span, &known.collect::<Vec<_>>())?;
                continue;
            };
            if seen.again(at) {
                self.find(Code::DuplicateElement, span);
                self.reader.skip()?;
                continue;
            }
            let negated = at % 2 == 1;
            match at {
                0 => statement.sid = self.string()?,
                1 => effect = self.effect()?,
                2 | 3 => statement.principal = self.principal(negated, span)?,
                4 | 5 => statement.action = self.list_element(negated, span)?,
                6 | 7 => statement.resource = self.list_element(negated, span)?,
                _ => statement.conditions = self.conditions()?,
            }
        };
        statement.end = short(end);
        for pair in [0b1100, 0b11_0000, 0b1100_0000] {
            if seen.0 & pair == pair {
                self.find(Code::ConflictingElements, statement.span());
            }
        }
        if seen.0 & 2 == 0 {
            self.find(Code::MissingEffect, statement.span());
        }
        statement.effect = effect.unwrap_or(Effect::Deny);
        self.document.statements.push(statement);
        Ok(())
    }

    fn effect(&mut self) -> Step<Option<Effect>> {
        let Some(text) = self.string()? else { return Ok(None) };
        match self.document.text(text) {
            "Allow" => return Ok(Some(Effect::Allow)),
            "Deny" => return Ok(Some(Effect::Deny)),
            _ => self.find(Code::BadEffect, text.span()),
        }
        Ok(None)
    }

    /// A string or a list of strings (of scalars, for conditions); `each` sees them in order.
    fn one_or_many(&mut self, scalars: bool, mut each: impl FnMut(&mut Self, Text)) -> Step<()> {
        let (token, span) = self.next()?;
        if token != Token::ArrayStart {
            if let Some(text) = self.scalar(token, span, scalars)? {
                each(self, text);
            }
            return Ok(());
        }
        loop {
            match self.next()? {
                (Token::ArrayEnd, _) => return Ok(()),
                (token, span) => {
                    if let Some(text) = self.scalar(token, span, scalars)? {
                        each(self, text);
                    }
                }
            }
        }
    }

    fn scalar(&mut self, token: Token<'a>, span: Span, scalars: bool) -> Step<Option<Text>> {
        Ok(Some(match token {
            Token::Str(text) => self.keep(&text, span),
            Token::Number(text) if scalars => self.keep(text, span),
            Token::Bool(value) if scalars => self.keep(if value { "true" } else { "false" }, span),
            token => {
                self.wrong_type(&token, span)?;
                return Ok(None);
            }
        }))
    }

    fn list_element(&mut self, negated: bool, name: Span) -> Step<Option<Element>> {
        let first = self.document.texts.len();
        self.one_or_many(false, |parser, text| parser.document.texts.push(text))?;
        let texts = Run { first: short(first), count: short(self.document.texts.len() - first) };
        Ok(Some(Element { negated, texts, span: (short(name.start), short(name.end)) }))
    }

    fn principal(&mut self, negated: bool, name: Span) -> Step<Option<Element>> {
        let first = self.document.principals.len();
        match self.next()? {
            // `"*"` is `{"AWS": "*"}` (IAM User Guide, "Principal"); any other bare text is none.
            (Token::Str(text), span) if text == "*" => {
                let text = self.keep(&text, span);
                self.document.principals.push(NamedPrincipal { kind: PrincipalType::Aws, text });
            }
            (Token::Str(_), span) => self.find(Code::InvalidPrincipal, span),
            (Token::ObjectStart, _) => self.principal_map()?,
            (token, span) => self.wrong_type(&token, span)?,
        }
        let count = self.document.principals.len() - first;
        let texts = Run { first: short(first), count: short(count) };
        Ok(Some(Element { negated, texts, span: (short(name.start), short(name.end)) }))
    }

    fn principal_map(&mut self) -> Step<()> {
        const TYPES: [(&str, PrincipalType); 4] = [
            ("AWS", PrincipalType::Aws),
            ("Service", PrincipalType::Service),
            ("Federated", PrincipalType::Federated),
            ("CanonicalUser", PrincipalType::CanonicalUser),
        ];
        let mut seen = Seen::default();
        loop {
            let (token, span) = self.next()?;
            let Token::Name(name) = token else { return Ok(()) };
            let Some((at, (_, kind))) = TYPES.iter().enumerate().find(|(_, (n, _))| *n == name) else {
                self.odd_name(&name, span, &["AWS", "Service", "Federated", "CanonicalUser"])?;
                continue;
            };
            if seen.again(at) {
                self.find(Code::DuplicateElement, span);
                self.reader.skip()?;
                continue;
            }
            let before = self.document.principals.len();
            self.one_or_many(false, |parser, text| {
                parser.document.principals.push(NamedPrincipal { kind: *kind, text });
            })?;
            if self.document.principals.len() == before {
                self.find(Code::MissingPrincipal, span);
            }
        }
    }

    fn conditions(&mut self) -> Step<Run> {
        let first = self.document.conditions.len();
        match self.next()? {
            (Token::ObjectStart, _) => self.operators()?,
            (token, span) => self.wrong_type(&token, span)?,
        }
        Ok(Run { first: short(first), count: short(self.document.conditions.len() - first) })
    }

    fn operators(&mut self) -> Step<()> {
        let mut names: Vec<Text> = Vec::new();
        loop {
            let (token, span) = self.next()?;
            let Token::Name(name) = token else { break };
            let operator = self.keep(&name, span);
            names.push(operator);
            match self.next()? {
                (Token::ObjectStart, _) => self.condition_keys(operator)?,
                (token, span) => self.wrong_type(&token, span)?,
            }
        }
        self.duplicates(&mut names);
        Ok(())
    }

    fn condition_keys(&mut self, operator: Text) -> Step<()> {
        let mut names: Vec<Text> = Vec::new();
        loop {
            let (token, span) = self.next()?;
            let Token::Name(name) = token else { break };
            let key = self.keep(&name, span);
            names.push(key);
            let first = self.document.texts.len();
            self.one_or_many(true, |parser, text| parser.document.texts.push(text))?;
            let values = Run { first: short(first), count: short(self.document.texts.len() - first) };
            self.document.conditions.push(ConditionEntry { operator, key, values });
        }
        self.duplicates(&mut names);
        Ok(())
    }

    /// Names of one object that are equal but for ASCII case. Sorting keeps a hostile object of
    /// thousands of keys from costing its square.
    fn duplicates(&mut self, names: &mut [Text]) {
        if names.len() < 2 {
            return;
        }
        let document = &self.document;
        let folded = |t: &Text| document.text(*t).bytes().map(|b| b.to_ascii_lowercase());
        names.sort_by(|a, b| folded(a).cmp(folded(b)));
        let twice = |(a, b): (&Text, &Text)| folded(a).eq(folded(b)).then_some(b.span());
        let found: Vec<Span> = names.iter().zip(names.iter().skip(1)).filter_map(twice).collect();
        found.into_iter().for_each(|span| self.find(Code::DuplicateElement, span));
    }

    fn duplicate_sids(&mut self) {
        let document = &self.document;
        let mut sids: Vec<Text> = document.statements.iter().filter_map(|s| s.sid).collect();
        sids.retain(|sid| !document.text(*sid).is_empty());
        sids.sort_by(|a, b| document.text(*a).cmp(document.text(*b)));
        let twice = |(a, b): (&Text, &Text)| (document.text(*a) == document.text(*b)).then_some(b.span());
        let found: Vec<Span> = sids.iter().zip(sids.iter().skip(1)).filter_map(twice).collect();
        found.into_iter().for_each(|span| self.find(Code::DuplicateSid, span));
    }
}
