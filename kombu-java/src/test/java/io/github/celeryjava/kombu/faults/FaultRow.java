package io.github.celeryjava.kombu.faults;

import java.time.Duration;

/**
 * One line of the table.
 *
 * @param doubled how many messages were handled again; negative where that does not apply
 * @param slowest the longest time until everything worked again
 */
record FaultRow(
    String fault,
    String broker,
    String ran,
    int rounds,
    int stalled,
    int lost,
    int doubled,
    Duration slowest) {

  String markdown() {
    return "| %s | %s | %s | %d | %d | %d | %s | %.1f s |"
        .formatted(
            fault,
            broker,
            ran,
            rounds,
            stalled,
            lost,
            doubled < 0 ? "–" : Integer.toString(doubled),
            slowest.toMillis() / 1000.0);
  }

  /** What a line is about, which a later run has a newer line for. */
  String key() {
    return key(markdown());
  }

  /** The key of a line; the version of the broker is not part of it. */
  static String key(String markdown) {
    String[] cells = markdown.split("\\|", -1);
    return cells[1].strip() + "|" + cells[2].strip().split(" ")[0] + "|" + cells[3].strip();
  }
}
