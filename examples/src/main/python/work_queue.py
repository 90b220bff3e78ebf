"""The other half of WorkQueue: work_queue.py amqp://user:password@host send|work"""

import socket
import sys

from kombu import Connection, Queue

arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "thumbnails.dead"}
thumbnails = Queue("thumbnails", queue_arguments=arguments)
dead = Queue("thumbnails.dead")


def send(connection):
    producer = connection.Producer()
    for file, width in (("a.png", 80), ("broken.png", 80), ("c.png", 120)):
        producer.publish({"file": file, "width": width}, routing_key="thumbnails")
    print("sent 3")


def work(connection):
    handled = []

    def on_job(job, message):
        if job["file"].startswith("broken"):
            message.reject()
        else:
            print(f"made {job['file']} {job['width']} wide")
            message.ack()
        handled.append(job)

    with connection.Consumer([thumbnails], callbacks=[on_job], accept=["json"]):
        while len(handled) < 3:
            connection.drain_events(timeout=20)


with Connection(sys.argv[1], transport_options={"confirm_publish": True}) as connection:
    for queue in (dead, thumbnails):
        queue(connection.default_channel).declare()
    try:
        {"send": send, "work": work}[sys.argv[2]](connection)
    except socket.timeout:
        sys.exit("nothing came within 20 s")
