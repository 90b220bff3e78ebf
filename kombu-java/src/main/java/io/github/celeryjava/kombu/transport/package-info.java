/**
 * For people who write transports: what a broker driver has to offer to the rest of the library.
 */
@NullMarked
package io.github.celeryjava.kombu.transport;

import org.jspecify.annotations.NullMarked;
