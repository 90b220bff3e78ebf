package io.github.celeryjava.celery;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A store whose queue for answers is there when a test says so; it keeps nothing. */
final class AnswerQueue implements ResultBackend {

  /** Completed by the test. */
  final CompletableFuture<String> receiving = new CompletableFuture<>();

  /** What waiting for the queue comes to. */
  Function<Duration, String> waiting = timeout -> "answers";

  /** How long it was waited for. */
  final List<Duration> waits = new ArrayList<>();

  String trouble;

  @Override
  public String description() {
    return "answers://";
  }

  @Override
  public CompletableFuture<String> receiving() {
    return receiving;
  }

  @Override
  public String replyTo(Duration timeout) {
    waits.add(timeout);
    return waiting.apply(timeout);
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {}

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    return new CompletableFuture<>();
  }

  @Override
  public void forget(String taskId) {}

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public boolean isPersistent() {
    return false;
  }

  @Override
  public void close() {}
}
