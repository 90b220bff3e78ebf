/**
 * Every error that celery-java throws: instructions that tasks throw to the worker, and failures
 * that callers catch. All are unchecked and share the root {@link
 * io.github.celeryjava.celery.exceptions.CeleryException}.
 */
@NullMarked
package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.NullMarked;
