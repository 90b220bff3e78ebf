package io.github.celeryjava.kombu;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What has happened already. */
final class Done {

  static final CompletionStage<@Nullable Void> STAGE = CompletableFuture.completedFuture(null);

  private Done() {}
}
