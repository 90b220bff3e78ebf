/**
 * Comparisons with the bare AMQP client, Python Celery and Python kombu, each in a process of its
 * own.
 */
@NullMarked
package io.github.celeryjava.benchmarks;

import org.jspecify.annotations.NullMarked;
