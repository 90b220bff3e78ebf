"""The Python side of bin/bench: the same commands as the Java roles, answered with "seconds cpu-seconds"."""

import os
import signal
import subprocess
import sys
import time

from celery import Celery

QUEUE = "bench"

app = Celery("bench", broker=sys.argv[1] if len(sys.argv) > 1 else os.environ["BENCH_BROKER"])
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


def consume(count):
    environment = dict(os.environ, BENCH_BROKER=app.conf.broker_url)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "bench_peer", "worker", "-c", "2", "-l", "WARNING", "-n", "bench@localhost"],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with app.connection_for_read() as connection:
            channel = connection.default_channel
            while depth(channel) == count:
                time.sleep(0.01)
            start, before, left = time.monotonic(), cpu_of_tree(worker.pid), depth(channel)
            while depth(channel):
                time.sleep(0.01)
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
