/** Every exception that kombu-java throws on purpose. */
@NullMarked
package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.NullMarked;
