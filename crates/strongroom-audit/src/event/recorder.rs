//! The visitor that writes requests and responses into a record, by each member's rule.

use strongroom_types::KeyArn;
use strongroom_types::structure::{Kind, Member, RecordRule, Shape, ShapeKind, Structure, Value, Visitor};

use super::cbor;
use super::fields::{Fact, Named, Served};
use crate::crypto::{Hash, LogCrypto};

/// Writes values into a record, never beyond a limit. What does not fit is left out, and that it was is remembered.
pub(super) struct Recorder<'o> {
    pub(super) out: &'o mut Vec<u8>,
    crypto: &'o LogCrypto,
    /// The length that `out` is not to exceed.
    limit: usize,
    /// Whether something was cut or left out.
    pub(super) omitted: bool,
    /// The members whose text was cut, with the hash of the whole text.
    pub(super) cut: Vec<(&'static str, Hash)>,
}

/// What a member may cost beside its value: the heads of name and value.
const HEADS: usize = 12;

impl<'o> Recorder<'o> {
    /// A recorder that appends at most `room` bytes to `out`.
    pub(super) fn new(out: &'o mut Vec<u8>, crypto: &'o LogCrypto, room: usize) -> Self {
        let limit = out.len().saturating_add(room);
        Self { out, crypto, limit, omitted: false, cut: Vec::new() }
    }

    fn room(&self) -> usize {
        self.limit.saturating_sub(self.out.len())
    }

    /// Writes what is served; gives the number of members.
    pub(super) fn served(&mut self, served: &Served<'_>) -> u64 {
        let at = cbor::open(self.out);
        let mut count = match served {
            Served::Members(structure) | Served::MembersAndKeyArn(structure, _) => {
                self.members(*structure, cbor::MAX_DEPTH)
            }
            Served::KeyArn(_) => 0,
        };
        if let Served::KeyArn(arn) | Served::MembersAndKeyArn(_, arn) = served {
            self.key_arn(arn);
            count = count.saturating_add(1);
        }
        cbor::close_map(self.out, at, count);
        count
    }

    fn key_arn(&mut self, arn: &KeyArn) {
        cbor::text(self.out, "keyId");
        cbor::display(self.out, arn);
    }

    /// Writes named facts as a map.
    pub(super) fn facts(&mut self, facts: &[Named<'_>]) {
        let at = cbor::open(self.out);
        let mut count = 0_u64;
        for Named { name, value } in facts {
            count = count.saturating_add(u64::from(self.named(name, |this| this.fact(value))));
        }
        cbor::close_map(self.out, at, count);
    }

    fn fact(&mut self, fact: &Fact<'_>) -> bool {
        match fact {
            Fact::Text(text) => return self.text(None, text),
            Fact::Hex(raw) if raw.len().saturating_add(HEADS) > self.room() => return self.leave_out(),
            Fact::Hex(raw) => cbor::hex(self.out, raw),
            Fact::Arn(arn) => cbor::display(self.out, arn),
            Fact::Int(number) => cbor::int(self.out, *number),
            Fact::Bool(value) => cbor::bool(self.out, *value),
            Fact::Time(time) => cbor::time(self.out, *time),
        }
        true
    }

    /// Writes a name and a value, or neither.
    fn named(&mut self, name: &str, value: impl FnOnce(&mut Self) -> bool) -> bool {
        if name.len().saturating_add(2 * HEADS) > self.room() {
            return self.leave_out();
        }
        let mark = self.out.len();
        cbor::text(self.out, name);
        let written = value(self);
        if !written {
            self.out.truncate(mark);
        }
        written
    }

    fn leave_out(&mut self) -> bool {
        self.omitted = true;
        false
    }

    fn members(&mut self, structure: &dyn Structure, depth: u32) -> u64 {
        let mut members = Members { recorder: self, of: structure, depth, count: 0 };
        structure.visit(&mut members);
        members.count
    }

    fn value(&mut self, name: &'static str, shape: &Shape, kind: Kind<'_>, depth: u32) -> bool {
        if self.room() < HEADS || depth == 0 {
            return self.leave_out();
        }
        if shape.sensitive {
            cbor::hidden(self.out);
            return true;
        }
        match kind {
            Kind::Secret(_) => cbor::hidden(self.out),
            Kind::Str(text) => return self.text(Some(name), text),
            Kind::Blob(bytes) if bytes.len().saturating_add(HEADS) > self.room() => return self.leave_out(),
            Kind::Blob(bytes) => cbor::bytes(self.out, bytes),
            Kind::Int(number) => cbor::int(self.out, number),
            Kind::Bool(value) => cbor::bool(self.out, value),
            Kind::Time(time) => cbor::time(self.out, time),
            Kind::List(list) => {
                let at = cbor::open(self.out);
                let element = if let ShapeKind::List(element) = shape.kind { element } else { shape };
                let items = (0..list.len()).map_while(|index| list.item(index));
                let written = items.map(|item| self.value(name, element, item.kind(), depth.saturating_sub(1)));
                let count = written.filter(|written| *written).count() as u64;
                cbor::close_array(self.out, at, count);
            }
            Kind::Map(pairs) => {
                let at = cbor::open(self.out);
                let written = pairs.iter().map(|(key, value)| self.named(key, |this| this.text(Some(name), value)));
                let count = written.filter(|written| *written).count() as u64;
                cbor::close_map(self.out, at, count);
            }
            Kind::Struct(structure) => {
                let at = cbor::open(self.out);
                let count = self.members(structure, depth.saturating_sub(1));
                cbor::close_map(self.out, at, count);
            }
        }
        true
    }

    /// Writes a text, or as much of it as there is room for.
    fn text(&mut self, name: Option<&'static str>, text: &str) -> bool {
        let room = self.room().saturating_sub(HEADS);
        if text.len() <= room {
            cbor::text(self.out, text);
            return true;
        }
        self.omitted = true;
        if let Some(name) = name {
            self.cut.push((name, self.crypto.sha256(&[text.as_bytes()])));
        }
        cbor::text(self.out, cut(text, room));
        true
    }
}

/// The longest beginning of `text` that has at most `len` bytes.
pub(super) fn cut(text: &str, len: usize) -> &str {
    if text.len() <= len {
        return text;
    }
    // A character is at most four bytes long.
    (len.saturating_sub(3)..=len).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

struct Members<'r, 'o, 's> {
    recorder: &'r mut Recorder<'o>,
    of: &'s dyn Structure,
    depth: u32,
    count: u64,
}

impl<'a> Visitor<'a> for Members<'_, '_, '_> {
    fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
        let hidden = member.record == RecordRule::Hidden;
        let kind = match member.record {
            RecordRule::Never => return,
            RecordRule::IfSent | RecordRule::Hidden => value.map(Value::kind),
            // What was sent must not be lost sight of: `effective` borrows both from one place.
            RecordRule::Always => match value {
                Some(sent) => Some(sent.kind()),
                None => member.effective(None, self.of),
            },
        };
        let Some(kind) = kind else { return };
        let depth = self.depth;
        let written = self.recorder.named(member.record_name, |recorder| {
            if hidden {
                cbor::hidden(recorder.out);
                return true;
            }
            recorder.value(member.record_name, member.shape, kind, depth)
        });
        self.count = self.count.saturating_add(u64::from(written));
    }
}
