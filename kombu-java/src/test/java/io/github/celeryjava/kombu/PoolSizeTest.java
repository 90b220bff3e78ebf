package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pools whose limits change, and groups of pools. */
@Timeout(30)
class PoolSizeTest {

  private static final Duration BRIEF = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeBroker broker = new FakeBroker();
  private final Connection template = broker.connection().build();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void aLargerPoolServesThoseWhoWaitAlready() throws Exception {
    ConnectionPool pool = ConnectionPool.of(template, 1, LONG);
    Lease<Connection> held = pool.acquire();
    CountDownLatch started = new CountDownLatch(2);
    List<Future<Lease<Connection>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(
          threads.submit(
              () -> {
                started.countDown();
                return pool.acquire();
              }));
    }
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

    pool.resize(3);

    for (Future<Lease<Connection>> each : waiting) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(pool.lent()).isEqualTo(3);
    assertThat(pool.limit()).isEqualTo(3);
    held.close();
  }

  @Test
  void aSmallerPoolClosesWhatIsTooMuchWhenItIsGivenBack() {
    ConnectionPool pool = ConnectionPool.of(template, 3, BRIEF);
    List<Lease<Connection>> leases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      leases.add(pool.acquire());
      leases.get(i).get().connect();
    }

    pool.resize(1);
    leases.forEach(Lease::close);

    assertThat(pool.idle()).isEqualTo(1);
    assertThat(pool.lent()).isZero();
    assertThat(broker.connections.stream().map(each -> each.ending))
        .containsExactly("closed", "closed", "");
    pool.acquire();
    assertThatThrownBy(pool::acquire)
        .isInstanceOf(LimitExceededException.class)
        .hasMessageEndingWith("1 lent, 0 idle, limit 1");
  }

  @Test
  void aSmallerPoolClosesWhatIsIdle() {
    ChannelPool pool = ChannelPool.of(template, 3, BRIEF);
    List<Lease<?>> leases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      leases.add(pool.acquire());
    }
    leases.forEach(Lease::close);
    assertThat(pool.idle()).isEqualTo(3);

    pool.resize(2);

    assertThat(pool.idle()).isLessThanOrEqualTo(2);
    assertThat(pool.limit()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> pool.resize(-1));
  }

  @RepeatedTest(5)
  void neverLendsMoreThanTheLimitOnceThePoolHasShrunk() throws Exception {
    ConnectionPool pool = ConnectionPool.of(template, 6, LONG);
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch shrunk = new CountDownLatch(1);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      workers.add(
          threads.submit(
              () -> {
                Lease<Connection> first = pool.acquire();
                shrunk.await();
                first.close();
                for (int round = 0; round < 200; round++) {
                  try (Lease<Connection> lease = pool.acquire()) {
                    assertThat(lease.get()).isNotNull();
                    int now = inUse.incrementAndGet();
                    if (round > 50) {
                      most.accumulateAndGet(now, Math::max);
                    }
                    inUse.decrementAndGet();
                  }
                }
                return null;
              }));
    }

    pool.resize(2);
    shrunk.countDown();

    for (Future<?> each : workers) {
      each.get(20, TimeUnit.SECONDS);
    }
    assertThat(most.get()).isBetween(1, 2);
    assertThat(pool.lent()).isZero();
    assertThat(pool.idle()).isLessThanOrEqualTo(2);
  }

  @Test
  void aGroupHasOnePoolForConnectionsThatLeadToTheSamePlace() {
    PoolGroup group = PoolGroup.of(4, BRIEF);
    Connection same = broker.connection().build();
    Connection elsewhere = broker.connection().url("fake://two").build();
    Connection otherUser = broker.connection().user("somebody").build();

    ConnectionPool pool = group.connections(template);

    assertThat(pool).isSameAs(group.connections(same)).isNotSameAs(group.connections(elsewhere));
    assertThat(pool).isNotSameAs(group.connections(otherUser));
    assertThat(group.producers(same)).isSameAs(group.producers(template));
    assertThat(pool.limit()).isEqualTo(4);
    assertThat(group.producers(template).limit()).isEqualTo(4);
  }

  @Test
  void aGroupTellsConnectionsApartByTimeOutsAndPasswords() {
    PoolGroup group = PoolGroup.create();
    ConnectionOptions patient =
        ConnectionOptions.builder().callTimeout(Duration.ofSeconds(99)).build();

    ConnectionPool pool = group.connections(template);
    ConnectionPool otherWait = group.connections(broker.connection().options(patient).build());
    ConnectionPool otherPassword =
        group.connections(broker.connection().user("u").password("one").build());

    assertThat(pool).isNotSameAs(otherWait);
    assertThat(otherPassword)
        .isNotSameAs(group.connections(broker.connection().user("u").password("two").build()));
  }

  @Test
  void aGroupTellsConnectionsApartWhoseCredentialsComeFromElsewhere() {
    PoolGroup group = PoolGroup.create();
    Connection one = broker.connection().credentials(() -> new Credentials("u", "one")).build();
    Connection two = broker.connection().credentials(() -> new Credentials("u", "two")).build();

    ConnectionPool pool = group.connections(one);

    assertThat(pool).isSameAs(group.connections(one.copy())).isNotSameAs(group.connections(two));
  }

  @Test
  void aGroupResizesAllItsPoolsAndThoseToCome() {
    PoolGroup group = PoolGroup.create();
    ProducerPool producers = group.producers(template);

    group.resize(3);

    assertThat(producers.limit()).isEqualTo(3);
    assertThat(group.connections(template).limit()).isEqualTo(3);
    assertThat(group.limit()).isEqualTo(3);
  }

  @Test
  void aGroupMakesNewPoolsAfterAResetAndNoneAfterItsEnd() {
    PoolGroup group = PoolGroup.create();
    ConnectionPool before = group.connections(template);

    group.reset();

    assertThatThrownBy(before::acquire).hasMessage("the pool is closed");
    ConnectionPool after = group.connections(template);
    after.call(Connection::isConnected);
    group.close();
    assertThatThrownBy(after::acquire).hasMessage("the pool is closed");
    assertThatThrownBy(() -> group.producers(template))
        .isInstanceOf(OperationalException.class)
        .hasMessage("the group of pools is closed");
  }

  @Test
  void aPoolRunsAnOperationUntilItWorks() {
    ConnectionPool pool = ConnectionPool.of(template, 1, BRIEF);
    AtomicInteger attempts = new AtomicInteger();

    String result =
        pool.ensure(
            RetryPolicy.of(3, Duration.ZERO, Duration.ZERO, Duration.ZERO),
            LONG,
            channel -> {
              if (attempts.incrementAndGet() < 3) {
                broker.last().lose(FakeBroker.down());
                throw FakeBroker.down();
              }
              return channel.isOpen() ? "done" : "closed";
            });

    assertThat(result).isEqualTo("done");
    assertThat(broker.connections).hasSize(3);
    assertThat(pool.lent()).isZero();
  }
}
