package io.github.celeryjava.kombu.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.testing.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault that a broker can have, while programs publish and consume. One subclass a broker.
 * With {@code -Dcelery.full=true} there are many rounds of each, and the page of the documentation
 * is written anew.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(7200)
public abstract class FaultMatrix {

  /** Where the lines of the last run are, and the page that full runs write. */
  private static final Path OF_THIS_RUN = Path.of("target", "fault-matrix.md");

  private static final Path PAGE = Path.of("..", "docs", "fault-matrix.md");

  /** How long after a fault there is still hope. */
  private static final Duration HOPE = Duration.ofSeconds(60);

  private final List<FaultRow> rows = new ArrayList<>();

  private FaultyBroker broker;
  private String clients; // what the broker says of the programs while nothing is wrong

  /** A fault and the kind of threads that publish and settle meanwhile. */
  record Cell(Fault fault, String threads, ThreadFactory factory) {

    @Override
    public String toString() {
      return fault + threads;
    }
  }

  /** Starts the broker, for this class alone. */
  protected abstract FaultyBroker start();

  @BeforeAll
  void startBroker() {
    broker = start();
  }

  @AfterAll
  void writeTable() {
    broker.close();
    FaultTable.update(OF_THIS_RUN, rows);
    if (FaultScene.FULL) {
      FaultTable.update(PAGE, rows);
    }
  }

  Stream<Cell> cells() {
    ThreadFactory platform = Threads.factory("faults-user");
    return broker.faults().stream()
        .sorted()
        .flatMap(
            fault ->
                fault == Fault.INTERRUPTS
                    ? Stream.concat(
                        Stream.of(new Cell(fault, ", platform threads", platform)),
                        VirtualThreads.factory().stream()
                            .map(virtual -> new Cell(fault, ", virtual threads", virtual)))
                    : Stream.of(new Cell(fault, "", platform)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  @Tag("B1")
  @Tag("B2")
  void everythingWorksAgainInTimeAndNothingIsLost(Cell cell) {
    Queue queue = Queue.named("faults-" + UUID.randomUUID());
    try (Connection setUp = Connection.open(broker.uri().toString())) {
      setUp.declare(queue);
    }
    broker.sync();
    try (FaultProxy proxy = FaultProxy.to(broker.uri());
        Programs programs = new Programs(proxy.uri().toString(), queue, cell.factory())) {
      programs.start();
      await("all connections of the programs").until(() -> proxy.open() >= broker.connections());
      if (clients == null) {
        clients = broker.clients();
      }
      Growth before = Growth.now(proxy, clients);
      Recovery recovery = new Recovery();

      for (int round = 0; round < cell.fault().rounds(); round++) {
        recovery.round(cell.fault(), new FaultScene(broker, proxy, programs));
      }

      programs.awaitNew(50);
      before.requireNone(broker, proxy);
      programs.finish();
      report(cell, recovery, programs.ledger());
      assertThat(recovery.stalled()).as("stalled; %s", recovery).isZero();
      assertThat(programs.ledger().missing()).as("lost; %s", programs.ledger()).isEmpty();
      assertThat(programs.longestPublish())
          .isLessThan(PublishingProgram.TIMEOUT.plus(Duration.ofSeconds(1)));
    }
  }

  private void report(Cell cell, Recovery recovery, Ledger ledger) {
    int lost = ledger.missing().size();
    int rounds = cell.fault().rounds();
    rows.add(
        new FaultRow(
            cell.toString(),
            broker.name(),
            "publish",
            rounds,
            recovery.publishing.stalled,
            lost,
            -1,
            recovery.publishing.slowest));
    rows.add(
        new FaultRow(
            cell.toString(),
            broker.name(),
            "consume",
            rounds,
            recovery.consuming.stalled,
            lost,
            ledger.doubled(),
            recovery.consuming.slowest));
  }

  /** What two activities needed to work again, over all rounds. */
  private static final class Recovery {

    private final Activity publishing = new Activity();
    private final Activity consuming = new Activity();

    void round(Fault fault, FaultScene scene) {
      Programs programs = scene.programs();
      fault.strike(scene);
      long back = System.nanoTime();
      long since = programs.next();
      List<Activity> working = new ArrayList<>();
      await(fault + ": publishing and consuming again")
          .pollInterval(Duration.ofMillis(5))
          .atMost(HOPE)
          .until(
              () -> {
                publishing.look(working, () -> programs.hasPublished(since), back, fault.limit());
                consuming.look(working, () -> programs.hasConsumed(since), back, fault.limit());
                return working.size() == 2;
              });
      programs.requirePrefetchToHold();
      programs.awaitNew(20);
    }

    int stalled() {
      return publishing.stalled + consuming.stalled;
    }

    @Override
    public String toString() {
      return "slowest publish " + publishing.slowest + ", slowest consume " + consuming.slowest;
    }
  }

  /** One of the two. */
  private static final class Activity {

    private int stalled;
    private Duration slowest = Duration.ZERO;

    void look(List<Activity> working, BooleanSupplier works, long back, Duration limit) {
      if (working.contains(this) || !works.getAsBoolean()) {
        return;
      }
      working.add(this);
      Duration took = Duration.ofNanos(System.nanoTime() - back);
      slowest = took.compareTo(slowest) > 0 ? took : slowest;
      stalled += took.compareTo(limit) > 0 ? 1 : 0;
    }
  }
}
