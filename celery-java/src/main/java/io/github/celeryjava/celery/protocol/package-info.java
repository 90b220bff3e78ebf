/**
 * Every byte and key of Celery's own formats that another process sees: task messages, signatures,
 * results, exceptions as data. Header names, body keys and result keys are written here and nowhere
 * else.
 */
@NullMarked
package io.github.celeryjava.celery.protocol;

import org.jspecify.annotations.NullMarked;
