package io.github.celeryjava.kombu.serialization;

import org.jspecify.annotations.Nullable;

/**
 * A class that says itself what it is in a message. What {@link #toJson} returns is written in its
 * place, without an envelope, in JSON as in the other formats; there is no way back. It counts
 * before the types registered with {@link JsonSerializer.Builder#type}, but not for classes that
 * JSON knows already, as maps, lists and numbers.
 *
 * <p>For a class whose source one does not own, {@link JsonSerializer.Builder#transformation} does
 * the same; so does Jackson's {@code @JsonValue}.
 *
 * <p>Named after the method {@code __json__} of {@code kombu.utils.json}.
 */
public interface ToJson {

  /**
   * A value that has a form: plain, typed, or of a class with {@link #toJson} again. Called on the
   * encoding thread; what it throws becomes an {@code EncodeException}.
   */
  @Nullable Object toJson();
}
