package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Keeps every state that is stored, in order. */
final class StoredResults implements ResultBackend {

  private final List<String> journal;
  private final List<ResultMeta> metas = new ArrayList<>();
  private final List<ResultTarget> targets = new ArrayList<>();
  private Consumer<ResultMeta> check = meta -> {};

  StoredResults(List<String> journal) {
    this.journal = journal;
  }

  /** May throw, as a store that cannot be reached, or that cannot encode a result. */
  void checking(Consumer<ResultMeta> check) {
    this.check = check;
  }

  List<ResultMeta> metas() {
    return metas;
  }

  List<String> states() {
    return metas.stream().map(meta -> meta.taskId() + " " + meta.status()).toList();
  }

  ResultMeta last() {
    return metas.get(metas.size() - 1);
  }

  ResultTarget lastTarget() {
    return targets.get(targets.size() - 1);
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    check.accept(meta);
    metas.add(meta);
    targets.add(target);
    journal.add("store " + meta.status());
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
