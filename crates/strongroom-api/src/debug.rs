//! One `Debug` for all structures: what may not be recorded is not shown either.

use std::fmt;

use strongroom_types::structure::{Kind, Member, RecordRule, Seq, Structure, Value, Visitor};

/// Writes the members that were sent. Of secrets and of members that are never recorded it says only
/// that they are there.
pub(crate) fn fmt(structure: &dyn Structure, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut show = Show(f.debug_struct(structure.shape().name));
    structure.visit(&mut show);
    show.0.finish_non_exhaustive()
}

struct Show<'f, 'b>(fmt::DebugStruct<'f, 'b>);

impl Visitor<'_> for Show<'_, '_> {
    fn member(&mut self, member: &'static Member, value: Option<&dyn Value>) {
        let Some(value) = value else { return };
        let hidden = member.shape.sensitive || matches!(member.record, RecordRule::Never | RecordRule::Hidden);
        // A structure decides member by member.
        match value.kind() {
            Kind::Struct(inner) => self.0.field(member.name, &Nested(inner)),
            _ if hidden => self.0.field(member.name, &format_args!("..")),
            kind => self.0.field(member.name, &Shown(kind)),
        };
    }
}

struct Nested<'a>(&'a dyn Structure);

impl fmt::Debug for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt(self.0, f)
    }
}

struct Shown<'a>(Kind<'a>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Str(text) => fmt::Debug::fmt(text, f),
            Kind::Blob(bytes) => write!(f, "{} bytes", bytes.len()),
            Kind::Secret(_) => f.write_str(".."),
            Kind::Int(number) => fmt::Debug::fmt(&number, f),
            Kind::Bool(value) => fmt::Debug::fmt(&value, f),
            Kind::Time(time) => fmt::Debug::fmt(&time, f),
            Kind::List(list) => f.debug_list().entries(Items(list)).finish(),
            Kind::Map(map) => fmt::Debug::fmt(map, f),
            Kind::Struct(inner) => fmt(inner, f),
        }
    }
}

struct Items<'a>(&'a dyn Seq);

impl<'a> IntoIterator for Items<'a> {
    type Item = Shown<'a>;
    type IntoIter = Box<dyn Iterator<Item = Shown<'a>> + 'a>;
    fn into_iter(self) -> Self::IntoIter {
        Box::new((0..self.0.len()).filter_map(move |at| self.0.item(at)).map(|value| Shown(value.kind())))
    }
}
