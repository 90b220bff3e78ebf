/** Comparisons with the bare AMQP client and with Python Celery, each in a process of its own. */
@NullMarked
package io.github.celeryjava.benchmarks;

import org.jspecify.annotations.NullMarked;
