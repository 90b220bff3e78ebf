package io.github.celeryjava.kombu.transport.memory;

import io.github.celeryjava.kombu.transport.TransportMessage;

/** What was published where; shared by the copies in all queues it reached. */
record Published(String exchange, String routingKey, TransportMessage message) {}
