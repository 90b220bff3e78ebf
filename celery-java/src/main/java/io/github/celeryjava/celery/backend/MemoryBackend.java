package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.PendingResults;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results in this process, for as long as {@code result_expires} says. They go through the
 * result serializer all the same, so that a result behaves as it would with any other store.
 * Thread-safe; never waits.
 *
 * <p>Counterpart of {@code celery.backends.cache.CacheBackend} with {@code cache+memory://}.
 */
final class MemoryBackend implements ResultBackend {

  private static final CompletableFuture<String> NO_QUEUE = CompletableFuture.completedFuture("");

  private final String url;
  private final MemoryResults results;
  private final ResultCodec codec;
  private final @Nullable Duration lifetime;
  private final Consumer<Consumer<ResultMeta>> leave;
  private final PendingResults pending = new PendingResults(taskId -> {});
  private final Consumer<ResultMeta> listener = this::tell;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * A backend whose {@link #listener()} the caller adds to {@code results}.
   *
   * @param leave told on closing, with that listener
   */
  MemoryBackend(
      String url,
      MemoryResults results,
      ResultBackendContext context,
      Consumer<Consumer<ResultMeta>> leave) {
    this.url = url;
    this.results = results;
    this.codec = new ResultCodec(context);
    Duration expires = context.config().get(Settings.RESULT_EXPIRES);
    this.lifetime = expires == null || expires.isZero() ? null : expires;
    this.leave = leave;
  }

  /** What is to be told of every state that is stored. */
  Consumer<ResultMeta> listener() {
    return listener;
  }

  @Override
  public String description() {
    return url;
  }

  @Override
  public CompletableFuture<String> receiving() {
    return NO_QUEUE;
  }

  @Override
  public String replyTo(Duration timeout) {
    return "";
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    results.store(codec.decode(codec.encode(meta), meta.taskId()), lifetime);
  }

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    return results.fetch(taskId);
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    CompletableFuture<ResultMeta> future = pending.await(taskId).future();
    results.fetch(taskId).ifPresent(this::tell); // it may have been there before
    return future;
  }

  @Override
  public void forget(String taskId) {
    results.forget(taskId);
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public boolean isPersistent() {
    return false;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leave.accept(listener);
      pending.close(new BackendException("the app was closed", null));
    }
  }

  private void tell(ResultMeta meta) {
    if (TaskState.isReady(meta.status())) {
      pending.complete(meta.taskId(), meta);
    }
  }
}
