package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one channel has published and the store has not confirmed yet. Thread-safe. */
final class Unconfirmed {

  private final Consumer<OperationalException> onFailure;

  // Mutable state
  private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param onFailure told of each failure that the store reports
   */
  Unconfirmed(Consumer<OperationalException> onFailure) {
    this.onFailure = onFailure;
  }

  /** A future that completes as {@code stored} does, unless {@link #failAll} comes first. */
  CompletableFuture<@Nullable Void> track(CompletableFuture<@Nullable Void> stored) {
    if (stored.isDone() && !stored.isCompletedExceptionally()) {
      return stored;
    }
    Pending publish = new Pending();
    pending.add(publish);
    stored.whenComplete(publish).exceptionally(reported -> null);
    return publish.confirmed;
  }

  void failAll(OperationalException cause) {
    for (Pending publish : List.copyOf(pending)) {
      pending.remove(publish);
      publish.confirmed.completeExceptionally(cause);
    }
  }

  private final class Pending implements BiConsumer<@Nullable Void, @Nullable Throwable> {

    private final CompletableFuture<@Nullable Void> confirmed = new CompletableFuture<>();

    @Override
    public void accept(@Nullable Void nothing, @Nullable Throwable error) {
      pending.remove(this);
      if (error == null) {
        confirmed.complete(null);
        return;
      }
      confirmed.completeExceptionally(error);
      if (error instanceof OperationalException cause) {
        onFailure.accept(cause);
      }
    }
  }
}
