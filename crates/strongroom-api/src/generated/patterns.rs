//! The patterns of the model, taken apart. Generated from the model and the overlay; do not edit.

use crate::pattern::Node::{self, *};

/// The parts of a pattern of the model.
pub(crate) fn parts(pattern: &str) -> Option<&'static Node> {
    Some(match pattern {
        "[0-9]{12}" => {
            static P: Node = Repeat(&Class(&[('0', '9')]), 12, 12);
            &P
        }
        "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+" => {
            static P: Node = Repeat(&Class(&[('\t', '\t'), ('\n', '\n'), ('\r', '\r'), (' ', 'ÿ')]), 1, u32::MAX);
            &P
        }
        "[\\u0020-\\u00FF]*" => {
            static P: Node = Repeat(&Class(&[(' ', 'ÿ')]), 0, u32::MAX);
            &P
        }
        "[\\w]+" => {
            static P: Node = Repeat(&Class(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), 1, u32::MAX);
            &P
        }
        "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$" => {
            static P: Node = Alt(&[
                Seq(&[
                    Class(&[('/', '/')]),
                    Repeat(
                        &Class(&[('-', '-'), ('/', '/'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
                        1,
                        u32::MAX,
                    ),
                    Class(&[('/', '/')]),
                    Class(&[('k', 'k')]),
                    Class(&[('m', 'm')]),
                    Class(&[('s', 's')]),
                    Class(&[('/', '/')]),
                    Class(&[('x', 'x')]),
                    Class(&[('k', 'k')]),
                    Class(&[('s', 's')]),
                    Class(&[('/', '/')]),
                    Class(&[('v', 'v')]),
                    Repeat(&Class(&[('0', '9')]), 1, 2),
                ]),
                Seq(&[
                    Class(&[('/', '/')]),
                    Class(&[('k', 'k')]),
                    Class(&[('m', 'm')]),
                    Class(&[('s', 's')]),
                    Class(&[('/', '/')]),
                    Class(&[('x', 'x')]),
                    Class(&[('k', 'k')]),
                    Class(&[('s', 's')]),
                    Class(&[('/', '/')]),
                    Class(&[('v', 'v')]),
                    Repeat(&Class(&[('0', '9')]), 1, 2),
                ]),
            ]);
            &P
        }
        "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$" => {
            static P: Node = Seq(&[
                Repeat(&Class(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('a', 'z')]), 1, u32::MAX),
                Class(&[('.', '.')]),
                Repeat(&Class(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('a', 'z')]), 1, u32::MAX),
                Repeat(
                    &Seq(&[
                        Class(&[('.', '.')]),
                        Repeat(&Class(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('a', 'z')]), 1, u32::MAX),
                    ]),
                    1,
                    u32::MAX,
                ),
            ]);
            &P
        }
        "^([a-z]+-){2,3}\\d+$" => {
            static P: Node = Seq(&[
                Repeat(&Seq(&[Repeat(&Class(&[('a', 'z')]), 1, u32::MAX), Class(&[('-', '-')])]), 2, 3),
                Repeat(&Class(&[('0', '9')]), 1, u32::MAX),
            ]);
            &P
        }
        "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$" => {
            static P: Node = Seq(&[
                Alt(&[
                    Seq(&[Class(&[('c', 'c')]), Class(&[('o', 'o')]), Class(&[('m', 'm')])]),
                    Seq(&[Class(&[('e', 'e')]), Class(&[('u', 'u')])]),
                ]),
                Class(&[('.', '.')]),
                Class(&[('a', 'a')]),
                Class(&[('m', 'm')]),
                Class(&[('a', 'a')]),
                Class(&[('z', 'z')]),
                Class(&[('o', 'o')]),
                Class(&[('n', 'n')]),
                Class(&[('a', 'a')]),
                Class(&[('w', 'w')]),
                Class(&[('s', 's')]),
                Class(&[('.', '.')]),
                Class(&[('v', 'v')]),
                Class(&[('p', 'p')]),
                Class(&[('c', 'c')]),
                Class(&[('e', 'e')]),
                Class(&[('.', '.')]),
                Repeat(&Seq(&[Repeat(&Class(&[('a', 'z')]), 1, u32::MAX), Class(&[('-', '-')])]), 2, 3),
                Repeat(&Class(&[('0', '9')]), 1, u32::MAX),
                Class(&[('.', '.')]),
                Class(&[('v', 'v')]),
                Class(&[('p', 'p')]),
                Class(&[('c', 'c')]),
                Class(&[('e', 'e')]),
                Class(&[('-', '-')]),
                Class(&[('s', 's')]),
                Class(&[('v', 'v')]),
                Class(&[('c', 'c')]),
                Class(&[('-', '-')]),
                Repeat(&Class(&[('0', '9'), ('a', 'z')]), 1, u32::MAX),
            ]);
            &P
        }
        "^[A-Z2-7]+$" => {
            static P: Node = Repeat(&Class(&[('2', '7'), ('A', 'Z')]), 1, u32::MAX);
            &P
        }
        "^[\\w+=,.@:/-]+$" => {
            static P: Node = Repeat(
                &Class(&[
                    ('+', '+'),
                    (',', ','),
                    ('-', '-'),
                    ('.', '.'),
                    ('/', '/'),
                    ('0', '9'),
                    (':', ':'),
                    ('=', '='),
                    ('@', '@'),
                    ('A', 'Z'),
                    ('_', '_'),
                    ('a', 'z'),
                ]),
                1,
                u32::MAX,
            );
            &P
        }
        "^[a-f0-9]+$" => {
            static P: Node = Repeat(&Class(&[('0', '9'), ('a', 'f')]), 1, u32::MAX);
            &P
        }
        "^[a-zA-Z0-9-_.]+$" => {
            static P: Node =
                Repeat(&Class(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), 1, u32::MAX);
            &P
        }
        "^[a-zA-Z0-9:/_-]+$" => {
            static P: Node = Repeat(
                &Class(&[('-', '-'), ('/', '/'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
                1,
                u32::MAX,
            );
            &P
        }
        "^[a-zA-Z0-9:/_\\s.-]+$" => {
            static P: Node = Repeat(
                &Class(&[
                    ('\t', '\r'),
                    (' ', ' '),
                    ('-', '-'),
                    ('.', '.'),
                    ('/', '/'),
                    ('0', '9'),
                    (':', ':'),
                    ('A', 'Z'),
                    ('_', '_'),
                    ('a', 'z'),
                ]),
                1,
                u32::MAX,
            );
            &P
        }
        "^[a-zA-Z0-9\\/+=]+$" => {
            static P: Node =
                Repeat(&Class(&[('+', '+'), ('/', '/'), ('0', '9'), ('=', '='), ('A', 'Z'), ('a', 'z')]), 1, u32::MAX);
            &P
        }
        "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$" => {
            static P: Node = Seq(&[
                Class(&[('a', 'a')]),
                Class(&[('r', 'r')]),
                Class(&[('n', 'n')]),
                Class(&[(':', ':')]),
                Class(&[('a', 'a')]),
                Class(&[('w', 'w')]),
                Class(&[('s', 's')]),
                Repeat(&Class(&[('-', '-'), ('0', '9'), ('a', 'z')]), 0, u32::MAX),
                Class(&[(':', ':')]),
                Repeat(&Class(&[('-', '-'), ('0', '9'), ('a', 'z')]), 1, u32::MAX),
                Class(&[(':', ':')]),
                Repeat(&Class(&[('-', '-'), ('0', '9'), ('a', 'z')]), 0, u32::MAX),
                Class(&[(':', ':')]),
                Repeat(&Class(&[('0', '9')]), 12, 12),
                Class(&[(':', ':')]),
                Repeat(
                    &Class(&[
                        ('\0', '\t'),
                        ('\u{b}', '\u{c}'),
                        ('\u{e}', '\u{84}'),
                        ('\u{86}', '‧'),
                        ('\u{202a}', '\u{10ffff}'),
                    ]),
                    1,
                    u32::MAX,
                ),
            ]);
            &P
        }
        "^https://[a-zA-Z0-9.-]+$" => {
            static P: Node = Seq(&[
                Class(&[('h', 'h')]),
                Class(&[('t', 't')]),
                Class(&[('t', 't')]),
                Class(&[('p', 'p')]),
                Class(&[('s', 's')]),
                Class(&[(':', ':')]),
                Class(&[('/', '/')]),
                Class(&[('/', '/')]),
                Repeat(&Class(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('a', 'z')]), 1, u32::MAX),
            ]);
            &P
        }
        "cluster-[2-7a-zA-Z]{11,16}" => {
            static P: Node = Seq(&[
                Class(&[('c', 'c')]),
                Class(&[('l', 'l')]),
                Class(&[('u', 'u')]),
                Class(&[('s', 's')]),
                Class(&[('t', 't')]),
                Class(&[('e', 'e')]),
                Class(&[('r', 'r')]),
                Class(&[('-', '-')]),
                Repeat(&Class(&[('2', '7'), ('A', 'Z'), ('a', 'z')]), 11, 16),
            ]);
            &P
        }
        _ => return None,
    })
}
