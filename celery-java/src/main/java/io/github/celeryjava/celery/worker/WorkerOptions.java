package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.worker.pool.PoolKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one worker runs. Immutable; null and empty leave a choice to the app's settings.
 *
 * @param name node name, {@code name@host}; a name alone gets the host, null means {@code celery}
 * @param pool kind of pool
 * @param concurrency tasks at a time
 * @param prefetchMultiplier messages taken ahead for each slot; 0 takes without limit
 * @param queues names of the queues to consume; empty means the app's
 * @param excludedQueues names of queues of the app not to consume
 */
public record WorkerOptions(
    @Nullable String name,
    @Nullable PoolKind pool,
    @Nullable Integer concurrency,
    @Nullable Integer prefetchMultiplier,
    List<String> queues,
    List<String> excludedQueues) {

  public WorkerOptions {
    queues = List.copyOf(queues);
    excludedQueues = List.copyOf(excludedQueues);
    if (concurrency != null && concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1, was " + concurrency);
    }
    if (prefetchMultiplier != null && prefetchMultiplier < 0) {
      throw new IllegalArgumentException(
          "prefetchMultiplier must not be negative, was " + prefetchMultiplier);
    }
  }

  /** Everything as the settings say. */
  public static WorkerOptions defaults() {
    return builder().build();
  }

  /** Starts with everything as the settings say. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the choices of one {@link WorkerOptions}; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private @Nullable String name;
    private @Nullable PoolKind pool;
    private @Nullable Integer concurrency;
    private @Nullable Integer prefetchMultiplier;
    private List<String> queues = List.of();
    private List<String> excludedQueues = List.of();

    private Builder() {}

    public Builder name(@Nullable String name) {
      this.name = name;
      return this;
    }

    public Builder pool(@Nullable PoolKind pool) {
      this.pool = pool;
      return this;
    }

    public Builder concurrency(@Nullable Integer concurrency) {
      this.concurrency = concurrency;
      return this;
    }

    public Builder prefetchMultiplier(@Nullable Integer prefetchMultiplier) {
      this.prefetchMultiplier = prefetchMultiplier;
      return this;
    }

    public Builder queues(List<String> queues) {
      this.queues = queues;
      return this;
    }

    public Builder excludedQueues(List<String> queues) {
      this.excludedQueues = queues;
      return this;
    }

    /**
     * Checks and freezes the choices.
     *
     * @throws IllegalArgumentException if a number is out of bounds
     */
    public WorkerOptions build() {
      return new WorkerOptions(name, pool, concurrency, prefetchMultiplier, queues, excludedQueues);
    }
  }
}
