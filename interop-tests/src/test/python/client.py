"""A Python producer that a test in Java drives: one JSON object a line in, one a line out.

It is configured as tasks.py is. Arguments, options and code are Python text. Requests:

    {"op": "send", "task": "tasks.add", "arguments": "1, y=2", "options": "countdown=1"}
        → {"id": "…"}
    {"op": "get", "id": "…", "seconds": 10}
        → {"state": "SUCCESS", "value": {"repr": "3", "type": "int", "json": 3}}
        → {"state": "FAILURE", "error": {"module": …, "type": …, "message": …, "args": …,
                                         "traceback": …}}
        → {"state": "PENDING", "timed_out": true}
    {"op": "eval", "code": "app.control.ping()"}     → {"value": …}
    {"op": "exec", "code": "sent = [app.send_task('t') for _ in range(9)]"}     → {}

What goes wrong is answered with {"raised": <as error above>}. Code of "exec" may set names that
later code uses. The end of the input ends the client.
"""

import json
import os
import sys
import traceback

from tasks import app  # first: makes old releases run on new Pythons

import celery
from celery import states
from celery.exceptions import TimeoutError as NoResultInTime

import values

results = {}
names = {**values.names, "app": app, "celery": celery, "results": results}
names.update({name: getattr(celery, name) for name in ("chain", "group", "chord", "signature")})


def send(request):
    args, kwargs = values.arguments(request.get("arguments") or "")
    _, options = values.arguments(request.get("options") or "")
    result = app.send_task(request["task"], args, kwargs, **options)
    results[result.id] = result
    return {"id": result.id}


def get(request):
    result = results.get(request["id"]) or app.AsyncResult(request["id"])
    try:
        value = result.get(timeout=request["seconds"], propagate=False)
    except NoResultInTime:
        return {"state": result.state, "timed_out": True}
    if result.state in states.EXCEPTION_STATES:
        return {"state": result.state, "error": describe(value, result.traceback)}
    return {"state": result.state, "value": values.report(value)}


def evaluate(request):
    return {"value": values.report(eval(request["code"], names))}


def execute(request):
    exec(request["code"], names)
    return {}


def describe(error, trace):
    return {
        "module": type(error).__module__,
        "type": type(error).__name__,
        "message": str(error),
        "args": [values.report(each) for each in getattr(error, "args", ())],
        "traceback": trace,
    }


def main():
    # Whatever a library prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    operations = {"send": send, "get": get, "eval": evaluate, "exec": execute}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["op"]](request)
        except Exception as error:
            answer = {"raised": describe(error, traceback.format_exc())}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
