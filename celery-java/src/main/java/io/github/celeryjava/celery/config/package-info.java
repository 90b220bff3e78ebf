/** Celery's settings: the table of all there are, and an application's values for them. */
@NullMarked
package io.github.celeryjava.celery.config;

import org.jspecify.annotations.NullMarked;
