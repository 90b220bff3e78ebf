/**
 * A broker inside the process: what tests, demonstrations and single-process programs use in place
 * of a server.
 */
@NullMarked
package io.github.celeryjava.kombu.transport.memory;

import org.jspecify.annotations.NullMarked;
