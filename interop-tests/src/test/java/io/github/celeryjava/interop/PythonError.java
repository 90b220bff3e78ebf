package io.github.celeryjava.interop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exception as a Python program holds it.
 *
 * @param module the module of its class, such as {@code builtins}
 * @param type the name of its class, such as {@code KeyError}
 * @param message what {@code str()} says
 * @param args its arguments
 * @param traceback the text that came with it; null if none did
 */
public record PythonError(
    String module,
    String type,
    String message,
    List<PythonValue> args,
    @Nullable String traceback) {

  public PythonError {
    args = List.copyOf(args);
  }

  @Override
  public String toString() {
    return module + "." + type + ": " + message;
  }
}
