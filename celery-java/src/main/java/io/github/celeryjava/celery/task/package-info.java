/** Defining tasks and running them. */
@NullMarked
package io.github.celeryjava.celery.task;

import org.jspecify.annotations.NullMarked;
