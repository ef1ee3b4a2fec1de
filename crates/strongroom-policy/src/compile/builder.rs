//! The tables while they are filled.

use strongroom_types::json::Span;

use super::CompileContext;
use super::action;
use super::principal::{self, Name};
use super::text::Mode;
use crate::compiled::{Compiled, Group, Label, List, Piece, PolicyKind, ResourceRule, Rule, Shape, Variable, slot_of};
use crate::condition::Clause;
use crate::document::{Document, Effect, Element, RawStatement, Run};
use crate::error::{PolicyError, Refused};
use crate::finding::{Code, Findings, Severity};
use crate::principal::hash;
use crate::scalar::Net;

pub(super) fn compile(
    document: &Document,
    context: &CompileContext,
    kind: PolicyKind,
) -> Result<Compiled, PolicyError> {
    let mut builder = Builder {
        document,
        context,
        kind,
        findings: document.findings.clone(),
        pool: Vec::with_capacity(document.pool.len()),
        aside: Vec::new(),
        rules: Vec::with_capacity(document.statements.len()),
        labels: Vec::with_capacity(document.statements.len()),
        clauses: Vec::with_capacity(document.conditions.len()),
        patterns: Vec::new(),
        variables: Vec::new(),
        numbers: Vec::new(),
        nets: Vec::new(),
        named: Vec::new(),
        everyone: Vec::new(),
    };
    builder.document();
    let limit = if context.strict { Severity::Warning } else { Severity::Error };
    if builder.findings.any_at_least(limit) || builder.findings.is_full() {
        return Err(PolicyError::Refused(Refused::new(builder.findings.into_boxed())));
    }
    Ok(builder.finish())
}

pub(super) struct Builder<'d> {
    pub(super) document: &'d Document,
    context: &'d CompileContext,
    pub(super) kind: PolicyKind,
    pub(super) findings: Findings,
    pub(super) pool: Vec<u8>,
    /// Texts of variables; they go behind the pool at the end.
    pub(super) aside: Vec<u8>,
    rules: Vec<Rule>,
    labels: Vec<Label>,
    pub(super) clauses: Vec<Clause>,
    pub(super) patterns: Vec<Piece>,
    pub(super) variables: Vec<Variable>,
    pub(super) numbers: Vec<i128>,
    pub(super) nets: Vec<Net>,
    /// Principal, and statement that names it.
    named: Vec<(u64, &'d str, u16)>,
    everyone: Vec<u16>,
}

fn short(n: usize) -> u16 {
    // INVARIANT: no table has more entries than the document bytes, at most 32,768.
    u16::try_from(n).unwrap_or(u16::MAX)
}

impl<'d> Builder<'d> {
    pub(super) fn run(&self, first: usize, end: usize) -> Run {
        Run { first: short(first), count: short(end.saturating_sub(first)) }
    }

    fn document(&mut self) {
        let document = self.document;
        if let Some(id) = document.id.filter(|_| self.kind == PolicyKind::Identity) {
            self.findings.add(Code::IdNotAllowed, id.span());
        }
        for statement in &document.statements {
            self.statement(statement);
            // One finding over and over is no news.
            if self.findings.is_full() {
                return;
            }
        }
    }

    fn statement(&mut self, statement: &RawStatement) {
        let index = short(self.rules.len());
        let actions = self.actions(statement);
        let (resource_rule, resources) = self.resources(statement);
        let clauses = self.clauses(statement, actions);
        let except = match self.kind {
            PolicyKind::Key => self.principals(statement, index),
            PolicyKind::Identity => self.no_principals(statement, index),
        };
        let sid = self.sid(statement);
        let without_effect = statement.resource.is_none_or(|r| r.texts.count == 0);
        let actions = if without_effect { 0 } else { actions };
        let effect = statement.effect;
        self.labels.push(Label { sid, start: statement.start, end: statement.end });
        self.rules.push(Rule { actions, effect, resource_rule, resources, clauses, except });
    }

    fn sid(&mut self, statement: &RawStatement) -> Option<Piece> {
        let sid = statement.sid?;
        let text = self.document.text(sid);
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        if self.kind == PolicyKind::Identity && !plain {
            self.findings.add(Code::BadSid, sid.span());
        }
        Some(self.literal(text))
    }

    /// An element of patterns; without one the statement has no effect (model, `PutKeyPolicy`).
    fn element(&mut self, element: Option<Element>, missing: Code, place: Span) -> Option<Element> {
        match element {
            None if self.kind == PolicyKind::Key => self.findings.add(missing, place),
            // IAM refuses what AWS KMS accepts (IAM User Guide, "Grammar": both are required).
            None => self.findings.add(Code::UnknownElement, place),
            Some(e) if e.texts.count == 0 && e.negated => self.findings.add(Code::UnsafeEmptyList, e.place()),
            Some(e) if e.texts.count == 0 => self.findings.add(Code::EmptyList, e.place()),
            Some(_) => {}
        }
        element
    }

    fn actions(&mut self, statement: &RawStatement) -> u64 {
        let Some(element) = self.element(statement.action, Code::MissingAction, statement.span()) else { return 0 };
        let document = self.document;
        let mut set = 0;
        for text in element.texts.of(&document.texts) {
            match action::set(document.text(*text)) {
                None => self.findings.add(Code::BadAction, text.span()),
                Some(0) if self.kind == PolicyKind::Key => self.findings.add(Code::UnknownAction, text.span()),
                Some(some) => set |= some,
            }
        }
        if element.negated { action::everything() & !set } else { set }
    }

    fn resources(&mut self, statement: &RawStatement) -> (ResourceRule, Run) {
        let first = self.patterns.len();
        let none = (ResourceRule::Only, self.run(first, first));
        let Some(element) = self.element(statement.resource, Code::MissingResource, statement.span()) else {
            return none;
        };
        let document = self.document;
        for text in element.texts.of(&document.texts) {
            match self.pattern(document.text(*text), Mode::Resource) {
                Ok(pattern) => self.patterns.push(pattern),
                Err(code) => self.findings.add(code, text.span()),
            }
        }
        let run = self.run(first, self.patterns.len());
        let everything = run.of(&self.patterns).iter().any(|p| p.shape == Shape::Everything);
        match element.negated {
            true => (ResourceRule::AllBut, run),
            false if everything => (ResourceRule::Everything, run),
            false => (ResourceRule::Only, run),
        }
    }

    fn no_principals(&mut self, statement: &RawStatement, index: u16) -> Run {
        if let Some(element) = statement.principal {
            self.findings.add(Code::PrincipalNotAllowed, element.place());
        }
        self.everyone.push(index);
        Run::default()
    }

    fn principals(&mut self, statement: &RawStatement, index: u16) -> Run {
        let first = self.patterns.len();
        let document = self.document;
        let Some(element) = statement.principal else {
            self.findings.add(Code::MissingPrincipal, statement.span());
            return Run::default();
        };
        if element.texts.count == 0 {
            self.findings.add(Code::MissingPrincipal, element.place());
        }
        if element.negated {
            self.everyone.push(index);
            if statement.effect == Effect::Allow {
                self.findings.add(Code::AllowNotPrincipal, element.place());
            }
        }
        for named in element.texts.of(&document.principals) {
            let text = document.text(named.text);
            match principal::name(named.kind, text, self.context.partition) {
                None => self.findings.add(Code::InvalidPrincipal, named.text.span()),
                // Nobody says what a statement about everyone but everyone is.
                Some(Name::Everyone) if element.negated => {
                    self.findings.add(Code::InvalidPrincipal, named.text.span());
                }
                Some(Name::Everyone) => self.everybody(statement, index, named.text.span()),
                Some(Name::Account(text) | Name::Exact(text)) if element.negated => {
                    let piece = self.literal(text);
                    self.patterns.push(piece);
                }
                Some(Name::Account(text) | Name::Exact(text)) => self.named.push((hash(text), text, index)),
            }
        }
        self.run(first, self.patterns.len())
    }

    fn everybody(&mut self, statement: &RawStatement, index: u16, place: Span) {
        if self.everyone.last() != Some(&index) {
            self.everyone.push(index);
        }
        if statement.effect == Effect::Allow && statement.conditions.count == 0 {
            self.findings.add(Code::AllowEveryone, place);
        }
    }

    fn effect_of(&self, index: u16) -> Effect {
        self.rules.get(usize::from(index)).map_or(Effect::Deny, |rule| rule.effect)
    }

    /// Those that deny first, each in the document's order.
    fn list(&self, members: &mut Vec<u16>, indexes: &[u16]) -> List {
        let first = members.len();
        let with = |effect| indexes.iter().copied().filter(move |i| self.effect_of(*i) == effect);
        members.extend(with(Effect::Deny));
        let denies = members.len() - first;
        members.extend(with(Effect::Allow));
        List { first: short(first), denies: short(denies), count: short(members.len() - first) }
    }

    fn finish(mut self) -> Compiled {
        let mut members = Vec::with_capacity(self.named.len() + self.everyone.len());
        let everyone = self.list(&mut members, &self.everyone);
        let groups = self.groups(&mut members);
        let union = |effect| self.rules.iter().filter(|r| r.effect == effect).fold(0, |set, rule| set | rule.actions);
        let (deny_actions, allow_actions) = (union(Effect::Deny), union(Effect::Allow));
        let offset = u32::try_from(self.pool.len()).unwrap_or(u32::MAX);
        self.pool.append(&mut self.aside);
        for variable in &mut self.variables {
            variable.suffix.at += offset;
            if let Some(default) = &mut variable.default {
                default.at += offset;
            }
        }
        Compiled {
            kind: self.kind,
            pool: self.pool.into(),
            rules: self.rules.into(),
            labels: self.labels.into(),
            clauses: self.clauses.into(),
            patterns: self.patterns.into(),
            variables: self.variables.into(),
            numbers: self.numbers.into(),
            nets: self.nets.into(),
            slots: slots(&groups),
            groups: groups.into(),
            members: members.into(),
            everyone,
            deny_actions,
            allow_actions,
            findings: self.findings.into_boxed(),
        }
    }

    fn groups(&mut self, members: &mut Vec<u16>) -> Vec<Group> {
        let mut named = std::mem::take(&mut self.named);
        named.sort_unstable();
        named.dedup();
        let mut groups = Vec::new();
        for same in named.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
            let Some((hash, text, _)) = same.first() else { continue };
            let indexes: Vec<u16> = same.iter().map(|(_, _, index)| *index).collect();
            let name = self.literal(text);
            groups.push(Group { hash: *hash, name, list: self.list(members, &indexes) });
        }
        groups
    }
}

/// The table that finds a group by its hash, at most half full.
fn slots(groups: &[Group]) -> Box<[u16]> {
    if groups.is_empty() {
        return Box::default();
    }
    let mut slots = vec![0_u16; (groups.len() * 2).next_power_of_two()];
    let mask = slots.len() - 1;
    for (index, group) in groups.iter().enumerate() {
        let mut at = slot_of(group.hash) & mask;
        while slots.get(at).is_some_and(|slot| *slot != 0) {
            at = (at + 1) & mask;
        }
        if let Some(slot) = slots.get_mut(at) {
            *slot = short(index + 1);
        }
    }
    slots.into()
}
