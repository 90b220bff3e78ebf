package io.github.celeryjava.kombu.internal;

import static java.util.Objects.requireNonNull;

/**
 * A library that an application adds if it wants what needs it. Immutable and thread-safe.
 *
 * @param artifact its group and name on Maven Central, for people
 * @param className a class of it that is asked for to see whether it is there; never initialised
 */
@Internal
public record OptionalLibrary(String artifact, String className) {

  public OptionalLibrary {
    requireNonNull(artifact, "artifact");
    requireNonNull(className, "className");
  }

  public boolean isPresent() {
    try {
      Class.forName(className, false, OptionalLibrary.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** What a user does about its absence. */
  public String remedy() {
    return "it needs the library " + artifact + " on the class path";
  }
}
