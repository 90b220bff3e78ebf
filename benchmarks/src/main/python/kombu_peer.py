"""The side of Python's kombu in bin/bench: messages without tasks, answered with "seconds cpu-seconds"."""

import sys
import time

from kombu import Connection, Consumer, Queue

QUEUE = Queue("bench")
PREFETCH = 32  # as Role.PREFETCH
BODY = [[], {}, {"callbacks": "null", "errbacks": "null", "chain": "null", "chord": "null"}]  # as TransportRole.BODY

PATIENCE = 60  # seconds for a message to come

url = sys.argv[1]
publishing = Connection(url)
producer = publishing.Producer(serializer="json")


def pipeline(count):
    for _ in range(count):
        producer.publish(BODY, routing_key=QUEUE.name, declare=[QUEUE])


def consume(count):
    left = count

    def handle(body, message):
        nonlocal left
        message.ack()
        left -= 1

    with Connection(url) as connection, connection.channel() as channel:
        with Consumer(channel, [QUEUE], callbacks=[handle], prefetch_count=PREFETCH):
            while left > 0:
                connection.drain_events(timeout=PATIENCE)


def main():
    for line in sys.stdin:
        command, count = line.split()
        start, before = time.monotonic(), time.process_time()
        {"pipeline": pipeline, "consume": consume}[command](int(count))
        print(time.monotonic() - start, time.process_time() - before, flush=True)


if __name__ == "__main__":
    main()
