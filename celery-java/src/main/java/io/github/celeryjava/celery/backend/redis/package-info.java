/** Results in Redis: the same keys, values and messages as Celery's own backend. */
@NullMarked
package io.github.celeryjava.celery.backend.redis;

import org.jspecify.annotations.NullMarked;
