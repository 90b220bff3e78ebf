package io.github.celeryjava.kombu.transport.filesystem;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program of its own that uses the folders of a test until it is killed. */
final class FilesystemChild {

  private FilesystemChild() {}

  /**
   * Arguments: {@code consume}, {@code hold}, {@code hold-beside-another} or {@code publish}, the
   * folder, the ledger.
   */
  public static void main(String[] arguments) throws Exception {
    FolderConnections folders = new FolderConnections(Path.of(arguments[1]));
    ExecutionLedger ledger = ExecutionLedger.at(Path.of(arguments[2]));
    Channel channel = folders.open().openChannel(ChannelPurpose.CONSUMING);
    System.out.println("ready");
    if (arguments[0].equals("publish")) {
      publish(channel, ledger);
    } else {
      boolean holding = arguments[0].startsWith("hold");
      boolean beside = arguments[0].equals("hold-beside-another");
      // Two are what is there when it starts: what comes later is for the others.
      ConsumeOptions options = ConsumeOptions.prefetching(beside ? 2 : 5);
      channel.consume("jobs", options, new Recording(ledger, holding));
      if (beside) {
        lookForTheDead(folders);
        ledger.record("looked");
      }
      LockSupport.park();
    }
  }

  /** A connection that begins to consume does so before its first message. */
  private static void lookForTheDead(FolderConnections folders) throws Exception {
    Channel another = folders.open().openChannel(ChannelPurpose.CONSUMING);
    RecordingSink sink = RecordingSink.acknowledging();
    another.consume("others", ConsumeOptions.prefetching(1), sink);
    another.publish(Destination.queue("others"), message(bytes("x"))).get(10, TimeUnit.SECONDS);
    sink.await(1);
  }

  private static void publish(Channel channel, ExecutionLedger ledger) throws Exception {
    for (int i = 0; ; i++) {
      channel.publish(Destination.queue("jobs"), message(bytes("m" + i))).get(10, TimeUnit.SECONDS);
      ledger.record("m" + i);
    }
  }

  private record Recording(ExecutionLedger ledger, boolean holding) implements DeliverySink {

    @Override
    public void accept(Delivery delivery) {
      ledger.record(text(delivery));
      if (!holding) {
        delivery.receipt().ack();
      }
    }

    @Override
    public void ended(OperationalException cause) {
      throw cause;
    }
  }
}
