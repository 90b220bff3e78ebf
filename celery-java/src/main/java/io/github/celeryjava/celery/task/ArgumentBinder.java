package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds the arguments of a call to the parameters of one task, by position and by name, as Python
 * does, and makes the Java types of the values. Made once a task; immutable and thread-safe.
 *
 * <p>What does not fit is a {@link TaskArgumentsException}, Python's {@code TypeError}, that says
 * which parameter, by name, position and type.
 */
final class ArgumentBinder {

  /**
   * A parameter that takes an argument.
   *
   * @param required whether a call must give it
   * @param otherwise its value in calls that leave it out
   */
  record Parameter(String name, ParameterType type, boolean required, @Nullable Object otherwise) {

    /** A parameter that may be left out if it is an {@link Optional}. */
    static Parameter of(String name, ParameterType type) {
      boolean optional = type.isOptional();
      return new Parameter(name, type, !optional, optional ? Optional.empty() : null);
    }

    Parameter orElse(@Nullable Object value) {
      return new Parameter(name, type, false, value);
    }
  }

  private final String task;
  private final List<Parameter> parameters;
  private final @Nullable Parameter rest;
  private final Map<String, Integer> indexes = new HashMap<>();

  /**
   * @param task name to use in errors
   * @param rest takes the positional arguments beyond the parameters; its type is that of one of
   *     them; null if there must be none
   */
  ArgumentBinder(String task, List<Parameter> parameters, @Nullable Parameter rest) {
    this.task = task;
    this.parameters = List.copyOf(parameters);
    this.rest = rest;
    for (int i = 0; i < parameters.size(); i++) {
      indexes.put(parameters.get(i).name(), i);
    }
  }

  /**
   * The values of the parameters, in their order.
   *
   * @param offset slots to leave free before the first one
   * @throws TaskArgumentsException if the arguments do not fit
   */
  @Nullable Object[] bind(
      List<? extends @Nullable Object> args,
      Map<String, ? extends @Nullable Object> kwargs,
      int offset) {
    int declared = parameters.size();
    int given = args.size();
    if (given > declared && rest == null) {
      throw tooMany(given);
    }
    @Nullable Object[] values = new @Nullable Object[offset + declared + (rest == null ? 0 : 1)];
    int byPosition = Math.min(given, declared);
    for (int i = 0; i < byPosition; i++) {
      values[offset + i] = convert(parameters.get(i), i, args.get(i));
    }
    if (byPosition < declared || !kwargs.isEmpty()) {
      bindNamed(byPosition, kwargs, values, offset);
    }
    if (rest != null) {
      values[offset + declared] = restOf(args.subList(byPosition, given), rest);
    }
    return values;
  }

  private void bindNamed(
      int from,
      Map<String, ? extends @Nullable Object> kwargs,
      @Nullable Object[] values,
      int offset) {
    int used = 0;
    boolean missing = false;
    for (int i = from; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Object value = kwargs.get(parameter.name());
      if (value != null || kwargs.containsKey(parameter.name())) {
        used++;
        values[offset + i] = convert(parameter, i, value);
      } else if (parameter.required()) {
        missing = true;
      } else {
        values[offset + i] = parameter.otherwise();
      }
    }
    if (used < kwargs.size()) {
      throw wrongName(from, kwargs);
    }
    if (missing) {
      throw missing(from, kwargs);
    }
  }

  private Object restOf(List<? extends @Nullable Object> args, Parameter parameter) {
    Object array = Array.newInstance(parameter.type().rawClass(), args.size());
    for (int i = 0; i < args.size(); i++) {
      Array.set(array, i, convert(parameter, parameters.size() + i, args.get(i)));
    }
    return array;
  }

  private @Nullable Object convert(Parameter parameter, int index, @Nullable Object value) {
    try {
      return parameter.type().convert(value);
    } catch (DecodeException e) {
      throw new TaskArgumentsException(
          task + "() argument " + described(parameter, index) + ": " + e.getMessage(), e);
    }
  }

  private TaskArgumentsException tooMany(int given) {
    long required = parameters.stream().filter(Parameter::required).count();
    int most = parameters.size();
    String takes = required == most ? counted(most) : "from " + required + " to " + counted(most);
    return wrong(
        "takes " + takes + " but " + given + (given == 1 ? " was given" : " were given"), true);
  }

  private TaskArgumentsException wrongName(int byPosition, Map<String, ?> kwargs) {
    for (String name : kwargs.keySet()) {
      Integer index = indexes.get(name);
      if (index == null) {
        return wrong("got an unexpected keyword argument '" + name + "'", true);
      }
      if (index < byPosition) {
        return wrong("got multiple values for argument " + described(index), false);
      }
    }
    throw new IllegalStateException("every keyword of " + kwargs.keySet() + " is known and free");
  }

  private TaskArgumentsException missing(int from, Map<String, ?> kwargs) {
    List<String> missing = new ArrayList<>();
    for (int i = from; i < parameters.size(); i++) {
      if (parameters.get(i).required() && !kwargs.containsKey(parameters.get(i).name())) {
        missing.add(described(i));
      }
    }
    String arguments = missing.size() == 1 ? " required argument: " : " required arguments: ";
    return wrong("missing " + missing.size() + arguments + String.join(", ", missing), false);
  }

  private TaskArgumentsException wrong(String problem, boolean showingParameters) {
    String text = task + "() " + problem;
    return new TaskArgumentsException(showingParameters ? text + "; it takes " + this : text, null);
  }

  private String described(int index) {
    return described(parameters.get(index), index);
  }

  private static String described(Parameter parameter, int index) {
    return "'" + parameter.name() + "' (" + parameter.type() + ", position " + (index + 1) + ")";
  }

  private static String counted(int count) {
    return count + (count == 1 ? " positional argument" : " positional arguments");
  }

  /** The parameters as a programmer writes them: {@code (Order order, int count)}. */
  @Override
  public String toString() {
    String fixed =
        parameters.stream().map(p -> p.type() + " " + p.name()).collect(Collectors.joining(", "));
    if (rest == null) {
      return "(" + fixed + ")";
    }
    return "(" + fixed + (fixed.isEmpty() ? "" : ", ") + rest.type() + "... " + rest.name() + ")";
  }
}
