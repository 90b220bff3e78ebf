package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.TaskSignature;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every send and every run of an app: for transactions, tracing, tenancy. Called by
 * many threads at once. Several are called in the order of registration, the first one outermost.
 */
public interface TaskInterceptor {

  /**
   * Around a send, on the sending thread; a retry is one, with the id of the task that is retried,
   * on the thread of the task. What it throws is thrown to the sender, and if it threw before it
   * passed the call on, nothing is sent.
   *
   * @param call the call as asked for; another may be passed on, or none, to be sent another time
   * @param next sends it and waits for the broker's confirm; with {@code sendAll} and {@code
   *     sendAsync} it makes the message, which is confirmed after this has returned
   * @return the id of the task
   */
  default String aroundSend(TaskSignature call, Sending next) {
    return next.proceed(call);
  }

  /**
   * Around a run, on the thread of the task, between {@code beforeStart} and the storing of the
   * result.
   *
   * @param next runs the task
   * @return the result of the task
   * @throws Exception what the task threw, or anything else, which then fails the task
   */
  default @Nullable Object aroundRun(TaskContext context, Running next) throws Exception {
    return next.proceed();
  }

  /** The rest of a send. */
  @FunctionalInterface
  interface Sending {
    String proceed(TaskSignature call);
  }

  /** The rest of a run. */
  @FunctionalInterface
  interface Running {
    @Nullable Object proceed() throws Exception;
  }
}
