package io.github.celeryjava.celery.result;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps no results and says so to whoever asks for one.
 *
 * <p>Counterpart of {@code celery.backends.base.DisabledBackend}.
 */
final class NoResults implements ResultBackend {

  @Override
  public String description() {
    return "disabled://";
  }

  @Override
  public CompletableFuture<String> receiving() {
    return CompletableFuture.completedFuture("");
  }

  @Override
  public String replyTo(Duration timeout) {
    return "";
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    // Nobody wants it: that is what this backend is chosen for.
  }

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    throw none(taskId);
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    return CompletableFuture.failedFuture(none(taskId));
  }

  @Override
  public void forget(String taskId) {
    throw none(taskId);
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
  public void close() {}

  private static BackendException none(String taskId) {
    return new BackendException(
        "task "
            + taskId
            + " has no result that could be asked for: no result backend is configured. Set"
            + " result_backend, in code or as CELERY_RESULT_BACKEND, for example to rpc://",
        null);
  }
}
