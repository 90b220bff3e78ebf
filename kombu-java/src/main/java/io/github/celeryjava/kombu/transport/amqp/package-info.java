/** RabbitMQ over AMQP 0-9-1; the only package that knows the RabbitMQ client library. */
@NullMarked
package io.github.celeryjava.kombu.transport.amqp;

import org.jspecify.annotations.NullMarked;
