package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps every state that is stored, after a test has had its way with it. Thread-safe. */
final class FakeBackend implements ResultBackend {

  private final List<ResultMeta> metas = new CopyOnWriteArrayList<>();
  private final List<ResultTarget> targets = new CopyOnWriteArrayList<>();
  private volatile Consumer<ResultMeta> before = meta -> {};

  /** What happens before a state is stored; may throw or wait. */
  void before(Consumer<ResultMeta> before) {
    this.before = before;
  }

  List<ResultMeta> metas() {
    return metas;
  }

  /** Ids and states, in the order in which they were stored. */
  List<String> states() {
    return metas.stream().map(meta -> meta.taskId() + " " + meta.status()).toList();
  }

  List<ResultTarget> targets() {
    return targets;
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    before.accept(meta);
    metas.add(meta);
    targets.add(target);
  }

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    return metas.stream().filter(meta -> meta.taskId().equals(taskId)).reduce((a, b) -> b);
  }

  @Override
  public String description() {
    return "a list";
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
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(String taskId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isPersistent() {
    return false;
  }

  @Override
  public void close() {}
}
