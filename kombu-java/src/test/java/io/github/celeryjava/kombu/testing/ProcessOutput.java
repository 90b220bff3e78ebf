package io.github.celeryjava.kombu.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What a process has written lately: its last lines, to be waited for and to be shown when a test
 * fails. Thread-safe.
 *
 * <p>Not to be counted by: as a process ends the JVM takes the pipe away from whoever reads it, and
 * the last lines may go missing. A test that must know all that a killed program did has it write
 * into a file, as {@link ExecutionLedger} does.
 */
public final class ProcessOutput {

  private static final int KEPT_LINES = 400;

  // Mutable state, guarded by this
  private final Deque<String> lines = new ArrayDeque<>();
  private long read;
  private boolean ended;

  private ProcessOutput() {}

  /** Reads {@code stream} to its end on a thread of its own, so that the process never blocks. */
  public static ProcessOutput of(InputStream stream, String name) {
    ProcessOutput output = new ProcessOutput();
    Thread reader = new Thread(() -> output.readAll(stream), "output-of-" + name);
    reader.setDaemon(true);
    reader.start();
    return output;
  }

  /**
   * How many lines have been read so far; a place for {@link #awaitLine(long, Predicate,
   * Duration)}.
   */
  public synchronized long position() {
    return read;
  }

  /** Like {@link #awaitLine(long, Predicate, Duration)}, from the oldest line still kept. */
  public boolean awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
    return awaitLine(0, wanted, limit);
  }

  /**
   * Waits for a line, looking only at those written after {@code position}.
   *
   * @return false if the process ended its output, or {@code limit} passed, without such a line
   */
  public synchronized boolean awaitLine(long position, Predicate<String> wanted, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long index = read - lines.size();
      for (String line : lines) {
        if (index++ >= position && wanted.test(line)) {
          return true;
        }
      }
      long leftNanos = deadline - System.nanoTime();
      if (ended || leftNanos <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
    }
  }

  /** Waits until the process has closed its output, as it does when it ends. */
  public synchronized void awaitEnd() throws InterruptedException {
    while (!ended) {
      wait();
    }
  }

  /** The last lines, oldest first. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** The last lines as one text, for the message of a failure. */
  @Override
  public String toString() {
    return String.join("\n", lines());
  }

  private void readAll(InputStream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        add(line);
      }
    } catch (IOException processGone) {
      add("(output broke off: " + processGone.getMessage() + ")");
    }
    end();
  }

  private synchronized void add(String line) {
    lines.addLast(line);
    read++;
    if (lines.size() > KEPT_LINES) {
      lines.removeFirst();
    }
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
