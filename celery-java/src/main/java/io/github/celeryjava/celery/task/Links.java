package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.exceptions.ChordException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.internal.Ids;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.protocol.TaskLinks;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what follows a task: callbacks and the next step of its chain after success, errbacks after
 * failure, which also fails the steps that will never run. Thread-safe.
 *
 * <p>Links that are composites, and chords, cannot be served yet. A task that has one is refused
 * before its code runs, since afterwards the workflow would have stopped half-way without a sign:
 * it fails, and so does everything whose result somebody may be waiting for.
 *
 * <p>Source: {@code _dispatch_callbacks_and_chain} in {@code celery/app/trace.py}; {@code
 * mark_as_failure}, {@code _fail_chain} and {@code _call_task_errbacks} in {@code
 * celery/backends/base.py}.
 */
final class Links {

  private static final Logger log = LoggerFactory.getLogger(Links.class);
  private static final String CALLBACKS = "body[2].callbacks";
  private static final String ERRBACKS = "body[2].errbacks";
  private static final String CHAIN = "body[2].chain";

  private final TaskSender sender;
  private final ResultWriter results;
  private final Ids ids = new Ids();

  Links(TaskSender sender, ResultWriter results) {
    this.sender = sender;
    this.results = results;
  }

  /**
   * Looks whether everything that follows the task can be served.
   *
   * @throws InvalidTaskException if not; it says what cannot
   */
  static void check(TaskLinks links) {
    if (links.isEmpty()) {
      return;
    }
    if (links.chord() != null) {
      throw refused("body[2].chord", "makes the task a part of a chord");
    }
    refuseComposites(links.callbacks(), CALLBACKS);
    refuseComposites(links.errbacks(), ERRBACKS);
    List<SignatureData> chain = links.chain();
    if (chain != null && !chain.isEmpty()) {
      int next = chain.size() - 1; // the others are for the worker of the next step to judge
      refuseComposites(chain.subList(next, next + 1), CHAIN + "[" + next + "]");
    }
  }

  /**
   * Sends the callbacks, then the next step of the chain.
   *
   * @throws KombuException if one could not be sent; those before it were
   * @throws InvalidTaskException if one is no call; those before it were sent
   */
  void succeeded(TaskContext context, @Nullable Object result) {
    TaskLinks links = context.request().body().links();
    if (links.isEmpty()) {
      return;
    }
    List<SignatureData> callbacks = links.callbacks();
    if (callbacks != null && !callbacks.isEmpty()) {
      String group = callbacks.size() == 1 ? null : ids.next();
      for (int i = 0; i < callbacks.size(); i++) {
        TaskSignature call = SignatureCodec.decode(callbacks.get(i), CALLBACKS + "[" + i + "]");
        sender.send(following(call, result, inGroup(context, call, group, i)));
      }
    }
    List<SignatureData> chain = links.chain();
    if (chain != null && !chain.isEmpty()) {
      sendNext(context, chain, result);
    }
  }

  /** Fails the steps that will not run, then sends the errbacks. Never throws. */
  void failed(TaskContext context, Throwable error, @Nullable String traceback) {
    TaskLinks links = context.request().body().links();
    if (links.isEmpty()) {
      return;
    }
    List<SignatureData> chain = links.chain();
    if (chain != null) {
      for (SignatureData step : chain) {
        failStep(step, error, traceback);
      }
    }
    if (links.chord() != null) {
      failStep(links.chord(), chordError(context, error), traceback);
    }
    List<SignatureData> errbacks = links.errbacks();
    if (errbacks != null && !errbacks.isEmpty()) {
      sendErrbacks(context, errbacks);
    }
  }

  private void sendNext(TaskContext context, List<SignatureData> chain, @Nullable Object result) {
    int next = chain.size() - 1;
    TaskSignature call = SignatureCodec.decode(chain.get(next), CHAIN + "[" + next + "]");
    TaskLinks own = call.options().workflow().links();
    List<SignatureData> rest = List.copyOf(chain.subList(0, next));
    CallOptions options =
        child(context, call)
            .workflow(
                call.options()
                    .workflow()
                    .withLinks(new TaskLinks(own.callbacks(), own.errbacks(), rest, own.chord())))
            .build();
    sender.send(following(call, result, options));
  }

  /**
   * Always the old way, as messages with the id of the failed task: how many parameters a Python
   * function has is unknown here.
   */
  private void sendErrbacks(TaskContext context, List<SignatureData> errbacks) {
    String group = ids.next();
    for (int i = 0; i < errbacks.size(); i++) {
      try {
        TaskSignature call = SignatureCodec.decode(errbacks.get(i), ERRBACKS + "[" + i + "]");
        sender.send(following(call, context.id(), inGroup(context, call, group, i)));
      } catch (KombuException | InvalidTaskException | IllegalArgumentException e) {
        log.error(
            "Errback {} of task {} could not be sent: {}",
            LogText.shortened(errbacks.get(i).task()),
            context.named(),
            LogText.reason(e));
      }
    }
  }

  private void failStep(SignatureData step, Throwable error, @Nullable String traceback) {
    results.failedBeforehand(step, error, traceback);
    if (step.isComposite()) {
      for (SignatureData end : step.ends()) {
        results.failedBeforehand(end, error, traceback);
      }
    }
  }

  private static ChordException chordError(TaskContext context, Throwable error) {
    return new ChordException(
        "Dependency " + context.id() + " raised " + RemoteException.of(error).repr(), error);
  }

  private static TaskSignature following(
      TaskSignature call, @Nullable Object argument, CallOptions options) {
    if (call.immutable()) {
      return call.withOptions(options);
    }
    List<@Nullable Object> args = new ArrayList<>(call.args().size() + 1);
    args.add(argument);
    args.addAll(call.args());
    return new TaskSignature(call.task(), args, call.kwargs(), options, false);
  }

  private static CallOptions inGroup(
      TaskContext context, TaskSignature call, @Nullable String group, int index) {
    CallOptionsBuilder options = child(context, call);
    if (group != null) {
      String own = call.options().groupId(); // a frozen one stays: it may be a chord's
      options.groupId(own == null ? group : own).groupIndex(index);
    }
    return options.build();
  }

  private static CallOptionsBuilder child(TaskContext context, TaskSignature call) {
    return call.options().toBuilder().parentId(context.id()).rootId(context.rootId());
  }

  private static void refuseComposites(@Nullable List<SignatureData> calls, String where) {
    if (calls == null) {
      return;
    }
    for (SignatureData call : calls) {
      if (call.isComposite()) {
        throw refused(where, "holds a " + call.subtaskType());
      }
    }
  }

  private static InvalidTaskException refused(String where, String what) {
    return new InvalidTaskException(
        where, what + ", which this worker cannot serve yet: send the task to a Python worker");
  }
}
