package io.github.celeryjava.celery.canvas;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.protocol.TaskLinks;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call carries for the workflow that it is a step of, as it came from the wire: nothing in
 * it is understood here, so that nothing is lost when a Java worker sends the step. Immutable.
 *
 * @param links what follows it, besides the call's own links
 * @param retries runs before this one
 * @param replacedTaskNesting how often the task was replaced
 * @param stampedHeaders names of the stamps; null for none
 * @param stamps value of each of those names
 * @param origin process that sent the task first; null for this one
 * @hidden
 */
@Internal
public record WorkflowOptions(
    TaskLinks links,
    int retries,
    int replacedTaskNesting,
    @Nullable List<String> stampedHeaders,
    Map<String, @Nullable Object> stamps,
    @Nullable String origin) {

  /** No workflow. */
  public static final WorkflowOptions NONE =
      new WorkflowOptions(TaskLinks.NONE, 0, 0, null, Map.of(), null);

  /** Checks and copies. */
  public WorkflowOptions {
    requireNonNull(links, "links");
    stampedHeaders = stampedHeaders == null ? null : List.copyOf(stampedHeaders);
    stamps = stamps.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(stamps));
  }

  /** The same with other links. */
  public WorkflowOptions withLinks(TaskLinks links) {
    return new WorkflowOptions(links, retries, replacedTaskNesting, stampedHeaders, stamps, origin);
  }
}
