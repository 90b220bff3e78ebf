package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.RetryOptions;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.ResultTree;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The running request, for the task's own code. Thread-safe, so that a task may hand it to its
 * helpers; of no use after the task has ended.
 *
 * <p>Counterpart of {@code self} and {@code self.request} of a bound task.
 */
public final class TaskContext {

  private final TaskRequest request;
  private final TaskOptions options;
  private final States states;

  // Mutable state
  private @Nullable List<ResultTree> children; // guarded by this

  /** Where the states of a task's own go. */
  interface States {
    void store(TaskContext context, String state, @Nullable Object meta);
  }

  TaskContext(TaskRequest request, TaskOptions options, States states) {
    this.request = request;
    this.options = options;
    this.states = states;
  }

  /** Id of this task, kept when it is retried. */
  public String id() {
    return headers().id();
  }

  /** Name of this task. */
  public String task() {
    return headers().task();
  }

  /** Positional arguments as decoded from the message, unmodifiable; elements may be null. */
  public List<@Nullable Object> args() {
    return Collections.unmodifiableList(request.body().args());
  }

  /** Keyword arguments as decoded from the message, unmodifiable; values may be null. */
  public Map<String, @Nullable Object> kwargs() {
    return Collections.unmodifiableMap(request.body().kwargs());
  }

  /** How often it has been retried: 0 in the first run. */
  public int retries() {
    return headers().retries();
  }

  /** The time it was not to start before; null if it had none. */
  public @Nullable Instant eta() {
    return headers().eta();
  }

  /** The time after which it would not have started; null if it had none. */
  public @Nullable Instant expires() {
    return headers().expires();
  }

  /** First task of the workflow; this one, if nothing sent it. */
  public String rootId() {
    return headers().rootOrSelf();
  }

  /** The task that sent this one; null if none did. */
  public @Nullable String parentId() {
    return headers().parentId();
  }

  /** The group it is a member of; null if it is not. */
  public @Nullable String groupId() {
    return headers().group();
  }

  /** Its place in the group; null if it has none. */
  public @Nullable Integer groupIndex() {
    return headers().groupIndex();
  }

  /** What its caller matches the answer by; null if not said. */
  public @Nullable String correlationId() {
    return request.correlationId();
  }

  /** Where its caller waits for the answer; null or empty if it names no queue. */
  public @Nullable String replyTo() {
    return request.replyTo();
  }

  /** The node that first sent it; null if not said. */
  public @Nullable String origin() {
    return headers().origin();
  }

  /** The node that runs it. */
  public String hostname() {
    return request.hostname();
  }

  /** How its message came. */
  public DeliveryInfo deliveryInfo() {
    return request.deliveryInfo();
  }

  /** The headers that its sender added to those of the protocol, unmodifiable. */
  public Map<String, @Nullable Object> headersOfSender() {
    return headers().custom();
  }

  /** The language of whoever sent it, {@code py} or {@code java}; null if not said. */
  public @Nullable String lang() {
    return headers().lang();
  }

  /** The name to show instead of the task's; null if it has none. */
  public @Nullable String shadow() {
    return headers().shadow();
  }

  /** The positional arguments as its sender shows them to people; null if not said. */
  public @Nullable String argsrepr() {
    return headers().argsrepr();
  }

  /** The keyword arguments as its sender shows them to people; null if not said. */
  public @Nullable String kwargsrepr() {
    return headers().kwargsrepr();
  }

  /** Whether nobody wants the result. The message's word wins over the task's. */
  public boolean ignoreResult() {
    Boolean asked = headers().ignoreResult();
    return asked == null ? options.ignoreResult() : asked;
  }

  /** How often a task of this place in the workflow was replaced by another one. */
  public int replacedTaskNesting() {
    return headers().replacedTaskNesting();
  }

  /** Names of the stamps, unmodifiable; empty if it has none. */
  public List<String> stampedHeaders() {
    List<String> names = headers().stampedHeaders();
    return names == null ? List.of() : Collections.unmodifiableList(names);
  }

  /** Values of the stamps by name, unmodifiable; values may be null. */
  public Map<String, @Nullable Object> stamps() {
    return Collections.unmodifiableMap(headers().stamps());
  }

  /** What is called if it succeeds, unmodifiable; empty for nothing. */
  public List<SignatureData> callbacks() {
    return orEmpty(request.body().links().callbacks());
  }

  /** What is called if it fails, unmodifiable; empty for nothing. */
  public List<SignatureData> errbacks() {
    return orEmpty(request.body().links().errbacks());
  }

  /** The rest of its chain, unmodifiable, <b>last step first</b>; empty if nothing follows. */
  public List<SignatureData> chain() {
    return orEmpty(request.body().links().chain());
  }

  /** The body of the chord that it is a part of; null if it is of none. */
  public @Nullable SignatureData chord() {
    return request.body().links().chord();
  }

  /** The tasks that it has sent until now, in order; a copy. */
  public synchronized List<ResultTree> children() {
    return children == null ? List.of() : List.copyOf(children);
  }

  /** Hard time limit of this run: the call's, else the task's; null for none. */
  public @Nullable Duration timeLimit() {
    return headers().timeLimit() != null ? headers().timeLimit() : options.timeLimit();
  }

  /** Soft time limit of this run: the call's, else the task's; null for none. */
  public @Nullable Duration softTimeLimit() {
    return headers().softTimeLimit() != null ? headers().softTimeLimit() : options.softTimeLimit();
  }

  /**
   * Asks for another run after the task's usual wait: {@code throw context.retry(e)}. When {@link
   * TaskOptions#maxRetries} is used up the task fails instead, with {@code reason}.
   *
   * @param reason the error that made the task give up for now; null for none
   */
  public RetryException retry(@Nullable Throwable reason) {
    return RetryException.later(reason);
  }

  /** Asks for another run after {@code wait}; see {@link #retry(Throwable)}. */
  public RetryException retry(@Nullable Throwable reason, Duration wait) {
    return RetryException.after(wait, reason);
  }

  /**
   * Asks for another run that differs from this one: other arguments, another queue, another limit;
   * see {@link #retry(Throwable)}.
   */
  public RetryException retry(@Nullable Throwable reason, RetryOptions options) {
    return RetryException.of(options, reason);
  }

  /**
   * Stores a state of the task's own, such as {@code PROGRESS}, for those who ask for it meanwhile.
   *
   * @param state name of the state; upper case by custom
   * @param meta what goes with it; anything the result serializer can encode
   * @throws io.github.celeryjava.celery.exceptions.BackendException if the store cannot be reached
   */
  public void updateState(String state, @Nullable Object meta) {
    states.store(this, state, meta);
  }

  /**
   * Remembers a task that this one has sent; its handle goes into this task's result. A task that
   * is sent again is no child of itself.
   */
  synchronized void sent(String taskId) {
    if (taskId.equals(id())) {
      return;
    }
    if (children == null) {
      children = new ArrayList<>();
    }
    children.add(ResultTree.task(taskId));
  }

  /** The task as log lines name it. */
  String named() {
    return LogText.task(task(), id());
  }

  /** The same with the name that its caller wants shown. */
  String shown() {
    return LogText.task(headers().displayName(), id());
  }

  TaskHeaders headers() {
    return request.headers();
  }

  TaskRequest request() {
    return request;
  }

  TaskOptions options() {
    return options;
  }

  private static List<SignatureData> orEmpty(@Nullable List<SignatureData> calls) {
    return calls == null ? List.of() : Collections.unmodifiableList(calls);
  }
}
