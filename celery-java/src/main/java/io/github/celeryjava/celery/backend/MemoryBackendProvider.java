package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultBackendProvider;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Opens {@code memory://} and {@code memory://name}: apps of one process that say the same name
 * share their results, as long as one of them is open.
 */
@Internal
public final class MemoryBackendProvider implements ResultBackendProvider {

  // Mutable state
  private final Map<String, MemoryResults> byName = new ConcurrentHashMap<>();

  @Override
  public Set<String> schemes() {
    return Set.of("memory", "cache+memory");
  }

  @Override
  public ResultBackend open(String url, ResultBackendContext context) {
    String name = name(url);
    MemoryBackend[] opened = new MemoryBackend[1];
    byName.compute(
        name,
        (unused, known) -> {
          MemoryResults shared = known == null ? new MemoryResults(context.clock()) : known;
          MemoryBackend backend =
              new MemoryBackend(url, shared, context, listener -> leave(name, listener));
          shared.listen(backend.listener());
          opened[0] = backend;
          return shared;
        });
    return opened[0];
  }

  private void leave(String name, Consumer<ResultMeta> listener) {
    byName.computeIfPresent(name, (unused, shared) -> shared.unlisten(listener) ? null : shared);
  }

  private static String name(String url) {
    int slashes = url.indexOf("://");
    return slashes < 0 ? "" : url.substring(slashes + 3);
  }
}
