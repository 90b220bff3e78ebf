package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which content types a reader takes; decided before a byte of a body is looked at. Immutable and
 * thread-safe; made by {@link SerializerRegistry#accept}.
 *
 * <p>Types are compared as they are: {@code application/json; charset=utf-8} is another type than
 * {@code application/json}. Plain data, {@code application/data} and {@code application/text}, is
 * always taken.
 *
 * <p>Wire source: {@code loads} and {@code prepare_accept_content} in {@code
 * kombu/serialization.py}.
 */
public final class AcceptList {

  private static final Set<String> ALWAYS = Set.of(RawSerializer.DATA, "application/text");

  private final boolean everythingElse;
  private final Set<String> types;

  private AcceptList(boolean everythingElse, Set<String> types) {
    this.everythingElse = everythingElse;
    this.types = Set.copyOf(types);
  }

  static AcceptList only(Set<String> types) {
    return new AcceptList(false, types);
  }

  static AcceptList allBut(Set<String> disabled) {
    return new AcceptList(true, disabled);
  }

  /**
   * Whether messages of that type are taken.
   *
   * @param contentType null or empty counts as {@code application/data}
   */
  public boolean accepts(@Nullable String contentType) {
    String type = typeOrData(contentType);
    return types.contains(type) != everythingElse || (!everythingElse && ALWAYS.contains(type));
  }

  /**
   * Lets accepted types pass.
   *
   * @throws ContentDisallowedException if messages of that type are refused
   */
  public void check(@Nullable String contentType) {
    if (!accepts(contentType)) {
      throw new ContentDisallowedException(
          "refusing "
              + (everythingElse ? "disabled" : "untrusted")
              + " content of type "
              + contentType
              + "; "
              + this);
    }
  }

  static String typeOrData(@Nullable String contentType) {
    return contentType == null || contentType.isEmpty() ? RawSerializer.DATA : contentType;
  }

  /** For people: which types are accepted. */
  @Override
  public String toString() {
    return (everythingElse ? "accepted is all but " : "accepted are plain data and ")
        + new TreeSet<>(types);
  }
}
