/** Making bodies smaller, and large again within limits. */
@NullMarked
package io.github.celeryjava.kombu.compression;

import org.jspecify.annotations.NullMarked;
