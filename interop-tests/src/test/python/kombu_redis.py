"""Bare kombu over Redis, for tests in Java that drive it through client.py with `from kombu_redis import *`."""

import os
import signal
import socket
import threading

from kombu import Connection, Consumer, Exchange, Producer, Queue

__all__ = ["Peer", "Exchange", "Queue", "die"]


class Peer:
    """One connection with one channel; remembers what it has consumed."""

    def __init__(self, url, **options):
        self.connection = Connection(url, transport_options=options)
        self.channel = self.connection.channel()
        self.producer = Producer(self.channel, auto_declare=False)
        self.messages = []
        self.consumer = None

    def declare(self, queue):
        queue(self.channel).declare()

    def publish(self, body, exchange="", routing_key="", **options):
        """To an exchange given by name, or declared first if it is an entity."""
        if isinstance(exchange, Exchange):
            exchange(self.channel).declare()
        self.producer.publish(body, exchange=exchange, routing_key=routing_key, **options)

    def consume(self, queue, prefetch=0, no_ack=False):
        self.channel.basic_qos(0, prefetch, False)
        self.consumer = Consumer(
            self.channel, [queue], callbacks=[self._received], no_ack=no_ack, accept=["json", "text/plain", "application/data"]
        )
        self.consumer.consume()

    def _received(self, body, message):
        self.messages.append(message)

    def drain(self, count, seconds=20):
        """Waits until so many messages have come in all."""
        while len(self.messages) < count:
            self.connection.drain_events(timeout=seconds)
        return [message.payload for message in self.messages]

    def quiet(self, seconds=0.3):
        """Whether nothing comes for a while."""
        before = len(self.messages)
        try:
            self.connection.drain_events(timeout=seconds)
        except socket.timeout:
            pass
        return len(self.messages) == before

    def get(self, queue, no_ack=True):
        """The payload of the next message, or None."""
        message = self.channel.basic_get(queue, no_ack=no_ack)
        return message and message.payload

    def sweep(self):
        """Puts back what nobody has renewed, as a worker does now and then."""
        self.channel.qos._vrestore_count = 0
        self.channel.qos.restore_visible(interval=1)

    def describe(self, index=-1):
        """Everything about a message that came."""
        message = self.messages[index]
        return {
            "payload": message.payload,
            "headers": dict(message.headers),
            "properties": {key: value for key, value in message.properties.items()},
            "delivery_info": dict(message.delivery_info),
            "content_type": message.content_type,
            "content_encoding": message.content_encoding,
        }

    def close(self):
        self.connection.close()


def die():
    """kill -9, in a moment, so that whoever asked has an answer."""
    threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
