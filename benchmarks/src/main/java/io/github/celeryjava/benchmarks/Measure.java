package io.github.celeryjava.benchmarks;

/**
 * What one run cost.
 *
 * @param seconds time on the clock
 * @param cpu processor time of the process, user and system, in seconds
 */
record Measure(double seconds, double cpu) {

  /** The form in which a peer process tells it. */
  String line() {
    return seconds + " " + cpu;
  }

  static Measure parse(String line) {
    String[] parts = line.trim().split(" ", -1);
    if (parts.length != 2) {
      throw new IllegalStateException("a peer said '" + line + "' where a measure was expected");
    }
    return new Measure(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
  }
}
