package io.github.celeryjava.kombu.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The page of the documentation with the lines of every run. Stateless. */
final class FaultTable {

  private static final String HEADER =
      """
      # Fault matrix

      Written by the tests (`FaultMatrix` and its subclasses in kombu-java) when they run with `-Dcelery.full=true`, as in
      `bin/verify --full`; a line is replaced by that of a later run. Each fault is injected for real while one program publishes
      (two threads that wait for each confirm, 3 s for each publish) and another consumes (prefetch 10, acknowledging late),
      heartbeats every 2 s. After each round publishing, consuming and the prefetch count have to work again within 5 s of the
      broker's return; where nobody is told of the loss, within two heartbeats and 5 s. *Stalled* counts rounds in which
      something did not, *lost* the messages that were confirmed and never arrived, *doubled* those that were handled
      again, which at-least-once delivery allows. No publish took longer than its deadline, and after the last round there
      were as many threads, connections and channels as before the first, and no more heap.

      | fault | broker | what ran | rounds | stalled | lost | doubled | slowest recovery |
      |---|---|---|---|---|---|---|---|
      """;

  private FaultTable() {}

  /** Which of the faults a line is about. */
  private static int fault(String line) {
    Fault[] faults = Fault.values();
    for (int i = 0; i < faults.length; i++) {
      if (line.startsWith("| " + faults[i])) {
        return i;
      }
    }
    return faults.length;
  }

  /** Replaces the lines of a page that {@code rows} are newer ones of, and adds the others. */
  static void update(Path page, List<FaultRow> rows) {
    Map<String, String> lines = new LinkedHashMap<>();
    try {
      if (Files.exists(page)) {
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| fault |"))
            .forEach(line -> lines.put(FaultRow.key(line), line));
      }
      rows.forEach(row -> lines.put(row.key(), row.markdown()));
      Files.createDirectories(Objects.requireNonNull(page.toAbsolutePath().getParent()));
      List<String> sorted = new ArrayList<>(lines.values());
      sorted.sort(Comparator.comparingInt(FaultTable::fault)); // stable: publish, then consume
      Files.writeString(page, HEADER + String.join("\n", sorted) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + page, e);
    }
  }
}
