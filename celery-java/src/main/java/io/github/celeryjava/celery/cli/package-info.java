/** The {@code celery} command. */
@NullMarked
package io.github.celeryjava.celery.cli;

import org.jspecify.annotations.NullMarked;
