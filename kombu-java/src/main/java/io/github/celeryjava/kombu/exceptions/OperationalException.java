package io.github.celeryjava.kombu.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * The broker could not be reached, or refused an operation. The one retry loop, in {@code
 * Connection.ensure}, asks {@link #isRecoverable()} and nothing else.
 *
 * <p>Named after {@code kombu.exceptions.OperationalError}.
 */
public sealed class OperationalException extends KombuException
    permits PublishTimeoutException, MessageRefusedException {

  private static final long serialVersionUID = 1L;

  private final boolean recoverable;
  private final int replyCode;

  OperationalException(
      String message, boolean recoverable, int replyCode, @Nullable Throwable cause) {
    super(message, cause);
    this.recoverable = recoverable;
    this.replyCode = replyCode;
  }

  /** The connection failed or could not be opened: the same call may work on a new one. */
  public static OperationalException lost(String message, @Nullable Throwable cause) {
    return new OperationalException(message, true, 0, cause);
  }

  /** The broker answered, and said no: it would say so again. */
  public static OperationalException refused(
      String message, int replyCode, @Nullable Throwable cause) {
    return new OperationalException(message, false, replyCode, cause);
  }

  /** The broker said no for now, as for a resource that another connection still holds. */
  public static OperationalException busy(
      String message, int replyCode, @Nullable Throwable cause) {
    return new OperationalException(message, true, replyCode, cause);
  }

  /** Whether the same call may succeed later, or on a new connection. */
  public final boolean isRecoverable() {
    return recoverable;
  }

  /** The broker's reply code, for example 404 or 406; 0 if it gave none. */
  public final int replyCode() {
    return replyCode;
  }

  /**
   * The same error for a caller who was told of it by another thread: with the stack trace of the
   * calling thread, and this one as its cause.
   */
  public OperationalException toldHere() {
    return new OperationalException(String.valueOf(getMessage()), recoverable, replyCode, this);
  }
}
