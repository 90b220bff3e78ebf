"""Sends every message back: decoded, and encoded again the way it came.

    python codec_echo.py BROKER QUEUE REPLIES

A reply has the serializer and the compression of the message, and says in headers what the message
was in Python. A message with a header "as" is answered in that serializer instead.
"""

import sys

import peer_compat  # noqa: F401  makes old releases run on new Pythons

from kombu import Connection, Consumer, Producer, Queue

NAMES = {
    "application/json": "json",
    "application/x-msgpack": "msgpack",
    "application/x-yaml": "yaml",
    "application/data": "raw",
    "text/plain": None,
}


def main(broker, queue, replies):
    with Connection(broker) as connection:
        producer = Producer(connection)

        def answer(body, message):
            producer.publish(
                body,
                routing_key=replies,
                correlation_id=message.properties["correlation_id"],
                serializer=message.headers.get("as", NAMES[message.content_type]),
                compression=message.headers.get("compression"),
                headers={"repr": repr(body)[:1000], "came-as": message.content_type},
            )
            message.ack()

        with Consumer(
            connection, [Queue(queue)], accept=list(NAMES), callbacks=[answer], prefetch_count=1
        ):
            print("ready.", flush=True)
            while True:
                connection.drain_events()


main(*sys.argv[1:])
