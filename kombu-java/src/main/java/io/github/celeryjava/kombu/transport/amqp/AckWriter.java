package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import io.github.celeryjava.kombu.exceptions.MessageStateException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the deliveries of one channel. A receipt only puts itself on a stack, without a lock; the
 * connection's writer takes the whole stack when it is about to write. Thread-safe.
 */
final class AckWriter {

  private static final Logger log = LoggerFactory.getLogger(AckWriter.class);

  private final AckRuns.Output output;
  private final Consumer<Runnable> beforeWrite;
  private final Runnable flush = this::flush;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private final AtomicReference<@Nullable TagReceipt> newest = new AtomicReference<>();
  private final AckRuns runs = new AckRuns(); // guarded by lock
  private volatile boolean closed;

  /**
   * @param output appends to what is written next
   * @param beforeWrite arranges that what it is given runs soon, before the next write
   */
  AckWriter(AckRuns.Output output, Consumer<Runnable> beforeWrite) {
    this.output = output;
    this.beforeWrite = beforeWrite;
  }

  /** The handle of a delivery that has to be settled. */
  Delivery.Receipt receipt(long tag) {
    return new TagReceipt(this, tag);
  }

  /** The handle of a delivery that nobody settles. */
  Delivery.Receipt none(long tag) {
    lock.lock();
    try {
      runs.skip(tag);
    } finally {
      lock.unlock();
    }
    return NoReceipt.INSTANCE;
  }

  /** Appends what was settled so far. */
  void flush() {
    lock.lock();
    try {
      List<TagReceipt> batch = takeAll();
      if (!batch.isEmpty() && !closed) {
        runs.write(batch, output);
      }
    } catch (IOException | ShutdownSignalException e) {
      // The second is what the driver throws where it knows already that the channel is gone.
      closed = true;
      log.debug("settling failed, the broker will deliver again", e);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what is not settled: it is the broker's again. */
  void close() {
    closed = true;
    newest.set(null);
  }

  private void settle(TagReceipt receipt) {
    if (closed) {
      return;
    }
    TagReceipt top;
    do {
      top = newest.get();
      receipt.older = top;
    } while (!newest.compareAndSet(top, receipt));
    if (top == null) {
      beforeWrite.accept(flush);
    }
  }

  private List<TagReceipt> takeAll() {
    TagReceipt receipt = newest.getAndSet(null);
    if (receipt == null) {
      return List.of();
    }
    List<TagReceipt> batch = new ArrayList<>();
    while (receipt != null) {
      batch.add(receipt);
      TagReceipt older = receipt.older;
      receipt.older = null; // a receipt the user keeps must not keep all older ones
      receipt = older;
    }
    Collections.reverse(batch);
    return batch;
  }

  private static final class TagReceipt implements Delivery.Receipt, AckRuns.Settled {

    private static final VarHandle VERDICT;

    static {
      try {
        VERDICT =
            MethodHandles.lookup()
                .findVarHandle(TagReceipt.class, "verdict", AckRuns.Verdict.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final AckWriter writer;
    private final long tag;

    // Mutable state
    @SuppressWarnings("UnusedVariable") // written through the handle
    private volatile AckRuns.@Nullable Verdict verdict;

    private @Nullable TagReceipt older;

    TagReceipt(AckWriter writer, long tag) {
      this.writer = writer;
      this.tag = tag;
    }

    @Override
    public void ack() {
      settle(AckRuns.Verdict.ACK);
    }

    @Override
    public void reject() {
      settle(AckRuns.Verdict.REJECT);
    }

    @Override
    public void requeue() {
      settle(AckRuns.Verdict.REQUEUE);
    }

    @Override
    public String deliveryTag() {
      return Long.toString(tag);
    }

    @Override
    public long tag() {
      return tag;
    }

    @Override
    public AckRuns.Verdict verdict() {
      AckRuns.Verdict value = verdict;
      if (value == null) {
        throw new IllegalStateException("not settled");
      }
      return value;
    }

    private void settle(AckRuns.Verdict wanted) {
      if (!VERDICT.compareAndSet(this, (AckRuns.Verdict) null, wanted)) {
        throw new MessageStateException(
            "cannot " + wanted + " a message that was settled before with " + verdict());
      }
      writer.settle(this);
    }
  }

  private enum NoReceipt implements Delivery.Receipt {
    INSTANCE;

    @Override
    public void ack() {}

    @Override
    public void reject() {}

    @Override
    public void requeue() {}
  }
}
