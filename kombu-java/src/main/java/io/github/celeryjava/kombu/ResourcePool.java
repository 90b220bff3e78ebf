package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/**
 * Lends what is expensive to make, the one given back last first; made when first needed. What is
 * no longer usable is disposed of and never lent again. Thread-safe.
 *
 * <p>The one user of commons-pool2. Its waiting ends with an exception if the thread is
 * interrupted; here an interrupt is put off until the wait is over, so that it cannot cost a caller
 * its outcome.
 */
final class ResourcePool<T> implements AutoCloseable {

  /** One who begins to wait while the pool gets larger may miss it, until it looks again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final String what;
  private final Timing timing;
  private final TrafficListener traffic;
  private final Consumer<? super T> dispose;
  private final GenericObjectPool<T> pool;
  private final Set<T> alive = ConcurrentHashMap.newKeySet();

  // Mutable state
  private volatile int limit;

  /**
   * @param what names the resources in messages, for example {@code connection}
   * @param limit most resources at a time; 0 means that each is made for its borrower and disposed
   *     of afterwards
   * @param usable asked before lending and after giving back
   */
  ResourcePool(
      String what,
      int limit,
      ConnectionSettings settings,
      Supplier<T> make,
      Predicate<? super T> usable,
      Consumer<? super T> dispose) {
    this.what = what;
    this.limit = requireNotNegative(limit);
    this.timing = settings.timing();
    this.traffic = settings.traffic();
    this.dispose = dispose;
    GenericObjectPoolConfig<T> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(limit == 0 ? -1 : limit);
    config.setMaxIdle(limit);
    config.setTestOnBorrow(true);
    config.setTestOnReturn(true);
    config.setJmxEnabled(false);
    pool = new GenericObjectPool<>(new Factory(make, usable), config);
  }

  /**
   * Lends a resource, waiting for one if all are lent.
   *
   * @throws LimitExceededException if none came free in time
   * @throws OperationalException if the pool is closed
   * @throws KombuException if one had to be made and could not
   */
  Lease<T> borrow(Duration maxWait) {
    long start = timing.nanos();
    Lease<T> lease = new Lease<>(this, take(maxWait, start + maxWait.toNanos()));
    traffic.lent(what, timing.nanos() - start);
    return lease;
  }

  private T take(Duration maxWait, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        Duration left = Duration.ofNanos(Math.max(0, deadline - timing.nanos()));
        try {
          return pool.borrowObject(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
        } catch (InterruptedException e) {
          interrupted = true; // seen after the outcome
        } catch (NoSuchElementException e) {
          if (left.compareTo(LOOK_AGAIN) <= 0) {
            throw e;
          }
        }
      }
    } catch (NoSuchElementException e) {
      traffic.exhausted(what);
      throw new LimitExceededException(
          "no " + what + " came free within " + maxWait + ": " + counts(), e);
    } catch (IllegalStateException e) {
      throw OperationalException.refused("the pool is closed", 0, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // declared by the library, thrown by nothing of ours
      throw OperationalException.refused("could not make a " + what, 0, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Makes resources until there are {@code count}, lent ones included.
   *
   * @param open run with each that is made or idle
   * @throws KombuException the first failure; what was made before stays
   */
  void preload(int count, Consumer<? super T> open) {
    if (count < 0 || count > limit) {
      throw new IllegalArgumentException(
          "there are at most " + limit + " to make beforehand, not " + count);
    }
    List<T> opened = new ArrayList<>();
    try {
      while (lent() < count) {
        opened.add(borrowOpened(open));
      }
    } finally {
      opened.forEach(this::giveBack);
    }
  }

  private T borrowOpened(Consumer<? super T> open) {
    T resource = borrow(Duration.ZERO).get();
    try {
      open.accept(resource);
    } catch (KombuException e) {
      discard(resource); // else the next borrower would be the one to find out
      throw e;
    }
    return resource;
  }

  void giveBack(T resource) {
    if (limit > 0 && lent() + idle() > limit) { // it has become smaller meanwhile
      discard(resource);
      return;
    }
    traffic.givenBack(what);
    boolean interrupted = Thread.interrupted();
    try {
      pool.returnObject(resource); // disposes of it if it is unusable or the pool is closed
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void discard(T resource) {
    traffic.givenBack(what);
    try {
      pool.invalidateObject(resource);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("disposing of a " + what + " must not throw", e);
    }
  }

  int limit() {
    return limit;
  }

  /**
   * Changes how many there may be. Those that wait for one are served at once if there may be more;
   * if there may be fewer, what is idle goes now, and what is lent when it is given back.
   */
  void resize(int newLimit) {
    limit = requireNotNegative(newLimit);
    pool.setMaxIdle(newLimit);
    pool.setMaxTotal(newLimit == 0 ? -1 : newLimit);
    if (idle() > newLimit) {
      pool.clear();
    }
    for (int waiting = pool.getNumWaiters(); waiting > 0; waiting--) {
      serveWaiting();
    }
  }

  int lent() {
    return pool.getNumActive();
  }

  int idle() {
    return pool.getNumIdle();
  }

  /** Disposes of what is idle now, and of the rest when it is given back. */
  @Override
  public void close() {
    pool.close();
  }

  /** Closes, and ends what is lent too. */
  void abort(Consumer<? super T> end) {
    pool.close();
    alive.forEach(end);
  }

  private void serveWaiting() {
    try {
      pool.addObject(); // does nothing where there are as many as there may be
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw OperationalException.refused("could not make a " + what, 0, e);
    }
  }

  private static int requireNotNegative(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit must not be negative, was " + limit);
    }
    return limit;
  }

  private String counts() {
    return lent() + " lent, " + idle() + " idle, limit " + limit;
  }

  private final class Factory extends BasePooledObjectFactory<T> {

    private final Supplier<T> make;
    private final Predicate<? super T> usable;

    Factory(Supplier<T> make, Predicate<? super T> usable) {
      this.make = make;
      this.usable = usable;
    }

    @Override
    public T create() {
      T made = make.get();
      alive.add(made);
      return made;
    }

    @Override
    public PooledObject<T> wrap(T resource) {
      return new DefaultPooledObject<>(resource);
    }

    @Override
    public boolean validateObject(PooledObject<T> pooled) {
      return usable.test(pooled.getObject());
    }

    @Override
    public void destroyObject(PooledObject<T> pooled) {
      alive.remove(pooled.getObject());
      dispose.accept(pooled.getObject());
    }
  }
}
