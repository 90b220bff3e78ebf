package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.Fields;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.SignatureOptions;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the states that one run goes through, where somebody may want them. Thread-safe.
 *
 * <p>Counterpart of the {@code mark_as_…} methods of {@code celery/backends/base.py}.
 */
final class ResultWriter {

  private static final Logger log = LoggerFactory.getLogger(ResultWriter.class);

  private final ResultBackend backend;
  private final Clock clock;
  private final long pid;
  private final boolean extended;

  ResultWriter(ResultBackend backend, Clock clock, long pid, boolean extended) {
    this.backend = backend;
    this.clock = clock;
    this.pid = pid;
    this.extended = extended;
  }

  void started(TaskContext context) {
    if (context.options().trackStarted() && !context.ignoreResult()) {
      Map<String, @Nullable Object> meta = new LinkedHashMap<>();
      meta.put("pid", pid);
      meta.put("hostname", context.hostname());
      tryToStore(context, TaskState.STARTED, meta, null);
    }
  }

  /**
   * @throws EncodeException if the result cannot be told to anybody
   */
  void succeeded(TaskContext context, @Nullable Object result) {
    if (!context.ignoreResult()) {
      tryToStore(context, TaskState.SUCCESS, result, null);
    }
  }

  void failed(TaskContext context, Throwable error, @Nullable String traceback) {
    if (!context.ignoreResult() || context.options().storeErrorsEvenIfIgnored()) {
      error(context, TaskState.FAILURE, error, traceback);
    }
  }

  void retried(TaskContext context, @Nullable Throwable reason, @Nullable String traceback) {
    if (context.ignoreResult()) {
      return;
    }
    if (reason == null) {
      tryToStore(context, TaskState.RETRY, null, traceback);
    } else {
      error(context, TaskState.RETRY, reason, traceback);
    }
  }

  /** A state of the task's own; unlike the others its failure is the task's business. */
  void custom(TaskContext context, String state, @Nullable Object meta) {
    store(context, state, meta, null);
  }

  /** Fails a call that will never be made, if it has an id and somebody may want its result. */
  void failedBeforehand(SignatureData call, Throwable error, @Nullable String traceback) {
    try {
      Fields options = Fields.of(call.options(), call.task() + ".options");
      String id = options.text(SignatureOptions.TASK_ID);
      if (id == null || Boolean.TRUE.equals(options.flag(SignatureOptions.IGNORE_RESULT))) {
        return;
      }
      backend.store(
          new ResultMeta(
              id,
              TaskState.FAILURE,
              remote(error).encodable(ResultWriter::isPlain).toMap(),
              traceback,
              List.of(),
              clock.instant(),
              options.text(SignatureOptions.GROUP_ID),
              options.text(SignatureOptions.PARENT_ID),
              extended ? extended(call) : null),
          new ResultTarget(options.text(SignatureOptions.REPLY_TO), null));
    } catch (BackendException | InvalidTaskException e) {
      log.error(
          "The failure of {}, not run, could not be stored: {}",
          LogText.shortened(call.task()),
          LogText.reason(e));
    }
  }

  private void error(
      TaskContext context, String state, Throwable error, @Nullable String traceback) {
    RemoteException remote = remote(error);
    try {
      tryToStore(context, state, remote.toMap(), traceback);
    } catch (EncodeException e) {
      // An argument of the exception has no wire form: peers get its text.
      tryToStore(context, state, remote.encodable(value -> false).toMap(), traceback);
    }
  }

  private void tryToStore(
      TaskContext context, String state, @Nullable Object result, @Nullable String traceback) {
    try {
      store(context, state, result, traceback);
    } catch (BackendException e) {
      log.error(
          "State {} of task {} could not be stored: {}",
          LogText.shortened(state),
          context.named(),
          LogText.reason(e),
          e);
    }
  }

  private void store(
      TaskContext context, String state, @Nullable Object result, @Nullable String traceback) {
    Instant done = TaskState.isReady(state) ? clock.instant() : null;
    backend.store(
        new ResultMeta(
            context.id(),
            state,
            result,
            traceback,
            context.children(),
            done,
            context.groupId(),
            context.parentId(),
            extended ? extended(context) : null),
        new ResultTarget(context.replyTo(), context.correlationId()));
  }

  /** An exception of a user may fail to describe itself. */
  private static RemoteException remote(Throwable error) {
    try {
      return RemoteException.of(error);
    } catch (RuntimeException e) {
      String module = error.getClass().getPackageName();
      String name = error.getClass().getName().replace('$', '.');
      return new RemoteException(
          module, module.isEmpty() ? name : name.substring(module.length() + 1), List.of());
    }
  }

  private static boolean isPlain(@Nullable Object value) {
    return value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double;
  }

  private static ResultMeta.Extended extended(SignatureData call) {
    return new ResultMeta.Extended(
        call.task(), call.args(), call.kwargs(), null, 0, null, null, Map.of());
  }

  private static ResultMeta.Extended extended(TaskContext context) {
    TaskHeaders headers = context.headers();
    return new ResultMeta.Extended(
        context.task(),
        context.args(),
        context.kwargs(),
        context.hostname(),
        context.retries(),
        context.deliveryInfo().routingKey(),
        headers.stampedHeaders(),
        headers.knownStamps());
  }
}
