package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import io.github.celeryjava.kombu.internal.Threads;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a socket. Everybody else appends frames to memory, so that neither
 * an interrupt nor a peer that stopped reading can reach them, and whatever has gathered while the
 * thread was busy leaves in one write. Thread-safe.
 *
 * <p>It sends the heartbeats too, since it knows best when nothing was written.
 */
final class SocketWriter {

  private static final Logger log = LoggerFactory.getLogger(SocketWriter.class);

  private final Socket socket;
  private final OutputStream out;
  private final LongSupplier nanos;
  private final Thread thread;

  /** What wants to append something just before the next write, such as acknowledgements. */
  private final Queue<Runnable> collectors = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean asleep = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private final OutgoingBytes bytes = new OutgoingBytes(); // guarded by lock
  private final DataOutputStream encoder = new DataOutputStream(bytes); // guarded by lock
  private List<CompletableFuture<@Nullable Void>> unwritten = new ArrayList<>(); // guarded by lock
  private volatile boolean closed;
  private volatile @Nullable IOException failure;
  private volatile long buffered;
  private volatile long heartbeatNanos;
  private long lastWrite; // writer thread only

  SocketWriter(Socket socket, OutputStream out, String name, LongSupplier nanos) {
    this.socket = socket;
    this.out = out;
    this.nanos = nanos;
    thread = Threads.platform(name, this::run);
  }

  void start() {
    lastWrite = nanos.getAsLong();
    thread.start();
  }

  /** Starts sending a heartbeat whenever nothing was written for half of {@code interval}. */
  void heartbeat(Duration interval) {
    heartbeatNanos = interval.toNanos() / 2;
    wake();
  }

  /** Adds a frame; it leaves at the next {@link #wake} at the latest. */
  void append(Frame frame) throws IOException {
    lock.lock();
    try {
      requireOpen();
      frame.writeTo(encoder);
      buffered = bytes.size();
    } finally {
      lock.unlock();
    }
  }

  void append(byte[] raw) throws IOException {
    lock.lock();
    try {
      requireOpen();
      bytes.write(raw, 0, raw.length);
      buffered = bytes.size();
    } finally {
      lock.unlock();
    }
  }

  /** A future that completes once everything appended so far is written. */
  CompletableFuture<@Nullable Void> written() {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    lock.lock();
    try {
      requireOpen();
      unwritten.add(future);
    } catch (IOException e) {
      future.completeExceptionally(e);
    } finally {
      lock.unlock();
    }
    return future;
  }

  /** Has {@code collector} run once, before the next write and soon. */
  void beforeWrite(Runnable collector) {
    collectors.add(collector);
    wake();
  }

  /** Runs the collectors that wait, on the calling thread. */
  void collect() {
    for (Runnable next = collectors.poll(); next != null; next = collectors.poll()) {
      next.run();
    }
  }

  /** Makes sure that what was appended gets written. Costs nothing while the writer is busy. */
  void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  /** Bytes that wait to be written. */
  long buffered() {
    return buffered;
  }

  /** What broke the connection while writing; null if nothing did. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Closes the socket, dropping what is not written yet. Never blocks. */
  void close() {
    closed = true;
    closeSocket();
    asleep.set(false);
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        collect();
        Batch batch = take();
        if (batch == null) {
          idle();
        } else {
          write(batch);
        }
      }
    } catch (IOException e) {
      if (!closed) {
        failure = e;
        log.debug("writing failed", e);
      }
    } finally {
      closed = true;
      closeSocket();
      abandon();
    }
  }

  private @Nullable Batch take() {
    lock.lock();
    try {
      if (bytes.size() == 0 && unwritten.isEmpty()) {
        return null;
      }
      Batch batch = new Batch(bytes.takeAll(), unwritten);
      unwritten = new ArrayList<>();
      buffered = 0;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void write(Batch batch) throws IOException {
    try {
      for (OutgoingBytes.Chunk chunk : batch.chunks) {
        out.write(chunk.bytes(), 0, chunk.length());
      }
      out.flush();
    } catch (IOException e) {
      batch.written.forEach(future -> future.completeExceptionally(e));
      throw e;
    }
    lastWrite = nanos.getAsLong();
    lock.lock();
    try {
      bytes.recycle(batch.chunks);
    } finally {
      lock.unlock();
    }
    batch.written.forEach(future -> future.complete(null));
  }

  private void idle() throws IOException {
    asleep.set(true);
    if (closed || buffered > 0 || !collectors.isEmpty() || hasUnwritten()) {
      asleep.set(false);
      return;
    }
    long interval = heartbeatNanos;
    if (interval == 0) {
      LockSupport.park(this);
    } else {
      long left = interval - (nanos.getAsLong() - lastWrite);
      if (left <= 0) {
        append(new Frame(AMQP.FRAME_HEARTBEAT, 0));
      } else {
        LockSupport.parkNanos(this, left);
      }
    }
    asleep.set(false);
  }

  private boolean hasUnwritten() {
    lock.lock();
    try {
      return !unwritten.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the connection is closed", failure);
    }
  }

  private void abandon() {
    List<CompletableFuture<@Nullable Void>> waiting;
    lock.lock();
    try {
      waiting = unwritten;
      unwritten = new ArrayList<>();
      bytes.takeAll();
      buffered = 0;
    } finally {
      lock.unlock();
    }
    IOException cause = new IOException("the connection was closed before the write", failure);
    waiting.forEach(future -> future.completeExceptionally(cause));
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing the socket failed", e);
    }
  }

  private record Batch(
      List<OutgoingBytes.Chunk> chunks, List<CompletableFuture<@Nullable Void>> written) {}
}
