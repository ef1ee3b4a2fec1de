//! A structure to JSON.

use base64ct::{Base64, Encoding as _};
use strongroom_types::json::Writer;
use strongroom_types::structure::{Kind, Member, Shape, ShapeKind, Structure, Value, Visitor};

use super::time;

/// Appends `structure` as JSON: absent members are omitted, blobs are standard base64, timestamps
/// are epoch seconds with a fraction of milliseconds.
///
/// This is the one place at which a [`Secret`](strongroom_types::Secret) of a request or a response
/// is exposed. `out` is grown once beforehand, so that growing leaves no copy of a secret behind;
/// wiping `out` is the caller's.
pub fn encode(structure: &dyn Structure, out: &mut Vec<u8>) {
    let mut size = Size(2);
    structure.visit(&mut size);
    out.reserve(size.0);
    let mut json = Writer::new(out);
    write(structure, &mut json);
}

fn write(structure: &dyn Structure, json: &mut Writer<'_>) {
    json.begin_object();
    structure.visit(&mut Encode(json));
    json.end_object();
}

struct Encode<'j, 'o>(&'j mut Writer<'o>);

impl Visitor<'_> for Encode<'_, '_> {
    fn member(&mut self, member: &'static Member, value: Option<&dyn Value>) {
        if let Some(value) = value {
            self.0.name(member.name);
            write_value(member.shape, value.kind(), self.0);
        }
    }
}

fn write_value(shape: &Shape, kind: Kind<'_>, json: &mut Writer<'_>) {
    match kind {
        Kind::Str(text) => json.str(text),
        Kind::Blob(bytes) => base64(bytes, json),
        Kind::Secret(secret) if matches!(shape.kind, ShapeKind::Blob) => base64(secret.expose_secret(), json),
        Kind::Secret(secret) => json.str(std::str::from_utf8(secret.expose_secret()).unwrap_or_default()),
        Kind::Int(number) => json.int(number),
        Kind::Bool(value) => json.bool(value),
        Kind::Time(at) => json.number(&time::format(at)),
        Kind::List(list) => {
            let item = match shape.kind {
                ShapeKind::List(item) => item,
                _ => shape,
            };
            json.begin_array();
            for value in (0..list.len()).filter_map(|at| list.item(at)) {
                write_value(item, value.kind(), json);
            }
            json.end_array();
        }
        Kind::Map(map) => {
            json.begin_object();
            for (name, text) in map.iter() {
                json.name(name);
                json.str(text);
            }
            json.end_object();
        }
        Kind::Struct(inner) => write(inner, json),
    }
}

fn base64(bytes: &[u8], json: &mut Writer<'_>) {
    json.raw_str(|out| {
        let start = out.len();
        out.resize(start + Base64::encoded_len(bytes), b'=');
        let written = out.get_mut(start..).and_then(|room| Base64::encode(bytes, room).ok()).map(str::len);
        out.truncate(start + written.unwrap_or(0));
    });
}

/// An upper bound of the bytes that `write` will append.
struct Size(usize);

impl Visitor<'_> for Size {
    fn member(&mut self, member: &'static Member, value: Option<&dyn Value>) {
        if let Some(value) = value {
            self.0 += member.name.len() + 4 + size(value.kind());
        }
    }
}

fn size(kind: Kind<'_>) -> usize {
    // A control character becomes six bytes, and is the worst.
    let text = |text: &str| text.len() * 6 + 2;
    match kind {
        Kind::Str(value) => text(value),
        Kind::Blob(bytes) => Base64::encoded_len(bytes) + 2,
        Kind::Secret(secret) => secret.len() * 6 + 2,
        Kind::Int(_) | Kind::Bool(_) | Kind::Time(_) => 24,
        Kind::List(list) => {
            (0..list.len()).filter_map(|at| list.item(at)).map(|v| size(v.kind()) + 1).sum::<usize>() + 2
        }
        Kind::Map(map) => map.iter().map(|(k, v)| text(k) + text(v) + 2).sum::<usize>() + 2,
        Kind::Struct(inner) => {
            let mut sum = Size(3);
            inner.visit(&mut sum);
            sum.0
        }
    }
}
