package io.github.celeryjava.celery.result;

import java.util.Set;

/**
 * Names of task states and the questions asked about them. States travel as text, since a task may
 * set a state of its own.
 *
 * <p>Source: {@code celery/states.py}.
 */
public final class TaskState {

  /** Unknown: never heard of, not started, or forgotten. */
  public static final String PENDING = "PENDING";

  /** Seen by a worker; only in events. */
  public static final String RECEIVED = "RECEIVED";

  /** Running; stored only with {@code task_track_started}. */
  public static final String STARTED = "STARTED";

  /** Returned a value. */
  public static final String SUCCESS = "SUCCESS";

  /** Raised an error. */
  public static final String FAILURE = "FAILURE";

  /** Told not to run. */
  public static final String REVOKED = "REVOKED";

  /** Refused by a worker; only in events. */
  public static final String REJECTED = "REJECTED";

  /** Will run again. */
  public static final String RETRY = "RETRY";

  /** Ended without a result on purpose; never stored. */
  public static final String IGNORED = "IGNORED";

  private static final Set<String> READY = Set.of(SUCCESS, FAILURE, REVOKED);
  private static final Set<String> EXCEPTION = Set.of(RETRY, FAILURE, REVOKED);
  private static final Set<String> PROPAGATE = Set.of(FAILURE, REVOKED);

  private TaskState() {}

  /** Whether nothing more will happen to the task. */
  public static boolean isReady(String state) {
    return READY.contains(state);
  }

  /** Whether the stored result is an encoded exception. */
  public static boolean isException(String state) {
    return EXCEPTION.contains(state);
  }

  /** Whether waiting for the result throws. */
  public static boolean isPropagated(String state) {
    return PROPAGATE.contains(state);
  }
}
