"""Values that tests write as Python expressions, and how they travel in JSON to a test in Java."""

import base64
import datetime
import decimal
import uuid

names = {
    "date": datetime.date,
    "datetime": datetime.datetime,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
    "timezone": datetime.timezone,
    "utc": datetime.timezone.utc,
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}


def evaluate(expression, **more):
    """Tests only: nothing from a network comes here."""
    return eval(expression, {**names, **more})


def arguments(text, **more):
    """("1, 2, key=3") as ((1, 2), {"key": 3})."""
    return evaluate(f"collect({text})", collect=lambda *args, **kwargs: (args, kwargs), **more)


def report(value):
    """How a test sees a value: its repr, its type, and the JSON of it as far as JSON goes."""
    return {"repr": repr(value), "type": type_name(type(value)), "json": as_json(value)}


def type_name(kind):
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def as_json(value):
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_json(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
