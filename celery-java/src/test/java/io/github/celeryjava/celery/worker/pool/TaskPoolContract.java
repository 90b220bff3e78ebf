package io.github.celeryjava.celery.worker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every pool with slots of its own promises. */
abstract class TaskPoolContract {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  final TaskPool pool = open(2);

  abstract TaskPool open(int limit);

  @AfterEach
  void end() throws InterruptedException {
    pool.stop(Duration.ZERO);
    pool.interruptAll();
  }

  @Test
  void neverRunsMoreJobsThanItHasSlots() throws InterruptedException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(500);

    for (int i = 0; i < 500; i++) {
      pool.submit(
          () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            now.decrementAndGet();
            done.countDown();
          });
    }

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void countsWhatRunsAndWhatWaits() throws InterruptedException {
    Semaphore gate = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(2);
    for (int i = 0; i < 5; i++) {
      pool.submit(
          () -> {
            running.countDown();
            gate.acquireUninterruptibly();
          });
    }

    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    await().atMost(LIMIT).until(() -> pool.active() == 2 && pool.waiting() == 3);

    gate.release(5);
    await().atMost(LIMIT).until(() -> pool.active() == 0 && pool.waiting() == 0);
  }

  @Test
  void growsWhileJobsWait() throws InterruptedException {
    Semaphore gate = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      pool.submit(
          () -> {
            running.countDown();
            gate.acquireUninterruptibly();
          });
    }

    pool.grow(2);

    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.limit()).isEqualTo(4);
    gate.release(4);
  }

  @Test
  void shrinksWithoutTouchingWhatRunsAndKeepsOneSlot() throws InterruptedException {
    Semaphore gate = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      pool.submit(
          () -> {
            running.countDown();
            gate.acquireUninterruptibly();
          });
    }
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

    pool.shrink(5);
    gate.release(2);
    await().atMost(LIMIT).until(() -> pool.active() == 0);

    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      pool.submit(
          () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            now.decrementAndGet();
            done.countDown();
          });
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.limit()).isEqualTo(1);
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void withdrawnJobsNeverStartAndTheOthersDo() throws InterruptedException {
    Semaphore gate = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(2);
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 2; i++) {
      pool.submit(
          () -> {
            running.countDown();
            gate.acquireUninterruptibly();
          });
    }
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    Runnable unwanted = () -> ran.add("unwanted");
    pool.submit(() -> ran.add("one"));
    pool.submit(unwanted);
    pool.submit(() -> ran.add("two"));

    pool.withdraw(Set.of(unwanted));

    assertThat(pool.waiting()).isEqualTo(2);
    gate.release(2);
    await().atMost(LIMIT).until(() -> ran.size() == 2 && pool.waiting() == 0);
    assertThat(ran).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void stoppingLetsRunningJobsEndAndDropsTheOthers() throws InterruptedException {
    Semaphore gate = new Semaphore(0);
    CountDownLatch running = new CountDownLatch(2);
    Queue<String> ended = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 2; i++) {
      pool.submit(
          () -> {
            running.countDown();
            gate.acquireUninterruptibly();
            ended.add("first");
          });
    }
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    pool.submit(() -> ended.add("waiting"));

    assertThat(pool.stop(Duration.ZERO)).isFalse();
    gate.release(2);

    assertThat(pool.stop(LIMIT)).isTrue();
    assertThat(ended).containsExactly("first", "first");
    assertThatThrownBy(() -> pool.submit(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void interruptsRunningJobsWhenTold() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    pool.submit(
        () -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

    pool.stop(Duration.ZERO);
    pool.interruptAll();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.stop(LIMIT)).isTrue();
  }
}
