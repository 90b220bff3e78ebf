"""The Python side of bin/bench: the same commands as the Java roles, answered with "seconds cpu-seconds"."""

import os
import signal
import subprocess
import sys
import tempfile
import time

from celery import Celery

QUEUE = "bench"

PATIENCE = 60  # seconds for a worker to do anything

# The worker that this program starts has arguments of its own.
app = Celery("bench", broker=os.environ.get("BENCH_BROKER") or sys.argv[1])
app.conf.task_default_queue = QUEUE
app.conf.task_ignore_result = True


@app.task(name="bench.noop")
def noop():
    pass


def cpu_of_tree(pid):
    """Processor time of a process and all its children, in seconds."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents, times = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry)] = int(fields[1])
            times[int(entry)] = (int(fields[11]) + int(fields[12])) / ticks
    members, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in members} - members
        members |= more
        grown = bool(more)
    return sum(times.get(member, 0.0) for member in members)


def pipeline(count):
    start, before = time.monotonic(), time.process_time()
    for _ in range(count):
        noop.apply_async()
    return time.monotonic() - start, time.process_time() - before


def depth(channel):
    return channel.queue_declare(QUEUE, passive=True).message_count


def await_depth(channel, reached, log):
    """Waits until the depth of the queue is as wanted; fails if it stays the same for long."""
    last, since = None, time.monotonic()
    while not reached(now := depth(channel)):
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            log.seek(0)
            raise TimeoutError(f"{now} tasks stay in the queue; the worker says:\n{log.read()[-2000:]}")
        time.sleep(0.01)


def consume(count):
    log = tempfile.TemporaryFile("w+")
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "bench_peer", "worker", "-c", "2", "-l", "WARNING", "-n", "bench@localhost"],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        env=dict(os.environ, BENCH_BROKER=app.conf.broker_url),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        with app.connection_for_read() as connection:
            channel = connection.default_channel
            await_depth(channel, lambda left: left < count, log)
            start, before, left = time.monotonic(), cpu_of_tree(worker.pid), depth(channel)
            await_depth(channel, lambda left: left == 0, log)
            spent, cpu = time.monotonic() - start, cpu_of_tree(worker.pid) - before
        share = count / max(left, 1)
        return spent * share, cpu * share
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)


def main():
    for line in sys.stdin:
        command, count = line.split()
        seconds, cpu = {"pipeline": pipeline, "consume": consume}[command](int(count))
        print(seconds, cpu, flush=True)


if __name__ == "__main__":
    main()
