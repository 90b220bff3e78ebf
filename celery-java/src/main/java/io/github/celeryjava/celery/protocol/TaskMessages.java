package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells the versions of received task messages apart.
 *
 * <p>Wire source: {@code create_task_handler} in {@code celery/worker/consumer/consumer.py} and
 * {@code celery/worker/strategy.py} (5.2 to 5.7).
 *
 * @hidden
 */
@Internal
public final class TaskMessages {

  /**
   * Versions of the task message protocol.
   *
   * @hidden
   */
  public enum Version {
    /** Headers say everything about the run; the body is a list. */
    V2,
    /** Headers of version 2, body of version 1. */
    HYBRID,
    /** The body is a map that says everything. */
    V1,
    /** No task message. */
    UNKNOWN
  }

  private TaskMessages() {}

  /**
   * Whether the headers alone are enough to receive this message: then {@link TaskHeaders#read} can
   * be called at once and the body be decoded later, on another thread. Otherwise the body has to
   * be decoded first, for {@link #read}.
   */
  public static boolean isVersion2(Map<String, ? extends @Nullable Object> headers) {
    return headers.get(TaskKeys.TASK) != null && headers.get(TaskKeys.ID) != null;
  }

  /**
   * The id that a message claims to have, whatever else is wrong with it; null if it claims none.
   *
   * @param body its decoded body, null if it could not be decoded
   */
  public static @Nullable String claimedId(
      Map<String, ? extends @Nullable Object> headers, @Nullable Object body) {
    Object id = headers.get(TaskKeys.ID);
    if (id == null && body instanceof Map<?, ?> map) {
      id = map.get(TaskKeys.ID);
    }
    return id instanceof String || id instanceof Number ? id.toString() : null;
  }

  /** The version of a message whose body is decoded. */
  public static Version version(
      Map<String, ? extends @Nullable Object> headers, @Nullable Object body) {
    if (headers.containsKey(TaskKeys.TASK)) {
      return body instanceof Map<?, ?> map && map.containsKey(TaskKeys.ARGS)
          ? Version.HYBRID
          : Version.V2;
    }
    return body instanceof Map<?, ?> map && map.containsKey(TaskKeys.TASK)
        ? Version.V1
        : Version.UNKNOWN;
  }

  /**
   * Reads a message of any version.
   *
   * @param headers the message's headers
   * @param body its decoded body
   * @throws InvalidTaskException if it is no task message, or a part of it has the wrong shape
   */
  public static IncomingTask read(
      Map<String, ? extends @Nullable Object> headers, @Nullable Object body) {
    Version version = version(headers, body);
    if (body == null || version == Version.UNKNOWN) {
      throw new InvalidTaskException(
          "message", "names no task, neither in its headers nor in its body");
    }
    return switch (version) {
      case V2 -> new IncomingTask(version, TaskHeaders.read(headers), TaskBody.read(body));
      case HYBRID -> TaskMessageV1.readHybrid(headers, body);
      default -> TaskMessageV1.read(headers, body);
    };
  }
}
