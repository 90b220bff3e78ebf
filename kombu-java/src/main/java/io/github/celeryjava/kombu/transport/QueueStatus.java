package io.github.celeryjava.kombu.transport;

/**
 * What a broker says of a queue when asked.
 *
 * @param name the queue's name, chosen by the broker if it was declared without one
 * @param messages messages ready for delivery
 * @param consumers consumers, where the transport knows; else 0
 */
public record QueueStatus(String name, long messages, long consumers) {}
