"""The Python side of the interop tests: an app that the environment configures, and its tasks.

    PEER_BROKER=amqp://… PEER_BACKEND=redis://… PEER_SETTINGS='{"task_default_queue": "mine"}' \
        python worker.py --loglevel INFO

PEER_SETTINGS is a JSON object of Celery settings. Tasks that take an expression evaluate it with the
names of `values.names`.
"""

import json
import os
import tempfile
import time

import peer_compat  # noqa: F401  (before Celery)
from celery import Celery, Task
from celery.exceptions import Ignore, Reject

import values

app = Celery(
    "tasks",
    broker=os.environ["PEER_BROKER"],
    backend=os.environ.get("PEER_BACKEND") or None,
)
app.conf.update(json.loads(os.environ.get("PEER_SETTINGS") or "{}"))


class OrderRefused(Exception):
    """An exception that no other program knows, with arguments that are no message."""

    def __init__(self, code, reason):
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@app.task(name="tasks.add")
def add(x, y):
    return x + y


@app.task(name="tasks.echo")
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task(name="tasks.describe")
def describe(*args, **kwargs):
    """What arrived, as Python sees it: the repr of each argument."""
    return {
        "args": [repr(each) for each in args],
        "kwargs": {name: repr(each) for name, each in kwargs.items()},
    }


@app.task(name="tasks.value")
def value(expression):
    """The value of a Python expression, for results of every type."""
    return values.evaluate(expression)


@app.task(name="tasks.fail")
def fail(expression):
    """Raises the exception that an expression makes: "KeyError('x')", "OrderRefused(7, 'late')"."""
    raise values.evaluate(expression, OrderRefused=OrderRefused)


@app.task(name="tasks.ignore")
def ignore():
    raise Ignore()


@app.task(name="tasks.reject", acks_late=True)
def reject():
    raise Reject("rejected on purpose", requeue=False)


class InTurn(Task):
    """Begins no attempt before the state of the one before is stored.

    A Celery worker sends a retry first and stores RETRY afterwards. Another process of it may be faster
    than that: the result would be overwritten, and nobody could ever read it.
    """

    abstract = True

    def before_attempt(self):
        if self.request.retries > 0:
            stored = self._mark(self.request.id, self.request.retries - 1)
            wait_for_file(stored)
            os.unlink(stored)

    def on_retry(self, exc, task_id, args, kwargs, einfo):
        append(self._mark(task_id, self.request.retries), "stored")

    @staticmethod
    def _mark(task_id, attempt):
        return os.path.join(tempfile.gettempdir(), f"{task_id}.retry-{attempt}")


@app.task(name="tasks.retry", bind=True, base=InTurn, max_retries=None)
def retry(self, times, countdown=0):
    """Succeeds at the attempt after so many retries and says how many there were."""
    self.before_attempt()
    if self.request.retries < times:
        raise self.retry(countdown=countdown)
    return self.request.retries


@app.task(name="tasks.give_up", bind=True, base=InTurn, max_retries=2, default_retry_delay=0)
def give_up(self):
    """Fails with its own ValueError once the retries are used up."""
    self.before_attempt()
    try:
        raise ValueError("never works")
    except ValueError as error:
        raise self.retry(exc=error)


@app.task(name="tasks.quiet", ignore_result=True)
def quiet(path, line):
    """Stores no result; a ledger shows that it ran."""
    append(path, line)


@app.task(name="tasks.record", bind=True)
def record(self, path, line=None):
    """Appends a line, by default the task's id, to a ledger."""
    append(path, line or self.request.id)


@app.task(name="tasks.record_late", bind=True, acks_late=True)
def record_late(self, path, line=None):
    append(path, line or self.request.id)


@app.task(name="tasks.errback")
def errback(task_id):
    """An errback of one parameter: it is sent as a message, with the id of the task that failed."""
    return f"{task_id} failed"


@app.task(name="tasks.errback_inline")
def errback_inline(request, error, traceback, path):
    """One of more parameters: a Python worker calls it where the task failed."""
    append(path, f"{request.id} {type(error).__name__} {error}")


@app.task(name="tasks.slow")
def slow(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="tasks.progress", bind=True)
def progress(self, path):
    """In a state of its own until a test creates the file."""
    self.update_state(state="PROGRESS", meta={"done": 3, "of": 7})
    wait_for_file(path)
    return "done"


@app.task(name="tasks.wait_for_file")
def wait_for_file(path, limit=60):
    """Runs until a test creates the file, or fails."""
    deadline = time.monotonic() + limit
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} did not appear within {limit} s")
        time.sleep(0.02)


@app.task(name="tasks.context", bind=True)
def context(self, *args, **kwargs):
    """What the task knows about its request."""
    request = self.request
    known = (
        "id root_id parent_id group group_index correlation_id retries eta expires timelimit origin reply_to argsrepr "
        "kwargsrepr task lang shadow"
    )
    return {name: getattr(request, name, None) for name in known.split()} | {
        "args": args,
        "kwargs": kwargs,
        # Older releases spread the sender's own headers over the request.
        "tenant": getattr(request, "tenant", None) or (request.headers or {}).get("tenant"),
        "priority": (request.delivery_info or {}).get("priority"),
        "routing_key": (request.delivery_info or {}).get("routing_key"),
        "redelivered": (request.delivery_info or {}).get("redelivered"),
    }


def append(path, line):
    """One write in append mode: whole lines, whoever else writes."""
    ledger = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(ledger, f"{line}\n".encode())
    finally:
        os.close(ledger)
