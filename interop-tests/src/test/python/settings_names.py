"""Writes what an installed Celery knows about its settings, as JSON on standard output.

Run it with the Python of the Celery to describe; the Java tests of ``celery.config`` read the copies
kept in ``celery-java/src/test/resources/config``:

    python settings_names.py > celery-java/src/test/resources/config/settings-5.7.0.json

One object a setting: its name, the type and default Celery declares, its name before Celery 4, and
whether Celery hides its value when it prints its configuration. A time span is written in seconds, an
infinite number as the text "inf". Names that Celery reads or documents but does not declare follow
with ``"declared": false``.
"""

import json
from datetime import timedelta
from math import isinf

import celery
from celery.app.defaults import _TO_OLD_KEY, NAMESPACES, flatten
from celery.app.utils import HIDDEN_SETTINGS

OPTIONS = dict(flatten(NAMESPACES))

DAEMON_OPTIONS = ("logfile", "pidfile", "uid", "gid", "umask", "executable")

UNDECLARED = (
    "cassandra_secure_bundle_path",
    "dynamodb_endpoint_url",
    "gcs_threadpool_maxsize",
    "override_backends",
    "redis_backend_credential_provider",
    "redis_backend_health_check_interval",
    "redis_client_name",
    "result_backend_thread_safe",
) + tuple(f"{part}_{option}" for part in ("beat", "events", "worker") for option in DAEMON_OPTIONS)


def plain(value):
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, float) and isinf(value):
        return "inf"
    return value


def describe(name):
    option = OPTIONS.get(name)
    if option is None:
        return {"name": name, "declared": False, "hidden": bool(HIDDEN_SETTINGS.search(name))}
    return {
        "name": name,
        "declared": True,
        "type": option.type if isinstance(option.type, str) else option.type.__name__,
        "default": plain(option.default),
        "old": _TO_OLD_KEY[name],
        "hidden": bool(HIDDEN_SETTINGS.search(name)),
    }


def main():
    names = sorted(set(OPTIONS) | set(UNDECLARED))
    rows = ",\n".join(json.dumps(describe(name)) for name in names)
    print(f'{{"celery": "{celery.__version__}", "settings": [\n{rows}\n]}}')


if __name__ == "__main__":
    main()
