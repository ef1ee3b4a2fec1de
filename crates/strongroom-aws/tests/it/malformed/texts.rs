//! Every way in which a text can be something else than JSON, made from one that is a request.

/// A text, and whether it is the same request still.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) what: String,
    pub(super) bytes: Vec<u8>,
    pub(super) is_same: bool,
}

fn broken(what: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Text {
    Text { what: what.into(), bytes: bytes.into(), is_same: false }
}

fn same(what: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Text {
    Text { what: what.into(), bytes: bytes.into(), is_same: true }
}

/// Ways that are the same whatever the request is.
pub(super) fn whole() -> Vec<Text> {
    let mut all: Vec<Text> = [
        "",
        " ",
        "\n",
        "null",
        "true",
        "1",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{}}",
        "{{}}",
        "{}{}",
        "{},{}",
        "{\"",
        "{\"a",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\":1;\"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":'x'}",
        "{\"a\" 1}",
        "{\"a\"::1}",
        "{1:1}",
        "{null:1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":undefined}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":nulll}",
        "{\"a\":+1}",
        "{\"a\":01}",
        "{\"a\":-01}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1.e2}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":-}",
        "{\"a\":--1}",
        "{\"a\":0x10}",
        "{\"a\":1_000}",
        "{\"a\":1,000}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u{41}\"}",
        "{\"a\":\"\\\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\0\"}",
        "{\"a\n\":1}",
        "{\"a\":\"\u{1f}\"}",
        "/**/{}",
        "{}//",
        "{/*a*/}",
        "{\"a\":1#\n}",
        "{}\0",
        "\0{}",
        "{}\u{feff}",
        "\u{a0}{}",
        "{}\u{2028}",
        "\u{b}{}",
        "\u{c}{}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "[1]]",
        "{\"a\":[}]}",
        "<xml/>",
        "a=b&c=d",
        "Action=ListKeys&Version=2014-11-01",
        "--boundary",
        "\u{1f8b}",
    ]
    .map(|text| broken(format!("{text:?}"), text))
    .into();
    let mib = 1 << 20;
    for opening in ["[", "{\"a\":", "{\"a\":[", "\"", "\"\\u0041", "1", " ", "\\", ",", "{}"] {
        all.push(broken(format!("a MiB of {opening}"), opening.repeat(mib / opening.len())));
    }
    all.push(same("15 lists", format!("{{\"a\":{}}}", "[".repeat(15) + &"]".repeat(15))));
    all.push(same("16 objects", "{\"a\":".repeat(16) + "1" + &"}".repeat(16)));
    for levels in [16, 17, 63, 64, 65, 10_000] {
        let lists = |inner: &str| "[".repeat(levels) + inner + &"]".repeat(levels);
        all.push(broken(format!("{levels} lists"), format!("{{\"a\":{}}}", lists(""))));
        all.push(broken(format!("{levels} lists alone"), lists("1")));
        // The object around them counts.
        let objects = "{\"a\":".repeat(levels + 1) + "1" + &"}".repeat(levels + 1);
        all.push(broken(format!("{} objects", levels + 1), objects));
    }
    all
}

/// Ways to break a request, and ways to write it otherwise.
pub(super) fn of(request: &str) -> Vec<Text> {
    let bytes = request.as_bytes();
    let mut all = Vec::new();
    for end in 0..bytes.len() {
        all.push(broken(format!("cut after {end} bytes"), &bytes[..end]));
    }
    for at in 0..=bytes.len() {
        // A byte that is nowhere in UTF-8, one that only follows, one that only begins, a surrogate, and more bytes than are needed.
        let bad: [&[u8]; 5] = [b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"];
        let bad = bad[at % bad.len()];
        all.push(broken(format!("{bad:x?} before byte {at}"), [&bytes[..at], bad, &bytes[at..]].concat()));
    }
    for tail in ["x", "{}", ",", "}", "]", "\0", ";", "\"", "1", "/", "\u{feff}"] {
        all.push(broken(format!("followed by {tail:?}"), format!("{request}{tail}")));
    }
    all.push(broken("with a mark of its byte order", format!("\u{feff}{request}")));
    let units: Vec<u16> = request.encode_utf16().collect();
    all.push(broken("in UTF-16LE", units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>()));
    all.push(broken("in UTF-16BE", units.iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<_>>()));
    all.push(broken("in UTF-32LE", request.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<_>>()));
    all.push(broken("in a list", format!("[{request}]")));
    all.push(broken("as a text", serde_json::Value::from(request).to_string()));
    all.push(broken("twice", format!("{request}{request}")));
    all.push(broken("in quotes that are none", request.replace('"', "'")));
    all.push(broken("with a comma at the end", format!("{},}}", &request[..request.len() - 1])));
    all.push(broken("with a comment", format!("{{/**/{}", &request[1..])));
    all.push(same("with space around", format!(" \t\r\n{request}\n ")));
    all.push(same("with space within", spaced(request)));
    all.push(same("with every letter of names and texts escaped", escaped(request)));
    all
}

/// With space between all tokens.
fn spaced(request: &str) -> String {
    outside_texts(request, |c| match c {
        '{' | '}' | '[' | ']' | ':' | ',' => format!(" \t{c}\r\n"),
        other => other.to_string(),
    })
}

/// With `change` applied to what is not in quotes.
fn outside_texts(request: &str, change: impl Fn(char) -> String) -> String {
    let (mut out, mut inside, mut escaped) = (String::new(), false, false);
    for c in request.chars() {
        match (inside, c) {
            (true, _) => out.push(c),
            (false, _) => out.push_str(&change(c)),
        }
        inside ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// With every character of every text as `\u`, but those that are escaped already.
fn escaped(request: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    let mut chars = request.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                inside = !inside;
                out.push(c);
            }
            '\\' => out.extend([c, chars.next().unwrap()]),
            _ if inside => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04X}"))),
            _ => out.push(c),
        }
    }
    out
}
