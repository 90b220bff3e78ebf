package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a received version 2 message.
 *
 * <p>Wire source: {@code as_task_v2} in {@code celery/app/amqp.py} (5.2 to 5.7).
 *
 * @param args positional arguments
 * @param kwargs keyword arguments
 * @param links what follows
 */
public record TaskBody(
    List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, TaskLinks links) {

  private static final String ARGS_PART = "body[0] (args)";
  private static final String KWARGS_PART = "body[1] (kwargs)";

  /**
   * Where {@link InvalidTaskException#where} finds arguments of the wrong shape, in version 2 and
   * in a body of version 1: mistakes that Python makes out only when it calls the task.
   */
  public static final Set<String> ARGUMENTS =
      Set.of(ARGS_PART, KWARGS_PART, "body." + TaskKeys.ARGS, "body." + TaskKeys.KWARGS);

  /** Checks that nothing is missing. */
  public TaskBody {
    requireNonNull(args, "args");
    requireNonNull(kwargs, "kwargs");
    requireNonNull(links, "links");
  }

  /**
   * Reads a decoded body {@code [args, kwargs, embed]}.
   *
   * @param decoded what the serializer returned
   * @throws InvalidTaskException if it is no such list, with the part that is wrong
   */
  public static TaskBody read(@Nullable Object decoded) {
    List<@Nullable Object> parts = Fields.listOf(decoded, "body");
    if (parts.size() != 3) {
      throw new InvalidTaskException("body", "must have 3 parts, has " + parts.size());
    }
    return new TaskBody(
        Fields.listOf(parts.get(0), ARGS_PART),
        Fields.stringKeyed(parts.get(1), KWARGS_PART),
        links(parts.get(2)));
  }

  private static TaskLinks links(@Nullable Object embed) {
    if (embed == null) {
      return TaskLinks.NONE;
    }
    Fields fields = Fields.of(embed, "body[2]");
    Object callbacks = fields.raw(TaskKeys.CALLBACKS);
    Object errbacks = fields.raw(TaskKeys.ERRBACKS);
    Object chain = fields.raw(TaskKeys.CHAIN);
    Object chord = fields.raw(TaskKeys.CHORD);
    if (callbacks == null && errbacks == null && chain == null && chord == null) {
      return TaskLinks.NONE;
    }
    return new TaskLinks(
        SignatureData.readAll(callbacks, fields.path(TaskKeys.CALLBACKS)),
        SignatureData.readAll(errbacks, fields.path(TaskKeys.ERRBACKS)),
        SignatureData.readAll(chain, fields.path(TaskKeys.CHAIN)),
        chord == null ? null : SignatureData.read(chord, fields.path(TaskKeys.CHORD)));
  }
}
