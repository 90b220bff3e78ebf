package io.github.celeryjava.celery.task;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A method as the code of a task. Immutable and thread-safe. */
final class MethodTask implements TaskHandler {

  private static final MethodType SPREAD = MethodType.methodType(Object.class, Object[].class);

  private final MethodHandle method;
  private final ArgumentBinder binder;
  private final boolean bound;

  /**
   * @param method the method with its object, of a fixed number of parameters
   * @param bound whether its first parameter is the running request
   */
  MethodTask(MethodHandle method, ArgumentBinder binder, boolean bound) {
    this.method = method.asSpreader(Object[].class, method.type().parameterCount()).asType(SPREAD);
    this.binder = binder;
    this.bound = bound;
  }

  @Override
  public @Nullable Object run(
      TaskContext context, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
      throws Exception {
    @Nullable Object[] values = binder.bind(args, kwargs, bound ? 1 : 0);
    if (bound) {
      values[0] = context;
    }
    try {
      return (Object) method.invokeExact(values);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new UndeclaredThrowableException(e);
    }
  }
}
