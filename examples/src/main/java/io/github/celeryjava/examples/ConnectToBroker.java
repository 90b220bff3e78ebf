package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConnectionListener;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;

/** Connects to a broker and says what becomes of the connection; takes the broker's URL. */
public final class ConnectToBroker {

  private ConnectToBroker() {}

  /** Runs the example: {@code ConnectToBroker [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://";
    // tag::readme[]
    ConnectionOptions options =
        ConnectionOptions.builder()
            .connectTimeout(Duration.ofSeconds(3))
            .heartbeat(Duration.ofSeconds(10))
            .clientName("billing on host 7") // what the broker's own tools call it
            .build();
    try (Connection connection =
        Connection.builder(url).options(options).listener(new Announcing()).build()) {
      connection.connect();
    }
    // end::readme[]
  }

  private static final class Announcing implements ConnectionListener {

    @Override
    public void connected(String broker) {
      System.out.println("connected to " + broker);
    }

    @Override
    public void recovering(OperationalException cause) {
      System.out.println("not connected: " + cause.getMessage());
    }

    @Override
    public void blocked(String reason) {
      System.out.println("the broker takes no messages: " + reason);
    }
  }
}
