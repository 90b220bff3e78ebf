/** The worker: takes messages, decides what to do with each, runs tasks, settles. */
@NullMarked
package io.github.celeryjava.celery.worker;

import org.jspecify.annotations.NullMarked;
