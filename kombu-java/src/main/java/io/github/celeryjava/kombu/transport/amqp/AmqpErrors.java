package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ProtocolVersionMismatchException;
import com.rabbitmq.client.ShutdownNotifier;
import com.rabbitmq.client.ShutdownSignalException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the driver and the broker complain about into the words of this library: what was
 * attempted, where, what the broker said, what to do. Stateless.
 */
final class AmqpErrors {

  static final int NO_ROUTE = AMQP.NO_ROUTE;

  /** Worth another try: too large for now, no consumers, locked, forced, out of resources. */
  private static final Set<Integer> FOR_NOW = Set.of(311, 313, 405, 320, 506);

  private final String where;

  /**
   * @param where the broker's URL, masked
   */
  AmqpErrors(String where) {
    this.where = where;
  }

  /** What an attempt to connect ended with. */
  OperationalException connecting(Throwable failure, String user, String virtualHost) {
    String attempted = "could not connect to " + where + ": ";
    if (failure instanceof AuthenticationFailureException
        || failure instanceof PossibleAuthenticationFailureException) {
      return OperationalException.turnedAway(
          attempted
              + "the broker refused user '"
              + user
              + "' ("
              + failure.getMessage()
              + "); check the user name and the password",
          AMQP.ACCESS_REFUSED,
          failure);
    }
    CloseReason reason = CloseReason.of(failure);
    if (reason != null) {
      String hint =
          reason.code == AMQP.NOT_ALLOWED
              ? "; check that virtual host '"
                  + virtualHost
                  + "' exists and that user '"
                  + user
                  + "' may use it"
              : "";
      return answered(attempted + "the broker said " + reason + hint, reason.code, failure);
    }
    return notConnected(attempted, failure);
  }

  private static OperationalException notConnected(String attempted, Throwable failure) {
    if (causedBy(failure, CertificateException.class)) {
      return OperationalException.refused(
          attempted
              + "the broker's certificate is not trusted ("
              + rootMessage(failure)
              + "); check the CA certificates and the host name",
          0,
          failure);
    }
    if (failure instanceof ProtocolVersionMismatchException
        || causedBy(failure, MalformedFrameException.class)) {
      return OperationalException.refused(
          attempted + "the peer does not speak AMQP 0-9-1 (" + rootMessage(failure) + ")",
          0,
          failure);
    }
    String hint = "; check that the broker runs and that host and port are right";
    if (failure instanceof SSLException) {
      hint =
          "; check that the port speaks TLS, that both sides share a protocol version, and that the"
              + " broker accepts this client's certificate if it asks for one";
    } else if (failure instanceof UnknownHostException) {
      return OperationalException.lost(
          attempted + "the host name cannot be resolved (" + failure.getMessage() + ")", failure);
    }
    return OperationalException.lost(attempted + rootMessage(failure) + hint, failure);
  }

  /** What a call on an open connection ended with. */
  OperationalException calling(String attempted, Throwable failure) {
    String prefix = "could not " + attempted + " on " + where + ": ";
    CloseReason reason = CloseReason.of(failure);
    if (reason != null) {
      return answered(prefix + "the broker said " + reason, reason.code, failure);
    }
    return OperationalException.lost(prefix + rootMessage(failure), failure);
  }

  /** Why a connection or channel is gone. */
  OperationalException gone(String what, Throwable failure) {
    CloseReason reason = CloseReason.of(failure);
    if (reason != null) {
      return answered(what + " to " + where + ": the broker said " + reason, reason.code, failure);
    }
    return OperationalException.lost(what + " to " + where + ": " + rootMessage(failure), failure);
  }

  private static OperationalException answered(String message, int code, Throwable failure) {
    return FOR_NOW.contains(code)
        ? OperationalException.busy(message, code, failure)
        : OperationalException.refused(message, code, failure);
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof TimeoutException) {
      return "the broker did not answer in time";
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** A reply code and text with which the broker closed a channel or connection. */
  record CloseReason(int code, String text) {

    /**
     * The broker's reason; null if the broker gave none. A signal with a cause is the driver's own,
     * for example when it closes a channel because an answer is overdue, whatever code it puts on.
     */
    static @Nullable CloseReason of(Throwable failure) {
      for (Throwable t = failure; t != null; t = t.getCause()) {
        if (t instanceof ShutdownSignalException signal
            && !signal.isInitiatedByApplication()
            && original(signal).getCause() == null) {
          return of(signal.getReason());
        }
      }
      return null;
    }

    /** What closed the channel or connection: the exception of a later call lacks the cause. */
    private static Throwable original(ShutdownSignalException signal) {
      if (signal instanceof AlreadyClosedException
          && signal.getReference() instanceof ShutdownNotifier closed
          && closed.getCloseReason() != null) {
        return closed.getCloseReason();
      }
      return signal;
    }

    private static @Nullable CloseReason of(@Nullable Method method) {
      if (method instanceof AMQP.Channel.Close close) {
        return new CloseReason(close.getReplyCode(), close.getReplyText());
      }
      if (method instanceof AMQP.Connection.Close close) {
        return new CloseReason(close.getReplyCode(), close.getReplyText());
      }
      return null;
    }

    @Override
    public String toString() {
      return code + " " + text;
    }
  }
}
