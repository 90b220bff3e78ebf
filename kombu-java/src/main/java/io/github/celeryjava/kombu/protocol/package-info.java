/**
 * Every byte and key that another process sees: one class a wire format, each naming its Python
 * source.
 */
@NullMarked
package io.github.celeryjava.kombu.protocol;

import org.jspecify.annotations.NullMarked;
