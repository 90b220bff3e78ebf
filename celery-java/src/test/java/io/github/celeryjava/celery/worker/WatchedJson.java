package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.serialization.JsonSerializer;
import io.github.celeryjava.kombu.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** JSON that does something more on the thread that encodes or decodes. */
record WatchedJson(Runnable more) implements Serializer {

  @Override
  public String name() {
    return JsonSerializer.standard().name();
  }

  @Override
  public String contentType() {
    return JsonSerializer.standard().contentType();
  }

  @Override
  public byte[] encode(@Nullable Object body) {
    more.run();
    return JsonSerializer.standard().encode(body);
  }

  @Override
  public @Nullable Object decode(byte[] body) {
    more.run();
    return JsonSerializer.standard().decode(body);
  }
}
