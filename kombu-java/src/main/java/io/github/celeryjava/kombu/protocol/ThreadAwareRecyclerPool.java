package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import io.github.celeryjava.kombu.internal.Threads;

/**
 * Jackson's buffers: one set a platform thread, and a shared pool for virtual threads, which would
 * throw their own away after one task. Thread-safe.
 */
final class ThreadAwareRecyclerPool implements RecyclerPool<BufferRecycler> {

  private static final long serialVersionUID = 1L;

  private final RecyclerPool<BufferRecycler> platform = JsonRecyclerPools.threadLocalPool();
  private final RecyclerPool<BufferRecycler> virtual = JsonRecyclerPools.newConcurrentDequePool();

  /** Linked to the pool it came from, so that releasing never asks which thread it is. */
  @Override
  public BufferRecycler acquireAndLinkPooled() {
    return forThisThread().acquireAndLinkPooled();
  }

  @Override
  public BufferRecycler acquirePooled() {
    return forThisThread().acquirePooled();
  }

  @Override
  public void releasePooled(BufferRecycler buffers) {
    forThisThread().releasePooled(buffers);
  }

  private RecyclerPool<BufferRecycler> forThisThread() {
    return Threads.inVirtualThread() ? virtual : platform;
  }
}
