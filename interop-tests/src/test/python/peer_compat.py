"""Lets Celery 5.2 run on Python 3.12 and newer; to be imported before Celery.

Celery 5.2 and its kombu ask entry_points() for a dictionary, which it is no longer from 3.12 on, and
its billiard uses two functions of logging that are gone from 3.13 on.
"""

import importlib.metadata
import logging
import sys


def _as_dictionary(**selection):
    found = _entry_points(**selection)
    if selection:
        return found
    groups = {}
    for entry in found:
        groups.setdefault(entry.group, []).append(entry)
    return groups


_entry_points = importlib.metadata.entry_points
if sys.version_info >= (3, 12) and importlib.metadata.version("celery").startswith("5.2."):
    importlib.metadata.entry_points = _as_dictionary
    if not hasattr(logging, "_acquireLock"):
        logging._acquireLock = logging._lock.acquire
        logging._releaseLock = logging._lock.release
