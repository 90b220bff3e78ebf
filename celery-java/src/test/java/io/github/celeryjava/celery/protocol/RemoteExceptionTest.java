package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.celery.exceptions.CeleryException;
import io.github.celeryjava.celery.exceptions.ChordException;
import io.github.celeryjava.celery.exceptions.IgnoreException;
import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.exceptions.MaxRetriesExceededException;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.exceptions.RejectException;
import io.github.celeryjava.celery.exceptions.RemoteTypeException;
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
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteExceptionTest {

  private static final class OutOfStock extends IllegalArgumentException {
    OutOfStock(String message) {
      super(message);
    }
  }

  static Stream<JsonNode> fromPython() {
    return Stream.of(Golden.NEWEST, Golden.OLDEST)
        .flatMap(version -> Golden.cases("result-meta", version, "exceptions"));
  }

  @ParameterizedTest
  @MethodSource("fromPython")
  void readsWhatPythonStoresAndWritesTheSameAgain(JsonNode stored) {
    RemoteException read = RemoteException.read(Golden.decoded(stored.get("data")));

    assertThat(Golden.tree(read.toMap())).isEqualTo(stored.get("data"));
    CeleryException thrown = read.toException("id-1", "Traceback");
    if (thrown instanceof TaskFailedException failed) {
      assertThat(RemoteException.of(failed)).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @MethodSource("fromPython")
  void describesAnExceptionAsPythonDoes(JsonNode stored) {
    RemoteException read = RemoteException.read(Golden.decoded(stored.get("data")));

    String type = read.type();
    if (!List.of("OSError", "Reject", "NotRegistered", "FileNotFoundError").contains(type)
        && !type.endsWith("LimitExceeded")
        && !stored
            .get("data")
            .toString()
            .contains("<class")) { // These say it in words of their own.
      assertThat(read.text()).isEqualTo(stored.get("str").asText());
      assertThat(read.repr()).isEqualTo(stored.get("repr").asText());
    }
  }

  static Stream<Arguments> toPython() {
    return Stream.of(
        Arguments.of(new IllegalArgumentException("x"), "builtins", "ValueError", List.of("x")),
        Arguments.of(new NumberFormatException("x"), "builtins", "ValueError", List.of("x")),
        Arguments.of(new IllegalStateException(), "builtins", "RuntimeError", List.of()),
        Arguments.of(new NoSuchElementException("x"), "builtins", "LookupError", List.of("x")),
        Arguments.of(new FileNotFoundException("x"), "builtins", "FileNotFoundError", List.of("x")),
        Arguments.of(new TimeoutException("x"), "builtins", "TimeoutError", List.of("x")),
        Arguments.of(
            new TaskArgumentsException("add() misses 'y'", null),
            "builtins",
            "TypeError",
            List.of("add() misses 'y'")),
        Arguments.of(
            new OutOfStock("x"),
            "io.github.celeryjava.celery.protocol",
            "RemoteExceptionTest.OutOfStock",
            List.of("x")),
        Arguments.of(
            new NullPointerException("x"), "java.lang", "NullPointerException", List.of("x")),
        Arguments.of(
            new RemoteTypeException("myproj.errors", "OutOfStock", List.of("sku", 3)),
            "myproj.errors",
            "OutOfStock",
            List.of("sku", 3)),
        Arguments.of(
            new TaskRevokedException("id-1", "expired"),
            "celery.exceptions",
            "TaskRevokedError",
            List.of("expired")),
        Arguments.of(
            new NotRegisteredException("proj.x", List.of("proj.y")),
            "celery.exceptions",
            "NotRegistered",
            List.of("proj.x")),
        Arguments.of(
            new ChordException("part", null), "celery.exceptions", "ChordError", List.of("part")),
        Arguments.of(
            new MaxRetriesExceededException("m", null),
            "celery.exceptions",
            "MaxRetriesExceededError",
            List.of("m")),
        Arguments.of(
            RejectException.requeued("r"), "celery.exceptions", "Reject", List.of("r", true)),
        Arguments.of(
            RejectException.dropped(null),
            "celery.exceptions",
            "Reject",
            Arrays.asList(null, false)),
        Arguments.of(new IgnoreException(), "celery.exceptions", "Ignore", List.of()),
        Arguments.of(
            new InvalidTaskException("body", "is odd"),
            "celery.exceptions",
            "InvalidTaskError",
            List.of("invalid task message: body is odd")),
        Arguments.of(
            new EncodeException("no form", null),
            "kombu.exceptions",
            "EncodeError",
            List.of("no form")),
        Arguments.of(
            new DecodeException("no JSON", null),
            "kombu.exceptions",
            "DecodeError",
            List.of("no JSON")),
        Arguments.of(
            new ContentDisallowedException("pickle"),
            "kombu.exceptions",
            "ContentDisallowed",
            List.of("pickle")),
        Arguments.of(
            OperationalException.lost("gone", null),
            "kombu.exceptions",
            "OperationalError",
            List.of("gone")),
        Arguments.of(
            new PublishTimeoutException("late", null),
            "kombu.exceptions",
            "OperationalError",
            List.of("late")),
        Arguments.of(
            new SoftTimeLimitException("m", null),
            "billiard.exceptions",
            "SoftTimeLimitExceeded",
            List.of()),
        Arguments.of(
            new TimeLimitException(Duration.ofSeconds(10)),
            "billiard.exceptions",
            "TimeLimitExceeded",
            List.of(10)),
        Arguments.of(
            new TimeLimitException(Duration.ofMillis(1500)),
            "billiard.exceptions",
            "TimeLimitExceeded",
            List.of(1.5)));
  }

  @ParameterizedTest
  @MethodSource("toPython")
  void tellsPeersAnErrorInTheirOwnTerms(
      Throwable error, String module, String type, List<Object> arguments) {
    assertThat(RemoteException.of(error)).isEqualTo(new RemoteException(module, type, arguments));
  }

  @Test
  void passesOverWhatMerelyWrapsAnError() {
    Throwable error = new IllegalArgumentException("x");
    RemoteException expected = RemoteException.of(error);

    assertThat(RemoteException.of(new CompletionException(error))).isEqualTo(expected);
    assertThat(RemoteException.of(new ExecutionException(new InvocationTargetException(error))))
        .isEqualTo(expected);
    assertThat(RemoteException.of(new UncheckedIOException(new IOException("disk"))))
        .isEqualTo(new RemoteException("builtins", "OSError", List.of("disk")));
    assertThat(RemoteException.of(new CompletionException("alone", null)).type())
        .isEqualTo("CompletionException");
  }

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of("builtins", "ValueError", IllegalArgumentException.class),
        Arguments.of("builtins", "TypeError", IllegalArgumentException.class),
        Arguments.of("kombu.exceptions", "EncodeError", EncodeException.class),
        Arguments.of("kombu.exceptions", "DecodeError", DecodeException.class),
        Arguments.of("kombu.exceptions", "ContentDisallowed", ContentDisallowedException.class),
        Arguments.of("builtins", "KeyError", NoSuchElementException.class),
        Arguments.of("builtins", "ZeroDivisionError", ArithmeticException.class),
        Arguments.of("builtins", "MemoryError", RuntimeException.class),
        Arguments.of(null, "ValueError", IllegalArgumentException.class),
        Arguments.of("celery.exceptions", "NotRegistered", NotRegisteredException.class),
        Arguments.of("celery.exceptions", "TimeoutError", TimeoutException.class),
        Arguments.of("billiard.exceptions", "SoftTimeLimitExceeded", SoftTimeLimitException.class));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void givesAWellKnownErrorItsJavaCounterpartAsCause(String module, String type, Class<?> cause) {
    CeleryException thrown =
        new RemoteException(module, type, List.of("text")).toException("id-1", null);

    assertThat(thrown).isInstanceOf(TaskFailedException.class);
    assertThat(thrown.getCause()).isExactlyInstanceOf(cause);
  }

  @Test
  void neverTakesANameFromTheWireForAClass() {
    CeleryException thrown =
        new RemoteException("java.lang", "IllegalStateException", List.of("x"))
            .toException("id-1", "trace");

    assertThat(thrown)
        .isInstanceOfSatisfying(
            TaskFailedException.class,
            failed -> {
              assertThat(failed.getCause()).isNull();
              assertThat(failed.taskId()).isEqualTo("id-1");
              assertThat(failed.remoteModule()).isEqualTo("java.lang");
              assertThat(failed.remoteType()).isEqualTo("IllegalStateException");
              assertThat(failed.remoteArguments()).containsExactly("x");
              assertThat(failed.remoteTraceback()).isEqualTo("trace");
              assertThat(failed).hasMessage("task id-1 failed: java.lang.IllegalStateException: x");
            });
  }

  @Test
  void throwsTypesOfItsOwnForRevokedTasksAndChords() {
    assertThat(
            new RemoteException("celery.exceptions", "TaskRevokedError", List.of("terminated"))
                .toException("id-1", null))
        .isInstanceOfSatisfying(
            TaskRevokedException.class, e -> assertThat(e.reason()).isEqualTo("terminated"));
    assertThat(
            new RemoteException("celery.exceptions", "ChordError", List.of("part"))
                .toException("id-1", "trace"))
        .isInstanceOfSatisfying(
            ChordException.class, e -> assertThat(e.remoteTraceback()).isEqualTo("trace"))
        .hasMessage("part");
  }

  @Test
  void knowsTheLimitThatAPeerExceeded() {
    assertThat(
            new RemoteException("billiard.exceptions", "TimeLimitExceeded", List.of(1.5))
                .toThrowable())
        .isInstanceOfSatisfying(
            TimeLimitException.class,
            e -> assertThat(e.limit()).isEqualTo(Duration.ofMillis(1500)));
    assertThat(
            new RemoteException("billiard.exceptions", "TimeLimitExceeded", List.of("x"))
                .toThrowable())
        .isInstanceOfSatisfying(TimeLimitException.class, e -> assertThat(e.limit()).isNull());
  }

  @Test
  void readsWhateverElseAFailedTaskLeft() {
    assertThat(RemoteException.read(null).text()).isEmpty();
    assertThat(RemoteException.read("text").text()).isEqualTo("text");
    assertThat(RemoteException.read(Map.of("exc_type", "E", "exc_message", "one")))
        .isEqualTo(new RemoteException(null, "E", List.of("one")));
  }

  @Test
  void replacesArgumentsThatCannotBeEncodedByTheirText() {
    RemoteException error =
        new RemoteException("m", "E", Arrays.asList("it's", new Object[] {1}, null));

    RemoteException safe = error.encodable(value -> !(value instanceof Object[]));

    assertThat(safe.arguments()).containsExactly("it's", "[1]", null);
  }
}
