#!/usr/bin/env python3
"""Suite 1 and the seals, written a second time from the text of the formats.

Reads lines of hex fields from standard input and writes one line of hex each.

    sym    material key_id multi_region(00|01) salt iv plaintext [key value]...
           -> kdk, key material id, blob
    root   key store_id kind generation salt iv secret [field]...    (fields behind the store id)
    slot   the same
           -> kdk, root id, sealed bytes
    tag    mac_key store_id key counter header body
           -> record tag
    print  key_spec material key_id
           -> fingerprint

An empty field is written as `-`. Needs Python 3 and `cryptography` for AES-GCM; HMAC and SHA-256 are
those of the standard library. `--check` only says whether both are there.
"""

import hashlib
import hmac
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def u16(n):
    return struct.pack(">H", n)


def u32(n):
    return struct.pack(">I", n)


def u64(n):
    return struct.pack(">Q", n)


def body(label, kdk, ad, salt, iv, plaintext):
    digest = hashlib.sha256(label + b"/ad\0" + ad).digest()
    key, commitment = (mac(kdk, u32(i), label + b"/key\0", salt, digest, u32(512)) for i in (1, 2))
    return salt + commitment + iv + AESGCM(key).encrypt(iv, plaintext, ad)


def sym(material, key_id, multi_region, salt, iv, plaintext, *context):
    label = b"strongroom/sym/1"
    kdk = mac(label + b"/kdk", material, key_id)
    identity = mac(kdk, u32(1), label + b"/id\0", key_id, u32(256))
    pairs = sorted(zip(context[::2], context[1::2]))
    ec = u16(len(pairs)) + b"".join(u16(len(k)) + k + u16(len(v)) + v for k, v in pairs)
    header = b"\x81\x01\0" + multi_region + key_id + identity[:16]
    return kdk, identity, header + body(label, kdk, header + ec, salt, iv, plaintext)


def sealed(name, version, key, store_id, kind, generation, salt, iv, secret, *fields):
    label = b"strongroom/" + name + b"/1"
    kdk = mac(label + b"/kdk", key, store_id)
    root_id = mac(kdk, u32(1), label + b"/id\0", store_id, u32(256))
    header = version + b"\x01" + kind + b"\0" + generation + root_id[:16]
    fields = (store_id,) + fields
    place = u16(len(fields)) + b"".join(u16(len(f)) + f for f in fields)
    return kdk, root_id, header + body(label, kdk, header + place, salt, iv, secret)


def tag(mac_key, store_id, key, counter, header, data):
    parts = [u32(len(key)), key, counter, u32(len(header)), header, u32(len(data)), data]
    return (mac(mac_key, b"strongroom/rec/1\0", store_id, *parts)[:16],)


def fingerprint(key_spec, material, key_id):
    key = mac(b"strongroom/imp/1/kdk", u16(len(key_spec)), key_spec, material)
    return (mac(key, u32(1), b"strongroom/imp/1/id\0", key_id, u32(256)),)


DO = {
    "sym": sym,
    "root": lambda *a: sealed(b"root", b"\x82", *a),
    "slot": lambda *a: sealed(b"slot", b"\x83", *a),
    "tag": tag,
    "print": fingerprint,
}

if __name__ == "__main__" and sys.argv[1:] != ["--check"]:
    for line in sys.stdin:
        what, *fields = line.split()
        values = DO[what](*(bytes.fromhex("" if f == "-" else f) for f in fields))
        print(" ".join(v.hex() for v in values), flush=True)
