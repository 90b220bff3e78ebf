"""The other half of PublishSubscribe: publish_subscribe.py amqp://user:password@host publish|subscribe"""

import socket
import sys

from kombu import Connection, Exchange, Queue

news = Exchange("news", type="topic")
desks = [Queue("sport desk", news, "sport.#"), Queue("oslo desk", news, "*.oslo")]


def publish(connection):
    producer = connection.Producer(exchange=news)
    for topic, title in (
        ("sport.oslo", "Skiing"),
        ("sport.rome.late", "Football"),
        ("traffic.oslo", "Trams"),
        ("traffic.rome", "Nobody cares"),
    ):
        producer.publish({"title": title}, routing_key=topic)


def subscribe(connection):
    seen = []

    def on_news(body, message):
        print(f"{body['title']} about {message.delivery_info['routing_key']}")
        message.ack()
        seen.append(body)

    with connection.Consumer(desks, callbacks=[on_news], accept=["json"]):
        while len(seen) < 4:
            connection.drain_events(timeout=20)


with Connection(sys.argv[1], transport_options={"confirm_publish": True}) as connection:
    for desk in desks:
        desk(connection.default_channel).declare()
    print("listening")
    try:
        {"publish": publish, "subscribe": subscribe}[sys.argv[2]](connection)
    except socket.timeout:
        sys.exit("nothing came within 20 s")
