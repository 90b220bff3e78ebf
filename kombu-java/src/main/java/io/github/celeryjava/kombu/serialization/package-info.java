/** Bodies to bytes and back: serializers, what is accepted, and how much is read. */
@NullMarked
package io.github.celeryjava.kombu.serialization;

import org.jspecify.annotations.NullMarked;
