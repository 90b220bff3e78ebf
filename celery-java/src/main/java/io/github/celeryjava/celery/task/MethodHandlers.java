package io.github.celeryjava.celery.task;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes tasks of the annotated methods of an object. Whatever would only go wrong when a task runs
 * is refused here, with what to do about it. Stateless and thread-safe.
 */
final class MethodHandlers {

  private final TaskDefaults defaults;
  private final SerializerRegistry serializers;

  MethodHandlers(TaskDefaults defaults, SerializerRegistry serializers) {
    this.defaults = defaults;
    this.serializers = serializers;
  }

  List<TaskDefinition> of(Object target) {
    boolean isClass = target instanceof Class<?>;
    Class<?> type = target instanceof Class<?> given ? given : target.getClass();
    Map<String, Method> methods = new LinkedHashMap<>();
    List<TaskDefinition> tasks = new ArrayList<>();
    for (AnnotatedMethods.Found found : AnnotatedMethods.of(type)) {
      Method method = found.method();
      if (isClass && !Modifier.isStatic(method.getModifiers())) {
        throw refused(method, "is not static: register an instance of its class");
      }
      TaskDefinition task = definition(target, type, method, found.annotation());
      Method other = methods.put(task.name(), method);
      if (other != null) {
        throw refused(
            method,
            "would have the same name as "
                + described(other)
                + ": give one of them another name "
                + "in its annotation");
      }
      tasks.add(task);
    }
    if (tasks.isEmpty()) {
      throw new ConfigurationException(
          type.getName() + " has no method with @CeleryTask: annotate the methods to register");
    }
    return tasks;
  }

  private TaskDefinition definition(
      Object target, Class<?> type, Method method, CeleryTask annotation) {
    if (!Modifier.isPublic(method.getModifiers())) {
      throw refused(method, "is not public: make it public");
    }
    String name = annotation.value().isEmpty() ? defaultName(method) : annotation.value();
    boolean bound = takesContext(method);
    MethodTask handler =
        new MethodTask(
            handle(target, method), binder(name, type, method, annotation, bound), bound);
    return new TaskDefinition(
        name,
        resultType(type, method),
        handler,
        options(method, annotation),
        target instanceof TaskListener listener ? listener : TaskDefinition.NOBODY);
  }

  private TaskOptions options(Method method, CeleryTask annotation) {
    try {
      return defaults.options(annotation);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(described(method) + ": " + e.getMessage(), e);
    }
  }

  private ArgumentBinder binder(
      String task, Class<?> type, Method method, CeleryTask annotation, boolean bound) {
    List<String> names = names(method, annotation, bound);
    List<ArgumentBinder.Parameter> parameters = new ArrayList<>();
    ArgumentBinder.Parameter rest = null;
    Type[] types = method.getGenericParameterTypes();
    int first = bound ? 1 : 0;
    for (int i = 0; i < names.size(); i++) {
      JavaType java = resolved(types[first + i], type, method);
      if (java.hasRawClass(TaskContext.class)) {
        throw refused(method, "takes a TaskContext that is not its first parameter: move it there");
      }
      if (method.isVarArgs() && i == names.size() - 1) {
        ParameterType element = new ParameterType(java.getContentType(), serializers);
        rest = ArgumentBinder.Parameter.of(names.get(i), element);
      } else {
        parameters.add(
            ArgumentBinder.Parameter.of(names.get(i), new ParameterType(java, serializers)));
      }
    }
    return new ArgumentBinder(task, parameters, rest);
  }

  private static List<String> names(Method method, CeleryTask annotation, boolean bound) {
    Parameter[] declared = method.getParameters();
    List<Parameter> parameters = Arrays.asList(declared).subList(bound ? 1 : 0, declared.length);
    List<String> names =
        annotation.parameters().length == 0
            ? namesInClass(method, parameters)
            : List.of(annotation.parameters());
    if (names.size() != parameters.size()) {
      throw refused(
          method,
          "takes " + parameters.size() + " arguments, but its annotation names " + names.size());
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty() || !seen.add(name)) {
        throw refused(method, "has an empty or repeated name among its parameters: " + names);
      }
    }
    return names;
  }

  private static List<String> namesInClass(Method method, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      if (!parameter.isNamePresent()) {
        throw refused(
            method,
            "was compiled without the names of its parameters, which callers may use: compile with "
                + "-parameters (in Maven <parameters>true</parameters>), or write "
                + "@CeleryTask(parameters = {…})");
      }
    }
    return parameters.stream().map(Parameter::getName).toList();
  }

  private static boolean takesContext(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return types.length > 0 && types[0] == TaskContext.class;
  }

  private static MethodHandle handle(Object target, Method method) {
    if (!method.trySetAccessible()) {
      Class<?> type = method.getDeclaringClass();
      Module ours = MethodHandlers.class.getModule();
      throw refused(
          method,
          "cannot be called: its module keeps the package to itself. Write 'opens "
              + type.getPackageName()
              + (ours.isNamed() ? " to " + ours.getName() : "")
              + ";' in the module-info of "
              + type.getModule().getName());
    }
    try {
      MethodHandle handle = MethodHandles.lookup().unreflect(method).asFixedArity();
      return Modifier.isStatic(method.getModifiers()) ? handle : handle.bindTo(target);
    } catch (IllegalAccessException e) {
      throw new ConfigurationException(described(method) + " cannot be called: " + e, e);
    }
  }

  private static Type resultType(Class<?> type, Method method) {
    JavaType java = resolved(method.getGenericReturnType(), type, method);
    if (java.isTypeOrSubTypeOf(CompletionStage.class)) {
      JavaType[] results = java.findTypeParameters(CompletionStage.class);
      return results.length == 0 ? Object.class : results[0];
    }
    return java.hasRawClass(void.class) ? Void.class : java;
  }

  /** The type with the variables of a generic superclass filled in. */
  private static JavaType resolved(Type declared, Class<?> type, Method method) {
    TypeFactory types = TypeFactory.defaultInstance();
    @Nullable JavaType owner = types.constructType(type).findSuperType(method.getDeclaringClass());
    return owner == null
        ? types.constructType(declared)
        : types.resolveMemberType(declared, owner.getBindings());
  }

  private static String defaultName(Method method) {
    Class<?> type = method.getDeclaringClass();
    String owner = type.getCanonicalName() == null ? type.getName() : type.getCanonicalName();
    return owner + "." + method.getName();
  }

  private static ConfigurationException refused(Method method, String problem) {
    return new ConfigurationException(described(method) + " " + problem);
  }

  private static String described(Method method) {
    return "method "
        + method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"))
        + " of "
        + method.getDeclaringClass().getName();
  }
}
