package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.QueueFiles;
import io.github.celeryjava.kombu.protocol.QueueFiles.Row;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The bindings in one control folder. Thread-safe; processes of this library exclude each other
 * while they change them. Python's locks are of another kind, which excludes nobody here: a change
 * of a file by both at the same moment loses one of the two.
 */
final class ExchangeFiles {

  private static final String LOCK = ".lock";

  /** Python writes a file in place, so a reader may find half of it for a moment. */
  private static final int READS = 100;

  private static final Duration BETWEEN_READS = Duration.ofMillis(10);

  /**
   * One lock a folder for all of this process: the system's does not exclude threads, and closing
   * its file twice would let go of it.
   */
  private static final ConcurrentMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path folder;
  private final ReentrantLock lock;

  ExchangeFiles(Path folder) {
    this.folder = folder;
    lock = LOCKS.computeIfAbsent(folder, absent -> new ReentrantLock());
  }

  /** The bindings of an exchange, the newest first; empty if it has none. */
  List<Row> read(String exchange) {
    Path file = folder.resolve(QueueFiles.exchangeName(exchange));
    for (int reads = 1; ; reads++) {
      try {
        return QueueFiles.readBindings(Files.readAllBytes(file));
      } catch (NoSuchFileException e) {
        return List.of();
      } catch (DecodeException e) {
        if (reads == READS) {
          throw OperationalException.refused(
              "cannot read the bindings in " + file + ": " + e.getMessage(), 541, e);
        }
        LockSupport.parkNanos(this, BETWEEN_READS.toNanos());
      } catch (IOException e) {
        throw failed(file, e);
      }
    }
  }

  boolean exists(String exchange) {
    return Files.exists(folder.resolve(QueueFiles.exchangeName(exchange)));
  }

  void add(String exchange, Row row) {
    change(
        exchange,
        rows -> {
          if (rows.contains(row)) {
            return rows;
          }
          List<Row> more = new ArrayList<>();
          more.add(row);
          more.addAll(rows);
          return more;
        });
  }

  /** Removes the bindings of a queue with that key, whatever their pattern. */
  void remove(String exchange, String routingKey, String queue) {
    change(
        exchange,
        rows ->
            rows.stream()
                .filter(row -> !row.queue().equals(queue) || !row.routingKey().equals(routingKey))
                .toList());
  }

  /** Removes every binding of a queue. */
  void removeAll(String queue) {
    for (String exchange : exchanges()) {
      change(exchange, rows -> rows.stream().filter(row -> !row.queue().equals(queue)).toList());
    }
  }

  void delete(String exchange) {
    Path file = folder.resolve(QueueFiles.exchangeName(exchange));
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private List<String> exchanges() {
    List<String> exchanges = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String exchange = QueueFiles.exchangeOf(file.getFileName().toString());
        if (exchange != null) {
          exchanges.add(exchange);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw failed(folder, e);
    }
    return exchanges;
  }

  private void change(String exchange, UnaryOperator<List<Row>> change) {
    lock.lock();
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        List<Row> before = read(exchange);
        List<Row> after = change.apply(before);
        if (held.isValid() && !after.equals(before)) {
          write(exchange, after);
        }
      }
    } catch (OverlappingFileLockException e) {
      throw OperationalException.busy(
          "the bindings in " + folder + " are being changed by another part of this program",
          405,
          e);
    } catch (IOException e) {
      throw failed(folder, e);
    } finally {
      lock.unlock();
    }
  }

  private void write(String exchange, List<Row> rows) throws IOException {
    Path temporary = folder.resolve('.' + UUID.randomUUID().toString());
    Files.write(temporary, QueueFiles.writeBindings(rows));
    Files.move(
        temporary,
        folder.resolve(QueueFiles.exchangeName(exchange)),
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static OperationalException failed(Path path, IOException e) {
    return OperationalException.refused("cannot use the bindings in " + path + ": " + e, 541, e);
  }
}
