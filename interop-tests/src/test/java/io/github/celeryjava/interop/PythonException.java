package io.github.celeryjava.interop;

/** Python code that a test ran raised an exception; a failed task is not one. */
public final class PythonException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient PythonError error;

  PythonException(PythonError error) {
    super(error + "\n" + error.traceback());
    this.error = error;
  }

  public PythonError error() {
    return error;
  }
}
