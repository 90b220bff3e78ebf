package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

/**
 * The task was revoked, has expired or was terminated, so that no result will come.
 *
 * <p>Named after {@code celery.exceptions.TaskRevokedError}.
 */
public final class TaskRevokedException extends CeleryException {

  private final String taskId;
  private final String reason;

  /**
   * Names the task and the reason.
   *
   * @param taskId id of the task
   * @param reason {@code revoked}, {@code expired} or {@code terminated} in Celery's words
   */
  public TaskRevokedException(String taskId, String reason) {
    super("task " + requireNonNull(taskId, "taskId") + " was not run to its end: " + reason, null);
    this.taskId = taskId;
    this.reason = requireNonNull(reason, "reason");
  }

  /** Id of the task. */
  public String taskId() {
    return taskId;
  }

  /** {@code revoked}, {@code expired} or {@code terminated}; another peer may use other words. */
  public String reason() {
    return reason;
  }
}
