/** Queues in folders, in the files of kombu's filesystem transport. */
@NullMarked
package io.github.celeryjava.kombu.transport.filesystem;

import org.jspecify.annotations.NullMarked;
