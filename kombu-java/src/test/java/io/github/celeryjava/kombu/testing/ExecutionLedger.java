package io.github.celeryjava.kombu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * What really ran: a file to which every execution of a task appends one line, usually the task's
 * id, so that losses and repetitions can be counted afterwards. Any number of processes, in Java or
 * Python, may write to it at once, and what was written survives their death. Thread-safe.
 */
public final class ExecutionLedger {

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  private final Path file;

  private ExecutionLedger(Path file) {
    this.file = file;
  }

  /** The ledger in {@code file}, which need not exist yet. */
  public static ExecutionLedger at(Path file) {
    return new ExecutionLedger(file.toAbsolutePath());
  }

  /** Where the ledger is, as an argument for a task. */
  public Path file() {
    return file;
  }

  /** Appends one line in one write, which no other process can come between. */
  public void record(String id) {
    byte[] line = (id + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      int written = channel.write(ByteBuffer.wrap(line));
      if (written != line.length) {
        throw new IllegalStateException("wrote %d of %d bytes".formatted(written, line.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + file, e);
    }
  }

  /** Every execution in the order written; empty if nothing ran. */
  public List<String> executions() {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The ids that ran more than once, with how often. */
  public Map<String, Integer> repeated() {
    Map<String, Integer> counts = new HashMap<>();
    executions().forEach(id -> counts.merge(id, 1, Integer::sum));
    counts.values().removeIf(count -> count == 1);
    return counts;
  }

  /** Those of {@code sent} that have not run. */
  public Set<String> missing(Collection<String> sent) {
    Set<String> missing = new LinkedHashSet<>(sent);
    missing.removeAll(new HashSet<>(executions()));
    return missing;
  }

  /** The ids that ran without being among {@code sent}. */
  public Set<String> unexpected(Collection<String> sent) {
    Set<String> unexpected = new LinkedHashSet<>(executions());
    unexpected.removeAll(new HashSet<>(sent));
    return unexpected;
  }

  /**
   * Waits until everything in {@code sent} has run.
   *
   * @throws AssertionError after {@code limit}, with the number and some of those that have not
   */
  public void awaitAll(Collection<String> sent, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Set<String> missing = missing(sent);
    while (!missing.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "%d of %d did not run within %s, among them %s"
                .formatted(missing.size(), sent.size(), limit, missing.stream().limit(5).toList()));
      }
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
      missing = missing(missing);
    }
  }

  @Override
  public String toString() {
    return "ExecutionLedger[" + file + ", " + executions().size() + " executions]";
  }
}
