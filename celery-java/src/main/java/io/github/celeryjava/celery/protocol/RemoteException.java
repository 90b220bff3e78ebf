package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.CeleryException;
import io.github.celeryjava.celery.exceptions.ChordException;
import io.github.celeryjava.celery.exceptions.TaskFailedException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.kombu.internal.Internal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An exception as data: {@code {"exc_type": …, "exc_message": [arguments], "exc_module": …}}.
 * Well-known types are translated both ways ({@link ExceptionTypes}); others keep their own name,
 * with the Java package in place of the module. No class is ever looked up by a name from the wire.
 *
 * <p>Wire source: {@code prepare_exception} and {@code exception_to_python} in {@code
 * celery/backends/base.py} (5.2 to 5.7). Golden copies: {@code
 * src/test/resources/wire/result-meta/}.
 *
 * @param module Python module or Java package; null if unknown
 * @param type class name with its outer classes: {@code Outer.Inner}
 * @param arguments constructor arguments
 * @hidden
 */
@Internal
public record RemoteException(
    @Nullable String module, String type, List<@Nullable Object> arguments) {

  private static final String EXC_TYPE = "exc_type";
  private static final String EXC_MESSAGE = "exc_message";
  private static final String EXC_MODULE = "exc_module";

  /** Checks and copies. */
  public RemoteException {
    requireNonNull(type, "type");
    arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
  }

  /**
   * The form in which {@code error} is told to peers. What merely wraps an error – of a future, of
   * a reflective call – is passed over.
   */
  public static RemoteException of(Throwable error) {
    return ExceptionTypes.toRemote(error);
  }

  /** The form on the wire. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>(8);
    map.put(EXC_TYPE, type);
    map.put(EXC_MESSAGE, arguments);
    map.put(EXC_MODULE, module);
    return map;
  }

  /** The same, with text in place of the arguments that {@code encodable} refuses. */
  public RemoteException encodable(Predicate<@Nullable Object> encodable) {
    List<@Nullable Object> safe = new ArrayList<>(arguments.size());
    for (Object argument : arguments) {
      safe.add(encodable.test(argument) ? argument : PyRepr.literal(argument));
    }
    return new RemoteException(module, type, safe);
  }

  /**
   * Reads the decoded result of a failed task. Never throws: what is no exception as data becomes
   * the argument of a plain {@code Exception}.
   */
  public static RemoteException read(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map) || !(map.get(EXC_TYPE) instanceof String type)) {
      return new RemoteException(
          ExceptionTypes.BUILTINS, "Exception", value == null ? List.of() : List.of(value));
    }
    Object message = map.get(EXC_MESSAGE);
    List<@Nullable Object> arguments;
    if (message instanceof List<?> list) {
      arguments = new ArrayList<>(list);
    } else {
      arguments = message == null ? List.of() : List.of(message);
    }
    return new RemoteException(
        map.get(EXC_MODULE) instanceof String module ? module : null, type, arguments);
  }

  /**
   * What a caller of the failed task is to catch: {@link TaskRevokedException}, {@link
   * ChordException}, or for everything else {@link TaskFailedException} with the Java counterpart
   * of a well-known type as its cause.
   *
   * @param taskId id of the task
   * @param traceback stack trace that was stored with it; null for none
   */
  public CeleryException toException(String taskId, @Nullable String traceback) {
    if (is(ExceptionTypes.CELERY, "TaskRevokedError")) {
      return new TaskRevokedException(taskId, text());
    }
    if (is(ExceptionTypes.CELERY, "ChordError")) {
      return ChordException.stored(text(), traceback);
    }
    return new TaskFailedException(
        new TaskFailedException.Remote(taskId, module, type, arguments, traceback),
        "task " + taskId + " failed: " + description(),
        toThrowable());
  }

  /** The Java counterpart of a well-known type; null for others. */
  public @Nullable Throwable toThrowable() {
    return ExceptionTypes.toJava(this);
  }

  /** Python's {@code str} of the exception. */
  public String text() {
    if (arguments.isEmpty()) {
      return "";
    }
    if (arguments.size() > 1) {
      return tuple();
    }
    Object only = arguments.get(0);
    return only instanceof String text && !isKeyError() ? text : PyRepr.literal(only);
  }

  /** Python's {@code repr} of the exception: {@code ValueError('x')}. */
  public String repr() {
    String name = type.substring(type.lastIndexOf('.') + 1);
    String tuple = tuple();
    return name + (arguments.size() == 1 ? tuple.substring(0, tuple.length() - 2) + ")" : tuple);
  }

  private String tuple() {
    String list = PyRepr.literal(arguments);
    return "(" + list.substring(1, list.length() - 1) + (arguments.size() == 1 ? ",)" : ")");
  }

  /** Type and text for people; the module only where it says something. */
  private String description() {
    String name =
        module == null || module.equals(ExceptionTypes.BUILTINS) ? type : module + "." + type;
    String text = text();
    return text.isEmpty() ? name : name + ": " + text;
  }

  private boolean isKeyError() {
    return type.equals("KeyError") || is(ExceptionTypes.CELERY, "NotRegistered");
  }

  private boolean is(String expectedModule, String expectedType) {
    return type.equals(expectedType) && (module == null || module.equals(expectedModule));
  }
}
