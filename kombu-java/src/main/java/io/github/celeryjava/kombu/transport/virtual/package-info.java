/**
 * Channels with AMQP's meaning on top of anything that can hold queues: a store keeps messages and
 * bindings, this package adds consumers, prefetch, settling and giving back.
 */
@NullMarked
package io.github.celeryjava.kombu.transport.virtual;

import org.jspecify.annotations.NullMarked;
