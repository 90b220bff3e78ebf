package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.backend.ResultCodec;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultKeys;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.PendingResults;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.redis.RedisClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Listens for the results that somebody waits for, all over one connection. Thread-safe; nothing
 * here waits for the server but two threads of its own.
 *
 * <p>One thread, started when it is needed, owns what is listened for: it opens the connection,
 * tells the server of changes, and reads each result once after the server has confirmed that it is
 * listened for. The other one reads what the server says and completes what is waited for. A lost
 * connection is opened again while somebody waits; then everything is listened for and read anew,
 * so what was stored meanwhile is found. A connection that has been silent for an interval is asked
 * for a sign of life, and counts as lost after another one.
 */
final class RedisResultListener {

  private static final Logger log = LoggerFactory.getLogger(RedisResultListener.class);

  private static final int MOST_TASKS = 128;
  private static final int MOST_CHARACTERS = 8_192;
  private static final int MOST_READ = 64;

  /** Reads results, by task; those that are not there are left out. Waits for the server. */
  interface Reader extends Function<List<String>, Map<String, byte[]>> {}

  private final RedisClients clients;
  private final ResultKeys keys;
  private final ResultCodec codec;
  private final PendingResults pending;
  private final Reader reader;
  private final long interval;
  private final LongSupplier nanos;
  private final RetryPolicy reconnecting = RetryPolicy.reconnecting();
  private final ScheduledExecutorService owner = Threads.onDemand("celery-redis-subscriptions");

  // Mutable state, owner thread only
  private final Subscriptions subscriptions = new Subscriptions(MOST_TASKS, MOST_CHARACTERS);
  private int failures;
  private boolean opensLater;
  private boolean watches;

  // Mutable state
  private volatile @Nullable SubscriptionLine line; // written by the owner thread
  private volatile @Nullable String trouble; // written by the owner thread
  private volatile boolean closed;

  /**
   * Nothing is opened before somebody waits.
   *
   * @param reader reads results once they are listened for
   */
  RedisResultListener(
      RedisBackendOptions options,
      ResultCodec codec,
      PendingResults pending,
      Reader reader,
      LongSupplier nanos) {
    this.clients = options.clients();
    this.keys = options.keys();
    this.codec = codec;
    this.pending = pending;
    this.reader = reader;
    this.interval = options.silenceLimit().toNanos();
    this.nanos = nanos;
  }

  /** Somebody has begun to wait for a task. Returns at once. */
  void want(String taskId) {
    post(
        () -> {
          if (pending.isAwaited(taskId)) {
            subscriptions.want(taskId);
            advance();
          }
        });
  }

  /** Nobody may be waiting for a task any more. Returns at once. */
  void drop(String taskId) {
    post(
        () -> {
          if (!pending.isAwaited(taskId)) {
            subscriptions.drop(taskId);
            advance();
          }
        });
  }

  /** What keeps results from being received, for people. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  void close() {
    closed = true;
    owner.shutdownNow();
    SubscriptionLine last = line;
    if (last != null) {
      last.end();
    }
  }

  private void post(Runnable task) {
    try {
      owner.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  private void postAfter(long delayNanos, Runnable task) {
    try {
      var unused = owner.schedule(() -> guarded(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  /** A bug must not leave anybody waiting on a connection that nobody looks after. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("Listening for results starts over after an error", e);
      lost(line, OperationalException.lost(e.toString(), e));
    }
  }

  /** Does what is due, as far as it can be done now. */
  private void advance() {
    SubscriptionLine open = line;
    if (open == null) {
      if (!opensLater && !subscriptions.isEmpty()) {
        open();
      }
    } else if (open.isAnswered()) {
      tell(open);
      read(open);
    }
  }

  private void open() {
    if (closed) {
      return;
    }
    try {
      SubscriptionLine opened = SubscriptionLine.open(clients, nanos);
      line = opened;
      if (closed) {
        opened.end(); // nobody else will
      }
      opened.start(new FromServer(opened));
    } catch (JedisException e) {
      lost(null, clients.failure(e));
      return;
    }
    advance();
  }

  private void tell(SubscriptionLine open) {
    Subscriptions.Change change = subscriptions.next();
    if (change == null) {
      return;
    }
    List<String> channels = change.taskIds().stream().map(keys::ofTask).toList();
    try {
      if (change.subscribes()) {
        open.subscribe(channels);
      } else {
        open.unsubscribe(channels);
      }
      watch(interval);
    } catch (JedisException e) {
      lost(open, clients.failure(e));
    }
  }

  /** Results that came before anybody listened; what comes from now on is told. */
  private void read(SubscriptionLine open) {
    List<String> due = subscriptions.takeDue(MOST_READ);
    if (due.isEmpty() || open != line) {
      return;
    }
    try {
      reader.apply(due).forEach(this::received);
      post(this::advance); // there may be more
    } catch (BackendException e) {
      lost(
          open,
          e.getCause() instanceof OperationalException cause
              ? cause
              : OperationalException.lost(e.toString(), e));
    }
  }

  private void answered(SubscriptionLine open) {
    if (open != line) {
      return;
    }
    failures = 0;
    if (trouble != null) {
      trouble = null;
      log.info("Results are received again from {}", clients.description());
    }
    subscriptions.confirmed();
    advance();
  }

  /** Opens another one for those who wait, the first time at once; null for one not opened. */
  private void lost(@Nullable SubscriptionLine last, OperationalException cause) {
    if (last != line || closed) {
      return;
    }
    line = null;
    if (last != null) {
      last.end();
    }
    String why = "results are not received from " + cause.getMessage();
    trouble = why;
    if (!cause.isRecoverable()) {
      log.error("Those who wait for results are told: {}", why);
      subscriptions.startOver(List.of());
      pending.failAll(new BackendException(why, cause));
      return;
    }
    if (failures++ == 0) {
      log.warn("Results: connection lost, connecting again: {}", why);
    }
    subscriptions.startOver(pending.awaited());
    if (!subscriptions.isEmpty() && !opensLater) {
      opensLater = true;
      postAfter(
          failures == 1 ? 0 : reconnecting.interval(failures - 2).toNanos(),
          () -> {
            opensLater = false;
            advance();
          });
    }
  }

  private void watch(long delayNanos) {
    if (!watches) {
      watches = true;
      postAfter(
          delayNanos,
          () -> {
            watches = false;
            check();
          });
    }
  }

  private void check() {
    SubscriptionLine open = line;
    if (open == null) {
      return;
    }
    boolean answered = open.isAnswered();
    if (answered && subscriptions.isEmpty()) {
      return; // nobody waits
    }
    long silent = nanos.getAsLong() - (answered ? open.heardAt() : open.sentAt());
    if (silent < interval) {
      watch(interval - silent);
    } else if (answered) {
      open.ping();
      watch(interval);
    } else {
      Duration limit = Duration.ofNanos(interval);
      String why = clients.description() + ": no answer within " + limit;
      lost(open, OperationalException.lost(why, null));
    }
  }

  /** Takes a state in; on either thread. */
  private void received(String taskId, byte[] value) {
    if (!pending.isAwaited(taskId)) {
      return;
    }
    try {
      ResultMeta meta = codec.decode(value, taskId);
      if (!TaskState.isReady(meta.status())) {
        return;
      }
      pending.complete(taskId, meta);
    } catch (RuntimeException e) {
      log.error("The result of task {} cannot be read", taskId, e);
      pending.fail(taskId, e);
    }
    drop(taskId);
  }

  /** Hands what the reading thread hears to the owner, but for results, which need none. */
  private final class FromServer implements SubscriptionLine.Listener {

    private final SubscriptionLine heard;

    FromServer(SubscriptionLine heard) {
      this.heard = heard;
    }

    @Override
    public void message(String channel, byte[] value) {
      keys.taskOf(channel).ifPresent(taskId -> received(taskId, value));
    }

    @Override
    public void answered() {
      post(() -> RedisResultListener.this.answered(heard));
    }

    @Override
    public void lost(JedisException cause) {
      post(() -> RedisResultListener.this.lost(heard, clients.failure(cause)));
    }
  }
}
