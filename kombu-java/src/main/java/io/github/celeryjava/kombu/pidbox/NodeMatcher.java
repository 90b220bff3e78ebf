package io.github.celeryjava.kombu.pidbox;

/**
 * Decides which nodes a pattern means. Found by {@link java.util.ServiceLoader}, beside those that
 * there are. Thread-safe.
 *
 * <p>Named after the functions of {@code kombu.matcher}.
 */
public interface NodeMatcher {

  /** What requests call it, for example {@code glob}. */
  String name();

  /**
   * Whether a node is meant.
   *
   * @param pattern of somebody else's making: matching ends soon, whatever it is
   * @throws IllegalArgumentException if the pattern makes no sense
   */
  boolean matches(String hostname, String pattern);
}
