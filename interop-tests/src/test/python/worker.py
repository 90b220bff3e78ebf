"""Runs a worker with the app of tasks.py; takes the options of "celery worker".

A file of its own, so that the tasks live in a module "tasks" and not in "__main__": a failed task then
names an exception that other programs can import.
"""

import sys

from tasks import app

app.worker_main(["worker", *sys.argv[1:]])
