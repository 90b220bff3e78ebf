package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task to be sent: everything that either version of the message protocol writes. Made by
 * {@link #builder}.
 *
 * <p>Collections are not copied, since one of these is made for every task: do not change them
 * until the message is sent.
 *
 * @param task name of the task
 * @param id id of this run
 * @param args positional arguments
 * @param tuple whether the caller gave the arguments as such ({@code argsrepr} is then {@code (1,
 *     2)}), rather than as a list that was read from elsewhere ({@code [1, 2]})
 * @param kwargs keyword arguments
 * @param links what follows
 * @param eta time at which it runs; null for at once
 * @param expires time after which it does not run; null for never
 * @param retries runs before this one
 * @param timeLimit hard time limit; null for the worker's own
 * @param softTimeLimit soft time limit; null for the worker's own
 * @param rootId first task of the workflow; null if this is it
 * @param parentId task that sent this one; null for none
 * @param group id of the group this is a part of; null for none
 * @param groupIndex position in that group; null for none
 * @param shadow name to show instead of the task's; null for none
 * @param argsrepr text of the arguments for people; null to have it made
 * @param kwargsrepr text of the keyword arguments for people; null to have it made
 * @param ignoreResult whether the result is of no interest; null leaves it to the task where it
 *     runs
 * @param replacedTaskNesting how often the task was replaced
 * @param stampedHeaders names of the stamps; null for none
 * @param stamps value of each of those names, and of no other
 * @param origin process that sent the task first; null for this one
 * @param replyTo queue for the result; null for none
 * @param headers the caller's own message headers, which win over Celery's
 */
public record TaskCall(
    String task,
    String id,
    List<? extends @Nullable Object> args,
    boolean tuple,
    Map<String, ? extends @Nullable Object> kwargs,
    TaskLinks links,
    @Nullable Instant eta,
    @Nullable Instant expires,
    int retries,
    @Nullable Duration timeLimit,
    @Nullable Duration softTimeLimit,
    @Nullable String rootId,
    @Nullable String parentId,
    @Nullable String group,
    @Nullable Integer groupIndex,
    @Nullable String shadow,
    @Nullable String argsrepr,
    @Nullable String kwargsrepr,
    @Nullable Boolean ignoreResult,
    int replacedTaskNesting,
    @Nullable List<String> stampedHeaders,
    Map<String, ? extends @Nullable Object> stamps,
    @Nullable String origin,
    @Nullable String replyTo,
    Map<String, ? extends @Nullable Object> headers) {

  /** Refuses what would end a Python worker: an empty name or id, a stamp without its value. */
  public TaskCall {
    requireText(task, "task");
    requireText(id, "id");
    requireNonNull(args, "args");
    requireNonNull(kwargs, "kwargs");
    requireNonNull(links, "links");
    requireNonNull(stamps, "stamps");
    requireNonNull(headers, "headers");
    if (stampedHeaders != null) {
      for (String name : stampedHeaders) {
        if (!stamps.containsKey(name)) {
          throw new IllegalArgumentException("stamp '" + name + "' has no value");
        }
      }
    }
  }

  /** Starts from the two things that every call has. */
  public static Builder builder(String task, String id) {
    return new Builder(task, id);
  }

  /**
   * The call that a received message stands for, as a start for sending it again: a retry, a move
   * to another queue. The texts for people are made anew.
   *
   * @param replyTo property of the received message; null for none
   */
  public static Builder of(TaskHeaders headers, TaskBody body, @Nullable String replyTo) {
    return new Builder(headers.task(), headers.id())
        .argsList(body.args())
        .kwargs(body.kwargs())
        .links(body.links())
        .eta(headers.eta())
        .expires(headers.expires())
        .retries(headers.retries())
        .timeLimits(headers.timeLimit(), headers.softTimeLimit())
        .rootId(headers.rootId())
        .parentId(headers.parentId())
        .group(headers.group(), headers.groupIndex())
        .shadow(headers.shadow())
        .ignoreResult(headers.ignoreResult())
        .replacedTaskNesting(headers.replacedTaskNesting())
        .stamps(headers.stampedHeaders(), headers.knownStamps())
        .origin(headers.origin())
        .replyTo(replyTo)
        .headers(headers.custom());
  }

  private static void requireText(String value, String name) {
    if (requireNonNull(value, name).isEmpty()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
  }

  /** Collects one {@link TaskCall}; not thread-safe. Each setter replaces what was set before. */
  public static final class Builder {

    private final String task;
    private final String id;
    private List<? extends @Nullable Object> args = List.of();
    private boolean tuple = true;
    private Map<String, ? extends @Nullable Object> kwargs = Map.of();
    private TaskLinks links = TaskLinks.NONE;
    private @Nullable Instant eta;
    private @Nullable Instant expires;
    private int retries;
    private @Nullable Duration timeLimit;
    private @Nullable Duration softTimeLimit;
    private @Nullable String rootId;
    private @Nullable String parentId;
    private @Nullable String group;
    private @Nullable Integer groupIndex;
    private @Nullable String shadow;
    private @Nullable String argsrepr;
    private @Nullable String kwargsrepr;
    private @Nullable Boolean ignoreResult;
    private int replacedTaskNesting;
    private @Nullable List<String> stampedHeaders;
    private Map<String, ? extends @Nullable Object> stamps = Map.of();
    private @Nullable String origin;
    private @Nullable String replyTo;
    private Map<String, ? extends @Nullable Object> headers = Map.of();

    private Builder(String task, String id) {
      this.task = task;
      this.id = id;
    }

    /** Positional arguments as a caller gave them, a tuple in Python's eyes. */
    public Builder args(List<? extends @Nullable Object> args) {
      this.args = args;
      this.tuple = true;
      return this;
    }

    /** Positional arguments that were read from elsewhere, a list in Python's eyes. */
    public Builder argsList(List<? extends @Nullable Object> args) {
      this.args = args;
      this.tuple = args.isEmpty(); // Python replaces an empty list by an empty tuple.
      return this;
    }

    /** Keyword arguments. */
    public Builder kwargs(Map<String, ? extends @Nullable Object> kwargs) {
      this.kwargs = kwargs;
      return this;
    }

    /** What follows the task. */
    public Builder links(TaskLinks links) {
      this.links = links;
      return this;
    }

    /** Time at which it runs; null for at once. */
    public Builder eta(@Nullable Instant eta) {
      this.eta = eta;
      return this;
    }

    /** Time after which it does not run; null for never. */
    public Builder expires(@Nullable Instant expires) {
      this.expires = expires;
      return this;
    }

    /** Runs before this one. */
    public Builder retries(int retries) {
      this.retries = retries;
      return this;
    }

    /** Hard and soft time limit; null for the worker's own. */
    public Builder timeLimits(@Nullable Duration hard, @Nullable Duration soft) {
      this.timeLimit = hard;
      this.softTimeLimit = soft;
      return this;
    }

    /** First task of the workflow; null if this is it. */
    public Builder rootId(@Nullable String rootId) {
      this.rootId = rootId;
      return this;
    }

    /** Task that sends this one; null for none. */
    public Builder parentId(@Nullable String parentId) {
      this.parentId = parentId;
      return this;
    }

    /** The group this is a part of and the place in it; null for none. */
    public Builder group(@Nullable String group, @Nullable Integer groupIndex) {
      this.group = group;
      this.groupIndex = groupIndex;
      return this;
    }

    /** Name to show instead of the task's; null for none. */
    public Builder shadow(@Nullable String shadow) {
      this.shadow = shadow;
      return this;
    }

    /** Texts of the arguments for people, for arguments that must not be shown; null: made. */
    public Builder reprs(@Nullable String argsrepr, @Nullable String kwargsrepr) {
      this.argsrepr = argsrepr;
      this.kwargsrepr = kwargsrepr;
      return this;
    }

    /** Whether the result is of no interest; null leaves it to the task where it runs. */
    public Builder ignoreResult(@Nullable Boolean ignoreResult) {
      this.ignoreResult = ignoreResult;
      return this;
    }

    /** How often the task was replaced. */
    public Builder replacedTaskNesting(int replacedTaskNesting) {
      this.replacedTaskNesting = replacedTaskNesting;
      return this;
    }

    /** Names of the stamps, null for none, and a value for each. */
    public Builder stamps(
        @Nullable List<String> names, Map<String, ? extends @Nullable Object> values) {
      this.stampedHeaders = names;
      this.stamps = values;
      return this;
    }

    /** Process that sent the task first; null for this one. */
    public Builder origin(@Nullable String origin) {
      this.origin = origin;
      return this;
    }

    /** Queue for the result; null for none. */
    public Builder replyTo(@Nullable String replyTo) {
      this.replyTo = replyTo;
      return this;
    }

    /** The caller's own message headers. */
    public Builder headers(Map<String, ? extends @Nullable Object> headers) {
      this.headers = headers;
      return this;
    }

    /**
     * Checks and freezes.
     *
     * @throws IllegalArgumentException if the name or the id is empty, or a stamp has no value
     */
    public TaskCall build() {
      return new TaskCall(
          task,
          id,
          args,
          tuple,
          kwargs,
          links,
          eta,
          expires,
          retries,
          timeLimit,
          softTimeLimit,
          rootId,
          parentId,
          group,
          groupIndex,
          shadow,
          argsrepr,
          kwargsrepr,
          ignoreResult,
          replacedTaskNesting,
          stampedHeaders,
          stamps,
          origin,
          replyTo,
          headers);
    }
  }
}
