package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.ChordException;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.exceptions.MaxRetriesExceededException;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RemoteTypeException;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.SoftTimeLimitException;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.celery.exceptions.TimeLimitException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions that Java and Python have in common. Only exactly these classes are translated: a
 * subclass of a user keeps its own name, which says more.
 */
final class ExceptionTypes {

  static final String BUILTINS = "builtins";
  static final String CELERY = "celery.exceptions";
  private static final String BILLIARD = "billiard.exceptions";
  private static final String KOMBU = "kombu.exceptions";

  /** Java class to Python type; the module is {@link #BUILTINS}. */
  private static final Map<Class<?>, String> PYTHON_NAMES =
      Map.ofEntries(
          Map.entry(Exception.class, "Exception"),
          Map.entry(RuntimeException.class, "RuntimeError"),
          Map.entry(IllegalStateException.class, "RuntimeError"),
          Map.entry(IllegalArgumentException.class, "ValueError"),
          Map.entry(NumberFormatException.class, "ValueError"),
          Map.entry(ClassCastException.class, "TypeError"),
          Map.entry(NoSuchElementException.class, "LookupError"),
          Map.entry(IndexOutOfBoundsException.class, "IndexError"),
          Map.entry(ArrayIndexOutOfBoundsException.class, "IndexError"),
          Map.entry(StringIndexOutOfBoundsException.class, "IndexError"),
          Map.entry(ArithmeticException.class, "ArithmeticError"),
          Map.entry(UnsupportedOperationException.class, "NotImplementedError"),
          Map.entry(TimeoutException.class, "TimeoutError"),
          Map.entry(SocketTimeoutException.class, "TimeoutError"),
          Map.entry(IOException.class, "OSError"),
          Map.entry(EOFException.class, "EOFError"),
          Map.entry(FileNotFoundException.class, "FileNotFoundError"),
          Map.entry(NoSuchFileException.class, "FileNotFoundError"),
          Map.entry(FileAlreadyExistsException.class, "FileExistsError"),
          Map.entry(AccessDeniedException.class, "PermissionError"),
          Map.entry(ConnectException.class, "ConnectionRefusedError"),
          Map.entry(AssertionError.class, "AssertionError"),
          Map.entry(OutOfMemoryError.class, "MemoryError"),
          Map.entry(StackOverflowError.class, "RecursionError"),
          Map.entry(TaskArgumentsException.class, "TypeError"));

  /** Classes of ours to Python types of {@link #CELERY} whose argument is the message. */
  private static final Map<Class<?>, String> CELERY_NAMES =
      Map.of(
          ChordException.class, "ChordError",
          MaxRetriesExceededException.class, "MaxRetriesExceededError",
          InvalidTaskException.class, "InvalidTaskError",
          BackendException.class, "BackendError",
          RetryException.class, "Retry",
          IgnoreException.class, "Ignore");

  /** The same for {@link #KOMBU}. */
  private static final Map<Class<?>, String> KOMBU_NAMES =
      Map.of(
          EncodeException.class, "EncodeError",
          DecodeException.class, "DecodeError",
          ContentDisallowedException.class, "ContentDisallowed",
          OperationalException.class, "OperationalError",
          PublishTimeoutException.class, "OperationalError");

  /** Python's built-in type, by name, to its Java counterpart with the given message. */
  private static final Map<String, Function<String, Throwable>> JAVA_BUILTINS =
      Map.ofEntries(
          Map.entry("RuntimeError", RuntimeException::new),
          Map.entry("ValueError", IllegalArgumentException::new),
          Map.entry("TypeError", IllegalArgumentException::new),
          Map.entry("KeyError", NoSuchElementException::new),
          Map.entry("LookupError", NoSuchElementException::new),
          Map.entry("IndexError", IndexOutOfBoundsException::new),
          Map.entry("ArithmeticError", ArithmeticException::new),
          Map.entry("ZeroDivisionError", ArithmeticException::new),
          Map.entry("OverflowError", ArithmeticException::new),
          Map.entry("FloatingPointError", ArithmeticException::new),
          Map.entry("NotImplementedError", UnsupportedOperationException::new),
          Map.entry("TimeoutError", TimeoutException::new),
          Map.entry("OSError", IOException::new),
          Map.entry("EOFError", EOFException::new),
          Map.entry("FileNotFoundError", NoSuchFileException::new),
          Map.entry("FileExistsError", FileAlreadyExistsException::new),
          Map.entry("PermissionError", AccessDeniedException::new),
          Map.entry("ConnectionRefusedError", ConnectException::new),
          Map.entry("AssertionError", AssertionError::new),
          // An error of another process must not look like one of this process.
          Map.entry("MemoryError", RuntimeException::new),
          Map.entry("RecursionError", RuntimeException::new));

  private ExceptionTypes() {}

  static RemoteException toRemote(Throwable wrapped) {
    Throwable error = unwrap(wrapped);
    if (error instanceof RemoteTypeException named) {
      return new RemoteException(named.module(), named.type(), named.arguments());
    }
    if (error instanceof TaskFailedException failed) {
      return new RemoteException(
          failed.remoteModule(), failed.remoteType(), failed.remoteArguments());
    }
    RemoteException ours = ofOurs(error);
    if (ours != null) {
      return ours;
    }
    String builtin = PYTHON_NAMES.get(error.getClass());
    if (builtin != null) {
      return new RemoteException(BUILTINS, builtin, message(error));
    }
    Class<?> type = error.getClass();
    String name = type.getCanonicalName() == null ? type.getName() : type.getCanonicalName();
    String module = type.getPackageName();
    return new RemoteException(
        module, module.isEmpty() ? name : name.substring(module.length() + 1), message(error));
  }

  private static @Nullable RemoteException ofOurs(Throwable error) {
    String name = CELERY_NAMES.get(error.getClass());
    if (name != null) {
      return new RemoteException(CELERY, name, message(error));
    }
    String kombuName = KOMBU_NAMES.get(error.getClass());
    if (kombuName != null) {
      return new RemoteException(KOMBU, kombuName, message(error));
    }
    if (error instanceof TaskRevokedException revoked) {
      return new RemoteException(CELERY, "TaskRevokedError", List.of(revoked.reason()));
    }
    if (error instanceof NotRegisteredException missing) {
      return new RemoteException(CELERY, "NotRegistered", List.of(missing.task()));
    }
    if (error instanceof RejectException rejected) {
      return new RemoteException(
          CELERY, "Reject", Arrays.asList(rejected.reason(), rejected.isRequeued()));
    }
    if (error instanceof SoftTimeLimitException) {
      return new RemoteException(BILLIARD, "SoftTimeLimitExceeded", List.of());
    }
    if (error instanceof TimeLimitException limited) {
      Number seconds = TaskMessageV2.seconds(limited.limit());
      return new RemoteException(
          BILLIARD, "TimeLimitExceeded", seconds == null ? List.of() : List.of(seconds));
    }
    return null;
  }

  static @Nullable Throwable toJava(RemoteException remote) {
    String module = remote.module();
    if (module == null || module.equals(BUILTINS)) {
      Function<String, Throwable> builtin = JAVA_BUILTINS.get(remote.type());
      if (builtin != null) {
        return builtin.apply(remote.text());
      }
    }
    if (module == null || module.equals(CELERY) || module.equals(BILLIARD)) {
      return toCelery(remote);
    }
    return KOMBU.equals(module) ? toKombu(remote) : null;
  }

  private static @Nullable Throwable toKombu(RemoteException remote) {
    return switch (remote.type()) {
      case "EncodeError" -> new EncodeException(remote.text(), null);
      case "DecodeError" -> new DecodeException(remote.text(), null);
      case "ContentDisallowed" -> new ContentDisallowedException(remote.text());
      default -> null;
    };
  }

  private static @Nullable Throwable toCelery(RemoteException remote) {
    List<@Nullable Object> arguments = remote.arguments();
    Object first = arguments.isEmpty() ? null : arguments.get(0);
    return switch (remote.type()) {
      case "NotRegistered" ->
          new NotRegisteredException(first instanceof String s ? s : remote.text(), List.of());
      case "MaxRetriesExceededError" -> new MaxRetriesExceededException(remote.text(), null);
      case "BackendError", "BackendGetMetaError", "BackendStoreError" ->
          new BackendException(remote.text(), null);
      case "TimeoutError" -> new TimeoutException(remote.text());
      case "SoftTimeLimitExceeded" -> new SoftTimeLimitException("soft time limit exceeded", null);
      case "TimeLimitExceeded" -> new TimeLimitException(limit(first));
      default -> null;
    };
  }

  private static @Nullable Duration limit(@Nullable Object value) {
    return value instanceof Number number && !Double.isNaN(number.doubleValue())
        ? Fields.seconds(number, "exc_message[0]")
        : null;
  }

  private static List<@Nullable Object> message(Throwable error) {
    String message = error.getMessage();
    return message == null ? List.of() : List.of(message);
  }

  private static Throwable unwrap(Throwable error) {
    Throwable inner = error;
    while ((inner instanceof CompletionException
            || inner instanceof ExecutionException
            || inner instanceof InvocationTargetException
            || inner instanceof UncheckedIOException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}
