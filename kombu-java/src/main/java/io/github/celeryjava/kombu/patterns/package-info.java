/** Ways of using queues that programs would otherwise each write for themselves. */
@NullMarked
package io.github.celeryjava.kombu.patterns;

import org.jspecify.annotations.NullMarked;
