/** Exchanges, queues and bindings as plain data: no declaration here ever talks to a broker. */
@NullMarked
package io.github.celeryjava.kombu.entity;

import org.jspecify.annotations.NullMarked;
