package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import io.github.celeryjava.kombu.internal.Threads;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
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

  /** How long what may wait waits for company; about what a timer of the system can do. */
  private static final long LINGER_NANOS = 150_000;

  /** With so many bytes there is company enough. */
  private static final int LINGER_BYTES = 32 * 1024;

  private enum State {
    AWAKE,
    /** Waits for the end of a short while, or for something urgent. */
    LINGERING,
    /** Waits for anything. */
    ASLEEP
  }

  private final Socket socket;
  private final OutputStream out;
  private final LongSupplier nanos;
  private final Thread thread;

  /** What wants to append something just before the next write, such as acknowledgements. */
  private final Queue<Runnable> collectors = new ConcurrentLinkedQueue<>();

  private final AtomicReference<State> state = new AtomicReference<>(State.AWAKE);
  private final ReentrantLock collecting = new ReentrantLock(); // taken before lock
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private final OutgoingBytes bytes = new OutgoingBytes(); // guarded by lock
  private final DataOutputStream encoder = new DataOutputStream(bytes); // guarded by lock
  private final Deque<Mark> marks = new ArrayDeque<>(); // guarded by lock
  private long appended; // bytes ever, guarded by lock
  private long written; // bytes ever, guarded by lock
  private volatile boolean closed;
  private volatile @Nullable IOException failure;
  private volatile long buffered;
  private volatile boolean urgent; // whether something waits that must not linger
  private volatile long heartbeatNanos;
  private volatile long writingSince; // nanoseconds, 0 while nothing is being written
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
      added();
    } finally {
      lock.unlock();
    }
  }

  void append(byte[] raw) throws IOException {
    lock.lock();
    try {
      requireOpen();
      bytes.write(raw, 0, raw.length);
      added();
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
      if (written < appended) {
        marks.add(new Mark(appended, future));
        return future;
      }
    } catch (IOException e) {
      future.completeExceptionally(e);
      return future;
    } finally {
      lock.unlock();
    }
    future.complete(null);
    return future;
  }

  /** Has {@code collector} run once, before the next write and soon. */
  void beforeWrite(Runnable collector) {
    collectors.add(collector);
    wake();
  }

  /**
   * Runs the collectors that wait, on the calling thread. When this returns, those that another
   * thread had begun have appended what they have too.
   */
  void collect() {
    collecting.lock();
    try {
      for (Runnable next = collectors.poll(); next != null; next = collectors.poll()) {
        next.run();
      }
    } finally {
      collecting.unlock();
    }
  }

  /**
   * Makes sure that what was appended is written at once. Costs little while the writer is busy.
   */
  void wake() {
    urgent = true;
    State seen = state.get();
    if (seen != State.AWAKE && state.compareAndSet(seen, State.AWAKE)) {
      LockSupport.unpark(thread);
    }
  }

  /** Makes sure that what was appended is written within a fraction of a millisecond. */
  void wakeLazily() {
    if (buffered >= LINGER_BYTES) {
      wake();
    } else if (state.get() == State.ASLEEP && state.compareAndSet(State.ASLEEP, State.AWAKE)) {
      LockSupport.unpark(thread);
    }
  }

  /** Writes at once what lingers, if anything does. */
  void hurry() {
    if (state.get() == State.LINGERING) {
      wake();
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

  /** Breaks the connection if the write under way has been so for longer than {@code limit}. */
  void requireWritten(Duration limit) {
    long since = writingSince;
    if (since != 0 && nanos.getAsLong() - since > limit.toNanos()) {
      failure =
          new IOException(
              "the peer took nothing for " + limit.toMillis() + " ms, which write_timeout allows");
      close();
    }
  }

  /** Closes the socket, dropping what is not written yet. Never blocks. */
  void close() {
    closed = true;
    closeSocket();
    wake();
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        collect();
        linger();
        List<OutgoingBytes.Chunk> chunks = take();
        if (chunks.isEmpty()) {
          idle();
        } else {
          write(chunks);
        }
      }
    } catch (IOException e) {
      if (!closed) {
        failure = e;
      }
      log.debug("writing failed", e);
    } finally {
      closed = true;
      closeSocket();
      abandon();
    }
  }

  private List<OutgoingBytes.Chunk> take() {
    lock.lock();
    try {
      buffered = 0;
      return bytes.takeAll();
    } finally {
      lock.unlock();
    }
  }

  private void write(List<OutgoingBytes.Chunk> chunks) throws IOException {
    long count = 0;
    for (OutgoingBytes.Chunk chunk : chunks) {
      writingSince = nanos.getAsLong();
      out.write(chunk.bytes(), 0, chunk.length());
      count += chunk.length();
    }
    out.flush();
    writingSince = 0;
    lastWrite = nanos.getAsLong();
    List<CompletableFuture<@Nullable Void>> reached = List.of();
    lock.lock();
    try {
      bytes.recycle(chunks);
      written += count;
      if (!marks.isEmpty()) {
        reached = passMarks(written);
      }
    } finally {
      lock.unlock();
    }
    reached.forEach(future -> future.complete(null));
  }

  private List<CompletableFuture<@Nullable Void>> passMarks(long position) {
    List<CompletableFuture<@Nullable Void>> passed = new ArrayList<>();
    while (!marks.isEmpty() && marks.element().position <= position) {
      passed.add(marks.remove().future);
    }
    return passed;
  }

  /** Waits a moment for company, unless something is urgent. */
  private void linger() {
    if (!urgent && buffered > 0 && buffered < LINGER_BYTES) {
      state.set(State.LINGERING);
      if (!urgent && !closed) {
        LockSupport.parkNanos(this, LINGER_NANOS);
      }
      state.set(State.AWAKE);
      collect();
    }
    urgent = false;
  }

  private void idle() throws IOException {
    state.set(State.ASLEEP);
    if (!closed && buffered == 0 && collectors.isEmpty()) {
      long interval = heartbeatNanos;
      long left = interval - (nanos.getAsLong() - lastWrite);
      if (interval == 0) {
        LockSupport.park(this);
      } else if (left > 0) {
        LockSupport.parkNanos(this, left);
      } else {
        append(new Frame(AMQP.FRAME_HEARTBEAT, 0));
        urgent = true;
      }
    }
    state.set(State.AWAKE);
  }

  private void added() {
    long size = bytes.size();
    appended += size - buffered;
    buffered = size;
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
      waiting = passMarks(Long.MAX_VALUE);
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

  /** A place in the stream of bytes, and who waits for it to be written. */
  private record Mark(long position, CompletableFuture<@Nullable Void> future) {}
}
