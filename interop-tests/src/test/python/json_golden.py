"""kombu's JSON, from the Python side.

    python json_golden.py write FILE    writes how this kombu spells each value of the table
    python json_golden.py check FILE    decodes what Java wrote, and says where it differs

The files live in kombu-java/src/test/resources/wire/json: kombu-<version>.json is written here,
java.json and java-legacy.json by JsonGoldenTest. The Java side of the table is in that test.
"""

import json
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import peer_compat  # noqa: F401  makes old releases run on new Pythons

import kombu
from kombu.utils.json import dumps, loads

ID = UUID("00112233445566778899aabbccddeeff")
UTC = timezone.utc
EAST = timezone(timedelta(hours=2))
ODD = timezone(-timedelta(hours=3, minutes=30))

VALUES = {
    "null": None,
    "true": True,
    "false": False,
    "int-zero": 0,
    "int-negative": -7,
    "int-32-bit": 2147483648,
    "int-beyond-double": 9007199254740993,
    "int-largest-long": 9223372036854775807,
    "int-smallest-long": -9223372036854775808,
    "int-64-bit": 18446744073709551616,
    "int-40-digits": 10**39 + 7,
    "float": 1.5,
    "float-tenth": 0.1,
    "float-large": 1e300,
    "float-whole": 1e16,
    "float-smallest": 5e-324,
    "float-negative-zero": -0.0,
    "float-nan": float("nan"),
    "float-infinity": float("inf"),
    "float-negative-infinity": float("-inf"),
    "text-empty": "",
    "text-ascii": "plain \"quoted\" back\\slash / slash",
    "text-controls": "\x00\x01\b\t\n\f\r\x1f\x7f",
    "text-latin": "h\u00e9llo",
    "text-separators": "\u2028\u2029\ufeff",
    "text-astral": "\U0001F600",
    "text-lone-surrogate": "a\ud800b",
    "list-empty": [],
    "list-nested": [1, [2, [3, []]]],
    "dict-empty": {},
    "dict-order": {"b": 1, "a": {"c": None}},
    "dict-key-unicode": {"\u00e9\U0001F600": "\u00e9"},
    "dict-keys-not-text": {2: "int", 1.5: "float", True: "bool", None: "none"},
    "dict-almost-typed": {"__type__": "date"},
    "datetime-utc": datetime(2031, 7, 9, 8, 5, 6, tzinfo=UTC),
    "datetime-micros": datetime(2031, 7, 9, 8, 5, 6, 120, tzinfo=EAST),
    "datetime-west": datetime(2031, 7, 9, 8, 5, 6, 500000, tzinfo=ODD),
    "datetime-naive": datetime(2031, 7, 9, 8, 5),
    "datetime-first": datetime(1, 1, 1),
    "datetime-last": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "date": date(2031, 7, 9),
    "time": time(8, 5),
    "time-micros": time(8, 5, 6, 7),
    "time-aware": time(8, 5, tzinfo=EAST),
    "decimal": Decimal("12.50"),
    "decimal-exponent": Decimal("1E+3"),
    "decimal-small": Decimal("-1.5E-10"),
    "decimal-zero": Decimal("0E-12"),
    "decimal-long": Decimal("1234567890123456789012345678901234567890.123456789"),
    "decimal-nan": Decimal("NaN"),
    "decimal-infinity": Decimal("-Infinity"),
    "uuid": ID,
    "bytes-text": b"caf\xc3\xa9",
    "bytes-binary": b"\xff\x00\xfe",
    "bytes-empty": b"",
    "typed-inside": {"when": [date(2031, 7, 9), {"id": ID}], "n": 1},
    "task-body": [
        [2, 3],
        {"debug": True},
        {"callbacks": None, "errbacks": None, "chain": None, "chord": None},
    ],
}

# Values that Java has no type for: it writes the nearest thing.
JAVA_WRITES = {"decimal-nan": float("nan"), "decimal-infinity": float("-inf")}


def spell(value):
    """The text on the wire, or None where this kombu cannot write the value."""
    try:
        return dumps(value)
    except Exception:
        return None


def write(path):
    cases = {name: spell(value) for name, value in VALUES.items()}
    with open(path, "w", encoding="ascii") as out:
        json.dump({"peer": "kombu " + kombu.__version__, "cases": cases}, out, indent=1)
        out.write("\n")


def expected(name, legacy):
    """What a reader gets: for old peers what its own words decode to."""
    value = JAVA_WRITES.get(name, VALUES[name])
    return json.loads(spell(value)) if legacy else loads(dumps(value))


def check(path):
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    legacy = "legacy" in path
    wrong = 0
    for name, wire in cases.items():
        if wire is None:
            continue
        want = repr(expected(name, legacy))
        got = repr(loads(wire.encode("utf-8", "surrogatepass")))
        if got != want:
            wrong += 1
            print("%s: expected %s, got %s" % (name, want, got))
    missing = set(VALUES) - set(cases)
    if missing:
        wrong += 1
        print("missing: %s" % sorted(missing))
    print("kombu %s: %d of %d as expected" % (kombu.__version__, len(cases) - wrong, len(cases)))
    return wrong


if __name__ == "__main__":
    action, target = sys.argv[1:]
    sys.exit(check(target) if action == "check" else write(target))
