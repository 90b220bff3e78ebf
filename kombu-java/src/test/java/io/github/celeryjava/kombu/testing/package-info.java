/**
 * Real servers, a proxy that breaks connections and other means to test against a world that fails.
 * Shared with the other modules as a test-jar.
 */
@NullMarked
package io.github.celeryjava.kombu.testing;

import org.jspecify.annotations.NullMarked;
