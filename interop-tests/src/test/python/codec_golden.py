"""kombu's serializers and compressions other than JSON, from the Python side.

    python codec_golden.py write FOLDER    writes what this kombu makes of each value of the tables
    python codec_golden.py check FOLDER    reads what Java wrote, and says where it differs

The folder is kombu-java/src/test/resources/wire. In bodies, msgpack, yaml and compression of it lie
kombu-<version>.json, written here, and java.json, written by the golden tests of kombu-java, which
hold the Java side of the tables. null stands for a value that a side refuses.
"""

import base64
import json
import os
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import peer_compat  # noqa: F401  makes old releases run on new Pythons

import kombu
import msgpack
import yaml
from kombu import compression, serialization
from kombu.messaging import Producer

EAST = timezone(timedelta(hours=2))
ODD = timezone(-timedelta(hours=3, minutes=30))
BINARY = b"\xff\x00\xfe"
TEXT = "h\u00e9llo"

# Arguments of Producer.publish.
BODIES = {
    "bytes": (BINARY, {}),
    "text": (TEXT, {}),
    "map": ({"a": 1}, {}),
    "null": (None, {}),
    "text-json": (TEXT, {"serializer": "json"}),
    "text-yaml": ("plain", {"serializer": "yaml"}),
    "map-yaml": ({"a": 1}, {"serializer": "yaml"}),
    "map-msgpack": ({"a": 1}, {"serializer": "msgpack"}),
    "text-raw": (TEXT, {"serializer": "raw"}),
    "bytes-raw": (BINARY, {"serializer": "raw"}),
    "text-typed": (TEXT, {"content_type": "text/x"}),
    "text-typed-latin": (TEXT, {"content_type": "text/x", "content_encoding": "latin-1"}),
    "text-typed-serializer": (TEXT, {"content_type": "text/x", "serializer": "json"}),
    "bytes-typed": (BINARY, {"content_type": "image/x"}),
    "bytes-typed-encoding": (BINARY, {"content_type": "image/x", "content_encoding": "8bit"}),
}

MSGPACK = {
    "nil": None,
    "true": True,
    "false": False,
    **{
        f"int{number:+d}": number
        for number in (
            0, 1, 127, 128, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63,
            2**64 - 1, 2**64, -1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1,
            -(2**63), -(2**63) - 1,
        )
    },
    "float": 1.5,
    "float-tenth": 0.1,
    "float-nan": float("nan"),
    "float-infinity": float("-inf"),
    "float-negative-zero": -0.0,
    "text-empty": "",
    "text-31": "x" * 31,
    "text-32": "x" * 32,
    "text-255": "x" * 255,
    "text-256": "x" * 256,
    "text-65536": "x" * 65536,
    "text-astral": "\u00e9\U0001F600",
    "text-lone-surrogate": "a\ud800b",
    "bytes-empty": b"",
    "bytes": BINARY,
    "bytes-256": b"\x07" * 256,
    "list-empty": [],
    "list-15": list(range(15)),
    "list-16": list(range(16)),
    "list-nested": [1, [2, [3, []]]],
    "map-empty": {},
    "map-16": {f"k{number:02d}": number for number in range(16)},
    "map-nested": {"b": 1, "a": {"c": None}},
    "map-bytes-key": {b"\xff": 1},
    "map-int-key": {7: 1},
    "contract": {"id": 7, "ok": True, "raw": b"\x01\xff", "txt": "h\u00e9"},
    "extension": msgpack.ExtType(5, b"ab"),
    "extension-17": msgpack.ExtType(127, b"\x01" * 17),
    "timestamp": msgpack.Timestamp(1, 0),
    "timestamp-nanos": msgpack.Timestamp(1, 500),
    "timestamp-before": msgpack.Timestamp(-1, 999999999),
    "timestamp-late": msgpack.Timestamp(2**34, 7),
    "set": {1},
    "date": date(2031, 7, 9),
    "datetime": datetime(2031, 7, 9, 8, 5, 6, tzinfo=EAST),
    "decimal": Decimal("12.50"),
    "uuid": UUID("00112233445566778899aabbccddeeff"),
}

YAML = {
    "null": None,
    "true": True,
    "false": False,
    "int-zero": 0,
    "int-negative": -7,
    "int-largest-long": 2**63 - 1,
    "int-64-bit": 2**64,
    "int-40-digits": 10**39 + 7,
    "float": 1.5,
    "float-tenth": 0.1,
    "float-whole": 1e16,
    "float-large": 1e300,
    "float-small": 1.5e-10,
    "float-negative-zero": -0.0,
    "float-nan": float("nan"),
    "float-infinity": float("inf"),
    "float-negative-infinity": float("-inf"),
    "text-empty": "",
    "text-plain": "plain text",
    **{
        f"text-like-{number}": text
        for number, text in enumerate(
            [
                "yes", "No", "ON", "off", "true", "null", "~", "12", "-0x1F", "0b11", "017", "08",
                "1_000", "1:30", "12:30:45", "01:30", "1:30.5", "190:20:30", "1.", ".5", "1e3",
                "1.0e+3", "1.0e3", ".inf", "-.INF", ".NaN", "-.nan", "2031-07-09",
                "2031-7-9 8:05:06", "2031-7-9", "2031-07-09T08:05:06Z", "<<", "=", "- a", "a: b",
                "a #b", "#a", "? a", "&a", "*a", "!a", "%a", "@a", "`a", "{a", "[a", "|", ">",
                "'a'", '"a"', "a'b", " a", "a ", "---", "...", "y", "n", "+", "-", ".", "_", "1_",
                "0_", "+12", "+.inf", "0", "00", "0o7", "a:b", "a,b", "[]", "{}", "1:60", "1:6:7",
            ]
        )
    },
    "text-lines": "one\ntwo\n\n three\n",
    "text-newline": "\n",
    "text-tab": "a\tb",
    "text-controls": "\x00\x01\b\x1b\x7f\x85\xa0",
    "text-latin": TEXT,
    "text-separators": "\u2028\u2029\ufeff",
    "text-astral": "\U0001F600",
    "text-long": "many words " * 20 + "end",
    "text-long-no-space": "x" * 300,
    "bytes": BINARY,
    "bytes-empty": b"",
    "bytes-long": bytes(range(256)),
    "list-empty": [],
    "list": [1, "two", None],
    "list-nested": [1, [2, [3, []]], {"a": [4]}],
    "map-empty": {},
    "map-unsorted": {"b": 1, "a": {"c": None, "b": []}},
    "map-of-lists": {"a": [1, 2], "b": [{"c": 1}]},
    "map-other-keys": {1: "int", 2: "int"},
    "map-bool-key": {True: 1},
    "map-null-key": {None: 1},
    "map-float-key": {1.5: 1},
    "map-date-key": {date(2031, 7, 9): 1},
    "map-bytes-key": {BINARY: 1},
    "map-key-unicode": {"\u00e9\U0001F600": "\u00e9"},
    "map-long-key": {"k" * 200: 1},
    "map-strange-keys": {"yes": 1, "12": 2, "": 3, "a: b": 4, "<<": 5},
    "set": {1},
    "set-empty": set(),
    "date": date(2031, 7, 9),
    "datetime-utc": datetime(2031, 7, 9, 8, 5, 6, tzinfo=timezone.utc),
    "datetime-micros": datetime(2031, 7, 9, 8, 5, 6, 120, tzinfo=EAST),
    "datetime-west": datetime(2031, 7, 9, 8, 5, 6, 500000, tzinfo=ODD),
    "datetime-naive": datetime(2031, 7, 9, 8, 5),
    "datetime-first": datetime(1, 1, 1),
    "datetime-last": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
    "time": datetime(2031, 7, 9, 8, 5).time(),
    "decimal": Decimal("12.50"),
    "uuid": UUID("00112233445566778899aabbccddeeff"),
    "task-body": [
        [2, 3],
        {"debug": True},
        {"callbacks": None, "errbacks": None, "chain": None, "chord": None},
    ],
}

# What PyYAML reads from text that a person or another program may have written; null: nothing.
YAML_TEXTS = [
    "", "# only a comment", "---\n", "a", "- 1\n- 2", "a: 1\nb: [2, 3]", "{a: 1, b: {c: 2}}",
    "yes", "Yes", "yEs", "y", "no", "on", "OFF", "~", "null", "Null", "nUll", "'~'", '"yes"',
    "0", "-0", "+12", "017", "0017", "08", "0b101", "-0b1_0", "0x1F", "0x_1f", "1_000", "1__0_",
    "0_", "0b_", "0x_", "1:30", "-1:30", "01:30", "1:60", "1:5", "190:20:30", "1:30:", "1:",
    "1.5", "1.", ".5", "-.5", "+.5", "-1.5e+3", "1.5e3", "1e3", "1_0.2_5", "._5", ".", "1:30.5",
    "01:30.5", "0:30.", "1:30.5e+1", ".inf", "-.inf", "+.Inf", ".iNf", ".nan", "-.nan", ".NaN",
    "9" * 30, "2031-07-09", "2031-7-9", "2031-13-09", "2031-07-09 08:05:06", "2031-7-9T8:05:06",
    "2031-07-09t08:05:06.1", "2031-07-09 08:05:06.", "2031-07-09 08:05:06.1234567",
    "2031-07-09 08:05:06Z", "2031-07-09 08:05:06 Z", "2031-07-09 08:05:06 +2",
    "2031-07-09 08:05:06-03:30", "2031-07-09 08:05:06+0200", "2031-07-09 08:05", "2031-07-09 25:05:06",
    "2031-07-09 08:05:60", "0000-01-01", "<<", "<<: {a: 1}", "{<<: {a: 1}, a: 2, b: 3}",
    "{a: 2, <<: {a: 1, c: 4}}", "{<<: [{a: 1}, {a: 2, b: 2}]}", "{<<: {a: 1}, <<: {a: 2}}",
    "{<<: 1}", "{<<: [1]}", "{'<<': 1}", "{<<: }", "{=: 1}",
    "!!int '12'", "!!int 12.5", "!!int x", "!!float 3", "!!float '1e3'", "!!str 12", "! 12",
    "!!bool maybe", "!!bool 'YES'", "!!null x", "!!timestamp '2031-07-09'", "!!timestamp x",
    "!!binary /wD+", "!!binary '/wD+\n  AAAA'", "!!binary '/'", "!!binary ''", "!!set {a, b}", "!!set {a: 1}",
    "!!set [a]", "!!omap [a: 1, b: 2]", "!!pairs [a: 1, a: 2]", "!!omap {a: 1}", "!!omap [1]",
    "!!omap [{a: 1, b: 2}]", "!!map {a: 1}", "!!map [1]", "!!seq [1]", "!!seq {a: 1}", "!!str [1]",
    "!!python/object/apply:os.system [ls]", "!!python/tuple [1]", "!!python/name:os.system ''",
    "!own a", "!own {a: 1}", "!!int {a: 1}", "!<tag:yaml.org,2002:int> 12", "%TAG ! tag:yaml.org,2002:\n---\n!int '7'",
    "&a [1, *b]", "[&a {x: 1}, *a]", "[&a 1, *a]", "&a [*a]", "{&a a: *a}", "[&a 1, &a 2, *a]",
    "{[1]: 2}", "{{a: 1}: 2}", "{? [a] : b}", "{1: a, 1.0: b}", "{a: 1, a: 2}", "{~: 1}", "{yes: 1}",
    "{2031-07-09: 1}", "{!!binary /wD+: 1}", "--- a\n--- b", "a\n...\n", "--- 1\n...\n", "a: b: c",
    "[1, 2", "{a: 1", "'a", '"a', "\ta", "a:\tb", "- a\n b", "|\n a\n  b\n", ">\n a\n b\n\n c\n",
    "|-\n a\n", "|+\n a\n\n", "|2\n   a\n", "'it''s'", '"\\x41\\u00e9\\U0001F600\\n\\/"', '"\\q"',
    '"a\\\n  b"', "a\n b", "\ufeffa", "a: &x\nb: *x", "? a\n: b\n? c", "- - 1\n  - 2\n- 3",
    "%YAML 1.1\n---\na", "%YAML 1.2\n---\nyes", "%YAML 2.0\n---\na", "@a", "`a", "%a", "*a", "!", "&a",
    "a\u2028b", "\x01", "[,]", "[a,]", "{a}", "{a, b: 1}", "[a: 1]", "{a: }", "a:", "-", "- ", "?", ": a",
    "[? a : b]", "- !!str\n- !!null", '"\\ud800"', "1 # one", "a#b", "'a'b", "x: 'a' b",
]

COMPRESSED = b'{"a": 1}'
ALIASES = ["zlib", "gzip", "bzip2", "bzip", "lzma", "xz", "brotli", "zstd", "zstandard"]


def attempt(function, *arguments, **options):
    """What the function returns, or None where it refuses."""
    try:
        return function(*arguments, **options)
    except Exception:
        return None


def as_text(data):
    return None if data is None else base64.b64encode(data).decode("ascii")


def body(value, options):
    content, content_type, encoding = Producer(None)._prepare(value, headers={}, **options)
    content = content.encode(encoding) if isinstance(content, str) else content
    return [content_type, encoding, as_text(content)]


def encode(value, serializer):
    data = serialization.dumps(value, serializer=serializer)[2]
    return data.encode("utf-8") if isinstance(data, str) else data


def decode(data, serializer):
    content_type = serialization.registry.name_to_type[serializer]
    return serialization.loads(data, content_type, None, force=True)


def compress(name):
    data, header = compression.compress(COMPRESSED, name)
    return [header, as_text(data)]


def readings():
    """What PyYAML reads, in the words of PyYAML: a test reads both and compares."""
    table = {}
    for text in YAML_TEXTS:
        try:
            table[text] = yaml.safe_dump(yaml.safe_load(text.encode("utf-8")))
        except Exception:
            table[text] = None
    return table


def tables():
    return {
        "bodies": {name: body(*case) for name, case in BODIES.items()},
        "msgpack": {name: as_text(attempt(encode, each, "msgpack")) for name, each in MSGPACK.items()},
        "yaml": {name: as_text(attempt(encode, each, "yaml")) for name, each in YAML.items()},
        "yaml-texts": readings(),
        "compression": {name: compress(name) for name in ALIASES},
    }


def write(folder):
    for kind, cases in tables().items():
        os.makedirs(os.path.join(folder, kind), exist_ok=True)
        path = os.path.join(folder, kind, f"kombu-{kombu.__version__}.json")
        with open(path, "w", encoding="ascii") as out:
            json.dump({"peer": f"kombu {kombu.__version__}", "cases": cases}, out, indent=1)
            out.write("\n")


def check(folder):
    wrong = 0
    checks = {
        "bodies": lambda name, case: (case[:2] + [decode_body(case)], expected_body(name)),
        "msgpack": lambda name, case: (read(case, "msgpack"), again(MSGPACK[name], "msgpack")),
        "yaml": lambda name, case: (read(case, "yaml"), again(YAML[name], "yaml")),
        "compression": lambda name, case: (
            [case[0], compression.decompress(base64.b64decode(case[1]), case[0])],
            [compress(name)[0], COMPRESSED],
        ),
    }
    for kind, compare in checks.items():
        with open(os.path.join(folder, kind, "java.json"), encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        missing = set(tables()[kind]) ^ set(cases)
        if missing:
            wrong += 1
            print(f"{kind}: on one side only: {sorted(missing)}")
        for name, case in cases.items():
            if case is None:
                continue
            got, want = compare(name, case)
            if repr(got) != repr(want):
                wrong += 1
                print(f"{kind} {name}: expected {want!r}, got {got!r}")
        print(f"kombu {kombu.__version__}: {kind}: {len(cases)} looked at")
    return wrong


def decode_body(case):
    return attempt(serialization.loads, base64.b64decode(case[2]), *case[:2], force=True)


def expected_body(name):
    case = body(*BODIES[name])
    return case[:2] + [decode_body(case)]


def read(case, serializer):
    return decode(base64.b64decode(case), serializer)


def again(value, serializer):
    return decode(encode(value, serializer), serializer)


if __name__ == "__main__":
    action, target = sys.argv[1:]
    if action == "write":
        write(target)
    else:
        sys.exit(1 if check(target) else 0)
