package io.github.celeryjava.kombu.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionLedgerTest {

  @TempDir private Path folder;

  @Test
  void nothingRanWhereNothingWasWritten() {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    assertThat(ledger.executions()).isEmpty();
    assertThat(ledger.missing(List.of("a"))).containsExactly("a");
  }

  @Test
  void comparesWhatRanWithWhatWasSent() {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));

    List.of("a", "b", "a", "x", "a").forEach(ledger::record);

    assertThat(ledger.executions()).containsExactly("a", "b", "a", "x", "a");
    assertThat(ledger.repeated()).isEqualTo(Map.of("a", 3));
    assertThat(ledger.missing(List.of("a", "b", "c"))).containsExactly("c");
    assertThat(ledger.unexpected(List.of("a", "b", "c"))).containsExactly("x");
  }

  @Test
  void keepsLinesWholeWhenManyWriteAtOnce() throws InterruptedException {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    List<String> ids = IntStream.range(0, 2_000).mapToObj(i -> "task-" + i).toList();

    List<Thread> writers = new ArrayList<>();
    for (List<String> part : List.of(ids.subList(0, 700), ids.subList(700, ids.size()))) {
      ExecutionLedger own = ExecutionLedger.at(ledger.file());
      Thread writer = new Thread(() -> part.forEach(own::record));
      writer.start();
      writers.add(writer);
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(ledger.executions()).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void waitingEndsWithTheLastOneOrSaysWhatIsMissing() {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    Thread later = new Thread(() -> ledger.record("late"));

    later.start();
    ledger.awaitAll(List.of("late"), Duration.ofSeconds(10));

    assertThatThrownBy(() -> ledger.awaitAll(List.of("late", "never"), Duration.ZERO))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 of 2")
        .hasMessageContaining("never");
  }
}
