package io.github.celeryjava.celery.task;

/**
 * How a task's message reached its worker.
 *
 * @param exchange exchange it was published to; empty for the default exchange
 * @param routingKey key it was published with
 * @param priority its priority, 0 if it has none
 * @param redelivered whether it may have been delivered before
 */
public record DeliveryInfo(String exchange, String routingKey, int priority, boolean redelivered) {}
