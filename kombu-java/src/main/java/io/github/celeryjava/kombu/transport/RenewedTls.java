package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS from files that may be replaced while the program runs: they are read again when their time
 * has changed. Files that are gone or cannot be read for now leave the last good content in use.
 * Thread-safe.
 */
final class RenewedTls implements Supplier<SSLContext> {

  private static final Logger log = LoggerFactory.getLogger(RenewedTls.class);

  private final List<Path> files;
  private final Supplier<SSLContext> load;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private SSLContext current;
  private List<FileTime> times;

  /**
   * Reads the files for the first time.
   *
   * @param load reads them
   * @throws ConfigurationException if they cannot be read
   */
  RenewedTls(List<Path> files, Supplier<SSLContext> load) {
    this.files = List.copyOf(files);
    this.load = load;
    times = times(files);
    current = load.get();
  }

  @Override
  public SSLContext get() {
    lock.lock();
    try {
      List<FileTime> now = times(files);
      if (!now.equals(times)) {
        renew(now);
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private void renew(List<FileTime> now) {
    try {
      current = load.get();
      times = now;
    } catch (ConfigurationException e) {
      log.warn("Going on with the certificates read before, since {}", e.getMessage());
    }
  }

  /** A file that is not there has no time. */
  private static List<FileTime> times(List<Path> files) {
    List<FileTime> times = new ArrayList<>();
    for (Path file : files) {
      try {
        times.add(Files.getLastModifiedTime(file));
      } catch (IOException e) {
        log.debug("no time of {}", file, e);
      }
    }
    return times;
  }
}
