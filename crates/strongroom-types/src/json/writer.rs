//! A writer for JSON texts.

/// Writes one JSON value into a byte buffer, commas included.
///
/// Names and values are given in order; the writer does not check that the caller closes what he opens.
///
/// ```
/// let mut out = Vec::new();
/// let mut json = strongroom_types::json::Writer::new(&mut out);
/// json.begin_object();
/// json.name("a");
/// json.int(1);
/// json.name("b");
/// json.begin_array();
/// json.str("x\n");
/// json.null();
/// json.end_array();
/// json.end_object();
/// assert_eq!(out, br#"{"a":1,"b":["x\n",null]}"#);
/// ```
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    comma: bool,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, comma: false }
    }

    fn value(&mut self, text: &[u8]) {
        self.separate();
        self.out.extend_from_slice(text);
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }

    /// `{`
    pub fn begin_object(&mut self) {
        self.value(b"{");
        self.comma = false;
    }

    /// `}`
    pub fn end_object(&mut self) {
        self.out.push(b'}');
        self.comma = true;
    }

    /// `[`
    pub fn begin_array(&mut self) {
        self.value(b"[");
        self.comma = false;
    }

    /// `]`
    pub fn end_array(&mut self) {
        self.out.push(b']');
        self.comma = true;
    }

    /// A member's name; its value must follow.
    pub fn name(&mut self, name: &str) {
        self.str(name);
        self.out.push(b':');
        self.comma = false;
    }

    /// A string.
    pub fn str(&mut self, text: &str) {
        self.separate();
        self.out.push(b'"');
        self.escape(text);
        self.out.push(b'"');
    }

    /// A string of pieces that need no escape, base64 for one.
    pub fn raw_str(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.separate();
        self.out.push(b'"');
        write(self.out);
        self.out.push(b'"');
    }

    /// A whole number.
    pub fn int(&mut self, number: i64) {
        self.value(number.to_string().as_bytes());
    }

    /// A number as text, which the caller knows to be one.
    pub fn number(&mut self, text: &str) {
        self.value(text.as_bytes());
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.value(if value { b"true" } else { b"false" });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.value(b"null");
    }

    // Control characters, quotes and backslashes by RFC 8259 §7; U+2028 and U+2029 too, so that one
    // record is one line to every reader.
    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            let short = match c {
                '"' => b'"',
                '\\' => b'\\',
                '\n' => b'n',
                '\r' => b'r',
                '\t' => b't',
                '\u{8}' => b'b',
                '\u{c}' => b'f',
                '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                    self.out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
                    continue;
                }
                _ => {
                    self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
            };
            self.out.extend_from_slice(&[b'\\', short]);
        }
    }
}
