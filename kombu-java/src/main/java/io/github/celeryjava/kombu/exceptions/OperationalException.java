package io.github.celeryjava.kombu.exceptions;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The broker could not be reached, or refused an operation. The one retry loop, in {@code
 * Connection.ensure}, asks {@link #isRecoverable()} and nothing else.
 *
 * <p>Named after {@code kombu.exceptions.OperationalError}.
 */
public sealed class OperationalException extends KombuException
    permits PublishTimeoutException, MessageRefusedException, ConsumerCancelledException {

  /** What a failure took down. */
  public enum Scope {
    /** The whole connection, or the attempt to open one. */
    CONNECTION,
    /** One channel or one operation on it; the connection goes on. */
    CHANNEL
  }

  private static final long serialVersionUID = 1L;

  enum Kind {
    LOST,
    UNSENT,
    BUSY,
    REFUSED
  }

  /** The reply codes with which AMQP closes a channel, or returns a message, and no connection. */
  private static final Set<Integer> OF_CHANNELS = Set.of(311, 312, 313, 403, 404, 405, 406);

  private final Kind kind;
  private final int replyCode;
  private final Scope scope;

  OperationalException(
      String message, Kind kind, int replyCode, Scope scope, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.replyCode = replyCode;
    this.scope = scope;
  }

  /**
   * The connection failed, does not answer or could not be opened: the same call may work on a new
   * one. Thrown by a call on an open connection it makes {@code Connection.ensure} give that
   * connection up.
   */
  public static OperationalException lost(String message, @Nullable Throwable cause) {
    return new OperationalException(message, Kind.LOST, 0, Scope.CONNECTION, cause);
  }

  /**
   * The channel was closed, for a reason that need not concern this call, before the call was sent:
   * the same call may work on a new channel of the same connection.
   */
  public static OperationalException unsent(String message, @Nullable Throwable cause) {
    return new OperationalException(message, Kind.UNSENT, 0, Scope.CHANNEL, cause);
  }

  /** The broker answered, and said no: it would say so again. */
  public static OperationalException refused(
      String message, int replyCode, @Nullable Throwable cause) {
    return new OperationalException(message, Kind.REFUSED, replyCode, scopeOf(replyCode), cause);
  }

  /** The broker said no for now, as for a resource that another connection still holds. */
  public static OperationalException busy(
      String message, int replyCode, @Nullable Throwable cause) {
    return new OperationalException(message, Kind.BUSY, replyCode, scopeOf(replyCode), cause);
  }

  /** The broker would not open a connection, and would say so again. */
  public static OperationalException turnedAway(
      String message, int replyCode, @Nullable Throwable cause) {
    return new OperationalException(message, Kind.REFUSED, replyCode, Scope.CONNECTION, cause);
  }

  /** Whether the same call may succeed later, or on a new connection. */
  public final boolean isRecoverable() {
    return kind != Kind.REFUSED;
  }

  /** Whether the connection is to blame, so that only another one can help. */
  public final boolean isConnectionLost() {
    return kind == Kind.LOST;
  }

  /** Whether the call never reached the broker, so that a new channel is all that it needs. */
  public final boolean isUnsent() {
    return kind == Kind.UNSENT;
  }

  /** The broker's reply code, for example 404 or 406; 0 if it gave none. */
  public final int replyCode() {
    return replyCode;
  }

  /**
   * Whether it was the connection that failed or a channel of it, as {@code connection_errors} and
   * {@code channel_errors} tell apart in kombu.
   */
  public final Scope scope() {
    return scope;
  }

  /**
   * The same error for a caller who was told of it by another thread: with the stack trace of the
   * calling thread, and this one as its cause.
   */
  public OperationalException toldHere() {
    return new OperationalException(String.valueOf(getMessage()), kind, replyCode, scope, this);
  }

  private static Scope scopeOf(int replyCode) {
    return OF_CHANNELS.contains(replyCode) ? Scope.CHANNEL : Scope.CONNECTION;
  }
}
