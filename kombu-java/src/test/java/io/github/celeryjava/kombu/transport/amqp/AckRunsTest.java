package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.transport.amqp.AckRuns.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AckRunsTest {

  private final Broker broker = new Broker(10);
  private final AckRuns runs = new AckRuns();

  @Test
  void anUnbrokenRunLeavesAsOneMethod() throws IOException {
    runs.write(List.of(ack(2), ack(1), ack(3)), broker);

    assertThat(broker.methods).containsExactly("ack 3 multiple");
  }

  @Test
  void whatLiesBeyondAGapLeavesOneByOne() throws IOException {
    runs.write(List.of(ack(1), ack(3), ack(4)), broker);

    assertThat(broker.methods).containsExactly("ack 3", "ack 4", "ack 1");
  }

  @Test
  void aFilledGapLetsRunsGoOn() throws IOException {
    runs.write(List.of(ack(2)), broker);
    runs.write(List.of(ack(1), ack(3), ack(4)), broker);

    assertThat(broker.methods).containsExactly("ack 2", "ack 4 multiple");
  }

  @Test
  void aRejectionInARunIsSentBeforeTheRun() throws IOException {
    runs.write(List.of(ack(1), settled(2, Verdict.REJECT), ack(3)), broker);

    assertThat(broker.methods).containsExactly("reject 2", "ack 3 multiple");
  }

  @Test
  void aDeliveryThatNobodySettlesBreaksNoRun() throws IOException {
    broker.outstanding.remove(2L);
    runs.skip(2);

    runs.write(List.of(ack(1), ack(3)), broker);

    assertThat(broker.methods).containsExactly("ack 3 multiple");
  }

  @Property(tries = 500)
  void everyOrderSettlesEachDeliveryAsItWasMeantAndNoOther(
      @ForAll("settlings") List<List<AckRuns.Settled>> batches) throws IOException {
    int count = batches.stream().mapToInt(List::size).sum();
    Broker all = new Broker(count);
    AckRuns anyOrder = new AckRuns();
    Map<Long, Verdict> meant = new HashMap<>();

    for (List<AckRuns.Settled> batch : batches) {
      batch.forEach(settled -> meant.put(settled.tag(), settled.verdict()));
      anyOrder.write(batch, all);
      assertThat(all.verdicts).isEqualTo(meant);
    }

    assertThat(all.outstanding).isEmpty();
  }

  /** Deliveries 1 to n in some order, with some verdict each, cut into batches. */
  @Provide
  Arbitrary<List<List<AckRuns.Settled>>> settlings() {
    return Arbitraries.integers()
        .between(1, 400)
        .flatMap(
            count ->
                Combinators.combine(
                        Arbitraries.longs().map(seed -> shuffled(count, seed)),
                        Arbitraries.of(Verdict.ACK, Verdict.ACK, Verdict.REJECT, Verdict.REQUEUE)
                            .list()
                            .ofSize(count),
                        Arbitraries.integers().between(1, 30).list().ofSize(count))
                    .as(AckRunsTest::batches));
  }

  private static List<Long> shuffled(int count, long seed) {
    List<Long> tags = new ArrayList<>();
    for (long tag = 1; tag <= count; tag++) {
      tags.add(tag);
    }
    Collections.shuffle(tags, new Random(seed));
    return tags;
  }

  private static List<List<AckRuns.Settled>> batches(
      List<Long> tags, List<Verdict> verdicts, List<Integer> sizes) {
    List<List<AckRuns.Settled>> batches = new ArrayList<>();
    int next = 0;
    for (int size : sizes) {
      List<AckRuns.Settled> batch = new ArrayList<>();
      while (batch.size() < size && next < tags.size()) {
        batch.add(settled(tags.get(next), verdicts.get(next)));
        next++;
      }
      batches.add(batch);
    }
    return batches;
  }

  private static AckRuns.Settled ack(long tag) {
    return settled(tag, Verdict.ACK);
  }

  private static AckRuns.Settled settled(long tag, Verdict verdict) {
    return new Settled(tag, verdict);
  }

  private record Settled(long tag, Verdict verdict) implements AckRuns.Settled {}

  /** Does with methods what RabbitMQ does, and is as strict about unknown tags. */
  private static final class Broker implements AckRuns.Output {

    final List<String> methods = new ArrayList<>();
    final TreeSet<Long> outstanding = new TreeSet<>();
    final Map<Long, Verdict> verdicts = new HashMap<>();

    Broker(int deliveries) {
      for (long tag = 1; tag <= deliveries; tag++) {
        outstanding.add(tag);
      }
    }

    @Override
    public void ack(long tag, boolean multiple) {
      methods.add("ack " + tag + (multiple ? " multiple" : ""));
      assertThat(outstanding).as("unknown delivery tag").contains(tag);
      while (multiple && outstanding.first() < tag) {
        verdicts.put(outstanding.pollFirst(), Verdict.ACK);
      }
      outstanding.remove(tag);
      verdicts.put(tag, Verdict.ACK);
    }

    @Override
    public void reject(long tag, boolean requeue) {
      methods.add((requeue ? "requeue " : "reject ") + tag);
      assertThat(outstanding.remove(tag)).as("unknown delivery tag").isTrue();
      verdicts.put(tag, requeue ? Verdict.REQUEUE : Verdict.REJECT);
    }
  }
}
