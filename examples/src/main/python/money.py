"""Money, under the marker that SerializeAndCompress.java has registered too. Needs kombu 5.3."""

# tag::readme[]
from decimal import Decimal

from kombu.utils.json import register_type


class Money:
    def __init__(self, amount, currency):
        self.amount = Decimal(amount)
        self.currency = currency


register_type(Money, "money", lambda m: f"{m.amount} {m.currency}", lambda v: Money(*v.split()))
# end::readme[]
