/**
 * Results of tasks: states, handles that wait for them, and the SPI of the stores that keep them.
 */
@NullMarked
package io.github.celeryjava.celery.result;

import org.jspecify.annotations.NullMarked;
