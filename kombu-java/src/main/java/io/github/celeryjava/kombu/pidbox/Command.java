package io.github.celeryjava.kombu.pidbox;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command for nodes: which, what, and how long to wait for their answers. Immutable.
 *
 * <p>Covers the arguments of {@code kombu.pidbox.Mailbox._broadcast}.
 *
 * @param method its name
 * @param arguments its arguments by name
 * @param destination the nodes asked; null or empty asks all
 * @param pattern what names of nodes have to match, if there is no destination
 * @param matcher how they have to match it, {@code glob} or {@code pcre}
 * @param timeout how long to wait for the first answer, and after each answer for the next
 * @param limit how many answers to wait for; 0 waits for as many as there are nodes in {@code
 *     destination}, or for no number if there are none
 * @param onReply told of each answer when it comes, on a thread of the mailbox; must not block
 */
public record Command(
    String method,
    Map<String, @Nullable Object> arguments,
    @Nullable List<String> destination,
    @Nullable String pattern,
    @Nullable String matcher,
    Duration timeout,
    int limit,
    Consumer<Reply> onReply) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  public Command {
    requireNonNull(method, "method");
    requireNonNull(onReply, "onReply");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    destination = destination == null ? null : List.copyOf(destination);
    if ((pattern == null) != (matcher == null)) {
      throw new IllegalArgumentException("a pattern needs a matcher and a matcher a pattern");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    if (limit < 0) {
      throw new IllegalArgumentException("limit must not be negative, was " + limit);
    }
  }

  /** Starts from a command for all nodes, with a time-out of 1 s. */
  public static Builder builder(String method) {
    return new Builder(method);
  }

  /** How many answers there can be, as far as that is known; else 0. */
  int expectedReplies() {
    return limit > 0 ? limit : destination == null ? 0 : destination.size();
  }

  /** Collects the parts of one command; not thread-safe. */
  public static final class Builder {

    private final String method;

    // Mutable state
    private final Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    private @Nullable List<String> destination;
    private @Nullable String pattern;
    private @Nullable String matcher;
    private Duration timeout = DEFAULT_TIMEOUT;
    private int limit;
    private Consumer<Reply> onReply = reply -> {};

    private Builder(String method) {
      this.method = requireNonNull(method, "method");
    }

    public Builder argument(String name, @Nullable Object value) {
      arguments.put(requireNonNull(name, "name"), value);
      return this;
    }

    public Builder arguments(Map<String, ? extends @Nullable Object> arguments) {
      this.arguments.putAll(arguments);
      return this;
    }

    /** Asks these nodes alone. */
    public Builder to(String... hostnames) {
      return to(List.of(hostnames));
    }

    /** Asks these nodes alone. */
    public Builder to(List<String> hostnames) {
      destination = List.copyOf(hostnames);
      return this;
    }

    /** Asks the nodes whose names match; see {@link MatcherRegistry}. */
    public Builder matching(String matcher, String pattern) {
      this.matcher = requireNonNull(matcher, "matcher");
      this.pattern = requireNonNull(pattern, "pattern");
      return this;
    }

    public Builder timeout(Duration timeout) {
      this.timeout = requireNonNull(timeout, "timeout");
      return this;
    }

    public Builder limit(int limit) {
      this.limit = limit;
      return this;
    }

    public Builder onReply(Consumer<Reply> onReply) {
      this.onReply = requireNonNull(onReply, "onReply");
      return this;
    }

    /**
     * Freezes the command.
     *
     * @throws IllegalArgumentException if the time-out is not positive or the limit is negative
     */
    public Command build() {
      return new Command(method, arguments, destination, pattern, matcher, timeout, limit, onReply);
    }
  }
}
