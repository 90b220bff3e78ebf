package io.github.celeryjava.kombu.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the nodes of a mailbox, with the names and headers around it: the only class that
 * knows them.
 *
 * <p>Wire source: {@code kombu/pidbox.py} (5.2 to 5.7). Requests of older releases, which know no
 * pattern, no matcher or no ticket, are read too.
 *
 * @param method name of the command
 * @param arguments its arguments by name
 * @param destination the nodes asked; null or empty asks all
 * @param pattern what names of nodes have to match, if there is no destination
 * @param matcher how they have to match it
 * @param ticket what the answers bear; null if none is wanted
 * @param replyTo where answers go; null if none is wanted
 */
@Internal
public record PidboxMessage(
    String method,
    Map<String, @Nullable Object> arguments,
    @Nullable List<String> destination,
    @Nullable String pattern,
    @Nullable String matcher,
    @Nullable String ticket,
    @Nullable ReplyTo replyTo) {

  private static final String METHOD = "method";
  private static final String ARGUMENTS = "arguments";
  private static final String DESTINATION = "destination";
  private static final String PATTERN = "pattern";
  private static final String MATCHER = "matcher";
  private static final String TICKET = "ticket";
  private static final String REPLY_TO = "reply_to";
  private static final String EXCHANGE = "exchange";
  private static final String ROUTING_KEY = "routing_key";
  private static final String CLOCK = "clock";
  private static final String EXPIRES = "expires";
  private static final String ERROR = "error";

  public PidboxMessage {
    requireNonNull(method, "method");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    destination = destination == null ? null : List.copyOf(destination);
  }

  /** Where the answers to a request go. */
  public record ReplyTo(String exchange, String routingKey) {}

  /** Name of the exchange that requests are published to. */
  public static String exchange(String namespace) {
    return namespace + ".pidbox";
  }

  /** Name of the exchange that answers are published to. */
  public static String replyExchange(String namespace) {
    return "reply." + namespace + ".pidbox";
  }

  /** Name of a node's queue. */
  public static String nodeQueue(String hostname, String namespace) {
    return hostname + "." + exchange(namespace);
  }

  /** Name of a caller's queue. */
  public static String replyQueue(String oid, String namespace) {
    return oid + "." + replyExchange(namespace);
  }

  /** The request as a body. */
  public Map<String, @Nullable Object> toBody() {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put(METHOD, method);
    body.put(ARGUMENTS, arguments);
    body.put(DESTINATION, destination);
    body.put(PATTERN, pattern);
    body.put(MATCHER, matcher);
    if (replyTo != null) {
      body.put(TICKET, ticket);
      Map<String, Object> address = new LinkedHashMap<>();
      address.put(EXCHANGE, replyTo.exchange());
      address.put(ROUTING_KEY, replyTo.routingKey());
      body.put(REPLY_TO, address);
    }
    return body;
  }

  /**
   * Reads a request; keys that are not known are passed over.
   *
   * @throws DecodeException if it is none
   */
  public static PidboxMessage read(@Nullable Object body) {
    if (!(body instanceof Map<?, ?> map) || !(map.get(METHOD) instanceof String method)) {
      throw new DecodeException("not a request to a mailbox: a map with a method is wanted", null);
    }
    return new PidboxMessage(
        method,
        textKeys(map.get(ARGUMENTS)),
        names(map.get(DESTINATION)),
        textOrNull(map.get(PATTERN)),
        textOrNull(map.get(MATCHER)),
        textOrNull(map.get(TICKET)),
        replyTo(map.get(REPLY_TO)));
  }

  /**
   * The headers of a request.
   *
   * @param clock the caller's logical time
   * @param timeout how long the request is of interest; null for ever
   */
  public static Map<String, @Nullable Object> requestHeaders(
      long clock, Instant now, @Nullable Duration timeout) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put(CLOCK, clock);
    if (timeout == null) {
      headers.put(EXPIRES, 0);
    } else {
      headers.put(EXPIRES, seconds(now.plus(timeout)));
    }
    return headers;
  }

  /** The headers of an answer. */
  public static Map<String, @Nullable Object> replyHeaders(@Nullable String ticket, long clock) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put(TICKET, ticket);
    headers.put(CLOCK, clock);
    return headers;
  }

  /** The sender's logical time; 0 if it tells none. */
  public static long clock(Map<String, ? extends @Nullable Object> headers) {
    return headers.get(CLOCK) instanceof Number clock ? clock.longValue() : 0;
  }

  /** The ticket of an answer; null if it bears none, as those of very old peers. */
  public static @Nullable String ticket(Map<String, ? extends @Nullable Object> headers) {
    return textOrNull(headers.get(TICKET));
  }

  /** Whether the sender of an answer says that nobody needs it any more. */
  public static boolean isExpired(Map<String, ? extends @Nullable Object> headers, Instant now) {
    return headers.get(EXPIRES) instanceof Number expires
        && expires.doubleValue() > 0
        && seconds(now) > expires.doubleValue();
  }

  /** The body of an answer. */
  public static Map<String, @Nullable Object> reply(String hostname, @Nullable Object result) {
    return Collections.singletonMap(hostname, result);
  }

  /** What a node answers whose command has failed. */
  public static Map<String, @Nullable Object> error(String text) {
    return Collections.singletonMap(ERROR, text);
  }

  /** What went wrong, if {@code result} is what {@link #error} makes; else null. */
  public static @Nullable String errorIn(@Nullable Object result) {
    return result instanceof Map<?, ?> map && map.size() == 1 ? textOrNull(map.get(ERROR)) : null;
  }

  private static @Nullable ReplyTo replyTo(@Nullable Object value) {
    return value instanceof Map<?, ?> map
            && map.get(EXCHANGE) instanceof String exchange
            && map.get(ROUTING_KEY) instanceof String key
        ? new ReplyTo(exchange, key)
        : null;
  }

  private static @Nullable List<String> names(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value instanceof String one ? List.of(one) : null;
  }

  private static Map<String, @Nullable Object> textKeys(@Nullable Object value) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> result.put(String.valueOf(key), each));
    }
    return result;
  }

  private static @Nullable String textOrNull(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  private static double seconds(Instant instant) {
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }
}
