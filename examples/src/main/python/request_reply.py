"""The other half of RequestReply: request_reply.py amqp://user:password@host ask|answer"""

import socket
import sys
import uuid

from kombu import Connection, Queue

fibonacci = Queue("fibonacci")


def number(n):
    last, following = 0, 1
    for _ in range(n):
        last, following = following, last + following
    return last


def ask(connection):
    answers = Queue(f"answers.{uuid.uuid4()}", exclusive=True)
    answers(connection.default_channel).declare()
    producer = connection.Producer()
    asked = {}
    for n in (10, 20, 90):
        correlation_id = str(uuid.uuid4())
        asked[correlation_id] = n
        producer.publish(
            {"n": n},
            routing_key="fibonacci",
            reply_to=answers.name,
            correlation_id=correlation_id,
        )

    def on_answer(body, message):
        if asked.pop(message.properties["correlation_id"], None) == body["n"]:
            print(f"the answer is {body['value']}")

    with connection.Consumer([answers], callbacks=[on_answer], accept=["json"], no_ack=True):
        while asked:
            connection.drain_events(timeout=20)


def answer(connection):
    producer = connection.Producer()
    answered = []

    def on_question(body, message):
        producer.publish(
            {"n": body["n"], "value": number(body["n"])},
            routing_key=message.properties["reply_to"],
            correlation_id=message.properties["correlation_id"],
        )
        message.ack()
        answered.append(body)

    with connection.Consumer([fibonacci], callbacks=[on_question], accept=["json"]):
        while len(answered) < 3:
            connection.drain_events(timeout=20)


with Connection(sys.argv[1], transport_options={"confirm_publish": True}) as connection:
    fibonacci(connection.default_channel).declare()
    print("listening")
    try:
        {"ask": ask, "answer": answer}[sys.argv[2]](connection)
    except socket.timeout:
        sys.exit("nothing came within 20 s")
