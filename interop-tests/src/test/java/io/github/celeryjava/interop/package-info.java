/** Both libraries against real Celery, in both directions, and what such tests need. */
@NullMarked
package io.github.celeryjava.interop;

import org.jspecify.annotations.NullMarked;
