/** Building blocks of the two libraries; no promise of compatibility to anybody else. */
@NullMarked
package io.github.celeryjava.kombu.internal;

import org.jspecify.annotations.NullMarked;
