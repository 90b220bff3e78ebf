package io.github.celeryjava.kombu;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something lent by a pool, until it is given back by {@link #close}. Belongs to one thread at a
 * time, and so does what is lent, unless that says otherwise.
 *
 * @param <T> what is lent
 */
public final class Lease<T> implements AutoCloseable {

  private final ResourcePool<T> pool;
  private final T resource;
  private final AtomicBoolean over = new AtomicBoolean();

  Lease(ResourcePool<T> pool, T resource) {
    this.pool = pool;
    this.resource = resource;
  }

  /**
   * What is lent.
   *
   * @throws IllegalStateException if it was given back
   */
  public T get() {
    if (over.get()) {
      throw new IllegalStateException("the lease is over");
    }
    return resource;
  }

  /** Has the resource closed instead of lending it to others, and frees its place in the pool. */
  public void discard() {
    if (over.compareAndSet(false, true)) {
      pool.discard(resource);
    }
  }

  /**
   * Gives it back; a resource that no longer works is closed instead. Doing so twice is harmless.
   */
  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      pool.giveBack(resource);
    }
  }
}
