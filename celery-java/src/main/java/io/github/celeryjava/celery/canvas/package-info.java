/** Calls as data: what to run, with which arguments and options, before anything is sent. */
@NullMarked
package io.github.celeryjava.celery.canvas;

import org.jspecify.annotations.NullMarked;
