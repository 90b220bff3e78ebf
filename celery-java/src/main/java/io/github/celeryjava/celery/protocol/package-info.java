/**
 * Every byte and key of Celery's own formats that another process sees: task messages, signatures,
 * results, exceptions as data. Header names, body keys and result keys are written here and nowhere
 * else.
 *
 * <p>For those who make task messages themselves, with {@link
 * io.github.celeryjava.celery.protocol.TaskCall}, or write a result backend, which keeps {@link
 * io.github.celeryjava.celery.protocol.ResultMeta}. Types marked as internal are for the other
 * packages of this library.
 */
@NullMarked
package io.github.celeryjava.celery.protocol;

import org.jspecify.annotations.NullMarked;
