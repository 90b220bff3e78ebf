package io.github.celeryjava.celery.canvas;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of one task: name, arguments and options. Pure data; {@link TaskSender} sends it.
 *
 * <p>Named after {@code celery.canvas.Signature}.
 *
 * @param task name under which the task is registered with whoever runs it
 * @param args positional arguments; elements may be null
 * @param kwargs keyword arguments; values may be null
 * @param options how to send it
 * @param immutable whether a parent's result is not prepended to the arguments
 */
public record TaskSignature(
    String task,
    List<@Nullable Object> args,
    Map<String, @Nullable Object> kwargs,
    CallOptions options,
    boolean immutable) {

  public TaskSignature {
    requireNonNull(task, "task");
    if (task.isEmpty()) {
      throw new IllegalArgumentException("a call needs the name of a task");
    }
    requireNonNull(options, "options");
    args = args.isEmpty() ? List.of() : Collections.unmodifiableList(new ArrayList<>(args));
    kwargs = kwargs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
  }

  /** A call with positional arguments and every option left open. */
  public static TaskSignature of(String task, List<@Nullable Object> args) {
    return new TaskSignature(task, args, Map.of(), CallOptions.none(), false);
  }

  public TaskSignature withOptions(CallOptions options) {
    return new TaskSignature(task, args, kwargs, options, immutable);
  }
}
