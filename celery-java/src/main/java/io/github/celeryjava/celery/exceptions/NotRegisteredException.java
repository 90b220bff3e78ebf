package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * No task of that name is known where it was to run.
 *
 * <p>Named after {@code celery.exceptions.NotRegistered}.
 */
public final class NotRegisteredException extends CeleryException {

  private static final int SHOWN = 20;

  private final String task;
  private final List<String> registered;

  /**
   * Names the missing task and those that are there.
   *
   * @param task name that was asked for
   * @param registered names known instead; empty if they are not known here
   */
  public NotRegisteredException(String task, Collection<String> registered) {
    super(text(requireNonNull(task, "task"), registered), null);
    this.task = task;
    this.registered = List.copyOf(new TreeSet<>(registered));
  }

  /** The name that was asked for. */
  public String task() {
    return task;
  }

  /** The names known where the task was to run, sorted; empty if they are not known here. */
  public List<String> registered() {
    return registered;
  }

  private static String text(String task, Collection<String> registered) {
    StringBuilder text = new StringBuilder("no task is registered as '").append(task).append('\'');
    if (!registered.isEmpty()) {
      text.append("; registered: ");
      text.append(String.join(", ", new TreeSet<>(registered).stream().limit(SHOWN).toList()));
      if (registered.size() > SHOWN) {
        text.append(" and ").append(registered.size() - SHOWN).append(" more");
      }
    }
    return text.toString();
  }
}
