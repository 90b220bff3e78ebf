package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.internal.Threads;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when something may have changed in a folder: when the system says so, and every so often
 * since it does not always. Thread-safe.
 */
final class FolderWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);

  private final Duration interval;
  private final Runnable onChange;
  private final Thread thread;
  private final @Nullable WatchService service;

  // Mutable state
  private volatile boolean closed;

  /**
   * Starts watching.
   *
   * @param onChange called on the thread of the watch; must return at once
   */
  FolderWatch(Path folder, Duration interval, Runnable onChange) {
    this.interval = interval;
    this.onChange = onChange;
    service = service(folder);
    thread = Threads.platform("kombu-files-watch " + folder, this::run);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    try {
      if (service != null) {
        service.close();
      }
    } catch (IOException e) {
      log.debug("closing a watch failed", e);
    }
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        await();
        onChange.run();
      }
    } catch (ClosedWatchServiceException e) {
      log.debug("the watch was closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread; whoever does ends it
    }
  }

  private void await() throws InterruptedException {
    if (service == null) {
      LockSupport.parkNanos(this, interval.toNanos());
      return;
    }
    WatchKey key = service.poll(interval.toNanos(), TimeUnit.NANOSECONDS);
    if (key != null) {
      key.pollEvents();
      key.reset();
    }
  }

  /** Null where the system cannot watch, or not one more folder. */
  private static @Nullable WatchService service(Path folder) {
    try {
      WatchService service = folder.getFileSystem().newWatchService();
      folder.register(
          service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      return service;
    } catch (IOException | UnsupportedOperationException e) {
      log.warn("Messages in {} are only looked for now and then: {}", folder, e.toString());
      return null;
    }
  }
}
