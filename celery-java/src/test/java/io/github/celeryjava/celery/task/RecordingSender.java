package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.TaskSender;
import io.github.celeryjava.celery.canvas.TaskSignature;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is asked to send, and says so to a common journal. */
final class RecordingSender implements TaskSender {

  private final List<String> journal;
  private final CurrentTask current;
  private final List<TaskSignature> calls = new ArrayList<>();
  private RuntimeException failure;
  private Throwable retryFailure;

  RecordingSender(List<String> journal, CurrentTask current) {
    this.journal = journal;
    this.current = current;
  }

  @Override
  public String send(TaskSignature call) {
    boolean again = call.options().workflow().retries() > 0;
    if (again && retryFailure != null) {
      throw sneaky(retryFailure);
    }
    if (failure != null) {
      throw failure;
    }
    calls.add(call);
    journal.add((again ? "send again " : "send ") + call.task());
    String id = call.options().taskId() == null ? "new-" + calls.size() : call.options().taskId();
    current.sent(id);
    return id;
  }

  void failWith(RuntimeException failure) {
    this.failure = failure;
  }

  void failRetryWith(Throwable failure) {
    this.retryFailure = failure;
  }

  List<TaskSignature> calls() {
    return calls;
  }

  TaskSignature onlyCall() {
    if (calls.size() != 1) {
      throw new AssertionError("one call expected, was " + calls);
    }
    return calls.get(0);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
    throw (E) error;
  }
}
