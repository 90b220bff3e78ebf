package io.github.celeryjava.interop;

import org.jspecify.annotations.Nullable;

/**
 * The result of a task as a Python client sees it.
 *
 * @param state such as {@code SUCCESS}
 * @param value what the task returned; null in the states of failure
 * @param error what the task raised; null in the others
 */
public record PythonResult(String state, @Nullable PythonValue value, @Nullable PythonError error) {

  /** The value of a task that must have succeeded. */
  public PythonValue success() {
    if (value == null || !state.equals("SUCCESS")) {
      throw new AssertionError("expected SUCCESS, got " + this);
    }
    return value;
  }

  /** The error of a task that must have failed. */
  public PythonError failure() {
    if (error == null || !state.equals("FAILURE")) {
      throw new AssertionError("expected FAILURE, got " + this);
    }
    return error;
  }
}
