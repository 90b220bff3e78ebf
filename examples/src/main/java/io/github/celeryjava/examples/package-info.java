/** One small main a feature. */
@NullMarked
package io.github.celeryjava.examples;

import org.jspecify.annotations.NullMarked;
