package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.time.Instant;

/**
 * What the worker does with a task that it knows. Deciding is a pure function of the headers and
 * the time; acting on the decision is {@link Strategy}'s job.
 */
sealed interface Verdict {

  /** Give it to the pool. */
  record Run() implements Verdict {}

  /** Keep it until {@code eta}. */
  record RunAt(Instant eta) implements Verdict {}

  /** Do not run it, and say so to whoever waits for the result. */
  record Discard(Reason reason) implements Verdict {}

  /** Why a task does not run; the text is what peers are told. */
  enum Reason {
    EXPIRED("expired"),
    REVOKED("revoked");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  Verdict RUN = new Run();

  static Verdict on(TaskHeaders task, Instant now) {
    if (task.expires() != null && now.isAfter(task.expires())) {
      return new Discard(Reason.EXPIRED);
    }
    // A late ETA runs at once: the message has already waited longer than it asked to.
    if (task.eta() != null && task.eta().isAfter(now)) {
      return new RunAt(task.eta());
    }
    return RUN;
  }
}
