package io.github.celeryjava.benchmarks;

import java.io.IOException;
import java.util.function.BiConsumer;

/** The comparisons of transports: messages without tasks, published in a pipeline and consumed. */
final class TransportBench {

  private static final int WARM_UPS = 3;

  private final int pairs;
  private final int messages;
  private final BiConsumer<Figure, Ratios> report;

  /**
   * @param messages of a run
   * @param report told each figure
   */
  TransportBench(int pairs, int messages, BiConsumer<Figure, Ratios> report) {
    this.pairs = pairs;
    this.messages = messages;
    this.report = report;
  }

  /** On RabbitMQ, with messages identical to ours. */
  void againstBareClient(Peer bare, Peer ours) throws IOException {
    ours.run("sample");
    bare.run("sample");
    Pair publish = new Pair(pairs);
    Pair consume = new Pair(pairs);
    run(bare, ours, publish, consume);
    report.accept(Figure.T1, Ratios.of(publish.cpu));
    report.accept(Figure.T2, Ratios.of(publish.rate));
    report.accept(Figure.T3, Ratios.of(consume.cpu));
    report.accept(Figure.T4, Ratios.of(consume.rate));
  }

  /** On Redis. */
  void againstPython(Peer python, Peer ours) throws IOException {
    Pair publish = new Pair(pairs);
    Pair consume = new Pair(pairs);
    run(python, ours, publish, consume);
    reportWorse(Figure.F12_RATE, Ratios.of(publish.rate), Ratios.of(consume.rate));
    reportWorse(Figure.F12_CPU, Ratios.of(publish.cpu), Ratios.of(consume.cpu));
  }

  /** Each side consumes what the other has published. */
  private void run(Peer theirs, Peer ours, Pair publish, Pair consume) throws IOException {
    for (int i = -WARM_UPS; i < pairs; i++) {
      Measure theirPublish = theirs.run("pipeline " + messages);
      Measure ourConsume = ours.run("consume " + messages);
      Measure ourPublish = ours.run("pipeline " + messages);
      Measure theirConsume = theirs.run("consume " + messages);
      if (i >= 0) {
        publish.put(i, theirPublish, ourPublish);
        consume.put(i, theirConsume, ourConsume);
      }
    }
  }

  private void reportWorse(Figure figure, Ratios publish, Ratios consume) {
    System.out.println("   publish " + publish + ", consume " + consume);
    report.accept(figure, figure.worse(publish, consume));
  }

  /** The ratios of both sides, run by run. */
  private static final class Pair {

    private final double[] cpu;
    private final double[] rate;

    Pair(int runs) {
      cpu = new double[runs];
      rate = new double[runs];
    }

    void put(int run, Measure theirs, Measure ours) {
      cpu[run] = ours.cpu() / theirs.cpu();
      rate[run] = theirs.seconds() / ours.seconds();
    }
  }
}
