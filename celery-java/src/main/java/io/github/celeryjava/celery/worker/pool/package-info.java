/** Where tasks run: platform threads, virtual threads, or the worker's own loop. */
@NullMarked
package io.github.celeryjava.celery.worker.pool;

import org.jspecify.annotations.NullMarked;
