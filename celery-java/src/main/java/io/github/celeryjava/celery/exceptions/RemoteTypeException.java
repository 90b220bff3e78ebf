package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a task that is to fail with a Python exception of its choice. A Python caller that has
 * the module loaded gets an instance of that very class, built from {@code arguments}; another gets
 * a class of the same name.
 *
 * <pre>{@code
 * throw new RemoteTypeException("myproj.errors", "OutOfStock", List.of("sku", 3));
 * }</pre>
 */
public final class RemoteTypeException extends CeleryException {

  private final String module;
  private final String type;
  private final List<@Nullable Object> arguments;

  /**
   * Names the exception as Python does.
   *
   * @param module dotted module name, {@code builtins} for Python's own exceptions
   * @param type class name, qualified with its outer classes: {@code Outer.Inner}
   * @param arguments constructor arguments, values that the result serializer can encode
   */
  public RemoteTypeException(
      String module, String type, List<? extends @Nullable Object> arguments) {
    super(requireNonNull(module, "module") + "." + requireNonNull(type, "type") + arguments, null);
    this.module = module;
    this.type = type;
    this.arguments = Lists.copy(arguments);
  }

  /** The Python module the class lives in. */
  public String module() {
    return module;
  }

  /** The Python class name. */
  public String type() {
    return type;
  }

  /** The constructor arguments, unmodifiable; elements may be null. */
  public List<@Nullable Object> arguments() {
    return arguments;
  }
}
