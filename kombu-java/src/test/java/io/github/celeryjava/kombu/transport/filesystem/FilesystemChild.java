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
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program of its own that uses the folders of a test until it is killed. */
final class FilesystemChild {

  private FilesystemChild() {}

  /** Arguments: {@code consume}, {@code hold} or {@code publish}, the folder, the ledger. */
  public static void main(String[] arguments) throws Exception {
    FolderConnections folders = new FolderConnections(Path.of(arguments[1]));
    ExecutionLedger ledger = ExecutionLedger.at(Path.of(arguments[2]));
    Channel channel = folders.open().openChannel(ChannelPurpose.CONSUMING);
    System.out.println("ready");
    if (arguments[0].equals("publish")) {
      publish(channel, ledger);
    } else {
      boolean holding = arguments[0].equals("hold");
      channel.consume("jobs", ConsumeOptions.prefetching(5), new Recording(ledger, holding));
      LockSupport.park();
    }
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
