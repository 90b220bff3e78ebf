/** Redis through the Jedis driver: with the result backend, the only package that uses it. */
@NullMarked
package io.github.celeryjava.kombu.transport.redis;

import org.jspecify.annotations.NullMarked;
