package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The matchers that requests may name: {@code glob}, {@code pcre}, and what a program adds.
 * Immutable.
 *
 * <p>Named after {@code kombu.matcher.MatcherRegistry}.
 */
public final class MatcherRegistry {

  private static final MatcherRegistry STANDARD = loaded();

  private final SortedMap<String, NodeMatcher> byName;

  private MatcherRegistry(SortedMap<String, NodeMatcher> byName) {
    this.byName = byName;
  }

  /** {@code glob} and {@code pcre}, and what {@link ServiceLoader} finds besides. */
  public static MatcherRegistry standard() {
    return STANDARD;
  }

  /** The same with one more; one of the same name is replaced. */
  public MatcherRegistry with(NodeMatcher matcher) {
    SortedMap<String, NodeMatcher> more = new TreeMap<>(byName);
    more.put(matcher.name(), matcher);
    return new MatcherRegistry(more);
  }

  /** The same without one. */
  public MatcherRegistry without(String name) {
    SortedMap<String, NodeMatcher> fewer = new TreeMap<>(byName);
    fewer.remove(name);
    return new MatcherRegistry(fewer);
  }

  /**
   * Whether a node is meant.
   *
   * @param matcher name of the matcher
   * @throws ConfigurationException if there is none of that name
   * @throws IllegalArgumentException if the pattern makes no sense
   */
  public boolean matches(String hostname, String pattern, String matcher) {
    NodeMatcher found = byName.get(matcher);
    if (found == null) {
      throw new ConfigurationException(
          "no matcher is called "
              + matcher
              + "; "
              + NearestName.of(matcher, byName.keySet())
                  .map(nearest -> "did you mean " + nearest + "?")
                  .orElse("there are " + byName.keySet()));
    }
    return found.matches(hostname, pattern);
  }

  private static MatcherRegistry loaded() {
    SortedMap<String, NodeMatcher> found = new TreeMap<>();
    for (NodeMatcher own : new NodeMatcher[] {new GlobMatcher(), new RegexMatcher()}) {
      found.put(own.name(), own);
    }
    ServiceLoader.load(NodeMatcher.class).forEach(matcher -> found.put(matcher.name(), matcher));
    return new MatcherRegistry(found);
  }
}
