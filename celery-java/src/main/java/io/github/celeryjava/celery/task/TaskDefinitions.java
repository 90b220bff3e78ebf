package io.github.celeryjava.celery.task;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the definitions of one app's tasks: of annotated methods and of lambdas. Immutable and
 * thread-safe.
 *
 * @hidden
 */
@Internal
public final class TaskDefinitions {

  private final TaskDefaults defaults;
  private final SerializerRegistry serializers;

  /**
   * @param config decides what tasks leave open
   * @param serializers converts arguments to the types of parameters
   */
  public TaskDefinitions(CeleryConfig config, SerializerRegistry serializers) {
    defaults = new TaskDefaults(config);
    this.serializers = serializers;
  }

  /**
   * The tasks of an object: its methods with {@link CeleryTask}, inherited and static ones
   * included.
   *
   * @param target an instance, or a class for its static methods
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if there are none, or one
   *     cannot be called; the message says what to do
   */
  public List<TaskDefinition> ofObject(Object target) {
    return new MethodHandlers(defaults, serializers).of(requireNonNull(target, "target"));
  }

  /**
   * Starts a task that is written as a lambda.
   *
   * @param made takes the definition and gives the handle, once the lambda is there
   */
  public <R extends @Nullable Object> TaskBuilder<R> named(
      String name, Type resultType, Function<TaskDefinition, Task<R>> made) {
    return new TaskBuilder<>(this, name, resultType, made);
  }

  TaskOptions options() {
    return defaults.options();
  }

  ArgumentBinder binder(String task, Argument<?>... arguments) {
    List<ArgumentBinder.Parameter> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Argument<?> argument : arguments) {
      ParameterType type =
          new ParameterType(
              TypeFactory.defaultInstance().constructType(argument.type()), serializers);
      ArgumentBinder.Parameter parameter = argument.parameter(parameters.size(), type);
      if (!names.add(parameter.name())) {
        throw new ConfigurationException(
            "task '" + task + "' has two arguments called '" + parameter.name() + "'");
      }
      parameters.add(parameter);
    }
    return new ArgumentBinder(task, parameters, null);
  }
}
