# A client for JavaRunsTasks.
from decimal import Decimal

from celery import Celery

app = Celery("shop", broker="amqp://localhost", backend="rpc://")

# tag::readme[]
total = app.send_task("shop.total", ([Decimal("9.90"), Decimal("3.10")],), {"discount": Decimal("1")})
print(total.get(timeout=10))
# end::readme[]
