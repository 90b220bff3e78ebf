package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task failed, in whatever language and process it ran. {@link #getCause()} is the Java
 * counterpart of a well-known remote exception ({@code ValueError} arrives as {@link
 * IllegalArgumentException}), and null for all others: no class is looked up by a name from the
 * wire.
 */
public final class TaskFailedException extends CeleryException {

  private final String taskId;
  private final @Nullable String remoteModule;
  private final String remoteType;
  private final List<@Nullable Object> remoteArguments;
  private final @Nullable String remoteTraceback;

  /**
   * Takes the failure apart.
   *
   * @param remote the failure as the worker stored it
   * @param message remote type and text, for people
   * @param cause Java counterpart of the remote exception, null if it has none
   */
  public TaskFailedException(Remote remote, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.taskId = remote.taskId;
    this.remoteModule = remote.module;
    this.remoteType = remote.type;
    this.remoteArguments = remote.arguments;
    this.remoteTraceback = remote.traceback;
  }

  /** Id of the task that failed. */
  public String taskId() {
    return taskId;
  }

  /** Module of the remote exception: {@code builtins}, a package of Java; null if unknown. */
  public @Nullable String remoteModule() {
    return remoteModule;
  }

  /** Class name of the remote exception, without its module: {@code ValueError}. */
  public String remoteType() {
    return remoteType;
  }

  /** Arguments of the remote exception, unmodifiable; elements may be null. */
  public List<@Nullable Object> remoteArguments() {
    return remoteArguments;
  }

  /** Stack trace as the worker wrote it, null if it stored none. */
  public @Nullable String remoteTraceback() {
    return remoteTraceback;
  }

  /**
   * A failure as it was stored.
   *
   * @param taskId id of the task that failed
   * @param module module of the exception, null if unknown
   * @param type class name of the exception
   * @param arguments constructor arguments, copied
   * @param traceback stack trace as text, null if none was stored
   */
  public record Remote(
      String taskId,
      @Nullable String module,
      String type,
      List<@Nullable Object> arguments,
      @Nullable String traceback) {

    /** Checks and copies. */
    public Remote {
      requireNonNull(taskId, "taskId");
      requireNonNull(type, "type");
      arguments = Lists.copy(arguments);
    }
  }
}
