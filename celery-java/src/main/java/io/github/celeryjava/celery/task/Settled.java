package io.github.celeryjava.celery.task;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for tasks that return before they are done. Stateless and thread-safe. */
final class Settled {

  private Settled() {}

  /**
   * The value itself, or the one that a stage completes with, waited for on the calling thread.
   *
   * @throws Exception what the stage failed with
   * @throws InterruptedException if interrupted; the stage goes on
   */
  static @Nullable Object value(@Nullable Object result) throws Exception {
    if (!(result instanceof CompletionStage<?> stage)) {
      return result;
    }
    try {
      return future(stage).get();
    } catch (ExecutionException e) {
      throw error(e);
    }
  }

  /** What went wrong, without the wrappers that futures put around it. */
  static Throwable unwrapped(Throwable thrown) {
    Throwable error = thrown;
    while ((error instanceof ExecutionException || error instanceof CompletionException)
        && error.getCause() != null) {
      error = error.getCause();
    }
    return error;
  }

  /** Not every stage can be waited for, but each one tells of its end. */
  private static CompletableFuture<@Nullable Object> future(CompletionStage<?> stage) {
    CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
    stage.whenComplete(
        (value, error) -> {
          if (error == null) {
            future.complete(value);
          } else {
            future.completeExceptionally(error);
          }
        });
    return future;
  }

  private static Exception error(ExecutionException thrown) {
    Throwable error = unwrapped(thrown);
    if (error instanceof Error fatal) {
      throw fatal;
    }
    return error instanceof Exception exception ? exception : thrown;
  }
}
