# A worker for JavaCallsPython: celery -A tasks worker
# tag::readme[]
from celery import Celery

app = Celery("tasks", broker="amqp://localhost", backend="rpc://")


@app.task(name="tasks.add")
def add(x, y):
    return x + y
# end::readme[]
