/**
 * Celery for Java: an app that sends tasks to Python and Java workers, runs tasks that either
 * sends, and reads and stores results that both understand. {@link Celery} is the way in.
 */
@NullMarked
package io.github.celeryjava.celery;

import org.jspecify.annotations.NullMarked;
