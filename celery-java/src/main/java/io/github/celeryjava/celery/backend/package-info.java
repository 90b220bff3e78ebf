/** Where results are kept: in this process, or in the caller's reply queue. */
@NullMarked
package io.github.celeryjava.celery.backend;

import org.jspecify.annotations.NullMarked;
