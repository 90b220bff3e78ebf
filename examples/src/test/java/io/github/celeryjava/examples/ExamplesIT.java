package io.github.celeryjava.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the examples that need nothing but this process; the others run in the interop tests. */
@Timeout(120)
class ExamplesIT {

  @Test
  void messagesAreSentAndReceivedInOneProcess() throws Exception {
    String printed = printedBy(() -> SendAndReceive.main(new String[0]));

    assertThat(printed.lines().filter(line -> line.startsWith("received "))).hasSize(3);
  }

  @Test
  void recordsComeBackInEveryFormat() throws Exception {
    String printed = printedBy(() -> SerializeAndCompress.main(new String[0]));

    assertThat(printed.lines())
        .containsExactly(
            "Order[id=o-1, placed=1970-01-01T00:00:00Z,"
                + " price=Money[amount=9.90, currency=NOK]]",
            "Reading[sensor=s-1, values=[20.5, 21.0], valid=true]",
            "Reading[sensor=s-1, values=[20.5, 21.0], valid=true]");
  }

  @Test
  void anOperationIsTriedOnABroker() throws Exception {
    String printed = printedBy(() -> RetryOperations.main(new String[0]));

    assertThat(printed.lines()).containsExactly("purged 0");
  }

  @Test
  void messagesAreConfirmedOrRefused() throws Exception {
    String printed = printedBy(() -> PublishMessages.main(new String[0]));

    assertThat(printed.lines()).containsExactly("confirmed 2 of 2", "refused 312");
  }

  @Test
  void aLoopHandlesOrdersUntilItIsStopped() throws Exception {
    String printed = printedBy(() -> RunConsumerLoop.main(new String[0]));

    assertThat(printed.lines())
        .containsExactlyInAnyOrder("shipped o-1", "shipped o-2", "all true, ended true");
  }

  @Test
  void aQueueIsUsedLikeACollection() throws Exception {
    String printed = printedBy(() -> UseSimpleQueue.main(new String[0]));

    assertThat(printed.lines()).containsExactly("{to=Ann}");
  }

  @Test
  void poolsAreFoundByTheirConnection() throws Exception {
    String printed = printedBy(() -> SharePools.main(new String[0]));

    assertThat(printed.lines()).containsExactly("purged 1");
  }

  @Test
  void aNodeAnswersWhatItIsAsked() throws Exception {
    String printed = printedBy(() -> ControlProcesses.main(new String[0]));

    assertThat(printed.lines()).containsExactly("till-1: 3");
  }

  @Test
  void theDemoComesToItsEnd() throws Exception {
    String printed = printedBy(() -> Demo.main(new String[0]));

    assertThat(printed).contains("400/400", "The worker ran ", " tasks and has stopped.");
  }

  private interface Program {
    void run() throws Exception;
  }

  private static String printedBy(Program program) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
