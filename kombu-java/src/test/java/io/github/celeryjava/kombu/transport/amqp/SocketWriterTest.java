package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No heartbeat is asked for, so that a wake-up that is lost is lost for ever. What has to meet is
 * left to chance and to many repetitions.
 */
@Timeout(120)
class SocketWriterTest {

  private static final int ROUNDS = Boolean.getBoolean("celery.full") ? 50_000 : 5_000;

  private final Semaphore written = new Semaphore(0);
  private final SocketWriter writer =
      new SocketWriter(new Socket(), new Counting(), "writer-under-test", System::nanoTime);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    writer.close();
    threads.shutdownNow();
  }

  @Test
  void noWakeUpIsLostHoweverManyThreadsAppend() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    writer.start();
    List<Future<?>> contending = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      contending.add(
          threads.submit(
              () -> {
                while (!over.get()) {
                  writer.append(new SlowFrame());
                  spin(50);
                }
                return true;
              }));
    }

    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      spin(random.nextInt(300));
      writer.append(new byte[] {1});
      writer.wake();
      assertThat(written.tryAcquire(10, TimeUnit.SECONDS)).as("byte %d is written", i).isTrue();
    }

    over.set(true);
    for (Future<?> each : contending) {
      each.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void collectingWaitsForWhatTheWriterIsCollecting() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean appended = new AtomicBoolean();
    writer.start();
    writer.beforeWrite(
        () -> {
          begun.countDown();
          awaitQuietly(gate);
          appended.set(true);
        });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    Future<Boolean> other =
        threads.submit(
            () -> {
              writer.collect();
              return appended.get();
            });
    assertThatThrownBy(() -> other.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    gate.countDown();

    assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitQuietly(CountDownLatch gate) {
    try {
      boolean unused = gate.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void spin(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  /** Holds the writer's lock for a while and adds nothing. */
  private static final class SlowFrame extends Frame {

    SlowFrame() {
      super(AMQP.FRAME_HEARTBEAT, 0);
    }

    @Override
    public void writeTo(DataOutputStream out) {
      spin(50);
    }
  }

  private final class Counting extends OutputStream {

    @Override
    public void write(int value) {
      written.release();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written.release(length);
    }
  }
}
