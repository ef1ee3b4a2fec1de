//! The compiled form: tables of small fixed-size entries over one pool of bytes.

use strongroom_types::json::Span;
use strongroom_types::{Action, ConditionKey, PrincipalKind};

use crate::condition::Clause;
use crate::document::{Effect, Run};
use crate::finding::Finding;
use crate::glob;
use crate::principal::PrincipalView;
use crate::scalar::Net;

/// How a pattern is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Equal bytes.
    Literal,
    /// Starts with these bytes.
    Prefix,
    /// With wildcards.
    Glob,
    /// With variables, perhaps wildcards too.
    Variables,
    /// Everything.
    Everything,
}

/// A pattern in the pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) at: u32,
    pub(crate) len: u16,
    pub(crate) shape: Shape,
}

impl Piece {
    pub(crate) const EMPTY: Self = Self { at: 0, len: 0, shape: Shape::Literal };

    #[inline]
    pub(crate) fn of(self, pool: &[u8]) -> &[u8] {
        // INVARIANT: pieces are made together with the pool, and lie in it.
        let at = self.at as usize;
        pool.get(at..at + usize::from(self.len)).unwrap_or_default()
    }
}

/// A policy variable: the key that it stands for (none for a key that no request has), and what stands for it when
/// the request lacks the key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    pub(crate) key: Option<ConditionKey>,
    pub(crate) suffix: Piece,
    pub(crate) default: Option<Piece>,
}

/// What a statement says of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResourceRule {
    /// `*`: in a key policy, this key.
    Everything,
    /// One of the patterns.
    Only,
    /// None of the patterns.
    AllBut,
}

/// One statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// A bit for each [`Action`]; none at all for a statement without effect.
    pub(crate) actions: u64,
    pub(crate) effect: Effect,
    pub(crate) resource_rule: ResourceRule,
    /// Among the patterns.
    pub(crate) resources: Run,
    pub(crate) clauses: Run,
    /// Among the patterns: the principals that `NotPrincipal` names.
    pub(crate) except: Run,
}

/// What only the record asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) sid: Option<Piece>,
    pub(crate) start: u16,
    pub(crate) end: u16,
}

/// A run of statements, those that deny first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct List {
    pub(crate) first: u16,
    pub(crate) denies: u16,
    pub(crate) count: u16,
}

/// The statements that name one principal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) hash: u64,
    pub(crate) name: Piece,
    pub(crate) list: List,
}

/// Which kind of policy it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyKind {
    /// It names principals: a key policy.
    Key,
    /// It is attached to its principal.
    Identity,
}

/// A policy ready to decide with. Immutable; share it in an `Arc`.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) kind: PolicyKind,
    pub(crate) pool: Box<[u8]>,
    pub(crate) rules: Box<[Rule]>,
    pub(crate) labels: Box<[Label]>,
    pub(crate) clauses: Box<[Clause]>,
    pub(crate) patterns: Box<[Piece]>,
    pub(crate) variables: Box<[Variable]>,
    pub(crate) numbers: Box<[i128]>,
    pub(crate) nets: Box<[Net]>,
    pub(crate) members: Box<[u16]>,
    pub(crate) groups: Box<[Group]>,
    /// Open addressing, a power of two long: index + 1 of a group, 0 for empty.
    pub(crate) slots: Box<[u16]>,
    pub(crate) everyone: List,
    pub(crate) deny_actions: u64,
    pub(crate) allow_actions: u64,
    pub(crate) findings: Box<[Finding]>,
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

/// The statements that may concern a principal, by how they name him.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Candidates {
    /// By his own ARN or service name.
    pub(crate) exact: List,
    /// By `*` or `NotPrincipal`; in an identity policy, all statements.
    pub(crate) everyone: List,
    /// By the ARN of his role.
    pub(crate) role: List,
    /// By his account.
    pub(crate) account: List,
}

#[inline]
pub(crate) fn bit(action: Action) -> u64 {
    const { assert!(Action::ALL.len() <= 64) };
    1 << (action as u8)
}

impl Compiled {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// How many statements it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether it has none; no document is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What was odd about the document.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The statement at `index`, as [`StatementRef`](crate::StatementRef) counts.
    #[must_use]
    pub fn statement(&self, index: u16) -> Option<Statement<'_>> {
        let label = self.labels.get(usize::from(index))?;
        let sid = label.sid.and_then(|sid| std::str::from_utf8(sid.of(&self.pool)).ok());
        let span = Span { start: usize::from(label.start), end: usize::from(label.end) };
        Some(Statement { sid, effect: self.rules.get(usize::from(index))?.effect, span })
    }

    /// How many bytes it takes in memory.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.pool)
            + size_of_val(&*self.rules)
            + size_of_val(&*self.labels)
            + size_of_val(&*self.clauses)
            + size_of_val(&*self.patterns)
            + size_of_val(&*self.variables)
            + size_of_val(&*self.numbers)
            + size_of_val(&*self.nets)
            + size_of_val(&*self.members)
            + size_of_val(&*self.groups)
            + size_of_val(&*self.slots)
            + size_of_val(&*self.findings)
    }

    #[inline]
    pub(crate) fn members(&self, list: List, effect: Effect) -> &[u16] {
        let first = usize::from(list.first);
        let middle = first + usize::from(list.denies);
        let range = match effect {
            Effect::Deny => first..middle,
            Effect::Allow => middle..first + usize::from(list.count),
        };
        self.members.get(range).unwrap_or_default()
    }

    /// The statements that may concern `principal`. For the root user, those that name his account are those that
    /// name him.
    pub(crate) fn candidates(&self, principal: &PrincipalView) -> Candidates {
        let everyone = self.everyone;
        if self.groups.is_empty() {
            return Candidates { everyone, ..Candidates::default() };
        }
        let who = principal.principal();
        let account = self.find(principal.account_hash(), principal.account());
        if who.kind() == PrincipalKind::Root {
            return Candidates { exact: account, everyone, ..Candidates::default() };
        }
        let exact = self.find(principal.arn_hash(), who.arn());
        let role = who.issuer_arn().map_or_else(List::default, |arn| self.find(principal.role_hash(), arn));
        Candidates { exact, everyone, role, account }
    }

    #[inline]
    fn find(&self, hash: u64, name: &str) -> List {
        let mask = self.slots.len().wrapping_sub(1);
        let start = slot_of(hash);
        for step in 0..self.slots.len() {
            let slot = self.slots.get(start.wrapping_add(step) & mask).copied().unwrap_or(0);
            let Some(index) = slot.checked_sub(1) else { break };
            let Some(group) = self.groups.get(usize::from(index)) else { break };
            if group.hash == hash && group.name.of(&self.pool) == name.as_bytes() {
                return group.list;
            }
        }
        List::default()
    }
}

/// Where the search for a hash starts. FNV-1a mixes its low bits well.
#[expect(clippy::cast_possible_truncation, reason = "only the low bits are used")]
pub(crate) fn slot_of(hash: u64) -> usize {
    (hash ^ (hash >> 32)) as usize
}

impl Piece {
    /// Whether the pattern matches the whole of `text`.
    #[inline]
    pub(crate) fn matches<'p>(
        self,
        pool: &'p [u8],
        text: &str,
        fold: bool,
        variables: &impl glob::Variables<'p>,
    ) -> bool {
        let (pattern, text) = (self.of(pool), text.as_bytes());
        match self.shape {
            Shape::Everything => true,
            Shape::Literal if fold => pattern.eq_ignore_ascii_case(text),
            Shape::Literal => pattern == text,
            Shape::Prefix if !fold => text.starts_with(pattern),
            Shape::Prefix => text.get(..pattern.len()).is_some_and(|t| t.eq_ignore_ascii_case(pattern)),
            Shape::Glob => glob::matches(pattern, text, fold, &glob::NoVariables),
            Shape::Variables => glob::matches(pattern, text, fold, variables),
        }
    }
}
